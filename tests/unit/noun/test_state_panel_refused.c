/* SPDX-License-Identifier: Apache-2.0 */
/* Panels: what is refused, with which code and by which rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "panelkit.h"
#include "yearkit.h"

#define BALLOT(unit, group)                                                    \
	"year=2022", "unit=" unit, "group=" group, "full=5", "proper=5",       \
	    "benefit=5"

static void
test_panel__opens_once_the_year_has_ended(void **state)
{
	struct kit k;

	(void)state;
	panel_people(&k);
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_panel_ballot, "in.1",
	    BALLOT("G16", "inner"));
	kit_refused(&k, KC_R_CYCLE, KC_K_panel_open, "P09.a", "year=2021");
	kit_on(&k, "2022-12-31");
	(void)kit_clerk(&k);
	kit_refused(&k, KC_R_TOO_EARLY, KC_K_panel_open, "P09.a", "year=2022");
	kit_end(&k);
	panel_people(&k);
	kit_on(&k, "2023-01-01");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	kit_refused(&k, KC_R_EXISTS, KC_K_panel_open, "P09.b", "year=2022");
	kit_end(&k);
}

/* Late, they have as many days as in time: from 11 to 27 February. */
static void
test_panel__that_is_opened_late_takes_ballots_for_as_many_days(void **state)
{
	struct kit k;

	(void)state;
	panel_people(&k);
	kit_on(&k, "2023-02-11");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	panel_vote(&k, "in.1", "G16", "555");
	kit_on(&k, "2023-02-27");
	panel_vote(&k, "in.1", "G16", "444");
	kit_refused(
	    &k, KC_R_TOO_EARLY, KC_K_panel_close, "P09.a tally", "year=2022");
	kit_on(&k, "2023-02-28");
	kit_refused(&k, KC_R_TOO_LATE, KC_K_panel_ballot, "in.1",
	    BALLOT("G16", "inner"));
	panel_close(&k);
	kit_end(&k);
}

static void
test_panel__votes_in_its_days_and_while_it_is_open(void **state)
{
	struct kit k;

	(void)state;
	panel_people(&k);
	kit_on(&k, "2023-01-02");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	kit_at(&k, "2023-01-24", 23, 59);
	(void)kit_clerk(&k);
	kit_refused(&k, KC_R_TOO_EARLY, KC_K_panel_ballot, "in.1",
	    BALLOT("G16", "inner"));
	assert_string_equal(k.why.rule, "panel.from");
	kit_on(&k, "2023-01-25");
	panel_vote(&k, "in.1", "G16", "555");
	kit_at(&k, "2023-02-10", 23, 58);
	(void)kit_clerk(&k);
	panel_vote(&k, "in.1", "G16", "444");
	kit_refused(
	    &k, KC_R_TOO_EARLY, KC_K_panel_close, "P09.a tally", "year=2022");
	kit_on(&k, "2023-02-11");
	kit_refused(&k, KC_R_TOO_LATE, KC_K_panel_ballot, "in.1",
	    BALLOT("G16", "inner"));
	kit_refused(&k, KC_R_TOO_LATE, KC_K_panel_recuse, "in.1", "year=2022",
	    "unit=G16", "reason=x");
	panel_close(&k);
	kit_refused(
	    &k, KC_R_STATE, KC_K_panel_ballot, "in.1", BALLOT("G16", "inner"));
	kit_refused(&k, KC_R_STATE, KC_K_panel_recuse, "in.1", "year=2022",
	    "unit=G16", "reason=x");
	kit_refused(
	    &k, KC_R_STATE, KC_K_panel_close, "P09.a tally", "year=2022");
	kit_end(&k);
}

static void
test_panel__is_voted_by_its_voters_in_their_group(void **state)
{
	struct kit k;

	(void)state;
	panel_city(&k);
	kit_refused(
	    &k, KC_R_ROLE, KC_K_panel_ballot, "in.1", BALLOT("G16", "outer"));
	assert_string_equal(k.why.args[2], "panel-outer");
	kit_refused(
	    &k, KC_R_ROLE, KC_K_panel_ballot, "P09.a", BALLOT("G16", "inner"));
	kit_refused(
	    &k, KC_R_ROLE, KC_K_panel_ballot, "tally", BALLOT("G16", "inner"));
	kit_refused(
	    &k, KC_R_ROLE, KC_K_panel_close, "P09.a P09.b", "year=2022");
	kit_end(&k);
}

