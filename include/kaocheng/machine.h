/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State machines as data: what may happen to a thing in which state, by whom,
 * until when, and what the clerk writes when nobody acts. The rows stand in
 * the .def of each noun (columns: defs/kinds.def); guards ask them, and the
 * pages, the diagrams and the deadlines are drawn from them.
 */
#ifndef KAOCHENG_MACHINE_H
#define KAOCHENG_MACHINE_H

#include <kaocheng/kind.h>
#include <kaocheng/policy.h>
#include <kaocheng/refusal.h>

/* Whose statement a move takes, beside the roles of its kind: X(symbol, zh,
 * en, what it must be). */
#define KC_PARTIES(X)                                                          \
	X(ANY, "", "")                                                         \
	X(UNIT, "本单位", "of the unit")                                       \
	X(OWN, "本单位，或编办", "of the unit, or the Establishment Office")   \
	X(JUDGE, "作出决定的考核单位，或代其办理的编办",                       \
	    "of the deciding unit with a grant, or the Establishment Office "  \
	    "in its place")                                                    \
	X(GRANTED, "持有考核权的单位", "of a unit with a grant")               \
	X(OTHER, "非决定人", "another person than decided")                    \
	X(SELF, "本人", "the actor itself")                                    \
	X(CLERK, "自动", "by itself")
enum kc_party {
#define X(sym, zh, en) KC_PARTY_##sym,
	KC_PARTIES(X)
#undef X
};

/* enum kc_machine_id { KC_M_case, ... } */
enum kc_machine_id {
#define MACHINE(m, noun, zh, en) KC_M_##m,
#define STATE(m, num, since, sym, word, zh, en, last)
#define LIMIT(                                                                 \
    m, sym, word, zh, en, party, late, key, clerk, rule_zh, rule_en, zh2, en2)
#define MOVE(m, from, kind, to, party, limit)
#define BLOCKS(m, states, kind)
#define ENDM(m)
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef STATE
#undef ENDM
	KC_M_COUNT
};
/* enum kc_case_state { KC_CS_DECIDED = 0, ... }: numbers for ever. */
#define MACHINE(m, noun, zh, en)                                               \
	enum kc_##m##_state                                                    \
	{
#define STATE(m, num, since, sym, word, zh, en, last) KC_##sym = (num),
#define ENDM(m)                                                                \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef STATE
#undef ENDM
/* How many states each has. */
#define MACHINE(m, noun, zh, en) enum {
#define STATE(m, num, since, sym, word, zh, en, last) KC_ROW_##sym,
#define ENDM(m)                                                                \
	KC_##m##_STATES                                                        \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef STATE
#undef ENDM
#undef LIMIT
#undef MOVE
#undef BLOCKS
/* Places of the limits: KC_L_case_CONFIRM, ... */
#define MACHINE(m, noun, zh, en) enum {
#define STATE(m, num, since, sym, word, zh, en, last)
#define LIMIT(                                                                 \
    m, sym, word, zh, en, party, late, key, clerk, rule_zh, rule_en, zh2, en2) \
	KC_L_##m##_##sym,
#define MOVE(m, from, kind, to, party, limit)
#define BLOCKS(m, states, kind)
#define ENDM(m)                                                                \
	KC_L_##m##_COUNT                                                       \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef MACHINE
#undef STATE
#undef LIMIT
#undef MOVE
#undef BLOCKS
#undef ENDM

struct kc_machine_state {
	const char *word, *zh, *en;
	bool last;      /* nothing need happen any more */
	uint16_t since; /* rules epoch from which it exists */
};

/* A last day, and what follows when it has passed. */
struct kc_limit {
	const char *word, *zh, *en;    /* what is to be done by then */
	enum kc_party party;           /* whose step it is */
	bool late;                     /* it may be done late */
	int key;                       /* enum kc_policy_key, -1 if none */
	int clerk;                     /* kind that the clerk writes, or -1 */
	const char *rule_zh, *rule_en; /* how the day is found */
	const char *else_zh, *else_en; /* what follows */
};

#define KC_STATE_STAYS 0 /* kc_move.to: the state stays */
struct kc_move {
	uint32_t from; /* bits 1 << state; 0: makes the thing */
	uint32_t to;   /* bits 1 << state, by the rules; 0: stays */
	enum kc_kind_id kind;
	enum kc_party party;
	int limit; /* KC_L_*, -1: at any time */
};
/* While a thing is in one of the states, nobody can do `kind`. */
struct kc_block {
	uint32_t states;
	enum kc_kind_id kind;
};

struct kc_machine {
	const char *name, *noun, *zh, *en;
	const struct kc_machine_state *states;
	const struct kc_move *moves;
	const struct kc_limit *limits;
	const struct kc_block *blocks;
	unsigned nstates, nmoves, nlimits, nblocks;
};
const struct kc_machine *kc_machine_get(enum kc_machine_id m);
/* "case.rectify": a machine and the word of its limit; NULL: there is none. */
const struct kc_limit *kc_limit_find(struct kc_slice name);
/* The move that a kind makes on a machine, NULL if none. */
const struct kc_move *
kc_machine_move(enum kc_machine_id m, enum kc_kind_id kind);
/* Name of a state in a language; its wire word is kc_machine_get()->states. */
const char *
kc_state_name(enum kc_machine_id m, unsigned state, enum kc_lang lang);
/* "estab/head": who signs a kind in one place of its signers. */
void kc_buf_signer(struct kc_buf *b, const struct kc_kind *kind, unsigned slot,
    enum kc_lang lang);
/* "estab/head + go-party": who signs a kind. */
void
kc_buf_signers(struct kc_buf *b, const struct kc_kind *kind, enum kc_lang lang);
/* The clerk's move that leads on from a state which nobody else leads on from;
 * NULL: somebody does, or nothing does. */
const struct kc_move *kc_machine_waits(enum kc_machine_id m, unsigned state);
/* "waiting for ..., which is written when it falls due" */
void kc_buf_wait(struct kc_buf *b, const struct kc_move *v, enum kc_lang lang);
/* "prededuct.confirm (estab), prededuct.decline (estab)": what may happen in
 * a state, by whom; entries of the clerk left out. What leads on, or else what
 * leaves the state as it is. */
void kc_buf_moves(struct kc_buf *b, enum kc_machine_id m, unsigned state,
    bool on, enum kc_lang lang);

#endif
