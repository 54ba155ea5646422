/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng doctor`: everything that an operator may have wrong, each with the
 * reason and what to do. It reads, and changes nothing.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "doctor.h"

#define SETTINGS_MAX 65536

static const struct {
	const char *word, *zh, *en;
	void (*run)(struct kc_doctor *d);
	bool dir, state; /* wants a directory; a ledger that was read */
} checks[] = {
    {"settings", "配置", "settings", kc_doctor_settings, true, false},
    {"start", "启动检查", "start", kc_doctor_start, true, false},
    {"keys", "密钥文件", "key files", kc_doctor_keys, true, false},
    {"space", "磁盘空间", "disk space", kc_doctor_space, true, false},
    {"ledger", "账本", "ledger", kc_doctor_ledger, true, false},
    {"map", "映射", "map", kc_doctor_map, true, true},
    {"anchor", "锚点", "anchor", kc_doctor_anchor, true, true},
    {"second-anchor", "第二锚点", "second anchor", kc_doctor_second_anchor,
	true, true},
    {"log-key", "账本密钥", "log key", kc_doctor_log_key, true, true},
    {"clock", "时钟", "clock", kc_doctor_clock, true, true},
    {"holds", "暂停", "holds", kc_doctor_holds, true, true},
    {"calendar", "工作日历", "calendar", kc_doctor_calendar, true, true},
    {"rules", "规则", "rules", kc_doctor_rules, true, true},
    {"people", "人员名录", "persons", kc_doctor_people, true, true},
    {"evidence", "佐证", "evidence", kc_doctor_evidence, true, true},
    {"channels", "发送渠道", "channels", kc_doctor_channels, true, false},
    {"outbox", "待发提醒", "outbox", kc_doctor_outbox, true, true},
    {"witnesses", "见证", "witnesses", kc_doctor_witness, true, true},
    {"backup", "备份", "backup", kc_doctor_backup, true, true},
    {"daemon", "守护进程", "daemon", kc_doctor_daemon, false, false},
};
#define NCHECKS (sizeof(checks) / sizeof(checks[0]))

static const struct {
	const char *word, *zh, *en;
} grades[KC_GRADES] = {
    [KC_GRADE_OK] = {"ok", "正常", "ok"},
    [KC_GRADE_WARNING] = {"warning", "注意", "warning"},
    [KC_GRADE_WRONG] = {"wrong", "有误", "wrong"},
};

static const struct kc_view_column columns[] = {
    {"check", "检查", "check", false},
    {"state", "结果", "state", false},
    {"reason", "情况", "reason", false},
    {"todo", "怎么办", "what to do", false},
};
static const struct kc_view view = {"doctor", "", "体检", "doctor", columns, 4};

/* --- what checks say --- */
static bool
is_json(const struct kc_cli *cli)
{
	return cli->format == KC_FORMAT_JSON || cli->format == KC_FORMAT_JSONL;
}

static const char *
name_of(const struct kc_doctor *d)
{
	bool zh = d->cli.lang == KC_LANG_ZH;

	for (size_t i = 0; !is_json(&d->cli) && i < NCHECKS; i++)
		if (strcmp(checks[i].word, d->check) == 0)
			return zh ? checks[i].zh : checks[i].en;
	return d->check;
}

void
kc_doctor_say(struct kc_doctor *d, enum kc_grade grade, const char *todo,
    const char *format, ...)
{
	char reason[2048];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(reason, sizeof(reason), format, ap);
	va_end(ap);
	kc_json_open(&d->w, '{');
	kc_json_key(&d->w, "check");
	kc_json_str(&d->w, name_of(d));
	kc_json_key(&d->w, "state");
	kc_json_str(&d->w,
	    is_json(&d->cli)                ? grades[grade].word
		: d->cli.lang == KC_LANG_ZH ? grades[grade].zh
					    : grades[grade].en);
	kc_json_key(&d->w, "reason");
	kc_json_str(&d->w, reason);
	kc_json_key(&d->w, "todo");
	if (todo != NULL)
		kc_json_str(&d->w, todo);
	else
		kc_json_null(&d->w);
	kc_json_close(&d->w, '}');
	d->of[grade]++;
	if (grade == KC_GRADE_WRONG && d->code == KC_EXIT_OK)
		d->code = KC_EXIT_FAILED;
}

void
kc_doctor_tampered(struct kc_doctor *d, const char *todo, const char *reason)
{
	kc_doctor_say(d, KC_GRADE_WRONG, todo, "%s", reason);
	d->code = KC_EXIT_TAMPERED;
}

bool
kc_doctor_quiet(const struct kc_doctor *d, const size_t before[KC_GRADES])
{
	return memcmp(d->of, before, sizeof(d->of)) == 0;
}

/* --- settings --- */
bool
kc_doctor_setting(const struct kc_doctor *d, const char *section,
    const char *key, char out[KC_PATH_SIZE])
{
	const struct kc_yaml_node *node = d->root;

	if (node != NULL && section != NULL)
		node = kc_yaml_get(node, section);
	if (node != NULL && node->kind == KC_YAML_MAP)
		node = kc_yaml_get(node, key);
	return node != NULL && node->kind == KC_YAML_SCALAR &&
	    kc_slice_copy(out, KC_PATH_SIZE, node->text);
}

uint64_t
kc_doctor_number(const struct kc_doctor *d, const char *section,
    const char *key, uint64_t otherwise)
{
	char text[KC_PATH_SIZE];
	uint64_t n;

	return kc_doctor_setting(d, section, key, text) &&
		kc_read_u64(kc_slice_str(text), UINT32_MAX, &n)
	    ? n
	    : otherwise;
}

const struct kc_yaml_node *
kc_doctor_witnesses(const struct kc_doctor *d)
{
	const struct kc_yaml_node *n =
	    d->root == NULL ? NULL : kc_yaml_get(d->root, "witnesses");

	n = n == NULL || n->kind != KC_YAML_MAP ? NULL : kc_yaml_get(n, "list");
	return n == NULL || n->kind != KC_YAML_LIST || n->n == 0 ? NULL : n;
}

static void
read_settings(struct kc_doctor *d)
{
	struct kc_refusal why = {0};

	kc_cli_place(&d->cli, "ledger", ".", d->ledger);
	if (kc_path_join(d->file, d->cli.dir, "kaocheng.yaml") == KC_OK &&
	    kc_file_load(d->file, SETTINGS_MAX, &d->text) == KC_OK &&
	    kc_yaml_parse(&d->yaml, kc_buf_view(&d->text), d->file, &why) ==
		KC_OK)
		d->root = kc_yaml_root(d->yaml);
}

/* --- the command --- */
static int
print(struct kc_doctor *d, struct kc_cli *cli)
{
	int code;

	kc_json_close(&d->w, ']');
	for (int g = 0; g < KC_GRADES; g++) {
		kc_json_key(&d->w, grades[g].word);
		kc_json_u64(&d->w, d->of[g]);
	}
	kc_json_close(&d->w, '}');
	if (kc_buf_err(&d->rows) != KC_OK)
		return kc_cli_error(cli, KC_ENOMEM, "doctor");
	code = kc_cli_print_as(cli, &view, kc_buf_view(&d->rows));
	if (code == KC_EXIT_OK)
		kc_cli_note(cli, _("%zu in order, %zu warnings, %zu wrong"),
		    d->of[KC_GRADE_OK], d->of[KC_GRADE_WARNING],
		    d->of[KC_GRADE_WRONG]);
	return code == KC_EXIT_OK ? d->code : code;
}

int
kc_cmd_doctor(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_doctor d = {.cli = *cli, .own_now = cli->at == NULL};
	int code = KC_EXIT_OK;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	d.cli.quiet = true;
	d.now_ms = (int64_t)time(NULL) * 1000;
	if (cli->at != NULL)
		code = kc_cli_when("--at", cli->at, &d.now_ms);
	if (code != KC_EXIT_OK)
		return code;
	d.w = (struct kc_json){.out = &d.rows};
	kc_json_open(&d.w, '{');
	kc_json_key(&d.w, "schema");
	kc_json_str(&d.w, "kaocheng.doctor/1");
	kc_json_key(&d.w, "rows");
	kc_json_open(&d.w, '[');
	if (cli->dir != NULL)
		read_settings(&d);
	for (size_t i = 0; i < NCHECKS; i++) {
		d.check = checks[i].word;
		if ((!checks[i].dir || cli->dir != NULL) &&
		    (!checks[i].state || d.local.state != NULL))
			checks[i].run(&d);
	}
	code = print(&d, cli);
	kc_local_close(&d.local);
	kc_yaml_free(d.yaml);
	kc_buf_free(&d.text);
	kc_buf_free(&d.rows);
	return code;
}
