/* SPDX-License-Identifier: Apache-2.0 */
/* What people do, and those who would be them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

bool
world_happens(struct world *w, enum sim_fault f, unsigned per_mille)
{
	bool yes = sim_random(&w->s, 1000) < per_mille;

	if (!yes || !w->use[f])
		return false;
	w->fired[f]++;
	return true;
}

struct waiting *
world_written(struct world *w, const struct statement *st)
{
	struct kc_buf note = {0};
	struct waiting *one = NULL;
	struct kit *k = &w->s.k;

	k->now_ms = w->true_ms;
	memset(&k->why, 0, sizeof(k->why));
	if (kit_note(k, &note, st->kind, st->by, st->fields) == KC_OK)
		one = world_wait(w, &note);
	else
		w->s.refused++;
	if (one != NULL && st->slot != NULL) {
		one->slot = st->slot;
		one->next = st->next;
	}
	kc_buf_free(&note);
	return one;
}

static struct waiting *
statement(struct world *w)
{
	static struct statement st;
	struct waiting *one;

	memset(&st, 0, sizeof(st));
	if (world_happens(w, F_WILD, 200))
		sim_wild(&w->s, &st);
	else
		sim_sensible(&w->s, &st);
	one = world_written(w, &st);
	kc_free(st.big);
	return one;
}

/* Somebody who has the clerk's key says that the ledger was put back; two
 * administrators accept that. */
static void
accept_restored(struct world *w)
{
	static const char *const pairs[] = {
	    "root.a root.b", "root.b root.c", "root.a root.c"};
	static struct statement st;
	struct waiting *one;

	for (size_t i = 0; w->s.k.st->restored && world_is_up(w) &&
	     i < sizeof(pairs) / sizeof(pairs[0]);
	     i++) {
		sim_begin(&st, KC_K_restore_accept, pairs[i]);
		sim_add(&st, "basis", "x");
		one = world_written(w, &st);
		if (one != NULL)
			world_send(w, &one, 1);
		world_wake(w);
	}
}

/* Two administrators rotate the key of the log; its file lies there before the
 * entry does. */
static void
rotate_log(struct world *w)
{
	size_t n = atomic_load(&w->nlog_keys);
	static struct statement st;
	struct waiting *one;

	if (n == KC_LOG_KEYS_MAX || !world_happens(w, F_LOGKEY, 10))
		return;
	memset(&st, 0, sizeof(st));
	sim_log_key(&w->s, &st);
	w->log_keys[n] = st.next.skey;
	atomic_store(&w->nlog_keys, n + 1);
	one = world_written(w, &st);
	if (one != NULL)
		world_send(w, &one, 1);
}

void
world_act(struct world *w)
{
	struct waiting *what[WORLD_SEND];
	unsigned want = 1, n = 0;

	if (world_happens(w, F_BURST, 100))
		want = 2 + (unsigned)sim_random(&w->s, WORLD_SEND - 2);
	for (unsigned i = 0; i < want; i++) {
		struct waiting *one = statement(w);

		if (one == NULL)
			continue;
		if (world_happens(w, F_STALE, 20))
			one->held = true;
		else
			what[n++] = one;
	}
	world_send(w, what, n);
	rotate_log(w);
	accept_restored(w);
}

/* What nobody has answered for good, in any order. */
void
world_send_again(struct world *w, bool all)
{
	unsigned first = (unsigned)sim_random(&w->s, WORLD_WAITING);

	for (unsigned i = 0; i < WORLD_WAITING; i++) {
		struct waiting *one = &w->waiting[(first + i) % WORLD_WAITING];

		if (one->note.n == 0 || (!all && sim_chance(&w->s, 70)))
			continue;
		one->held = false;
		if (world_is_open(w))
			world_send(w, &one, 1);
	}
}

/* --- what must not stand --- */
/* Sends what must be refused, whatever it says. */
static void
send_forbidden(struct world *w, struct waiting *one, const char *what)
{
	unsigned acked = w->acked;

	world_send(w, &one, 1);
	sim_require(&w->s, w->acked == acked && one->note.n == 0, what);
}

/* One character of a statement that is signed is another one: of a new one,
 * or of one that stands. */
void
world_alter(struct world *w)
{
	const struct kit *k = &w->s.k;
	struct waiting *one;
	struct kc_buf note = {0};
	const struct kit_note *n = &k->notes[sim_random(&w->s, k->nnotes)];
	char *c;

	if (sim_chance(&w->s, 50)) {
		kc_buf_put(&note, k->log.p + n->off, n->n);
		one = world_wait(w, &note);
	} else {
		one = statement(w);
	}
	kc_buf_free(&note);
	if (one == NULL)
		return;
	one->slot = NULL;
	c = &one->note.p[sim_random(&w->s, one->note.n)];
	*c = *c == 'a' ? 'b' : 'a';
	send_forbidden(w, one, "an altered statement is acknowledged");
}

/* Signed with a key that was replaced or revoked. */
void
world_steal(struct world *w)
{
	unsigned n = w->nold < WORLD_OLD_KEYS ? w->nold : WORLD_OLD_KEYS;
	unsigned i = n > 0 ? (unsigned)sim_random(&w->s, n) : 0;
	struct kit_key *slot = w->old_keys[i].slot, now;
	struct waiting *one = NULL;
	struct statement st;

	if (n == 0)
		return;
	for (int tries = 0; tries < 20 && one == NULL; tries++) {
		memset(&st, 0, sizeof(st));
		sim_sensible(&w->s, &st);
		now = *slot;
		*slot = w->old_keys[i].key;
		if (strcmp(st.by, slot->name) == 0 && st.slot == NULL)
			one = world_written(w, &st);
		*slot = now;
		kc_free(st.big);
	}
	if (one != NULL)
		send_forbidden(w, one, "a key that is not in force signs");
}

void
world_confirm(struct world *w)
{
	static const char *const pairs[] = {"root.a P09.a", "root.b P09.a",
	    "root.c P09.b", "root.a root.b", "root.b root.c", "root.a root.c",
	    "P09.a P09.b"};
	static struct statement st;
	struct waiting *one;

	world_wake(w);
	for (size_t i = 0; w->s.k.st->held && world_is_up(w) &&
	     i < sizeof(pairs) / sizeof(pairs[0]);
	     i++) {
		sim_begin(&st, KC_K_clock_confirm, pairs[i]);
		sim_add(&st, "basis", "x");
		one = world_written(w, &st);
		if (one != NULL)
			world_send(w, &one, 1);
		world_wake(w);
	}
	accept_restored(w);
	w->stuck = world_is_up(w) && (w->s.k.st->held || w->s.k.st->restored);
}
