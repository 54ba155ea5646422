/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds: open, select, close (R65 to R79). */
#include "round.h"

#include <assert.h>
#include <string.h>

#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/target/plan.h"

/* --- asked by others ---------------------------------------------------------
 */
kc_day
kc_round_due(const struct kc_state *st, const struct kc_round *r)
{
	return kc_last_day(st, KC_M_round, KC_L_round_CLOSE, r->index, r->last);
}

enum kc_err
kc_want_round(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_round **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_ROUND, at, field, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->rounds.v[i];
	return kc_want_state(
	    at, KC_M_round, (*out)->state, (*out)->handle, why);
}

struct kc_round *
kc_round_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_ROUND, kc_entry_str(at->e, field));

	assert(i < st->rounds.n);
	return st->rounds.v[i];
}

/* --- round.open --------------------------------------------------------------
 */
static const struct {
	enum kc_policy_key from, until;
} windows[] = {
    [KC_ROUND_HALF_YEAR] = {KC_P_ROUND_HALF_FROM, KC_P_ROUND_HALF_UNTIL},
    [KC_ROUND_Q3] = {KC_P_ROUND_Q3_FROM, KC_P_ROUND_Q3_UNTIL},
};
_Static_assert(
    sizeof(windows) / sizeof(windows[0]) == KC_ROUND_COUNT, "every type");

/* Of every unit, each that is active (R71). */
static bool
is_swept(const struct kc_target *t, int year)
{
	return t->year == year && t->state == KC_TS_ACTIVE;
}

static enum kc_err
want_window(const struct kc_at *at, int64_t type, int year,
    struct kc_refusal *why, const struct kc_policy *p)
{
	kc_day first = kc_policy_day(p, windows[type].from, year);

	if (at->day >= first)
		return kc_want_by(at->day,
		    kc_policy_day(p, windows[type].until, year), p,
		    windows[type].until, why);
	kc_policy_cite(p, windows[type].from, why);
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name, "", NULL, NULL);
	kc_arg_day(why, 1, first);
	return kc_refusal_zh(why, 0, at->e->kind->zh);
}

/* A sweep of nothing would be the only one of the year. */
static enum kc_err
want_swept(const struct kc_state *st, int year, struct kc_refusal *why)
{
	for (uint32_t i = 0; i < st->targets.n; i++)
		if (is_swept(st->targets.v[i], year))
			return KC_OK;
	(void)kc_refuse(why, KC_R_NOT_FOUND, "active target", "", NULL, NULL);
	kc_refusal_arg_u64(why, 1, (uint64_t)year);
	return kc_refusal_zh(why, 0, "执行中的目标");
}

enum kc_err
round_open_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t type = kc_entry_num(at->e, KC_F_round_open_type, 0);
	int year = (int)kc_entry_num(at->e, KC_F_round_open_year, 0);
	enum kc_err err = kc_want_policy(st, why);

	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, year) == NULL) {
		(void)kc_refuse(why, KC_R_CYCLE, NULL, NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, (uint64_t)year);
		return KC_EREFUSED;
	}
	for (uint32_t i = 0; i < st->rounds.n; i++)
		if (st->rounds.v[i]->year == year &&
		    st->rounds.v[i]->type == type) {
			(void)kc_refuse(why, KC_R_EXISTS, "round",
			    st->rounds.v[i]->handle, NULL, NULL);
			return kc_refusal_zh(why, 0, "监测轮次");
		}
	err = want_window(at, type, year, why, kc_policy_of(st, year));
	return err == KC_OK && type == KC_ROUND_HALF_YEAR
	    ? want_swept(st, year, why)
	    : err;
}

static bool
add_point(struct kc_round *r, uint32_t target, int8_t basis)
{
	const struct kc_point p = {target, KC_NONE, basis};

	return kc_vec_push(&r->points, p);
}

static void
fill_round(
    const struct kc_state *st, const struct kc_at *at, struct kc_round *r)
{
	r->index = st->rounds.n;
	r->year = (int16_t)kc_entry_num(at->e, KC_F_round_open_year, 0);
	r->policy = kc_law_of(st, r->year);
	r->type = (uint8_t)kc_entry_num(at->e, KC_F_round_open_type, 0);
	r->state =
	    r->type == KC_ROUND_HALF_YEAR ? KC_RS_SWEEPING : KC_RS_SELECTING;
	r->opened = at->day;
	r->last = kc_policy_day(
	    kc_policy_of(st, r->year), windows[r->type].until, r->year);
}

