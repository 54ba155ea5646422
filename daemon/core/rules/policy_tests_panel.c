/* SPDX-License-Identifier: Apache-2.0 */
/* The `ballots` example of a policy: what a group thinks of a unit. */
#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* 1 to 5, or "unknown". */
static enum kc_err
read_mark(struct kc_examples *x, const struct kc_yaml_node *node, uint8_t *out)
{
	int64_t v = 0;
	enum kc_err err = KC_OK;

	if (!kc_slice_is(node->text, "unknown"))
		err = kc_yaml_int(x->y, node, "cast", 1, KC_MARK_MAX, &v);
	*out = (uint8_t)v;
	return err;
}

static enum kc_err
read_ballot(struct kc_examples *x, const struct kc_yaml_node *list,
    struct kc_ballot_marks *out)
{
	const struct kc_yaml_node *c;
	unsigned k = 0;
	enum kc_err err = kc_yaml_want(x->y, list, KC_YAML_LIST, "cast");

	if (err == KC_OK && list->n != KC_CRITERIA)
		err = kc_yaml_refuse(
		    x->y, list, KC_R_KEY_VALUE, "cast", "[5, 4, unknown]");
	if (err != KC_OK)
		return err;
	for (c = list->first; err == KC_OK && c != NULL; c = c->next) {
		err = kc_yaml_want(x->y, c, KC_YAML_SCALAR, "cast");
		if (err == KC_OK)
			err = read_mark(x, c, &out->of[k++]);
	}
	return err;
}

static enum kc_err
read_ballots(struct kc_examples *x, const struct kc_yaml_node *list,
    struct kc_ballot_marks **out)
{
	const struct kc_yaml_node *c = list->first;
	struct kc_ballot_marks *v;
	enum kc_err err;

	if (list->n > KC_EXAMPLES_MAX)
		return kc_yaml_refuse(
		    x->y, list, KC_R_KEY_VALUE, "cast", "0..256");
	v = kc_alloc((list->n + 1) * sizeof(*v));
	err = v == NULL ? KC_ENOMEM : KC_OK;
	for (size_t i = 0; err == KC_OK && c != NULL; c = c->next)
		err = read_ballot(x, c, &v[i++]);
	*out = v;
	return err;
}

/* Are they too few for the group to count? */
static enum kc_err
want_void(struct kc_examples *x, const struct kc_yaml_node *wants, bool is)
{
	bool want = false;
	enum kc_err err = kc_example_bool(x, wants, "void", &want);

	if (err != KC_OK || kc_yaml_get(wants, "void") == NULL || want == is)
		return err;
	kc_buf_str(&x->diff, is ? "it is void" : "it is not void");
	return KC_OK;
}

/* ballots: { cast: [[5, 4, unknown], ...] } wants: { mean, void } */
enum kc_err
kc_example_ballots(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	static const struct kc_slice names[] = {{"cast", 4}};
	static const struct kc_slice figures[] = {{"mean", 4}, {"void", 4}};
	const int64_t *v = x->p->value;
	struct kc_ballot_marks *ballots = NULL;
	const struct kc_yaml_node *list;
	struct kc_group_mean g;
	enum kc_err err;

	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_keys(x->y, wants, figures, COUNT(figures));
	if (err == KC_OK)
		err = kc_yaml_need(x->y, given, "cast", KC_YAML_LIST, &list);
	if (err == KC_OK)
		err = read_ballots(x, list, &ballots);
	if (err != KC_OK)
		goto out;
	kc_group_mean(ballots, list->n, (uint32_t)v[KC_P_PANEL_TRIM_FROM],
	    (enum kc_rounding)v[KC_P_SCORE_ROUNDING], &g);
	err = kc_example_points(x, wants, "mean", g.mean_e4);
	if (err == KC_OK)
		err = want_void(x, wants, g.valid < v[KC_P_PANEL_MIN_BALLOTS]);
out:
	kc_free(ballots);
	return err;
}
