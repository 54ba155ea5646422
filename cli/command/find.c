/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command that the words name, or the nearest one. */
#include "find.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/near.h>

#include "lib/options.h"

#define NOUNS_TOLD 4 /* that have a verb: "show" is of too many to help */

static bool
is_noun_of(const struct kc_kind *k, const char *noun)
{
	size_t n = strlen(noun);

	return strncmp(k->name, noun, n) == 0 && k->name[n] == '.';
}

/* Every noun: f(ctx, noun) for rows and kinds, some more than once. */
static const char *
noun_at(size_t i, char out[64])
{
	struct kc_slice rest, noun;

	if (i < kc_ncommands)
		return kc_commands[i].noun;
	i -= kc_ncommands;
	if (i >= KC_K_COUNT)
		return NULL;
	rest = kc_slice_str(kc_kind_get((enum kc_kind_id)i)->name);
	if (!kc_slice_cut(&rest, '.', &noun) || !kc_slice_copy(out, 64, noun))
		out[0] = '\0';
	return out;
}

bool
kc_command_find(int argc, char **argv, struct kc_found *f)
{
	char verb[64];

	memset(f, 0, sizeof(*f));
	for (size_t i = 0; argc > 1 && i < kc_ncommands; i++) {
		const struct kc_command *c = &kc_commands[i];

		if (c->verb != NULL && strcmp(c->noun, argv[0]) == 0 &&
		    strcmp(c->verb, argv[1]) == 0) {
			f->command = c;
			f->words = 2;
			return true;
		}
	}
	for (int k = 0; argc > 1 && k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		kc_kind_verb(kind, verb, sizeof(verb));
		if (kc_kind_is_written(kind) && is_noun_of(kind, argv[0]) &&
		    strcmp(verb, argv[1]) == 0) {
			f->kind = kind;
			f->words = 2;
			return true;
		}
	}
	for (size_t i = 0; argc > 0 && i < kc_ncommands; i++) {
		if (kc_commands[i].verb == NULL &&
		    strcmp(kc_commands[i].noun, argv[0]) == 0) {
			f->command = &kc_commands[i];
			f->words = 1;
			return true;
		}
	}
	return false;
}

bool
kc_noun_exists(const char *word)
{
	char buf[64];
	const char *noun;

	for (size_t i = 0; (noun = noun_at(i, buf)) != NULL; i++)
		if (strcmp(noun, word) == 0)
			return true;
	return false;
}

static bool
stands_before(size_t i, const char *noun)
{
	char buf[64];

	while (i-- > 0)
		if (strcmp(noun_at(i, buf), noun) == 0)
			return true;
	return false;
}

/* "kaocheng unit merge, ...": the nouns that have the verb, where they are
 * few. */
static void
put_nouns(const char *word, struct kc_buf *out)
{
	char buf[64], noun[64], verb[64], *words[] = {noun, verb};
	struct kc_found f;
	const char *at;
	unsigned n = 0;

	if (!kc_slice_copy(verb, sizeof(verb), kc_slice_str(word)))
		return;
	for (size_t i = 0; (at = noun_at(i, buf)) != NULL; i++) {
		(void)kc_slice_copy(noun, sizeof(noun), kc_slice_str(at));
		if (stands_before(i, noun) || !kc_command_find(2, words, &f) ||
		    f.words != 2)
			continue;
		kc_buf_str(out, n++ > 0 ? ", kaocheng " : "kaocheng ");
		kc_buf_str(out, noun);
		kc_buf_char(out, ' ');
		kc_buf_str(out, verb);
	}
	if (n > NOUNS_TOLD)
		kc_buf_reset(out);
}

int
kc_unknown_noun(const struct kc_cli *cli, const char *word)
{
	char buf[64], nouns[KC_K_COUNT][64], best[64] = "";
	struct kc_buf nouns_of = {0};
	struct kc_near near;
	const char *noun;
	int code;

	if (kc_guessed(cli, word, NULL) != NULL)
		return kc_cli_fail(KC_EXIT_USAGE, kc_guessed(cli, word, NULL),
		    _("there is no command \"%s\""), word);
	kc_near_begin(&near, kc_slice_str(word));
	for (size_t i = 0; (noun = noun_at(i, buf)) != NULL; i++) {
		if (i >= kc_ncommands) /* it lies in buf */
			noun =
			    memcpy(nouns[i - kc_ncommands], buf, sizeof(buf));
		kc_near_try(&near, kc_slice_str(noun));
	}
	(void)kc_slice_copy(best, sizeof(best), kc_near_one(&near));
	if (best[0] != '\0')
		return kc_cli_usage(_("there is no command \"%s\"; did you "
				      "mean \"%s\"?"),
		    word, best);
	put_nouns(word, &nouns_of);
	code = nouns_of.n > 0
	    ? kc_cli_fail(KC_EXIT_USAGE, kc_buf_cstr(&nouns_of),
		  _("there is no command \"%s\""), word)
	    : kc_cli_usage(_("there is no command \"%s\""), word);
	kc_buf_free(&nouns_of);
	return code;
}

