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
	if (y->state < KC_YE_DRAFT || y->state > KC_YE_CLOSED)
		return KC_OK;
	err = kc_results_now(st, y, y->signed_last.graded, &now, why);
	if (err == KC_OK && !kc_hash_eq(&now.hash, &y->signed_last.hash))
		compare(st, &y->signed_last, &now, out, list);
	kc_free(now.v);
	return err == KC_OK ? kc_buf_err(list) : err;
}

/* --- whose turn it is -------------------------------------------------------
 */
bool
kc_yearend_turn(const struct kc_yearend *y, enum kc_kind_id kind, bool changed)
{
	if (kind == KC_K_yearend_draft)
		return changed || y->state != KC_YE_DRAFT;
	if (kind == KC_K_yearend_grade)
		return changed || y->state == KC_YE_SHOWN;
	return !changed ||
	    (kind != KC_K_yearend_publicise && kind != KC_K_yearend_approve &&
		kind != KC_K_yearend_publish && kind != KC_K_year_close);
}

bool
kc_yearend_ready(
    const struct kc_state *st, const struct kc_yearend *y, enum kc_kind_id kind)
{
	struct kc_lacks changed;
	struct kc_refusal why;
	struct kc_buf list = {0};
	bool holds = true;

	if (kind == KC_K_yearend_data_in)
		return kc_lacks_reports(st, y->year).n == 0;
	if (kind == KC_K_yearend_score)
		return kc_lacks_selfchecks(st, y->year, KC_NONE).n == 0 &&
		    kc_lacks_completions(st, y->year).n == 0;
	if (kind == KC_K_yearend_draft)
		holds = y->state <= KC_YE_DRAFT &&
		    kc_lacks_panels(st, y->year).n == 0;
	else if (kind == KC_K_year_close)
		holds = kc_year_open(st, y, &list).n == 0;
	kc_buf_reset(&list);
	holds = holds &&
	    kc_results_changed(st, y, &changed, &list, &why) == KC_OK &&
	    kc_yearend_turn(y, kind, changed.n > 0);
	kc_buf_free(&list);
	return holds;
}

/* --- what is next -----------------------------------------------------------
 */
/* The kind that goes on from a state, where nothing is to be signed anew. */
static enum kc_kind_id
kind_of(const struct kc_yearend *y, bool panels)
{
	switch ((enum kc_yearend_state)y->state) {
	case KC_YE_SELF_CHECK:
		return KC_K_yearend_data_in;
	case KC_YE_DATA_IN:
		return KC_K_yearend_score;
	case KC_YE_SCORED:
		return panels ? KC_K_panel_close : KC_K_yearend_draft;
	case KC_YE_DRAFT:
		return KC_K_yearend_publicise;
	case KC_YE_PUBLIC:
		return KC_K_yearend_publicity_end;
	case KC_YE_SHOWN:
		return KC_K_yearend_grade;
	case KC_YE_GRADED:
		return KC_K_yearend_approve;
	case KC_YE_APPROVED:
		return KC_K_yearend_publish;
	case KC_YE_PUBLISHED:
		return KC_K_result_feed_back;
	case KC_YE_FED_BACK:
	case KC_YE_CLOSED:
	case KC_YE_REOPENED:
		break;
	}
	return KC_K_year_close;
}

/* The first thing that keeps the year from its next step. */
static struct kc_lacks
lacks_of(
    const struct kc_state *st, const struct kc_yearend *y, struct kc_buf *open)
{
	struct kc_lacks l = {0};

	switch ((enum kc_yearend_state)y->state) {
	case KC_YE_SELF_CHECK:
		l = kc_lacks_reports(st, y->year);
		return l.n > 0 ? l : kc_lacks_selfchecks(st, y->year, KC_NONE);
	case KC_YE_DATA_IN:
		l = kc_lacks_selfchecks(st, y->year, KC_NONE);
		return l.n > 0 ? l : kc_lacks_completions(st, y->year);
	case KC_YE_SCORED:
		return kc_lacks_panels(st, y->year);
	case KC_YE_PUBLISHED:
		return kc_lacks_forms(st, y);
	case KC_YE_FED_BACK:
		return kc_year_open(st, y, open);
	case KC_YE_DRAFT:
	case KC_YE_PUBLIC:
	case KC_YE_SHOWN:
	case KC_YE_GRADED:
	case KC_YE_APPROVED:
	case KC_YE_CLOSED:
	case KC_YE_REOPENED:
		break;
	}
	return l;
}

/* The last day of the step that is next; of one without the nearest that runs.
 */
static kc_day
day_of(const struct kc_yearend *y, const struct kc_next *next)
{
	const struct kc_move *v = next->kind == NULL
	    ? NULL
	    : kc_machine_move(KC_M_yearend, next->kind->id);

	return v != NULL && v->limit >= 0 && kc_yearend_runs(y, v->limit)
	    ? y->day[v->limit].due
	    : next->due;
}

/* Data are in without the self-checks, which are for the scores. */
static bool
waits_for(const struct kc_yearend *y, const struct kc_lacks *l)
{
	return l->n > 0 &&
	    (y->state != KC_YE_SELF_CHECK || l->kind != KC_K_selfcheck_file);
}

/* What is open may change results yet: it comes before they are signed anew;
 * forms of them come after. */
static void
find_next(
    const struct kc_state *st, const struct kc_yearend *y, struct kc_next *out)
{
	bool anew;

	out->lacks = lacks_of(st, y, &out->missing);
	/* Of a closed year nothing is signed before it is reopened. */
	anew = out->changed.n > 0 && y->state != KC_YE_SHOWN &&
	    y->state != KC_YE_PUBLIC && y->state != KC_YE_CLOSED &&
	    (y->state != KC_YE_FED_BACK || out->lacks.n == 0);
	if (anew) {
		out->lacks = out->changed;
		kc_buf_reset(&out->missing);
		kc_buf_put(&out->missing, out->codes.p, out->codes.n);
	} else if (out->lacks.n > 0 && out->missing.n == 0) {
		kc_buf_str(&out->missing, out->lacks.first);
	}
	if (y->state < KC_YE_CLOSED)
		out->kind = kc_kind_get(!anew     ? kind_of(y, out->lacks.n > 0)
			: y->state == KC_YE_DRAFT ? KC_K_yearend_draft
						  : KC_K_yearend_grade);
	for (int i = 0; i < KC_L_yearend_COUNT; i++)
		if (kc_yearend_runs(y, i) &&
		    (out->due == KC_DAY_NONE || y->day[i].due < out->due))
			out->due = y->day[i].due;
	out->now = waits_for(y, &out->lacks) && !anew ? out->lacks.kind != 0
		? kc_kind_get((enum kc_kind_id)out->lacks.kind)
		: NULL
						      : out->kind;
	out->now_due = day_of(y, out);
	if (out->now != NULL && out->now->id == KC_K_selfcheck_file)
		out->now_due = kc_selfchecks_due(st, y);
	if (out->now != NULL && out->now->id == KC_K_completion_find)
		out->now_due = kc_findings_due(st, y);
}

enum kc_err
kc_yearend_next(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_next *out, struct kc_refusal *why)
{
	enum kc_err err;

	*out = (struct kc_next){.due = KC_DAY_NONE};
	err = kc_results_changed(st, y, &out->changed, &out->codes, why);
	if (err == KC_OK)
		find_next(st, y, out);
	return err == KC_OK ? kc_buf_err(&out->missing) : err;
}

void
kc_next_free(struct kc_next *n)
{
	kc_buf_free(&n->codes);
	kc_buf_free(&n->missing);
}
