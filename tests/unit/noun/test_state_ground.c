/* SPDX-License-Identifier: Apache-2.0 */
/* One fact is deducted for once: reports, progress, letters, false data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

#define DECIDE KC_K_prededuct_decide
#define G16_K1 "unit=G16", "target=G16-K1"
#define G16_K2 "unit=G16", "target=G16-K2"
#define S1 "situation=S1", "effect=full", "standard=0.5000"
#define S2 "situation=S2", "effect=full", "standard=0.4000"
#define S3 "situation=S3", "effect=full", "standard=0.5000"
#define S4_FALSE                                                               \
	"situation=S4", "effect=full", "standard=0.5000", "cause=false-data"
#define S8 "situation=S8", "effect=half", "standard=0.5000", "cause=shared"
#define WHY EVIDENCE, "reason=季度通报"

/* The last decision runs to its end. */
static void
end(struct kit *k)
{
	case_finish(k, k->st->cases.v[k->st->cases.n - 1]);
}

/* --- reports --- */
static void
a_report(struct kit *k, const char *quarter, const char *value,
    const char *rank, const char *last)
{
	kit_on(k, "2022-07-15");
	kit_do(k, KC_K_indicator_report, "stats", "indicator=IND16",
	    kit_field("quarter", quarter), kit_field("value", value),
	    "last_value=8.0000", kit_field("rank", rank),
	    kit_field("last_rank", last));
}

/* Not S1 first, and S2 when S1 has ended and the report was corrected. */
static void
test_decide__one_report_is_ground_for_one_case(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a_report(&k, "2022-Q2", "8.0000", "12", "10");
	kit_do(&k, DECIDE, "G02.a", G16_K1, S1, "quarter=2022-Q2", WHY);
	end(&k);
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K1, S1,
	    "quarter=2022-Q2", WHY);
	kit_do(&k, KC_K_indicator_correct, "stats", "indicator=IND16",
	    "quarter=2022-Q2", "value=8.0000", "rank=10", "last_rank=7",
	    "reason=通报更正");
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K1, S2,
	    "quarter=2022-Q2", WHY);
	assert_string_equal(k.why.rule, "situations.S2");
	assert_string_equal(k.why.args[0], "PD-2022-0001");
	/* Another quarter is another report. */
	kit_do(&k, KC_K_indicator_report, "stats", "indicator=IND16",
	    "quarter=2022-Q1", "value=8.0000", "rank=12", "last_rank=10");
	kit_do(&k, DECIDE, "G02.a", G16_K1, S1, "quarter=2022-Q1", WHY);
	kit_end(&k);
}

static void
test_decide__a_declined_case_leaves_its_report_open(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a_report(&k, "2022-Q2", "8.0000", "12", "10");
	kit_do(&k, DECIDE, "G02.a", G16_K1, S1, "quarter=2022-Q2", WHY);
	kit_do(&k, KC_K_prededuct_decline, "P09.a", "case=PD-2022-0001",
	    "reason=证据不足");
	kit_do(&k, DECIDE, "G02.a", G16_K1, S1, "quarter=2022-Q2", WHY);
	kit_free(&k);
}

/* Half for a cause is half of what the report would cost: in either order. */
static void
test_decide__a_cause_uses_up_the_report_of_its_quarter(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a_report(&k, "2022-Q2", "8.0000", "12", "12");
	kit_do(&k, DECIDE, "G02.a", G16_K1, S8, "quarter=2022-Q2", WHY);
	end(&k);
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K1, S1,
	    "quarter=2022-Q2", WHY);
	assert_string_equal(k.why.args[0], "PD-2022-0001");
	kit_free(&k);

	kit_init(&k, KIT_LISTS);
	a_report(&k, "2022-Q2", "8.0000", "12", "12");
	kit_do(&k, DECIDE, "G02.a", G16_K1, S1, "quarter=2022-Q2", WHY);
	end(&k);
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K1, S8,
	    "quarter=2022-Q2", WHY);
	/* A quarter that is not named is that of the day. */
	kit_do(&k, DECIDE, "G02.a", G16_K1, S8, WHY);
	end(&k);
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K1, S8,
	    "quarter=2022-Q3", WHY);
	kit_end(&k);
}

