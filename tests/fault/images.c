/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What disks may hold after a power cut at any moment of a ledger's work: each
 * opens again, and every acknowledged entry stands in it. Alone, several at
 * once, so many that the anchor does not hold them; at a start, at a start that
 * puts right what the cut before left; and at the end. With a store that gets
 * each batch at once, and with one that is behind. IMAGES of them.
 *
 * Where a disk does not flush, losses must be found: else nothing is tested.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/check.h>

#include "appkit.h"
#include "record.h"
#include "tap.h"

#define SINGLE 12 /* notes, one after another */
#define LONE 20   /* the same, more than the store may be behind by */
#define AT_ONCE 5 /* in one batch */
#define LARGE 450 /* that stand or fall together */
#define NOTES (SINGLE + LONE + AT_ONCE + LARGE + 5)
#define JOBS 2
#define KILLS 12      /* writes and flushes of one note, at least */
#define CONTROL 1000  /* images of a disk that does not flush */
#define FULL_EVERY 50 /* of the images: by the ledger itself */

static struct {
	struct app a;
	char dir[128]; /* where images are opened */
	struct kc_buf note[NOTES];
	uint8_t id[NOTES][KC_ID_KEY_SIZE];
	size_t acked[128]; /* notes, at the end of a window */
	size_t n;          /* notes that are acknowledged now */
	uint64_t rng;
} t;

static uint64_t
next(void *ctx)
{
	(void)ctx;
	t.rng ^= t.rng << 13;
	t.rng ^= t.rng >> 7;
	t.rng ^= t.rng << 17;
	return t.rng * 0x2545F4914F6CDD1DULL >> 16;
}

/* --- what is recorded --- */
static void
mark(bool apart)
{
	t.acked[record_windows()] = t.n;
	record_mark(apart);
}

/* The next n notes; what comes after them is `apart` or not. */
static void
send(size_t n, bool together, bool apart)
{
	struct kc_slice notes[LARGE];
	static struct answer w[LARGE];

	for (size_t i = 0; i < n; i++)
		notes[i] = kc_buf_view(&t.note[t.n + i]);
	if (together)
		app_send_together(&t.a, notes, n, w);
	else
		app_send_many(&t.a, notes, n, w);
	for (size_t i = 0; i < n; i++) {
		if (w[i].err != KC_OK)
			fail_msg(
			    "note %zu: %s", t.n + i, kc_err_text(w[i].err));
		answer_free(&w[i]);
	}
	t.n += n;
	mark(apart);
}

static void
begin(void)
{
	char ledger[192], anchor[192];
	const char *const paths[RECORD_FILES] = {ledger, anchor};

	(void)snprintf(ledger, sizeof(ledger), "%s/ledger.mdb", t.a.dir);
	(void)snprintf(anchor, sizeof(anchor), "%s/anchor", t.a.dir);
	record_begin(paths);
}

/* As before the first note. */
static void
restore(void)
{
	tmpdir_copy(t.a.dir, "ledger.first", "ledger.mdb");
	tmpdir_copy(t.a.dir, "anchor.first", "anchor");
	(void)unlink(tmpdir_file(t.a.dir, "ledger.mdb-lock"));
}

/* A start; afterwards files go their own ways. */
static void
start(void)
{
	app_load(&t.a);
	app_open(&t.a);
	mark(true);
}

static void
stop(void)
{
	app_down(&t.a);
	mark(false);
	record_end();
}

/* --- an image --- */
static const char *
say(const char *what, enum kc_err err, struct kc_buf *detail)
{
	static char said[512];

	(void)snprintf(said, sizeof(said), "%s: %s %s", what, kc_err_text(err),
	    kc_buf_cstr(detail));
	return said;
}

