/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a line that is being typed, from the tables. */
#include "complete.h"

#include <stdio.h>
#include <string.h>

#include "lib/field.h"

/* The same of words that live as long as the tables, each once. */
static void
offer_once(struct kc_next *n, const char *word, const char *text)
{
	for (size_t i = 0; i < n->nsaid; i++)
		if (strcmp(n->said[i], word) == 0)
			return;
	if (n->nsaid < sizeof(n->said) / sizeof(n->said[0]))
		n->said[n->nsaid++] = word;
	kc_next_offer(n, word, text);
}

static const char *
say(const struct kc_next *n, const char *zh, const char *en)
{
	return n->cli->lang == KC_LANG_ZH ? zh : en;
}

/* --- fields and options --- */
static void
offer_field(struct kc_next *n, const struct kc_field *f)
{
	static const struct {
		const char *field, *what;
	} codes[] = {{"unit", "UNIT"}, {"assessor", "UNIT"}, {"object", "UNIT"},
	    {"target", "TARGET"}, {"grant", "GRANT"}, {"cadre", "CADRE"},
	    {"lead", "CADRE"}, {"assist", "CADRE"}, {"indicator", "INDICATOR"},
	    {"case", "CASE"}, {"warning", "LETTER"}, {"dispute", "DISPUTE"},
	    {"matter", "MATTER"}, {"about", "CASE"}};
	const struct kc_word *w;
	size_t nwords = 0;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(f->name, codes[i].field) == 0)
			kc_next_values(n, codes[i].what);
	if (f->type == KC_T_ACTOR)
		kc_next_values(n, "ACTOR");
	if (f->type == KC_T_KINDNAME)
		kc_next_kinds(n);
	if (f->type == KC_T_EVIDENCE || f->type == KC_T_VKEY)
		puts(":files");
	w = f->type == KC_T_WORD ? kc_set_words((enum kc_set)f->arg, &nwords)
				 : NULL;
	for (size_t i = 0; i < nwords; i++)
		kc_next_offer(n, w[i].wire, say(n, w[i].zh, w[i].en));
	if (f->type == KC_T_YESNO) {
		kc_next_offer(n, "yes", NULL);
		kc_next_offer(n, "no", NULL);
	}
}

static bool
is_here(const struct kc_next *n, const struct kc_option *o)
{
	return o->scope[0] == '\0' ||
	    (n->f.command != NULL && kc_option_is_of(o, n->f.command)) ||
	    (n->f.kind != NULL && kc_option_is_of_kind(o, n->f.kind));
}

/* What stands after an option that takes a value; false: it takes none. */
static bool
offer_of_option(struct kc_next *n, const char *prev)
{
	int f = n->f.kind != NULL && strncmp(prev, "--", 2) == 0
	    ? kc_field_of_flag(n->f.kind, prev + 2, strlen(prev + 2))
	    : -1;

	if (f >= 0) {
		offer_field(n, &n->f.kind->fields[f]);
		return true;
	}
	for (size_t i = 0; i < kc_noptions; i++) {
		const struct kc_option *o = &kc_options[i];
		char word[64];

		if (strcmp(o->name, prev) != 0 || o->value == NULL ||
		    !is_here(n, o))
			continue;
		if (o->hint == KC_HINT_FILE || o->hint == KC_HINT_DIR)
			puts(o->hint == KC_HINT_DIR ? ":dirs" : ":files");
		else if (o->hint == KC_HINT_NONE)
			kc_next_values(n, o->value);
		for (const char *p = o->value;
		     o->hint == KC_HINT_WORDS && *p != '\0';
		     p += strcspn(p, "|"), p += *p == '|') {
			snprintf(word, sizeof(word), "%.*s",
			    (int)strcspn(p, "|"), p);
			kc_next_offer(n, word, NULL);
		}
		return true;
	}
	return false;
}

static void
offer_options(struct kc_next *n)
{
	char flag[KC_FLAG_SIZE];

	for (unsigned i = 0; n->f.kind != NULL && i < n->f.kind->nfields; i++) {
		const struct kc_field *f = &n->f.kind->fields[i];

		kc_next_offer(n, kc_field_flag(f, flag), say(n, f->zh, f->en));
	}
	for (size_t i = 0; i < kc_noptions; i++)
		if (is_here(n, &kc_options[i]))
			offer_once(n, kc_options[i].name,
			    say(n, kc_options[i].zh, kc_options[i].en));
}

