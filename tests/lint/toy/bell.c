/* SPDX-License-Identifier: Apache-2.0 */
/* bell.hang, bell.ring. */
#include "bell.h"

enum kc_err
bell_hang_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return kc_want_new(st, KC_NS_BELL, at, KC_F_bell_hang_bell, why);
}

enum kc_err
bell_hang_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bell *x = kc_arena_alloc(&st->arena, sizeof(*x));

	if (x == NULL)
		return KC_ENOMEM;
	kc_code_copy(x->code, kc_entry_str(at->e, KC_F_bell_hang_bell));
	x->state = KC_BS_HUNG;
	if (!kc_vec_push(&st->bells, x) ||
	    !kc_index_add(&st->by_code, KC_NS_BELL, x->code, st->bells.n - 1))
		return KC_ENOMEM;
	return kc_log_event(st, at, &x->events);
}

enum kc_err
bell_ring_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_BELL, at, KC_F_bell_ring_bell, &i, why);

	if (err != KC_OK)
		return err;
	return kc_want_state(
	    at, KC_M_bell, st->bells.v[i]->state, st->bells.v[i]->code, why);
}

enum kc_err
bell_ring_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_slice code = kc_entry_str(at->e, KC_F_bell_ring_bell);
	struct kc_bell *x = st->bells.v[kc_find(st, KC_NS_BELL, code)];

	x->state = KC_BS_RUNG;
	return kc_log_event(st, at, &x->events);
}
