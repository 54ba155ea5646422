/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng people import`: a table of persons into the directory. It is read
 * twice: once to say all that is wrong and all that would change, and once
 * more, if nothing is wrong, to write.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/json.h>

#include "confirm.h"
#include "import.h"
#include "lib/foreign.h"
#include "people.h"

#define ROWS_MAX 20000 /* of one table: the offices of a province */

struct import {
	struct kc_cli *cli;
	const char *file;
	char dir[KC_PATH_SIZE];
	struct kc_csv csv;
	unsigned ncolumns;
	enum kc_person_field columns[KC_CSV_CELLS_MAX];
	bool writes; /* the second reading */
	/* What was found. */
	char (*actors)[KC_CODE_MAX + 1];
	unsigned nrows, added, changed, errors;
	struct kc_json rows, faults; /* two lists */
};

/* --- what is wrong --- */
/* One fault: row (of the file, from 1), column (NULL: the row), value. */
static void
fault(struct import *m, unsigned row, const char *column, struct kc_slice value,
    const struct kc_refusal *why)
{
	struct kc_buf text = {0}, shown = {0};

	kc_refusal_message(why, m->cli->lang, &text);
	kc_buf_foreign(&shown, value);
	m->errors++;
	if (column == NULL)
		(void)kc_cli_fail(KC_EXIT_REFUSED, NULL, _("%s: row %u: %s"),
		    m->file, row, kc_buf_cstr(&text));
	else
		(void)kc_cli_fail(KC_EXIT_REFUSED, NULL,
		    _("%s: row %u, column %s, value \"%s\": %s"), m->file, row,
		    column, kc_buf_cstr(&shown), kc_buf_cstr(&text));
	kc_json_open(&m->faults, '{');
	kc_json_key(&m->faults, "row");
	kc_json_u64(&m->faults, row);
	kc_json_key(&m->faults, "column");
	kc_json_str(&m->faults, column);
	kc_json_key(&m->faults, "value");
	kc_json_slice(&m->faults, kc_buf_view(&shown));
	kc_json_key(&m->faults, "code");
	kc_json_str(&m->faults, kc_refusal_code_text(why->code));
	kc_json_key(&m->faults, "message");
	kc_json_slice(&m->faults, kc_buf_view(&text));
	kc_json_close(&m->faults, '}');
	kc_buf_free(&text);
	kc_buf_free(&shown);
}

static const char *
heading(const struct import *m, enum kc_person_field f)
{
	return kc_person_field_text(f, m->cli->lang);
}

/* --- one row --- */
static struct kc_slice
cell_of(const struct import *m, enum kc_person_field f)
{
	for (unsigned i = 0; i < m->ncolumns && i < m->csv.ncells; i++)
		if (m->columns[i] == f)
			return m->csv.cells[i];
	return KC_LIT("");
}

/* The person of the row over the one that the directory has. */
static bool
read_row(struct import *m, struct kc_person *p, const struct kc_person *old)
{
	unsigned before = m->errors, line = m->csv.line;
	struct kc_refusal why = {0};

	*p = *old;
	for (unsigned i = m->ncolumns; i < m->csv.ncells; i++) {
		(void)kc_refuse(&why, KC_R_CELL_BEYOND, "", NULL, NULL, NULL);
		kc_refusal_arg(&why, 0, m->csv.cells[i]);
		if (m->csv.cells[i].n > 0)
			fault(m, line, NULL, KC_LIT(""), &why);
	}
	for (unsigned i = 0; i < m->ncolumns; i++) {
		enum kc_person_field f = m->columns[i];
		struct kc_slice cell =
		    i < m->csv.ncells ? m->csv.cells[i] : KC_LIT("");

		/* No language is that which the person has. */
		if (f == KC_PERSON_ACTOR ||
		    (f == KC_PERSON_LANGUAGE && cell.n == 0))
			continue;
		memset(&why, 0, sizeof(why));
		if (kc_person_set(p, f, cell, &why) != KC_OK)
			fault(m, line, heading(m, f), cell, &why);
	}
	if (m->errors == before && p->name[0] == '\0') {
		(void)kc_refuse(
		    &why, KC_R_FIELD_MISSING, "name", NULL, NULL, NULL);
		fault(m, line, heading(m, KC_PERSON_NAME), KC_LIT(""), &why);
	}
	return m->errors == before;
}

/* Whether the row names an actor, and one that no row before it names. */
static bool
read_actor(struct import *m, char actor[KC_CODE_MAX + 1])
{
	struct kc_slice cell = cell_of(m, KC_PERSON_ACTOR);
	struct kc_refusal why = {0};
	struct kc_person p;

	memset(&p, 0, sizeof(p));
	if (kc_person_set(&p, KC_PERSON_ACTOR, cell, &why) != KC_OK) {
		fault(m, m->csv.line, heading(m, KC_PERSON_ACTOR), cell, &why);
		return false;
	}
	memcpy(actor, p.actor, sizeof(p.actor));
	if (m->writes)
		return true;
	for (unsigned i = 0; i < m->nrows; i++)
		if (strcmp(m->actors[i], actor) == 0) {
			(void)kc_refuse(
			    &why, KC_R_DUPLICATE, actor, NULL, NULL, NULL);
			fault(m, m->csv.line, heading(m, KC_PERSON_ACTOR), cell,
			    &why);
			return false;
		}
	memcpy(m->actors[m->nrows++], actor, sizeof(p.actor));
	return true;
}

static void
note_row(struct import *m, const char *actor, bool added, unsigned changes)
{
	struct kc_buf fields = {0};

	m->added += added;
	m->changed += !added && changes != 0;
	if (changes == 0)
		return;
	kc_people_list_fields(m->cli, &fields, changes);
	if (m->cli->format != KC_FORMAT_JSON)
		printf(added ? _("%s  new: %s\n") : _("%s  changed: %s\n"),
		    actor, kc_buf_cstr(&fields));
	kc_json_open(&m->rows, '{');
	kc_json_key(&m->rows, "actor");
	kc_json_str(&m->rows, actor);
	kc_json_key(&m->rows, "what");
	kc_json_str(&m->rows, added ? "new" : "changed");
	kc_json_key(&m->rows, "fields");
	kc_json_open(&m->rows, '[');
	for (int f = 0; f < KC_PERSON_SALT; f++)
		if ((changes >> f & 1) != 0)
			kc_json_str(&m->rows,
			    kc_person_field_word((enum kc_person_field)f));
	kc_json_close(&m->rows, ']');
	kc_json_close(&m->rows, '}');
	kc_buf_free(&fields);
}

static int
take_row(struct import *m)
{
	char actor[KC_CODE_MAX + 1];
	struct kc_person old, p;
	struct kc_buf detail = {0};
	unsigned changes;
	bool added;
	enum kc_err err;

	if (!read_actor(m, actor))
		return KC_EXIT_OK;
	err = kc_people_get(m->dir, kc_slice_str(actor), &old, &detail);
	added = err == KC_ENOTFOUND;
	if (added)
		err = kc_people_begin(&old, actor);
	if (err != KC_OK)
		return kc_people_fail(err, m->dir, actor, &detail);
	kc_buf_free(&detail);
	if (!read_row(m, &p, &old))
		return KC_EXIT_OK;
	changes = kc_people_changes(&old, &p);
	if (!m->writes)
		note_row(m, actor, added, changes);
	if (!m->writes || changes == 0)
		return KC_EXIT_OK;
	if (!added)
		err = kc_people_resalt(&p, changes);
	if (err == KC_OK)
		err = kc_people_put(m->dir, &p, &detail);
	return err == KC_OK ? KC_EXIT_OK
			    : kc_people_fail(err, m->dir, actor, &detail);
}

/* --- the table --- */
/* The first row: each column is a field, and one of them the actor. */
static int
read_headings(struct import *m)
{
	unsigned seen = 0;
	int f;

	m->ncolumns = m->csv.ncells;
	for (unsigned i = 0; i < m->ncolumns; i++) {
		struct kc_buf shown = {0};

		f = kc_person_field_find(m->csv.cells[i]);
		if (f >= 0 && f != KC_PERSON_SALT && (seen >> f & 1) == 0) {
			seen |= 1U << f;
			m->columns[i] = (enum kc_person_field)f;
			continue;
		}
		kc_buf_foreign(&shown, m->csv.cells[i]);
		(void)kc_cli_fail(KC_EXIT_USAGE,
		    _("headings: actor, name, post, phone, mail, language, "
		      "channel, deputy, in English or Chinese, each once"),
		    _("%s: row 1: column %u, \"%s\", is not one of the "
		      "headings"),
		    m->file, i + 1, kc_buf_cstr(&shown));
		kc_buf_free(&shown);
		return KC_EXIT_USAGE;
	}
	if ((seen >> KC_PERSON_ACTOR & 1) == 0)
		return kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s: row 1: no column names the actors"), m->file);
	return KC_EXIT_OK;
}

static int
read_table(struct import *m, struct kc_slice text)
{
	struct kc_refusal why = {0};
	unsigned rows = 0;
	enum kc_err err;
	int code = KC_EXIT_OK;

	kc_csv_init(&m->csv, text);
	while (
	    code == KC_EXIT_OK && (err = kc_csv_next(&m->csv, &why)) == KC_OK) {
		if (rows++ == 0)
			code = read_headings(m);
		else if (rows > ROWS_MAX)
			code = kc_cli_fail(KC_EXIT_USAGE, NULL,
			    _("%s: more than %d rows"), m->file, ROWS_MAX);
		else
			code = take_row(m);
	}
	if (code == KC_EXIT_OK && err == KC_EREFUSED)
		fault(m, why.line, NULL, KC_LIT(""), &why);
	else if (code == KC_EXIT_OK && err != KC_ENOTFOUND)
		code = kc_cli_error(m->cli, err, m->file);
	if (code == KC_EXIT_OK && rows == 0)
		code = kc_cli_fail(
		    KC_EXIT_USAGE, NULL, _("%s: an empty table"), m->file);
	kc_csv_release(&m->csv);
	return code;
}

static int
load(struct import *m, struct kc_buf *text)
{
	enum kc_err err = kc_file_load(m->file, KC_CSV_FILE_MAX, text);
	struct kc_buf plain = {0};
	size_t bad, line = 1;

	if (err != KC_OK)
		return kc_cli_error(m->cli, err, m->file);
	/* A byte order mark, CR and TAB are no text, but of a table. */
	for (size_t i = 0; i < text->n; i++) {
		bool ok = text->p[i] == '\r' || text->p[i] == '\t' ||
		    (i < 3 && text->n >= 3 &&
			memcmp(text->p, "\xef\xbb\xbf", 3) == 0);

		kc_buf_char(&plain, ok ? ' ' : text->p[i]);
	}
	err = kc_buf_err(&plain);
	bad = err == KC_OK ? kc_text_scan(kc_buf_view(&plain)) : 0;
	for (size_t i = 0; i < bad; i++)
		line += plain.p[i] == '\n';
	kc_buf_free(&plain);
	if (err != KC_OK)
		return kc_cli_error(m->cli, err, m->file);
	if (bad == text->n)
		return KC_EXIT_OK;
	return kc_cli_fail(KC_EXIT_USAGE, _("save the table as \"CSV UTF-8\""),
	    _("%s: line %zu: a character that is not UTF-8, or that may not "
	      "stand in a text"),
	    m->file, line);
}

static void
print_json(struct import *m, bool done)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_close(&m->rows, ']');
	kc_json_close(&m->faults, ']');
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.people-import/1");
	kc_json_key(&w, "written");
	kc_json_bool(&w, done);
	kc_json_key(&w, "new");
	kc_json_u64(&w, m->added);
	kc_json_key(&w, "changed");
	kc_json_u64(&w, m->changed);
	kc_json_key(&w, "same");
	kc_json_u64(&w, m->nrows - m->added - m->changed);
	kc_json_key(&w, "rows");
	kc_json_raw(&w, kc_buf_view(m->rows.out));
	kc_json_key(&w, "errors");
	kc_json_raw(&w, kc_buf_view(m->faults.out));
	kc_json_close(&w, '}');
	puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
}

/* Reads, says what would be done, asks, does it. */
static int
import(struct import *m, struct kc_slice text)
{
	bool json = m->cli->format == KC_FORMAT_JSON;
	int code = read_table(m, text);

	if (code == KC_EXIT_OK && m->errors > 0)
		code = kc_import_faulty(m->file, m->errors);
	else if (code == KC_EXIT_OK)
		kc_cli_note(m->cli, _("%u new, %u changed, %u as they were"),
		    m->added, m->changed, m->nrows - m->added - m->changed);
	m->writes =
	    code == KC_EXIT_OK && !m->cli->dry_run && m->added + m->changed > 0;
	if (m->writes) {
		code = kc_ask(m->cli, _("write them? [y/N] "));
		m->writes = code == KC_EXIT_OK;
	}
	if (m->writes)
		code = read_table(m, text);
	if (json)
		print_json(m, m->writes && code == KC_EXIT_OK);
	return code;
}

int
kc_cmd_people_import(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf text = {0}, rows = {0}, faults = {0};
	struct import m = {
	    .cli = cli, .rows = {.out = &rows}, .faults = {.out = &faults}};
	int code;

	if (argc != 1)
		return kc_cli_usage(
		    "%s", _("people import takes one CSV file"));
	m.file = argv[0];
	code = kc_people_place(cli, m.dir);
	if (code == KC_EXIT_OK)
		code = load(&m, &text);
	if (code != KC_EXIT_OK)
		goto out;
	m.actors = kc_alloc(ROWS_MAX * sizeof(*m.actors));
	if (m.actors == NULL) {
		code = kc_cli_error(cli, KC_ENOMEM, m.file);
		goto out;
	}
	kc_json_open(&m.rows, '[');
	kc_json_open(&m.faults, '[');
	code = import(&m, kc_buf_view(&text));
out:
	kc_free(m.actors);
	kc_buf_free(&text);
	kc_buf_free(&rows);
	kc_buf_free(&faults);
	return code;
}
