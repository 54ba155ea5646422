/* SPDX-License-Identifier: Apache-2.0 */
#include "deskkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
void
desk_rounds(struct desk *d)
{
	for (int i = 0; i < 4; i++) {
		kc_ledger_tick(d->a.l);
		(void)kc_ledger_settle(d->a.l);
	}
}

void
desk_pass(struct desk *d, int64_t ms)
{
	d->a.passed_ms += ms;
	app_at(&d->a, d->a.now_ms + ms);
	desk_rounds(d);
}

void
desk_answer(struct desk *d, enum kc_delivery outcome, const char *code)
{
	unsigned n = d->njobs;

	for (unsigned i = 0; i < n; i++) {
		struct kc_answer a = {.outcome = outcome};

		memcpy(a.id, d->jobs[i], sizeof(a.id));
		(void)kc_slice_copy(a.code, sizeof(a.code), kc_slice_str(code));
		kc_outbox_answered(d->b, &a);
	}
	desk_rounds(d);
}

void
desk_says(struct desk *d, enum kc_kind_id kind, const char *by,
    const char *const *fields)
{
	struct answer w = app_do_v(&d->a, kind, by, fields);

	if (w.err != KC_OK)
		fail_msg("%s", kc_refusal_code_text(w.code));
	answer_free(&w);
}

/* A letter to G16 that was answered, and is not lifted. */
void
desk_letter(struct desk *d, const char *target, const char *handle)
{
	char about[32], of[48];

	(void)snprintf(of, sizeof(of), "target=%s", target);
	(void)snprintf(about, sizeof(about), "warning=%s", handle);
	SAYS(warning_issue, "P09.a", of, "unit=G16", "level=blue",
	    "rectify_by=2022-09-30", "fact=进度滞后", "demand=限期整改");
	SAYS(warning_deliver, "P09.a", about, "unit=G16");
	SAYS(warning_reply, "G16.head", about, "reply=已部署");
}

void
desk_lift(struct desk *d)
{
	SAYS(warning_lift, "P09.b", LETTER, "finding=已落实",
	    "evidence=sha256:"
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "18233 application/pdf");
}

/* Of the day of the test. */
unsigned
desk_outcomes(struct desk *d, enum kc_kind_id kind)
{
	return app_count(&d->a, kind, NULL) -
	    (kind == KC_K_reminder_sent ? d->before : 0);
}

/* Until 10:00 of a day, with all that comes up meanwhile sent. */
void
desk_until(struct desk *d, const char *day)
{
	int64_t now = d->a.now_ms;
	kc_day last;

	assert_true(kc_read_day(kc_slice_str(day), &last));
	kc_outbox_ready(d->b);
	desk_pass(
	    d, kc_day_start_ms(last, KC_LOCAL_OFFSET_S) + 10 * HOUR - now);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	kc_outbox_unready(d->b);
	d->njobs = 0;
	d->before = app_count(&d->a, KC_K_reminder_sent, NULL);
}

void
desk_reopen(struct desk *d)
{
	struct kc_outbox_options o = {.origin = KC_LIT(KIT_ORIGIN),
	    .people = d->people != NULL ? d->people : "/nonexistent",
	    .link = "",
	    .channels = d->channels | 1u << KC_CHANNEL_FILE,
	    .give = give,
	    .wake = wake,
	    .ctx = d};

	o.store = d->a.store;
	assert_int_equal(kc_outbox_open(&d->b, &o), KC_OK);
	d->a.beside = kc_outbox_beside(d->b);
	app_open(&d->a);
}

void
desk_close(struct desk *d)
{
	app_close(&d->a);
	kc_outbox_close(d->b);
	d->njobs = 0;
}

/* On the day of a stage of the letter, with nothing given yet. */
int
desk_up(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	pthread_mutex_init(&d->lock, NULL);
	app_init(&d->a, KIT_LISTS, false);
	app_close(&d->a);
	d->a.ticks = true;
	desk_reopen(d);
	desk_letter(d, "G16-K1", "W-2022-0001");
	desk_until(d, "2022-09-26");
	desk_pass(d, DAY);
	*state = d;
	return 0;
}

int
desk_down(void **state)
{
	struct desk *d = *state;

	desk_close(d);
	app_free(&d->a);
	free(d);
	return 0;
}

/* All that waits is given. */
unsigned
desk_open(struct desk *d)
{
	kc_outbox_ready(d->b);
	desk_rounds(d);
	assert_in_range(d->njobs, 1, JOBS_MAX / 2);
	return d->njobs;
}

static enum kc_err
count_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	(void)key, (void)value;
	++*(unsigned *)ctx;
	return KC_OK;
}

unsigned
desk_rows(struct desk *d)
{
	unsigned n = 0;

	assert_int_equal(kc_store_outbox(d->a.store, count_row, &n), KC_OK);
	return n;
}
