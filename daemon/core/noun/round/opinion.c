/* SPDX-License-Identifier: Apache-2.0 */
/* Opinions: record and feed back, one by one (R72, R73). */
#include "round.h"

#include <assert.h>
#include <string.h>

#include "noun/prededuct/prededuct.h"
#include "noun/target/plan.h"

/* Both kinds that record one have the same fields. */
#define SAME(field)                                                            \
	_Static_assert((int)KC_F_opinion_record_##field ==                     \
		(int)KC_F_opinion_point_##field,                               \
	    #field)
SAME(round);
SAME(target);
SAME(verdict);
SAME(planned);
SAME(actual);
SAME(evidence);

struct kc_opinion *
kc_opinion_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_OPINION, kc_entry_str(at->e, field));

	assert(i < st->opinions.n);
	return st->opinions.v[i];
}

/* --- opinion.record, opinion.point -------------------------------------------
 */
static enum kc_err
want_point(const struct kc_state *st, const struct kc_round *r,
    const struct kc_target *t, struct kc_refusal *why)
{
	uint32_t i = kc_point_of(r, t->index);

	if (i == r->points.n) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "target of the round",
		    t->code, NULL, NULL);
		return kc_refusal_zh(why, 0, "本轮监测的目标");
	}
	if (r->points.v[i].opinion == KC_NONE)
		return KC_OK;
	return kc_refuse(why, KC_R_DUPLICATE,
	    st->opinions.v[r->points.v[i].opinion]->handle, NULL, NULL, NULL);
}

static enum kc_err
want_opinion(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const unsigned evidence = KC_F_opinion_record_evidence;
	const struct kc_target *t;
	const struct kc_round *r;
	enum kc_err err =
	    kc_want_round(st, at, KC_F_opinion_record_round, &r, why);

	if (err == KC_OK)
		err = kc_want_target_in(
		    st, at, KC_F_opinion_record_target, &t, why);
	if (err == KC_OK)
		err = want_point(st, r, t, why);
	if (err != KC_OK ||
	    kc_entry_num(at->e, KC_F_opinion_record_verdict, 0) !=
		KC_VERDICT_BEHIND ||
	    kc_entry_count(at->e, evidence) > 0)
		return err;
	(void)kc_refuse(why, KC_R_FIELD_MISSING,
	    at->e->kind->fields[evidence].name, NULL, NULL, NULL);
	return KC_EREFUSED;
}

static void
fill_opinion(
    const struct kc_state *st, const struct kc_at *at, struct kc_opinion *o)
{
	const struct kc_entry *e = at->e;

	o->index = st->opinions.n;
	o->round = kc_round_of(st, at, KC_F_opinion_record_round)->index;
	o->target = kc_target_of(st, at, KC_F_opinion_record_target)->index;
	o->verdict = (uint8_t)kc_entry_num(e, KC_F_opinion_record_verdict, 0);
	o->planned_bp =
	    (int32_t)kc_entry_num(e, KC_F_opinion_record_planned, -1);
	o->actual_bp = (int32_t)kc_entry_num(e, KC_F_opinion_record_actual, -1);
	o->state = KC_OS_RECORDED;
}

static enum kc_err
make_opinion(struct kc_state *st, const struct kc_at *at)
{
	struct kc_opinion *o = kc_arena_alloc(&st->arena, sizeof(*o));
	struct kc_target *t;
	struct kc_round *r;
	enum kc_err err;

	if (o == NULL)
		return KC_ENOMEM;
	fill_opinion(st, at, o);
	r = st->rounds.v[o->round];
	t = st->targets.v[o->target];
	if (!kc_vec_push(&st->opinions, o) ||
	    !kc_vec_push(&st->units.v[t->unit]->opinions, o->index))
		return KC_ENOMEM;
	kc_handle_make(o->handle, "OP", r->year,
	    kc_number_next(st, r->year, KC_SERIES_OPINION));
	if (!kc_index_add(&st->by_code, KC_NS_OPINION, o->handle, o->index))
		return KC_ENOMEM;
	r->points.v[kc_point_of(r, t->index)].opinion = o->index;
	if (r->state == KC_RS_SELECTING)
		r->state = KC_RS_VISITING;
	memcpy(st->last_handle, o->handle, sizeof(o->handle));
	err = kc_log_event(st, at, &t->events);
	return err == KC_OK ? kc_log_event(st, at, &o->events) : err;
}

enum kc_err
opinion_record_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_opinion(st, at, why);
}

enum kc_err
opinion_record_apply(struct kc_state *st, const struct kc_at *at)
{
	return make_opinion(st, at);
}

enum kc_err
opinion_point_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_opinion(st, at, why);
}

enum kc_err
opinion_point_apply(struct kc_state *st, const struct kc_at *at)
{
	return make_opinion(st, at);
}

/* --- opinion.feed_back -------------------------------------------------------
 * A round is closed when all of it is fed back, so that it is open here.
 */
enum kc_err
opinion_feed_back_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_opinion *o;
	const struct kc_target *t;
	uint32_t i, unit;
	enum kc_err err = kc_want(
	    st, KC_NS_OPINION, at, KC_F_opinion_feed_back_opinion, &i, why);

	if (err == KC_OK)
		err = kc_want(st, KC_NS_UNIT, at, KC_F_opinion_feed_back_unit,
		    &unit, why);
	if (err != KC_OK)
		return err;
	o = st->opinions.v[i];
	err = kc_want_state(at, KC_M_opinion, o->state, o->handle, why);
	if (err == KC_OK)
		err =
		    kc_want_state(at, KC_M_round, st->rounds.v[o->round]->state,
			st->rounds.v[o->round]->handle, why);
	t = st->targets.v[o->target];
	if (err != KC_OK || t->unit == unit)
		return err;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, o->handle,
	    st->units.v[unit]->code, NULL, NULL);
}

enum kc_err
opinion_feed_back_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_opinion *o =
	    kc_opinion_of(st, at, KC_F_opinion_feed_back_opinion);

	o->state = KC_OS_FED_BACK;
	return kc_log_event(st, at, &o->events);
}

/* --- what rests on one -------------------------------------------------------
 */
enum kc_err
kc_want_behind(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t target, struct kc_refusal *why)
{
	const struct kc_opinion *o;
	uint32_t i;
	enum kc_err err;

	if (!kc_entry_has(at->e, field))
		return KC_OK;
	err = kc_want(st, KC_NS_OPINION, at, field, &i, why);
	if (err != KC_OK)
		return err;
	o = st->opinions.v[i];
	if (o->target == target && o->verdict == KC_VERDICT_BEHIND &&
	    o->state == KC_OS_FED_BACK)
		return KC_OK;
	return kc_refuse_field(at, field,
	    "one that this target is behind, fed back to the unit",
	    "认定该目标未达序时进度、且已反馈的意见", why);
}

uint32_t
kc_opinion_cited(
    const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	return kc_find(st, KC_NS_OPINION, kc_entry_str(at->e, field));
}

const struct kc_opinion *
kc_opinion_under(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_u32s *of = &st->units.v[c->unit]->opinions;

	for (uint32_t i = 0; i < of->n; i++) {
		const struct kc_opinion *o = st->opinions.v[of->v[i]];

		for (uint32_t k = 0; k < o->cases.n; k++)
			if (o->cases.v[k] == c->index)
				return o;
	}
	return NULL;
}
