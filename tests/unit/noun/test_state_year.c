/* SPDX-License-Identifier: Apache-2.0 */
/* Policies, calendars and years; indicators by quarter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policykit.h"
#include "statekit.h"

#define POLICY "policies/nantong-2022.yaml"
#define BY "P09.a office"

/* --- policy.adopt --- */
static void
test_policy__a_bad_text_is_refused_with_its_place(void **state)
{
	char *text = kit_text(POLICY, "refund_max: { value: \"80%\"",
	    "refund_max: { value: \"180%\"");

	(void)state;
	REFUSED(KEY_VALUE, policy_adopt, BY, "policy=nantong-2022",
	    "file=policies/city.yaml", text);
	assert_int_equal(k.why.line, 27);
	assert_non_null(strstr(k.why.rule_place, "policies/city.yaml:27"));
	kc_free(text);
	REFUSED(YAML, policy_adopt, BY, "policy=p", "file=f", "text=a: [");
}

static void
test_policy__is_adopted_by_two_offices_under_its_own_name(void **state)
{
	char *text = kit_text(POLICY, NULL, NULL);

	(void)state;
	REFUSED(ROLE, policy_adopt, "P09.a P09.b", "policy=nantong-2022",
	    "file=" POLICY, text);
	REFUSED(ROLE, policy_adopt, "P09.a", "policy=nantong-2022",
	    "file=" POLICY, text);
	REFUSED(FIELD_VALUE, policy_adopt, BY, "policy=nantong-2023",
	    "file=" POLICY, text);
	assert_string_equal(k.why.args[0], "policy");
	DO(policy_adopt, "office P09.b", "policy=nantong-2022", "file=" POLICY,
	    text);
	REFUSED(DUPLICATE, policy_adopt, BY, "policy=nantong-2022",
	    "file=" POLICY, text);
	kc_free(text);
	text = kit_text(POLICY, "\"10-31\"", "\"10-30\"");
	DO(policy_adopt, BY, "policy=nantong-2022", "file=" POLICY, text);
	kc_free(text);
	kit_replay(&k);
}

#define K3                                                                     \
	"target=G17-K3", "unit=G17", "year=2022", "class=key",                 \
	    "source=city-key", "duty=D1", "assessor=G02", "title=x"

static void
test_policy__a_later_one_leaves_the_points_of_an_open_year(void **state)
{
	char *text = kit_text(POLICY,
	    "70.0000\", source: stated, rule: R14 }\n  routine: { value: \"20",
	    "60.0000\", source: stated, rule: R14 }\n  routine: { value: \"30");

	(void)state;
	DO(policy_adopt, BY, "policy=nantong-2022", "file=" POLICY, text);
	DO(target_draft, "P09.a", K3, "weight=70.0000");
	REFUSED(WEIGHT, target_revise, "P09.a", "target=G17-K3",
	    "weight=70.0001", "title=x");
	assert_string_equal(k.why.args[2], "70.0000");
	DO(cycle_open, "P09.a", "year=2023");
	REFUSED(WEIGHT, target_draft, "P09.a", "target=T23", "unit=G17",
	    "year=2023", "class=key", "source=city-key", "duty=D1",
	    "assessor=G02", "title=x", "weight=60.0001");
	assert_string_equal(k.why.args[2], "60.0000");
	kc_free(text);
}

/* --- calendar.adopt --- */
static void
test_calendar__a_bad_text_is_refused_with_its_line(void **state)
{
	char *text = kit_text(
	    "policies/calendar/2022.yaml", "2022-05-07 # 劳动节", "2022-02-30");

	(void)state;
	REFUSED(KEY_VALUE, calendar_adopt, "P09.a", "file=f.yaml", text);
	assert_int_equal(k.why.line, 18);
	kc_free(text);
}

static void
test_calendar__is_adopted_once_and_may_be_replaced(void **state)
{
	const char *path = "policies/calendar/2022.yaml";
	char *text = kit_text(path, NULL, NULL);
	char *next = kit_text("policies/calendar/2023.yaml", NULL, NULL);
	char *other = kit_text(path, "2022-01-29 # 春节", "2022-01-22");

	(void)state;
	REFUSED(ROLE, calendar_adopt, "office", "file=f", text);
	DO(calendar_adopt, "P09.a", "file=a.yaml", text);
	REFUSED(DUPLICATE, calendar_adopt, "P09.a", "file=b.yaml", text);
	/* Another year between the two does not make it new. */
	DO(calendar_adopt, "P09.a", "file=n.yaml", next);
	REFUSED(DUPLICATE, calendar_adopt, "P09.a", "file=b.yaml", text);
	REFUSED(DUPLICATE, calendar_adopt, "P09.a", "file=b.yaml", next);
	assert_string_equal(k.why.args[0], "b.yaml");
	DO(calendar_adopt, "P09.a", "file=b.yaml", other);
	DO(calendar_adopt, "P09.a", "file=a.yaml", text);
	kc_free(next);
	kc_free(text);
	kc_free(other);
	kit_replay(&k);
}

