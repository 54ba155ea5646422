/* SPDX-License-Identifier: Apache-2.0 */
/* Third-party data are held against what is reported, and places visited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/target/target.h"
#include "noun/task/check.h"
#include "statekit.h"
#include "taskkit.h"

#define K1 "target=G17-2022-K1"
#define Q1 "quarter=2022-Q1"
#define VALUES "reported=96.0000", "value=62.0000", "provider=省统计局"
#define DATA K1, Q1, VALUES
#define VISIT "where=工地", "finding=behind", EVIDENCE, "text=x"

/* Filed in April with one task, and its first node reported. */
static int
reported(void **state)
{
	(void)state;
	task_city(&k, NULL, NULL);
	kit_enrol(&k, "insp.p", NULL, "inspect-party");
	kit_enrol(&k, "insp.g", NULL, "inspect-gov");
	kit_on(&k, "2022-04-20");
	task_split(&k, &(struct task_row){.target = K1, .task = "task=T1"});
	DO(plan_file, "G17.head", K1);
	DO(progress_report, "G17.liaison", "node=T1.Q1", "actual=2400",
	    "report=x");
	return 0;
}

static const struct kc_check *
check(unsigned i)
{
	return k.st->checks.v[i];
}

static bool
has_event(const struct kc_events *ev, const char *handle)
{
	uint32_t i = kc_find(k.st, KC_NS_CHECK, kc_slice_str(handle));

	for (uint32_t j = 0; j < ev->n; j++)
		if (ev->v[j].seq == check(i)->events.v[0].seq)
			return true;
	return false;
}

/* --- data --- */
static void
test_data__agree_or_not_and_the_last_check_counts(void **state)
{
	(void)state;
	DO(data_check, "stats", DATA, "agrees=no", EVIDENCE, "text=x");
	assert_string_equal(kit_handle(&k), "CK-2022-0001");
	assert_true(kc_check_fails(check(0)));
	assert_true(kc_check_stands(k.st, check(0)));
	/* Of a node it is another one. */
	DO(data_check, "stats", K1, Q1, "node=T1.Q1", VALUES, "agrees=no",
	    EVIDENCE, "text=x");
	assert_true(kc_check_stands(k.st, check(0)));
	DO(data_check, "stats", K1, Q1, "reported=96.0000", "value=95.5000",
	    "measure=%", "provider=省统计局", "agrees=yes", EVIDENCE, "text=x");
	assert_false(kc_check_stands(k.st, check(0)));
	assert_false(kc_check_fails(check(2)));
	kit_replay(&k);
}

static void
test_data__stand_in_the_history_of_target_and_nodes(void **state)
{
	(void)state;
	DO(data_check, "stats", DATA, "agrees=no", EVIDENCE, "text=x");
	DO(site_visit, "insp.p", K1, "node=T1.Q2", "on=2022-04-19", VISIT);
	assert_true(has_event(&k.st->targets.v[0]->events, "CK-2022-0001"));
	assert_true(has_event(&k.st->targets.v[0]->events, "CK-2022-0002"));
	/* Of the whole target, in every node of the quarter. */
	assert_true(has_event(&k.st->nodes.v[0]->events, "CK-2022-0001"));
	assert_false(has_event(&k.st->nodes.v[1]->events, "CK-2022-0001"));
	assert_true(has_event(&k.st->nodes.v[1]->events, "CK-2022-0002"));
	kit_replay(&k);
}

static void
test_data__are_of_a_quarter_that_is_reported(void **state)
{
	(void)state;
	REFUSED(STATE, data_check, "stats", K1, "quarter=2022-Q2", "node=T1.Q2",
	    VALUES, "agrees=no", EVIDENCE, "text=x");
	assert_string_equal(k.why.args[0], "T1.Q2");
	REFUSED(FIELD_VALUE, data_check, "stats", K1, "quarter=2022-Q2",
	    "node=T1.Q1", VALUES, "agrees=no", EVIDENCE, "text=x");
	assert_string_equal(k.why.args[0], "quarter");
	REFUSED(FIELD_VALUE, data_check, "stats", K1, "quarter=2021-Q4", VALUES,
	    "agrees=no", EVIDENCE, "text=x");
	REFUSED(TOO_EARLY, data_check, "stats", K1, "quarter=2022-Q3", VALUES,
	    "agrees=no", EVIDENCE, "text=x");
	REFUSED(FIELD_VALUE, data_check, "stats", "target=G17-2022-K2", Q1,
	    "node=T1.Q1", VALUES, "agrees=no", EVIDENCE, "text=x");
	assert_string_equal(k.why.args[0], "node");
	REFUSED(NOT_FOUND, data_check, "stats", K1, Q1, "node=T9.Q1", VALUES,
	    "agrees=no", EVIDENCE, "text=x");
	kit_replay(&k);
}

