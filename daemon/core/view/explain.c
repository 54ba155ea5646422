/* SPDX-License-Identifier: Apache-2.0 */
/* Every number of a unit's score, down to entries, rule and arithmetic. */
#include "explain.h"

#include <string.h>

#include "noun/yearend/yearend.h"

void
kc_xp_entry(struct kc_xp *p, uint32_t seq)
{
	if (seq != KC_NONE && p->nentries < KC_XP_ENTRIES)
		p->entries[p->nentries++] = seq;
}

void
kc_xp_key(struct kc_xp *p, enum kc_policy_key k)
{
	kc_policy_cite(p->s.policy, k, &p->cite);
}

void
kc_xp_equals(struct kc_xp *p, int64_t e4)
{
	kc_buf_str(&p->arithmetic, " = ");
	kc_buf_points(&p->arithmetic, e4);
}

static void
put_or_null(struct kc_vx *x, const char *key, const char *text)
{
	kc_vx_str(x, key, text[0] != '\0' ? text : NULL);
}

/* The rule and where it stands; for people together:
 * "pd.refund_max policies/nantong-2022.yaml:41:15". */
static void
write_rule(struct kc_xp *p)
{
	struct kc_buf both = {0};

	put_or_null(p->x, "rule", p->cite.rule);
	put_or_null(p->x, "place", p->cite.rule_place);
	kc_buf_str(&both, p->cite.rule);
	if (p->cite.rule[0] != '\0' && p->cite.rule_place[0] != '\0')
		kc_buf_char(&both, ' ');
	kc_buf_str(&both, p->cite.rule_place);
	kc_vx_buf(p->x, "rule_text", &both);
	kc_buf_free(&both);
}

void
kc_xp_row(struct kc_xp *p, unsigned depth, const char *part, enum kc_xp_of of,
    const char *id, int64_t points)
{
	struct kc_vx *x = p->x;
	bool doubt = false;

	for (unsigned i = 0; i < p->nentries && !doubt; i++)
		doubt = kc_vx_put_doubt(x, p->entries[i], &p->item);
	kc_vx_row(x);
	kc_vx_u64(x, "depth", depth);
	kc_vx_str(x, "part", part);
	kc_vx_str(x, "class", of == KC_XP_CLASS ? id : NULL);
	kc_vx_str(x, "target", of == KC_XP_TARGET ? id : NULL);
	kc_vx_str(x, "case", of == KC_XP_CASE ? id : NULL);
	kc_vx_str(x, "negative", of == KC_XP_NEGATIVE ? id : NULL);
	kc_vx_str(x, "bonus", of == KC_XP_BONUS ? id : NULL);
	kc_vx_buf(x, "item", &p->item);
	kc_vx_points(x, "points", points);
	kc_json_key(&x->w, "seqs");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < p->nentries; i++)
		kc_json_u64(&x->w, p->entries[i]);
	kc_json_close(&x->w, ']');
	kc_vx_signers_of(x, p->entries, p->nentries);
	if (doubt)
		kc_vx_bool(x, "in_doubt", true);
	write_rule(p);
	kc_vx_buf(x, "arithmetic", &p->arithmetic);
	kc_vx_end(x);
	kc_buf_reset(&p->item);
	kc_buf_reset(&p->arithmetic);
	p->cite.rule[0] = '\0';
	p->cite.rule_place[0] = '\0';
	p->nentries = 0;
}

static void
say(struct kc_xp *p, const char *zh, const char *en)
{
	kc_buf_str(&p->item, kc_vx_say(p->x, zh, en));
}

/* a * b / c, as far as given (0 leaves a factor out) */
static void
put_product(struct kc_xp *p, int64_t a, int64_t b, int64_t c)
{
	kc_buf_points(&p->arithmetic, a);
	kc_buf_str(&p->arithmetic, " × ");
	kc_buf_points(&p->arithmetic, b);
	kc_buf_str(&p->arithmetic, " ÷ ");
	kc_buf_points(&p->arithmetic, c);
}

