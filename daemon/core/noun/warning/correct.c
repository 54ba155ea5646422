/* SPDX-License-Identifier: Apache-2.0 */
/* What a dispute corrects of a letter. */
#include "warning.h"

#include <assert.h>

#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"

/* The thing that was decided about: a letter, or one addressee of it. */
static const struct kc_warning *
disputed(const struct kc_state *st, const struct kc_dispute *d)
{
	uint32_t object = kc_dispute_decision(st, d)->object;

	return st->warnings
	    .v[d->correction == KC_K_warning_excuse ? object / KC_LIST_MAX
						    : object];
}

/* Every one of these kinds has letter and dispute as its first fields. */
#define SAME(kind)                                                             \
	_Static_assert(                                                        \
	    (int)KC_F_##kind##_warning == (int)KC_F_warning_lower_warning &&   \
		(int)KC_F_##kind##_dispute == (int)KC_F_warning_lower_dispute, \
	    #kind)
SAME(warning_release);
SAME(warning_excuse);

static const struct kc_dispute *
fill(const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);

	kc_made_text(m, KC_F_warning_lower_warning, disputed(st, d)->handle);
	kc_made_text(m, KC_F_warning_lower_dispute, d->handle);
	return d;
}

static enum kc_err
want_ordered(const struct kc_state *st, const struct kc_at *at,
    const struct kc_warning **w, struct kc_refusal *why)
{
	enum kc_err err =
	    kc_want_letter(st, at, KC_F_warning_lower_warning, w, why);

	return err == KC_OK ? kc_want_correction(st, at,
				  KC_F_warning_lower_dispute, (*w)->index, why)
			    : err;
}

static enum kc_err
corrected(struct kc_state *st, const struct kc_at *at, struct kc_warning *w)
{
	enum kc_err err = kc_log_event(st, at, &w->events);

	return err == KC_OK ? kc_corrected(st, at, KC_F_warning_lower_dispute)
			    : err;
}

/* The unit whose dispute it is. */
static enum kc_err
want_its_unit(const struct kc_state *st, const struct kc_at *at, unsigned field,
    struct kc_refusal *why)
{
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_warning_lower_dispute);
	const char *unit = st->units.v[d->unit]->code;

	if (kc_slice_is(kc_entry_str(at->e, field), unit))
		return KC_OK;
	return kc_refuse_field(at, field, unit, unit, why);
}

/* --- warning.release ---------------------------------------------------------
 */
void
kc_release_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = fill(st, due, m);

	kc_made_text(m, KC_F_warning_release_unit, st->units.v[d->unit]->code);
}

enum kc_err
warning_release_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;
	enum kc_err err = want_ordered(st, at, &w, why);

	return err == KC_OK
	    ? want_its_unit(st, at, KC_F_warning_release_unit, why)
	    : err;
}

/* The last one that it addressed: nothing is left of it. */
enum kc_err
warning_release_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w =
	    kc_letter_of(st, at, KC_F_warning_release_warning);
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_warning_release_dispute);
	uint32_t left = 0;

	w->to.v[kc_addressee_number(w, d->unit)].released = true;
	for (uint32_t i = 0; i < w->to.n; i++)
		left += w->to.v[i].released ? 0 : 1;
	kc_letter_settle(w);
	if (left == 0) {
		w->state = KC_WS_REVOKED;
		w->closed = at->day;
	}
	return corrected(st, at, w);
}

/* --- warning.lower -----------------------------------------------------------
 */
/* What the decision gives from now on; when it falls, it gives none, and what
 * is below it is left. It gives one still, or nothing would be ordered
 * (level_corrects). */
static int
ordered_level(const struct kc_state *st, const struct kc_dispute *d)
{
	const struct kc_warning *w = disputed(st, d);
	bool falls;
	int level = (int)kc_ordered(d, &falls);

	return falls ? kc_letter_below(w,
			   kc_letter_given(w, kc_dispute_decision(st, d)->seq))
		     : level;
}

void
kc_lower_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = fill(st, due, m);

	kc_made_text(m, KC_F_warning_lower_level,
	    kc_word_text(KC_SET_LEVEL, ordered_level(st, d)));
}

enum kc_err
warning_lower_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;
	enum kc_err err = want_ordered(st, at, &w, why);

	if (err != KC_OK)
		return err;
	return kc_want_word(at, KC_F_warning_lower_level, KC_SET_LEVEL,
	    ordered_level(
		st, kc_dispute_of(st, at, KC_F_warning_lower_dispute)),
	    why);
}

enum kc_err
warning_lower_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w = kc_letter_of(st, at, KC_F_warning_lower_warning);
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_warning_lower_dispute);
	uint32_t seq = kc_dispute_decision(st, d)->seq;
	int given = kc_letter_given(w, seq), level = ordered_level(st, d);
	bool falls;

	(void)kc_ordered(d, &falls);
	assert(given >= 0);
	w->given[given] = 0;
	if (!falls)
		w->given[level] = seq;
	w->level = (uint8_t)kc_letter_below(w, KC_LETTER_LEVELS);
	return corrected(st, at, w);
}

/* --- warning.excuse ----------------------------------------------------------
 */
/* Who has not replied may: from the order on, as after a delivery. */
static kc_day
reply_by(const struct kc_state *st, const struct kc_dispute *d,
    const struct kc_warning *w, unsigned i)
{
	bool provisional = false;

	if (w->to.v[i].replied_ms != 0)
		return KC_DAY_NONE;
	return kc_addressee_reply_by(st, w, i, d->since, &provisional);
}

void
kc_excuse_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = fill(st, due, m);
	const struct kc_warning *w = disputed(st, d);
	kc_day by = reply_by(st, d, w, kc_addressee_number(w, d->unit));

	kc_made_text(m, KC_F_warning_excuse_unit, st->units.v[d->unit]->code);
	if (by != KC_DAY_NONE)
		kc_made_day(m, KC_F_warning_excuse_due, by);
}

enum kc_err
warning_excuse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_warning *w;
	uint32_t i = 0;
	enum kc_err err =
	    kc_want_letter(st, at, KC_F_warning_excuse_warning, &w, why);

	if (err == KC_OK)
		err = kc_want_addressee(
		    st, at, KC_F_warning_excuse_unit, w, &i, why);
	if (err == KC_OK)
		err = kc_want_correction(st, at, KC_F_warning_excuse_dispute,
		    kc_due_addressee(w->index, i), why);
	if (err != KC_OK)
		return err;
	return kc_want_same_day(at, KC_F_warning_excuse_due,
	    reply_by(
		st, kc_dispute_of(st, at, KC_F_warning_excuse_dispute), w, i),
	    why);
}

enum kc_err
warning_excuse_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_warning *w =
	    kc_letter_of(st, at, KC_F_warning_excuse_warning);
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_warning_excuse_dispute);
	uint32_t i = kc_addressee_number(w, d->unit);
	enum kc_err err = KC_OK;

	w->to.v[i].overdue = false;
	if (w->to.v[i].replied_ms == 0) {
		w->to.v[i].reply_from = d->since;
		err = kc_addressee_set_due(st, w, i);
	}
	return err == KC_OK ? corrected(st, at, w) : err;
}
