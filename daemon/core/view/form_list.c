/* SPDX-License-Identifier: Apache-2.0 */
/* The three lists on paper (R43): what a unit answers for, quarter by quarter,
 * and who does. */
#include "form_int.h"

#include "meant.h"
#include "noun/cadre/cadre.h"
#include "noun/target/target.h"
#include "noun/task/task.h"

#define SAY(x, zh, en) kc_vx_say(x, zh, en)

/* Of whom it is: a unit, and of it one cadre's tasks (KC_NONE: all). */
struct list_of {
	const struct kc_unit *unit;
	const struct kc_list *list;
	struct kc_u32s targets;
	uint32_t cadre;
};

static void
cell_percent(struct kc_vx *x, int64_t bp)
{
	struct kc_buf text = {0};

	if (bp >= 0)
		kc_buf_form_percent(&text, bp);
	kc_form_cell_buf(x, &text);
}

static void
cell_cadre(struct kc_vx *x, uint32_t cadre)
{
	kc_form_cell(x, cadre == KC_NONE ? "" : x->st->cadres.v[cadre]->code);
}

/* --- what is in each --- */
static void
unit_lines(struct kc_vx *x, const struct list_of *of, const struct kc_target *t)
{
	struct kc_buf duties = {0};

	(void)of;
	for (uint32_t i = 0; i < t->duties.n; i++) {
		if (i > 0)
			kc_buf_char(&duties, ' ');
		kc_buf_str(&duties,
		    x->st->units.v[t->unit]->duties.v[t->duties.v[i]].code);
	}
	kc_form_line(x);
	kc_form_cell(x, t->code);
	kc_form_cell(x, kc_vx_label(x, KC_SET_TARGET_CLASS, t->class_));
	kc_form_cell(x, kc_vx_label(x, KC_SET_SOURCE, t->source));
	kc_form_cell_buf(x, &duties);
	kc_form_cell(x, t->title);
	kc_form_cell(x, t->standard);
	kc_form_cell_points(x, t->weight_e4);
	kc_form_cell(x, kc_vx_unit_name(x, x->st->units.v[t->assessor]));
	cell_cadre(x, t->lead);
	kc_form_line_end(x);
}

static void
quarter_lines(
    struct kc_vx *x, const struct list_of *of, const struct kc_target *t)
{
	(void)of;
	for (uint32_t i = 0; i < t->tasks.n; i++) {
		const struct kc_task *k = x->st->tasks.v[t->tasks.v[i]];

		for (uint32_t q = 0; !k->dropped && q < KC_QUARTERS; q++) {
			const struct kc_node *n = x->st->nodes.v[k->node + q];

			kc_form_line(x);
			kc_form_cell(x, t->code);
			kc_form_cell(x, n->code);
			kc_form_cell(x, k->title);
			cell_percent(x, n->planned_bp);
			kc_form_cell(x, n->result);
			cell_percent(x, kc_node_actual(n));
			kc_form_cell(x,
			    n->finding < 0
				? ""
				: kc_vx_label(x, KC_SET_FINDING, n->finding));
			kc_form_line_end(x);
		}
	}
}

static void
task_lines(struct kc_vx *x, const struct list_of *of, const struct kc_target *t)
{
	for (uint32_t i = 0; i < t->tasks.n; i++) {
		const struct kc_task *k = x->st->tasks.v[t->tasks.v[i]];

		if (k->dropped ||
		    (of->cadre != KC_NONE && of->cadre != k->lead &&
			of->cadre != k->assist))
			continue;
		kc_form_line(x);
		kc_form_cell(x, k->code);
		kc_form_cell(x, t->code);
		kc_form_cell(x, k->title);
		kc_form_cell(x, k->division);
		cell_cadre(x, k->lead);
		cell_cadre(x, k->assist);
		kc_form_cell(x,
		    k->handler == KC_NONE ? ""
					  : x->st->actors.v[k->handler]->id);
		cell_percent(x, k->share_bp);
		kc_form_line_end(x);
	}
}

