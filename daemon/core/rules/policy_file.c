/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a policy text into struct kc_policy: docs/POLICY.md "Grammar". */
#include <assert.h>

#include "policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *const kc_words_effect[] = {"full", "half", "exempt", NULL};
const char *const kc_words_mark[] = {"rank_low", "rank_fell", "behind",
    "unanswered", "rank_advanced", "objective", "rank_advanced_1", "partly",
    NULL};

const char *
kc_policy_mark_word(enum kc_mark mark)
{
	return kc_words_mark[mark];
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
		err = kc_policy_read_source(y, map, &stated);
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
		err = kc_policy_read_source(y, map, &stated);
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
read_bonus(struct kc_yaml *y, const struct kc_yaml_node *map, unsigned epoch,
    struct kc_bonus_situation *b)
{
	/* Marks are of epoch 2. */
	static const struct kc_slice names[] = {
	    {"source", 6}, {"rule", 4}, {"zh", 2}, {"en", 2}, {"mark", 4}};
	const struct kc_yaml_node *mark = NULL;
	int64_t word = KC_BONUS_MARK_ANY - 1;
	bool stated;
	enum kc_err err;

	err = kc_yaml_want(y, map, KC_YAML_MAP, "bonus_situations");
	if (err == KC_OK)
		err = kc_yaml_keys(
		    y, map, names, COUNT(names) - (epoch < 2 ? 1 : 0));
	if (err == KC_OK)
		err = read_id(y, map, b->id, sizeof(b->id));
	if (err == KC_OK)
		mark = kc_yaml_get(map, "mark");
	if (mark != NULL)
		err = kc_yaml_word(y, mark, "mark", kc_words_bonus_mark, &word);
	b->mark = (enum kc_bonus_mark)(word + 1);
	if (err == KC_OK)
		err = kc_policy_read_source(y, map, &stated);
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
read_lists(struct kc_yaml *y, const struct kc_yaml_node *root, unsigned epoch,
    struct kc_policy *p)
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
		err = read_bonus(y, c, epoch, &p->bonuses[p->nbonuses++]);
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
	if (v[KC_P_NEG_EVENT_MIN] > v[KC_P_NEG_EVENT_MAX])
		return kc_yaml_refuse_at(y, p->line[KC_P_NEG_EVENT_MIN],
		    p->col[KC_P_NEG_EVENT_MIN], KC_R_KEY_VALUE, "neg.event_min",
		    "<= neg.event_max");
	return KC_OK;
}

enum kc_err
kc_policy_read(struct kc_yaml *y, unsigned epoch, struct kc_policy *p)
{
	const struct kc_yaml_node *root = kc_yaml_root(y);
	enum kc_err err;

	err = kc_policy_read_keys(y, root, epoch, p);
	if (err == KC_OK)
		err = read_title(y, root, p);
	if (err == KC_OK)
		err = read_lists(y, root, epoch, p);
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
		struct kc_examples x = {.y = y, .p = p, .epoch = epoch};

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
