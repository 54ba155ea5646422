/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of the higher level: values and ranks by quarter. */
#include "indicator.h"

#include "noun/target/target.h"
#include "noun/unit/unit.h"
#include "noun/year/year.h"

#include <assert.h>

bool
kc_indicator_measures(
    const struct kc_state *st, uint32_t indicator, uint32_t unit)
{
	const struct kc_u32s *of;

	if (st->indicators.v[indicator]->unit == unit)
		return true;
	/* Only a reform parts one from a target. */
	if (st->reforms.n == 0 || unit == KC_NONE)
		return false;
	of = &st->units.v[unit]->targets;
	for (uint32_t i = 0; i < of->n; i++)
		if (st->targets.v[of->v[i]]->indicator == indicator &&
		    kc_target_counts(st->targets.v[of->v[i]]))
			return true;
	return false;
}

enum kc_err
indicator_register_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t unit;
	enum kc_err err;

	err = kc_want_new(
	    st, KC_NS_INDICATOR, at, KC_F_indicator_register_indicator, why);
	if (err != KC_OK)
		return err;
	return kc_want(
	    st, KC_NS_UNIT, at, KC_F_indicator_register_unit, &unit, why);
}

enum kc_err
indicator_register_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_indicator *x = kc_arena_alloc(&st->arena, sizeof(*x));

	if (x == NULL)
		return KC_ENOMEM;
	kc_code_copy(
	    x->code, kc_entry_str(e, KC_F_indicator_register_indicator));
	x->unit = kc_find(
	    st, KC_NS_UNIT, kc_entry_str(e, KC_F_indicator_register_unit));
	x->direction =
	    (uint8_t)kc_entry_num(e, KC_F_indicator_register_direction, 0);
	x->name = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_indicator_register_name));
	x->measure = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_indicator_register_measure));
	x->seq = (uint32_t)at->stamp.seq;
	if (x->name == NULL || x->measure == NULL ||
	    !kc_vec_push(&st->indicators, x) ||
	    !kc_index_add(
		&st->by_code, KC_NS_INDICATOR, x->code, st->indicators.n - 1))
		return KC_ENOMEM;
	return KC_OK;
}

/* --- figures
 * ------------------------------------------------------------------
 * indicator.report and indicator.correct carry the same figures.
 */
struct figures {
	unsigned indicator, quarter, value, last_value;
	unsigned rank[3]; /* rank, last year's, agreed */
};
static const struct figures of_report = {
    KC_F_indicator_report_indicator,
    KC_F_indicator_report_quarter,
    KC_F_indicator_report_value,
    KC_F_indicator_report_last_value,
    {KC_F_indicator_report_rank, KC_F_indicator_report_last_rank,
	KC_F_indicator_report_agreed_rank},
};
static const struct figures of_correct = {
    KC_F_indicator_correct_indicator,
    KC_F_indicator_correct_quarter,
    KC_F_indicator_correct_value,
    KC_F_indicator_correct_last_value,
    {KC_F_indicator_correct_rank, KC_F_indicator_correct_last_rank,
	KC_F_indicator_correct_agreed_rank},
};

/* Newest quarters stand last. */
struct kc_report *
kc_report_of(const struct kc_indicator *x, int64_t quarter)
{
	for (uint32_t i = x->reports.n; i-- > 0;)
		if (x->reports.v[i].quarter == quarter)
			return &x->reports.v[i];
	return NULL;
}

/* Ranks run from 1 to the number of cities that are ranked: a policy for the
 * next year may rank fewer before the fourth quarter is reported. */
static enum kc_err
check_ranks(const struct kc_state *st, const struct kc_at *at,
    const struct figures *f, struct kc_refusal *why)
{
	const struct kc_policy *p =
	    kc_policy_of(st, (int)(kc_entry_num(at->e, f->quarter, 0) / 4));
	int64_t most = p == NULL ? 99 : p->value[KC_P_RANK_CITIES];

	for (unsigned i = 0; i < 3; i++) {
		int64_t rank = kc_entry_num(at->e, f->rank[i], 1);

		if (rank >= 1 && rank <= most)
			continue;
		if (p != NULL)
			kc_policy_cite(p, KC_P_RANK_CITIES, why);
		return kc_refuse_field(at, f->rank[i],
		    "1 to the number of cities", "1 至参加排名的城市数", why);
	}
	return KC_OK;
}

