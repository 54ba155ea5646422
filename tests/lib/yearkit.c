/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the end of a year for tests. */
#include "yearkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const targets[][2] = {{"G16-K1", "G16.head"},
    {"G16-K2", "G16.head"}, {"G16-R1", "G16.head"}, {"G17-K1", "G17.head"},
    {"G17-K2", "G17.head"}, {"G17-R1", "G17.head"}};
#define TARGETS (sizeof(targets) / sizeof(targets[0]))

void
year_city(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2023-01-04");
	kit_do(k, KC_K_yearend_begin, "P09.a", "year=2022");
}

void
year_completions(struct kit *k)
{
	for (size_t i = 0; i < TARGETS; i++)
		kit_do(k, KC_K_completion_find, "G02.a",
		    kit_field("target", targets[i][0]),
		    i == 0 ? "rate=9000" : "rate=10000", EVIDENCE);
}

void
year_selfchecks(struct kit *k)
{
	for (size_t i = 0; i < TARGETS; i++)
		kit_do(k, KC_K_selfcheck_file, targets[i][1],
		    kit_field("target", targets[i][0]), "completion=10000",
		    EVIDENCE);
}

void
year_reports(struct kit *k)
{
	case_report(k, "IND16", "2022-Q4", 5, 5);
	case_report(k, "IND17", "2022-Q4", 6, 6);
}

const struct kc_yearend *
year_now(const struct kit *k)
{
	const struct kc_yearend *y = kc_yearend_of(k->st, 2022);

	assert_non_null(y);
	return y;
}

const char *
year_list(const struct kit *k, bool graded)
{
	static char out[96];
	struct kc_results r;
	struct kc_refusal why;
	struct kc_buf hex = {0};

	assert_int_equal(
	    kc_results_now(k->st, year_now(k), graded, &r, &why), KC_OK);
	kc_buf_hex(&hex, r.hash.b, KC_HASH_SIZE);
	(void)snprintf(
	    out, sizeof(out), "results=sha256:%s", kc_buf_cstr(&hex));
	kc_buf_free(&hex);
	kc_free(r.v);
	return out;
}

static const char *
field(const struct kit *k)
{
	return kit_field("yearend", year_now(k)->handle);
}

static void
before_the_results(struct kit *k, unsigned is)
{
	if (is == KC_YE_SELF_CHECK) {
		year_reports(k);
		kit_do(k, KC_K_yearend_data_in, "stats", field(k));
	} else if (is == KC_YE_DATA_IN) {
		year_completions(k);
		year_selfchecks(k);
		kit_do(k, KC_K_yearend_score, "P09.a", field(k));
	} else {
		kit_do(k, KC_K_yearend_draft, "P09.a", field(k),
		    year_list(k, false));
	}
}

/* To every unit that has no form which stands. */
static void
feed_back(struct kit *k)
{
	struct kc_lacks l;

	while ((l = kc_lacks_forms(k->st, year_now(k))).n > 0)
		kit_do(k, KC_K_result_feed_back, "P09.a", field(k),
		    kit_field("unit", l.first), "problems=进度管理不够细");
}

static void
step(struct kit *k)
{
	unsigned is = year_now(k)->state;

	if (is == KC_YE_DRAFT)
		kit_do(k, KC_K_yearend_publicise, "P09.a", field(k));
	else if (is == KC_YE_PUBLIC) {
		kit_pass_days(k, 10);
		assert_int_equal(kit_clerk(k), 1);
	} else if (is == KC_YE_SHOWN)
		kit_do(k, KC_K_yearend_grade, "P09.a", field(k),
		    year_list(k, true));
	else if (is == KC_YE_GRADED)
		kit_do(k, KC_K_yearend_approve, "office", field(k),
		    year_list(k, true));
	else if (is == KC_YE_APPROVED)
		kit_do(k, KC_K_yearend_publish, "P09.a", field(k),
		    year_list(k, true));
	else if (is == KC_YE_PUBLISHED)
		feed_back(k);
	else if (is == KC_YE_FED_BACK)
		kit_do(k, KC_K_year_close, CLOSERS, field(k));
	else
		before_the_results(k, is);
}

void
year_to(struct kit *k, enum kc_yearend_state to)
{
	assert_true(to <= KC_YE_CLOSED);
	while (year_now(k)->state < to)
		step(k);
}
