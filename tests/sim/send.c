/* SPDX-License-Identifier: Apache-2.0 */
/* Sending, taking answers, and reading back what was signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

#include "tmpdir.h"
#include "world.h"

/* --- what waits --- */
struct waiting *
world_wait(struct world *w, const struct kc_buf *note)
{
	for (unsigned i = 0; i < WORLD_WAITING; i++) {
		struct waiting *one = &w->waiting[i];

		if (one->note.n > 0)
			continue;
		kc_buf_slice(&one->note, kc_buf_view(note));
		assert_int_equal(kc_buf_err(&one->note), KC_OK);
		one->slot = NULL;
		one->held = false;
		one->step = w->s.step;
		return one;
	}
	return NULL;
}

static void
settled(struct waiting *one)
{
	kc_buf_reset(&one->note);
	one->slot = NULL;
}

static struct waiting *
waiting_of(struct world *w, struct kc_slice note)
{
	for (unsigned i = 0; i < WORLD_WAITING; i++)
		if (kc_slice_eq(kc_buf_view(&w->waiting[i].note), note))
			return &w->waiting[i];
	return NULL;
}

/* A key that is replaced or revoked may be in other hands. */
static void
keep_old_key(struct world *w, struct kit_key *slot)
{
	unsigned i = w->nold % WORLD_OLD_KEYS;

	w->old_keys[i].slot = slot;
	w->old_keys[i].key = *slot;
	w->nold++;
}

static void
keys_changed(struct world *w, const struct kc_entry *e, struct waiting *one)
{
	if (one != NULL && one->slot != NULL) {
		keep_old_key(w, one->slot);
		*one->slot = one->next;
		return;
	}
	if (e->kind->id != KC_K_key_revoke)
		return;
	for (unsigned i = 0; i < w->s.k.nkeys; i++) {
		struct kit_key *k = &w->s.k.keys[i];
		struct kc_slice vkey = kc_entry_str(e, KC_F_key_revoke_key);
		size_t n = strlen(k->name);

		if (vkey.n > n && memcmp(vkey.p, k->name, n) == 0 &&
		    vkey.p[n] == '+')
			keep_old_key(w, k);
	}
}

/* --- reading back --- */
static bool
is_clerks(const struct kc_entry *e)
{
	return e->kind->signers.roles[0] == 1u << KC_ROLE_CLERK;
}

/* After its day, and as soon as anybody could write it. */
static void
check_in_time(struct world *w, int64_t received_ms)
{
	struct kc_due due;
	int64_t from;

	sim_require(&w->s, kc_state_due(w->s.k.st, &due),
	    "the clerk writes what is not due");
	sim_require(&w->s, received_ms >= due.due_ms, "a deadline fired early");
	from = due.due_ms;
	if (from < w->able_ms)
		from = w->able_ms;
	if (from < w->last_received)
		from = w->last_received;
	sim_require(&w->s, received_ms - from <= WORLD_LATE_MS,
	    "a deadline fired later than its bound");
}

/* One more entry for the mirror. */
static void
take_leaf(struct world *w, const struct kc_leaf *leaf)
{
	static struct kc_entry e;
	struct kit *k = &w->s.k;
	struct waiting *one = waiting_of(w, leaf->note);
	struct kc_stamp at = {leaf->seq, leaf->received_ms};
	enum kc_err err = kc_entry_decode(&e, leaf->note, &k->why);

	sim_require(&w->s, err == KC_OK, "an entry that does not parse");
	if (k->st->timed[e.kind->id] != NULL)
		check_in_time(w, leaf->received_ms);
	else if (!is_clerks(&e))
		sim_require(
		    &w->s, one != NULL, "an entry that nobody waits for");
	err = kc_state_apply(k->st, &e, at, &k->why);
	sim_require(&w->s, err == KC_OK, "what stands does not apply");
	keys_changed(w, &e, one);
	assert_true(k->nnotes < KIT_NOTES_MAX);
	kit_keep(k, leaf->note, leaf->received_ms);
	if (one != NULL)
		settled(one);
	w->s.accepted++;
}

