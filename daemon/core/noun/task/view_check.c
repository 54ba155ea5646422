/* SPDX-License-Identifier: Apache-2.0 */
/* Checks: the list, one of them, and what they tell who gives an opinion. */
#include "view.h"

#include "noun/prededuct/prededuct.h"

void
kc_check_cases(struct kc_vx *x, const struct kc_check *c)
{
	kc_json_key(&x->w, "prededucts");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < c->cases.n; i++)
		kc_json_str(&x->w, x->st->cases.v[c->cases.v[i]]->handle);
	kc_json_close(&x->w, ']');
}

static const char *
method_of(const struct kc_vx *x, const struct kc_check *c)
{
	const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)c->kind);

	if (c->method[0] != '\0')
		return c->method;
	return kc_vx_say(x, kind->zh, kind->en);
}

static void
put_value(struct kc_buf *b, const struct kc_check *c, int64_t e4)
{
	kc_buf_points(b, e4);
	if (c->measure[0] != '\0') {
		kc_buf_char(b, ' ');
		kc_buf_str(b, c->measure);
	}
}

/* "96.0000 % reported, 62.0000 % by ...: they do not agree" */
static void
put_says(struct kc_buf *b, const struct kc_vx *x, const struct kc_check *c)
{
	if (c->kind == KC_K_site_visit) {
		kc_buf_str(b, c->where);
		kc_buf_str(b, kc_vx_say(x, "：", ": "));
		kc_buf_str(b, kc_vx_label(x, KC_SET_FINDING, c->finding));
		return;
	}
	kc_buf_str(b, kc_vx_say(x, "上报 ", "reported "));
	put_value(b, c, c->reported_e4);
	kc_buf_str(b, kc_vx_say(x, "，", ", "));
	kc_buf_str(b, c->where);
	kc_buf_char(b, ' ');
	put_value(b, c, c->value_e4);
	kc_buf_str(b,
	    c->agrees ? kc_vx_say(x, "：相符", ": they agree")
		      : kc_vx_say(x, "：不符", ": they do not agree"));
}

static void
check_facts(struct kc_vx *x, const struct kc_check *c)
{
	const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)c->kind);
	const struct kc_target *t = x->st->targets.v[c->target];
	struct kc_buf text = {0};

	kc_vx_str(x, "check", c->handle);
	kc_vx_str(x, "kind", kind->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, kind->zh, kind->en));
	kc_vx_str(x, "method", method_of(x, c));
	kc_vx_str(x, "target", t->code);
	kc_vx_unit(x, "unit", t->unit);
	kc_buf_quarter(&text, c->quarter);
	kc_vx_buf(x, "quarter", &text);
	kc_vx_str(x, "node",
	    c->node != KC_NONE ? x->st->nodes.v[c->node]->code : NULL);
	kc_vx_day(x, "on", c->on);
	kc_vx_bool(x, "fails", kc_check_fails(c));
	kc_vx_bool(x, "stands", kc_check_stands(x->st, c));
	kc_buf_reset(&text);
	put_says(&text, x, c);
	kc_vx_buf(x, "says", &text);
	kc_check_cases(x, c);
	kc_vx_str(x, "title", t->title);
	kc_buf_free(&text);
}

enum kc_err
kc_render_checks(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->checks.n; i++) {
		const struct kc_check *c = x->st->checks.v[i];
		const struct kc_target *t = x->st->targets.v[c->target];

		if ((x->unit != NULL && x->unit->index != t->unit) ||
		    (x->cycle != NULL && t->year != x->year) ||
		    !kc_vx_sees(x, t->unit, t->index) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		check_facts(x, c);
		kc_vx_begun(x, &c->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

enum kc_err
kc_render_check(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_CHECK, x->args->id);
	const struct kc_check *c;
	const struct kc_target *t;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "核查", "check", x->args->id);
	c = x->st->checks.v[at];
	t = x->st->targets.v[c->target];
	err = kc_vx_want_seen(x, kc_vx_sees(x, t->unit, t->index));
	if (err != KC_OK)
		return err;
	check_facts(x, c);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < c->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_work_event(&text, x, &c->events.v[i]);
		kc_vx_event(x, &c->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}

/* --- for who gives an opinion
 * -------------------------------------------------
 */
static void
put_next(struct kc_buf *b, const struct kc_vx *x)
{
	if (b->n > 0)
		kc_buf_str(b, kc_vx_say(x, "；", "; "));
}

static void
put_node(struct kc_buf *b, const struct kc_vx *x, const struct kc_node *n)
{
	enum kc_light pace = kc_node_light(x->st, n, x->today);
	bool off = n->finding > KC_FINDING_ON_SCHEDULE;

	if ((pace == KC_LIGHT_NONE || pace == KC_LIGHT_GREEN) && !off)
		return;
	put_next(b, x);
	kc_buf_str(b, n->code);
	if (pace != KC_LIGHT_NONE) {
		kc_buf_char(b, ' ');
		kc_buf_str(b, kc_light_text(pace, x->lang));
	}
	if (n->finding < 0)
		return;
	kc_buf_str(b, kc_vx_say(x, " 核实：", " verified: "));
	kc_buf_str(b, kc_vx_label(x, KC_SET_FINDING, n->finding));
}

void
kc_buf_grounds(
    struct kc_buf *b, const struct kc_vx *x, const struct kc_target *t)
{
	for (uint32_t i = 0; i < t->tasks.n; i++)
		for (unsigned q = 0; q < KC_QUARTERS; q++)
			put_node(b, x,
			    x->st->nodes
				.v[x->st->tasks.v[t->tasks.v[i]]->node + q]);
	for (uint32_t i = 0; i < t->checks.n; i++) {
		const struct kc_check *c = x->st->checks.v[t->checks.v[i]];

		if (!kc_check_stands(x->st, c))
			continue;
		put_next(b, x);
		kc_buf_str(b, c->handle);
		kc_buf_char(b, ' ');
		put_says(b, x, c);
	}
}
