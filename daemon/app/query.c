/* SPDX-License-Identifier: Apache-2.0 */
/* Readers: of the committed state, of the signed head, of proofs. */
#include "app/query.h"

#include <string.h>

#include <kaocheng/proof.h>
#include <kaocheng/replay.h>

/* --- reading the state --- */
struct read_task {
	struct kc_task t;
	struct kc_query *q;
	uint64_t upto;
	int64_t as_of_ms;
	void (*fn)(void *ctx, const struct kc_view_source *src);
	void *ctx;
};

static enum kc_err
log_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	struct kc_query *q = ctx;

	return kc_store_leaf(q->o->store, seq, out);
}

/* Now, for what is counted from it; the log's last instant while the clock is
 * not set. */
static int64_t
view_ms(struct kc_query *q, const struct kc_state *st)
{
	int64_t now = kc_env_now_ms(q->o), last = kc_state_received_ms(st);

	return kc_head_clock(now, last) == KC_CAUSE_CLOCK_UNSET ? last : now;
}

static void
run_read(struct kc_task *t)
{
	struct read_task *r = (struct read_task *)(void *)t;
	struct kc_query *q = r->q;
	const struct kc_state *st = kc_live_read(q->live);

	if (st != NULL) {
		struct kc_log log = {kc_state_size(st), log_leaf, q};
		struct kc_view_source src = {st, &log, view_ms(q, st)};

		r->fn(r->ctx, &src);
	} else {
		r->fn(r->ctx, NULL);
	}
	kc_live_done(q->live);
	kc_free(r);
}

static void
run_as_of(struct kc_task *t)
{
	struct read_task *r = (struct read_task *)(void *)t;
	struct kc_query *q = r->q;
	struct kc_log log = {kc_head_entries(q->head), log_leaf, q};
	struct kc_view_source src = {NULL, &log, r->as_of_ms};
	struct kc_past_state *h = NULL;
	uint64_t upto = r->upto;
	enum kc_err err = KC_OK;

	if (upto == UINT64_MAX)
		err = kc_replay_size_at(&log, r->as_of_ms, &upto);
	if (err == KC_OK && upto > log.size)
		err = KC_ENOTFOUND;
	if (err == KC_OK)
		err = kc_past_take(&q->past, upto, &h);
	if (err == KC_OK) {
		log.size = upto;
		src.state = h->st;
		if (r->upto != UINT64_MAX)
			src.now_ms = kc_state_received_ms(h->st);
	}
	r->fn(r->ctx, err == KC_OK ? &src : NULL);
	if (h != NULL)
		kc_past_give(&q->past, h);
	kc_free(r);
}

static enum kc_err
read_task(struct kc_query *q, const struct read_task *from)
{
	struct read_task *r = kc_alloc(sizeof(*r));
	enum kc_err err;

	if (r == NULL)
		return KC_ENOMEM;
	*r = *from;
	r->q = q;
	err = kc_intake_task(q->intake, &r->t);
	if (err != KC_OK)
		kc_free(r);
	return err;
}

enum kc_err
kc_query_read(struct kc_query *q,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx)
{
	struct read_task r = {.t.run = run_read, .fn = fn, .ctx = ctx};

	return read_task(q, &r);
}

enum kc_err
kc_query_read_as_of(struct kc_query *q, uint64_t upto, int64_t as_of_ms,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx)
{
	struct read_task r = {.t = {.run = run_as_of, .slow = true},
	    .upto = upto,
	    .as_of_ms = as_of_ms,
	    .fn = fn,
	    .ctx = ctx};

	return read_task(q, &r);
}

/* --- proofs --- */
/* A checkpoint as it was signed, and what it says. */
struct signed_head {
	struct kc_buf note;
	struct kc_checkpoint c;
};

/* The latest one; KC_ENOTFOUND while the ledger has none. */
static enum kc_err
latest(struct kc_query *q, struct signed_head *h)
{
	if (kc_head_copy(q->head, &h->note) == 0)
		return KC_ENOTFOUND;
	if (kc_buf_err(&h->note) != KC_OK)
		return kc_buf_err(&h->note);
	return kc_head_verify(q->head, kc_buf_view(&h->note), &h->c);
}

