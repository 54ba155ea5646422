/* SPDX-License-Identifier: Apache-2.0 */
/* Losses of "good". */
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

enum kc_err
kc_render_cadres(struct kc_vx *x)
{
	struct kc_buf quarter = {0};

	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->proposals.n; i++) {
		const struct kc_proposal *p = x->st->proposals.v[i];
		const struct kc_case *c = x->st->cases.v[p->case_];
		const struct kc_cadre *who = x->st->cadres.v[p->cadre];

		if ((x->cycle != NULL && c->year != x->year) ||
		    (x->unit != NULL && who->unit != x->unit->index) ||
		    !kc_vx_sees(x, who->unit, KC_NONE) || kc_vx_passes(x))
			continue;
		kc_buf_reset(&quarter);
		kc_buf_quarter(&quarter, p->quarter);
		kc_vx_row(x);
		kc_vx_str(x, "cadre", who->code);
		kc_vx_unit(x, "unit", who->unit);
		kc_vx_str(x, "case", c->handle);
		kc_vx_buf(x, "quarter", &quarter);
		kc_vx_state(x, KC_M_proposal, p->state);
		kc_vx_bool(x, "lost", p->state == KC_PS_LOST);
		kc_vx_end(x);
	}
	kc_buf_free(&quarter);
	return KC_OK;
}
