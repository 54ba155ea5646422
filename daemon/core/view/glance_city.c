/* SPDX-License-Identifier: Apache-2.0 */
/* The year at a glance of the whole city: for the Establishment Office, and
 * for the auditor. */
#include "glance.h"

#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/reform/reform.h"
#include "noun/round/round.h"
#include "noun/warning/warning.h"

#define OVERDUE_MAX 6 /* units that are named; the others are counted */

/* --- the Establishment Office --- */
static void
lists_item(struct kc_glance *g)
{
	const struct kc_vx *x = g->t.x;
	uint64_t issued = 0, units = 0, n[KC_GLANCE_STATES] = {0};
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < x->st->units.n; i++)
		units += kc_unit_in_year(x->st, i, x->year);
	for (uint32_t i = 0; i < x->st->lists.n; i++)
		issued += x->st->lists.v[i]->year == x->year &&
		    x->st->lists.v[i]->issued_seq != KC_NONE;
	kc_buf_str(&b, kc_vx_say(x, "已下达 ", "issued "));
	kc_buf_u64(&b, issued);
	kc_buf_char(&b, '/');
	kc_buf_u64(&b, units);
	kc_item(&g->t, "lists", "责任单", "lists",
	    issued < units ? KC_LIGHT_YELLOW : KC_LIGHT_GREEN, &b);
	for (uint32_t i = 0; i < x->st->targets.n; i++)
		if (x->st->targets.v[i]->year == x->year)
			n[x->st->targets.v[i]->state]++;
	kc_buf_states(&b, x, KC_M_target, n);
	kc_item(&g->t, "targets", "目标", "targets", KC_LIGHT_GREEN, &b);
}

static void
round_items(struct kc_glance *g)
{
	const struct kc_vx *x = g->t.x;

	for (uint32_t i = 0; i < x->st->rounds.n; i++) {
		const struct kc_round *r = x->st->rounds.v[i];
		const char *type = kc_vx_label(x, KC_SET_ROUND, r->type);
		struct kc_round_sum sum = kc_round_count(x->st, r);
		bool open = r->state != KC_RS_CLOSED;
		kc_day due = open ? kc_round_due(x->st, r) : KC_DAY_NONE;
		struct kc_buf b = {0};

		if (r->year != x->year)
			continue;
		kc_buf_str(&b, r->handle);
		kc_buf_char(&b, ' ');
		kc_buf_str(&b, kc_state_name(KC_M_round, r->state, x->lang));
		kc_buf_count(&b, x, sum.targets, "目标", "targets");
		kc_buf_count(&b, x, sum.opinions, "意见", "opinions");
		kc_buf_count(&b, x, sum.behind, "未达", "behind");
		kc_buf_count(&b, x, sum.fed_back, "已反馈", "fed back");
		kc_item_due(&g->t, "round", type, type,
		    !open                ? KC_LIGHT_GREEN
			: x->today > due ? KC_LIGHT_RED
					 : KC_LIGHT_YELLOW,
		    &b, due);
	}
}

/* --- by state --- */
static void
count_cases(const struct kc_vx *x, uint64_t n[])
{
	for (uint32_t i = 0; i < x->st->cases.n; i++)
		if (x->st->cases.v[i]->year == x->year)
			n[x->st->cases.v[i]->state]++;
}

static void
count_letters(const struct kc_vx *x, uint64_t n[])
{
	for (uint32_t i = 0; i < x->st->warnings.n; i++) {
		const struct kc_warning *w = x->st->warnings.v[i];

		if (x->st->targets.v[w->target]->year == x->year)
			n[w->state]++;
	}
}

static void
count_negatives(const struct kc_vx *x, uint64_t n[])
{
	for (uint32_t i = 0; i < x->st->negatives.n; i++)
		if (x->st->negatives.v[i]->year == x->year)
			n[x->st->negatives.v[i]->state]++;
}

static void
count_bonuses(const struct kc_vx *x, uint64_t n[])
{
	for (uint32_t i = 0; i < x->st->bonuses.n; i++)
		if (x->st->bonuses.v[i]->year == x->year)
			n[x->st->bonuses.v[i]->state]++;
}

static void
count_disputes(const struct kc_vx *x, uint64_t n[])
{
	for (uint32_t i = 0; i < x->st->disputes.n; i++)
		n[x->st->disputes.v[i]->state]++;
}

/* A row each: what a new noun has of states is one more. */
static const struct by_state {
	enum kc_see see;
	enum kc_machine_id machine;
	const char *item, *zh, *en;
	void (*count)(const struct kc_vx *x, uint64_t n[]);
} by_state[] = {
    {KC_SEE_warnings, KC_M_warning, "letters", "预警函", "letters",
	count_letters},
    {KC_SEE_prededucts, KC_M_case, "cases", "预扣分", "pre-deductions",
	count_cases},
    {KC_SEE_negatives, KC_M_negative, "negatives", "负面清单", "negative list",
	count_negatives},
    {KC_SEE_bonuses, KC_M_bonus, "bonuses", "加分", "bonuses", count_bonuses},
    {KC_SEE_disputes, KC_M_dispute, "disputes", "复核", "disputes",
	count_disputes},
};

static void
state_item(struct kc_glance *g, const struct by_state *of)
{
	struct kc_glance_sum days =
	    kc_glance_days(g, of->machine, KC_GLANCE_ANY);
	uint64_t n[KC_GLANCE_STATES] = {0};
	struct kc_buf b = {0};

	of->count(g->t.x, n);
	kc_buf_states(&b, g->t.x, of->machine, n);
	kc_item_due(&g->t, of->item, of->zh, of->en, kc_glance_light(&days), &b,
	    days.due);
}

