/* SPDX-License-Identifier: Apache-2.0 */
/* The list of results of a year: who stands where, by which grade; its text,
 * and the hash that is signed. */
#include "yearend.h"

#include <stdlib.h>
#include <string.h>

#include "noun/dispute/dispute.h"

_Static_assert((int)KC_YEAR_GRADE_FIRST == (int)KC_GRADED_FIRST &&
	(int)KC_YEAR_GRADE_SECOND == (int)KC_GRADED_SECOND &&
	(int)KC_YEAR_GRADE_THIRD == (int)KC_GRADED_THIRD &&
	(int)KC_YEAR_GRADE_COUNT == (int)KC_GRADED_COUNT,
    "the vocabulary and the arithmetic number the grades alike");

/* --- found ------------------------------------------------------------------
 */
static struct kc_result
result_of(const struct kc_state *st, int year, const struct kc_ranked *r,
    const struct kc_place *p, bool graded)
{
	return (struct kc_result){.unit = r->unit->index,
	    .group = r->unit->group,
	    .score = r->score.total_e4,
	    .rank = p->rank,
	    .grade = graded ? p->grade : KC_GRADED_NOT,
	    .ruling = graded && p->ruled
		? kc_regrade_of(st, year, r->unit->index)->dispute
		: KC_NONE,
	    .group_rank = p->group_rank,
	    .group_size = p->group_size,
	    .parts = r->score};
}

/* A unit of the list and its code, to be sorted by it. */
struct listed {
	const char *code;
	struct kc_result r;
};

static int
by_code(const void *a, const void *b)
{
	return strcmp(
	    ((const struct listed *)a)->code, ((const struct listed *)b)->code);
}

void
kc_place_ranked(const struct kc_state *st, const struct kc_cycle *c,
    const struct kc_ranked *all, size_t n, struct kc_place *out)
{
	struct kc_grade_rules rules;

	for (size_t i = 0; i < n; i++)
		out[i] = kc_ranked_place(&all[i]);
	kc_policy_grade_rules(kc_cycle_policy(st, c), &rules);
	kc_place_ranks(out, n);
	kc_place_grades(&rules, out, n);
	for (size_t i = 0; i < n && st->regrades.n > 0; i++) {
		const struct kc_regrade *r =
		    kc_regrade_of(st, c->year, all[i].unit->index);

		if (r != NULL)
			kc_place_at_least(&out[i], (enum kc_graded)r->grade);
	}
}

static void
fill(const struct kc_state *st, const struct kc_cycle *c,
    const struct kc_ranked *all, size_t n, struct kc_place *v,
    struct listed *list, struct kc_results *out)
{
	kc_place_ranked(st, c, all, n, v);
	for (; out->n < n && all[out->n].listed; out->n++)
		list[out->n] = (struct listed){all[out->n].unit->code,
		    result_of(
			st, c->year, &all[out->n], &v[out->n], out->graded)};
	qsort(list, out->n, sizeof(*list), by_code);
	for (uint32_t i = 0; i < out->n; i++)
		out->v[i] = list[i].r;
}

static enum kc_err
place_all(const struct kc_state *st, const struct kc_cycle *c,
    const struct kc_ranked *all, size_t n, struct kc_results *out)
{
	struct kc_place *v = kc_alloc((n + 1) * sizeof(*v));
	struct listed *list = kc_alloc((n + 1) * sizeof(*list));
	enum kc_err err = KC_ENOMEM;

	out->cap = (uint32_t)n + 1;
	out->v = kc_alloc(out->cap * sizeof(*out->v));
	if (v != NULL && list != NULL && out->v != NULL) {
		fill(st, c, all, n, v, list, out);
		err = KC_OK;
	}
	kc_free(v);
	kc_free(list);
	return err;
}

/* --- as text ----------------------------------------------------------------
 */
static void
put_number(struct kc_buf *b, uint32_t v)
{
	kc_buf_char(b, ' ');
	if (v == 0)
		kc_buf_char(b, '-');
	else
		kc_buf_u64(b, v);
}

static void
put_result(
    struct kc_buf *b, const struct kc_state *st, const struct kc_result *r)
{
	const struct kc_score *s = &r->parts;
	const int64_t points[] = {r->score, s->earned_e4[KC_CLASS_KEY],
	    s->earned_e4[KC_CLASS_ROUTINE], s->earned_e4[KC_CLASS_DYNAMIC],
	    s->credit_e4, s->panel_e4, s->negative_e4, s->retained_e4,
	    s->bonus_e4};

