/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines that pass while the daemon is down, or is killed as it starts:
 * the clerk's entries stand before any new statement, in order of their
 * days, once each.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "casekit.h"
#include "faultkit.h"

#define ROUNDS 12
#define KILLS 3

static struct fault f;
static char first[32], second[32]; /* "case PD-...": due 10-08 and 10-17 */
static char submit_field[32];
static long july; /* entries when it was stopped */
static unsigned rounds;

/* Two cases fed back in July, both open when the daemon is stopped. */
static void
make_july(void)
{
	const struct kc_case *a, *b;

	kit_init(&f.k, KIT_LISTS);
	a = case_rectifying(&f.k, "2022-07-01", "G16", "G16-K2");
	snprintf(first, sizeof(first), "case %s\n", a->handle);
	b = case_rectifying(&f.k, "2022-07-15", "G17", "G17-K2");
	snprintf(second, sizeof(second), "case %s\n", b->handle);
	snprintf(submit_field, sizeof(submit_field), "case=%s", b->handle);
	kit_at(&f.k, "2022-10-18", 0, 1);
	f.k.now_ms -= 120000; /* the notes are written at 23:59 */
	july = f.k.nnotes;
	fault_found(&f, 1 + rounds);
	fault_keep(&f, "july");
}

static bool
leaf_has(long seq, const char *kind, const char *handle)
{
	struct kc_buf leaf = {0};
	char path[64];
	bool has;

	snprintf(path, sizeof(path), "/v1/entries/%ld/raw", seq);
	has = fault_get(&f, path, &leaf) == 200 &&
	    strstr(kc_buf_cstr(&leaf), kind) != NULL &&
	    strstr(kc_buf_cstr(&leaf), handle) != NULL;
	kc_buf_free(&leaf);
	return has;
}

static unsigned
expiries(const char *handle)
{
	long size = fault_size(&f);
	unsigned n = 0;

	for (long seq = july; seq < size; seq++)
		n += leaf_has(seq, "entry prededuct.expire\n", handle);
	return n;
}

/* Both stand first and in order, and nowhere else. */
static bool
both_expired(void)
{
	return leaf_has(july, "entry prededuct.expire\n", first) &&
	    leaf_has(july + 1, "entry prededuct.expire\n", second) &&
	    expiries(first) == 1 && expiries(second) == 1;
}

static void
clock_at(const char *day, int hour, int minute)
{
	struct kit at = {0};

	kit_at(&at, day, hour, minute);
	dk_clock(&f.d, at.now_ms);
}

static void
test_last_minute(void)
{
	struct kit at = {0};

	clock_at("2022-10-17", 23, 59);
	dk_start(&f.d);
	tap_ok(fault_size(&f) == july + 1 && expiries(first) == 1,
	    "in the last minute only the earlier case has expired");
	kit_at(&at, "2022-10-18", 0, 0);
	tap_ok(dk_move(&f.d, at.now_ms) && both_expired(),
	    "with the clock moved the other follows at once");
	tap_ok(fault_size(&f) == july + 2, "and nothing else is written");
	dk_stop(&f.d);
	dk_start(&f.d);
	tap_ok(fault_size(&f) == july + 2, "nor at another start");
	dk_stop(&f.d);
	fault_restore(&f, "july");
}

/* The unit hands in its work a minute late, as the first who asks. */
static void
test_late_submission(void)
{
	const char *fields[] = {submit_field, EVIDENCE, "report=已整改", NULL};
	struct kc_buf note = {0}, reply = {0};
	double from = dk_now_ms();
	int status = 0;

	kit_at(&f.k, "2022-10-18", 0, 1);
	if (kit_note(&f.k, &note, KC_K_rectify_submit, "G17.head", fields) !=
	    KC_OK)
		abort();
	clock_at("2022-10-18", 0, 2);
	dk_spawn(&f.d);
	while (status == 0 && dk_poll(from, 10000))
		status = dk_request(&f.d, "POST", "/v1/entries", "text/plain",
		    kc_buf_view(&note), &reply);
	if (!tap_ok(status == 409,
		"a submission after the last day comes "
		"second, and is refused"))
		tap_note("%d %s", status, kc_buf_cstr(&reply));
	tap_ok(both_expired() && fault_size(&f) == july + 2,
	    "both cases have expired");
	tap_ok(fault_post(&f, 0, NULL) == 201 && both_expired(),
	    "other statements come after that");
	dk_stop(&f.d);
	kc_buf_free(&note);
	kc_buf_free(&reply);
	f.acked[0] = false;
	fault_restore(&f, "july");
}

/* Killed at any moment of the start, a few times over; then it starts. */
static void
test_killed(void)
{
	unsigned random = tap_number("SEED", 20220715), good = 0;

	for (unsigned i = 1; i <= rounds; i++) {
		for (unsigned j = 0; j < KILLS; j++) {
			struct timespec t = {0, rand_r(&random) % 25000000};

			dk_spawn(&f.d);
			nanosleep(&t, NULL); /* the random moment itself */
			dk_kill(&f.d, SIGKILL);
		}
		dk_start(&f.d);
		good += both_expired() && fault_post(&f, i, NULL) == 201 &&
		    fault_size(&f) == july + 3 && both_expired();
		dk_stop(&f.d);
		f.acked[i] = false;
		fault_restore(&f, "july");
	}
	tap_ok(good == rounds,
	    "killed %d times as it starts: %u of %u times each case has "
	    "expired once, before what is new",
	    KILLS, good, rounds);
}

int
main(void)
{
	rounds = tap_number("DOWNTIME_ROUNDS", ROUNDS);
	make_july();
	test_last_minute();
	test_late_submission();
	test_killed();
	fault_free(&f);
	return tap_done();
}
