/* SPDX-License-Identifier: Apache-2.0 */
/* How a year ends: what is done, what is missing, who is next; self-checks. */
#include "yearend.h"

#include "noun/dispute/dispute.h"
#include "noun/panel/panel.h"
#include "noun/vx.h"

/* --- how it stands ----------------------------------------------------------
 */
/* By a handle or by the year; *year is set where it has not begun to end, and
 * 0 if what is asked for is neither. */
static const struct kc_yearend *
asked_for(const struct kc_vx *x, int *year)
{
	uint32_t at = kc_find(x->st, KC_NS_YEAREND, x->args->id);
	uint64_t y = 0;

	*year = 0;
	if (at != KC_NONE)
		return x->st->yearends.v[at];
	if (kc_read_u64(x->args->id, KC_YEAR_MAX, &y))
		*year = (int)y;
	return kc_yearend_of(x->st, *year);
}

void
kc_vx_lacks(struct kc_vx *x, const struct kc_next *n)
{
	kc_vx_u64(x, "lacks", n->lacks.n);
	kc_vx_str(x, "lacks_text",
	    n->lacks.n > 0 ? kc_vx_say(x, n->lacks.what_zh, n->lacks.what_en)
			   : NULL);
	if (n->lacks.n > 0)
		kc_vx_buf(x, "missing", &n->missing);
	else
		kc_vx_null(x, "missing");
}

/* Whose turn it is of what the tables have from the state. */
struct turn {
	const struct kc_state *st;
	const struct kc_yearend *y;
	bool changed;
	bool open; /* matters that keep it from its close */
};

static bool
is_turn(const void *ctx, enum kc_kind_id kind)
{
	const struct turn *t = ctx;

	if (kind == KC_K_panel_open)
		return !t->y->panels;
	if (kind == KC_K_yearend_draft &&
	    kc_lacks_panels(t->st, t->y->year).n > 0)
		return false;
	if (kind == KC_K_year_close && t->open)
		return false;
	if (kind == KC_K_year_settle)
		return !t->y->settled;
	if (kind == KC_K_yearend_data_in || kind == KC_K_yearend_score)
		return kc_yearend_ready(t->st, t->y, kind);
	return kc_yearend_turn(t->y, kind, t->changed);
}

static void
put_days(
    struct kc_vx *x, const struct kc_yearend *y, const struct kc_next *next)
{
	struct kc_buf open = {0};
	const struct turn turn = {
	    x->st, y, next->changed.n > 0, kc_year_open(x->st, y, &open).n > 0};
	struct kc_last_day days[KC_L_yearend_COUNT];

	kc_buf_free(&open);
	for (int i = 0; i < KC_L_yearend_COUNT; i++) {
		days[i] = (struct kc_last_day){.due = KC_DAY_NONE};
		if (kc_yearend_runs(y, i))
			days[i] = (struct kc_last_day){
			    y->day[i].due, y->day[i].provisional};
	}
	kc_vx_day(x, "due", next->due);
	kc_vx_day(x, "selfchecks_due",
	    y->state < KC_YE_SCORED ? kc_selfchecks_due(x->st, y)
				    : KC_DAY_NONE);
	kc_vx_next_if(x, KC_M_yearend, y->state, days, is_turn, &turn);
}

static void
put_published(struct kc_vx *x, const struct kc_yearend *y)
{
	kc_vx_u64(x, "units", y->published.n);
	kc_vx_u64(x, "fed_back", y->forms.n);
	if (y->published_seq == KC_NONE)
		kc_vx_null(x, "published");
	else
		kc_vx_u64(x, "published", y->published_seq);
	kc_vx_bool(x, "settled", y->settled);
}

/* "feed the result back to a unit: G19, RF-2022-0001"; "a dispute gives another
 * grade: G19, second grade, D-2022-0001" */