/* One of the city, which the mirror has from the beginning. */
static void
know_leaf(struct world *w, const struct kc_leaf *leaf)
{
	const struct kit_note *n = &w->s.k.notes[leaf->seq];
	struct waiting *one = waiting_of(w, leaf->note);

	sim_require(&w->s,
	    kc_slice_eq(
		leaf->note, (struct kc_slice){w->s.k.log.p + n->off, n->n}) &&
		one != NULL,
	    "another entry than was sent");
	settled(one);
}

static void
read_head(struct world *w)
{
	struct kc_buf note = {0};
	struct kc_checkpoint c;

	kc_ledger_checkpoint(w->l, &note);
	if (note.n > 0) {
		sim_require(&w->s,
		    kc_checkpoint_parse_by(
			&c, kc_buf_view(&note), world_log_keys(w)) == KC_OK,
		    "the checkpoint is not signed");
		sim_require(
		    &w->s, c.size >= w->head.size, "the head went back");
		w->head = c;
	}
	kc_buf_free(&note);
}

void
world_pull(struct world *w)
{
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;

	if (w->l == NULL)
		return;
	read_head(w);
	for (uint64_t seq = w->nreceipts; seq < w->head.size; seq++) {
		const struct kit *k = &w->s.k;

		kc_buf_reset(&bytes);
		sim_require(&w->s,
		    kc_store_leaf(w->store, seq, &bytes) == KC_OK &&
			kc_leaf_parse(&leaf, kc_buf_view(&bytes)) == KC_OK &&
			leaf.seq == seq,
		    "a signed entry cannot be read");
		w->leaves[seq] = kc_hash_leaf(bytes.p, bytes.n);
		sim_require(&w->s, leaf.received_ms >= w->last_received,
		    "time went back");
		if (seq >= k->nnotes)
			take_leaf(w, &leaf);
		else
			know_leaf(w, &leaf);
		w->last_received = leaf.received_ms;
		w->nreceipts = seq + 1;
	}
	kc_buf_free(&bytes);
	model_read(&w->s);
}

/* --- answers --- */
struct answers {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct world *w;
	bool done, lost;
	struct kc_result r[WORLD_SEND]; /* receipts are copies */
};

/* The answer of a process that has ended meanwhile never came. */
static void
take_answers(void *ctx, struct kc_result *results, size_t n)
{
	struct answers *a = ctx;

	a->lost = disk_is_dead();
	for (size_t i = 0; i < n; i++) {
		a->r[i] = results[i];
		a->r[i].receipt = (struct kc_buf){0};
		kc_buf_slice(
		    &a->r[i].receipt, kc_buf_view(&results[i].receipt));
	}
	pthread_mutex_lock(&a->lock);
	a->done = true;
	pthread_cond_signal(&a->cond);
	pthread_mutex_unlock(&a->lock);
}

/* What was acknowledged is on the disk, and so is the anchor that covers it. */
static void
check_receipt(struct world *w, const struct kc_result *r, struct kc_slice note)
{
	const struct kc_log_keys *log = world_log_keys(w);
	struct kc_buf leaf = {0}, anchored = {0};
	struct kc_checkpoint c, a = {0};
	struct kc_leaf parts;

	sim_require(&w->s,
	    kc_store_leaf(w->store, r->seq, &leaf) == KC_OK &&
		kc_leaf_parse(&parts, kc_buf_view(&leaf)) == KC_OK &&
		kc_slice_eq(parts.note, note) &&
		parts.received_ms == r->received_ms,
	    "what was acknowledged is not in the log");
	sim_require(&w->s,
	    kc_proof_verify_by(
		kc_buf_view(&r->receipt), kc_buf_view(&leaf), log, &c) == KC_OK,
	    "the receipt does not prove the entry");
	sim_require(&w->s,
	    kc_anchor_peek(tmpdir_file(w->dir, "anchor"), &anchored) == KC_OK &&
		kc_checkpoint_parse_by(&a, kc_buf_view(&anchored), log) ==
		    KC_OK &&
		a.size >= c.size,
	    "acknowledged before it was anchored");
	kc_buf_free(&anchored);
	kc_buf_free(&leaf);
}

