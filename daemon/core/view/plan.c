/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who must be told what now: the stages of every open last day of every noun,
 * and what has happened. A pure function of state and instant.
 */
#include "plan_int.h"

#include <string.h>

#include "noun/panel/panel.h"
#include "noun/reform/reform.h"

#define FIRST_EPOCH 2

void
kc_planning_later(struct kc_planning *x, int64_t ms)
{
	if (ms > x->now_ms && ms < x->next_ms)
		x->next_ms = ms;
}

/* --- open last days --- */
const struct kc_machine *
kc_plan_machine_of(const struct kc_limit *limit)
{
	for (int m = 0; m < KC_M_COUNT; m++) {
		const struct kc_machine *machine =
		    kc_machine_get((enum kc_machine_id)m);

		for (unsigned i = 0; i < machine->nlimits; i++)
			if (&machine->limits[i] == limit)
				return machine;
	}
	return NULL;
}

/* The newest stage whose time has come; false: none has. What was set after a
 * stage does not call for it: who acts was told then. Nobody is told to do
 * what can be done no more. */
static bool
newest_stage(struct kc_planning *x, const struct kc_deadline *d, int *stage)
{
	if (!d->limit->late && x->today > d->day.due)
		return false;
	for (int64_t i = x->p->value[KC_P_REMIND_LADDER]; i-- > 0;) {
		int s = x->p->ladder[i];
		kc_day on = kc_workdays_stage(&x->workdays, d->day.due, s);

		if (s > 0 && !d->limit->late)
			continue;
		if (kc_digest_ms(x->p, on) > x->now_ms) {
			kc_planning_later(x, kc_digest_ms(x->p, on));
			continue;
		}
		*stage = s;
		return on > d->since;
	}
	return false;
}

static void
put_stage(char out[KC_NOTICE_STAGE_MAX], int stage)
{
	(void)snprintf(
	    out, KC_NOTICE_STAGE_MAX, stage > 0 ? "+%d" : "%d", stage);
}

/* What is an office's to do, and whose it is to watch. */
static void
tell_offices(struct kc_planning *x, struct kc_notice *n,
    const struct kc_deadline *d, int stage, const char *noun)
{
	const int64_t *from = x->p->value;
	int64_t works = from[KC_P_REMIND_LIAISON];
	int64_t watches = from[KC_P_REMIND_ESTAB];

	if (stage >= (d->higher ? works : watches) && (d->higher || d->watched))
		(void)kc_plan_tell_role(
		    x, n, KC_NONE, KC_ROLE_ASSESS_OFFICE, noun);
	if (stage >= (d->higher ? watches : works))
		(void)kc_plan_tell_role(x, n, KC_NONE, KC_ROLE_ESTAB, noun);
	for (int r = 0; stage >= works && r < KC_ROLE_COUNT; r++)
		if ((d->with >> r & 1) != 0)
			(void)kc_plan_tell_role(x, n, KC_NONE, r, noun);
}

/* A vote is nobody else's: no deputy is told, nor any superior. */
static void
tell_voters(
    struct kc_planning *x, struct kc_notice *n, const struct kc_deadline *d)
{
	const struct kc_panel *p =
	    kc_panel_by_handle(x->st, kc_slice_str(d->id));

	for (uint32_t i = 0; p != NULL && i < x->st->actors.n; i++) {
		if (!(x->whoever ? kc_panel_has_voter(x->st, p, i)
				 : kc_panel_waits_any(x->st, p, i)))
			continue;
		n->role = KC_ROLE_PANEL_INNER;
		while (!kc_panel_may_vote(x->st->actors.v[i],
		    (unsigned)(n->role - KC_ROLE_PANEL_INNER)))
			n->role++;
		x->tell(x, n, i, false);
	}
}

/* From which stage on each role is told. Where a unit has nobody of a role
 * the next one takes its place. */
