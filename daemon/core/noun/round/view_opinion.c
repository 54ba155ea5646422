/* SPDX-License-Identifier: Apache-2.0 */
/* Opinions, and what was done about those that are behind. */
#include "round.h"

#include "noun/prededuct/prededuct.h"
#include "noun/task/check.h"
#include "noun/vx.h"

#include <kaocheng/arith.h>

static const struct kc_target *
target_of(const struct kc_vx *x, const struct kc_opinion *o)
{
	return x->st->targets.v[o->target];
}

static void
write_progress(struct kc_vx *x, const char *key, int32_t bp)
{
	struct kc_buf text = {0};

	if (bp >= 0) {
		kc_buf_percent(&text, bp);
		kc_vx_buf(x, key, &text);
	} else {
		kc_vx_null(x, key);
	}
	kc_buf_free(&text);
}

/* Handles of the letters and pre-deductions that rest on it. */
static void
write_resting(struct kc_vx *x, const struct kc_opinion *o)
{
	kc_json_key(&x->w, "warnings");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < o->warnings.n; i++)
		kc_json_str(&x->w, x->st->warnings.v[o->warnings.v[i]]->handle);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "prededucts");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < o->cases.n; i++)
		kc_json_str(&x->w, x->st->cases.v[o->cases.v[i]]->handle);
	kc_json_close(&x->w, ']');
}

static void
opinion_facts(struct kc_vx *x, const struct kc_opinion *o)
{
	const struct kc_target *t = target_of(x, o);

	kc_vx_str(x, "opinion", o->handle);
	kc_vx_str(x, "round", x->st->rounds.v[o->round]->handle);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_str(x, "target", t->code);
	kc_vx_word(x, "verdict", KC_SET_VERDICT, o->verdict);
	kc_vx_state(x, KC_M_opinion, o->state);
	write_progress(x, "planned", o->planned_bp);
	write_progress(x, "actual", o->actual_bp);
	write_resting(x, o);
	kc_vx_str(x, "title", t->title);
}

static enum kc_err
list(struct kc_vx *x, bool behind)
{
	const struct kc_u32s *of = x->unit != NULL ? &x->unit->opinions : NULL;
	uint32_t n = of != NULL ? of->n : x->st->opinions.n;

	kc_vx_rows(x);
	for (uint32_t i = 0; i < n; i++) {
		const struct kc_opinion *o =
		    x->st->opinions.v[of != NULL ? of->v[i] : i];
		const struct kc_target *t = target_of(x, o);

		if ((x->cycle != NULL && t->year != x->year) ||
		    (behind && o->verdict != KC_VERDICT_BEHIND) ||
		    !kc_vx_sees(x, t->unit, t->index) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		opinion_facts(x, o);
		if (behind) {
			kc_vx_null(x, "check");
			kc_vx_null(x, "cause");
			kc_vx_null(x, "cause_text");
		}
		kc_vx_begun(x, &o->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

enum kc_err
kc_render_opinions(struct kc_vx *x)
{
	return list(x, false);
}

static void
check_row(struct kc_vx *x, const struct kc_check *c)
{
	static const char *const none[] = {
	    "opinion", "round", "verdict", "verdict_text", "planned", "actual"};
	const struct kc_target *t = x->st->targets.v[c->target];

	if (kc_vx_passes(x))
		return;
	kc_vx_row(x);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		kc_vx_null(x, none[i]);
	kc_vx_str(x, "check", c->handle);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_str(x, "target", t->code);
	kc_vx_word(x, "cause", KC_SET_CAUSE, KC_CAUSE_FALSE_DATA);
	kc_vx_state(x, KC_M_check, KC_XS_ON_RECORD);
	kc_json_key(&x->w, "warnings");
	kc_json_open(&x->w, '[');
	kc_json_close(&x->w, ']');
	kc_check_cases(x, c);
	kc_vx_str(x, "title", t->title);
	kc_vx_begun(x, &c->events);
	kc_vx_end(x);
}

/* Opinions that are behind, with what was done about each; and data that do
 * not agree: they may be false. */
enum kc_err
kc_render_candidates(struct kc_vx *x)
{
	enum kc_err err = list(x, true);

	for (uint32_t i = 0; err == KC_OK && i < x->st->checks.n; i++) {
		const struct kc_check *c = x->st->checks.v[i];
		const struct kc_target *t = x->st->targets.v[c->target];

		if (c->kind == KC_K_data_check && kc_check_fails(c) &&
		    kc_check_stands(x->st, c) &&
		    (x->unit == NULL || x->unit->index == t->unit) &&
		    (x->cycle == NULL || t->year == x->year) &&
		    kc_vx_sees(x, t->unit, t->index))
			check_row(x, c);
	}
	return err;
}

void
kc_buf_opinion_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_opinion *o, const struct kc_event *e)
{
	bool corrected =
	    kc_events_first(&o->events, KC_K_opinion_amend) != KC_NONE;

	kc_buf_event_label(b, x, e);
	if (e->kind != KC_K_opinion_record && e->kind != KC_K_opinion_point &&
	    e->kind != KC_K_opinion_amend)
		return;
	kc_buf_str(b, kc_vx_say(x, "：", ": "));
	kc_buf_str(b,
	    kc_vx_label(x, KC_SET_VERDICT,
		corrected && e->kind != KC_K_opinion_amend ? KC_VERDICT_BEHIND
							   : o->verdict));
}

enum kc_err
kc_render_opinion(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_OPINION, x->args->id);
	const struct kc_opinion *o;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "评估意见", "opinion", x->args->id);
	o = x->st->opinions.v[at];
	err =
	    kc_vx_want_seen(x, kc_vx_sees(x, target_of(x, o)->unit, o->target));
	if (err != KC_OK)
		return err;
	opinion_facts(x, o);
	kc_vx_next(x, KC_M_opinion, o->state, NULL);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < o->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_opinion_event(&text, x, o, &o->events.v[i]);
		kc_vx_event(x, &o->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}