/* What a start asks; NULL: it starts, and has what was acknowledged. */
static const char *
judge(struct kc_store *s, size_t acked)
{
	struct kc_anchored held = {0};
	struct kc_log_keys keys = {.n = 1};
	struct kc_check c = {.store = s, .log_keys = &keys, .has_anchor = true};
	struct kc_buf detail = {0};
	const char *bad = NULL;
	uint64_t seq, n;
	enum kc_err err;

	keys.v[0] = kit_key(&t.a.k, KIT_ORIGIN)->vkey;
	err = kc_redo(s, tmpdir_file(t.dir, "anchor"), &keys, &n);
	if (err != KC_OK)
		bad = say("redo", err, &detail);
	err = kc_anchor_load(tmpdir_file(t.dir, "anchor"), &held);
	if (bad == NULL && err != KC_OK)
		bad = say("anchor", err, &detail);
	if (bad == NULL) {
		c.anchor = kc_buf_view(&held.v[held.n - 1].note);
		err = kc_check(&c, &detail);
		if (err != KC_OK)
			bad = say("check", err, &detail);
	}
	for (size_t i = 0; bad == NULL && i < acked; i++)
		if (kc_store_find_id(s, t.id[i], &seq) != KC_OK)
			bad = "an acknowledged entry is lost";
	kc_state_free(c.state);
	kc_anchored_free(&held);
	kc_buf_free(&detail);
	return bad;
}

/* The same by the ledger itself, which goes on. */
static const char *
go_on(size_t acked)
{
	struct app b = t.a;
	const char *bad = NULL;
	struct answer w;

	memcpy(b.dir, t.dir, sizeof(b.dir));
	app_load(&b);
	if (app_try(&b) != KC_OK || kc_ledger_mode(b.l) != KC_MODE_OPEN)
		bad = "the ledger does not open";
	for (size_t i = 0; bad == NULL && i < acked + 1 && i < NOTES; i++) {
		w = app_send(&b, kc_buf_view(&t.note[i]));
		if (w.err != KC_OK || (i < acked && !w.duplicate))
			bad = "the ledger does not go on";
		answer_free(&w);
		if (i == 0 && acked > 2)
			i = acked - 2;
	}
	if (b.l != NULL)
		app_close(&b);
	app_shut(&b);
	return bad;
}

static const char *
open_image(size_t acked)
{
	struct kc_store_options o = {
	    .dir = t.dir, .map_size = (size_t)64 << 20};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	const char *bad;
	enum kc_err err = kc_store_open(&s, &o, &detail);

	bad = err == KC_OK ? judge(s, acked) : say("store", err, &detail);
	kc_store_close(s);
	kc_buf_free(&detail);
	return bad;
}

static const char *
one(const struct record_cut *cut, bool full)
{
	size_t acked = cut->window > 0 ? t.acked[cut->window - 1] : t.acked[0];
	const char *bad;

	(void)unlink(tmpdir_file(t.dir, "ledger.mdb-lock"));
	record_image(cut, 0, tmpdir_file(t.dir, "ledger.mdb"), next, NULL);
	record_image(cut, 1, tmpdir_file(t.dir, "anchor"), next, NULL);
	bad = open_image(acked);
	return bad == NULL && full ? go_on(acked) : bad;
}

/* --- many of them --- */
struct count {
	unsigned images, bad;
};

static struct count
run_some(unsigned n, const bool no_flush[RECORD_FILES])
{
	struct count c = {0};

	for (; c.images < n; c.images++) {
		size_t window = (size_t)(next(NULL) % record_windows());
		uint64_t seed = t.rng;
		struct record_cut cut = record_cut(window, next, NULL);
		bool quiet = no_flush[0] || no_flush[1];
		const char *bad;

		memcpy(cut.no_flush, no_flush, sizeof(cut.no_flush));
		bad = one(&cut, !quiet && c.images % FULL_EVERY == 0);
		c.bad += bad != NULL;
		if (bad != NULL && !quiet && c.bad <= 3)
			tap_note("window %zu events %zu %zu seed %llu: %s",
			    window, cut.at[0], cut.at[1],
			    (unsigned long long)seed, bad);
	}
	return c;
}

