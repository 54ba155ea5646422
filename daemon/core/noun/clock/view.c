/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's clock: whether it is believed, who may confirm it, what waits.
 */
#include "clock.h"

#include "engine/noun.h"
#include "noun/vx.h"

/* What the clerk would write first, if the time is what is shown. */
static void
waiting(struct kc_vx *x)
{
	const struct kc_due *head = x->st->due.v;
	struct kc_buf about = {0};

	if (x->st->due.n == 0 || head->due_ms > x->now_ms) {
		kc_vx_null(x, "waits");
		kc_vx_null(x, "waits_for");
		return;
	}
	kc_vx_str(x, "waits", kc_kind_get(head->kind)->name);
	/* Whose it is, for those who see all last days. */
	if (kc_viewer_scope(x->args->reader, KC_SEE_deadlines) == KC_SEES_ALL)
		kc_due_about(x->st, head, &about);
	kc_vx_buf(x, "waits_for", &about);
	kc_buf_free(&about);
}

static void
step(struct kc_vx *x, const struct kc_clock_step *s)
{
	bool behind = s->ahead_s < 0;

	kc_vx_row(x);
	kc_vx_u64(x, "seq", s->seq);
	kc_vx_instant(x, "received", s->received_ms);
	kc_vx_word(x, "side", KC_SET_CLOCK_SIDE,
	    behind ? KC_CLOCK_SIDE_BEHIND : KC_CLOCK_SIDE_AHEAD);
	kc_vx_i64(x, "seconds", behind ? -s->ahead_s : s->ahead_s);
	kc_vx_state(x, KC_M_clock,
	    s->holds && s->ended == 0 ? KC_CK_HELD : KC_CK_BELIEVED);
	if (s->ended != 0)
		kc_vx_u64(x, "ended_seq", s->ended);
	else
		kc_vx_null(x, "ended_seq");
	kc_vx_end(x);
}

enum kc_err
kc_render_clock(struct kc_vx *x)
{
	unsigned state = kc_clock_state(x->st);

	kc_vx_state(x, KC_M_clock, state);
	kc_vx_bool(x, "held", state == KC_CK_HELD);
	kc_vx_instant(x, "ledger_time", kc_state_received_ms(x->st));
	waiting(x);
	kc_vx_next(x, KC_M_clock, state, NULL);
	kc_vx_rows(x);
	for (uint32_t i = x->st->steps.n; i-- > 0;)
		step(x, &x->st->steps.v[i]);
	return KC_OK;
}
