/* SPDX-License-Identifier: Apache-2.0 */
/* The state machines of the nouns, from their tables. */
#include <kaocheng/machine.h>

#include <assert.h>

#define IN(sym) (UINT32_C(1) << KC_##sym)
#define MADE 0
#define STAYS KC_STATE_STAYS
#define KEY(sym) KC_P_##sym
#define BY_CLERK(kind) KC_K_##kind
#define NONE (-1)

/* A table of each sort for every machine, ended by an empty row. */
#define MACHINE(m, noun, zh, en)                                               \
	static const struct kc_machine_state states_##m[] = {
#define STATE(m, num, since, sym, word, zh, en, last)                          \
	[num] = {word, zh, en, last, since},
#define LIMIT(                                                                 \
    m, sym, word, zh, en, party, late, key, clerk, rule_zh, rule_en, zh2, en2)
#define MOVE(m, from, kind, to, party, limit)
#define BLOCKS(m, states, kind)
#define ENDM(m)                                                                \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef STATE
#undef LIMIT
#undef ENDM
#define MACHINE(m, noun, zh, en) static const struct kc_limit limits_##m[] = {
#define STATE(m, num, since, sym, word, zh, en, last)
#define LIMIT(                                                                 \
    m, sym, word, zh, en, party, late, key, clerk, rule_zh, rule_en, zh2, en2) \
	{word, zh, en, KC_PARTY_##party, late, key, clerk, rule_zh, rule_en,   \
	    zh2, en2},
#define ENDM(m)                                                                \
	{                                                                      \
		0                                                              \
	}                                                                      \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef LIMIT
#undef MOVE
#define MACHINE(m, noun, zh, en) static const struct kc_move moves_##m[] = {
#define LIMIT(                                                                 \
    m, sym, word, zh, en, party, late, key, clerk, rule_zh, rule_en, zh2, en2)
