/* SPDX-License-Identifier: Apache-2.0 */
/* The three lists on paper (R43): what a unit answers for, quarter by quarter,
 * and who does. */
#include "form_int.h"

#include "meant.h"
#include "noun/cadre/cadre.h"
#include "noun/target/target.h"
#include "noun/task/view.h"

#define SAY(x, zh, en) kc_vx_say(x, zh, en)
#define COLUMNS 10
#define KINDS 5

/* Of each kind the last entry of each who signed one. */
struct signature {
	unsigned kind, by;
	const struct kc_event *e;
};
KC_VEC(signatures, struct signature);

/* Of whom it is: a unit, and of it one cadre's tasks (KC_NONE: all). */
struct list_of {
	const struct kc_unit *unit;
	const struct kc_list *list;
	struct kc_u32s targets;
	uint32_t cadre;
	struct signatures signatures; /* freed by free_list */
	const struct kc_event *made;
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
		const struct kc_duty *d =
		    &x->st->units.v[t->unit]->duties.v[t->duties.v[i]];

		kc_buf_str(&duties, i > 0 ? SAY(x, "；", "; ") : "");
		kc_buf_str(&duties, d->code);
		kc_buf_char(&duties, ' ');
		kc_buf_str(&duties, d->text);
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

/* Of the quarter, as on the day of printing; a blank while it is not over. */
static void
cell_light(struct kc_vx *x, const struct kc_node *n)
{
	enum kc_light pace = kc_node_light(x->st, n, x->today);

	kc_form_cell(
	    x, pace == KC_LIGHT_NONE ? "" : kc_light_text(pace, x->lang));
}

static void
cell_verifier(struct kc_vx *x, const struct kc_node *n)
{
	for (uint32_t i = n->events.n; i-- > 0;)
		if (n->events.v[i].kind == KC_K_progress_verify) {
			kc_form_cell(x, kc_form_office(x, n->events.v[i].by));
			return;
		}
	kc_form_cell(x, "");
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

			struct kc_buf quarter = {0};

			kc_buf_str(&quarter, SAY(x, "", "Q"));
			kc_buf_u64(&quarter, q + 1);
			kc_buf_str(&quarter, SAY(x, " 季度", ""));
			kc_form_line(x);
			kc_form_cell(x, k->code);
			kc_form_cell(x, k->title);
			kc_form_cell_buf(x, &quarter);
			cell_percent(x, n->planned_bp);
			kc_form_cell(x, n->result);
			kc_form_cell_evidence(x, n);
			cell_percent(x, kc_node_actual(n));
			cell_light(x, n);
			kc_form_cell(x,
			    n->finding < 0
				? ""
				: kc_vx_label(x, KC_SET_FINDING, n->finding));
			cell_verifier(x, n);
			kc_form_line_end(x);
		}
	}
}

static void
task_lines(struct kc_vx *x, const struct list_of *of, const struct kc_target *t)
{
	for (uint32_t i = 0; i < t->tasks.n; i++) {
		const struct kc_task *k = x->st->tasks.v[t->tasks.v[i]];
		struct kc_buf until = {0};

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
		kc_buf_form_day(&until, x,
		    kc_node_end(
			x->st, x->st->nodes.v[k->node + KC_QUARTERS - 1]));
		kc_form_cell_buf(x, &until);
		kc_form_cell(x, ""); /* signed by hand */
		kc_form_line_end(x);
	}
}

