/* SPDX-License-Identifier: Apache-2.0 */
/* Monitoring rounds: the half-year sweep and the third quarter's points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "roundkit.h"
#include "statekit.h"

#define HALF "type=half-year", "year=2022"
#define Q3 "type=q3", "year=2022"
#define SAID ROUND_HALF, "verdict=on-schedule", "text=x"

/* --- the half year --- */
static void
test_half__sweeps_every_active_target_and_closes_when_all_is_fed_back(
    void **state)
{
	static const char *const targets[] = {
	    "G16-K1", "G16-K2", "G16-R1", "G17-K1", "G17-K2", "G17-R1"};
	const struct kc_opinion *o[6];

	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	assert_int_equal(k.st->rounds.v[0]->points.n, 6);
	assert_string_equal(k.st->rounds.v[0]->handle, "R-2022-0001");
	REFUSED(ROUND, round_close, "P09.a", ROUND_HALF);
	assert_string_equal(k.why.args[1], "6");
	assert_string_equal(
	    k.why.args[3], "G16-K1 G16-K2 G16-R1 G17-K1 G17-K2 …");
	for (unsigned i = 0; i < 6; i++)
		o[i] = round_opinion(
		    &k, targets[i], i == 4 ? "behind" : "on-schedule");
	for (unsigned i = 0; i < 5; i++)
		round_feed_back(&k, o[i]);
	REFUSED(ROUND, round_close, "P09.a", ROUND_HALF);
	assert_string_equal(k.why.args[0], "R-2022-0001");
	assert_string_equal(k.why.args[1], "0");
	assert_string_equal(k.why.args[2], "1");
	assert_string_equal(k.why.args[3], "G17-R1");
	round_feed_back(&k, o[5]);
	DO(round_close, "P09.a", ROUND_HALF);
	assert_int_equal(k.st->rounds.v[0]->state, KC_RS_CLOSED);
	kit_replay(&k);
}

/* What is assessed meanwhile wants no opinion any more. */
static void
test_half__a_target_that_is_assessed_lacks_nothing(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	DO(completion_find, "G02.a", "target=G16-K2", "rate=6000", EVIDENCE,
	    "reason=x");
	REFUSED(ROUND, round_close, "P09.a", ROUND_HALF);
	assert_string_equal(k.why.args[1], "5");
	REFUSED(STATE, opinion_record, ROUND_SIGNERS, "target=G16-K2", SAID);
	kit_replay(&k);
}

static void
test_half__of_a_year_without_active_targets_there_is_none(void **state)
{
	(void)state;
	kit_free(&k);
	kit_init(&k, KIT_RULES);
	kit_on(&k, "2022-07-04");
	REFUSED(NOT_FOUND, round_open, "P09.a", HALF);
	kit_replay(&k);
}

static void
test_open__within_its_window_and_once_a_year(void **state)
{
	(void)state;
	kit_on(&k, "2022-06-30");
	REFUSED(TOO_EARLY, round_open, "P09.a", HALF);
	assert_string_equal(k.why.args[1], "2022-07-01");
	assert_string_equal(k.why.rule, "round.half_from");
	REFUSED(CYCLE, round_open, "P09.a", "type=half-year", "year=2023");
	kit_at(&k, "2022-07-31", 23, 59);
	DO(round_open, "P09.a", HALF);
	REFUSED(EXISTS, round_open, "P09.b", HALF);
	REFUSED(TOO_EARLY, round_open, "P09.a", Q3);
	kit_on(&k, "2022-11-01");
	REFUSED(TOO_LATE, round_open, "P09.a", Q3);
	assert_string_equal(k.why.args[0], "2022-10-31");
	kit_replay(&k);
}

/* --- the third quarter --- */
#define Q3_ROUND "round=R-2022-0001"
static void
test_q3__the_work_is_chosen_first(void **state)
{
	(void)state;
	kit_on(&k, "2022-10-10");
	DO(round_open, "P09.a", Q3);
	assert_int_equal(k.st->rounds.v[0]->points.n, 0);
	REFUSED(STATE, round_close, "P09.a", Q3_ROUND);
	REFUSED(NOT_FOUND, opinion_point, "P09.a", Q3_ROUND, "target=G16-K1",
	    "verdict=on-schedule", "text=x");
	/* Of a superior indicator: by its source. */
	DO(round_select, "P09.a", Q3_ROUND, "target=G16-K1");
	REFUSED(DUPLICATE, round_select, "P09.a", Q3_ROUND, "target=G16-K1");
	/* Any other: why, and with the reason. */
	REFUSED(TARGET_NEEDS, round_select, "P09.a", Q3_ROUND, "target=G17-K2");
	assert_string_equal(k.why.args[1], "basis");
	REFUSED(TARGET_NEEDS, round_select, "P09.a", Q3_ROUND, "target=G17-K2",
	    "basis=reach");
	assert_string_equal(k.why.args[1], "reason");
	DO(round_select, "P09.a", Q3_ROUND, "target=G17-K2", "basis=attention",
	    "reason=群众关注");
	DO(opinion_point, "P09.a", Q3_ROUND, "target=G16-K1",
	    "verdict=on-schedule", "text=x");
	REFUSED(STATE, round_select, "P09.a", Q3_ROUND, "target=G17-K1");
	REFUSED(ROUND, round_close, "P09.a", Q3_ROUND);
	assert_string_equal(k.why.args[3], "G16-K1 G17-K2");
	kit_replay(&k);
}

