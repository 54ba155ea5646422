/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulator: one seed is one run of a city's year on a machine that
 * fails. The parent forks a process a seed and says which of them failed.
 */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim_commit.h"
#include "sys/log.h"
#include "tmpdir.h"
#include "world.h"

#define JOBS_MAX 64
#define LIVENESS_DAYS 90
#define DEEP_EVERY 100 /* steps */
#define STEPS 350
#define SEEDS 28 /* more than thirty years */
#define DAYS_MIN (30 * 365)

static const char *const fault_words[] = {
#define X(sym, word) word,
    SIM_FAULTS(X)
#undef X
};

/* What a run leaves for its parent, on shared memory. */
struct result {
	unsigned long step, accepted, refused, acked, lost, restarts, days;
	unsigned long fired[F_COUNT];
	unsigned long of_kind[KC_K_COUNT];
	struct kc_hash root;
	bool finished;
};
static struct result *mine;

static unsigned steps = STEPS, jobs = 2;
static bool stop; /* at the first seed that fails */
static bool progress;

/* --- one step --- */
static void
pass_time(struct world *w)
{
	uint64_t dice = sim_random(&w->s, 1000);
	int64_t ms = (int64_t)sim_random(&w->s, 3600000);

	if (dice < 100)
		ms = (int64_t)sim_random(&w->s, 86400000);
	else if (dice < 180)
		ms = (int64_t)sim_random(&w->s, 6 * 86400000LL);
	else if (dice < 200)
		ms = (int64_t)sim_random(&w->s, 40 * 86400000LL);
	if (!world_happens(w, F_STOPPED, 50)) {
		world_pass(w, ms);
		return;
	}
	world_jump(w, ms);
	world_wake(w);
}

static void
one_step(struct world *w)
{
	w->outbox.sending = sim_chance(&w->s, 50);
	pass_time(w);
	if (!world_is_up(w))
		world_start(w);
	if (world_happens(w, F_RESTART, 20)) {
		world_stop(w, false, false);
		world_start(w);
	}
	world_fault(w);
	if (world_happens(w, F_REPLAY, 50))
		world_replay(w);
	if (world_happens(w, F_ALTERED, 20))
		world_alter(w);
	if (world_happens(w, F_STOLEN, 30))
		world_steal(w);
	world_send_again(w, false);
	world_act(w);
	world_check(w);
	if (w->s.step % DEEP_EVERY == 0)
		world_check_deep(w);
}

/* --- one seed --- */
void
world_note_step(const struct world *w)
{
	mine->step = w->s.step;
}

static void
choose_faults(struct world *w)
{
	for (int i = 0; i < F_COUNT; i++)
		w->use[i] = sim_chance(&w->s, 60);
}

/* All faults are off: what is due gets done, what waits is answered. */
static void
come_to_rest(struct world *w)
{
	struct kc_due due;

	memset(w->use, 0, sizeof(w->use));
	if (!world_is_up(w))
		world_start(w);
	w->outbox.sending = w->outbox.calm = true;
	world_wake(w);
	for (int i = 0; i < LIVENESS_DAYS; i++)
		world_pass(w, 86400000);
	world_wake(w);
	world_send_again(w, true);
	sim_require(&w->s, world_is_open(w), "it does not recover");
	for (unsigned i = 0; i < WORLD_WAITING; i++)
		sim_require(&w->s, w->waiting[i].note.n == 0,
		    "a statement is never answered");
	world_pass(w, 86400000);
	if (model_clerk_lives(&w->s)) {
		outbox_check_end(w);
		sim_require(&w->s,
		    !kc_state_due(w->s.k.st, &due) ||
			due.due_ms > atomic_load(&w->wall_ms),
		    "what is due is not done");
	}
	world_check(w);
	world_check_deep(w);
}

static void
report(const struct world *w, int64_t from_ms)
{
	mine->accepted = w->s.accepted;
	mine->refused = w->s.refused;
	mine->acked = w->acked;
	mine->lost = w->lost;
	mine->restarts = w->restarts;
	mine->days = (unsigned long)((w->true_ms - from_ms) / 86400000);
	mine->root = w->head.root;
	for (int i = 0; i < F_COUNT; i++)
		mine->fired[i] = w->fired[i];
	for (int i = 0; i < KC_K_COUNT; i++)
		mine->of_kind[i] = w->s.of_kind[i][0];
	mine->finished = true;
}

static void
run(uint64_t seed, const char *dir)
{
	static struct world w;
	int64_t from_ms;

	world_init(&w, seed, dir);
	from_ms = w.true_ms;
	choose_faults(&w);
	for (w.s.step = 1; w.s.step <= steps && !w.stuck; w.s.step++) {
		world_note_step(&w);
		one_step(&w);
	}
	if (!w.stuck)
		come_to_rest(&w);
	report(&w, from_ms);
	world_free(&w);
}

/* --- all seeds --- */
static void
say_failed(
    const char *program, uint64_t seed, const struct result *r, int status)
{
	if (WIFSIGNALED(status))
		printf("# seed %llu died of signal %d\n",
		    (unsigned long long)seed, WTERMSIG(status));
	printf("# seed %llu step %lu commit %s; again: %s --steps %u "
	       "--first %llu --seeds 1\n",
	    (unsigned long long)seed, r->step, SIM_COMMIT, program, steps,
	    (unsigned long long)seed);
}

