/* SPDX-License-Identifier: Apache-2.0 */
/* What a table is of: its kind, and which field each column is. */
#include <string.h>

#include "import.h"

#include "lib/foreign.h"

bool
kc_import_remark(const struct kc_sheet *s, const struct kc_sheet_row *row)
{
	struct kc_slice first = kc_sheet_cell(s, row, 0);

	return first.n > 0 && first.p[0] == '#';
}

/* --- the kind --- */
const struct kc_kind *
kc_import_kind(struct kc_slice name)
{
	for (int i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get((enum kc_kind_id)i);

		if (kc_kind_is_written(k) &&
		    (kc_slice_is(name, k->name) || kc_slice_is(name, k->zh) ||
			kc_slice_is(name, k->en)))
			return k;
	}
	return NULL;
}

/* The row of headings, with the kind from the row before it or from --kind. */
static int
find_kind(const char *file, const struct kc_sheet *s, const char *kind,
    struct kc_import_columns *out)
{
	const char *which = _("--kind KIND says of what kind, such as "
			      "target.draft; kaocheng help kinds lists them");
	size_t i = 0;

	if (kind != NULL) {
		out->kind = kc_import_kind(kc_slice_str(kind));
		if (out->kind == NULL)
			return kc_cli_fail(KC_EXIT_USAGE, which,
			    _("--kind %s: no kind that people sign"), kind);
	}
	for (; i < s->nrows; i++) {
		const struct kc_kind *k =
		    kc_import_kind(kc_sheet_cell(s, &s->rows[i], 0));

		if (kc_import_remark(s, &s->rows[i]))
			continue;
		/* A cell that names a kind is a heading where the row goes on
		 * with others. */
		if (k == NULL || s->rows[i].n > 2)
			break;
		if (out->kind != NULL && out->kind != k)
			return kc_cli_fail(KC_EXIT_USAGE, NULL,
			    _("%s: row %u says %s, --kind says %s"), file,
			    s->rows[i].number, k->name, out->kind->name);
		out->kind = k;
	}
	if (out->kind == NULL)
		return kc_cli_fail(KC_EXIT_USAGE, which,
		    _("%s: nothing says what its rows are"), file);
	if (i == s->nrows)
		return kc_cli_fail(
		    KC_EXIT_USAGE, NULL, _("%s: no row of headings"), file);
	out->headings = &s->rows[i];
	out->first = i + 1;
	return KC_EXIT_OK;
}

/* --- columns --- */
static struct kc_slice
trim(struct kc_slice s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '*'))
		s.p++, s.n--;
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '*'))
		s.n--;
	return s;
}

/* The one field whose Chinese label begins so: 单位 for 单位代码. */
static int
by_begin(const struct kc_kind *kind, struct kc_slice s)
{
	int found = -1;

	for (unsigned f = 0; s.n > 0 && f < kind->nfields; f++) {
		if (strncmp(kind->fields[f].zh, s.p, s.n) != 0)
			continue;
		if (found >= 0)
			return -1; /* it could be either */
		found = (int)f;
	}
	return found;
}

/* No kind has a field of one of these names. */
static bool
is_by(struct kc_slice heading)
{
	return kc_slice_is(heading, "by") || kc_slice_is(heading, "签署人") ||
	    kc_slice_is(heading, "签署人 by") ||
	    kc_slice_is(heading, "signed by");
}

/* "分值 weight", "weight", "分值" or "points"; KC_COLUMN_NONE if it is no
 * field. */
static int
field_of(const struct kc_kind *kind, struct kc_slice heading)
{
	struct kc_slice whole = trim(heading), rest = whole, word;

	if (is_by(whole))
		return KC_COLUMN_BY;
	for (unsigned f = 0; f < kind->nfields; f++)
		if (kc_slice_is(whole, kind->fields[f].name) ||
		    kc_slice_is(whole, kind->fields[f].zh) ||
		    kc_slice_is(whole, kind->fields[f].en))
			return (int)f;
	/* As a template has it: the label, a blank, the name. */
	while (kc_slice_cut(&rest, ' ', &word))
		;
	if (rest.n < whole.n && kc_kind_field(kind, rest) >= 0)
		return kc_kind_field(kind, rest);
	return by_begin(kind, whole);
}

static bool
may_repeat(const struct kc_field *f)
{
	return f->presence == KC_MANY || f->presence == KC_SOME;
}

/* The fields that there are, for a heading that is none of them. */
static int
unknown_heading(struct kc_cli *cli, const char *file,
    const struct kc_import_columns *c, unsigned col, struct kc_slice heading)
{
	struct kc_buf shown = {0}, fields = {0};
	bool zh = cli->lang == KC_LANG_ZH;

	kc_buf_str(&fields, _("headings: "));
	for (unsigned f = 0; f < c->kind->nfields; f++) {
		const struct kc_field *field = &c->kind->fields[f];

		kc_buf_str(&fields, f > 0 ? ", " : "");
		kc_buf_str(&fields, field->name);
		kc_buf_str(&fields, " (");
		kc_buf_str(&fields, zh ? field->zh : field->en);
		kc_buf_str(&fields, ")");
	}
	kc_buf_str(&fields, _(", by (who signs the row)"));
	kc_buf_foreign(&shown, heading);
	(void)kc_cli_fail(KC_EXIT_USAGE, kc_buf_cstr(&fields),
	    _("%s: row %u, column %u: \"%s\" is no field of %s"), file,
	    c->headings->number, col + 1, kc_buf_cstr(&shown), c->kind->name);
	kc_buf_free(&shown);
	kc_buf_free(&fields);
	return KC_EXIT_USAGE;
}

int
kc_import_columns(struct kc_cli *cli, const char *file,
    const struct kc_sheet *s, const char *kind, struct kc_import_columns *out)
{
	bool seen[KC_FIELDS_MAX] = {false};
	int code = find_kind(file, s, kind, out);

	if (code != KC_EXIT_OK)
		return code;
	out->n = out->headings->n;
	out->by = -1;
	for (unsigned i = 0; i < out->n; i++) {
		struct kc_slice h = kc_sheet_cell(s, out->headings, i);
		int f = h.n > 0 && h.p[0] != '#' ? field_of(out->kind, h)
						 : KC_COLUMN_NONE;

		out->field[i] = f;
		if (f == KC_COLUMN_BY && out->by < 0)
			out->by = (int)i;
		if (h.n == 0 || h.p[0] == '#' || f == KC_COLUMN_BY)
			continue;
		if (f < 0)
			return unknown_heading(cli, file, out, i, h);
		if (seen[f] && !may_repeat(&out->kind->fields[f]))
			return kc_cli_fail(KC_EXIT_USAGE, NULL,
			    _("%s: two columns are %s"), file,
			    out->kind->fields[f].name);
		seen[f] = true;
	}
	return KC_EXIT_OK;
}

int
kc_import_faulty(const char *file, unsigned errors)
{
	return kc_cli_fail(KC_EXIT_REFUSED, NULL,
	    errors == 1 ? _("%s: %u error; nothing was written")
			: _("%s: %u errors; nothing was written"),
	    file, errors);
}
