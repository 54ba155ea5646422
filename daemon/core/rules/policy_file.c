/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a policy text into struct kc_policy: docs/POLICY.md "Grammar". */
#include <assert.h>

#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum value_type {
	TYPE_POINTS,
	TYPE_BP,
	TYPE_INT,
	TYPE_DAY_OF_YEAR,
	TYPE_RESIDUAL,
	TYPE_ROLL,
	TYPE_RESERVE,
	TYPE_CADRE_QUARTER,
	TYPE_ROUNDING
};

struct key_row {
	const char *path;
	enum value_type type;
	unsigned since;
	int64_t dflt; /* of a text that lacks the key; KC_POLICY_MUST: none */
	int64_t min, max;
};

#define MUST KC_POLICY_MUST
static const struct key_row keys[] = {
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	[KC_P_##sym] = {path, TYPE_##type, since, dflt, min, max},
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
const char *const kc_words_effect[] = {"full", "half", "exempt", NULL};
const char *const kc_words_mark[] = {"rank_low", "rank_fell", "behind",
    "unanswered", "rank_advanced", "objective", "rank_advanced_1", "partly",
    NULL};

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
static enum kc_err
read_source(struct kc_yaml *y, const struct kc_yaml_node *map, bool *stated)
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

static enum kc_err
read_value(struct kc_yaml *y, const struct kc_yaml_node *node,
    const struct key_row *row, int64_t *out)
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
	case TYPE_RESIDUAL:
		return kc_yaml_word(y, node, row->path, words_residual, out);
	case TYPE_ROLL:
		return kc_yaml_word(y, node, row->path, words_roll, out);
	case TYPE_RESERVE:
		return kc_yaml_word(y, node, row->path, words_reserve, out);
	case TYPE_CADRE_QUARTER:
		return kc_yaml_word(y, node, row->path, words_quarter, out);
	case TYPE_ROUNDING:
		return kc_yaml_word(y, node, row->path, words_rounding, out);
	}
	assert(row->type <= TYPE_ROUNDING);
	return KC_EINVAL; /* not reached */
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
		return KC_OK;
	}
	if (entry == NULL)
		return kc_yaml_refuse_at(y, map->key_line, map->key_col,
		    KC_R_KEY_MISSING, row->path, NULL);
	err = kc_yaml_want(y, entry, KC_YAML_MAP, row->path);
	if (err == KC_OK)
		err = kc_yaml_keys(y, entry, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_need(y, entry, "value", KC_YAML_SCALAR, &value);
	if (err == KC_OK)
		err = read_value(y, value, row, &p->value[k]);
	if (err == KC_OK)
		err = read_source(y, entry, &p->stated[k]);
	p->line[k] = entry->key_line;
	p->col[k] = entry->key_col;
	return err;
}

