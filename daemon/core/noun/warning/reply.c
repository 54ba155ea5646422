/* SPDX-License-Identifier: Apache-2.0 */
/* Last days to reply to a letter: computed, and computed anew. */
#include "warning.h"

#include "noun/deadline/deadline.h"
#include "noun/year/year.h"

kc_day
kc_addressee_reply_by(const struct kc_state *st, const struct kc_warning *w,
    unsigned i, kc_day from, bool *provisional)
{
	const struct kc_addressee *a = &w->to.v[i];
	const struct kc_policy *p = st->policies.v[a->policy].policy;
	kc_day day = kc_calendar_add_workdays(
	    st->calendar, from, (int)p->value[KC_P_WARN_REPLY_WD], provisional);

	return kc_last_day(st, KC_M_addressee, KC_L_addressee_REPLY,
	    kc_due_addressee(w->index, i), day);
}

static kc_day
reply_end(const struct kc_state *st, const struct kc_warning *w, unsigned i,
    bool *provisional)
{
	const struct kc_addressee *a = &w->to.v[i];

	return kc_addressee_reply_by(st, w, i,
	    a->reply_from != KC_DAY_NONE ? a->reply_from : a->delivered,
	    provisional);
}

kc_day
kc_letter_lift_by(const struct kc_state *st, const struct kc_warning *w)
{
	return kc_last_day(
	    st, KC_M_warning, KC_L_warning_LIFT, w->index, w->rectify_by);
}

bool
kc_letter_open(const struct kc_warning *w)
{
	return !kc_machine_get(KC_M_warning)->states[w->state].last;
}

static enum kc_err
queue_reply(struct kc_state *st, const struct kc_warning *w, unsigned i)
{
	struct kc_addressee *a = &w->to.v[i];
	struct kc_due d = {
	    .kind = KC_K_warning_overdue,
	    .object = kc_due_addressee(w->index, i),
	    .version = ++a->version,
	};

	kc_open_touch(st, KC_N_warning, w->index);
	if (a->provisional)
		return KC_OK;
	d.due_ms = kc_day_end_ms(a->reply_due);
	return kc_due_push(st, &d);
}

enum kc_err
kc_addressee_set_due(struct kc_state *st, struct kc_warning *w, unsigned i)
{
	struct kc_addressee *a = &w->to.v[i];

	a->provisional = false;
	a->reply_due = reply_end(st, w, i, &a->provisional);
	return queue_reply(st, w, i);
}

enum kc_err
kc_warning_recalendar(struct kc_state *st, uint32_t index)
{
	const struct kc_warning *w = st->warnings.v[index];
	enum kc_err err = KC_OK;

	if (!kc_letter_open(w))
		return KC_OK;
	for (unsigned i = 0; err == KC_OK && i < w->to.n; i++) {
		struct kc_addressee *a = &w->to.v[i];
		bool provisional = false;
		kc_day day;

		if (a->delivered == KC_DAY_NONE || a->replied_ms != 0 ||
		    a->overdue || a->released)
			continue;
		day = reply_end(st, w, i, &provisional);
		if (kc_due_take(
			&a->reply_due, &a->provisional, day, provisional))
			err = queue_reply(st, w, i);
	}
	return err;
}
