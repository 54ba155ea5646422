/* SPDX-License-Identifier: Apache-2.0 */
/* The twelve ways. */
#include "tamper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>

void
tamper_begin(struct victim *t)
{
	const struct kit *k = &t->s.k;

	for (t->nv = 0; t->nv < t->n; t->nv++)
		t->v[t->nv] = (struct line){
		    {k->log.p + k->notes[t->nv].off, k->notes[t->nv].n},
		    k->notes[t->nv].received_ms};
	kc_buf_reset(&t->own);
}

/* One that somebody who signed later has seen, and that is not the first. */
static unsigned
deep(struct victim *t)
{
	return 1 + (unsigned)sim_random(&t->s, t->n - 2);
}

static void
leave_out(struct victim *t, unsigned i)
{
	t->nv--;
	memmove(&t->v[i], &t->v[i + 1], (t->nv - i) * sizeof(t->v[0]));
}

static void
put_in(struct victim *t, unsigned i, int64_t received_ms)
{
	assert_true(t->nv < KIT_NOTES_MAX);
	memmove(&t->v[i + 1], &t->v[i], (t->nv - i) * sizeof(t->v[0]));
	t->v[i] = (struct line){kc_buf_view(&t->own), received_ms};
	t->nv++;
}

static void
add(struct victim *t)
{
	put_in(t, t->nv, t->s.k.now_ms);
}

static const struct kc_entry *
entry(const struct victim *t, unsigned i)
{
	static struct kc_entry e;
	struct kc_refusal why;

	assert_int_equal(kc_entry_decode(&e, t->v[i].note, &why), KC_OK);
	return &e;
}

/* The text of a note anew, under the clerk's key. */
static void
by_clerk(struct victim *t, struct kc_buf *text)
{
	kc_buf_sign_entry(
	    &t->own, kc_buf_view(text), kit_key(&t->s.k, "clerk"), 1);
	assert_int_equal(kc_buf_err(&t->own), KC_OK);
	kc_buf_free(text);
}

/* Another last letter or figure of the last value, if it is one; else of the
 * number of the statement. */
static void
edit(struct victim *t)
{
	unsigned i = deep(t);
	const struct kc_entry *e;
	struct kc_slice note = t->v[i].note;
	size_t at;

	e = entry(t, i);
	at = e->text.n - 2; /* before the LF that ends it */
	if ((unsigned char)e->text.p[at] >= 0x80)
		at = (size_t)(strstr(e->text.p, "\nid ") - e->text.p) + 4;
	kc_buf_slice(&t->own, note);
	t->own.p[at] = t->own.p[at] == '1' ? '2' : '1';
	t->v[i].note = kc_buf_view(&t->own);
}

static void
drop(struct victim *t)
{
	leave_out(t, deep(t));
}

/* What the clerk wrote, again, as if of another id. */
static void
insert(struct victim *t)
{
	unsigned i =
	    t->clerk + 1 + (unsigned)sim_random(&t->s, t->n - 2 - t->clerk);
	struct kc_slice text = entry(t, t->clerk)->text;
	struct kc_buf b = {0};
	char *id;

	kc_buf_slice(&b, text);
	id = strstr(kc_buf_cstr(&b), "\nid ") + 4;
	*id = *id == '0' ? '1' : '0';
	by_clerk(t, &b);
	put_in(t, i, t->v[i - 1].received_ms);
}

static void
swap(struct victim *t)
{
	unsigned i = deep(t);
	struct kc_slice note = t->v[i].note;

	t->v[i].note = t->v[i + 1].note;
	t->v[i + 1].note = note;
}

static void
truncate_tail(struct victim *t)
{
	t->nv = deep(t);
}

/* The last statement came a second later than it did. */
static void
sign_anew(struct victim *t)
{
	t->v[t->n - 1].received_ms += 1000;
}

static void
from_elsewhere(struct victim *t)
{
	t->s.k.ledger = "example.org/another";
	tamper_return(t, t->by, t->of, "8000");
	t->s.k.ledger = KIT_ORIGIN;
	add(t);
}

