/* SPDX-License-Identifier: Apache-2.0 */
/* The document of an adjustment that took effect: what each target and node
 * had before and has since. */
#include "form_int.h"

#include "noun/adjust/adjust.h"
#include "noun/task/task.h"

void
kc_form_adjustment(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_adjust *a = x->st->adjusts.v[f->index];
	const struct kc_target *t = x->st->targets.v[a->target];
	struct kc_buf text = {0};

	kc_form_field(x, "调整编号", "adjustment", a->handle);
	kc_form_field_unit(x, "单位", "unit", t->unit);
	kc_buf_str(&text, t->code);
	kc_buf_char(&text, ' ');
	kc_buf_str(&text, t->title);
	kc_form_field_buf(x, "目标", "target", &text);
	kc_form_said(x, kc_events_first(f->events, KC_K_target_adjust));
	kc_form_field_day(
	    x, "生效之日", "in effect since", kc_event_day(f->made));
}

static void
put_line(struct kc_vx *x, const char *code, const char *what,
    struct kc_buf *from, struct kc_buf *to)
{
	kc_form_line(x);
	kc_form_cell(x, code);
	kc_form_cell(x, what);
	kc_form_cell_buf(x, from);
	kc_form_cell_buf(x, to);
	kc_form_line_end(x);
}

/* What the target said until this entry. */
static const struct kc_target_version *
before(const struct kc_target *t, uint32_t seq)
{
	for (uint32_t i = 0; i < t->versions.n; i++)
		if (t->versions.v[i].seq == seq)
			return &t->versions.v[i];
	return NULL;
}

static void
put_words(struct kc_vx *x, const char *code, const char *what, const char *was,
    const char *is)
{
	struct kc_buf from = {0}, to = {0};

	if (is == NULL)
		return;
	kc_buf_str(&from, was != NULL ? was : "");
	kc_buf_str(&to, is);
	put_line(x, code, what, &from, &to);
}

void
kc_form_adjustment_table(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_adjust *a = x->st->adjusts.v[f->index];
	const struct kc_target *t = x->st->targets.v[a->target];
	const struct kc_target_version *was = before(t, f->made->seq);
	const char *const columns[] = {kc_vx_say(x, "目标或节点", "of"),
	    kc_vx_say(x, "项目", "what"), kc_vx_say(x, "调整前", "before"),
	    kc_vx_say(x, "调整后", "since")};

	kc_form_table(x, "调整内容", "what is adjusted", columns, 4);
	for (uint32_t i = 0; i < a->shares.n; i++) {
		const struct kc_adjust_share *s = &a->shares.v[i];
		struct kc_buf from = {0}, to = {0};

		kc_buf_form_points(&from, x, s->from_e4);
		kc_buf_form_points(&to, x, s->to_e4);
		put_line(x, x->st->targets.v[s->target]->code,
		    kc_vx_say(x, "分值", "points"), &from, &to);
	}
	for (uint32_t i = 0; i < a->nodes.n; i++) {
		const struct kc_adjust_node *n = &a->nodes.v[i];
		struct kc_buf from = {0}, to = {0};

		kc_buf_form_percent(&from, n->from_bp);
		kc_buf_form_percent(&to, n->to_bp);
		put_line(x, x->st->nodes.v[n->node]->code,
		    kc_vx_say(x, "序时进度", "planned"), &from, &to);
	}
	put_words(x, t->code, kc_vx_say(x, "内容", "title"),
	    was != NULL ? was->title : NULL, a->title);
	put_words(x, t->code, kc_vx_say(x, "评价标准", "standard"),
	    was != NULL ? was->standard : NULL, a->standard);
	kc_form_table_end(x);
}