/* --- progress, letters, data --- */
static void
test_decide__one_finding_of_progress_is_ground_for_one_case(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	kit_do(&k, DECIDE, "G02.a", G16_K2, S3, "planned=7500", "actual=5200",
	    WHY);
	end(&k);
	/* The same day, with whatever figures; another day, with the same. */
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K2, S3,
	    "planned=7500", "actual=5100", WHY);
	assert_string_equal(k.why.rule, "situations.S3");
	assert_string_equal(k.why.args[0], "PD-2022-0001");
	kit_on(&k, "2022-09-15");
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K2, S3,
	    "planned=7500", "actual=5200", WHY);
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K2, S8,
	    "planned=7500", "actual=5200", WHY);
	kit_do(&k, DECIDE, "G02.a", G16_K2, S3, "planned=7500", "actual=5100",
	    WHY);
	end(&k);
	kit_on(&k, "2022-10-17");
	kit_do(&k, DECIDE, "G02.a", G16_K2, S3, "planned=7500", "actual=5200",
	    WHY);
	kit_end(&k);
}

/* What is exempt once is not deducted for on the same figures. */
static void
test_decide__an_exemption_uses_up_its_ground(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	kit_do(&k, DECIDE, "G02.a", G16_K2, "situation=S6", "effect=exempt",
	    "standard=0.0000", "planned=7500", "actual=5200",
	    "cause=force-majeure", WHY);
	case_confirm(&k, k.st->cases.v[0]);
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K2, S3,
	    "planned=7500", "actual=5200", WHY);
	kit_free(&k);
}

static void
test_decide__data_are_false_once_a_quarter(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	kit_refused(
	    &k, KC_R_FIELD_MISSING, DECIDE, "G02.a", G16_K2, S4_FALSE, WHY);
	assert_string_equal(k.why.args[0], "quarter");
	kit_do(&k, DECIDE, "G02.a", G16_K2, S4_FALSE, "quarter=2022-Q2", WHY);
	end(&k);
	kit_on(&k, "2022-10-17");
	kit_refused(&k, KC_R_DUPLICATE, DECIDE, "G02.a", G16_K2, S4_FALSE,
	    "quarter=2022-Q2", WHY);
	assert_string_equal(k.why.args[0], "PD-2022-0001");
	kit_do(&k, DECIDE, "G02.a", G16_K2, S4_FALSE, "quarter=2022-Q3", WHY);
	kit_end(&k);
}

static void
unanswered(struct kit *k, enum kc_refusal_code code, const char *target)
{
	const char *fields[] = {"unit=G16", "situation=S4", "effect=full",
	    "standard=0.5000", "cause=unanswered", "warning=W-2022-0001",
	    EVIDENCE, "reason=未回复", NULL, NULL};

	fields[8] = kit_field("target", target);
	if (code == KC_R_NONE)
		kit_do_v(k, DECIDE, "G02.a", fields, __FILE__, __LINE__);
	else
		kit_refused_v(
		    k, code, DECIDE, "G02.a", fields, __FILE__, __LINE__);
}

static void
test_decide__one_silence_is_ground_for_one_case(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-20");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "level=yellow", "rectify_by=2022-09-30", "fact=滞后",
	    "demand=限期整改");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	kit_on(&k, "2022-08-04");
	assert_int_equal(kit_clerk(&k), 1);
	unanswered(&k, KC_R_NONE, "G16-K2");
	end(&k);
	unanswered(&k, KC_R_DUPLICATE, "G16-K2");
	assert_string_equal(k.why.rule, "situations.S4");
	assert_string_equal(k.why.args[0], "PD-2022-0001");
	/* Not to have rectified is another failing than not to have replied. */
	kit_on(&k, "2022-10-10");
	kit_do(&k, DECIDE, "G02.a", "unit=G16", "target=G16-K2", "situation=S4",
	    "effect=full", "standard=0.5000", "cause=not-rectified",
	    "warning=W-2022-0001", WHY);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decide__one_report_is_ground_for_one_case),
	    cmocka_unit_test(
		test_decide__a_declined_case_leaves_its_report_open),
	    cmocka_unit_test(
		test_decide__a_cause_uses_up_the_report_of_its_quarter),
	    cmocka_unit_test(
		test_decide__one_finding_of_progress_is_ground_for_one_case),
	    cmocka_unit_test(test_decide__an_exemption_uses_up_its_ground),
	    cmocka_unit_test(test_decide__data_are_false_once_a_quarter),
	    cmocka_unit_test(test_decide__one_silence_is_ground_for_one_case),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
