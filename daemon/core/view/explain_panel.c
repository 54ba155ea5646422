/* SPDX-License-Identifier: Apache-2.0 */
/* Explanation of the panels: what they move the objective base by, and what of
 * it is each group's. */
#include "explain.h"

#include "noun/panel/panel.h"

static void
say(struct kc_xp *p, const char *zh, const char *en)
{
	kc_buf_str(&p->item, kc_vx_say(p->x, zh, en));
}

static void
cite_closing(struct kc_xp *p)
{
	const struct kc_panel *of = kc_panel_of(p->x->st, p->x->year);

	kc_xp_entry(p, kc_events_last(&of->events, KC_K_panel_close));
}

/* (92.0000 × 50.00 % + 88.0000 × 20.00 %) ÷ 70.00 % = 90.8571 */
static void
put_weighted(struct kc_xp *p, const struct kc_score_panel g[KC_PANEL_COUNT])
{
	struct kc_buf *b = &p->arithmetic;
	int64_t weight = 0;

	kc_buf_char(b, '(');
	for (unsigned i = 0; i < KC_PANEL_COUNT; i++) {
		if (g[i].ballots < p->s.rules.panel_min_ballots)
			continue;
		kc_buf_str(b, weight > 0 ? " + " : "");
		kc_buf_points(b, g[i].mean_e4);
		kc_buf_str(b, " × ");
		kc_buf_percent(b, g[i].weight_bp);
		weight += g[i].weight_bp;
	}
	kc_buf_str(b, ") ÷ ");
	kc_buf_percent(b, weight);
	kc_xp_equals(p, p->s.score.panel_e4);
	kc_buf_str(b, kc_vx_say(p->x, "；", "; "));
}

static void
put_moved(struct kc_xp *p, int64_t moved)
{
	const struct kc_score *s = &p->s.score;

	kc_buf_points(&p->arithmetic, s->objective_e4);
	kc_buf_str(&p->arithmetic, " × ");
	kc_buf_percent(&p->arithmetic, KC_FULL_BP - s->panel_bp);
	kc_buf_str(&p->arithmetic, " + ");
	kc_buf_points(&p->arithmetic, s->panel_e4);
	kc_buf_str(&p->arithmetic, " × ");
	kc_buf_percent(&p->arithmetic, s->panel_bp);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, s->objective_e4);
	kc_xp_equals(p, moved);
}

/* --- a group ---------------------------------------------------------------
 * Marks are added up before everybody's eyes only where no sum is of fewer
 * ballots than make a group count.
 */
static bool
may_show_sums(const struct kc_xp *p, const struct kc_group_mean *m)
{
	for (unsigned k = 0; k < KC_CRITERIA; k++)
		if (m->criterion[k].counted > 0 &&
		    m->criterion[k].counted < p->s.rules.panel_min_ballots)
			return false;
	return true;
}

/* (27 ÷ 6 + 26 ÷ 6) ÷ 2 × 20 = 88.3333 */
static void
put_sums(struct kc_xp *p, const struct kc_group_mean *m)
{
	struct kc_buf *b = &p->arithmetic;
	uint64_t criteria = 0;

	kc_buf_char(b, '(');
	for (unsigned k = 0; k < KC_CRITERIA; k++) {
		if (m->criterion[k].counted == 0)
			continue;
		kc_buf_str(b, criteria++ > 0 ? " + " : "");
		kc_buf_u64(b, m->criterion[k].sum);
		kc_buf_str(b, " ÷ ");
		kc_buf_u64(b, m->criterion[k].counted);
	}
	kc_buf_str(b, ") ÷ ");
	kc_buf_u64(b, criteria);
	kc_buf_str(b, " × 20");
	kc_xp_equals(p, m->mean_e4);
}

static bool
is_trimmed(const struct kc_group_mean *m)
{
	for (unsigned k = 0; k < KC_CRITERIA; k++)
		if (m->criterion[k].counted < m->criterion[k].known)
			return true;
	return false;
}

static void
group_row(struct kc_xp *p, unsigned g, const struct kc_panel_group *of,
    int64_t points)
{
	struct kc_vx *x = p->x;

	kc_buf_str(&p->item, kc_vx_label(x, KC_SET_PANEL, g));
	say(p, "：有效票 ", ": valid ballots ");
	kc_buf_u64(&p->item, of->mean.valid);
	if (!of->counts)
		say(p, "，不足，作废", ", too few: void");
	else if (is_trimmed(&of->mean))
		say(p, "，去掉一个最高分和一个最低分",
		    ", without the highest and the lowest");
	cite_closing(p);
	kc_xp_key(
	    p, of->counts ? kc_panel_weight_key(g) : KC_P_PANEL_MIN_BALLOTS);
	if (of->counts && may_show_sums(p, &of->mean))
		put_sums(p, &of->mean);
	else if (of->counts)
		kc_buf_points(&p->arithmetic, of->mean.mean_e4);
	kc_xp_row(p, 1, "group", KC_XP_UNIT, NULL, points);
}

/* Of what they move together by its weight; the last takes what rounding has
 * left. */
static void
group_rows(struct kc_xp *p, const struct kc_score_panel in[KC_PANEL_COUNT],
    const struct kc_panel_result *r, int64_t moved)
{
	const struct kc_score *s = &p->s.score;
	int64_t weight = 0, left = moved;
	unsigned last = 0;

	for (unsigned g = 0; g < KC_PANEL_COUNT; g++)
		if (in[g].ballots >= p->s.rules.panel_min_ballots &&
		    in[g].weight_bp > 0) {
			weight += in[g].weight_bp;
			last = g;
		}
	for (unsigned g = 0; g < KC_PANEL_COUNT; g++) {
		bool counts = in[g].ballots >= p->s.rules.panel_min_ballots;
		int64_t points = 0;

		if (in[g].weight_bp == 0)
			continue;
		if (counts)
			points = kc_round_div(
			    (in[g].mean_e4 - s->objective_e4) * in[g].weight_bp,
			    s->panel_bp, weight * KC_FULL_BP,
			    p->s.rules.rounding);
		if (g == last)
			points = left;
		left -= points;
		group_row(p, g, &r->of[g], points);
	}
}

void
kc_xp_panel(struct kc_xp *p)
{
	const struct kc_score *s = &p->s.score;
	const struct kc_panel_result *r =
	    kc_panel_result_of(p->x->st, p->x->year, p->x->unit->index);
	struct kc_score_panel in[KC_PANEL_COUNT];
	int64_t moved = s->base_e4 - s->objective_e4;

	if (s->panel_bp == 0 ||
	    !kc_panel_means(p->x->st, p->x->year, p->x->unit->index, in))
		return;
	say(p, "考评组", "panels");
	kc_xp_key(p, KC_P_PANEL_SHARE);
	cite_closing(p);
	put_weighted(p, in);
	put_moved(p, moved);
	kc_xp_row(p, 0, "panel", KC_XP_UNIT, NULL, moved);
	group_rows(p, in, r, moved);
}
