/* SPDX-License-Identifier: Apache-2.0 */
/* The model: reads accepted notes, knows who may sign and what must hold. */
#include "sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

void
sim_fail(const struct sim *s, const char *what, const char *file, int line)
{
	print_error("%s:%d: seed %llu step %u: %s\n", file, line,
	    (unsigned long long)s->seed, s->step, what);
	_fail(file, line);
}

void
m_copy(char out[KC_CODE_MAX + 1], struct kc_slice v)
{
	assert_true(kc_slice_copy(out, KC_CODE_MAX + 1, v));
}

/* --- who may sign --- */
static struct m_actor *
actor_of(struct sim *s, struct kc_slice id)
{
	for (unsigned i = 0; i < s->m.nactors; i++)
		if (kc_slice_is(id, s->m.actors[i].id))
			return &s->m.actors[i];
	return NULL;
}

static bool
lent(const struct sim *s, unsigned from, unsigned to, enum kc_kind_id kind,
    kc_day day)
{
	for (unsigned i = 0; i < s->m.nloans; i++) {
		const struct m_loan *l = &s->m.loans[i];

		if (l->from == from && l->to == to && !l->ended &&
		    l->first <= day && day <= l->last &&
		    (l->kinds[kind / 64] >> (kind % 64) & 1) != 0)
			return true;
	}
	return false;
}

/* May actor i use the power of actor p in a place of the kind? */
static bool
may_use(const struct sim *s, unsigned i, unsigned p, enum kc_kind_id kind,
    unsigned place, kc_day day)
{
	const struct m_actor *a = &s->m.actors[p];
	uint32_t roles = kc_kind_get(kind)->signers.roles[place];

	if (a->retired || (a->roles & roles) == 0)
		return false;
	return i == p || lent(s, p, i, kind, day);
}

/* Is there an actor of this unit (any if NULL) whose power signer i may use
 * in the place? */
static bool
may_for(const struct sim *s, unsigned i, const char *unit, enum kc_kind_id kind,
    unsigned place, kc_day day)
{
	for (unsigned p = 0; p < s->m.nactors; p++)
		if (may_use(s, i, p, kind, place, day) &&
		    (unit == NULL || strcmp(s->m.actors[p].unit, unit) == 0))
			return true;
	return false;
}

/* Is there an order in which each may stand in its place? Every one is tried:
 * digit i of n is the place of signer i. */
static bool
may_all(const struct sim *s, const struct kc_entry *e,
    const unsigned who[KC_PLACES_MAX], kc_day day)
{
	const unsigned orders = 1u << 2 * KC_PLACES_MAX;

	for (unsigned n = 0; n < orders; n++) {
		unsigned taken = 0, i = 0;

		for (; i < e->nby; i++) {
			unsigned at = n >> 2 * i & 3;

			if (at >= e->nby || (taken >> at & 1) != 0 ||
			    !may_for(s, who[i], NULL, e->kind->id, at, day))
				break;
			taken |= 1u << at;
		}
		if (i == e->nby)
			return true;
	}
	return false;
}

void
m_check_signers(struct sim *s, const struct kc_entry *e, kc_day day)
{
	const struct kc_kind *k = e->kind;
	unsigned who[KC_PLACES_MAX] = {0};

	if (k->id == KC_K_ledger_open)
		return;
	sim_require(s, e->nby == k->signers.n, "number of signers");
	for (unsigned i = 0; i < e->nby; i++) {
		struct m_actor *a = actor_of(s, e->by[i]);

		sim_require(s, a != NULL && a->live && !a->retired,
		    "signed by nobody, or without a key in force");
		who[i] = (unsigned)(a - s->m.actors);
	}
	if (e->nby == 1) {
		sim_require(s, may_for(s, who[0], NULL, k->id, 0, day),
		    "an unauthorised signer");
		return;
	}
	for (unsigned i = 1; i < e->nby; i++)
		for (unsigned j = 0; j < i; j++)
			sim_require(
			    s, who[i] != who[j], "one person signed twice");
	sim_require(s, may_all(s, e, who, day), "unauthorised signers");
}