static const struct {
	size_t ncolumns;
	struct {
		const char *zh, *en;
	} columns[COLUMNS];
	void (*lines)(struct kc_vx *x, const struct list_of *of,
	    const struct kc_target *t);
	/* Whose entries it rests on; the first makes it, and what it may be
	 * made anew by. */
	enum kc_kind_id by[KINDS];
	unsigned makes;
	bool issued; /* to the unit; else the unit files it */
} lists[] = {
    [KC_FORM_unit_list] = {9,
	{{"目标", "target"}, {"类别", "class"}, {"来源", "source"},
	    {"职责", "duty"}, {"内容", "content"}, {"评价标准", "standard"},
	    {"分值", "points"}, {"考核责任单位", "assessor"},
	    {"分管领导", "leader"}},
	unit_lines,
	{KC_K_list_issue, KC_K_target_approve_first, KC_K_target_approve_second,
	    KC_K_target_read, KC_K_target_add},
	1, true},
    [KC_FORM_quarterly_list] = {10,
	{{"任务", "task"}, {"内容", "content"}, {"季度", "quarter"},
	    {"序时进度", "planned"}, {"预期成果", "expected"},
	    {"佐证种类", "evidence"}, {"实际进度", "actual"}, {"亮灯", "light"},
	    {"核实结论", "finding"}, {"核实单位", "verified by"}},
	quarter_lines,
	{KC_K_task_split, KC_K_task_drop, KC_K_progress_report,
	    KC_K_progress_verify},
	2, false},
    [KC_FORM_personal_list] = {10,
	{{"任务", "task"}, {"目标", "target"}, {"内容", "content"},
	    {"责任处室", "division"}, {"分管领导", "leader"},
	    {"协管领导", "assistant"}, {"经办人", "handler"}, {"比重", "share"},
	    {"期限", "until"}, {"签　　　　名", "signature"}},
	task_lines, {KC_K_task_split, KC_K_task_drop, KC_K_task_assign}, 3,
	false},
};

/* --- what it rests on --- */
static bool
add_signature(struct signatures *all, const struct kc_event *e)
{
	for (uint32_t i = 0; i < all->n; i++)
		if (all->v[i].kind == e->kind && all->v[i].by == e->by) {
			if (e->seq > all->v[i].e->seq)
				all->v[i].e = e;
			return true;
		}
	return kc_vec_push(all, ((struct signature){e->kind, e->by, e}));
}

static bool
add_events(
    struct signatures *all, const struct kc_events *ev, enum kc_form_id form)
{
	bool fits = true;

	for (uint32_t i = 0; i < ev->n; i++)
		for (unsigned k = 0; k < KINDS; k++)
			if ((unsigned)lists[form].by[k] == ev->v[i].kind &&
			    lists[form].by[k] != 0)
				fits = add_signature(all, &ev->v[i]) && fits;
	return fits;
}

/* In the order of the kinds; what was made first comes last. */
static bool
find_signatures(const struct kc_vx *x, enum kc_form_id form, struct list_of *of)
{
	struct signatures *all = &of->signatures;
	bool fits = true;

	for (uint32_t i = 0; i < of->targets.n; i++) {
		const struct kc_target *t = x->st->targets.v[of->targets.v[i]];

		fits = add_events(all, &t->events, form) && fits;
		for (uint32_t j = 0; j < t->tasks.n; j++) {
			const struct kc_task *k = x->st->tasks.v[t->tasks.v[j]];

			fits = add_events(all, &k->events, form) && fits;
			for (uint32_t q = 0; q < KC_QUARTERS; q++)
				fits = add_events(all,
					   &x->st->nodes.v[k->node + q]->events,
					   form) &&
				    fits;
		}
	}
	return fits;
}

/* The entry that made it: the last of the kinds that make it. */
static const struct kc_event *
made_by(const struct signatures *all, enum kc_form_id form)
{
	const struct kc_event *made = NULL;

	for (uint32_t i = 0; i < all->n; i++)
		for (unsigned k = 0; k < lists[form].makes; k++)
			if (all->v[i].kind == (unsigned)lists[form].by[k] &&
			    (made == NULL || all->v[i].e->seq > made->seq))
				made = all->v[i].e;
	return made;
}

/* That which makes it comes last where it ends the review. */
static void
put_signatures(
    struct kc_vx *x, enum kc_form_id form, const struct signatures *all)
{
	unsigned first = lists[form].issued ? 1 : 0;