/* --- cycle.open --- */
static void
test_cycle__needs_a_policy_then_a_calendar(void **state)
{
	char *text = kit_text(POLICY, NULL, NULL);

	(void)state;
	REFUSED(NO_POLICY, cycle_open, "P09.a", "year=2022");
	DO(policy_adopt, BY, "policy=nantong-2022", "file=" POLICY, text);
	REFUSED(NO_CALENDAR, cycle_open, "P09.a", "year=2022");
	assert_string_equal(k.why.args[0], "2022");
	kc_free(text);
}

static void
test_cycle__opens_once_and_at_most_a_year_ahead(void **state)
{
	(void)state;
	REFUSED(ROLE, cycle_open, "G17.head", "year=2023");
	REFUSED(EXISTS, cycle_open, "P09.a", "year=2022");
	REFUSED(DATE_ORDER, cycle_open, "P09.a", "year=2024");
	REFUSED(DATE_ORDER, cycle_open, "P09.a", "year=1999");
	DO(cycle_open, "P09.a", "year=2023");
	REFUSED(NO_CALENDAR, cycle_open, "P09.a", "year=2021");
	kit_replay(&k);
}

/* --- indicators --- */
#define IND "indicator=IND17"

static void
test_indicator__is_registered_for_a_unit_once(void **state)
{
	(void)state;
	REFUSED(EXISTS, indicator_register, "P09.a", IND, "unit=G17",
	    "direction=higher", "measure=%", "name=x");
	REFUSED(NOT_FOUND, indicator_register, "P09.a", "indicator=NEW",
	    "unit=G99", "direction=higher", "measure=%", "name=x");
	REFUSED(ROLE, indicator_register, "G17.head", "indicator=NEW",
	    "unit=G17", "direction=higher", "measure=%", "name=x");
	DO(indicator_register, "P09.a", "indicator=NEW", "unit=G17",
	    "direction=lower", "measure=%", "name=x");
}

static void
test_indicator__ranks_run_to_the_number_of_cities(void **state)
{
	static const char *const wrong[] = {"rank=0", "rank=14", "last_rank=0",
	    "last_rank=14", "agreed_rank=0", "agreed_rank=14"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		REFUSED(FIELD_VALUE, indicator_report, "stats", IND,
		    "quarter=2022-Q1", "value=1.0000", wrong[i]);
		assert_string_equal(k.why.rule, "rank.cities");
		assert_non_null(strstr(k.why.rule_place, POLICY ":"));
	}
	DO(indicator_report, "stats", IND, "quarter=2022-Q1", "value=1.0000",
	    "rank=13", "last_rank=1", "agreed_rank=12");
}

/* The policy of the tree, without examples, of which some are of 13 cities; and
 * the year that is scored by it. */
static void
adopt(const char *from, const char *to, unsigned epoch, const char *year)
{
	char *text = kit_text(POLICY, from, to);

	policy_older(text, epoch);
	*strstr(text, "\n\n# Examples") = '\0';
	DO(policy_adopt, BY, "policy=nantong-2022", "file=" POLICY, text);
	DO(cycle_open, "P09.a", year);
	kc_free(text);
}
#define FEWER "cities: { value: 13", "cities: { value: 12"

static void
test_indicator__ranks_of_a_year_are_by_its_own_policy(void **state)
{
	(void)state;
	adopt(FEWER, KC_EPOCH_MAX, "year=2023");
	kit_at(&k, "2023-01-10", 9, 0);
	REFUSED(FIELD_VALUE, indicator_report, "stats", IND, "quarter=2022-Q4",
	    "value=1.0000", "rank=14");
	DO(indicator_report, "stats", IND, "quarter=2022-Q4", "value=1.0000",
	    "rank=13", "last_rank=12");
	DO(indicator_correct, "stats", IND, "quarter=2022-Q4", "value=1.0000",
	    "rank=12", "last_rank=13", "reason=x");
	REFUSED(FIELD_VALUE, indicator_report, "stats", IND, "quarter=2023-Q1",
	    "value=1.0000", "rank=13");
	DO(indicator_report, "stats", IND, "quarter=2023-Q1", "value=1.0000",
	    "rank=12");
	/* A year that was not opened has none of its own. */
	REFUSED(FIELD_VALUE, indicator_report, "stats", IND, "quarter=2021-Q4",
	    "value=1.0000", "rank=13");
	kit_replay(&k);
}

