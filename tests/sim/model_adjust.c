/* SPDX-License-Identifier: Apache-2.0 */
/* The model's adjustments and withdrawals: where points go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

static struct m_target *
target_of(struct sim *s, struct kc_slice code)
{
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (kc_slice_is(code, s->m.targets[i].code))
			return &s->m.targets[i];
	sim_fail(s, "points of no target", __FILE__, __LINE__);
	return NULL;
}

static struct m_adjust *
adjust_of(struct sim *s, struct kc_slice handle)
{
	for (unsigned i = 0; i < s->m.nadjusts; i++)
		if (kc_slice_is(handle, s->m.adjusts[i].handle))
			return &s->m.adjusts[i];
	sim_fail(s, "an adjustment that nobody proposed", __FILE__, __LINE__);
	return NULL;
}

/* What the units' classes come to, all in one number a class. */
static void
sums(const struct sim *s, int64_t out[KC_TARGET_CLASS_COUNT])
{
	memset(out, 0, KC_TARGET_CLASS_COUNT * sizeof(*out));
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (s->m.targets[i].active)
			out[s->m.targets[i].class] += s->m.targets[i].weight;
}

static void
add_share(struct sim *s, struct m_adjust *a, struct kc_slice code, int64_t e4)
{
	struct m_target *t = target_of(s, code);

	assert_true(a->n < M_SHARES);
	sim_require(s, t->active, "adjusted, and no part of the year");
	sim_require(s, e4 > 0, "adjusted to no points");
	for (unsigned i = 0; i < s->m.nadjusts; i++)
		for (unsigned j = 0;
		     s->m.adjusts[i].open && j < s->m.adjusts[i].n; j++)
			sim_require(s,
			    strcmp(s->m.adjusts[i].targets[j], t->code) != 0,
			    "two adjustments of a target");
	m_copy(a->targets[a->n], code);
	a->to[a->n++] = e4;
}

static void
propose(struct sim *s, const struct kc_entry *e)
{
	struct m_adjust *a = &s->m.adjusts[s->m.nadjusts];
	struct kc_slice code = kc_entry_str(e, KC_F_target_adjust_target);

	assert_true(s->m.nadjusts < SIM_MAX);
	m_copy(a->handle, kc_state_last_handle(s->m.twin));
	add_share(s, a, code,
	    kc_entry_num(
		e, KC_F_target_adjust_weight, target_of(s, code)->weight));
	for (unsigned i = 0; i < kc_entry_count(e, KC_F_target_adjust_other);
	     i++)
		add_share(s, a,
		    kc_entry_item(e, KC_F_target_adjust_other, i)->raw,
		    kc_entry_item(e, KC_F_target_adjust_other_weight, i)->num);
	a->open = true;
	s->m.nadjusts++;
}

static void
adopt(struct sim *s, struct m_adjust *a)
{
	int64_t before[KC_TARGET_CLASS_COUNT], after[KC_TARGET_CLASS_COUNT];

	sim_require(s, a->stage == 2, "in effect before its reviews");
	sums(s, before);
	/* One alone changes no points, which may be others by now. */
	for (unsigned i = 0; a->n > 1 && i < a->n; i++)
		target_of(s, kc_slice_str(a->targets[i]))->weight = a->to[i];
	sums(s, after);
	sim_require(s, memcmp(before, after, sizeof(before)) == 0,
	    "an adjustment changed what a class comes to");
}

static void
take_away(struct sim *s, const struct kc_entry *e)
{
	struct m_target *t =
	    target_of(s, kc_entry_str(e, KC_F_target_remove_target));
	int64_t left = t->weight;

	sim_require(s, t->active && t->completion < 0, "withdrawn twice");
	for (unsigned i = 0; i < s->m.ncases; i++)
		sim_require(s,
		    s->m.cases[i].stage == M_ENDED ||
			strcmp(s->m.cases[i].target, t->code) != 0,
		    "withdrawn with an open case");
	for (unsigned i = 0; i < kc_entry_count(e, KC_F_target_remove_into);
	     i++) {
		struct m_target *to = target_of(
		    s, kc_entry_item(e, KC_F_target_remove_into, i)->raw);
		int64_t gain =
		    kc_entry_item(e, KC_F_target_remove_gain, i)->num;

		sim_require(s,
		    to->active && to->class == t->class &&
			strcmp(to->unit, t->unit) == 0,
		    "points left their class");
		to->weight += gain;
		left -= gain;
	}
	sim_require(s,
	    left == 0 || (left > 0 && t->class == KC_TARGET_CLASS_DYNAMIC),
	    "points were lost");
	t->active = false;
}

void
m_read_adjusts(struct sim *s, const struct kc_entry *e)
{
	enum kc_kind_id kind = e->kind->id;
	struct m_adjust *a;

	if (kind == KC_K_target_adjust)
		propose(s, e);
	if (kind == KC_K_target_remove)
		take_away(s, e);
	if (strncmp(e->kind->name, "adjust.", 7) != 0 ||
	    kind == KC_K_adjust_order)
		return;
	a = adjust_of(s, kc_entry_str(e, 0));
	sim_require(s, a->open, "a step of what has ended");
	if (kind == KC_K_adjust_read)
		adopt(s, a);
	if (kind == KC_K_adjust_approve_first ||
	    kind == KC_K_adjust_approve_second)
		sim_require(s,
		    a->stage++ == (kind == KC_K_adjust_approve_second),
		    "reviewed out of turn");
	else
		a->open = false;
}