/* The first that covers an entry, if it is kept as it was signed: the one that
 * its batch made, or the one that witnesses signed. */
static enum kc_err
kept(struct kc_query *q, uint64_t seq, bool witnessed, struct signed_head *h)
{
	uint64_t size = 0;
	enum kc_err err = witnessed
	    ? kc_store_witnessed_from(q->o->store, seq + 1, &size, &h->note)
	    : kc_store_checkpoint_from(q->o->store, seq + 1, &size, &h->note);

	if (err != KC_OK)
		return err;
	if (kc_buf_err(&h->note) != KC_OK)
		return kc_buf_err(&h->note);
	if (kc_head_verify(q->head, kc_buf_view(&h->note), &h->c) == KC_OK &&
	    h->c.size == size)
		return KC_OK;
	kc_env_say(q->o, KC_LEVEL_ERR, "checkpoint-damaged",
	    "a kept checkpoint does not verify");
	return KC_ENOTFOUND;
}

/* The storage contradicts what was signed: nothing of it is served. */
static enum kc_err
damaged(struct kc_query *q, const char *what)
{
	kc_env_say(q->o, KC_LEVEL_ERR, "proof-damaged", what);
	return KC_ECORRUPT;
}

/* Receipt of seq under a checkpoint; no path is served that does not lead
 * from the entry to the root that was signed. */
static enum kc_err
receipt(struct kc_query *q, uint64_t seq, const struct signed_head *h,
    struct kc_buf *out)
{
	struct kc_hash_reader r = kc_store_hashes(q->o->store);
	struct kc_proof proof = {
	    .index = seq, .checkpoint = kc_buf_view(&h->note)};
	struct kc_buf leaf = {0};
	struct kc_hash hash;
	enum kc_err err;

	if (seq >= h->c.size)
		return KC_ENOTFOUND;
	err = kc_store_leaf(q->o->store, seq, &leaf);
	if (err == KC_OK)
		err = kc_merkle_inclusion(
		    &r, seq, h->c.size, proof.path, &proof.npath);
	if (err == KC_OK) {
		hash = kc_hash_leaf(leaf.p, leaf.n);
		if (kc_merkle_verify_inclusion(&hash, seq, h->c.size,
			proof.path, proof.npath, &h->c.root) != KC_OK)
			err = damaged(q, "a receipt does not lead to the root");
	}
	if (err == KC_OK) {
		kc_buf_proof(out, &proof);
		err = kc_buf_err(out);
	}
	kc_buf_free(&leaf);
	return err;
}

enum kc_err
kc_query_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out)
{
	struct signed_head h = {0};
	enum kc_err err = latest(q, &h);

	if (err == KC_OK)
		err = receipt(q, seq, &h, out);
	kc_buf_free(&h.note);
	return err;
}

enum kc_err
kc_query_old_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out)
{
	struct signed_head h = {0};
	enum kc_err err = kept(q, seq, false, &h);

	if (err == KC_OK)
		err = receipt(q, seq, &h, out);
	kc_buf_free(&h.note);
	return err == KC_ENOTFOUND ? kc_query_receipt(q, seq, out) : err;
}

/* The newest that a quorum signed may not be kept yet. */
static enum kc_err
last_witnessed(struct kc_query *q, uint64_t seq, struct signed_head *h)
{
	kc_buf_reset(&h->note);
	if (kc_head_witnessed_copy(q->head, false, &h->note) <= seq)
		return KC_ENOTFOUND;
	if (kc_buf_err(&h->note) != KC_OK)
		return kc_buf_err(&h->note);
	return kc_head_verify(q->head, kc_buf_view(&h->note), &h->c);
}

enum kc_err
kc_query_witnessed_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out)
{
	struct signed_head h = {0};
	enum kc_err err = kept(q, seq, true, &h);

	if (err == KC_ENOTFOUND)
		err = last_witnessed(q, seq, &h);
	if (err == KC_OK)
		err = receipt(q, seq, &h, out);
	kc_buf_free(&h.note);
	return err;
}

