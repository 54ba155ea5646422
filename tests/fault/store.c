/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th write or flush fails, for n = 1, 2, 3 ... until a run passes
 * untouched; once, for ever, short, for want of room. Whatever fails: no
 * entry that was acknowledged is lost, and what was sent can be sent again.
 *
 * The program runs itself with the shim preloaded: `store child DIR NOW`
 * sends statements and tells on file 3 which were acknowledged.
 */
#include <dlfcn.h>
#include <errno.h>
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

#define NOTES 6      /* sent by each child */
#define RUNS_MAX 400 /* far more than the calls of one run */
#define ID_BASE 1000
#define TOLD 3

static char self[512], shim[512];

/* --- the child --- */
struct shim_counts {
	unsigned long calls, writes, synced, flushes, failed;
};

static struct shim_counts
shim_counts(void)
{
	struct shim_counts (*fn)(void);
	void *p = dlsym(RTLD_DEFAULT, "kc_shim_counts");

	if (p == NULL)
		_exit(2);
	memcpy(&fn, &p, sizeof(fn));
	return fn();
}

/* The same notes before and after a fault: their author has seen the ledger
 * as it was before them. */
static void
first_seen(void *ctx, struct kc_checkpoint *out)
{
	struct app *a = ctx;
	struct kc_buf note = {0};

	if (kc_anchor_peek(tmpdir_file(a->dir, "anchor.first"), &note) !=
		KC_OK ||
	    kc_checkpoint_parse(out, kc_buf_view(&note), NULL) != KC_OK)
		_exit(2);
	kc_buf_free(&note);
}

static void
child_notes(struct app *a, struct kc_buf notes[NOTES])
{
	a->k.next_id = ID_BASE;
	a->k.seen = first_seen;
	a->k.seen_ctx = a;
	for (unsigned i = 0; i < NOTES; i++) {
		memset(&notes[i], 0, sizeof(notes[i]));
		app_duty(a, i, &notes[i]);
	}
}

/* Exit: 0 all stand, 74 an outcome is unknown, 75 refused, 65 no start. The
 * fault, if there was one, is told as a last 'F'. */
static int
child(const char *dir, int64_t now_ms)
{
	struct kc_buf notes[NOTES];
	struct app a;
	int code = 0;

	memset(&a, 0, sizeof(a));
	(void)snprintf(a.dir, sizeof(a.dir), "%s", dir);
	a.at_once = getenv("KC_AT_ONCE") != NULL;
	kit_init(&a.k, KIT_EMPTY);
	app_at(&a, now_ms);
	child_notes(&a, notes);
	{
		struct kc_store_options o = {.dir = a.dir};

		if (kc_store_open(&a.store, &o, NULL) != KC_OK ||
		    kc_anchor_open(&a.anchor, tmpdir_file(a.dir, "anchor"),
			false) != KC_OK ||
		    app_try(&a) != KC_OK)
			code = 65;
	}
	for (unsigned i = 0; code == 0 && i < NOTES; i++) {
		struct answer w = app_send(&a, kc_buf_view(&notes[i]));
		char c = (char)('0' + i);

		if (w.err == KC_OK && write(TOLD, &c, 1) != 1)
			code = 1;
		else if (w.err == KC_EUNKNOWN)
			code = 74;
		else if (w.err != KC_OK)
			code = 75;
		answer_free(&w);
	}
	if (shim_counts().failed > 0 && write(TOLD, "F", 1) != 1)
		code = 1;
	return code;
}

/* --- the parent --- */
struct fault {
	const char *name;
	int error;
	bool forever, half;
};

struct run {
	bool acked[NOTES], fired;
	int code;
};

static void
put_env(const struct fault *f, unsigned n)
{
	char text[32];

	setenv("LD_PRELOAD", shim, 1);
	/* A sanitizer wants to come first; here it need not. */
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
	(void)snprintf(text, sizeof(text), "%u", n);
	setenv("KC_SHIM_NTH", text, 1);
	(void)snprintf(text, sizeof(text), "%d", f->error);
	setenv("KC_SHIM_ERRNO", text, 1);
	setenv("KC_SHIM_FOREVER", f->forever ? "1" : "0", 1);
	setenv("KC_SHIM_SHORT", f->half ? "1" : "0", 1);
	setenv("KC_SHIM_PATH", "kaocheng-test-", 1);
}

static struct run
run_child(const char *dir, int64_t now_ms, const struct fault *f, unsigned n)
{
	struct run r = {{false}, false, -1};
	char now[32], c;
	int pipes[2], status;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	(void)snprintf(now, sizeof(now), "%lld", (long long)now_ms);
	pid = fork();
	if (pid == 0) {
		put_env(f, n);
		close(pipes[0]);
		if (pipes[1] != TOLD && dup2(pipes[1], TOLD) != TOLD)
			_exit(2);
		execl(self, self, "child", dir, now, (char *)NULL);
		_exit(2);
	}
	close(pipes[1]);
	while (read(pipes[0], &c, 1) == 1) {
		if (c == 'F')
			r.fired = true;
		else
			r.acked[c - '0'] = true;
	}
	close(pipes[0]);
	assert_true(waitpid(pid, &status, 0) == pid);
	if (!WIFEXITED(status))
		fail_msg("%s %u: killed by %d", f->name, n, WTERMSIG(status));
	r.code = WEXITSTATUS(status);
	return r;
}

