/* SPDX-License-Identifier: Apache-2.0 */
/* What a document on paper says of the law: the right to dispute it, and each
 * last day with what it is reckoned by. */
#include "form_int.h"

#include <string.h>

#include "noun/deadline/deadline.h"
#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"

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

static const char *
find(const char *text, const char *part)
{
	return memmem(text, strlen(text), part, strlen(part));
}

/* Where a value stands in the text of the policy. */
void
kc_buf_form_place(struct kc_buf *b, const struct kc_vx *x, const char *place)
{
	const char *end = find(place, ": default");

	if (end == NULL) {
		kc_buf_str(b, place);
		return;
	}
	kc_buf_slice(b, (struct kc_slice){place, (size_t)(end - place)});
	kc_buf_str(b, kc_vx_say(x, "，默认值", ", default"));
}

/* The rule in words, with the number for the words that stand for it. */
static void
put_how(struct kc_vx *x, const struct kc_deadline *d, const struct kc_policy *p,
    struct kc_buf *b)
{
	const char *many = kc_vx_say(x, "若干", "that many"), *at;
	struct kc_buf how = {0};
	const char *text;

	kc_buf_last_day_how(&how, x, d);
	text = kc_buf_cstr(&how);
	at = find(text, many);
	if (p != NULL && d->limit->key >= 0 && at != NULL) {
		kc_buf_slice(b, (struct kc_slice){text, (size_t)(at - text)});
		kc_buf_str(b, kc_vx_say(x, " ", ""));
		kc_buf_policy_value(b, p, (enum kc_policy_key)d->limit->key);
		kc_buf_str(b, kc_vx_say(x, " 个", ""));
		text = at + strlen(many);
	}
	kc_buf_str(b, text);
	kc_buf_free(&how);
}

/* That by which the last day is reckoned; a dispute's is of its decision. */
static const struct kc_policy *
rules_of(const struct kc_vx *x, const struct kc_deadline *d)
{
	uint32_t at = kc_find(x->st, KC_NS_DISPUTE, kc_slice_str(d->id));

	return at != KC_NONE ? kc_dispute_policy(x->st, x->st->disputes.v[at])
			     : kc_deadline_rules(x->st, d);
}

/* "pd.period_months 1（nantong-2022.yaml:41:5）" */
static void
put_rule(struct kc_vx *x, const struct kc_deadline *d,
    const struct kc_policy *p, struct kc_buf *b)
{
	struct kc_refusal cite = {0};

	if (p == NULL || d->limit->key < 0)
		return;
	kc_policy_cite(p, (enum kc_policy_key)d->limit->key, &cite);
	kc_buf_str(b, kc_vx_say(x, "；依据 ", "; rule "));
	kc_buf_str(b, cite.rule);
	kc_buf_char(b, ' ');
	kc_buf_policy_value(b, p, (enum kc_policy_key)d->limit->key);
	kc_buf_str(b, kc_vx_say(x, "（", " ("));
	kc_buf_form_place(b, x, cite.rule_place);
	kc_buf_str(b, kc_vx_say(x, "）", ")"));
}

static void
put_last_day(struct kc_vx *x, const struct kc_deadline *d)
{
	const struct kc_policy *p = rules_of(x, d);
	uint32_t at = kc_find(x->st, KC_NS_CASE, kc_slice_str(d->id));
	struct kc_buf text = {0};

	kc_buf_form_day(&text, x, d->day.due);
	kc_buf_str(&text, kc_vx_say(x, "：", ": "));
	put_how(x, d, p, &text);
	if (at != KC_NONE && x->st->cases.v[at]->extensions > 0 &&
	    d->limit->key == KC_P_PD_PERIOD_MONTHS)
		kc_buf_str(&text,
		    kc_vx_say(x, "；含准予的延期",
			"; with the extension that was granted"));
	put_rule(x, d, p, &text);
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