/* Do the first `old` leaves lead to those of `size`, by this proof? */
static bool
leads(const struct kc_hash_reader *r, uint64_t old, uint64_t size,
    const struct kc_hash *root, const struct kc_hash *proof, size_t n)
{
	struct kc_hash from;

	return kc_merkle_root(r, old, &from) == KC_OK &&
	    kc_merkle_verify_consistency(old, size, &from, root, proof, n) ==
	    KC_OK;
}

/* The proof asked for, once the tree of `size` is known to be the beginning
 * of the one that was signed. */
static enum kc_err
consistency(struct kc_query *q, uint64_t old, uint64_t size,
    const struct kc_checkpoint *c, struct kc_hash proof[KC_PROOF_MAX],
    size_t *n)
{
	struct kc_hash_reader r = kc_store_hashes(q->o->store);
	struct kc_hash root;
	enum kc_err err;

	err = kc_merkle_consistency(&r, size, c->size, proof, n);
	if (err == KC_OK && !leads(&r, size, c->size, &c->root, proof, *n))
		return damaged(q, "the tree does not lead to the root");
	if (err == KC_OK)
		err = kc_merkle_root(&r, size, &root);
	if (err == KC_OK)
		err = kc_merkle_consistency(&r, old, size, proof, n);
	if (err == KC_OK && !leads(&r, old, size, &root, proof, *n))
		return damaged(q, "a proof does not lead to the root");
	return err;
}

enum kc_err
kc_query_consistency(
    struct kc_query *q, uint64_t old, uint64_t size, struct kc_buf *out)
{
	struct signed_head h = {0};
	struct kc_hash proof[KC_PROOF_MAX];
	size_t n = 0;
	enum kc_err err = latest(q, &h);

	if (err == KC_ENOTFOUND)
		err = KC_OK; /* of no entries */
	if (old > size || size > h.c.size)
		err = KC_EINVAL;
	if (err == KC_OK && size > 0)
		err = consistency(q, old, size, &h.c, proof, &n);
	if (err == KC_OK) {
		for (size_t i = 0; i < n; i++) {
			kc_buf_hash(out, &proof[i]);
			kc_buf_char(out, '\n');
		}
		err = kc_buf_err(out);
	}
	kc_buf_free(&h.note);
	return err;
}

/* --- actors --- */
enum kc_err
kc_query_actor_key(
    struct kc_query *q, struct kc_slice actor, struct kc_vkey *out)
{
	const struct kc_state *st = kc_live_read(q->live);
	enum kc_err err =
	    st != NULL ? kc_state_actor_key(st, actor, out) : KC_EUNKNOWN;

	kc_live_done(q->live);
	return err;
}

enum kc_err
kc_query_reader(
    struct kc_query *q, struct kc_slice actor, struct kc_viewer *out)
{
	const struct kc_state *st = kc_live_read(q->live);

	if (st != NULL)
		kc_viewer_of(st, actor, out);
	kc_live_done(q->live);
	return st != NULL ? KC_OK : KC_EUNKNOWN;
}

enum kc_err
kc_query_may_read(struct kc_query *q, const struct kc_viewer *r,
    const struct kc_entry *e, struct kc_refusal *why)
{
	const struct kc_state *st = kc_live_read(q->live);
	enum kc_err err = KC_EUNKNOWN;

	if (st != NULL)
		err = kc_viewer_sees_entry(st, r, e, view_ms(q, st))
		    ? KC_OK
		    : kc_viewer_refuse_entry(r, e, why);
	kc_live_done(q->live);
	return err;
}

enum kc_err
kc_query_view_actors(struct kc_query *q, struct kc_slice json,
    struct kc_slice reader, struct kc_buf *out)
{
	const struct kc_state *st = kc_live_read(q->live);
	enum kc_err err =
	    st != NULL ? kc_view_actors(st, json, reader, out) : KC_EUNKNOWN;

	kc_live_done(q->live);
	return err;
}
