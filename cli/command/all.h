/* SPDX-License-Identifier: Apache-2.0 */
/* A kind done on everything on which it can be done now: `--all`. */
#ifndef KC_CLI_ALL_H
#define KC_CLI_ALL_H

#include "writing.h"

/* Plain arguments: how many, and the one that a statement is about. */
struct kc_plain {
	size_t n;
	const char *named; /* NULL: there is none */
};
#define KC_PLAIN_NONE SIZE_MAX
/* The fields of the statement about the plain argument `which`, where they are
 * several; KC_PLAIN_NONE: those of the options alone. Prints what is wrong, and
 * returns the exit code, as does the next. */
int kc_plain_read(struct kc_writing *w, int argc, char **argv, size_t which,
    struct kc_plain *plain);
/* Of one unit (--unit) or of all. What the tables allow and the ledger does
 * not take of this signer is left out and said. */
int kc_write_all(struct kc_writing *w, int argc, char **argv);

#endif
