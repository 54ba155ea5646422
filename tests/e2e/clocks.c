/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon on the system's clock, which somebody sets: back, and ahead by a
 * minute, a day, a month, 400 days, over the instant at which a case expires;
 * while it runs, while it is stopped, while it is down. Each case expires once,
 * none early, none by a clock that was wrong.
 *
 * The clocks are preloaded (timeshim.c): the test clock of a rehearsal has no
 * timer, no time that passes beside it, and no way to be wrong at a start.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>

#include "../fault/timeshim.h"
#include "casekit.h"
#include "faultkit.h"
#include "tmpdir.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WAIT_MS 20000

static struct fault f;
static struct kc_times *times;
static long base;         /* entries before anything happens */
static int64_t before_ms; /* half a minute before the first case expires */
static char soon[32], later[32]; /* "case PD-...": 10-17 and 12-15 */

enum state {
	UP,
	STOPPED,
	DOWN
};
static const char *const state_names[] = {"running", "stopped", "down"};

/* --- the ledger --- */
/* Who signs has seen what the daemon shows. */
static void
see(void *ctx, struct kc_checkpoint *out)
{
	struct kc_buf b = {0};

	(void)ctx;
	if (fault_get(&f, "/checkpoint", &b) != 200 ||
	    kc_checkpoint_parse(out, kc_buf_view(&b), NULL) != KC_OK)
		abort();
	kc_buf_free(&b);
}

static void
make(void)
{
	const struct kc_case *a, *b;
	static char preload[256];

	kit_init(&f.k, KIT_LISTS);
	a = case_rectifying(&f.k, "2022-07-15", "G16", "G16-K2");
	b = case_rectifying(&f.k, "2022-09-15", "G17", "G17-K2");
	snprintf(soon, sizeof(soon), "case %s\n", a->handle);
	snprintf(later, sizeof(later), "case %s\n", b->handle);
	kit_on(&f.k, "2022-10-17");
	kit_do(&f.k, KC_K_unit_rename, "P09.a", "unit=G17", "name=水务局");
	base = f.k.nnotes;
	kit_at(&f.k, "2022-10-17", 23, 59);
	before_ms = f.k.now_ms + MINUTE / 2;
	fault_found(&f, 1);
	snprintf(
	    preload, sizeof(preload), "%s/tests/fault/timeshim.so", dk_build());
	f.k.seen = see;
	f.d.preload = preload;
	f.d.clock = NULL;
}

static void
copy(const char *from, const char *to)
{
	char all[160];
	pid_t pid = fork();

	snprintf(all, sizeof(all), "%s/.", from);
	if (pid == 0) {
		execlp("cp", "cp", "-a", "--", all, to, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		abort();
}

/* The ledger again, in a directory of its own, with clocks of its own. */
static void
own_ledger(void)
{
	char dir[128], file[160];
	int fd;

	tmpdir_make(dir);
	copy(f.d.dir, dir);
	memcpy(f.d.dir, dir, sizeof(dir));
	snprintf(f.d.socket, sizeof(f.d.socket), "%s/socket", dir);
	snprintf(file, sizeof(file), "%s/times", dir);
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*times)) != 0 ||
	    setenv("KC_TIME_FILE", file, 1) != 0)
		abort();
	times = mmap(
	    NULL, sizeof(*times), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (times == MAP_FAILED)
		abort();
	close(fd);
}

/* Entries of the kind about the case after the base; *when is the instant at
 * which the last was received. */
static unsigned
count(const char *kind, const char *about, int64_t *when)
{
	long size = fault_size(&f);
	unsigned n = 0;

	for (long seq = base; seq < size; seq++) {
		struct kc_buf b = {0};
		struct kc_leaf leaf;
		char path[64];

		snprintf(path, sizeof(path), "/v1/entries/%ld/raw", seq);
		if (fault_get(&f, path, &b) == 200 &&
		    strstr(kc_buf_cstr(&b), kind) != NULL &&
		    strstr(b.p, about) != NULL &&
		    kc_leaf_parse(&leaf, kc_buf_view(&b)) == KC_OK) {
			n++;
			*when = leaf.received_ms;
		}
		kc_buf_free(&b);
	}
	return n;
}

static unsigned
expired(const char *about)
{
	int64_t when;

	return count("entry prededuct.expire\n", about, &when);
}

