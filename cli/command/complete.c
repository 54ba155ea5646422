/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng completion bash`: from the same tables as everything else. */
#include <stdio.h>
#include <string.h>

#include "lib/options.h"
#include "lib/tool.h"

static void
print_nouns(void)
{
	const char *last = "";

	for (size_t i = 0; i < kc_ncommands; i++) {
		if (strcmp(kc_commands[i].noun, last) == 0)
			continue;
		last = kc_commands[i].noun;
		printf(" %s", last);
	}
	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);
		const char *dot = strchr(kind->name, '.');

		if (kc_kind_is_written(kind))
			printf(" %.*s", (int)(dot - kind->name), kind->name);
	}
}

static void
print_verbs(void)
{
	char verb[64];

	for (size_t i = 0; i < kc_ncommands; i++)
		if (kc_commands[i].verb != NULL)
			printf("\t%s) verbs+=' %s' ;;&\n", kc_commands[i].noun,
			    kc_commands[i].verb);
	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);
		const char *dot = strchr(kind->name, '.');

		if (!kc_kind_is_written(kind))
			continue;
		kc_kind_verb(kind, verb, sizeof(verb));
		printf("\t%.*s) verbs+=' %s' ;;&\n", (int)(dot - kind->name),
		    kind->name, verb);
	}
}

static void
print_fields(void)
{
	char verb[64], name[64];

	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);
		const char *dot = strchr(kind->name, '.');

		if (!kc_kind_is_written(kind))
			continue;
		kc_kind_verb(kind, verb, sizeof(verb));
		printf("\t'%.*s %s') opts+='", (int)(dot - kind->name),
		    kind->name, verb);
		for (unsigned f = 0; f < kind->nfields; f++) {
			snprintf(
			    name, sizeof(name), "%s", kind->fields[f].name);
			for (char *p = name; *p != '\0'; p++)
				if (*p == '_')
					*p = '-';
			printf(" --%s", name);
		}
		for (size_t i = 0; i < kc_noptions; i++)
			if (kc_option_is_of_kind(&kc_options[i], kind))
				printf(" %s", kc_options[i].name);
		puts("' ;;");
	}
}

/* Options that a command has of its own. */
static void
print_own_options(void)
{
	for (size_t c = 0; c < kc_ncommands; c++) {
		const struct kc_command *k = &kc_commands[c];
		bool any = false;

		for (size_t i = 0; i < kc_noptions; i++) {
			if (!kc_option_is_of(&kc_options[i], k))
				continue;
			if (!any)
				printf("\t'%s %s'%s) opts+='", k->noun,
				    k->verb != NULL ? k->verb : "",
				    k->verb != NULL ? "" : "*");
			any = true;
			printf(" %s", kc_options[i].name);
		}
		if (any)
			puts("' ;;");
	}
}

/* After an option that takes a value, what it may be. */
static void
print_values(void)
{
	for (size_t i = 0; i < kc_noptions; i++) {
		const struct kc_option *o = &kc_options[i];

		switch (o->hint) {
		case KC_HINT_FILE:
			printf("\t%s) files -f; return ;;\n", o->name);
			break;
		case KC_HINT_DIR:
			printf("\t%s) files -d; return ;;\n", o->name);
			break;
		case KC_HINT_WORDS:
			printf("\t%s) words '", o->name);
			for (const char *p = o->value; *p != '\0'; p++)
				putchar(*p == '|' ? ' ' : *p);
			puts("'; return ;;");
			break;
		case KC_HINT_NONE:
			break;
		}
	}
}

/* The words that a field of a statement takes. */
static void
print_field_words(void)
{
	char verb[64];
	size_t n;

	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);
		const char *dot = strchr(kind->name, '.');

		for (unsigned f = 0; f < kind->nfields; f++) {
			const struct kc_field *field = &kind->fields[f];
			const struct kc_word *w;

			if (field->type != KC_T_WORD ||
			    !kc_kind_is_written(kind))
				continue;
			kc_kind_verb(kind, verb, sizeof(verb));
			w = kc_set_words((enum kc_set)field->arg, &n);
			printf("\t'%.*s %s --%s') words '",
			    (int)(dot - kind->name), kind->name, verb,
			    field->name);
			for (size_t i = 0; i < n; i++)
				printf(" %s", w[i].wire);
			puts("'; return ;;");
		}
	}
}

int
kc_cmd_completion(struct kc_cli *cli, int argc, char **argv)
{
	(void)cli;
	if (argc != 1)
		return kc_cli_usage("%s", _("completion takes: bash"));
	if (strcmp(argv[0], "bash") != 0)
		return kc_cli_usage(
		    _("%s %s: it takes %s"), "completion", argv[0], "bash");
	puts("# bash completion of kaocheng; made by `kaocheng completion "
	     "bash`\n"
	     "_kaocheng() {\n"
	     "local cur=${COMP_WORDS[COMP_CWORD]} verbs='' opts=''\n"
	     "local prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- "
	     "\"$cur\"); }\n"
	     "files() { compopt -o filenames 2>/dev/null; mapfile -t "
	     "COMPREPLY < <(compgen \"$1\" -- \"$cur\"); }\n"
	     "case \"${COMP_WORDS[1]} ${COMP_WORDS[2]} $prev\" in");
	print_field_words();
	puts("esac\ncase $prev in");
	print_values();
	printf("esac\nif [ \"$COMP_CWORD\" -eq 1 ]; then\nwords '");
	print_nouns();
	puts("'\nreturn\nfi\ncase ${COMP_WORDS[1]} in");
	print_verbs();
	puts("esac\n"
	     "if [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$verbs\" ]; then\n"
	     "words \"$verbs\"\nreturn\nfi\n"
	     "case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in");
	print_fields();
	print_own_options();
	printf("esac\nopts+='");
	for (size_t i = 0; i < kc_noptions; i++)
		if (kc_options[i].scope[0] == '\0')
			printf(" %s", kc_options[i].name);
	puts("'\n"
	     "if [[ $cur == -* ]]; then\nwords \"$opts\"\n"
	     "else\nfiles -f\nfi\n"
	     "}\n"
	     "complete -F _kaocheng kaocheng");
	return KC_EXIT_OK;
}
