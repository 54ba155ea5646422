/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A year's targets as drafts of another one: a table that `kaocheng import`
 * takes once it was read and mended. What cannot be carried over is listed
 * with the reason.
 */
#include "noun/cadre/cadre.h"
#include "noun/indicator/indicator.h"
#include "noun/vx.h"

#include "plan.h"

#include <stdio.h>
#include <string.h>

struct renewal {
	struct kc_vx *x;
	int to;
	char from_text[8], to_text[8];
	const struct kc_target *t;
	struct kc_buf code;  /* of the draft */
	const char *zh, *en; /* why not; NULL: it can be */
};

/* The code with the year in it replaced; false: it has none. */
static bool
new_code(struct renewal *r)
{
	size_t n = strlen(r->from_text);
	const char *at = r->t->code;

	while (*at != '\0' && strncmp(at, r->from_text, n) != 0)
		at++;
	kc_buf_reset(&r->code);
	if (*at == '\0')
		return false;
	kc_buf_put(&r->code, r->t->code, (size_t)(at - r->t->code));
	kc_buf_str(&r->code, r->to_text);
	kc_buf_str(&r->code, at + n);
	return true;
}

static bool
is_issued(const struct renewal *r)
{
	return kc_list_state(kc_list_of(r->x->st, r->t->unit, r->to)) ==
	    KC_LS_ISSUED;
}

static bool
is_taken(struct renewal *r)
{
	return kc_find(r->x->st, KC_NS_TARGET, kc_buf_view(&r->code)) !=
	    KC_NONE;
}

static void
judge(struct renewal *r)
{
	r->zh = r->en = NULL;
	if (r->t->class_ == KC_TARGET_CLASS_DYNAMIC) {
		r->zh = "动态工作全年追加，不沿用";
		r->en = "dynamic work is added in the course of a year";
	} else if (!new_code(r)) {
		r->zh = "代码中没有年度，须另拟代码";
		r->en = "its code does not name the year: another must be made";
	} else if (is_issued(r)) {
		r->zh = "该年度责任单已下达";
		r->en = "the list of that year is issued";
	} else if (is_taken(r)) {
		r->zh = "新代码已被占用";
		r->en = "the new code is taken";
	}
}

/* --- rows --------------------------------------------------------------------
 */
static void
put_duties(struct kc_vx *x, const struct kc_target *t)
{
	const struct kc_unit *u = x->st->units.v[t->unit];

	kc_json_key(&x->w, "duty");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < t->duties.n; i++)
		kc_json_str(&x->w, u->duties.v[t->duties.v[i]].code);
	kc_json_close(&x->w, ']');
}

static void
put_cadre(struct kc_vx *x, const char *key, uint32_t cadre)
{
	kc_vx_str(
	    x, key, cadre != KC_NONE ? x->st->cadres.v[cadre]->code : NULL);
}

/* By the names of the fields of target.draft. */
static void
draft_row(struct renewal *r)
{
	const struct kc_target *t = r->t;
	struct kc_vx *x = r->x;

	kc_vx_row(x);
	kc_vx_buf(x, "target", &r->code);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_i64(x, "year", r->to);
	kc_vx_word(x, "class", KC_SET_TARGET_CLASS, t->class_);
	kc_vx_word(x, "source", KC_SET_SOURCE, t->source);
	put_duties(x, t);
	kc_vx_points(x, "weight", t->weight_e4);
	kc_vx_unit(x, "assessor", t->assessor);
	kc_vx_str(x, "indicator",
	    t->indicator != KC_NONE ? x->st->indicators.v[t->indicator]->code
				    : NULL);
	put_cadre(x, "lead", t->lead);
	put_cadre(x, "assist", t->assist);
	kc_vx_str(x, "title", t->title);
	kc_vx_str(x, "standard", t->standard);
	kc_vx_end(x);
}

static void
left_out(struct renewal *r)
{
	struct kc_vx *x = r->x;

	kc_json_open(&x->w, '{');
	kc_vx_str(x, "target", r->t->code);
	kc_vx_unit(x, "unit", r->t->unit);
	kc_vx_str(x, "why", kc_vx_say(x, r->zh, r->en));
	kc_json_close(&x->w, '}');
}

/* Every target that counts and is seen: those that can be drafted anew, or
 * the others. */
static void
each(struct renewal *r, bool can)
{
	struct kc_vx *x = r->x;

	for (uint32_t i = 0; i < x->st->targets.n; i++) {
		const struct kc_target *t = x->st->targets.v[i];

		if (t->year != x->year || !kc_target_counts(t) ||
		    (x->unit != NULL && t->unit != x->unit->index) ||
		    !kc_vx_sees(x, t->unit, i))
			continue;
		r->t = t;
		judge(r);
		if (can && r->zh == NULL)
			draft_row(r);
		else if (!can && r->zh != NULL)
			left_out(r);
	}
}

enum kc_err
kc_render_renewal(struct kc_vx *x)
{
	struct renewal r = {.x = x};
	uint64_t to = 0;
	enum kc_err err = kc_vx_want_cycle(x);

	if (err != KC_OK)
		return err;
	if (!kc_read_u64(x->args->id, KC_YEAR_MAX, &to) || to < KC_YEAR_MIN ||
	    (int)to == x->year)
		return kc_vx_bad_arg(x, "id");
	r.to = (int)to;
	(void)snprintf(r.from_text, sizeof(r.from_text), "%d", x->year);
	(void)snprintf(r.to_text, sizeof(r.to_text), "%d", r.to);
	kc_vx_i64(x, "to", r.to);
	kc_json_key(&x->w, "not_cloned");
	kc_json_open(&x->w, '[');
	each(&r, false);
	kc_json_close(&x->w, ']');
	kc_vx_rows(x);
	each(&r, true);
	err = kc_buf_err(&r.code);
	kc_buf_free(&r.code);
	return err;
}
