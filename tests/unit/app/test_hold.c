/* SPDX-License-Identifier: Apache-2.0 */
/* The writer against clocks that are set: what is written, when, and how it
 * goes on. A kit's author has the clock of the ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/entry.h>
#include <kaocheng/leaf.h>

#include "appkit.h"

#define MINUTE INT64_C(60000)
#define DAY INT64_C(86400000)
#define BASIS "basis=与两台独立时钟核对一致"

static enum kc_cause
cause(struct app *a)
{
	struct kc_health health;

	kc_ledger_tick(a->l);
	(void)kc_ledger_settle(a->l);
	kc_ledger_health(a->l, &health);
	return health.cause;
}

/* Time passes, and the clock shows it. */
static void
pass(struct app *a, int64_t ms)
{
	a->passed_ms += ms;
	app_at(a, a->now_ms + ms);
}

/* Somebody sets the clock: no time passes. */
static void
set(struct app *a, int64_t ms)
{
	app_at(a, a->now_ms + ms);
}

#define STEPS(a) app_count(a, KC_K_clock_step, NULL)
#define OVERDUE(a) app_count(a, KC_K_warning_overdue, NULL)

/* A letter that is to be answered; from when it is overdue. */
static int64_t
letter(struct app *a)
{
	char warning[32];
	struct answer w;

	w = app_do(a, KC_K_warning_issue, "P09.a", "target=G16-K1", "unit=G16",
	    "level=blue", "rectify_by=2022-09-30", "fact=进度滞后",
	    "demand=限期整改");
	assert_int_equal(w.err, KC_OK);
	(void)snprintf(warning, sizeof(warning), "warning=%s", w.handle);
	answer_free(&w);
	w = app_do(a, KC_K_warning_deliver, "P09.a", warning, "unit=G16");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	return kc_ledger_next_due_ms(a->l);
}

static void
confirm(struct app *a)
{
	struct answer w = app_do(a, KC_K_clock_confirm, "root.a root.b", BASIS);

	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
}

static void
refused(struct app *a)
{
	struct kc_buf note = {0};
	struct answer w;

	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_HELD);
	w = app_dry(a, kc_buf_view(&note));
	assert_int_equal(w.code, KC_R_HELD);
	kc_buf_free(&note);
}

static int
up(void **state)
{
	struct app *a;

	if (app_up_disk(state) != 0)
		return -1;
	a = *state;
	app_close(a);
	a->ticks = true;
	app_open(a);
	return 0;
}

static void
test_step__time_that_passes_is_none(void **state)
{
	struct app *a = *state;
	int64_t due = letter(a);

	for (int i = 0; i < 40; i++) {
		pass(a, DAY);
		assert_int_equal(cause(a), KC_CAUSE_NONE);
	}
	assert_true(a->now_ms > due);
	assert_int_equal(STEPS(a), 0);
	assert_int_equal(OVERDUE(a), 1);
}

static void
test_step__of_a_minute_or_back_is_written_and_no_more(void **state)
{
	struct app *a = *state;

	pass(a, DAY);
	set(a, MINUTE);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(STEPS(a), 1);
	set(a, -MINUTE / 2);
	pass(a, MINUTE);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(STEPS(a), 2);
	set(a, 5000);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(STEPS(a), 2);
	answer_free(&(struct answer[]){app_send_duty(a, 1)}[0]);
}

static void
test_hold__far_ahead_nothing_falls_due_and_put_right_nothing_did(void **state)
{
	struct app *a = *state;
	int64_t due = letter(a), right = a->now_ms, at;

	set(a, 400 * DAY);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	assert_int_equal(app_count(a, KC_K_clock_step, &at), 1);
	assert_true(at <= right); /* the ledger's time has not run on */
	refused(a);
	pass(a, DAY);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	assert_int_equal(STEPS(a), 1); /* no news */
	set(a, -400 * DAY);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 0);
	answer_free(&(struct answer[]){app_send_duty(a, 1)}[0]);
	pass(a, due - a->now_ms - 1);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 0);
	pass(a, 1);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 1);
}

