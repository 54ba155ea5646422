/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th write or flush of the running daemon fails, for n = 1, 2, 3 ...
 * until a run passes untouched. The client hears 503 E-UNKNOWN, never that
 * its statement failed; the daemon ends with 74; after a restart the same
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

#define NOTES 3
#define RUNS_MAX 200 /* far more than the calls of one run */

struct failure {
	const char *name, *path; /* which file; its calls are counted */
	int error;
	bool forever, half;
};

static const struct failure failures[] = {
    {"the store, EIO once", "ledger.mdb", EIO, false, false},
    {"the store, EIO for ever", "ledger.mdb", EIO, true, false},
    {"the store, ENOSPC once", "ledger.mdb", ENOSPC, false, false},
    {"the store, short writes for ever", "ledger.mdb", EIO, true, true},
    {"the anchor, EIO once", "anchor", EIO, false, false},
    {"the anchor, EIO for ever", "anchor", EIO, true, false},
    {"the anchor, a short write", "anchor", EIO, false, true},
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
		return status == 503 && unknown ? "E-UNKNOWN" : said;
	}
	return NULL;
}

/* The daemon with the failure in it; false if it behaved badly. */
static bool
run_failing(bool *refused)
{
	const char *said;

	if (!dk_try(&f.d)) { /* failed while it started: nothing was asked */
		*refused = true;
		return f.d.code == 1 || f.d.code == 74;
	}
	said = send_all();
	*refused = said != NULL;
	if (said == NULL)
		return dk_stop(&f.d) == 0;
	if (strcmp(said, "E-UNKNOWN") != 0)
		tap_note("answer %s", said);
	if (dk_wait(&f.d, 5000) < 0)
		dk_kill(&f.d, SIGKILL);
	return strcmp(said, "E-UNKNOWN") == 0 && f.d.code == 74;
}

/* Healthy again: every note is asked again and stands once. */
static bool
ask_again(void)
{
	bool was[NOTES], good = true;

	memcpy(was, f.acked, sizeof(was));
	f.d.preload = NULL;
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
	unsigned n = 0, bad = 0, refusals = 0;
	bool touched = true, refused;

	snprintf(counts, sizeof(counts), "%s/counts", f.d.dir);
	while (touched && n < RUNS_MAX) {
		bool good;

		n++;
		memset(f.acked, 0, NOTES * sizeof(*f.acked));
		fault_restore(&f, "full");
		put_env(x, n, counts);
		f.d.preload = shim;
		good = run_failing(&refused);
		touched = was_touched(counts);
		refusals += refused;
		if (!good)
			tap_note("%s, call %u: exit %d", x->name, n, f.d.code);
		if (!ask_again()) {
			good = false;
			tap_note("%s, call %u: after it", x->name, n);
		}
		bad += !good;
	}
	tap_ok(bad == 0 && !touched && !refused && refusals > NOTES,
	    "%s: %u calls failed in turn, %u made it unknown, none lost or "
	    "doubled an entry",
	    x->name, n - 1, refusals);
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
