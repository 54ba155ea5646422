/* SPDX-License-Identifier: Apache-2.0 */
/* Of which entries somebody is told, and what is taken down of them. */
#include "reminder.h"

#include <assert.h>

#include "engine/noun.h"
#include "noun/reform/reform.h"

#define FIRST_EPOCH 2 /* of reminders; what happened before is history */

#define TO(x) KC_TELL_##x
static const struct kc_tell tells[KC_K_COUNT] = {
#define TELL(sym, word, zh, en, to) [KC_K_##sym] = {word, zh, en, to},
#include <kaocheng/defs/kinds.def>
#undef TELL
};
#undef TO
#define TELL(sym, word, zh, en, to)                                            \
	_Static_assert(sizeof(word) <= KC_NOTICE_STAGE_MAX, word);
#include <kaocheng/defs/kinds.def>
#undef TELL

const struct kc_tell *
kc_tell_of(enum kc_kind_id kind)
{
	assert((unsigned)kind < KC_K_COUNT);
	return tells[kind].word == NULL ? NULL : &tells[kind];
}

/* The thing that an entry is about: where it is kept, and its index. */
struct about {
	uint32_t (*party)(const struct kc_state *st, uint32_t index,
	    enum kc_party party, uint32_t i);
	const char *handle;
	uint32_t index;
};

static bool
find_named(const struct kc_state *st, const struct kc_noun *noun, unsigned j,
    struct kc_slice handle, struct about *out)
{
	uint32_t index;

	if (noun->named[j].field == NULL || noun->named[j].party == NULL)
		return false;
	index = kc_find(st, noun->named[j].ns, handle);
	if (index == KC_NONE)
		return false;
	out->party = noun->named[j].party;
	out->handle = noun->named[j].handle(st, index);
	out->index = index;
	return true;
}

/* What the entry made, or else what a field of it names. */
static bool
find_about(const struct kc_state *st, const struct kc_at *at, struct about *out)
{
	const struct kc_entry *e = at->e;

	for (size_t i = 0; i < kc_nouns_n; i++)
		for (unsigned j = 0; j < KC_NOUN_NAMED; j++) {
			const struct kc_noun *noun = kc_nouns[i];
			struct kc_slice handle = kc_slice_str(st->last_handle);
			int f;

			if (noun->named[j].field == NULL)
				continue;
			f = kc_kind_field(
			    e->kind, kc_slice_str(noun->named[j].field));
			if (handle.n == 0 && f >= 0)
				handle = kc_entry_str(e, (unsigned)f);
			if (find_named(st, noun, j, handle, out))
				return true;
		}
	return false;
}

/* One unit that an entry names is whom it is about; a letter to several may
 * be delivered to one. */
static uint32_t
named_unit(const struct kc_state *st, const struct kc_entry *e)
{
	int f = kc_kind_field(e->kind, KC_LIT("unit"));

	if (f < 0 || kc_entry_count(e, (unsigned)f) != 1)
		return KC_NONE;
	return kc_find(st, KC_NS_UNIT, kc_entry_str(e, (unsigned)f));
}

/* One row for each unit that is a party; of one alone when it is named. */
static enum kc_err
tell_units(struct kc_state *st, const struct kc_at *at, const struct about *a)
{
	uint32_t one = named_unit(st, at->e);
	struct kc_happening h = {
	    .seq = (uint32_t)at->stamp.seq,
	    .by = at->signer[0],
	    .kind = at->e->kind->id,
	    .first = true,
	    .received_ms = at->stamp.received_ms,
	    .handle = a->handle,
	    .judge = a->party(st, a->index, KC_PARTY_JUDGE, 0),
	};

	for (uint32_t i = 0;; i++) {
		h.unit = a->party(st, a->index, KC_PARTY_UNIT, i);
		if (h.unit == KC_NONE)
			return KC_OK;
		if (one != KC_NONE && h.unit != one)
			continue;
		if (!kc_vec_push(&st->happenings, h))
			return KC_ENOMEM;
		h.first = false;
	}
}

enum kc_err
kc_reminder_tell(struct kc_state *st, const struct kc_at *at,
    const struct kc_named *named, uint32_t index)
{
	struct about about = {.party = named->party, .index = index};

	if (named->party == NULL || st->epoch < FIRST_EPOCH)
		return KC_OK;
	about.handle = named->handle(st, index);
	return tell_units(st, at, &about);
}

/* May others have to be told, of last days that are as they were: by their
 * roles, powers and units, the ladder, the calendar, a leader who reads, or
 * who does not want to hear of it? */
static bool
turns_who(enum kc_kind_id kind)
{
	const struct kc_noun *noun = kc_noun_of(kind);

	return noun == kc_nouns[KC_N_people] || noun == kc_nouns[KC_N_unit] ||
	    noun == kc_nouns[KC_N_reform] || noun == kc_nouns[KC_N_year] ||
	    kind == KC_K_target_read || kind == KC_K_remind_mute;
}

/* Of a reform each of its units is told, by its own code. */
static enum kc_err
tell_reform(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_reform *r = kc_reform_at(st, (uint32_t)at->stamp.seq);
	const uint32_t units[] = {r->from, r->into};
	struct kc_happening h = {
	    .seq = r->seq,
	    .by = at->signer[0],
	    .judge = KC_NONE,
	    .kind = r->kind,
	    .first = true,
	    .received_ms = at->stamp.received_ms,
	};

	for (unsigned i = 0; i < 2 && units[i] != KC_NONE; i++) {
		h.unit = units[i];
		h.handle = st->units.v[h.unit]->code;
		if (!kc_vec_push(&st->happenings, h))
			return KC_ENOMEM;
		h.first = false;
	}
	return KC_OK;
}

enum kc_err
kc_reminder_after(struct kc_state *st, const struct kc_at *at)
{
	struct about about;

	if (turns_who(at->e->kind->id))
		st->who_seq = at->stamp.seq + 1;
	if (kc_noun_of(at->e->kind->id) == kc_nouns[KC_N_reform])
		return tell_reform(st, at);
	if (kc_tell_of(at->e->kind->id) == NULL || st->epoch < FIRST_EPOCH ||
	    !find_about(st, at, &about))
		return KC_OK;
	return tell_units(st, at, &about);
}
