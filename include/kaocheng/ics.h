/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines as a calendar (RFC 5545): each is an event of a whole day and a
 * thing to do. Pure: the same items give the same bytes, so that a calendar
 * that subscribes sees a change only where there is one.
 */
#ifndef KAOCHENG_ICS_H
#define KAOCHENG_ICS_H

#include <kaocheng/civil.h>
#include <kaocheng/refusal.h>

enum kc_ics_status {
	KC_ICS_OPEN,      /* still to be done */
	KC_ICS_TENTATIVE, /* likewise; the day may become a later one */
	KC_ICS_DONE,      /* it was done: the event is cancelled too */
	KC_ICS_CANCELLED  /* nothing is to be done any more */
};

struct kc_ics_item {
	/* What it is about and which last day: "PD-2022-0058", "case.rectify".
	 * Together with the ledger's host they are its UID, for ever. */
	struct kc_slice handle, limit;
	kc_day last; /* KC_DAY_NONE is not allowed */
	/* Grows when the day moves and when the status changes. */
	uint32_t sequence;
	int64_t stamp_ms; /* when the entry that made it so was taken */
	enum kc_ics_status status;
	struct kc_slice summary, description,
	    url; /* the last two may be empty */
	/* Days before the last one on which at nine o'clock a calendar that
	 * keeps alarms gives one; -1: none. 0 is the day itself. */
	int alarm_days;
};

/* A calendar is begin, any number of items, end. `host` is that of the
 * ledger's origin, `name` what calendars show. Errors stick in b->err. */
void kc_ics_begin(struct kc_buf *b, struct kc_slice name, enum kc_lang lang);
void kc_ics_item(
    struct kc_buf *b, const struct kc_ics_item *item, struct kc_slice host);
/* The event alone, where room is short. */
void kc_ics_event(
    struct kc_buf *b, const struct kc_ics_item *item, struct kc_slice host);
void kc_ics_end(struct kc_buf *b);

#endif