/* The directory as it was before any child. */
static void
restore(const char *dir)
{
	static const char *const names[] = {"ledger.mdb", "anchor"};

	for (int i = 0; i < 2; i++) {
		char from[32];

		(void)snprintf(from, sizeof(from), "%s.first", names[i]);
		tmpdir_copy(dir, from, names[i]);
	}
	(void)unlink(tmpdir_file(dir, "ledger.mdb-lock"));
}

/* After a healthy restart: every acknowledged note stands, every other may
 * be sent again, and the log replays. */
static void
check_after(struct app *a, const struct fault *f, unsigned n, struct run r)
{
	struct kc_buf notes[NOTES];

	app_load(a);
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	child_notes(a, notes);
	for (unsigned i = 0; i < NOTES; i++) {
		struct answer w = app_send(a, kc_buf_view(&notes[i]));

		if (w.err != KC_OK || (r.acked[i] && !w.duplicate))
			fail_msg("%s %u: note %u acked %d: %s duplicate %d",
			    f->name, n, i, r.acked[i], kc_err_text(w.err),
			    w.duplicate);
		app_check_receipt(a, &w);
		answer_free(&w);
		kc_buf_free(&notes[i]);
	}
	(void)app_digest(a);
	app_close(a);
	app_shut(a);
}

static void
run_fault(const struct fault *f)
{
	struct app a;
	unsigned n = 1, refused = 0;
	struct run r;

	app_init(&a, KIT_CITY, true);
	app_close(&a);
	app_shut(&a);
	tmpdir_copy(a.dir, "ledger.mdb", "ledger.mdb.first");
	tmpdir_copy(a.dir, "anchor", "anchor.first");
	for (;; n++) {
		assert_true(n < RUNS_MAX);
		restore(a.dir);
		r = run_child(a.dir, a.now_ms, f, n);
		if (r.code != 0 && r.code != 65 && r.code != 74 && r.code != 75)
			fail_msg("%s %u: exit %d", f->name, n, r.code);
		check_after(&a, f, n, r);
		if (!r.fired)
			break;
		refused += r.code != 0;
	}
	/* The run without a fault: all stood; the others: some did not. */
	assert_int_equal(r.code, 0);
	assert_true(n > 2 * NOTES);
	assert_true(refused >= n / 2);
	print_message("# %s: %u calls failed in turn\n", f->name, n - 1);
	app_free(&a);
}

static void
test_fault__io_error_once(void **state)
{
	(void)state;
	run_fault(&(struct fault){"EIO once", EIO, false, false});
}

static void
test_fault__io_error_for_ever(void **state)
{
	(void)state;
	run_fault(&(struct fault){"EIO for ever", EIO, true, false});
}

static void
test_fault__no_space_once(void **state)
{
	(void)state;
	run_fault(&(struct fault){"ENOSPC once", ENOSPC, false, false});
}

static void
test_fault__short_write_then_errors(void **state)
{
	(void)state;
	run_fault(&(struct fault){"short write", EIO, true, true});
}

/* What one entry costs in flushes, one client after another. */
static void
test_fault__an_entry_costs_two_flushes(void **state)
{
	const struct fault none = {"none", EIO, false, false};
	char counts[256], text[128] = "";
	unsigned long writes = 0, synced = 0, flushes = 0;
	struct app a;
	struct run r;
	FILE *file;

	(void)state;
	app_init(&a, KIT_CITY, true);
	app_close(&a);
	app_shut(&a);
	tmpdir_copy(a.dir, "anchor", "anchor.first");
	(void)snprintf(counts, sizeof(counts), "%s", tmpdir_file(a.dir, "n"));
	setenv("KC_SHIM_COUNTS", counts, 1);
	setenv("KC_AT_ONCE", "1", 1);
	r = run_child(a.dir, a.now_ms, &none, 0);
	unsetenv("KC_AT_ONCE");
	unsetenv("KC_SHIM_COUNTS");
	assert_int_equal(r.code, 0);
	file = fopen(counts, "re");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_int_equal(sscanf(text, "writes=%lu synced=%lu flushes=%lu",
			     &writes, &synced, &flushes),
	    3);
	/* Pages and anchor at every entry; at the start what a killed one may
	 * have left of both, and the heads, which are written anew. */
	assert_int_equal(flushes, 2 * NOTES + 3);
	assert_int_equal(synced, 0);
	app_free(&a);
}

static void
find_self(const char *argv0)
{
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	(void)argv0;
	if (n <= 0)
		exit(2);
	self[n] = '\0';
	(void)snprintf(shim, sizeof(shim), "%s", self);
	slash = strrchr(shim, '/');
	if (slash == NULL || (size_t)(slash - shim) + 10 > sizeof(shim))
		exit(2);
	memcpy(slash, "/shim.so", 9);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fault__io_error_once),
	    cmocka_unit_test(test_fault__io_error_for_ever),
	    cmocka_unit_test(test_fault__no_space_once),
	    cmocka_unit_test(test_fault__short_write_then_errors),
	    cmocka_unit_test(test_fault__an_entry_costs_two_flushes),
	};

	find_self(argv[0]);
	if (argc == 4 && strcmp(argv[1], "child") == 0)
		exit(child(argv[2], strtoll(argv[3], NULL, 10)));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
