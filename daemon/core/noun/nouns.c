/* SPDX-License-Identifier: Apache-2.0 */
/* Every noun, by its number: what the engine goes through. */
#include "engine/noun.h"

#define NOUN(num, name, zh, en, has) extern const struct kc_noun kc_noun_##name;
#include <kaocheng/defs/kinds.def>
#undef NOUN

const struct kc_noun *const kc_nouns[] = {
#define NOUN(num, name, zh, en, has) [num] = &kc_noun_##name,
#include <kaocheng/defs/kinds.def>
#undef NOUN
};
const size_t kc_nouns_n = sizeof(kc_nouns) / sizeof(kc_nouns[0]);

const struct kc_noun *
kc_noun_of(enum kc_kind_id kind)
{
	static const enum kc_noun_id nouns[KC_K_COUNT] = {
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	[KC_K_##sym] = KC_N_##noun,
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
	};

	return kc_nouns[nouns[kind]];
}

/* Numbers without a gap; and every kind is of a noun of the table. */
enum {
#define NOUN(num, name, zh, en, has) ROW_##name,
#include <kaocheng/defs/kinds.def>
#undef NOUN
	ROWS
};
_Static_assert(sizeof(kc_nouns) / sizeof(kc_nouns[0]) == ROWS,
    "numbers of nouns have a gap");
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	_Static_assert((int)KC_N_##noun < (int)ROWS, wire);
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