/* --- words --- */
static void
offer_words(struct kc_next *n, const char *noun)
{
	static char words[KC_K_COUNT][64];

	for (size_t i = 0; i < kc_ncommands; i++) {
		const struct kc_command *c = &kc_commands[i];

		if (noun == NULL)
			offer_once(n, c->noun,
			    c->verb == NULL ? say(n, c->usage_zh, c->usage_en)
					    : NULL);
		else if (c->verb != NULL && strcmp(c->noun, noun) == 0)
			offer_once(
			    n, c->verb, say(n, c->usage_zh, c->usage_en));
	}
	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);
		size_t len = strcspn(kind->name, ".");

		if (!kc_kind_is_written(kind))
			continue;
		if (noun == NULL)
			snprintf(words[k], sizeof(words[k]), "%.*s", (int)len,
			    kind->name);
		else if (strlen(noun) == len &&
		    strncmp(noun, kind->name, len) == 0)
			kc_kind_verb(kind, words[k], sizeof(words[k]));
		else
			continue;
		offer_once(n, words[k],
		    noun != NULL ? say(n, kind->zh, kind->en) : NULL);
	}
}

/* What stands without an option: the first field that names something, by what
 * can be done now; or the first word of the synopsis. */
static void
offer_plain(struct kc_next *n)
{
	if (n->f.kind != NULL) {
		kc_next_rows(n, "ready", n->f.kind->name);
		for (unsigned i = 0; i < n->f.kind->nfields; i++)
			if (kc_field_plain(n->f.kind, i) &&
			    n->f.kind->fields[i].type != KC_T_HANDLE &&
			    strncmp(n->f.kind->name, "target.", 7) != 0) {
				offer_field(n, &n->f.kind->fields[i]);
				break;
			}
		return;
	}
	if (strcmp(n->f.command->noun, "completion") == 0) {
		kc_next_offer(n, "bash", NULL);
		kc_next_offer(n, "zsh", NULL);
		kc_next_offer(n, "fish", NULL);
		return;
	}
	if (strcmp(n->f.command->noun, "help") == 0)
		offer_words(n, NULL);
	for (const char *p = n->f.command->synopsis; *p != '\0';
	     p += strcspn(p, "["), p += *p == '[') {
		if (*p != '-')
			kc_next_values(n, p);
		if (strncmp(p, "UNIT | CASE", 11) == 0)
			kc_next_values(n, "CASE");
		if (strncmp(p, "UNIT", 4) == 0 || strchr(p, '[') == NULL)
			break;
	}
}

/* Where the line says which ledger, and who signs. */
static void
take_line(struct kc_next *n, int argc, char **argv)
{
	for (int i = 0; i + 1 < argc; i++) {
		if (strcmp(argv[i], "--dir") == 0)
			n->cli->dir = argv[i + 1];
		else if (strcmp(argv[i], "--socket") == 0 ||
		    strcmp(argv[i], "--url") == 0)
			n->cli->where = argv[i + 1];
		else if (strcmp(argv[i], "--as") == 0)
			n->cli->as[n->cli->nas = 0] = argv[i + 1],
						 n->cli->nas = 1;
	}
}

int
kc_next(struct kc_cli *cli, int argc, char **argv)
{
	static struct kc_next n; /* large */
	char *plain[2] = {NULL, NULL};
	int words;

	n.cli = cli;
	n.cur = argc > 0 ? argv[argc - 1] : "";
	words = kc_options_words(argc - 1, argv, &n.f, plain);
	take_line(&n, argc - 1, argv);
	if (argc > 1 && offer_of_option(&n, argv[argc - 2]))
		return KC_EXIT_OK;
	if (n.cur[0] == '-')
		offer_options(&n);
	else if (words == 0)
		offer_words(&n, NULL);
	else if (words == 1 && n.f.words < 2) {
		offer_words(&n, plain[0]);
		if (n.f.words == 1)
			offer_plain(&n);
	} else if (n.f.words > 0)
		offer_plain(&n);
	return KC_EXIT_OK;
}
