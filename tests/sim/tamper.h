/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twelve ways to tamper with a ledger, by a thief who holds the log's key and
 * the clerk's, and signs all of it anew. He has no author's key; where a
 * statement is put in, its author has signed it elsewhere, or is in league.
 */
#ifndef KC_TEST_TAMPER_H
#define KC_TEST_TAMPER_H

#include <kaocheng/verify.h>

#include "sim.h"
#include "viewkit.h"

struct line { /* a leaf to be */
	struct kc_slice note;
	int64_t received_ms;
};

struct victim {
	struct sim s;
	uint32_t seed;
	unsigned n;        /* entries; the last is an author's */
	unsigned clerk;    /* an expiry, with authors after it */
	struct kc_due due; /* of which the day has not come */
	/* What somebody may state now: 80 % come back. */
	const char *by;
	const char *of; /* "case=PD-2022-0001" */
	/* Of the ledger as it is forged: */
	struct line v[KIT_NOTES_MAX];
	unsigned nv;
	struct kc_buf own; /* a note that did not stand */
};

struct tampering {
	const char *name;
	const char *what;
	void (*forge)(struct victim *t);
	/* Exit codes of the verifier, as bits 1 << code: with nothing but the
	 * export, and with a checkpoint of the ledger before. */
	unsigned alone, with;
};
#define TAMPERINGS 12
extern const struct tampering tamperings[TAMPERINGS];

/* The ledger as it is. */
void tamper_begin(struct victim *t);
/* The signed note of a return of `rate` basis points, into t->own. */
void tamper_return(
    struct victim *t, const char *by, const char *of, const char *rate);

#endif
