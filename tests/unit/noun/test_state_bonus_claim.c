/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit may claim: whose, when, what for, and what the ranks show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"

#define CLAIM(code, by, unit, year, situation, grade, dated, rule)             \
	{                                                                      \
		__FILE__ ": " #code " " situation " " grade " " dated,         \
		    bonus_city, KC_R_##code, KC_K_bonus_claim, by,             \
		    {"unit=" unit, "year=" year, "situation=" situation,       \
			"merit=M1", "grade=" grade, "document=1", "issuer=x",  \
			"dated=" dated, EVIDENCE, "fact=x"},                   \
		    rule, NULL                                                 \
	}
static void
test_claim__refuses_by_a_table(void **state)
{
	static const struct refusal_row rows[] = {
	    CLAIM(NOT_FOUND, "G17.head", "G99", "2022", "B1", "national",
		"2022-07-01", NULL),
	    CLAIM(UNIT_MISMATCH, "G16.head", "G17", "2022", "B1", "national",
		"2022-07-01", NULL),
	    CLAIM(CYCLE, "G17.head", "G17", "2023", "B1", "national",
		"2022-07-01", NULL),
	    CLAIM(SITUATION, "G17.head", "G17", "2022", "B9", "national",
		"2022-07-01", NULL),
	    CLAIM(MARK, "G17.head", "G17", "2022", "B1", "main-leader",
		"2022-07-01", NULL),
	    CLAIM(MARK, "G17.head", "G17", "2022", "B2", "national",
		"2022-07-01", NULL),
	    CLAIM(MARK, "G17.head", "G17", "2022", "B3", "first", "2022-07-01",
		NULL),
	    CLAIM(MARK, "G17.head", "G17", "2022", "B4", "incentive",
		"2022-07-01", NULL),
	    CLAIM(DATE_ORDER, "G17.head", "G17", "2022", "B1", "national",
		"2021-12-31", NULL),
	    CLAIM(DATE_ORDER, "G17.head", "G17", "2022", "B1", "national",
		"2022-07-16", NULL),
	};
	struct kit k;

	(void)state;
	case_check_rows(rows, sizeof(rows) / sizeof(rows[0]));
	kit_init(&k, KIT_CITY);
	kit_refused(&k, KC_R_NO_POLICY, KC_K_bonus_claim, "G17.head",
	    "unit=G17", "year=2022", "situation=B1", "merit=M1",
	    "grade=national", "document=1", "issuer=x", "dated=2022-01-01",
	    EVIDENCE, "fact=x");
	kit_free(&k);
}

/* Until 10 January of the next year, and so may the document. */
static void
test_claim__is_taken_until_the_last_day_of_claims(void **state)
{
	struct kit k;

	(void)state;
	bonus_city(&k);
	kit_on(&k, "2023-01-10");
	kit_do(&k, KC_K_bonus_claim, "G17.head", "unit=G17", "year=2022",
	    "situation=B1", "merit=M1", "grade=national", "document=1",
	    "issuer=x", "dated=2023-01-10", EVIDENCE, "fact=x");
	kit_on(&k, "2023-01-11");
	kit_refused(&k, KC_R_TOO_LATE, KC_K_bonus_claim, "G17.head", "unit=G17",
	    "year=2022", "situation=B1", "merit=M2", "grade=national",
	    "document=2", "issuer=x", "dated=2022-07-01", EVIDENCE, "fact=x");
	assert_non_null(strstr(k.why.rule, "bonus.claim_until"));
	kit_end(&k);
}

/* A document is claimed once, of whatever year; what was refused is disputed,
 * not claimed again, and another unit may have its own claim on it. */
static void
test_claim__of_a_document_that_is_claimed_is_refused(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
#define AGAIN                                                                  \
	kit_refused(&k, KC_R_DUPLICATE, KC_K_bonus_claim, "G17.head",          \
	    "unit=G17", "year=2022", "situation=B3", "merit=M9",               \
	    "grade=incentive", "document=国发〔2022〕7号", "issuer=x",         \
	    "dated=2022-07-02", EVIDENCE, "fact=x")
	AGAIN;
	kit_do(&k, KC_K_bonus_refuse, "P09.a", bonus_field(b), "reason=x");
	AGAIN;
#undef AGAIN
	(void)bonus_claim(&k, "G16", "B1", "M1", "national", "国发〔2022〕7号");
	kit_end(&k);
}

