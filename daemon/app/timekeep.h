/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock against the time that has passed. Whoever sets a machine's clock
 * moves what it shows, not CLOCK_BOOTTIME: a difference between the two is a
 * step, and the clerk writes it, at the time that the ledger believes.
 */
#ifndef KC_APP_TIMEKEEP_H
#define KC_APP_TIMEKEEP_H

#include <kaocheng/hold.h>

#include "app/env.h"

struct kc_timekeeper {
	bool known;        /* has it looked since the start? */
	int64_t true_ms;   /* what the clock should show */
	int64_t passed_ms; /* at this reading of the time that passes */
	int64_t ahead_ms;  /* of what it should: what is written of it */
};

/* What a look tells: is a step to be written, when, and of how much? */
struct kc_time_look {
	int64_t now_ms, passed_ms, believed_ms, ahead_ms;
	bool step;
};

/* Looks at the clock, whose instant is sane and not behind the last entry. */
void
kc_time_look(const struct kc_timekeeper *t, const struct kc_ledger_options *o,
    const struct kc_state *st, struct kc_time_look *out);
/* What was seen stands: with the step, or without there being one. */
void kc_time_took(struct kc_timekeeper *t, const struct kc_time_look *look,
    const struct kc_state *st);

#endif
