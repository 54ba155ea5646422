/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A statement in the making: fields as people type them into a draft, the
 * draft into the text that is signed, here and nowhere else.
 */
#ifndef KC_CLI_WRITING_H
#define KC_CLI_WRITING_H

#include "lib/evidence.h"
#include "lib/pen.h"
#include "lib/tool.h"

/* Who signs, and what they know of the log: the same for all that they sign
 * in one sitting. Zero it, set cli; release it. */
struct kc_authors {
	struct kc_cli *cli;        /* borrowed; --as names them */
	struct kc_checkpoint seen; /* what they know of the log */
	char ledger[KC_NAME_MAX + 1];
	int64_t now_s; /* where the clock of a rehearsal stands; 0: no such */
	struct kc_pen pens[KC_SIGNERS_MAX];
	size_t npens;                /* opened */
	struct kc_exhibits exhibits; /* files that their statements cite */
	/* What is meant by what they typed (meant.h). */
	struct kc_client *asks;
	struct json_t *meant, *people;
	struct kc_heard *heard; /* who hears what is wrong; NULL: a person */
};
/* Which ledger, and what its signers have seen: the daemon's checkpoint, if
 * it continues what was seen here before. By the trusted key, if there is
 * one. Prints what goes wrong; returns the exit code, as do those below. */
int kc_authors_meet(struct kc_authors *a);
/* Says what is wrong with --as and --share: no actor, or one twice. */
int kc_authors_check(const struct kc_cli *cli);
/* Opens their keys, once; asks for passphrases if need be. */
int kc_authors_open(struct kc_authors *a);
/* Brings the files that their statements cite, before these are sent. */
int kc_authors_bring(struct kc_authors *a);
void kc_authors_release(struct kc_authors *a); /* wipes the keys */

/* One statement. Zero it, set authors and kind; release it. Large. */
struct kc_writing {
	struct kc_authors *authors; /* borrowed */
	const struct kc_kind *kind;
	struct kc_draft draft;
	struct kc_buf values; /* storage of the draft's values */
	struct {
		unsigned field;
		size_t at, n;
	} spans[KC_ITEMS_MAX];
	size_t nspans;
	uint64_t tried; /* bits of the fields that were given, well or not */
	struct kc_buf text, note;
};
/* Adds a field's value as people type it (lib/field.h). */
int kc_writing_add(struct kc_writing *w, unsigned field, const char *text);
/* Must this field be given, and was not? What a key file says need not be. */
bool kc_writing_lacks(const struct kc_writing *w, unsigned field);
/* Prints all that is lacking at once, and what is wrong with --as. */
int kc_writing_whole(const struct kc_writing *w);
/* The text of all fields, of authors that have met the ledger, with an id and
 * a time of its own. */
int kc_writing_text(struct kc_writing *w);
/* The same, but what the codec refuses is told in *why and not printed: the
 * code is KC_EXIT_OK then too, and why->code is set. */
int kc_writing_encode(struct kc_writing *w, struct kc_refusal *why);
/* The note: the text, signed by all authors, whose keys it opens. */
int kc_writing_sign(struct kc_writing *w);
/* For another statement of the same kind; storage is kept. */
void kc_writing_reset(struct kc_writing *w);
void kc_writing_release(struct kc_writing *w);

#endif
