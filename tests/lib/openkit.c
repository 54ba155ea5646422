/* SPDX-License-Identifier: Apache-2.0 */
#include "openkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/noun.h"
#include "noun/unit/unit.h"

static int
cmp(const void *pa, const void *pb)
{
	const struct kc_deadline *a = pa, *b = pb;
	int order = strcmp(a->id, b->id);

	if (order == 0)
		order = strcmp(a->limit->word, b->limit->word);
	return order != 0 ? order : (a->unit > b->unit) - (a->unit < b->unit);
}

static void
same(const struct kc_deadline *a, const struct kc_deadline *b)
{
	assert_string_equal(a->id, b->id);
	assert_ptr_equal(a->limit, b->limit);
	assert_int_equal(a->unit, b->unit);
	assert_int_equal(a->concerned, b->concerned);
	assert_int_equal(a->target, b->target);
	assert_int_equal(a->owner, b->owner);
	assert_int_equal(a->judge, b->judge);
	assert_int_equal(a->day.due, b->day.due);
	assert_int_equal(a->day.provisional, b->day.provisional);
	assert_int_equal(a->since, b->since);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->changed_ms, b->changed_ms);
	assert_int_equal(a->end, b->end);
}

/* Of how many units it is, each once. */
static unsigned
units_of(const struct kc_deadline *d)
{
	const uint32_t of[] = {d->unit, d->concerned, d->owner, d->judge};
	unsigned n = 0;

	for (unsigned i = 0; i < 4; i++) {
		bool again = of[i] == KC_NONE;

		for (unsigned j = 0; j < i; j++)
			again = again || of[j] == of[i];
		n += !again;
	}
	return n;
}

/* How many stand in the groups of all units, each with a unit of its own. */
static unsigned
in_groups(const struct kc_state *st)
{
	const struct kc_open_slot *s;
	unsigned n = 0;

	for (uint32_t u = 0; u < st->units.n; u++) {
		struct kc_open_walk w =
		    kc_open_days(&st->open, u, KC_OPEN_FIRST, KC_OPEN_LAST);

		for (; (s = kc_open_next(&w)) != NULL; n++)
			assert_true(s->d.unit == u || s->d.concerned == u ||
			    s->d.owner == u || s->d.judge == u);
	}
	return n;
}

/* The objects whose ended last days fall in a window, as the nouns say and as
 * is kept; on_record: those alone that passed on record. */
static void
check_ended(const struct kc_state *st, bool on_record)
{
	uint32_t group = on_record ? KC_OPEN_PAST : KC_OPEN_ENDED, n = 0;
	struct kc_refs kept = {0};
	uint64_t steps = 0;

	assert_true(kc_open_refs(
	    &st->open, group, KC_OPEN_FIRST, KC_OPEN_LAST, &kept, &steps));
	kc_refs_sort(&kept);
	for (uint32_t i = 0; i < kc_nouns_n; i++)
		for (uint32_t j = 0; j < kc_objects_of(st, i); j++) {
			struct kc_deadlines said = {
			    .ended = true, .rights = true};
			kc_day last = KC_DAY_NONE;

			assert_true(
			    kc_deadlines_of(st, (struct kc_ref){i, j}, &said));
			for (uint32_t d = 0; d < said.n; d++) {
				kc_day day = said.v[d].day.due,
				       known = kc_day_of_instant(
					   said.v[d].changed_ms,
					   KC_LOCAL_OFFSET_S);

				if (said.v[d].end == KC_DEADLINE_OPEN ||
				    (on_record && !said.v[d].late))
					continue;
				if (!on_record && known > day)
					day = known;
				if (last == KC_DAY_NONE || last < day)
					last = day;
			}
			kc_vec_free(&said);
			if (last == KC_DAY_NONE)
				continue;
			assert_true(n < kept.n && kept.v[n].noun == i &&
			    kept.v[n].object == j);
			assert_int_equal(on_record ? st->open.of[i].v[j].past
						   : st->open.of[i].v[j].ended,
			    last);
			n++;
		}
	assert_int_equal(n, kept.n);
	kc_vec_free(&kept);
}

void
open_check(const struct kc_state *st)
{
	const struct kc_open *o = &st->open;
	struct kc_open_walk all =
	    kc_open_days(o, KC_OPEN_ALL, KC_OPEN_FIRST, KC_OPEN_LAST);
	struct kc_open_walk new = kc_open_since(o, 0);
	struct kc_deadlines said = {0}, kept = {0};
	const struct kc_open_slot *s;
	kc_day before = KC_OPEN_FIRST;
	uint32_t n = 0, grouped = 0;

	assert_true(o->kept && kc_deadlines_scan(st, &said));
	for (; (s = kc_open_next(&all)) != NULL; before = s->d.day.due) {
		assert_true(s->d.day.due >= before);
		assert_true(kc_vec_push(&kept, s->d));
		grouped += units_of(&s->d);
	}
	while (kc_open_next(&new) != NULL)
		n++;
	assert_int_equal(kept.n, said.n);
	assert_int_equal(n, said.n);
	assert_int_equal(in_groups(st), grouped);
	if (n > 0) {
		qsort(said.v, n, sizeof(*said.v), cmp);
		qsort(kept.v, n, sizeof(*kept.v), cmp);
	}
	for (uint32_t i = 0; i < n; i++)
		same(&said.v[i], &kept.v[i]);
	kc_vec_free(&said);
	kc_vec_free(&kept);
	check_ended(st, false);
	check_ended(st, true);
}
