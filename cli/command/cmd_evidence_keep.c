/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng evidence list`, `verify` and `sweep`: for who keeps the ledger's
 * directory. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <kaocheng/json.h>

#include "confirm.h"
#include "evidence.h"

#define DAY_S 86400

static const struct {
	const char *word, *zh, *en;
} states[KC_EXHIBIT_STATES] = {
    [KC_EXHIBIT_MISSING] = {"missing", "缺失", "missing"},
    [KC_EXHIBIT_HERE] = {"here", "在库", "here"},
    [KC_EXHIBIT_WHOLE] = {"whole", "完好", "whole"},
    [KC_EXHIBIT_DAMAGED] = {"damaged", "损坏", "damaged"},
    [KC_EXHIBIT_UNCITED] = {"uncited", "无条目引用", "cited by no entry"},
    [KC_EXHIBIT_UNFINISHED] = {"unfinished", "未传完", "not all of it came"},
};

static const struct kc_view_column columns[] = {
    {"hash", "散列", "hash", false},
    {"size", "字节数", "bytes", true},
    {"seq", "首个引用条目", "first cited by", true},
    {"state", "状态", "state", false},
    {"brought", "送达", "brought", false},
};
static const struct kc_view view = {
    .name = "evidence",
    .args = "",
    .zh = "佐证",
    .en = "evidence",
    .columns = columns,
    .ncolumns = sizeof(columns) / sizeof(columns[0]),
};

static void
put_row(
    const struct kc_cli *cli, struct kc_json *w, const struct kc_citation *c)
{
	struct kc_buf hash = {0};
	bool words =
	    cli->format == KC_FORMAT_JSON || cli->format == KC_FORMAT_JSONL;

	kc_buf_sha256(&hash, &c->hash);
	kc_json_open(w, '{');
	kc_json_key(w, "hash");
	if (c->state == KC_EXHIBIT_UNFINISHED)
		kc_json_str(w, c->name);
	else
		kc_json_slice(w, kc_buf_view(&hash));
	kc_json_key(w, "size");
	kc_json_u64(w, c->size);
	kc_json_key(w, "seq");
	if (c->entry == UINT64_MAX)
		kc_json_null(w);
	else
		kc_json_u64(w, c->entry);
	kc_json_key(w, "state");
	kc_json_str(w,
	    words                         ? states[c->state].word
		: cli->lang == KC_LANG_ZH ? states[c->state].zh
					  : states[c->state].en);
	kc_json_key(w, "brought");
	if (c->brought_s > 0)
		kc_json_instant(w, c->brought_s * 1000);
	else
		kc_json_null(w);
	kc_json_close(w, '}');
	kc_buf_free(&hash);
}

static int
print(struct kc_cli *cli, const struct kc_citations *all,
    bool (*wanted)(const struct kc_citation *c, int64_t before_s),
    int64_t before_s)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};
	int code;

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.evidence/1");
	kc_json_key(&w, "rows");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < all->n; i++)
		if (wanted == NULL || wanted(&all->v[i], before_s))
			put_row(cli, &w, &all->v[i]);
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	code = kc_buf_err(&out) == KC_OK
	    ? kc_cli_print_as(cli, &view, kc_buf_view(&out))
	    : kc_cli_error(cli, KC_ENOMEM, "evidence");
	kc_buf_free(&out);
	return code;
}

static size_t
count(const struct kc_citations *all, enum kc_exhibit_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->v[i].state == state;
	return n;
}

static int
show(struct kc_cli *cli, int argc, char **argv, bool check)
{
	struct kc_citations all;
	size_t missing, damaged;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	code = kc_citations_load(cli, check, &all);
	if (code == KC_EXIT_OK)
		code = print(cli, &all, NULL, 0);
	missing = count(&all, KC_EXHIBIT_MISSING);
	damaged = count(&all, KC_EXHIBIT_DAMAGED);
	if (code == KC_EXIT_OK && check)
		kc_cli_note(cli, _("%zu are whole, %zu missing, %zu damaged"),
		    count(&all, KC_EXHIBIT_WHOLE), missing, damaged);
	if (code == KC_EXIT_OK && check && damaged > 0)
		code = KC_EXIT_TAMPERED;
	else if (code == KC_EXIT_OK && check && missing > 0)
		code = KC_EXIT_INCOMPLETE;
	kc_citations_release(&all);
	return code;
}

int
kc_cmd_evidence_list(struct kc_cli *cli, int argc, char **argv)
{
	return show(cli, argc, argv, false);
}

int
kc_cmd_evidence_verify(struct kc_cli *cli, int argc, char **argv)
{
	return show(cli, argc, argv, true);
}

/* --- sweep --- */
static bool
is_swept(const struct kc_citation *c, int64_t before_s)
{
	return (c->state == KC_EXHIBIT_UNCITED ||
		   c->state == KC_EXHIBIT_UNFINISHED) &&
	    c->brought_s < before_s;
}

static bool
has(const struct kc_citations *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].name != NULL && strcmp(all->v[i].name, name) == 0)
			return true;
	return false;
}

/* What an entry has begun to cite since, or somebody has brought again, stays.
 */
static int
remove_all(struct kc_cli *cli, const struct kc_citations *all, int64_t before_s)
{
	struct kc_citations again;
	size_t n = 0;
	int code = kc_citations_load(cli, false, &again);

	for (size_t i = 0; code == KC_EXIT_OK && i < all->n; i++) {
		const struct kc_citation *c = &all->v[i];
		struct kc_blob_file f = {
		    .whole = c->state == KC_EXHIBIT_UNCITED,
		    .hash = c->hash,
		    .size = c->size,
		    .brought_s = c->brought_s};
		struct kc_buf detail = {0};
		enum kc_err err;

		if (!is_swept(c, before_s) || !has(&again, c->name))
			continue;
		f.name = kc_slice_str(c->name);
		err = kc_blob_drop(all->dir, &f, before_s, &detail);
		n += err == KC_OK;
		if (err != KC_OK && err != KC_ENOTFOUND)
			code =
			    kc_cli_fail(KC_EXIT_FAILED, NULL, "%s: %s", c->name,
				detail.n > 0 ? kc_buf_cstr(&detail)
					     : kc_err_said(err));
		kc_buf_free(&detail);
	}
	kc_cli_note(cli, _("%zu files removed"), n);
	kc_citations_release(&again);
	return code;
}

int
kc_cmd_evidence_sweep(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_citations all = {0};
	uint64_t days = 0;
	size_t n = 0;
	int64_t before_s;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	/* What no entry cited then may be cited by one since. */
	if (cli->as_of != NULL)
		return kc_cli_usage("%s", _("--as-of says nothing here"));
	if (cli->older_than != NULL &&
	    (!kc_read_u64(kc_slice_str(cli->older_than), 36500, &days) ||
		days < KC_EVIDENCE_DAYS_MIN))
		return kc_cli_usage(
		    _("--older-than %s: days, at least %d; a statement that "
		      "cites it may still come"),
		    cli->older_than, KC_EVIDENCE_DAYS_MIN);
	code = kc_citations_load(cli, false, &all);
	if (code == KC_EXIT_OK && cli->older_than == NULL)
		days = kc_cli_number(
		    cli, "store", "evidence_days", KC_EVIDENCE_DAYS);
	before_s = (int64_t)time(NULL) - (int64_t)days * DAY_S;
	for (size_t i = 0; i < all.n; i++)
		n += is_swept(&all.v[i], before_s);
	if (code == KC_EXIT_OK && n == 0)
		kc_cli_note(cli, "%s", _("there is nothing to sweep"));
	if (code == KC_EXIT_OK && n > 0)
		code = print(cli, &all, is_swept, before_s);
	if (code == KC_EXIT_OK && n > 0 && !cli->dry_run) {
		code = kc_ask(cli, _("Remove these for good? [y/N] "));
		if (code == KC_EXIT_OK)
			code = remove_all(cli, &all, before_s);
	}
	kc_citations_release(&all);
	return code;
}
