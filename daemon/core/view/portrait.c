/* SPDX-License-Identifier: Apache-2.0 */
/* The portrait of a unit: its rows, and those of its indicators and lights. */
#include "portrait.h"

#include <string.h>

#include "noun/indicator/indicator.h"
#include "noun/task/view.h"

struct kc_portrait_row
kc_portrait_begin(const char *part, int year)
{
	return (struct kc_portrait_row){
	    .part = part, .year = year, .quarter = -1, .seq = KC_NONE};
}

/* --- members --- */
static void
put_value(struct kc_vx *x, const char *key, const struct kc_portrait_row *r,
    const char *words, int64_t v, bool has)
{
	if (words != NULL)
		kc_vx_str(x, key, words);
	else if (!has)
		kc_vx_null(x, key);
	else if (r->count)
		kc_vx_i64(x, key, v);
	else
		kc_vx_points(x, key, v);
}

static const char *
part_text(const struct kc_vx *x, const char *part)
{
	static const struct {
		const char *part, *zh, *en;
	} parts[] = {{"indicator", "指标", "indicator"},
	    {"score", "得分", "score"}, {"grade", "等次", "grade"},
	    {"light", "灯", "lights"}, {"loss", "失分", "loss"}};
	size_t i = 0;

	while (strcmp(parts[i].part, part) != 0)
		i++;
	return kc_vx_say(x, parts[i].zh, parts[i].en);
}

/* The year, or the quarter: when it is of. */
static void
put_when(struct kc_vx *x, const struct kc_portrait_row *r)
{
	struct kc_buf when = {0};

	kc_vx_i64(x, "year", r->year);
	if (r->quarter >= 0) {
		kc_buf_quarter(&when, r->quarter);
		kc_vx_buf(x, "quarter", &when);
	} else {
		kc_buf_i64(&when, r->year);
		kc_vx_null(x, "quarter");
	}
	kc_vx_buf(x, "when", &when);
	kc_buf_free(&when);
}

void
kc_portrait_put(struct kc_vx *x, const struct kc_portrait_row *r)
{
	kc_vx_row(x);
	kc_vx_str(x, "part", r->part);
	kc_vx_str(x, "part_text", part_text(x, r->part));
	put_when(x, r);
	kc_vx_str(x, "item", r->item);
	kc_vx_str(x, "label", r->label);
	put_value(x, "value", r, r->in_words, r->value, true);
	put_value(x, "last_value", r, r->last_in_words, r->last, r->has_last);
	put_value(x, "former_mean", r, NULL, r->former, r->has_former);
	put_value(x, "group_mean", r, NULL, r->group, r->has_group);
	kc_vx_rank(x, "rank", r->rank);
	kc_vx_rank(x, "last_rank", r->last_rank);
	kc_vx_rank(x, "agreed_rank", r->agreed_rank);
	kc_vx_rank(x, "before_rank", r->before_rank);
	if (r->rank != 0 && r->last_rank != 0)
		kc_vx_i64(x, "moved", (int64_t)r->last_rank - (int64_t)r->rank);
	else
		kc_vx_null(x, "moved");
	kc_vx_rank(x, "group_rank", r->group_rank);
	kc_vx_rank(x, "ranked", r->ranked);
	if (r->seq != KC_NONE)
		kc_vx_u64(x, "seq", r->seq);
	else
		kc_vx_null(x, "seq");
	kc_vx_end(x);
}

/* --- indicators: the rank in the province, the value of a year before --- */
/* The newest one before it. */
static const struct kc_report *
report_before(const struct kc_indicator *n, int32_t quarter)
{
	const struct kc_report *at = NULL;

	for (uint32_t i = 0; i < n->reports.n; i++) {
		const struct kc_report *r = &n->reports.v[i];

		if (r->quarter < quarter &&
		    (at == NULL || r->quarter > at->quarter))
			at = r;
	}
	return at;
}

/* What the report says of a year before; else what the ledger has of it. */
static void
report_row(
    struct kc_vx *x, const struct kc_indicator *n, const struct kc_report *r)
{
	struct kc_portrait_row row =
	    kc_portrait_begin("indicator", r->quarter / 4);
	const struct kc_report *then = kc_report_of(n, r->quarter - 4);
	const struct kc_report *before = report_before(n, r->quarter);

	row.quarter = r->quarter;
	row.item = n->code;
	row.label = n->name;
	row.value = r->value_e4;
	row.has_last = r->has_last_value || then != NULL;
	row.last = r->has_last_value ? r->last_value_e4
	    : then != NULL           ? then->value_e4
				     : 0;
	row.rank = (uint32_t)r->rank;
	row.last_rank = r->last_rank != 0 ? (uint32_t)r->last_rank
	    : then != NULL                ? (uint32_t)then->rank
					  : 0;
	row.agreed_rank = (uint32_t)r->agreed_rank;
	row.before_rank = before != NULL ? (uint32_t)before->rank : 0;
	row.seq = r->seq;
	kc_portrait_put(x, &row);
}

static void
indicator_rows(struct kc_vx *x)
{
	for (uint32_t i = 0; i < x->st->indicators.n; i++) {
		const struct kc_indicator *n = x->st->indicators.v[i];

		if (!kc_indicator_measures(x->st, i, x->unit->index))
			continue;
		for (const struct kc_report *r = report_before(n, INT32_MAX);
		     r != NULL; r = report_before(n, r->quarter))
			report_row(x, n, r);
	}
}

/* --- lights of its nodes, by quarter --- */
static void
light_rows(struct kc_vx *x, int year)
{
	uint64_t n[KC_QUARTERS][KC_LIGHTS] = {{0}};
	uint64_t was[KC_QUARTERS][KC_LIGHTS] = {{0}};
	bool listed = kc_list_of(x->st, x->unit->index, year - 1) != NULL;

	kc_nodes_lights(x, x->unit->index, year, n);
	kc_nodes_lights(x, x->unit->index, year - 1, was);
	for (unsigned q = 0; q < KC_QUARTERS; q++)
		for (unsigned p = 0; p < KC_LIGHTS; p++) {
			struct kc_portrait_row r =
			    kc_portrait_begin("light", year);

			if (n[q][p] == 0)
				continue;
			r.quarter = year * 4 + (int32_t)q;
			r.item = kc_light_text((enum kc_light)p, KC_LANG_EN);
			r.label = kc_light_text((enum kc_light)p, x->lang);
			r.count = true;
			r.value = (int64_t)n[q][p];
			r.has_last = listed;
			r.last = (int64_t)was[q][p];
			kc_portrait_put(x, &r);
		}
}

enum kc_err
kc_render_portrait(struct kc_vx *x)
{
	enum kc_err err = kc_vx_want_unit(x);

	if (err != KC_OK)
		return err;
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_word(x, "group", KC_SET_GROUP, x->unit->group);
	kc_vx_rows(x);
	err = kc_portrait_scores(x);
	indicator_rows(x);
	for (uint32_t i = x->st->cycles.n; i-- > 0;)
		light_rows(x, x->st->cycles.v[i]->year);
	kc_portrait_losses(x);
	return err;
}