/* --- time --- */
static int64_t
real_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
word(bool set)
{
	atomic_store(&times->set, set);
	if (f.d.pid > 0)
		(void)kill(f.d.pid, SIGUSR2);
}

static bool
health(const char *says)
{
	struct kc_buf b = {0};
	bool does;

	(void)fault_get(&f, "/healthz", &b);
	does = strstr(kc_buf_cstr(&b), says) != NULL;
	kc_buf_free(&b);
	return does;
}

/* Looks that the writer has taken at its clock. */
static long
looks(void)
{
	struct kc_buf b = {0};
	const char *p;
	long n = -1;

	if (fault_get(&f, "/metrics", &b) == 200 &&
	    (p = strstr(kc_buf_cstr(&b), "\nkaocheng_ticks_total ")) != NULL)
		n = strtol(p + strlen("\nkaocheng_ticks_total "), NULL, 10);
	kc_buf_free(&b);
	return n;
}

/* Somebody sets the clock. */
static void
leap(int64_t ms)
{
	atomic_fetch_add(&times->real_ms, ms);
	word(true);
}

/* The same while it runs, and it has looked: one look may have begun before. */
static void
leap_seen(int64_t ms)
{
	long was = looks();
	double from = dk_now_ms();

	leap(ms);
	while (looks() < was + 2 && dk_poll(from, WAIT_MS))
		(void)health(""); /* who asks makes it look */
}

/* Time passes. */
static void
pass(int64_t ms)
{
	atomic_fetch_add(&times->real_ms, ms);
	atomic_fetch_add(&times->boot_ms, ms);
	word(false);
}

static bool
becomes(const char *says)
{
	double from = dk_now_ms();

	while (!health(says))
		if (!dk_poll(from, WAIT_MS))
			return false;
	return true;
}

static bool
expires(const char *about, unsigned times_)
{
	double from = dk_now_ms();

	while (expired(about) < times_)
		if (!dk_poll(from, WAIT_MS))
			return false;
	return expired(about) == times_;
}

/* Half a minute before the first case expires, and on its way to another time
 * by so many milliseconds. */
static void
begin(enum state s, int64_t ms)
{
	atomic_store(&times->real_ms, before_ms - real_ms());
	atomic_store(&times->boot_ms, 0);
	atomic_store(&times->set, 0);
	if (s != DOWN)
		dk_start(&f.d);
	if (s != DOWN && !becomes("\"open\""))
		abort();
	if (s == STOPPED)
		(void)kill(f.d.pid, SIGSTOP);
	leap(ms);
	if (s == STOPPED)
		(void)kill(f.d.pid, SIGCONT);
	if (s == DOWN)
		dk_start(&f.d);
}

/* --- a clock that is wrong for a while --- */
static const struct move {
	const char *name;
	int64_t ms;
	const char *says[3]; /* what /healthz says then, by state */
	unsigned soon;       /* expiries after a start under that clock */
} moves[] = {
    {"an hour back", -HOUR, {"\"open\"", "\"open\"", "\"open\""}, 0},
    {"a day back", -DAY, {"clock-behind", "clock-behind", "clock-behind"}, 0},
    /* Of a start nobody can know that it was not down for that minute. */
    {"a minute ahead", MINUTE, {"clock-held", "clock-held", "\"open\""}, 1},
    {"a day ahead", DAY, {"clock-held", "clock-held", "clock-held"}, 0},
    {"a month ahead", 31 * DAY, {"clock-held", "clock-held", "clock-held"}, 0},
    {"400 days ahead", 400 * DAY, {"clock-held", "clock-held", "clock-held"},
	0},
};

static bool
wrong_for_a_while(enum state s, int64_t ms, const struct move *m)
{
	unsigned early = s == DOWN ? m->soon : 0;
	int64_t when = 0;
	bool noticed, kept, right, once;

	begin(s, ms);
	noticed = becomes(m->says[s]);
	kept = expires(soon, early) && expired(later) == 0;
	leap_seen(-ms);
	right = early == 0 ? becomes("\"open\"") : becomes("clock-behind");
	right = right && expired(soon) == early;
	pass(MINUTE);
	once = expires(soon, 1);
	pass(HOUR);
	once = once && becomes("\"open\"") && expired(soon) == 1 &&
	    expired(later) == 0;
	(void)count("entry prededuct.expire\n", soon, &when);
	if (!(noticed && kept && right && once))
		tap_note("noticed %d, kept %d, right %d, once %d", noticed,
		    kept, right, once);
	return noticed && kept && right && once &&
	    when >= before_ms + MINUTE / 2;
}

