/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A refusal is a value: which rule said no, where in the input or in the
 * policy, in which state, and what could be done instead. Nothing changed.
 */
#ifndef KAOCHENG_REFUSAL_H
#define KAOCHENG_REFUSAL_H

#include <kaocheng/bytes.h>

enum kc_refusal_code {
	KC_R_NONE = 0,
#define X(sym, code, status, zh, en, hint_zh, hint_en) KC_R_##sym,
#include <kaocheng/defs/refusals.def>
	KC_R_COUNT
};

enum kc_lang {
	KC_LANG_EN,
	KC_LANG_ZH
};

#define KC_REFUSAL_ARGS 4
#define KC_REFUSAL_ARG_MAX 136
#define KC_REFUSAL_ZH_MAX 208 /* the longest list of what can be done now */

struct kc_refusal {
	enum kc_refusal_code code;
	uint32_t line,
	    col; /* in the statement or file; 0 if not about a place */
	/* Rule in force: policy key and where it stands; empty if built in. */
	char rule[48];
	char rule_place[96]; /* "policies/nantong-2022.yaml:41:15" */
	char state[64];      /* present state of the thing; may be empty */
	char args[KC_REFUSAL_ARGS][KC_REFUSAL_ARG_MAX]; /* {0}..{3} */
	/* The same in Chinese where an argument is words; else empty. */
	char args_zh[KC_REFUSAL_ARGS][KC_REFUSAL_ZH_MAX];
	char state_zh[KC_REFUSAL_ZH_MAX];
};

/* Sets code and up to four arguments (NULL ends them early); keeps place and
 * rule fields that were set before. Returns KC_EREFUSED for `return`. */
enum kc_err kc_refuse(struct kc_refusal *r, enum kc_refusal_code code,
    const char *a0, const char *a1, const char *a2, const char *a3);
/* The same with slices and numbers made into args by the caller. */
void kc_refusal_arg(struct kc_refusal *r, unsigned i, struct kc_slice s);
/* Chinese words of an argument that is set already (setting it again takes
 * them away). Returns KC_EREFUSED for `return`. */
enum kc_err kc_refusal_zh(struct kc_refusal *r, unsigned i, const char *zh);
/* The present state, in both languages; and in one. */
void kc_refusal_set_state(struct kc_refusal *r, const char *en, const char *zh);
const char *kc_refusal_state(const struct kc_refusal *r, enum kc_lang lang);
/* Adds a word to a list, if it has room there. */
void kc_refusal_arg_add(struct kc_refusal *r, unsigned i, struct kc_slice s);
void kc_refusal_arg_u64(struct kc_refusal *r, unsigned i, uint64_t v);
void kc_refusal_arg_points(struct kc_refusal *r, unsigned i, int64_t e4);

const char *kc_refusal_code_text(enum kc_refusal_code c); /* "E-RET-CAP" */
/* HTTP status that fits: 400 syntax, 401, 403 authority, 404, 409 state and
 * conflict, 413, 422 rule, 503. */
int kc_refusal_status(enum kc_refusal_code c);
/* One sentence, arguments filled in; and what can be done (may be empty). */
void kc_refusal_message(
    const struct kc_refusal *r, enum kc_lang lang, struct kc_buf *out);
void kc_refusal_hint(
    const struct kc_refusal *r, enum kc_lang lang, struct kc_buf *out);
/* What help says of a code, never empty: why it is refused, a line that is
 * refused with it, and what to do. */
struct kc_refusal_help {
	const char *cause, *example, *remedy;
};
struct kc_refusal_help
kc_refusal_help(enum kc_refusal_code c, enum kc_lang lang);
/* Looks a code up by its text ("E-RET-CAP"); KC_R_NONE if unknown. */
enum kc_refusal_code kc_refusal_find(struct kc_slice text);

#endif
