/* SPDX-License-Identifier: Apache-2.0 */
/* Open last days, asked of the nouns or kept in order. */
#include "noun.h"

#include <assert.h>
#include <stdlib.h>

/* --- asked of the nouns ----------------------------------------------------
 */
bool
kc_deadlines_of(
    const struct kc_state *st, struct kc_ref of, struct kc_deadlines *to)
{
	const struct kc_noun *noun = kc_nouns[of.noun];

	return noun->deadlines == NULL || noun->deadlines(st, of.object, to);
}

uint32_t
kc_objects_of(const struct kc_state *st, uint32_t noun)
{
	if (kc_nouns[noun]->deadlines == NULL)
		return 0;
	return kc_nouns[noun]->objects(st);
}

bool
kc_deadlines_scan(const struct kc_state *st, struct kc_deadlines *to)
{
	for (uint32_t i = 0; i < kc_nouns_n; i++)
		for (uint32_t j = 0; j < kc_objects_of(st, i); j++)
			if (!kc_deadlines_of(st, (struct kc_ref){i, j}, to))
				return false;
	return true;
}

/* --- kept -------------------------------------------------------------------
 */
static uint64_t
upper(uint32_t group, uint32_t at)
{
	return (uint64_t)group << 32 | at;
}

static uint32_t
of_day(kc_day d)
{
	return (uint32_t)d ^ UINT32_C(0x80000000); /* in order of the days */
}

/* The keys of a slot: each group once. */
#define KEYS_MAX 6
static unsigned
keys_of(
    const struct kc_open *o, uint32_t slot, struct kc_order_key keys[KEYS_MAX])
{
	const struct kc_open_slot *s = &o->slots.v[slot];
	const uint32_t groups[] = {
	    KC_OPEN_ALL, s->d.unit, s->d.concerned, s->d.owner, s->d.judge};
	unsigned n = 0;

	/* No list has them, nor does anybody plan for them. */
	if (s->d.right) {
		keys[n++] = (struct kc_order_key){
		    upper(KC_OPEN_RIGHTS, of_day(s->d.day.due)), slot};
		return n;
	}
	for (unsigned i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		bool again = i > 0 && groups[i] == KC_NONE;

		for (unsigned j = 0; j < i; j++)
			again = again || groups[j] == groups[i];
		if (!again)
			keys[n++] = (struct kc_order_key){
			    upper(groups[i], of_day(s->d.day.due)), slot};
	}
	keys[n++] = (struct kc_order_key){upper(KC_OPEN_NEW, s->seq), slot};
	return n;
}

/* Takes a slot; its keys are added or it is not taken. */
static bool
add(struct kc_open *o, const struct kc_open_slot *s)
{
	struct kc_order_key keys[KEYS_MAX];
	uint32_t slot = o->spare;
	unsigned n;

	if (slot == KC_NONE) {
		slot = o->slots.n;
		if (!kc_vec_push(&o->slots, *s))
			return false;
	} else {
		o->spare = o->slots.v[slot].next;
		o->slots.v[slot] = *s;
	}
	o->slots.v[slot].next = o->of[s->of.noun].v[s->of.object].slot;
	o->of[s->of.noun].v[s->of.object].slot = slot;
	n = keys_of(o, slot, keys);
	for (unsigned i = 0; i < n; i++)
		if (!kc_order_add(&o->order, keys[i]))
			return false;
	return true;
}

static struct kc_order_key
object_key(uint32_t group, kc_day day, struct kc_ref of)
{
	return (struct kc_order_key){
	    upper(group, of_day(day)), upper(of.noun, of.object)};
}

