/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about the end of the year: the next step, or what it waits for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/indicator/indicator.h"
#include "noun/yearend/yearend.h"
#include "sim.h"

#define PROOF                                                                  \
	"sha256:"                                                              \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "    \
	"18233 application/pdf"

static const struct kc_target *
target_of(const struct sim *s, const char *code)
{
	const struct kc_state *st = s->k.st;

	for (uint32_t i = 0; i < st->targets.n; i++)
		if (strcmp(st->targets.v[i]->code, code) == 0)
			return st->targets.v[i];
	return NULL;
}

static const char *
head_of(const struct sim *s, uint32_t unit)
{
	return strcmp(s->k.st->units.v[unit]->code, "G16") == 0 ? "G16.head"
								: "G17.head";
}

static void
selfcheck(struct sim *s, struct statement *st, const char *code)
{
	bool whole = sim_chance(s, 60);

	sim_begin(
	    st, KC_K_selfcheck_file, head_of(s, target_of(s, code)->unit));
	sim_add(st, "target", code);
	sim_add(st, "completion", whole ? "10000" : "9000");
	sim_add(st, "evidence", PROOF);
	if (!whole && sim_chance(s, 90)) {
		sim_add(st, "unmet", "x");
		sim_add(st, "remedy", "x");
	}
}

static void
found(struct sim *s, struct statement *st, const char *code)
{
	/* In most years one of the units is of the third grade. */
	bool poor = s->seed % 4 != 0 &&
	    strcmp(head_of(s, target_of(s, code)->unit), "G17.head") == 0;

	sim_begin(st, KC_K_completion_find, "G02.a");
	sim_add(st, "target", code);
	sim_add(st, "rate",
	    poor                    ? "5000"
		: sim_chance(s, 50) ? "10000"
				    : "8800");
	sim_add(st, "evidence", PROOF);
}

static void
reported(struct statement *st, const char *code)
{
	sim_begin(st, KC_K_indicator_report, "stats");
	sim_add(st, "indicator", code);
	sim_add(st, "quarter", "2022-Q4");
	sim_add(st, "value", "1.0000");
	sim_add(st, "rank", "5");
}

/* What the scores wait for, or the step that takes it for done. */
static void
before_scores(struct sim *s, struct statement *st, const struct kc_yearend *y)
{
	struct kc_lacks checks = kc_lacks_selfchecks(s->k.st, 2022, KC_NONE);
	struct kc_lacks rates = kc_lacks_completions(s->k.st, 2022);
	struct kc_lacks reports = kc_lacks_reports(s->k.st, 2022);

	if (checks.n > 0 && sim_chance(s, 55))
		selfcheck(s, st, checks.first);
	else if (rates.n > 0 && sim_chance(s, 70))
		found(s, st, rates.first);
	else if (reports.n > 0 && sim_chance(s, 70))
		reported(st, reports.first);
	else if (y->state == KC_YE_SELF_CHECK)
		sim_begin(st, KC_K_yearend_data_in,
		    sim_chance(s, 90) ? "stats" : "P09.a");
	else
		sim_begin(st, KC_K_yearend_score, "P09.a");
}

/* The hash of the list as it follows now, or now and then another. */
static void
add_list(struct sim *s, struct statement *st, const struct kc_yearend *y,
    bool graded)
{
	struct kc_results r;
	struct kc_refusal why = {0};
	struct kc_buf hex = {0};

	assert_int_equal(kc_results_now(s->k.st, y,
			     sim_chance(s, 95) ? graded : !graded, &r, &why),
	    KC_OK);
	kc_buf_sha256(&hex, &r.hash);
	sim_add(st, "results", kc_buf_cstr(&hex));
	kc_buf_free(&hex);
	kc_free(r.v);
}

/* Ends something that is open. */
static void
end_open(struct sim *s, struct statement *st, const char *handle)
{
	const char *head = sim_chance(s, 50) ? "G16.head" : "G17.head";

	if (handle[0] == 'W') {
		sim_begin(st, KC_K_warning_withdraw, "P09.a");
		sim_add(st, "warning", handle);
		sim_add(st, "reason", "x");
	} else if (handle[0] == 'B') {
		sim_begin(st, KC_K_bonus_withdraw, head);
		sim_add(st, "bonus", handle);
	} else if (handle[0] == 'D') {
		sim_begin(st, KC_K_dispute_withdraw, head);
		sim_add(st, "dispute", handle);
		sim_add(st, "reason", "x");
	} else {
		sim_begin(st, KC_K_negative_withdraw,
		    sim_chance(s, 50) ? "P09.a G12.a" : "P09.a G02.a");
		sim_add(st, "negative", handle);
		sim_add(st, "reason", "x");
	}
}

