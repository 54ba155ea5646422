/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trend of a unit over closed years: what it had to do and what it got
 * done in the last one, against the mean of those before.
 */
#include "use.h"

#include "noun/target/target.h"
#include "noun/yearend/yearend.h"

/* Targets, tasks and duties of a year; false: it has no list of it. */
static bool
take_load(const struct kc_state *st, const struct kc_unit *u, int year,
    int64_t out[KC_USE_MEASURES])
{
	struct kc_u32s list = kc_list_targets(st, u->index, year);

	for (uint32_t i = 0; i < list.n; i++) {
		const struct kc_target *t = st->targets.v[list.v[i]];

		if (!kc_target_counts(t))
			continue;
		out[KC_USE_TARGETS]++;
		out[KC_USE_TASKS] += t->tasks.n;
	}
	for (uint32_t d = 0; d < u->duties.n; d++) {
		bool serves = false;

		for (uint32_t i = 0; i < list.n && !serves; i++) {
			const struct kc_target *t = st->targets.v[list.v[i]];

			for (uint32_t k = 0; k < t->duties.n; k++)
				serves = serves ||
				    (kc_target_counts(t) &&
					t->duties.v[k] == d);
		}
		out[KC_USE_DUTIES] += serves;
	}
	return out[KC_USE_TARGETS] > 0;
}

/* What it earned of the points of its targets, as the year was published. */
static bool
take_earned(
    const struct kc_state *st, const struct kc_unit *u, int year, int64_t *out)
{
	int64_t earned = 0, weight = 0;
	uint32_t n = 0;
	const struct kc_result *r = kc_year_results(st, year, &n);

	while (n > 0 && r->unit != u->index) {
		n--;
		r++;
	}
	for (unsigned i = 0; n > 0 && i < 3; i++) {
		earned += r->parts.earned_e4[i];
		weight += r->parts.weight_e4[i];
	}
	*out = weight > 0
	    ? kc_round_div(earned, KC_FULL_BP, weight, KC_HALF_AWAY)
	    : 0;
	return n > 0;
}

/* More than the mean of the years before by so much, or less; without a
 * division: now * n against before * (1 + change). */
static int
way_of(int64_t now, int64_t before, int64_t n, int64_t change_bp)
{
	int64_t is = now * n * KC_FULL_BP;

	if (n == 0 || now * n == before)
		return 0;
	if (is >= before * (KC_FULL_BP + change_bp))
		return 1;
	return is <= before * (KC_FULL_BP - change_bp) ? -1 : 0;
}

static void
judge(struct kc_use_trend *t, int64_t change_bp)
{
	int sum = 0;

	for (unsigned m = 0; m < KC_USE_MEASURES; m++) {
		t->way[m] = way_of(
		    t->now[m], t->before[m], (int64_t)t->years - 1, change_bp);
		sum += t->way[m];
	}
	t->category = sum > 0 ? KC_TREND_UP
	    : sum < 0         ? KC_TREND_DOWN
			      : KC_TREND_FLAT;
}

void
kc_use_trend_of(const struct kc_state *st, uint32_t unit, int year,
    struct kc_use_trend *out)
{
	const struct kc_unit *u = st->units.v[unit];
	const struct kc_cycle *cycle = kc_cycle_of(st, year);
	const struct kc_policy *p =
	    cycle != NULL ? kc_cycle_policy(st, cycle) : NULL;

	*out = (struct kc_use_trend){.category = -1};
	if (p == NULL)
		return;
	out->wants = (unsigned)p->value[KC_P_STAFFING_YEARS];
	for (; out->years < out->wants; out->years++) {
		int of = year - (int)out->years;
		int64_t m[KC_USE_MEASURES] = {0};

		if (!kc_year_closed(st, of) || !take_load(st, u, of, m) ||
		    !take_earned(st, u, of, &m[KC_USE_EARNED]))
			break;
		for (unsigned i = 0; i < KC_USE_MEASURES; i++)
			if (out->years == 0)
				out->now[i] = m[i];
			else
				out->before[i] += m[i];
	}
	if (out->years == out->wants)
		judge(out, p->value[KC_P_STAFFING_CHANGE]);
}

void
kc_buf_use_mean(
    struct kc_buf *out, const struct kc_use_trend *t, enum kc_use_measure m)
{
	int64_t n = (int64_t)t->years - 1;

	if (n <= 0)
		return;
	if (m == KC_USE_EARNED)
		kc_buf_percent(
		    out, kc_round_div(t->before[m], 1, n, KC_HALF_AWAY));
	else
		kc_buf_points(
		    out, kc_round_div(t->before[m], 10000, n, KC_HALF_AWAY));
}
