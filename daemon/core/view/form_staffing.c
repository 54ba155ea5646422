/* SPDX-License-Identifier: Apache-2.0 */
/* The document of an advice on functions, structure and posts of a unit (R136
 * to R142): the trend that it rests on, and what was advised. */
#include "form_int.h"

#include "meant.h"
#include "noun/use/use.h"

struct advised {
	const struct kc_unit *unit;
	const struct kc_advice *advice;
	const struct kc_event *made; /* the newest of the unit and year */
};

static struct advised
advised_of(const struct kc_vx *x, const struct kc_advice *a)
{
	return (struct advised){.unit = x->st->units.v[a->unit],
	    .advice = a,
	    .made = &a->events.v[a->events.n - 1]};
}

/* Which it is of those given in the year in which it was. */
static uint32_t
number_of(const struct kc_vx *x, const struct kc_event *made)
{
	int year = kc_day_year(kc_event_day(made));
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->st->advices.n; i++) {
		const struct kc_events *ev = &x->st->advices.v[i]->events;

		for (uint32_t j = 0; j < ev->n; j++)
			n += ev->v[j].seq <= made->seq &&
			    kc_day_year(kc_event_day(&ev->v[j])) == year;
	}
	return n;
}

static void
put_issue(struct kc_vx *x, const struct advised *of)
{
	kc_form_mark(
	    x, kc_day_year(kc_event_day(of->made)), number_of(x, of->made));
	kc_vx_unit(x, "issuer", x->st->actors.v[of->made->by]->unit);
	kc_vx_str(x, "issuer_name", kc_form_office(x, of->made->by));
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	kc_json_close(&x->w, ']');
	kc_vx_day(x, "date", kc_event_day(of->made));
	kc_vx_u64(x, "seq", of->made->seq);
}

/* --- the trend --- */
static void
put_measure(
    struct kc_vx *x, const struct kc_use_trend *t, enum kc_use_measure m)
{
	static const char *const labels[KC_USE_MEASURES][2] = {
	    [KC_USE_TARGETS] = {"目标数", "targets"},
	    [KC_USE_TASKS] = {"任务数", "tasks"},
	    [KC_USE_DUTIES] = {"所承担的职责数", "duties served"},
	    [KC_USE_EARNED] = {"得分率", "rate of points earned"}};
	static const char *const ways[][2] = {
	    {"减少", "less"}, {"持平", "same"}, {"增加", "more"}};
	struct kc_buf now = {0}, mean = {0};

	kc_form_line(x);
	kc_form_cell(x, kc_vx_say(x, labels[m][0], labels[m][1]));
	if (m == KC_USE_EARNED)
		kc_buf_form_percent(&now, t->now[m]);
	else
		kc_buf_i64(&now, t->now[m]);
	kc_form_cell_buf(x, &now);
	kc_buf_use_mean(&mean, t, m);
	kc_form_cell_buf(x, &mean);
	kc_form_cell(x,
	    t->category < 0
		? ""
		: kc_vx_say(x, ways[t->way[m] + 1][0], ways[t->way[m] + 1][1]));
	kc_form_line_end(x);
}

static void
put_trend(struct kc_vx *x, const struct advised *of)
{
	const char *const columns[] = {kc_vx_say(x, "项目", "measure"),
	    kc_vx_say(x, "本年度", "of the year"),
	    kc_vx_say(x, "此前各年平均", "mean of the years before"),
	    kc_vx_say(x, "增减", "change")};
	struct kc_use_trend t;

	kc_use_trend_of(x->st, of->advice->unit, of->advice->year, &t);
	kc_json_key(&x->w, "tables");
	kc_json_open(&x->w, '[');
	kc_form_table(x, "职能变化趋势", "trend", columns, 4);
	for (unsigned m = 0; m < KC_USE_MEASURES; m++)
		put_measure(x, &t, (enum kc_use_measure)m);
	kc_form_table_end(x);
	kc_json_close(&x->w, ']');
}

/* --- the whole of it --- */
enum kc_err
kc_form_staffing(struct kc_vx *x)
{
	const struct kc_unit *u =
	    kc_meant_unit(x->st, x->args->id, x->lang, x->why);
	int year = x->args->year != 0 ? x->args->year : kc_use_year(x->st);
	const struct kc_advice *a;
	struct advised of;
	enum kc_err err;

	if (u == NULL)
		return KC_EREFUSED;
	err = kc_vx_want_seen(x, kc_vx_sees(x, u->index, KC_NONE));
	if (err != KC_OK)
		return err;
	a = kc_advice_of(x->st, u->index, year);
	if (a == NULL)
		return kc_form_not_made(x, KC_FORM_staffing,
		    kc_slice_str(u->code), KC_K_staffing_advise);
	x->year = year;
	of = advised_of(x, a);
	kc_form_head(x, KC_FORM_staffing, kc_form_title(x, KC_FORM_staffing));
	put_issue(x, &of);
	put_trend(x, &of);
	kc_vx_rows(x);
	kc_form_field_unit(x, "单位", "unit", u->index);
	kc_form_said(x, of.made->seq);
	kc_form_signed(x, of.made->seq);
	return KC_OK;
}

void
kc_form_advices(struct kc_vx *x)
{
	for (uint32_t i = 0; i < x->st->advices.n; i++) {
		const struct kc_advice *a = x->st->advices.v[i];
		struct advised of = advised_of(x, a);

		if ((x->args->year != 0 && a->year != x->args->year) ||
		    !kc_vx_sees(x, a->unit, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "about", of.unit->code);
		put_issue(x, &of);
		kc_vx_end(x);
	}
}