#define MOVE(m, from, kind, to, party, limit)                                  \
	{from, to, KC_K_##kind, KC_PARTY_##party, limit},
#define BY(m, sym) KC_L_##m##_##sym
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef MOVE
#undef BLOCKS
#define MACHINE(m, noun, zh, en) static const struct kc_block blocks_##m[] = {
#define MOVE(m, from, kind, to, party, limit)
#define BLOCKS(m, states, kind) {states, KC_K_##kind},
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef BLOCKS
#undef ENDM

#define ROWS(table) (sizeof(table) / sizeof((table)[0]) - 1)
static const struct kc_machine machines[] = {
#define MACHINE(m, noun, zh, en)                                               \
	{#m, #noun, zh, en, states_##m, moves_##m, limits_##m, blocks_##m,     \
	    KC_##m##_STATES, ROWS(moves_##m), ROWS(limits_##m),                \
	    ROWS(blocks_##m)},
#define BLOCKS(m, states, kind)
#define ENDM(m)                                                                \
	_Static_assert(                                                        \
	    sizeof(states_##m) / sizeof(states_##m[0]) == KC_##m##_STATES,     \
	    #m ": numbers of states have a gap");
#undef ENDM
#define ENDM(m)
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef ENDM
};
/* Numbers of states have no gap, and a set of them is 32 bits. */
#define MACHINE(m, noun, zh, en)
#define ENDM(m)                                                                \
	_Static_assert(                                                        \
	    sizeof(states_##m) / sizeof(states_##m[0]) == KC_##m##_STATES &&   \
		KC_##m##_STATES <= 32,                                         \
	    "states of " #m);
#include <kaocheng/defs/kinds.def>

const struct kc_machine *
kc_machine_get(enum kc_machine_id m)
{
	assert((unsigned)m < KC_M_COUNT);
	return &machines[m];
}

const struct kc_limit *
kc_limit_find(struct kc_slice name)
{
	struct kc_slice machine, word = name;

	if (!kc_slice_cut(&word, '.', &machine))
		return NULL;
	for (unsigned m = 0; m < KC_M_COUNT; m++)
		for (unsigned i = 0; i < machines[m].nlimits; i++)
			if (kc_slice_is(machine, machines[m].name) &&
			    kc_slice_is(word, machines[m].limits[i].word))
				return &machines[m].limits[i];
	return NULL;
}

const struct kc_move *
kc_machine_move(enum kc_machine_id m, enum kc_kind_id kind)
{
	const struct kc_machine *x = kc_machine_get(m);

	for (unsigned i = 0; i < x->nmoves; i++)
		if (x->moves[i].kind == kind)
			return &x->moves[i];
	return NULL;
}

const char *
kc_state_name(enum kc_machine_id m, unsigned state, enum kc_lang lang)
{
	const struct kc_machine *x = kc_machine_get(m);

	assert(state < x->nstates);
	return lang == KC_LANG_ZH ? x->states[state].zh : x->states[state].en;
}

void
kc_buf_signer(struct kc_buf *b, const struct kc_kind *kind, unsigned slot,
    enum kc_lang lang)
{
	size_t n = 0;
	const struct kc_word *words = kc_set_words(KC_SET_ROLE, &n);
	const uint32_t everybody = ((UINT32_C(1) << KC_ROLE_COUNT) - 1) &
	    ~(UINT32_C(1) << KC_ROLE_CLERK);
	uint32_t roles = kind->signers.roles[slot];
	bool first = true;

	if ((roles & everybody) == everybody) {
		kc_buf_str(b,
		    lang == KC_LANG_ZH ? "任一登记人员" : "any enrolled actor");
		return;
	}
	for (int r = 0; r < KC_ROLE_COUNT; r++) {
		if ((roles >> r & 1) == 0)
			continue;
		kc_buf_str(b, first ? "" : "/");
		kc_buf_str(b, lang == KC_LANG_ZH ? words[r].zh : words[r].wire);
		first = false;
	}
}

void
kc_buf_signers(struct kc_buf *b, const struct kc_kind *kind, enum kc_lang lang)
{
	for (unsigned slot = 0; slot < kind->signers.n; slot++) {
		kc_buf_str(b, slot > 0 ? " + " : "");
		kc_buf_signer(b, kind, slot, lang);
	}
}

const struct kc_move *
kc_machine_waits(enum kc_machine_id m, unsigned state)
{
	const struct kc_machine *x = kc_machine_get(m);
	uint32_t here = UINT32_C(1) << state;
	const struct kc_move *clerk = NULL;

	for (unsigned i = 0; i < x->nmoves; i++) {
		const struct kc_move *v = &x->moves[i];

		if ((v->from & here) == 0 || (v->to & ~here) == 0)
			continue;
		if (v->party != KC_PARTY_CLERK)
			return NULL;
		if (v->limit >= 0)
			clerk = v;
	}
	return clerk;
}

void
kc_buf_wait(struct kc_buf *b, const struct kc_move *v, enum kc_lang lang)
{
	const struct kc_kind *k = kc_kind_get(v->kind);
	bool zh = lang == KC_LANG_ZH;

	kc_buf_str(b, zh ? "等待“" : "waiting for ");
	kc_buf_str(b, zh ? k->zh : k->name);
	kc_buf_str(b,
	    zh ? "”（到期自动记入）" : ", which is written when it falls due");
}

void
kc_buf_moves(struct kc_buf *b, enum kc_machine_id m, unsigned state, bool on,
    enum kc_lang lang)
{
	const struct kc_machine *x = kc_machine_get(m);
	uint32_t here = UINT32_C(1) << state;
	const char *between = "";

	for (unsigned i = 0; i < x->nmoves; i++) {
		const struct kc_move *v = &x->moves[i];
		const struct kc_kind *k = kc_kind_get(v->kind);

		if ((v->from & here) == 0 || ((v->to & ~here) != 0) != on ||
		    v->party == KC_PARTY_CLERK)
			continue;
		kc_buf_str(b, between);
		kc_buf_str(b, lang == KC_LANG_ZH ? k->zh : k->name);
		kc_buf_str(b, lang == KC_LANG_ZH ? "（" : " (");
		kc_buf_signers(b, k, lang);
		kc_buf_str(b, lang == KC_LANG_ZH ? "）" : ")");
		between = lang == KC_LANG_ZH ? "、" : ", ";
	}
}
