/* SPDX-License-Identifier: Apache-2.0 */
/* The machine: starting, stopping, time, and what the sequencer does. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>

#define ANSWERS_MAX 4 /* of the sender, at one instant */
#define WAKES_MAX 200 /* a retry a second for weeks shows nothing new */

/* --- time --- */
/* Stands for the monotonic clock of the ledger's writer (ld --wrap). */
int64_t __wrap_kc_env_mono_us(void);
static _Atomic int64_t mono_us;

int64_t
__wrap_kc_env_mono_us(void)
{
	return atomic_load(&mono_us);
}

static int64_t
wall_now(void *ctx)
{
	struct world *w = ctx;

	return atomic_load(&w->wall_ms);
}

static void
both_now(void *ctx, int64_t *now_ms, int64_t *passed_ms)
{
	*now_ms = wall_now(ctx);
	*passed_ms = atomic_load(&mono_us) / 1000;
}

static void
move(struct world *w, int64_t ms)
{
	atomic_fetch_add(&w->wall_ms, ms);
	atomic_fetch_add(&mono_us, ms * 1000);
	w->true_ms += ms;
}

uint64_t
world_random(void *world)
{
	struct world *w = world;

	return sim_random(&w->s, UINT64_MAX);
}

bool
world_is_up(const struct world *w)
{
	return w->l != NULL;
}

bool
world_is_open(struct world *w)
{
	return w->l != NULL && kc_ledger_mode(w->l) == KC_MODE_OPEN;
}

/* Since when has the daemon been able to write what is due? */
static void
look(struct world *w)
{
	bool able = world_is_open(w) && model_clerk_lives(&w->s);

	if (!able)
		w->able_ms = INT64_MAX;
	else if (w->able_ms == INT64_MAX)
		w->able_ms = atomic_load(&w->wall_ms);
}

void
world_wake(struct world *w)
{
	if (w->l == NULL)
		return;
	for (int i = 0; i < ANSWERS_MAX; i++) {
		(void)kc_ledger_settle(w->l);
		look(w);
		world_pull(w);
		look(w);
		if (i + 1 == ANSWERS_MAX || !outbox_answer(w))
			return;
	}
}

void
world_jump(struct world *w, int64_t ms)
{
	move(w, ms);
	w->able_ms = INT64_MAX;
}

/* Is there something to wake for, until then? Wakes for it. */
static bool
next_wake(struct world *w, int64_t until)
{
	int64_t now = atomic_load(&w->wall_ms);
	struct kc_wake wake;

	kc_ledger_next_wake(w->l, &wake);
	if (wake.in_ms >= 0 && now + wake.in_ms < wake.due_ms)
		wake.due_ms = now + wake.in_ms;
	if (wake.due_ms > until)
		return false;
	sim_require(&w->s, wake.due_ms >= now, "a wake in the past");
	move(w, wake.due_ms - now);
	world_wake(w);
	return true;
}

void
world_pass(struct world *w, int64_t ms)
{
	int64_t until = atomic_load(&w->wall_ms) + ms;
	unsigned n = 0;

	while (w->l != NULL && n < WAKES_MAX && next_wake(w, until))
		n++;
	move(w, until - atomic_load(&w->wall_ms));
	if (w->l == NULL || n == WAKES_MAX)
		w->able_ms = INT64_MAX;
	if (n == WAKES_MAX)
		world_wake(w);
}

/* --- the sequencer --- */
/* One more entry, by somebody who writes to the same log. */
static enum kc_outcome
rival_first(struct world *w, const struct kc_append *batch, struct kc_hash root)
{
	static struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_buf leaf = {0};
	struct kc_row row;
	struct kc_append one = *batch;
	struct kc_leaf parts = {KC_LIT(KIT_ORIGIN), batch->size,
	    atomic_load(&w->wall_ms), kc_buf_view(&w->plan.rival->note)};
	enum kc_outcome out;

	if (kc_entry_decode(&e, parts.note, &why) != KC_OK)
		abort();
	kc_buf_leaf(&leaf, &parts);
	row.leaf = kc_buf_view(&leaf);
	row.hash = kc_hash_leaf(leaf.p, leaf.n);
	kc_id_key(row.id, e.by[0], e.id);
	one.rows = &row;
	one.nrows = 1;
	one.nputs = 0;
	if (one.anchored != NULL) { /* of ours: it waits for no anchor */
		one.anchored = NULL;
		one.ready = NULL;
	}
	out = w->inner.append(w->inner.ctx, &one, root);
	kc_buf_free(&leaf);
	return out;
}

