/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line of a witness asks for, and its key and book. */
#ifndef KC_WITNESS_COMMAND_H
#define KC_WITNESS_COMMAND_H

#include <kaocheng/book.h>

#include "witness/config.h"

enum kc_witness_exit {
	KC_WITNESS_EXIT_OK = 0,
	KC_WITNESS_EXIT_FAILED = 1,
	KC_WITNESS_EXIT_GUARD =
	    65, /* no book, another key's, or a damaged one */
	KC_WITNESS_EXIT_UNKNOWN = 74, /* the outcome of a write is not known */
	KC_WITNESS_EXIT_USAGE = 100
};

struct kc_witness_command {
	const char *file, *name;
	bool check, show;
};

/* -1: go on; else the exit code: what was asked for is printed. */
int kc_witness_options(struct kc_witness_command *o, int argc, char **argv);
/* The configuration; NULL, and a line was logged. Freed with kc_free. */
struct kc_witness_config *kc_witness_load(const char *file);
/* KC_WITNESS_EXIT_OK, or the exit code, and a line was logged. */
int kc_witness_key(const struct kc_witness_config *c, struct kc_skey *key);
int kc_witness_book(struct kc_book **book, const struct kc_witness_config *c,
    const struct kc_skey *key, bool read_only);
/* Makes key and book, prints the verifier key. */
int kc_witness_new(const struct kc_witness_config *c, const char *name);
/* Prints what the book holds. */
int
kc_witness_show(const struct kc_witness_config *c, const struct kc_skey *key);
void kc_witness_say(const char *event, const char *what, enum kc_err err,
    const struct kc_buf *detail);

#endif
