/* SPDX-License-Identifier: Apache-2.0 */
/* The marks of the situations: ranks (E3), letters, false data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

#define G16_K2 "unit=G16", "target=G16-K2"
#define DECIDE KC_K_prededuct_decide

/* --- rank marks and their precedence (E3) --- */
struct rank_row {
	int rank, last, agreed;
	const char *value; /* last year's is 8.0000, higher is better */
	const char *situation, *effect;
	bool holds;
	const char *cited; /* situation cited by the refusal */
	const char *fact;
	int64_t d_e4;
};
static const struct rank_row rank_rows[] = {
    /* E3: low is 11 to 13 of 13 */
    {11, 13, 0, "8.0000", "S5", "exempt", true, NULL, NULL, 0},
    {11, 13, 0, "8.0000", "S1", "full", false, "situations.S5", "S5", 0},
    {11, 13, 0, "8.0000", "S7", "half", false, "situations.S7",
	"rank=11 last_rank=13 agreed_rank=0", 0},
    {12, 13, 0, "8.0000", "S7", "half", true, NULL, NULL, 2500},
    {12, 13, 0, "8.0000", "S1", "full", false, "situations.S7", "S7", 0},
    {12, 13, 0, "8.0000", "S5", "exempt", false, "situations.S5",
	"rank=12 last_rank=13 agreed_rank=0", 0},
    {11, 11, 0, "8.0000", "S1", "full", true, NULL, NULL, 5000},
    {11, 11, 0, "8.0001", "S7", "half", true, NULL, NULL, 2500},
    {11, 11, 0, "8.0001", "S1", "full", false, "situations.S7", "S7", 0},
    {12, 10, 0, "8.0000", "S1", "full", true, NULL, NULL, 5000},
    /* low and fallen: the larger standard stands */
    {12, 10, 0, "8.0000", "S2", "full", false, "situations.S1", "S1", 0},
    {10, 10, 0, "8.0000", "S1", "full", false, "situations.S1",
	"rank=10 last_rank=10 agreed_rank=0", 0},
    {5, 3, 0, "8.0000", "S2", "full", true, NULL, NULL, 5000},
    {5, 4, 0, "8.0000", "S2", "full", false, "situations.S2",
	"rank=5 last_rank=4 agreed_rank=0", 0},
    {5, 5, 4, "8.0000", "S2", "full", true, NULL, NULL, 5000},
    /* missed what was agreed, yet advanced two places from the bottom */
    {11, 13, 9, "8.0000", "S2", "full", false, "situations.S5", "S5", 0},
};

static void
report(struct kit *k, const struct rank_row *r)
{
	const char *fields[] = {"indicator=IND16", "quarter=2022-Q2", NULL,
	    "last_value=8.0000", NULL, NULL, NULL, NULL};
	char rank[16], last[20], agreed[24];

	(void)snprintf(rank, sizeof(rank), "rank=%d", r->rank);
	(void)snprintf(last, sizeof(last), "last_rank=%d", r->last);
	(void)snprintf(agreed, sizeof(agreed), "agreed_rank=%d", r->agreed);
	fields[2] = kit_field("value", r->value);
	fields[4] = rank;
	fields[5] = last;
	fields[6] = r->agreed == 0 ? NULL : agreed;
	kit_do_v(k, KC_K_indicator_report, "stats", fields, __FILE__, __LINE__);
}

static void
check_rank_row(const struct rank_row *r)
{
	const char *fields[] = {"unit=G16", "target=G16-K1", EVIDENCE,
	    "reason=季度通报", "quarter=2022-Q2", NULL, NULL, NULL, NULL};
	struct kit k;

	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	report(&k, r);
	fields[5] = kit_field("situation", r->situation);
	fields[6] = kit_field("effect", r->effect);
	fields[7] = strcmp(r->effect, "exempt") == 0 ? "standard=0.0000"
						     : "standard=0.5000";
	if (!r->holds) {
		kit_refused_v(&k, KC_R_MARK, KC_K_prededuct_decide, "G02.a",
		    fields, r->situation, r->rank);
		assert_string_equal(k.why.rule, r->cited);
		assert_string_equal(k.why.args[0], r->situation);
		assert_string_equal(k.why.args[1], r->fact);
	} else {
		kit_do_v(&k, KC_K_prededuct_decide, "G02.a", fields,
		    r->situation, r->rank);
		case_confirm(&k, k.st->cases.v[0]);
		assert_int_equal(k.st->cases.v[0]->deducted_e4, r->d_e4);
		assert_int_equal(k.st->cases.v[0]->state,
		    r->d_e4 == 0 ? KC_CS_EXEMPTED : KC_CS_DEDUCTED);
	}
	kit_end(&k);
}

static void
test_decide__ranks_are_verified_and_one_situation_stands_on_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rank_rows) / sizeof(rank_rows[0]); i++)
		check_rank_row(&rank_rows[i]);
}

