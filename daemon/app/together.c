/* SPDX-License-Identifier: Apache-2.0 */
/* Notes that stand or fall together: tried before the writer gets them. */
#include "app/admit.h"

#include <string.h>

/* False: it would not stand, and its result says why. */
static bool
stands_on(struct kc_state *st, struct kc_item *it, struct kc_stamp at)
{
	struct kc_result *r = kc_item_result(it);

	if (it->deferred)
		r->err = kc_admit_signatures(st, it, &r->why);
	if (r->err == KC_OK)
		r->err = kc_state_apply(st, &it->entry, at, &r->why);
	return r->err == KC_OK;
}

/* The one before it with the same id; NULL if there is none. */
static struct kc_item *
same_id(struct kc_item *const *of, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (memcmp(of[k]->key, of[i]->key, KC_ID_KEY_SIZE) == 0)
			return of[k];
	return NULL;
}

/* What is due by now stands between them: only the writer can tell. */
static bool
is_due_first(struct kc_result *r)
{
	if (r->err != KC_EREFUSED || r->why.code != KC_R_DUE_FIRST)
		return false;
	r->err = KC_OK;
	return true;
}

/* A replay is for those whom the ledger knows: the first note that is new has
 * a signature under a key in force. Those after it may have keys that it, or
 * one before them, brings. */
static bool
is_known(struct kc_admission *a, struct kc_item *const *of, size_t n)
{
	const struct kc_state *st;
	struct kc_result *r;
	size_t i = 0;

	while (i < n && (of[i]->verdict != KC_GOOD || of[i]->stands))
		i++;
	if (i == n || !of[i]->deferred)
		return true;
	r = kc_item_result(of[i]);
	st = kc_live_read(a->live);
	r->err =
	    st != NULL ? kc_admit_signatures(st, of[i], &r->why) : KC_EUNKNOWN;
	kc_live_done(a->live);
	return r->err == KC_OK;
}

bool
kc_admit_together(void *admission, struct kc_item *const *of, size_t n)
{
	struct kc_query *q = ((struct kc_admission *)admission)->query;
	struct kc_state *st = NULL;
	struct kc_stamp at;
	bool stand = true;
	enum kc_err err;

	if (!is_known(admission, of, n))
		return false;
	err = kc_past_own(&q->past, kc_head_entries(q->head), &st);
	if (err != KC_OK) {
		struct kc_result *r = kc_item_result(of[0]);

		r->err = kc_refuse(&r->why, KC_R_READ_ONLY,
		    "the daemon is closing; send it again", NULL, NULL, NULL);
		return false;
	}
	at.seq = kc_state_size(st);
	at.received_ms = kc_env_now_ms(q->o);
	if (at.received_ms < kc_state_received_ms(st))
		at.received_ms = kc_state_received_ms(st);
	for (size_t i = 0; i < n; i++) {
		struct kc_item *before;

		if (of[i]->verdict != KC_GOOD || of[i]->stands)
			continue;
		before = same_id(of, i);
		if (before != NULL &&
		    kc_slice_eq(
			kc_buf_view(&before->note), kc_buf_view(&of[i]->note)))
			continue; /* it shares the receipt */
		if (before != NULL) {
			kc_admit_conflict(of[i], at.seq);
			stand = false;
		} else if (stands_on(st, of[i], at))
			at.seq++;
		else if (is_due_first(kc_item_result(of[i])))
			break;
		else
			stand = false;
	}
	kc_state_free(st);
	return stand;
}
