/* SPDX-License-Identifier: Apache-2.0 */
/* Points that move between targets of one unit, year and class: what the class
 * comes to stays (R14). */
#include "noun/adjust/adjust.h"

#include "plan.h"

bool
kc_target_renew(const struct kc_at *at, struct kc_target *t)
{
	const struct kc_target_version was = {.seq = (uint32_t)at->stamp.seq,
	    .weight_e4 = t->weight_e4,
	    .title = t->title,
	    .standard = t->standard};

	return kc_vec_push(&t->versions, was);
}

enum kc_err
kc_refuse_sum(struct kc_refusal *why, const char *zh, const char *en,
    int64_t sum_e4, int64_t want_e4)
{
	struct kc_buf as = {0};

	(void)kc_refuse(why, KC_R_WEIGHT, en, "", "", NULL);
	(void)kc_refusal_zh(why, 0, zh);
	kc_refusal_arg_points(why, 1, sum_e4);
	kc_refusal_arg_points(why, 2, want_e4);
	kc_buf_str(&as, "为 ");
	kc_buf_str(&as, why->args[2]);
	(void)kc_refusal_zh(why, 2, kc_buf_cstr(&as));
	kc_buf_free(&as);
	return KC_EREFUSED;
}

enum kc_err
kc_want_unadjusted(const struct kc_state *st, const struct kc_target *t,
    struct kc_refusal *why)
{
	return t->adjust == KC_NONE
	    ? KC_OK
	    : kc_refuse(why, KC_R_TARGET_OPEN, t->code,
		  st->adjusts.v[t->adjust]->handle, NULL, NULL);
}

struct kc_target *
kc_target_item(const struct kc_state *st, const struct kc_at *at,
    unsigned field, unsigned i)
{
	uint32_t at_ =
	    kc_find(st, KC_NS_TARGET, kc_entry_item(at->e, field, i)->raw);

	return at_ == KC_NONE ? NULL : st->targets.v[at_];
}

/* --- guard ------------------------------------------------------------------
 */
static enum kc_err
want_one(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, const struct kc_target *mate,
    struct kc_refusal *why)
{
	if (mate == t)
		return kc_refuse(
		    why, KC_R_DUPLICATE, mate->code, NULL, NULL, NULL);
	if (mate->unit != t->unit || mate->year != t->year ||
	    mate->class_ != t->class_)
		return kc_refuse(
		    why, KC_R_MATE, t->code, mate->code, NULL, NULL);
	if (!kc_target_counts(mate))
		return kc_refuse_state(at, mate->code,
		    kc_state_name(KC_M_target, mate->state, KC_LANG_EN),
		    kc_state_name(KC_M_target, mate->state, KC_LANG_ZH), why);
	return kc_want_unadjusted(st, mate, why);
}

/* Named by an earlier one of the list. */
static bool
is_named(const struct kc_at *at, unsigned field, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (kc_slice_eq(kc_entry_item(at->e, field, i)->raw,
			kc_entry_item(at->e, field, n)->raw))
			return true;
	return false;
}

/* Each has its points, and no points are left. */
static enum kc_err
want_pairs(
    const struct kc_at *at, const struct kc_mates *f, struct kc_refusal *why)
{
	unsigned codes = kc_entry_count(at->e, f->codes);
	unsigned points = kc_entry_count(at->e, f->points);
	unsigned shorter = codes < points ? f->codes : f->points;

	if (codes == points)
		return KC_OK;
	return kc_refuse(why, KC_R_FIELD_MISSING,
	    at->e->kind->fields[shorter].name, NULL, NULL, NULL);
}

enum kc_err
kc_want_mates(const struct kc_state *st, const struct kc_at *at,
    const struct kc_mates *f, const struct kc_target *t,
    struct kc_mates_sum *sum, struct kc_refusal *why)
{
	enum kc_err err = want_pairs(at, f, why);

	*sum = (struct kc_mates_sum){0};
	for (unsigned i = 0;
	     err == KC_OK && i < kc_entry_count(at->e, f->codes); i++) {
		int64_t points_e4 = kc_entry_item(at->e, f->points, i)->num;
		struct kc_slice code = kc_entry_item(at->e, f->codes, i)->raw;
		const struct kc_target *mate =
		    kc_target_item(st, at, f->codes, i);

		if (mate == NULL) {
			(void)kc_refuse(
			    why, KC_R_NOT_FOUND, "target", "", NULL, NULL);
			kc_refusal_arg(why, 1, code);
			return kc_refusal_zh(why, 0, "目标");
		}
		if (is_named(at, f->codes, i))
			return kc_refuse(
			    why, KC_R_DUPLICATE, mate->code, NULL, NULL, NULL);
		err = want_one(st, at, t, mate, why);
		if (err == KC_OK && points_e4 <= 0)
			err = kc_refuse_no_weight(why);
		if (err != KC_OK)
			return err;
		sum->points_e4 += points_e4;
		sum->have_e4 += mate->weight_e4;
	}
	return err;
}
