/* SPDX-License-Identifier: Apache-2.0 */
/* What each unit has in each year, and what differs between two states. */
#include "standing.h"

#include <stdlib.h>
#include <string.h>

static int
order(const struct kc_stand *a, const struct kc_stand *b)
{
	return a->year != b->year ? (a->year > b->year) - (a->year < b->year)
				  : strcmp(a->unit, b->unit);
}

static int
by_unit(const void *a, const void *b)
{
	return order(a, b);
}

enum kc_err
kc_standing_take(
    const struct kc_state *st, struct kc_standing *out, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	*out = (struct kc_standing){
	    .v = kc_alloc(
		((size_t)st->cycles.n * st->units.n + 1) * sizeof(out->v[0]))};
	if (out->v == NULL)
		return KC_ENOMEM;
	for (uint32_t y = 0; err == KC_OK && y < st->cycles.n; y++) {
		struct kc_ranked *all = NULL;
		size_t n = 0;

		err = kc_rank_units(st, st->cycles.v[y], &all, &n, why);
		for (size_t i = 0; err == KC_OK && i < n; i++)
			out->v[out->n++] = (struct kc_stand){
			    .unit = all[i].unit->code,
			    .year = st->cycles.v[y]->year,
			    .listed = all[i].listed,
			    .total_e4 =
				all[i].listed ? all[i].score.total_e4 : 0,
			    .rank = all[i].rank,
			};
		kc_free(all);
	}
	qsort(out->v, out->n, sizeof(out->v[0]), by_unit);
	return err;
}

void
kc_standing_release(struct kc_standing *s)
{
	kc_free(s->v);
	memset(s, 0, sizeof(*s));
}

bool
kc_standing_next(const struct kc_standing *a, const struct kc_standing *b,
    size_t *i, size_t *j, struct kc_stand_pair *out)
{
	const struct kc_stand *from = *i < a->n ? &a->v[*i] : NULL;
	const struct kc_stand *to = *j < b->n ? &b->v[*j] : NULL;
	int which;

	if (from == NULL && to == NULL)
		return false;
	which = from == NULL ? 1 : to == NULL ? -1 : order(from, to);
	if (which <= 0) {
		out->from = *from;
		out->to =
		    (struct kc_stand){.unit = from->unit, .year = from->year};
		(*i)++;
	}
	if (which >= 0) {
		out->to = *to;
		if (which > 0)
			out->from = (struct kc_stand){
			    .unit = to->unit, .year = to->year};
		(*j)++;
	}
	return true;
}

bool
kc_stand_differs(const struct kc_stand_pair *p)
{
	return p->from.listed != p->to.listed ||
	    p->from.total_e4 != p->to.total_e4 || p->from.rank != p->to.rank;
}

static void
put_side(struct kc_vx *x, const char *points, const char *rank,
    const struct kc_stand *s)
{
	if (s->listed)
		kc_vx_points(x, points, s->total_e4);
	else
		kc_vx_null(x, points);
	if (s->rank > 0)
		kc_vx_u64(x, rank, s->rank);
	else
		kc_vx_null(x, rank);
}

void
kc_vx_stand(struct kc_vx *x, const struct kc_stand_pair *p)
{
	kc_vx_str(x, "unit", p->from.unit);
	kc_vx_i64(x, "year", p->from.year);
	put_side(x, "from", "rank_from", &p->from);
	put_side(x, "to", "rank_to", &p->to);
	if (p->from.listed && p->to.listed)
		kc_vx_points(
		    x, "difference", p->to.total_e4 - p->from.total_e4);
	else
		kc_vx_null(x, "difference");
}
