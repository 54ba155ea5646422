/* SPDX-License-Identifier: Apache-2.0 */
/* The policy in force: every key, its value, its source and its place. */
#include "view_int.h"

enum value_type {
	TYPE_POINTS,
	TYPE_BP,
	TYPE_INT,
	TYPE_BOOL,
	TYPE_DAY_OF_YEAR,
	TYPE_RESIDUAL,
	TYPE_ROLL,
	TYPE_RESERVE,
	TYPE_CADRE_QUARTER,
	TYPE_ROUNDING
};

static const struct {
	enum value_type type;
	const char *zh, *en;
} keys[] = {
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	[num] = {TYPE_##type, zh, en},
#include <kaocheng/defs/policy_keys.def>
#undef X
};
_Static_assert(
    sizeof(keys) / sizeof(keys[0]) == KC_P_COUNT, "a row for every key");

/* Words of the enumerated values, in the order of their numbers. */
static const char *
word(enum value_type type, int64_t v)
{
	static const char *const residual[] = {"always", "only_if_unmet"};
	static const char *const roll[] = {"none", "next_workday"};
	static const char *const reserve[] = {
	    "prorate", "full", "zero", "to_key"};
	static const char *const quarter[] = {"assessed", "confirm"};
	static const char *const rounding[] = {"half_away", "half_even"};

	switch (type) {
	case TYPE_RESIDUAL:
		return residual[v & 1];
	case TYPE_ROLL:
		return roll[v & 1];
	case TYPE_RESERVE:
		return reserve[v & 3];
	case TYPE_CADRE_QUARTER:
		return quarter[v & 1];
	case TYPE_ROUNDING:
		return rounding[v & 1];
	case TYPE_BOOL:
		return v != 0 ? "true" : "false";
	case TYPE_POINTS:
	case TYPE_BP:
	case TYPE_INT:
	case TYPE_DAY_OF_YEAR:
		return "";
	}
	return "";
}

static void
put_two(struct kc_buf *b, int64_t v)
{
	kc_buf_char(b, (char)('0' + v / 10 % 10));
	kc_buf_char(b, (char)('0' + v % 10));
}

static void
put_value(struct kc_buf *b, enum value_type type, int64_t v)
{
	switch (type) {
	case TYPE_POINTS:
		kc_buf_points(b, v);
		break;
	case TYPE_BP:
		kc_buf_percent(b, v);
		break;
	case TYPE_INT:
		kc_buf_i64(b, v);
		break;
	case TYPE_DAY_OF_YEAR:
		put_two(b, v / 100);
		kc_buf_char(b, '-');
		put_two(b, v % 100);
		break;
	case TYPE_BOOL:
	case TYPE_RESIDUAL:
	case TYPE_ROLL:
	case TYPE_RESERVE:
	case TYPE_CADRE_QUARTER:
	case TYPE_ROUNDING:
		kc_buf_str(b, word(type, v));
		break;
	}
}

static void
key_row(struct kc_vx *x, const struct kc_policy *p, enum kc_policy_key k)
{
	struct kc_refusal place = {0};
	struct kc_buf value = {0};

	kc_policy_cite(p, k, &place);
	put_value(&value, keys[k].type, p->value[k]);
	kc_vx_row(x);
	kc_vx_str(x, "key", kc_policy_key_path(k));
	kc_vx_buf(x, "value", &value);
	kc_vx_str(x, "source", p->stated[k] ? "stated" : "default");
	kc_vx_str(x, "place", place.rule_place);
	kc_vx_str(x, "label", kc_vx_say(x, keys[k].zh, keys[k].en));
	kc_vx_end(x);
	kc_buf_free(&value);
}

static void
situation_rows(struct kc_vx *x, const struct kc_policy *p)
{
	kc_json_key(&x->w, "situations");
	kc_json_open(&x->w, '[');
	for (size_t i = 0; i < p->nsituations; i++) {
		const struct kc_situation *s = &p->situations[i];

		kc_vx_row(x);
		kc_vx_str(x, "id", s->id);
		kc_vx_word(x, "effect", KC_SET_PD_EFFECT, s->effect);
		kc_vx_points(x, "standard", s->standard_e4);
		kc_vx_points(x, "min", s->min_e4);
		kc_vx_points(x, "max", s->max_e4);
		kc_vx_str(x, "text", kc_vx_say(x, s->zh, s->en));
		kc_vx_end(x);
	}
	kc_json_close(&x->w, ']');
}

_Static_assert((int)KC_EFFECT_FULL == (int)KC_PD_EFFECT_FULL &&
	(int)KC_EFFECT_HALF == (int)KC_PD_EFFECT_HALF &&
	(int)KC_EFFECT_EXEMPT == (int)KC_PD_EFFECT_EXEMPT,
    "the policy and the vocabulary number the effects alike");

static void
other_rows(struct kc_vx *x, const struct kc_policy *p)
{
	kc_json_key(&x->w, "negatives");
	kc_json_open(&x->w, '[');
	for (size_t i = 0; i < p->nnegatives; i++) {
		const struct kc_negative_item *n = &p->negatives[i];

		kc_vx_row(x);
		kc_vx_u64(x, "no", n->no);
		kc_vx_str(x, "assessor", n->assessor);
		kc_vx_str(x, "text", kc_vx_say(x, n->zh, n->en));
		kc_vx_end(x);
	}
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "bonuses");
	kc_json_open(&x->w, '[');
	for (size_t i = 0; i < p->nbonuses; i++) {
		kc_vx_row(x);
		kc_vx_str(x, "id", p->bonuses[i].id);
		kc_vx_str(x, "text",
		    kc_vx_say(x, p->bonuses[i].zh, p->bonuses[i].en));
		kc_vx_end(x);
	}
	kc_json_close(&x->w, ']');
}

enum kc_err
kc_render_policy(struct kc_vx *x)
{
	const struct kc_policy *p = kc_policy_now(x->st);
	const struct kc_adopted_policy *a;

	if (p == NULL)
		return kc_refuse(
		    x->why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	a = &x->st->policies.v[x->st->policies.n - 1];
	kc_vx_str(x, "policy", p->name);
	kc_vx_str(x, "file", p->file);
	kc_vx_str(x, "title", kc_vx_say(x, p->title_zh, p->title_en));
	kc_vx_u64(x, "seq", a->seq);
	kc_vx_u64(x, "versions", x->st->policies.n);
	situation_rows(x, p);
	other_rows(x, p);
	kc_vx_rows(x);
	for (unsigned k = 0; k < KC_P_COUNT; k++)
		key_row(x, p, (enum kc_policy_key)k);
	return KC_OK;
}
