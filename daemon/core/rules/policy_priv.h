/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the policy reader share. */
#ifndef KC_CORE_POLICY_PRIV_H
#define KC_CORE_POLICY_PRIV_H

#include <kaocheng/policy.h>

#include "base/yaml.h"

#define KC_EXAMPLES_MAX 256

/* One run over the examples. Without `report` they are only read: a policy
 * whose examples are malformed is refused as a whole. */
struct kc_examples {
	struct kc_yaml *y;
	const struct kc_policy *p;
	unsigned epoch; /* forms that are younger do not exist */
	const struct kc_calendar *calendar; /* NULL: weekdays only */
	void (*report)(void *ctx, const char *name, uint32_t line, bool ok,
	    const char *difference);
	void *ctx;
	struct kc_buf diff; /* of the example at hand */
};

/* Reads the tree into *p, without its examples. */
enum kc_err
kc_policy_read(struct kc_yaml *y, unsigned epoch, struct kc_policy *p);
/* policy_keys.c: the scalar keys that exist in the epoch; every other key of
 * the text that the table does not know is refused. */
enum kc_err kc_policy_read_keys(struct kc_yaml *y,
    const struct kc_yaml_node *root, unsigned epoch, struct kc_policy *p);
/* `source` says who set a value; `rule` may name the clause. */
enum kc_err kc_policy_read_source(
    struct kc_yaml *y, const struct kc_yaml_node *map, bool *stated);
/* policy_ladder.c: the stages of reminders. *out: how many. */
enum kc_err
kc_policy_read_ladder(struct kc_yaml *y, const struct kc_yaml_node *list,
    const char *label, struct kc_policy *p, int64_t *out);
void kc_policy_default_ladder(struct kc_policy *p);
void kc_policy_put_ladder(struct kc_buf *b, const struct kc_policy *p);
enum kc_err kc_examples_run(struct kc_examples *x, size_t *count);
/* The `score` example. */
enum kc_err kc_example_score(struct kc_examples *x,
    const struct kc_yaml_node *given, const struct kc_yaml_node *wants);

/* The `ballots` example. */
enum kc_err kc_example_ballots(struct kc_examples *x,
    const struct kc_yaml_node *given, const struct kc_yaml_node *wants);
/* The `grades` example. */
enum kc_err kc_example_grades(struct kc_examples *x,
    const struct kc_yaml_node *given, const struct kc_yaml_node *wants);

/* If `wants` names the figure, compares it; a difference goes to x->diff. */
enum kc_err kc_example_points(struct kc_examples *x,
    const struct kc_yaml_node *wants, const char *name, int64_t is);
enum kc_err kc_example_number(struct kc_examples *x,
    const struct kc_yaml_node *wants, const char *name, int64_t is);
/* true or false; absent is false. */
enum kc_err kc_example_bool(struct kc_examples *x,
    const struct kc_yaml_node *map, const char *name, bool *out);

/* Words of the enumerated keys; a value is the index of its word. */
extern const char *const kc_words_effect[];
extern const char *const kc_words_mark[];
extern const char *const kc_words_bonus_mark[]; /* from 1 on: 0 is any */
extern const char *const kc_words_grade[];

#endif
