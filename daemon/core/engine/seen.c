/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an author has seen of the log before it signed (docs/FORMAT.md "Seen").
 * An entry covers all that stands before its `seen`: nobody, the holder of
 * the log's key included, can cut, swap or stamp anew what a later author
 * has seen.
 */
#include <kaocheng/seen.h>

#include <kaocheng/policy.h>

#include "actor.h"

/* Entries received before the day that lies the policy's days before `today`:
 * all of them must be seen. */
static uint64_t
must_be_seen(const struct kc_state *st, kc_day today)
{
	uint32_t lo = 0, hi = st->days.n;
	int64_t from = today - st->stale_days;

	while (lo < hi) { /* the first day at or after `from` */
		uint32_t mid = lo + (hi - lo) / 2;

		if (st->days.v[mid].day < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < st->days.n ? st->days.v[lo].first : st->size;
}

static enum kc_err
refuse_ahead(uint64_t seen, uint64_t size, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_SEEN_AHEAD, "", "", NULL, NULL);
	kc_refusal_arg_u64(why, 0, seen);
	kc_refusal_arg_u64(why, 1, size);
	return KC_EREFUSED;
}

static enum kc_err
refuse_back(const struct kc_actor *a, uint64_t size, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_SEEN_BACK, a->id, "", "", NULL);
	kc_refusal_arg_u64(why, 1, a->seen_size);
	kc_refusal_arg_u64(why, 2, size);
	return KC_EREFUSED;
}

enum kc_err
kc_want_seen(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	uint64_t must = must_be_seen(st, at->day);

	if (e->seen_size > st->size)
		return refuse_ahead(e->seen_size, st->size, why);
	/* The clerk sees all that stands: its bytes follow from the log. */
	if (at->signer[0] == st->clerk && e->seen_size < st->size)
		must = st->size;
	/* What waits for a second signature is older than what its author
	 * signs alone meanwhile. */
	if (e->nby == 1 &&
	    e->seen_size < st->actors.v[at->signer[0]]->seen_size)
		return refuse_back(
		    st->actors.v[at->signer[0]], e->seen_size, why);
	if (e->seen_size < must) {
		(void)kc_refuse(why, KC_R_SEEN_STALE, "", "", "", NULL);
		kc_refusal_arg_u64(why, 0, e->seen_size);
		kc_refusal_arg_u64(why, 1, (uint64_t)st->stale_days);
		kc_refusal_arg_u64(why, 2, must);
		return KC_EREFUSED;
	}
	return KC_OK;
}

enum kc_err
kc_note_seen(struct kc_state *st, const struct kc_at *at)
{
	struct kc_log_day day = {at->day, at->stamp.seq};
	uint32_t n = st->days.n;

	if (at->stamp.seq == 0)
		st->stale_days = kc_policy_key_default(KC_P_SEEN_STALE_DAYS);
	if ((n == 0 || st->days.v[n - 1].day != at->day) &&
	    !kc_vec_push(&st->days, day))
		return KC_ENOMEM;
	if (at->e->nby == 1)
		st->actors.v[at->signer[0]]->seen_size = at->e->seen_size;
	return KC_OK;
}

enum kc_err
kc_seen_check(const struct kc_entry *e, const struct kc_history *h,
    struct kc_refusal *why)
{
	struct kc_hash claimed, root;
	enum kc_err err;

	if (e->seen_size == 0)
		return KC_OK;
	if (e->seen_size > h->size)
		return refuse_ahead(e->seen_size, h->size, why);
	err = h->root(h->ctx, e->seen_size, &root);
	if (err != KC_OK)
		return err;
	if (kc_read_hash(e->seen_root, &claimed) && kc_hash_eq(&claimed, &root))
		return KC_OK;
	(void)kc_refuse(why, KC_R_SEEN, "", NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, e->seen_size);
	return KC_EREFUSED;
}