/* --- a clock that is right, however it looks --- */
static bool
confirm(void)
{
	static const char *const basis[] = {"basis=两台独立时钟一致", NULL};
	struct kc_buf note = {0};
	int status = 0;

	f.k.now_ms = real_ms() + atomic_load(&times->real_ms);
	if (kit_note(&f.k, &note, KC_K_clock_confirm, "root.a P09.a", basis) ==
	    KC_OK)
		status = dk_request(&f.d, "POST", "/v1/entries", "text/plain",
		    kc_buf_view(&note), NULL);
	kc_buf_free(&note);
	return status == 201;
}

static bool
confirmed(enum state s, int64_t ms, unsigned all)
{
	bool held, good;

	begin(s, ms);
	held = becomes("clock-held") && expired(soon) == 0;
	dk_stop(&f.d);
	dk_start(&f.d); /* the hold is in the log, not in the process */
	held = held && becomes("clock-held") && expired(soon) == 0;
	good = confirm() && expires(soon, 1) && expires(later, all - 1);
	pass(HOUR);
	good = good && becomes("\"open\"") && expired(soon) == 1 &&
	    expired(later) == all - 1;
	return held && good;
}

/* Nobody sets anything: it was stopped, or asleep, for a time. */
static bool
time_passes(enum state s, int64_t ms, unsigned all)
{
	begin(s, 0);
	if (s == STOPPED)
		(void)kill(f.d.pid, SIGSTOP);
	pass(ms);
	if (s == STOPPED)
		(void)kill(f.d.pid, SIGCONT);
	return expires(soon, 1) && expires(later, all - 1) &&
	    health("\"open\"");
}

/* --- all of them, side by side: each waits more than it works --- */
#define TOGETHER 12

static const struct row {
	enum {
		CONFIRMED,
		PASSES
	} what;
	enum state state;
	const char *name;
	int64_t ms;
	unsigned all; /* that expire */
} rows[] = {
    {CONFIRMED, UP, "a minute ahead", MINUTE, 1},
    {CONFIRMED, STOPPED, "a month ahead", 31 * DAY, 1},
    {CONFIRMED, DOWN, "400 days ahead", 400 * DAY, 2},
    {PASSES, UP, "a day passes", DAY, 1},
    {PASSES, STOPPED, "a day passes", DAY, 1},
    {PASSES, STOPPED, "400 days pass", 400 * DAY, 2},
};
#define MOVES (sizeof(moves) / sizeof(moves[0]))
#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define ALL (3 * MOVES + ROWS)

static bool
run(size_t i)
{
	const struct row *r;

	if (i < 3 * MOVES)
		return wrong_for_a_while(
		    (enum state)(i % 3), moves[i / 3].ms, &moves[i / 3]);
	r = &rows[i - 3 * MOVES];
	return r->what == CONFIRMED ? confirmed(r->state, r->ms, r->all)
				    : time_passes(r->state, r->ms, r->all);
}

static void
say(size_t i, bool good)
{
	const struct row *r;

	if (i < 3 * MOVES) {
		tap_ok(good, "%s, %s: it expires once, and in its time",
		    moves[i / 3].name, state_names[i % 3]);
		return;
	}
	r = &rows[i - 3 * MOVES];
	tap_ok(good, "%s, %s%s: %u expire, each once", r->name,
	    state_names[r->state],
	    r->what == CONFIRMED ? ", and two say that it is true" : "",
	    r->all);
}

static pid_t
begin_one(size_t i)
{
	bool good;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid != 0)
		return pid;
	own_ledger();
	good = run(i);
	if (dk_stop(&f.d) != 0)
		good = false;
	dk_remove(&f.d);
	fflush(stdout);
	_exit(good ? 0 : 1);
}

int
main(void)
{
	pid_t pids[ALL];

	make();
	for (size_t from = 0; from < ALL; from += TOGETHER) {
		size_t to = from + TOGETHER < ALL ? from + TOGETHER : ALL;

		for (size_t i = from; i < to; i++)
			pids[i] = begin_one(i);
		for (size_t i = from; i < to; i++) {
			int status = -1;

			(void)waitpid(pids[i], &status, 0);
			say(i, status == 0);
		}
	}
	fault_free(&f);
	return tap_done();
}
