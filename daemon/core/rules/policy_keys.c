/* SPDX-License-Identifier: Apache-2.0 */
/* The scalar keys of a policy: read from a text, written for a reader. */
#include <assert.h>

#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum value_type {
	TYPE_POINTS,
	TYPE_BP,
	TYPE_INT,
	TYPE_DAY_OF_YEAR,
	TYPE_TIME,
	TYPE_SPAN,
	TYPE_LADDER,
	TYPE_RESIDUAL,
	TYPE_ROLL,
	TYPE_RESERVE,
	TYPE_CADRE_QUARTER,
	TYPE_ROUNDING,
	TYPE_CATCHUP,
	TYPE_WINDOW,
	TYPE_TIE,
	TYPE_STREAK
};

struct key_row {
	const char *path;
	enum value_type type;
	const char *zh, *en;
	unsigned since;
	int64_t dflt; /* of a text that lacks the key; KC_POLICY_MUST: none */
	int64_t min, max;
};

#define MUST KC_POLICY_MUST
static const struct key_row keys[] = {
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	[KC_P_##sym] = {path, TYPE_##type, zh, en, since, dflt, min, max},
#include <kaocheng/defs/policy_keys.def>
#undef X
};
/* No gap in the numbers, and a key that older texts cannot have has a
 * default, within its own bounds. */
_Static_assert(sizeof(keys) / sizeof(keys[0]) == KC_P_COUNT, "no gap");
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	_Static_assert((since) >= 1 && (since) <= KC_EPOCH_MAX, path);         \
	_Static_assert((since) == 1 || (dflt) != MUST, path);                  \
	_Static_assert(                                                        \
	    (dflt) == MUST || ((dflt) >= (min) && (dflt) <= (max)), path);
#include <kaocheng/defs/policy_keys.def>
#undef X
#undef MUST

static const char *const words_source[] = {"default", "stated", NULL};
static const char *const words_residual[] = {"always", "only_if_unmet", NULL};
static const char *const words_roll[] = {"none", "next_workday", NULL};
static const char *const words_reserve[] = {
    "prorate", "full", "zero", "to_key", NULL};
static const char *const words_quarter[] = {"assessed", "confirm", NULL};
static const char *const words_rounding[] = {"half_away", "half_even", NULL};
static const char *const words_catchup[] = {"one", "each", NULL};
static const char *const words_window[] = {"half_year", "always", NULL};
static const char *const words_tie[] = {"admit", "strict", NULL};
static const char *const words_streak[] = {"restart", "keep", NULL};

/* What the words mean, by the list that they stand in. */
static const struct {
	const char *const *words;
	const char *zh[4], *en[4];
} meanings[] = {
    {words_residual, {"一律计入", "仅整改未达标时计入"},
	{"counts always", "counts only if rectification fell short"}},
    {words_roll, {"不顺延", "顺延至下一个工作日"},
	{"stays", "moves to the next working day"}},
    {words_reserve, {"按其余得分率折算", "全给", "不给", "并入重点目标"},
	{"at the rate of the rest", "in full", "lost", "into the key targets"}},
    {words_quarter, {"被考核的季度", "作出确认的季度"},
	{"the quarter assessed", "the quarter of the confirmation"}},
    {words_rounding, {"四舍五入", "恰为一半时取偶数"},
	{"a half goes away from zero", "a half goes to the even digit"}},
    {words_catchup, {"每人合为一条", "每天一条"},
	{"one message a person", "one message a day"}},
    {words_window, {"半年评估结束后，或市领导要求时", "全年"},
	{"once the half-year round is closed, or a leader orders it",
	    "all year"}},
    {words_tie,
	{"同列第一等次，且不列第三等次", "不列第一等次，且同列第三等次"},
	{"are all let into the first grade, and none into the third",
	    "are none let into the first grade, and all into the third"}},
    {words_streak, {"自改革当年起重新计算", "照旧连续计算"},
	{"begin anew with the year of the reform", "go on"}},
};

/* The part of a path before its dot; false if there is none. */
static bool
section_of(const char *path, struct kc_slice *section, struct kc_slice *name)
{
	*name = kc_slice_str(path);
	return kc_slice_cut(name, '.', section);
}

static void
add_name(struct kc_slice *names, size_t *n, struct kc_slice name)
{
	for (size_t i = 0; i < *n; i++) {
		if (kc_slice_eq(names[i], name))
			return;
	}
	names[(*n)++] = name;
}

/* Names of the keys of a section that exist in the epoch; *must: one of them
 * has no default, so the section has to be there. */
static size_t
section_keys(struct kc_slice section, unsigned epoch,
    struct kc_slice inner[KC_P_COUNT], bool *must)
{
	struct kc_slice of, name;
	size_t n = 0;

	*must = false;
	for (size_t k = 0; k < KC_P_COUNT; k++) {
		if (keys[k].since > epoch ||
		    !section_of(keys[k].path, &of, &name) ||
		    !kc_slice_eq(of, section))
			continue;
		inner[n++] = name;
		*must |= keys[k].dflt == KC_POLICY_MUST;
	}
	return n;
}

/* Top-level keys, and the keys of every section, as the table has them. */
static enum kc_err
check_keys(struct kc_yaml *y, const struct kc_yaml_node *root, unsigned epoch)
{
	static const char *const others[] = {"policy", "title", "situations",
	    "negative_list", "bonus_situations", "tests"};
	struct kc_slice top[COUNT(others) + KC_P_COUNT];
	struct kc_slice inner[KC_P_COUNT];
	struct kc_slice section, name;
	size_t ntop = 0;
	enum kc_err err;

	for (size_t i = 0; i < COUNT(others); i++)
		top[ntop++] = kc_slice_str(others[i]);
	for (size_t k = 0; k < KC_P_COUNT; k++) {
		if (keys[k].since <= epoch &&
		    section_of(keys[k].path, &section, &name))
			add_name(top, &ntop, section);
	}
	err = kc_yaml_keys(y, root, top, ntop);
	for (size_t i = COUNT(others); err == KC_OK && i < ntop; i++) {
		char label[KC_YAML_NAME_MAX];
		const struct kc_yaml_node *map;
		bool must;
		size_t n = section_keys(top[i], epoch, inner, &must);

		(void)kc_slice_copy(label, sizeof(label), top[i]);
		if (!must && kc_yaml_get(root, label) == NULL)
			continue;
		err = kc_yaml_need(y, root, label, KC_YAML_MAP, &map);
		if (err == KC_OK)
			err = kc_yaml_keys(y, map, inner, n);
	}
	return err;
}

/* `source` says who set a value; `rule` may name the clause. */
enum kc_err
kc_policy_read_source(
    struct kc_yaml *y, const struct kc_yaml_node *map, bool *stated)
{
	const struct kc_yaml_node *node;
	char rule[48];
	int64_t word = 0;
	enum kc_err err;

	err = kc_yaml_need(y, map, "source", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_word(y, node, "source", words_source, &word);
	*stated = word == 1;
	node = kc_yaml_get(map, "rule");
	if (err == KC_OK && node != NULL)
		err = kc_yaml_text(y, node, "rule", rule, sizeof(rule));
	return err;
}

/* The words of an enumerated key; a value is the index of its word. NULL for
 * a key that holds a number. */
static const char *const *
words_of(enum value_type type)
{
	switch (type) {
	case TYPE_RESIDUAL:
		return words_residual;
	case TYPE_ROLL:
		return words_roll;
	case TYPE_RESERVE:
		return words_reserve;
	case TYPE_CADRE_QUARTER:
		return words_quarter;
	case TYPE_ROUNDING:
		return words_rounding;
	case TYPE_CATCHUP:
		return words_catchup;
	case TYPE_WINDOW:
		return words_window;
	case TYPE_TIE:
		return words_tie;
	case TYPE_STREAK:
		return words_streak;
	case TYPE_POINTS:
	case TYPE_BP:
	case TYPE_INT:
	case TYPE_DAY_OF_YEAR:
	case TYPE_TIME:
	case TYPE_SPAN:
	case TYPE_LADDER:
		break;
	}
	return NULL;
}

static enum kc_err
read_value(struct kc_yaml *y, const struct kc_yaml_node *node,
    const struct key_row *row, struct kc_policy *p, int64_t *out)
{
	switch (row->type) {
	case TYPE_POINTS:
		return kc_yaml_points(
		    y, node, row->path, row->min, row->max, out);
	case TYPE_BP:
		return kc_yaml_rate(
		    y, node, row->path, row->min, row->max, out);
	case TYPE_INT:
		return kc_yaml_int(y, node, row->path, row->min, row->max, out);
	case TYPE_DAY_OF_YEAR:
		return kc_yaml_month_day(y, node, row->path, out);
	case TYPE_TIME:
		return kc_yaml_time(y, node, row->path, out);
	case TYPE_SPAN:
		return kc_yaml_span(y, node, row->path, out);
	case TYPE_LADDER:
		return kc_policy_read_ladder(y, node, row->path, p, out);
	case TYPE_RESIDUAL:
	case TYPE_ROLL:
	case TYPE_RESERVE:
	case TYPE_CADRE_QUARTER:
	case TYPE_ROUNDING:
	case TYPE_CATCHUP:
	case TYPE_WINDOW:
	case TYPE_TIE:
	case TYPE_STREAK:
		break;
	}
	return kc_yaml_word(y, node, row->path, words_of(row->type), out);
}

static enum kc_err
read_key(struct kc_yaml *y, const struct kc_yaml_node *root, unsigned epoch,
    size_t k, struct kc_policy *p)
{
	static const struct kc_slice names[] = {
	    {"value", 5}, {"source", 6}, {"rule", 4}};
	const struct key_row *row = &keys[k];
	struct kc_slice section, name;
	char label[KC_YAML_NAME_MAX] = "";
	const struct kc_yaml_node *map, *value, *entry = NULL;
	enum kc_err err;

	(void)section_of(row->path, &section, &name);
	(void)kc_slice_copy(label, sizeof(label), section);
	map = kc_yaml_get(root, label);
	(void)kc_slice_copy(label, sizeof(label), name);
	if (map != NULL && row->since <= epoch)
		entry = kc_yaml_get(map, label);
	if (entry == NULL && row->dflt != KC_POLICY_MUST) {
		p->value[k] = row->dflt;
		if (row->type == TYPE_LADDER)
			kc_policy_default_ladder(p);
		return KC_OK;
	}
	if (entry == NULL)
		return kc_yaml_refuse_at(y, map->key_line, map->key_col,
		    KC_R_KEY_MISSING, row->path, NULL);
	err = kc_yaml_want(y, entry, KC_YAML_MAP, row->path);
	if (err == KC_OK)
		err = kc_yaml_keys(y, entry, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_need(y, entry, "value",
		    row->type == TYPE_LADDER ? KC_YAML_LIST : KC_YAML_SCALAR,
		    &value);
	if (err == KC_OK)
		err = read_value(y, value, row, p, &p->value[k]);
	if (err == KC_OK)
		err = kc_policy_read_source(y, entry, &p->stated[k]);
	p->line[k] = entry->key_line;
	p->col[k] = entry->key_col;
	return err;
}

enum kc_err
kc_policy_read_keys(struct kc_yaml *y, const struct kc_yaml_node *root,
    unsigned epoch, struct kc_policy *p)
{
	enum kc_err err = check_keys(y, root, epoch);

	for (size_t k = 0; err == KC_OK && k < KC_P_COUNT; k++)
		err = read_key(y, root, epoch, k, p);
	return err;
}

const char *
kc_policy_key_path(enum kc_policy_key k)
{
	assert((unsigned)k < KC_P_COUNT);
	return keys[k].path;
}

const char *
kc_policy_key_label(enum kc_policy_key k, enum kc_lang lang)
{
	assert((unsigned)k < KC_P_COUNT);
	return lang == KC_LANG_ZH ? keys[k].zh : keys[k].en;
}

int64_t
kc_policy_key_default(enum kc_policy_key k)
{
	assert((unsigned)k < KC_P_COUNT);
	return keys[k].dflt;
}

static void
put_two(struct kc_buf *b, int64_t v)
{
	kc_buf_char(b, (char)('0' + v / 10 % 10));
	kc_buf_char(b, (char)('0' + v % 10));
}

static void
put_time(struct kc_buf *b, int64_t minutes)
{
	put_two(b, minutes / 60);
	kc_buf_char(b, ':');
	put_two(b, minutes % 60);
}

/* "80%", "12.5%": no zero at the end. */
static void
put_rate(struct kc_buf *b, int64_t bp)
{
	kc_buf_i64(b, bp / 100);
	if (bp % 100 != 0)
		kc_buf_char(b, '.');
	if (bp % 100 != 0 && bp % 10 == 0)
		kc_buf_i64(b, bp % 100 / 10);
	else if (bp % 100 != 0)
		put_two(b, bp % 100);
	kc_buf_char(b, '%');
}

void
kc_buf_policy_value(
    struct kc_buf *b, const struct kc_policy *p, enum kc_policy_key k)
{
	int64_t v = p->value[k];

	assert((unsigned)k < KC_P_COUNT);
	switch (keys[k].type) {
	case TYPE_POINTS:
		kc_buf_points(b, v);
		break;
	case TYPE_BP:
		put_rate(b, v);
		break;
	case TYPE_INT:
		kc_buf_i64(b, v);
		break;
	case TYPE_DAY_OF_YEAR:
		put_two(b, v / 100);
		kc_buf_char(b, '-');
		put_two(b, v % 100);
		break;
	case TYPE_TIME:
		put_time(b, v);
		break;
	case TYPE_SPAN:
		put_time(b, v / 10000);
		kc_buf_char(b, '-');
		put_time(b, v % 10000);
		break;
	case TYPE_LADDER:
		kc_policy_put_ladder(b, p);
		break;
	case TYPE_RESIDUAL:
	case TYPE_ROLL:
	case TYPE_RESERVE:
	case TYPE_CADRE_QUARTER:
	case TYPE_ROUNDING:
	case TYPE_CATCHUP:
	case TYPE_WINDOW:
	case TYPE_TIE:
	case TYPE_STREAK:
		kc_buf_str(b, words_of(keys[k].type)[v]);
		break;
	}
}

const char *
kc_policy_value_text(
    const struct kc_policy *p, enum kc_policy_key k, enum kc_lang lang)
{
	const char *const *words;

	assert((unsigned)k < KC_P_COUNT);
	words = words_of(keys[k].type);
	for (size_t i = 0; words != NULL && i < COUNT(meanings); i++)
		if (meanings[i].words == words)
			return lang == KC_LANG_ZH ? meanings[i].zh[p->value[k]]
						  : meanings[i].en[p->value[k]];
	return NULL;
}
