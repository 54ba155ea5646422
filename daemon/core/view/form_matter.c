/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of opinions, letters, disputes, the negative list, bonuses. */
#include "form_int.h"

#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"

static void
put_target(struct kc_vx *x, uint32_t target)
{
	const struct kc_target *t =
	    target == KC_NONE ? NULL : x->st->targets.v[target];
	struct kc_buf text = {0};

	if (t == NULL)
		return;
	kc_buf_str(&text, t->code);
	kc_buf_char(&text, ' ');
	kc_buf_str(&text, t->title);
	kc_form_field_buf(x, "目标", "target", &text);
}

/* By how much it is ahead or behind, where both figures were stated. */
static void
put_gap(struct kc_vx *x, const struct kc_opinion *o)
{
	int32_t gap = o->actual_bp - o->planned_bp;
	struct kc_buf text = {0};

	if (o->planned_bp < 0 || o->actual_bp < 0)
		return;
	kc_buf_str(&text,
	    gap < 0       ? kc_vx_say(x, "落后 ", "behind by ")
		: gap > 0 ? kc_vx_say(x, "超前 ", "ahead by ")
			  : "");
	kc_buf_form_hundredths(&text, gap < 0 ? -gap : gap);
	kc_buf_str(&text, kc_vx_say(x, " 个百分点", " percentage points"));
	kc_form_field_buf(x, "与计划的差距", "gap to the plan", &text);
}

void
kc_form_opinion(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_opinion *o = x->st->opinions.v[f->index];
	uint32_t unit = x->st->targets.v[o->target]->unit;

	kc_form_field(x, "评估意见编号", "opinion", o->handle);
	kc_form_field(
	    x, "监测轮次", "round", x->st->rounds.v[o->round]->handle);
	kc_form_field_unit(x, "单位", "unit", unit);
	put_target(x, o->target);
	kc_form_said(x, f->made->seq);
	put_gap(x, o);
	if (kc_events_last(f->events, KC_K_opinion_amend) != KC_NONE)
		kc_form_said(x, kc_events_last(f->events, KC_K_opinion_amend));
	kc_form_dispute(x, f->made->seq, unit);
}

/* --- letters --- */
void
kc_form_letter(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_warning *g = x->st->warnings.v[f->index];

	kc_form_field(x, "预警函编号", "letter", g->handle);
	put_target(x, g->target);
	kc_form_said(x, f->made->seq);
	kc_form_last_day(x, "reply");
	for (uint32_t i = 0; i < g->to.n; i++)
		if (kc_vx_would_see(x, g->to.v[i].unit, g->target)) {
			kc_form_dispute(x, f->made->seq, g->to.v[i].unit);
			break;
		}
}

/* What others answered is theirs. */
void
kc_form_letter_table(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_warning *g = x->st->warnings.v[f->index];
	const char *const columns[] = {kc_vx_say(x, "收函单位", "unit"),
	    kc_vx_say(x, "送达", "delivered"),
	    kc_vx_say(x, "回复期限", "reply by"),
	    kc_vx_say(x, "回复", "replied")};

	kc_form_table(x, "收函单位", "units addressed", columns, 4);
	for (uint32_t i = 0; i < g->to.n; i++) {
		const struct kc_addressee *a = &g->to.v[i];
		const kc_day days[] = {a->delivered, a->reply_due,
		    a->replied_ms == 0
			? KC_DAY_NONE
			: kc_day_of_instant(a->replied_ms, KC_LOCAL_OFFSET_S)};

		if (!kc_vx_would_see(x, a->unit, g->target))
			continue;
		kc_form_line(x);
		kc_form_cell(x, kc_vx_unit_name(x, x->st->units.v[a->unit]));
		for (unsigned d = 0; d < sizeof(days) / sizeof(days[0]); d++) {
			struct kc_buf text = {0};

			kc_buf_form_day(&text, x, days[d]);
			kc_form_cell_buf(x, &text);
		}
		kc_form_line_end(x);
	}
	kc_form_table_end(x);
}

/* --- disputes --- */
void
kc_form_review(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_dispute *d = x->st->disputes.v[f->index];
	const struct kc_decision *about = kc_dispute_decision(x->st, d);
	const struct kc_kind *k = kc_kind_get(about->kind);
	struct kc_buf text = {0};

	kc_form_field(x, "复核编号", "dispute", d->handle);
	kc_form_field_unit(x, "申请单位", "unit that disputes", d->unit);
	kc_form_field(
	    x, "所属事项", "matter", kc_decision_matter(x->st, about));
	put_target(x, kc_decision_target(x->st, about));
	kc_buf_str(&text, kc_vx_say(x, k->zh, k->en));
	kc_buf_str(&text, kc_vx_say(x, "（条目 #", " (entry #"));
	kc_buf_u64(&text, about->seq);
	kc_buf_str(&text, kc_vx_say(x, "）", ")"));
	kc_form_field_buf(
	    x, "所争议的决定", "decision that is disputed", &text);
	kc_form_said(x, kc_events_first(f->events, KC_K_dispute_file));
	/* The record that the clerk attached: who replays the log has it too.
	 */
	if (kc_events_last(f->events, KC_K_dispute_replay) != KC_NONE)
		kc_form_said(x, kc_events_last(f->events, KC_K_dispute_replay));
	kc_form_said(x, f->made->seq);
	kc_form_last_day(x, "appeal");
}