/* Ours is for a head that has moved; it must not be written. */
static enum kc_outcome
after_rival(struct world *w, const struct kc_append *batch, struct kc_hash root)
{
	enum kc_outcome out = rival_first(w, batch, root);

	if (out != KC_COMMITTED)
		return out;
	out = w->inner.append(w->inner.ctx, batch, root);
	return out == KC_BROKEN ? KC_CONFLICT : out;
}

/* A bit of the last leaf changes on its way to the disk. */
static enum kc_outcome
with_flip(struct world *w, const struct kc_append *batch, struct kc_hash root)
{
	struct kc_row rows[KC_BATCH_MAX];
	struct kc_append copy = *batch;
	struct kc_buf leaf = {0};
	enum kc_outcome out;

	memcpy(rows, batch->rows, batch->nrows * sizeof(rows[0]));
	kc_buf_slice(&leaf, rows[batch->nrows - 1].leaf);
	leaf.p[leaf.n / 2] ^= 1;
	rows[batch->nrows - 1].leaf = kc_buf_view(&leaf);
	copy.rows = rows;
	out = w->inner.append(w->inner.ctx, &copy, root);
	kc_buf_free(&leaf);
	return out;
}

static enum kc_outcome
append(void *ctx, const struct kc_append *batch, struct kc_hash root)
{
	struct world *w = ctx;
	struct outcome_plan p = w->plan;
	enum kc_outcome out = KC_COMMITTED;

	w->plan = (struct outcome_plan){0};
	if (!p.armed)
		return w->inner.append(w->inner.ctx, batch, root);
	if (p.rival != NULL) {
		w->plan.rival = p.rival;
		out = after_rival(w, batch, root);
		w->plan.rival = NULL;
		return out;
	}
	if (p.flip)
		return with_flip(w, batch, root);
	if (p.write || p.outcome == KC_COMMITTED)
		out = w->inner.append(w->inner.ctx, batch, root);
	return out == KC_COMMITTED ? p.outcome : out;
}

static void
no_close(void *ctx)
{
	(void)ctx;
}

/* --- starting and stopping --- */
/* Their files lie beside that of the key that it was started with. */
static size_t
other_log_keys(void *ctx, struct kc_skey *v, size_t max)
{
	struct world *w = ctx;
	size_t all = atomic_load(&w->nlog_keys), n = 0;

	for (size_t i = 0; i < all && n < max; i++)
		if (!kc_vkey_eq(&w->log_keys[i].vkey, &w->log_key.vkey))
			v[n++] = w->log_keys[i];
	return n;
}

const struct kc_log_keys *
world_log_keys(struct world *w)
{
	static struct kc_log_keys keys;

	keys.n = atomic_load(&w->nlog_keys);
	for (size_t i = 0; i < keys.n; i++)
		keys.v[i] = w->log_keys[i].vkey;
	return &keys;
}

