/* SPDX-License-Identifier: Apache-2.0 */
/* Warning letters: issue, deliver, reply, escalate, lift (R80 to R84). */
#include "noun/prededuct/prededuct.h"
#include "noun/round/round.h"

#include <assert.h>
#include <string.h>

/* The letter a field names, in a state in which the kind of the entry may
 * happen to it. */
enum kc_err
kc_want_letter(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_warning **out, struct kc_refusal *why)
{
	struct kc_warning *w;
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_WARNING, at, field, &i, why);

	if (err != KC_OK)
		return err;
	w = st->warnings.v[i];
	*out = w;
	return kc_want_state(at, KC_M_warning, w->state, w->handle, why);
}

struct kc_warning *
kc_letter_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_WARNING, kc_entry_str(at->e, field));

	assert(i < st->warnings.n);
	return st->warnings.v[i];
}

unsigned
kc_addressee_state(const struct kc_addressee *a)
{
	if (a->released)
		return KC_AD_RELEASED;
	if (a->replied_ms != 0)
		return KC_AD_REPLIED;
	if (a->delivered == KC_DAY_NONE)
		return KC_AD_WAITING;
	return a->overdue ? KC_AD_OVERDUE : KC_AD_DELIVERED;
}

/* Number of the unit among the addressees; to.n if it is not one. */
uint32_t
kc_addressee_number(const struct kc_warning *w, uint32_t unit)
{
	uint32_t i = 0;

	while (i < w->to.n && w->to.v[i].unit != unit)
		i++;
	return i;
}

/* The addressee that a field names. */
enum kc_err
kc_want_addressee(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_warning *w, uint32_t *out,
    struct kc_refusal *why)
{
	uint32_t unit;
	enum kc_err err = kc_want(st, KC_NS_UNIT, at, field, &unit, why);

	if (err != KC_OK)
		return err;
	*out = kc_addressee_number(w, unit);
	if (*out < w->to.n)
		return KC_OK;
	(void)kc_refuse(why, KC_R_NOT_FOUND, "addressee",
	    st->units.v[unit]->code, NULL, NULL);
	return kc_refusal_zh(why, 0, "收函单位");
}

/* --- its level --- */
int
kc_letter_given(const struct kc_warning *w, uint32_t seq)
{
	int level = KC_LETTER_LEVELS - 1;

	while (level >= 0 && w->given[level] != seq)
		level--;
	return level;
}

int
kc_letter_below(const struct kc_warning *w, int level)
{
	do {
		level--;
	} while (level >= 0 && w->given[level] == 0);
	return level;
}

/* --- warning.issue --- */
/* Every unit is on record and stands once; the target's is among them. */
static enum kc_err
want_units(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	const unsigned field = KC_F_warning_issue_unit;
	unsigned n = kc_entry_count(at->e, field);
	bool owner = false;

	for (unsigned i = 0; i < n; i++) {
		struct kc_slice code = kc_entry_item(at->e, field, i)->raw;
		uint32_t unit = kc_find(st, KC_NS_UNIT, code);

		if (unit == KC_NONE) {
			(void)kc_refuse(
			    why, KC_R_NOT_FOUND, "unit", "", NULL, NULL);
			kc_refusal_arg(why, 1, code);
			return kc_refusal_zh(why, 0, "单位");
		}
		for (unsigned j = 0; j < i; j++) {
			if (kc_slice_eq(
				code, kc_entry_item(at->e, field, j)->raw))
				return kc_refuse(why, KC_R_DUPLICATE,
				    st->units.v[unit]->code, NULL, NULL, NULL);
		}
		owner = owner || unit == t->unit;
	}
	if (owner)
		return KC_OK;
	(void)kc_refuse(why, KC_R_NOT_FOUND, "addressee",
	    st->units.v[t->unit]->code, NULL, NULL);
	return kc_refusal_zh(why, 0, "收函单位");
}

/* After today, and at the latest the end of the target's year (R84). */
static enum kc_err
want_rectify_by(
    const struct kc_at *at, const struct kc_target *t, struct kc_refusal *why)
{
	kc_day day = (kc_day)kc_entry_num(
	    at->e, KC_F_warning_issue_rectify_by, KC_DAY_NONE);
	kc_day last = kc_day_from_civil(t->year, 12, 31);

	if (day > at->day && day <= last)
		return KC_OK;
	return kc_refuse_range(why, day, at->day + 1, last);
}