	kc_buf_str(b, "unit ");
	kc_buf_str(b, st->units.v[r->unit]->code);
	kc_buf_char(b, ' ');
	kc_buf_str(b, kc_word_text(KC_SET_GROUP, r->group));
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		kc_buf_char(b, ' ');
		kc_buf_points(b, points[i]);
	}
	put_number(b, r->rank);
	put_number(b, r->group_rank);
	put_number(b, r->group_size);
	kc_buf_char(b, ' ');
	kc_buf_str(b,
	    r->grade == KC_GRADED_NOT
		? "-"
		: kc_word_text(KC_SET_YEAR_GRADE, r->grade));
	if (r->ruling != KC_NONE) {
		kc_buf_str(b, " ruling ");
		kc_buf_str(b, st->disputes.v[r->ruling]->handle);
	}
	kc_buf_char(b, '\n');
}

void
kc_buf_results(struct kc_buf *b, const struct kc_state *st,
    const struct kc_yearend *y, const struct kc_results *r)
{
	kc_buf_str(b, "kaocheng/v1 results\nledger ");
	kc_buf_str(b, st->origin);
	kc_buf_str(b, "\nyear ");
	kc_buf_i64(b, y->year);
	kc_buf_str(b, "\nversion ");
	kc_buf_u64(b, y->version);
	kc_buf_str(b, r->graded ? "\nlist graded\n" : "\nlist draft\n");
	for (uint32_t i = 0; i < r->n; i++)
		put_result(b, st, &r->v[i]);
}

/* --- the list ---------------------------------------------------------------
 */
static enum kc_err
hash_of(
    const struct kc_state *st, const struct kc_yearend *y, struct kc_results *r)
{
	struct kc_buf text = {0};
	enum kc_err err;

	kc_buf_results(&text, st, y, r);
	err = kc_buf_err(&text);
	if (err == KC_OK)
		r->hash = kc_sha256(text.p, text.n);
	kc_buf_free(&text);
	return err;
}

enum kc_err
kc_results_now(const struct kc_state *st, const struct kc_yearend *y,
    bool graded, struct kc_results *out, struct kc_refusal *why)
{
	const struct kc_cycle *c = kc_cycle_of(st, y->year);
	struct kc_ranked *all = NULL;
	size_t n = 0;
	enum kc_err err = kc_rank_units(st, c, &all, &n, why);

	*out = (struct kc_results){.graded = graded};
	if (err == KC_OK)
		err = place_all(st, c, all, n, out);
	if (err == KC_OK)
		err = hash_of(st, y, out);
	kc_free(all);
	if (err != KC_OK) {
		kc_free(out->v);
		*out = (struct kc_results){0};
	}
	return err;
}

enum kc_err
kc_results_ungraded(const struct kc_state *st, const struct kc_yearend *y,
    const struct kc_results *of, struct kc_results *out)
{
	enum kc_err err;

	*out = (struct kc_results){.n = of->n, .cap = of->n + 1};
	out->v = kc_alloc(out->cap * sizeof(*out->v));
	if (out->v == NULL)
		return KC_ENOMEM;
	for (uint32_t i = 0; i < of->n; i++) {
		out->v[i] = of->v[i];
		out->v[i].grade = KC_GRADED_NOT;
		out->v[i].ruling = KC_NONE;
	}
	err = hash_of(st, y, out);
	if (err != KC_OK) {
		kc_free(out->v);
		*out = (struct kc_results){0};
	}
	return err;
}

const struct kc_result *
kc_result_of(const struct kc_results *r, uint32_t unit)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->v[i].unit == unit)
			return &r->v[i];
	return NULL;
}

bool
kc_result_same(const struct kc_result *a, const struct kc_result *b)
{
	const struct kc_score *s = &a->parts, *t = &b->parts;

	return a->unit == b->unit && a->group == b->group &&
	    a->score == b->score && a->rank == b->rank &&
	    a->group_rank == b->group_rank && a->group_size == b->group_size &&
	    a->grade == b->grade && a->ruling == b->ruling &&
	    memcmp(s->earned_e4, t->earned_e4, sizeof(s->earned_e4)) == 0 &&
	    s->credit_e4 == t->credit_e4 && s->panel_e4 == t->panel_e4 &&
	    s->negative_e4 == t->negative_e4 &&
	    s->retained_e4 == t->retained_e4 && s->bonus_e4 == t->bonus_e4;
}
