/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a year to its end: what each step waits for, who signs what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "yearkit.h"

#define WRONG                                                                  \
	"results=sha256:"                                                      \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define SELFCHECK(target) "target=" target, "completion=10000", EVIDENCE

static void
test_yearend__begins_once_after_the_last_day_of_the_year(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_at(&k, "2022-12-31", 23, 59);
	kit_refused(
	    &k, KC_R_TOO_EARLY, KC_K_yearend_begin, "P09.a", "year=2022");
	assert_string_equal(k.why.args[1], "2023-01-01");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_selfcheck_file, "G16.head",
	    SELFCHECK("G16-K1"));
	kit_at(&k, "2023-01-01", 0, 0);
	kit_refused(&k, KC_R_CYCLE, KC_K_yearend_begin, "P09.a", "year=2021");
	kit_refused(&k, KC_R_ROLE, KC_K_yearend_begin, "stats", "year=2022");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	assert_string_equal(kit_handle(&k), "YE-2022-0001");
	assert_int_equal(year_now(&k)->state, KC_YE_SELF_CHECK);
	kit_refused(&k, KC_R_EXISTS, KC_K_yearend_begin, "P09.a", "year=2022");
	kit_end(&k);
}

static void
test_selfcheck__is_one_a_target_by_the_head_of_its_unit(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_selfcheck_file, "G17.head",
	    SELFCHECK("G16-K1"));
	kit_refused(&k, KC_R_ROLE, KC_K_selfcheck_file, "G16.liaison",
	    SELFCHECK("G16-K1"));
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_selfcheck_file, "G16.head",
	    SELFCHECK("G16-K9"));
	kit_refused(&k, KC_R_TARGET_NEEDS, KC_K_selfcheck_file, "G16.head",
	    "target=G16-K1", "completion=9999", EVIDENCE, "unmet=x");
	assert_string_equal(k.why.args[1], "remedy");
	kit_refused(&k, KC_R_TARGET_NEEDS, KC_K_selfcheck_file, "G16.head",
	    "target=G16-K1", "completion=9999", EVIDENCE, "remedy=x");
	assert_string_equal(k.why.args[1], "unmet");
	kit_do(&k, KC_K_selfcheck_file, "G16.head", "target=G16-K1",
	    "completion=9999", EVIDENCE, "unmet=x", "remedy=x");
	assert_int_equal(k.st->selfchecks.v[0].completion_bp, 9999);
	kit_refused(&k, KC_R_STATE, KC_K_selfcheck_file, "G16.head",
	    SELFCHECK("G16-K1"));
	assert_int_equal(kc_lacks_selfchecks(k.st, 2022, KC_NONE).n, 5);
	/* Late too; but not once the scores are found. */
	kit_on(&k, "2023-03-01");
	kit_do(&k, KC_K_selfcheck_file, "G16.head", SELFCHECK("G16-K2"));
	kit_end(&k);
	year_city(&k);
	year_to(&k, KC_YE_SCORED);
	kit_refused(&k, KC_R_STATE, KC_K_selfcheck_file, "G16.head",
	    SELFCHECK("G16-K1"));
	kit_end(&k);
}

static void
test_yearend__is_scored_once_nothing_is_missing(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	kit_refused(&k, KC_R_LACKS, KC_K_yearend_data_in, "stats", YEAREND);
	assert_string_equal(
	    k.why.args[1], "2 reports of the fourth quarter of indicators");
	assert_string_equal(k.why.args[2], "IND16");
	assert_string_equal(k.why.args[3], "indicator report IND16");
	case_report(&k, "IND16", "2022-Q4", 5, 5);
	case_report(&k, "IND17", "2022-Q3", 5, 5);
	kit_refused(&k, KC_R_LACKS, KC_K_yearend_data_in, "stats", YEAREND);
	assert_string_equal(k.why.args[2], "IND17");
	case_report(&k, "IND17", "2022-Q4", 5, 5);
	kit_refused(&k, KC_R_ROLE, KC_K_yearend_data_in, "P09.a", YEAREND);
	kit_refused(&k, KC_R_STATE, KC_K_yearend_score, "P09.a", YEAREND);
	kit_do(&k, KC_K_yearend_data_in, "stats", YEAREND);
	kit_refused(&k, KC_R_LACKS, KC_K_yearend_score, "P09.a", YEAREND);
	assert_string_equal(k.why.args[1], "6 self-checks");
	assert_string_equal(k.why.args[3], "selfcheck file G16-K1");
	year_selfchecks(&k);
	kit_refused(&k, KC_R_LACKS, KC_K_yearend_score, "P09.a", YEAREND);
	assert_string_equal(k.why.args[1], "6 findings of completion");
	assert_string_equal(k.why.args[3], "completion find G16-K1");
	year_completions(&k);
	assert_false(kc_year_scored(k.st, 2022));
	kit_do(&k, KC_K_yearend_score, "P09.a", YEAREND);
	assert_true(kc_year_scored(k.st, 2022));
	assert_false(kc_year_scored(k.st, 2023));
	kit_end(&k);
}