static void
put_event(struct kc_buf *b, struct kc_vx *x, const struct kc_event *e)
{
	const struct kc_state *st = x->st;

	kc_buf_event_label(b, x, e);
	for (uint32_t i = 0;
	     e->kind == KC_K_result_regrade && i < st->regrades.n; i++) {
		const struct kc_regrade *r = &st->regrades.v[i];

		if (r->seq != e->seq)
			continue;
		kc_buf_str(b, kc_vx_say(x, "：", ": "));
		kc_buf_str(b, st->units.v[r->unit]->code);
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
		kc_buf_str(b, kc_vx_label(x, KC_SET_YEAR_GRADE, r->grade));
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
		kc_buf_str(b, st->disputes.v[r->dispute]->handle);
	}
	for (uint32_t i = 0;
	     e->kind == KC_K_result_feed_back && i < st->result_forms.n; i++) {
		const struct kc_result_form *f = st->result_forms.v[i];

		if (f->events.v[0].seq != e->seq)
			continue;
		kc_buf_str(b, kc_vx_say(x, "：", ": "));
		kc_buf_str(b, st->units.v[f->unit]->code);
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
		kc_buf_str(b, f->handle);
	}
}

static void
event_row(struct kc_vx *x, const struct kc_event *e)
{
	struct kc_buf text = {0};

	put_event(&text, x, e);
	kc_vx_event(x, e, &text);
	kc_vx_end(x);
	kc_buf_free(&text);
}

/* Is it of this version of the year's end, and not of one before or after? */
static bool
is_of(const struct kc_yearend *y, const struct kc_event *e)
{
	return (y->before == KC_NONE || e->seq > y->events.v[0].seq) &&
	    (y->state != KC_YE_REOPENED ||
		e->seq < y->events.v[y->events.n - 1].seq);
}

/* Those of its panels stand among its own, in the order of the log. */
static void
put_events(struct kc_vx *x, const struct kc_yearend *y)
{
	const struct kc_panel *p = kc_panel_of(x->st, y->year);
	uint32_t j = 0, n = p == NULL ? 0 : p->events.n;

	kc_vx_rows(x);
	x->asked = true; /* everybody's */
	for (uint32_t i = 0; i <= y->events.n; i++) {
		for (; j < n &&
		     (i == y->events.n ||
			 p->events.v[j].seq < y->events.v[i].seq);
		     j++)
			if (is_of(y, &p->events.v[j]))
				event_row(x, &p->events.v[j]);
		if (i < y->events.n)
			event_row(x, &y->events.v[i]);
	}
}

bool
kc_buf_results_changed(
    struct kc_buf *b, const struct kc_vx *x, struct kc_slice handle)
{
	const struct kc_yearend *y =
	    x->st->yearends.v[kc_find(x->st, KC_NS_YEAREND, handle)];
	struct kc_lacks changed;
	struct kc_refusal why;
	struct kc_buf codes = {0};
	bool any =
	    kc_results_changed(x->st, y, &changed, &codes, &why) == KC_OK &&
	    changed.n > 0;

	if (any) {
		kc_buf_str(b,
		    kc_vx_say(
			x, "签署后结果已变化：", "results changed since: "));
		kc_buf_u64(b, changed.n);
		kc_buf_str(b,
		    kc_vx_say(x, " 个单位，",
			changed.n == 1 ? " unit, " : " units, "));
		kc_buf_put(b, codes.p, codes.n);
	}
	kc_buf_free(&codes);
	return any;
}

static void
put_begin(struct kc_vx *x, const struct kc_kind *begin, int year)
{
	struct kc_buf now = {0};

	kc_buf_str(&now, kc_vx_say(x, begin->zh, begin->name));
	kc_buf_str(&now, kc_vx_say(x, "（", " ("));
	kc_buf_signers(&now, begin, x->lang);
	kc_buf_str(&now, kc_vx_say(x, "），自 ", ") from "));
	kc_buf_day(&now, kc_day_from_civil(year + 1, 1, 1));
	kc_buf_str(&now, kc_vx_say(x, " 起", ""));
	kc_vx_buf(x, "now", &now);
	kc_buf_free(&now);
}

