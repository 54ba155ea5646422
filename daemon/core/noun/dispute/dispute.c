/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes: file, answer, appeal, withdraw (R154). */
#include "dispute.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "noun/prededuct/prededuct.h"

/* --- asked by others --------------------------------------------------------
 */
const struct kc_decision *
kc_dispute_decision(const struct kc_state *st, const struct kc_dispute *d)
{
	assert(d->decision < st->decisions.n);
	return &st->decisions.v[d->decision];
}

const struct kc_policy *
kc_dispute_policy(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->policies.v[kc_dispute_decision(st, d)->policy].policy;
}

enum kc_err
kc_want_dispute(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_dispute **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_DISPUTE, at, field, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->disputes.v[i];
	return kc_want_state(
	    at, KC_M_dispute, (*out)->state, (*out)->handle, why);
}

struct kc_dispute *
kc_dispute_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_DISPUTE, kc_entry_str(at->e, field));

	assert(i < st->disputes.n);
	return st->disputes.v[i];
}

/* --- states ------------------------------------------------------------------
 */
enum kc_err
kc_dispute_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_dispute *d, enum kc_dispute_state state)
{
	kc_dispute_end_due(d, at);
	d->state = (uint8_t)state;
	d->overdue = false;
	d->lapsed = 0;
	return kc_dispute_set_due(st, d, at->day);
}

enum kc_err
kc_dispute_hear(struct kc_state *st, const struct kc_at *at,
    struct kc_dispute *d, enum kc_dispute_state state)
{
	struct kc_due replay = {.kind = KC_K_dispute_replay,
	    .object = d->index,
	    .version = state == KC_DS_APPEALED ? 2 : 1,
	    .due_ms = at->stamp.received_ms};
	enum kc_err err = kc_dispute_enter(st, at, d, state);

	d->level = (uint8_t)replay.version;
	d->replaying = true;
	return err == KC_OK ? kc_due_push(st, &replay) : err;
}

/* --- dispute.file ------------------------------------------------------------
 */
static enum kc_err
refuse_no_decision(const struct kc_at *at, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_NOT_FOUND, "decision that can be disputed",
	    "", NULL, NULL);
	kc_refusal_arg_u64(why, 1,
	    (uint64_t)kc_entry_num(at->e, KC_F_dispute_file_decision, 0));
	return kc_refusal_zh(why, 0, "可申请复核的决定");
}

/* The unit that the signer speaks for, whom the decision concerns. */
static enum kc_err
want_concerned(const struct kc_state *st, const struct kc_at *at,
    const struct kc_decision *d, struct kc_refusal *why)
{
	const struct kc_subject *s = kc_subject_of(d->kind);
	uint32_t unit = kc_principal(st, at, 0)->unit;

	if (unit != KC_NONE && s->of(st, d->object, unit))
		return KC_OK;
	return kc_want_of_unit(st, at, 0, kc_decision_unit(st, d), why);
}

static enum kc_err
want_in_force(const struct kc_state *st, const struct kc_at *at,
    const struct kc_decision *d, struct kc_refusal *why)
{
	static const char *const changed[] = {
	    [KC_LANG_EN] = "no longer what was decided",
	    [KC_LANG_ZH] = "已非原决定"};
	const struct kc_subject *s = kc_subject_of(d->kind);
	const char *const *bars;

	if (s->stands(st, d, kc_principal(st, at, 0)->unit))
		return KC_OK;
	bars = s->bars != NULL ? s->bars(st, d) : NULL;
	if (bars == NULL)
		bars = changed;
	return kc_refuse_state(at, kc_decision_matter(st, d), bars[KC_LANG_EN],
	    bars[KC_LANG_ZH], why);
}

/* While no last day can be named, nobody can say that it has passed. */
static enum kc_err
want_in_time(const struct kc_state *st, const struct kc_at *at,
    const struct kc_decision *d, struct kc_refusal *why)
{
	kc_day last = kc_decision_file_by(st, d, kc_principal(st, at, 0)->unit);

	if (last == KC_DAY_NONE)
		return KC_OK;
	return kc_want_by(at->day, last, st->policies.v[d->policy].policy,
	    KC_P_DISPUTE_FILE_WD, why);
}

enum kc_err
dispute_file_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_decision *d = kc_decision_find(
	    st, (uint64_t)kc_entry_num(at->e, KC_F_dispute_file_decision, 0));
	const char *matter;
	const struct kc_dispute *before;
	enum kc_err err = kc_want_policy(st, why);

	if (err != KC_OK)
		return err;
	if (d == NULL || kc_subject_of(d->kind) == NULL)
		return refuse_no_decision(at, why);
	matter = kc_decision_matter(st, d);
	if (!kc_slice_is(kc_entry_str(at->e, KC_F_dispute_file_matter), matter))
		return kc_refuse_field(
		    at, KC_F_dispute_file_matter, matter, matter, why);
	err = want_concerned(st, at, d, why);
	if (err == KC_OK)
		err = want_in_force(st, at, d, why);
	if (err != KC_OK)
		return err;
	before = kc_decision_dispute(st, d, kc_principal(st, at, 0)->unit);
	if (before != NULL)
		return kc_refuse(
		    why, KC_R_DUPLICATE, before->handle, NULL, NULL, NULL);
	return want_in_time(st, at, d, why);
}

