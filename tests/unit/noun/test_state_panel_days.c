/* SPDX-License-Identifier: Apache-2.0 */
/* Last days of panels: to open them, to vote, to close them; an outage, and
 * panels that are opened late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "panelkit.h"
#include "yearkit.h"

#define BALLOT "year=2022", "unit=G16", "group=inner", "full=5", "proper=5"

static struct kit k;

static int
tear_down(void **state)
{
	(void)state;
	kit_end(&k);
	return 0;
}

/* "2023-02-10 open" of a last day of the year's end, or of its panels. */
static const char *
says(bool panel, const char *limit)
{
	static const char *const ends[] = {[KC_DEADLINE_OPEN] = "open",
	    [KC_DEADLINE_DONE] = "done",
	    [KC_DEADLINE_VOID] = "void"};
	static char out[32];
	struct kc_deadlines all = {.ended = true};

	(void)snprintf(out, sizeof(out), "-");
	assert_true(panel ? kc_panel_deadlines(k.st, 0, &all)
			  : kc_yearend_deadlines(k.st, 0, &all));
	for (uint32_t i = 0; i < all.n; i++)
		if (strcmp(all.v[i].limit->word, limit) == 0)
			(void)snprintf(out, sizeof(out), "%s %s",
			    case_day(all.v[i].day.due), ends[all.v[i].end]);
	kc_vec_free(&all);
	return out;
}

static void
test_panel__has_a_number_and_days_until_it_is_closed(void **state)
{
	(void)state;
	panel_city(&k);
	assert_string_equal(k.st->panels.v[0]->handle, "PN-2022-0001");
	assert_string_equal(says(true, "vote"), "2023-02-10 open");
	assert_string_equal(says(true, "close"), "2023-02-20 open");
	kit_on(&k, "2023-02-22"); /* late */
	panel_close(&k);
	assert_string_equal(says(true, "vote"), "2023-02-10 done");
	assert_string_equal(says(true, "close"), "2023-02-20 done");
}

/* The scores come first, by 30 January; voting would begin on the 25th. */
static void
test_opening__is_due_once_the_findings_are(void **state)
{
	(void)state;
	year_city(&k);
	panel_voters(&k);
	assert_string_equal(says(false, "panels"), "2023-01-30 open");
	year_to(&k, KC_YE_SCORED);
	panel_open(&k);
	assert_string_equal(says(false, "panels"), "2023-01-30 done");
}

static void
test_opening__is_due_no_more_where_results_are_drawn_up_without(void **state)
{
	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_DRAFT);
	assert_string_equal(says(false, "panels"), "2023-01-30 void");
}

static void
test_opening__is_not_due_where_it_was_or_nobody_votes(void **state)
{
	static const int years[] = {2022, 0};

	(void)state;
	panel_city(&k); /* before the year's end began */
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	assert_string_equal(says(false, "panels"), "-");
	kit_end(&k);
	case_city(
	    &k, "share: { value: \"20%\"", "share: { value: \"0%\"", years);
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2022");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	assert_string_equal(says(false, "panels"), "-");
}

static void
outage(const char *day, const char *until)
{
	kit_do(&k, KC_K_deadline_move, "P09.a ops", kit_field("from", day),
	    kit_field("to", day), kit_field("until", until),
	    "about=PN-2022-0001", "limit=vote", EVIDENCE, "reason=x");
}

/* Who could not vote on the last day votes later, and nothing is closed
 * before. */
static void
test_outage__gives_voters_another_day(void **state)
{
	(void)state;
	panel_city(&k);
	kit_on(&k, "2023-02-10");
	outage("2023-02-10", "2023-02-13");
	assert_string_equal(says(true, "vote"), "2023-02-13 open");
	kit_on(&k, "2023-02-13");
	kit_refused(
	    &k, KC_R_TOO_EARLY, KC_K_panel_close, "P09.a tally", "year=2022");
	panel_vote(&k, "in.1", "G16", "555");
	kit_on(&k, "2023-02-14");
	kit_refused(
	    &k, KC_R_TOO_LATE, KC_K_panel_ballot, "in.1", BALLOT, "benefit=5");
	assert_string_equal(says(true, "close"), "2023-02-20 open");
	panel_close(&k);
}

/* An office that is late takes no vote from anybody: there are as many days,
 * and the closing follows. */
static void
test_panel__that_is_opened_late_has_as_many_days(void **state)
{
	(void)state;
	year_city(&k);
	panel_voters(&k);
	kit_on(&k, "2023-02-11");
	year_to(&k, KC_YE_SCORED);
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	assert_string_equal(says(false, "panels"), "2023-01-30 done");
	assert_string_equal(says(true, "vote"), "2023-02-27 open");
	assert_string_equal(says(true, "close"), "2023-02-28 open");
	kit_on(&k, "2023-02-27");
	panel_vote(&k, "in.1", "G16", "555");
	kit_refused(
	    &k, KC_R_TOO_EARLY, KC_K_panel_close, "P09.a tally", "year=2022");
	kit_on(&k, "2023-02-28");
	kit_refused(
	    &k, KC_R_TOO_LATE, KC_K_panel_ballot, "in.1", BALLOT, "benefit=5");
	panel_close(&k);
}

/* On the last day they are opened in time, and that day is left to vote. */
static void
test_panel__that_is_opened_on_the_last_day_has_that_day(void **state)
{
	(void)state;
	panel_people(&k);
	kit_on(&k, "2023-02-10");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	assert_string_equal(says(true, "vote"), "2023-02-10 open");
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_panel__has_a_number_and_days_until_it_is_closed),
	    TEST(test_opening__is_due_once_the_findings_are),
	    TEST(
		test_opening__is_due_no_more_where_results_are_drawn_up_without),
	    TEST(test_opening__is_not_due_where_it_was_or_nobody_votes),
	    TEST(test_outage__gives_voters_another_day),
	    TEST(test_panel__that_is_opened_late_has_as_many_days),
	    TEST(test_panel__that_is_opened_on_the_last_day_has_that_day),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