static const struct {
	size_t ncolumns;
	struct {
		const char *zh, *en;
	} columns[9];
	void (*lines)(struct kc_vx *x, const struct list_of *of,
	    const struct kc_target *t);
} lists[] = {
    [KC_FORM_unit_list] = {9,
	{{"目标", "target"}, {"类别", "class"}, {"来源", "source"},
	    {"职责", "duty"}, {"内容", "content"}, {"评价标准", "standard"},
	    {"分值", "points"}, {"考核责任单位", "assessor"},
	    {"分管领导", "leader"}},
	unit_lines},
    [KC_FORM_quarterly_list] = {7,
	{{"目标", "target"}, {"节点", "node"}, {"任务", "task"},
	    {"序时进度", "planned"}, {"预期成果", "expected"},
	    {"实际进度", "actual"}, {"核实结论", "finding"}},
	quarter_lines},
    [KC_FORM_personal_list] = {8,
	{{"任务", "task"}, {"目标", "target"}, {"内容", "content"},
	    {"责任处室", "division"}, {"分管领导", "leader"},
	    {"协管领导", "assistant"}, {"经办人", "handler"},
	    {"比重", "share"}},
	task_lines},
};

/* --- the whole of it --- */
static enum kc_err
find_list(struct kc_vx *x, enum kc_form_id form, struct list_of *of)
{
	of->cadre = form == KC_FORM_personal_list
	    ? kc_find(x->st, KC_NS_CADRE, x->args->id)
	    : KC_NONE;
	of->unit = of->cadre != KC_NONE
	    ? x->st->units.v[x->st->cadres.v[of->cadre]->unit]
	    : kc_meant_unit(x->st, x->args->id, x->lang, x->why);
	if (of->unit == NULL)
		return KC_EREFUSED;
	if (x->cycle == NULL)
		return kc_vx_want_cycle(x);
	of->list = kc_list_of(x->st, of->unit->index, x->year);
	of->targets = kc_list_targets(x->st, of->unit->index, x->year);
	if (of->list == NULL || of->list->issued_seq == KC_NONE)
		return kc_form_not_made(
		    x, form, kc_slice_str(of->unit->code), KC_K_list_issue);
	return KC_OK;
}

/* Which of the year's lists it is, in the order in which they were issued. */
static uint32_t
number_of(const struct kc_vx *x, const struct list_of *of)
{
	uint32_t i = 0;

	while (i < x->cycle->lists.n && x->cycle->lists.v[i] != of->unit->index)
		i++;
	return i + 1;
}

/* Its number, whose it is, and the entry by which it was issued. */
static void
put_issue(struct kc_vx *x, const struct list_of *of)
{
	kc_form_mark(x, x->year, number_of(x, of));
	kc_vx_unit(x, "issuer", of->unit->index);
	kc_vx_str(x, "issuer_name", kc_vx_unit_name(x, of->unit));
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	kc_json_close(&x->w, ']');
	kc_vx_day(x, "date", KC_DAY_NONE);
	kc_vx_u64(x, "seq", of->list->issued_seq);
}

