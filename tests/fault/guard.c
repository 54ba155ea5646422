/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start-up guard: a ledger that was rolled back, forked, cut, damaged or
 * exchanged is refused with exit 65 and the reason; one without its anchor is
 * read-only; two daemons never share a directory.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/keyfile.h>

#include "faultkit.h"
#include "tmpdir.h"

#define STEP 4096
#define STARTS 20
#define FLIPS 100

static struct fault f;
static long whole; /* entries of the ledger that is kept as "full" */

/* Starts over what lies there: refused with 65, and the log says it; -n says
 * the same. */
static void
refused(const char *what, const char *why)
{
	bool checked;

	dk_forget_log(&f.d);
	f.d.option = "-n";
	checked = dk_start_fails(&f.d) == 65 && dk_said(&f.d, why);
	if (!checked)
		tap_note("-n: exit %d", f.d.code);
	f.d.option = NULL;
	dk_forget_log(&f.d);
	if (dk_start_fails(&f.d) != 65 || !dk_said(&f.d, why))
		tap_note("exit %d", f.d.code);
	tap_ok(checked && f.d.code == 65 && dk_said(&f.d, why),
	    "%s: exit 65, \"%s\"", what, why);
	fault_restore(&f, "full");
}

/* Three histories: "old", "full" which continues it, and "other" which
 * continues it in another way and is as long. "near" is of "full": the ledger
 * without its last two, and the anchor as a kill leaves it, with them. */
static void
make_histories(void)
{
	fault_keep(&f, "old");
	dk_start(&f.d);
	(void)fault_post(&f, 0, NULL);
	(void)fault_post(&f, 1, NULL);
	(void)fault_post(&f, 5, NULL);
	dk_stop(&f.d);
	fault_keep(&f, "other");
	fault_restore(&f, "old");
	/* In a history of its own. */
	f.acked[0] = f.acked[1] = f.acked[5] = false;
	dk_start(&f.d);
	(void)fault_post(&f, 2, NULL);
	(void)fault_post(&f, 2, NULL); /* its receipt is read: it is written */
	tmpdir_copy(f.d.dir, "ledger.mdb", "ledger.mdb.near");
	(void)fault_post(&f, 3, NULL);
	(void)fault_post(&f, 6, NULL);
	tmpdir_copy(f.d.dir, "anchor", "anchor.near");
	whole = fault_size(&f);
	dk_stop(&f.d);
	fault_keep(&f, "full");
	tap_ok(fault_acked(&f) == 3, "three entries follow the founding");
}

/* A ledger of another log key: its opening, and nothing else. */
static void
make_foreign(struct dk *d, struct kit *k)
{
	kit_init(k, KIT_EMPTY);
	(void)kit_new_key(k, KIT_ORIGIN);
	kit_do(k, KC_K_ledger_open, "root.a root.b", "suite=ed25519/sha256",
	    "epoch=1", kit_vkey(k, "log", KIT_ORIGIN),
	    kit_vkey(k, "clerk", "clerk"), kit_vkey(k, "admin", "root.a"),
	    kit_vkey(k, "admin", "root.b"), kit_vkey(k, "admin", "root.c"),
	    "title=另一账本");
	dk_make(d, k);
	dk_start(d);
	dk_found(d, k);
	dk_stop(d);
}

static void
fetch(const struct dk *from, const char *name)
{
	char path[256];

	snprintf(
	    path, sizeof(path), "../%s/%s", strrchr(from->dir, '/') + 1, name);
	tmpdir_copy(f.d.dir, path, name);
}

static void
remove_file(const char *name)
{
	(void)unlink(tmpdir_file(f.d.dir, name));
}

/* One that lacks no more than its anchor holds is put right, and says so. */
static void
redone(const char *what, bool mended)
{
	dk_forget_log(&f.d);
	dk_start(&f.d);
	tap_ok(dk_said(&f.d, "anchor-redone") && fault_size(&f) == whole &&
		(!mended || dk_said(&f.d, "head-mended")),
	    "%s: nothing is lost", what);
	dk_stop(&f.d);
	(void)fault_sound(&f, what);
	fault_restore(&f, "full");
}