static void
drop_all(struct kc_open *o, struct kc_ref of)
{
	struct kc_open_object *object = &o->of[of.noun].v[of.object];
	uint32_t *first = &object->slot;
	struct kc_order_key keys[KEYS_MAX];

	if (object->past != KC_DAY_NONE)
		kc_order_drop(
		    &o->order, object_key(KC_OPEN_PAST, object->past, of));
	if (object->ended != KC_DAY_NONE)
		kc_order_drop(
		    &o->order, object_key(KC_OPEN_ENDED, object->ended, of));
	object->past = object->ended = KC_DAY_NONE;

	while (*first != KC_NONE) {
		uint32_t slot = *first;
		unsigned n = keys_of(o, slot, keys);

		while (n > 0)
			kc_order_drop(&o->order, keys[--n]);
		*first = o->slots.v[slot].next;
		o->slots.v[slot].next = o->spare;
		o->spare = slot;
	}
}

/* When one that has ended was known to be over, and was. */
static kc_day
ended_on(const struct kc_deadline *d)
{
	kc_day known = kc_day_of_instant(d->changed_ms, KC_LOCAL_OFFSET_S);

	return known > d->day.due ? known : d->day.due;
}

static bool
add_ended(struct kc_open *o, struct kc_ref of, const struct kc_deadlines *now)
{
	struct kc_open_object *object = &o->of[of.noun].v[of.object];
	kc_day past = KC_DAY_NONE, ended = KC_DAY_NONE;

	for (uint32_t i = 0; i < now->n; i++) {
		const struct kc_deadline *d = &now->v[i];

		if (d->end == KC_DEADLINE_OPEN)
			continue;
		if (d->late && (past == KC_DAY_NONE || past < d->day.due))
			past = d->day.due;
		if (ended == KC_DAY_NONE || ended < ended_on(d))
			ended = ended_on(d);
	}
	if (past != KC_DAY_NONE) {
		if (!kc_order_add(
			&o->order, object_key(KC_OPEN_PAST, past, of)))
			return false;
		object->past = past;
	}
	if (ended != KC_DAY_NONE) {
		if (!kc_order_add(
			&o->order, object_key(KC_OPEN_ENDED, ended, of)))
			return false;
		object->ended = ended;
	}
	return true;
}

/* What the noun says of the object now takes the place of what is kept. */
static bool
refresh(struct kc_state *st, struct kc_ref of, uint64_t seq)
{
	const struct kc_open_object none = {KC_NONE, KC_DAY_NONE, KC_DAY_NONE};
	struct kc_open *o = &st->open;
	struct kc_open_slot s = {.seq = (uint32_t)seq, .of = of};
	struct kc_deadlines now = {.rights = true, .ended = true};
	bool ok = true;

	while (ok && o->of[of.noun].n <= of.object)
		ok = kc_vec_push(&o->of[of.noun], none);
	ok = ok && kc_deadlines_of(st, of, &now);
	if (ok)
		drop_all(o, of);
	ok = ok && add_ended(o, of, &now);
	for (uint32_t i = 0; ok && i < now.n; i++) {
		s.d = now.v[i];
		ok = s.d.end != KC_DEADLINE_OPEN || add(o, &s);
	}
	kc_vec_free(&now);
	return ok;
}

void
kc_open_free(struct kc_open *o)
{
	for (size_t i = 0; o->of != NULL && i < kc_nouns_n; i++)
		kc_vec_free(&o->of[i]);
	kc_free(o->of);
	kc_vec_free(&o->slots);
	kc_vec_free(&o->touched);
	kc_order_free(&o->order);
	*o = (struct kc_open){0};
}

size_t
kc_open_bytes(const struct kc_open *o)
{
	size_t n = kc_vec_bytes(&o->slots) + kc_vec_bytes(&o->order.nodes) +
	    kc_vec_bytes(&o->touched);

	for (size_t i = 0; o->of != NULL && i < kc_nouns_n; i++)
		n += sizeof(*o->of) + kc_vec_bytes(&o->of[i]);
	return n;
}

