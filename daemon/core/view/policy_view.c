/* SPDX-License-Identifier: Apache-2.0 */
/* The policy in force: every key, its value, its source and its place. */
#include "view_int.h"

static void
key_row(struct kc_vx *x, const struct kc_policy *p, enum kc_policy_key k)
{
	struct kc_refusal place = {0};
	struct kc_buf value = {0};

	kc_policy_cite(p, k, &place);
	kc_buf_policy_value(&value, p, k);
	kc_vx_row(x);
	kc_vx_str(x, "rule", kc_policy_key_path(k));
	kc_vx_buf(x, "value", &value);
	if (kc_policy_value_text(p, k, x->lang) != NULL)
		kc_vx_str(x, "text", kc_policy_value_text(p, k, x->lang));
	kc_vx_str(x, "source", p->stated[k] ? "stated" : "default");
	kc_vx_str(x, "place", place.rule_place);
	kc_vx_str(x, "label", kc_policy_key_label(k, x->lang));
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
		kc_vx_str(x, "situation", s->id);
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
		kc_vx_str(x, "bonus", p->bonuses[i].id);
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
