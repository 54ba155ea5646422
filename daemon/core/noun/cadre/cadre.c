/* SPDX-License-Identifier: Apache-2.0 */
/* Cadres by code, and the loss of "good" for a quarter (R109, R112). */
#include "noun/prededuct/prededuct.h"

#include <assert.h>

/* --- cadre.register --- */
enum kc_err
cadre_register_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t unit;
	enum kc_err err =
	    kc_want_new(st, KC_NS_CADRE, at, KC_F_cadre_register_cadre, why);

	if (err != KC_OK)
		return err;
	return kc_want(
	    st, KC_NS_UNIT, at, KC_F_cadre_register_unit, &unit, why);
}

enum kc_err
cadre_register_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_cadre *x = kc_arena_alloc(&st->arena, sizeof(*x));

	if (x == NULL)
		return KC_ENOMEM;
	kc_code_copy(x->code, kc_entry_str(e, KC_F_cadre_register_cadre));
	x->index = st->cadres.n;
	x->unit =
	    kc_find(st, KC_NS_UNIT, kc_entry_str(e, KC_F_cadre_register_unit));
	x->city_managed =
	    kc_entry_num(e, KC_F_cadre_register_city_managed, 0) == 1;
	x->seq = (uint32_t)at->stamp.seq;
	if (!kc_vec_push(&st->cadres, x) ||
	    !kc_index_add(&st->by_code, KC_NS_CADRE, x->code, x->index))
		return KC_ENOMEM;
	return KC_OK;
}

/* --- good.propose --- */
/* One cadre, one quarter, one loss: what is proposed or was confirmed holds
 * back the others. */
static bool
stands(const struct kc_proposal *p)
{
	return p->state == KC_PS_DUE || p->state == KC_PS_PROPOSED ||
	    p->state == KC_PS_LOST;
}

static bool
is_proposed(const struct kc_state *st, uint32_t cadre, int32_t quarter)
{
	for (uint32_t i = st->proposals.n; i-- > 0;) {
		const struct kc_proposal *p = st->proposals.v[i];

		if (p->cadre == cadre && p->quarter == quarter && stands(p))
			return true;
	}
	return false;
}

/* The clerk is to write it from now on. */
static enum kc_err
make_due(struct kc_state *st, const struct kc_at *at, uint32_t i)
{
	struct kc_due d = {.kind = KC_K_good_propose,
	    .version = 1,
	    .object = i,
	    .due_ms = at->stamp.received_ms};

	st->proposals.v[i]->state = KC_PS_DUE;
	return kc_due_push(st, &d);
}

/* The first that was held back by one that no longer stands. */
enum kc_err
kc_good_release(
    struct kc_state *st, const struct kc_at *at, const struct kc_proposal *gone)
{
	for (uint32_t i = 0; i < st->proposals.n; i++) {
		const struct kc_proposal *p = st->proposals.v[i];

		if (p->state == KC_PS_HELD && p->cadre == gone->cadre &&
		    p->quarter == gone->quarter)
			return make_due(st, at, i);
	}
	return KC_OK;
}

enum kc_err
kc_good_due(struct kc_state *st, const struct kc_at *at, struct kc_case *c)
{
	const struct kc_target *t = st->targets.v[c->target];
	bool assessed = kc_case_policy(st, c)->value[KC_P_CADRE_QUARTER] == 0;
	int32_t quarter = assessed ? c->quarter : kc_quarter_of_day(at->day);
	struct kc_proposal *p;
	bool held;

	if (t->source != KC_SOURCE_SUPERIOR || t->lead == KC_NONE ||
	    !st->cadres.v[t->lead]->city_managed)
		return KC_OK;
	held = is_proposed(st, t->lead, quarter);
	p = kc_arena_alloc(&st->arena, sizeof(*p));
	if (p == NULL)
		return KC_ENOMEM;
	p->cadre = t->lead;
	p->case_ = c->index;
	p->quarter = quarter;
	p->state = KC_PS_HELD;
	c->proposal = st->proposals.n;
	if (!kc_vec_push(&st->proposals, p))
		return KC_ENOMEM;
	return held ? KC_OK : make_due(st, at, c->proposal);
}

