/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators with their reports. */
#include "indicator.h"
#include "noun/vx.h"

static void
write_number(struct kc_vx *x, const char *key, int64_t v)
{
	if (v != 0)
		kc_vx_i64(x, key, v);
	else
		kc_vx_null(x, key);
}

static void
report_row(
    struct kc_vx *x, const struct kc_indicator *n, const struct kc_report *r)
{
	struct kc_buf quarter = {0};

	if (kc_vx_passes(x))
		return;
	kc_buf_quarter(&quarter, r->quarter);
	kc_vx_row(x);
	kc_vx_str(x, "indicator", n->code);
	kc_vx_unit(x, "unit", n->unit);
	kc_vx_buf(x, "quarter", &quarter);
	kc_vx_points(x, "value", r->value_e4);
	if (r->has_last_value)
		kc_vx_points(x, "last_value", r->last_value_e4);
	else
		kc_vx_null(x, "last_value");
	write_number(x, "rank", r->rank);
	write_number(x, "last_rank", r->last_rank);
	write_number(x, "agreed_rank", r->agreed_rank);
	kc_vx_word(x, "direction", KC_SET_DIRECTION, n->direction);
	kc_vx_str(x, "measure", n->measure);
	kc_vx_str(x, "name", n->name);
	kc_vx_u64(x, "seq", r->seq);
	kc_vx_end(x);
	kc_buf_free(&quarter);
}

enum kc_err
kc_render_indicators(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->indicators.n; i++) {
		const struct kc_indicator *n = x->st->indicators.v[i];

		if ((x->unit != NULL &&
			!kc_indicator_measures(x->st, i, x->unit->index)) ||
		    !kc_vx_sees_indicator(x, n->unit, i))
			continue;
		for (uint32_t j = 0; j < n->reports.n; j++)
			if (x->cycle == NULL ||
			    n->reports.v[j].quarter / 4 == x->year)
				report_row(x, n, &n->reports.v[j]);
	}
	return KC_OK;
}