static void
test_decide__a_corrected_rank_is_what_counts(void **state)
{
	const struct rank_row wrong = {
	    10, 10, 0, "8.0000", NULL, NULL, false, NULL, NULL, 0};
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	report(&k, &wrong);
	kit_do(&k, KC_K_indicator_correct, "stats", "indicator=IND16",
	    "quarter=2022-Q2", "value=8.0000", "last_value=8.0000", "rank=12",
	    "last_rank=12", "reason=通报更正");
	kit_do(&k, KC_K_prededuct_decide, "G02.a", "unit=G16", "target=G16-K1",
	    "situation=S1", "effect=full", "standard=0.5000", "quarter=2022-Q2",
	    EVIDENCE, "reason=靠后");
	kit_end(&k);
}

/* --- letters as the ground of a deduction --- */
static void
decide_s4(struct kit *k, enum kc_refusal_code code, const char *cause)
{
	const char *fields[] = {"unit=G16", "target=G16-K2", "situation=S4",
	    "effect=full", "standard=0.5000", EVIDENCE, "reason=预警未落实",
	    "warning=W-2022-0001", NULL, NULL};

	fields[8] = kit_field("cause", cause);
	if (code == KC_R_NONE)
		kit_do_v(k, KC_K_prededuct_decide, "G02.a", fields, __FILE__,
		    __LINE__);
	else
		kit_refused_v(k, code, KC_K_prededuct_decide, "G02.a", fields,
		    __FILE__, __LINE__);
}

static void
warn(struct kit *k, const char *target, const char *unit)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-20");
	kit_do(k, KC_K_warning_issue, "P09.a", kit_field("target", target),
	    kit_field("unit", unit), "level=yellow", "rectify_by=2022-09-30",
	    "fact=滞后", "demand=限期整改");
	kit_do(k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    kit_field("unit", unit));
}

static void
test_decide__an_unanswered_letter(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G16-K2", "G16");
	kit_on(&k, "2022-08-03"); /* the tenth working day */
	decide_s4(&k, KC_R_MARK, "unanswered");
	assert_string_equal(k.why.rule, "situations.S4");
	assert_string_equal(k.why.args[1], "W-2022-0001 yellow, delivered");
	kit_on(&k, "2022-08-04");
	assert_int_equal(kit_clerk(&k), 1);
	/* a late reply does not undo what is overdue */
	kit_do(&k, KC_K_warning_reply, "G16.head", "warning=W-2022-0001",
	    "reply=正在整改");
	decide_s4(&k, KC_R_NONE, "unanswered");
	kit_end(&k);
}

static void
test_decide__a_letter_not_acted_on_in_time(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G16-K2", "G16");
	kit_do(&k, KC_K_warning_reply, "G16.head", "warning=W-2022-0001",
	    "reply=正在整改");
	kit_on(&k, "2022-09-30");
	decide_s4(&k, KC_R_MARK, "not-rectified");
	kit_on(&k, "2022-10-01");
	decide_s4(&k, KC_R_MARK, "unanswered"); /* it was answered */
	decide_s4(&k, KC_R_NONE, "not-rectified");
	kit_end(&k);
}

static void
lift(struct kit *k)
{
	kit_do(k, KC_K_warning_lift, "P09.a", "warning=W-2022-0001", EVIDENCE,
	    "finding=已落实");
}

static void
test_decide__a_lifted_or_withdrawn_letter_is_no_ground(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G16-K2", "G16");
	kit_on(&k, "2022-08-04");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_warning_withdraw, "P09.a", "warning=W-2022-0001",
	    "reason=事实有误");
	decide_s4(&k, KC_R_MARK, "unanswered");
	assert_string_equal(k.why.args[1], "W-2022-0001 yellow, withdrawn");
	kit_free(&k);

	/* lifted before its reply day: it was never overdue */
	warn(&k, "G16-K2", "G16");
	lift(&k);
	kit_on(&k, "2022-10-01");
	assert_int_equal(kit_clerk(&k), 0);
	decide_s4(&k, KC_R_MARK, "unanswered");
	decide_s4(&k, KC_R_MARK, "not-rectified");
	kit_free(&k);

	/* overdue, then lifted all the same */
	warn(&k, "G16-K2", "G16");
	kit_on(&k, "2022-08-04");
	assert_int_equal(kit_clerk(&k), 1);
	lift(&k);
	decide_s4(&k, KC_R_MARK, "unanswered");
	kit_free(&k);
}

static void
escalate(struct kit *k)
{
	kit_do(k, KC_K_warning_escalate, "P09.a", "warning=W-2022-0001",
	    "level=red", "reason=仍无进展");
}

