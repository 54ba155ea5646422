/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The replay that the clerk attaches to a dispute: what both parties can work
 * out from the log up to the entry, byte for byte. Where it stands is what it
 * has seen: the clerk sees all that stands.
 */
#include "dispute.h"

#include <string.h>

#include "noun/prededuct/prededuct.h"

void
kc_buf_dispute_trail(
    struct kc_buf *b, const struct kc_state *st, const struct kc_dispute *d)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);
	const struct kc_matter *m = kc_matter_of_kind(about->kind);
	const struct kc_events *ev = m->events(st, about->object);

	kc_buf_str(b, m->handle(st, about->object));
	kc_buf_char(b, '\n');
	for (uint32_t i = 0; i < ev->n; i++) {
		kc_buf_u64(b, ev->v[i].seq);
		kc_buf_char(b, ' ');
		kc_buf_str(
		    b, kc_kind_get((enum kc_kind_id)ev->v[i].kind)->name);
		kc_buf_char(b, '\n');
	}
}

/* Calendars of the matter's year, and of the one into which it runs. */
static void
take_calendars(const struct kc_state *st, const struct kc_dispute *d,
    struct kc_dispute_record *out)
{
	int year = kc_decision_year(st, kc_dispute_decision(st, d));

	for (int i = 0; i < 2; i++) {
		const struct kc_hash *h = kc_calendar_hash(st, year + i);

		if (h != NULL)
			out->calendar[out->ncalendars++] = *h;
	}
}

enum kc_err
kc_dispute_record(const struct kc_state *st, const struct kc_dispute *d,
    struct kc_dispute_record *out)
{
	struct kc_buf trail = {0};
	enum kc_err err;

	memset(out, 0, sizeof(*out));
	out->policy = st->policies.v[kc_dispute_decision(st, d)->policy].hash;
	take_calendars(st, d, out);
	kc_buf_dispute_trail(&trail, st, d);
	err = kc_buf_err(&trail);
	if (err == KC_OK)
		out->trail = kc_sha256(trail.p, trail.n);
	kc_buf_free(&trail);
	return err == KC_OK ? kc_unit_digest(st, d->unit, &out->state) : err;
}

/* --- dispute.replay
 * --------------------------------------------------------------- */
void
kc_replay_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = st->disputes.v[due->object];
	struct kc_dispute_record r;
	enum kc_err err = kc_dispute_record(st, d, &r);

	if (err != KC_OK) {
		kc_made_fail(m, err);
		return;
	}
	kc_made_text(m, KC_F_dispute_replay_dispute, d->handle);
	kc_made_hash(m, KC_F_dispute_replay_policy, &r.policy);
	for (unsigned i = 0; i < r.ncalendars; i++)
		kc_made_hash(m, KC_F_dispute_replay_calendar, &r.calendar[i]);
	kc_made_hash(m, KC_F_dispute_replay_state, &r.state);
	kc_made_hash(m, KC_F_dispute_replay_trail, &r.trail);
}

static enum kc_err
want_record(const struct kc_at *at, const struct kc_dispute_record *r,
    struct kc_refusal *why)
{
	const unsigned calendar = KC_F_dispute_replay_calendar;
	enum kc_err err =
	    kc_want_hash(at, KC_F_dispute_replay_policy, 0, &r->policy, why);

	for (unsigned i = 0; err == KC_OK && i < r->ncalendars; i++)
		err = kc_want_hash(at, calendar, i, &r->calendar[i], why);
	if (err == KC_OK && kc_entry_count(at->e, calendar) != r->ncalendars) {
		(void)kc_refuse(why, KC_R_FIELD_COUNT,
		    at->e->kind->fields[calendar].name, "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, r->ncalendars);
		return KC_EREFUSED;
	}
	if (err == KC_OK)
		err = kc_want_hash(
		    at, KC_F_dispute_replay_state, 0, &r->state, why);
	if (err == KC_OK)
		err = kc_want_hash(
		    at, KC_F_dispute_replay_trail, 0, &r->trail, why);
	return err;
}

enum kc_err
dispute_replay_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_dispute_record r;
	const struct kc_dispute *d;
	enum kc_err err =
	    kc_want_dispute(st, at, KC_F_dispute_replay_dispute, &d, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, d->index, why);
	/* What proves the history is asked of the history alone. */
	if (err != KC_OK || st->taken != KC_TAKEN_REAL)
		return err;
	err = kc_dispute_record(st, d, &r);
	return err == KC_OK ? want_record(at, &r, why) : err;
}

enum kc_err
dispute_replay_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_dispute_replay_dispute);

	d->replaying = false;
	return kc_log_event(st, at, &d->events);
}