static void
put_head(struct kc_vx *x, enum kc_form_id form, const struct list_of *of)
{
	const struct kc_form *f = kc_form_get(form);
	struct kc_buf title = {0};

	kc_buf_i64(&title, x->year);
	kc_buf_str(&title, SAY(x, "年度", " "));
	kc_buf_str(&title, SAY(x, f->zh, f->en));
	kc_buf_char(&title, '\0');
	if (title.err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = title.err;
	kc_form_head(x, form, title.err == KC_OK ? title.p : "");
	kc_buf_free(&title);
	put_issue(x, of);
}

/* Who approved: of each step the last entry of each who took it. */
struct approval {
	unsigned kind, by;
	uint32_t seq;
};
KC_VEC(approvals, struct approval);

static bool
approves(unsigned kind)
{
	return kind == KC_K_target_approve_first ||
	    kind == KC_K_target_approve_second || kind == KC_K_target_read ||
	    kind == KC_K_target_add;
}

static bool
add_approval(struct approvals *all, const struct kc_event *e)
{
	const struct approval a = {e->kind, e->by, e->seq};

	for (uint32_t i = 0; i < all->n; i++)
		if (all->v[i].kind == a.kind && all->v[i].by == a.by) {
			if (a.seq > all->v[i].seq)
				all->v[i].seq = a.seq;
			return true;
		}
	return kc_vec_push(all, a);
}

static void
put_approvals(struct kc_vx *x, const struct list_of *of)
{
	struct approvals all = {0};
	bool fits = true;

	for (uint32_t i = 0; i < of->targets.n; i++) {
		const struct kc_events *ev =
		    &x->st->targets.v[of->targets.v[i]]->events;

		for (uint32_t j = 0; j < ev->n; j++)
			if (approves(ev->v[j].kind))
				fits = add_approval(&all, &ev->v[j]) && fits;
	}
	if (!fits && x->w.out->err == KC_OK)
		x->w.out->err = KC_ENOMEM;
	for (uint32_t i = 0; i < all.n; i++)
		kc_form_signed(x, all.v[i].seq);
	kc_form_signed(x, of->list->issued_seq);
	kc_vec_free(&all);
}

/* Who reads it sees each target of it. */
static enum kc_err
want_all(struct kc_vx *x, enum kc_form_id form, struct list_of *of)
{
	enum kc_err err = find_list(x, form, of);

	for (uint32_t i = 0; err == KC_OK && i < of->targets.n; i++)
		err = kc_vx_want_seen(
		    x, kc_vx_sees(x, of->unit->index, of->targets.v[i]));
	return err;
}

void
kc_form_lists(struct kc_vx *x, enum kc_form_id form)
{
	for (uint32_t i = 0; x->cycle != NULL && i < x->cycle->lists.n; i++) {
		const char *code = x->st->units.v[x->cycle->lists.v[i]]->code;
		struct kc_view_args args = *x->args;
		struct kc_refusal why = {0};
		struct kc_vx own = *x;
		struct list_of of;

		args.id = kc_slice_str(code);
		own.args = &args;
		own.why = &why;
		own.see = kc_form_see(form);
		own.scope = kc_viewer_scope(args.reader, own.see);
		if (own.scope == KC_SEES_NOTHING ||
		    want_all(&own, form, &of) != KC_OK)
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "about", code);
		put_issue(x, &of);
		kc_vx_end(x);
	}
}

enum kc_err
kc_form_list(struct kc_vx *x, enum kc_form_id form)
{
	struct list_of of;
	const char *columns[9];
	enum kc_err err = want_all(x, form, &of);

	if (err != KC_OK)
		return err;
	put_head(x, form, &of);
	for (size_t i = 0; i < lists[form].ncolumns; i++)
		columns[i] = SAY(
		    x, lists[form].columns[i].zh, lists[form].columns[i].en);
	kc_json_key(&x->w, "tables");
	kc_json_open(&x->w, '[');
	kc_form_table(x, kc_form_get(form)->zh, kc_form_get(form)->en, columns,
	    lists[form].ncolumns);
	for (uint32_t i = 0; i < of.targets.n; i++)
		lists[form].lines(x, &of, x->st->targets.v[of.targets.v[i]]);
	kc_form_table_end(x);
	kc_json_close(&x->w, ']');
	kc_vx_rows(x);
	kc_form_field_unit(x, "单位", "unit", of.unit->index);
	if (of.cadre != KC_NONE)
		kc_form_field(
		    x, "干部", "cadre", x->st->cadres.v[of.cadre]->code);
	put_approvals(x, &of);
	return KC_OK;
}
