/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes: decide, at either level; become final; apply. */
#include "dispute.h"

#include <assert.h>
#include <stdio.h>

#include "noun/prededuct/prededuct.h"

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

/* --- the outcome
 * --------------------------------------------------------------- */
bool
kc_dispute_result(const struct kc_dispute *d, bool *falls, int64_t *measure)
{
	for (unsigned i = 2; i-- > 0;) {
		int ruling = d->at[i].ruling;

		if (ruling == KC_RULING_NONE || ruling == KC_RULING_UPHELD)
			continue;
		*falls = ruling == KC_RULING_OVERTURNED;
		*measure = *falls ? d->before : d->at[i].measure;
		return true;
	}
	return false;
}

enum kc_err
kc_dispute_close(
    struct kc_state *st, const struct kc_at *at, struct kc_dispute *d)
{
	bool falls;
	int64_t measure;

	return kc_dispute_enter(st, at, d,
	    kc_dispute_result(d, &falls, &measure) ? KC_DS_FINAL
						   : KC_DS_STANDS);
}

/* --- dispute.decide
 * ------------------------------------------------------------- */
/* The Establishment Office hears the first level. The Assessment Office hears
 * appeals, and the first level when its time has passed. */
static bool
is_higher(const struct kc_state *st, const struct kc_at *at)
{
	return (kc_principal(st, at, 0)->roles & ROLE(ESTAB)) == 0;
}

static enum kc_err
want_level(const struct kc_state *st, const struct kc_at *at,
    const struct kc_dispute *d, struct kc_refusal *why)
{
	bool office =
	    (kc_principal(st, at, 0)->roles & ROLE(ASSESS_OFFICE)) != 0;

	if (d->state == KC_DS_APPEALED && !office) {
		(void)kc_refuse(why, KC_R_ROLE, kc_signer(st, at, 0)->id,
		    at->e->kind->name, "", NULL);
		(void)kc_refusal_zh(why, 1, at->e->kind->zh);
		return kc_refusal_word(
		    why, 2, KC_SET_ROLE, KC_ROLE_ASSESS_OFFICE);
	}
	if (d->state == KC_DS_REVIEW && is_higher(st, at) && !d->overdue) {
		kc_policy_cite(
		    kc_dispute_policy(st, d), KC_P_DISPUTE_DECIDE_WD, why);
		(void)kc_refuse(
		    why, KC_R_TOO_EARLY, at->e->kind->name, "", NULL, NULL);
		(void)kc_refusal_zh(why, 0, at->e->kind->zh);
		kc_arg_day(why, 1, d->due + 1);
		return KC_EREFUSED;
	}
	return KC_OK;
}

/* Of "reduced": the field of the entry that holds its measure. */
static unsigned
measure_field(enum kc_measure m)
{
	switch (m) {
	case KC_MEASURE_POINTS:
		return KC_F_dispute_decide_points;
	case KC_MEASURE_RATE:
		return KC_F_dispute_decide_rate;
	case KC_MEASURE_LEVEL:
		return KC_F_dispute_decide_level;
	case KC_MEASURE_GRADE:
		return KC_F_dispute_decide_grade;
	case KC_MEASURE_NOT:
		break;
	}
	return KC_F_dispute_decide_COUNT;
}

static enum kc_err
refuse_ruling(const struct kc_at *at, const char *en, const char *zh,
    struct kc_refusal *why)
{
	int64_t ruling = kc_entry_num(at->e, KC_F_dispute_decide_ruling, 0);

	(void)kc_refuse(why, KC_R_RULING, "", en, NULL, NULL);
	(void)kc_refusal_word(why, 0, KC_SET_RULING, ruling);
	return kc_refusal_zh(why, 1, zh);
}

static void
put_measure(struct kc_buf *b, enum kc_measure m, int64_t v)
{
	switch (m) {
	case KC_MEASURE_POINTS:
		kc_buf_points(b, v);
		break;
	case KC_MEASURE_RATE:
		kc_buf_percent(b, v);
		break;
	case KC_MEASURE_LEVEL:
		kc_buf_str(b, kc_word_text(KC_SET_LEVEL, v));
		break;
	case KC_MEASURE_GRADE:
		kc_buf_str(b, kc_word_text(KC_SET_BONUS_GRADE, v));
		break;
	case KC_MEASURE_NOT:
		break;
	}
}

/* Between what is best for the unit and what is least; neither side may be
 * given what the other level has ruled out. */
static enum kc_err
refuse_range(const struct kc_at *at, enum kc_measure m, int64_t best,
    int64_t least, struct kc_refusal *why)
{
	struct kc_buf range = {0};
	enum kc_err err;

	put_measure(&range, m, best < least ? best : least);
	kc_buf_str(&range, " - ");
	put_measure(&range, m, best < least ? least : best);
	(void)kc_buf_cstr(&range);
	err = kc_buf_err(&range);
	if (err == KC_OK)
		err = refuse_ruling(at, range.p, range.p, why);
	kc_buf_free(&range);
	return err;
}

