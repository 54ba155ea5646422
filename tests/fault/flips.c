/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bit of ledger.mdb flips while nobody runs: in the list of free pages,
 * in a key of a branch, anywhere. Whatever it is: the start refuses, or the
 * ledger is as it was and goes on, or it stops with 74. Never is an entry
 * served altered, not found, or lost after it was acknowledged.
 *
 * FREE, BRANCH, ANYWHERE, ENTRIES and SEED in the environment set other
 * numbers.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "appkit.h"
#include "store/page.h"
#include "tap.h"

#define APPENDS 25
#define BATCH 250

bool flips_blind(void);
/* flips_blind.c has another: without the walk there must be losses. */
__attribute__((weak)) bool
flips_blind(void)
{
	return false;
}

enum {
	HARMLESS,
	REFUSED,
	STOPPED,
	ALTERED,
	MISSING,
	LOST,
	OUTCOMES
};
static const char *const words[OUTCOMES] = {"harmless", "refused", "stopped",
    "served altered", "not found", "acknowledged and lost"};

static struct app a;
static struct kc_hash *leaf; /* of each entry before the flip */
static uint64_t entries;
static struct kc_buf notes[APPENDS];

/* --- in a child --- */
static int
open_all(void)
{
	struct kc_store_options o = {.dir = a.dir};
	struct kc_log_keys keys = {.n = 1};
	uint64_t n;

	/* As the daemon starts: what the anchor has more is done again first.
	 */
	keys.v[0] = kit_key(&a.k, KIT_ORIGIN)->vkey;
	if (kc_store_open(&a.store, &o, NULL) != KC_OK ||
	    kc_redo(a.store, tmpdir_file(a.dir, "anchor"), &keys, &n) !=
		KC_OK ||
	    kc_anchor_open(&a.anchor, tmpdir_file(a.dir, "anchor"), false) !=
		KC_OK ||
	    app_try(&a) != KC_OK)
		return REFUSED;
	return kc_ledger_mode(a.l) == KC_MODE_OPEN ? HARMLESS : REFUSED;
}

/* Every entry that stood, by its number. */
static int
look(void)
{
	struct kc_buf b = {0};

	for (uint64_t i = 0; i < entries; i++) {
		struct kc_hash h;
		enum kc_err err;

		kc_buf_reset(&b);
		err = kc_store_leaf(a.store, i, &b);
		if (err == KC_ENOTFOUND)
			return MISSING;
		if (err != KC_OK)
			return STOPPED;
		h = kc_hash_leaf(b.p, b.n);
		if (!kc_hash_eq(&h, &leaf[i]))
			return ALTERED;
	}
	kc_buf_free(&b);
	return HARMLESS;
}

/* Tells on fd how many of the new notes were acknowledged. */
static __attribute__((noreturn)) void
live(int fd)
{
	int outcome = open_all();

	if (outcome == HARMLESS)
		outcome = look();
	for (unsigned i = 0; outcome == HARMLESS && i < APPENDS; i++) {
		struct answer w = app_send(&a, kc_buf_view(&notes[i]));

		if (w.err != KC_OK)
			outcome = STOPPED;
		else if (write(fd, "+", 1) != 1)
			_exit(100);
	}
	if (outcome == HARMLESS)
		outcome = look();
	_exit(outcome);
}

/* A later start: does what was acknowledged stand? */
static __attribute__((noreturn)) void
again(unsigned acked)
{
	int outcome = open_all();

	if (outcome != HARMLESS)
		_exit(acked > 0 ? LOST : outcome);
	outcome = look();
	for (unsigned i = 0; outcome == HARMLESS && i < acked; i++) {
		struct answer w = app_send(&a, kc_buf_view(&notes[i]));

		if (w.err != KC_OK || !w.duplicate)
			outcome = LOST;
	}
	_exit(outcome);
}

/* --- the parent --- */
static int
reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		abort();
	if (WIFEXITED(status) && WEXITSTATUS(status) == 74)
		return STOPPED;
	return WIFEXITED(status) && WEXITSTATUS(status) < OUTCOMES
	    ? WEXITSTATUS(status)
	    : 100 + WTERMSIG(status);
}

static void
quiet(void)
{
	int null = open("/dev/null", O_WRONLY);

	if (dup2(null, STDERR_FILENO) < 0)
		_exit(100);
}

static int
flip(off_t at, unsigned bit)
{
	unsigned acked = 0;
	int pipes[2], first, second;
	pid_t pid;
	char c;

	tmpdir_copy(a.dir, "ledger.first", "ledger.mdb");
	tmpdir_copy(a.dir, "anchor.first", "anchor");
	(void)unlink(tmpdir_file(a.dir, "ledger.mdb-lock"));
	tmpdir_flip(a.dir, "ledger.mdb", at, (uint8_t)(1U << bit));
	(void)fflush(NULL);
	if (pipe(pipes) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		quiet();
		live(pipes[1]);
	}
	close(pipes[1]);
	while (read(pipes[0], &c, 1) == 1)
		acked++;
	close(pipes[0]);
	first = reap(pid);
	if (first == REFUSED && acked == 0)
		return REFUSED;
	pid = fork();
	if (pid == 0) {
		quiet();
		again(acked);
	}
	second = reap(pid);
	/* Stopped, and refused afterwards: safe only if nothing was told. */
	return second > first ? second : first;
}

struct place {
	off_t at;
	unsigned n;
};