static void
tell_ladder(struct kc_planning *x, struct kc_notice *n,
    const struct kc_deadline *d, int stage, const char *noun)
{
	const int64_t *from = x->p->value;
	int works = d->limit->party == KC_PARTY_JUDGE ? KC_ROLE_ASSESSOR
						      : KC_ROLE_LIAISON;
	int64_t head = from[KC_P_REMIND_HEAD], estab = from[KC_P_REMIND_ESTAB];
	uint32_t leader;

	if (d->limit->party == KC_PARTY_SELF || d->unit == KC_NONE) {
		if (d->limit->party != KC_PARTY_SELF)
			tell_offices(x, n, d, stage, noun);
		else if (stage >= from[KC_P_REMIND_LIAISON])
			tell_voters(x, n, d);
		return;
	}
	if (!kc_plan_tell_role(x, NULL, d->unit, works, noun) &&
	    head > from[KC_P_REMIND_LIAISON])
		head = from[KC_P_REMIND_LIAISON];
	else if (stage >= from[KC_P_REMIND_LIAISON])
		(void)kc_plan_tell_role(x, n, d->unit, works, noun);
	if (works == KC_ROLE_LIAISON &&
	    !kc_plan_tell_role(x, NULL, d->unit, KC_ROLE_HEAD, noun) &&
	    estab > head)
		estab = head;
	else if (stage >= head)
		(void)kc_plan_tell_role(x, n, d->unit, KC_ROLE_HEAD, noun);
	leader = kc_plan_leader(x, d->unit);
	if (leader != KC_NONE && stage >= from[KC_P_REMIND_LEADER]) {
		n->role = KC_ROLE_LEADER;
		kc_plan_tell(x, n, leader, noun);
	}
	if (stage >= estab)
		(void)kc_plan_tell_role(x, n, KC_NONE, KC_ROLE_ESTAB, noun);
}

void
kc_plan_tell_ladder(
    struct kc_planning *x, const struct kc_deadline *d, int stage)
{
	const struct kc_machine *m = kc_plan_machine_of(d->limit);
	kc_day day = kc_workdays_stage(&x->workdays, d->day.due, stage);
	struct kc_notice n = {
	    .handle = d->id,
	    .unit = d->unit == KC_NONE ? "" : x->st->units.v[d->unit]->code,
	    .zh = d->limit->zh,
	    .en = d->limit->en,
	    .last = d->day.due,
	};

	(void)snprintf(
	    n.what, sizeof(n.what), "%s.%s", m->name, d->limit->word);
	put_stage(n.stage, stage);
	n.sealed = d->limit->party == KC_PARTY_SELF;
	n.single = stage >= -x->p->value[KC_P_REMIND_SINGLE_WITHIN];
	n.due_ms = kc_digest_ms(x->p, day);
	tell_ladder(x, &n, d, stage, m->noun);
}

void
kc_plan_deadline(struct kc_planning *x, const struct kc_deadline *d)
{
	int stage;

	if (newest_stage(x, d, &stage))
		kc_plan_tell_ladder(x, d, stage);
}

/* Is it this last day that the key names? */
static bool
is_named(const struct kc_state *st, const struct kc_deadline *d,
    const struct kc_notice_key *key, kc_day last)
{
	struct kc_slice limit = key->what, machine;

	return kc_slice_cut(&limit, '.', &machine) && d->day.due == last &&
	    kc_slice_is(limit, d->limit->word) &&
	    kc_slice_is(machine, kc_plan_machine_of(d->limit)->name) &&
	    kc_slice_is(key->unit,
		d->unit == KC_NONE ? "-" : st->units.v[d->unit]->code);
}

/* Has a voter still to vote? */
static bool
has_to(
    const struct kc_state *st, const struct kc_deadline *d, struct kc_slice to)
{
	const struct kc_panel *p = kc_panel_by_handle(st, kc_slice_str(d->id));
	uint32_t voter = kc_find(st, KC_NS_ACTOR, to);

	return d->limit->party != KC_PARTY_SELF ||
	    (p != NULL && voter != KC_NONE && kc_panel_waits_any(st, p, voter));
}

enum kc_err
kc_notice_stands(const struct kc_state *st, struct kc_slice to,
    struct kc_slice text, int64_t now_ms, bool *stands)
{
	kc_day today = kc_day_of_instant(now_ms, KC_LOCAL_OFFSET_S), last;
	struct kc_deadlines all = {0};
	struct kc_notice_key key;
	enum kc_err err = KC_OK;

	*stands = kc_notice_key_read(text, &key);
	if (!*stands || key.is_event || !kc_read_day(key.which, &last))
		return KC_OK;
	*stands = false;
	if (!kc_deadlines_by_handle(st, key.handle, &all))
		err = KC_ENOMEM;
	for (uint32_t i = 0; i < all.n; i++)
		if (is_named(st, &all.v[i], &key, last) &&
		    (all.v[i].limit->late || today <= last) &&
		    has_to(st, &all.v[i], to))
			*stands = true;
	kc_vec_free(&all);
	return err;
}