enum kc_err
kc_good_fall(struct kc_state *st, const struct kc_at *at, struct kc_case *c)
{
	struct kc_proposal *p;
	bool stood;
	enum kc_err err;

	if (c->proposal == KC_NONE)
		return KC_OK;
	p = st->proposals.v[c->proposal];
	if (p->state == KC_PS_KEPT || p->state == KC_PS_RESTORED)
		return KC_OK;
	stood = stands(p);
	p->state = KC_PS_FALLEN;
	err = kc_log_event(st, at, &p->events);
	return err == KC_OK && stood ? kc_good_release(st, at, p) : err;
}

/* The proposal of a case, if it is about the cadre that is named. */
enum kc_err
kc_want_proposal(const struct kc_state *st, const struct kc_at *at,
    unsigned cadre_field, unsigned case_field, uint32_t *out,
    struct kc_refusal *why)
{
	uint32_t cadre, i;
	enum kc_err err =
	    kc_want(st, KC_NS_CADRE, at, cadre_field, &cadre, why);

	if (err == KC_OK)
		err = kc_want(st, KC_NS_CASE, at, case_field, &i, why);
	if (err != KC_OK)
		return err;
	*out = st->cases.v[i]->proposal;
	if (*out != KC_NONE && st->proposals.v[*out]->cadre == cadre)
		return KC_OK;
	(void)kc_refuse(why, KC_R_NOT_FOUND,
	    "proposal to take \"good\" by this case from cadre",
	    st->cadres.v[cadre]->code, NULL, NULL);
	return kc_refusal_zh(why, 0, "以该预扣分取消其评好资格的提议：干部");
}

enum kc_err
kc_want_proposal_in(const struct kc_state *st, const struct kc_at *at,
    uint32_t i, struct kc_refusal *why)
{
	const struct kc_proposal *p = st->proposals.v[i];

	return kc_want_state(
	    at, KC_M_proposal, p->state, st->cadres.v[p->cadre]->code, why);
}

enum kc_err
good_propose_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	char text[KC_QUARTER_TEXT];
	uint32_t i;
	enum kc_err err = kc_want_proposal(
	    st, at, KC_F_good_propose_cadre, KC_F_good_propose_case_, &i, why);

	if (err == KC_OK)
		err = kc_want_proposal_in(st, at, i, why);
	if (err == KC_OK)
		err = kc_want_due(st, at, i, why);
	if (err != KC_OK ||
	    kc_entry_num(at->e, KC_F_good_propose_quarter, 0) ==
		st->proposals.v[i]->quarter)
		return err;
	kc_quarter_text(text, st->proposals.v[i]->quarter);
	return kc_refuse_field(at, KC_F_good_propose_quarter, text, text, why);
}

/* The entry belongs to the proposal and to the case. */
enum kc_err
kc_good_settle(struct kc_state *st, const struct kc_at *at, unsigned case_field,
    enum kc_proposal_state state)
{
	struct kc_case *c = kc_case_of(st, at, case_field);
	struct kc_proposal *p = st->proposals.v[c->proposal];
	enum kc_err err = kc_log_event(st, at, &p->events);

	p->state = (uint8_t)state;
	return err == KC_OK ? kc_log_event(st, at, &c->events) : err;
}

enum kc_err
good_propose_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_good_settle(st, at, KC_F_good_propose_case_, KC_PS_PROPOSED);
}

/* --- good.confirm, good.decline --- */
static enum kc_err
want_proposed(const struct kc_state *st, const struct kc_at *at,
    unsigned cadre_field, unsigned case_field, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err =
	    kc_want_proposal(st, at, cadre_field, case_field, &i, why);

	return err == KC_OK ? kc_want_proposal_in(st, at, i, why) : err;
}

enum kc_err
good_confirm_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_proposed(
	    st, at, KC_F_good_confirm_cadre, KC_F_good_confirm_case_, why);
}

enum kc_err
good_confirm_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_good_settle(st, at, KC_F_good_confirm_case_, KC_PS_LOST);
}

enum kc_err
good_decline_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_proposed(
	    st, at, KC_F_good_decline_cadre, KC_F_good_decline_case_, why);
}

enum kc_err
good_decline_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_case *c = kc_case_of(st, at, KC_F_good_decline_case_);
	enum kc_err err =
	    kc_good_settle(st, at, KC_F_good_decline_case_, KC_PS_KEPT);

	return err == KC_OK
	    ? kc_good_release(st, at, st->proposals.v[c->proposal])
	    : err;
}
