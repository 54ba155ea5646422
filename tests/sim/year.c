/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random years: SIM_SEEDS of them from SIM_FIRST on, SIM_STEPS statements
 * each. A failure names its seed and step; the same seed fails again. Their
 * ledgers are written as exports to $KEEP/SEED.
 */
#include "noun/yearend/yearend.h"
#include "sim.h"
#include "viewkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned
setting(const char *name, unsigned otherwise)
{
	const char *v = getenv(name);

	return v == NULL ? otherwise : (unsigned)strtoul(v, NULL, 10);
}

/* Some seconds, hours or days later; the clerk is mostly awake. Voters have few
 * days, in which much is said. */
static void
pass_time(struct sim *s)
{
	uint64_t dice = sim_random(s, s->voters ? 800 : 100);

	if (dice < 10)
		s->k.now_ms += (int64_t)sim_random(s, 86400) * 1000;
	else if (dice < 16)
		s->k.now_ms += (int64_t)sim_random(s, 6 * 86400) * 1000;
	else if (dice < 17)
		s->k.now_ms += (int64_t)sim_random(s, 40 * 86400) * 1000;
	if (sim_chance(s, 90) && model_clerk_lives(s)) {
		(void)kit_clerk(&s->k);
		model_read(s);
	}
}

/* The clock leaps ahead, and the ledger holds; two persons look at it. */
static void
leap(struct sim *s)
{
	static const char *const step[] = {
	    "side=ahead", "seconds=259200", NULL};
	static const char *const basis[] = {"basis=x", NULL};
	enum kc_err err = KC_OK;

	if (!s->k.st->held && sim_chance(s, 1) && model_clerk_lives(s))
		err = kit_try(&s->k, KC_K_clock_step, "clerk", step);
	else if (s->k.st->held && sim_chance(s, 30))
		err = kit_try(&s->k, KC_K_clock_confirm, "root.a P09.a", basis);
	sim_require(s, err == KC_OK || err == KC_EREFUSED, "neither");
	model_read(s);
}

/* A backup was put back; two administrators find out what is lost. */
static void
put_back(struct sim *s)
{
	static const char *const none[] = {NULL};
	static const char *const basis[] = {"basis=x", NULL};
	enum kc_err err = KC_OK;

	if (!s->k.st->restored && sim_chance(s, 1) && model_clerk_lives(s))
		err = kit_try(&s->k, KC_K_ledger_restored, "clerk", none);
	else if (s->k.st->restored && sim_chance(s, 30))
		err =
		    kit_try(&s->k, KC_K_restore_accept, "root.a root.b", basis);
	sim_require(s, err == KC_OK || err == KC_EREFUSED, "neither");
	model_read(s);
}

/* The key of the log is rotated, whether or not an overlap runs. */
static void
rotate_log(struct sim *s)
{
	struct kc_skey old = *kit_key(&s->k, KIT_ORIGIN), now;
	const char *fields[4] = {NULL};
	enum kc_err err;

	if (!sim_chance(s, 1))
		return;
	now = *kit_new_key(&s->k, KIT_ORIGIN);
	fields[0] = kit_vkey(&s->k, "key", KIT_ORIGIN);
	fields[1] = kit_proof(&s->k, KIT_ORIGIN);
	fields[2] = kit_consent(&old, &now.vkey);
	err = kit_try(&s->k, KC_K_logkey_rotate, "root.a root.b", fields);
	sim_require(s, err == KC_OK || err == KC_EREFUSED, "neither");
	if (err == KC_EREFUSED)
		*kit_key(&s->k, KIT_ORIGIN) = old;
	model_read(s);
}

/* Now and then a message goes out. */
static void
tell(struct sim *s)
{
	struct sim_told t;
	struct kc_due due;

	if (!sim_chance(s, 5) || s->k.st->held || s->k.st->restored ||
	    !model_clerk_lives(s) ||
	    (kc_state_due(s->k.st, &due) && due.due_ms <= s->k.now_ms))
		return;
	if (!sim_tell(&t, s->k.st))
		return;
	if (kit_outcome(&s->k, &t.o) != KC_OK)
		sim_fail(
		    s, kc_refusal_code_text(s->k.why.code), __FILE__, __LINE__);
	model_read(s);
}