/* A year that has not begun to end is open; by rules that know no end of it,
 * for ever. */
static void
put_open(struct kc_vx *x, int year)
{
	const struct kc_kind *begin = kc_kind_get(KC_K_yearend_begin);

	kc_vx_null(x, "yearend");
	kc_vx_i64(x, "year", year);
	kc_vx_u64(x, "version", 0);
	kc_vx_str(x, "state", "open");
	kc_vx_str(x, "state_text", kc_vx_say(x, "进行中", "open"));
	if (begin->since <= x->st->epoch)
		put_begin(x, begin, year);
	kc_vx_rows(x);
}

enum kc_err
kc_render_yearend(struct kc_vx *x)
{
	int year;
	const struct kc_yearend *y = asked_for(x, &year);
	struct kc_next next;
	enum kc_err err;

	if (y == NULL && kc_cycle_of(x->st, year) == NULL)
		return kc_vx_not_found(x, "年度", "year", x->args->id);
	if (y == NULL) {
		put_open(x, year);
		return KC_OK;
	}
	err = kc_yearend_next(x->st, y, &next, x->why);
	if (err == KC_OK) {
		kc_vx_str(x, "yearend", y->handle);
		kc_vx_i64(x, "year", y->year);
		kc_vx_u64(x, "version", y->version);
		kc_vx_state(x, KC_M_yearend, y->state);
		kc_vx_lacks(x, &next);
		put_published(x, y);
		kc_vx_u64(x, "changed", next.changed.n);
		if (next.changed.n > 0)
			kc_vx_buf(x, "changed_units", &next.codes);
		else
			kc_vx_null(x, "changed_units");
		put_days(x, y, &next);
		put_events(x, y);
	}
	kc_next_free(&next);
	return err;
}

/* --- self-checks ------------------------------------------------------------
 */
static void
put_rate(struct kc_vx *x, const char *key, int32_t bp)
{
	struct kc_buf text = {0};

	if (bp < 0) {
		kc_vx_null(x, key);
		return;
	}
	kc_buf_percent(&text, bp);
	kc_vx_buf(x, key, &text);
	kc_buf_free(&text);
}

static void
selfcheck_row(struct kc_vx *x, uint32_t target)
{
	const struct kc_target *t = x->st->targets.v[target];
	const struct kc_selfcheck *c;
	uint32_t at;

	if (t->year != x->year || !kc_target_counts(t) ||
	    !kc_vx_sees(x, t->unit, target) || kc_vx_passes(x))
		return;
	at = kc_find(x->st, KC_NS_SELFCHECK, kc_slice_str(t->code));
	c = at == KC_NONE ? NULL : &x->st->selfchecks.v[at];
	kc_vx_row(x);
	kc_vx_str(x, "target", t->code);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_state(x, KC_M_selfcheck, kc_selfcheck_state(x->st, t));
	put_rate(x, "completion", c == NULL ? -1 : c->completion_bp);
	put_rate(x, "found", t->completion_bp);
	kc_vx_str(x, "title", t->title);
	if (c == NULL)
		kc_vx_null(x, "seq");
	else
		kc_vx_u64(x, "seq", c->seq);
	kc_vx_end(x);
}

enum kc_err
kc_render_selfchecks(struct kc_vx *x)
{
	struct kc_u32s of = {0};
	enum kc_err err = kc_vx_want_cycle(x);

	if (err != KC_OK)
		return err;
	kc_vx_rows(x);
	if (x->unit != NULL)
		of = kc_list_targets(x->st, x->unit->index, x->year);
	for (uint32_t i = 0; i < of.n; i++)
		selfcheck_row(x, of.v[i]);
	for (uint32_t i = 0; x->unit == NULL && i < x->st->targets.n; i++)
		selfcheck_row(x, i);
	return KC_OK;
}