static void
test_hold__confirmed_each_falls_due_exactly_once(void **state)
{
	struct app *a = *state;

	(void)letter(a);
	set(a, 400 * DAY);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	confirm(a);
	assert_int_equal(OVERDUE(a), 1);
	pass(a, DAY);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 1);
	assert_int_equal(STEPS(a), 1);
	answer_free(&(struct answer[]){app_send_duty(a, 1)}[0]);
}

static void
test_hold__a_minute_over_what_is_due_waits_for_it(void **state)
{
	struct app *a = *state;
	int64_t due = letter(a);

	pass(a, due - a->now_ms - MINUTE / 2);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	set(a, MINUTE);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	set(a, -MINUTE);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 0);
	pass(a, MINUTE / 2);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 1);
}

/* The machine wakes after a night, and its clock was set meanwhile. */
static void
test_hold__what_was_due_by_the_true_time_stands_before_the_step(void **state)
{
	struct app *a = *state;
	int64_t due = letter(a), at = 0;

	pass(a, due - a->now_ms + MINUTE);
	set(a, 400 * DAY);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	assert_int_equal(OVERDUE(a), 1);
	assert_int_equal(app_count(a, KC_K_warning_overdue, &at), 1);
	assert_true(at == due + MINUTE);
}

static void
test_hold__outlives_a_restart_and_ends_by_itself_when_put_right(void **state)
{
	struct app *a = *state;
	int64_t right = a->now_ms;

	(void)letter(a);
	set(a, 400 * DAY);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	app_restart(a);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	assert_int_equal(STEPS(a), 1);
	refused(a);
	set(a, -400 * DAY);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_true(a->now_ms >= right);
	assert_int_equal(OVERDUE(a), 0);
	assert_int_equal(STEPS(a), 2);
}

static void
test_start__beyond_the_bound_is_doubted_within_it_believed(void **state)
{
	struct app *a = *state;
	int64_t at = 0, last;

	(void)letter(a);
	last = a->now_ms;
	set(a, DAY - MINUTE);
	app_restart(a);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(STEPS(a), 0);
	set(a, 40 * DAY);
	app_restart(a);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	assert_int_equal(app_count(a, KC_K_clock_step, &at), 1);
	assert_true(at <= last);
	assert_int_equal(OVERDUE(a), 0);
	confirm(a);
	assert_int_equal(OVERDUE(a), 1);
}

static void
test_start__held_and_found_right_is_open(void **state)
{
	struct app *a = *state;

	(void)letter(a);
	set(a, 400 * DAY);
	app_restart(a);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	set(a, -400 * DAY + MINUTE);
	app_restart(a);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(OVERDUE(a), 0);
	answer_free(&(struct answer[]){app_send_duty(a, 1)}[0]);
}

static void
test_step__by_way_of_1970_is_what_is_left_of_it(void **state)
{
	struct app *a = *state;
	int64_t right = a->now_ms;

	app_at(a, 1);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_UNSET);
	app_at(a, right);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(STEPS(a), 0);
	app_at(a, KC_CLOCK_LAST_MS + 1);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_UNSET);
	app_at(a, KC_CLOCK_LAST_MS);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_HELD);
	app_at(a, right);
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	assert_int_equal(STEPS(a), 2);
}

#define T(name) cmocka_unit_test_setup_teardown(name, up, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_step__time_that_passes_is_none),
	    T(test_step__of_a_minute_or_back_is_written_and_no_more),
	    T(test_hold__far_ahead_nothing_falls_due_and_put_right_nothing_did),
	    T(test_hold__confirmed_each_falls_due_exactly_once),
	    T(test_hold__a_minute_over_what_is_due_waits_for_it),
	    T(test_hold__what_was_due_by_the_true_time_stands_before_the_step),
	    T(test_hold__outlives_a_restart_and_ends_by_itself_when_put_right),
	    T(test_start__beyond_the_bound_is_doubted_within_it_believed),
	    T(test_start__held_and_found_right_is_open),
	    T(test_step__by_way_of_1970_is_what_is_left_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
