/* SPDX-License-Identifier: Apache-2.0 */
/* Rectify and return: who, until when, how much, and what the clerk does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

#define FIRST "case=PD-2022-0001"
#define HANDLE "PD-2022-0001"
#define NO_DAY "due=2022-10-17"
#define NO_HASH                                                                \
	"calendar=sha256:"                                                     \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* --- refusals of each guard --- */
static void
deducted(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	case_confirm(k, case_decide(k, "2022-07-15", "G16", "G16-K2"));
}

/* Delivered on 2022-07-15; the last day is 2022-10-17. */
static void
rectifying(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	(void)case_rectifying(k, "2022-07-15", "G16", "G16-K2");
}

static void
other_assessor(struct kit *k)
{
	rectifying(k);
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GR-G12", "assessor=G12",
	    "scope=all", "from=2022-01-01", "until=2023-06-30");
}

static void
plan_late(struct kit *k)
{
	rectifying(k);
	kit_on(k, "2022-08-01"); /* the tenth working day is 2022-07-29 */
}

static void
ask_late(struct kit *k)
{
	rectifying(k);
	kit_on(k, "2022-10-11"); /* four working days are left */
}

static void
asked(struct kit *k)
{
	rectifying(k);
	kit_do(k, KC_K_extension_request, "G16.head", FIRST, "reason=汛期");
}

static void
asked_without_grant(struct kit *k)
{
	asked(k);
	kit_do(
	    k, KC_K_grant_withdraw, "P09.a", "grant=GR-G02", "reason=职能调整");
}

static void
extended(struct kit *k)
{
	asked(k);
	kit_do(k, KC_K_extension_grant, "G02.a P09.a", FIRST, "reason=同意");
}

static void
one_second_late(struct kit *k)
{
	rectifying(k);
	kit_at(k, "2022-10-18", 0, 0);
}

static void
expired(struct kit *k)
{
	one_second_late(k);
	assert_int_equal(kit_clerk(k), 1);
}

static void
submitted(struct kit *k)
{
	rectifying(k);
	kit_on(k, "2022-09-30");
	case_submit(k, k->st->cases.v[0]);
}

static void
submitted_without_grant(struct kit *k)
{
	submitted(k);
	kit_do(
	    k, KC_K_grant_withdraw, "P09.a", "grant=GR-G02", "reason=职能调整");
}

static void
submitted_other_assessor(struct kit *k)
{
	other_assessor(k);
	case_submit(k, k->st->cases.v[0]);
}

static void
returned(struct kit *k)
{
	submitted(k);
	case_refund(k, k->st->cases.v[0], "8000");
}

static void
review_overdue(struct kit *k)
{
	submitted(k);
	kit_on(k, "2022-10-20");
	assert_int_equal(kit_clerk(k), 1);
}

