/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a document on paper: fields, what an entry says, who signed it. */
#include "form_int.h"

#include <string.h>

#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

void
kc_form_row(struct kc_vx *x, const char *part, const char *label,
    struct kc_slice text, uint32_t seq)
{
	kc_vx_row(x);
	kc_vx_str(x, "part", part);
	kc_vx_str(x, "label", label);
	kc_vx_slice(x, "text", text);
	if (seq != KC_NONE)
		kc_vx_u64(x, "seq", seq);
	else
		kc_vx_null(x, "seq");
}

void
kc_form_field(struct kc_vx *x, const char *zh, const char *en, const char *text)
{
	kc_form_row(
	    x, "field", kc_vx_say(x, zh, en), kc_slice_str(text), KC_NONE);
	kc_vx_end(x);
}

static void
put_buf(struct kc_vx *x, const char *part, const char *label,
    struct kc_buf *text, uint32_t seq)
{
	if (text->err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = text->err;
	kc_form_row(x, part, label, kc_buf_view(text), seq);
	kc_vx_end(x);
	kc_buf_free(text);
}

void
kc_form_field_buf(
    struct kc_vx *x, const char *zh, const char *en, struct kc_buf *text)
{
	put_buf(x, "field", kc_vx_say(x, zh, en), text, KC_NONE);
}

void
kc_form_note(
    struct kc_vx *x, const char *zh, const char *en, struct kc_buf *text)
{
	put_buf(x, "note", kc_vx_say(x, zh, en), text, KC_NONE);
}

void
kc_buf_form_day(struct kc_buf *b, const struct kc_vx *x, kc_day d)
{
	int year, month, day;

	if (d == KC_DAY_NONE) {
		kc_buf_str(b, "—");
		return;
	}
	if (x->lang != KC_LANG_ZH) {
		kc_buf_day(b, d);
		return;
	}
	kc_day_to_civil(d, &year, &month, &day);
	kc_buf_i64(b, year);
	kc_buf_str(b, "年");
	kc_buf_i64(b, month);
	kc_buf_str(b, "月");
	kc_buf_i64(b, day);
	kc_buf_str(b, "日");
}

void
kc_form_field_day(struct kc_vx *x, const char *zh, const char *en, kc_day d)
{
	struct kc_buf text = {0};

	kc_buf_form_day(&text, x, d);
	kc_form_field_buf(x, zh, en, &text);
}

void
kc_form_field_unit(
    struct kc_vx *x, const char *zh, const char *en, uint32_t unit)
{
	struct kc_buf text = {0};

	if (unit == KC_NONE)
		return;
	kc_buf_str(&text, kc_vx_unit_name(x, x->st->units.v[unit]));
	kc_buf_str(&text, kc_vx_say(x, "（", " ("));
	kc_buf_str(&text, x->st->units.v[unit]->code);
	kc_buf_str(&text, kc_vx_say(x, "）", ")"));
	kc_form_field_buf(x, zh, en, &text);
}

/* --- what an entry says --- */
/* The label of a field as it stands on paper: without how it is typed. */
static struct kc_slice
paper_label(const struct kc_vx *x, const struct kc_field *f)
{
	static const char *const ends[] = {
	    "；", ";", "（", ", in basis points", " in basis points"};
	const char *label = kc_vx_say(x, f->zh, f->en);
	struct kc_slice out = kc_slice_str(label);

	for (size_t at = 1; at < out.n; at++)
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			if (strncmp(label + at, ends[i], strlen(ends[i])) == 0)
				out.n = at;
	return out;
}

/* "2022年第一季度", "2022-Q1" */
static void
put_quarter(struct kc_buf *b, const struct kc_vx *x, int64_t quarter)
{
	static const char *const numerals[] = {"一", "二", "三", "四"};
	char text[KC_QUARTER_TEXT];

	if (x->lang != KC_LANG_ZH) {
		kc_quarter_text(text, quarter);
		kc_buf_str(b, text);
		return;
	}
	kc_buf_i64(b, quarter / 4);
	kc_buf_str(b, "年第");
	kc_buf_str(b, numerals[quarter % 4]);
	kc_buf_str(b, "季度");
}

/* What kind of file it is and how long, then its hash. */
static void
put_evidence(struct kc_buf *b, const struct kc_vx *x, struct kc_slice raw)
{
	struct kc_slice hash, size;

	if (!kc_slice_cut(&raw, ' ', &hash) || !kc_slice_cut(&raw, ' ', &size))
		return;
	kc_buf_slice(b, raw);
	kc_buf_str(b, kc_vx_say(x, "，", ", "));
	kc_buf_slice(b, size);
	kc_buf_str(b, kc_vx_say(x, " 字节，", " bytes, "));
	kc_buf_slice(b, hash);
}

static void
put_value(struct kc_vx *x, struct kc_buf *b, const struct kc_field *f,
    const struct kc_value *item)
{
	switch (f->type) {
	case KC_T_TEXT:
		kc_buf_unfold(b, item->raw);
		break;
	case KC_T_WORD:
		kc_buf_str(b, kc_vx_label(x, (enum kc_set)f->arg, item->num));
		break;
	case KC_T_BP:
		kc_buf_form_percent(b, item->num);
		break;
	case KC_T_DATE:
		kc_buf_form_day(b, x, (kc_day)item->num);
		break;
	case KC_T_POINTS:
		kc_buf_form_points(b, x, item->num);
		break;
	case KC_T_QUARTER:
		put_quarter(b, x, item->num);
		break;
	case KC_T_YESNO:
		kc_buf_str(b,
		    item->num != 0 ? kc_vx_say(x, "是", "yes")
				   : kc_vx_say(x, "否", "no"));
		break;
	case KC_T_EVIDENCE:
		put_evidence(b, x, item->raw);
		break;
	case KC_T_CODE:
	case KC_T_ACTOR:
	case KC_T_HANDLE:
	case KC_T_INT:
	case KC_T_DECIMAL:
	case KC_T_VKEY:
	case KC_T_SIG:
	case KC_T_HASH:
	case KC_T_KINDNAME:
		kc_buf_slice(b, item->raw);
		break;
	}
}

/* What a document says by itself, in words, of what such a field names. */
static const struct {
	enum kc_kind_id kind;
	const char *field;
} worded[] = {
    {KC_K_opinion_record, "round"},
    {KC_K_opinion_point, "round"},
    {KC_K_dispute_file, "decision"},
    {KC_K_negative_propose, "item"},
    {KC_K_negative_propose, "amount"},
    {KC_K_result_feed_back, "yearend"},
    {KC_K_target_adjust, "weight"}, /* before and since, in its table */
    {KC_K_target_adjust, "other_weight"},
    {KC_K_target_adjust, "planned"},
    {KC_K_target_adjust, "title"},
    {KC_K_target_adjust, "standard"},
};

static bool
is_worded(const struct kc_kind *k, const struct kc_field *f)
{
	for (size_t i = 0; i < sizeof(worded) / sizeof(worded[0]); i++)
		if (kc_kind_get(worded[i].kind) == k &&
		    strcmp(worded[i].field, f->name) == 0)
			return true;
	return false;
}

/* Codes stand in fields of their own, with what they name. */
static bool
is_said(const struct kc_vx *x, const struct kc_kind *k,
    const struct kc_field *f, struct kc_slice raw)
{
	if (is_worded(k, f))
		return false;
	if (f->type == KC_T_CODE || f->type == KC_T_ACTOR)
		return false;
	return f->type != KC_T_HANDLE || !kc_slice_eq(raw, x->args->id);
}

static void
said(struct kc_vx *x, const struct kc_entry *e, uint32_t seq)
{
	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++) {
			const struct kc_field *field = &e->kind->fields[f];
			const struct kc_value *item = kc_entry_item(e, f, i);
			struct kc_buf label = {0}, text = {0};

			if (!is_said(x, e->kind, field, item->raw))
				continue;
			kc_buf_slice(&label, paper_label(x, field));
			kc_buf_char(&label, '\0');
			put_value(x, &text, field, item);
			if (kc_buf_err(&label) == KC_OK)
				put_buf(x,
				    field->type == KC_T_TEXT ? "paragraph"
							     : "field",
				    label.p, &text, seq);
			else if (x->w.out->err == KC_OK)
				x->w.out->err = label.err;
			kc_buf_free(&text);
			kc_buf_free(&label);
		}
}

