/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng target approve-first --unit G01 --all`: the daemon says what stands
 * in a state from which the kind moves it, and a statement is made of each.
 */
#include "all.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "lib/foreign.h"

#include "many.h"

struct all {
	struct kc_writing *w;
	json_t *doc, *rows;
	const json_t **row; /* of each statement */
	struct kc_many many;
};

static const char *
member(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text != NULL ? text : "";
}

/* --- what there is --- */
/* The unit that is meant: the option, or the field of that name. */
static struct kc_slice
unit_of(const struct kc_writing *w)
{
	int f = kc_kind_field(w->kind, KC_LIT("unit"));

	for (size_t i = 0; f >= 0 && i < w->nspans; i++)
		if (w->spans[i].field == (unsigned)f)
			return (struct kc_slice){
			    w->values.p + w->spans[i].at, w->spans[i].n};
	return kc_slice_str(
	    w->authors->cli->unit != NULL ? w->authors->cli->unit : "");
}

static int
ask(struct all *a)
{
	struct kc_cli *cli = a->w->authors->cli;
	struct kc_view_args args = {.id = kc_slice_str(a->w->kind->name),
	    .unit = unit_of(a->w),
	    .lang = cli->lang};
	struct kc_buf json = {0};
	struct kc_cli live = *cli;
	char where[KC_PATH_SIZE];
	int code;

	/* Of the daemon that is to take them, also where --dir says which. */
	if (kc_cli_where(cli, where) == KC_OK) {
		live.where = where;
		live.dir = NULL;
	}
	code = kc_cli_view(&live, "ready", &args, &json);
	if (code == KC_EXIT_OK) {
		a->doc =
		    json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
		a->rows = json_object_get(a->doc, "rows");
	}
	kc_buf_free(&json);
	return code;
}

static int
none(const struct all *a)
{
	const struct kc_cli *cli = a->w->authors->cli;
	const struct kc_slice unit = unit_of(a->w);

	return kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
	    _("there is nothing on which \"%s\" can be done now%s%.*s"),
	    cli->lang == KC_LANG_ZH ? a->w->kind->zh : a->w->kind->en,
	    unit.n > 0 ? _(": unit ") : "", (int)unit.n, unit.p);
}

/* --- a statement of each --- */
/* The fields of a row; *fits: what the options say is not otherwise. */
static int
add_row(struct kc_writing *w, const json_t *row, bool *fits)
{
	const json_t *fields = json_object_get(row, "fields");
	const json_t *values = json_object_get(row, "values");
	int code = KC_EXIT_OK;

	*fits = true;
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		const char *is = json_string_value(json_array_get(values, i));
		int f = name == NULL || is == NULL
		    ? -1
		    : kc_kind_field(w->kind, kc_slice_str(name));

		if (f < 0)
			return kc_cli_error(
			    w->authors->cli, KC_ESYNTAX, "ready");
		if ((w->tried >> f & 1) == 0) {
			code = kc_writing_add(w, (unsigned)f, is);
			if (code != KC_EXIT_OK)
				return code;
			continue;
		}
		for (size_t k = 0; k < w->nspans; k++)
			if (w->spans[k].field == (unsigned)f)
				*fits = *fits &&
				    kc_slice_is((struct kc_slice){w->values.p +
							w->spans[k].at,
						    w->spans[k].n},
					is);
	}
	return code;
}

static int
make(struct all *a, int argc, char **argv)
{
	struct kc_plain plain;
	const json_t *row;
	bool fits;
	int code = KC_EXIT_OK;

	for (size_t i = 0; i < json_array_size(a->rows); i++) {
		row = json_array_get(a->rows, i);
		kc_writing_reset(a->w);
		code = kc_plain_read(a->w, argc, argv, KC_PLAIN_NONE, &plain);
		if (code == KC_EXIT_OK)
			code = add_row(a->w, row, &fits);
		if (code == KC_EXIT_OK && !fits)
			continue;
		if (code == KC_EXIT_OK)
			code = kc_writing_whole(a->w);
		if (code == KC_EXIT_OK)
			code = kc_writing_text(a->w);
		if (code != KC_EXIT_OK)
			return code;
		a->row[a->many.n] = row;
		code = kc_many_add(&a->many, kc_buf_view(&a->w->text));
		if (code != KC_EXIT_OK)
			return code;
	}
	if (a->many.n == 0)
		return none(a);
	return a->many.n > KC_TOGETHER_MAX
	    ? kc_cli_usage(_("--all: %zu of them; at most %d stand or fall "
			     "together; --unit takes those of one unit"),
		  a->many.n, KC_TOGETHER_MAX)
	    : KC_EXIT_OK;
}

/* --- what is another's to do --- */
static bool
is_anothers(const char *text)
{
	enum kc_refusal_code code = kc_refusal_find(kc_slice_str(text));

	return code != KC_R_NONE && code != KC_R_ROLE &&
	    (code == KC_R_CLASS_ROUTE || kc_refusal_status(code) == 403);
}

static void
say_fault(void *all, size_t i, const char *code, const char *message)
{
	struct all *a = all;
	struct kc_many_left *left;

	if (!is_anothers(code)) {
		(void)kc_cli_fail(KC_EXIT_REFUSED, NULL, "%s: %s (%s)",
		    member(a->row[i], "case"), message, code);
		return;
	}
	left = &a->many.left[a->many.nleft++];
	left->i = i;
	left->about = member(a->row[i], "case");
	(void)kc_slice_copy(left->code, sizeof(left->code), kc_slice_str(code));
	kc_buf_str(&left->message, message);
	a->many.refused--;
}

/* Tries all of them, and leaves out what is another's. */
static int
sift(struct all *a)
{
	const struct kc_cli *cli = a->w->authors->cli;
	struct kc_many *m = &a->many;
	size_t kept = 0, n = m->n, next = 0;
	int code = kc_many_try(m);

	/* All that was told may be another's. */
	if (code == KC_EXIT_REFUSED)
		code = KC_EXIT_OK;
	for (size_t i = 0; code == KC_EXIT_OK && i < n; i++) {
		if (next < m->nleft && m->left[next].i == i) {
			struct kc_many_left *l = &m->left[next++];

			kc_cli_note(cli, _("left out: %s: %s (%s)"), l->about,
			    kc_buf_cstr(&l->message), l->code);
			continue;
		}
		m->about[kept] = member(a->row[i], "case");
		a->row[kept] = a->row[i];
		m->part[kept++] = m->part[i];
	}
	m->n = kept;
	m->tried = true;
	if (code == KC_EXIT_OK && kept == 0)
		code = kc_cli_fail(KC_EXIT_REFUSED, NULL,
		    _("none of the %zu is for these signers to do"), n);
	return code;
}

static void
show(const struct all *a)
{
	const struct kc_cli *cli = a->w->authors->cli;

	for (size_t i = 0; i < a->many.n; i++)
		kc_cli_note(cli, "  %s  %s  %s  %s", member(a->row[i], "case"),
		    member(a->row[i], "unit"), member(a->row[i], "state_text"),
		    member(a->row[i], "title"));
}

static int
run(struct all *a, int argc, char **argv)
{
	const struct kc_post_faults faults = {say_fault, a};
	struct kc_cli *cli = a->w->authors->cli;
	size_t n;
	int code = ask(a);

	if (code != KC_EXIT_OK)
		return code;
	n = json_array_size(a->rows);
	a->row = kc_alloc(n * sizeof(*a->row));
	a->many = (struct kc_many){.cli = cli,
	    .authors = a->w->authors,
	    .kind = a->w->kind,
	    .faults = &faults,
	    .about = kc_alloc(n * sizeof(char *)),
	    .left = kc_alloc(n * sizeof(struct kc_many_left))};
	if (a->row == NULL || a->many.left == NULL || a->many.about == NULL)
		code = kc_cli_error(cli, KC_ENOMEM, a->w->kind->name);
	if (code == KC_EXIT_OK)
		code = make(a, argc, argv);
	if (code == KC_EXIT_OK)
		code = sift(a);
	if (code == KC_EXIT_OK) {
		show(a);
		code = kc_many_run(&a->many);
	}
	for (size_t i = 0; i < a->many.nleft; i++)
		kc_buf_free(&a->many.left[i].message);
	kc_free(a->many.left);
	kc_free(a->many.about);
	kc_free(a->row);
	kc_many_release(&a->many);
	return code;
}

int
kc_write_all(struct kc_writing *w, int argc, char **argv)
{
	struct kc_cli *cli = w->authors->cli;
	struct all a = {.w = w};
	struct kc_plain plain;
	int code = kc_plain_read(w, argc, argv, KC_PLAIN_NONE, &plain);

	if (code == KC_EXIT_OK && plain.n > 0)
		code = kc_cli_usage("%s",
		    _("--all names everything; leave it out, or the names"));
	if (code == KC_EXIT_OK && (cli->id != NULL || cli->out != NULL))
		code = kc_cli_usage(
		    "%s", _("--id and --out are for one statement"));
	if (code == KC_EXIT_OK)
		code = kc_authors_meet(w->authors);
	if (code == KC_EXIT_OK)
		code = run(&a, argc, argv);
	json_decref(a.doc);
	return code;
}
