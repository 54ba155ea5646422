/* SPDX-License-Identifier: Apache-2.0 */
/* Results fed back, a year closed, what it takes then, and opened again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"
#include "noun/panel/panel.h"
#include "yearkit.h"

/* --- fed back --- */
static void
test_results__are_fed_back_to_each_unit_once(void **state)
{
	struct kit k;
	uint32_t n;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_APPROVED);
	assert_null(kc_year_results(k.st, 2022, &n));
	kit_refused(&k, KC_R_STATE, KC_K_result_feed_back, "P09.a", YEAREND,
	    "unit=G16", "problems=x");
	year_to(&k, KC_YE_PUBLISHED);
	assert_non_null(kc_year_results(k.st, 2022, &n));
	assert_int_equal(n, 2);
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_result_feed_back, "P09.a", YEAREND,
	    "unit=G12", "problems=x");
	kit_do(&k, KC_K_result_feed_back, "P09.a", YEAREND, "unit=G16",
	    "problems=x");
	assert_string_equal(k.st->result_forms.v[0]->handle, "RF-2022-0001");
	kit_refused(&k, KC_R_DUPLICATE, KC_K_result_feed_back, "P09.a", YEAREND,
	    "unit=G16", "problems=x");
	kit_refused(&k, KC_R_STATE, KC_K_year_close, CLOSERS, YEAREND);
	kit_do(&k, KC_K_result_feed_back, "P09.b", YEAREND, "unit=G17",
	    "problems=x", "advice=x");
	assert_int_equal(year_now(&k)->state, KC_YE_FED_BACK);
	kit_end(&k);
}

static unsigned
open_limits(const struct kit *k, const char *limit)
{
	struct kc_deadlines all = {0};
	unsigned n = 0;

	assert_true(kc_yearend_deadlines(k->st, 0, &all));
	for (uint32_t i = 0; i < all.n; i++)
		n += strcmp(all.v[i].limit->word, limit) == 0;
	kc_vec_free(&all);
	return n;
}

static void
test_publication__ends_its_last_day(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_APPROVED);
	assert_int_equal(open_limits(&k, "publish"), 1);
	year_to(&k, KC_YE_PUBLISHED);
	assert_int_equal(open_limits(&k, "publish"), 0);
	kit_end(&k);
}

/* The units whose results follow otherwise than they were signed last. */
static const char *
changed(const struct kit *k)
{
	static char codes[64];
	struct kc_buf list = {0};
	struct kc_lacks l;
	struct kc_refusal why;

	assert_int_equal(
	    kc_results_changed(k->st, year_now(k), &l, &list, &why), KC_OK);
	assert_int_equal(l.n > 0, list.n > 0);
	assert_true(kc_slice_copy(codes, sizeof(codes), kc_buf_view(&list)));
	kc_buf_free(&list);
	return codes;
}

/* What was published and changed since is graded again; the form of a unit
 * whose result is the same stands. */
static void
test_results__that_changed_are_published_again(void **state)
{
	struct kit k;
	uint32_t n;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_FED_BACK);
	assert_string_equal(changed(&k), "");
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G16-K2",
	    "rate=9900", EVIDENCE, "reason=x");
	assert_string_equal(changed(&k), "G16");
	kit_refused(&k, KC_R_RESULTS, KC_K_year_close, CLOSERS, YEAREND);
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	assert_string_equal(changed(&k), "");
	year_to(&k, KC_YE_PUBLISHED);
	assert_int_equal(year_now(&k)->forms.n, 1);
	assert_string_equal(kc_lacks_forms(k.st, year_now(&k)).first, "G16");
	kit_do(&k, KC_K_result_feed_back, "P09.a", YEAREND, "unit=G16",
	    "problems=x");
	assert_string_equal(k.st->result_forms.v[2]->handle, "RF-2022-0003");
	kit_do(&k, KC_K_year_close, CLOSERS, YEAREND);
	assert_int_equal(kc_year_results(k.st, 2022, &n)[0].score, 962222);
	kit_end(&k);
}