enum kc_err
dispute_file_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_decision *about = kc_decision_find(
	    st, (uint64_t)kc_entry_num(at->e, KC_F_dispute_file_decision, 0));
	const struct kc_subject *s = kc_subject_of(about->kind);
	struct kc_dispute *d = kc_arena_alloc(&st->arena, sizeof(*d));
	int year;
	enum kc_err err;

	if (d == NULL)
		return KC_ENOMEM;
	d->index = st->disputes.n;
	d->decision = (uint32_t)(about - st->decisions.v);
	d->unit = kc_principal(st, at, 0)->unit;
	d->before = s->before == NULL ? -1 : s->before(st, about);
	d->correction = KC_NONE;
	d->due = KC_DAY_NONE;
	for (unsigned i = 0; i < KC_L_dispute_COUNT; i++)
		d->was[i].due = KC_DAY_NONE;
	for (unsigned i = 0; i < 2; i++) {
		d->at[i].ruling = KC_RULING_NONE;
		d->at[i].measure = -1;
		d->at[i].by = d->at[i].of = KC_NONE;
	}
	year = kc_decision_year(st, about);
	kc_handle_make(
	    d->handle, "D", year, kc_number_next(st, year, KC_SERIES_DISPUTE));
	if (!kc_vec_push(&st->disputes, d) ||
	    !kc_index_add(&st->by_code, KC_NS_DISPUTE, d->handle, d->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, d->handle, sizeof(d->handle));
	err = kc_log_event(st, at, &d->events);
	return err == KC_OK ? kc_dispute_enter(st, at, d, KC_DS_FILED) : err;
}

/* --- dispute.accept, .inadmissible, .admit -----------------------------------
 */
enum kc_err
dispute_accept_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_dispute *d;

	return kc_want_dispute(st, at, KC_F_dispute_accept_dispute, &d, why);
}

enum kc_err
dispute_accept_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_accept_dispute);
	enum kc_err err = kc_log_event(st, at, &d->events);

	return err == KC_OK ? kc_dispute_hear(st, at, d, KC_DS_REVIEW) : err;
}

/* To turn a dispute away is to decide about it. */
enum kc_err
dispute_inadmissible_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_dispute *d;
	enum kc_err err =
	    kc_want_dispute(st, at, KC_F_dispute_inadmissible_dispute, &d, why);

	return err == KC_OK ? kc_want_impartial(st, at, d, why) : err;
}

enum kc_err
dispute_inadmissible_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_inadmissible_dispute);
	enum kc_err err = kc_log_event(st, at, &d->events);

	d->at[0].by = at->for_role[0];
	d->at[0].of = at->on_behalf[0];
	return err == KC_OK ? kc_dispute_enter(st, at, d, KC_DS_INADMISSIBLE)
			    : err;
}

enum kc_err
dispute_admit_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return kc_want_late(
	    st, at, KC_F_dispute_admit_dispute, KC_F_dispute_admit_due, why);
}

enum kc_err
dispute_admit_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_admit_dispute);
	enum kc_err err = kc_log_event(st, at, &d->events);

	return err == KC_OK ? kc_dispute_hear(st, at, d, KC_DS_REVIEW) : err;
}

/* --- dispute.appeal, dispute.withdraw
 * ----------------------------------------- */
static enum kc_err
want_own(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_dispute **out, struct kc_refusal *why)
{
	enum kc_err err = kc_want_dispute(st, at, field, out, why);

	return err == KC_OK ? kc_want_of_unit(st, at, 0, (*out)->unit, why)
			    : err;
}

enum kc_err
dispute_appeal_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_dispute *d;
	enum kc_err err =
	    want_own(st, at, KC_F_dispute_appeal_dispute, &d, why);

	/* The clerk's entry comes first; this holds without it too. */
	if (err != KC_OK || d->provisional)
		return err;
	return kc_want_by(at->day, d->due, kc_dispute_policy(st, d),
	    KC_P_DISPUTE_APPEAL_WD, why);
}

enum kc_err
dispute_appeal_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_appeal_dispute);
	enum kc_err err = kc_log_event(st, at, &d->events);

	return err == KC_OK ? kc_dispute_hear(st, at, d, KC_DS_APPEALED) : err;
}

enum kc_err
dispute_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_dispute *d;

	return want_own(st, at, KC_F_dispute_withdraw_dispute, &d, why);
}

/* Whoever goes no further keeps what it was given. */
enum kc_err
dispute_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_withdraw_dispute);
	enum kc_err err = kc_log_event(st, at, &d->events);

	if (err != KC_OK)
		return err;
	return d->at[0].ruling == KC_RULING_NONE
	    ? kc_dispute_enter(st, at, d, KC_DS_WITHDRAWN)
	    : kc_dispute_close(st, at, d);
}

/* --- dispute.present
 * ----------------------------------------------------------- */
/* Either party, for as long as somebody will decide. */
enum kc_err
dispute_present_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t unit = kc_principal(st, at, 0)->unit;
	const struct kc_dispute *d;
	enum kc_err err =
	    kc_want_dispute(st, at, KC_F_dispute_present_dispute, &d, why);

	if (err != KC_OK ||
	    (unit != KC_NONE && unit == kc_dispute_judge(st, d)))
		return err;
	return kc_want_of_unit(st, at, 0, d->unit, why);
}

enum kc_err
dispute_present_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_present_dispute);

	return kc_log_event(st, at, &d->events);
}
