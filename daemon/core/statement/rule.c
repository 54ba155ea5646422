/* SPDX-License-Identifier: Apache-2.0 */
/* The rule of every kind, from the tables of the nouns. */
#include <kaocheng/rule.h>

#include <assert.h>

#define E(code) KC_R_##code,
#define RULE(sym, holds, codes)                                                \
	static const enum kc_refusal_code codes_##sym[] = {codes};
#include <kaocheng/defs/kinds.def>
#undef RULE
/* What is asked of every entry, in the order of docs/RULES.md. */
static const enum kc_refusal_code codes_every[] = {
    E(NOT_OPEN) E(OPEN_TWICE) E(LEDGER) E(CLOCK) E(AT_FUTURE) E(AT_STALE)
	E(EPOCH) E(CHARACTER) E(ACTOR_UNKNOWN) E(KEY_NOT_IN_FORCE) E(ROLE)
	    E(SAME_PERSON) E(SEEN_AHEAD) E(SEEN_BACK) E(SEEN_STALE) E(HELD)
		E(RESTORED) E(YEAR_CLOSED) E(UNIT_ENDED) E(DUE_FIRST)};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct kc_rule rules[KC_K_COUNT] = {
#define RULE(sym, holds, codes)                                                \
	[KC_K_##sym] = {holds, codes_##sym, COUNT(codes_##sym)},
#include <kaocheng/defs/kinds.def>
#undef RULE
};
static const struct kc_rule every = {"", codes_every, COUNT(codes_every)};
/* A rule for every kind. */
enum {
#define RULE(sym, holds, codes) ROW_##sym,
#include <kaocheng/defs/kinds.def>
#undef RULE
	ROWS
};
_Static_assert((int)ROWS == (int)KC_K_COUNT, "a rule for every kind");

const struct kc_rule *
kc_rule_get(enum kc_kind_id kind)
{
	assert((unsigned)kind < KC_K_COUNT);
	return &rules[kind];
}

static bool
lists(const struct kc_rule *r, enum kc_refusal_code code)
{
	for (unsigned i = 0; i < r->ncodes; i++)
		if (r->codes[i] == code)
			return true;
	return false;
}

bool
kc_rule_lists(enum kc_kind_id kind, enum kc_refusal_code code)
{
	return lists(kc_rule_get(kind), code) || lists(&every, code);
}
