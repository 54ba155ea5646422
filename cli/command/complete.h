/* SPDX-License-Identifier: Apache-2.0 */
/* What the last word of a line may become: a line each, with a TAB and what it
 * is, or ":files", ":dirs" for the shell's own. */
#ifndef KC_CLI_COMPLETE_H
#define KC_CLI_COMPLETE_H

#include "lib/options.h"

struct kc_next {
	struct kc_cli *cli;
	struct kc_found f; /* what the words before name */
	const char *cur;   /* what stands of the word */
	const char *said[512];
	size_t nsaid; /* each once */
};
/* Prints the word, if it begins as what stands does. text may be NULL. */
void kc_next_offer(struct kc_next *n, const char *word, const char *text);
/* What the tables call so, "UNIT" or "CASE": from the ledger, if it answers. */
void kc_next_values(struct kc_next *n, const char *what);
/* The first column of a view. */
void kc_next_rows(struct kc_next *n, const char *view, const char *id);
void kc_next_kinds(struct kc_next *n);
/* All of it, for the words of a line after the program's name. */
int kc_next(struct kc_cli *cli, int argc, char **argv);

#endif