/* A vote is one's own: it is not lent, and nobody uses what was. */
static void
test_panel__a_vote_is_not_lent(void **state)
{
	struct kit k;

	(void)state;
	panel_city(&k);
	kit_enrol(&k, "deputy", NULL, "leader");
	kit_refused(&k, KC_R_ROLE, KC_K_delegation_give, "in.1", "to=deputy",
	    "may=panel.ballot", "from=2023-01-26", "until=2023-02-10");
	kit_refused(
	    &k, KC_R_ROLE, KC_K_panel_ballot, "deputy", BALLOT("G16", "inner"));
	kit_end(&k);
}

static void
test_panel__the_tally_holds_no_other_role(void **state)
{
	struct kit k;

	(void)state;
	panel_people(&k);
	kit_refused(&k, KC_R_ROLE_EXCLUSIVE, KC_K_role_give, "root.a root.b",
	    "actor=tally", "role=estab");
	kit_refused(&k, KC_R_ROLE_EXCLUSIVE, KC_K_role_give, "root.a root.b",
	    "actor=P09.b", "role=tally");
	kit_end(&k);
}

static void
test_panel__votes_on_units_with_a_list_and_not_apart(void **state)
{
	struct kit k;

	(void)state;
	panel_city(&k);
	kit_refused(
	    &k, KC_R_PANEL, KC_K_panel_ballot, "in.1", BALLOT("P09", "inner"));
	assert_string_equal(k.why.args[2], "it is listed apart");
	kit_refused(
	    &k, KC_R_PANEL, KC_K_panel_ballot, "in.1", BALLOT("G28", "inner"));
	kit_refused(&k, KC_R_PANEL, KC_K_panel_recuse, "in.1", "year=2022",
	    "unit=G28", "reason=x");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_panel_ballot, "in.1",
	    BALLOT("G99", "inner"));
	kit_end(&k);
}

/* Not on the own unit, whatever the role, nor by another actor. */
static void
test_panel__nobody_votes_on_the_own_unit(void **state)
{
	static const char same[] =
	    "person=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd"
	    "15d6c15b0f00a08";
	struct kit k;

	(void)state;
	panel_city(&k);
	kit_do(&k, KC_K_role_give, "root.a root.b", "actor=G16.liaison",
	    "role=panel-inner");
	kit_refused(&k, KC_R_OWN_UNIT, KC_K_panel_ballot, "G16.liaison",
	    BALLOT("G16", "inner"));
	assert_string_equal(k.why.args[0], "G16");
	kit_do(&k, KC_K_panel_ballot, "G16.liaison", BALLOT("G17", "inner"));
	kit_do(&k, KC_K_panel_recuse, "G16.liaison", "year=2022", "unit=G16",
	    "reason=本单位");
	kit_do(&k, KC_K_person_commit, "root.a", "actor=in.1", same);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=G17.head", same);
	kit_refused(&k, KC_R_OWN_UNIT, KC_K_panel_ballot, "in.1",
	    BALLOT("G17", "inner"));
	kit_end(&k);
}

/* Where the year's end has begun they wait for the scores, and the results for
 * them. */
static void
test_panel__stands_between_the_scores_and_the_results(void **state)
{
	struct kit k;

	(void)state;
	year_city(&k);
	panel_voters(&k);
	kit_refused(&k, KC_R_STATE, KC_K_panel_open, "P09.a", "year=2022");
	year_to(&k, KC_YE_SCORED);
	panel_open(&k);
	panel_votes(&k, "in", "G16", "555 555 555 555 555");
	kit_refused(&k, KC_R_LACKS, KC_K_yearend_draft, "P09.a", YEAREND,
	    year_list(&k, false));
	assert_string_equal(k.why.args[3], "panel close 2022");
	panel_close(&k);
	kit_do(&k, KC_K_yearend_draft, "P09.a", YEAREND, year_list(&k, false));
	kit_end(&k);
	year_city(&k);
	year_to(&k, KC_YE_DRAFT);
	kit_refused(&k, KC_R_STATE, KC_K_panel_open, "P09.a", "year=2022");
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_panel__opens_once_the_year_has_ended),
	    cmocka_unit_test(
		test_panel__that_is_opened_late_takes_ballots_for_as_many_days),
	    cmocka_unit_test(
		test_panel__votes_in_its_days_and_while_it_is_open),
	    cmocka_unit_test(test_panel__is_voted_by_its_voters_in_their_group),
	    cmocka_unit_test(test_panel__a_vote_is_not_lent),
	    cmocka_unit_test(test_panel__the_tally_holds_no_other_role),
	    cmocka_unit_test(
		test_panel__votes_on_units_with_a_list_and_not_apart),
	    cmocka_unit_test(
		test_panel__stands_between_the_scores_and_the_results),
	    cmocka_unit_test(test_panel__nobody_votes_on_the_own_unit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
