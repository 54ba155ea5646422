/* SPDX-License-Identifier: Apache-2.0 */
/* Reforms while the last year is brought to its end: its results are those of
 * the units that it had, and it closes whatever became of them since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "negkit.h"
#include "panelkit.h"
#include "reformkit.h"
#include "statekit.h"
#include "yearkit.h"

static const char *
today(void)
{
	return kit_field(
	    "on", case_day(kc_day_of_instant(k.now_ms, KC_LOCAL_OFFSET_S)));
}

/* --- each reform, in each state --- */
static void
merge(void)
{
	DO(unit_merge, REFORMERS, "unit=G17", "successor=G16", today(), PAPER);
}

static void
abolish(void)
{
	DO(unit_abolish, REFORMERS, "unit=G17", "successor=G16", today(),
	    PAPER);
}

/* Nothing of the unit is open but its place in the list of results. */
static void
abolish_for_good(void)
{
	DO(unit_abolish, REFORMERS, "unit=G17", today(), PAPER);
}

static void
split(void)
{
	case_list(&k, "G16", 2023, NULL);
	case_list(&k, "G17", 2023, NULL);
	DO(duty_register, "P09.a", "unit=G17", "duty=D9", "text=x");
	DO(target_add, "P09.a gop", "target=G17-D1", "unit=G17", "year=2023",
	    "duty=D9", "weight=3.0000", "assessor=G02", "title=x");
	DO(unit_split, REFORMERS, "unit=G17", "successor=G16", today(), PAPER,
	    "target=G17-D1", "duty=D9");
}

/* The year of 2022 in a state, its panels open or over, and 2023 open. */
static void
at_state(enum kc_yearend_state at)
{
	panel_people(&k);
	kit_on(&k, "2023-01-04");
	(void)kit_clerk(&k);
	DO(yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_SCORED);
	panel_open(&k);
	panel_votes(&k, "in", "G17", "555 444 444 444");
	panel_votes(&k, "in", "G16", "333 333 333 333 333");
	if (at > KC_YE_SCORED) {
		panel_vote(&k, "in.5", "G17", "444");
		panel_close(&k);
		year_to(&k, at);
	}
	DO(cycle_open, "P09.a", "year=2023");
}

static void
test_reform__in_no_state_of_the_last_year_keeps_it_from_its_close(void **state)
{
	static void (*const reforms[])(void) = {
	    merge, abolish, abolish_for_good, split};

	(void)state;
	for (size_t r = 0; r < sizeof(reforms) / sizeof(reforms[0]); r++)
		for (int at = KC_YE_SCORED; at <= KC_YE_CLOSED; at++) {
			print_message("# reform %zu, state %d\n", r, at);
			at_state((enum kc_yearend_state)at);
			reforms[r]();
			if (at == KC_YE_SCORED) {
				panel_vote(&k, "in.5", "G17", "444");
				panel_close(&k);
			}
			year_to(&k, KC_YE_CLOSED);
			assert_int_equal(year_now(&k)->published.n, 2);
			assert_int_equal(
			    panel_result(&k, "G17", KC_PANEL_INNER)->mean.valid,
			    5);
			DO(year_reopen, REOPENERS, YEAREND, "reason=x");
			year_to(&k, KC_YE_CLOSED);
			kit_end(&k);
		}
}

/* --- panels --- */
/* Who has not voted on the unit is asked still; who is of it, or of what it
 * became, is not, and what was cast before counts. */
