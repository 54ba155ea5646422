/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of warning letters. */
#include "noun/prededuct/prededuct.h"

#include <assert.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->warnings);
	for (uint32_t i = 0; i < st->warnings.n; i++) {
		kc_hold_vec(h, &st->warnings.v[i]->to);
		kc_hold_vec(h, &st->warnings.v[i]->events);
	}
}

static void
put_warning(struct kc_digest *d, const struct kc_warning *w, unsigned epoch)
{
	kc_digest_open(d, 'W');
	kc_digest_text(d, w->handle);
	kc_digest_num(d, w->target);
	kc_digest_num(d, w->level);
	kc_digest_num(d, w->state);
	kc_digest_num(d, w->rectify_by);
	kc_digest_num(d, w->closed);
	kc_digest_num(d, w->to.n);
	for (uint32_t i = 0; i < w->to.n; i++) {
		const struct kc_addressee *a = &w->to.v[i];

		kc_digest_num(d, a->unit);
		kc_digest_num(d, a->delivered);
		kc_digest_num(d, a->reply_due);
		kc_digest_num(d, a->replied_ms);
		kc_digest_num(d, a->overdue);
		kc_digest_num(d, a->provisional);
		kc_digest_num(d, a->version);
		kc_digest_num(d, a->policy);
		if (a->released)
			kc_digest_open(d, 'r');
		if (a->reply_from != KC_DAY_NONE)
			kc_digest_num(d, a->reply_from);
	}
	kc_digest_events(d, &w->events);
	for (int i = kc_letter_below(w, w->level); epoch >= 2 && i >= 0;
	     i = kc_letter_below(w, i))
		kc_digest_num(d, i);
}

static bool
is_wanted(const struct kc_digest *d, const struct kc_warning *w)
{
	for (uint32_t i = 0; i < w->to.n; i++)
		if (kc_digest_wants(d, w->to.v[i].unit))
			return true;
	return false;
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->warnings.n; i++)
		if (is_wanted(d, st->warnings.v[i]))
			put_warning(d, st->warnings.v[i], st->epoch);
}

/* --- warning.overdue --- */
static const struct kc_warning *
letter_of(const struct kc_state *st, const struct kc_due *d)
{
	assert(d->object / KC_LIST_MAX < st->warnings.n);
	return st->warnings.v[d->object / KC_LIST_MAX];
}

static const struct kc_addressee *
addressee_of(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_warning *w = letter_of(st, d);

	assert(d->object % KC_LIST_MAX < w->to.n);
	return &w->to.v[d->object % KC_LIST_MAX];
}

static bool
reply_is_live(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_addressee *a = addressee_of(st, d);

	return a->version == d->version && a->replied_ms == 0 && !a->overdue &&
	    !a->provisional && !a->released &&
	    letter_of(st, d)->state <= KC_WS_REPLIED;
}

/* The letter, and the unit that has not replied. */
static void
reply_about(const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, letter_of(st, d)->handle);
	kc_buf_char(b, ' ');
	kc_buf_str(b, st->units.v[addressee_of(st, d)->unit]->code);
}

static void
reply_fill(const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_addressee *a = addressee_of(st, d);

	kc_made_text(m, KC_F_warning_overdue_warning, letter_of(st, d)->handle);
	kc_made_text(m, KC_F_warning_overdue_unit, st->units.v[a->unit]->code);
	kc_made_day(m, KC_F_warning_overdue_due, a->reply_due);
}

/* The last day is moved after all: what came by then came in time. */
static void
reply_in_time(struct kc_state *st, uint32_t object)
{
	const struct kc_warning *w = st->warnings.v[object / KC_LIST_MAX];

	w->to.v[object % KC_LIST_MAX].overdue = false;
}

static bool
letter_to(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	const struct kc_warning *g = st->warnings.v[index];

	for (uint32_t i = 0; i < g->to.n; i++)
		if (g->to.v[i].unit == unit)
			return true;
	return st->targets.v[g->target]->unit == unit;
}

static bool
letter_judged(
    const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	return kc_judges(
	    st, unit, st->targets.v[st->warnings.v[index]->target], day);
}

/* A letter is addressed; nobody judges it. */
static uint32_t
warning_party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	const struct kc_warning *w = st->warnings.v[index];

	if (party != KC_PARTY_UNIT || i >= w->to.n)
		return KC_NONE;
	return w->to.v[i].unit;
}

KC_OBJECTS(warning, warnings)

/* By which the letter was delivered to the unit. */
static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t at = kc_find(st, KC_NS_WARNING, kc_slice_str(d->id));
	const struct kc_warning *w = at == KC_NONE ? NULL : st->warnings.v[at];

	for (uint32_t i = 0; w != NULL && i < w->to.n; i++)
		if (w->to.v[i].unit == d->unit &&
		    w->to.v[i].policy < st->policies.n)
			return st->policies.v[w->to.v[i].policy].policy;
	return NULL;
}

/* Does what the letter demands of the unit become the other's? */
static bool
goes(const struct kc_state *st, const struct kc_handover *h,
    const struct kc_warning *w)
{
	return h->goes[w->target] ||
	    (h->all && st->targets.v[w->target]->year >= h->year);
}

/* One that the letter addresses too answers it by itself. */
static enum kc_err
readdress(struct kc_state *st, const struct kc_handover *h,
    struct kc_warning *w, struct kc_addressee *a)
{
	struct kc_u32s *into = &st->units.v[h->into]->warnings;

	if (kc_addressee_number(w, h->into) < w->to.n) {
		a->released = a->released || a->replied_ms == 0;
		kc_letter_settle(w);
	} else {
		a->unit = h->into;
		if (!kc_u32s_move(
			&st->units.v[h->from]->warnings, into, w->index))
			return KC_ENOMEM;
	}
	return kc_log_event(st, h->at, &w->events);
}

static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->warnings.n; i++) {
		struct kc_warning *w = st->warnings.v[i];
		uint32_t k = kc_addressee_number(w, h->from);

		if (k < w->to.n && goes(st, h, w))
			err = readdress(st, h, w, &w->to.v[k]);
	}
	return err;
}

const struct kc_noun kc_noun_warning = {
    .things = {{"warning", "预警函"}},
    .named = {{"warning", KC_NS_WARNING, letter_to, letter_judged,
		  warning_party, warning_handle, warning_events, warning_count,
		  warning_state, KC_M_warning},
	{"matter", KC_NS_WARNING, letter_to, letter_judged}},
    .sees = KC_SEE_warnings,
    .subjects = kc_warning_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_warning_overdue, reply_is_live, reply_about, reply_fill,
		  NULL, reply_in_time},
	{KC_K_warning_release, kc_correction_is_live, kc_dispute_about,
	    kc_release_fill},
	{KC_K_warning_lower, kc_correction_is_live, kc_dispute_about,
	    kc_lower_fill},
	{KC_K_warning_excuse, kc_correction_is_live, kc_dispute_about,
	    kc_excuse_fill}},
    .objects = warning_count,
    .rules = rules,
    .recalendar = kc_warning_recalendar,
    .deadlines = kc_warning_deadlines,
};
