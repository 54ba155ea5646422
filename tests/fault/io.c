/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th write or flush of the running daemon fails, for n = 1, 2, 3 ...
 * until a run passes untouched. The client hears 503 E-UNKNOWN or nothing at
 * all, never that its statement failed; the daemon ends with 74, also where
 * everybody was answered before: the store is written after lone answers, when
 * it has no place for more, when it is quiet, when somebody reads, or at the
 * end. A start without the failure has all that was acknowledged, and the same
 * notes, asked again, stand once each.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faultkit.h"
#include "tmpdir.h"

#define NOTES 20 /* more than a store may be behind by */
#define QUIET_MS 5000
#define RUNS_MAX 200 /* far more than the calls of one run */

struct failure {
	const char *name, *path; /* which file; its calls are counted */
	int error;
	bool forever, half;
	enum {
		TO_END,
		READ,
		QUIET
	} then; /* after the last answer */
};

static const struct failure failures[] = {
    {"the store, EIO once", "ledger.mdb", EIO, false, false, TO_END},
    {"the store, EIO once, read", "ledger.mdb", EIO, false, false, READ},
    {"the store, EIO once, quiet", "ledger.mdb", EIO, false, false, QUIET},
    {"the store, EIO for ever", "ledger.mdb", EIO, true, false, TO_END},
    {"the store, ENOSPC once", "ledger.mdb", ENOSPC, false, false, TO_END},
    {"the store, short writes for ever", "ledger.mdb", EIO, true, true, TO_END},
    {"the anchor, EIO once", "anchor", EIO, false, false, TO_END},
    {"the anchor, EIO for ever", "anchor", EIO, true, false, TO_END},
    {"the anchor, a short write", "anchor", EIO, false, true, TO_END},
};

static struct fault f;

static void
put_number(const char *name, unsigned value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	setenv(name, text, 1);
}

static void
put_env(const struct failure *x, unsigned n, const char *counts)
{
	put_number("KC_SHIM_NTH", n);
	put_number("KC_SHIM_ERRNO", (unsigned)x->error);
	put_number("KC_SHIM_FOREVER", x->forever);
	put_number("KC_SHIM_SHORT", x->half);
	setenv("KC_SHIM_PATH", x->path, 1);
	setenv("KC_SHIM_COUNTS", counts, 1);
}

/* Did the daemon meet the failure? One that could not say so did. */
static bool
was_touched(const char *counts)
{
	char text[128] = "";
	FILE *file = fopen(counts, "re");
	bool touched = true;

	if (file != NULL && fgets(text, sizeof(text), file) != NULL)
		touched = strstr(text, " failed=0\n") == NULL;
	if (file != NULL)
		fclose(file);
	(void)unlink(counts);
	return touched;
}

/* Posts until something else than success comes: NULL if all went well. */
static const char *
send_all(void)
{
	static char said[256];

	for (unsigned i = 0; i < NOTES; i++) {
		struct kc_buf reply = {0};
		int status = fault_post(&f, i, &reply);
		bool unknown =
		    strstr(kc_buf_cstr(&reply), "\"E-UNKNOWN\"") != NULL;

		snprintf(said, sizeof(said), "%d %.200s", status,
		    kc_buf_cstr(&reply));
		kc_buf_free(&reply);
		if (status == 201)
			continue;
		/* None: it ended after the answer before this one. */
		if (status == 0 || (status == 503 && unknown))
			return "E-UNKNOWN";
		return said;
	}
	return NULL;
}

/* Has the store come to what the anchor has? Both are read as they are. */
static bool
is_written(void)
{
	for (unsigned i = 0; i < NOTES; i++)
		f.seen[i] = 0;
	return fault_count(&f) && fault_lost(&f) == 0;
}

/* Everybody was answered: what makes the daemon write the rest; its code. */
static int
end(const struct failure *x)
{
	double from = dk_now_ms();

	if (x->then == READ && fault_post(&f, NOTES - 1, NULL) == 200 &&
	    !is_written())
		return -1; /* its receipt is made of what is written now */
	while (x->then == QUIET && dk_wait(&f.d, 0) < 0 && !is_written())
		if (!dk_poll(from, QUIET_MS))
			break;
	return f.d.pid == 0 ? f.d.code : dk_stop(&f.d);
}

