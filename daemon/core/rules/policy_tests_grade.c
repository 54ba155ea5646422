/* SPDX-License-Identifier: Apache-2.0 */
/* The `grades` example of a policy: the scores of one group. */
#include <stdlib.h>

#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define EACH_MAX 64 /* units of the group */

static int
by_order(const void *a, const void *b)
{
	return kc_place_order(a, b);
}

/* grades: { scores } */
static enum kc_err
read_scores(struct kc_examples *x, const struct kc_yaml_node *given,
    struct kc_place *v, size_t *n)
{
	static const struct kc_slice names[] = {{"scores", 6}};
	const struct kc_yaml_node *list, *c;
	enum kc_err err;

	*n = 0;
	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_need(x->y, given, "scores", KC_YAML_LIST, &list);
	if (err == KC_OK && list->n > EACH_MAX)
		err = kc_yaml_refuse(
		    x->y, list, KC_R_KEY_VALUE, "scores", "0..64");
	for (c = err == KC_OK ? list->first : NULL; c != NULL && err == KC_OK;
	     c = c->next) {
		v[*n].ranked = true;
		err = kc_yaml_points(x->y, c, "scores", 0, 2 * KC_FULL_SCORE,
		    &v[(*n)++].total_e4);
	}
	return err;
}

enum kc_err
kc_example_grades(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	static const struct kc_slice names[] = {
	    {"first", 5}, {"second", 6}, {"third", 5}};
	struct kc_place v[EACH_MAX] = {0};
	int64_t count[KC_GRADED_COUNT] = {0};
	struct kc_grade_rules rules;
	enum kc_err err;
	size_t n;

	err = read_scores(x, given, v, &n);
	if (err == KC_OK)
		err = kc_yaml_keys(x->y, wants, names, COUNT(names));
	if (err != KC_OK)
		return err;
	qsort(v, n, sizeof(*v), by_order);
	kc_policy_grade_rules(x->p, &rules);
	kc_place_ranks(v, n);
	kc_place_grades(&rules, v, n);
	for (size_t i = 0; i < n; i++)
		count[v[i].grade]++;
	for (size_t i = 0; err == KC_OK && i < COUNT(names); i++)
		err = kc_example_number(x, wants, names[i].p, count[i]);
	return err;
}
