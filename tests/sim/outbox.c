/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept beside the log: a row for each entry, in the transaction of the
 * entry, until a sender has taken it. It asks of the ledger's writer and of
 * the store what an outbox of messages asks of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define TAKEN_AT_ONCE 32
#define TOLD_EVERY 8 /* entries */
#define SENDER_MS 60000

static void
key_of(uint64_t seq, uint8_t key[KC_PUT_KEY_SIZE])
{
	uint8_t b[8];
	struct kc_hash h;

	kc_put_be64(b, seq);
	h = kc_sha256(b, sizeof(b));
	memcpy(key, h.b, KC_PUT_KEY_SIZE);
}

/* Now and then the sender has something to say. */
static bool
next_entry(void *ctx, const struct kc_state *st, int64_t received_ms,
    const struct kc_hash *root, struct kc_buf *text)
{
	struct outbox *o = ctx;
	struct sim_told t;

	if (!o->sending || o->told || kc_state_size(st) % TOLD_EVERY != 0 ||
	    !sim_tell(&t, st))
		return false;
	if (kc_state_outcome_text(st, &t.o, received_ms, root, text) != KC_OK)
		abort();
	o->told = true;
	return true;
}

static void
entered(void *ctx, enum kc_err err, const struct kc_refusal *why)
{
	(void)ctx, (void)err, (void)why; /* refused: the clerk has no key */
}

static void
add_row(struct outbox *o, uint64_t seq, bool gone)
{
	struct kc_put *p = &o->puts[o->n];
	union {
		const uint8_t *u;
		const char *c;
	} text = {o->values[o->n]};

	assert_true(o->n < OUTBOX_PUTS);
	key_of(seq, p->key);
	kc_put_be64(o->values[o->n], seq);
	p->value = (struct kc_slice){text.c, gone ? 0 : 8};
	o->seqs[o->n++] = seq;
}

/* A row for each new entry; and those that were sent meanwhile go. */
static size_t
rows(void *ctx, const struct kc_state *st, int64_t now_ms,
    const struct kc_put **out)
{
	struct outbox *o = ctx;
	unsigned taken = 0;

	o->n = 0;
	o->size = kc_state_size(st);
	o->now_ms = now_ms;
	o->told = false;
	for (uint64_t seq = o->upto; seq < o->size; seq++)
		add_row(o, seq, false);
	o->made = o->n;
	for (uint64_t seq = 0; o->sending && seq < o->upto; seq++)
		if (o->row[seq] == ROW_KEPT && taken++ < TAKEN_AT_ONCE)
			add_row(o, seq, true);
	/* Until it is settled nobody knows. */
	for (size_t i = o->made; i < o->n; i++)
		o->row[o->seqs[i]] = ROW_UNSURE;
	*out = o->puts;
	return o->n;
}

static void
rows_settled(void *ctx, bool stand)
{
	struct outbox *o = ctx;

	for (size_t i = 0; i < o->n && stand; i++)
		o->row[o->seqs[i]] = i < o->made ? ROW_KEPT : ROW_GONE;
	if (stand && o->n > 0)
		o->upto = o->size;
	o->n = o->made = 0;
}

static int64_t
next_ms(void *ctx)
{
	const struct outbox *o = ctx;
	int64_t soon = o->now_ms + SENDER_MS;

	/* It is asked before it is told that the batch stands. */
	if (o->sending && o->made > 0)
		return soon;
	for (uint64_t seq = 0; o->sending && seq < o->upto; seq++)
		if (o->row[seq] == ROW_KEPT)
			return soon;
	return INT64_MAX;
}

/* The rows of a simulation are counted by its model. */
static void
no_counts(void *ctx, struct kc_beside_counts *out)
{
	(void)ctx;
	*out = (struct kc_beside_counts){0};
}

struct kc_beside
outbox_beside(struct world *w)
{
	return (struct kc_beside){.entry = next_entry,
	    .entered = entered,
	    .rows = rows,
	    .settled = rows_settled,
	    .next_ms = next_ms,
	    .counts = no_counts,
	    .ctx = &w->outbox};
}

/* --- against the store --- */
static enum kc_err
see_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct world *w = ctx;
	uint8_t want[KC_PUT_KEY_SIZE], b[8];
	uint64_t seq;

	assert_int_equal(value.n, sizeof(b));
	memcpy(b, value.p, sizeof(b));
	seq = kc_be64(b);
	key_of(seq, want);
	sim_require(&w->s,
	    memcmp(want, key, sizeof(want)) == 0 &&
		seq < kc_store_size(w->store),
	    "a message about nothing is in the outbox");
	sim_require(&w->s, w->outbox.row[seq] != ROW_GONE,
	    "a message that was sent is in the outbox again");
	w->outbox.there[seq] = true;
	return KC_OK;
}

void
outbox_check(struct world *w)
{
	struct outbox *o = &w->outbox;
	uint64_t size = kc_store_size(w->store);

	memset(o->there, 0, sizeof(o->there));
	assert_int_equal(kc_store_outbox(w->store, see_row, w), KC_OK);
	for (uint64_t seq = 0; seq < size; seq++)
		sim_require(&w->s,
		    o->there[seq] || o->row[seq] == ROW_GONE ||
			o->row[seq] == ROW_UNSURE || o->by_rival[seq],
		    "a message is lost");
}

/* The process is new: what it knows is what the store has. */
void
outbox_restarted(struct world *w)
{
	struct outbox *o = &w->outbox;
	uint64_t size = kc_store_size(w->store);

	o->n = o->made = 0;
	outbox_check(w);
	for (uint64_t seq = 0; seq < size; seq++)
		o->row[seq] = o->there[seq] ? ROW_KEPT : ROW_GONE;
	o->upto = size;
}

bool
outbox_is_empty(const struct world *w)
{
	for (uint64_t seq = 0; seq < w->outbox.upto; seq++)
		if (w->outbox.row[seq] == ROW_KEPT)
			return false;
	return true;
}