static enum kc_err
read_names(struct kc_yaml *y, const struct kc_yaml_node *map, char *zh,
    size_t zh_size, char *en, size_t en_size)
{
	const struct kc_yaml_node *node;
	enum kc_err err;

	err = kc_yaml_need(y, map, "zh", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_text(y, node, "zh", zh, zh_size);
	if (err == KC_OK)
		err = kc_yaml_need(y, map, "en", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_text(y, node, "en", en, en_size);
	return err;
}

static enum kc_err
read_title(
    struct kc_yaml *y, const struct kc_yaml_node *root, struct kc_policy *p)
{
	static const struct kc_slice names[] = {{"zh", 2}, {"en", 2}};
	const struct kc_yaml_node *node;
	enum kc_err err;

	err = kc_yaml_need(y, root, "policy", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_code(y, node, "policy", p->name, sizeof(p->name));
	if (err == KC_OK)
		err = kc_yaml_need(y, root, "title", KC_YAML_MAP, &node);
	if (err == KC_OK)
		err = kc_yaml_keys(y, node, names, COUNT(names));
	if (err == KC_OK)
		err = read_names(y, node, p->title_zh, sizeof(p->title_zh),
		    p->title_en, sizeof(p->title_en));
	return err;
}

/* The name of a situation: the key of its map. */
static enum kc_err
read_id(
    struct kc_yaml *y, const struct kc_yaml_node *map, char *out, size_t size)
{
	bool ok = map->key.n >= 2 && map->key.n < size;

	for (size_t i = 0; ok && i < map->key.n; i++) {
		char c = map->key.p[i];

		ok = i == 0 ? c >= 'A' && c <= 'Z' : c >= '0' && c <= '9';
	}
	if (ok && kc_slice_copy(out, size, map->key))
		return KC_OK;
	return kc_yaml_refuse_at(y, map->key_line, map->key_col, KC_R_KEY_VALUE,
	    "situation", "A1..Z999999");
}

static enum kc_err
read_standard(
    struct kc_yaml *y, const struct kc_yaml_node *map, struct kc_situation *s)
{
	static const char *const names[] = {"min", "max", "standard"};
	int64_t *const out[] = {&s->min_e4, &s->max_e4, &s->standard_e4};
	/* An exempt situation deducts nothing. */
	int64_t top = s->effect == KC_EFFECT_EXEMPT ? 0 : KC_FULL_SCORE;
	const struct kc_yaml_node *node;
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < COUNT(names); i++) {
		int64_t low = i == 0 ? 0 : s->min_e4;
		int64_t high = i == 2 ? s->max_e4 : top;

		err = kc_yaml_need(y, map, names[i], KC_YAML_SCALAR, &node);
		if (err == KC_OK)
			err = kc_yaml_points(
			    y, node, names[i], low, high, out[i]);
	}
	return err;
}

static enum kc_err
read_situation(
    struct kc_yaml *y, const struct kc_yaml_node *map, struct kc_situation *s)
{
	static const struct kc_slice names[] = {{"effect", 6}, {"mark", 4},
	    {"standard", 8}, {"min", 3}, {"max", 3}, {"source", 6}, {"rule", 4},
	    {"zh", 2}, {"en", 2}};
	const struct kc_yaml_node *node;
	bool stated;
	int64_t word = 0;
	enum kc_err err;

	err = kc_yaml_want(y, map, KC_YAML_MAP, "situation");
	if (err == KC_OK)
		err = kc_yaml_keys(y, map, names, COUNT(names));
	if (err == KC_OK)
		err = read_id(y, map, s->id, sizeof(s->id));
	if (err == KC_OK)
		err = kc_yaml_need(y, map, "effect", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_word(y, node, "effect", kc_words_effect, &word);
	s->effect = (enum kc_effect)word;
	if (err == KC_OK)
		err = kc_yaml_need(y, map, "mark", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_word(y, node, "mark", kc_words_mark, &word);
	s->mark = (enum kc_mark)word;
	if (err == KC_OK)
		err = read_standard(y, map, s);
	if (err == KC_OK)
		err = read_source(y, map, &stated);
	if (err == KC_OK)
		err = read_names(
		    y, map, s->zh, sizeof(s->zh), s->en, sizeof(s->en));
	s->line = map->key_line;
	s->col = map->key_col;
	return err;
}

static enum kc_err
read_negative(
    struct kc_yaml *y, const struct kc_yaml_node *map, struct kc_policy *p)
{
	static const struct kc_slice names[] = {{"no", 2}, {"assessor", 8},
	    {"source", 6}, {"rule", 4}, {"zh", 2}, {"en", 2}};
	struct kc_negative_item *item = &p->negatives[p->nnegatives];
	const struct kc_yaml_node *node;
	int64_t no = (int64_t)p->nnegatives + 1;
	bool stated;
	enum kc_err err;

	err = kc_yaml_want(y, map, KC_YAML_MAP, "negative_list");
	if (err == KC_OK)
		err = kc_yaml_keys(y, map, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_need(y, map, "no", KC_YAML_SCALAR, &node);
	if (err == KC_OK) /* numbered in order, so that none can be twice */
		err = kc_yaml_int(y, node, "no", no, no, &no);
	if (err == KC_OK)
		err = kc_yaml_need(y, map, "assessor", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_code(y, node, "assessor", item->assessor,
		    sizeof(item->assessor));
	if (err == KC_OK)
		err = read_source(y, map, &stated);
	if (err == KC_OK)
		err = read_names(y, map, item->zh, sizeof(item->zh), item->en,
		    sizeof(item->en));
	item->no = (uint32_t)no;
	item->line = map->line;
	item->col = map->col;
	p->nnegatives++;
	return err;
}

static enum kc_err
read_bonus(struct kc_yaml *y, const struct kc_yaml_node *map,
    struct kc_bonus_situation *b)
{
	static const struct kc_slice names[] = {
	    {"source", 6}, {"rule", 4}, {"zh", 2}, {"en", 2}};
	bool stated;
	enum kc_err err;

	err = kc_yaml_want(y, map, KC_YAML_MAP, "bonus_situations");
	if (err == KC_OK)
		err = kc_yaml_keys(y, map, names, COUNT(names));
	if (err == KC_OK)
		err = read_id(y, map, b->id, sizeof(b->id));
	if (err == KC_OK)
		err = read_source(y, map, &stated);
	if (err == KC_OK)
		err = read_names(
		    y, map, b->zh, sizeof(b->zh), b->en, sizeof(b->en));
	b->line = map->key_line;
	b->col = map->key_col;
	return err;
}

/* A list or map of 1..max entries. */
static enum kc_err
need_entries(struct kc_yaml *y, const struct kc_yaml_node *root,
    const char *name, enum kc_yaml_kind kind, size_t max,
    const struct kc_yaml_node **out)
{
	char wants[32];
	enum kc_err err = kc_yaml_need(y, root, name, kind, out);

	if (err != KC_OK || ((*out)->n >= 1 && (*out)->n <= max))
		return err;
	(void)snprintf(wants, sizeof(wants), "1..%zu", max);
	return kc_yaml_refuse(y, *out, KC_R_KEY_VALUE, name, wants);
}

static enum kc_err
read_lists(
    struct kc_yaml *y, const struct kc_yaml_node *root, struct kc_policy *p)
{
	const struct kc_yaml_node *list, *c;
	enum kc_err err;

	err = need_entries(
	    y, root, "situations", KC_YAML_MAP, KC_SITUATIONS_MAX, &list);
	for (c = err == KC_OK ? list->first : NULL; c && !err; c = c->next)
		err = read_situation(y, c, &p->situations[p->nsituations++]);
	if (err == KC_OK)
		err = need_entries(y, root, "negative_list", KC_YAML_LIST,
		    KC_NEGATIVE_MAX, &list);
	for (c = err == KC_OK ? list->first : NULL; c && !err; c = c->next)
		err = read_negative(y, c, p);
	if (err == KC_OK)
		err = need_entries(y, root, "bonus_situations", KC_YAML_MAP,
		    KC_BONUS_MAX, &list);
	for (c = err == KC_OK ? list->first : NULL; c && !err; c = c->next)
		err = read_bonus(y, c, &p->bonuses[p->nbonuses++]);
	return err;
}

/* What no single key can say. */
static enum kc_err
check_whole(struct kc_yaml *y, const struct kc_policy *p)
{
	const int64_t *v = p->value;

	if (v[KC_P_POINTS_KEY] + v[KC_P_POINTS_ROUTINE] +
		v[KC_P_POINTS_DYNAMIC] !=
	    KC_FULL_SCORE)
		return kc_yaml_refuse_at(y, p->line[KC_P_POINTS_KEY],
		    p->col[KC_P_POINTS_KEY], KC_R_KEY_VALUE, "points",
		    "key + routine + dynamic = 100.0000");
	if (v[KC_P_RANK_LOW_FROM] > v[KC_P_RANK_CITIES])
		return kc_yaml_refuse_at(y, p->line[KC_P_RANK_LOW_FROM],
		    p->col[KC_P_RANK_LOW_FROM], KC_R_KEY_VALUE, "rank.low_from",
		    "<= rank.cities");
	return KC_OK;
}

enum kc_err
kc_policy_read(struct kc_yaml *y, unsigned epoch, struct kc_policy *p)
{
	const struct kc_yaml_node *root = kc_yaml_root(y);
	enum kc_err err;

	err = check_keys(y, root, epoch);
	if (err == KC_OK)
		err = read_title(y, root, p);
	for (size_t k = 0; err == KC_OK && k < KC_P_COUNT; k++)
		err = read_key(y, root, epoch, k, p);
	if (err == KC_OK)
		err = read_lists(y, root, p);
	if (err == KC_OK)
		err = check_whole(y, p);
	return err;
}

enum kc_err
kc_policy_parse(struct kc_policy **out, struct kc_slice yaml, const char *file,
    unsigned epoch, struct kc_refusal *why)
{
	struct kc_yaml *y = NULL;
	struct kc_policy *p = kc_alloc(sizeof(*p));
	enum kc_err err = KC_ENOMEM;

	*out = NULL;
	*why = (struct kc_refusal){0};
	if (p == NULL)
		goto out;
	(void)snprintf(p->file, sizeof(p->file), "%s", file);
	err = kc_yaml_parse(&y, yaml, file, why);
	if (err == KC_OK)
		err = kc_policy_read(y, epoch, p);
	if (err == KC_OK) {
		struct kc_examples x = {.y = y, .p = p};

		err = kc_examples_run(&x, &p->ntests);
	}
	if (err == KC_OK) {
		*out = p;
		p = NULL;
	}
out:
	kc_yaml_free(y);
	kc_free(p);
	return err;
}
