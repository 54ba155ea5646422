/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the examples that a policy carries under `tests:`. */
#include <assert.h>

#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define POINTS_WIDE 1000000000 /* 100,000 points: any figure of an example */

static void
differ(struct kc_examples *x, const char *name)
{
	if (x->diff.n > 0)
		kc_buf_str(&x->diff, "; ");
	kc_buf_str(&x->diff, name);
	kc_buf_str(&x->diff, " wants ");
}

enum kc_err
kc_example_points(struct kc_examples *x, const struct kc_yaml_node *wants,
    const char *name, int64_t is)
{
	const struct kc_yaml_node *node = kc_yaml_get(wants, name);
	int64_t want;
	enum kc_err err;

	if (node == NULL)
		return KC_OK;
	err =
	    kc_yaml_points(x->y, node, name, -POINTS_WIDE, POINTS_WIDE, &want);
	if (err != KC_OK || want == is)
		return err;
	differ(x, name);
	kc_buf_points(&x->diff, want);
	kc_buf_str(&x->diff, ", is ");
	kc_buf_points(&x->diff, is);
	return KC_OK;
}

enum kc_err
kc_example_number(struct kc_examples *x, const struct kc_yaml_node *wants,
    const char *name, int64_t is)
{
	const struct kc_yaml_node *node = kc_yaml_get(wants, name);
	int64_t want;
	enum kc_err err;

	if (node == NULL)
		return KC_OK;
	err = kc_yaml_int(x->y, node, name, 0, 999999, &want);
	if (err != KC_OK || want == is)
		return err;
	differ(x, name);
	kc_buf_i64(&x->diff, want);
	kc_buf_str(&x->diff, ", is ");
	kc_buf_i64(&x->diff, is);
	return KC_OK;
}

enum kc_err
kc_example_bool(struct kc_examples *x, const struct kc_yaml_node *map,
    const char *name, bool *out)
{
	static const char *const words[] = {"false", "true", NULL};
	const struct kc_yaml_node *node = kc_yaml_get(map, name);
	int64_t word = 0;
	enum kc_err err = KC_OK;

	if (node != NULL)
		err = kc_yaml_word(x->y, node, name, words, &word);
	*out = word == 1;
	return err;
}

static enum kc_err
need_day(struct kc_examples *x, const struct kc_yaml_node *map,
    const char *name, kc_day *out)
{
	const struct kc_yaml_node *node;
	enum kc_err err;

	err = kc_yaml_need(x->y, map, name, KC_YAML_SCALAR, &node);
	if (err == KC_OK && (node->quoted || !kc_read_day(node->text, out)))
		err = kc_yaml_refuse(
		    x->y, node, KC_R_KEY_VALUE, name, "2000-01-01..2199-12-31");
	return err;
}

/* An integer; `absent` stands for one that is not there. */
static enum kc_err
may_int(struct kc_examples *x, const struct kc_yaml_node *map, const char *name,
    int64_t max, int64_t absent, int64_t *out)
{
	const struct kc_yaml_node *node = kc_yaml_get(map, name);

	*out = absent;
	if (node == NULL)
		return KC_OK;
	return kc_yaml_int(x->y, node, name, 0, max, out);
}

static int32_t
multiplier(const struct kc_policy *p, enum kc_effect effect)
{
	switch (effect) {
	case KC_EFFECT_FULL:
		return KC_FULL_BP;
	case KC_EFFECT_HALF:
		return (int32_t)p->value[KC_P_PD_HALF];
	case KC_EFFECT_EXEMPT:
		break;
	}
	return 0;
}

static int64_t
deducted(const struct kc_policy *p, const struct kc_situation *s,
    int64_t standard_e4)
{
	return kc_deduct(standard_e4, multiplier(p, s->effect),
	    (enum kc_rounding)p->value[KC_P_SCORE_ROUNDING]);
}