static enum kc_err
check_quarter(
    const struct kc_at *at, const struct figures *f, struct kc_refusal *why)
{
	int64_t quarter = kc_entry_num(at->e, f->quarter, 0);
	kc_day first = kc_day_from_civil(
	    (int)(quarter / 4), (int)(quarter % 4) * 3 + 1, 1);

	if (first <= at->day)
		return KC_OK;
	(void)kc_refuse(why, KC_R_TOO_EARLY, "", "", NULL, NULL);
	kc_refusal_arg(why, 0, kc_entry_str(at->e, f->quarter));
	kc_arg_day(why, 1, first);
	return KC_EREFUSED;
}

static enum kc_err
check_figures(const struct kc_state *st, const struct kc_at *at,
    const struct figures *f, const struct kc_indicator **x,
    struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err;

	err = kc_want(st, KC_NS_INDICATOR, at, f->indicator, &i, why);
	if (err != KC_OK)
		return err;
	*x = st->indicators.v[i];
	err = check_ranks(st, at, f, why);
	return err == KC_OK ? check_quarter(at, f, why) : err;
}

static struct kc_report
read_figures(const struct kc_at *at, const struct figures *f)
{
	const struct kc_entry *e = at->e;

	return (struct kc_report){
	    .quarter = (int32_t)kc_entry_num(e, f->quarter, 0),
	    .rank = (int32_t)kc_entry_num(e, f->rank[0], 0),
	    .last_rank = (int32_t)kc_entry_num(e, f->rank[1], 0),
	    .agreed_rank = (int32_t)kc_entry_num(e, f->rank[2], 0),
	    .value_e4 = kc_entry_num(e, f->value, 0),
	    .last_value_e4 = kc_entry_num(e, f->last_value, 0),
	    .has_last_value = kc_entry_has(e, f->last_value),
	    .seq = (uint32_t)at->stamp.seq,
	};
}

static struct kc_indicator *
indicator_of(
    const struct kc_state *st, const struct kc_at *at, const struct figures *f)
{
	return st->indicators
	    .v[kc_find(st, KC_NS_INDICATOR, kc_entry_str(at->e, f->indicator))];
}

enum kc_err
indicator_report_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_indicator *x;
	enum kc_err err = check_figures(st, at, &of_report, &x, why);

	if (err != KC_OK)
		return err;
	if (kc_report_of(x, kc_entry_num(at->e, of_report.quarter, 0)) == NULL)
		return KC_OK;
	(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, kc_entry_str(at->e, of_report.quarter));
	return KC_EREFUSED;
}

enum kc_err
indicator_report_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_report r = read_figures(at, &of_report);
	struct kc_indicator *x = indicator_of(st, at, &of_report);

	return kc_vec_push(&x->reports, r) ? KC_OK : KC_ENOMEM;
}

enum kc_err
indicator_correct_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_indicator *x;
	enum kc_err err = check_figures(st, at, &of_correct, &x, why);

	if (err != KC_OK)
		return err;
	if (kc_report_of(x, kc_entry_num(at->e, of_correct.quarter, 0)) != NULL)
		return KC_OK;
	(void)kc_refuse(why, KC_R_NOT_FOUND, "report for", "", NULL, NULL);
	kc_refusal_arg(why, 1, kc_entry_str(at->e, of_correct.quarter));
	return kc_refusal_zh(why, 0, "指标报送：");
}

enum kc_err
indicator_correct_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_report r = read_figures(at, &of_correct);
	struct kc_indicator *x = indicator_of(st, at, &of_correct);
	struct kc_report *was = kc_report_of(x, r.quarter);

	assert(was != NULL);
	*was = r;
	return KC_OK;
}