static void
test_panel__goes_on_about_a_unit_that_ended_since(void **state)
{
	const struct kc_panel *p;
	uint32_t g17, late, own;

	(void)state;
	at_state(KC_YE_SCORED);
	kit_enrol(&k, "G16.voter", "G16", "panel-inner");
	kit_enrol(&k, "G17.voter", "G17", "panel-inner");
	panel_vote(&k, "in.6", "G17", "111");
	merge();
	p = kc_panel_of(k.st, 2022);
	g17 = reform_unit(&k, "G17")->index;
	late = kc_find(k.st, KC_NS_ACTOR, kc_slice_str("in.5"));
	assert_true(kc_panel_waits_for(k.st, p, late, g17));
	for (int i = 0; i < 2; i++) {
		const char *who = i == 0 ? "G16.voter" : "G17.voter";

		own = kc_find(k.st, KC_NS_ACTOR, kc_slice_str(who));
		assert_false(kc_panel_waits_for(k.st, p, own, g17));
		REFUSED(OWN_UNIT, panel_ballot, who, "year=2022", "unit=G17",
		    "group=inner", "full=5", "proper=5", "benefit=5");
		REFUSED(OWN_UNIT, panel_ballot, who, "year=2022", "unit=G16",
		    "group=inner", "full=5", "proper=5", "benefit=5");
	}
	/* A newer one takes the place of the older, as ever. */
	panel_vote(&k, "in.6", "G17", "444");
	DO(panel_recuse, "in.5", "year=2022", "unit=G17", "reason=x");
	assert_false(kc_panel_waits_for(k.st, p, late, g17));
	panel_close(&k);
	assert_int_equal(
	    panel_result(&k, "G17", KC_PANEL_INNER)->mean.valid, 5);
	assert_int_equal(panel_result(&k, "G17", KC_PANEL_INNER)->recused, 1);
	assert_int_equal(
	    panel_result(&k, "G17", KC_PANEL_INNER)->mean.mean_e4, 840000);
	kit_end(&k);
}

/* Ballots would be on units that the year has no more. */
static void
test_reform__is_refused_in_a_year_whose_panels_were_opened(void **state)
{
	(void)state;
	panel_city(&k);
	for (int i = 0; i < 2; i++) {
		REFUSED(STATE, unit_merge, REFORMERS, "unit=G17",
		    "successor=G16", "on=2022-12-31", PAPER);
		assert_string_equal(k.why.args[0], "2022");
		assert_string_equal(
		    k.why.args[1], i == 0 ? "voting" : "closed");
		assert_string_equal(
		    k.why.args[3], "the same with a day of 2023");
		REFUSED(STATE, unit_split, REFORMERS, "unit=G17",
		    "successor=G16", "on=2022-12-31", PAPER, "target=G17-K2");
		if (i == 0)
			panel_close(&k);
	}
	DO(cycle_open, "P09.a", "year=2023");
	merge();
	kit_end(&k);
}

/* --- self-checks and findings --- */
static unsigned
open_of(const char *unit, const char *limit)
{
	struct kc_deadlines all = {0};
	unsigned n = 0;

	assert_true(kc_deadlines_scan(k.st, &all));
	for (uint32_t i = 0; i < all.n; i++)
		n += strcmp(all.v[i].limit->word, limit) == 0 &&
		    all.v[i].unit == reform_unit(&k, unit)->index;
	kc_vec_free(&all);
	return n;
}

/* The year had not begun to end: what its units have to say for it, the
 * successor says, within its own last day. */
static void
test_selfcheck__of_a_unit_that_ended_is_filed_by_its_successor(void **state)
{
	static const char *const of_g17[] = {"G17-K1", "G17-K2", "G17-R1"};
	static const char *const of_g16[] = {"G16-K1", "G16-K2", "G16-R1"};

	(void)state;
	panel_people(&k);
	kit_on(&k, "2023-01-04");
	(void)kit_clerk(&k);
	DO(cycle_open, "P09.a", "year=2023");
	kit_enrol(&k, "G12.head", "G12", "head");
	merge();
	DO(yearend_begin, "P09.a", "year=2022");
	assert_int_equal(open_of("G17", "file"), 0);
	assert_int_equal(open_of("G16", "file"), 1);
	year_reports(&k);
	DO(yearend_data_in, "stats", YEAREND);
	year_completions(&k);
	for (size_t i = 0; i < 3; i++)
		DO(selfcheck_file, "G16.head", kit_field("target", of_g16[i]),
		    "completion=10000", EVIDENCE);
	assert_int_equal(open_of("G16", "file"), 1);
	REFUSED(UNIT_MISMATCH, selfcheck_file, "G12.head", "target=G17-K1",
	    "completion=10000", EVIDENCE);
	for (size_t i = 0; i < 3; i++)
		DO(selfcheck_file, "G16.head", kit_field("target", of_g17[i]),
		    "completion=10000", EVIDENCE);
	assert_int_equal(open_of("G16", "file"), 0);
	DO(yearend_score, "P09.a", YEAREND);
	year_to(&k, KC_YE_CLOSED);
	kit_end(&k);
}

