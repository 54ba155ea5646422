/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the clock, the hold, and what ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/hold.h>

#include "casekit.h"
#include "statekit.h"
#include "viewkit.h"

#define HOUR INT64_C(3600000)
#define STEP(side, seconds)                                                    \
	DO(clock_step, "clerk", "side=" side, "seconds=" seconds)
#define BASIS "basis=与两台独立时钟核对一致"
#define CONFIRM(by) DO(clock_confirm, by, BASIS)

static void
test_step__of_seconds_is_none(void **state)
{
	(void)state;
	REFUSED(FIELD_VALUE, clock_step, "clerk", "side=ahead", "seconds=5");
	REFUSED(FIELD_VALUE, clock_step, "clerk", "side=behind", "seconds=0");
	REFUSED(ROLE, clock_step, "P09.a", "side=ahead", "seconds=60");
	STEP("behind", "6");
	assert_false(kc_state_held(k.st));
}

static void
test_step__as_far_as_the_policy_believes_holds_nothing(void **state)
{
	(void)state;
	assert_int_equal(kc_hold_bound_ms(k.st), 24 * HOUR);
	STEP("ahead", "60");
	STEP("ahead", "86400");
	STEP("behind", "34560000");
	assert_false(kc_state_held(k.st));
	STEP("ahead", "86401");
	assert_true(kc_state_held(k.st));
	kit_replay(&k);
}

static void
test_step__over_what_falls_due_holds_however_small(void **state)
{
	struct kc_case *c;

	(void)state;
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	kit_at(&k, "2022-10-17", 23, 59);
	(void)kit_clerk(&k);
	STEP("ahead", "30");
	assert_false(kc_state_held(k.st));
	kit_at(&k, "2022-10-17", 23, 59);
	k.now_ms += 30000;
	STEP("ahead", "60");
	assert_true(kc_state_held(k.st));
	assert_int_equal(c->state, KC_CS_RECTIFYING);
}

/* Held, with a case whose last day is long past by the clock. */
static struct kc_case *
hold(void)
{
	struct kc_case *c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");

	STEP("ahead", "34560000");
	assert_true(kc_state_held(k.st));
	return c;
}