/* The clerk gets a key again: nothing else could be written for long. */
static void
mend_clerk(struct sim *s)
{
	const char *fields[] = {"actor=clerk", "role=clerk", NULL, NULL, NULL};

	if (model_clerk_lives(s) || sim_chance(s, 70))
		return;
	(void)kit_new_key(&s->k, "clerk");
	fields[2] = kit_vkey(&s->k, "key", "clerk");
	fields[3] = kit_proof(&s->k, "clerk");
	/* The administrators may have lost theirs: then another time. */
	(void)kit_try(&s->k, KC_K_actor_enrol, "root.a root.b", fields);
	model_read(s);
}

/* Signs with a key that nobody enrolled: refused, whatever it says. */
static void
forge(struct sim *s, const struct statement *st)
{
	struct kc_slice rest = kc_slice_str(st->by), first;
	struct kit_key *slot = NULL, old;

	if (!kc_slice_cut(&rest, ' ', &first))
		first = rest;
	for (unsigned i = 0; i < s->k.nkeys; i++)
		if (kc_slice_is(first, s->k.keys[i].name))
			slot = &s->k.keys[i];
	if (slot == NULL)
		return;
	old = *slot;
	slot->generation = (uint8_t)(200 + slot->generation % 50);
	(void)kit_new_key(&s->k, old.name);
	sim_require(s,
	    kit_try(&s->k, st->kind, st->by, st->fields) == KC_EREFUSED,
	    "a forged signature was accepted");
	*slot = old;
}

/* Words of another language stand side by side: "second review passed". */
static bool
has_english(const char *text)
{
	unsigned run = 0, words = 0;

	for (; *text != '\0'; text++) {
		if (*text >= 'a' && *text <= 'z') {
			run++;
			continue;
		}
		words = run >= 2 && *text == ' ' ? words + 1 : 0;
		if (words > 0 && text[1] >= 'a' && text[1] <= 'z' &&
		    text[2] >= 'a' && text[2] <= 'z')
			return true;
		run = 0;
	}
	return false;
}

/* Whoever reads Chinese reads nothing but Chinese, codes and figures; what
 * the reader of YAML says is about keys, and in its own words. */
static void
check_sentence(const struct sim *s)
{
	struct kc_buf zh = {0};
	bool bad;

	if (s->k.why.code == KC_R_YAML)
		return;
	kc_refusal_message(&s->k.why, KC_LANG_ZH, &zh);
	bad = has_english(kc_buf_cstr(&zh)) ||
	    has_english(kc_refusal_state(&s->k.why, KC_LANG_ZH));
	if (bad)
		print_error("%s\n", zh.p);
	sim_require(s, !bad, "a Chinese refusal that speaks English");
	kc_buf_free(&zh);
}

static void
one_step(struct sim *s)
{
	static struct statement st;
	struct kc_hash before, after;
	enum kc_err err;

	memset(&st, 0, sizeof(st));
	mend_clerk(s);
	pass_time(s);
	leap(s);
	put_back(s);
	rotate_log(s);
	tell(s);
	if (sim_chance(s, 80))
		sim_sensible(s, &st);
	else
		sim_wild(s, &st);
	sim_plan_on(s);
	before = kit_digest(&s->k);
	if (sim_chance(s, 3))
		forge(s, &st);
	memset(&s->k.why, 0, sizeof(s->k.why));
	err = kit_try(&s->k, st.kind, st.by, st.fields);
	kc_free(st.big);
	if (err == KC_EREFUSED) {
		after = kit_digest(&s->k);
		sim_require(s, kc_hash_eq(&before, &after),
		    "a refusal changed the state");
		sim_require(
		    s, s->k.why.code != KC_R_NONE, "refused for no reason");
		check_sentence(s);
		s->refused++;
		s->of_kind[st.kind][1]++;
		return;
	}
	sim_require(s, err == KC_OK, "neither accepted nor refused");
	s->accepted++;
	if (st.slot != NULL)
		*st.slot = st.next;
	model_read(s);
	model_check(s);
}

static struct sim sim;

#define DAYS 6
#define AFTER 20 /* statements after the close */

/* The new year comes, and with it the panels; what is left of the old one goes
 * on meanwhile. Then it comes to its end. */
static void
next_year(struct sim *s, unsigned steps)
{
	static const char *const days[DAYS] = {"2023-01-03", "2023-01-25",
	    "2023-02-11", "2023-02-20", "2023-03-08", "2023-03-27"};

	if (s->k.st->epoch < 3)
		return;
	for (size_t i = 0; i < DAYS; i++) {
		kc_day day;

		assert_true(kc_read_day(kc_slice_str(days[i]), &day));
		if (s->k.now_ms < kc_day_end_ms(day - 1))
			kit_on(&s->k, days[i]);
		if (model_clerk_lives(s))
			(void)kit_clerk(&s->k);
		model_read(s);
		if (i == 0)
			sim_voters(s);
		s->ending = i >= 3;
		for (unsigned n = 0; n < (i == 1 || i >= 3 ? 3 : 1) * steps;
		     n++, s->step++)
			one_step(s);
	}
	/* What is drawn from a year that was closed. */
	for (unsigned n = 0; kc_year_closed(s->k.st, 2022) && n < AFTER;
	     n++, s->step++)
		one_step(s);
}

