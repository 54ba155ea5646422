/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of one kind, by the same authors, in one sitting: tried by the
 * ledger one after the other, asked about once, signed together, and sent so
 * that all stand or none.
 */
#ifndef KC_CLI_MANY_H
#define KC_CLI_MANY_H

#include <kaocheng/json.h>

#include "lib/post.h"

#include "hands.h"
#include "writing.h"

/* One that was not to be signed by these authors. */
struct kc_many_left {
	size_t i; /* its number among those that were tried */
	const char *about;
	char code[24];
	struct kc_buf message;
};
struct kc_many {
	struct kc_cli *cli; /* borrowed, as the next four */
	struct kc_authors *authors;
	struct kc_hands *hands; /* of each; NULL: the authors sign all */
	const struct kc_kind *kind;
	const struct kc_post_faults
	    *faults; /* who is told of what is refused */
	size_t n, cap;
	struct kc_slice *part; /* of text: each statement, and later its note */
	struct kc_buf text;
	struct kc_posted *posted; /* what each became, once they stand */
	size_t refused;
	bool tried;                /* what is here would stand */
	const char **about;        /* what each is about; NULL: not said */
	struct kc_many_left *left; /* of JSON, as about; the caller's */
	size_t nleft;
};

/* Adds a statement's text. */
int kc_many_add(struct kc_many *m, struct kc_slice text);
/* What the ledger would say to them; refused counts what it would refuse, and
 * the code is KC_EXIT_OK then too. */
int kc_many_try(struct kc_many *m);
/* Asks, signs, sends. The same of what is refused. */
int kc_many_send(struct kc_many *m);
/* Says for people that they stand. */
void kc_many_print(const struct kc_many *m);
/* Members of an object: what number i became. */
void kc_many_json(struct kc_json *w, const struct kc_many *m, size_t i);
/* All of it, and what came of it for people or as JSON. */
int kc_many_run(struct kc_many *m);
void kc_many_release(struct kc_many *m);

#endif
