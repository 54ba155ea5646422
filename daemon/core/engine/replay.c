/* SPDX-License-Identifier: Apache-2.0 */
/* From stored leaves to the state. */
#include "replayer.h"

#include <assert.h>

enum kc_err
kc_replay_decode(const struct kc_state *st, struct kc_slice bytes,
    struct kc_leaf *leaf, struct kc_entry *e, struct kc_refusal *why)
{
	struct kc_slice origin = kc_state_origin(st);
	enum kc_err err;

	if (kc_leaf_parse_in(leaf, bytes, origin) != KC_OK)
		return KC_ECORRUPT;
	if (leaf->seq != kc_state_size(st))
		return KC_ECORRUPT;
	if (leaf->seq > 0 && leaf->received_ms < kc_state_received_ms(st))
		return KC_ECORRUPT;
	err = kc_entry_decode_in(e, leaf->note, origin, why);
	if (err != KC_OK)
		return err;
	/* The first entry names the ledger; the others must stand in it. */
	if (leaf->seq == 0)
		origin = e->ledger;
	return kc_slice_eq(leaf->origin, origin) ? KC_OK : KC_ECORRUPT;
}

enum kc_err
kc_replayer_init(struct kc_replayer *r, const struct kc_log *log)
{
	*r = (struct kc_replayer){.log = log, .e = kc_alloc(sizeof(*r->e))};
	return r->e != NULL ? KC_OK : KC_ENOMEM;
}

void
kc_replayer_release(struct kc_replayer *r)
{
	kc_buf_free(&r->bytes);
	kc_free(r->e);
	r->e = NULL;
}

enum kc_err
kc_replayer_read(
    struct kc_replayer *r, const struct kc_state *st, struct kc_refusal *why)
{
	struct kc_leaf leaf;
	enum kc_err err;

	kc_buf_reset(&r->bytes);
	err = r->log->leaf(r->log->ctx, kc_state_size(st), &r->bytes);
	if (err == KC_OK)
		err = kc_buf_err(&r->bytes);
	if (err != KC_OK)
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	err = kc_replay_decode(st, kc_buf_view(&r->bytes), &leaf, r->e, why);
	if (err == KC_OK)
		r->stamp = (struct kc_stamp){leaf.seq, leaf.received_ms};
	return err;
}

enum kc_err
kc_replay(struct kc_state *st, const struct kc_log *log, uint64_t upto,
    bool hash, struct kc_frontier *frontier,
    void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
    struct kc_refusal *why, uint64_t *bad_seq)
{
	struct kc_replayer r;
	uint64_t end = upto < log->size ? upto : log->size;
	uint64_t seq = kc_state_size(st);
	enum kc_err err = kc_replayer_init(&r, log);

	assert(!hash || frontier->size == seq);
	for (; err == KC_OK && seq < end; seq++) {
		err = kc_replayer_read(&r, st, why);
		if (err == KC_OK)
			err = kc_state_apply(st, r.e, r.stamp, why);
		if (err != KC_OK)
			break;
		if (hash) {
			struct kc_hash h = kc_hash_leaf(r.bytes.p, r.bytes.n);

			kc_frontier_append(frontier, &h);
		}
		if (progress != NULL && (seq + 1) % KC_REPLAY_STEP == 0)
			progress(ctx, seq + 1, end);
	}
	if (err == KC_OK && progress != NULL)
		progress(ctx, end, end);
	if (err != KC_OK)
		*bad_seq = seq;
	kc_replayer_release(&r);
	return err;
}

enum kc_err
kc_replay_size_at(const struct kc_log *log, int64_t received_ms, uint64_t *size)
{
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	uint64_t lo = 0;
	uint64_t hi = log->size;
	enum kc_err err = KC_OK;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		kc_buf_reset(&bytes);
		err = log->leaf(log->ctx, mid, &bytes);
		if (err == KC_OK)
			err = kc_buf_err(&bytes);
		if (err == KC_OK &&
		    kc_leaf_parse(&leaf, kc_buf_view(&bytes)) != KC_OK)
			err = KC_ECORRUPT;
		if (err != KC_OK)
			goto out;
		if (leaf.received_ms <= received_ms)
			lo = mid + 1;
		else
			hi = mid;
	}
	*size = lo;
out:
	kc_buf_free(&bytes);
	return err;
}
