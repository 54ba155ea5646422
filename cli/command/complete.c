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
		puts("' ;;");
	}
}

int
kc_cmd_completion(struct kc_cli *cli, int argc, char **argv)
{
	(void)cli;
	if (argc != 1 || strcmp(argv[0], "bash") != 0)
		return kc_cli_usage("%s", _("completion takes: bash"));
	puts("# bash completion of kaocheng; made by `kaocheng completion "
	     "bash`\n"
	     "_kaocheng() {\n"
	     "local cur=${COMP_WORDS[COMP_CWORD]} verbs='' opts=''\n"
	     "if [ \"$COMP_CWORD\" -eq 1 ]; then");
	printf("COMPREPLY=($(compgen -W '");
	print_nouns();
	puts("' -- \"$cur\"))\nreturn\nfi\ncase ${COMP_WORDS[1]} in");
	print_verbs();
	puts("esac\n"
	     "if [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$verbs\" ]; then\n"
	     "COMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\nreturn\nfi\n"
	     "case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in");
	print_fields();
	printf("esac\nopts+='");
	for (size_t i = 0; i < kc_noptions; i++)
		printf(" %s", kc_options[i].name);
	puts("'\n"
	     "if [[ $cur == -* ]]; then\n"
	     "COMPREPLY=($(compgen -W \"$opts\" -- \"$cur\"))\n"
	     "else\ncompopt -o filenames 2>/dev/null\n"
	     "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\nfi\n"
	     "}\n"
	     "complete -F _kaocheng kaocheng");
	return KC_EXIT_OK;
}