enum kc_err
warning_issue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_TARGET, at, KC_F_warning_issue_target, &i, why);

	if (err != KC_OK)
		return err;
	t = st->targets.v[i];
	err = kc_want_state(at, KC_M_target, t->state, t->code, why);
	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, t->year) == NULL)
		return kc_refuse_cycle(st, t->year, why);
	err = want_units(st, at, t, why);
	if (err == KC_OK)
		err = want_rectify_by(at, t, why);
	return err == KC_OK
	    ? kc_want_behind(st, at, KC_F_warning_issue_opinion, t->index, why)
	    : err;
}

static enum kc_err
fill_letter(struct kc_state *st, const struct kc_at *at, struct kc_warning *w)
{
	const struct kc_entry *e = at->e;
	unsigned n = kc_entry_count(e, KC_F_warning_issue_unit);

	w->index = st->warnings.n;
	w->level = (uint8_t)kc_entry_num(e, KC_F_warning_issue_level, 0);
	w->given[w->level] = (uint32_t)at->stamp.seq;
	w->state = KC_WS_ISSUED;
	w->rectify_by =
	    (kc_day)kc_entry_num(e, KC_F_warning_issue_rectify_by, 0);
	w->closed = KC_DAY_NONE;
	assert(n <= KC_LIST_MAX);
	for (unsigned i = 0; i < n; i++) {
		const struct kc_value *v =
		    kc_entry_item(e, KC_F_warning_issue_unit, i);
		struct kc_addressee a = {
		    .unit = kc_find(st, KC_NS_UNIT, v->raw),
		    .delivered = KC_DAY_NONE,
		    .reply_due = KC_DAY_NONE,
		    .reply_from = KC_DAY_NONE,
		};

		if (!kc_vec_push(&w->to, a) ||
		    !kc_vec_push(&st->units.v[a.unit]->warnings, w->index))
			return KC_ENOMEM;
	}
	return KC_OK;
}

enum kc_err
warning_issue_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_slice code = kc_entry_str(at->e, KC_F_warning_issue_target);
	struct kc_target *t = st->targets.v[kc_find(st, KC_NS_TARGET, code)];
	struct kc_warning *w = kc_arena_alloc(&st->arena, sizeof(*w));
	uint32_t opinion;
	enum kc_err err;

	if (w == NULL)
		return KC_ENOMEM;
	w->target = t->index;
	err = fill_letter(st, at, w);
	if (err != KC_OK) {
		kc_vec_free(&w->to); /* the state does not hold it yet */
		return err;
	}
	kc_handle_make(w->handle, "W", t->year,
	    kc_number_next(st, t->year, KC_SERIES_WARNING));
	if (!kc_vec_push(&st->warnings, w)) {
		kc_vec_free(&w->to);
		return KC_ENOMEM;
	}
	if (!kc_index_add(&st->by_code, KC_NS_WARNING, w->handle, w->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, w->handle, sizeof(w->handle));
	opinion = kc_opinion_cited(st, at, KC_F_warning_issue_opinion);
	if (opinion != KC_NONE &&
	    !kc_vec_push(&st->opinions.v[opinion]->warnings, w->index))
		return KC_ENOMEM;
	err = kc_log_event(st, at, &t->events);
	return err == KC_OK ? kc_log_event(st, at, &w->events) : err;
}

/* --- warning.deliver --- */
enum kc_err
warning_deliver_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;
	uint32_t i;
	enum kc_err err =
	    kc_want_letter(st, at, KC_F_warning_deliver_warning, &w, why);

	if (err == KC_OK)
		err = kc_want_addressee(
		    st, at, KC_F_warning_deliver_unit, w, &i, why);
	if (err == KC_OK && w->to.v[i].released)
		err = kc_want_state(
		    at, KC_M_addressee, KC_AD_RELEASED, w->handle, why);
	if (err == KC_OK && w->to.v[i].delivered != KC_DAY_NONE)
		err =
		    kc_refuse(why, KC_R_DUPLICATE, w->handle, NULL, NULL, NULL);
	return err == KC_OK ? kc_want_policy(st, why) : err;
}

enum kc_err
warning_deliver_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w =
	    kc_letter_of(st, at, KC_F_warning_deliver_warning);
	struct kc_slice unit = kc_entry_str(at->e, KC_F_warning_deliver_unit);
	uint32_t i = kc_addressee_number(w, kc_find(st, KC_NS_UNIT, unit));
	enum kc_err err = kc_log_event(st, at, &w->events);

	if (w->state == KC_WS_ISSUED)
		w->state = KC_WS_DELIVERED;
	w->to.v[i].delivered = at->day;
	w->to.v[i].policy = kc_law_of(st, st->targets.v[w->target]->year);
	return err == KC_OK ? kc_addressee_set_due(st, w, i) : err;
}

