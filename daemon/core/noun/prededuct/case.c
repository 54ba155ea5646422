/* SPDX-License-Identifier: Apache-2.0 */
/* What the statements about cases share: handles, quarters, who may act. */
#include "prededuct.h"

#include <assert.h>
#include <stdio.h>

#include "engine/authority.h"

void
kc_refusal_arg_percent(struct kc_refusal *r, unsigned i, int64_t bp)
{
	char text[48];

	assert(bp >= 0);
	if (bp % 100 == 0)
		(void)snprintf(text, sizeof(text), "%lld", (long long)bp / 100);
	else
		(void)snprintf(text, sizeof(text), "%lld.%02lld",
		    (long long)bp / 100, (long long)bp % 100);
	kc_refusal_arg(r, i, kc_slice_str(text));
}

void
kc_quarter_text(char out[KC_QUARTER_TEXT], int64_t quarter)
{
	(void)snprintf(out, KC_QUARTER_TEXT, "%04d-Q%d", (int)(quarter / 4),
	    (int)(quarter % 4) + 1);
}

int32_t
kc_quarter_of_day(kc_day d)
{
	int y, m, day;

	kc_day_to_civil(d, &y, &m, &day);
	return y * 4 + (m - 1) / 3;
}

void
kc_handle_make(char out[16], const char *prefix, int year, uint32_t n)
{
	int len = snprintf(out, 16, "%s-%04d-%04u", prefix, year, n);

	assert(len > 0 && len < 16);
	(void)len;
}

enum kc_err
kc_want_by(kc_day day, kc_day last, const struct kc_policy *p,
    enum kc_policy_key key, struct kc_refusal *why)
{
	if (day <= last)
		return KC_OK;
	kc_policy_cite(p, key, why);
	(void)kc_refuse(why, KC_R_TOO_LATE, NULL, NULL, NULL, NULL);
	kc_arg_day(why, 0, last);
	return KC_EREFUSED;
}

enum kc_err
kc_want_case(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_case **out, struct kc_refusal *why)
{
	struct kc_case *c;
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_CASE, at, field, &i, why);

	if (err != KC_OK)
		return err;
	c = st->cases.v[i];
	*out = c;
	return kc_want_state(at, KC_M_case, c->state, c->handle, why);
}

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

static bool
took_part(const struct kc_state *st, const struct kc_case *c, uint32_t actor)
{
	return kc_same_person(st, actor, c->decider) ||
	    kc_same_person(st, actor, c->decided_for) ||
	    kc_same_person(st, actor, c->confirmer) ||
	    kc_same_person(st, actor, c->confirmed_for);
}

/* The Establishment Office acts for a unit that cannot or does not. */
static enum kc_err
want_stand_in(const struct kc_state *st, const struct kc_at *at,
    const struct kc_case *c, bool overdue, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, 0);

	if ((a->roles & ROLE(ESTAB)) == 0 ||
	    (!overdue &&
		kc_holds_grant(
		    st, c->assessor, st->targets.v[c->target], at->day)))
		return kc_want_of_unit(st, at, 0, c->assessor, why);
	if (kc_unit_stands_for(st, a->unit, c->unit))
		return kc_refuse(why, KC_R_OWN_UNIT, st->units.v[c->unit]->code,
		    NULL, NULL, NULL);
	if (at->e->kind->signers.n == 1 &&
	    at->e->kind->id != KC_K_feedback_deliver &&
	    (took_part(st, c, at->for_role[0]) ||
		took_part(st, c, at->on_behalf[0])))
		return kc_refuse(why, KC_R_SAME_PERSON,
		    st->actors.v[at->for_role[0]]->id, NULL, NULL, NULL);
	return KC_OK;
}

enum kc_err
kc_want_judge(const struct kc_state *st, const struct kc_at *at,
    const struct kc_case *c, bool overdue, struct kc_refusal *why)
{
	const struct kc_target *t = st->targets.v[c->target];

	for (unsigned i = 0; i < at->e->kind->signers.n; i++) {
		const struct kc_actor *a = kc_principal(st, at, i);

		if (a->unit == c->assessor &&
		    (a->roles & ROLE(ASSESSOR)) != 0 &&
		    (kc_holds_grant(st, c->assessor, t, at->day) ||
			(a->roles & ROLE(ESTAB)) == 0))
			return kc_want_grant(st, at, c->assessor, t, why);
	}
	return want_stand_in(st, at, c, overdue, why);
}

struct kc_case *
kc_case_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_CASE, kc_entry_str(at->e, field));

	assert(i < st->cases.n);
	return st->cases.v[i];
}

const struct kc_policy *
kc_case_policy(const struct kc_state *st, const struct kc_case *c)
{
	assert(c->policy < st->policies.n);
	return st->policies.v[c->policy].policy;
}

/* A target has one open case, but for one that a dispute opened again. */
static uint32_t
other_open(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_u32s *of = &st->units.v[c->unit]->prededucts;

	for (uint32_t i = of->n; i-- > 0;) {
		const struct kc_case *x = st->cases.v[of->v[i]];

		if (x != c && x->target == c->target && kc_case_open(x))
			return x->index;
	}
	return KC_NONE;
}

void
kc_case_end(struct kc_state *st, struct kc_case *c, uint8_t state)
{
	struct kc_target *t = st->targets.v[c->target];

	c->state = state;
	if (t->open_case == c->index)
		t->open_case = other_open(st, c);
}

void
kc_case_reopen(struct kc_state *st, struct kc_case *c, uint8_t state)
{
	struct kc_target *t = st->targets.v[c->target];

	if (t->open_case == KC_NONE)
		t->open_case = c->index;
	c->state = state;
}

bool
kc_case_unmet(const struct kc_state *st, const struct kc_case *c)
{
	if (c->state == KC_CS_EXPIRED)
		return true;
	return c->state == KC_CS_RETURNED &&
	    c->rate_bp < kc_case_policy(st, c)->value[KC_P_PD_MET];
}

enum kc_err
kc_want_same_day(
    const struct kc_at *at, unsigned field, kc_day day, struct kc_refusal *why)
{
	if (kc_entry_num(at->e, field, KC_DAY_NONE) == day)
		return KC_OK;
	(void)kc_refuse_field(at, field, "", "", why);
	kc_arg_day(why, 1, day);
	kc_arg_day(why, 2, day);
	return KC_EREFUSED;
}