/* Bytes of branch keys, or of the lists of free pages. */
static unsigned
find_places(bool branches, struct place *out, unsigned max)
{
	static uint8_t page[KC_PAGE_MAX];
	struct kc_page_meta m, other;
	unsigned n = 0;
	int fd = open(tmpdir_file(a.dir, "ledger.mdb"), O_RDONLY);

	if (pread(fd, page, 4096, 0) != 4096 || kc_page_meta(&m, page, 0) ||
	    pread(fd, page, 4096, m.size) != 4096 ||
	    kc_page_meta(&other, page, 1))
		abort();
	if (other.txn > m.txn)
		m = other;
	if (!branches)
		out[n++] =
		    (struct place){(off_t)(m.free.root * m.size), m.size};
	for (uint64_t i = 2; branches && i <= m.last; i++) {
		struct kc_page p;
		off_t at = (off_t)(i * m.size);

		if (pread(fd, page, m.size, at) != m.size ||
		    kc_page(&p, page, m.size, i) != NULL ||
		    (branches ? !p.branch : i != m.free.root))
			continue;
		for (unsigned k = branches; k < p.nodes && n < max; k++) {
			struct kc_page_node node = kc_page_node(&p, k);
			struct kc_slice v = branches ? node.key : node.value;
			const void *b = v.p;
			uint64_t ids = 0;

			/* What stands after so many is not looked at. */
			memcpy(&ids, v.p, v.n < 8 ? v.n : 8);
			if (!branches && v.n > 8 * (ids + 1))
				v.n = (size_t)(8 * (ids + 1));
			out[n++] = (struct place){
			    at + ((const uint8_t *)b - page), (unsigned)v.n};
		}
	}
	close(fd);
	return n;
}

static void
run(const char *what, unsigned flips, const struct place *places, unsigned n)
{
	unsigned seed = tap_number("SEED", 20220715), died = 0;
	unsigned count[OUTCOMES] = {0};

	for (unsigned i = 0; i < flips; i++) {
		struct place p = places[(unsigned)rand_r(&seed) % n];
		off_t at = p.at + rand_r(&seed) % (int)p.n;
		unsigned bit = (unsigned)rand_r(&seed) % 8;
		int outcome = flip(at, bit);

		if (outcome < OUTCOMES)
			count[outcome]++;
		else
			died++;
		if (outcome > STOPPED)
			tap_note("%s: offset %ld bit %u: %s %d", what, (long)at,
			    bit, outcome < OUTCOMES ? words[outcome] : "signal",
			    outcome);
	}
	for (int i = 0; i < OUTCOMES; i++)
		tap_note("%s: %u %s", what, count[i], words[i]);
	died += count[ALTERED] + count[MISSING] + count[LOST];
	tap_ok(flips_blind() ? died > 0 : died == 0,
	    "%u bits flipped in %s: %u did harm", flips, what, died);
}

/* Duties until there are so many entries; then the files are kept. */
static void
make_ledger(uint64_t size)
{
	static struct kc_buf b[BATCH];
	unsigned next = 1000;

	app_init(&a, KIT_CITY, true);
	while (kc_store_size(a.store) < size) {
		struct kc_slice s[BATCH];
		struct answer w[BATCH];

		for (int i = 0; i < BATCH; i++) {
			kc_buf_reset(&b[i]);
			app_duty(&a, next++, &b[i]);
			s[i] = kc_buf_view(&b[i]);
		}
		app_send_many(&a, s, BATCH, w);
		for (int i = 0; i < BATCH; i++)
			answer_free(&w[i]);
	}
	for (unsigned i = 0; i < 8; i++) {
		struct answer w = app_send_duty(&a, i);

		answer_free(&w);
	}
	for (unsigned i = 0; i < APPENDS; i++)
		app_duty(&a, 100 + i, &notes[i]);
	entries = kc_store_size(a.store);
	leaf = calloc(entries, sizeof(*leaf));
	for (uint64_t i = 0; i < entries; i++) {
		struct kc_buf one = {0};

		if (kc_store_leaf(a.store, i, &one) != KC_OK)
			abort();
		leaf[i] = kc_hash_leaf(one.p, one.n);
		kc_buf_free(&one);
	}
	app_close(&a);
	app_shut(&a);
	tmpdir_copy(a.dir, "ledger.mdb", "ledger.first");
	tmpdir_copy(a.dir, "anchor", "anchor.first");
}

static void
drop_ledger(void)
{
	for (unsigned i = 0; i < APPENDS; i++)
		kc_buf_free(&notes[i]);
	free(leaf);
	app_free(&a);
}

int
main(void)
{
	static struct place places[100000];
	unsigned n;

	kc_store_trap(74);
	make_ledger(tap_number("SMALL", 600));
	n = find_places(false, places, 100000);
	run("the list of free pages",
	    tap_number("FREE", flips_blind() ? 200 : 20), places, n);
	drop_ledger();
	if (flips_blind())
		return tap_done();
	make_ledger(tap_number("MIDDLE", 1500));
	n = find_places(true, places, 100000);
	run("keys of branches", tap_number("BRANCH", 15), places, n);
	drop_ledger();
	make_ledger(tap_number("ENTRIES", 3000));
	places[0] =
	    (struct place){0, (unsigned)tmpdir_size(a.dir, "ledger.first")};
	run("the whole ledger", tap_number("ANYWHERE", 15), places, 1);
	drop_ledger();
	return tap_done();
}