/* --- what is signed is the list as it follows now --- */
static void
test_results__are_signed_by_the_hash_of_their_list(void **state)
{
	struct kit k;
	char draft[96];

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_SCORED);
	kit_refused(
	    &k, KC_R_RESULTS, KC_K_yearend_draft, "P09.a", YEAREND, WRONG);
	/* The graded list is not the draft. */
	kit_refused(&k, KC_R_RESULTS, KC_K_yearend_draft, "P09.a", YEAREND,
	    year_list(&k, true));
	(void)snprintf(draft, sizeof(draft), "%s", year_list(&k, false));
	kit_do(&k, KC_K_yearend_draft, "P09.a", YEAREND, draft);
	/* A completion is corrected: the draft is another. */
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G17-K1",
	    "rate=5000", EVIDENCE, "reason=x");
	assert_string_not_equal(draft, year_list(&k, false));
	kit_refused(&k, KC_R_RESULTS, KC_K_yearend_publicise, "P09.a", YEAREND);
	kit_refused(
	    &k, KC_R_RESULTS, KC_K_yearend_draft, "P09.a", YEAREND, draft);
	kit_do(&k, KC_K_yearend_draft, "P09.a", YEAREND, year_list(&k, false));
	kit_do(&k, KC_K_yearend_publicise, "P09.a", YEAREND);
	kit_end(&k);
}

static void
test_results__are_approved_and_published_as_they_were_graded(void **state)
{
	struct kit k;
	char was[96], looks[96];
	uint64_t graded;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_GRADED);
	(void)snprintf(was, sizeof(was), "%s", year_list(&k, true));
	kit_refused(&k, KC_R_GRADED, KC_K_yearend_grade, "P09.a", YEAREND, was);
	kit_refused(
	    &k, KC_R_RESULTS, KC_K_yearend_approve, "office", YEAREND, WRONG);
	assert_string_equal(k.why.args[3], "sign");
	kit_refused(&k, KC_R_ROLE, KC_K_yearend_approve, "P09.a", YEAREND, was);
	kit_refused(
	    &k, KC_R_STATE, KC_K_yearend_publish, "P09.a", YEAREND, was);
	graded = k.st->size - 1;
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G17-K1",
	    "rate=5000", EVIDENCE, "reason=x");
	kit_refused(
	    &k, KC_R_RESULTS, KC_K_yearend_approve, "office", YEAREND, was);
	(void)snprintf(looks, sizeof(looks),
	    "kaocheng diff %llu %llu, kaocheng results",
	    (unsigned long long)graded, (unsigned long long)graded + 1);
	assert_string_equal(k.why.args[2], looks);
	assert_string_equal(
	    k.why.args[3], "kaocheng yearend grade YE-2022-0001");
	/* What follows now was not graded. */
	kit_refused(&k, KC_R_RESULTS, KC_K_yearend_approve, "office", YEAREND,
	    year_list(&k, true));
	assert_string_equal(
	    k.why.args[3], "kaocheng yearend grade YE-2022-0001");
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	year_to(&k, KC_YE_APPROVED);
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G17-K1",
	    "rate=10000", EVIDENCE, "reason=x");
	kit_refused(&k, KC_R_RESULTS, KC_K_yearend_publish, "P09.a", YEAREND,
	    year_list(&k, true));
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	year_to(&k, KC_YE_PUBLISHED);
	assert_true(year_now(&k)->published.n == 2);
	kit_end(&k);
}