static void
add(struct result *to, const struct result *r)
{
	to->accepted += r->accepted;
	to->refused += r->refused;
	to->acked += r->acked;
	to->lost += r->lost;
	to->restarts += r->restarts;
	to->days += r->days;
	for (int i = 0; i < F_COUNT; i++)
		to->fired[i] += r->fired[i];
	for (int i = 0; i < KC_K_COUNT; i++)
		to->of_kind[i] += r->of_kind[i];
}

/* For who waits: on a terminal, or when asked for. */
static void
say_progress(unsigned ended, unsigned n, unsigned failed, time_t began)
{
	long seconds = (long)(time(NULL) - began);

	if (!progress)
		return;
	(void)fprintf(stderr, "\r%u of %u seeds, %u failed, %ld s, %ld s left ",
	    ended, n, failed, seconds,
	    ended > 0 ? seconds * (long)(n - ended) / (long)ended : 0L);
	if (ended == n)
		(void)fprintf(stderr, "\n");
}

static void
say_all(const struct result *all, unsigned seeds)
{
	printf("# %u seeds, %lu simulated days: %lu entries, %lu acknowledged, "
	       "%lu answers lost, %lu refused, %lu restarts\n#",
	    seeds, all->days, all->accepted, all->acked, all->lost,
	    all->refused, all->restarts);
	for (int i = 0; i < F_COUNT; i++)
		printf(" %s %lu", fault_words[i], all->fired[i]);
	printf("\n");
}

/* A simulation that reaches nothing proves nothing. */
static bool
is_enough(const struct result *all, unsigned seeds)
{
	if (seeds < SEEDS || steps < STEPS)
		return true;
	for (int i = 0; i < F_COUNT; i++)
		if (all->fired[i] == 0)
			return false;
	return all->days >= DAYS_MIN && all->lost > 0 && all->restarts > 0;
}

static struct result *
shared(void)
{
	void *p = mmap(NULL, JOBS_MAX * sizeof(struct result),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(2);
	return p;
}

/* Runs seeds first .. first + n - 1; how many failed. */
static unsigned
run_all(const char *program, uint64_t first, unsigned n, struct result *all)
{
	struct result *of = shared();
	pid_t pids[JOBS_MAX] = {0};
	uint64_t seeds[JOBS_MAX];
	char dirs[JOBS_MAX][128];
	unsigned begun = 0, ended = 0, failed = 0, j;
	time_t began = time(NULL);
	int status;
	pid_t pid;

	while (ended < begun || (begun < n && !(stop && failed > 0))) {
		for (j = 0; j < jobs && begun < n && !(stop && failed > 0);
		     j++) {
			if (pids[j] != 0)
				continue;
			memset(&of[j], 0, sizeof(of[j]));
			seeds[j] = first + begun++;
			tmpdir_make(dirs[j]);
			(void)fflush(stdout);
			pids[j] = fork();
			if (pids[j] != 0)
				continue;
			mine = &of[j];
			run(seeds[j], dirs[j]);
			_exit(0);
		}
		pid = waitpid(-1, &status, 0);
		for (j = 0; j < jobs && pids[j] != pid; j++)
			;
		if (j == jobs)
			continue;
		pids[j] = 0;
		tmpdir_remove(dirs[j]);
		say_progress(++ended, n, failed, began);
		add(all, &of[j]);
		if (status == 0 && of[j].finished) {
			all->root = of[j].root;
			continue;
		}
		failed++;
		say_failed(program, seeds[j], &of[j], status);
	}
	return failed;
}

static bool
same_again(const char *program, uint64_t seed)
{
	struct result a = {0}, b = {0};

	return run_all(program, seed, 1, &a) == 0 &&
	    run_all(program, seed, 1, &b) == 0 && kc_hash_eq(&a.root, &b.root);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"first", required_argument, NULL, 'f'},
	    {"seeds", required_argument, NULL, 'n'},
	    {"steps", required_argument, NULL, 's'},
	    {"jobs", required_argument, NULL, 'j'},
	    {"stop", no_argument, NULL, 'x'},
	    {"progress", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
	uint64_t first = 1;
	unsigned seeds = SEEDS, failed;
	struct result all = {0};
	bool enough;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		unsigned long v = optarg ? strtoul(optarg, NULL, 10) : 0;

		if (c == 'f')
			first = v;
		else if (c == 'n')
			seeds = (unsigned)v;
		else if (c == 's')
			steps = (unsigned)v;
		else if (c == 'j' && v >= 1 && v <= JOBS_MAX)
			jobs = (unsigned)v;
		else if (c == 'x')
			stop = true;
		else if (c == 'p')
			progress = true;
		else
			return 2;
	}
	tmpdir_in_ram();
	kc_log_set_level(KC_LOG_ERROR); /* a refused outcome is none here */
	printf("1..3\n");
	failed = run_all(argv[0], first, seeds, &all);
	say_all(&all, seeds);
	printf("%s 1 - every oracle holds in every step of every seed\n",
	    failed == 0 ? "ok" : "not ok");
	if (failed > 0)
		return 1;
	enough = is_enough(&all, seeds);
	printf(
	    "%s 2 - thirty years and every fault\n", enough ? "ok" : "not ok");
	failed = !same_again(argv[0], first);
	printf("%s 3 - the same seed is the same run\n",
	    failed == 0 ? "ok" : "not ok");
	return failed == 0 && enough ? 0 : 1;
}