/* The first receipt of an entry is its receipt for ever. */
static void
check_same_receipt(struct world *w, const struct kc_result *r)
{
	struct kc_buf *first = &w->receipts[r->seq];

	sim_require(&w->s, r->seq < KIT_NOTES_MAX, "beyond the log");
	if (first->n == 0)
		kc_buf_slice(first, kc_buf_view(&r->receipt));
	sim_require(&w->s,
	    kc_slice_eq(kc_buf_view(first), kc_buf_view(&r->receipt)),
	    "another receipt than the first");
}

static void
take_answer(struct world *w, struct waiting *one, const struct kc_result *r)
{
	sim_require(&w->s,
	    r->err == KC_OK || r->err == KC_EREFUSED || r->err == KC_EUNKNOWN,
	    "an answer that is none");
	if (r->err == KC_OK) {
		check_receipt(w, r, kc_buf_view(&one->note));
		check_same_receipt(w, r);
		w->acked++;
	} else if (r->err == KC_EREFUSED) {
		sim_require(
		    &w->s, r->why.code != KC_R_NONE, "refused for no reason");
		w->s.refused++;
		settled(one); /* it must not turn up in the log */
	}
}

void
world_send(struct world *w, struct waiting *const *what, unsigned n)
{
	struct answers a = {
	    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, w, .done = 0};
	struct kc_slice notes[WORLD_SEND];

	assert_true(n <= WORLD_SEND);
	if (n == 0 || w->l == NULL)
		return;
	for (unsigned i = 0; i < n; i++) {
		notes[i] = kc_buf_view(&what[i]->note);
		what[i]->step = w->s.step;
	}
	assert_int_equal(
	    kc_ledger_submit(w->l, notes, n, take_answers, &a), KC_OK);
	pthread_mutex_lock(&a.lock);
	while (!a.done)
		pthread_cond_wait(&a.cond, &a.lock);
	pthread_mutex_unlock(&a.lock);
	for (unsigned i = 0; i < n; i++) {
		if (a.lost)
			w->lost++;
		else
			take_answer(w, what[i], &a.r[i]);
		kc_buf_free(&a.r[i].receipt);
	}
	world_pull(w);
}

void
world_replay(struct world *w)
{
	const struct kit *k = &w->s.k;
	unsigned i = (unsigned)sim_random(&w->s, k->nnotes);
	struct answers a = {
	    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, w, .done = 0};
	struct kc_slice notes[2] = {
	    {k->log.p + k->notes[i].off, k->notes[i].n}};
	uint64_t size = w->head.size;

	notes[1] = notes[0];
	assert_int_equal(
	    kc_ledger_submit(w->l, notes, 2, take_answers, &a), KC_OK);
	pthread_mutex_lock(&a.lock);
	while (!a.done)
		pthread_cond_wait(&a.cond, &a.lock);
	pthread_mutex_unlock(&a.lock);
	for (unsigned j = 0; j < 2; j++) {
		sim_require(&w->s,
		    a.r[j].err == KC_OK && a.r[j].duplicate && a.r[j].seq == i,
		    "a statement that stands is not answered by its receipt");
		check_receipt(w, &a.r[j], notes[j]);
		check_same_receipt(w, &a.r[j]);
		kc_buf_free(&a.r[j].receipt);
	}
	world_pull(w);
	sim_require(&w->s, w->head.size == size, "a replay was written");
}