static struct count /* a process each, for they are many */
run(unsigned n, bool ledger, bool anchor)
{
	const bool no_flush[RECORD_FILES] = {ledger, anchor};
	struct count all = {0}, c;
	int pipes[2], status;

	fflush(NULL);
	assert_int_equal(pipe(pipes), 0);
	for (unsigned i = 0; i < JOBS; i++) {
		if (fork() != 0)
			continue;
		t.rng += (i + 1) * 0x9E3779B97F4A7C15ULL;
		tmpdir_make(t.dir);
		c = run_some(n / JOBS, no_flush);
		tmpdir_remove(t.dir);
		fflush(NULL);
		_exit(write(pipes[1], &c, sizeof(c)) != sizeof(c));
	}
	close(pipes[1]);
	while (read(pipes[0], &c, sizeof(c)) == sizeof(c)) {
		all.images += c.images;
		all.bad += c.bad;
	}
	close(pipes[0]);
	while (wait(&status) > 0)
		all.bad += status != 0;
	next(NULL);
	return all;
}

static void
find_losses(const char *what, unsigned n)
{
	struct count c = run(n, false, false);

	tap_ok(c.bad == 0 && c.images >= n / JOBS * JOBS,
	    "%s: %u images, %u lost or unreadable", what, c.images, c.bad);
}

static void
control(const char *what, bool ledger, bool anchor)
{
	struct count c = run(CONTROL, ledger, anchor);

	tap_ok(c.bad >= CONTROL / 20, "%s: %u of %u images are found out", what,
	    c.bad, c.images);
}

/* --- the story --- */
static void
make_notes(void)
{
	static struct kc_entry e;
	struct kc_refusal why;

	for (unsigned i = 0; i < NOTES; i++) {
		app_duty(&t.a, i, &t.note[i]);
		assert_int_equal(
		    kc_entry_decode(&e, kc_buf_view(&t.note[i]), &why), KC_OK);
		kc_id_key(t.id[i], e.by[0], e.id);
	}
}

/* Does the store of the ledger's own directory lack what its anchor holds? */
static bool
lacks(void)
{
	struct kc_store_options o = {.dir = t.a.dir, .read_only = true};
	struct kc_checkpoint head = {.size = 0};
	struct kc_store *s = NULL;
	struct kc_buf note = {0};
	bool yes = false;

	if (kc_anchor_peek(tmpdir_file(t.a.dir, "anchor"), &note) == KC_OK &&
	    kc_checkpoint_parse(&head, kc_buf_view(&note), NULL) == KC_OK &&
	    kc_store_open(&s, &o, NULL) == KC_OK)
		yes = kc_store_size(s) < head.size;
	kc_store_close(s);
	kc_buf_free(&note);
	return yes;
}

/* Begins anew where a cut left the anchor ahead of its store. */
static void
cut_short(void)
{
	struct record_cut cut;
	unsigned tries = 0;

	do {
		cut = record_cut(SINGLE, next, NULL);
		(void)unlink(tmpdir_file(t.a.dir, "ledger.mdb-lock"));
		record_image(
		    &cut, 0, tmpdir_file(t.a.dir, "ledger.mdb"), next, NULL);
		record_image(
		    &cut, 1, tmpdir_file(t.a.dir, "anchor"), next, NULL);
		assert_true(++tries < 1000);
	} while (!lacks());
	t.n = t.acked[SINGLE - 1];
	begin();
	t.acked[0] = t.n; /* before the first mark, too */
}

/* Started again, and then the power goes. */
static void
goes_on(const char *after, unsigned k, unsigned n)
{
	char what[64];

	mark(false);
	start();
	for (unsigned i = 0; i < 3; i++)
		send(1, false, i < 2);
	stop();
	(void)snprintf(what, sizeof(what), "a power cut after %s %u", after, k);
	find_losses(what, n);
}

