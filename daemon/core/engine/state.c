/* SPDX-License-Identifier: Apache-2.0 */
/* The one function that applies an entry, and what it asks of every entry. */
#include "authority.h"
#include "noun.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/leaf.h>

/* Guard and apply of every kind, from the table. */
static const struct {
	enum kc_err (*guard)(
	    const struct kc_state *, const struct kc_at *, struct kc_refusal *);
	enum kc_err (*apply)(struct kc_state *, const struct kc_at *);
} ops[] = {
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	[KC_K_##sym] = {sym##_guard, sym##_apply},
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
};
_Static_assert(
    sizeof(ops) / sizeof(ops[0]) == KC_K_COUNT, "two functions for every kind");

static void
know_hooks(struct kc_state *st)
{
	assert(kc_nouns_n <= KC_HOOKS_MAX);
	for (size_t i = 0; i < kc_nouns_n; i++) {
		if (kc_nouns[i]->admits != NULL)
			st->admitting.v[st->admitting.n++] = kc_nouns[i];
		if (kc_nouns[i]->after != NULL)
			st->watching.v[st->watching.n++] = kc_nouns[i];
	}
}

enum kc_err
kc_state_new(struct kc_state **out)
{
	struct kc_state *st = kc_alloc(sizeof(*st));
	enum kc_err err;

	*out = NULL;
	if (st == NULL)
		return KC_ENOMEM;
	st->clerk = KC_NONE;
	kc_due_kinds(st);
	know_hooks(st);
	err = kc_calendar_new(&st->calendar);
	if (err != KC_OK) {
		kc_free(st);
		return err;
	}
	*out = st;
	return KC_OK;
}

/* --- what is asked of every entry --- */
enum kc_err
kc_refuse_at(
    const struct kc_at *at, enum kc_refusal_code code, struct kc_refusal *why)
{
	struct kc_buf signed_at = {0}, now = {0};
	enum kc_err err;

	kc_buf_instant_s(&signed_at, at->e->at_s);
	kc_buf_instant_s(&now, at->stamp.received_ms / 1000);
	err = kc_buf_err(&signed_at) != KC_OK ? KC_ENOMEM : kc_buf_err(&now);
	if (err == KC_OK) {
		err = kc_refuse(why, code, "", "", NULL, NULL);
		kc_refusal_arg(why, 0, kc_buf_view(&signed_at));
		kc_refusal_arg(why, 1, kc_buf_view(&now));
	}
	kc_buf_free(&signed_at);
	kc_buf_free(&now);
	return err;
}

static enum kc_err
check_time(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t received_ms = at->stamp.received_ms, at_s = at->e->at_s;

	if (received_ms < st->received_ms)
		return kc_refuse(why, KC_R_CLOCK, NULL, NULL, NULL, NULL);
	if (at_s * 1000 > received_ms + (int64_t)KC_AT_AHEAD_S * 1000)
		return kc_refuse_at(at, KC_R_AT_FUTURE, why);
	if (at_s * 1000 < received_ms - (int64_t)KC_AT_BEHIND_S * 1000)
		return kc_refuse_at(at, KC_R_AT_STALE, why);
	return KC_OK;
}

static enum kc_err
check_ledger(
    const struct kc_state *st, const struct kc_entry *e, struct kc_refusal *why)
{
	bool opens = e->kind->id == KC_K_ledger_open;

	if (st->size == 0 && !opens)
		return kc_refuse(why, KC_R_NOT_OPEN, NULL, NULL, NULL, NULL);
	if (st->size > 0 && opens)
		return kc_refuse(why, KC_R_OPEN_TWICE, NULL, NULL, NULL, NULL);
	if (opens || kc_slice_is(e->ledger, st->origin))
		return KC_OK;
	(void)kc_refuse(why, KC_R_LEDGER, "", st->origin, NULL, NULL);
	kc_refusal_arg(why, 0, e->ledger);
	return KC_EREFUSED;
}

/* Is it a kind that only what is due brings about? What the clerk says of its
 * own accord waits for what is due as every other entry. */
static bool
is_timed(const struct kc_state *st, const struct kc_kind *kind)
{
	return st->timed[kind->id] != NULL;
}

/* What is due must stand first. A kind that falls due itself is measured
 * against the head of the queue by its guard (kc_want_due). */
static enum kc_err
check_due(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	enum kc_err err;

	if (is_timed(st, at->e->kind))
		return KC_OK;
	err = kc_want_none_due(st, at->stamp.received_ms, why);
	for (size_t i = 0; err == KC_EREFUSED && i < kc_nouns_n; i++)
		if (kc_nouns[i]->goes_first != NULL &&
		    kc_nouns[i]->goes_first(st, at))
			err = KC_OK;
	return err;
}

static enum kc_err
check_nouns(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < st->admitting.n; i++)
		err = st->admitting.v[i]->admits(st, at, why);
	return err;
}

