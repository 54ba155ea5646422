/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a reform concerns: those who held something of either unit before it. */
#include "reform.h"

#include "engine/noun.h"

/* --- who is told -------------------------------------------------------------
 */
/* As whom; -1: not at all. */
static int
role_of(const struct kc_actor *a, bool judges)
{
	static const int roles[] = {
	    KC_ROLE_HEAD, KC_ROLE_LIAISON, KC_ROLE_ASSESSOR};

	for (unsigned i = 0; i < (judges ? 3 : 2) && !a->retired; i++)
		if ((a->roles & KC_ROLE_BIT(roles[i])) != 0)
			return roles[i];
	return -1;
}

static bool
add_told(
    const struct kc_state *st, uint32_t unit, bool judges, struct kc_passing *w)
{
	for (uint32_t i = 0; unit != KC_NONE && i < st->actors.n; i++) {
		const struct kc_actor *a = st->actors.v[i];
		const struct kc_reform_told t = {
		    .actor = i, .unit = unit, .role = role_of(a, judges)};

		if (a->unit == unit && t.role >= 0 && !kc_vec_push(&w->told, t))
			return false;
	}
	return true;
}

/* Has the unit a step of what others have? */
static enum kc_err
find_steps(const struct kc_state *st, uint32_t unit, bool *judges)
{
	struct kc_deadlines all = {0};
	enum kc_err err = KC_OK;

	if (unit != KC_NONE && !kc_deadlines_scan(st, &all))
		err = KC_ENOMEM;
	for (uint32_t i = 0; i < all.n; i++)
		if (all.v[i].unit == unit &&
		    all.v[i].limit->party == KC_PARTY_JUDGE)
			*judges = true;
	kc_vec_free(&all);
	return err;
}

enum kc_err
kc_passing_begin(const struct kc_state *st, const struct kc_reform_plan *p,
    struct kc_passing *w)
{
	bool judges = false, too = false;
	enum kc_err err = find_steps(st, p->from, &judges);

	if (err == KC_OK)
		err = find_steps(st, p->into, &too);
	if (err == KC_OK &&
	    !(add_told(st, p->from, judges, w) &&
		add_told(st, p->into, judges || too, w)))
		err = KC_ENOMEM;
	return err;
}

void
kc_passing_free(struct kc_passing *w)
{
	kc_vec_free(&w->told);
}

enum kc_err
kc_passing_end(struct kc_state *st, struct kc_passing *w, struct kc_reform *r)
{
	(void)st;
	r->told = w->told;
	w->told = (struct kc_reform_tells){0};
	return KC_OK;
}