static void
write_out(uint64_t seed)
{
	const char *keep = getenv("KEEP");
	char dir[256];
	struct export x = {0};
	struct leaves l;

	if (keep == NULL)
		return;
	(void)snprintf(
	    dir, sizeof(dir), "%s/%llu", keep, (unsigned long long)seed);
	leaves_of(&sim.k, &l);
	export_make(&x, &sim.k, &l);
	export_write(&x, dir);
	export_free(&x);
	leaves_free(&l);
}

/* Before the second epoch nobody is told of anything. */
static bool
reminds(void)
{
	return sim.k.st->epoch >= 2;
}

/* True: people are reminded all through it. */
static bool
a_year(uint64_t seed, unsigned steps)
{
	bool told;

	memset(&sim, 0, sizeof(sim));
	sim.seed = sim.rng = seed;
	sim_city(&sim);
	told = reminds();
	model_check(&sim);
	kit_on(&sim.k, "2022-04-01");
	for (sim.step = 1; sim.step <= steps; sim.step++)
		one_step(&sim);
	next_year(&sim, steps / 16);
	kit_replay(&sim.k);
	write_out(seed);
	sim_suppose(&sim);
	sim_copy(&sim);
	sim_require(
	    &sim, sim.planned == 0 || reminds(), "told in the first epoch");
	return told;
}

/* Was no statement of a kind accepted that the years should have? */
static bool
lacks(unsigned long (*of_kind)[2], int k)
{
	return of_kind[k][0] == 0;
}

/* The rarest kinds come with chance: a few years more are made for them. */
static bool
some_lack(unsigned long (*of_kind)[2])
{
	for (int k = 0; k < KC_K_COUNT; k++)
		if (lacks(of_kind, k))
			return true;
	return false;
}

static void
test_years__of_random_statements_hold_what_the_model_says(void **state)
{
	static unsigned long of_kind[KC_K_COUNT][2];
	unsigned first = setting("SIM_FIRST", 1);
	unsigned seeds = setting("SIM_SEEDS", 40);
	unsigned steps = setting("SIM_STEPS", 500);
	unsigned long accepted = 0, refused = 0, planned = 0, supposed = 0;
	unsigned years = 0, told = 0; /* years in which people are reminded */
	bool all = seeds >= 40 && steps >= 500;

	(void)state;
	for (;
	     years < seeds || (all && years < 3 * seeds && some_lack(of_kind));
	     years++) {
		told += a_year(first + years, steps);
		accepted += sim.accepted;
		refused += sim.refused;
		supposed += sim.supposed;
		for (int k = 0; k < KC_K_COUNT; k++) {
			of_kind[k][0] += sim.of_kind[k][0];
			of_kind[k][1] += sim.of_kind[k][1];
		}
		planned += sim.planned;
		model_free(&sim);
		sim_plan_free(&sim);
		kit_free(&sim.k);
	}
	print_message("# %u years: %lu accepted, %lu refused, %lu notices, "
		      "%lu entries out and in again\n",
	    years, accepted, refused, planned, supposed);
	assert_true(planned > 0 || told == 0);
	assert_true(!all || told > 0);
	assert_true(seeds < 10 || supposed > seeds);
	for (int k = 0; getenv("SIM_COUNT") != NULL && k < KC_K_COUNT; k++)
		print_message("# %-24s %8lu %8lu\n",
		    kc_kind_get((enum kc_kind_id)k)->name, of_kind[k][0],
		    of_kind[k][1]);
	/* A simulation that reaches nothing proves nothing. */
	for (int k = 0; all && k < KC_K_COUNT; k++)
		if (lacks(of_kind, k))
			fail_msg("no %s was ever accepted",
			    kc_kind_get((enum kc_kind_id)k)->name);
}

/* cmocka jumps out of a failing test: say where it was. */
static int
say_seed(void **state)
{
	(void)state;
	if (sim.k.st != NULL)
		print_error("# SIM_FIRST=%llu SIM_SEEDS=1: step %u\n",
		    (unsigned long long)sim.seed, sim.step);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(
		test_years__of_random_statements_hold_what_the_model_says,
		say_seed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
