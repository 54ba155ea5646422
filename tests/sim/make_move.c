/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Things as the tables of moves have them: what states each may be in after
 * the entries so far, whether the next entry is a move that it has, and a
 * statement that would be one. A noun whose machine is named like the field
 * that names its objects comes in by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/noun.h"
#include "model_int.h"

/* --- which machines --- */
/* The name space of what a machine is of; false if no field names it. */
static bool
names_of(enum kc_machine_id m, unsigned *ns, const struct kc_named **named)
{
	const char *name = kc_machine_get(m)->name;

	for (size_t i = 0; i < kc_nouns_n; i++)
		for (int j = 0; j < KC_NOUN_NAMED; j++) {
			if (kc_nouns[i]->named[j].field == NULL ||
			    /* What is judged; rights and people are made and
			     * taken by statements of their own. */
			    kc_nouns[i]->named[j].judged == NULL ||
			    strcmp(kc_nouns[i]->named[j].field, name) != 0)
				continue;
			*ns = kc_nouns[i]->named[j].ns;
			*named = &kc_nouns[i]->named[j];
			return true;
		}
	return false;
}

static int
field_of(const struct kc_kind *k, enum kc_machine_id m)
{
	return kc_kind_field(k, kc_slice_str(kc_machine_get(m)->name));
}

/* --- what stands --- */
static struct m_thing *
thing_of(struct sim *s, enum kc_machine_id m, struct kc_slice name)
{
	for (unsigned i = 0; i < s->m.nthings; i++)
		if (s->m.things[i].machine == m &&
		    kc_slice_is(name, s->m.things[i].name))
			return &s->m.things[i];
	return NULL;
}

static void
make_thing(
    struct sim *s, enum kc_machine_id m, struct kc_slice name, uint32_t states)
{
	struct m_thing *t = &s->m.things[s->m.nthings++];

	assert_true(s->m.nthings <= SIM_MAX);
	sim_require(s, thing_of(s, m, name) == NULL, "made twice");
	t->machine = m;
	t->states = states;
	m_copy(t->name, name);
}

/* The entry names the thing, or is one of those that move all of a kind. */
static void
move_things(struct sim *s, const struct kc_entry *e, const struct kc_move *v,
    enum kc_machine_id m)
{
	int field = field_of(e->kind, m);
	struct m_thing *t;

	if (v->from == 0) {
		make_thing(s, m,
		    field >= 0 ? kc_entry_str(e, (unsigned)field)
			       : kc_state_last_handle(s->m.twin),
		    v->to);
		return;
	}
	for (unsigned i = 0; field < 0 && i < s->m.nthings; i++) {
		t = &s->m.things[i];
		if (t->machine == m && (t->states & v->from) != 0)
			t->states |= v->to;
	}
	if (field < 0)
		return;
	t = thing_of(s, m, kc_entry_str(e, (unsigned)field));
	sim_require(s, t != NULL && (t->states & v->from) != 0,
	    "a move that its machine does not have");
	t->states = v->to != KC_STATE_STAYS ? v->to : t->states & v->from;
}

/* What the clerk's entry ended may be where it was. */
static void
take_back(struct m_thing *t)
{
	const struct kc_machine *m = kc_machine_get(t->machine);

	for (unsigned i = 0; i < m->nmoves; i++)
		if (m->moves[i].party == KC_PARTY_CLERK &&
		    m->moves[i].limit >= 0 && (m->moves[i].to & t->states) != 0)
			t->states |= m->moves[i].from;
}

void
m_read_moves(struct sim *s, const struct kc_entry *e)
{
	const struct kc_named *named;
	unsigned ns;

	for (unsigned i = 0;
	     e->kind->id == KC_K_deadline_move && i < s->m.nthings; i++)
		take_back(&s->m.things[i]);
	for (int m = 0; m < KC_M_COUNT; m++) {
		const struct kc_move *v =
		    kc_machine_move((enum kc_machine_id)m, e->kind->id);

		if (v != NULL && names_of((enum kc_machine_id)m, &ns, &named))
			move_things(s, e, v, (enum kc_machine_id)m);
	}
}

/* --- what may come next --- */
static const struct kc_move *
some_move(struct sim *s, const struct m_thing *t)
{
	const struct kc_machine *m = kc_machine_get(t->machine);
	unsigned first = (unsigned)sim_random(s, m->nmoves);

	for (unsigned i = 0; i < m->nmoves; i++) {
		const struct kc_move *v = &m->moves[(first + i) % m->nmoves];

		if ((v->from & t->states) != 0 && v->party != KC_PARTY_CLERK &&
		    field_of(kc_kind_get(v->kind), t->machine) >= 0)
			return v;
	}
	return NULL;
}

/* One that is of the unit, if the move asks for that. */
static void
signers(struct sim *s, struct statement *st, const struct kc_move *v,
    const char *unit)
{
	const struct kc_kind *k = kc_kind_get(v->kind);

	for (int tries = 0; tries < 40; tries++) {
		sim_signers(s, st, k);
		for (unsigned i = 0; i < s->m.nactors; i++)
			if (strcmp(st->by, s->m.actors[i].id) == 0 &&
			    strcmp(s->m.actors[i].unit, unit) == 0)
				return;
		if (v->party != KC_PARTY_UNIT)
			return;
	}
}

/* The code of the unit that a thing is of; the first one for a letter. */
static const char *
unit_of(const struct kc_state *st, const struct kc_named *named, uint32_t index)
{
	uint32_t i = 0;

	while (i + 1 < st->units.n && !named->of(st, index, i))
		i++;
	return st->units.v[i]->code;
}

bool
sim_move(struct sim *s, struct statement *st)
{
	const struct m_thing *t;
	const struct kc_move *v;
	const struct kc_kind *k;
	const struct kc_named *named;
	const char *of;
	unsigned ns;

	if (s->m.nthings == 0)
		return false;
	t = &s->m.things[sim_random(s, s->m.nthings)];
	v = some_move(s, t);
	if (v == NULL || !names_of(t->machine, &ns, &named))
		return false;
	k = kc_kind_get(v->kind);
	of = unit_of(
	    s->k.st, named, kc_find(s->k.st, ns, kc_slice_str(t->name)));
	sim_begin(st, k->id, "");
	signers(s, st, v, of);
	for (unsigned i = 0; i < k->nfields; i++) {
		if ((int)i == field_of(k, t->machine))
			sim_add(st, k->fields[i].name, t->name);
		else if (strcmp(k->fields[i].name, "unit") == 0)
			sim_add(st, "unit", of);
		else
			sim_any_field(s, st, &k->fields[i]);
	}
	return true;
}