static enum kc_err
open_ledger(struct world *w)
{
	struct kc_ledger_options o = {
	    .store = w->store,
	    .sequencer = {append, no_close, w},
	    .anchor = w->anchor,
	    .log_key = &w->log_key,
	    .log_keys = other_log_keys,
	    .log_keys_ctx = w,
	    .clerk_key = kit_key(&w->s.k, "clerk"),
	    .clock = {.now_ms = wall_now, .ctx = w},
	    .threads = 1,
	    .behind = w->s.seed % 4 != 0,
	};
	struct kc_buf detail = {0};
	enum kc_err err;

	w->log_key = *kit_key(&w->s.k, KIT_ORIGIN);
	if (w->leaps)
		o.clock.both_ms = both_now;
	w->inner = kc_sequencer_local(w->store);
	if (!w->no_outbox)
		o.beside = outbox_open(w);
	err = kc_ledger_open(&w->l, &o, &detail);
	(void)snprintf(w->said, sizeof(w->said), "%s: %s", kc_err_text(err),
	    kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	return err;
}

static void
open_files(struct world *w, bool create)
{
	struct kc_store_options o = {.dir = w->dir,
	    .create = create,
	    .map_size = (size_t)256 << 20,
	    .reserve_min = 1};
	char data[192], anchor[192];
	const char *paths[DISK_FILES] = {data, anchor};
	struct kc_buf detail = {0};
	uint64_t n;
	enum kc_err err;

	(void)snprintf(data, sizeof(data), "%s/ledger.mdb", w->dir);
	(void)snprintf(anchor, sizeof(anchor), "%s/anchor", w->dir);
	err = kc_store_open(&w->store, &o, &detail);
	if (err != KC_OK)
		print_error("%s: %s\n", kc_err_text(err), kc_buf_cstr(&detail));
	sim_require(&w->s, err == KC_OK, "the store does not open");
	err = kc_anchor_open(&w->anchor, anchor, create);
	sim_require(&w->s, err == KC_OK, "the anchor does not open");
	err = kc_redo(w->store, anchor, world_log_keys(w), &n);
	sim_require(&w->s, err == KC_OK, "the anchor's batches are not redone");
	kc_buf_free(&detail);
	disk_use(paths);
}

enum kc_err
world_try_start(struct world *w, const struct disk_plan *plan)
{
	enum kc_err err;

	open_files(w, false);
	if (plan != NULL)
		disk_set(plan);
	err = open_ledger(w);
	if (err != KC_OK)
		return err;
	w->restarts++;
	w->able_ms = INT64_MAX;
	look(w);
	world_check_restart(w);
	world_pull(w);
	outbox_check(w);
	look(w);
	return KC_OK;
}

void
world_start(struct world *w)
{
	enum kc_err err = world_try_start(w, NULL);

	if (err != KC_OK)
		print_error("%s\n", w->said);
	sim_require(&w->s, err == KC_OK, "the ledger does not start");
	world_confirm(w);
}

void
world_stop(struct world *w, bool cut, bool power_lost)
{
	if (cut)
		disk_stop();
	if (w->l != NULL)
		(void)kc_ledger_close(w->l);
	outbox_close(w);
	kc_store_close(w->store);
	kc_anchor_close(w->anchor);
	w->l = NULL;
	w->store = NULL;
	w->anchor = NULL;
	w->able_ms = INT64_MAX;
	disk_restart(power_lost, world_random, w);
}

/* The checkpoint that people know: the last one that was given out. */
static void
seen(void *ctx, struct kc_checkpoint *out)
{
	struct world *w = ctx;

	*out = w->head;
}

/* The city's notes, each at its instant, so that the leaves are the kit's. */
static void
feed(struct world *w)
{
	struct kit *k = &w->s.k;

	for (unsigned i = 0; i < k->nnotes; i++) {
		struct kc_slice bytes = {
		    k->log.p + k->notes[i].off, k->notes[i].n};
		struct kc_buf note = {0};
		struct waiting *one;

		atomic_store(&w->wall_ms, k->notes[i].received_ms);
		kc_buf_slice(&note, bytes);
		one = world_wait(w, &note);
		kc_buf_free(&note);
		world_send(w, &one, 1);
		sim_require(
		    &w->s, w->head.size == i + 1, "the city is refused");
	}
	w->true_ms = atomic_load(&w->wall_ms);
}

void
world_init(struct world *w, uint64_t seed, const char *dir)
{
	memset(w, 0, sizeof(*w));
	w->s.seed = w->s.rng = seed;
	(void)snprintf(w->dir, sizeof(w->dir), "%s", dir);
	sim_city(&w->s);
	w->receipts = kc_alloc(KIT_NOTES_MAX * sizeof(w->receipts[0]));
	w->leaves = kc_alloc(KIT_NOTES_MAX * sizeof(w->leaves[0]));
	assert_true(w->receipts != NULL && w->leaves != NULL);
	w->log_keys[0] = *kit_key(&w->s.k, KIT_ORIGIN);
	atomic_store(&w->nlog_keys, 1);
	open_files(w, true);
	w->able_ms = INT64_MAX;
	atomic_store(&mono_us, 0);
	atomic_store(&w->wall_ms, w->s.k.notes[0].received_ms);
	assert_int_equal(open_ledger(w), KC_OK);
	feed(w);
	w->s.k.seen = seen;
	w->s.k.seen_ctx = w;
	world_pull(w);
	look(w);
	/* The city was made in leaps; from now on half of the seeds see them.
	 */
	w->leaps = seed % 2 == 0;
	if (w->leaps) {
		world_stop(w, false, false);
		world_start(w);
	}
}

void
world_free(struct world *w)
{
	world_stop(w, false, false);
	for (uint64_t i = 0; i < w->nreceipts; i++)
		kc_buf_free(&w->receipts[i]);
	for (unsigned i = 0; i < WORLD_WAITING; i++)
		kc_buf_free(&w->waiting[i].note);
	kc_free(w->receipts);
	kc_free(w->leaves);
	kc_buf_free(&w->backup);
	model_free(&w->s);
	kit_free(&w->s.k);
}
