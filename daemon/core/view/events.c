/* SPDX-License-Identifier: Apache-2.0 */
/* What an event says: the label of its kind and the fact that goes with it. */
#include "view_int.h"

static void
put_label(struct kc_buf *b, const struct kc_vx *x, const struct kc_event *e)
{
	const struct kc_kind *k = kc_kind_get((enum kc_kind_id)e->kind);

	kc_buf_str(b, kc_vx_say(x, k->zh, k->en));
}

/* ", until 2022-10-17" */
static void
put_due(struct kc_buf *b, const struct kc_vx *x, kc_day due)
{
	if (due == KC_DAY_NONE)
		return;
	kc_buf_str(b, kc_vx_say(x, "，至 ", ", until "));
	kc_buf_day(b, due);
}

/* The last event that set the deadline is the one that may name it. */
static bool
sets_due(const struct kc_case *c, const struct kc_event *e)
{
	uint32_t fed = kc_events_last(&c->events, KC_K_feedback_deliver);
	uint32_t more = kc_events_last(&c->events, KC_K_extension_grant);

	return e->seq == (more != KC_NONE ? more : fed);
}

void
kc_buf_case_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_case *c, const struct kc_event *e)
{
	const struct kc_situation *s = kc_view_case_situation(x->st, c);

	put_label(b, x, e);
	if (e->kind == KC_K_prededuct_decide && s != NULL) {
		kc_buf_str(b, kc_vx_say(x, "：情形 ", ": situation "));
		kc_buf_str(b, s->id);
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
		kc_buf_str(b, kc_vx_label(x, KC_SET_PD_EFFECT, c->effect));
	} else if (e->kind == KC_K_prededuct_confirm && c->number > 0) {
		kc_buf_str(b, kc_vx_say(x, "：〔", ": notice 〔"));
		kc_buf_i64(b, c->year);
		kc_buf_str(b, "〕");
		kc_buf_i64(b, c->number);
		kc_buf_str(b, kc_vx_say(x, "号", ""));
	} else if (sets_due(c, e)) {
		put_due(b, x, c->due);
	} else if (e->kind == KC_K_refund_grant) {
		kc_buf_char(b, ' ');
		kc_buf_percent(b, c->rate_bp);
	}
}

void
kc_buf_warning_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_warning *g, const struct kc_event *e)
{
	put_label(b, x, e);
	if (e->kind == KC_K_warning_issue)
		put_due(b, x, g->rectify_by);
}

int64_t
kc_case_event_points(const struct kc_case *c, const struct kc_event *e)
{
	if (!kc_case_counts(c))
		return 0;
	if (e->kind == KC_K_prededuct_confirm)
		return -c->deducted_e4;
	if (e->kind == KC_K_refund_grant)
		return c->returned_e4;
	return 0;
}
