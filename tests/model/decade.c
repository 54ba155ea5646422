/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UNITS (88), YEARS (10), SEED; the ledger is written as an export to
 * $KEEP/decade. Prints how many entries of how many kinds it has, and how fast
 * they replay.
 */
#include "decade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <kaocheng/calendar.h>

#include "viewkit.h"

#define FIRST_YEAR 2022
#define ANSWERS 64
#define ANSWER_MAX 128

static struct decade whole;
struct decade *city = &whole;

/* --- chance and words --- */
uint32_t
chance(uint32_t n)
{
	uint64_t x = city->rng;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	city->rng = x;
	return (uint32_t)((x >> 32) % n);
}

const char *
say(const char *name, const char *format, ...)
{
	static char text[ANSWERS][ANSWER_MAX];
	static unsigned next;
	char *out = text[next++ % ANSWERS];
	int n = snprintf(out, ANSWER_MAX, "%s=", name), m;
	va_list ap;

	va_start(ap, format);
	m = vsnprintf(out + n, ANSWER_MAX - (size_t)n, format, ap);
	va_end(ap);
	assert_true(m >= 0 && n + m < ANSWER_MAX);
	return out;
}

const char *
unit_code(uint32_t unit)
{
	return say("", "D%02u", unit + 1) + 1;
}

static uint32_t
owner(uint32_t unit)
{
	return city->merged && unit + 1 == city->founded ? unit - 1 : unit;
}

bool
owns_itself(uint32_t unit)
{
	return owner(unit) == unit;
}

const char *
owner_code(uint32_t unit)
{
	return unit_code(owner(unit));
}

const char *
head_of(uint32_t unit)
{
	return say("", "D%02u.head", owner(unit) + 1) + 1;
}

const char *
assessor_of(uint32_t unit)
{
	return unit == 0 ? "D02.a" : "D01.a";
}

const char *
assessor_unit_of(uint32_t unit)
{
	return unit == 0 ? "assessor=D02" : "assessor=D01";
}

/* --- steps --- */
kc_day
date(int month, int day)
{
	return kc_day_from_civil(city->year, month, day);
}

static bool
goes_first(const struct step *a, const struct step *b)
{
	return a->day != b->day ? a->day < b->day : a->order < b->order;
}

/* A heap of what is to come: the first is on top. */
static void
sink_down(unsigned i)
{
	for (;;) {
		unsigned least = i;

		for (unsigned c = 2 * i + 1; c <= 2 * i + 2; c++)
			if (c < city->n &&
			    goes_first(&city->steps[c], &city->steps[least]))
				least = c;
		if (least == i)
			return;
		struct step t = city->steps[i];
		city->steps[i] = city->steps[least];
		city->steps[least] = t;
		i = least;
	}
}

void
on(kc_day day, void (*run)(uint32_t i), uint32_t i)
{
	unsigned at = city->n++;

	if (at == city->cap) {
		city->cap = city->cap * 2 + 1024;
		city->steps =
		    kc_realloc(city->steps, city->cap * sizeof(*city->steps));
		assert_non_null(city->steps);
	}
	city->steps[at] = (struct step){day, city->laid++, run, i};
	for (;
	     at > 0 && goes_first(&city->steps[at], &city->steps[(at - 1) / 2]);
	     at = (at - 1) / 2) {
		struct step t = city->steps[at];

		city->steps[at] = city->steps[(at - 1) / 2];
		city->steps[(at - 1) / 2] = t;
	}
}

/* Day after day: the clerk first, then the people. */
static void
live(kc_day until)
{
	static kc_day today;

	if (today == 0)
		today = kc_day_from_civil((int)city->first, 1, 4);
	for (; today < until; today++) {
		kit_on(&city->k, case_day(today));
		(void)kit_clerk(&city->k);
		while (city->n > 0 && city->steps[0].day <= today) {
			struct step s = city->steps[0];

			city->steps[0] = city->steps[--city->n];
			sink_down(0);
			s.run(s.i);
			(void)kit_clerk(&city->k);
		}
	}
}

/* --- a year --- */
static void
plan_year(int year)
{
	city->year = year;
	city->units = city->founded - city->merged;
	decade_open();
	decade_reform();
	decade_lists();
	decade_rounds();
	decade_cases();
	decade_negatives();
	decade_bonuses();
	decade_panels();
	decade_ends();
}

/* --- what it is worth --- */
static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* As the bench replays: decoded and applied, no signature looked at. */
static void
replay(void)
{
	static struct kc_entry e;
	struct kit *k = &city->k;
	struct kc_state *st;
	double from, took;

	kit_replay(k);
	assert_int_equal(kc_state_new(&st), KC_OK);
	from = seconds();
	for (unsigned i = 0; i < k->nnotes; i++) {
		struct kc_slice note = {
		    k->log.p + k->notes[i].off, k->notes[i].n};
		struct kc_stamp at = {i, k->notes[i].received_ms};

		assert_int_equal(kc_entry_decode(&e, note, &k->why), KC_OK);
		assert_int_equal(kc_state_apply(st, &e, at, &k->why), KC_OK);
	}
	took = seconds() - from;
	kc_state_free(st);
	print_message("# %u entries, replayed at %.0f a second\n", k->nnotes,
	    k->nnotes / took);
}

static void
count_kinds(void)
{
	static unsigned long of_kind[KC_K_COUNT];
	static struct kc_entry e;
	struct kit *k = &city->k;
	unsigned kinds = 0;

	for (unsigned i = 0; i < k->nnotes; i++) {
		struct kc_slice note = {
		    k->log.p + k->notes[i].off, k->notes[i].n};

		assert_int_equal(kc_entry_decode(&e, note, &k->why), KC_OK);
		of_kind[e.kind->id]++;
	}
	for (int i = 0; i < KC_K_COUNT; i++) {
		kinds += of_kind[i] > 0;
		if (of_kind[i] > 0)
			print_message("# %8lu %s\n", of_kind[i],
			    kc_kind_get((enum kc_kind_id)i)->name);
	}
	print_message("# %u kinds\n", kinds);
}

static unsigned
setting(const char *name, unsigned otherwise)
{
	const char *v = getenv(name);

	return v == NULL ? otherwise : (unsigned)strtoul(v, NULL, 10);
}

static void
test_decade__of_all_nouns_is_admitted_and_replays(void **state)
{
	const char *keep = getenv("KEEP");
	struct leaves l;
	struct export x = {0};

	(void)state;
	city->units = city->founded = setting("UNITS", 88);
	city->years = setting("YEARS", 10);
	city->first = FIRST_YEAR;
	city->change = FIRST_YEAR + city->years / 2;
	city->rng = setting("SEED", 1) * UINT64_C(0x9e3779b97f4a7c15);
	decade_found();
	for (unsigned y = 0; y < city->years; y++) {
		plan_year((int)(city->first + y));
		live(kc_day_from_civil((int)(city->first + y) + 1, 1, 4));
	}
	live(kc_day_from_civil((int)(city->first + city->years), 6, 30));
	count_kinds();
	replay();
	if (keep != NULL) {
		leaves_of(&city->k, &l);
		export_make(&x, &city->k, &l);
		export_write(&x, keep);
		export_free(&x);
		leaves_free(&l);
	}
	kc_free(city->steps);
	kit_free(&city->k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decade__of_all_nouns_is_admitted_and_replays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