static void
test_hold__keeps_back_what_time_does_and_all_else(void **state)
{
	struct kc_case *c = hold();
	struct kc_due due;

	(void)state;
	k.now_ms += 34560 * INT64_C(1000000);
	assert_false(kc_state_due(k.st, &due));
	assert_int_equal(kit_clerk(&k), 0);
	REFUSED(HELD, rectify_submit, "G16.head", case_field(c), EVIDENCE,
	    "report=完成");
	assert_string_equal(k.why.args[0], "34560000");
	REFUSED(HELD, prededuct_expire, "clerk", case_field(c),
	    "due=2022-10-17",
	    "calendar=sha256:"
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
	REFUSED(HELD, role_give, "root.a root.b", "actor=P09.a", "role=org");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	kit_replay(&k);
}

static void
test_hold__ends_when_two_confirm_and_then_each_falls_due_once(void **state)
{
	struct kc_case *c = hold();

	(void)state;
	k.now_ms += 34560 * INT64_C(1000000);
	CONFIRM("root.a P09.a");
	assert_false(kc_state_held(k.st));
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(kit_clerk(&k), 0);
	REFUSED(STATE, clock_confirm, "root.a root.b", BASIS);
	kit_replay(&k);
}

static void
test_hold__ends_when_the_clock_is_put_right_and_nothing_expired(void **state)
{
	struct kc_case *c = hold();

	(void)state;
	k.now_ms += HOUR;
	STEP("ahead", "0");
	assert_false(kc_state_held(k.st));
	assert_int_equal(kit_clerk(&k), 0);
	case_submit(&k, c);
	assert_int_equal(c->state, KC_CS_SUBMITTED);
	kit_replay(&k);
}

static void
test_hold__stays_while_the_clock_is_still_too_far(void **state)
{
	(void)hold();
	(void)state;
	STEP("ahead", "90000");
	assert_true(kc_state_held(k.st));
	REFUSED(HELD, cycle_open, "P09.a", "year=2023");
	assert_string_equal(k.why.args[0], "90000");
	STEP("behind", "20");
	assert_false(kc_state_held(k.st));
}

static void
test_confirm__takes_an_administrator_and_another(void **state)
{
	(void)hold();
	(void)state;
	REFUSED(ROLE, clock_confirm, "P09.a P09.b", BASIS);
	REFUSED(ROLE, clock_confirm, "root.a", BASIS);
	REFUSED(ROLE, clock_confirm, "root.a ops", BASIS);
	CONFIRM("root.b root.c");
	assert_false(kc_state_held(k.st));
}

/* Each looked at a clock of its own: what it shows is signed. */
static void
test_confirm__is_signed_at_the_time_that_it_confirms(void **state)
{
	(void)hold();
	(void)state;
	k.at_skew_s = -3700;
	REFUSED(AT_STALE, clock_confirm, "root.a root.b", BASIS);
	k.at_skew_s = -3500;
	CONFIRM("root.a root.b");
}

static void
test_confirm__without_a_hold_is_refused(void **state)
{
	(void)state;
	REFUSED(STATE, clock_confirm, "root.a root.b", BASIS);
}

/* What the writer makes is what the guard takes, and never twice one id. */
static void
test_step__text_is_an_entry_with_an_id_of_its_place(void **state)
{
	struct kc_hash root = {0};
	struct kc_buf a = {0}, b = {0};

	(void)state;
	assert_int_equal(
	    kc_clock_step_text(k.st, k.now_ms, 90001, &root, &a), KC_OK);
	assert_non_null(strstr(kc_buf_cstr(&a), "\nside ahead\nseconds 90\n"));
	STEP("ahead", "90");
	assert_int_equal(
	    kc_clock_step_text(k.st, k.now_ms, -90001, &root, &b), KC_OK);
	assert_non_null(strstr(kc_buf_cstr(&b), "\nside behind\nseconds 90\n"));
	assert_string_not_equal(
	    strstr(kc_buf_cstr(&a), "\nid "), strstr(kc_buf_cstr(&b), "\nid "));
	kc_buf_free(&a);
	kc_buf_free(&b);
}

/* Who looks at a ledger that holds sees who may end it, and what waits. */
static void
test_view__of_a_hold_says_who_may_end_it_and_what_waits(void **state)
{
	json_t *doc, *next;

	(void)state;
	(void)hold();
	doc = view_of(&k, "clock", NULL, NULL, "2023-01-05");
	assert_string_equal(text_at(doc, "state_text"), "暂停");
	assert_string_equal(text_at(doc, "waits"), "prededuct.expire");
	assert_string_equal(text_at(doc, "waits_for"), "PD-2022-0001");
	next = json_object_get(doc, "next");
	assert_int_equal(json_array_size(next), 1);
	assert_string_equal(
	    text_at(json_array_get(next, 0), "kind"), "clock.confirm");
	assert_int_equal(int_at(json_array_get(next, 0), "signers"), 2);
	assert_int_equal(
	    int_at(row_where(doc, "side", "ahead"), "seconds"), 34560000);
	json_decref(doc);
	CONFIRM("root.a P09.a");
	doc = view_of(&k, "clock", NULL, NULL, "2022-07-16");
	assert_string_equal(text_at(doc, "state_text"), "可信");
	assert_int_equal(json_array_size(json_object_get(doc, "next")), 0);
	assert_true(json_is_null(json_object_get(doc, "waits")));
	json_decref(doc);
}

#define L(name) cmocka_unit_test_setup_teardown(name, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    L(test_step__of_seconds_is_none),
	    L(test_step__as_far_as_the_policy_believes_holds_nothing),
	    L(test_step__over_what_falls_due_holds_however_small),
	    L(test_hold__keeps_back_what_time_does_and_all_else),
	    L(test_hold__ends_when_two_confirm_and_then_each_falls_due_once),
	    L(test_hold__ends_when_the_clock_is_put_right_and_nothing_expired),
	    L(test_hold__stays_while_the_clock_is_still_too_far),
	    L(test_confirm__takes_an_administrator_and_another),
	    L(test_confirm__is_signed_at_the_time_that_it_confirms),
	    L(test_confirm__without_a_hold_is_refused),
	    L(test_step__text_is_an_entry_with_an_id_of_its_place),
	    L(test_view__of_a_hold_says_who_may_end_it_and_what_waits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
