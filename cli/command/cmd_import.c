/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng import`: rows into statements, all their faults at once, what the
 * ledger would say to them, one question, one signing, one post of which all
 * stand or none. Left for others to sign (--share), each is a draft of its own
 * that has been tried with the rest.
 */
#include <stdio.h>
#include <string.h>

#include <kaocheng/json.h>

#include "lib/foreign.h"
#include "lib/setup.h"

#include "import.h"
#include "many.h"
#include "meant.h"

struct import {
	struct kc_cli *cli;
	const char *file;
	struct kc_sheet sheet;
	struct kc_import_columns columns;
	struct kc_authors authors;
	struct kc_writing *w;
	struct kc_many many;
	struct kc_hands hands; /* if the table names them */
	size_t remarks;
	size_t *row; /* of each statement, in sheet.rows */
	bool shared; /* left as drafts, which say themselves what they are */
	/* What is wrong. */
	unsigned errors;
	struct kc_buf faults_text;
	struct kc_json faults;
};

/* --- what is wrong --- */
static void
fault(struct import *m, const struct kc_sheet_row *row, int col,
    const char *code, const char *message)
{
	struct kc_buf heading = {0}, value = {0};
	struct kc_json *w = &m->faults;

	m->errors++;
	if (col >= 0) {
		kc_buf_foreign(&heading,
		    kc_sheet_cell(
			&m->sheet, m->columns.headings, (unsigned)col));
		kc_buf_foreign(
		    &value, kc_sheet_cell(&m->sheet, row, (unsigned)col));
		(void)kc_cli_fail(KC_EXIT_REFUSED, NULL,
		    _("%s: row %u, column %s, value \"%s\": %s"), m->file,
		    row->number, kc_buf_cstr(&heading), kc_buf_cstr(&value),
		    message);
	} else {
		(void)kc_cli_fail(KC_EXIT_REFUSED, NULL, _("%s: row %u: %s"),
		    m->file, row->number, message);
	}
	kc_json_open(w, '{');
	kc_json_key(w, "row");
	kc_json_u64(w, row->number);
	kc_json_key(w, "column");
	kc_json_str(w, col >= 0 ? kc_buf_cstr(&heading) : NULL);
	kc_json_key(w, "value");
	kc_json_str(w, col >= 0 ? kc_buf_cstr(&value) : NULL);
	kc_json_key(w, "code");
	kc_json_str(w, code);
	kc_json_key(w, "message");
	kc_json_str(w, message);
	kc_json_close(w, '}');
	kc_buf_free(&heading);
	kc_buf_free(&value);
}

/* Is it who signs that it is about? */
static bool
is_of_signer(const char *code)
{
	static const enum kc_refusal_code codes[] = {KC_R_ACTOR_UNKNOWN,
	    KC_R_KEY_NOT_IN_FORCE, KC_R_SIGNATURE, KC_R_ROLE, KC_R_GRANT,
	    KC_R_OWN_UNIT, KC_R_UNIT_MISMATCH, KC_R_SAME_PERSON, KC_R_RECUSED};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, kc_refusal_code_text(codes[i])) == 0)
			return true;
	return false;
}

/* What the ledger says to a row. */
static void
ledger_fault(void *ctx, size_t i, const char *code, const char *message)
{
	struct import *m = ctx;

	fault(m, &m->sheet.rows[m->row[i]],
	    is_of_signer(code) ? m->columns.by : -1, code, message);
}

/* --- rows into statements --- */
/* The values of a cell: one, or, of a field that may have several, one a line
 * or between semicolons. */
static bool
next_value(const struct kc_field *f, struct kc_slice *rest, struct kc_buf *out)
{
	struct kc_slice value;
	size_t n = 0, skip = 0;
	bool many = f->presence == KC_MANY || f->presence == KC_SOME;

	if (rest->n == 0)
		return false;
	kc_buf_reset(out);
	for (; n < rest->n; n++) {
		if (!many)
			continue;
		if (rest->p[n] == '\n' ||
		    (f->type != KC_T_TEXT && rest->p[n] == ';'))
			skip = 1;
		else if (f->type != KC_T_TEXT && rest->n - n >= 3 &&
		    memcmp(rest->p + n, "；", 3) == 0)
			skip = 3;
		if (skip > 0)
			break;
	}
	value = (struct kc_slice){rest->p, n};
	while (f->type != KC_T_TEXT && value.n > 0 && value.p[0] == ' ')
		value.p++, value.n--;
	while (
	    f->type != KC_T_TEXT && value.n > 0 && value.p[value.n - 1] == ' ')
		value.n--;
	/* A table may be another's: its texts name no file to be read here. */
	if (f->type == KC_T_TEXT && value.n > 0 && value.p[0] == '@')
		kc_buf_char(out, '@');
	kc_buf_slice(out, value);
	rest->p += n + skip;
	rest->n -= n + skip;
	return true;
}

/* Keys and what proves that they are held are for the ledger that counts; a
 * rehearsal makes its own. */
static bool
is_made_here(const struct import *m, int field)
{
	enum kc_type type = m->columns.kind->fields[field].type;

	return (type == KC_T_VKEY || type == KC_T_SIG) &&
	    m->columns.kind->id == KC_K_actor_enrol &&
	    kc_is_rehearsal(m->authors.ledger);
}

/* Adds the cells of a row; false: some of them are not what they should be. */
static bool
add_cells(struct import *m, const struct kc_sheet_row *row)
{
	struct kc_heard heard = {0};
	struct kc_buf value = {0};
	unsigned before = m->errors;

	for (unsigned i = 0; i < m->columns.n; i++) {
		int f = m->columns.field[i];
		struct kc_slice rest = kc_sheet_cell(&m->sheet, row, i);

		while (f >= 0 &&
		    next_value(&m->columns.kind->fields[f], &rest, &value)) {
			int code;

			if (is_made_here(m, f))
				continue;
			kc_cli_hear(&heard);
			m->authors.heard = &heard;
			code = kc_writing_add(
			    m->w, (unsigned)f, kc_buf_cstr(&value));
			kc_cli_hear(NULL);
			m->authors.heard = NULL;
			if (code != KC_EXIT_OK)
				fault(m, row, (int)i,
				    heard.code[0] != '\0' ? heard.code
							  : "E-FIELD-VALUE",
				    kc_buf_cstr(&heard.message));
		}
	}
	kc_buf_free(&value);
	kc_buf_free(&heard.message);
	return m->errors == before;
}

/* Those whom the row names become the signers of its statement; false: one
 * cannot be, or there is none. */
static bool
add_signers(struct import *m, const struct kc_sheet_row *row)
{
	static const struct kc_field author = {
	    .name = "by", .type = KC_T_ACTOR, .presence = KC_SOME};
	struct kc_heard heard = {0};
	struct kc_buf name = {0};
	unsigned before = m->errors;

	if (m->columns.by < 0)
		return true;
	kc_hands_begin(m->cli);
	for (unsigned i = 0; i < m->columns.n; i++) {
		struct kc_slice rest = kc_sheet_cell(&m->sheet, row, i);

		while (m->columns.field[i] == KC_COLUMN_BY &&
		    next_value(&author, &rest, &name)) {
			int code;

			kc_cli_hear(&heard);
			m->authors.heard = &heard;
			code = kc_hands_add(
			    &m->hands, &m->authors, kc_buf_cstr(&name));
			kc_cli_hear(NULL);
			m->authors.heard = NULL;
			if (code != KC_EXIT_OK)
				fault(m, row, (int)i,
				    heard.code[0] != '\0' ? heard.code
					: code == KC_EXIT_USAGE
					? "E-FIELD-VALUE"
					: "E-KEY",
				    kc_buf_cstr(&heard.message));
		}
	}
	if (m->errors == before && m->cli->nas == 0)
		fault(m, row, m->columns.by, "E-FIELD-MISSING",
		    _("nobody is named who signs it"));
	kc_buf_free(&name);
	kc_buf_free(&heard.message);
	return m->errors == before;
}

/* The column that a refusal is about, by the field that it names; -1: none. */
static int
column_of(const struct import *m, const struct kc_refusal *why)
{
	int f = kc_kind_field(m->columns.kind, kc_slice_str(why->args[0]));

	for (unsigned i = 0; f >= 0 && i < m->columns.n; i++)
		if (m->columns.field[i] == f)
			return (int)i;
	return -1;
}

static bool
refused(struct import *m, const struct kc_sheet_row *row,
    const struct kc_refusal *why)
{
	struct kc_buf message = {0};

	kc_refusal_message(why, m->cli->lang, &message);
	fault(m, row, column_of(m, why), kc_refusal_code_text(why->code),
	    kc_buf_cstr(&message));
	kc_buf_free(&message);
	return false;
}

/* Says of every field that must be there and is not; false if there is one. */
static bool
has_all(struct import *m, const struct kc_sheet_row *row)
{
	const struct kc_kind *kind = m->columns.kind;
	unsigned before = m->errors;

	for (unsigned f = 0; f < kind->nfields; f++) {
		const struct kc_field *field = &kind->fields[f];
		struct kc_refusal why = {0};

		if (!kc_writing_lacks(m->w, f))
			continue;
		(void)kc_refuse(
		    &why, KC_R_FIELD_MISSING, field->name, NULL, NULL, NULL);
		(void)refused(m, row, &why);
	}
	return m->errors == before;
}

/* In a workbook what stands beside a table is a remark. */
static bool
ends_with_headings(struct import *m, const struct kc_sheet_row *row)
{
	struct kc_refusal why = {0};

	for (unsigned i = m->columns.n; m->sheet.csv && i < row->n; i++) {
		(void)kc_refuse(&why, KC_R_CELL_BEYOND, "", NULL, NULL, NULL);
		kc_refusal_arg(&why, 0, kc_sheet_cell(&m->sheet, row, i));
		if (why.args[0][0] != '\0')
			return refused(m, row, &why);
	}
	return true;
}

static int
take_row(struct import *m, size_t index)
{
	const struct kc_sheet_row *row = &m->sheet.rows[index];
	struct kc_refusal why = {0};
	bool signs = add_signers(m, row), fits = ends_with_headings(m, row);
	int code = KC_EXIT_OK;

	kc_writing_reset(m->w);
	if (!add_cells(m, row) || !has_all(m, row) || !signs || !fits)
		return KC_EXIT_OK;
	code = kc_writing_encode(m->w, &why);
	if (code == KC_EXIT_OK && why.code != KC_R_NONE)
		(void)refused(m, row, &why);
	if (code != KC_EXIT_OK || why.code != KC_R_NONE)
		return code;
	m->row[m->many.n] = index;
	if (m->columns.by >= 0)
		code = kc_hands_take(&m->hands, m->cli);
	return code != KC_EXIT_OK
	    ? code
	    : kc_many_add(&m->many, kc_buf_view(&m->w->text));
}

static int
read_rows(struct import *m)
{
	int code = KC_EXIT_OK;

	for (size_t i = m->columns.first;
	     code == KC_EXIT_OK && i < m->sheet.nrows; i++)
		if (!kc_import_remark(&m->sheet, &m->sheet.rows[i]))
			code = take_row(m, i);
	if (code == KC_EXIT_OK && m->many.n == 0 && m->errors == 0)
		code = kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s: no rows below the headings"), m->file);
	if (code == KC_EXIT_OK && m->many.n > KC_TOGETHER_MAX)
		code = kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s: %zu rows; at most %d stand or fall together"),
		    m->file, m->many.n, KC_TOGETHER_MAX);
	return code;
}

/* --- what came of it --- */
static void
print_json(struct import *m, bool stands)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.import/1");
	kc_json_key(&w, "kind");
	kc_json_str(&w, m->columns.kind->name);
	kc_json_key(&w, "rows");
	kc_json_u64(&w, m->sheet.nrows - m->columns.first - m->remarks);
	kc_json_key(&w, "errors");
	kc_json_raw(&w, kc_buf_view(&m->faults_text));
	kc_json_key(&w, "written");
	kc_json_bool(&w, stands);
	kc_json_key(&w, "entries");
	kc_json_open(&w, '[');
	for (size_t i = 0; stands && i < m->many.n; i++) {
		kc_json_open(&w, '{');
		kc_json_key(&w, "row");
		kc_json_u64(&w, m->sheet.rows[m->row[i]].number);
		kc_many_json(&w, &m->many, i);
		kc_json_close(&w, '}');
	}
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
}

/* Everything up to the last step that is wanted. */
static int
import(struct import *m, bool *stands)
{
	int code = kc_meant_authors(&m->authors);

	if (code == KC_EXIT_OK)
		code = kc_authors_check(m->cli);
	if (code == KC_EXIT_OK)
		code = kc_authors_meet(&m->authors);
	if (code == KC_EXIT_OK)
		code = read_rows(m);
	if (code == KC_EXIT_OK)
		code = kc_import_twice(&m->many, &m->sheet, m->row);
	if (code == KC_EXIT_OK && m->errors == 0)
		code = kc_many_try(&m->many);
	if (code == KC_EXIT_OK && m->errors == 0 && m->cli->dry_run)
		kc_cli_note(m->cli,
		    _("%zu rows, all would stand; nothing was written"),
		    m->many.n);
	if (code != KC_EXIT_OK || m->errors > 0 || m->cli->dry_run)
		return code;
	m->shared = m->cli->share.n > 0;
	code = kc_many_send(&m->many);
	*stands = code == KC_EXIT_OK && m->errors == 0 && m->cli->share.n == 0;
	return code;
}

/* One of the two says it: --as of all rows, or a column of each. Who is
 * remembered does not sign for those whom the table names. */
static int
who_signs(struct import *m)
{
	struct kc_cli *cli = m->cli;

	if (m->columns.by < 0)
		return cli->nas > 0
		    ? KC_EXIT_OK
		    : kc_cli_usage("%s",
			  _("who signs? --as ACTOR, or a column \"by\" that "
			    "names who signs each row"));
	if ((cli->nas > 0 && !cli->as_remembered) || cli->share.n > 0)
		return kc_cli_usage(
		    _("%s names who signs each row; --as and --share are for "
		      "a table without such a column"),
		    m->file);
	kc_hands_begin(cli);
	m->many.hands = &m->hands;
	return KC_EXIT_OK;
}

static int
load(struct import *m)
{
	int code = kc_sheet_load(m->cli, m->file, &m->sheet);

	if (code == KC_EXIT_OK)
		code = kc_import_columns(
		    m->cli, m->file, &m->sheet, m->cli->kind, &m->columns);
	if (code != KC_EXIT_OK)
		return code;
	for (size_t i = m->columns.first; i < m->sheet.nrows; i++)
		m->remarks += kc_import_remark(&m->sheet, &m->sheet.rows[i]);
	code = who_signs(m);
	if (code != KC_EXIT_OK)
		return code;
	m->row = kc_alloc(m->sheet.nrows * sizeof(*m->row));
	m->w = kc_alloc(sizeof(*m->w));
	if (m->row == NULL || m->w == NULL)
		return kc_cli_error(m->cli, KC_ENOMEM, m->file);
	m->w->authors = &m->authors;
	m->w->kind = m->many.kind = m->columns.kind;
	return KC_EXIT_OK;
}

int
kc_cmd_import(struct kc_cli *cli, int argc, char **argv)
{
	struct import m = {
	    .cli = cli, .authors.cli = cli, .faults.out = &m.faults_text};
	const struct kc_post_faults faults = {ledger_fault, &m};
	bool stands = false;
	int code;

	if (cli->template != NULL)
		return kc_import_template(cli, argc, argv);
	if (argc != 1)
		return kc_cli_usage(
		    "%s", _("import takes one table, a .csv or .xlsx file"));
	if (cli->id != NULL || cli->out != NULL)
		return kc_cli_usage(
		    "%s", _("--id and --out are for one statement"));
	m.file = argv[0];
	m.many = (struct kc_many){
	    .cli = cli, .authors = &m.authors, .faults = &faults};
	kc_json_open(&m.faults, '[');
	code = load(&m);
	if (code == KC_EXIT_OK)
		code = import(&m, &stands);
	kc_json_close(&m.faults, ']');
	if (code == KC_EXIT_OK && m.errors > 0)
		code = kc_import_faulty(m.file, m.errors);
	if (m.columns.kind != NULL && cli->format == KC_FORMAT_JSON &&
	    !m.shared)
		print_json(&m, stands);
	else if (stands)
		kc_many_print(&m.many);
	kc_sheet_release(&m.sheet);
	if (m.w != NULL)
		kc_writing_release(m.w);
	kc_authors_release(&m.authors);
	kc_free(m.w);
	kc_free(m.row);
	kc_many_release(&m.many);
	kc_hands_release(&m.hands);
	kc_buf_free(&m.faults_text);
	return code;
}
