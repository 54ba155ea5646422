/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that is wrong, at a start and while the ledger runs; and when to
 * wake for what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/civil.h>

#include "app/writer.h"
#include "appkit.h"

#define DAY INT64_C(86400000)

static enum kc_cause
cause(struct app *a)
{
	struct kc_health health;

	kc_ledger_health(a->l, &health);
	assert_true(health.mode ==
	    (health.cause == KC_CAUSE_NONE ? KC_MODE_OPEN : KC_MODE_READ_ONLY));
	return health.cause;
}

static struct kc_wake
wake(struct app *a)
{
	struct kc_wake out;

	kc_ledger_next_wake(a->l, &out);
	return out;
}

/* Made while the clock is right, as a client's is. */
static void
refused(struct app *a, const struct kc_buf *note)
{
	struct answer w = app_send(a, kc_buf_view(note));

	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_CLOCK);
	w = app_dry(a, kc_buf_view(note));
	assert_int_equal(w.code, KC_R_CLOCK);
}

static void
test_clock__behind_the_log_is_told_and_opens_when_it_has_caught_up(void **state)
{
	struct app *a = *state;
	int64_t last = a->now_ms;
	struct kc_buf note = {0};
	struct answer w;

	app_duty(a, 1, &note);
	a->now_ms = last - KC_CLOCK_BACK_MS;
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	a->now_ms = last - KC_CLOCK_BACK_MS - 1;
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_BEHIND); /* at once */
	refused(a, &note);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_READ_ONLY);
	a->now_ms = last - 400 * DAY;
	refused(a, &note);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_BEHIND);
	assert_true(wake(a).due_ms == last - KC_CLOCK_BACK_MS);
	assert_true(wake(a).in_ms == -1);
	a->now_ms = last;
	kc_ledger_tick(a->l);
	assert_true(kc_ledger_settle(a->l));
	assert_int_equal(cause(a), KC_CAUSE_NONE);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_buf_free(&note);
}

static void
test_clock__start_behind_the_log_reads_and_says_so(void **state)
{
	struct app *a = *state;
	int64_t last = a->now_ms;

	app_close(a);
	a->now_ms = last - DAY;
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_READ_ONLY);
	assert_int_equal(cause(a), KC_CAUSE_CLOCK_BEHIND);
	(void)app_digest(a);
	a->now_ms = last;
	assert_true(kc_ledger_settle(a->l));
}

/* Something is due; when. */
static int64_t
warn(struct app *a)
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

static const int64_t unset[] = {INT64_MIN, -1, 0, 1, KC_CLOCK_FIRST_MS - 1,
    KC_CLOCK_LAST_MS + 1, INT64_C(10413792000000), INT64_C(253402300799999),
    INT64_C(253402300800000), INT64_MAX};

/* The day that a view counts from, as it would print it. */
static void
print_day(void *ctx, const struct kc_view_source *src)
{
	struct kc_buf text = {0};
	int *fd = ctx;

	if (src == NULL)
		abort();
	kc_buf_day(&text, kc_day_of_instant(src->now_ms, KC_LOCAL_OFFSET_S));
	if (kc_buf_err(&text) != KC_OK || write(*fd, "", 1) != 1)
		abort();
	kc_buf_free(&text);
}

static void
read_once(struct app *a)
{
	int fds[2];
	char c;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(kc_ledger_read(a->l, print_day, &fds[1]), KC_OK);
	assert_int_equal(read(fds[0], &c, 1), 1);
	close(fds[0]);
	close(fds[1]);
}

static void
test_clock__no_instant_of_any_clock_ends_the_ledger(void **state)
{
	struct app *a = *state;
	int64_t last = a->now_ms;
	uint64_t size = kc_store_size(a->store);
	struct kc_buf note = {0};

	app_duty(a, 1, &note);
	for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++) {
		a->now_ms = unset[i];
		refused(a, &note);
		assert_int_equal(cause(a), KC_CAUSE_CLOCK_UNSET);
		assert_true(wake(a).due_ms > unset[i] || unset[i] == INT64_MAX);
		(void)app_digest(a);
		read_once(a);
		app_close(a);
		app_open(a);
		assert_int_equal(cause(a), KC_CAUSE_CLOCK_UNSET);
		refused(a, &note);
	}
	assert_true(kc_store_size(a->store) == size);
	a->now_ms = last;
	assert_true(kc_ledger_settle(a->l));
	kc_buf_free(&note);
}

/* The last instant at which the ledger writes, with something overdue. */
static void
test_clock__last_instant_is_one_like_any(void **state)
{
	struct app *a = *state;

	(void)warn(a);
	a->now_ms = KC_CLOCK_LAST_MS;
	assert_true(kc_ledger_settle(a->l));
	(void)app_digest(a);
	read_once(a);
}

static void
test_wake__is_for_what_is_due_and_never_in_the_past(void **state)
{
	struct app *a = *state;
	int64_t due;

	assert_true(wake(a).due_ms == INT64_MAX && wake(a).in_ms == -1);
	due = warn(a);
	assert_true(due < INT64_MAX);
	assert_true(wake(a).due_ms == due && wake(a).in_ms == -1);
	/* It has passed, and the writer has not been told: not by the clock. */
	a->now_ms = due;
	assert_true(wake(a).due_ms == INT64_MAX && wake(a).in_ms >= 1000);
	/* Read-only for good: nothing at all. */
	app_close(a);
	app_shut(a);
	assert_int_equal(unlink(tmpdir_file(a->dir, "anchor")), 0);
	app_load(a);
	app_open(a);
	assert_true(kc_ledger_next_due_ms(a->l) == due);
	assert_true(wake(a).due_ms == INT64_MAX && wake(a).in_ms == -1);
}

/* How often it is told of a change since the last time it was asked. */
static unsigned
told(struct app *a)
{
	(void)kc_ledger_settle(a->l);
	return atomic_exchange(&a->changes, 0);
}

static void
test_wake__that_differs_is_told_at_once_and_others_once_a_second(void **state)
{
	struct app *a = *state;
	int64_t at = a->now_ms + KC_TELL_MS;

	app_at(a, at);
	app_grow(a, 1, 1);
	(void)told(a);
	(void)wake(a);
	app_grow(a, 2, 3);
	assert_int_equal(told(a), 0);
	app_at(a, at + KC_TELL_MS - 1);
	app_grow(a, 5, 1);
	assert_int_equal(told(a), 0);
	app_at(a, at + KC_TELL_MS);
	app_grow(a, 6, 2);
	assert_int_equal(told(a), 1);
	/* Something becomes due: each batch tells, until who waits has asked.
	 */
	(void)warn(a);
	app_grow(a, 8, 1);
	assert_true(told(a) >= 2);
	(void)wake(a);
	app_grow(a, 9, 1);
	assert_int_equal(told(a), 0);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, app_up_disk, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_clock__behind_the_log_is_told_and_opens_when_it_has_caught_up),
	    T(test_clock__start_behind_the_log_reads_and_says_so),
	    T(test_clock__no_instant_of_any_clock_ends_the_ledger),
	    T(test_clock__last_instant_is_one_like_any),
	    T(test_wake__is_for_what_is_due_and_never_in_the_past),
	    T(test_wake__that_differs_is_told_at_once_and_others_once_a_second),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
