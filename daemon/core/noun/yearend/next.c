/* SPDX-License-Identifier: Apache-2.0 */
/* What is next at the end of a year, and what it waits for. What follows
 * otherwise than the list that was signed last is to be signed anew. */
#include "yearend.h"

#define CODES_MAX 10 /* units that are named; the others are counted */

/* --- what follows otherwise -------------------------------------------------
 */
static void
note(const struct kc_state *st, uint32_t unit, struct kc_lacks *l,
    struct kc_buf *list)
{
	const char *code = st->units.v[unit]->code;

	if (l->n == 0)
		l->first = code;
	if (l->n < CODES_MAX) {
		kc_buf_str(list, l->n > 0 ? " " : "");
		kc_buf_str(list, code);
	} else if (l->n == CODES_MAX) {
		kc_buf_str(list, " …");
	}
	l->n++;
}

static void
compare(const struct kc_state *st, const struct kc_results *was,
    const struct kc_results *now, struct kc_lacks *l, struct kc_buf *list)
{
	for (uint32_t i = 0; i < now->n; i++) {
		const struct kc_result *r = kc_result_of(was, now->v[i].unit);

		if (r == NULL || !kc_result_same(r, &now->v[i]))
			note(st, now->v[i].unit, l, list);
	}
	for (uint32_t i = 0; i < was->n; i++)
		if (kc_result_of(now, was->v[i].unit) == NULL)
			note(st, was->v[i].unit, l, list);
}

enum kc_err
kc_results_changed(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_lacks *out, struct kc_buf *list, struct kc_refusal *why)
{
	struct kc_results now;
	enum kc_err err;

	*out = (struct kc_lacks){.what_zh = "结果已变化的单位",
	    .what_en = "units whose results changed since they were signed"};
	if (y->state < KC_YE_DRAFT || y->state > KC_YE_FED_BACK)
		return KC_OK;
	err = kc_results_now(st, y, y->signed_last.graded, &now, why);
	if (err == KC_OK && !kc_hash_eq(&now.hash, &y->signed_last.hash))
		compare(st, &y->signed_last, &now, out, list);
	kc_free(now.v);
	return err == KC_OK ? kc_buf_err(list) : err;
}
