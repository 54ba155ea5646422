/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that are sent again by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "deskkit.h"

static enum kc_err
take_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct kc_put *gone = ctx;

	(void)value;
	memcpy(gone->key, key, sizeof(gone->key));
	return KC_OK;
}

static void
resend(struct desk *d, const char *job)
{
	char message[64];

	(void)snprintf(message, sizeof(message), "message=%s", job);
	SAYS(remind_resend, "P09.a", message, "reason=邮箱已满，现已清理");
}

/* All that waits was given up; the first is returned. */
static const char *
given_up(struct desk *d, char first[KC_JOB_ID_SIZE + 1])
{
	unsigned n = desk_open(d);

	desk_answer(d, KC_DELIVERY_FAILED, "550");
	assert_int_equal(desk_outcomes(d, KC_K_reminder_failed), n);
	memcpy(first, d->jobs[0], KC_JOB_ID_SIZE + 1);
	d->njobs = 0;
	return first;
}

static void
test_resend__what_was_given_up_goes_again_with_an_id_of_its_own(void **state)
{
	struct desk *d = *state;
	char first[KC_JOB_ID_SIZE + 1], copy[KC_JOB_ID_SIZE + 1];

	resend(d, given_up(d, first));
	desk_rounds(d);
	assert_int_equal(d->njobs, 1);
	memcpy(copy, d->jobs[0], sizeof(copy));
	assert_string_not_equal(copy, first);
	desk_answer(d, KC_DELIVERY_DEFERRED, "451");
	desk_pass(d, HOUR); /* tried again as any other, with the same id */
	assert_int_equal(d->njobs, 2);
	assert_string_equal(d->jobs[1], copy);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), 1);
	desk_pass(d, HOUR);
	assert_int_equal(d->njobs, 2);
	assert_int_equal(desk_rows(d), 0);
}

/* Asked for, and its row is lost before it was given; the daemon starts again
 * after a while. */
static void
lose(struct desk *d, int64_t ms)
{
	struct kc_put gone = {.value = {NULL, 0}};
	char first[KC_JOB_ID_SIZE + 1];

	(void)given_up(d, first);
	kc_outbox_unready(d->b);
	resend(d, first);
	desk_rounds(d);
	assert_int_equal(desk_rows(d), 1);
	desk_close(d);
	assert_int_equal(kc_store_outbox(d->a.store, take_row, &gone), KC_OK);
	assert_int_equal(kc_store_put(d->a.store, &gone, 1, NULL), KC_OK);
	app_at(&d->a, d->a.now_ms + ms);
	desk_reopen(d);
	desk_rounds(d);
	assert_int_equal(desk_rows(d), 1);
}

static void
test_resend__is_not_lost_with_the_row(void **state)
{
	struct desk *d = *state;

	lose(d, MINUTE);
	kc_outbox_ready(d->b);
	desk_rounds(d);
	assert_int_equal(d->njobs, 1);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(desk_outcomes(d, KC_K_reminder_sent), 1);
}

/* Taken back with what was planned ahead of time, and asked for still. */
static void
test_resend__outlasts_a_clock_that_is_put_back(void **state)
{
	struct desk *d = *state;

	lose(d, 2 * HOUR);
	app_at(&d->a, d->a.now_ms - 2 * HOUR);
	desk_pass(d, 2 * MINUTE);
	kc_outbox_ready(d->b);
	desk_pass(d, MINUTE);
	assert_int_equal(d->njobs, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_up, desk_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		test_resend__what_was_given_up_goes_again_with_an_id_of_its_own),
	    TEST(test_resend__is_not_lost_with_the_row),
	    TEST(test_resend__outlasts_a_clock_that_is_put_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
