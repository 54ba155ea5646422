/* SPDX-License-Identifier: Apache-2.0 */
/* The list of bells. */
#include "bell.h"

#include "noun/vx.h"

enum kc_err
kc_render_bells(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->bells.n; i++) {
		if (!kc_vx_sees(x, KC_NONE, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "bell", x->st->bells.v[i]->code);
		kc_vx_str(x, "state",
		    kc_state_name(
			KC_M_bell, x->st->bells.v[i]->state, x->lang));
		kc_vx_end(x);
	}
	return KC_OK;
}
