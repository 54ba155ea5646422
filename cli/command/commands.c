/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands. Writing commands beyond it come from the kinds. */
#include <stddef.h>

#include "lib/tool.h"

/* A reading command that is a view and nothing more. */
#define VIEW(view)                                                             \
	static int view_##view(struct kc_cli *cli, int argc, char **argv)      \
	{                                                                      \
		return kc_cmd_view(cli, #view, argc, argv);                    \
	}
VIEW(summary)
VIEW(units)
VIEW(actors)
VIEW(grants)
VIEW(targets)
VIEW(target)
VIEW(indicators)
VIEW(warnings)
VIEW(warning)
VIEW(prededucts)
VIEW(prededuct)
VIEW(trail)
VIEW(score)
VIEW(deadlines)
VIEW(cadres)
VIEW(policy)
#undef VIEW

const struct kc_command kc_commands[] = {
    /* look */
    {"summary", NULL, "年度概览", "the year in figures", "[--year YEAR]",
	view_summary, KC_PRINTS_ANY},
    {"score", NULL, "得分与位次", "scores and ranks", "[UNIT] [--year YEAR]",
	view_score, KC_PRINTS_ANY},
    {"trail", NULL, "一个单位的扣分轨迹", "deduction trail of a unit",
	"UNIT [--year YEAR]", view_trail, KC_PRINTS_ANY},
    {"explain", NULL, "得分的每个数从哪里来；或一个错误代码",
	"where every number of a score comes from; or an error code",
	"UNIT | E-CODE", kc_cmd_explain, KC_PRINTS_ANY},
    {"deadline", NULL, "未了结的期限", "open deadlines", "[UNIT]",
	view_deadlines, KC_PRINTS_ANY},
    {"deadline", "list", "未了结的期限", "open deadlines", "[UNIT]",
	view_deadlines, KC_PRINTS_ANY},
    {"unit", "list", "单位", "units", "", view_units, KC_PRINTS_ANY},
    {"unit", "trail", "同 trail", "the same as trail", "UNIT", view_trail,
	KC_PRINTS_ANY},
    {"actor", "list", "登记的人员", "enrolled actors", "[UNIT]", view_actors,
	KC_PRINTS_ANY},
    {"grant", "list", "考核权", "rights to assess", "[UNIT]", view_grants,
	KC_PRINTS_ANY},
    {"target", "list", "目标", "targets", "[UNIT] [--year YEAR]", view_targets,
	KC_PRINTS_ANY},
    {"target", "show", "一个目标的经过", "what happened to a target", "TARGET",
	view_target, KC_PRINTS_ANY},
    {"indicator", "list", "指标数值和位次", "values and ranks of indicators",
	"[UNIT]", view_indicators, KC_PRINTS_ANY},
    {"warning", "list", "预警函", "warning letters", "[UNIT]", view_warnings,
	KC_PRINTS_ANY},
    {"warning", "show", "一份预警函的经过", "what happened to a letter",
	"LETTER", view_warning, KC_PRINTS_ANY},
    {"prededuct", "list", "预扣分", "pre-deductions", "[UNIT]", view_prededucts,
	KC_PRINTS_ANY},
    {"prededuct", "show", "一件预扣分的经过", "what happened in a case", "CASE",
	view_prededuct, KC_PRINTS_ANY},
    {"cadre", "list", "干部评好资格", "loss of \"good\"", "[UNIT]", view_cadres,
	KC_PRINTS_ANY},
    {"log", "list", "账本条目", "entries of the log",
	"[UNIT] [--from SEQ] [--limit N]", kc_cmd_log_list, KC_PRINTS_ANY},
    {"log", "show", "一个条目，或其原始字节、回执",
	"an entry, its bytes, or its receipt", "SEQ [--raw | --receipt]",
	kc_cmd_log_show, KC_PRINTS_ANY},
    /* trust */
    {"verify", NULL, "离线核验导出、账本或回执",
	"check an export, a ledger or a receipt offline",
	"PATH [--trust FILE] [--at-least FILE] | --dir DIR | --receipt FILE "
	"--leaf FILE",
	kc_cmd_verify, KC_PRINTS_JSON},
    {"replay", NULL, "重放账本并与检查点比对",
	"replay the ledger and compare it with its checkpoint", "",
	kc_cmd_replay, KC_PRINTS_JSON},
    {"export", NULL, "导出整本账", "export the whole ledger",
	"OUT | --bundle FILE", kc_cmd_export, KC_PRINTS_TEXT},
    {"key", "new", "新建密钥文件", "make a key file",
	"ACTOR [FILE] [--unprotected | --passphrase-file FILE]", kc_cmd_key_new,
	KC_PRINTS_TEXT},
    {"key", "show", "显示公钥", "show a public key",
	"ACTOR | FILE [--possession LEDGER]", kc_cmd_key_show, KC_PRINTS_TEXT},
    {"key", "list", "密钥文件", "key files", "", kc_cmd_key_list,
	KC_PRINTS_JSON},
    /* rules */
    {"policy", "show", "现行政策", "the policy in force", "", view_policy,
	KC_PRINTS_ANY},
    {"policy", "check", "检查政策文件", "check a policy file", "FILE",
	kc_cmd_policy_check, KC_PRINTS_TEXT},
    {"policy", "test", "运行政策自带的例子", "run a policy's own examples",
	"FILE", kc_cmd_policy_test, KC_PRINTS_TEXT},
    /* write */
    {"sign", NULL, "签署由 --out 写出的文本", "sign a text written with --out",
	"FILE --as ACTOR", kc_cmd_sign, KC_PRINTS_TEXT},
    {"send", NULL, "发送已签署的事项；--retry 重问结果未知者",
	"send a signed statement; --retry asks again about unknown outcomes",
	"FILE | --retry", kc_cmd_send, KC_PRINTS_JSON},
    /* run */
    {"init", NULL, "新建账本：密钥、政策、日历、年度",
	"make a ledger: keys, policy, calendars, a year",
	"DIR --origin NAME [--year YEAR]", kc_cmd_init, KC_PRINTS_TEXT},
    {"demo", NULL, "虚构城市的 2022 年", "the year 2022 of a fictional city",
	"[--no-serve] [--tamper]", kc_cmd_demo, KC_PRINTS_JSON},
    /* help */
    {"help", NULL, "帮助", "help",
	"[COMMAND | KIND | kinds | exit-codes | environment | E-CODE]",
	kc_cmd_help, KC_PRINTS_TEXT},
    {"completion", NULL, "命令补全脚本", "completion script", "bash",
	kc_cmd_completion, KC_PRINTS_TEXT},
    {"version", NULL, "版本", "version", "", kc_cmd_version, KC_PRINTS_JSON},
};
const size_t kc_ncommands = sizeof(kc_commands) / sizeof(kc_commands[0]);
