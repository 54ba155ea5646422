/* SPDX-License-Identifier: Apache-2.0 */
/* The options common to all commands, accepted anywhere on the line. */
#ifndef KC_CLI_OPTIONS_H
#define KC_CLI_OPTIONS_H

#include "command/cmd.h"

struct kc_option {
	const char *name, *value; /* value: what it takes, NULL: a flag */
	const char *zh, *en;
};
extern const struct kc_option kc_options[];
extern const size_t kc_noptions;

/* Takes the common options out of argv (after the program's name), sets
 * *help and *version if asked for. Prints and returns KC_EXIT_USAGE if one is
 * wrong. The language is set even then. */
int kc_options_take(
    struct kc_cli *cli, int *argc, char **argv, bool *help, bool *version);
/* How far two words are apart: letters to add, drop, change or swap. */
unsigned kc_word_distance(const char *a, const char *b);

#endif