bool
kc_state_keep_deadlines(struct kc_state *st)
{
	struct kc_open *o = &st->open;
	bool ok;

	kc_open_free(o);
	o->spare = KC_NONE;
	o->of = kc_alloc(kc_nouns_n * sizeof(*o->of));
	ok = o->of != NULL;
	for (uint32_t i = 0; ok && i < kc_nouns_n; i++)
		for (uint32_t j = 0; ok && j < kc_objects_of(st, i); j++)
			ok = refresh(st, (struct kc_ref){i, j}, 0);
	if (ok)
		o->kept = true;
	else
		kc_open_free(o);
	return ok;
}

void
kc_open_touch(struct kc_state *st, unsigned noun, uint32_t object)
{
	struct kc_ref of = {noun, object};

	if (st->open.kept && !kc_vec_push(&st->open.touched, of))
		kc_open_free(&st->open); /* each object is asked from now on */
}

/* Objects with a last day that ended on `first` or later, as far as kept. */
static bool
refs_ended(const struct kc_state *st, kc_day first, struct kc_refs *to)
{
	uint64_t steps = 0;

	return !st->open.kept ||
	    kc_open_refs(
		&st->open, KC_OPEN_ENDED, first, KC_OPEN_LAST, to, &steps);
}

void
kc_open_touch_all(struct kc_state *st)
{
	for (uint32_t i = 0; st->open.kept && i < kc_nouns_n; i++)
		for (uint32_t j = 0; st->open.kept && j < kc_objects_of(st, i);
		     j++)
			kc_open_touch(st, i, j);
}

void
kc_open_touch_ended(struct kc_state *st, kc_day first)
{
	struct kc_refs ended = {0};

	if (!refs_ended(st, first, &ended))
		kc_open_free(&st->open);
	for (uint32_t i = 0; st->open.kept && i < ended.n; i++)
		kc_open_touch(st, ended.v[i].noun, ended.v[i].object);
	kc_vec_free(&ended);
}

/* The objects that fields of the entry name. */
static void
touch_named(struct kc_state *st, const struct kc_at *at, uint32_t noun)
{
	const struct kc_entry *e = at->e;

	for (unsigned i = 0; i < KC_NOUN_NAMED; i++) {
		const struct kc_named *named = &kc_nouns[noun]->named[i];
		int f;

		if (named->field == NULL)
			return;
		if (named->ns != KC_NS_OBJECTS(noun))
			continue;
		f = kc_kind_field(e->kind, kc_slice_str(named->field));
		for (unsigned j = 0;
		     f >= 0 && j < kc_entry_count(e, (unsigned)f); j++) {
			uint32_t object = kc_find(st, named->ns,
			    kc_entry_item(e, (unsigned)f, j)->raw);

			if (object != KC_NONE)
				kc_open_touch(st, noun, object);
		}
	}
}

void
kc_open_after(struct kc_state *st, const struct kc_at *at)
{
	struct kc_open *o = &st->open;

	for (uint32_t i = 0; o->kept && i < kc_nouns_n; i++) {
		if (kc_nouns[i]->deadlines == NULL)
			continue;
		touch_named(st, at, i);
		for (uint32_t j = o->kept ? o->of[i].n : UINT32_MAX;
		     o->kept && j < kc_objects_of(st, i); j++)
			kc_open_touch(st, i, j); /* made by it */
	}
	for (uint32_t i = 0; o->kept && i < o->touched.n; i++)
		if (!refresh(st, o->touched.v[i], at->stamp.seq))
			kc_open_free(o);
	o->touched.n = 0;
}

static enum kc_err
recalendar_group(struct kc_state *st, uint32_t group)
{
	struct kc_open_walk w =
	    kc_open_days(&st->open, group, KC_OPEN_FIRST, KC_OPEN_LAST);
	const struct kc_open_slot *s;
	enum kc_err err = KC_OK;

	while (
	    err == KC_OK && st->open.kept && (s = kc_open_next(&w)) != NULL) {
		struct kc_ref of = s->of;

		err = kc_nouns[of.noun]->recalendar(st, of.object);
		kc_open_touch(st, of.noun, of.object);
	}
	return err;
}

