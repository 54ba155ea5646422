/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options. */
#include <stddef.h>

#include "options.h"

#define NOWHERE 0
#define TEXT(member) KC_OPTION_TEXT, "", offsetof(struct kc_cli, member)
#define FLAG(member) KC_OPTION_FLAG, "", offsetof(struct kc_cli, member)
#define OWN(scope, member)                                                     \
	KC_OPTION_TEXT, scope, offsetof(struct kc_cli, member)
#define OWN_LIST(scope, member)                                                \
	KC_OPTION_LIST, scope, offsetof(struct kc_cli, member)
#define OWN_FLAG(scope, member)                                                \
	KC_OPTION_FLAG, scope, offsetof(struct kc_cli, member)

const struct kc_option kc_options[] = {
    {"--dir", "DIR", TEXT(dir), KC_HINT_DIR,
	"账本目录：直接读取，不经守护进程；写入时用 DIR/socket",
	"a ledger's directory: read without its daemon; writes use DIR/socket"},
    {"--socket", "PATH", TEXT(where), KC_HINT_FILE, "守护进程的套接字",
	"socket of the daemon"},
    {"--url", "URL", TEXT(where), KC_HINT_NONE, "守护进程的网址",
	"address of the daemon; reading takes an identity there: --as"},
    {"-o", "table|wide|json|jsonl|csv|tsv|md", KC_OPTION_FORMAT, "", NOWHERE,
	KC_HINT_WORDS, "输出格式", "format of the output"},
    {"--json", NULL, KC_OPTION_JSON, "", NOWHERE, KC_HINT_NONE, "同 -o json",
	"the same as -o json"},
    {"--csv", NULL, KC_OPTION_CSV, "", NOWHERE, KC_HINT_NONE, "同 -o csv",
	"the same as -o csv"},
    {"--bom", NULL, FLAG(bom), KC_HINT_NONE,
	"供电子表格使用的 CSV：带 BOM，表头和用语随语言",
	"CSV for a spreadsheet: byte order mark, labels in your language"},
    {"--as-of", "SEQ|TIME", TEXT(as_of), KC_HINT_NONE,
	"截至某条目或某时刻；时间怎样打印就怎样写",
	"as of an entry or a time, written as times are printed"},
    {"--lang", "zh|en", KC_OPTION_LANG, "", NOWHERE, KC_HINT_WORDS, "语言",
	"language"},
    {"--as", "ACTOR", KC_OPTION_SIGNER, "", NOWHERE, KC_HINT_NONE,
	"签署人，可重复", "who signs; may be repeated"},
    {"--keys", "DIR", TEXT(keys), KC_HINT_DIR, "密钥文件目录，缺省 DIR/keys",
	"where key files are; DIR/keys if not said"},
    {"--passphrase-file", "FILE", TEXT(passphrase_file), KC_HINT_FILE,
	"密钥口令所在文件，首行即口令",
	"file whose first line is the passphrase of the keys"},
    {"--trust", "FILE", TEXT(trust), KC_HINT_FILE,
	"另处得来的信任文件，缺省 DIR/trust",
	"trust file from elsewhere; DIR/trust if not said"},
    {"--id", "HEX", TEXT(id), KC_HINT_NONE, "事项标识，32 位十六进制；缺省随机",
	"id of the statement, 32 hexadecimal digits; random if not said"},
    {"--at", "TIME", TEXT(at), KC_HINT_NONE, "签署时间，缺省现在",
	"when it is signed; now if not said"},
    {"--out", "FILE", TEXT(out), KC_HINT_FILE, "只写出未签署的文本，不发送",
	"write the unsigned text to a file; send nothing"},
    {"--dry-run", NULL, FLAG(dry_run), KC_HINT_NONE,
	"显示将要签署的文本及其效果，不签署、不写入",
	"show the text to be signed and what it would do; sign and write "
	"nothing"},
    {"--yes", NULL, FLAG(yes), KC_HINT_NONE, "不再询问；没有终端时须给出",
	"sign without a question; needed where there is no terminal"},
    {"--quiet", NULL, FLAG(quiet), KC_HINT_NONE, "只输出结果，也不询问",
	"results only, and no question"},
    {"--ascii", NULL, FLAG(ascii), KC_HINT_NONE, "不用制表符号",
	"no line-drawing characters"},
    {"--help", NULL, FLAG(help), KC_HINT_NONE, "本命令的帮助",
	"help on this command"},
    {"--version", NULL, FLAG(version), KC_HINT_NONE, "版本", "the version"},
    /* of single commands */
    {"--year", "YEAR",
	OWN("summary score trail explain blame bisect deadline deadline.list "
	    "unit.list "
	    "unit.trail target.list indicator.list warning.list "
	    "prededuct.list cadre.list",
	    year),
	KC_HINT_NONE, "年度，缺省账本当前所在的年度",
	"which year; that of the ledger's day if not said"},
    {"--unit", "UNIT",
	OWN("score trail explain blame bisect deadline deadline.list "
	    "unit.trail actor.list "
	    "grant.list target.list indicator.list warning.list "
	    "prededuct.list cadre.list log.list export",
	    unit),
	KC_HINT_NONE, "单位，代码或全名", "unit, by its code or full name"},
    {"--actor", "ACTOR", OWN("deadline.ics deadline.feed", actor), KC_HINT_NONE,
	"谁的", "whose"},
    {"--renew", NULL, OWN_FLAG("deadline.feed", renew), KC_HINT_NONE,
	"换一个地址，原来的作废", "another address; the one before ends"},
    {"--revoke", NULL, OWN_FLAG("deadline.feed", revoke), KC_HINT_NONE,
	"收回地址", "take the address back"},
    {"--from", "SEQ", OWN("log.list remind.simulate", from), KC_HINT_NONE,
	"从哪个条目（或日期）起", "first entry (or day)"},
    {"--to", "DAY", OWN("remind.simulate", to), KC_HINT_NONE, "到哪一天",
	"last day"},
    {"--limit", "N", OWN("log.list", limit), KC_HINT_NONE, "最多几条",
	"how many entries at most"},
    {"--raw", NULL, OWN_FLAG("log.show", raw), KC_HINT_NONE, "入账的原始字节",
	"the stored bytes"},
    {"--receipt", NULL, OWN_FLAG("log.show", with_receipt), KC_HINT_NONE,
	"在最近检查点中的证明",
	"proof that it stands in the latest checkpoint"},
    {"--at-least", "FILE", OWN("verify restore", at_least), KC_HINT_FILE,
	"早先的检查点，须被延续",
	"an earlier checkpoint that must be extended"},
    {"--receipt", "FILE", OWN("verify", receipt), KC_HINT_FILE, "核验一份回执",
	"check one receipt"},
    {"--leaf", "FILE", OWN("verify", leaf), KC_HINT_FILE, "回执所证的原始字节",
	"the stored bytes that the receipt is about"},
    {"--bundle", "FILE", OWN("export", bundle), KC_HINT_FILE,
	"导出为单个文件，名称以 .kcb 或 .zst 结尾则压缩",
	"write one file; compressed if its name ends in .kcb or .zst"},
    {"--case", "CASE", OWN_LIST("export", about), KC_HINT_NONE,
	"只导出与这件事项（预扣分、预警函、目标）有关的条目，可重复",
	"only what is about this case, letter or target; may be repeated"},
    {"--seal-to", "KEY", OWN_LIST("backup", seal_to), KC_HINT_NONE,
	"只有此公钥（或密钥文件）的持有人可读，可重复",
	"only the holder of this public key (or key file) can read it; may be "
	"repeated"},
    {"--unseal", "FILE", OWN("restore", unseal), KC_HINT_FILE,
	"开启加密备份的密钥文件", "key file that opens a sealed backup"},
    {"--unprotected", NULL, OWN_FLAG("key.new init", unprotected), KC_HINT_NONE,
	"密钥不设口令", "no passphrase on the keys"},
    {"--possession", "LEDGER", OWN("key.show", possession), KC_HINT_NONE,
	"持有证明，供管理员登记",
	"proof that the key is held, for those who enrol it"},
    {"--retry", NULL, OWN_FLAG("send", retry), KC_HINT_NONE,
	"重问发件箱中的每一件", "ask again about every note of the outbox"},
    {"--origin", "NAME", OWN("init", origin), KC_HINT_NONE,
	"账本名称，如 example.org/kaohe-2026",
	"name of the ledger, such as example.org/kaohe-2026"},
    {"--year", "YEAR", OWN("init", year), KC_HINT_NONE, "年度，缺省今年",
	"which year is opened; this one if not said"},
    {"--title", "TEXT", OWN("init", title), KC_HINT_NONE, "标题", "its title"},
    {"--policy", "FILE", OWN("init", policy), KC_HINT_FILE,
	"政策文件，缺省自带的", "policy file; the one shipped if not said"},
    {"--tcp", "127.0.0.1:PORT", OWN("init", tcp), KC_HINT_NONE, "另在此处监听",
	"listen there too"},
    {"--without", "ENTRY|CASE", OWN_LIST("replay", without), KC_HINT_NONE,
	"若没有这个条目，或这件事项的全部条目，可重复",
	"as if this entry, or all of this case, were not there; may be "
	"repeated"},
    {"--with", "FILE", OWN_LIST("replay", with), KC_HINT_FILE,
	"若在其签署之时受理过这份事项，可重复",
	"as if this statement had been taken when it was signed; may be "
	"repeated"},
    {"--with-policy", "FILE", OWN("replay", with_policy), KC_HINT_FILE,
	"若采用的是这份政策", "as if this policy had been adopted instead"},
    {"--with-calendar", "FILE", OWN("replay", with_calendar), KC_HINT_FILE,
	"若采用的是这份工作日历",
	"as if this calendar had been adopted instead"},
    {"--first", "EXPR", OWN("bisect", first), KC_HINT_NONE,
	"何事成立，如 'total < 94'、'rank > 10'、'PD-2022-0058 = expired'，"
	"以 and、or 相连",
	"what holds: 'total < 94', 'rank > 10', 'PD-2022-0058 = expired', "
	"joined by and, or"},
    {"--no-serve", NULL, OWN_FLAG("demo", no_serve), KC_HINT_NONE, "造完即止",
	"end when the year is made"},
    {"--no-remind", NULL, OWN_FLAG("demo", no_remind), KC_HINT_NONE, "不发提醒",
	"send no reminders"},
    {"--smtp", "HOST:PORT", OWN("demo", smtp), KC_HINT_NONE,
	"把提醒发往此邮件服务器（本机），缺省存为文件",
	"send the reminders to this mail server, on this machine; to files "
	"if not said"},
    {"--config", "FILE", OWN("witness witness.new witness.show", config),
	KC_HINT_FILE, "见证程序的配置文件", "configuration of the witness"},
    {"--tamper", NULL, OWN_FLAG("demo", tamper), KC_HINT_NONE,
	"改动一个字节，看核验如何发现", "flip a byte and see verify find it"},
};
const size_t kc_noptions = sizeof(kc_options) / sizeof(kc_options[0]);