int
kc_unknown_code(const char *word)
{
	const size_t lead = strlen("E-"); /* all have it; it is near to none */
	char best[64] = "";
	struct kc_near near;

	kc_near_begin(&near, kc_slice_str(word + lead));
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++)
		kc_near_try(&near,
		    kc_slice_str(
			kc_refusal_code_text((enum kc_refusal_code)c) + lead));
	(void)kc_slice_copy(best, sizeof(best), kc_near_one(&near));
	if (best[0] != '\0')
		return kc_cli_usage(
		    _("there is no error code %s; did you mean E-%s?"), word,
		    best);
	return kc_cli_usage(_("there is no error code %s"), word);
}

/* Every verb of a noun that the command line offers. */
static void
put_verbs(const char *noun, struct kc_buf *out)
{
	char verb[64];

	for (size_t i = 0; i < kc_ncommands; i++)
		if (strcmp(kc_commands[i].noun, noun) == 0 &&
		    kc_commands[i].verb != NULL) {
			kc_buf_str(out, out->n > 0 ? " " : "");
			kc_buf_str(out, kc_commands[i].verb);
		}
	for (int i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get((enum kc_kind_id)i);

		if (!is_noun_of(k, noun) || !kc_kind_is_written(k))
			continue;
		kc_kind_verb(k, verb, sizeof(verb));
		kc_buf_str(out, out->n > 0 ? " " : "");
		kc_buf_str(out, verb);
	}
}

static int
no_verb(const struct kc_cli *cli, const char *noun, const char *word,
    struct kc_slice verbs)
{
	const char *guess = kc_guessed(cli, noun, word);
	char best[64] = "";
	struct kc_slice rest = verbs, one;
	struct kc_buf nouns = {0};
	struct kc_near near;
	int code;

	kc_near_begin(&near, kc_slice_str(word));
	while (rest.n > 0) {
		if (!kc_slice_cut(&rest, ' ', &one)) {
			one = rest;
			rest.n = 0;
		}
		kc_near_try(&near, one);
	}
	(void)kc_slice_copy(best, sizeof(best), kc_near_one(&near));
	if (best[0] != '\0')
		return kc_cli_usage(_("\"%s\" has no verb \"%s\"; did you "
				      "mean \"%s\"?"),
		    noun, word, best);
	put_nouns(word, &nouns);
	code = kc_cli_fail(KC_EXIT_USAGE,
	    guess != NULL || nouns.n == 0 ? guess : kc_buf_cstr(&nouns),
	    verbs.n > 0 ? _("\"%s\" has no verb \"%s\"; it has %.*s")
			: _("\"%s\" has no verb \"%s\"; it has none"),
	    noun, word, (int)verbs.n, verbs.p);
	kc_buf_free(&nouns);
	return code;
}

int
kc_unknown_verb(struct kc_cli *cli, const char *noun, const char *word)
{
	struct kc_buf verbs = {0};
	char copy[64];
	char *args[1] = {copy};
	int code = KC_EXIT_USAGE;

	put_verbs(noun, &verbs);
	snprintf(copy, sizeof(copy), "%s", noun);
	if (word != NULL)
		code = no_verb(cli, noun, word, kc_buf_view(&verbs));
	else if (cli->format == KC_FORMAT_JSON)
		code = kc_cli_usage(
		    _("%s takes one of these: %s"), noun, kc_buf_cstr(&verbs));
	else
		(void)kc_cmd_help(cli, 1, args);
	kc_buf_free(&verbs);
	return code;
}

void
kc_found_usage(const struct kc_found *f)
{
	char words[128];

	if (f->kind != NULL) {
		snprintf(words, sizeof(words), "help %s", f->kind->name);
		kc_cli_usage_of(words, "");
	} else {
		snprintf(words, sizeof(words), "%s%s%s", f->command->noun,
		    f->command->verb != NULL ? " " : "",
		    f->command->verb != NULL ? f->command->verb : "");
		kc_cli_usage_of(words, f->command->synopsis);
	}
}

int
kc_field_of_flag(const struct kc_kind *kind, const char *flag, size_t n)
{
	char name[64];

	if (n == 0 || n >= sizeof(name))
		return -1;
	memcpy(name, flag, n);
	name[n] = '\0';
	for (char *p = name; *p != '\0'; p++)
		if (*p == '-')
			*p = '_';
	return kc_kind_field(kind, kc_slice_str(name));
}
