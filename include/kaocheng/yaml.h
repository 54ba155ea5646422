/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small strict tree over YAML text: maps, lists and scalars, each with its
 * line and column. Refused with their place: aliases, anchors, tags,
 * directives, a second document, repeated or composed keys, depth, size, and
 * every character that a signed text may not hold. libfyaml stays behind it.
 */
#ifndef KAOCHENG_YAML_H
#define KAOCHENG_YAML_H

#include <kaocheng/refusal.h>

#define KC_YAML_DEPTH 8      /* maps and lists inside each other */
#define KC_YAML_MAP_MAX 128  /* keys of one map */
#define KC_YAML_NODES 20000  /* nodes of a text; bounds memory */
#define KC_YAML_NAME_MAX 112 /* bytes of a key that is compared */

enum kc_yaml_kind {
	KC_YAML_SCALAR,
	KC_YAML_LIST,
	KC_YAML_MAP
};

struct kc_yaml_node {
	enum kc_yaml_kind kind;
	bool quoted;                /* a scalar in quotes or a block scalar */
	uint32_t line, col;         /* of the value, from 1 */
	uint32_t key_line, key_col; /* of the key; 0 in a list */
	struct kc_slice key;        /* empty in a list */
	struct kc_slice text;       /* of a scalar; decoded */
	struct kc_yaml_node *first, *next;
	size_t n; /* children */
};

struct kc_yaml;

/* Parses the whole text. KC_EREFUSED fills *why (kept by the tree for later
 * refusals, with `file` for the place: both must outlive it). The tree owns
 * its bytes; free it in every case. */
enum kc_err kc_yaml_parse(struct kc_yaml **out, struct kc_slice text,
    const char *file, struct kc_refusal *why);
void kc_yaml_free(struct kc_yaml *y);
/* The root; always a map. */
const struct kc_yaml_node *kc_yaml_root(const struct kc_yaml *y);

/* "<file>:<line>:<col>", the file cut short if need be. */
#define KC_YAML_PLACE_MAX 96
void kc_yaml_place(
    char out[KC_YAML_PLACE_MAX], const char *file, uint32_t line, uint32_t col);

/* Refusals at a value, or at a key, of the tree. */
enum kc_err kc_yaml_refuse(struct kc_yaml *y, const struct kc_yaml_node *at,
    enum kc_refusal_code code, const char *a0, const char *a1);
enum kc_err kc_yaml_refuse_at(struct kc_yaml *y, uint32_t line, uint32_t col,
    enum kc_refusal_code code, const char *a0, const char *a1);

/* The child of a map by name, or NULL. */
const struct kc_yaml_node *
kc_yaml_get(const struct kc_yaml_node *map, const char *name);
/* The same, of one kind; refuses if missing or of another kind. */
enum kc_err kc_yaml_need(struct kc_yaml *y, const struct kc_yaml_node *map,
    const char *name, enum kc_yaml_kind kind, const struct kc_yaml_node **out);
/* Refuses a node that is not of this kind. */
enum kc_err kc_yaml_want(struct kc_yaml *y, const struct kc_yaml_node *node,
    enum kc_yaml_kind kind, const char *label);
/* Refuses keys of `map` that are not in names[n]; the nearest name is arg 1. */
enum kc_err kc_yaml_keys(struct kc_yaml *y, const struct kc_yaml_node *map,
    const struct kc_slice *names, size_t n);

/*
 * Readers of one scalar in its one spelling; `label` names it in refusals.
 */
/* One line of text of 1..size-1 bytes. */
enum kc_err kc_yaml_text(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, char *out, size_t size);
/* Letters, digits, '.', '-' and '_', unquoted, 1..size-1 bytes. */
enum kc_err kc_yaml_code(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, char *out, size_t size);
/* Unquoted integer. */
enum kc_err kc_yaml_int(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t min, int64_t max, int64_t *out);
/* Quoted decimal with four places, in 1/10,000 point. */
enum kc_err kc_yaml_points(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t min, int64_t max, int64_t *out);
/* Quoted per cent with at most two places, no trailing zero: "12.5%". */
enum kc_err kc_yaml_rate(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t min, int64_t max, int64_t *out);
/* Quoted month and day that every year has: "10-31" is 1031. */
enum kc_err kc_yaml_month_day(struct kc_yaml *y,
    const struct kc_yaml_node *node, const char *label, int64_t *out);
/* Quoted time of a day in minutes: "09:00" is 540, at most "23:59". */
enum kc_err kc_yaml_time(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t *out);
/* Quoted span of two of them, which may go over midnight: "20:00-08:00" is
 * from * 10000 + to; none if both are alike. */
enum kc_err kc_yaml_span(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t *out);
/* Unquoted word of a list that ends with NULL; its index. */
enum kc_err kc_yaml_word(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, const char *const *words, int64_t *out);

#endif