static void
test_decide__a_red_letter_is_a_ground(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G16-K2", "G16");
	decide_s4(&k, KC_R_MARK, "red-level");
	escalate(&k);
	decide_s4(&k, KC_R_NONE, "red-level");
	kit_end(&k);

	warn(&k, "G16-K2", "G16");
	escalate(&k);
	lift(&k);
	decide_s4(&k, KC_R_MARK, "red-level");
	assert_string_equal(k.why.args[1], "W-2022-0001 red, lifted");
	kit_free(&k);
}

/* Red for want of an answer is no second failing; not to act is. */
static void
test_decide__a_letter_serves_once_for_each_failing(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G16-K2", "G16");
	escalate(&k);
	kit_on(&k, "2022-08-04");
	(void)kit_clerk(&k);
	decide_s4(&k, KC_R_NONE, "unanswered");
	case_finish(&k, k.st->cases.v[0]);
	decide_s4(&k, KC_R_DUPLICATE, "red-level");
	assert_string_equal(k.why.args[0], "PD-2022-0001");
	kit_on(&k, "2022-10-08");
	decide_s4(&k, KC_R_DUPLICATE, "unanswered");
	decide_s4(&k, KC_R_NONE, "not-rectified");
	kit_end(&k);
}

/* Whoever hands a letter over late has not given the unit its time. */
static void
test_decide__a_letter_handed_over_late_or_never_is_no_ground(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-20");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "level=red", "rectify_by=2022-09-30", "fact=滞后",
	    "demand=限期整改");
	decide_s4(&k, KC_R_MARK, "red-level");
	kit_on(&k, "2022-10-08");
	decide_s4(&k, KC_R_MARK, "not-rectified");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	decide_s4(&k, KC_R_MARK, "not-rectified");
	decide_s4(&k, KC_R_NONE, "red-level");
	kit_end(&k);
}

static void
test_decide__a_letter_serves_its_own_target(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G16-K1", "G16");
	kit_on(&k, "2022-08-04");
	assert_int_equal(kit_clerk(&k), 1);
	decide_s4(&k, KC_R_MARK, "unanswered");
	assert_string_equal(k.why.args[1], "W-2022-0001 target=G16-K1");
	kit_free(&k);
}

static void
test_decide__a_letter_to_others_and_false_data(void **state)
{
	struct kit k;

	(void)state;
	warn(&k, "G17-K2", "G17");
	kit_on(&k, "2022-10-10");
	(void)kit_clerk(&k);
	decide_s4(&k, KC_R_MARK, "unanswered");
	assert_string_equal(k.why.args[1], "W-2022-0001 target=G17-K2");
	decide_s4(&k, KC_R_MARK, "shared");
	assert_string_equal(k.why.args[1], "cause=shared");
	/* false data need no letter */
	kit_do(&k, KC_K_prededuct_decide, "G02.a", G16_K2, "situation=S4",
	    "effect=full", "standard=1.0000", "cause=false-data",
	    "quarter=2022-Q2", EVIDENCE, "reason=数据失实");
	kit_end(&k);
}

static const struct refusal_row letter_rows[] = {
    {"no cause", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{G16_K2, "situation=S4", "effect=full", "standard=1.0000", EVIDENCE,
	    "reason=未回复"},
	"situations.S4", "cause"},
    {"no letter named", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{G16_K2, "situation=S4", "effect=full", "standard=1.0000",
	    "cause=unanswered", EVIDENCE, "reason=未回复"},
	"situations.S4", "warning"},
    {"no such letter", NULL, KC_R_NOT_FOUND, DECIDE, "G02.a",
	{G16_K2, "situation=S4", "effect=full", "standard=1.0000",
	    "cause=unanswered", "warning=W-2022-0009", EVIDENCE,
	    "reason=未回复"},
	NULL, "warning"},
};

static void
test_decide__letters_must_be_named(void **state)
{
	(void)state;
	case_check_rows(
	    letter_rows, sizeof(letter_rows) / sizeof(letter_rows[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_decide__ranks_are_verified_and_one_situation_stands_on_them),
	    cmocka_unit_test(test_decide__a_corrected_rank_is_what_counts),
	    cmocka_unit_test(test_decide__an_unanswered_letter),
	    cmocka_unit_test(test_decide__a_letter_not_acted_on_in_time),
	    cmocka_unit_test(
		test_decide__a_lifted_or_withdrawn_letter_is_no_ground),
	    cmocka_unit_test(test_decide__a_red_letter_is_a_ground),
	    cmocka_unit_test(
		test_decide__a_letter_serves_once_for_each_failing),
	    cmocka_unit_test(
		test_decide__a_letter_handed_over_late_or_never_is_no_ground),
	    cmocka_unit_test(test_decide__a_letter_serves_its_own_target),
	    cmocka_unit_test(test_decide__a_letter_to_others_and_false_data),
	    cmocka_unit_test(test_decide__letters_must_be_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