/* --- warning.reply --- */
enum kc_err
warning_reply_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *head = kc_principal(st, at, 0);
	const struct kc_warning *w;
	uint32_t i;
	enum kc_err err =
	    kc_want_letter(st, at, KC_F_warning_reply_warning, &w, why);

	if (err != KC_OK)
		return err;
	i = kc_addressee_number(w, head->unit);
	if (i == w->to.n)
		return kc_want_of_unit(
		    st, at, 0, st->targets.v[w->target]->unit, why);
	if (w->to.v[i].replied_ms != 0)
		return kc_refuse(
		    why, KC_R_DUPLICATE, w->handle, NULL, NULL, NULL);
	return kc_want_state(at, KC_M_addressee,
	    kc_addressee_state(&w->to.v[i]), w->handle, why);
}

void
kc_letter_settle(struct kc_warning *w)
{
	uint32_t waiting = 0, left = 0;

	for (uint32_t i = 0; i < w->to.n; i++) {
		left += w->to.v[i].released ? 0 : 1;
		waiting +=
		    w->to.v[i].released || w->to.v[i].replied_ms != 0 ? 0 : 1;
	}
	if (left > 0 && waiting == 0)
		w->state = KC_WS_REPLIED;
}

/* A late reply is a reply: what was overdue stays on record. */
enum kc_err
warning_reply_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w = kc_letter_of(st, at, KC_F_warning_reply_warning);

	w->to.v[kc_addressee_number(w, kc_principal(st, at, 0)->unit)]
	    .replied_ms = at->stamp.received_ms;
	kc_letter_settle(w);
	return kc_log_event(st, at, &w->events);
}

/* --- warning.escalate, .lift, .withdraw --- */
enum kc_err
warning_escalate_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	size_t n;
	const struct kc_word *levels = kc_set_words(KC_SET_LEVEL, &n);
	const struct kc_warning *w;
	enum kc_err err =
	    kc_want_letter(st, at, KC_F_warning_escalate_warning, &w, why);

	if (err != KC_OK)
		return err;
	if (kc_entry_num(at->e, KC_F_warning_escalate_level, 0) > w->level)
		return KC_OK;
	return kc_refuse_state(
	    at, w->handle, levels[w->level].wire, levels[w->level].zh, why);
}

enum kc_err
warning_escalate_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w =
	    kc_letter_of(st, at, KC_F_warning_escalate_warning);

	w->level = (uint8_t)kc_entry_num(at->e, KC_F_warning_escalate_level, 0);
	w->given[w->level] = (uint32_t)at->stamp.seq;
	return kc_log_event(st, at, &w->events);
}

static enum kc_err
close_letter(struct kc_state *st, const struct kc_at *at, struct kc_warning *w,
    enum kc_warning_state state)
{
	w->state = (uint8_t)state;
	w->closed = at->day;
	return kc_log_event(st, at, &w->events);
}

enum kc_err
warning_lift_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;

	return kc_want_letter(st, at, KC_F_warning_lift_warning, &w, why);
}

enum kc_err
warning_lift_apply(struct kc_state *st, const struct kc_at *at)
{
	return close_letter(st, at,
	    kc_letter_of(st, at, KC_F_warning_lift_warning), KC_WS_LIFTED);
}

enum kc_err
warning_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;

	return kc_want_letter(st, at, KC_F_warning_withdraw_warning, &w, why);
}

enum kc_err
warning_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	return close_letter(st, at,
	    kc_letter_of(st, at, KC_F_warning_withdraw_warning),
	    KC_WS_WITHDRAWN);
}

/* --- warning.overdue: the clerk --- */
enum kc_err
warning_overdue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;
	uint32_t i;
	enum kc_err err =
	    kc_want_letter(st, at, KC_F_warning_overdue_warning, &w, why);

	if (err == KC_OK)
		err = kc_want_addressee(
		    st, at, KC_F_warning_overdue_unit, w, &i, why);
	if (err != KC_OK)
		return err;
	if (w->to.v[i].overdue)
		return kc_refuse(
		    why, KC_R_DUPLICATE, w->handle, NULL, NULL, NULL);
	err = kc_want_due(st, at, kc_due_addressee(w->index, i), why);
	if (err == KC_OK)
		err = kc_want_same_day(
		    at, KC_F_warning_overdue_due, w->to.v[i].reply_due, why);
	return err;
}

enum kc_err
warning_overdue_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w =
	    kc_letter_of(st, at, KC_F_warning_overdue_warning);
	struct kc_slice unit = kc_entry_str(at->e, KC_F_warning_overdue_unit);

	w->to.v[kc_addressee_number(w, kc_find(st, KC_NS_UNIT, unit))].overdue =
	    true;
	return kc_log_event(st, at, &w->events);
}