/* --- what has happened --- */
/* Must one of those act who are told of the happening? */
static bool
is_theirs(const struct kc_deadline *d, const void *ctx)
{
	const struct kc_happening *h = ctx;

	return d->unit == h->unit || d->unit == h->judge || d->unit == KC_NONE;
}

/* Those of the unit before its reform, whatever they are now. */
static void
tell_holders(struct kc_planning *x, struct kc_notice *n,
    const struct kc_happening *h, const char *noun)
{
	const struct kc_reform *r = kc_reform_at(x->st, h->seq);

	for (uint32_t i = 0; i < r->told.n; i++) {
		n->role = r->told.v[i].role;
		if (r->told.v[i].unit == h->unit)
			kc_plan_tell(x, n, r->told.v[i].actor, noun);
	}
}

void
kc_buf_notice_says(struct kc_buf *b, const struct kc_state *st,
    struct kc_slice key, enum kc_lang lang)
{
	const struct kc_reform *r;
	struct kc_notice_key k;
	uint64_t seq;

	if (!kc_notice_key_read(key, &k) || !k.is_event ||
	    !kc_read_u64(k.which, UINT32_MAX, &seq))
		return;
	r = kc_reform_at(st, (uint32_t)seq);
	if (r != NULL)
		kc_buf_str(b, r->says[lang]);
}

static void
tell_event(struct kc_planning *x, struct kc_notice *n,
    const struct kc_happening *h, unsigned to)
{
	const char *noun = kc_kind_get(h->kind)->noun;

	if ((to & KC_TELL_UNIT) != 0) {
		(void)kc_plan_tell_role(x, n, h->unit, KC_ROLE_LIAISON, noun);
		(void)kc_plan_tell_role(x, n, h->unit, KC_ROLE_HEAD, noun);
	}
	if ((to & KC_TELL_HOLDERS) != 0)
		tell_holders(x, n, h, noun);
	if (!h->first)
		return;
	if ((to & KC_TELL_JUDGE) != 0 && h->judge != KC_NONE)
		(void)kc_plan_tell_role(x, n, h->judge, KC_ROLE_ASSESSOR, noun);
	if ((to & KC_TELL_ESTAB) != 0)
		(void)kc_plan_tell_role(x, n, KC_NONE, KC_ROLE_ESTAB, noun);
	if ((to & KC_TELL_OFFICE) != 0)
		(void)kc_plan_tell_role(
		    x, n, KC_NONE, KC_ROLE_ASSESS_OFFICE, noun);
	if ((to & KC_TELL_ORG) != 0)
		(void)kc_plan_tell_role(x, n, KC_NONE, KC_ROLE_ORG, noun);
}

static void
plan_events(struct kc_planning *x)
{
	for (uint32_t i = x->st->happenings.n; i-- > 0;) {
		const struct kc_happening *h = &x->st->happenings.v[i];
		const struct kc_kind *kind = kc_kind_get(h->kind);
		const struct kc_tell *tell = kc_tell_of(h->kind);
		const struct kc_reform *r = kc_reform_at(x->st, h->seq);
		struct kc_notice n = {
		    .handle = h->handle,
		    .unit = x->st->units.v[h->unit]->code,
		    .zh = r == NULL ? kind->zh : r->says[KC_LANG_ZH],
		    .en = r == NULL ? kind->en : r->says[KC_LANG_EN],
		    .seq = h->seq,
		    .due_ms = kc_gather_ms(x->p, h->received_ms),
		};

		if (kc_day_of_instant(h->received_ms, KC_LOCAL_OFFSET_S) <
		    x->today - KC_NOTICE_DAYS)
			return; /* nor is any before it */
		x->steps++;
		if (x->goes_on && n.due_ms < x->ask->mark->now_ms)
			return;
		if (n.due_ms > x->now_ms) {
			kc_planning_later(x, n.due_ms);
			continue;
		}
		(void)snprintf(n.what, sizeof(n.what), "%s", kind->name);
		(void)snprintf(n.stage, sizeof(n.stage), "%s", tell->word);
		x->err =
		    kc_next_last_day(x->st, h->handle, is_theirs, h, &n.last);
		if (x->err != KC_OK)
			return;
		tell_event(x, &n, h, tell->to);
	}
}

