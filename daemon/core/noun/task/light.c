/* SPDX-License-Identifier: Apache-2.0 */
/* Lights of nodes: the quarterly progress list, and units by quarters. */
#include "view.h"

#include <kaocheng/arith.h>

#include "noun/year/year.h"

enum kc_light
kc_node_light(const struct kc_state *st, const struct kc_node *n, kc_day today)
{
	const struct kc_policy *p = kc_cycle_policy(
	    st, kc_cycle_of(st, kc_node_target(st, n->index)->year));
	int64_t done = (int64_t)kc_node_actual(n) * KC_FULL_BP;

	if (n->planned_bp == 0 || p == NULL)
		return KC_LIGHT_NONE;
	if (n->reported_bp < 0)
		return today > kc_node_end(st, n) ? KC_LIGHT_GREY
						  : KC_LIGHT_NONE;
	if (done >= n->planned_bp * p->value[KC_P_LIGHT_GREEN])
		return KC_LIGHT_GREEN;
	return done >= n->planned_bp * p->value[KC_P_LIGHT_YELLOW]
	    ? KC_LIGHT_YELLOW
	    : KC_LIGHT_RED;
}

void
kc_nodes_lights(const struct kc_vx *x, uint32_t unit, int year,
    uint64_t n[KC_QUARTERS][KC_LIGHTS])
{
	const struct kc_state *st = x->st;
	struct kc_u32s of = kc_list_targets(st, unit, year);

	for (uint32_t i = 0; i < of.n; i++) {
		const struct kc_target *t = st->targets.v[of.v[i]];

		for (uint32_t k = 0; k < t->tasks.n * KC_QUARTERS; k++) {
			uint32_t task = t->tasks.v[k / KC_QUARTERS];
			unsigned q = k % KC_QUARTERS;
			enum kc_light light = kc_node_light(st,
			    st->nodes.v[st->tasks.v[task]->node + q], x->today);

			if (light != KC_LIGHT_NONE)
				n[q][light]++;
		}
	}
}

static void
write_light(struct kc_vx *x, const char *key, enum kc_light pace)
{
	struct kc_buf text_key = {0};

	kc_buf_str(&text_key, key);
	kc_buf_str(&text_key, "_text");
	if (pace == KC_LIGHT_NONE) {
		kc_vx_null(x, key);
		kc_vx_null(x, kc_buf_cstr(&text_key));
	} else {
		kc_vx_str(x, key, kc_light_text(pace, KC_LANG_EN));
		kc_vx_str(
		    x, kc_buf_cstr(&text_key), kc_light_text(pace, x->lang));
	}
	kc_buf_free(&text_key);
}

void
kc_node_bp(struct kc_vx *x, const char *key, const char *bp_key, int32_t bp)
{
	struct kc_buf text = {0};

	if (bp < 0) {
		kc_vx_null(x, key);
		kc_vx_null(x, bp_key);
		return;
	}
	kc_buf_percent(&text, bp);
	kc_vx_buf(x, key, &text);
	kc_vx_i64(x, bp_key, bp);
	kc_buf_free(&text);
}

/* --- the quarterly progress list ---------------------------------------------
 */
/* "80.00 % of what is planned, below light.yellow 85.00 %; reported 24.00 %":
 * the last where it was verified to be another figure. */
static void
put_why(struct kc_buf *b, const struct kc_vx *x, const struct kc_node *n,
    enum kc_light pace)
{
	const struct kc_policy *p = kc_cycle_policy(
	    x->st, kc_cycle_of(x->st, kc_node_target(x->st, n->index)->year));
	bool red = pace == KC_LIGHT_RED;

	if (pace == KC_LIGHT_GREY) {
		kc_buf_str(b,
		    kc_vx_say(x, "季度已终，未报送",
			"the quarter is over, and nothing is reported"));
		return;
	}
	kc_buf_str(b, kc_vx_say(x, "为序时进度的 ", ""));
	kc_buf_percent(
	    b, (int64_t)kc_node_actual(n) * KC_FULL_BP / n->planned_bp);
	kc_buf_str(b, kc_vx_say(x, "", " of what is planned"));
	if (pace != KC_LIGHT_GREEN) {
		kc_buf_str(b, kc_vx_say(x, "，低于 ", ", below "));
		kc_buf_str(b, red ? "light.yellow " : "light.green ");
		kc_buf_percent(
		    b, p->value[red ? KC_P_LIGHT_YELLOW : KC_P_LIGHT_GREEN]);
	}
	if (kc_node_actual(n) == n->reported_bp)
		return;
	kc_buf_str(b, kc_vx_say(x, "；所报 ", "; reported "));
	kc_buf_percent(b, n->reported_bp);
}

static void
write_finding(struct kc_vx *x, const struct kc_node *n)
{
	if (n->finding >= 0) {
		kc_vx_word(x, "finding", KC_SET_FINDING, n->finding);
		return;
	}
	kc_vx_null(x, "finding");
	kc_vx_null(x, "finding_text");
}

