/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twelve ways to tamper with each of LEDGERS different ledgers (from FIRST
 * on), judged by the verifier with a checkpoint of the ledger before, and
 * without one. KEEP=DIR leaves all of them there for another checker.
 */
#include "tamper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tap.h"

#define STEPS_MAX                                                              \
	3000 /* then the next seed: its people are gone, or it is full */

/* --- a ledger --- */
void
tamper_return(
    struct victim *t, const char *by, const char *of, const char *rate)
{
	const char *fields[] = {of, kit_field("rate", rate), "reason=x", NULL};

	kc_buf_reset(&t->own);
	assert_int_equal(
	    kit_note(&t->s.k, &t->own, KC_K_refund_grant, by, fields), KC_OK);
}

static enum kc_refusal_code
would_say(struct victim *t, const char *by, const char *of, const char *rate)
{
	static struct kc_entry e;
	struct kc_refusal why = {0};
	struct kit *k = &t->s.k;
	struct kc_stamp at = {kc_state_size(k->st), k->now_ms};

	tamper_return(t, by, of, rate);
	assert_int_equal(
	    kc_entry_decode(&e, kc_buf_view(&t->own), &why), KC_OK);
	(void)kc_state_check(k->st, &e, at, &why);
	return why.code;
}

/* Somebody may give 80 % back now, and nobody more. */
static bool
may_return(struct victim *t)
{
	static const char *const by[] = {"G02.a", "G02.b", "dual", "P09.a"};
	const struct kc_state *st = t->s.k.st;

	for (uint32_t i = 0; i < st->cases.n; i++) {
		const struct kc_case *c = st->cases.v[i];

		for (size_t k = 0; c->state == KC_CS_SUBMITTED &&
		     k < sizeof(by) / sizeof(*by);
		     k++) {
			t->by = by[k];
			t->of = case_field(c);
			if (would_say(t, t->by, t->of, "8000") == KC_R_NONE &&
			    would_say(t, t->by, t->of, "10000") ==
				KC_R_RETURN_CAP)
				return true;
		}
	}
	return false;
}

static bool
is_by_clerk(const struct kit *k, unsigned i)
{
	static struct kc_entry e;
	struct kc_refusal why;
	struct kc_slice note = {k->log.p + k->notes[i].off, k->notes[i].n};

	assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
	return kc_slice_is(e.by[0], "clerk");
}

static bool
is_ripe(struct victim *t)
{
	struct kit *k = &t->s.k;

	t->n = k->nnotes;
	for (t->clerk = t->n - 1; t->clerk > 0; t->clerk--)
		if (is_by_clerk(k, t->clerk))
			break;
	return t->clerk > 0 && t->clerk < t->n - 2 && !k->st->held &&
	    kc_state_due(k->st, &t->due) && t->due.due_ms > k->now_ms + 1000 &&
	    may_return(t);
}

/* As the random years go, until there is something to tamper with. */
static bool
make(struct victim *t, uint64_t seed)
{
	static struct statement st;
	struct sim *s = &t->s;

	memset(s, 0, sizeof(*s));
	s->seed = s->rng = seed;
	sim_city(s);
	kit_on(&s->k, "2022-04-01");
	for (s->step = 1; s->step <= STEPS_MAX && model_clerk_lives(s);
	     s->step++) {
		memset(&st, 0, sizeof(st));
		s->k.now_ms += (int64_t)sim_random(s, 86400) * 1000;
		(void)kit_clerk(&s->k);
		model_read(s);
		sim_sensible(s, &st);
		if (kit_try(&s->k, st.kind, st.by, st.fields) != KC_OK) {
			kc_free(st.big);
			continue;
		}
		kc_free(st.big);
		if (st.slot != NULL)
			*st.slot = st.next;
		model_read(s);
		if (is_ripe(t))
			return true;
	}
	return false;
}

static void
unmake(struct victim *t)
{
	model_free(&t->s);
	kit_free(&t->s.k);
}

/* --- what the verifier says --- */
/* The keys that the entries bring, as far as the rules take them. */
static void
forge_keys(const struct victim *t, struct kc_buf *out)
{
	static struct kc_entry e;
	struct kc_refusal why;
	struct kc_state *st = NULL;
	enum kc_err err = KC_OK;

	assert_int_equal(kc_state_new(&st), KC_OK);
	for (unsigned i = 0; i < t->nv && err == KC_OK; i++) {
		struct kc_stamp at = {i, t->v[i].received_ms};

		err = kc_entry_decode(&e, t->v[i].note, &why);
		if (err == KC_OK)
			err = kc_state_apply(st, &e, at, &why);
	}
	kc_buf_reset(out);
	kc_state_keys(st, out);
	kc_state_free(st);
}