static const struct refusal_row rows[] = {
    {"plan before delivery", deducted, KC_R_STATE, KC_K_rectify_plan,
	"G16.head", {FIRST, "plan=方案"}, NULL, HANDLE},
    {"plan of another unit", rectifying, KC_R_UNIT_MISMATCH, KC_K_rectify_plan,
	"G17.head", {FIRST, "plan=方案"}, NULL, "G17.head"},
    {"plan too late", plan_late, KC_R_TOO_LATE, KC_K_rectify_plan, "G16.head",
	{FIRST, "plan=方案"}, "pd.plan_wd", "2022-07-29"},
    {"ask before delivery", deducted, KC_R_STATE, KC_K_extension_request,
	"G16.head", {FIRST, "reason=汛期"}, NULL, HANDLE},
    {"ask for another unit", rectifying, KC_R_UNIT_MISMATCH,
	KC_K_extension_request, "G17.head", {FIRST, "reason=汛期"}, NULL,
	"G17.head"},
    {"ask too late", ask_late, KC_R_EXTENSION_LATE, KC_K_extension_request,
	"G16.head", {FIRST, "reason=汛期"}, "pd.extension_before_wd",
	"2022-10-10"},
    {"ask twice", asked, KC_R_DUPLICATE, KC_K_extension_request, "G16.head",
	{FIRST, "reason=汛期"}, NULL,
	"a request to extend that is not answered yet"},
    {"ask a second time", extended, KC_R_EXTENSION_MAX, KC_K_extension_request,
	"G16.head", {FIRST, "reason=汛期"}, "pd.extension_max", "1"},
    {"grant unasked", rectifying, KC_R_STATE, KC_K_extension_grant,
	"G02.a P09.a", {FIRST, "reason=同意"}, NULL, HANDLE},
    {"grant by another assessor", other_assessor, KC_R_UNIT_MISMATCH,
	KC_K_extension_grant, "G12.a P09.a", {FIRST, "reason=同意"}, NULL,
	"G12.a"},
    {"grant an extension without a right", asked_without_grant, KC_R_GRANT,
	KC_K_extension_grant, "G02.a P09.a", {FIRST, "reason=同意"}, NULL,
	"G02"},
    {"refuse unasked", rectifying, KC_R_STATE, KC_K_extension_refuse, "G02.a",
	{FIRST, "reason=不同意"}, NULL, HANDLE},
    {"submit before delivery", deducted, KC_R_STATE, KC_K_rectify_submit,
	"G16.head", {FIRST, EVIDENCE, "report=完成"}, NULL, HANDLE},
    {"submit for another unit", rectifying, KC_R_UNIT_MISMATCH,
	KC_K_rectify_submit, "G17.head", {FIRST, EVIDENCE, "report=完成"}, NULL,
	"G17.head"},
    {"submit past the last day", one_second_late, KC_R_DUE_FIRST,
	KC_K_rectify_submit, "G16.head", {FIRST, EVIDENCE, "report=完成"}, NULL,
	"prededuct.expire"},
    {"submit after expiry", expired, KC_R_STATE, KC_K_rectify_submit,
	"G16.head", {FIRST, EVIDENCE, "report=完成"}, NULL, HANDLE},
    {"reject nothing", rectifying, KC_R_STATE, KC_K_rectify_reject, "G02.a",
	{FIRST, "reason=不实"}, NULL, HANDLE},
    {"reject another's case", submitted_other_assessor, KC_R_UNIT_MISMATCH,
	KC_K_rectify_reject, "G12.a", {FIRST, "reason=不实"}, NULL, "G12.a"},
    {"return before submission", rectifying, KC_R_STATE, KC_K_refund_grant,
	"G02.a", {FIRST, "rate=8000", "reason=到位"}, NULL, HANDLE},
    {"return in another's case", submitted_other_assessor, KC_R_UNIT_MISMATCH,
	KC_K_refund_grant, "G12.a", {FIRST, "rate=8000", "reason=到位"}, NULL,
	"G12.a"},
    {"return without a right", submitted_without_grant, KC_R_GRANT,
	KC_K_refund_grant, "G02.a", {FIRST, "rate=8000", "reason=到位"}, NULL,
	"G02"},
    {"return more than 80 %", submitted, KC_R_RETURN_CAP, KC_K_refund_grant,
	"G02.a", {FIRST, "rate=8001", "reason=到位"}, "pd.refund_max", "80.01"},
    {"return twice", returned, KC_R_STATE, KC_K_refund_grant, "G02.a",
	{FIRST, "rate=8000", "reason=到位"}, NULL, HANDLE},
    {"expire before the last day has passed", rectifying, KC_R_NOT_DUE,
	KC_K_prededuct_expire, "clerk", {FIRST, NO_DAY, NO_HASH}, NULL,
	"prededuct.expire"},
    {"expire with another day", one_second_late, KC_R_FIELD_VALUE,
	KC_K_prededuct_expire, "clerk", {FIRST, "due=2022-10-15", NO_HASH},
	NULL, "due"},
    {"expire by another calendar", one_second_late, KC_R_FIELD_VALUE,
	KC_K_prededuct_expire, "clerk", {FIRST, NO_DAY, NO_HASH}, NULL,
	"calendar"},
    {"expire twice", expired, KC_R_STATE, KC_K_prededuct_expire, "clerk",
	{FIRST, NO_DAY, NO_HASH}, NULL, HANDLE},
    {"expire by a person", one_second_late, KC_R_ROLE, KC_K_prededuct_expire,
	"P09.a", {FIRST, NO_DAY, NO_HASH}, NULL, "P09.a"},
    {"review overdue too early", submitted, KC_R_NOT_DUE, KC_K_review_overdue,
	"clerk", {FIRST, "due=2022-10-19"}, NULL, "review.overdue"},
    {"review overdue twice", review_overdue, KC_R_DUPLICATE,
	KC_K_review_overdue, "clerk", {FIRST, "due=2022-10-19"}, NULL, HANDLE},
};