/* --- closed --- */
static void
test_year__is_closed_by_the_office_and_an_auditor(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_FED_BACK);
	kit_refused(&k, KC_R_ROLE, KC_K_year_close, "P09.a P09.b", YEAREND);
	kit_refused(&k, KC_R_ROLE, KC_K_year_close, "audit", YEAREND);
	kit_refused(
	    &k, KC_R_STATE, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	assert_false(kc_year_closed(k.st, 2022));
	kit_do(&k, KC_K_year_close, CLOSERS, YEAREND);
	assert_true(kc_year_closed(k.st, 2022));
	kit_refused(&k, KC_R_STATE, KC_K_year_close, CLOSERS, YEAREND);
	kit_end(&k);
}

static void
test_year__with_something_open_is_not_closed(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G17", "G17-K2");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "level=yellow", "rectify_by=2022-12-01", "fact=x", "demand=x");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	kit_refused(&k, KC_R_YEAR_OPEN, KC_K_year_close, CLOSERS, YEAREND);
	assert_string_equal(k.why.args[1], "2");
	assert_string_equal(k.why.args[2], "PD-2022-0001 W-2022-0001");
	kit_on(&k, "2023-02-10"); /* the case ends by itself */
	(void)kit_clerk(&k);
	kit_refused(&k, KC_R_YEAR_OPEN, KC_K_year_close, CLOSERS, YEAREND);
	assert_string_equal(k.why.args[1], "1");
	assert_string_equal(k.why.args[2], "W-2022-0001");
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_do(&k, KC_K_warning_withdraw, "P09.a", "warning=W-2022-0001",
	    "reason=x");
	year_to(&k, KC_YE_CLOSED);
	kit_end(&k);
}

/* By both General Offices; the case goes on, and is no ground of a refusal. */
static void
test_year__is_settled_with_open_cases_that_go_on(void **state)
{
	struct kit k;
	struct kc_case *c, *other;
	char said[96];

	(void)state;
	kit_init(&k, KIT_LISTS);
	other = case_rectifying(&k, "2022-10-27", "G16", "G16-K2");
	c = case_rectifying(&k, "2022-10-28", "G17", "G17-K2");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	kit_refused(
	    &k, KC_R_STATE, KC_K_year_settle, "gop gog", YEAREND, "reason=x");
	kit_on(&k, "2023-01-12");
	case_submit(&k, c);
	case_submit(&k, other);
	case_refund(&k, other, "8000");
	kit_on(&k, "2023-01-13");
	year_to(&k, KC_YE_PUBLIC);
	kit_on(&k, "2023-01-29");
	while (kit_clerk(&k) > 0 || year_now(&k)->state == KC_YE_PUBLIC)
		kit_pass_days(&k, 1);
	year_to(&k, KC_YE_FED_BACK);
	kit_refused(&k, KC_R_YEAR_OPEN, KC_K_year_close, CLOSERS, YEAREND);
	kit_refused(
	    &k, KC_R_ROLE, KC_K_year_settle, "gop", YEAREND, "reason=x");
	kit_do(&k, KC_K_year_settle, "gop gog", YEAREND, "reason=x");
	kit_refused(&k, KC_R_DUPLICATE, KC_K_year_settle, "gop gog", YEAREND,
	    "reason=x");
	(void)snprintf(said, sizeof(said),
	    "\"count open pre-deductions in full\" of YE-2022-0001 (#%u)",
	    (unsigned)year_now(&k)->events.v[year_now(&k)->events.n - 1].seq);
	assert_string_equal(k.why.args[0], said);
	kit_do(&k, KC_K_year_close, CLOSERS, YEAREND);
	assert_true(kc_case_open(c));
	case_refund(&k, c, "8000");
	assert_false(kc_case_open(c));
	/* One that had ended is of a closed year. */
	kit_refused(&k, KC_R_YEAR_CLOSED, KC_K_prededuct_withdraw,
	    "P09.a G02.a", case_field(other), "reason=x");
	kit_end(&k);
}

