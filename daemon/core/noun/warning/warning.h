/* SPDX-License-Identifier: Apache-2.0 */
/* Warning letters and the units that they go to. */
#ifndef KC_WARNING_H
#define KC_WARNING_H

#include "engine/state_int.h"

struct kc_addressee {
	uint32_t unit;
	kc_day delivered, reply_due; /* KC_DAY_NONE before delivery */
	kc_day reply_from;  /* the period to reply runs anew, KC_DAY_NONE */
	int64_t replied_ms; /* 0 before */
	bool overdue;       /* the clerk's entry stands */
	bool released;      /* by a dispute */
	bool provisional;   /* reply_due rests on a calendar not yet adopted */
	uint32_t version;
	uint32_t policy; /* kc_law_of its year, at delivery */
};
KC_VEC(kc_addressees, struct kc_addressee);
#define KC_LETTER_LEVELS (KC_LEVEL_RED + 1)
struct kc_warning {
	char handle[16];
	uint32_t index, target;
	uint8_t level, state;
	/* Of each level the decision that gives it (its entry), 0: none. Each
	 * stands by itself, and the letter has the highest of them. */
	uint32_t given[KC_LETTER_LEVELS];
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

/* Is the letter neither lifted nor withdrawn nor revoked? */
bool kc_letter_open(const struct kc_warning *w);
/* The level that a decision gives it; -1: none, any more. */
int kc_letter_given(const struct kc_warning *w, uint32_t seq);
/* The highest that it has below a level; -1: none. */
int kc_letter_below(const struct kc_warning *w, int level);
/* Number of the unit among the addressees; to.n if it is not one. */
uint32_t kc_addressee_number(const struct kc_warning *w, uint32_t unit);
/* The letter a field names, in a state in which the kind of the entry may
 * happen to it; and the addressee that one names. */
enum kc_err kc_want_letter(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_warning **out, struct kc_refusal *why);
enum kc_err kc_want_addressee(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_warning *w, uint32_t *out,
    struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_warning *
kc_letter_of(const struct kc_state *st, const struct kc_at *at, unsigned field);
/* Everybody who is still addressed has replied: so has the letter. */
void kc_letter_settle(struct kc_warning *w);
/* Last day to reply of a period that begins on a day. */
kc_day kc_addressee_reply_by(const struct kc_state *st,
    const struct kc_warning *w, unsigned i, kc_day from, bool *provisional);
/* What the clerk writes when a dispute corrects one (disputed.c). */
struct kc_made;
void kc_release_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
void kc_lower_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
void kc_excuse_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

struct kc_vx;
/* What an event says: the kind's label and the fact that goes with it. */
void kc_buf_warning_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_warning *g, const struct kc_event *e);
bool kc_warning_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);

#endif
