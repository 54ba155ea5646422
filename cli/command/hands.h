/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The people whom the rows of a table name as their signers: each is looked
 * for once, as one of --as is, and opens his key once, for all of his rows.
 */
#ifndef KC_CLI_HANDS_H
#define KC_CLI_HANDS_H

#include "writing.h"

/* One of them. */
struct kc_hand {
	char actor[KC_NAME_MAX + 1];
	struct kc_pen pen;
	bool open;
	size_t n;            /* statements that he signs */
	struct kc_buf wrong; /* why his key did not open */
};
/* Who signs one statement, in the order in which the row names them. */
struct kc_signed {
	struct kc_hand *by[KC_SIGNERS_MAX];
	unsigned n;
};
/* Zero it, release it. */
struct kc_hands {
	struct kc_hand **v;
	size_t n, cap;
	struct kc_signed *row; /* of each statement that was taken */
	size_t nrows, cap_rows;
};

/* Before the names of a row. */
void kc_hands_begin(struct kc_cli *cli);
/* Adds a signer of the row at hand to those of cli->as: by his code, or by his
 * name where that may be known. His key file must be here, and be his. Prints
 * what is wrong; returns the exit code, as do those below. */
int kc_hands_add(struct kc_hands *s, struct kc_authors *a, const char *typed);
/* The statement of the row is one of those that are signed. */
int kc_hands_take(struct kc_hands *s, const struct kc_cli *cli);
/* Says who signs how many, and how many passphrases will be asked. */
void kc_hands_say(const struct kc_hands *s, const struct kc_cli *cli);
/* Opens the keys of all. What a key is not opened for is kept of its signer,
 * and the code is KC_EXIT_OK then too; not so where there is nobody to ask. */
int kc_hands_open(struct kc_hands *s, struct kc_cli *cli);
/* Why one of those who sign statement i cannot; NULL: all can. */
const char *kc_hands_wrong(const struct kc_hands *s, size_t i);
/* Appends the note of statement i. */
int kc_hands_note(const struct kc_hands *s, size_t i, struct kc_slice text,
    struct kc_buf *out);
void kc_hands_release(struct kc_hands *s); /* wipes the keys */

#endif