static bool
acts_for(struct sim *s, const struct kc_entry *e, const char *unit, kc_day day)
{
	for (unsigned i = 0; i < e->nby; i++) {
		unsigned who = (unsigned)(actor_of(s, e->by[i]) - s->m.actors);

		if (may_for(s, who, unit, e->kind->id, 0, day))
			return true;
	}
	return false;
}

/* Some signer may act for the unit. */
void
m_check_of_unit(
    struct sim *s, const struct kc_entry *e, const char *unit, kc_day day)
{
	sim_require(s, acts_for(s, e, unit, day), "signed for another unit");
}

/* Is it, or was it when that was granted, a target of what the grant names? */
static bool
is_over(const struct sim *s, const struct m_grant *g, const struct m_target *t)
{
	if (g->scope == KC_SCOPE_TARGET)
		return strcmp(g->object, t->code) == 0;
	if (g->scope != KC_SCOPE_UNIT)
		return g->scope == KC_SCOPE_ALL;
	for (unsigned i = 0; i < t->nhad; i++)
		if (strcmp(g->object, t->had[i].unit) == 0 &&
		    g < &s->m.grants[t->had[i].grants])
			return true;
	return strcmp(g->object, t->unit) == 0;
}

bool
m_holds_grant(const struct sim *s, const char *assessor,
    const struct m_target *t, kc_day day)
{
	for (unsigned i = 0; i < s->m.ngrants; i++) {
		const struct m_grant *g = &s->m.grants[i];

		if (is_over(s, g, t) && !g->withdrawn && g->first <= day &&
		    day <= g->last && strcmp(g->assessor, assessor) == 0)
			return true;
	}
	return false;
}

void
m_check_grant(
    struct sim *s, const char *assessor, const struct m_target *t, kc_day day)
{
	sim_require(s, strcmp(assessor, t->unit) != 0, "the own unit");
	sim_require(s, m_holds_grant(s, assessor, t, day),
	    "assessed without a grant in force");
}

void
m_check_judge(struct sim *s, const struct kc_entry *e, const struct m_case *c,
    const struct m_target *t, bool late, kc_day day)
{
	bool granted = m_holds_grant(s, c->assessor, t, day);

	if (granted && acts_for(s, e, c->assessor, day))
		return;
	sim_require(s, !granted || late, "a judge was passed over");
	sim_require(s, !kc_slice_is(e->by[0], c->unit), "judged itself");
	if (e->nby == 1 && e->kind->id != KC_K_feedback_deliver)
		sim_require(s,
		    !kc_slice_is(e->by[0], c->decider) &&
			!kc_slice_is(e->by[0], c->confirmer),
		    "judged alone by who decided or confirmed");
}

/* --- people and grants --- */
static struct m_actor *
add_actor(struct sim *s, struct kc_slice id, uint32_t roles)
{
	struct m_actor *a = actor_of(s, id);

	if (a == NULL) {
		assert_true(s->m.nactors < KIT_KEYS_MAX);
		a = &s->m.actors[s->m.nactors++];
		m_copy(a->id, id);
		a->roles = roles;
	}
	a->live = true;
	return a;
}

static struct kc_slice
key_name(struct kc_slice vkey)
{
	struct kc_slice name = {vkey.p, 0};

	while (name.n < vkey.n && vkey.p[name.n] != '+')
		name.n++;
	return name;
}

