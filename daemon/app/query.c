/* SPDX-License-Identifier: Apache-2.0 */
/* Readers: of the committed state, of the signed head, of proofs. */
#include "app/query.h"

#include <string.h>

#include <kaocheng/check.h>
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
		struct kc_view_source src = {st, &log, view_ms(q, st), NULL};

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
	struct kc_view_source src = {NULL, &log, r->as_of_ms, NULL};
	struct kc_state *st = NULL;
	uint64_t upto = r->upto;
	enum kc_err err = KC_OK;

	if (upto == UINT64_MAX)
		err = kc_replay_size_at(&log, r->as_of_ms, &upto);
	if (err == KC_OK && upto > log.size)
		err = KC_ENOTFOUND;
	if (err == KC_OK)
		err = kc_check_replay(
		    q->o->store, upto, &q->no_replays, &st, NULL);
	if (err == KC_OK) {
		log.size = upto;
		src.state = src.own = st;
		if (r->upto != UINT64_MAX)
			src.now_ms = kc_state_received_ms(st);
	}
	r->fn(r->ctx, err == KC_OK ? &src : NULL);
	kc_state_free(st);
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
/* Receipt of seq in the tree of `size`, whose checkpoint is given. */
static enum kc_err
receipt(struct kc_query *q, uint64_t seq, uint64_t size,
    const struct kc_buf *note, struct kc_buf *out)
{
	struct kc_hash_reader r = kc_store_hashes(q->o->store);
	struct kc_proof proof = {.index = seq, .checkpoint = kc_buf_view(note)};
	enum kc_err err;

	if (seq >= size)
		return KC_ENOTFOUND;
	err = kc_merkle_inclusion(&r, seq, size, proof.path, &proof.npath);
	if (err != KC_OK)
		return err;
	kc_buf_proof(out, &proof);
	return kc_buf_err(out);
}

enum kc_err
kc_query_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out)
{
	struct kc_buf note = {0};
	uint64_t size = kc_head_copy(q->head, &note);
	enum kc_err err = kc_buf_err(&note);

	if (err == KC_OK)
		err = receipt(q, seq, size, &note, out);
	kc_buf_free(&note);
	return err;
}

/* Is the kept checkpoint still the one that was signed? */
static enum kc_err
check_kept(struct kc_query *q, uint64_t size, const struct kc_buf *note)
{
	struct kc_checkpoint c;

	if (kc_checkpoint_parse(&c, kc_buf_view(note), &q->o->log_key->vkey) ==
		KC_OK &&
	    c.size == size)
		return KC_OK;
	kc_env_say(q->o, KC_LEVEL_ERR, "checkpoint-damaged",
	    "a kept checkpoint does not verify; the head takes its place");
	return KC_ENOTFOUND;
}

enum kc_err
kc_query_old_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out)
{
	struct kc_buf note = {0};
	uint64_t size = 0;
	enum kc_err err =
	    kc_store_checkpoint_from(q->o->store, seq + 1, &size, &note);

	if (err == KC_OK)
		err = check_kept(q, size, &note);
	if (err == KC_ENOTFOUND) {
		kc_buf_free(&note);
		return kc_query_receipt(q, seq, out);
	}
	if (err == KC_OK)
		err = kc_buf_err(&note);
	if (err == KC_OK)
		err = receipt(q, seq, size, &note, out);
	kc_buf_free(&note);
	return err;
}

enum kc_err
kc_query_consistency(
    struct kc_query *q, uint64_t old, uint64_t size, struct kc_buf *out)
{
	struct kc_hash_reader r = kc_store_hashes(q->o->store);
	struct kc_hash proof[KC_PROOF_MAX];
	size_t n;
	enum kc_err err;

	if (old > size || size > kc_head_entries(q->head))
		return KC_EINVAL;
	err = kc_merkle_consistency(&r, old, size, proof, &n);
	if (err != KC_OK)
		return err;
	for (size_t i = 0; i < n; i++) {
		kc_buf_hash(out, &proof[i]);
		kc_buf_char(out, '\n');
	}
	return kc_buf_err(out);
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