/* The daemon with the failure in it; false if it behaved badly. *late: it
 * ended with 74 though everybody was answered. */
static bool
run_failing(
    const struct failure *x, const char *counts, bool *touched, bool *late)
{
	const char *said;

	*late = false;
	if (!dk_try(&f.d)) { /* failed while it started: nothing was asked */
		*touched = was_touched(counts);
		return f.d.code == 1 || f.d.code == 74;
	}
	said = send_all();
	if (said == NULL) {
		int code = end(x);

		*touched = was_touched(counts);
		*late = code == 74;
		return code == (*touched ? 74 : 0);
	}
	if (strcmp(said, "E-UNKNOWN") != 0)
		tap_note("answer %s", said);
	if (dk_wait(&f.d, 5000) < 0)
		dk_kill(&f.d, SIGKILL);
	*touched = was_touched(counts);
	return strcmp(said, "E-UNKNOWN") == 0 && f.d.code == 74;
}

/* A start without the failure, and an end, nothing asked: the file has each
 * acknowledged entry, once. */
static bool
has_acknowledged(void)
{
	f.d.preload = NULL;
	dk_start(&f.d);
	return dk_stop(&f.d) == 0 && fault_count(&f) && fault_lost(&f) == 0 &&
	    fault_twice(&f) == 0;
}

/* Healthy again: every note is asked again and stands once. */
static bool
ask_again(void)
{
	bool was[NOTES], good = true;

	memcpy(was, f.acked, sizeof(was));
	dk_start(&f.d);
	for (unsigned i = 0; i < NOTES; i++) {
		int status = fault_post(&f, i, NULL);

		good = good && (status == 200 || (status == 201 && !was[i]));
	}
	good = dk_stop(&f.d) == 0 && good;
	good = fault_count(&f) && good;
	for (unsigned i = 0; i < NOTES; i++)
		good = good && f.seen[i] == 1;
	return good;
}

static void
run_failure(const struct failure *x, const char *shim)
{
	char counts[256];
	unsigned n = 0, bad = 0, unknown = 0, late = 0;
	bool touched = true;

	snprintf(counts, sizeof(counts), "%s/counts", f.d.dir);
	while (touched && n < RUNS_MAX) {
		bool good, is_late;

		n++;
		memset(f.acked, 0, NOTES * sizeof(*f.acked));
		fault_restore(&f, "full");
		put_env(x, n, counts);
		f.d.preload = shim;
		good = run_failing(x, counts, &touched, &is_late);
		late += is_late;
		unknown += touched && !is_late;
		if (!good)
			tap_note("%s, call %u: exit %d", x->name, n, f.d.code);
		if (!has_acknowledged()) {
			good = false;
			tap_note("%s, call %u: lost", x->name, n);
		}
		if (!ask_again()) {
			good = false;
			tap_note("%s, call %u: after it", x->name, n);
		}
		bad += !good;
	}
	tap_ok(bad == 0 && !touched && unknown > 3 && late > 1,
	    "%s: %u calls failed in turn; %u made it unknown, %u came after "
	    "the last answer; none lost or doubled an entry",
	    x->name, n - 1, unknown, late);
}

int
main(void)
{
	unsigned rounds = tap_number("IO_ROUNDS", 1);
	char shim[256], cwd[128];

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		return 1;
	snprintf(shim, sizeof(shim), "%s%s%s/tests/fault/shim.so",
	    dk_build()[0] == '/' ? "" : cwd, dk_build()[0] == '/' ? "" : "/",
	    dk_build());
	fault_init(&f, NOTES);
	fault_keep(&f, "full");
	for (unsigned i = 0; i < rounds; i++)
		for (size_t j = 0; j < sizeof(failures) / sizeof(failures[0]);
		     j++)
			run_failure(&failures[j], shim);
	fault_free(&f);
	return tap_done();
}