static void
test_rectify__each_refusal_cites_its_rule(void **state)
{
	struct kit k;

	(void)state;
	case_check_rows(rows, sizeof(rows) / sizeof(rows[0]));
	submitted(&k);
	kit_refused(&k, KC_R_RETURN_CAP, KC_K_refund_grant, "G02.a", FIRST,
	    "rate=10000", "reason=到位");
	assert_string_equal(k.why.args[0], "100");
	assert_string_equal(k.why.args[1], "80");
	assert_string_equal(k.why.state, "submitted");
	kit_free(&k);
}

/* --- the worked examples --- */
static void
test_refund__eighty_per_cent_and_no_more(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	submitted(&k); /* E1 */
	c = k.st->cases.v[0];
	assert_int_equal(c->deducted_e4, 5000);
	case_refund(&k, c, "8000");
	assert_int_equal(c->state, KC_CS_RETURNED);
	assert_int_equal(c->rate_bp, 8000);
	assert_int_equal(c->returned_e4, 4000);
	assert_false(kc_case_unmet(k.st, c));
	assert_int_equal(k.st->targets.v[c->target]->open_case, KC_NONE);
	kit_end(&k);
}

static void
test_refund__half_of_an_odd_amount_is_rounded_down(void **state)
{
	static const char *const standards[] = {"0.3333", "0.3500"};
	static const int64_t back[] = {1333, 1400};

	(void)state;
	for (int i = 0; i < 2; i++) { /* E2 */
		struct kit k;
		struct kc_case *c;

		kit_init(&k, KIT_LISTS);
		c = case_decide_half(
		    &k, "2022-07-15", "G16", "G16-K2", standards[i]);
		case_confirm(&k, c);
		case_deliver(&k, c);
		case_submit(&k, c);
		case_refund(&k, c, "8000");
		assert_int_equal(c->returned_e4, back[i]);
		kit_free(&k);
	}
}

static void
test_refund__below_the_mark_is_unmet(void **state)
{
	static const char *const rates[] = {"0", "4999", "5000"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct kit k;

		submitted(&k);
		assert_false(kc_case_unmet(k.st, k.st->cases.v[0]));
		case_refund(&k, k.st->cases.v[0], rates[i]);
		assert_int_equal(kc_case_unmet(k.st, k.st->cases.v[0]), i < 2);
		kit_free(&k);
	}
}

static void
test_submit__until_the_last_second_of_the_last_day(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS); /* E4 */
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-K2");
	assert_string_equal(case_day(c->due), "2023-01-28");
	kit_at(&k, "2023-01-28", 23, 59);
	k.now_ms += 59999; /* 23:59:59.999 */
	assert_int_equal(kit_clerk(&k), 0);
	case_submit(&k, c);
	/* under review: no expiry, however long it takes */
	kit_on(&k, "2023-02-09");
	assert_int_equal(kit_clerk(&k), 0);
	case_refund(&k, c, "8000");
	kit_end(&k);

	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-K2");
	kit_at(&k, "2023-01-29", 0, 0);
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_rectify_submit, "G16.head", FIRST,
	    EVIDENCE, "report=完成");
	assert_string_equal(k.why.args[1], HANDLE);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(c->returned_e4, 0);
	assert_int_equal(c->deducted_e4, 5000);
	assert_true(kc_case_unmet(k.st, c));
	assert_int_equal(kit_clerk(&k), 0);
	kit_end(&k);
}

