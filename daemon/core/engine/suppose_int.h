/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a counterfactual share. */
#ifndef KC_SUPPOSE_INT_H
#define KC_SUPPOSE_INT_H

#include <kaocheng/suppose.h>

#include "about.h"
#include "noun.h"
#include "replayer.h"

/* A supposed note, decoded, in order of its time. */
struct kc_supposed_note {
	struct kc_entry *e;
	size_t place; /* in kc_supposition.with */
};
/* One counterfactual under way. */
struct kc_supposing {
	const struct kc_supposition *s;
	struct kc_supposed *out;
	struct kc_refusal *why;
	struct kc_supposed_note *notes; /* s->nwith of them */
	size_t next;                    /* the first that was not taken in */
	struct kc_instead instead;
	bool *met; /* of s->without: something bore that name */
	struct kc_about about;
	struct kc_entry *derived; /* room for an entry of the clerk */
};

/* --- suppose_pick.c --- */
/* Is this entry, which the log's state has applied, to be left out? */
bool kc_supposing_leaves_out(
    struct kc_supposing *w, const struct kc_entry *e, uint64_t seq);
/* Is it the number of that entry? */
bool kc_supposing_is_number(struct kc_slice name, uint64_t seq);
/* KC_R_SECRET: an entry or a kind (zh: its name) that is nobody's to suppose.
 */
enum kc_err kc_supposing_refuse_secret(
    struct kc_supposing *w, struct kc_slice what, const char *zh);
/* Decodes the notes and puts them into the order of their times. */
enum kc_err kc_supposing_notes(struct kc_supposing *w);
/* Everything that was asked for was there: KC_R_NOT_FOUND. */
enum kc_err kc_supposing_all_met(struct kc_supposing *w);

#endif
