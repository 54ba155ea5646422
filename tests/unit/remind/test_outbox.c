/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox under the writer of a whole ledger. The sender is the test's own:
 * it takes jobs and answers when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "appkit.h"
#include "remind/outbox.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define JOBS_MAX 32
#define LETTER "warning=W-2022-0001"

struct desk {
	struct app a;
	struct kc_outbox *b;
	pthread_mutex_t lock; /* of jobs */
	char jobs[JOBS_MAX][KC_JOB_ID_SIZE + 1];
	unsigned njobs;
	unsigned before; /* outcomes before the day of the test */
};

static void
give(void *ctx, struct kc_slice line)
{
	static struct kc_job job;
	struct kc_wire *keep = NULL;
	struct desk *d = ctx;

	pthread_mutex_lock(&d->lock);
	assert_int_equal(kc_job_decode(&job, &keep, line), KC_OK);
	assert_true(d->njobs < JOBS_MAX);
	assert_true(
	    kc_slice_copy(d->jobs[d->njobs++], sizeof(d->jobs[0]), job.id));
	pthread_mutex_unlock(&d->lock);
	kc_wire_free(keep);
}

static void
wake(void *ctx)
{
	struct desk *d = ctx;

	if (d->a.l != NULL)
		kc_ledger_tick(d->a.l);
}

/* Lets the writer do all that it can at this instant. */
static void
rounds(struct desk *d)
{
	for (int i = 0; i < 4; i++) {
		kc_ledger_tick(d->a.l);
		(void)kc_ledger_settle(d->a.l);
	}
}

static void
pass(struct desk *d, int64_t ms)
{
	d->a.passed_ms += ms;
	app_at(&d->a, d->a.now_ms + ms);
	rounds(d);
}

static void
answer(struct desk *d, enum kc_delivery outcome, const char *code)
{
	unsigned n = d->njobs;

	for (unsigned i = 0; i < n; i++) {
		struct kc_answer a = {.outcome = outcome};

		memcpy(a.id, d->jobs[i], sizeof(a.id));
		(void)kc_slice_copy(a.code, sizeof(a.code), kc_slice_str(code));
		kc_outbox_answered(d->b, &a);
	}
	rounds(d);
}