static void
test_results__are_publicised_for_working_days(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_DRAFT);
	kit_on(&k, "2023-01-18"); /* a week off, two make-up days */
	kit_do(&k, KC_K_yearend_publicise, "P09.a", YEAREND);
	assert_string_equal(
	    case_day(year_now(&k)->day[KC_L_yearend_PUBLIC].due), "2023-01-30");
	kit_at(&k, "2023-01-30", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_refused(&k, KC_R_STATE, KC_K_yearend_grade, "P09.a", YEAREND,
	    year_list(&k, true));
	kit_at(&k, "2023-01-31", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(year_now(&k)->state, KC_YE_SHOWN);
	kit_end(&k);
}

/* What is signed is this text, byte for byte (docs/FORMAT.md). */
static void
test_results__are_listed_by_code_in_one_form(void **state)
{
	static const char text[] =
	    "kaocheng/v1 results\n"
	    "ledger example.org/kaohe\n"
	    "year 2022\n"
	    "version 1\n"
	    "list graded\n"
	    "unit G16 gov 96.6667 67.0000 20.0000 0.0000 9.6667 0.0000 "
	    "0.0000 0.0000 0.0000 2 2 2 second\n"
	    "unit G17 gov 100.0000 70.0000 20.0000 0.0000 10.0000 0.0000 "
	    "0.0000 0.0000 0.0000 1 1 2 second\n";
	struct kc_results r;
	struct kc_refusal why;
	struct kc_buf b = {0};
	struct kc_hash h;
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_SCORED);
	assert_int_equal(
	    kc_results_now(k.st, year_now(&k), true, &r, &why), KC_OK);
	kc_buf_results(&b, k.st, year_now(&k), &r);
	assert_string_equal(kc_buf_cstr(&b), text);
	h = kc_sha256(text, sizeof(text) - 1);
	assert_true(kc_hash_eq(&h, &r.hash));
	kc_free(r.v);
	kc_buf_free(&b);
	kit_end(&k);
}

/* Whose list is issued late, whose last check is filed, who gets more work or
 * less: what is kept of last days is asked after each (kit_digest). */
static void
test_selfcheck__is_due_for_what_came_later_and_not_for_what_went(void **state)
{
#define LATE "target=G16-Y1"
	struct kit k;

	(void)state;
	year_city(&k);
	year_selfchecks(&k);
	(void)kit_digest(&k);
	kit_do(&k, KC_K_target_add, "P09.a gop", LATE, "unit=G16", "year=2022",
	    "duty=D1", "assessor=G02", "title=x", "weight=1.0000");
	assert_int_equal(kc_lacks_selfchecks(k.st, 2022, KC_NONE).n, 1);
	(void)kit_digest(&k);
	kit_do(&k, KC_K_target_remove, "P09.a gop gog", LATE, "reason=x");
	assert_int_equal(kc_lacks_selfchecks(k.st, 2022, KC_NONE).n, 0);
	(void)kit_digest(&k);
	kit_do(
	    &k, KC_K_duty_register, "P09.a", "unit=G12", "duty=D1", "text=x");
	kit_do(&k, KC_K_actor_enrol, "root.a root.b", "actor=G12.head",
	    "unit=G12", "role=head", kit_vkey(&k, "key", "G12.head"),
	    kit_proof(&k, "G12.head"));
	case_list(&k, "G12", 2022, NULL);
	assert_int_equal(kc_lacks_selfchecks(k.st, 2022, KC_NONE).n, 3);
	(void)kit_digest(&k);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_yearend__begins_once_after_the_last_day_of_the_year),
	    cmocka_unit_test(
		test_selfcheck__is_one_a_target_by_the_head_of_its_unit),
	    cmocka_unit_test(test_yearend__is_scored_once_nothing_is_missing),
	    cmocka_unit_test(
		test_results__are_signed_by_the_hash_of_their_list),
	    cmocka_unit_test(
		test_results__are_approved_and_published_as_they_were_graded),
	    cmocka_unit_test(test_results__are_publicised_for_working_days),
	    cmocka_unit_test(test_results__are_listed_by_code_in_one_form),
	    cmocka_unit_test(
		test_selfcheck__is_due_for_what_came_later_and_not_for_what_went),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