/* --- every event in every state --- */
static void
in_state(unsigned s)
{
	kit_on(&k, s == KC_RS_SWEEPING ? "2022-07-04" : "2022-10-10");
	if (s == KC_RS_SWEEPING) {
		round_half(&k);
		return;
	}
	DO(round_open, "P09.a", Q3);
	DO(round_select, "P09.a", Q3_ROUND, "target=G16-K1");
	kit_enrol(&k, "insp.p", NULL, "inspect-party");
	kit_enrol(&k, "insp.g", NULL, "inspect-gov");
	if (s != KC_RS_SELECTING)
		DO(opinion_point, "P09.a", Q3_ROUND, "target=G16-K1",
		    "verdict=on-schedule", "text=x");
	if (s == KC_RS_CLOSED) {
		DO(opinion_feed_back, "P09.a", "opinion=OP-2022-0001",
		    "unit=G16");
		DO(round_close, "P09.a", Q3_ROUND);
	}
}

static void
test_round__every_event_in_every_state_is_as_its_table(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by, *fields[4];
		enum kc_refusal_code may; /* where the table lets it */
	} events[] = {
	    {KC_K_round_select, "P09.a", {"target=G17-K1"}, KC_R_NONE},
	    {KC_K_opinion_record, ROUND_SIGNERS,
		{"target=G17-K1", "verdict=on-schedule", "text=x"}, KC_R_NONE},
	    {KC_K_opinion_point, "P09.a",
		{"target=G17-K2", "verdict=on-schedule", "text=x"},
		KC_R_NOT_FOUND},
	    {KC_K_round_close, "P09.a", {NULL}, KC_R_ROUND},
	};

	(void)state;
	for (unsigned s = 0; s < KC_round_STATES; s++) {
		kit_free(&k);
		kit_init(&k, KIT_LISTS);
		in_state(s);
		assert_int_equal(k.st->rounds.v[0]->state, s);
		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]);
		     i++) {
			bool may = (kc_machine_move(KC_M_round, events[i].kind)
					       ->from >>
					   s &
				       1) != 0;
			const char *f[6] = {Q3_ROUND};
			enum kc_refusal_code code =
			    may ? events[i].may : KC_R_STATE;

			memcpy(
			    f + 1, events[i].fields, sizeof(events[i].fields));
			if (code == KC_R_NONE)
				kit_do_v(&k, events[i].kind, events[i].by, f,
				    __FILE__, (int)s);
			else
				kit_refused_v(&k, code, events[i].kind,
				    events[i].by, f, __FILE__, (int)s);
		}
		kit_replay(&k);
	}
}

/* --- its last day --- */
static kc_day
last_day(void)
{
	struct kc_deadlines all = {0};
	kc_day due;

	assert_true(kc_round_deadlines(k.st, 0, &all));
	due = all.n > 0 ? all.v[0].day.due : KC_DAY_NONE;
	kc_vec_free(&all);
	return due;
}

static void
test_round__its_last_day_is_that_of_its_window_and_an_outage_moves_it(
    void **state)
{
	(void)state;
	kit_on(&k, "2022-10-10");
	DO(round_open, "P09.a", Q3);
	DO(round_select, "P09.a", Q3_ROUND, "target=G16-K1");
	assert_string_equal(case_day(last_day()), "2022-10-31");
	kit_on(&k, "2022-11-01");
	DO(deadline_move, "P09.a ops", "from=2022-10-31", "to=2022-10-31",
	    "until=2022-11-02", EVIDENCE, "reason=停电");
	assert_string_equal(case_day(last_day()), "2022-11-02");
	kit_on(&k, "2022-11-03"); /* late, and it may */
	DO(opinion_point, "P09.a", Q3_ROUND, "target=G16-K1",
	    "verdict=on-schedule", "text=x");
	DO(opinion_feed_back, "P09.a", "opinion=OP-2022-0001", "unit=G16");
	DO(round_close, "P09.a", Q3_ROUND);
	assert_int_equal(last_day(), KC_DAY_NONE);
	kit_replay(&k);
}

int
main(void)
{
#define LISTS(test) cmocka_unit_test_setup_teardown(test, at_lists, done)
	const struct CMUnitTest tests[] = {
	    LISTS(
		test_half__sweeps_every_active_target_and_closes_when_all_is_fed_back),
	    LISTS(test_half__a_target_that_is_assessed_lacks_nothing),
	    LISTS(test_half__of_a_year_without_active_targets_there_is_none),
	    LISTS(test_open__within_its_window_and_once_a_year),
	    LISTS(test_q3__the_work_is_chosen_first),
	    LISTS(test_round__every_event_in_every_state_is_as_its_table),
	    LISTS(
		test_round__its_last_day_is_that_of_its_window_and_an_outage_moves_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
