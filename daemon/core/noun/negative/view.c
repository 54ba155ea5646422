/* SPDX-License-Identifier: Apache-2.0 */
/* The negative list: its items, the events of a year, and one of them. */
#include "negative.h"

#include <string.h>

#include "noun/dispute/dispute.h"
#include "noun/vx.h"

static void
put_item(struct kc_vx *x, const struct kc_policy *p, uint32_t no)
{
	const char *text = NULL;

	for (size_t i = 0; i < p->nnegatives; i++)
		if (p->negatives[i].no == no)
			text = kc_vx_say(
			    x, p->negatives[i].zh, p->negatives[i].en);
	kc_vx_u64(x, "item", no);
	kc_vx_str(x, "item_name", text);
}

/* What the unit has, or what the reader's unit proposed or may assess. */
static bool
sees(struct kc_vx *x, const struct kc_negative *n)
{
	if (kc_vx_sees(x, n->unit, KC_NONE))
		return true;
	x->asked = x->scope == KC_SEES_JUDGED && x->reader_unit != KC_NONE &&
	    (n->assessor == x->reader_unit ||
		kc_holds_item(x->st, x->reader_unit, n->item, x->today));
	return x->asked;
}

static void
put_facts(struct kc_vx *x, const struct kc_negative *n)
{
	int limit = kc_negative_limit(n);

	kc_vx_str(x, "negative", n->handle);
	kc_vx_unit(x, "unit", n->unit);
	put_item(x, kc_negative_policy(x->st, n), n->item);
	kc_vx_day(x, "on", n->on);
	kc_vx_state(x, KC_M_negative, n->state);
	kc_vx_bool(x, "counts", kc_negative_counts(n));
	kc_vx_points(x, "amount", n->amount_e4);
	kc_vx_day(x, "due", limit < 0 ? KC_DAY_NONE : n->day[limit].due);
}

enum kc_err
kc_render_negatives(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->negatives.n; i++) {
		const struct kc_negative *n = x->st->negatives.v[i];

		if ((x->cycle != NULL && n->year != x->year) ||
		    (x->unit != NULL && n->unit != x->unit->index) ||
		    !sees(x, n) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		put_facts(x, n);
		kc_vx_begun(x, &n->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* --- one --- */
static void
put_dispute(struct kc_vx *x, const struct kc_negative *n)
{
	const struct kc_decision *d = kc_negative_decision(x->st, n);
	const struct kc_dispute *of =
	    d == NULL ? NULL : kc_decision_dispute(x->st, d, n->unit);

	kc_vx_day(x, "dispute_by",
	    d != NULL && kc_negative_counts(n)
		? kc_decision_file_by(x->st, d, n->unit)
		: KC_DAY_NONE);
	kc_vx_str(x, "dispute", of == NULL ? NULL : of->handle);
}

static const char *
case_handle(const struct kc_state *st, const struct kc_negative *n)
{
	return n->case_ == KC_NONE ? NULL : kc_matter_case.handle(st, n->case_);
}

enum kc_err
kc_render_negative(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_NEGATIVE, x->args->id);
	struct kc_last_day days[KC_L_negative_COUNT];
	const struct kc_negative *n;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "负面清单扣分", "negative-list event", x->args->id);
	n = x->st->negatives.v[at];
	err = kc_vx_want_seen(x, sees(x, n));
	if (err != KC_OK)
		return err;
	put_facts(x, n);
	kc_vx_i64(x, "year", n->year);
	kc_vx_unit(x, "assessor", n->assessor);
	kc_vx_actor(x, "proposer", n->proposer);
	kc_vx_str(x, "case", case_handle(x->st, n));
	put_dispute(x, n);
	for (int i = 0; i < KC_L_negative_COUNT; i++) {
		days[i] = (struct kc_last_day){.due = KC_DAY_NONE};
		if (i == kc_negative_limit(n))
			days[i] = (struct kc_last_day){
			    n->day[i].due, n->day[i].provisional};
	}
	kc_vx_next(x, KC_M_negative, n->state, days);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < n->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_event_label(&text, x, &n->events.v[i]);
		kc_vx_event(x, &n->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}

/* --- the items --- */
static bool
granted(const struct kc_vx *x, const struct kc_negative_item *item)
{
	uint32_t unit =
	    kc_find(x->st, KC_NS_UNIT, kc_slice_str(item->assessor));

	return kc_holds_item(x->st, unit, item->no, x->today);
}

static uint64_t
events_of(const struct kc_vx *x, uint32_t no)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < x->st->negatives.n; i++) {
		const struct kc_negative *e = x->st->negatives.v[i];

		n += e->item == no && e->year == x->year &&
		    kc_negative_counts(e);
	}
	return n;
}

enum kc_err
kc_render_negative_list(struct kc_vx *x)
{
	const struct kc_policy *p = kc_cycle_policy(x->st, x->cycle);

	if (p == NULL)
		p = kc_policy_now(x->st);
	kc_vx_str(x, "policy", p == NULL ? NULL : p->name);
	kc_vx_rows(x);
	for (size_t i = 0; p != NULL && i < p->nnegatives; i++) {
		x->asked = true; /* the list is public */
		kc_vx_row(x);
		kc_vx_u64(x, "item", p->negatives[i].no);
		kc_vx_str(x, "text",
		    kc_vx_say(x, p->negatives[i].zh, p->negatives[i].en));
		kc_vx_str(x, "assessor", p->negatives[i].assessor);
		kc_vx_bool(x, "granted", granted(x, &p->negatives[i]));
		kc_vx_u64(x, "events", events_of(x, p->negatives[i].no));
		kc_vx_end(x);
	}
	return KC_OK;
}