/* Killed at its k-th event after the first notes, started again, and then the
 * power goes: what the one before had not flushed is not flushed yet. */
static void
killed(unsigned k, unsigned n)
{
	struct answer w;

	t.n = 0;
	restore();
	begin();
	start();
	for (unsigned i = 0; i < 3; i++)
		send(1, false, true);
	record_kill(k);
	w = app_send(&t.a, kc_buf_view(&t.note[t.n]));
	t.n += w.err == KC_OK;
	answer_free(&w);
	app_down(&t.a);
	assert_true(record_revive());
	goes_on("a kill at write or flush", k + 1, n);
}

/* The disk does not take what the k-th flush is to put there: the ledger ends,
 * is started again, for the disk is there again, and then the power goes. */
static bool
failing(unsigned k, unsigned n)
{
	struct answer w = {0};

	t.n = 0;
	restore();
	begin();
	start();
	record_fail(k);
	for (unsigned i = 0; w.err == KC_OK && i < SINGLE; i++) {
		if (i % 4 == 3 && kc_store_settle(t.a.store) == KC_OK)
			mark(true);
		answer_free(&w);
		w = app_send(&t.a, kc_buf_view(&t.note[t.n]));
		t.n += w.err == KC_OK;
		mark(true);
	}
	answer_free(&w);
	mark(false);
	app_down(&t.a);
	if (!record_failed())
		return false;
	goes_on("a failure of flush", k + 1, n);
	return true;
}

/* What the store is behind by is written: by who reads, or when it is quiet. */
static void
settle(bool apart)
{
	assert_int_equal(kc_store_settle(t.a.store), KC_OK);
	mark(apart);
}

/* One after another until the store is behind by all that it may be, and then
 * once more: what waits for the anchor alone comes after what was before. */
static void
lone(void)
{
	mark(false);
	for (unsigned i = 0; i < LONE; i++) {
		send(1, false, false);
		if (i == 2)
			settle(false);
	}
}

static void
story(unsigned n)
{
	t.n = 0;
	restore();
	begin();
	start();
	for (unsigned i = 0; i < SINGLE; i++)
		send(1, false, true);
	if (!t.a.at_once)
		lone();
	send(AT_ONCE, true, false);
	send(LARGE, true, true);
	send(1, false, true);
	for (unsigned i = 0; i < (t.a.at_once ? 1 : 3); i++)
		send(1, false, false);
	stop();
	find_losses("a power cut at work", n / 2);
	control("no flush at all", true, true);
	control("none of the anchor", false, true);
	control("none of the ledger", true, false);
	cut_short();
	start();
	send(1, false, true);
	send(1, false, false);
	stop();
	find_losses("a power cut at the start after one", n / 4);
	for (unsigned k = 0; k < KILLS; k++)
		killed(k, n / 4 / KILLS + JOBS);
	for (unsigned k = 0; failing(k, n / 4 / KILLS + JOBS);)
		k++;
}

int
main(void)
{
	unsigned n = tap_number("IMAGES", 25000);

	t.rng = tap_number("SEED", 20220715);
	tmpdir_in_ram(); /* what is flushed is what was recorded so */
	app_init(&t.a, KIT_CITY, true);
	make_notes();
	app_down(&t.a);
	tmpdir_copy(t.a.dir, "ledger.mdb", "ledger.first");
	tmpdir_copy(t.a.dir, "anchor", "anchor.first");
	for (int behind = 0; behind < 2; behind++) {
		t.a.at_once = behind == 0;
		tap_note(behind ? "the store may be behind"
				: "the store gets each batch at once");
		story(n / 2);
	}
	record_free();
	for (unsigned i = 0; i < NOTES; i++)
		kc_buf_free(&t.note[i]);
	app_free(&t.a);
	return tap_done();
}