/* --- the plan --- */
enum kc_err
kc_planning_begin(
    struct kc_planning *x, const struct kc_state *st, int64_t now_ms)
{
	x->st = st;
	x->now_ms = now_ms;
	x->next_ms = x->whole_ms = INT64_MAX;
	x->today = kc_day_of_instant(now_ms, KC_LOCAL_OFFSET_S);
	kc_workdays_init(&x->workdays, st->calendar, x->today);
	x->of_unit = kc_alloc((st->units.n + 1) * sizeof(*x->of_unit));
	x->next = kc_alloc((st->actors.n + 1) * sizeof(*x->next));
	if (x->of_unit == NULL || x->next == NULL)
		return KC_ENOMEM;
	for (uint32_t i = 0; i < st->units.n; i++)
		x->of_unit[i] = KC_NONE;
	for (uint32_t i = st->actors.n; i-- > 0;) {
		uint32_t unit = st->actors.v[i]->unit;

		x->next[i] = KC_NONE;
		if (unit == KC_NONE)
			continue;
		x->next[i] = x->of_unit[unit];
		x->of_unit[unit] = i;
	}
	return KC_OK;
}

void
kc_planning_end(struct kc_planning *x)
{
	kc_vec_free(&x->items);
	kc_free(x->of_unit);
	kc_free(x->next);
}

static void
plan_all(struct kc_planning *x, struct kc_plan *out)
{
	struct kc_plan_mark *m = x->ask->mark;

	x->goes_on = kc_plan_goes_on(x);
	if (x->goes_on)
		kc_planning_whole(x, m->whole_ms);
	if (x->err == KC_OK)
		x->err = kc_plan_last_days(x);
	if (x->err == KC_OK)
		plan_events(x);
	if (x->err == KC_OK)
		x->err = kc_plan_merge(x, out);
	if (x->err == KC_OK && m != NULL)
		*m = (struct kc_plan_mark){x->now_ms, x->whole_ms, x->st->size};
	out->next_ms = x->next_ms;
	out->steps = x->steps;
}

enum kc_err
kc_plan_make(struct kc_plan *out, const struct kc_state *st, int64_t now_ms,
    const struct kc_plan_ask *ask)
{
	const struct kc_policy *p = kc_policy_now(st);
	struct kc_planning *x;
	enum kc_err err;

	*out = (struct kc_plan){.next_ms = INT64_MAX};
	if (st->epoch < FIRST_EPOCH || p == NULL)
		return KC_OK;
	/* In quiet hours nothing is due: it waits for their end. */
	out->next_ms = kc_quiet_end_ms(p, now_ms);
	if (out->next_ms > now_ms && !ask->any_hour)
		return KC_OK;
	x = kc_alloc(sizeof(*x));
	if (x == NULL)
		return KC_ENOMEM;
	x->p = p;
	x->ask = ask;
	x->tell = kc_plan_tell_one;
	x->err = kc_planning_begin(x, st, now_ms);
	plan_all(x, out);
	err = x->err;
	kc_planning_end(x);
	kc_free(x);
	return err;
}

void
kc_plan_free(struct kc_plan *p)
{
	kc_free(p->notices);
	kc_free(p->messages);
	*p = (struct kc_plan){.next_ms = INT64_MAX};
}

int64_t
kc_plan_wake_ms(const struct kc_state *st, uint64_t seq)
{
	const struct kc_policy *p = kc_policy_now(st);
	kc_day today = kc_day_of_instant(st->received_ms, KC_LOCAL_OFFSET_S);
	int64_t ms;

	if (st->epoch < FIRST_EPOCH || p == NULL || seq >= st->size)
		return INT64_MAX;
	/* What was set today has its first stage at the next digest. */
	ms = kc_digest_ms(p, today);
	if (ms <= st->received_ms)
		ms = kc_digest_ms(p, today + 1);
	for (uint32_t i = st->happenings.n; i-- > 0;) {
		const struct kc_happening *h = &st->happenings.v[i];
		int64_t due = kc_gather_ms(p, h->received_ms);

		if (h->seq < seq)
			break;
		ms = due < ms ? due : ms;
	}
	return ms;
}