static void
test_data__that_are_the_same_agree(void **state)
{
	(void)state;
	REFUSED(FIELD_VALUE, data_check, "stats", K1, Q1, "reported=62.0000",
	    "value=62.0000", "provider=x", "agrees=no", EVIDENCE, "text=x");
	assert_string_equal(k.why.args[0], "agrees");
}

static void
test_check__is_never_of_the_own_unit(void **state)
{
	(void)state;
	kit_enrol(&k, "G17.stats", "G17", "stats");
	kit_enrol(&k, "G17.estab", "G17", "estab");
	REFUSED(OWN_UNIT, data_check, "G17.stats", DATA, "agrees=no", EVIDENCE,
	    "text=x");
	REFUSED(OWN_UNIT, site_visit, "G17.estab", K1, "on=2022-04-19", VISIT);
}

/* --- visits --- */
static void
test_visit__by_the_offices_on_a_day_that_was(void **state)
{
	(void)state;
	REFUSED(ROLE, site_visit, "G02.a", K1, "on=2022-04-19", VISIT);
	REFUSED(DATE_ORDER, site_visit, "insp.g", K1, "on=2022-04-21", VISIT);
	REFUSED(DATE_ORDER, site_visit, "insp.g", K1, "on=2021-12-31", VISIT);
	DO(site_visit, "insp.g", K1, "on=2022-04-19", "method=暗访", VISIT);
	assert_string_equal(check(0)->method, "暗访");
	assert_int_equal(check(0)->quarter, 2022 * 4 + 1);
	/* A node need not be reported. */
	DO(site_visit, "P09.a", K1, "node=T1.Q1", "on=2022-04-19", VISIT);
	assert_int_equal(check(1)->quarter, 2022 * 4);
	DO(completion_find, "G02.a", K1, "rate=9000", EVIDENCE);
	kit_on(&k, "2023-01-10");
	(void)kit_clerk(&k);
	DO(site_visit, "insp.p", K1, "on=2023-01-09", VISIT);
	assert_int_equal(check(2)->quarter, 2022 * 4 + 3);
	kit_replay(&k);
}

static void
test_visit__is_of_a_target_that_is_issued(void **state)
{
	(void)state;
	DO(target_draft, "P09.a", "target=X", "unit=G16", "year=2022",
	    "class=key", "source=city-key", "duty=D1", "weight=1.0000",
	    "assessor=G02", "title=x");
	REFUSED(
	    STATE, site_visit, "insp.p", "target=X", "on=2022-04-19", VISIT);
	REFUSED(STATE, data_check, "stats", "target=X", Q1, VALUES, "agrees=no",
	    EVIDENCE, "text=x");
}

/* --- a pre-deduction for false data --- */
#define FALSE_DATA                                                             \
	"unit=G17", "target=G17-2022-K2", "situation=S4", "effect=full",       \
	    "standard=1.0000", "quarter=2022-Q1", "cause=false-data"
static void
test_check__that_failed_is_what_a_prededuction_may_rest_on(void **state)
{
	(void)state;
	DO(data_check, "stats", DATA, "agrees=no", EVIDENCE, "text=x");
	DO(data_check, "stats", "target=G17-2022-K2", Q1, VALUES, "agrees=no",
	    EVIDENCE, "text=x");
	DO(site_visit, "insp.p", "target=G17-2022-K2", "on=2022-04-19", VISIT);
	REFUSED(FIELD_VALUE, prededuct_decide, "G02.a", FALSE_DATA,
	    "check=CK-2022-0001", EVIDENCE, "reason=x"); /* of another one */
	REFUSED(FIELD_VALUE, prededuct_decide, "G02.a", FALSE_DATA,
	    "check=CK-2022-0003", EVIDENCE, "reason=x"); /* a visit */
	DO(prededuct_decide, "G02.a", FALSE_DATA, "check=CK-2022-0002",
	    EVIDENCE, "reason=x");
	assert_int_equal(check(1)->cases.n, 1);
	DO(data_check, "stats", DATA, "agrees=yes", EVIDENCE, "text=x");
	REFUSED(FIELD_VALUE, prededuct_decide, "G02.a", "unit=G17", K1,
	    "situation=S4", "effect=full", "standard=1.0000", "quarter=2022-Q1",
	    "cause=false-data", "check=CK-2022-0001", EVIDENCE,
	    "reason=x"); /* not the last one */
	kit_replay(&k);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, reported, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_data__agree_or_not_and_the_last_check_counts),
	    TEST(test_data__stand_in_the_history_of_target_and_nodes),
	    TEST(test_data__are_of_a_quarter_that_is_reported),
	    TEST(test_data__that_are_the_same_agree),
	    TEST(test_check__is_never_of_the_own_unit),
	    TEST(test_visit__by_the_offices_on_a_day_that_was),
	    TEST(test_visit__is_of_a_target_that_is_issued),
	    TEST(test_check__that_failed_is_what_a_prededuction_may_rest_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
