/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of cadres. */
#include "noun/prededuct/prededuct.h"

#include "engine/noun.h"
#include "noun/dispute/dispute.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->cadres);
	kc_hold_objects(h, &st->proposals);
	for (uint32_t i = 0; i < st->proposals.n; i++) {
		kc_hold_vec(h, &st->proposals.v[i]->events);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->cadres.n; i++) {
		const struct kc_cadre *c = st->cadres.v[i];

		if (!kc_digest_wants(d, c->unit))
			continue;
		kc_digest_open(d, 'C');
		kc_digest_text(d, c->code);
		kc_digest_num(d, c->unit);
		kc_digest_num(d, c->city_managed);
		kc_digest_num(d, c->seq);
	}
	for (uint32_t i = 0; i < st->proposals.n; i++) {
		const struct kc_proposal *p = st->proposals.v[i];

		if (!kc_digest_wants(d, st->cadres.v[p->cadre]->unit))
			continue;
		kc_digest_open(d, 'Q');
		kc_digest_num(d, p->cadre);
		kc_digest_num(d, p->case_);
		kc_digest_num(d, p->quarter);
		kc_digest_num(d, p->state);
		kc_digest_events(d, &p->events);
	}
}

static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	for (uint32_t i = 0; h->all && i < st->cadres.n; i++)
		if (st->cadres.v[i]->unit == h->from)
			st->cadres.v[i]->unit = h->into;
	return KC_OK;
}

/* --- good.propose --- */
static bool
proposal_is_live(const struct kc_state *st, const struct kc_due *d)
{
	return st->proposals.v[d->object]->state == KC_PS_DUE;
}

static const char *
handle_of(const struct kc_state *st, const struct kc_due *d)
{
	return st->cases.v[st->proposals.v[d->object]->case_]->handle;
}

static void
proposal_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, handle_of(st, d));
}

static void
proposal_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_proposal *p = st->proposals.v[d->object];

	kc_made_text(m, KC_F_good_propose_cadre, st->cadres.v[p->cadre]->code);
	kc_made_text(m, KC_F_good_propose_case_, handle_of(st, d));
	kc_made_quarter(m, KC_F_good_propose_quarter, p->quarter);
}

static bool
cadre_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->cadres.v[index]->unit == unit;
}

const struct kc_noun kc_noun_cadre = {
    .things = {{"cadre", "干部"}},
    .named = {{"cadre", KC_NS_CADRE, cadre_of, NULL}},
    .sees = KC_SEE_cadres,
    .subjects = kc_cadre_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_good_propose, proposal_is_live, proposal_about,
		  proposal_fill, NULL, NULL},
	{KC_K_good_restore, kc_correction_is_live, kc_dispute_about,
	    kc_restore_fill}},
};
