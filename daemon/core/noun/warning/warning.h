/* SPDX-License-Identifier: Apache-2.0 */
/* Warning letters and the units that they go to. */
#ifndef KC_WARNING_H
#define KC_WARNING_H

#include "engine/state_int.h"

struct kc_addressee {
	uint32_t unit;
	kc_day delivered, reply_due; /* KC_DAY_NONE before delivery */
	int64_t replied_ms;          /* 0 before */
	bool overdue;                /* the clerk's entry stands */
	bool provisional; /* reply_due rests on a calendar not yet adopted */
	uint32_t version;
	uint32_t policy; /* in force at delivery: index in state.policies */
};
KC_VEC(kc_addressees, struct kc_addressee);
struct kc_warning {
	char handle[16];
	uint32_t index, target;
	uint8_t level, state;
	kc_day rectify_by, closed;
	struct kc_addressees to;
	struct kc_events events;
};

#define KC_NS_WARNING KC_NS(warning, 0)

/* Object of a due item: the letter and one of its addressees. */
#define kc_due_addressee(warning, i) ((uint32_t)(warning)*KC_LIST_MAX + (i))

unsigned kc_addressee_state(const struct kc_addressee *a); /* KC_AD_* */
/* Computes the last day to reply from the delivery, and queues the clerk's
 * entry unless provisional. */
enum kc_err
kc_addressee_set_due(struct kc_state *st, struct kc_warning *w, unsigned i);
/* The day by which what the letter demands is to be done: the one that it
 * sets, unless an outage moved it. */
kc_day kc_letter_lift_by(const struct kc_state *st, const struct kc_warning *w);
/* Computes those of an open letter anew. */
enum kc_err kc_warning_recalendar(struct kc_state *st, uint32_t index);

struct kc_vx;
/* What an event says: the kind's label and the fact that goes with it. */
void kc_buf_warning_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_warning *g, const struct kc_event *e);
bool kc_warning_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);

#endif
