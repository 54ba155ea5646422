/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of the machine, each around a statement or a while of time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmpdir.h"
#include "world.h"

#define CALLS 24 /* a fault comes within so many writes and flushes */

/* --- writes --- */
/* Something is written: what is due, or what somebody states. */
static void
do_something(struct world *w)
{
	if (sim_chance(&w->s, 30))
		world_pass(w, (int64_t)sim_random(&w->s, 20) * WORLD_DAY);
	world_act(w);
}

/* The process is not there for a while, then it starts; or does not, if its
 * disk fails again, and then it does. */
static void
come_back(struct world *w, struct disk_plan *plan)
{
	if (sim_chance(&w->s, 50))
		world_jump(w, (int64_t)sim_random(&w->s, 3 * WORLD_DAY));
	if (plan == NULL || sim_chance(&w->s, 70)) {
		world_start(w);
		return;
	}
	if (plan->die_at > 0)
		plan->die_at = 1 + sim_random(&w->s, 8);
	if (plan->fail_at > 0)
		plan->fail_at = 1 + sim_random(&w->s, 8);
	(void)world_try_start(w, plan);
	world_stop(w, plan->die_at > 0, false);
	world_start(w);
}

static void
end_of_process(struct world *w, bool power_lost)
{
	struct disk_plan plan = {.die_at = 1 + sim_random(&w->s, CALLS)};

	disk_set(&plan);
	do_something(w);
	world_stop(w, true, power_lost);
	come_back(w, &plan);
}

static void
failing_write(struct world *w, int error)
{
	struct disk_plan plan = {.fail_at = 1 + sim_random(&w->s, CALLS),
	    .error = error,
	    .forever = sim_chance(&w->s, 50),
	    .half = sim_chance(&w->s, 30)};

	disk_set(&plan);
	do_something(w);
	if (disk_failed() > 0)
		sim_require(&w->s, kc_ledger_mode(w->l) == KC_MODE_POISONED,
		    "it goes on after a failed write");
	disk_set(&(struct disk_plan){0});
	if (kc_ledger_mode(w->l) != KC_MODE_POISONED)
		return;
	world_stop(w, false, false);
	come_back(w, &plan);
}

static void
no_room(struct world *w)
{
	uint64_t size;

	disk_set(&(struct disk_plan){.no_room = true});
	size = w->head.size;
	do_something(w);
	sim_require(&w->s, w->head.size == size, "written without room");
	disk_set(&(struct disk_plan){0});
	world_pass(w, WORLD_DAY / 24);
}

/* --- the sequencer --- */
static void
any_outcome(struct world *w)
{
	w->plan = (struct outcome_plan){.armed = true,
	    .outcome = (enum kc_outcome)sim_random(&w->s, KC_BROKEN + 1),
	    .write = sim_chance(&w->s, 50)};
	/* Only what is unknown may have been written. */
	if (w->plan.outcome != KC_UNKNOWN)
		w->plan.write = false;
	do_something(w);
	w->plan = (struct outcome_plan){0};
	world_pass(w, WORLD_DAY / 24);
	if (world_is_open(w))
		return;
	world_stop(w, false, false);
	come_back(w, NULL);
}

/* A duty that nobody else registers. */
static struct waiting *
rivals_statement(struct world *w)
{
	static struct kc_entry e;
	static struct statement st;
	struct kc_stamp at = {w->head.size, atomic_load(&w->wall_ms)};
	struct kc_refusal why = {0};
	struct waiting *one;
	char duty[32];

	(void)snprintf(duty, sizeof(duty), "R%u", w->s.step);
	sim_begin(&st, KC_K_duty_register, "P09.a");
	sim_add(&st, "unit", "G16");
	sim_add(&st, "duty", duty);
	sim_add(&st, "text", "x");
	one = world_written(w, &st);
	if (one != NULL &&
	    (kc_entry_decode(&e, kc_buf_view(&one->note), &why) != KC_OK ||
		at.received_ms < w->last_received ||
		kc_state_check(w->s.k.st, &e, at, &why) != KC_OK)) {
		kc_buf_reset(&one->note);
		one = NULL;
	}
	return one;
}

static void
rival(struct world *w)
{
	struct waiting *one = rivals_statement(w);

	if (one == NULL || !world_is_open(w)) {
		if (one != NULL)
			kc_buf_reset(&one->note);
		return;
	}
	w->plan = (struct outcome_plan){.armed = true, .rival = one};
	world_act(w);
	if (w->plan.armed) /* nothing was appended */
		kc_buf_reset(&one->note);
	w->plan = (struct outcome_plan){0};
	sim_require(&w->s, one->note.n == 0, "the other writer's is not read");
	sim_require(&w->s, world_is_open(w), "a conflict stops the ledger");
}

