/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold after a step, by what the model knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"
#include "view/view_int.h"

#define CAP_TARGET 10000
#define CAP_UNIT 30000

/* --- what must hold --- */
static int64_t
rounded(int64_t a, int64_t b, int64_t c)
{
	return (a * b * 2 + c) / (c * 2);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What is kept of a unit: capped a target, then for the unit. */
static int64_t
kept(const struct sim *s, const char *unit)
{
	int64_t all = 0;

	for (unsigned t = 0; t < s->m.ntargets; t++) {
		int64_t sum = 0;

		for (unsigned i = 0; i < s->m.ncases; i++) {
			const struct m_case *c = &s->m.cases[i];

			if (c->counts && !m_case_yields(s, c) &&
			    strcmp(c->target, s->m.targets[t].code) == 0 &&
			    strcmp(c->unit, unit) == 0)
				sum += c->deducted - c->returned;
		}
		all += smaller(sum, CAP_TARGET);
	}
	return smaller(all, CAP_UNIT);
}

int64_t
m_total_of(const struct sim *s, const char *unit)
{
	int64_t earned = 0, reserve = 100000, total;

	for (unsigned i = 0; i < s->m.ntargets; i++) {
		const struct m_target *t = &s->m.targets[i];

		if (!t->active || strcmp(t->unit, unit) != 0)
			continue;
		earned += t->completion < 0
		    ? t->weight
		    : rounded(t->weight, t->completion, 10000);
		if (t->class == KC_TARGET_CLASS_DYNAMIC)
			reserve -= t->weight;
	}
	sim_require(s, reserve >= 0, "more than the reserve was given out");
	total = m_with_panels(s, unit,
		    earned + rounded(reserve, earned, 1000000 - reserve)) -
	    kept(s, unit) - m_negative_of(s, unit) + m_bonus_of(s, unit);
	return total < 0 ? 0 : total;
}

static void
check_scores(struct sim *s)
{
	const struct kc_state *st = s->k.st;
	const struct kc_cycle *cycle = kc_cycle_of(st, 2022);
	struct kc_unit_score score;
	struct kc_refusal why = {0};

	for (uint32_t i = 0; i < st->units.n; i++) {
		const struct kc_unit *u = st->units.v[i];

		assert_int_equal(
		    kc_unit_score(st, u, cycle, &score, &why), KC_OK);
		sim_require(s, score.score.total_e4 == m_total_of(s, u->code),
		    "the score differs from the model's");
	}
}

/* None is lost, each has its points, and is whose it should be. */
static void
check_targets(struct sim *s)
{
	const struct kc_state *st = s->k.st;

	sim_require(s, st->targets.n == s->m.ntargets, "number of targets");
	for (unsigned i = 0; i < s->m.ntargets; i++) {
		const struct kc_target *t = st->targets.v[i];
		const struct m_target *m = &s->m.targets[i];

		sim_require(s, strcmp(t->code, m->code) == 0, "targets");
		sim_require(s, t->weight_e4 == m->weight, "points of a target");
		sim_require(s, strcmp(st->units.v[t->unit]->code, m->unit) == 0,
		    "a target of another unit");
	}
}

static void
check_cases(struct sim *s)
{
	sim_require(s, s->k.st->cases.n == s->m.ncases, "number of cases");
	for (unsigned i = 0; i < s->m.ncases; i++) {
		const struct kc_case *c = s->k.st->cases.v[i];
		const struct m_case *m = &s->m.cases[i];

		sim_require(s, strcmp(c->handle, m->handle) == 0, "handles");
		sim_require(s, c->deducted_e4 == m->deducted, "deducted");
		sim_require(s, c->returned_e4 == m->returned, "returned");
		sim_require(s, m->returned <= m->deducted * 8 / 10,
		    "more than 80 % returned");
		sim_require(s, kc_case_open(c) == (m->stage != M_ENDED),
		    "an end that the model does not know");
	}
}

/* Of a cadre and quarter one proposal stands, and none waits for nothing. */
static void
check_proposals(struct sim *s)
{
	const struct kc_state *st = s->k.st;

	for (uint32_t i = 0; i < st->proposals.n; i++) {
		const struct kc_proposal *p = st->proposals.v[i];
		unsigned standing = 0;

		for (uint32_t j = 0; j < st->proposals.n; j++) {
			const struct kc_proposal *o = st->proposals.v[j];

			standing += o->cadre == p->cadre &&
			    o->quarter == p->quarter &&
			    (o->state == KC_PS_DUE ||
				o->state == KC_PS_PROPOSED ||
				o->state == KC_PS_LOST);
		}
		sim_require(s, standing <= 1, "two losses for one quarter");
		sim_require(s, p->state != KC_PS_HELD || standing == 1,
		    "a proposal is held back by none");
	}
}

bool
model_clerk_lives(const struct sim *s)
{
	for (unsigned i = 0; i < s->m.nactors; i++)
		if (strcmp(s->m.actors[i].id, "clerk") == 0)
			return s->m.actors[i].live;
	return false;
}

void
model_check(struct sim *s)
{
	struct kc_hash mine = kit_digest(&s->k), its;

	assert_int_equal(kc_state_digest(s->m.twin, &its), KC_OK);
	sim_require(s, kc_hash_eq(&mine, &its),
	    "the twin that saw no refusal has another digest");
	check_targets(s);
	check_cases(s);
	m_due_check(s);
	check_proposals(s);
	check_scores(s);
}

void
model_free(struct sim *s)
{
	kc_state_free(s->m.twin);
}
