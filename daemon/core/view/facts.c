/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of cases, targets and years that several views count by. */
#include "view_int.h"

#include <string.h>

bool
kc_case_counts(const struct kc_case *c)
{
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DEDUCTED:
	case KC_CS_RECTIFYING:
	case KC_CS_SUBMITTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
		return true;
	case KC_CS_DECIDED:
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
		return false;
	}
	return false;
}

bool
kc_case_open(const struct kc_case *c)
{
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
	case KC_CS_DEDUCTED:
	case KC_CS_RECTIFYING:
	case KC_CS_SUBMITTED:
		return true;
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
		return false;
	}
	return false;
}

const struct kc_situation *
kc_view_case_situation(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_policy *p = kc_case_policy(st, c);

	if (c->situation >= p->nsituations)
		return NULL;
	return &p->situations[c->situation];
}

bool
kc_target_counts(const struct kc_target *t)
{
	return t->state == KC_TS_ACTIVE || t->state == KC_TS_ASSESSED;
}

const struct kc_policy *
kc_cycle_policy(const struct kc_state *st, const struct kc_cycle *cycle)
{
	if (cycle == NULL || cycle->policy >= st->policies.n)
		return NULL;
	return st->policies.v[cycle->policy].policy;
}

uint32_t
kc_events_first(const struct kc_events *ev, enum kc_kind_id kind)
{
	for (uint32_t i = 0; i < ev->n; i++)
		if (ev->v[i].kind == kind)
			return ev->v[i].seq;
	return KC_NONE;
}

uint32_t
kc_events_last(const struct kc_events *ev, enum kc_kind_id kind)
{
	for (uint32_t i = ev->n; i-- > 0;)
		if (ev->v[i].kind == kind)
			return ev->v[i].seq;
	return KC_NONE;
}

static void
tally_one(
    const struct kc_state *st, const struct kc_case *c, struct kc_tally *out)
{
	int64_t retained = c->deducted_e4 - c->returned_e4;

	if (c->state == KC_CS_EXEMPTED)
		out->exempted++;
	if (c->state == KC_CS_DECLINED)
		out->declined++;
	if (kc_case_open(c))
		out->open++;
	if (!kc_case_counts(c))
		return;
	out->cases++;
	out->deducted_e4 += c->deducted_e4;
	out->returned_e4 += c->returned_e4;
	out->retained_e4 += retained;
	if (kc_case_unmet(st, c)) {
		out->unmet++;
		out->retained_unmet_e4 += retained;
	} else if (!kc_case_open(c)) {
		out->residual_met_e4 += retained;
	}
}

void
kc_tally_cases(const struct kc_state *st, const struct kc_unit *u, int year,
    struct kc_tally *out)
{
	uint32_t n = u != NULL ? u->prededucts.n : st->cases.n;

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = u != NULL ? u->prededucts.v[i] : i;
		const struct kc_case *c = st->cases.v[at];

		if (c->year == year)
			tally_one(st, c, out);
	}
}
