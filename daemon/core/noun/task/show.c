/* SPDX-License-Identifier: Apache-2.0 */
/* One task and one node, each with all that happened to it. */
#include "view.h"

/* The percentages and words of an entry, one after another. */
static void
put_figures(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e)
{
	const char *between = kc_vx_say(x, "：", ": ");

	for (unsigned f = 0; f < e->kind->nfields; f++) {
		const struct kc_field *field = &e->kind->fields[f];

		if (!kc_entry_has(e, f) ||
		    (field->type != KC_T_BP && field->type != KC_T_WORD))
			continue;
		kc_buf_str(b, between);
		between = kc_vx_say(x, "，", ", ");
		if (field->type == KC_T_BP)
			kc_buf_percent(b, kc_entry_num(e, f, 0));
		else
			kc_buf_str(b,
			    kc_vx_label(x, (enum kc_set)field->arg,
				kc_entry_num(e, f, 0)));
	}
}

void
kc_buf_work_event(struct kc_buf *b, struct kc_vx *x, const struct kc_event *ev)
{
	bool figures = ev->kind == KC_K_progress_report ||
	    ev->kind == KC_K_progress_verify || ev->kind == KC_K_site_visit;
	struct kc_entry *e =
	    figures && x->log != NULL ? kc_alloc(sizeof(*e)) : NULL;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;

	kc_buf_event_label(b, x, ev);
	if (e != NULL && kc_vx_load(x, ev->seq, &bytes, &leaf, e) == KC_OK)
		put_figures(b, x, e);
	kc_free(e);
	kc_buf_free(&bytes);
}

static void
event_row(struct kc_vx *x, const struct kc_event *e)
{
	struct kc_buf text = {0};

	kc_buf_work_event(&text, x, e);
	kc_vx_event(x, e, &text);
	kc_vx_end(x);
	kc_buf_free(&text);
}

/* --- a node ------------------------------------------------------------------
 */
/* Of it, or of the whole target in its quarter. */
static void
write_checks(struct kc_vx *x, const struct kc_node *n)
{
	const struct kc_target *t = kc_node_target(x->st, n->index);

	kc_json_key(&x->w, "checks");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < t->checks.n; i++) {
		const struct kc_check *c = x->st->checks.v[t->checks.v[i]];

		if (c->node == n->index ||
		    (c->node == KC_NONE &&
			c->quarter % KC_QUARTERS == n->quarter))
			kc_json_str(&x->w, c->handle);
	}
	kc_json_close(&x->w, ']');
}

enum kc_err
kc_render_node(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_NODE, x->args->id);
	struct kc_last_day days[KC_L_progress_COUNT];
	const struct kc_target *t;
	const struct kc_node *n;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "节点", "node", x->args->id);
	n = x->st->nodes.v[at];
	t = kc_node_target(x->st, at);
	err = kc_vx_want_seen(x, kc_vx_sees(x, t->unit, t->index));
	if (err != KC_OK)
		return err;
	days[KC_L_progress_REPORT] = (struct kc_last_day){
	    .due = kc_filing_runs(&n->filing) ? n->filing.due : KC_DAY_NONE,
	    .provisional = n->filing.provisional};
	kc_node_facts(x, n);
	write_checks(x, n);
	kc_vx_next(x, KC_M_progress, kc_node_state(n), days);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < n->events.n; i++)
		event_row(x, &n->events.v[i]);
	return KC_OK;
}

/* --- a task ------------------------------------------------------------------
 */
/* The next entry of the task or one of its nodes, in order; NULL: no more. An
 * entry that touched more than one of them stands once. */
static const struct kc_event *
next_event(const struct kc_state *st, const struct kc_task *k, int64_t after)
{
	const struct kc_event *next = NULL;

	for (unsigned q = 0; q <= KC_QUARTERS; q++) {
		const struct kc_events *ev = q < KC_QUARTERS
		    ? &st->nodes.v[k->node + q]->events
		    : &k->events;

		for (uint32_t i = 0; i < ev->n; i++)
			if (ev->v[i].seq > after &&
			    (next == NULL || ev->v[i].seq < next->seq))
				next = &ev->v[i];
	}
	return next;
}

static void
write_nodes(struct kc_vx *x, const struct kc_task *k)
{
	kc_json_key(&x->w, "nodes");
	kc_json_open(&x->w, '[');
	for (unsigned q = 0; q < KC_QUARTERS; q++)
		kc_json_str(&x->w, x->st->nodes.v[k->node + q]->code);
	kc_json_close(&x->w, ']');
}

enum kc_err
kc_render_task(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_TASK, x->args->id);
	const struct kc_target *t;
	const struct kc_event *e;
	const struct kc_task *k;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "任务", "task", x->args->id);
	k = x->st->tasks.v[at];
	t = kc_task_target(x->st, at);
	err = kc_vx_want_seen(x, kc_vx_sees(x, t->unit, t->index));
	if (err != KC_OK)
		return err;
	kc_task_facts(x, k);
	kc_vx_state(x, KC_M_task, kc_task_state(k));
	write_nodes(x, k);
	kc_vx_next(x, KC_M_task, kc_task_state(k), NULL);
	kc_vx_rows(x);
	for (e = next_event(x->st, k, -1); e != NULL;
	     e = next_event(x->st, k, e->seq))
		event_row(x, e);
	return KC_OK;
}
