/* SPDX-License-Identifier: Apache-2.0 */
/* Years that are closed one after another. */
#include "usekit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "yearkit.h"

/* Half of a group of two is first; years of the city from 2022 on. */
void
use_city(struct kit *k)
{
	static const int years[] = {2022, 2023, 2024, 2025, 2026, 0};

	case_city(
	    k, "first: { value: \"25%\"", "first: { value: \"50%\"", years);
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GX", "assessor=G02",
	    "scope=all", "from=2022-01-01", "until=2027-12-31");
}

static const char *
of(const char *unit, int year, const char *which)
{
	static char text[4][64];
	static unsigned next;
	char *out = text[next++ % 4];

	(void)snprintf(out, sizeof(text[0]), "%s-%d-%s", unit, year, which);
	return out;
}

static void
finish_unit(struct kit *k, const char *unit, int year, const char *rate)
{
	static const char *const which[] = {"K1", "K2", "R1"};
	char head[16], indicator[24], quarter[16];

	(void)snprintf(head, sizeof(head), "%s.head", unit);
	(void)snprintf(indicator, sizeof(indicator), "IND%s", unit);
	(void)snprintf(quarter, sizeof(quarter), "%d-Q4", year);
	case_report(k, indicator, quarter, 5, 5);
	for (size_t i = 0; i < 3; i++) {
		kit_do(k, KC_K_completion_find, "G02.a",
		    kit_field("target", of(unit, year, which[i])),
		    kit_field("rate", rate), EVIDENCE);
		kit_do(k, KC_K_selfcheck_file, head,
		    kit_field("target", of(unit, year, which[i])),
		    "completion=10000", EVIDENCE);
	}
}

static const char *
results(struct kit *k, int year, bool graded)
{
	static char out[96];
	struct kc_results r;
	struct kc_refusal why;
	struct kc_buf hex = {0};

	assert_int_equal(
	    kc_results_now(k->st, kc_yearend_of(k->st, year), graded, &r, &why),
	    KC_OK);
	kc_buf_hex(&hex, r.hash.b, KC_HASH_SIZE);
	(void)snprintf(
	    out, sizeof(out), "results=sha256:%s", kc_buf_cstr(&hex));
	kc_buf_free(&hex);
	kc_free(r.v);
	return out;
}

/* The year, whose lists are issued, to its close; rates of G16 and G17. */
void
use_close(struct kit *k, int year, const char *g16, const char *g17)
{
	char day[24], of_year[24];
	const char *ye;

	(void)snprintf(day, sizeof(day), "%d-01-04", year + 1);
	(void)snprintf(of_year, sizeof(of_year), "year=%d", year);
	kit_on(k, day);
	kit_do(k, KC_K_yearend_begin, "P09.a", of_year);
	finish_unit(k, "G16", year, g16);
	finish_unit(k, "G17", year, g17);
	ye = kit_field("yearend", kc_yearend_of(k->st, year)->handle);
	kit_do(k, KC_K_yearend_data_in, "stats", ye);
	kit_do(k, KC_K_yearend_score, "P09.a", ye);
	kit_do(k, KC_K_yearend_draft, "P09.a", ye, results(k, year, false));
	kit_do(k, KC_K_yearend_publicise, "P09.a", ye);
	kit_pass_days(k, 14);
	assert_int_equal(kit_clerk(k), 1);
	ye = kit_field("yearend", kc_yearend_of(k->st, year)->handle);
	kit_do(k, KC_K_yearend_grade, "P09.a", ye, results(k, year, true));
	kit_do(k, KC_K_yearend_approve, "office", ye, results(k, year, true));
	kit_do(k, KC_K_yearend_publish, "P09.a", ye, results(k, year, true));
	kit_do(k, KC_K_result_feed_back, "P09.a", ye, "unit=G16", "problems=x");
	kit_do(k, KC_K_result_feed_back, "P09.a", ye, "unit=G17", "problems=x");
	kit_do(k, KC_K_year_close, CLOSERS, ye);
	assert_true(kc_year_closed(k->st, year));
}

/* Lists of both, and the close, of a year. */
void
use_year(struct kit *k, int year, const char *g16, const char *g17)
{
	char day[24];

	(void)snprintf(day, sizeof(day), "%d-03-01", year);
	kit_on(k, day);
	case_list(k, "G16", year, NULL);
	case_list(k, "G17", year, NULL);
	use_close(k, year, g16, g17);
}
