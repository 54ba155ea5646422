/* SPDX-License-Identifier: Apache-2.0 */
/* An active target is withdrawn; its points go to others of its class. */
#include "noun/adjust/adjust.h"
#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"
#include "noun/round/round.h"
#include "noun/task/task.h"
#include "noun/warning/warning.h"
#include "noun/yearend/yearend.h"

#include "plan.h"

#include <string.h>

static const struct kc_mates takers = {
    .codes = KC_F_target_remove_into,
    .points = KC_F_target_remove_gain,
};

/* --- what is open about it --------------------------------------------------
 */
/* What does not fit into a refusal ends it. */
#define ELLIPSIS ", …"
static void
put(struct kc_buf *b, const char *handle)
{
	size_t with = b->n + 2 + strlen(handle);

	if (b->n >= strlen(ELLIPSIS) &&
	    memcmp(b->p + b->n - strlen(ELLIPSIS), ELLIPSIS,
		strlen(ELLIPSIS)) == 0)
		return;
	if (with + strlen(ELLIPSIS) >= KC_REFUSAL_ARG_MAX) {
		kc_buf_str(b, ELLIPSIS);
		return;
	}
	kc_buf_str(b, b->n > 0 ? ", " : "");
	kc_buf_str(b, handle);
}

/* Of a round that goes on. */
static void
put_opinions(
    const struct kc_state *st, const struct kc_target *t, struct kc_buf *b)
{
	for (uint32_t i = 0; i < st->rounds.n; i++) {
		const struct kc_round *r = st->rounds.v[i];
		uint32_t p = kc_point_of(r, t->index);

		if (r->state != KC_RS_CLOSED && p < r->points.n &&
		    r->points.v[p].opinion != KC_NONE)
			put(b, st->opinions.v[r->points.v[p].opinion]->handle);
	}
}

static void
put_disputes(
    const struct kc_state *st, const struct kc_target *t, struct kc_buf *b)
{
	for (uint32_t i = 0; i < st->disputes.n; i++) {
		const struct kc_dispute *d = st->disputes.v[i];

		if (!kc_machine_get(KC_M_dispute)->states[d->state].last &&
		    kc_decision_target(st, kc_dispute_decision(st, d)) ==
			t->index)
			put(b, d->handle);
	}
}

static enum kc_err
want_nothing_open(const struct kc_state *st, const struct kc_target *t,
    struct kc_refusal *why)
{
	struct kc_buf open = {0};
	enum kc_err err = KC_OK;

	if (t->adjust != KC_NONE)
		put(&open, st->adjusts.v[t->adjust]->handle);
	if (t->open_case != KC_NONE)
		put(&open, st->cases.v[t->open_case]->handle);
	for (uint32_t i = 0; i < st->warnings.n; i++)
		if (st->warnings.v[i]->target == t->index &&
		    kc_letter_open(st->warnings.v[i]))
			put(&open, st->warnings.v[i]->handle);
	put_disputes(st, t, &open);
	put_opinions(st, t, &open);
	if (open.n > 0) {
		err = kc_refuse(why, KC_R_TARGET_OPEN, t->code, "", NULL, NULL);
		kc_refusal_arg(why, 1, kc_buf_view(&open));
	}
	if (kc_buf_err(&open) != KC_OK)
		err = kc_buf_err(&open);
	kc_buf_free(&open);
	return err;
}

/* --- target.remove ----------------------------------------------------------
 */
enum kc_err
target_remove_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	struct kc_mates_sum sum;
	enum kc_err err =
	    kc_want_target_in(st, at, KC_F_target_remove_target, &t, why);

	if (err == KC_OK)
		err = want_nothing_open(st, t, why);
	if (err == KC_OK)
		err = kc_want_mates(st, at, &takers, t, &sum, why);
	/* What nobody takes of a dynamic target is reserved again (R24). */
	if (err != KC_OK || sum.points_e4 == t->weight_e4 ||
	    (t->class_ == KC_TARGET_CLASS_DYNAMIC &&
		sum.points_e4 < t->weight_e4))
		return err;
	return kc_refuse_sum(why, "转入的分值",
	    "the points that are taken over", sum.points_e4, t->weight_e4);
}

static enum kc_err
give(struct kc_state *st, const struct kc_at *at)
{
	enum kc_err err = KC_OK;

	for (unsigned i = 0;
	     err == KC_OK && i < kc_entry_count(at->e, takers.codes); i++) {
		struct kc_target *to = kc_target_item(st, at, takers.codes, i);

		if (!kc_target_renew(at, to))
			return KC_ENOMEM;
		to->weight_e4 += kc_entry_item(at->e, takers.points, i)->num;
		err = kc_log_event(st, at, &to->events);
	}
	return err;
}

enum kc_err
target_remove_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t = kc_target_of(st, at, KC_F_target_remove_target);
	int64_t given_e4 = 0;

	for (unsigned i = 0; i < kc_entry_count(at->e, takers.points); i++)
		given_e4 += kc_entry_item(at->e, takers.points, i)->num;
	if (t->class_ == KC_TARGET_CLASS_DYNAMIC)
		kc_list_of(st, t->unit, t->year)->dynamic_e4 -=
		    t->weight_e4 - given_e4;
	t->state = KC_TS_WITHDRAWN;
	kc_selfchecks_anew(st, t->year);
	kc_filing_end(
	    st, &kc_plan_filing, &t->filing, t->index, at, KC_DEADLINE_VOID);
	kc_nodes_end(st, at, t);
	if (kc_log_event(st, at, &t->events) != KC_OK)
		return KC_ENOMEM;
	return give(st, at);
}
