/* SPDX-License-Identifier: Apache-2.0 */
/* By what a unit lost points in a year, each with its number: targets that
 * are not complete, pre-deductions that stay, the negative list. */
#include "form_int.h"

#include "noun/negative/negative.h"
#include "noun/prededuct/prededuct.h"

struct losses {
	struct kc_vx *x;
	const struct kc_unit *unit;
	int year;
	uint32_t seq; /* as they were once this entry stood */
};

/* text is freed. */
static void
put_loss(
    struct kc_vx *x, const char *number, struct kc_buf *text, int64_t lost_e4)
{
	struct kc_buf cents = {0}, exact = {0};

	kc_buf_form_cents(&cents, x, lost_e4);
	kc_buf_points(&exact, lost_e4);
	kc_form_line(x);
	kc_form_cell(x, number);
	kc_form_cell_buf(x, text);
	kc_form_cell_buf(x, &cents);
	kc_form_cell_buf(x, &exact);
	kc_form_line_end(x);
}

static void
put_targets(const struct losses *l)
{
	const struct kc_state *st = l->x->st;
	const struct kc_policy *p = kc_policy_of(st, l->year);
	struct kc_u32s all = kc_list_targets(st, l->unit->index, l->year);

	for (uint32_t i = 0; p != NULL && i < all.n; i++) {
		const struct kc_target *t = st->targets.v[all.v[i]];
		struct kc_buf text = {0};
		int64_t lost;

		if (!kc_target_counts(t) || t->completion_bp < 0)
			continue;
		lost = t->weight_e4 -
		    kc_earned(t->weight_e4, t->completion_bp,
			(enum kc_rounding)p->value[KC_P_SCORE_ROUNDING]);
		if (lost == 0)
			continue;
		kc_buf_str(&text, t->title);
		kc_buf_str(&text, kc_vx_say(l->x, "（完成 ", " (completed "));
		kc_buf_form_percent(&text, t->completion_bp);
		kc_buf_str(&text, kc_vx_say(l->x, "）", ")"));
		put_loss(l->x, t->code, &text, lost);
	}
}

static void
put_cases(const struct losses *l)
{
	for (uint32_t i = 0; i < l->unit->prededucts.n; i++) {
		const struct kc_case *c =
		    l->x->st->cases.v[l->unit->prededucts.v[i]];
		const struct kc_situation *s =
		    kc_view_case_situation(l->x->st, c);
		int64_t deducted, returned;
		struct kc_buf text = {0};

		kc_case_figures(c, l->seq, &deducted, &returned);
		if (c->year != l->year || !kc_case_counts(c) ||
		    deducted == returned)
			continue;
		kc_buf_str(&text, kc_vx_say(l->x, "预扣分保留：", "kept: "));
		if (s != NULL)
			kc_buf_str(&text, kc_vx_say(l->x, s->zh, s->en));
		put_loss(l->x, c->handle, &text, deducted - returned);
	}
}

static void
put_negatives(const struct losses *l)
{
	for (uint32_t i = 0; i < l->unit->negatives.n; i++) {
		const struct kc_negative *n =
		    l->x->st->negatives.v[l->unit->negatives.v[i]];
		const struct kc_policy *p = kc_negative_policy(l->x->st, n);
		int64_t lost = kc_negative_amount_at(n, l->seq);
		struct kc_buf text = {0};

		if (n->year != l->year || !kc_negative_counts(n) || lost == 0)
			continue;
		kc_buf_str(
		    &text, kc_vx_say(l->x, "负面清单：", "negative list: "));
		for (size_t k = 0; k < p->nnegatives; k++)
			if (p->negatives[k].no == n->item)
				kc_buf_str(&text,
				    kc_vx_say(l->x, p->negatives[k].zh,
					p->negatives[k].en));
		put_loss(l->x, n->handle, &text, lost);
	}
}

void
kc_form_losses(struct kc_vx *x, uint32_t unit, int year, uint32_t seq)
{
	const struct losses l = {x, x->st->units.v[unit], year, seq};
	const char *const columns[] = {kc_vx_say(x, "编号", "number"),
	    kc_vx_say(x, "事由", "by what"),
	    kc_vx_say(x, "失分（分）", "points lost"),
	    kc_vx_say(x, "四位小数", "four decimals")};

	kc_form_table(x, "失分明细（各项封顶和同一事实择重之前）",
	    "losses (before caps, and before one fact is punished once)",
	    columns, 4);
	put_targets(&l);
	put_cases(&l);
	put_negatives(&l);
	kc_form_table_end(x);
}
