/* SPDX-License-Identifier: Apache-2.0 */
/* Fed back, settled, closed, reopened. */
#include "yearend.h"

#include <stdio.h>
#include <string.h>

#include "noun/prededuct/prededuct.h"

/* --- result.feed_back -------------------------------------------------------
 */
enum kc_err
result_feed_back_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	uint32_t unit = KC_NONE;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = kc_want(
		    st, KC_NS_UNIT, at, KC_F_result_feed_back_unit, &unit, why);
	if (err != KC_OK)
		return err;
	if (kc_result_of(&y->published, unit) == NULL) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "result",
		    st->units.v[unit]->code, NULL, NULL);
		return kc_refusal_zh(why, 0, "考核结果");
	}
	return kc_result_has_form(st, y, unit)
	    ? kc_refuse(why, KC_R_DUPLICATE, st->units.v[unit]->code, NULL,
		  NULL, NULL)
	    : KC_OK;
}

enum kc_err
result_feed_back_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_yearend *y = kc_yearend_at(st, at);
	struct kc_result_form *f = kc_arena_alloc(&st->arena, sizeof(*f));
	enum kc_err err;

	if (f == NULL)
		return KC_ENOMEM;
	f->index = st->result_forms.n;
	f->yearend = y->index;
	f->unit = kc_find(
	    st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_result_feed_back_unit));
	f->grade = kc_result_of(&y->published, f->unit)->grade;
	f->graded = y->graded;
	f->approved = y->approved;
	kc_handle_make(f->handle, "RF", y->year,
	    kc_number_next(st, y->year, KC_SERIES_RESULT));
	if (!kc_vec_push(&st->result_forms, f) ||
	    !kc_vec_push(&y->forms, f->index) ||
	    !kc_index_add(&st->by_code, KC_NS_RESULT, f->handle, f->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, f->handle, sizeof(f->handle));
	err = kc_log_event(st, at, &f->events);
	return err == KC_OK
	    ? kc_yearend_step(st, at,
		  kc_lacks_forms(st, y).n == 0 ? KC_YE_FED_BACK
					       : KC_YE_PUBLISHED)
	    : err;
}

/* --- year.settle ------------------------------------------------------------
 */
/* What stands, and where. */
static enum kc_err
refuse_settled(const struct kc_yearend *y, struct kc_refusal *why)
{
	const struct kc_kind *kind = kc_kind_get(KC_K_year_settle);
	char says[KC_REFUSAL_ARG_MAX];
	unsigned seq = 0;

	for (uint32_t i = 0; i < y->events.n; i++)
		if (y->events.v[i].kind == kind->id)
			seq = (unsigned)y->events.v[i].seq;
	(void)snprintf(
	    says, sizeof(says), "\"%s\" of %s (#%u)", kind->en, y->handle, seq);
	(void)kc_refuse(why, KC_R_DUPLICATE, says, NULL, NULL, NULL);
	(void)snprintf(
	    says, sizeof(says), "%s 的“%s”（#%u）", y->handle, kind->zh, seq);
	return kc_refusal_zh(why, 0, says);
}

enum kc_err
year_settle_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	return err == KC_OK && y->settled ? refuse_settled(y, why) : err;
}

enum kc_err
year_settle_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_yearend *y = kc_yearend_at(st, at);

	y->settled = true;
	return kc_log_event(st, at, &y->events);
}

/* --- year.close -------------------------------------------------------------
 */
/* Both sign over the history that they have seen: a close that does not know
 * of the publication is none of it. */
static enum kc_err
want_covered(
    const struct kc_at *at, const struct kc_yearend *y, struct kc_refusal *why)
{
	if (at->e->seen_size > y->published_seq)
		return KC_OK;
	(void)kc_refuse(why, KC_R_UNSEEN, "", "yearend.publish", "", NULL);
	kc_refusal_arg_u64(why, 0, at->e->seen_size);
	kc_refusal_arg_u64(why, 2, y->published_seq);
	return KC_EREFUSED;
}

static enum kc_err
want_none_open(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_refusal *why)
{
	struct kc_buf list = {0};
	struct kc_lacks l = kc_year_open(st, y, &list);
	enum kc_err err = kc_buf_err(&list);

	if (err == KC_OK && l.n > 0) {
		(void)kc_refuse(why, KC_R_YEAR_OPEN, y->handle, "", "", NULL);
		kc_refusal_arg_u64(why, 1, l.n);
		kc_refusal_arg(why, 2, kc_buf_view(&list));
		err = KC_EREFUSED;
	}
	kc_buf_free(&list);
	return err;
}

enum kc_err
year_close_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = want_none_open(st, y, why);
	if (err == KC_OK)
		err = kc_want_results(st, at, y, true, NULL, why);
	return err == KC_OK ? want_covered(at, y, why) : err;
}

enum kc_err
year_close_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_yearend_step(st, at, KC_YE_CLOSED);
}

/* --- year.reopen ------------------------------------------------------------
 */
enum kc_err
year_reopen_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;

	return kc_want_yearend(st, at, &y, why);
}

enum kc_err
year_reopen_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_yearend *y = kc_yearend_at(st, at);
	enum kc_err err = kc_yearend_step(st, at, KC_YE_REOPENED);

	return err == KC_OK ? kc_yearend_make(st, at, y->year, y, KC_YE_SCORED)
			    : err;
}
