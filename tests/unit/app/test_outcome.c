/* SPDX-License-Identifier: Apache-2.0 */
/* What each outcome of a write leaves behind, and a writer that is killed. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "appkit.h"
#include "seqfake.h"
#include "store/store_int.h"

/* --- outcomes --- */
static void
script(struct app *a, const struct kc_fake_step *steps, size_t n)
{
	app_close(a);
	assert_int_equal(
	    kc_sequencer_fake(&a->sequencer, a->store, steps, n), KC_OK);
	a->own_sequencer = true;
	app_open(a);
}

static void
unscript(struct app *a)
{
	app_close(a);
	a->sequencer.close(a->sequencer.ctx);
	a->own_sequencer = false;
}

static void
test_outcome__conflict_rebuilds_and_stays_open(void **state)
{
	static const struct kc_fake_step steps[] = {
	    {KC_CONFLICT, false}, {KC_CONFLICT, true}};
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct kc_buf note = {0};
	struct answer w;

	script(a, steps, 2);
	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_READ_ONLY);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	assert_true(kc_store_size(a->store) == size);
	(void)app_digest(a);
	/* Another's batch stands now: the ledger goes on from its head. */
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	(void)app_digest(a);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	assert_true(w.duplicate && w.seq == size);
	app_check_receipt(a, &w);
	answer_free(&w);
	app_grow(a, 2, 3);
	kc_buf_free(&note);
}

static void
room_comes_back(struct app *a, enum kc_outcome outcome)
{
	const struct kc_fake_step steps[] = {{outcome, false}};
	struct kc_buf note = {0}, old = {0};
	struct answer w;

	app_duty(a, 1, &old);
	w = app_send(a, kc_buf_view(&old));
	answer_free(&w);
	script(a, steps, 1);
	app_duty(a, 2, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_READ_ONLY);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_READ_ONLY);
	(void)app_digest(a); /* reading goes on, without the batch */
	w = app_send(a, kc_buf_view(&old));
	assert_int_equal(w.err, KC_OK);
	assert_true(w.duplicate);
	answer_free(&w);
	assert_true(kc_ledger_settle(a->l)); /* asks again */
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	assert_false(w.duplicate);
	app_check_receipt(a, &w);
	answer_free(&w);
	(void)app_digest(a);
	kc_buf_free(&note);
	kc_buf_free(&old);
}

static void
test_outcome__full_reads_only_until_there_is_room(void **state)
{
	room_comes_back(*state, KC_FULL);
}

static void
test_outcome__unavailable_reads_only_until_it_answers(void **state)
{
	room_comes_back(*state, KC_UNAVAILABLE);
}

/* The store contradicts the ledger: trying again would fail for ever. */
static void
test_outcome__broken_stops_and_says_so(void **state)
{
	static const struct kc_fake_step steps[] = {{KC_BROKEN, false}};
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct kc_buf note = {0}, why = {0};
	struct kc_health health;
	struct answer w;

	script(a, steps, 1);
	app_duty(a, 1, &note);
	for (int i = 0; i < 2; i++) {
		w = app_send(a, kc_buf_view(&note));
		assert_int_equal(w.err, KC_EUNKNOWN);
		assert_int_equal(kc_ledger_mode(a->l), KC_MODE_POISONED);
	}
	kc_ledger_health(a->l, &health);
	assert_int_equal(health.cause, KC_CAUSE_BROKEN);
	kc_ledger_why(a->l, &why);
	assert_true(why.n > 0);
	assert_true(kc_store_size(a->store) == size);
	kc_buf_free(&note);
	kc_buf_free(&why);
}

static void
test_outcome__fenced_never_writes_again(void **state)
{
	static const struct kc_fake_step steps[] = {{KC_FENCED, false}};
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct kc_buf note = {0};
	struct answer w;

	script(a, steps, 1);
	app_duty(a, 1, &note);
	for (int i = 0; i < 3; i++) {
		w = app_send(a, kc_buf_view(&note));
		assert_int_equal(w.err, KC_EREFUSED);
		assert_int_equal(w.code, KC_R_READ_ONLY);
		assert_int_equal(kc_ledger_mode(a->l), KC_MODE_READ_ONLY);
		assert_false(kc_ledger_settle(a->l));
	}
	(void)app_digest(a);
	assert_true(kc_store_size(a->store) == size);
	kc_buf_free(&note);
}

static void
saw_null(void *ctx, const struct kc_view_source *src)
{
	int *fd = ctx;

	if (write(*fd, src == NULL ? "n" : "s", 1) != 1)
		abort();
}

