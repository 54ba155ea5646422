/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options, every one once: of all commands and of single ones. From this
 * table come the reading of a line, help, the list in the manual page and
 * completion. Fields of statements are options of their commands too; those
 * come from the kinds.
 */
#ifndef KC_CLI_OPTIONS_H
#define KC_CLI_OPTIONS_H

#include "command/find.h"

enum kc_option_type {
	KC_OPTION_FLAG,   /* a bool of struct kc_cli */
	KC_OPTION_TEXT,   /* a const char *, given once */
	KC_OPTION_LIST,   /* a struct kc_cli_list, may be repeated */
	KC_OPTION_SIGNER, /* --as */
	KC_OPTION_FORMAT, /* -o */
	KC_OPTION_JSON,   /* short for -o json */
	KC_OPTION_CSV,
	KC_OPTION_LANG /* read before anything can be said */
};
/* How a shell completes its value. */
enum kc_option_hint {
	KC_HINT_NONE,
	KC_HINT_FILE,
	KC_HINT_DIR,
	KC_HINT_WORDS /* those of `value`, between bars */
};

/* The scope of options that commands of statements have, where no field of
 * theirs is called so. */
#define KC_OF_STATEMENTS "statements"
/* Of options of every command that prints a list by pages. */
#define KC_OF_LISTS "lists"

struct kc_option {
	const char *name, *value; /* value: what it takes, NULL: a flag */
	enum kc_option_type type;
	const char *scope; /* "": all commands; else "score log.list ..." */
	size_t place;      /* in struct kc_cli; types FLAG and TEXT */
	enum kc_option_hint hint;
	const char *zh, *en;
};
extern const struct kc_option kc_options[];
extern const size_t kc_noptions;

/* Does the command of a kind? */
bool
kc_option_is_of_kind(const struct kc_option *o, const struct kc_kind *kind);
/* Does a command have it of its own? Those of all commands are nobody's. */
bool kc_option_is_of(const struct kc_option *o, const struct kc_command *c);
/* Finds the command and takes its options and those of all commands out of
 * argv (after the program's name), which keeps the words, the arguments and
 * the fields of a statement. Prints and returns KC_EXIT_USAGE if one is
 * wrong. The language is set even then. */
int kc_options_take(
    struct kc_cli *cli, int *argc, char **argv, struct kc_found *found);
/* What the first two words that are no options name; how many there are. */
int kc_options_words(int argc, char **argv, struct kc_found *f, char *plain[2]);
/* Its line in help. */
void kc_help_option(const struct kc_cli *cli, const struct kc_option *o);

#endif
