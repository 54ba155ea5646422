/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng completion bash|zsh|fish`: the script of a shell, which asks
 * `kaocheng completion next -- WORD...` what the last word may become. That is
 * answered from the tables that everything else comes from, and of values from
 * the ledger, if it answers.
 */
#include <stdio.h>
#include <string.h>

#include "complete.h"

static const char bash[] =
    "# bash completion of kaocheng; made by `kaocheng completion bash`\n"
    "_kaocheng() {\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} line\n"
    "\tCOMPREPLY=()\n"
    "\twhile IFS= read -r line; do\n"
    "\t\tcase $line in\n"
    "\t\t:files) compopt -o filenames 2>/dev/null\n"
    "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
    "\t\t:dirs) compopt -o filenames 2>/dev/null\n"
    "\t\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
    "\t\t?*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
    "\t\tesac\n"
    "\tdone < <(\"${COMP_WORDS[0]}\" completion next -- "
    "\"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _kaocheng kaocheng\n";
static const char zsh[] =
    "#compdef kaocheng\n"
    "# zsh completion of kaocheng; made by `kaocheng completion zsh`\n"
    "_kaocheng() {\n"
    "\tlocal line\n"
    "\tlocal -a some\n"
    "\twhile IFS= read -r line; do\n"
    "\t\tcase $line in\n"
    "\t\t:files) _files; return ;;\n"
    "\t\t:dirs) _files -/; return ;;\n"
    "\t\t?*) line=${line//:/\\\\:}; some+=(\"${line/$'\\t'/:}\") ;;\n"
    "\t\tesac\n"
    "\tdone < <(\"${(Q)words[1]}\" completion next -- "
    "\"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\n"
    "\t(( $#some )) && _describe kaocheng some\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _kaocheng ]; then _kaocheng \"$@\"\n"
    "else compdef _kaocheng kaocheng; fi\n";
static const char fish[] =
    "# fish completion of kaocheng; made by `kaocheng completion fish`\n"
    "function __kaocheng_next\n"
    "\tset -l words (commandline -opc) (commandline -ct)\n"
    "\tfor line in ($words[1] completion next -- $words[2..-1] 2>/dev/null)\n"
    "\t\tswitch $line\n"
    "\t\tcase :files\n"
    "\t\t\t__fish_complete_path (commandline -ct)\n"
    "\t\tcase :dirs\n"
    "\t\t\t__fish_complete_directories (commandline -ct)\n"
    "\t\tcase '*'\n"
    "\t\t\techo $line\n"
    "\t\tend\n"
    "\tend\n"
    "end\n"
    "complete -c kaocheng -f -a '(__kaocheng_next)'\n";

int
kc_cmd_completion(struct kc_cli *cli, int argc, char **argv)
{
	static const struct {
		const char *shell, *script;
	} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

	if (argc > 0 && strcmp(argv[0], "next") == 0)
		return kc_next(cli, argc - 1, argv + 1);
	for (size_t i = 0; argc == 1 && i < 3; i++) {
		if (strcmp(argv[0], shells[i].shell) == 0) {
			fputs(shells[i].script, stdout);
			return KC_EXIT_OK;
		}
	}
	if (argc == 1)
		return kc_cli_usage(_("%s %s: it takes %s"), "completion",
		    argv[0], "bash, zsh, fish");
	return kc_cli_usage("%s", _("completion takes: bash, zsh, fish"));
}
