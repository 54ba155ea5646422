/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox under the writer of a whole ledger: what is overtaken, held, or
 * planned by a clock that was ahead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "deskkit.h"

static unsigned
overtaken(struct desk *d)
{
	struct kc_ledger_stats s;

	kc_ledger_stats(d->a.l, &s);
	assert_int_equal(s.beside.failed, 0);
	return (unsigned)s.beside.overtaken;
}

static void
test_overtaken__a_retry_ends_when_the_matter_is_done(void **state)
{
	struct desk *d = *state;
	unsigned n = desk_open(d);

	desk_answer(d, KC_DELIVERY_DEFERRED, "451");
	desk_lift(d);
	desk_pass(d, 10 * MINUTE);
	assert_int_equal(d->njobs, n); /* none was given again */
	assert_int_equal(desk_outcomes(d, KC_K_reminder_failed), n);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), 0);
	assert_int_equal(overtaken(d), n);
	desk_pass(d, DAY);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_failed), n);
}

static void
test_overtaken__what_was_never_tried_says_so(void **state)
{
	struct desk *d = *state;

	desk_lift(d);
	kc_outbox_ready(d->b);
	desk_pass(d, MINUTE);
	assert_int_equal(d->njobs, 0);
	assert_true(overtaken(d) > 0);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_failed), overtaken(d));
}

static void
test_overtaken__not_what_is_with_the_server(void **state)
{
	struct desk *d = *state;
	unsigned n = desk_open(d);

	desk_lift(d);
	desk_pass(d, 10 * MINUTE);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), n);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_failed), 0);
}

static void
test_overtaken__not_while_one_of_its_matters_is_open(void **state)
{
	struct desk *d = *state;
	unsigned n;

	desk_letter(d, "G16-K2", "W-2022-0002");
	desk_until(d, "2022-09-29");
	desk_pass(d, DAY); /* the last day of both */
	n = desk_open(d);
	desk_answer(d, KC_DELIVERY_DEFERRED, "451");
	desk_lift(d);
	desk_pass(d, 10 * MINUTE);
	desk_pass(d, MINUTE); /* outcomes are told together */
	assert_in_range(d->njobs, n + 1, 2 * n - 1);
	assert_int_equal(
	    desk_outcomes(d, KC_K_reminder_failed), 2 * n - d->njobs);
}

/* The answer comes while nothing is taken: the outcome is offered until it
 * stands, and stands once. */
static void
test_outcome__of_an_answer_while_the_ledger_is_held(void **state)
{
	struct desk *d = *state;
	struct kc_health health;
	struct answer w;
	unsigned n;

	(void)desk_open(d);
	app_at(&d->a, d->a.now_ms + 400 * DAY); /* set, not passed */
	desk_rounds(d);
	kc_ledger_health(d->a.l, &health);
	assert_int_equal(health.cause, KC_CAUSE_CLOCK_HELD);
	n = d->njobs;
	desk_answer(d, KC_DELIVERY_SENT, "250");
	desk_pass(d, 2 * MINUTE);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), 0);
	w = app_do(&d->a, KC_K_clock_confirm, "root.a P09.a",
	    "basis=与两台独立时钟核对一致");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_outbox_unready(d->b);
	desk_pass(d, 2 * MINUTE);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), n);
	desk_pass(d, DAY);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), n);
	assert_int_equal(desk_outcomes(d, KC_K_reminder_failed), 0);
}

/* Nobody believes the time: nobody is told of what it would make due. */
static void
test_plan__nothing_in_a_hold(void **state)
{
	struct desk *d = *state;
	unsigned n = desk_open(d);
	struct answer w;

	desk_answer(d, KC_DELIVERY_SENT, "250");
	app_at(&d->a, d->a.now_ms + 400 * DAY); /* set, not passed */
	desk_rounds(d);
	desk_pass(d, HOUR);
	assert_int_equal(d->njobs, n);
	w = app_do(&d->a, KC_K_clock_confirm, "root.a P09.a",
	    "basis=与两台独立时钟核对一致");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	desk_pass(d, 2 * MINUTE);
	assert_true(d->njobs > n);
}

/* The daemon starts with a clock that is ahead, by less than makes a hold. */
#define AHEAD (23 * HOUR + 30 * MINUTE)
static unsigned
start_ahead(struct desk *d)
{
	unsigned n;

	desk_until(d, "2022-09-29");
	app_close(&d->a);
	app_at(&d->a, d->a.now_ms + AHEAD);
	app_open(&d->a);
	desk_rounds(d);
	n = desk_rows(d);
	assert_in_range(n, 1, JOBS_MAX / 4);
	assert_int_equal(d->njobs, 0);
	return n;
}

static void
put_back(struct desk *d)
{
	app_at(&d->a, d->a.now_ms - AHEAD);
	desk_pass(d, MINUTE);
}

static void
test_back__what_was_planned_ahead_of_time_is_taken_back(void **state)
{
	struct desk *d = *state;
	unsigned n = start_ahead(d);

	put_back(d);
	assert_int_equal(desk_rows(d), 0);
	kc_outbox_ready(d->b);
	desk_pass(d, HOUR);
	assert_int_equal(d->njobs, 0); /* none is due yet */
	desk_pass(d, AHEAD);
	assert_int_equal(d->njobs, n);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), n);
	desk_pass(d, HOUR);
	assert_int_equal(d->njobs, n);
}

static void
test_back__what_was_tried_ahead_of_time_does_not_wait_for_it(void **state)
{
	struct desk *d = *state;
	unsigned n;

	n = start_ahead(d);
	assert_int_equal(desk_open(d), n);
	desk_answer(d, KC_DELIVERY_DEFERRED, "451");
	put_back(d);
	assert_int_equal(desk_rows(d), n);
	desk_pass(d, MINUTE);
	assert_int_equal(d->njobs, 2 * n);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(desk_rows(d), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_up, desk_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_overtaken__a_retry_ends_when_the_matter_is_done),
	    TEST(test_overtaken__what_was_never_tried_says_so),
	    TEST(test_overtaken__not_what_is_with_the_server),
	    TEST(test_overtaken__not_while_one_of_its_matters_is_open),
	    TEST(test_outcome__of_an_answer_while_the_ledger_is_held),
	    TEST(test_plan__nothing_in_a_hold),
	    TEST(test_back__what_was_planned_ahead_of_time_is_taken_back),
	    TEST(test_back__what_was_tried_ahead_of_time_does_not_wait_for_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