/* A last day that is said to have ended may run on, as that to dispute does
 * while a dispute is heard. */
static enum kc_err
recalendar_ended(struct kc_state *st, kc_day first)
{
	struct kc_refs ended = {0};
	enum kc_err err = KC_OK;

	if (!refs_ended(st, first, &ended))
		kc_open_free(&st->open);
	for (uint32_t i = 0; err == KC_OK && st->open.kept && i < ended.n;
	     i++) {
		struct kc_ref of = ended.v[i];

		err = kc_nouns[of.noun]->recalendar(st, of.object);
		kc_open_touch(st, of.noun, of.object);
	}
	kc_vec_free(&ended);
	return err;
}

/* Of what is kept only what is open, and what the calendar can count anew of
 * what has ended; without it every object. */
enum kc_err
kc_nouns_recalendar(struct kc_state *st, kc_day first)
{
	enum kc_err err = recalendar_group(st, KC_OPEN_ALL);

	if (err == KC_OK)
		err = recalendar_group(st, KC_OPEN_RIGHTS);
	if (err == KC_OK)
		err = recalendar_ended(st, first);
	for (uint32_t i = 0; !st->open.kept && i < kc_nouns_n; i++)
		for (uint32_t j = 0; err == KC_OK && j < kc_objects_of(st, i);
		     j++)
			err = kc_nouns[i]->recalendar(st, j);
	return err;
}

/* --- walks ------------------------------------------------------------------
 */
struct kc_open_walk
kc_open_days(const struct kc_open *o, uint32_t group, kc_day first, kc_day last)
{
	return (struct kc_open_walk){.open = o,
	    .next = {upper(group, of_day(first)), 0},
	    .last = upper(group, of_day(last))};
}

struct kc_open_walk
kc_open_since(const struct kc_open *o, uint64_t seq)
{
	return (struct kc_open_walk){.open = o,
	    .next = {upper(KC_OPEN_NEW, (uint32_t)seq), 0},
	    .last = upper(KC_OPEN_NEW, UINT32_MAX)};
}

const struct kc_open_slot *
kc_open_next(struct kc_open_walk *w)
{
	struct kc_order_key key;

	if (!kc_order_from(&w->open->order, w->next, &key, &w->steps) ||
	    key.hi > w->last)
		return NULL;
	w->next = key;
	w->next.lo++;
	return &w->open->slots.v[key.lo];
}

bool
kc_open_refs(const struct kc_open *o, uint32_t group, kc_day first, kc_day last,
    struct kc_refs *to, uint64_t *steps)
{
	struct kc_order_key key = {upper(group, of_day(first)), 0};
	const uint64_t end = upper(group, of_day(last));
	bool ok = true;

	for (;
	     ok && kc_order_from(&o->order, key, &key, steps) && key.hi <= end;
	     key.lo++) {
		struct kc_ref of = {(uint32_t)(key.lo >> 32), (uint32_t)key.lo};

		if (group != KC_OPEN_PAST && group != KC_OPEN_ENDED)
			of = o->slots.v[key.lo].of;
		ok = kc_vec_push(to, of);
	}
	return ok;
}

static int
by_ref(const void *pa, const void *pb)
{
	const struct kc_ref *a = pa, *b = pb;

	if (a->noun != b->noun)
		return a->noun < b->noun ? -1 : 1;
	return (a->object > b->object) - (a->object < b->object);
}

void
kc_refs_sort(struct kc_refs *v)
{
	uint32_t n = 0;

	if (v->n > 0)
		qsort(v->v, v->n, sizeof(v->v[0]), by_ref);
	for (uint32_t i = 0; i < v->n; i++)
		if (n == 0 || by_ref(&v->v[n - 1], &v->v[i]) != 0)
			v->v[n++] = v->v[i];
	v->n = n;
}