static void
test_indicator__ranks_in_older_rules_are_by_the_policy_in_force(void **state)
{
	static const char *const calendars[] = {
	    "policies/calendar/2022.yaml", "policies/calendar/2023.yaml"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = kit_text(calendars[i], NULL, NULL);

		DO(calendar_adopt, "P09.a", kit_field("file", calendars[i]),
		    text);
		kc_free(text);
	}
	adopt("policy: ", "policy: ", 2, "year=2022");
	DO(indicator_register, "P09.a", IND, "unit=G17", "direction=higher",
	    "measure=%", "name=x");
	adopt(FEWER, 2, "year=2023");
	REFUSED(FIELD_VALUE, indicator_report, "stats", IND, "quarter=2022-Q1",
	    "value=1.0000", "rank=13");
	DO(indicator_report, "stats", IND, "quarter=2022-Q1", "value=1.0000",
	    "rank=12");
	kit_replay(&k);
}

static int
at_older_city(void **state)
{
	(void)state;
	kit_init_at(&k, KIT_CITY, "2");
	return 0;
}

static void
test_indicator__a_quarter_is_reported_once_then_corrected(void **state)
{
	(void)state;
	REFUSED(NOT_FOUND, indicator_report, "stats", "indicator=NEW",
	    "quarter=2022-Q1", "value=1.0000");
	REFUSED(NOT_FOUND, indicator_correct, "stats", "indicator=NEW",
	    "quarter=2022-Q1", "value=1.0000", "reason=x");
	REFUSED(ROLE, indicator_report, "P09.a", IND, "quarter=2022-Q1",
	    "value=1.0000");
	REFUSED(NOT_FOUND, indicator_correct, "stats", IND, "quarter=2022-Q1",
	    "value=1.0000", "reason=x");
	assert_string_equal(k.why.args[0], "report for");
	DO(indicator_report, "stats", IND, "quarter=2022-Q1", "value=-1.5000",
	    "last_value=0.0000", "rank=12");
	REFUSED(DUPLICATE, indicator_report, "stats", IND, "quarter=2022-Q1",
	    "value=1.0000");
	DO(indicator_correct, "stats", IND, "quarter=2022-Q1", "value=2.0000",
	    "reason=x");
	REFUSED(FIELD_VALUE, indicator_correct, "stats", IND, "quarter=2022-Q1",
	    "value=2.0000", "rank=99", "reason=x");
	kit_replay(&k);
}

static void
test_indicator__a_quarter_that_has_not_begun_is_too_early(void **state)
{
	(void)state;
	kit_at(&k, "2022-03-31", 23, 59);
	REFUSED(TOO_EARLY, indicator_report, "stats", IND, "quarter=2022-Q2",
	    "value=1.0000");
	assert_string_equal(k.why.args[1], "2022-04-01");
	REFUSED(TOO_EARLY, indicator_correct, "stats", IND, "quarter=2022-Q2",
	    "value=1.0000", "reason=x");
	kit_at(&k, "2022-04-01", 0, 0);
	DO(indicator_report, "stats", IND, "quarter=2022-Q2", "value=1.0000");
}

#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)
#define RULES(f) cmocka_unit_test_setup_teardown(f, at_rules, done)
#define LISTS(f) cmocka_unit_test_setup_teardown(f, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CITY(test_policy__a_bad_text_is_refused_with_its_place),
	    CITY(test_policy__is_adopted_by_two_offices_under_its_own_name),
	    RULES(test_policy__a_later_one_leaves_the_points_of_an_open_year),
	    CITY(test_calendar__a_bad_text_is_refused_with_its_line),
	    CITY(test_calendar__is_adopted_once_and_may_be_replaced),
	    CITY(test_cycle__needs_a_policy_then_a_calendar),
	    RULES(test_cycle__opens_once_and_at_most_a_year_ahead),
	    LISTS(test_indicator__is_registered_for_a_unit_once),
	    LISTS(test_indicator__ranks_run_to_the_number_of_cities),
	    LISTS(test_indicator__ranks_of_a_year_are_by_its_own_policy),
	    cmocka_unit_test_setup_teardown(
		test_indicator__ranks_in_older_rules_are_by_the_policy_in_force,
		at_older_city, done),
	    LISTS(test_indicator__a_quarter_is_reported_once_then_corrected),
	    LISTS(test_indicator__a_quarter_that_has_not_begun_is_too_early),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
