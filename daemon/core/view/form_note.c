/* SPDX-License-Identifier: Apache-2.0 */
/* What a document on paper says of the law: the right to dispute it, and each
 * last day with what it is reckoned by. */
#include "form_int.h"

#include <string.h>

#include "noun/deadline/deadline.h"
#include "noun/dispute/dispute.h"

void
kc_form_dispute(struct kc_vx *x, uint32_t seq, uint32_t unit)
{
	const struct kc_decision *d = kc_decision_find(x->st, seq);
	struct kc_buf text = {0};
	kc_day by;

	if (d == NULL || kc_subject_of(d->kind) == NULL)
		return;
	by = kc_decision_file_by(x->st, d, unit);
	if (by == KC_DAY_NONE) {
		kc_buf_str(&text,
		    kc_vx_say(x, "对本决定可以申请复核，期限自送达之日起算。",
			"This decision may be disputed; the period runs from "
			"its delivery."));
	} else {
		kc_buf_str(&text,
		    kc_vx_say(x, "对本决定有异议的，可申请复核，最后一日为 ",
			"This decision may be disputed, on "));
		kc_buf_form_day(&text, x, by);
		kc_buf_str(&text, kc_vx_say(x, "。", " at the latest."));
	}
	kc_form_note(x, "申请复核", "right to dispute", &text);
}

/* "pd.period_months 1（nantong-2022.yaml:41:5）" */
static void
put_rule(struct kc_vx *x, const struct kc_deadline *d, struct kc_buf *b)
{
	const struct kc_policy *p = kc_deadline_rules(x->st, d);
	struct kc_refusal cite = {0};

	if (p == NULL || d->limit->key < 0)
		return;
	kc_policy_cite(p, (enum kc_policy_key)d->limit->key, &cite);
	kc_buf_str(b, kc_vx_say(x, "；依据 ", "; rule "));
	kc_buf_str(b, cite.rule);
	kc_buf_char(b, ' ');
	kc_buf_policy_value(b, p, (enum kc_policy_key)d->limit->key);
	kc_buf_str(b, kc_vx_say(x, "（", " ("));
	kc_buf_str(b, cite.rule_place);
	kc_buf_str(b, kc_vx_say(x, "）", ")"));
}

static void
put_last_day(struct kc_vx *x, const struct kc_deadline *d)
{
	struct kc_buf text = {0};

	kc_buf_form_day(&text, x, d->day.due);
	kc_buf_str(&text, kc_vx_say(x, "：", ": "));
	kc_buf_last_day_how(&text, x, d);
	put_rule(x, d, &text);
	kc_form_note(x, d->limit->zh, d->limit->en, &text);
}

void
kc_form_last_day(struct kc_vx *x, const char *limit)
{
	struct kc_deadlines all = {.ended = true, .rights = true};

	if (!kc_deadlines_by_handle(x->st, x->args->id, &all) &&
	    x->w.out->err == KC_OK)
		x->w.out->err = KC_ENOMEM;
	kc_deadlines_sort(&all);
	for (uint32_t i = 0; i < all.n; i++)
		if (strcmp(all.v[i].limit->word, limit) == 0 &&
		    (all.v[i].unit == KC_NONE ||
			kc_vx_would_see(x, all.v[i].unit, all.v[i].target) ||
			kc_vx_would_see(x, all.v[i].concerned, KC_NONE)))
			put_last_day(x, &all.v[i]);
	kc_vec_free(&all);
}