static void
test_rollback_and_fork(void)
{
	tmpdir_copy(f.d.dir, "ledger.mdb.near", "ledger.mdb");
	tmpdir_copy(f.d.dir, "anchor.near", "anchor");
	redone("a copy that lacks what the anchor holds", false);
	tmpdir_copy(f.d.dir, "ledger.mdb.near", "ledger.mdb");
	refused("the same after an end in order",
	    "the store is older than its anchor");
	tmpdir_copy(f.d.dir, "ledger.mdb.old", "ledger.mdb");
	refused("an older copy", "the store is older than its anchor");
	tmpdir_copy(f.d.dir, "ledger.mdb.other", "ledger.mdb");
	refused("two histories of one size",
	    "the store is not the log that was anchored");
	remove_file("ledger.mdb");
	refused("no ledger, but an anchor",
	    "the anchor knows a ledger that is not in the directory");
}

static void
test_foreign(void)
{
	static struct kit k;
	struct dk d = {0};

	make_foreign(&d, &k);
	fetch(&d, "ledger.mdb");
	refused("a foreign ledger's file", "older than its anchor");
	fetch(&d, "ledger.mdb");
	remove_file("anchor");
	refused("a foreign ledger's file without an anchor",
	    "the log key in force is not here");
	fetch(&d, "anchor");
	refused("a foreign anchor",
	    "the anchor is that of another ledger or log key");
	fetch(&d, "ledger.mdb");
	fetch(&d, "anchor");
	refused("a foreign ledger with its anchor", "event=guard");
	dk_remove(&d);
	kit_free(&k);
}

/* What was acknowledged, asked again: a duplicate, or no answer at all, but
 * never a new entry or a receipt that does not hold. */
static bool
remembered(void)
{
	bool good = true;

	for (unsigned i = 2; i < 4; i++) {
		struct kc_buf reply = {0};
		int status = fault_post(&f, i, &reply);

		good = good &&
		    (status == 503 ||
			(status == 200 && fault_receipt_holds(&f, &reply)));
		kc_buf_free(&reply);
	}
	return good && fault_size(&f) == whole;
}

/* The daemon over a changed file: refused, or all is there after all. */
static bool
safe(unsigned *refusals)
{
	bool good;

	dk_forget_log(&f.d);
	if (!dk_try(&f.d)) {
		++*refusals;
		good = f.d.code == 65 && dk_said(&f.d, "event=guard");
		if (!good)
			tap_note("exit %d", f.d.code);
		return good;
	}
	good = remembered();
	good = dk_stop(&f.d) == 0 && good;
	return fault_count(&f) && fault_lost(&f) == 0 && good;
}

static void
test_cut(void)
{
	off_t size = tmpdir_size(f.d.dir, "ledger.mdb");
	unsigned n = 0, good = 0, refusals = 0;

	for (off_t at = 0; at < size; at += STEP, n++) {
		tmpdir_truncate(f.d.dir, "ledger.mdb", at);
		if (safe(&refusals))
			good++;
		else
			tap_note("cut at %ld", (long)at);
		fault_restore(&f, "full");
	}
	tap_ok(good == n && refusals == n,
	    "cut at each of %u pages: %u refused with 65", n, refusals);
	tmpdir_truncate(f.d.dir, "ledger.mdb", 100);
	refused("a file of 100 bytes", "is cut short");
	tmpdir_truncate(f.d.dir, "ledger.mdb", size + 3 * STEP);
	tap_ok(safe(&refusals), "a longer file is refused, or harmless");
	fault_restore(&f, "full");
	tmpdir_truncate(f.d.dir, "anchor", STEP);
	tap_ok(safe(&refusals), "half an anchor is refused, or harmless");
	fault_restore(&f, "full");
	tmpdir_truncate(f.d.dir, "anchor", 0);
	refused("an empty anchor", "corrupt");
	tmpdir_flip(f.d.dir, "anchor", 100, 1);
	tmpdir_flip(f.d.dir, "anchor", STEP + 100, 1);
	refused("an anchor that is damaged twice", "corrupt");
}

static void
test_flips(unsigned flips)
{
	off_t size = tmpdir_size(f.d.dir, "ledger.mdb");
	unsigned random = tap_number("SEED", 20220715);
	unsigned good = 0, refusals = 0;

	for (unsigned i = 0; i < flips; i++) {
		off_t at = rand_r(&random) % size;

		tmpdir_flip(f.d.dir, "ledger.mdb", at,
		    (uint8_t)(1U << rand_r(&random) % 8));
		if (safe(&refusals))
			good++;
		else
			tap_note("flip at %ld", (long)at);
		fault_restore(&f, "full");
	}
	tap_ok(good == flips,
	    "%u flipped bits: %u refused, the others in what is not used",
	    flips, refusals);
}