/* --- rejected, and reviewed late --- */
static void
test_reject__opens_the_period_again_while_it_lasts(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	submitted(&k);
	c = k.st->cases.v[0];
	kit_on(&k, "2022-10-14");
	kit_do(&k, KC_K_rectify_reject, "G02.a", FIRST, "reason=不实");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-10-17");
	kit_on(&k, "2022-10-17");
	case_submit(&k, c);
	kit_do(&k, KC_K_rectify_reject, "G02.b", FIRST, "reason=仍不实");
	kit_at(&k, "2022-10-18", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_end(&k);
}

static void
test_reject__after_the_last_day_ends_the_case(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	submitted(&k);
	c = k.st->cases.v[0];
	kit_at(&k, "2022-10-18", 0, 0);
	kit_do(&k, KC_K_rectify_reject, "G02.a", FIRST, "reason=不实");
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(c->returned_e4, 0);
	assert_true(kc_case_unmet(k.st, c));
	assert_int_equal(k.st->targets.v[c->target]->open_case, KC_NONE);
	kit_end(&k);
}

static void
test_review__overdue_is_recorded_once_and_changes_nothing(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	submitted(&k); /* on 2022-09-30: ten working days end on 10-19 */
	c = k.st->cases.v[0];
	assert_string_equal(case_day(c->review_due), "2022-10-19");
	kit_at(&k, "2022-10-19", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_at(&k, "2022-10-20", 0, 0);
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_refund_grant, "G02.a", FIRST,
	    "rate=8000", "reason=到位");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_review_overdue, "clerk", FIRST,
	    "due=2022-10-18");
	assert_string_equal(k.why.args[1], "2022-10-19");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_SUBMITTED);
	assert_true(c->review_overdue);
	kit_on(&k, "2022-12-30");
	assert_int_equal(kit_clerk(&k), 0);
	case_refund(&k, c, "8000");
	kit_end(&k);
}

static void
test_plan_and_extension__what_may_be_done_in_time(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	rectifying(&k);
	c = k.st->cases.v[0];
	kit_on(&k, "2022-07-29");
	kit_do(&k, KC_K_rectify_plan, "G16.liaison", FIRST, "plan=方案");
	kit_do(&k, KC_K_extension_request, "G16.head", FIRST, "reason=汛期");
	kit_do(&k, KC_K_extension_refuse, "G02.a", FIRST, "reason=理由不足");
	assert_string_equal(case_day(c->due), "2022-10-17");
	kit_on(&k, "2022-10-10"); /* five working days before the last */
	kit_do(&k, KC_K_extension_request, "G16.head", FIRST, "reason=汛期");
	kit_do(&k, KC_K_extension_grant, "P09.a G02.b", FIRST, "reason=同意");
	assert_string_equal(case_day(c->due), "2022-11-15");
	kit_at(&k, "2022-10-18", 0, 0);
	assert_int_equal(kit_clerk(&k), 0);
	kit_at(&k, "2022-11-16", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rectify__each_refusal_cites_its_rule),
	    cmocka_unit_test(test_refund__eighty_per_cent_and_no_more),
	    cmocka_unit_test(
		test_refund__half_of_an_odd_amount_is_rounded_down),
	    cmocka_unit_test(test_refund__below_the_mark_is_unmet),
	    cmocka_unit_test(
		test_submit__until_the_last_second_of_the_last_day),
	    cmocka_unit_test(
		test_reject__opens_the_period_again_while_it_lasts),
	    cmocka_unit_test(test_reject__after_the_last_day_ends_the_case),
	    cmocka_unit_test(
		test_review__overdue_is_recorded_once_and_changes_nothing),
	    cmocka_unit_test(test_plan_and_extension__what_may_be_done_in_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
