/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the year of the demonstration ends: self-checks, the last bulletin, the
 * list of results from the draft to the close. What is signed of the list is
 * its hash, which the daemon is asked for as any signer would.
 */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/arith.h>

#define HASH_TEXT 80

static char version[16]; /* the handle of the year's end */
static char results[HASH_TEXT];

static kc_day
day_of(int month, int day)
{
	return kc_day_from_civil(DEMO_YEAR + 1, month, day);
}

static void
begin(struct demo *d, enum kc_kind_id kind, const char *actor)
{
	demo_begin(d, kind);
	demo_by(d, actor);
	demo_set(d, 0, version); /* `yearend` is always first */
}

/* --- self-checks --- */
static void
begin_end(struct demo *d, unsigned unused)
{
	(void)unused;
	demo_begin(d, KC_K_yearend_begin);
	demo_by(d, "P09.estab");
	demo_number(d, F(yearend_begin, year), DEMO_YEAR);
	demo_post(d, version);
}

static void
check(struct demo *d, size_t u, const struct demo_target *t)
{
	int done = demo_completion(u, t->code);
	char head[32];

	demo_head_of(u, head);
	demo_begin(d, KC_K_selfcheck_file);
	demo_by(d, head);
	demo_set(d, F(selfcheck_file, target), t->code);
	demo_number(d, F(selfcheck_file, completion), done);
	demo_evidence(d, F(selfcheck_file, evidence), t->code);
	if (done < KC_FULL_BP) {
		demo_set(d, F(selfcheck_file, unmet),
		    "部分任务收尾较迟，个别指标未达年初目标");
		demo_set(
		    d, F(selfcheck_file, remedy), "列入下一年度重点，逐月调度");
	}
	demo_post(d, NULL);
}

#define CHECK_DAYS 8
static void
check_units(struct demo *d, unsigned day)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	for (size_t u = day; u < demo_nunits; u += CHECK_DAYS) {
		size_t n =
		    demo_targets_by(u, kc_day_from_civil(DEMO_YEAR, 12, 31), t);

		for (size_t i = 0; i < n; i++)
			check(d, u, &t[i]);
	}
}

/* --- the list of results --- */
/* Asks for the hash of the list that is signed next. */
static void
ask_results(struct demo *d)
{
	struct kc_buf body = {0};
	json_t *doc = NULL;
	const char *hash;
	long status = 0;
	char path[64];

	demo_flush(d);
	if (d->failed)
		return;
	snprintf(path, sizeof(path), "/v1/views/grades?year=%d", DEMO_YEAR);
	if (kc_client_get(d->client, path, &status, &body) == KC_OK &&
	    status == 200)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	hash = json_string_value(json_object_get(doc, "results"));
	if (hash == NULL || strlen(hash) >= sizeof(results))
		demo_fail(d, path, "has no hash of the results");
	else
		memcpy(results, hash, strlen(hash) + 1);
	json_decref(doc);
	kc_buf_free(&body);
}

static void
data_in(struct demo *d, unsigned unused)
{
	(void)unused;
	begin(d, KC_K_yearend_data_in, "G28.stats");
	demo_post(d, NULL);
}

static void
score(struct demo *d, unsigned unused)
{
	(void)unused;
	begin(d, KC_K_yearend_score, "P09.estab");
	demo_post(d, NULL);
}

/* What is signed of it is always the second field. */
static void
sign_list(struct demo *d, enum kc_kind_id kind, const char *actor)
{
	begin(d, kind, actor);
	demo_set(d, 1, results);
	demo_post(d, NULL);
}

static void
draft(struct demo *d, unsigned unused)
{
	(void)unused;
	ask_results(d);
	sign_list(d, KC_K_yearend_draft, "P09.estab");
	begin(d, KC_K_yearend_publicise, "P09.estab");
	demo_post(d, NULL);
}

/* Graded, approved and published are the same list. */
static void
grade(struct demo *d, unsigned unused)
{
	(void)unused;
	ask_results(d);
	sign_list(d, KC_K_yearend_grade, "P09.estab");
}

static void
approve(struct demo *d, unsigned unused)
{
	(void)unused;
	sign_list(d, KC_K_yearend_approve, "kaohe.office");
}

static void
publish(struct demo *d, unsigned unused)
{
	(void)unused;
	sign_list(d, KC_K_yearend_publish, "P09.estab");
}

/* --- fed back and closed --- */
/* What was found in the course of the year, by the cases that the unit had. */
static void
put_problems(const struct demo *d, size_t u, struct kc_buf *b)
{
	bool first = true;

	for (size_t i = 0; i < d->ncases; i++) {
		const struct demo_case *c = &d->cases[i];

		if (c->unit != u || c->exempt)
			continue;
		kc_buf_str(b, first ? "预扣分事项：" : "、");
		kc_buf_str(b, c->handle);
		if (c->end == DEMO_EXPIRE)
			kc_buf_str(b, "（逾期未整改）");
		first = false;
	}
	if (first)
		kc_buf_str(b, "过程中未发现突出问题");
}

static void
feed_back(struct demo *d, unsigned unused)
{
	(void)unused;
	for (size_t u = 0; u < demo_nunits; u++) {
		struct kc_buf problems = {0};

		put_problems(d, u, &problems);
		begin(d, KC_K_result_feed_back, "P09.estab");
		demo_set(d, F(result_feed_back, unit), demo_units[u].code);
		demo_set_slice(
		    d, F(result_feed_back, problems), kc_buf_view(&problems));
		demo_post(d, NULL);
		kc_buf_free(&problems);
	}
}

static void
close_year(struct demo *d, unsigned unused)
{
	(void)unused;
	begin(d, KC_K_year_close, "P09.estab");
	demo_by(d, "audit.1");
	demo_post(d, NULL);
}

void
demo_plan_yearend(void)
{
	static const int days[CHECK_DAYS] = {5, 6, 9, 10, 11, 12, 13, 16};

	demo_at(day_of(1, 3), 9, 0, begin_end, 0);
	for (unsigned i = 0; i < CHECK_DAYS; i++)
		demo_at(day_of(1, days[i]), 15, 0, check_units, i);
	demo_at(day_of(1, 30), 9, 0, data_in, 0);
	demo_at(day_of(1, 31), 9, 0, score, 0);
	demo_at(day_of(2, 14), 9, 0, draft, 0);
	demo_at(day_of(2, 22), 9, 0, grade, 0);
	demo_at(day_of(2, 22), 15, 0, approve, 0);
	demo_at(day_of(2, 23), 9, 0, publish, 0);
	demo_at(day_of(2, 23), 14, 0, feed_back, 0);
	demo_at(day_of(2, 27), 9, 0, close_year, 0);
}
