/* SPDX-License-Identifier: Apache-2.0 */
/* Restorations of the ledger, the newest first. */
#include "restore.h"

#include "noun/vx.h"

static void
row(struct kc_vx *x, const struct kc_restoration *r)
{
	kc_vx_row(x);
	kc_vx_u64(x, "seq", r->seq);
	kc_vx_instant(x, "received", r->received_ms);
	kc_vx_u64(x, "kept", r->seq);
	if (r->lost_size > 0) {
		kc_vx_u64(x, "lost_size", r->lost_size);
		kc_vx_hash(x, "lost_root", &r->lost_root);
	} else {
		kc_vx_null(x, "lost_size");
		kc_vx_null(x, "lost_root");
	}
	kc_vx_state(
	    x, KC_M_restore, r->accepted == 0 ? KC_RS_RESTORED : KC_RS_WHOLE);
	if (r->accepted != 0)
		kc_vx_u64(x, "accepted_seq", r->accepted);
	else
		kc_vx_null(x, "accepted_seq");
	kc_vx_end(x);
}

enum kc_err
kc_render_restorations(struct kc_vx *x)
{
	unsigned state = kc_restore_state(x->st);

	kc_vx_state(x, KC_M_restore, state);
	kc_vx_bool(x, "restored", state == KC_RS_RESTORED);
	kc_vx_next(x, KC_M_restore, state, NULL);
	kc_vx_rows(x);
	for (uint32_t i = x->st->restorations.n; i-- > 0;)
		row(x, &x->st->restorations.v[i]);
	return KC_OK;
}