/* deduct: { situation, standard, return?, reduced? } */
static enum kc_err
run_deduct(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	static const struct kc_slice names[] = {
	    {"situation", 9}, {"standard", 8}, {"return", 6}, {"reduced", 7}};
	static const struct kc_slice figures[] = {
	    {"deducted", 8}, {"returned", 8}, {"retained", 8}};
	const struct kc_situation *s = NULL;
	const struct kc_yaml_node *node;
	int64_t cap = x->p->value[KC_P_PD_REFUND_MAX];
	int64_t standard = 0, rate = 0, d = 0, r = 0;
	enum kc_err err;

	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_keys(x->y, wants, figures, COUNT(figures));
	if (err == KC_OK)
		err = kc_yaml_need(
		    x->y, given, "situation", KC_YAML_SCALAR, &node);
	if (err == KC_OK) {
		s = kc_policy_situation(x->p, node->text);
		if (s == NULL)
			err = kc_yaml_refuse(x->y, node, KC_R_KEY_VALUE,
			    "situation", x->p->situations[0].id);
	}
	if (err == KC_OK)
		err = kc_yaml_need(
		    x->y, given, "standard", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_points(
		    x->y, node, "standard", s->min_e4, s->max_e4, &standard);
	node = kc_yaml_get(given, "return");
	if (err == KC_OK && node != NULL)
		err = kc_yaml_rate(x->y, node, "return", 0, cap, &rate);
	if (err != KC_OK)
		return err;
	d = deducted(x->p, s, standard);
	r = kc_return(d, (int32_t)rate);
	node = kc_yaml_get(given, "reduced");
	if (node != NULL) {
		err = kc_yaml_points(x->y, node, "reduced", 0, d, &d);
		if (err == KC_OK)
			r = kc_return_recap(r, d, (int32_t)cap);
	}
	if (err == KC_OK)
		err = kc_example_points(x, wants, "deducted", d);
	if (err == KC_OK)
		err = kc_example_points(x, wants, "returned", r);
	if (err == KC_OK)
		err = kc_example_points(x, wants, "retained", d - r);
	return err;
}

/* rank: { rank, last_year?, agreed?, improved? } */
static enum kc_err
run_rank(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	static const struct kc_slice names[] = {
	    {"rank", 4}, {"last_year", 9}, {"agreed", 6}, {"improved", 8}};
	static const struct kc_slice figures[] = {
	    {"situation", 9}, {"deducted", 8}};
	int64_t cities = x->p->value[KC_P_RANK_CITIES];
	int64_t rank = 0, last = 0, agreed = 0;
	struct kc_rank_facts facts = {0};
	const struct kc_situation *s;
	const struct kc_yaml_node *node;
	const char *id;
	enum kc_err err;

	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_keys(x->y, wants, figures, COUNT(figures));
	if (err == KC_OK)
		err = kc_yaml_need(x->y, given, "rank", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = may_int(x, given, "rank", cities, 0, &rank);
	if (err == KC_OK)
		err = may_int(x, given, "last_year", cities, 0, &last);
	if (err == KC_OK)
		err = may_int(x, given, "agreed", cities, 0, &agreed);
	if (err == KC_OK)
		err = kc_example_bool(
		    x, given, "improved", &facts.value_improved);
	if (err != KC_OK)
		return err;
	facts.rank = (int32_t)rank;
	facts.last_year_rank = (int32_t)last;
	facts.agreed_rank = (int32_t)agreed;
	s = kc_policy_governing(x->p, &facts);
	id = s == NULL ? "none" : s->id;
	node = kc_yaml_get(wants, "situation");
	if (node != NULL && !kc_slice_is(node->text, id)) {
		differ(x, "situation");
		kc_buf_slice(&x->diff, node->text);
		kc_buf_str(&x->diff, ", is ");
		kc_buf_str(&x->diff, id);
	}
	return kc_example_points(x, wants, "deducted",
	    s == NULL ? 0 : deducted(x->p, s, s->standard_e4));
}

static enum kc_err
want_due(struct kc_examples *x, const struct kc_yaml_node *wants, kc_day is,
    bool provisional)
{
	static const struct kc_slice names[] = {{"due", 3}};
	kc_day want = 0;
	enum kc_err err;

	err = kc_yaml_keys(x->y, wants, names, COUNT(names));
	if (err == KC_OK)
		err = need_day(x, wants, "due", &want);
	if (err != KC_OK || (want == is && !provisional))
		return err;
	differ(x, "due");
	kc_buf_day(&x->diff, want);
	kc_buf_str(&x->diff, ", is ");
	kc_buf_day(&x->diff, is);
	if (provisional)
		kc_buf_str(&x->diff, ", provisional: no calendar");
	return KC_OK;
}

/* deadline: { delivered, extensions? } */
static enum kc_err
run_deadline(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	static const struct kc_slice names[] = {
	    {"delivered", 9}, {"extensions", 10}};
	const int64_t *v = x->p->value;
	int64_t extensions = 0;
	bool provisional = false;
	kc_day start = 0, due;
	enum kc_err err;

	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = need_day(x, given, "delivered", &start);
	if (err == KC_OK)
		err = may_int(x, given, "extensions", v[KC_P_PD_EXTENSION_MAX],
		    0, &extensions);
	if (err != KC_OK)
		return err;
	due = kc_calendar_due_months(x->calendar, start,
	    (int)(v[KC_P_PD_PERIOD_MONTHS] +
		extensions * v[KC_P_PD_EXTENSION_MONTHS]),
	    v[KC_P_DEADLINE_ROLL] == 1, &provisional);
	return want_due(x, wants, due, provisional);
}

/* workdays: { from, days } */
static enum kc_err
run_workdays(struct kc_examples *x, const struct kc_yaml_node *given,
    const struct kc_yaml_node *wants)
{
	static const struct kc_slice names[] = {{"from", 4}, {"days", 4}};
	const struct kc_yaml_node *node;
	int64_t days = 0;
	bool provisional = false;
	kc_day from = 0, due;
	enum kc_err err;

	err = kc_yaml_keys(x->y, given, names, COUNT(names));
	if (err == KC_OK)
		err = need_day(x, given, "from", &from);
	if (err == KC_OK)
		err = kc_yaml_need(x->y, given, "days", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_int(x->y, node, "days", 0, 250, &days);
	if (err != KC_OK)
		return err;
	due = kc_calendar_add_workdays(
	    x->calendar, from, (int)days, &provisional);
	return want_due(x, wants, due, provisional);
}

static const struct {
	const char *name;
	unsigned since;
	enum kc_err (*run)(struct kc_examples *x,
	    const struct kc_yaml_node *given, const struct kc_yaml_node *wants);
} forms[] = {
    {"deduct", 1, run_deduct},
    {"rank", 1, run_rank},
    {"deadline", 1, run_deadline},
    {"workdays", 1, run_workdays},
    {"score", 1, kc_example_score},
    {"grades", 3, kc_example_grades},
    {"ballots", 3, kc_example_ballots},
};

static enum kc_err
run_one(struct kc_examples *x, const struct kc_yaml_node *map)
{
	struct kc_slice names[2 + COUNT(forms)] = {{"name", 4}, {"wants", 5}};
	const struct kc_yaml_node *node, *wants, *given = NULL;
	char name[96];
	size_t form = 0, n = 2;
	enum kc_err err;

	for (size_t i = 0; i < COUNT(forms); i++)
		if (forms[i].since <= x->epoch)
			names[n++] = kc_slice_str(forms[i].name);
	err = kc_yaml_want(x->y, map, KC_YAML_MAP, "tests");
	if (err == KC_OK)
		err = kc_yaml_keys(x->y, map, names, n);
	if (err == KC_OK)
		err = kc_yaml_need(x->y, map, "name", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_text(x->y, node, "name", name, sizeof(name));
	if (err == KC_OK)
		err = kc_yaml_need(x->y, map, "wants", KC_YAML_MAP, &wants);
	if (err != KC_OK)
		return err;
	for (size_t i = 0; i < COUNT(forms); i++) {
		node = kc_yaml_get(map, forms[i].name);
		if (node != NULL && given != NULL)
			return kc_yaml_refuse_at(x->y, node->key_line,
			    node->key_col, KC_R_KEY_REPEATED, forms[i].name,
			    NULL);
		form = node != NULL ? i : form;
		given = node != NULL ? node : given;
	}
	if (given == NULL)
		return kc_yaml_refuse(x->y, map, KC_R_KEY_MISSING,
		    "deduct|rank|deadline|workdays|score|grades|ballots", NULL);
	err = kc_yaml_want(x->y, given, KC_YAML_MAP, forms[form].name);
	kc_buf_reset(&x->diff);
	if (err == KC_OK)
		err = forms[form].run(x, given, wants);
	if (err != KC_OK)
		return err;
	(void)kc_buf_cstr(&x->diff);
	err = kc_buf_err(&x->diff);
	if (err == KC_OK && x->report != NULL)
		x->report(x->ctx, name, map->line, x->diff.n == 0,
		    kc_buf_cstr(&x->diff));
	return err;
}

enum kc_err
kc_examples_run(struct kc_examples *x, size_t *count)
{
	const struct kc_yaml_node *list;
	struct kc_calendar *none = NULL;
	enum kc_err err;

	*count = 0;
	list = kc_yaml_get(kc_yaml_root(x->y), "tests");
	if (list == NULL)
		return KC_OK;
	err = kc_yaml_want(x->y, list, KC_YAML_LIST, "tests");
	if (err == KC_OK && list->n > KC_EXAMPLES_MAX)
		err = kc_yaml_refuse(
		    x->y, list, KC_R_KEY_VALUE, "tests", "0..256");
	if (err == KC_OK && x->calendar == NULL) {
		err = kc_calendar_new(&none);
		x->calendar = none;
	}
	for (const struct kc_yaml_node *c = list->first;
	     c != NULL && err == KC_OK; c = c->next)
		err = run_one(x, c);
	if (err == KC_OK)
		*count = list->n;
	kc_calendar_free(none);
	kc_buf_free(&x->diff);
	return err;
}

enum kc_err
kc_policy_run_tests(struct kc_slice yaml, const char *file,
    const struct kc_calendar *calendar,
    void (*report)(void *ctx, const char *name, uint32_t line, bool ok,
	const char *difference),
    void *ctx, struct kc_refusal *why)
{
	struct kc_examples x = {.epoch = KC_EPOCH_MAX,
	    .calendar = calendar,
	    .report = report,
	    .ctx = ctx};
	struct kc_policy *p = NULL;
	size_t count;
	enum kc_err err;

	err = kc_policy_parse(&p, yaml, file, KC_EPOCH_MAX, why);
	if (err == KC_OK)
		err = kc_yaml_parse(&x.y, yaml, file, why);
	x.p = p;
	if (err == KC_OK)
		err = kc_examples_run(&x, &count);
	kc_yaml_free(x.y);
	kc_free(p);
	return err;
}