/* The share of the unused reserve. */
static void
credit_row(struct kc_xp *p)
{
	const struct kc_score *s = &p->s.score;
	int64_t earned = s->objective_e4 - s->credit_e4;

	say(p, "动态预留", "unused reserve");
	kc_xp_key(p, KC_P_RESERVE_MODE);
	switch (p->s.rules.reserve) {
	case KC_RESERVE_PRORATE:
		put_product(
		    p, s->reserve_e4, earned, KC_FULL_SCORE - s->reserve_e4);
		break;
	case KC_RESERVE_TO_KEY:
		put_product(p, s->reserve_e4, s->earned_e4[KC_CLASS_KEY],
		    s->weight_e4[KC_CLASS_KEY]);
		break;
	case KC_RESERVE_FULL:
	case KC_RESERVE_ZERO:
		kc_buf_points(&p->arithmetic, s->reserve_e4);
		kc_buf_str(&p->arithmetic,
		    p->s.rules.reserve == KC_RESERVE_FULL ? " × 100.00 %"
							  : " × 0.00 %");
		break;
	}
	kc_xp_equals(p, s->credit_e4);
	kc_xp_row(p, 0, "credit", KC_XP_UNIT, NULL, s->credit_e4);
}

static void
total_rows(struct kc_xp *p)
{
	const struct kc_score *s = &p->s.score;
	int64_t plain =
	    s->base_e4 - s->negative_e4 - s->retained_e4 + s->bonus_e4;

	if (s->total_e4 != plain) {
		say(p, "上下限", "floor or ceiling");
		kc_xp_key(p, KC_P_SCORE_FLOOR);
		kc_buf_points(&p->arithmetic, s->total_e4);
		kc_buf_str(&p->arithmetic, " − ");
		kc_buf_points(&p->arithmetic, plain);
		kc_xp_equals(p, s->total_e4 - plain);
		kc_xp_row(p, 0, "limit", KC_XP_UNIT, NULL, s->total_e4 - plain);
	}
	say(p, "合计", "total");
	kc_buf_points(&p->arithmetic, s->base_e4);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, s->negative_e4);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, s->retained_e4);
	kc_buf_str(&p->arithmetic, " + ");
	kc_buf_points(&p->arithmetic, s->bonus_e4);
	kc_xp_equals(p, plain);
	kc_xp_row(p, 0, "total", KC_XP_UNIT, NULL, s->total_e4);
}

static void
write_head(struct kc_vx *x, const struct kc_unit_score *s)
{
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_str(x, "policy", s->policy->name);
	kc_vx_u64(x, "policy_seq", x->st->policies.v[x->cycle->policy].seq);
	kc_vx_points(x, "total", s->score.total_e4);
	kc_vx_points(x, "pending", s->score.pending_e4);
	kc_vx_bool(x, "listed", s->listed);
}

enum kc_err
kc_render_explain(struct kc_vx *x)
{
	struct kc_xp p = {.x = x};
	struct kc_ranked *all = NULL;
	size_t n = 0;
	enum kc_err err = kc_vx_want_score(x, &p.s);

	if (err != KC_OK)
		return err;
	write_head(x, &p.s);
	if (kc_vx_sees_unit_of(x, KC_SEE_rank, x->unit))
		err = kc_rank_units(x->st, x->cycle, &all, &n, x->why);
	if (err == KC_OK && all != NULL)
		kc_xp_rank(x, all, n);
	kc_free(all);
	if (err != KC_OK)
		return err;
	kc_vx_published_grade(x, x->year, x->unit->index);
	kc_vx_rows(x);
	kc_xp_class(&p, KC_CLASS_KEY);
	kc_xp_class(&p, KC_CLASS_ROUTINE);
	kc_xp_class(&p, KC_CLASS_DYNAMIC);
	credit_row(&p);
	kc_xp_panel(&p);
	kc_xp_retained(&p);
	kc_xp_negative(&p);
	kc_xp_bonus(&p);
	total_rows(&p);
	kc_buf_free(&p.item);
	kc_buf_free(&p.arithmetic);
	return KC_OK;
}
