/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A final decision is applied by order of an office, or by itself when that is
 * late. Then the clerk writes the entry that corrects what was disputed: its
 * figures follow from the log, so that nobody can get them wrong, and nothing
 * else comes between.
 */
#include "dispute.h"

#include <assert.h>

#include "noun/prededuct/prededuct.h"

/* --- dispute.apply, dispute.enforce
 * ---------------------------------------------- */
enum kc_err
dispute_apply_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_dispute *d;

	return kc_want_dispute(st, at, KC_F_dispute_apply_dispute, &d, why);
}

/* Orders the correction; of what is gone meanwhile there is none. It is due
 * before whatever else is (due_ms 0): after an outage another order may be, and
 * a case that falls by it could not be corrected any more, for ever. */
static enum kc_err
order(struct kc_state *st, const struct kc_at *at, struct kc_dispute *d)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);
	struct kc_due due = {.object = d->index, .version = 1};
	enum kc_err err = kc_log_event(st, at, &d->events);
	bool falls;
	int64_t measure = kc_ordered(d, &falls);
	int kind = kc_subject_of(about->kind)->corrects(st, d, falls, measure);

	if (err == KC_OK)
		err = kc_dispute_enter(
		    st, at, d, kind < 0 ? KC_DS_APPLIED : KC_DS_APPLYING);
	if (err != KC_OK || kind < 0)
		return err;
	d->correction = (uint32_t)kind;
	due.kind = (enum kc_kind_id)kind;
	return kc_due_push(st, &due);
}

enum kc_err
dispute_apply_apply(struct kc_state *st, const struct kc_at *at)
{
	return order(st, at, kc_dispute_of(st, at, KC_F_dispute_apply_dispute));
}

enum kc_err
dispute_enforce_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return kc_want_late(st, at, KC_F_dispute_enforce_dispute,
	    KC_F_dispute_enforce_due, why);
}

enum kc_err
dispute_enforce_apply(struct kc_state *st, const struct kc_at *at)
{
	return order(
	    st, at, kc_dispute_of(st, at, KC_F_dispute_enforce_dispute));
}

/* --- for the nouns that are corrected
 * ---------------------------------------------- */
enum kc_err
kc_want_correction(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t object, struct kc_refusal *why)
{
	const struct kc_decision *about;
	const struct kc_dispute *d;
	const char *matter;
	enum kc_err err = kc_want_dispute(st, at, field, &d, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, d->index, why);
	if (err != KC_OK)
		return err;
	about = kc_dispute_decision(st, d);
	if (about->object == object)
		return KC_OK;
	matter = kc_decision_matter(st, about);
	return kc_refuse_field(at, 0, matter, matter, why);
}

enum kc_err
kc_want_points(
    const struct kc_at *at, unsigned field, int64_t e4, struct kc_refusal *why)
{
	if (kc_entry_num(at->e, field, -1) == e4)
		return KC_OK;
	(void)kc_refuse_field(at, field, "", "", why);
	kc_refusal_arg_points(why, 1, e4);
	kc_refusal_arg_points(why, 2, e4);
	return KC_EREFUSED;
}

enum kc_err
kc_want_number(
    const struct kc_at *at, unsigned field, int64_t v, struct kc_refusal *why)
{
	if (kc_entry_num(at->e, field, -1) == v)
		return KC_OK;
	(void)kc_refuse_field(at, field, "", "", why);
	kc_refusal_arg_u64(why, 1, (uint64_t)v);
	kc_refusal_arg_u64(why, 2, (uint64_t)v);
	return KC_EREFUSED;
}

enum kc_err
kc_want_word(const struct kc_at *at, unsigned field, enum kc_set set, int64_t v,
    struct kc_refusal *why)
{
	const char *word = kc_word_text(set, v);

	return kc_entry_num(at->e, field, -1) == v
	    ? KC_OK
	    : kc_refuse_field(at, field, word, word, why);
}

int64_t
kc_ordered(const struct kc_dispute *d, bool *falls)
{
	int64_t measure = -1;
	bool fell;
	bool any =
	    kc_dispute_result(d, falls != NULL ? falls : &fell, &measure);

	assert(any);
	(void)any;
	return measure;
}

enum kc_err
kc_corrected(struct kc_state *st, const struct kc_at *at, unsigned field)
{
	struct kc_dispute *d = kc_dispute_of(st, at, field);
	enum kc_err err = kc_log_event(st, at, &d->events);

	return err == KC_OK ? kc_dispute_enter(st, at, d, KC_DS_APPLIED) : err;
}

bool
kc_correction_is_live(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_dispute *of = st->disputes.v[d->object];

	return of->state == KC_DS_APPLYING &&
	    of->correction == (uint32_t)d->kind;
}

void
kc_dispute_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->disputes.v[d->object]->handle);
}

const struct kc_dispute *
kc_correction_of(const struct kc_state *st, const struct kc_due *d)
{
	return st->disputes.v[d->object];
}