static void
export_of(struct victim *t, struct export *x)
{
	struct leaves l = {.n = t->nv};

	l.v = kc_alloc((l.n + 1) * sizeof(*l.v));
	assert_non_null(l.v);
	for (unsigned i = 0; i < t->nv; i++)
		leaves_set(&l, i, i, t->v[i].received_ms, t->v[i].note);
	export_make(x, &t->s.k, &l);
	forge_keys(t, &export_find(x, "keys")->bytes);
	leaves_free(&l);
}

static unsigned
judge(struct export *x, struct kc_slice kept)
{
	static struct kc_verify_report r;
	struct kc_files files = export_files(x);
	struct kc_verify_options o = {.files = &files, .at_least = kept};

	kc_verify(&o, &r);
	return 1u << kc_verify_exit(&r);
}

/* --- for another checker --- */
static void
write_out(
    const struct export *x, const char *dir, uint64_t seed, const char *name)
{
	char path[512];

	if (dir == NULL)
		return;
	(void)snprintf(path, sizeof(path), "%s/%llu/%s", dir,
	    (unsigned long long)seed, name);
	export_write(x, path);
}

/* --- all --- */
struct score {
	unsigned with, alone, wrong;
};

static void
tamper(struct victim *t, uint64_t seed, const char *dir, struct score *scores)
{
	struct export honest = {0};
	struct kc_slice kept, none = {NULL, 0};

	tamper_begin(t);
	export_of(t, &honest);
	write_out(&honest, dir, seed, "honest");
	kept = kc_buf_view(&export_find(&honest, "checkpoint")->bytes);
	assert_int_equal(judge(&honest, none), 1u << KC_HOLDS);
	assert_int_equal(judge(&honest, kept), 1u << KC_HOLDS);
	for (unsigned i = 0; i < TAMPERINGS; i++) {
		const struct tampering *y = &tamperings[i];
		struct export x = {0};
		unsigned alone, with;

		tamper_begin(t);
		y->forge(t);
		export_of(t, &x);
		write_out(&x, dir, seed, y->name);
		alone = judge(&x, none);
		with = judge(&x, kept);
		scores[i].alone += alone != 1u << KC_HOLDS;
		scores[i].with += with != 1u << KC_HOLDS;
		if ((alone & y->alone) == 0 || (with & y->with) == 0) {
			scores[i].wrong++;
			tap_note("ledger %llu, %s: codes %#x alone, %#x with",
			    (unsigned long long)seed, y->name, alone, with);
		}
		export_free(&x);
	}
	export_free(&honest);
}

static unsigned
say(const struct score *scores, unsigned ledgers)
{
	unsigned noticed = 0;

	for (unsigned i = 0; i < TAMPERINGS; i++) {
		const struct tampering *y = &tamperings[i];
		const struct score *s = &scores[i];
		bool needs = y->alone == 1u << KC_HOLDS;

		noticed += s->with;
		tap_ok(s->with == ledgers &&
			s->alone == (needs ? 0 : ledgers) && s->wrong == 0,
		    "%s (%s): %u of %u noticed with a checkpoint, %u without%s",
		    y->name, y->what, s->with, ledgers, s->alone,
		    needs ? ": it takes the checkpoint" : "");
	}
	return noticed;
}

int
main(void)
{
	static struct victim t;
	static struct score scores[TAMPERINGS];
	unsigned ledgers = tap_number("LEDGERS", 10), n = 0, noticed;
	uint64_t seed = tap_number("FIRST", 1), entries = 0;
	const char *dir = getenv("KEEP");

	for (; n < ledgers; seed++) {
		if (make(&t, seed)) {
			tamper(&t, seed, dir, scores);
			entries += t.n;
			n++;
		}
		unmake(&t);
	}
	kc_buf_free(&t.own);
	noticed = say(scores, ledgers);
	tap_ok(noticed == TAMPERINGS * ledgers,
	    "%u of %u noticed, in %u ledgers of %llu entries", noticed,
	    TAMPERINGS * ledgers, ledgers, (unsigned long long)entries);
	return tap_done();
}
