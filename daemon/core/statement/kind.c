/* SPDX-License-Identifier: Apache-2.0 */
/* The kind table and the vocabularies, built from their .def files. */
#include <kaocheng/kind.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/arith.h>
#include <kaocheng/policy.h>

#include "codec.h"

/* --- vocabularies --- */
#define SET(s) static const struct kc_word words_##s[] = {
#define WORD(s, num, since, sym, wire, zh, en) [num] = {wire, zh, en, since},
#define END(s)                                                                 \
	}                                                                      \
	;
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END

/* No gap: as many rows as the largest number asks for. Two rows of one number
 * do not compile (-Woverride-init). */
#define SET(s)                                                                 \
	_Static_assert(                                                        \
	    sizeof(words_##s) / sizeof(words_##s[0]) == KC_##s##_COUNT,        \
	    #s ": numbers without a gap");
#define WORD(s, num, since, sym, wire, zh, en)                                 \
	_Static_assert((since) >= 1 && (since) <= KC_EPOCH_MAX, wire);
#define END(s)
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END

static const struct {
	const struct kc_word *words;
	size_t n;
	const char *symbol;
} sets[] = {
#define SET(s) [KC_SET_##s] = {words_##s, KC_##s##_COUNT, #s},
#define WORD(s, num, since, sym, wire, zh, en)
#define END(s)
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END
};

/* The wire words of three sets are the numbers of other tables. */
#define SAME(a, b) _Static_assert((int)(a) == (int)(b), #a " is " #b)
SAME(KC_PD_EFFECT_FULL, KC_EFFECT_FULL);
SAME(KC_PD_EFFECT_HALF, KC_EFFECT_HALF);
SAME(KC_PD_EFFECT_EXEMPT, KC_EFFECT_EXEMPT);
SAME(KC_TARGET_CLASS_KEY, KC_CLASS_KEY);
SAME(KC_TARGET_CLASS_ROUTINE, KC_CLASS_ROUTINE);
SAME(KC_TARGET_CLASS_DYNAMIC, KC_CLASS_DYNAMIC);
_Static_assert(KC_PD_EFFECT_COUNT == 3 && KC_TARGET_CLASS_COUNT == 3,
    "no member without a counterpart");
_Static_assert(KC_ROLE_COUNT < 32, "a role is a bit of kc_signers.roles");

/* --- kinds --- */
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	static const struct kc_field fields_##sym[] = {
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)       \
	{wire, KC_T_##type, KC_##presence, arg, zh, en, sizeof(wire) - 1, num, \
	    since},
#define END(sym)                                                               \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END

#define NAME_MIN 8 /* bytes of a kind's name: what name_slot() reads */
#define NAME_LIMIT 48
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	_Static_assert(sizeof(wire) > NAME_MIN && sizeof(wire) <= NAME_LIMIT,  \
	    wire ": length of the name");                                      \
	_Static_assert((since) >= 1 && (since) <= KC_EPOCH_MAX, wire);
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)       \
	_Static_assert(sizeof(wire) > 1 && sizeof(wire) <= 32,                 \
	    wire ": length of the name");                                      \
	_Static_assert((since) >= 1 && (since) <= KC_EPOCH_MAX, wire);
#define END(sym)                                                               \
	_Static_assert(KC_F_##sym##_COUNT <= KC_FIELDS_MAX, #sym ": fields");
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END

#define R(role) (UINT32_C(1) << KC_ROLE_##role)
#define ANYONE (((UINT32_C(1) << KC_ROLE_COUNT) - 1) & ~R(CLERK))
/* clang-format off */
#define BY1(a) 1, {a}
#define BY2(a, b) 2, {a, b}
#define BY3(a, b, c) 3, {a, b, c}
#define BY4(a, b, c, d) 4, {a, b, c, d}
#define BY_FOUNDERS 0, {0}
/* clang-format on */

static const struct kc_kind kinds[] = {
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	[num] = {KC_K_##sym, wire, #noun, {signers}, zh, en, fields_##sym,     \
	    KC_F_##sym##_COUNT, since},
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == KC_K_COUNT,
    "numbers of kinds without a gap");
static const uint8_t name_lengths[] = {
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	[num] = sizeof(wire) - 1,
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
};

/* --- look-ups --- */

/* Open addressing from a name's ends to its kind, a quarter full. Built
 * before main(), so that no thread ever sees it half made. */
#define SLOTS 2048
static uint16_t slots[SLOTS]; /* kind + 1, 0 when empty */
_Static_assert(KC_K_COUNT < SLOTS / 3, "slots");

static inline unsigned
name_slot(struct kc_slice name)
{
	uint64_t head, tail;

	memcpy(&head, name.p, sizeof(head));
	memcpy(&tail, name.p + name.n - sizeof(tail), sizeof(tail));
	head =
	    (head ^ (tail << 17 | tail >> 47)) * UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)(head >> 53);
}

__attribute__((constructor)) static void
build_slots(void)
{
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		unsigned i = name_slot(kc_slice_str(kinds[k].name));

		while (slots[i] != 0)
			i = (i + 1) % SLOTS;
		slots[i] = (uint16_t)(k + 1);
	}
}

const struct kc_kind *
kc_kind_get(enum kc_kind_id id)
{
	assert((unsigned)id < KC_K_COUNT);
	return &kinds[id];
}

const struct kc_kind *
kc_kind_find(struct kc_slice name)
{
	if (name.n < NAME_MIN || name.n >= NAME_LIMIT)
		return NULL;
	for (unsigned i = name_slot(name); slots[i] != 0; i = (i + 1) % SLOTS) {
		unsigned k = slots[i] - 1U;

		if (name_lengths[k] == name.n &&
		    memcmp(kinds[k].name, name.p, name.n) == 0)
			return &kinds[k];
	}
	return NULL;
}

bool
kc_kind_fits(const struct kc_kind *k, struct kc_slice pattern)
{
	if (pattern.n == 0)
		return true;
	if (pattern.p[pattern.n - 1] != '.')
		return kc_slice_is(pattern, k->name);
	return strncmp(k->name, pattern.p, pattern.n) == 0;
}

int
kc_kind_field(const struct kc_kind *k, struct kc_slice name)
{
	for (unsigned i = 0; i < k->nfields; i++)
		if (k->fields[i].name_n == name.n &&
		    memcmp(k->fields[i].name, name.p, name.n) == 0)
			return (int)i;
	return -1;
}

const struct kc_word *
kc_set_words(enum kc_set set, size_t *n)
{
	assert(set < KC_SET_COUNT);
	*n = sets[set].n;
	return sets[set].words;
}

const char *
kc_word_text(enum kc_set set, int64_t value)
{
	assert(set < KC_SET_COUNT);
	assert(value >= 0 && (uint64_t)value < sets[set].n);
	return sets[set].words[value].wire;
}

int
kc_word_find(enum kc_set set, struct kc_slice wire)
{
	assert(set < KC_SET_COUNT);
	for (size_t i = 0; i < sets[set].n; i++)
		if (wire.n > 0 && *wire.p == *sets[set].words[i].wire &&
		    kc_slice_is(wire, sets[set].words[i].wire))
			return (int)i;
	return -1;
}

const char *
kc_set_symbol(enum kc_set set)
{
	assert(set < KC_SET_COUNT);
	return sets[set].symbol;
}
