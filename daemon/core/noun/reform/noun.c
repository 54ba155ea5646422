/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of reforms. */
#include "reform.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->reforms);
	for (uint32_t i = 0; i < st->reforms.n; i++) {
		struct kc_reform *r = &st->reforms.v[i];

		kc_hold_text(h, &r->document);
		kc_hold_text(h, &r->says[KC_LANG_EN]);
		kc_hold_text(h, &r->says[KC_LANG_ZH]);
		kc_hold_vec(h, &r->told);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->reforms.n; i++) {
		const struct kc_reform *r = &st->reforms.v[i];

		if (!kc_digest_wants(d, r->from) &&
		    !kc_digest_wants(d, r->into))
			continue;
		kc_digest_open(d, 'R');
		kc_digest_num(d, r->seq);
		kc_digest_num(d, r->kind);
		kc_digest_num(d, r->from);
		kc_digest_num(d, r->into);
		kc_digest_num(d, r->on);
		kc_digest_text(d, r->document);
	}
}

const struct kc_noun kc_noun_reform = {
    .things = {{"reform", "机构改革"}},
    .scores = true,
    .sees = KC_SEE_units,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .admits = kc_reform_admits,
};