/* A case of a year that has not begun to end is handled as ever. */
static void
test_year__that_ends_leaves_cases_of_another_alone(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2023-01-04");
	case_list(&k, "G17", 2023, NULL);
	c = case_rectifying(&k, "2023-03-01", "G17", "G17-2023-K2");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	assert_false(kc_case_open(c));
	kit_end(&k);
}

/* --- what a closed year takes --- */
static void
test_closed_year__takes_nothing_by_whatever_field_it_is_named(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by, *fields[12];
	} rows[] = {
	    {KC_K_completion_correct, "G02.a P09.b",
		{"target=G16-K1", "rate=100", EVIDENCE, "reason=x"}},
	    {KC_K_list_issue, "P09.a", {"unit=G12", "year=2022"}},
	    {KC_K_indicator_correct, "stats",
		{"indicator=IND16", "quarter=2022-Q4", "value=1.0000", "rank=1",
		    "reason=x"}},
	    {KC_K_negative_propose, "G12.a",
		{"unit=G17", "item=3", "amount=0.3000", "on=2022-12-01",
		    EVIDENCE, "fact=x"}},
	    {KC_K_bonus_claim, "G17.head",
		{"unit=G17", "year=2022", "situation=B1", "merit=M",
		    "grade=national", "document=x", "issuer=x",
		    "dated=2022-07-01", EVIDENCE, "fact=x"}},
	    {KC_K_round_open, "P09.a", {"type=q3", "year=2022"}},
	    {KC_K_adjust_order, "leader",
		{"unit=G16", "year=2022", "reason=x"}},
	    {KC_K_panel_open, "P09.a", {"year=2022"}},
	};
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_CLOSED);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (kit_try(&k, rows[i].kind, rows[i].by, rows[i].fields) !=
			KC_EREFUSED ||
		    k.why.code != KC_R_YEAR_CLOSED)
			fail_msg("%s: %s", kc_kind_get(rows[i].kind)->name,
			    kc_refusal_code_text(k.why.code));
		assert_string_equal(k.why.args[0], "2022");
		assert_string_equal(k.why.args[2], "YE-2022-0001");
	}
	/* Another year's matters, units and people go on. */
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	case_report(&k, "IND16", "2023-Q1", 1, 5);
	kit_do(
	    &k, KC_K_duty_register, "P09.a", "unit=G16", "duty=D9", "text=x");
	kit_end(&k);
}

static void
test_closed_year__takes_the_disputes_that_the_law_gives(void **state)
{
	struct kc_dispute *d;
	struct kc_results now;
	struct kit k;
	uint32_t n;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_FED_BACK);
	kit_enrol(&k, "P09.c", "P09", "estab");
	kit_do(&k, KC_K_completion_correct, "G02.a P09.c", "target=G16-K2",
	    "rate=9000", EVIDENCE, "reason=x");
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	year_to(&k, KC_YE_CLOSED);
	d = dispute_heard_of(&k, KC_K_completion_correct, "G16-K2");
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(d->state, KC_DS_APPLIED);
	/* The published list stays, though another follows now. */
	assert_int_equal(kc_year_results(k.st, 2022, &n)[0].score, 922222);
	assert_int_equal(
	    kc_results_now(k.st, year_now(&k), true, &now, &k.why), KC_OK);
	assert_int_equal(now.v[0].score, 966667);
	kc_free(now.v);
	assert_true(kc_year_closed(k.st, 2022));
	kit_end(&k);
}

