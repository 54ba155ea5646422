/* SPDX-License-Identifier: Apache-2.0 */
/* The line to the sender, with senders that are scripts of a few lines. */
#include "remind/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <event2/event.h>
#include <event2/thread.h>

#include "sys/log.h"
#include "tmpdir.h"

#define READY "printf '{\"channels\":[\"smtp\",\"file\"]}\\n' >&3\n"
#define ID "0123456789abcdef0123456789abcdef"

struct fixture {
	char dir[128], program[256];
	struct event_base *base;
	struct kc_remind config;
	struct kc_link *link;
	unsigned ready, answered, want_ready, want_answered;
	uint32_t channels;
	struct kc_answer last;
};

static void
stop_if_done(struct fixture *f)
{
	if (f->ready >= f->want_ready && f->answered >= f->want_answered)
		(void)event_base_loopbreak(f->base);
}

static void
on_ready(void *ctx, uint32_t channels)
{
	struct fixture *f = ctx;

	f->ready++;
	f->channels = channels;
	stop_if_done(f);
}

static void
on_answer(void *ctx, const struct kc_answer *answer)
{
	struct fixture *f = ctx;

	f->answered++;
	f->last = *answer;
	stop_if_done(f);
}

static void
write_program(struct fixture *f, const char *body)
{
	FILE *file;

	snprintf(f->program, sizeof(f->program), "%s/sender", f->dir);
	file = fopen(f->program, "w");
	assert_non_null(file);
	assert_true(
	    fprintf(file, "#!/bin/sh\nread -r config <&3\n%s", body) > 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(f->program, 0700), 0);
}

static enum kc_err
open_link(struct fixture *f)
{
	struct kc_link_options o = {.base = f->base,
	    .config = &f->config,
	    .origin = KC_LIT("example.org/kaohe"),
	    .program = f->program,
	    .ready = on_ready,
	    .answered = on_answer,
	    .ctx = f};

	return kc_link_open(&f->link, &o);
}

/* Runs the loop until so much has come. */
static void
wait_for(struct fixture *f, unsigned ready, unsigned answered)
{
	f->want_ready = ready;
	f->want_answered = answered;
	if (f->ready < ready || f->answered < answered)
		(void)event_base_dispatch(f->base);
	assert_true(f->ready >= ready && f->answered >= answered);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tmpdir_make(f->dir);
	assert_int_equal(evthread_use_pthreads(), 0);
	f->base = event_base_new();
	assert_non_null(f->base);
	kc_remind_defaults(&f->config);
	f->config.on = true;
	f->config.file.on = true;
	snprintf(f->config.file.dir, sizeof(f->config.file.dir), "%s", f->dir);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	kc_link_close(f->link);
	event_base_free(f->base);
	tmpdir_remove(f->dir);
	free(f);
	return 0;
}

static void
test_link__job_is_answered(void **state)
{
	struct fixture *f = *state;

	write_program(f,
	    READY
	    "while read -r job <&3; do\n"
	    "printf '{\"id\":\"" ID "\",\"outcome\":\"sent\","
	    "\"code\":\"250\",\"detail\":\"\",\"retry_s\":0}\\n' >&3\ndone\n");
	assert_int_equal(open_link(f), KC_OK);
	wait_for(f, 1, 0);
	assert_true(
	    f->channels == (1u << KC_CHANNEL_SMTP | 1u << KC_CHANNEL_FILE));
	kc_link_give(f->link, KC_LIT("{}\n{}\n"));
	wait_for(f, 1, 2);
	assert_string_equal(f->last.id, ID);
	assert_int_equal(f->last.outcome, KC_DELIVERY_SENT);
}

static void
test_link__sender_that_ends_is_started_again(void **state)
{
	struct fixture *f = *state;

	write_program(f, READY "read -r job <&3\nexit 1\n");
	assert_int_equal(open_link(f), KC_OK);
	wait_for(f, 1, 0);
	kc_link_give(f->link, KC_LIT("{}\n"));
	wait_for(f, 2, 0); /* ready a second time: jobs are given again */
	assert_int_equal(f->answered, 0);
}

static void
test_link__sender_that_talks_nonsense_is_replaced(void **state)
{
	struct fixture *f = *state;

	write_program(f, READY "echo nonsense >&3\nexec sleep 600\n");
	assert_int_equal(open_link(f), KC_OK);
	wait_for(f, 2, 0);
	assert_int_equal(f->answered, 0);
}

static void
test_link__sender_gets_no_descriptor_and_no_environment(void **state)
{
	struct fixture *f = *state;

	write_program(f,
	    "n=0; for fd in /proc/self/fd/*; do n=$((n + 1)); done\n"
	    "[ -z \"$HOME$USER$KAOCHENG_TEST\" ] && [ \"$n\" -le 6 ] &&\n" READY
	    "exec sleep 600\n");
	assert_int_equal(setenv("KAOCHENG_TEST", "1", 1), 0);
	assert_int_equal(open_link(f), KC_OK);
	wait_for(f, 1, 0);
}

static void
test_link__program_that_is_not_there_is_an_error(void **state)
{
	struct fixture *f = *state;

	snprintf(f->program, sizeof(f->program), "%s/none", f->dir);
	assert_int_equal(open_link(f), KC_EIO);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(test_link__job_is_answered),
	    T(test_link__sender_that_ends_is_started_again),
	    T(test_link__sender_that_talks_nonsense_is_replaced),
	    T(test_link__sender_gets_no_descriptor_and_no_environment),
	    T(test_link__program_that_is_not_there_is_an_error),
	};

	kc_log_set_level(0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
