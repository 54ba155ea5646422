/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of a line name: a row of the command table, or a kind. */
#ifndef KC_CLI_FIND_H
#define KC_CLI_FIND_H

#include "lib/tool.h"

struct kc_found {
	const struct kc_command *command;
	const struct kc_kind *kind;
	int words; /* how many they were; 0: nothing is named so */
};
bool kc_command_find(int argc, char **argv, struct kc_found *f);
/* From here on a usage error ends with how this is used. */
void kc_found_usage(const struct kc_found *f);
/* Is there any command or kind of this noun? */
bool kc_noun_exists(const char *word);
/* "there is no command …", with the nearest; returns KC_EXIT_USAGE. */
int kc_unknown_noun(const struct kc_cli *cli, const char *word);
/* What somebody may want who types this for a command; NULL. */
const char *
kc_guessed(const struct kc_cli *cli, const char *noun, const char *verb);
int kc_unknown_code(const char *word); /* "E-…" */
int kc_unknown_verb(struct kc_cli *cli, const char *noun, const char *word);
/* Place of the field of a kind that a flag without its dashes names; '-' and
 * '_' are the same. -1 if none. */
int kc_field_of_flag(const struct kc_kind *kind, const char *flag, size_t n);

#endif