void
kc_node_facts(struct kc_vx *x, const struct kc_node *n)
{
	enum kc_light pace = kc_node_light(x->st, n, x->today);
	const struct kc_task *k = x->st->tasks.v[n->task];
	const struct kc_target *t = kc_task_target(x->st, n->task);
	struct kc_buf why = {0};

	kc_vx_str(x, "node", n->code);
	kc_vx_str(x, "task", k->code);
	kc_vx_str(x, "target", t->code);
	kc_vx_unit(x, "unit", t->unit);
	kc_node_bp(x, "planned", "planned_bp", n->planned_bp);
	kc_node_bp(x, "actual", "actual_bp", kc_node_actual(n));
	write_light(x, "light", pace);
	if (pace == KC_LIGHT_NONE) {
		kc_vx_null(x, "why");
	} else {
		put_why(&why, x, n, pace);
		kc_vx_buf(x, "why", &why);
	}
	write_finding(x, n);
	kc_vx_state(x, KC_M_progress, kc_node_state(n));
	kc_vx_day(x, "due", n->filing.due);
	kc_vx_bool(x, "overdue", n->filing.overdue);
	kc_vx_str(x, "expected", n->result);
	kc_vx_str(x, "title", k->title);
	kc_buf_free(&why);
}

static void
node_rows(struct kc_vx *x, const struct kc_target *t, const struct kc_task *k)
{
	(void)t;
	for (unsigned q = 0; q < KC_QUARTERS; q++) {
		const struct kc_node *n = x->st->nodes.v[k->node + q];

		if (kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		kc_node_facts(x, n);
		kc_vx_begun(x, &n->events);
		kc_vx_end(x);
	}
}

enum kc_err
kc_render_progress(struct kc_vx *x)
{
	kc_vx_rows(x);
	kc_each_task(x, node_rows);
	return KC_OK;
}

/* --- units by quarters -------------------------------------------------------
 */
/* Of a quarter: how many nodes have each light, and the first of the worst. */
struct cell {
	uint32_t count[KC_LIGHTS];
	const struct kc_node *first[KC_LIGHTS];
};

static enum kc_light
worst(const struct cell *c)
{
	unsigned pace = 0;

	while (pace < KC_LIGHTS && c->count[pace] == 0)
		pace++;
	return (enum kc_light)pace;
}

static void
count_task(const struct kc_vx *x, const struct kc_task *k, struct cell cells[])
{
	for (unsigned q = 0; q < KC_QUARTERS; q++) {
		const struct kc_node *n = x->st->nodes.v[k->node + q];
		enum kc_light pace = kc_node_light(x->st, n, x->today);

		if (pace == KC_LIGHT_NONE)
			continue;
		if (cells[q].count[pace]++ == 0)
			cells[q].first[pace] = n;
	}
}

/* "T1.Q2 40.00 % of 50.00 %, 1 of 3" of the newest quarter that is not green;
 * nothing if all are. */
static void
put_cause(struct kc_buf *b, const struct kc_vx *x, const struct cell *c)
{
	enum kc_light pace = worst(c);
	const struct kc_node *n = c->first[pace];
	uint64_t all = 0;

	for (unsigned i = 0; i < KC_LIGHTS; i++)
		all += c->count[i];
	kc_buf_str(b, n->code);
	kc_buf_char(b, ' ');
	if (n->reported_bp < 0) {
		kc_buf_str(b, kc_vx_say(x, "未报送", "not reported"));
	} else {
		kc_buf_percent(b, n->reported_bp);
		kc_buf_str(b, kc_vx_say(x, "，应达 ", " of "));
		kc_buf_percent(b, n->planned_bp);
	}
	kc_buf_str(b, kc_vx_say(x, "；节点 ", "; nodes "));
	kc_buf_u64(b, c->count[pace]);
	kc_buf_char(b, '/');
	kc_buf_u64(b, all);
}

static void
unit_row(struct kc_vx *x, const struct kc_unit *u, const struct cell cells[])
{
	static const char *const keys[] = {"q1", "q2", "q3", "q4"};
	struct kc_buf cause = {0};

	kc_vx_row(x);
	kc_vx_unit(x, "unit", u->index);
	kc_vx_str(x, "name", kc_vx_unit_name(x, u));
	for (unsigned q = 0; q < KC_QUARTERS; q++)
		write_light(x, keys[q], worst(&cells[q]));
	for (unsigned q = KC_QUARTERS; q-- > 0 && cause.n == 0;)
		if (worst(&cells[q]) < KC_LIGHT_GREEN)
			put_cause(&cause, x, &cells[q]);
	kc_vx_buf(x, "cause", &cause);
	kc_vx_end(x);
	kc_buf_free(&cause);
}

enum kc_err
kc_render_matrix(struct kc_vx *x)
{
	enum kc_err err = kc_vx_want_cycle(x);

	if (err != KC_OK)
		return err;
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];
		struct kc_u32s of = kc_list_targets(x->st, i, x->year);
		struct cell cells[KC_QUARTERS] = {0};
		bool seen = false;

		if (x->unit != NULL && x->unit != u)
			continue;
		for (uint32_t j = 0; j < of.n; j++) {
			const struct kc_target *t = x->st->targets.v[of.v[j]];

			if (t->tasks.n == 0 || t->state == KC_TS_WITHDRAWN ||
			    !kc_vx_sees(x, t->unit, t->index))
				continue;
			seen = true;
			for (uint32_t k = 0; k < t->tasks.n; k++)
				count_task(
				    x, x->st->tasks.v[t->tasks.v[k]], cells);
		}
		if (seen)
			unit_row(x, u, cells);
	}
	return KC_OK;
}