void
m_read_people(struct sim *s, const struct kc_entry *e)
{
	struct m_actor *a;
	uint32_t roles = 0;

	if (e->kind->id == KC_K_ledger_open) {
		add_actor(s, key_name(kc_entry_str(e, KC_F_ledger_open_clerk)),
		    1u << KC_ROLE_CLERK);
		for (unsigned i = 0;
		     i < kc_entry_count(e, KC_F_ledger_open_admin); i++)
			add_actor(s,
			    key_name(kc_entry_item(e, KC_F_ledger_open_admin, i)
					 ->raw),
			    1u << KC_ROLE_ADMIN);
	} else if (e->kind->id == KC_K_actor_enrol) {
		for (unsigned i = 0;
		     i < kc_entry_count(e, KC_F_actor_enrol_role); i++)
			roles |= 1u
			    << kc_entry_item(e, KC_F_actor_enrol_role, i)->num;
		a = add_actor(
		    s, kc_entry_str(e, KC_F_actor_enrol_actor), roles);
		m_copy(a->unit, kc_entry_str(e, KC_F_actor_enrol_unit));
		sim_require(s, a->roles == roles, "other roles by enrolling");
	} else if (e->kind->id == KC_K_actor_retire) {
		actor_of(s, kc_entry_str(e, KC_F_actor_retire_actor))->retired =
		    true;
	} else if (e->kind->id == KC_K_key_revoke) {
		actor_of(s, key_name(kc_entry_str(e, KC_F_key_revoke_key)))
		    ->live = false;
	} else if (e->kind->id == KC_K_role_give) {
		actor_of(s, kc_entry_str(e, KC_F_role_give_actor))->roles |= 1u
		    << kc_entry_num(e, KC_F_role_give_role, 0);
	} else if (e->kind->id == KC_K_role_take) {
		actor_of(s, kc_entry_str(e, KC_F_role_take_actor))->roles &=
		    ~(1u << kc_entry_num(e, KC_F_role_take_role, 0));
	}
}

void
m_read_loans(struct sim *s, const struct kc_entry *e)
{
	unsigned from = (unsigned)(actor_of(s, e->by[0]) - s->m.actors), to;
	struct m_loan *l;

	if (e->kind->id == KC_K_delegation_end) {
		to = (unsigned)(actor_of(s,
				    kc_entry_str(e, KC_F_delegation_end_to)) -
		    s->m.actors);
		for (unsigned i = 0; i < s->m.nloans; i++)
			if (s->m.loans[i].from == from &&
			    s->m.loans[i].to == to)
				s->m.loans[i].ended = true;
	}
	if (e->kind->id != KC_K_delegation_give)
		return;
	assert_true(s->m.nloans < SIM_MAX);
	l = &s->m.loans[s->m.nloans++];
	l->from = from;
	l->to =
	    (unsigned)(actor_of(s, kc_entry_str(e, KC_F_delegation_give_to)) -
		s->m.actors);
	sim_require(s, l->from != l->to, "lent to oneself");
	l->first = (kc_day)kc_entry_num(e, KC_F_delegation_give_from, 0);
	l->last = (kc_day)kc_entry_num(e, KC_F_delegation_give_until, 0);
	for (unsigned i = 0; i < kc_entry_count(e, KC_F_delegation_give_kind);
	     i++) {
		int64_t kind =
		    kc_entry_item(e, KC_F_delegation_give_kind, i)->num;

		l->kinds[kind / 64] |= UINT64_C(1) << (kind % 64);
	}
}

void
m_read_grants(struct sim *s, const struct kc_entry *e)
{
	struct m_grant *g;

	if (e->kind->id == KC_K_grant_withdraw)
		for (unsigned i = 0; i < s->m.ngrants; i++)
			if (kc_slice_is(
				kc_entry_str(e, KC_F_grant_withdraw_grant),
				s->m.grants[i].code))
				s->m.grants[i].withdrawn = true;
	if (e->kind->id != KC_K_grant_issue)
		return;
	assert_true(s->m.ngrants < SIM_MAX);
	g = &s->m.grants[s->m.ngrants++];
	m_copy(g->code, kc_entry_str(e, KC_F_grant_issue_grant));
	m_copy(g->assessor, kc_entry_str(e, KC_F_grant_issue_assessor));
	m_copy(g->object, kc_entry_str(e, KC_F_grant_issue_object));
	g->scope = kc_entry_num(e, KC_F_grant_issue_scope, 0);
	g->first = (kc_day)kc_entry_num(e, KC_F_grant_issue_from, 0);
	g->last = (kc_day)kc_entry_num(e, KC_F_grant_issue_until, 0);
}