static void
says(struct desk *d, enum kc_kind_id kind, const char *by,
    const char *const *fields)
{
	struct answer w = app_do_v(&d->a, kind, by, fields);

	if (w.err != KC_OK)
		fail_msg("%s", kc_refusal_code_text(w.code));
	answer_free(&w);
}
#define SAYS(kind, by, ...)                                                    \
	says(d, KC_K_##kind, by, (const char *const[]){__VA_ARGS__, NULL})

/* A letter to G16 that was answered, and is not lifted. */
static void
letter(struct desk *d, const char *target, const char *handle)
{
	char about[32], of[48];

	(void)snprintf(of, sizeof(of), "target=%s", target);
	(void)snprintf(about, sizeof(about), "warning=%s", handle);
	SAYS(warning_issue, "P09.a", of, "unit=G16", "level=blue",
	    "rectify_by=2022-09-30", "fact=进度滞后", "demand=限期整改");
	SAYS(warning_deliver, "P09.a", about, "unit=G16");
	SAYS(warning_reply, "G16.head", about, "reply=已部署");
}

static void
lift(struct desk *d)
{
	SAYS(warning_lift, "P09.b", LETTER, "finding=已落实",
	    "evidence=sha256:"
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "18233 application/pdf");
}

/* Of the day of the test. */
static unsigned
outcomes(struct desk *d, enum kc_kind_id kind)
{
	return app_count(&d->a, kind, NULL) -
	    (kind == KC_K_reminder_sent ? d->before : 0);
}

/* Until 10:00 of a day, with all that comes up meanwhile sent. */
static void
until(struct desk *d, const char *day)
{
	int64_t now = d->a.now_ms;
	kc_day last;

	assert_true(kc_read_day(kc_slice_str(day), &last));
	kc_outbox_ready(d->b);
	pass(d, kc_day_start_ms(last, KC_LOCAL_OFFSET_S) + 10 * HOUR - now);
	answer(d, KC_DELIVERY_SENT, "250");
	kc_outbox_unready(d->b);
	d->njobs = 0;
	d->before = app_count(&d->a, KC_K_reminder_sent, NULL);
}

/* On the day of a stage of the letter, with nothing given yet. */
static int
up(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct kc_outbox_options o = {.origin = KC_LIT(KIT_ORIGIN),
	    .people = "/nonexistent",
	    .link = "",
	    .channels = 1u << KC_CHANNEL_FILE,
	    .give = give,
	    .wake = wake,
	    .ctx = d};

	pthread_mutex_init(&d->lock, NULL);
	app_init(&d->a, KIT_LISTS, false);
	app_close(&d->a);
	o.store = d->a.store;
	assert_int_equal(kc_outbox_open(&d->b, &o), KC_OK);
	d->a.beside = kc_outbox_beside(d->b);
	d->a.ticks = true;
	app_open(&d->a);
	letter(d, "G16-K1", "W-2022-0001");
	until(d, "2022-09-26");
	pass(d, DAY);
	*state = d;
	return 0;
}

static int
down(void **state)
{
	struct desk *d = *state;

	app_close(&d->a);
	kc_outbox_close(d->b);
	app_free(&d->a);
	free(d);
	return 0;
}

static unsigned
overtaken(struct desk *d)
{
	struct kc_ledger_stats s;

	kc_ledger_stats(d->a.l, &s);
	assert_int_equal(s.beside.failed, 0);
	return (unsigned)s.beside.overtaken;
}

/* All that waits is given. */
static unsigned
open_desk(struct desk *d)
{
	kc_outbox_ready(d->b);
	rounds(d);
	assert_in_range(d->njobs, 1, JOBS_MAX / 2);
	return d->njobs;
}

static void
test_overtaken__a_retry_ends_when_the_matter_is_done(void **state)
{
	struct desk *d = *state;
	unsigned n = open_desk(d);

	answer(d, KC_DELIVERY_DEFERRED, "451");
	lift(d);
	pass(d, 10 * MINUTE);
	assert_int_equal(d->njobs, n); /* none was given again */
	assert_int_equal(outcomes(d, KC_K_reminder_failed), n);
	assert_int_equal(outcomes(d, KC_K_reminder_sent), 0);
	assert_int_equal(overtaken(d), n);
	pass(d, DAY);
	assert_int_equal(outcomes(d, KC_K_reminder_failed), n);
}

static void
test_overtaken__what_was_never_tried_says_so(void **state)
{
	struct desk *d = *state;

	lift(d);
	kc_outbox_ready(d->b);
	pass(d, MINUTE);
	assert_int_equal(d->njobs, 0);
	assert_true(overtaken(d) > 0);
	assert_int_equal(outcomes(d, KC_K_reminder_failed), overtaken(d));
}

static void
test_overtaken__not_what_is_with_the_server(void **state)
{
	struct desk *d = *state;
	unsigned n = open_desk(d);

	lift(d);
	pass(d, 10 * MINUTE);
	answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(outcomes(d, KC_K_reminder_sent), n);
	assert_int_equal(outcomes(d, KC_K_reminder_failed), 0);
}

static void
test_overtaken__not_while_one_of_its_matters_is_open(void **state)
{
	struct desk *d = *state;
	unsigned n;

	letter(d, "G16-K2", "W-2022-0002");
	until(d, "2022-09-29");
	pass(d, DAY); /* the last day of both */
	n = open_desk(d);
	answer(d, KC_DELIVERY_DEFERRED, "451");
	lift(d);
	pass(d, 10 * MINUTE);
	pass(d, MINUTE); /* outcomes are told together */
	assert_in_range(d->njobs, n + 1, 2 * n - 1);
	assert_int_equal(outcomes(d, KC_K_reminder_failed), 2 * n - d->njobs);
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

	(void)open_desk(d);
	app_at(&d->a, d->a.now_ms + 400 * DAY); /* set, not passed */
	rounds(d);
	kc_ledger_health(d->a.l, &health);
	assert_int_equal(health.cause, KC_CAUSE_CLOCK_HELD);
	n = d->njobs;
	answer(d, KC_DELIVERY_SENT, "250");
	pass(d, 2 * MINUTE);
	assert_int_equal(outcomes(d, KC_K_reminder_sent), 0);
	w = app_do(&d->a, KC_K_clock_confirm, "root.a P09.a",
	    "basis=与两台独立时钟核对一致");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_outbox_unready(d->b);
	pass(d, 2 * MINUTE);
	assert_int_equal(outcomes(d, KC_K_reminder_sent), n);
	pass(d, DAY);
	assert_int_equal(outcomes(d, KC_K_reminder_sent), n);
	assert_int_equal(outcomes(d, KC_K_reminder_failed), 0);
}

/* Nobody believes the time: nobody is told of what it would make due. */
static void
test_plan__nothing_in_a_hold(void **state)
{
	struct desk *d = *state;
	unsigned n = open_desk(d);
	struct answer w;

	answer(d, KC_DELIVERY_SENT, "250");
	app_at(&d->a, d->a.now_ms + 400 * DAY); /* set, not passed */
	rounds(d);
	pass(d, HOUR);
	assert_int_equal(d->njobs, n);
	w = app_do(&d->a, KC_K_clock_confirm, "root.a P09.a",
	    "basis=与两台独立时钟核对一致");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	pass(d, 2 * MINUTE);
	assert_true(d->njobs > n);
}

static enum kc_err
count_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	(void)key, (void)value;
	++*(unsigned *)ctx;
	return KC_OK;
}

