/* SPDX-License-Identifier: Apache-2.0 */
/* Actors. */
#include "noun/vx.h"

/* The key in force, or the last one. */
static void
write_key(struct kc_vx *x, const struct kc_actor *a)
{
	const struct kc_actor_key *k =
	    a->keys.n > 0 ? &a->keys.v[a->keys.n - 1] : NULL;
	struct kc_buf hex = {0};
	bool in_force =
	    k != NULL && !a->retired && k->until_seq > kc_state_size(x->st);

	if (k != NULL)
		kc_buf_hex(&hex, k->vkey.keyid, KC_KEYID_SIZE);
	kc_vx_buf(x, "key", &hex);
	kc_vx_bool(x, "in_force", in_force);
	kc_vx_u64(x, "keys", a->keys.n);
	kc_buf_free(&hex);
}

enum kc_err
kc_render_actors(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->actors.n; i++) {
		const struct kc_actor *a = x->st->actors.v[i];

		if ((x->unit != NULL && a->unit != x->unit->index) ||
		    !kc_vx_sees(x, a->unit, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "actor", a->id);
		kc_vx_unit(x, "unit", a->unit);
		kc_json_key(&x->w, "roles");
		kc_json_open(&x->w, '[');
		for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
			if ((a->roles >> r & 1) != 0)
				kc_json_str(
				    &x->w, kc_word_text(KC_SET_ROLE, r));
		kc_json_close(&x->w, ']');
		write_key(x, a);
		kc_vx_u64(x, "since", a->enrolled_seq);
		kc_vx_bool(x, "retired", a->retired);
		kc_vx_end(x);
	}
	return KC_OK;
}
