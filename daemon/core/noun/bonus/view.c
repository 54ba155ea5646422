/* SPDX-License-Identifier: Apache-2.0 */
/* Bonuses: the claims of a year, and what happened to one. */
#include "bonus.h"

#include "noun/dispute/dispute.h"
#include "noun/indicator/indicator.h"
#include "noun/vx.h"

/* From the publicity on it is before every unit's eyes; what was refused
 * without it, withdrawn or lapsed is not. */
static bool
is_public(const struct kc_bonus *b)
{
	switch ((enum kc_bonus_state)b->state) {
	case KC_BS_PUBLIC:
	case KC_BS_SHOWN:
	case KC_BS_GRANTED:
	case KC_BS_CANCELLED:
		return true;
	case KC_BS_CLAIMED:
	case KC_BS_RETURNED:
	case KC_BS_LAPSED:
	case KC_BS_VERIFIED:
	case KC_BS_REFUSED:
	case KC_BS_WITHDRAWN:
		break;
	}
	return false;
}

static bool
sees(struct kc_vx *x, const struct kc_bonus *b)
{
	if (kc_vx_sees(x, b->unit, KC_NONE))
		return true;
	x->asked = x->scope == KC_SEES_OWN && x->reader_unit != KC_NONE &&
	    is_public(b);
	return x->asked;
}

static void
put_facts(struct kc_vx *x, const struct kc_bonus *b)
{
	const struct kc_bonus_situation *s = kc_bonus_situation(x->st, b);
	int limit = kc_bonus_limit(b);

	kc_vx_str(x, "bonus", b->handle);
	kc_vx_unit(x, "unit", b->unit);
	kc_vx_str(x, "situation", s->id);
	kc_vx_str(x, "situation_text", kc_vx_say(x, s->zh, s->en));
	kc_vx_str(x, "merit", b->merit);
	kc_vx_word(x, "grade", KC_SET_BONUS_GRADE, b->grade);
	if (b->given < 0) {
		kc_vx_null(x, "given");
		kc_vx_null(x, "given_text");
	} else {
		kc_vx_word(x, "given", KC_SET_BONUS_GRADE, b->given);
	}
	kc_vx_str(x, "document", b->document);
	kc_vx_str(x, "issuer", b->issuer);
	kc_vx_day(x, "dated", b->dated);
	kc_vx_state(x, KC_M_bonus, b->state);
	kc_vx_bool(x, "counts", kc_bonus_counts(b));
	kc_vx_points(x, "points", b->amount_e4);
	kc_vx_day(x, "due", limit < 0 ? KC_DAY_NONE : b->day[limit].due);
}

enum kc_err
kc_render_bonuses(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->bonuses.n; i++) {
		const struct kc_bonus *b = x->st->bonuses.v[i];

		if ((x->cycle != NULL && b->year != x->year) ||
		    (x->unit != NULL && b->unit != x->unit->index) ||
		    !sees(x, b) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		put_facts(x, b);
		kc_vx_begun(x, &b->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* --- one --- */
static void
put_dispute(struct kc_vx *x, const struct kc_bonus *b)
{
	const struct kc_decision *d = kc_bonus_decision(x->st, b);
	const struct kc_dispute *of =
	    d == NULL ? NULL : kc_decision_dispute(x->st, d, b->unit);
	bool open =
	    d != NULL && kc_subject_of(d->kind)->stands(x->st, d, b->unit);

	kc_vx_day(x, "dispute_by",
	    open ? kc_decision_file_by(x->st, d, b->unit) : KC_DAY_NONE);
	kc_vx_str(x, "dispute", of == NULL ? NULL : of->handle);
}

static void
put_next(struct kc_vx *x, const struct kc_bonus *b)
{
	struct kc_last_day days[KC_L_bonus_COUNT];

	for (int i = 0; i < KC_L_bonus_COUNT; i++) {
		days[i] = (struct kc_last_day){.due = KC_DAY_NONE};
		if (i == kc_bonus_limit(b))
			days[i] = (struct kc_last_day){
			    b->day[i].due, b->day[i].provisional};
	}
	kc_vx_next(x, KC_M_bonus, b->state, days);
}

enum kc_err
kc_render_bonus(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_BONUS, x->args->id);
	const struct kc_bonus *b;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "加分", "bonus", x->args->id);
	b = x->st->bonuses.v[at];
	err = kc_vx_want_seen(x, sees(x, b));
	if (err != KC_OK)
		return err;
	put_facts(x, b);
	kc_vx_i64(x, "year", b->year);
	kc_vx_points(x, "worth", kc_bonus_worth(x->st, b, b->grade));
	kc_vx_i64(x, "objections", b->objectors.n);
	kc_vx_str(x, "indicator",
	    b->indicator == KC_NONE ? NULL
				    : x->st->indicators.v[b->indicator]->code);
	kc_vx_actor(x, "verifier", b->verifier);
	put_dispute(x, b);
	put_next(x, b);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < b->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_event_label(&text, x, &b->events.v[i]);
		kc_vx_event(x, &b->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}