/* --- who signed it --- */
const char *
kc_form_office(const struct kc_vx *x, uint32_t actor)
{
	const struct kc_actor *a = x->st->actors.v[actor];

	if (a->unit != KC_NONE)
		return kc_vx_unit_name(x, x->st->units.v[a->unit]);
	for (unsigned i = 0; i < KC_ROLE_COUNT; i++)
		if ((a->roles >> i & 1) != 0)
			return kc_vx_label(x, KC_SET_ROLE, i);
	return a->id;
}

void
kc_form_field_person(
    struct kc_vx *x, const char *zh, const char *en, uint32_t actor)
{
	kc_form_row(x, "field", kc_vx_say(x, zh, en),
	    kc_slice_str(kc_form_office(x, actor)), KC_NONE);
	kc_json_key(&x->w, "by");
	kc_json_open(&x->w, '[');
	kc_json_str(&x->w, x->st->actors.v[actor]->id);
	kc_json_close(&x->w, ']');
	kc_vx_end(x);
}

static void
signers(struct kc_vx *x, const struct kc_entry *e, const struct kc_leaf *leaf)
{
	for (unsigned i = 0; i < e->nby; i++) {
		uint32_t who = kc_find(x->st, KC_NS_ACTOR, e->by[i]);

		kc_form_row(x, "signer", kc_vx_say(x, e->kind->zh, e->kind->en),
		    who == KC_NONE ? e->by[i]
				   : kc_slice_str(kc_form_office(x, who)),
		    (uint32_t)leaf->seq);
		kc_json_key(&x->w, "by");
		kc_json_open(&x->w, '[');
		kc_json_slice(&x->w, e->by[i]);
		kc_json_close(&x->w, ']');
		kc_vx_day(x, "date",
		    kc_day_of_instant(leaf->received_ms, KC_LOCAL_OFFSET_S));
		kc_vx_doubt(x, e, leaf->seq);
		kc_vx_end(x);
	}
}

static void
with_entry(struct kc_vx *x, uint32_t seq, bool words)
{
	struct kc_entry *e = x->log != NULL ? kc_alloc(sizeof(*e)) : NULL;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = x->log == NULL ? KC_ENOTFOUND : KC_ENOMEM;

	if (e != NULL)
		err = kc_vx_load(x, seq, &bytes, &leaf, e);
	if (err == KC_OK && words)
		said(x, e, seq);
	else if (err == KC_OK)
		signers(x, e, &leaf);
	else if (x->w.out->err == KC_OK)
		x->w.out->err = err; /* half a document is none */
	kc_free(e);
	kc_buf_free(&bytes);
}

void
kc_form_said(struct kc_vx *x, uint32_t seq)
{
	with_entry(x, seq, true);
}

void
kc_form_signed(struct kc_vx *x, uint32_t seq)
{
	with_entry(x, seq, false);
}