/* An appeal takes nothing away. */
static int64_t
least_of(const struct kc_dispute *d, int64_t least)
{
	return d->at[0].ruling == KC_RULING_REDUCED ? d->at[0].measure : least;
}

static enum kc_err
want_reduced(const struct kc_state *st, const struct kc_at *at,
    const struct kc_dispute *d, struct kc_refusal *why)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);
	const struct kc_subject *s = kc_subject_of(about->kind);
	unsigned field = measure_field(s->reduced);
	int64_t best, least, v;

	if (s->reduced == KC_MEASURE_NOT || !s->range(st, d, &best, &least))
		return refuse_ruling(
		    at, "there is nothing between", "没有可减轻的余地", why);
	if (!kc_entry_has(at->e, field))
		return kc_refuse(why, KC_R_FIELD_MISSING,
		    at->e->kind->fields[field].name, NULL, NULL, NULL);
	v = kc_entry_num(at->e, field, 0);
	least = least_of(d, least);
	if (best <= least ? v >= best && v <= least : v <= best && v >= least)
		return KC_OK;
	return refuse_range(at, s->reduced, best, least, why);
}

/* A measure that the ruling does not take would be read as part of it. */
static enum kc_err
want_no_more(const struct kc_at *at, unsigned field, struct kc_refusal *why)
{
	static const unsigned all[] = {KC_F_dispute_decide_points,
	    KC_F_dispute_decide_rate, KC_F_dispute_decide_level,
	    KC_F_dispute_decide_grade};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] != field && kc_entry_has(at->e, all[i]))
			return refuse_ruling(at,
			    at->e->kind->fields[all[i]].name,
			    at->e->kind->fields[all[i]].zh, why);
	return KC_OK;
}

enum kc_err
dispute_decide_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t ruling = kc_entry_num(at->e, KC_F_dispute_decide_ruling, 0);
	unsigned field = KC_F_dispute_decide_COUNT;
	const struct kc_dispute *d;
	enum kc_err err =
	    kc_want_dispute(st, at, KC_F_dispute_decide_dispute, &d, why);

	if (err == KC_OK)
		err = want_level(st, at, d, why);
	if (err == KC_OK)
		err = kc_want_impartial(st, at, d, why);
	if (err == KC_OK && ruling == KC_RULING_REDUCED) {
		err = want_reduced(st, at, d, why);
		field = measure_field(
		    kc_subject_of(kc_dispute_decision(st, d)->kind)->reduced);
	}
	return err == KC_OK ? want_no_more(at, field, why) : err;
}

/* What nobody can appeal is final: the word of the higher level, and a ruling
 * that leaves the unit nothing to ask for. */
enum kc_err
dispute_decide_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_decide_dispute);
	int64_t ruling = kc_entry_num(at->e, KC_F_dispute_decide_ruling, 0);
	const struct kc_subject *s =
	    kc_subject_of(kc_dispute_decision(st, d)->kind);
	unsigned level = d->level - 1u;
	enum kc_err err = kc_log_event(st, at, &d->events);

	assert(level < 2);
	d->at[level].ruling = (int8_t)ruling;
	d->at[level].by = at->for_role[0];
	d->at[level].of = at->on_behalf[0];
	if (ruling == KC_RULING_REDUCED)
		d->at[level].measure =
		    kc_entry_num(at->e, measure_field(s->reduced), -1);
	if (err != KC_OK)
		return err;
	if (level == 1 || ruling == KC_RULING_OVERTURNED || is_higher(st, at))
		return kc_dispute_close(st, at, d);
	return kc_dispute_enter(st, at, d, KC_DS_DECIDED);
}

/* --- the clerk: .overdue, .final
 * ------------------------------------------------- */
enum kc_err
dispute_overdue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return kc_want_late(st, at, KC_F_dispute_overdue_dispute,
	    KC_F_dispute_overdue_due, why);
}

enum kc_err
dispute_overdue_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_overdue_dispute);

	d->overdue = true;
	return kc_log_event(st, at, &d->events);
}

enum kc_err
dispute_final_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return kc_want_late(
	    st, at, KC_F_dispute_final_dispute, KC_F_dispute_final_due, why);
}

enum kc_err
dispute_final_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_final_dispute);
	uint8_t from = d->state;
	enum kc_err err = kc_log_event(st, at, &d->events);

	if (err == KC_OK)
		err = kc_dispute_close(st, at, d);
	d->lapsed = (uint8_t)(from + 1);
	return err;
}
