/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last days of one person as a calendar to subscribe to (ics.h): those of
 * which the planner of reminders (notice.h) tells the person by the last day,
 * or has told since. What has ended stays for a while, so that a calendar
 * learns of it. A function of state and instant.
 */
#ifndef KAOCHENG_FEED_H
#define KAOCHENG_FEED_H

#include <kaocheng/state.h>

#define KC_FEED_KEEP_DAYS 60 /* days for which what has ended is listed */

struct kc_feed_ask {
	struct kc_slice actor;
	int64_t now_ms;
	enum kc_lang lang;
	struct kc_slice link; /* where the ledger is read; may be empty */
	uint64_t *steps;      /* what was looked at; NULL: not asked */
};

/* Appends the calendar, from BEGIN to END; without an event for who is told of
 * nothing, before a policy is adopted, or retired. In order of last day and
 * handle. There is no name, score or title of a target in it.
 * KC_ENOTFOUND: no such actor; KC_ENOMEM. */
enum kc_err kc_feed_render(struct kc_buf *out, const struct kc_state *st,
    const struct kc_feed_ask *ask);

#endif
