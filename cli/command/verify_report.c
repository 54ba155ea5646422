/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng verify --report`: what was verified, what each stage found, the
 * state that replay ended with, and what is not proved, in the layout of the
 * other documents. Each word of it is one that the verification prints.
 */
#include "verify_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <kaocheng/civil.h>
#include <kaocheng/form.h>
#include <kaocheng/instant.h>

#include "lib/foreign.h"
#include "verify/stages_print.h"

struct sheet {
	const struct kc_stages *s;
	const struct kc_verify_report *r;
	json_t *rows;
};

static const char *
say(const struct sheet *t, const char *zh, const char *en)
{
	return t->s->lang == KC_LANG_ZH ? zh : en;
}

static void
put(struct sheet *t, const char *part, const char *zh, const char *en,
    const char *text)
{
	(void)json_array_append_new(t->rows,
	    json_pack("{s:s,s:s,s:s,s:n}", "part", part, "label",
		say(t, zh, en), "text", text, "seq"));
}

static void
put_buf(struct sheet *t, const char *zh, const char *en, struct kc_buf *text)
{
	put(t, "field", zh, en, kc_buf_cstr(text));
	kc_buf_free(text);
}

/* --- stages --- */
static const char *
outcome(const struct sheet *t, const struct kc_verify_line *l)
{
	switch (l->outcome) {
	case KC_VERIFY_OK:
		return say(t, "成立", "holds");
	case KC_VERIFY_FAILED:
		return say(t, "不成立", "does not hold");
	case KC_VERIFY_NOT_REACHED:
		break;
	}
	return say(t, "未进行", "not reached");
}

static json_t *
stage_cells(const struct sheet *t, unsigned i)
{
	const struct kc_verify_line *l = &t->r->stage[i];
	char *fault = NULL, count[24] = "";
	size_t n = 0;
	FILE *to = open_memstream(&fault, &n);
	json_t *cells;

	if (to != NULL && l->outcome == KC_VERIFY_FAILED)
		kc_stages_put_fault(to, t->s, t->r, l);
	if (to != NULL && fclose(to) == 0 && n > 0)
		fault[n - 1] = '\0'; /* the LF at its end */
	if (l->outcome != KC_VERIFY_NOT_REACHED)
		(void)snprintf(
		    count, sizeof(count), "%llu", (unsigned long long)l->count);
	cells = json_pack("{s:[s,s,s,s]}", "cells",
	    kc_verify_label((enum kc_verify_stage)i, t->s->lang), outcome(t, l),
	    count, fault != NULL ? fault : "");
	free(fault);
	return cells;
}

static json_t *
stages(const struct sheet *t)
{
	json_t *lines = json_array();

	for (unsigned i = 0; i < KC_VERIFY_COUNT; i++)
		if (!t->r->alone || i <= KC_VERIFY_ENTRIES)
			(void)json_array_append_new(lines, stage_cells(t, i));
	return json_pack("{s:s,s:[s,s,s,s],s:o}", "title",
	    say(t, "核验步骤", "stages"), "columns", say(t, "步骤", "stage"),
	    say(t, "结果", "outcome"), say(t, "数量", "count"),
	    say(t, "说明", "what is wrong"), "lines", lines);
}

/* --- facts --- */
static void
put_range(struct sheet *t)
{
	const struct kc_verify_report *r = t->r;
	struct kc_buf text = {0};

	kc_buf_char(&text, '#');
	kc_buf_u64(&text, r->alone ? r->seq : 0);
	if (!r->alone && r->checkpoint.size > 0) {
		kc_buf_str(&text, say(t, " 至 #", " to #"));
		kc_buf_u64(&text, r->checkpoint.size - 1);
	}
	put_buf(t, "核验范围", "entries", &text);
	if (r->alone || r->part[0] != '\0' || r->covered >= r->checkpoint.size)
		return;
	kc_buf_char(&text, '#');
	kc_buf_u64(&text, r->covered);
	kc_buf_str(&text, say(t, " 至 #", " to #"));
	kc_buf_u64(&text, r->checkpoint.size - 1);
	put_buf(t, "仅由账本密钥担保", "by the log's key alone", &text);
}

static void
put_head(struct sheet *t)
{
	struct kc_buf text = {0};

	put(t, "field", "账本", "ledger", t->r->checkpoint.origin);
	put_range(t);
	kc_buf_hash(&text, &t->r->checkpoint.root);
	put_buf(t, "检查点的根", "root of the head", &text);
	kc_buf_vkey(&text, &t->r->log_key);
	put_buf(t, "账本公钥", "key of the log", &text);
	for (size_t i = 0; i < t->r->trust.nwitnesses; i++)
		if ((t->r->witnesses.by & UINT32_C(1) << i) != 0) {
			kc_buf_foreign(
			    &text, kc_slice_str(t->r->trust.witness[i].name));
			put_buf(t, "见证人", "witness", &text);
		}
	if (!t->r->has_digest)
		return;
	kc_buf_hex(&text, t->r->digest.b, sizeof(t->r->digest.b));
	put_buf(t, "重放状态散列", "digest of the replayed state", &text);
}

/* A line each, without its head and what stands before it on a terminal. */
static void
put_not_proved(struct sheet *t)
{
	char *text = NULL;
	size_t n = 0;
	struct kc_buf lines = {0};
	struct kc_slice rest, line;
	FILE *to = open_memstream(&text, &n);

	if (to != NULL)
		kc_stages_put_not_proved(to, t->s, t->r);
	if (to != NULL && fclose(to) == 0 && text != NULL) {
		rest = kc_slice_str(text);
		(void)kc_slice_line(&rest, &line);
		while (kc_slice_line(&rest, &line)) {
			while (line.n > 0 && line.p[0] == ' ') {
				line.p++;
				line.n--;
			}
			if (lines.n > 0)
				kc_buf_char(&lines, '\n');
			kc_buf_slice(&lines, line);
		}
		put(t, "note", "未证明", "not proved", kc_buf_cstr(&lines));
	}
	free(text);
	kc_buf_free(&lines);
}

static void
put_end(struct sheet *t, int code)
{
	struct kc_buf end = {0};

	if (t->r->signed_by_log)
		put_not_proved(t);
	kc_buf_str(&end, kc_stages_conclusion(t->r, code));
	kc_buf_str(&end, say(t, "（退出码 ", " (exit code "));
	kc_buf_i64(&end, code);
	kc_buf_str(&end, say(t, "）", ")"));
	put_buf(t, "结论", "conclusion", &end);
}

static json_t *
document(const struct kc_stages *s, const struct kc_verify_report *r, int code)
{
	const struct kc_form *f = kc_form_get(KC_FORM_verification);
	struct sheet t = {s, r, json_array()};
	const char *title = say(&t, f->zh, f->en);
	struct kc_buf now = {0}, day = {0}, path = {0};
	int64_t s_now = (int64_t)time(NULL);
	json_t *doc;

	kc_buf_instant_s(&now, s_now);
	kc_buf_day(&day, kc_day_of_instant(s_now * 1000, KC_LOCAL_OFFSET_S));
	kc_buf_foreign(&path, kc_slice_str(s->path));
	put(&t, "field", "核验对象", "verified", kc_buf_cstr(&path));
	put(&t, "field", "核验时间", "when", kc_buf_cstr(&now));
	put(&t, "field", "核验程序", "program", "kaocheng " KC_VERSION);
	if (r->signed_by_log)
		put_head(&t);
	put_end(&t, code);
	doc = json_pack("{s:s,s:{s:I,s:s},s:s,s:s,s:s,s:s,s:s,s:n,s:n,s:n,s:s,"
			"s:[],s:s,s:n,s:[o],s:o}",
	    "schema", "kaocheng.form/1", "as_of", "size",
	    (json_int_t)r->checkpoint.size, "received", kc_buf_cstr(&now),
	    "ledger", r->checkpoint.origin, "form", f->name, "form_text", title,
	    "about", kc_buf_cstr(&path), "title", title, "number", "mark",
	    "issuer", "issuer_name", "", "to", "date", kc_buf_cstr(&day), "seq",
	    "tables", stages(&t), "rows", t.rows);
	kc_buf_free(&now);
	kc_buf_free(&day);
	kc_buf_free(&path);
	return doc;
}

/* A verdict is worse news than a report that could not be written. */
static int
told(void *ctx, const struct kc_stages *s, const struct kc_verify_report *r,
    int code)
{
	struct kc_cli *cli = ctx;
	enum kc_form_file form = KC_FORM_TEXT;
	json_t *doc = document(s, r, code);
	struct kc_buf out = {0};
	int wrote = kc_form_file_of(cli->report, &form);
	enum kc_err err;

	if (wrote == KC_EXIT_OK)
		wrote = doc != NULL
		    ? kc_form_file_make(cli, form, doc, false, &out)
		    : kc_cli_error(cli, KC_ENOMEM, cli->report);
	if (wrote == KC_EXIT_OK) {
		err = kc_file_save(cli->report, kc_buf_view(&out), 0644);
		if (err != KC_OK)
			wrote = kc_cli_error(cli, err, cli->report);
	}
	json_decref(doc);
	kc_buf_free(&out);
	return code == KC_EXIT_OK ? wrote : code;
}

int
kc_verify_report(struct kc_cli *cli, struct kc_stages *s)
{
	enum kc_form_file form;

	if (cli->report == NULL)
		return KC_EXIT_OK;
	s->told = told;
	s->ctx = cli;
	return kc_form_file_of(cli->report, &form);
}