/* --- the negative list, and bonuses --- */
/* What the item has taken of the unit in the year with this event, and the
 * most that it may. */
static void
put_item_cap(const struct kc_form_of *f, const struct kc_negative *n,
    const struct kc_policy *p)
{
	struct kc_vx *x = f->x;
	const struct kc_u32s *all = &x->st->units.v[n->unit]->negatives;
	struct kc_buf text = {0};
	int64_t sum = 0;

	for (uint32_t i = 0; i < all->n; i++) {
		const struct kc_negative *o = x->st->negatives.v[all->v[i]];

		if (o->item == n->item && o->year == n->year)
			sum += kc_negative_taken_at(o, f->made->seq);
	}
	kc_buf_form_points(&text, x, sum);
	kc_buf_str(&text, kc_vx_say(x, "，上限 ", "; at most "));
	kc_buf_form_points(&text, x, p->value[KC_P_NEG_ITEM_MAX]);
	kc_form_field_buf(
	    x, "该项本年度累计", "of this item in the year", &text);
}

void
kc_form_negative(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_negative *n = x->st->negatives.v[f->index];
	const struct kc_policy *p = kc_negative_policy(x->st, n);
	struct kc_buf text = {0};

	kc_form_field(x, "事项编号", "matter", n->handle);
	kc_form_field_unit(x, "被扣分单位", "unit", n->unit);
	for (size_t i = 0; i < p->nnegatives; i++)
		if (p->negatives[i].no == n->item) {
			kc_buf_u64(&text, n->item);
			kc_buf_char(&text, ' ');
			kc_buf_str(&text,
			    kc_vx_say(
				x, p->negatives[i].zh, p->negatives[i].en));
			kc_form_field_buf(x, "共性工作", "common duty", &text);
		}
	kc_form_field_unit(x, "考核责任单位", "assessing unit", n->assessor);
	kc_form_said(x, kc_events_first(f->events, KC_K_negative_propose));
	kc_form_field_points(x, "扣分", "points deducted",
	    kc_negative_amount_at(n, f->made->seq));
	put_item_cap(f, n, p);
	kc_buf_str(&text,
	    kc_vx_say(x, "负面清单扣分不计权重，不予返还。",
		"Points of the negative list have no weight and do not come "
		"back."));
	kc_form_note(x, "效果", "effect", &text);
	kc_form_dispute(x, f->made->seq, n->unit);
}

static void
put_bonus_caps(struct kc_vx *x, const struct kc_bonus *b)
{
	static const struct {
		enum kc_policy_key key;
		const char *zh, *en;
	} caps[] = {{KC_P_BONUS_ITEM_MAX, "每项不超过 ", "an item at most "},
	    {KC_P_BONUS_SITUATION_MAX, "，每种情形不超过 ",
		", a situation at most "},
	    {KC_P_BONUS_TOTAL_MAX, "，全年合计不超过 ",
		", all of a year at most "}};
	const struct kc_policy *p = kc_bonus_policy(x->st, b);
	struct kc_buf text = {0};

	for (size_t i = 0; p != NULL && i < sizeof(caps) / sizeof(caps[0]);
	     i++) {
		kc_buf_str(&text, kc_vx_say(x, caps[i].zh, caps[i].en));
		kc_buf_form_points(&text, x, p->value[caps[i].key]);
	}
	kc_buf_str(&text,
	    kc_vx_say(x, "；同一业绩只计最高的一项。",
		"; one merit counts once, at the highest."));
	kc_form_note(x, "封顶", "caps", &text);
}

void
kc_form_bonus(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_bonus *b = x->st->bonuses.v[f->index];
	const struct kc_bonus_situation *s = kc_bonus_situation(x->st, b);
	struct kc_buf text = {0};

	kc_form_field(x, "事项编号", "matter", b->handle);
	kc_form_field_unit(x, "申报单位", "unit that claims", b->unit);
	kc_buf_str(&text, s->id);
	kc_buf_char(&text, ' ');
	kc_buf_str(&text, kc_vx_say(x, s->zh, s->en));
	kc_form_field_buf(x, "加分情形", "situation", &text);
	kc_form_field(x, "业绩代号", "code of the merit", b->merit);
	kc_form_said(x, f->made->seq);
	kc_form_field_points(x, "所申报等次的分值", "worth as claimed",
	    kc_bonus_worth(x->st, b, b->grade));
	kc_form_field(x, "办理情况", "how it stands",
	    kc_state_name(KC_M_bonus, b->state, x->lang));
	if (kc_bonus_counts(b))
		kc_form_field_points(
		    x, "核定加分", "points granted", b->amount_e4);
	put_bonus_caps(x, b);
}
