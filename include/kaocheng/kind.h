/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind table and the vocabularies as data (defs/kinds.def, words.def).
 * Values of enum kc_kind_id and of words are the numbers of their rows: they
 * are hashed and stored, and never change (docs/FORMAT.md "Epochs").
 */
#ifndef KAOCHENG_KIND_H
#define KAOCHENG_KIND_H

#include <kaocheng/bytes.h>
#include <kaocheng/limits.h>
#include <kaocheng/text.h>

/* --- vocabularies: KC_ROLE_ADMIN, KC_LEVEL_RED, ... --- */
enum kc_set {
#define SET(s) KC_SET_##s,
#define WORD(s, num, since, sym, wire, zh, en)
#define END(s)
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END
	KC_SET_COUNT
};

#define SET(s) enum {
#define WORD(s, num, since, sym, wire, zh, en) KC_##s##_##sym = (num),
#define END(s)                                                                 \
	}                                                                      \
	;
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END
/* How many members each set has; their numbers are 0 to that, without a gap
 * (kind.c asserts it). */
#define SET(s) enum {
#define WORD(s, num, since, sym, wire, zh, en) KC_##s##_ROW_##sym,
#define END(s)                                                                 \
	KC_##s##_COUNT                                                         \
	}                                                                      \
	;
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END

struct kc_word {
	const char *wire, *zh, *en;
	uint16_t since; /* rules epoch from which it exists */
};
/* Members of a set in order of number; *n is how many. */
const struct kc_word *kc_set_words(enum kc_set set, size_t *n);
const char *kc_word_text(enum kc_set set, int64_t value); /* wire word */
int kc_word_find(enum kc_set set, struct kc_slice wire);  /* -1 if none */

/* --- kinds --- */
enum kc_kind_id {
#define KIND(num, since, sym, wire, noun, signers, zh, en) KC_K_##sym = (num),
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
};
enum {
#define KIND(num, since, sym, wire, noun, signers, zh, en) KC_K_ROW_##sym,
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
	KC_K_COUNT /* their numbers are 0 to this, without a gap */
};

/* Places of the fields of each kind, in the order in which they stand in an
 * entry: KC_F_prededuct_decide_unit, ... */
#define KIND(num, since, sym, wire, noun, signers, zh, en) enum {
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)       \
	KC_F_##sym##_##field,
#define END(sym)                                                               \
	KC_F_##sym##_COUNT                                                     \
	}                                                                      \
	;
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END

/* Of a HANDLE that names any matter that has last days: some, such as a target,
 * have the code that their author gave them. */
#define KC_MATTER 1
/* X(symbol, what it accepts in zh, in en); the exact grammar of each is in
 * docs/FORMAT.md "Values". */
#define KC_TYPES(X)                                                            \
	X(CODE, "代码", "a code: letters, digits, '.', '_', '-'")              \
	X(ACTOR, "人员代号", "an actor id")                                    \
	X(HANDLE, "编号", "a handle such as PD-2022-0058")                     \
	X(WORD, "限定词", "one of the listed words")                           \
	X(POINTS, "四位小数的分值", "points with four decimals, not negative") \
	X(BP, "0 至 10000 的基点", "basis points, 0 to 10000")                 \
	X(INT, "整数", "a whole number")                                       \
	X(DATE, "日期 YYYY-MM-DD", "a date YYYY-MM-DD")                        \
	X(QUARTER, "季度 YYYY-Qn", "a quarter such as 2022-Q3")                \
	X(DECIMAL, "四位小数", "a number with four decimals")                  \
	X(TEXT, "文字", "text")                                                \
	X(VKEY, "公钥", "a verifier key")                                      \
	X(SIG, "签名", "base64 of 64 bytes")                                   \
	X(HASH, "SHA-256", "sha256: and 64 hexadecimal digits")                \
	X(EVIDENCE, "佐证", "sha256:<hex> <bytes> <media type>")               \
	X(YESNO, "yes 或 no", "yes or no")                                     \
	X(KINDNAME, "事项种类", "a statement kind")

enum kc_type {
#define X(sym, zh, en) KC_T_##sym,
	KC_TYPES(X)
#undef X
};
enum kc_presence {
	KC_ONE,
	KC_OPT,
	KC_MANY,
	KC_SOME
};

struct kc_field {
	const char *name;
	enum kc_type type;
	enum kc_presence presence;
	int64_t arg; /* WORD: enum kc_set; INT: maximum; TEXT: kc_text_use */
	const char *zh, *en;
	uint8_t name_n; /* bytes of name */
	uint8_t num;    /* its number in the kind, for ever */
	uint16_t since; /* rules epoch from which it exists */
};

#define KC_ROLE_BIT(role) (UINT32_C(1) << (role))
/* Duties kept apart (三员分立, the clerk, and who reads ballots): whoever
 * holds one of these holds nothing else. */
#define KC_ROLES_APART                                                         \
	(KC_ROLE_BIT(KC_ROLE_ADMIN) | KC_ROLE_BIT(KC_ROLE_OPERATOR) |          \
	    KC_ROLE_BIT(KC_ROLE_AUDITOR) | KC_ROLE_BIT(KC_ROLE_CLERK) |        \
	    KC_ROLE_BIT(KC_ROLE_TALLY))
/* Who votes on panels, by the group: KC_PANEL_x is KC_ROLE_PANEL_x less that of
 * the inner one. */
#define KC_ROLES_VOTE                                                          \
	(KC_ROLE_BIT(KC_ROLE_PANEL_INNER) | KC_ROLE_BIT(KC_ROLE_PANEL_OUTER) | \
	    KC_ROLE_BIT(KC_ROLE_PANEL_GRASS))
/* What these may sign is not lent: the duties kept apart, and a vote. */
#define KC_ROLES_UNLENT (KC_ROLES_APART | KC_ROLES_VOTE)

struct kc_signers {
	uint8_t n; /* 1 to 4; 0 for the founders of ledger.open */
	uint32_t roles[KC_PLACES_MAX]; /* bit (1 << KC_ROLE_x); any one of the
					* set; none beyond n */
};

struct kc_kind {
	enum kc_kind_id id;
	const char *name; /* "prededuct.decide" */
	const char *noun; /* folder under core/noun/ with guard and apply */
	struct kc_signers signers;
	const char *zh, *en;
	const struct kc_field *fields;
	unsigned nfields;
	uint16_t since; /* rules epoch from which it exists */
};

const struct kc_kind *kc_kind_get(enum kc_kind_id id);
const struct kc_kind *kc_kind_find(struct kc_slice name); /* NULL if none */
/* Is it the kind of that name, or, by "warning.", one of those that begin so?
 * Without a pattern every kind is. */
bool kc_kind_fits(const struct kc_kind *k, struct kc_slice pattern);
/* Place of a field by its wire name, -1 if none. */
int kc_kind_field(const struct kc_kind *k, struct kc_slice name);

/* An actor id: letters, digits, '.', '_' and '-', a letter or digit first. */
bool kc_actor_ok(struct kc_slice s);
/* Is it of the form of a handle, "PD-2022-0058"? */
bool kc_handle_ok(struct kc_slice s);

#endif