/* --- whose turn it is --- */
static void
put_turn(struct kc_buf *b, const struct kc_vx *x, uint32_t unit, uint64_t n)
{
	kc_buf_str(b, b->n == 0 ? "" : kc_vx_say(x, "，", ", "));
	kc_buf_str(b,
	    unit == x->st->units.n ? kc_vx_say(x, "编办", "the Office")
				   : x->st->units.v[unit]->code);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, n);
}

/* Last days that have passed, by who has to act; the units with the most. */
static enum kc_err
overdue_item(struct kc_glance *g)
{
	const struct kc_vx *x = g->t.x;
	uint32_t units = x->st->units.n, *late;
	uint64_t all = 0, said = 0;
	struct kc_buf b = {0};

	late = kc_alloc((units + 1) * sizeof(*late));
	if (late == NULL)
		return KC_ENOMEM;
	for (uint32_t i = 0; i < g->days.n; i++)
		if (x->today > g->days.v[i].day.due) {
			late[g->days.v[i].unit < units ? g->days.v[i].unit
						       : units]++;
			all++;
		}
	for (unsigned k = 0; k < OVERDUE_MAX && said < all; k++) {
		uint32_t most = 0;

		for (uint32_t u = 1; u <= units; u++)
			if (late[u] > late[most])
				most = u;
		put_turn(&b, x, most, late[most]);
		said += late[most];
		late[most] = 0;
	}
	if (said < all)
		kc_buf_count(&b, x, all - said, "其他", "of others");
	if (all == 0)
		kc_buf_str(&b, kc_vx_say(x, "无", "nothing"));
	kc_item(&g->t, "overdue", "逾期", "overdue",
	    all > 0 ? KC_LIGHT_RED : KC_LIGHT_GREEN, &b);
	kc_free(late);
	return KC_OK;
}

static void
own_item(struct kc_glance *g)
{
	struct kc_glance_sum own = kc_glance_days(g, KC_M_COUNT, KC_NONE);
	struct kc_buf b = {0};

	kc_buf_count(&b, g->t.x, own.n, "期限", "last days");
	kc_item_due(&g->t, "own", "编办待办", "for the Office to do",
	    kc_glance_light(&own), &b, own.due);
}

enum kc_err
kc_glance_office(struct kc_glance *g)
{
	const struct kc_viewer *r = g->t.x->args->reader;
	struct kc_buf b = {0};
	uint64_t n;
	enum kc_err err;

	if (kc_viewer_scope(r, KC_SEE_targets) == KC_SEES_ALL)
		lists_item(g);
	if (kc_viewer_scope(r, KC_SEE_rounds) == KC_SEES_ALL)
		round_items(g);
	for (size_t i = 0; i < sizeof(by_state) / sizeof(by_state[0]); i++)
		if (kc_viewer_scope(r, by_state[i].see) == KC_SEES_ALL)
			state_item(g, &by_state[i]);
	if (kc_viewer_scope(r, KC_SEE_candidates) == KC_SEES_ALL) {
		n = kc_glance_candidates(g->t.x, KC_GLANCE_ANY);
		kc_buf_count(
		    &b, g->t.x, n, "未达而未处理", "behind, nothing done");
		kc_item(&g->t, "candidates", "预警备选", "candidates",
		    n > 0 ? KC_LIGHT_YELLOW : KC_LIGHT_GREEN, &b);
	}
	err = kc_glance_year(g, NULL);
	if (err != KC_OK || kc_viewer_scope(r, KC_SEE_deadlines) != KC_SEES_ALL)
		return err;
	own_item(g);
	return overdue_item(g);
}

/* --- the auditor --- */
static void
corrections_item(struct kc_glance *g)
{
	const struct kc_state *st = g->t.x->st;
	const struct kc_vx *x = g->t.x;
	uint64_t applied = 0, completion = 0;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < st->disputes.n; i++)
		applied += st->disputes.v[i]->state == KC_DS_APPLIED;
	for (uint32_t i = 0; i < st->targets.n; i++)
		completion += st->targets.v[i]->completion_was >= 0;
	kc_buf_count(&b, x, applied, "复核更正", "by disputes");
	kc_buf_count(&b, x, completion, "完成率更正", "of completions");
	kc_buf_count(&b, x, st->outages.n, "期限顺延", "outages");
	kc_item(
	    &g->t, "corrections", "更正", "corrections", KC_LIGHT_GREEN, &b);
}

/* What in the log speaks of its keeping: rules, clock, keys, backups. */
static void
keeping_item(struct kc_glance *g)
{
	const struct kc_state *st = g->t.x->st;
	const struct kc_vx *x = g->t.x;
	struct kc_buf b = {0};

	kc_buf_count(&b, x, st->policies.n, "政策", "policies");
	kc_buf_count(&b, x, st->calendars.n, "日历", "calendars");
	kc_buf_count(&b, x, st->steps.n, "时钟跳变", "steps of the clock");
	kc_buf_count(&b, x, st->log_before.n, "账本密钥更换",
	    "keys of the log replaced");
	kc_buf_count(&b, x, st->restorations.n, "由备份恢复", "restorations");
	kc_item(&g->t, "keeping", "规则与保管", "rules and keeping",
	    st->held || st->restored ? KC_LIGHT_RED : KC_LIGHT_GREEN, &b);
}

enum kc_err
kc_glance_auditor(struct kc_glance *g)
{
	const struct kc_vx *x = g->t.x;
	struct kc_buf b = {0};

	kc_buf_count(&b, x, kc_state_size(x->st), "条目", "entries");
	kc_item(&g->t, "head", "账本头", "head", KC_LIGHT_GREEN, &b);
	corrections_item(g);
	state_item(g, &by_state[sizeof(by_state) / sizeof(by_state[0]) - 1]);
	keeping_item(g);
	return KC_OK;
}