static void
settle(struct sim *s, struct statement *st)
{
	sim_begin(
	    st, KC_K_year_settle, sim_chance(s, 90) ? "gop gog" : "gop office");
	sim_add(st, "reason", "x");
}

static bool
to_the_close(struct sim *s, struct statement *st, const struct kc_yearend *y)
{
	struct kc_buf list = {0};
	struct kc_lacks open = kc_year_open(s->k.st, y, &list);
	bool names = true;

	kc_buf_free(&list);
	if (open.n > 0 && open.first[0] == 'P' && sim_chance(s, 80)) {
		settle(s, st);
	} else if (open.n > 0 && open.first[0] == 'D' && sim_chance(s, 70)) {
		sim_hear(s, st, open.first);
		names = false;
	} else if (open.n > 0 && open.first[0] != 'P' && sim_chance(s, 90)) {
		end_open(s, st, open.first);
		names = false;
	} else if (sim_chance(s, 30) && sim_dispute_result(s, st)) {
		names = false;
	} else if (sim_chance(s, 25)) {
		sim_begin(st, KC_K_yearend_grade, "P09.a");
		add_list(s, st, y, true);
	} else {
		sim_begin(st, KC_K_year_close,
		    sim_chance(s, 95) ? "P09.a audit" : "P09.a P09.b");
	}
	return names;
}

static void
feed_back(struct sim *s, struct statement *st, const struct kc_yearend *y)
{
	struct kc_lacks l = kc_lacks_forms(s->k.st, y);

	sim_begin(st, KC_K_result_feed_back, "P09.a");
	sim_add(st, "unit", sim_chance(s, 90) ? l.first : "G16");
	sim_add(st, "problems", "x");
	if (sim_chance(s, 30))
		sim_add(st, "advice", "x");
}

/* False: there is no step of an office. */
static bool
next(struct sim *s, struct statement *st, const struct kc_yearend *y)
{
	if (y->state == KC_YE_SCORED ||
	    (y->state == KC_YE_DRAFT && sim_chance(s, 20))) {
		sim_begin(st, KC_K_yearend_draft, "P09.a");
		add_list(s, st, y, false);
	} else if (y->state == KC_YE_DRAFT) {
		sim_begin(st, KC_K_yearend_publicise, "P09.a");
	} else if (y->state == KC_YE_SHOWN ||
	    (y->state <= KC_YE_APPROVED && sim_chance(s, 10))) {
		sim_begin(st, KC_K_yearend_grade, "P09.a");
		add_list(s, st, y, true);
	} else if (y->state == KC_YE_GRADED) {
		sim_begin(st, KC_K_yearend_approve,
		    sim_chance(s, 90) ? "office" : "P09.a");
		add_list(s, st, y, true);
	} else if (y->state == KC_YE_APPROVED) {
		sim_begin(st, KC_K_yearend_publish, "P09.b");
		add_list(s, st, y, true);
	} else if (y->state == KC_YE_PUBLISHED) {
		feed_back(s, st, y);
	} else {
		return false;
	}
	return true;
}

bool
sim_yearend(struct sim *s, struct statement *st)
{
	const struct kc_yearend *y = kc_yearend_of(s->k.st, 2022);

	if (y == NULL) {
		sim_begin(st, KC_K_yearend_begin, "P09.a");
		sim_add(st, "year", "2022");
		return true;
	}
	if (y->state < KC_YE_SCORED)
		before_scores(s, st, y);
	else if (y->state < KC_YE_CLOSED && !y->settled && sim_chance(s, 3))
		settle(s, st);
	else if (y->state == KC_YE_FED_BACK) {
		if (!to_the_close(s, st, y))
			return true;
	} else if (y->state == KC_YE_CLOSED) {
		if (sim_chance(s, 70))
			return false;
		sim_begin(st, KC_K_year_reopen, "gop gog office");
		sim_add(st, "reason", "x");
	} else if (!next(s, st, y)) {
		return false;
	}
	if (st->kind != KC_K_selfcheck_file &&
	    st->kind != KC_K_completion_find &&
	    st->kind != KC_K_indicator_report)
		sim_add(st, "yearend", y->handle);
	return true;
}