/* --- the store's file --- */
static void
copy_store(struct world *w, struct kc_buf *out)
{
	char part[65536];
	FILE *f = fopen(tmpdir_file(w->dir, "ledger.mdb"), "rb");
	size_t n;

	assert_non_null(f);
	kc_buf_reset(out);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		kc_buf_put(out, part, n);
	(void)fclose(f);
	assert_int_equal(kc_buf_err(out), KC_OK);
}

static void
put_store(struct world *w, const struct kc_buf *bytes)
{
	FILE *f = fopen(tmpdir_file(w->dir, "ledger.mdb"), "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes->p, 1, bytes->n, f), bytes->n);
	assert_int_equal(fclose(f), 0);
}

/* What is stored is not what was hashed: it is never answered, and the store is
 * what it was before once its copy is put back, but for what the anchor holds
 * as it was hashed. */
static void
flip(struct world *w)
{
	struct kc_buf before = {0};
	uint64_t size = w->head.size;
	bool flipped;

	copy_store(w, &before);
	w->plan = (struct outcome_plan){.armed = true, .flip = true};
	world_act(w);
	flipped = !w->plan.armed;
	w->plan = (struct outcome_plan){0};
	if (flipped) {
		sim_require(&w->s,
		    w->head.size == size &&
			kc_ledger_mode(w->l) == KC_MODE_POISONED,
		    "what was stored otherwise is answered");
		world_stop(w, false, false);
		put_store(w, &before);
		world_start(w);
	}
	kc_buf_free(&before);
}

/* The number of the last transaction of a store's file, from its two heads. */
static uint64_t
last_txn(const struct kc_buf *file)
{
	uint64_t last = 0;

	for (unsigned n = 0; n < 2; n++) {
		size_t at = n * (size_t)sysconf(_SC_PAGESIZE) + 16 + 128;
		uint64_t txn;

		memcpy(&txn, file->p + at, sizeof(txn));
		if (txn > last)
			last = txn;
	}
	return last;
}

/* Those of a slot that come next, a transaction at a time. */
static void
go_past(struct kc_slice slot, uint64_t *end, uint64_t *txn)
{
	struct kc_held_list l = {0};
	bool ok = slot.n > 0 && kc_held_list_take(&l, slot) == KC_OK;
	uint64_t of = 0;

	for (size_t i = 0; ok && i < l.n; i++) {
		const struct kc_append *b = &l.v[i].batch;

		if (b->size != *end || (b->txn != of && b->txn != *txn + 1))
			continue;
		*txn += b->txn != of;
		of = b->txn;
		*end += b->nrows;
	}
	kc_held_list_free(&l);
}

/* Does the anchor hold all batches after the first `size` entries, and was
 * nothing else written since that transaction? The newest slot may have what
 * the one before has, and more. */
static bool
is_held(struct world *w, uint64_t size, uint64_t txn)
{
	struct kc_anchored held = {0};
	uint64_t most = 0;
	bool let_go; /* the newest head has no batch: there is more since */

	if (kc_anchor_load(tmpdir_file(w->dir, "anchor"), &held) == KC_OK)
		for (size_t first = 0; first < held.n; first++) {
			uint64_t end = size, last = txn;

			for (size_t i = first; i < held.n; i++)
				go_past(
				    kc_buf_view(&held.v[i].batch), &end, &last);
			most = end > most ? end : most;
		}
	let_go = held.n == 0 || held.v[held.n - 1].batch.n == 0;
	kc_anchored_free(&held);
	return !let_go && most > size && most >= w->head.size;
}

/* An old copy of the store in its place: not opened, for the anchor knows;
 * but for what the anchor itself holds and nothing else came between, which
 * stands again. */
static void
backup(struct world *w)
{
	struct kc_buf now = {0};
	enum kc_err err, want = KC_EROLLBACK;

	if (w->backup.n == 0 || w->backup_size == w->head.size) {
		(void)kc_store_settle(w->store); /* all is in the copy */
		copy_store(w, &w->backup);
		w->backup_size = w->head.size;
		return;
	}
	world_stop(w, false, false);
	copy_store(w, &now);
	put_store(w, &w->backup);
	if (is_held(w, w->backup_size, last_txn(&w->backup)))
		want = KC_OK;
	w->no_outbox = true;
	err = world_try_start(w, NULL);
	w->no_outbox = false;
	sim_require(&w->s, err == want,
	    want == KC_OK ? "what the anchor holds is lost"
			  : "a rollback is opened");
	world_stop(w, false, false);
	put_store(w, &now);
	kc_buf_reset(&w->backup);
	kc_buf_free(&now);
	world_start(w);
}

/* --- the clock --- */
static void
set_clock(struct world *w, int64_t off)
{
	atomic_fetch_add(&w->wall_ms, off);
	if (off < 0)
		outbox_put_back(w);
}

static void
wrong_clock(struct world *w)
{
	static const int64_t steps[] = {600, 86400, 30 * 86400, 400 * 86400};
	int64_t wall = atomic_load(&w->wall_ms), off, now;
	uint64_t size = w->head.size;
	bool refuses;

	if (sim_chance(&w->s, 30))
		off = sim_chance(&w->s, 50) ? -wall : 300 * 366 * WORLD_DAY;
	else
		off = -steps[sim_random(&w->s, 4)] * 1000;
	set_clock(w, off);
	now = wall + off;
	refuses = now < KC_CLOCK_FIRST_MS || now > KC_CLOCK_LAST_MS ||
	    now < w->last_received - KC_CLOCK_BACK_MS;
	w->able_ms = INT64_MAX;
	world_wake(w);
	sim_require(&w->s, !refuses || !world_is_open(w),
	    "it would write by a clock that is wrong");
	world_act(w);
	sim_require(&w->s, !refuses || w->head.size == size,
	    "written by a clock that is wrong");
	set_clock(w, -off);
	w->able_ms = INT64_MAX;
	world_confirm(w);
	sim_require(
	    &w->s, world_is_open(w) || w->stuck, "the clock is right again");
}

/* To what is awaited next, if it is of this day: what comes due by a wrong
 * clock is there when it is put back. */
static int64_t
to_next(struct world *w)
{
	struct kc_wake wake;

	kc_ledger_next_wake(w->l, &wake);
	wake.due_ms -= atomic_load(&w->wall_ms);
	return wake.due_ms > 0 && wake.due_ms < WORLD_DAY - 60000
	    ? wake.due_ms + 1000
	    : 3600000;
}

/* Somebody sets the clock ahead. It was right to, and people confirm it where
 * they are asked; or it was not, and it is put back. */
static void
leap(struct world *w)
{
	static const int64_t steps[] = {
	    60, 3600, 86400 + 60, 30 * 86400, 400 * 86400};
	bool near = sim_chance(&w->s, 50), held;
	int64_t off = near ? to_next(w) : steps[sim_random(&w->s, 5)] * 1000;
	uint64_t size = w->head.size;

	atomic_fetch_add(&w->wall_ms, off);
	w->able_ms = INT64_MAX;
	world_wake(w);
	held = w->s.k.st->held;
	sim_require(&w->s, !world_is_open(w) || !held, "held, and open");
	sim_require(&w->s, held || off <= 86400000 || w->head.size == size,
	    "a leap beyond the bound holds nothing");
	size = w->head.size;
	/* Where nothing is written, only what is to be sent knows of it. */
	if (!near)
		world_act(w);
	sim_require(&w->s, !held || w->head.size == size, "written in a hold");
	if (sim_chance(&w->s, 50))
		w->true_ms += off;
	else
		set_clock(w, -off);
	w->able_ms = INT64_MAX;
	world_confirm(w);
	/* What was written in the hour that there was not is waited for. */
	if (atomic_load(&w->wall_ms) < w->last_received - KC_CLOCK_BACK_MS)
		world_pass(w, off);
	sim_require(&w->s, world_is_open(w) || w->stuck, "a hold does not end");
	outbox_check_waits(w);
}

/* --- any --- */
void
world_fault(struct world *w)
{
	if (world_happens(w, F_KILL, 30))
		end_of_process(w, false);
	if (world_happens(w, F_POWER, 30))
		end_of_process(w, true);
	if (world_happens(w, F_EIO, 20))
		failing_write(w, EIO);
	if (world_happens(w, F_ENOSPC, 10))
		failing_write(w, ENOSPC);
	if (world_happens(w, F_ROOM, 10))
		no_room(w);
	if (world_happens(w, F_OUTCOME, 30))
		any_outcome(w);
	if (world_happens(w, F_RIVAL, 20))
		rival(w);
	if (world_happens(w, F_FLIP, 10))
		flip(w);
	if (world_happens(w, F_BACKUP, 20))
		backup(w);
	if (world_happens(w, F_CLOCK, 20))
		wrong_clock(w);
	if (w->leaps && world_is_open(w) && world_happens(w, F_LEAP, 20))
		leap(w);
}