	for (unsigned k = 0; k < KINDS; k++) {
		unsigned kind = lists[form].by[(k + first) % KINDS];

		for (uint32_t i = 0; kind != 0 && i < all->n; i++)
			if (all->v[i].kind == kind)
				kc_form_signed(x, all->v[i].e->seq);
	}
}

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
	if (!find_signatures(x, form, of))
		return KC_ENOMEM;
	of->made = made_by(&of->signatures, form);
	if (of->made == NULL)
		return kc_form_not_made(
		    x, form, kc_slice_str(of->unit->code), lists[form].by[0]);
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

/* Its number, whose it is, to whom it goes, and the entry that made it. */
static void
put_issue(struct kc_vx *x, enum kc_form_id form, const struct list_of *of)
{
	uint32_t by = x->st->actors.v[of->made->by]->unit;
	bool issued = lists[form].issued;

	kc_form_mark(x, x->year, number_of(x, of));
	kc_vx_unit(x, "issuer", issued ? by : of->unit->index);
	kc_vx_str(x, "issuer_name",
	    issued ? kc_form_office(x, of->made->by)
		   : kc_vx_unit_name(x, of->unit));
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	if (issued && by != of->unit->index)
		kc_json_str(&x->w, kc_vx_unit_name(x, of->unit));
	kc_json_close(&x->w, ']');
	kc_vx_day(x, "date", kc_event_day(of->made));
	kc_vx_u64(x, "seq", of->made->seq);
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
	put_issue(x, form, of);
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

static void
put_list(struct kc_vx *x, enum kc_form_id form, const struct list_of *of)
{
	const char *columns[COLUMNS];

	put_head(x, form, of);
	for (size_t i = 0; i < lists[form].ncolumns; i++)
		columns[i] = SAY(
		    x, lists[form].columns[i].zh, lists[form].columns[i].en);
	kc_json_key(&x->w, "tables");
	kc_json_open(&x->w, '[');
	kc_form_table(x, "", "", columns, lists[form].ncolumns);
	for (uint32_t i = 0; i < of->targets.n; i++)
		lists[form].lines(x, of, x->st->targets.v[of->targets.v[i]]);
	kc_form_table_end(x);
	kc_json_close(&x->w, ']');
	kc_vx_rows(x);
	kc_form_field_unit(x, "单位", "unit", of->unit->index);
	if (form == KC_FORM_unit_list)
		kc_form_list_version(x, of->list);
	if (of->cadre != KC_NONE)
		kc_form_field(
		    x, "干部", "cadre", x->st->cadres.v[of->cadre]->code);
	put_signatures(x, form, &of->signatures);
}

void
kc_form_lists(struct kc_vx *x, enum kc_form_id form)
{
	for (uint32_t i = 0; x->cycle != NULL && i < x->cycle->lists.n; i++) {
		const char *code = x->st->units.v[x->cycle->lists.v[i]]->code;
		struct kc_view_args args = *x->args;
		struct kc_refusal why = {0};
		struct kc_vx own = *x;
		struct list_of of = {.signatures = {0}};

		args.id = kc_slice_str(code);
		own.args = &args;
		own.why = &why;
		own.see = kc_form_see(form);
		own.scope = kc_viewer_scope(args.reader, own.see);
		if (own.scope != KC_SEES_NOTHING &&
		    want_all(&own, form, &of) == KC_OK) {
			kc_vx_row(x);
			kc_vx_str(x, "about", code);
			put_issue(x, form, &of);
			kc_vx_end(x);
		}
		kc_vec_free(&of.signatures);
	}
}

enum kc_err
kc_form_list(struct kc_vx *x, enum kc_form_id form)
{
	struct list_of of = {.signatures = {0}};
	enum kc_err err = want_all(x, form, &of);

	if (err == KC_OK)
		put_list(x, form, &of);
	kc_vec_free(&of.signatures);
	return err;
}