/* The head of the last transaction, as a power cut within its sector leaves
 * it. */
static void
tear_newest(void)
{
	int fd = open(tmpdir_file(f.d.dir, "ledger.mdb"), O_RDWR);
	uint64_t txn[2] = {0, 0};
	bool torn = fd >= 0;

	for (unsigned n = 0; torn && n < 2; n++)
		torn = pread(fd, &txn[n], 8, n * STEP + 16 + 128) == 8;
	torn = torn &&
	    pwrite(fd, "torn", 4, (txn[1] > txn[0] ? STEP : 0) + 16) == 4;
	(void)close(fd);
	if (!torn)
		abort();
}

static void
test_torn_head(void)
{
	tear_newest();
	tmpdir_copy(f.d.dir, "anchor.near", "anchor");
	redone("a torn head of what was acknowledged", true);
	tear_newest();
	dk_forget_log(&f.d);
	tap_ok(dk_start_fails(&f.d) == 65 &&
		dk_said(&f.d, "the store is older than its anchor"),
	    "one that was torn after an end in order: exit 65");
	fault_restore(&f, "full");
	tmpdir_copy(f.d.dir, "anchor", "anchor.before");
	dk_start(&f.d);
	(void)fault_post(&f, 4, NULL);
	dk_stop(&f.d);
	tmpdir_copy(f.d.dir, "anchor.before", "anchor");
	tear_newest();
	dk_forget_log(&f.d);
	dk_start(&f.d);
	tap_ok(dk_said(&f.d, "head-mended") && fault_size(&f) == whole,
	    "a head torn before its anchor: the transaction before stands");
	f.acked[4] = false;
	tap_ok(fault_post(&f, 4, NULL) == 201, "and it goes on");
	dk_stop(&f.d);
	(void)fault_sound(&f, "after a torn head");
	f.acked[4] = false;
	fault_restore(&f, "full");
}

static void
test_no_anchor(void)
{
	struct kc_buf reply = {0};
	bool good = true;

	remove_file("anchor");
	for (unsigned i = 0; i < 2; i++) { /* the second finds a new anchor */
		kc_buf_reset(&reply);
		dk_start(&f.d);
		good = good && fault_get(&f, "/healthz", &reply) == 503 &&
		    strstr(kc_buf_cstr(&reply), "\"read-only\"") != NULL &&
		    strstr(kc_buf_cstr(&reply), "the anchor is missing") !=
			NULL;
		if (i == 0)
			dk_stop(&f.d);
	}
	tap_ok(good, "without its anchor it is read-only, and says why");
	kc_buf_reset(&reply);
	tap_ok(fault_post(&f, 4, &reply) == 503 &&
		strstr(kc_buf_cstr(&reply), "\"E-READ-ONLY\"") != NULL,
	    "a statement is refused with E-READ-ONLY");
	tap_ok(fault_get(&f, "/v1/entries/0/raw", NULL) == 200 &&
		fault_get(&f, "/v1/views/units", NULL) == 200,
	    "reads go on");
	dk_stop(&f.d);
	f.d.option = "--reseed-anchor";
	dk_start(&f.d);
	tap_ok(fault_post(&f, 4, NULL) == 201,
	    "an operator's word opens it again");
	dk_stop(&f.d);
	f.d.option = NULL;
	dk_start(&f.d);
	tap_ok(fault_post(&f, 5, NULL) == 201, "for good");
	dk_stop(&f.d);
	(void)fault_sound(&f, "with a new anchor");
	f.acked[4] = f.acked[5] = false;
	fault_restore(&f, "full");
	kc_buf_free(&reply);
}