/* --- ranks --- */
static enum kc_err
claim_rank(struct kit *k, const char *grade, const char *indicator)
{
	static unsigned n;
	char document[16];

	(void)snprintf(document, sizeof(document), "%u", ++n);
	return kit_try(k, KC_K_bonus_claim, "G17.head",
	    (const char *const[]){"unit=G17", "year=2022", "situation=B4",
		"merit=M1", kit_field("grade", grade),
		kit_field("document", document), "issuer=x", "dated=2022-07-01",
		kit_field("indicator", indicator), EVIDENCE, "fact=x", NULL});
}

/* What an indicator is named for is asked of the ledger, not of the unit. */
static void
test_claim__of_a_rank_is_what_the_ledger_shows(void **state)
{
	struct kit k;

	(void)state;
	bonus_city(&k);
	assert_int_equal(claim_rank(&k, "advance", "IND17"), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_RANKS);
	case_report(&k, "IND17", "2022-Q1", 8, 9);
	assert_int_equal(claim_rank(&k, "advance", "IND17"), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_MARK);
	assert_non_null(strstr(k.why.rule, "bonus.advance_places"));
	/* The newest quarter counts. */
	case_report(&k, "IND17", "2022-Q2", 6, 9);
	assert_int_equal(claim_rank(&k, "advance", "IND17"), KC_OK);
	assert_int_equal(claim_rank(&k, "first", "IND17"), KC_EREFUSED);
	assert_int_equal(claim_rank(&k, "advance", "IND16"), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_UNIT_MISMATCH);
	/* Only a rank is shown by an indicator. */
	kit_refused(&k, KC_R_MARK, KC_K_bonus_claim, "G17.head", "unit=G17",
	    "year=2022", "situation=B1", "merit=M1", "grade=national",
	    "document=x", "issuer=x", "dated=2022-07-01", "indicator=IND17",
	    EVIDENCE, "fact=x");
	kit_end(&k);
}

/* Figures that were corrected meanwhile are those of the decision. */
static void
test_claim__of_a_rank_is_asked_again_when_it_is_granted(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	case_report(&k, "IND17", "2022-Q2", 1, 4);
	assert_int_equal(claim_rank(&k, "first", "IND17"), KC_OK);
	b = k.st->bonuses.v[0];
	bonus_show(&k, b);
	kit_do(&k, KC_K_indicator_correct, "stats", "indicator=IND17",
	    "quarter=2022-Q2", "value=1.0000", "rank=2", "last_rank=5",
	    "reason=x");
	kit_refused(&k, KC_R_MARK, KC_K_bonus_grant, "P09.a", bonus_field(b));
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(b), "grade=advance",
	    "reason=更正后位次为第二");
	assert_int_equal(b->amount_e4, 5000);
	kit_end(&k);
}

/* Points are those of the policy that the year was opened with. */
static void
test_claim__is_worth_what_the_policy_of_its_year_says(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	case_policy(&k, "national: { value: \"1.0000\"",
	    "national: { value: \"0.6000\"");
	bonus_grant(&k, b);
	assert_int_equal(b->amount_e4, 10000);
	b = bonus_claim(&k, "G17", "B1", "M2", "national", "2");
	bonus_grant(&k, b);
	assert_int_equal(b->amount_e4, 10000);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_claim__refuses_by_a_table),
	    cmocka_unit_test(test_claim__is_taken_until_the_last_day_of_claims),
	    cmocka_unit_test(
		test_claim__of_a_document_that_is_claimed_is_refused),
	    cmocka_unit_test(test_claim__of_a_rank_is_what_the_ledger_shows),
	    cmocka_unit_test(
		test_claim__of_a_rank_is_asked_again_when_it_is_granted),
	    cmocka_unit_test(
		test_claim__is_worth_what_the_policy_of_its_year_says),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
