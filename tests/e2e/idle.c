/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon with nothing to do uses no processor, in every mode, whatever is
 * due: measured over two seconds of wall time, for all of them at once.
 */
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>

#include "casekit.h"
#include "faultkit.h"
#include "tmpdir.h"

#define WALL_MS 2000
#define TICKS_MAX 2     /* of the kernel's clock: 20 ms, one percent */
#define WAKES_MAX 4     /* looks of the writer; one of them is the question's */
#define SWITCHES_MAX 2  /* of all threads: nobody wakes to look at nothing */
#define LOOK_SWITCHES 5 /* that a look costs: loop, writer, and back */

static const struct mode {
	const char *name;
	const char *day;  /* of the test clock; NULL: the system's clock */
	bool anchorless;  /* read-only for good */
	bool cramped;     /* no room */
	const char *says; /* what /healthz must say of it */
} modes[] = {
    {"open, something due later", "2022-08-01", false, false, "\"open\""},
    {"held, on the system's clock", NULL, false, false, "clock-held"},
    {"read-only, something overdue", NULL, true, false, "no-anchor"},
    {"the same under a test clock", "2023-01-01", true, false, "no-anchor"},
    {"no room, something overdue", NULL, false, true, "no-room"},
    {"no room under a test clock", "2023-01-01", false, true, "no-room"},
    {"the clock behind the log", "2022-01-02", false, false, "clock-behind"},
    {"a clock that is not set", "2010-01-01", false, false, "clock-unset"},
    {"a clock of another age", "2199-12-31", false, false, "\"open\""},
};
#define MODES (sizeof(modes) / sizeof(modes[0]))

static struct fault faults[MODES];
static long ticks[MODES], wakes[MODES], switches[MODES];

/* A case whose unit must have mended it by October. */
static void
make(struct fault *f, const struct mode *m)
{
	char text[32];
	int64_t at_s;

	kit_init(&f->k, KIT_LISTS);
	(void)case_rectifying(&f->k, "2022-07-01", "G16", "G16-K2");
	fault_found(f, 1);
	if (m->anchorless)
		(void)unlink(tmpdir_file(f->d.dir, "anchor"));
	if (m->cramped)
		dk_configure(&f->d, "store: {reserve_mib: 67108863}\n");
	f->d.clock = NULL;
	if (m->day != NULL) {
		snprintf(text, sizeof(text), "%sT01:00:00Z", m->day);
		if (!kc_read_instant_s(kc_slice_str(text), &at_s))
			abort();
		dk_clock(&f->d, at_s * 1000);
	}
}

/* User and system time of the process, in ticks. */
static long
spent(pid_t pid)
{
	char path[64], text[1024], *p;
	unsigned long user, sys;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	p = strrchr(text, ')');
	if (p == NULL ||
	    sscanf(p + 1,
		" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
		&sys) != 2)
		return -1;
	return (long)(user + sys);
}

/* How often a thread of the process has gone to sleep. */
static long
slept(pid_t pid)
{
	char path[64], line[128];
	long all = 0, n;
	glob_t tasks;

	snprintf(path, sizeof(path), "/proc/%d/task/*/status", (int)pid);
	if (glob(path, 0, NULL, &tasks) != 0)
		return -1;
	for (size_t i = 0; i < tasks.gl_pathc; i++) {
		FILE *file = fopen(tasks.gl_pathv[i], "re");

		while (file != NULL && fgets(line, sizeof(line), file) != NULL)
			if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) ==
			    1)
				all += n;
		if (file != NULL)
			fclose(file);
	}
	globfree(&tasks);
	return all;
}

static long
looks(const struct fault *f)
{
	struct kc_buf text = {0};
	const char *p;
	long n = -1;

	if (fault_get(f, "/metrics", &text) == 200 &&
	    (p = strstr(kc_buf_cstr(&text), "\nkaocheng_ticks_total ")) != NULL)
		n = strtol(p + strlen("\nkaocheng_ticks_total "), NULL, 10);
	kc_buf_free(&text);
	return n;
}

static void
measure(void)
{
	double from;

	for (size_t i = 0; i < MODES; i++)
		wakes[i] = looks(&faults[i]);
	from = dk_now_ms();
	while (dk_poll(from, 300)) /* what the questions cost is past */
		;
	for (size_t i = 0; i < MODES; i++)
		ticks[i] = spent(faults[i].d.pid);
	for (size_t i = 0; i < MODES; i++)
		switches[i] = slept(faults[i].d.pid);
	from = dk_now_ms();
	while (dk_poll(from, WALL_MS))
		;
	for (size_t i = 0; i < MODES; i++)
		switches[i] = slept(faults[i].d.pid) - switches[i];
	for (size_t i = 0; i < MODES; i++)
		ticks[i] = spent(faults[i].d.pid) - ticks[i];
	for (size_t i = 0; i < MODES; i++)
		wakes[i] = looks(&faults[i]) - wakes[i];
}

int
main(void)
{
	for (size_t i = 0; i < MODES; i++) {
		make(&faults[i], &modes[i]);
		dk_start(&faults[i].d);
	}
	measure();
	for (size_t i = 0; i < MODES; i++) {
		struct fault *f = &faults[i];
		struct kc_buf health = {0};
		bool right;

		(void)fault_get(f, "/healthz", &health);
		right = strstr(kc_buf_cstr(&health), modes[i].says) != NULL;
		tap_note("%ld ticks %ld looks %ld sw", ticks[i], wakes[i],
		    switches[i]);
		if (!tap_ok(right && ticks[i] >= 0 && ticks[i] <= TICKS_MAX &&
			    wakes[i] >= 0 && wakes[i] <= WAKES_MAX &&
			    switches[i] >= 0 &&
			    switches[i] <=
				SWITCHES_MAX + LOOK_SWITCHES * wakes[i],
			"%s: asleep", modes[i].name))
			tap_note("%ld ticks, %ld looks, %ld times, %s",
			    ticks[i], wakes[i], switches[i],
			    kc_buf_cstr(&health));
		kc_buf_free(&health);
		if (!tap_ok(dk_stop(&f->d) == 0, "and it ends in order"))
			tap_note("exit %d", f->d.code);
		fault_free(f);
	}
	return tap_done();
}