/* One of two who signed: its signature, or its line `by` too. */
static void
strip(struct victim *t)
{
	unsigned i = deep(t);
	struct kc_slice note;
	const char *by, *line;

	while (entry(t, i)->nby != 2)
		i = i % (t->n - 1) + 1;
	note = t->v[i].note;
	line = note.p + note.n - 1;
	while (line[-1] != '\n')
		line--;
	by = entry(t, i)->by[1].p - 3;
	if (sim_chance(&t->s, 50)) {
		kc_buf_put(&t->own, note.p, (size_t)(line - note.p));
	} else {
		const char *after = by + 3 + entry(t, i)->by[1].n + 1;

		kc_buf_put(&t->own, note.p, (size_t)(by - note.p));
		kc_buf_put(&t->own, after, (size_t)(line - after));
	}
	t->v[i].note = kc_buf_view(&t->own);
}

/* It came when the one before it did. */
static void
back_date(struct victim *t)
{
	unsigned i = deep(t);

	while (i == t->n - 1 || t->v[i].received_ms == t->v[i - 1].received_ms)
		i = i % (t->n - 1) + 1;
	t->v[i].received_ms = t->v[i - 1].received_ms;
}

/* The clerk ends what has time left. */
static void
forge_expiry(struct victim *t)
{
	struct kit *k = &t->s.k;
	struct kc_hash root = kc_frontier_root(&k->frontier);
	struct kc_buf text = {0};

	assert_int_equal(
	    kc_state_due_text(k->st, &t->due, k->now_ms, &root, &text), KC_OK);
	by_clerk(t, &text);
	add(t);
}

/* An expiry is left out; or the clerk is kept from writing it at all, and an
 * author goes on after its day. */
static void
miss_expiry(struct victim *t)
{
	struct kit *k = &t->s.k;
	int64_t now_ms = k->now_ms;

	if (sim_chance(&t->s, 50)) {
		leave_out(t, t->clerk);
		return;
	}
	k->now_ms = t->due.due_ms + 1000;
	tamper_return(t, t->by, t->of, "8000");
	add(t);
	k->now_ms = now_ms;
}

/* More comes back than may: who judges the case and who holds the log's key
 * are in league. */
static void
wrong_score(struct victim *t)
{
	tamper_return(t, t->by, t->of, "10000");
	add(t);
}

#define HOLDS (1u << KC_HOLDS)
#define TAMPERED (1u << KC_TAMPERED)
#define INCOMPLETE (1u << KC_INCOMPLETE)
#define DIFFERS (1u << KC_DIFFERS)

const struct tampering tamperings[TAMPERINGS] = {
    {"edit", "a value of a statement is changed", edit, TAMPERED, TAMPERED},
    {"drop", "an entry is left out", drop, TAMPERED, TAMPERED},
    {"insert", "an entry of the clerk is put in", insert, TAMPERED, TAMPERED},
    {"swap", "two entries change places", swap, TAMPERED, TAMPERED},
    {"truncate", "the tail is cut off", truncate_tail, HOLDS, INCOMPLETE},
    {"re-sign", "what nobody has signed after is stamped anew", sign_anew,
	HOLDS, TAMPERED},
    {"replay", "a statement of another ledger is taken in", from_elsewhere,
	DIFFERS, DIFFERS},
    {"strip", "a co-signature is taken away", strip, TAMPERED, TAMPERED},
    {"back-date", "an entry is received earlier", back_date, TAMPERED,
	TAMPERED},
    {"forged-expiry", "the clerk ends what has time left", forge_expiry,
	DIFFERS, DIFFERS},
    {"missing-expiry", "the clerk is silenced", miss_expiry, TAMPERED | DIFFERS,
	TAMPERED | DIFFERS},
    {"wrong-score", "more comes back than the rules allow", wrong_score,
	DIFFERS, DIFFERS},
};