/* What a unit that ended was to find of the last year its successor finds. */
static void
test_finding__of_an_assessor_that_ended_is_due_of_its_successor(void **state)
{
	(void)state;
	panel_people(&k);
	kit_on(&k, "2023-01-04");
	(void)kit_clerk(&k);
	DO(cycle_open, "P09.a", "year=2023");
	DO(unit_merge, REFORMERS, "unit=G02", "successor=G12", today(), PAPER);
	DO(yearend_begin, "P09.a", "year=2022");
	assert_int_equal(open_of("G02", "find"), 0);
	assert_int_equal(open_of("G12", "find"), 1);
	DO(completion_find, "G12.a", "target=G17-K1", "rate=10000", EVIDENCE);
	assert_int_equal(open_of("G12", "find"), 1);
	kit_end(&k);
}

/* Where nobody takes its place nobody could file them. */
static void
test_abolish__is_refused_while_self_checks_of_the_unit_lack(void **state)
{
	(void)state;
	panel_people(&k);
	kit_on(&k, "2023-01-04");
	(void)kit_clerk(&k);
	year_completions(&k);
	REFUSED(UNIT_OPEN, unit_abolish, REFORMERS, "unit=G17", "on=2022-12-31",
	    PAPER);
	assert_string_equal(k.why.args[1], "G17-K1 (self-checks)");
	assert_string_equal(k.why.args_zh[1], "G17-K1（年终自查）");
	DO(yearend_begin, "P09.a", "year=2022");
	year_reports(&k);
	DO(yearend_data_in, "stats", YEAREND);
	year_selfchecks(&k);
	DO(yearend_score, "P09.a", YEAREND);
	/* In its own year, and the list of results has it still. */
	DO(unit_abolish, REFORMERS, "unit=G17", "on=2022-12-31", PAPER);
	year_to(&k, KC_YE_CLOSED);
	assert_int_equal(year_now(&k)->published.n, 2);
	kit_end(&k);
}

/* --- what else is said of the last year --- */
static void
test_reform__what_was_done_in_the_last_year_is_that_units_still(void **state)
{
	(void)state;
	neg_city(&k);
	kit_on(&k, "2023-01-04");
	(void)kit_clerk(&k);
	DO(cycle_open, "P09.a", "year=2023");
	merge();
	REFUSED(UNIT_ENDED, negative_propose, "G12.a", "unit=G17", "item=3",
	    "amount=0.3000", "on=2023-01-04", "fact=x", EVIDENCE);
	REFUSED(UNIT_ENDED, duty_register, "P09.a", "unit=G17", "duty=D9",
	    "text=x");
	assert_int_equal(neg_propose(&k, NULL, "G17", "0.3000")->unit,
	    reform_unit(&k, "G17")->index);
	kit_end(&k);
}

int
main(void)
{
#define T(name) cmocka_unit_test(test_##name)
	const struct CMUnitTest tests[] = {
	    T(reform__in_no_state_of_the_last_year_keeps_it_from_its_close),
	    T(panel__goes_on_about_a_unit_that_ended_since),
	    T(reform__is_refused_in_a_year_whose_panels_were_opened),
	    T(selfcheck__of_a_unit_that_ended_is_filed_by_its_successor),
	    T(finding__of_an_assessor_that_ended_is_due_of_its_successor),
	    T(abolish__is_refused_while_self_checks_of_the_unit_lack),
	    T(reform__what_was_done_in_the_last_year_is_that_units_still),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
