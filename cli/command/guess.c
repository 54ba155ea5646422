/* SPDX-License-Identifier: Apache-2.0 */
/* Words that people type for a command that goes by another name. */
#include <string.h>

#include "find.h"

static const struct {
	const char *words; /* a noun, or a noun and its verb */
	const char *en, *zh;
} guesses[] = {
    {"todo", "kaocheng inbox: what waits for your signature",
	"kaocheng inbox 列出等您签署的事项"},
    {"case", "kaocheng prededuct show PD-2022-0001, kaocheng trail UNIT",
	"kaocheng prededuct show PD-2022-0001，kaocheng trail 单位"},
    {"undo", "what stands stays; kaocheng help kinds has what corrects it",
	"已入账的不能撤销；用什么更正，见 kaocheng help kinds"},
    {"edit", "what stands stays; kaocheng help kinds has what corrects it",
	"已入账的不能改；用什么更正，见 kaocheng help kinds"},
    {"delete", "what stands stays; kaocheng help kinds has what corrects it",
	"已入账的不能删；用什么更正，见 kaocheng help kinds"},
    {"config", "kaocheng login remembers who signs, and where the ledger is",
	"kaocheng login 记住由谁签署、账本在何处"},
    {"health", "kaocheng status, or kaocheng doctor on the daemon's machine",
	"kaocheng status；在守护进程的机器上用 kaocheng doctor"},
    {"ping", "kaocheng status", "kaocheng status"},
    {"rank", "kaocheng score, kaocheng explain UNIT --rank",
	"kaocheng score，kaocheng explain 单位 --rank"},
    {"search", "kaocheng log search TEXT", "kaocheng log search 文字"},
    {"history", "kaocheng log list", "kaocheng log list"},
    {"ledger", "kaocheng status, kaocheng log list",
	"kaocheng status，kaocheng log list"},
    {"role list", "kaocheng actor list has everybody's roles",
	"kaocheng actor list 列出各人的角色"},
    {"vote", "kaocheng panel ballot YEAR UNIT, kaocheng import FILE for many",
	"kaocheng panel ballot 年度 单位；成批投票用 kaocheng import 文件"},
    {"panel vote",
	"kaocheng panel ballot YEAR UNIT, kaocheng import FILE for many",
	"kaocheng panel ballot 年度 单位；成批投票用 kaocheng import 文件"},
    {"year list", "kaocheng cycle list", "kaocheng cycle list"},
    {"year end", "kaocheng yearend begin, and kaocheng year show how far it is",
	"kaocheng yearend begin；进展见 kaocheng year show"},
    {"print", "kaocheng form render FORM HANDLE -o FILE.pdf",
	"kaocheng form render 文种 编号 -o 文件.pdf"},
    {"form print", "kaocheng form render FORM HANDLE -o FILE.pdf",
	"kaocheng form render 文种 编号 -o 文件.pdf"},
    {"list show", "kaocheng target list --unit UNIT",
	"kaocheng target list --unit 单位"},
    {"list list", "kaocheng target list --unit UNIT",
	"kaocheng target list --unit 单位"},
};

const char *
kc_guessed(const struct kc_cli *cli, const char *noun, const char *verb)
{
	size_t n = strlen(noun);

	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
		const char *words = guesses[i].words;

		if (strncmp(words, noun, n) == 0 &&
		    (words[n] == '\0' ||
			(words[n] == ' ' && verb != NULL &&
			    strcmp(words + n + 1, verb) == 0)))
			return cli->lang == KC_LANG_ZH ? guesses[i].zh
						       : guesses[i].en;
	}
	return NULL;
}
