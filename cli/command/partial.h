/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements that some of their signers have signed: a text, and the signature
 * lines that it has so far.
 */
#ifndef KC_PARTIAL_H
#define KC_PARTIAL_H

#include <kaocheng/entry.h>

#include "writing.h"

/* Borrows the bytes. */
struct kc_partial {
	struct kc_slice text; /* with its final LF */
	struct kc_slice sigs; /* lines; empty if there are none */
};

void kc_partial_split(struct kc_slice bytes, struct kc_partial *out);
/* The signature line of a signer, if it is there: "— name ...". */
bool kc_partial_line(
    struct kc_slice sigs, struct kc_slice name, struct kc_slice *line);
/* The i-th of its signers, from 0, who has no line; false if there is none, or
 * if the text cannot be read, which is for whoever takes it to refuse. */
bool kc_partial_lacks(struct kc_slice bytes, unsigned i, struct kc_slice *who);

/* Does the file begin as a statement does? If not, says so and returns the
 * exit code. */
int kc_partial_want(struct kc_slice bytes, const char *path);
/* Each of --as is named in the text. Prints what goes wrong; returns the exit
 * code, as do those below. */
int kc_partial_named(const struct kc_cli *cli, const struct kc_entry *e);
/* Whoever signs answers for the history that the text names, too: does it go
 * with what was seen here before? */
int kc_partial_history(struct kc_cli *cli, const struct kc_entry *e);
/* Appends the text, then signature lines in the order of the by lines: the old
 * ones, and new ones of the opened authors. How many are missing then. */
int kc_partial_join(const struct kc_authors *a, const struct kc_entry *e,
    const struct kc_partial *p, struct kc_buf *out, unsigned *missing);

#endif
