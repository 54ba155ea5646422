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

/* --- as it was then --- */
static const struct {
	enum kc_kind_id kind;
	unsigned rate;
} findings[] = {{KC_K_completion_find, KC_F_completion_find_rate},
    {KC_K_completion_correct, KC_F_completion_correct_rate},
    {KC_K_completion_amend, KC_F_completion_amend_rate}};
#define FINDINGS (sizeof(findings) / sizeof(findings[0]))

/* The last finding until then, and which of its kinds it is. */
static size_t
finding_until(const struct kc_events *all, uint32_t until, uint32_t *seq)
{
	size_t is = FINDINGS;

	for (uint32_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < FINDINGS; k++)
			if ((unsigned)findings[k].kind == all->v[i].kind &&
			    all->v[i].seq <= until) {
				is = k;
				*seq = all->v[i].seq;
			}
	return is;
}

/* The state keeps what was found last; an earlier finding is in the log. */
static int32_t
completion_at(const struct losses *l, const struct kc_target *t)
{
	struct kc_vx *x = l->x;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	struct kc_entry *e;
	uint32_t seq = KC_NONE;
	int32_t found = -1;
	size_t is;
	enum kc_err err;

	if (t->completion_bp < 0 || t->completion_seq <= l->seq)
		return t->completion_bp;
	is = finding_until(&t->events, l->seq, &seq);
	if (is == FINDINGS)
		return -1;
	e = x->log != NULL ? kc_alloc(sizeof(*e)) : NULL;
	err = x->log == NULL ? KC_ENOTFOUND : KC_ENOMEM;
	if (e != NULL)
		err = kc_vx_load(x, seq, &bytes, &leaf, e);
	if (err == KC_OK)
		found = (int32_t)kc_entry_num(e, findings[is].rate, 0);
	else if (x->w.out->err == KC_OK)
		x->w.out->err = err; /* half a document is none */
	kc_free(e);
	kc_buf_free(&bytes);
	return found;
}

/* Had a return been decided then, by the judge or by a dispute? */
static bool
returned_at(const struct losses *l, const struct kc_case *c)
{
	return kc_events_first(&c->events, KC_K_refund_grant) <= l->seq ||
	    kc_events_first(&c->events, KC_K_refund_correct) <= l->seq;
}

/* What a case kept by itself, whatever became of it since; one that was open
 * then counts in full, as one does whose period had passed. */
static int64_t
kept_at(const struct losses *l, const struct kc_case *c)
{
	const struct kc_policy *p =
	    kc_cycle_policy(l->x->st, kc_cycle_of(l->x->st, l->year));
	struct kc_score_rules rules;
	int64_t deducted, returned;

	if (p == NULL ||
	    kc_events_first(&c->events, KC_K_prededuct_confirm) > l->seq ||
	    kc_events_first(&c->events, KC_K_prededuct_withdraw) <= l->seq)
		return 0;
	kc_case_figures_then(l->x->st, c, l->seq, &deducted, &returned);
	if (!returned_at(l, c))
		return deducted;
	kc_policy_score_rules(p, &rules);
	return kc_kept(&rules, deducted, returned,
	    kc_case_rate_at(c, l->seq) >=
		kc_case_policy(l->x->st, c)->value[KC_P_PD_MET]);
}

/* --- the lines --- */
static void
put_targets(const struct losses *l)
{
	const struct kc_state *st = l->x->st;
	const struct kc_policy *p =
	    kc_cycle_policy(st, kc_cycle_of(st, l->year));
	struct kc_u32s all = kc_list_targets(st, l->unit->index, l->year);

	for (uint32_t i = 0; p != NULL && i < all.n; i++) {
		const struct kc_target *t = st->targets.v[all.v[i]];
		struct kc_buf text = {0};
		int32_t found = completion_at(l, t);
		int64_t lost;

		if (!kc_target_counts(t) || found < 0)
			continue;
		lost = t->weight_e4 -
		    kc_earned(t->weight_e4, found,
			(enum kc_rounding)p->value[KC_P_SCORE_ROUNDING]);
		if (lost == 0)
			continue;
		kc_buf_str(&text, t->title);
		kc_buf_str(&text, kc_vx_say(l->x, "（完成 ", " (completed "));
		kc_buf_form_percent(&text, found);
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
		int64_t kept = kept_at(l, c);
		struct kc_buf text = {0};

		if (c->year != l->year || kept == 0)
			continue;
		kc_buf_str(&text, kc_vx_say(l->x, "预扣分保留：", "kept: "));
		if (s != NULL)
			kc_buf_str(&text, kc_vx_say(l->x, s->zh, s->en));
		put_loss(l->x, c->handle, &text, kept);
	}
}

static void
put_negatives(const struct losses *l)
{
	for (uint32_t i = 0; i < l->unit->negatives.n; i++) {
		const struct kc_negative *n =
		    l->x->st->negatives.v[l->unit->negatives.v[i]];
		const struct kc_policy *p = kc_negative_policy(l->x->st, n);
		int64_t lost = kc_negative_taken_at(n, l->seq);
		struct kc_buf text = {0};

		if (n->year != l->year || lost == 0)
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