static void
unknown(struct app *a, bool written)
{
	const struct kc_fake_step steps[] = {{KC_UNKNOWN, written}};
	uint64_t size = kc_store_size(a->store);
	struct kc_buf note = {0};
	struct answer w;
	int pipes[2];
	char c;

	script(a, steps, 1);
	app_duty(a, 1, &note);
	for (int i = 0; i < 2; i++) {
		w = app_send(a, kc_buf_view(&note));
		assert_int_equal(w.err, KC_EUNKNOWN);
		assert_int_equal(w.code, KC_R_UNKNOWN_OUTCOME);
		assert_true(w.receipt.n == 0);
		assert_int_equal(kc_ledger_mode(a->l), KC_MODE_POISONED);
	}
	assert_false(kc_ledger_settle(a->l));
	/* Nobody reads a state that may not be. */
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(kc_ledger_read(a->l, saw_null, &pipes[1]), KC_OK);
	assert_int_equal(read(pipes[0], &c, 1), 1);
	assert_int_equal(c, 'n');
	close(pipes[0]);
	close(pipes[1]);
	unscript(a);
	app_open(a);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	assert_true(w.seq == size);
	assert_true(w.duplicate == written);
	app_check_receipt(a, &w);
	answer_free(&w);
	kc_buf_free(&note);
}

static void
test_outcome__unknown_but_written_stands_after_a_restart(void **state)
{
	unknown(*state, true);
}

static void
test_outcome__unknown_and_lost_is_written_after_a_restart(void **state)
{
	unknown(*state, false);
}

/* The anchor's disk fails: the entry is there, and nobody was told. */
static void
test_anchor_failure__is_unknown_then_a_duplicate(void **state)
{
	struct app *a = *state;
	char link[64], target[256];
	struct kc_buf note = {0};
	struct answer w;
	int full;

	a->at_once = true;
	app_restart(a);
	full = open(tmpdir_file(a->dir, "anchor"), O_RDONLY | O_CLOEXEC);
	assert_true(full >= 0);
	for (int fd = 3; fd < 64; fd++) {
		ssize_t n;

		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, target, sizeof(target) - 1);
		if (n <= 0 || fd == full)
			continue;
		target[n] = '\0';
		if (strcmp(target, tmpdir_file(a->dir, "anchor")) == 0)
			assert_true(dup2(full, fd) == fd);
	}
	close(full);
	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EUNKNOWN);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_POISONED);
	app_restart(a);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	assert_true(w.duplicate);
	app_check_receipt(a, &w);
	answer_free(&w);
	kc_buf_free(&note);
}

/* --- killed at any instant --- */
/* Tells the parent the number of each duty that was acknowledged. */
static __attribute__((noreturn)) void
write_until_killed(const char *dir, int64_t now_ms, unsigned from, int fd)
{
	struct app a;

	memset(&a, 0, sizeof(a));
	(void)snprintf(a.dir, sizeof(a.dir), "%s", dir);
	kit_init(&a.k, KIT_EMPTY);
	a.k.next_id = 1000000 + from;
	a.now_ms = now_ms;
	app_load(&a);
	app_open(&a);
	for (unsigned i = from;; i++) {
		struct answer w = app_send_duty(&a, i);

		if (write(fd, &i, sizeof(i)) != sizeof(i))
			_exit(1);
		answer_free(&w);
	}
}

static enum kc_err
find_duties(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	bool *found = ctx;
	const char *at = memmem(leaf.p, leaf.n, "duty T", 6);

	(void)seq;
	if (at != NULL)
		found[strtoul(at + 6, NULL, 10)] = true;
	return KC_OK;
}

static void
test_kill__every_acknowledged_entry_stands(void **state)
{
	static bool acked[100000], found[100000];
	struct app *a = *state;
	unsigned next = 0, last, total = 0;

	memset(acked, 0, sizeof(acked));
	for (unsigned round = 0; round < 12; round++) {
		int pipes[2], status;
		unsigned some = 3 + round * 7;
		pid_t pid;

		app_down(a);
		assert_int_equal(pipe(pipes), 0);
		pid = fork();
		if (pid == 0)
			write_until_killed(a->dir, a->now_ms, next, pipes[1]);
		close(pipes[1]);
		while (some-- > 0) {
			assert_int_equal(
			    read(pipes[0], &last, sizeof(last)), sizeof(last));
			acked[last] = true;
			total++;
		}
		kill(pid, SIGKILL);
		while (read(pipes[0], &last, sizeof(last)) == sizeof(last)) {
			acked[last] = true;
			total++;
		}
		assert_true(waitpid(pid, &status, 0) == pid);
		close(pipes[0]);
		next = last + 2; /* one more may stand unacknowledged */
		app_load(a);
		app_open(a);
		memset(found, 0, sizeof(found));
		assert_int_equal(
		    kc_store_scan(a->store, 0, kc_store_size(a->store),
			find_duties, found),
		    KC_OK);
		for (unsigned i = 0; i < next; i++)
			assert_true(!acked[i] || found[i]);
	}
	assert_true(total > 400);
	(void)app_digest(a);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, app_up_city, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_outcome__conflict_rebuilds_and_stays_open),
	    T(test_outcome__full_reads_only_until_there_is_room),
	    T(test_outcome__unavailable_reads_only_until_it_answers),
	    T(test_outcome__broken_stops_and_says_so),
	    T(test_outcome__fenced_never_writes_again),
	    T(test_outcome__unknown_but_written_stands_after_a_restart),
	    T(test_outcome__unknown_and_lost_is_written_after_a_restart),
	    T(test_anchor_failure__is_unknown_then_a_duplicate),
	    T(test_kill__every_acknowledged_entry_stands),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
