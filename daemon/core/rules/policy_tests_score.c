/* SPDX-License-Identifier: Apache-2.0 */
/* The `score` example of a policy: a whole year of one unit. */
#include <assert.h>

#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define EACH_MAX 64 /* entries of one list of an example */
#define POINTS_MAX KC_FULL_SCORE

struct year {
	struct kc_score_target targets[3 * EACH_MAX];
	struct kc_score_deduction deductions[EACH_MAX];
	struct kc_score_negative negatives[EACH_MAX];
	struct kc_score_bonus bonuses[EACH_MAX];
	struct kc_score_panel panels[EACH_MAX];
	struct kc_score_input in;
};

static enum kc_err
need_points(struct kc_examples *x, const struct kc_yaml_node *map,
    const char *name, int64_t max, int64_t *out)
{
	const struct kc_yaml_node *node;
	enum kc_err err;

	err = kc_yaml_need(x->y, map, name, KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_points(x->y, node, name, 0, max, out);
	return err;
}

static enum kc_err
need_number(struct kc_examples *x, const struct kc_yaml_node *map,
    const char *name, uint32_t *out)
{
	const struct kc_yaml_node *node;
	int64_t v = 0;
	enum kc_err err;

	err = kc_yaml_need(x->y, map, name, KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_int(x->y, node, name, 0, 999999, &v);
	*out = (uint32_t)v;
	return err;
}

/* The same of one that may be left out: 0. */
static enum kc_err
may_number(struct kc_examples *x, const struct kc_yaml_node *map,
    const char *name, uint32_t *out)
{
	return kc_yaml_get(map, name) == NULL ? KC_OK
					      : need_number(x, map, name, out);
}

/* The list of that name, or NULL if absent; at most EACH_MAX entries. */
static enum kc_err
may_list(struct kc_examples *x, const struct kc_yaml_node *given,
    const char *name, enum kc_yaml_kind kind, const struct kc_yaml_node **first)
{
	const struct kc_yaml_node *list = kc_yaml_get(given, name);
	enum kc_err err = KC_OK;

	*first = NULL;
	if (list == NULL)
		return KC_OK;
	err = kc_yaml_want(x->y, list, KC_YAML_LIST, name);
	if (err == KC_OK && list->n > EACH_MAX)
		err = kc_yaml_refuse(x->y, list, KC_R_KEY_VALUE, name, "0..64");
	for (const struct kc_yaml_node *c = list->first; c; c = c->next) {
		if (err == KC_OK)
			err = kc_yaml_want(x->y, c, kind, name);
	}
	*first = err == KC_OK ? list->first : NULL;
	return err;
}

/* key, routine, dynamic: lists of [weight, completion or "pending"] */
static enum kc_err
read_targets(struct kc_examples *x, const struct kc_yaml_node *given,
    const char *name, enum kc_class class_, struct year *year)
{
	const struct kc_yaml_node *c;
	enum kc_err err;

	err = may_list(x, given, name, KC_YAML_LIST, &c);
	for (; c != NULL && err == KC_OK; c = c->next) {
		struct kc_score_target *t = &year->targets[year->in.ntargets];
		int64_t rate = -1;

		if (c->n != 2)
			return kc_yaml_refuse(x->y, c, KC_R_KEY_VALUE, name,
			    "[\"15.0000\", \"96.5%\"]");
		err = kc_yaml_points(
		    x->y, c->first, name, 0, POINTS_MAX, &t->weight_e4);
		if (err == KC_OK &&
		    !kc_slice_is(c->first->next->text, "pending"))
			err = kc_yaml_rate(x->y, c->first->next, name, 0,
			    10 * KC_FULL_BP, &rate);
		t->class_ = class_;
		t->completion_bp = (int32_t)rate;
		year->in.ntargets++;
	}
	return err;
}

static enum kc_err
read_panels(
    struct kc_examples *x, const struct kc_yaml_node *given, struct year *year)
{
	static const struct kc_slice names[] = {
	    {"mean", 4}, {"weight", 6}, {"ballots", 7}};
	const struct kc_yaml_node *c, *node;
	enum kc_err err;

	err = may_list(x, given, "panels", KC_YAML_MAP, &c);
	for (; c != NULL && err == KC_OK; c = c->next) {
		struct kc_score_panel *g = &year->panels[year->in.npanels++];
		int64_t weight = 0;

		err = kc_yaml_keys(x->y, c, names, COUNT(names));
		if (err == KC_OK)
			err = need_points(
			    x, c, "mean", KC_FULL_SCORE, &g->mean_e4);
		if (err == KC_OK)
			err = kc_yaml_need(
			    x->y, c, "weight", KC_YAML_SCALAR, &node);
		if (err == KC_OK)
			err = kc_yaml_rate(
			    x->y, node, "weight", 0, KC_FULL_BP, &weight);
		if (err == KC_OK)
			err = need_number(x, c, "ballots", &g->ballots);
		g->weight_bp = (int32_t)weight;
	}
	return err;
}

static enum kc_err
read_negatives(
    struct kc_examples *x, const struct kc_yaml_node *given, struct year *year)
{
	static const struct kc_slice names[] = {
	    {"item", 4}, {"amount", 6}, {"fact", 4}};
	const struct kc_yaml_node *c;
	enum kc_err err;

	err = may_list(x, given, "negatives", KC_YAML_MAP, &c);
	for (; c != NULL && err == KC_OK; c = c->next) {
		struct kc_score_negative *n =
		    &year->negatives[year->in.nnegatives++];

		err = kc_yaml_keys(x->y, c, names, COUNT(names));
		if (err == KC_OK)
			err = need_number(x, c, "item", &n->item);
		if (err == KC_OK)
			err = need_points(
			    x, c, "amount", POINTS_MAX, &n->amount_e4);
		if (err == KC_OK)
			err = may_number(x, c, "fact", &n->fact);
	}
	return err;
}

static enum kc_err
read_deductions(
    struct kc_examples *x, const struct kc_yaml_node *given, struct year *year)
{
	static const struct kc_slice names[] = {{"target", 6}, {"deducted", 8},
	    {"returned", 8}, {"unmet", 5}, {"open", 4}, {"fact", 4}};
	const struct kc_yaml_node *c;
	enum kc_err err;

	err = may_list(x, given, "deductions", KC_YAML_MAP, &c);
	for (; c != NULL && err == KC_OK; c = c->next) {
		struct kc_score_deduction *d =
		    &year->deductions[year->in.ndeductions++];

		err = kc_yaml_keys(x->y, c, names, COUNT(names));
		if (err == KC_OK)
			err = need_number(x, c, "target", &d->target);
		if (err == KC_OK)
			err = need_points(
			    x, c, "deducted", POINTS_MAX, &d->deducted_e4);
		if (err == KC_OK)
			err = need_points(
			    x, c, "returned", d->deducted_e4, &d->returned_e4);
		if (err == KC_OK)
			err = kc_example_bool(x, c, "unmet", &d->unmet);
		if (err == KC_OK)
			err = kc_example_bool(x, c, "open", &d->open);
		if (err == KC_OK)
			err = may_number(x, c, "fact", &d->fact);
	}
	return err;
}

/* Points, or a grade of the scale; of these the example takes what the policy
 * says that it is worth. */
static enum kc_err
need_amount(struct kc_examples *x, const struct kc_yaml_node *map,
    const struct kc_bonus_situation *of, int64_t *out)
{
	const struct kc_yaml_node *node = kc_yaml_get(map, "grade");
	enum kc_bonus_mark mark;
	int64_t word = 0;
	enum kc_err err;

	if (node == NULL)
		return need_points(x, map, "amount", POINTS_MAX, out);
	if (kc_yaml_get(map, "amount") != NULL)
		return kc_yaml_refuse_at(x->y, node->key_line, node->key_col,
		    KC_R_KEY_REPEATED, "grade", NULL);
	err = kc_yaml_word(x->y, node, "grade", kc_words_grade, &word);
	if (err != KC_OK)
		return err;
	mark = kc_grade_mark((enum kc_bonus_grade)word);
	if (of->mark != KC_BONUS_MARK_ANY && of->mark != mark)
		return kc_yaml_refuse(x->y, node, KC_R_KEY_VALUE, "grade",
		    kc_words_bonus_mark[of->mark - 1]);
	*out = x->p->value[kc_grade_key((enum kc_bonus_grade)word)];
	return KC_OK;
}

static enum kc_err
read_bonuses(
    struct kc_examples *x, const struct kc_yaml_node *given, struct year *year)
{
	static const struct kc_slice names[] = {
	    {"situation", 9}, {"matter", 6}, {"amount", 6}, {"grade", 5}};
	const struct kc_yaml_node *c, *node;
	enum kc_err err;

	err = may_list(x, given, "bonuses", KC_YAML_MAP, &c);
	for (; c != NULL && err == KC_OK; c = c->next) {
		struct kc_score_bonus *b = &year->bonuses[year->in.nbonuses++];
		const struct kc_bonus_situation *of;

		err = kc_yaml_keys(x->y, c, names, COUNT(names));
		if (err == KC_OK)
			err = kc_yaml_need(
			    x->y, c, "situation", KC_YAML_SCALAR, &node);
		if (err != KC_OK)
			break;
		of = kc_policy_bonus(x->p, node->text);
		if (of == NULL)
			return kc_yaml_refuse(x->y, node, KC_R_KEY_VALUE,
			    "situation", x->p->bonuses[0].id);
		b->situation = (uint32_t)(of - x->p->bonuses);
		err = need_number(x, c, "matter", &b->matter);
		if (err == KC_OK)
			err = need_amount(x, c, of, &b->amount_e4);
	}
	return err;
}

static enum kc_err
read_year(
    struct kc_examples *x, const struct kc_yaml_node *given, struct year *year)
{
	static const struct kc_slice names[] = {{"key", 3}, {"routine", 7},
	    {"dynamic", 7}, {"panels", 6}, {"negatives", 9}, {"deductions", 10},
	    {"bonuses", 7}};
	enum kc_err err;

	year->in = (struct kc_score_input){.targets = year->targets,
	    .deductions = year->deductions,
	    .negatives = year->negatives,
	    .bonuses = year->bonuses,
	    .panels = year->panels};
	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = read_targets(x, given, "key", KC_CLASS_KEY, year);
	if (err == KC_OK)
		err = read_targets(x, given, "routine", KC_CLASS_ROUTINE, year);
	if (err == KC_OK)
		err = read_targets(x, given, "dynamic", KC_CLASS_DYNAMIC, year);
	if (err == KC_OK)
		err = read_panels(x, given, year);
	if (err == KC_OK)
		err = read_negatives(x, given, year);
	if (err == KC_OK)
		err = read_deductions(x, given, year);
	if (err == KC_OK)
		err = read_bonuses(x, given, year);
	return err;
}

static enum kc_err
compare(struct kc_examples *x, const struct kc_yaml_node *wants,
    const struct kc_score *s)
{
	const struct {
		const char *name;
		int64_t is;
	} figures[] = {
	    {"key", s->earned_e4[KC_CLASS_KEY]},
	    {"routine", s->earned_e4[KC_CLASS_ROUTINE]},
	    {"dynamic", s->earned_e4[KC_CLASS_DYNAMIC]},
	    {"pending", s->pending_e4},
	    {"reserve", s->reserve_e4},
	    {"credit", s->credit_e4},
	    {"objective", s->objective_e4},
	    {"panel", s->panel_e4},
	    {"base", s->base_e4},
	    {"negative", s->negative_e4},
	    {"deducted", s->deducted_e4},
	    {"returned", s->returned_e4},
	    {"retained", s->retained_e4},
	    {"bonus", s->bonus_e4},
	    {"total", s->total_e4},
	};
	struct kc_slice names[COUNT(figures)];
	enum kc_err err;

	for (size_t i = 0; i < COUNT(figures); i++)
		names[i] = kc_slice_str(figures[i].name);
	err = kc_yaml_keys(x->y, wants, names, COUNT(names));
	for (size_t i = 0; err == KC_OK && i < COUNT(figures); i++)
		err =
		    kc_example_points(x, wants, figures[i].name, figures[i].is);
	return err;
}

enum kc_err
kc_example_score(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	struct year *year = kc_alloc(sizeof(*year));
	struct kc_score_rules rules;
	struct kc_score score;
	enum kc_err err;

	if (year == NULL)
		return KC_ENOMEM;
	err = read_year(x, given, year);
	kc_policy_score_rules(x->p, &rules);
	if (err == KC_OK)
		err = kc_score_compute(&rules, &year->in, &score);
	if (err == KC_OK)
		err = compare(x, wants, &score);
	kc_free(year);
	return err;
}
