/* SPDX-License-Identifier: Apache-2.0 */
/* The year at a glance of a unit that assesses: what it has to judge, and by
 * when. */
#include "glance.h"

static bool
sees(const struct kc_glance *g, enum kc_see what, const struct kc_unit *u)
{
	return kc_vx_sees_unit_of(g->t.x, what, u);
}

static void
grants_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	kc_day until = KC_DAY_NONE;
	struct kc_buf b = {0};
	uint64_t n = 0;

	for (uint32_t i = 0; i < x->st->grants.n; i++) {
		const struct kc_grant *of = x->st->grants.v[i];

		if (of->assessor != u->index || of->withdrawn ||
		    x->today < of->from || x->today > of->until)
			continue;
		n++;
		if (until == KC_DAY_NONE || of->until < until)
			until = of->until;
	}
	kc_buf_count(&b, x, n, "有效", "in force");
	kc_item_due(&g->t, "grants", "考核权", "rights to assess",
	    KC_LIGHT_GREEN, &b, until);
}

static void
found_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	uint64_t n = 0, found = 0;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < x->st->targets.n; i++) {
		const struct kc_target *t = x->st->targets.v[i];

		if (t->year != x->year || !kc_target_counts(t) ||
		    !kc_judges(x->st, u->index, t, x->today))
			continue;
		n++;
		found += t->completion_bp >= 0;
	}
	kc_buf_count(&b, x, n, "可考核目标", "targets");
	kc_buf_count(&b, x, found, "已认定", "found");
	kc_item(&g->t, "completion", "完成率认定", "completion to be found",
	    KC_LIGHT_GREEN, &b);
}

/* A row for each thing that it has to do by a day. */
static void
limit_items(struct kc_glance *g, const struct kc_unit *u)
{
	for (unsigned m = 0; m < KC_M_COUNT; m++) {
		const struct kc_machine *of =
		    kc_machine_get((enum kc_machine_id)m);

		for (unsigned l = 0; l < of->nlimits; l++) {
			const struct kc_limit *limit = &of->limits[l];
			struct kc_glance_sum sum = {.due = KC_DAY_NONE};
			struct kc_buf b = {0};

			for (uint32_t i = 0; i < g->days.n; i++) {
				const struct kc_deadline *d = &g->days.v[i];

				if (d->limit != limit || d->unit != u->index ||
				    limit->party == KC_PARTY_UNIT)
					continue;
				if (sum.n++ == 0)
					sum.due = d->day.due;
				sum.lights[kc_deadline_light(g->t.x, d)]++;
			}
			if (sum.n == 0)
				continue;
			kc_buf_count(&b, g->t.x, sum.n, "件数", "to do");
			kc_item_due(&g->t, limit->word, limit->zh, limit->en,
			    kc_glance_light(&sum), &b, sum.due);
		}
	}
}

enum kc_err
kc_glance_assessor(struct kc_glance *g, const struct kc_unit *u)
{
	struct kc_buf b = {0};
	uint64_t n;

	if (!sees(g, KC_SEE_deadlines, u))
		return KC_OK;
	grants_item(g, u);
	found_item(g, u);
	limit_items(g, u);
	if (!sees(g, KC_SEE_candidates, u))
		return KC_OK;
	n = kc_glance_candidates(g->t.x, u->index);
	kc_buf_count(&b, g->t.x, n, "未达而未处理", "behind, nothing done");
	kc_item(&g->t, "candidates", "预扣分备选", "candidates",
	    n > 0 ? KC_LIGHT_YELLOW : KC_LIGHT_GREEN, &b);
	return KC_OK;
}