enum kc_err
round_open_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_round *r = kc_arena_alloc(&st->arena, sizeof(*r));

	if (r == NULL)
		return KC_ENOMEM;
	fill_round(st, at, r);
	if (!kc_vec_push(&st->rounds, r))
		return KC_ENOMEM;
	for (uint32_t i = 0; r->type == KC_ROUND_HALF_YEAR && i < st->targets.n;
	     i++)
		if (is_swept(st->targets.v[i], r->year) && !add_point(r, i, -1))
			return KC_ENOMEM;
	kc_handle_make(r->handle, "R", r->year,
	    kc_number_next(st, r->year, KC_SERIES_ROUND));
	if (!kc_index_add(&st->by_code, KC_NS_ROUND, r->handle, r->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, r->handle, sizeof(r->handle));
	return kc_log_event(st, at, &r->events);
}

/* --- round.select ------------------------------------------------------------
 */
/* R77: what the quarter looks at by itself; R78: whatever else reaches far or
 * is in the public eye, and that is said. */
static enum kc_err
want_basis(
    const struct kc_at *at, const struct kc_target *t, struct kc_refusal *why)
{
	static const struct kc_needed needs[2] = {
	    {KC_F_round_select_basis, "选取依据"},
	    {KC_F_round_select_reason, "理由"}};

	if (t->source == KC_SOURCE_SUPERIOR ||
	    t->source == KC_SOURCE_LIVELIHOOD)
		return KC_OK;
	return kc_want_both(at, t, needs, why);
}

enum kc_err
round_select_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	const struct kc_round *r;
	enum kc_err err =
	    kc_want_round(st, at, KC_F_round_select_round, &r, why);

	if (err == KC_OK)
		err = kc_want_target_in(
		    st, at, KC_F_round_select_target, &t, why);
	if (err != KC_OK)
		return err;
	if (t->year != r->year) {
		(void)kc_refuse(why, KC_R_CYCLE, NULL, NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, (uint64_t)t->year);
		return KC_EREFUSED;
	}
	if (kc_point_of(r, t->index) < r->points.n)
		return kc_refuse(
		    why, KC_R_DUPLICATE, t->code, NULL, NULL, NULL);
	return want_basis(at, t, why);
}

enum kc_err
round_select_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_round *r = kc_round_of(st, at, KC_F_round_select_round);
	struct kc_target *t = kc_target_of(st, at, KC_F_round_select_target);
	int64_t basis = kc_entry_num(at->e, KC_F_round_select_basis, -1);
	enum kc_err err = kc_log_event(st, at, &r->events);

	if (err == KC_OK && !add_point(r, t->index, (int8_t)basis))
		err = KC_ENOMEM;
	return err == KC_OK ? kc_log_event(st, at, &t->events) : err;
}

/* --- round.close -------------------------------------------------------------
 */
/* "G16-K1 G16-K2 G17-K1 …" */
static void
put_first(
    struct kc_buf *b, const struct kc_state *st, const struct kc_round_sum *sum)
{
	uint32_t lacks =
	    sum->lacks[KC_LACK_OPINION] + sum->lacks[KC_LACK_FEEDBACK];

	for (unsigned i = 0; i < KC_ROUND_NAMED && i < lacks; i++) {
		kc_buf_str(b, i > 0 ? " " : "");
		kc_buf_str(b, st->targets.v[sum->first[i]]->code);
	}
	kc_buf_str(b, lacks > KC_ROUND_NAMED ? " …" : "");
}

enum kc_err
round_close_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_round *r;
	struct kc_round_sum sum;
	struct kc_buf first = {0};
	enum kc_err err =
	    kc_want_round(st, at, KC_F_round_close_round, &r, why);

	if (err != KC_OK)
		return err;
	sum = kc_round_count(st, r);
	if (sum.first[0] == KC_NONE)
		return KC_OK;
	put_first(&first, st, &sum);
	(void)kc_refuse(
	    why, KC_R_ROUND, r->handle, "", "", kc_buf_cstr(&first));
	kc_buf_free(&first);
	kc_refusal_arg_u64(why, 1, sum.lacks[KC_LACK_OPINION]);
	kc_refusal_arg_u64(why, 2, sum.lacks[KC_LACK_FEEDBACK]);
	return KC_EREFUSED;
}

enum kc_err
round_close_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_round *r = kc_round_of(st, at, KC_F_round_close_round);

	r->state = KC_RS_CLOSED;
	return kc_log_event(st, at, &r->events);
}
