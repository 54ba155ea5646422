/* SPDX-License-Identifier: Apache-2.0 */
/* Adjustments: the list, and one with its events. */
#include "adjust.h"

#include <kaocheng/arith.h>

#include "noun/task/task.h"
#include "noun/vx.h"

/* --- what it changes, in words ----------------------------------------------
 */
static void
begin(struct kc_vx *x, struct kc_buf *b, const char *what)
{
	kc_buf_str(b, b->n > 0 ? kc_vx_say(x, "；", "; ") : "");
	kc_buf_str(b, what);
}

static void
put_text(struct kc_vx *x, struct kc_buf *b, const char *zh, const char *en,
    const char *text)
{
	if (text == NULL)
		return;
	begin(x, b, kc_vx_say(x, zh, en));
	kc_buf_str(b, text);
}

static void
put_changes(struct kc_vx *x, struct kc_buf *b, const struct kc_adjust *a)
{
	for (uint32_t i = 0; i < a->shares.n; i++) {
		const struct kc_adjust_share *s = &a->shares.v[i];

		begin(x, b, x->st->targets.v[s->target]->code);
		kc_buf_char(b, ' ');
		kc_buf_points(b, s->from_e4);
		kc_buf_str(b, " → ");
		kc_buf_points(b, s->to_e4);
	}
	for (uint32_t i = 0; i < a->nodes.n; i++) {
		begin(x, b, x->st->nodes.v[a->nodes.v[i].node]->code);
		kc_buf_char(b, ' ');
		kc_buf_percent(b, a->nodes.v[i].from_bp);
		kc_buf_str(b, " → ");
		kc_buf_percent(b, a->nodes.v[i].to_bp);
	}
	put_text(x, b, "内容：", "title: ", a->title);
	put_text(x, b, "评价标准：", "standard: ", a->standard);
}

static void
facts(struct kc_vx *x, const struct kc_adjust *a)
{
	const struct kc_target *t = x->st->targets.v[a->target];
	struct kc_buf text = {0};

	put_changes(x, &text, a);
	kc_vx_str(x, "adjust", a->handle);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_str(x, "target", t->code);
	kc_vx_word(x, "cause", KC_SET_ADJUST, a->cause);
	kc_vx_state(x, KC_M_adjust, a->state);
	kc_vx_buf(x, "changes", &text);
	kc_buf_free(&text);
}

/* --- views ------------------------------------------------------------------
 */
enum kc_err
kc_render_adjusts(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->adjusts.n; i++) {
		const struct kc_adjust *a = x->st->adjusts.v[i];
		const struct kc_target *t = x->st->targets.v[a->target];

		if ((x->cycle != NULL && t->year != x->year) ||
		    (x->unit != NULL && t->unit != x->unit->index) ||
		    !kc_vx_sees(x, t->unit, t->index) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		facts(x, a);
		kc_vx_begun(x, &a->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

enum kc_err
kc_render_adjust(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_ADJUST, x->args->id);
	const struct kc_adjust *a;
	const struct kc_target *t;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "目标调整", "adjustment", x->args->id);
	a = x->st->adjusts.v[at];
	t = x->st->targets.v[a->target];
	err = kc_vx_want_seen(x, kc_vx_sees(x, t->unit, t->index));
	if (err != KC_OK)
		return err;
	facts(x, a);
	kc_vx_i64(x, "year", t->year);
	kc_vx_next(x, KC_M_adjust, a->state, NULL);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < a->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_event_label(&text, x, &a->events.v[i]);
		kc_vx_event(x, &a->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}