/* --- files that change under the daemon --- */
/* A post after `change`: not acknowledged, and the daemon ends with 74. */
static void
under_daemon(const char *what, void (*change)(void), const char *why)
{
	int status;

	dk_forget_log(&f.d);
	dk_start(&f.d);
	change();
	status = fault_post(&f, 4, NULL);
	if (dk_wait(&f.d, 5000) < 0)
		dk_kill(&f.d, SIGKILL);
	if (status == 201 || f.d.code != 74 || !dk_said(&f.d, why))
		tap_note("status %d, exit %d", status, f.d.code);
	tap_ok(status != 201 && f.d.code == 74 && dk_said(&f.d, why),
	    "%s under the daemon: not acknowledged, exit 74, \"%s\"", what,
	    why);
	f.acked[4] = false;
	fault_restore(&f, "full");
}

static void
move_ledger(void)
{
	char from[256];

	snprintf(from, sizeof(from), "%s", tmpdir_file(f.d.dir, "ledger.mdb"));
	(void)rename(from, tmpdir_file(f.d.dir, "elsewhere"));
}

static void
replace_ledger(void)
{
	move_ledger();
	tmpdir_copy(f.d.dir, "elsewhere", "ledger.mdb");
}

static void
unlink_anchor(void)
{
	remove_file("anchor");
}

static void
cut_ledger(void)
{
	tmpdir_truncate(f.d.dir, "ledger.mdb", 2 * STEP);
}

static void
overwrite_ledger(void)
{
	off_t size = tmpdir_size(f.d.dir, "ledger.mdb");
	int fd = open(tmpdir_file(f.d.dir, "ledger.mdb"), O_WRONLY);
	char page[STEP];

	memset(page, 0x5a, sizeof(page));
	for (off_t at = 2 * STEP; at < size; at += STEP)
		if (pwrite(fd, page, STEP, at) != STEP)
			abort();
	close(fd);
}

static void
test_changed_files(void)
{
	under_daemon("the ledger moved", move_ledger, "is not where it was");
	under_daemon("the ledger replaced by a copy", replace_ledger,
	    "is another file than the one that was opened");
	under_daemon(
	    "the anchor removed", unlink_anchor, "is not where it was");
	under_daemon("the ledger cut", cut_ledger, "cut short");
	under_daemon(
	    "the ledger overwritten", overwrite_ledger, "event=stopping");
}

static void
test_second(void)
{
	struct dk second = f.d;
	char want[64];
	double from;
	int code;

	dk_start(&f.d);
	dk_forget_log(&f.d);
	from = dk_now_ms();
	code = dk_start_fails(&second);
	snprintf(want, sizeof(want), "is held by process %d", (int)f.d.pid);
	tap_ok(code == 1 && dk_said(&second, want),
	    "a second daemon ends with the first one's process number");
	tap_ok(dk_now_ms() - from < 1000, "at once");
	tap_ok(fault_post(&f, 4, NULL) == 201, "the first goes on");
	f.acked[4] = false;
	dk_stop(&f.d);
	fault_restore(&f, "full");
}

static void
test_race(void)
{
	struct dk racer[STARTS];
	unsigned left = STARTS, told = 0;
	double from = dk_now_ms();
	bool open = false;

	for (unsigned i = 0; i < STARTS; i++) {
		racer[i] = f.d;
		dk_spawn(&racer[i]);
	}
	while (left > 1 && dk_poll(from, 10000)) {
		for (unsigned i = 0; i < STARTS; i++) {
			if (racer[i].pid == 0 || dk_wait(&racer[i], 0) < 0)
				continue;
			told += racer[i].code == 1;
			left--;
		}
	}
	while (left == 1 && !open && dk_poll(from, 10000))
		open = fault_get(&f, "/healthz", NULL) == 200;
	tap_ok(left == 1 && told == STARTS - 1 && open,
	    "%d starts at once: %u winner, %u told so", STARTS, left, told);
	for (unsigned i = 0; i < STARTS; i++)
		if (racer[i].pid != 0)
			dk_stop(&racer[i]);
}

int
main(void)
{
	fault_init(&f, 8);
	make_histories();
	test_rollback_and_fork();
	test_foreign();
	test_cut();
	test_flips(tap_number("FLIPS", FLIPS));
	test_torn_head();
	test_no_anchor();
	test_changed_files();
	test_second();
	test_race();
	dk_start(&f.d);
	tap_ok(fault_size(&f) == whole && dk_stop(&f.d) == 0,
	    "and the ledger as it was still opens");
	(void)fault_sound(&f, "after all");
	fault_free(&f);
	return tap_done();
}
