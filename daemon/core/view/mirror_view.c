/* SPDX-License-Identifier: Apache-2.0 */
/* The mirror as a view: each clause, the whole city first, then who judged. */
#include "mirror.h"

#include <stdlib.h>
#include <string.h>

static int
up(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int
by_clause(const struct kc_mirror_entry *a, const struct kc_mirror_entry *b)
{
	int order = up(a->sort, b->sort);

	if (order == 0)
		order = up(a->order, b->order);
	if (order == 0)
		order = up(a->no, b->no);
	return order != 0 ? order : strcmp(a->id, b->id);
}

static int
by_assessor(const void *pa, const void *pb)
{
	const struct kc_mirror_entry *a = pa;
	const struct kc_mirror_entry *b = pb;
	int order = by_clause(a, b);

	return order != 0 ? order : up(a->assessor, b->assessor);
}

static struct kc_mirror_sums
sum(const struct kc_mirror_entry *from, const struct kc_mirror_entry *to)
{
	struct kc_mirror_sums s = {0};

	for (; from < to; from++) {
		s.n += from->is.n;
		for (unsigned i = 0; i < KC_BECAME_COUNT; i++)
			s.became[i] += from->is.became[i];
		s.disputed += from->is.disputed;
		s.overturned += from->is.overturned;
		s.points_e4 += from->is.points_e4;
		s.returned_e4 += from->is.returned_e4;
	}
	return s;
}

/* --- members --- */
/* A share in basis points, to the nearest; null of nothing. */
static void
put_rate(struct kc_vx *x, const char *key, uint64_t part, uint64_t whole)
{
	struct kc_buf text = {0};

	if (whole == 0) {
		kc_vx_null(x, key);
		return;
	}
	kc_buf_percent(&text, (int64_t)((part * 10000 + whole / 2) / whole));
	kc_vx_buf(x, key, &text);
	kc_buf_free(&text);
}

enum rate {
	USE,
	TAKEN,
	LESS,
	EXEMPT,
	DECLINED,
	RETURN,
	DISPUTED,
	OVERTURNED,
	RATES
};
static const char *const rate_keys[RATES][2] = {
    [USE] = {"use_rate", "use_mean"},
    [TAKEN] = {"taken_rate", "taken_mean"},
    [LESS] = {"less_rate", "less_mean"},
    [EXEMPT] = {"exempt_rate", "exempt_mean"},
    [DECLINED] = {"declined_rate", "declined_mean"},
    [RETURN] = {"return_rate", "return_mean"},
    [DISPUTED] = {"disputed_rate", "disputed_mean"},
    [OVERTURNED] = {"overturned_rate", "overturned_mean"},
};

static void
put_rates(struct kc_vx *x, const struct kc_mirror_sums *s, bool targets,
    uint64_t judged, bool mean)
{
	const uint64_t part[RATES] = {
	    [USE] = s->n,
	    [TAKEN] = s->became[KC_BECAME_FULL] + s->became[KC_BECAME_LESS],
	    [LESS] = s->became[KC_BECAME_LESS],
	    [EXEMPT] = s->became[KC_BECAME_EXEMPT],
	    [DECLINED] = s->became[KC_BECAME_DECLINED],
	    [RETURN] = (uint64_t)s->returned_e4,
	    [DISPUTED] = s->disputed,
	    [OVERTURNED] = s->overturned,
	};
	uint64_t whole[RATES];

	for (unsigned i = 0; i < RATES; i++)
		whole[i] = s->n;
	whole[USE] = judged;
	whole[RETURN] = targets ? (uint64_t)s->points_e4 : 0;
	for (unsigned i = 0; i < RATES; i++)
		put_rate(x, rate_keys[i][mean], part[i], whole[i]);
}

static void
put_clause(struct kc_vx *x, const struct kc_mirror_entry *e)
{
	static const char *const sorts[KC_CLAUSE_SORTS] = {
	    [KC_CLAUSE_SITUATION] = "situation",
	    [KC_CLAUSE_ITEM] = "item",
	    [KC_CLAUSE_BONUS] = "bonus"};
	struct kc_buf no = {0};

	kc_vx_str(x, "sort", sorts[e->sort]);
	if (e->no > 0)
		kc_buf_u64(&no, e->no);
	else
		kc_buf_str(&no, e->id);
	kc_vx_buf(x, "clause", &no);
	kc_vx_str(x, "text", kc_vx_say(x, e->zh, e->en));
	kc_buf_free(&no);
}

static void
put_sums(struct kc_vx *x, const struct kc_mirror_sums *s)
{
	static const char *const words[KC_BECAME_COUNT] = {"full", "less",
	    "exempted", "declined", "lapsed", "withdrawn", "revoked",
	    "waiting"};

	kc_vx_u64(x, "decided", s->n);
	for (unsigned i = 0; i < KC_BECAME_COUNT; i++)
		kc_vx_u64(x, words[i], s->became[i]);
	kc_vx_u64(x, "disputed", s->disputed);
	kc_vx_u64(x, "overturned", s->overturned);
	kc_vx_points(x, "points", s->points_e4);
	kc_vx_points(x, "returned", s->returned_e4);
}

/* assessor KC_NONE: the city. Only a situation is of a target, and returns. */
static void
put_row(struct kc_vx *x, const struct kc_mirror *m,
    const struct kc_mirror_entry *e, uint32_t assessor,
    const struct kc_mirror_sums *s, const struct kc_mirror_sums *city)
{
	bool targets = e->sort == KC_CLAUSE_SITUATION;
	uint64_t all = targets ? m->judged[x->st->units.n] : 0;
	const char *name = assessor == KC_NONE
	    ? NULL
	    : kc_vx_unit_name(x, x->st->units.v[assessor]);
	uint64_t judged =
	    targets && assessor != KC_NONE ? m->judged[assessor] : all;

	(void)kc_vx_sees(x, assessor, KC_NONE);
	kc_vx_row(x);
	kc_vx_u64(x, "depth", assessor != KC_NONE);
	put_clause(x, e);
	kc_vx_unit(x, "assessor", assessor);
	kc_vx_str(x, "name", name);
	kc_vx_str(x, "label", name != NULL ? name : kc_vx_say(x, e->zh, e->en));
	if (targets)
		kc_vx_u64(x, "judged", judged);
	else
		kc_vx_null(x, "judged");
	put_sums(x, s);
	put_rates(x, s, targets, judged, false);
	put_rates(x, city, targets, all, true);
	kc_vx_end(x);
}

/* Those of one clause: the city, and each who judged. */
static void
put_clause_rows(struct kc_vx *x, const struct kc_mirror *m,
    const struct kc_mirror_entry *from, const struct kc_mirror_entry *to)
{
	struct kc_mirror_sums city = sum(from, to);

	put_row(x, m, from, KC_NONE, &city, &city);
	while (from < to) {
		const struct kc_mirror_entry *next = from;
		struct kc_mirror_sums own;

		while (next < to && next->assessor == from->assessor)
			next++;
		own = sum(from, next);
		if (from->assessor != KC_NONE)
			put_row(x, m, from, from->assessor, &own, &city);
		from = next;
	}
}

enum kc_err
kc_render_mirror(struct kc_vx *x)
{
	struct kc_mirror m = {0};
	const struct kc_policy *p;
	enum kc_err err = kc_vx_want_cycle(x);

	if (err != KC_OK)
		return err;
	p = kc_cycle_policy(x->st, x->cycle);
	if (p == NULL)
		return kc_refuse(
		    x->why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	err = kc_mirror_gather(&m, x, p);
	if (err == KC_OK) {
		const struct kc_mirror_entry *end = m.all.v + m.all.n;

		qsort(m.all.v, m.all.n, sizeof(*m.all.v), by_assessor);
		kc_vx_str(x, "policy", p->name);
		kc_vx_rows(x);
		for (const struct kc_mirror_entry *e = m.all.v; e < end;) {
			const struct kc_mirror_entry *next = e;

			while (next < end && by_clause(next, e) == 0)
				next++;
			put_clause_rows(x, &m, e, next);
			e = next;
		}
	}
	kc_mirror_free(&m);
	return err;
}
