/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kill -9 at random moments under load. Clients keep a list of what was
 * acknowledged; at the end the ledger is read whole: every acknowledged entry
 * stands in it, none twice. KILL_CYCLES sets how many; each 300 of them on a
 * ledger of its own.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "faultkit.h"

#define ROUND 300
#define NOTES_A_CYCLE 80

static double
cycle(struct fault_load *load, struct fault *f, unsigned *random)
{
	double took = dk_start(&f->d);
	struct timespec t = {0, (long)(1 + rand_r(random) % 30) * 1000000};

	fault_load_begin(load, f);
	nanosleep(&t, NULL); /* the random moment itself */
	dk_kill(&f->d, SIGKILL);
	fault_load_end(load);
	return took;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
run_round(unsigned cycles, unsigned *random)
{
	static struct fault f;
	struct fault_load load = {0};
	double took[ROUND];

	fault_init(&f, cycles * NOTES_A_CYCLE);
	for (unsigned i = 0; i < cycles; i++)
		took[i] = cycle(&load, &f, random);
	dk_start(&f.d);
	tap_ok(dk_stop(&f.d) == 0, "after %u kills SIGTERM still ends in 0",
	    cycles);
	(void)fault_sound(&f, "after kill -9");
	tap_ok(fault_acked(&f) > cycles, "there was traffic in the cycles");
	qsort(took, cycles, sizeof(*took), by_value);
	/* A figure, not a test: a loaded machine is no fault of ours. */
	tap_note("a restart took %.0f ms in the median, %.0f at worst",
	    took[cycles / 2], took[cycles - 1]);
	fault_free(&f);
}

int
main(void)
{
	unsigned left = tap_number("KILL_CYCLES", ROUND);
	unsigned random = tap_number("SEED", 20220715);

	tap_note("SEED=%u", random);
	while (left > 0) {
		unsigned n = left < ROUND ? left : ROUND;

		run_round(n, &random);
		left -= n;
	}
	return tap_done();
}
