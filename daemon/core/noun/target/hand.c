/* SPDX-License-Identifier: Apache-2.0 */
/* Targets that go from one unit to another, and the points of the lists that
 * they leave and come to (ADR 20). */
#include <kaocheng/arith.h>

#include "engine/noun.h"

#include "plan.h"

/* --- one target --------------------------------------------------------------
 */
/* The place of a duty in the other unit: the same clause, the one that is its
 * own before one that it had. */
static uint32_t
duty_in(const struct kc_unit *u, const struct kc_duty *d)
{
	uint32_t had = KC_NONE;

	for (uint32_t i = 0; i < u->duties.n; i++) {
		const struct kc_duty *of = &u->duties.v[i];

		if (of->seq != d->seq || of->text != d->text)
			continue;
		if (!of->gone)
			return i;
		had = i;
	}
	return had;
}

/* Its duties are those of the other unit, where each of them is by now. One of
 * a target that was withdrawn may have gone to a third: it is kept as one that
 * went. */
static enum kc_err
take_duties(
    struct kc_state *st, const struct kc_handover *h, struct kc_target *t)
{
	struct kc_unit *was = st->units.v[h->from], *is = st->units.v[h->into];
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < t->duties.n; i++) {
		uint32_t old = t->duties.v[i];
		uint32_t new = duty_in(is, &was->duties.v[old]);

		if (new == KC_NONE) {
			new = is->duties.n;
			err = kc_duty_hand_over(st, was, is, old);
			if (err == KC_OK)
				is->duties.v[new].gone = true;
		}
		t->duties.v[i] = new;
	}
	return err;
}

static enum kc_err
take(struct kc_state *st, const struct kc_handover *h, struct kc_target *t)
{
	struct kc_unit *was = st->units.v[h->from], *is = st->units.v[h->into];
	struct kc_list *from = kc_list_of(st, h->from, t->year);
	struct kc_list *into = kc_list_open(st, h->into, t->year);
	enum kc_err err;

	if (into == NULL ||
	    !kc_u32s_move(&from->targets, &into->targets, t->index) ||
	    !kc_u32s_move(&was->targets, &is->targets, t->index) ||
	    !kc_vec_push(&t->was, h->from) ||
	    !kc_vec_push(&t->went, (uint32_t)h->at->stamp.seq))
		return KC_ENOMEM;
	t->unit = h->into;
	err = take_duties(st, h, t);
	return err == KC_OK ? kc_log_event(st, h->at, &t->events) : err;
}

/* --- lists -------------------------------------------------------------------
 */
bool
kc_list_plans(const struct kc_state *st, const struct kc_list *l)
{
	for (uint32_t i = 0; i < l->targets.n; i++)
		if (st->targets.v[l->targets.v[i]]->state != KC_TS_WITHDRAWN)
			return true;
	return false;
}

/* The list is part of its year, or is none any more. */
static bool
put_in_year(struct kc_state *st, const struct kc_handover *h, struct kc_list *l)
{
	struct kc_u32s *of = &kc_cycle_of(st, l->year)->lists;
	bool issued = l->issued_seq != KC_NONE;
	uint32_t n = 0;

	if (issued ? l->targets.n > 0 : !kc_list_plans(st, l))
		return true;
	l->issued_seq = issued ? KC_NONE : (uint32_t)h->at->stamp.seq;
	if (!issued)
		return kc_vec_push(of, l->unit);
	for (uint32_t i = 0; i < of->n; i++)
		if (of->v[i] != l->unit)
			of->v[n++] = of->v[i];
	of->n = n;
	return true;
}

/* The targets of a class that count; *sum_e4 is what they come to. */
static uint32_t
of_class(const struct kc_state *st, const struct kc_list *l, unsigned class,
    uint32_t *to, int64_t *w, int64_t *sum_e4)
{
	uint32_t n = 0;

	*sum_e4 = 0;
	for (uint32_t i = 0; i < l->targets.n; i++) {
		const struct kc_target *t = st->targets.v[l->targets.v[i]];

		if (t->class_ != class || !kc_target_counts(t))
			continue;
		to[n] = t->index;
		w[n++] = t->weight_e4;
		*sum_e4 += t->weight_e4;
	}
	return n;
}

static enum kc_err
lay_class(struct kc_state *st, const struct kc_at *at, struct kc_list *l,
    unsigned class, uint32_t *of)
{
	int64_t *w = (int64_t *)(of + 2 * l->targets.n);
	int64_t *out = w + l->targets.n, sum_e4;
	int64_t want_e4 = kc_class_points(st, kc_cycle_of(st, l->year), class);
	uint32_t n = of_class(st, l, class, of, w, &sum_e4);
	enum kc_err err = KC_OK;

	if (class == KC_TARGET_CLASS_DYNAMIC && sum_e4 < want_e4)
		want_e4 = sum_e4;
	if (class == KC_TARGET_CLASS_DYNAMIC)
		l->dynamic_e4 = want_e4;
	kc_lay_points(w, n, want_e4, out);
	for (uint32_t i = 0; err == KC_OK && i < n; i++) {
		struct kc_target *t = st->targets.v[of[i]];

		if (out[i] == w[i])
			continue;
		if (!kc_target_renew(at, t))
			return KC_ENOMEM;
		t->weight_e4 = out[i];
		if (t->events.v[t->events.n - 1].seq != at->stamp.seq)
			err = kc_log_event(st, at, &t->events);
	}
	return err;
}

static enum kc_err
lay_list(struct kc_state *st, const struct kc_at *at, struct kc_list *l)
{
	uint32_t n = l->targets.n;
	uint32_t *of =
	    kc_alloc((size_t)n * 2 * (sizeof(*of) + sizeof(int64_t)));
	enum kc_err err = of == NULL ? KC_ENOMEM : KC_OK;

	for (unsigned k = 0; err == KC_OK && k < KC_TARGET_CLASS_COUNT; k++)
		err = lay_class(st, at, l, k, of);
	kc_free(of);
	return err;
}

/* What a leader ordered of one list holds for the other. */
static enum kc_err
settle(
    struct kc_state *st, const struct kc_handover *h, uint32_t unit, int year)
{
	struct kc_list *l = kc_list_of(st, unit, year);
	const struct kc_list *from = kc_list_of(st, h->from, year);

	if (l == NULL)
		return KC_OK;
	if (h->all && l->order_seq == KC_NONE && from != NULL)
		l->order_seq = from->order_seq;
	if (!put_in_year(st, h, l))
		return KC_ENOMEM;
	return l->targets.n > 0 ? lay_list(st, h->at, l) : KC_OK;
}

enum kc_err
kc_target_hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->targets.n; i++) {
		struct kc_target *t = st->targets.v[i];

		if (h->goes[i])
			err = take(st, h, t);
		if (t->year >= h->year)
			t->assessor = kc_judge_after(h, t->unit, t->assessor);
	}
	for (uint32_t i = 0; err == KC_OK && i < st->cycles.n; i++) {
		int year = st->cycles.v[i]->year;

		if (year < h->year)
			continue;
		err = settle(st, h, h->into, year);
		if (err == KC_OK)
			err = settle(st, h, h->from, year);
	}
	return err;
}