static enum kc_err
examine(const struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp stamp, struct kc_at *at, struct kc_refusal *why)
{
	enum kc_err err;

	assert(e->kind != NULL && (unsigned)e->kind->id < KC_K_COUNT);
	assert(st->taken == KC_TAKEN_SUPPOSED || stamp.seq == st->size);
	assert(stamp.received_ms >= 0);
	why->code = KC_R_NONE;
	why->line = why->col = 0;
	why->rule[0] = why->rule_place[0] = why->state[0] = '\0';
	why->state_zh[0] = '\0';
	at->e = e;
	at->stamp = stamp;
	at->day = kc_day_of_instant(stamp.received_ms, KC_LOCAL_OFFSET_S);
	err = check_ledger(st, e, why);
	if (err == KC_OK)
		err = check_time(st, at, why);
	if (err == KC_OK && e->kind->id != KC_K_ledger_open) {
		err = kc_want_epoch(st, e, why);
		if (err == KC_OK)
			err = kc_want_texts(st, e, why);
		if (err == KC_OK)
			err = kc_authorise(st, at, why);
		if (err == KC_OK && st->taken == KC_TAKEN_REAL)
			err = kc_want_seen(st, at, why);
		if (err == KC_OK)
			err = check_nouns(st, at, why);
		if (err == KC_OK)
			err = check_due(st, at, why);
	}
	if (err == KC_OK)
		err = ops[e->kind->id].guard(st, at, why);
	if (err == KC_OK && is_timed(st, e->kind))
		err = kc_want_due_id(st, at, why);
	assert(err == KC_OK || err == KC_ENOMEM || err == KC_EREFUSED);
	return err;
}

enum kc_err
kc_state_check(const struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp stamp, struct kc_refusal *why)
{
	struct kc_at at;

	return examine(st, e, stamp, &at, why);
}

enum kc_err
kc_state_apply(struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp stamp, struct kc_refusal *why)
{
	struct kc_at at;
	enum kc_err err = examine(st, e, stamp, &at, why);

	if (err != KC_OK)
		return err;
	st->last_handle[0] = '\0';
	err = ops[e->kind->id].apply(st, &at);
	assert(err == KC_OK || err == KC_ENOMEM);
	for (size_t i = 0; err == KC_OK && i < st->watching.n; i++)
		err = st->watching.v[i]->after(st, &at);
	if (err == KC_OK && st->taken != KC_TAKEN_SUPPOSED) {
		err = kc_note_seen(st, &at);
		st->size++;
	}
	if (err != KC_OK)
		return err;
	st->received_ms = stamp.received_ms;
	kc_due_settle(st);
	kc_open_after(st, &at);
	return KC_OK;
}

enum kc_err
kc_state_try(struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp stamp, struct kc_refusal *why)
{
	enum kc_err err = kc_state_apply(st, e, stamp, why);
	const struct kc_noun *noun = kc_noun_of(e->kind->id);

	if (err == KC_OK && noun->unsay != NULL)
		noun->unsay(st, e);
	return err;
}

enum kc_err
kc_state_stay(
    struct kc_state *st, const struct kc_entry *e, struct kc_stamp stamp)
{
	struct kc_at at = {.e = e,
	    .stamp = stamp,
	    .day = kc_day_of_instant(stamp.received_ms, KC_LOCAL_OFFSET_S)};
	enum kc_err err = KC_OK;

	assert(st->taken != KC_TAKEN_REAL);
	for (unsigned i = 0; i < e->nby; i++) {
		at.signer[i] = kc_find(st, KC_NS_ACTOR, e->by[i]);
		if (at.signer[i] == KC_NONE)
			at.signer[i] = st->clerk;
	}
	for (size_t i = 0; err == KC_OK && i < st->watching.n; i++)
		err = st->watching.v[i]->after(st, &at);
	if (err == KC_OK)
		err = kc_note_seen(st, &at);
	if (err != KC_OK)
		return err;
	st->size++;
	if (st->received_ms < stamp.received_ms)
		st->received_ms = stamp.received_ms;
	kc_due_settle(st);
	return KC_OK;
}

void
kc_state_pass(struct kc_state *st)
{
	assert(st->taken != KC_TAKEN_REAL);
	st->size++;
}