static unsigned
rows(struct desk *d)
{
	unsigned n = 0;

	assert_int_equal(kc_store_outbox(d->a.store, count_row, &n), KC_OK);
	return n;
}

/* The daemon starts with a clock that is ahead, by less than makes a hold. */
#define AHEAD (23 * HOUR + 30 * MINUTE)
static unsigned
start_ahead(struct desk *d)
{
	unsigned n;

	until(d, "2022-09-29");
	app_close(&d->a);
	app_at(&d->a, d->a.now_ms + AHEAD);
	app_open(&d->a);
	rounds(d);
	n = rows(d);
	assert_in_range(n, 1, JOBS_MAX / 4);
	assert_int_equal(d->njobs, 0);
	return n;
}

static void
put_back(struct desk *d)
{
	app_at(&d->a, d->a.now_ms - AHEAD);
	pass(d, MINUTE);
}

static void
test_back__what_was_planned_ahead_of_time_is_taken_back(void **state)
{
	struct desk *d = *state;
	unsigned n = start_ahead(d);

	put_back(d);
	assert_int_equal(rows(d), 0);
	kc_outbox_ready(d->b);
	pass(d, HOUR);
	assert_int_equal(d->njobs, 0); /* none is due yet */
	pass(d, AHEAD);
	assert_int_equal(d->njobs, n);
	answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(outcomes(d, KC_K_reminder_sent), n);
	pass(d, HOUR);
	assert_int_equal(d->njobs, n);
}

static void
test_back__what_was_tried_ahead_of_time_does_not_wait_for_it(void **state)
{
	struct desk *d = *state;
	unsigned n;

	n = start_ahead(d);
	assert_int_equal(open_desk(d), n);
	answer(d, KC_DELIVERY_DEFERRED, "451");
	put_back(d);
	assert_int_equal(rows(d), n);
	pass(d, MINUTE);
	assert_int_equal(d->njobs, 2 * n);
	answer(d, KC_DELIVERY_SENT, "250");
	assert_int_equal(rows(d), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

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