/* --- reopened --- */
static void
test_year__reopened_has_a_second_version_and_keeps_the_first(void **state)
{
	const struct kc_yearend *one, *two;
	struct kc_hash was;
	struct kit k;
	uint32_t n;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_CLOSED);
	one = year_now(&k);
	was = one->published.hash;
	kit_refused(
	    &k, KC_R_ROLE, KC_K_year_reopen, "gop gog", YEAREND, "reason=x");
	kit_do(&k, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	two = year_now(&k);
	assert_int_equal(one->state, KC_YE_REOPENED);
	assert_string_equal(two->handle, "YE-2022-0002");
	assert_int_equal(two->version, 2);
	assert_int_equal(two->state, KC_YE_SCORED);
	/* Until the second is published the first is what was. */
	assert_ptr_equal(kc_yearend_published(k.st, 2022), one);
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G16-K1",
	    "rate=10000", EVIDENCE, "reason=x");
	kit_refused(&k, KC_R_STATE, KC_K_year_close, CLOSERS, YEAREND);
	year_to(&k, KC_YE_CLOSED);
	assert_ptr_equal(kc_yearend_published(k.st, 2022), two);
	assert_int_equal(kc_year_results(k.st, 2022, &n)[0].score, 1000000);
	assert_true(kc_hash_eq(&one->published.hash, &was));
	assert_int_equal(one->published.v[0].score, 966667);
	kit_refused(&k, KC_R_YEAR_CLOSED, KC_K_completion_correct,
	    "G02.a P09.b", "target=G16-K1", "rate=9000", EVIDENCE, "reason=x");
	kit_end(&k);
}

/* What voters think is in the scores first. */
static void
test_results__wait_for_panels_that_were_opened(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_SCORED);
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	kit_refused(&k, KC_R_LACKS, KC_K_yearend_draft, "P09.a", YEAREND,
	    year_list(&k, false));
	assert_string_equal(k.why.args[2], "2022");
	kit_end(&k);
}

static void
seen_less(void *ctx, struct kc_checkpoint *out)
{
	const struct kit *k = ctx;

	*out = (struct kc_checkpoint){.size = year_now(k)->published_seq};
}

/* A close that does not know of the publication is none of it. */
static void
test_year__is_closed_over_what_both_have_seen(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_FED_BACK);
	k.seen = seen_less;
	k.seen_ctx = &k;
	kit_refused(&k, KC_R_UNSEEN, KC_K_year_close, CLOSERS, YEAREND);
	assert_string_equal(k.why.args[1], "yearend.publish");
	k.seen = NULL;
	kit_do(&k, KC_K_year_close, CLOSERS, YEAREND);
	kit_end(&k);
}

/* Who stands for the statistics department says that the data are in; where
 * nobody does, the Establishment Office. */
static void
test_data__are_in_by_the_office_where_nobody_is_of_statistics(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	year_reports(&k);
	kit_refused(&k, KC_R_ROLE, KC_K_yearend_data_in, "P09.a", YEAREND);
	kit_do(
	    &k, KC_K_actor_retire, "root.a root.b", "actor=stats", "reason=x");
	kit_do(&k, KC_K_yearend_data_in, "P09.a", YEAREND);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_results__are_fed_back_to_each_unit_once),
	    cmocka_unit_test(test_results__that_changed_are_published_again),
	    cmocka_unit_test(test_publication__ends_its_last_day),
	    cmocka_unit_test(test_year__is_closed_by_the_office_and_an_auditor),
	    cmocka_unit_test(test_year__with_something_open_is_not_closed),
	    cmocka_unit_test(test_year__is_settled_with_open_cases_that_go_on),
	    cmocka_unit_test(
		test_year__that_ends_leaves_cases_of_another_alone),
	    cmocka_unit_test(
		test_closed_year__takes_nothing_by_whatever_field_it_is_named),
	    cmocka_unit_test(
		test_closed_year__takes_the_disputes_that_the_law_gives),
	    cmocka_unit_test(
		test_year__reopened_has_a_second_version_and_keeps_the_first),
	    cmocka_unit_test(test_results__wait_for_panels_that_were_opened),
	    cmocka_unit_test(test_year__is_closed_over_what_both_have_seen),
	    cmocka_unit_test(
		test_data__are_in_by_the_office_where_nobody_is_of_statistics),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
