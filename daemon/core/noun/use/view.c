/* SPDX-License-Identifier: Apache-2.0 */
/* What is drawn from closed years: trends and advice, streaks and exceptions.
 */
#include "view.h"

#include "noun/target/target.h"
#include "noun/yearend/yearend.h"

enum kc_err
kc_use_render(struct kc_vx *x,
    void (*put)(struct kc_vx *x, const struct kc_policy *p,
	const struct kc_unit *u, int year))
{
	int year = x->args->year != 0 ? x->args->year : kc_use_year(x->st);
	const struct kc_cycle *c = kc_cycle_of(x->st, year);

	if (year != 0 && c == NULL)
		return kc_refuse_cycle(x->st, year, x->why);
	if (year != 0)
		kc_vx_i64(x, "closed", year);
	else
		kc_vx_null(x, "closed");
	kc_vx_rows(x);
	for (uint32_t i = 0; c != NULL && i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];

		if (kc_list_of(x->st, i, year) != NULL &&
		    (x->unit == NULL || x->unit == u) &&
		    kc_vx_sees(x, i, KC_NONE))
			put(x, kc_cycle_policy(x->st, c), u, year);
	}
	return KC_OK;
}

void
kc_use_put_unit(struct kc_vx *x, const struct kc_unit *u)
{
	kc_vx_row(x);
	kc_vx_str(x, "unit", u->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, u));
}

/* --- staffing --- */
static const char *const measures[KC_USE_MEASURES][3] = {
    [KC_USE_TARGETS] = {"targets", "targets_mean", "targets_way"},
    [KC_USE_TASKS] = {"tasks", "tasks_mean", "tasks_way"},
    [KC_USE_DUTIES] = {"duties", "duties_mean", "duties_way"},
    [KC_USE_EARNED] = {"earned", "earned_mean", "earned_way"},
};

static void
put_mean(struct kc_vx *x, enum kc_use_measure m, const struct kc_use_trend *t)
{
	struct kc_buf text = {0};

	kc_buf_use_mean(&text, t, m);
	if (t->years > 1)
		kc_vx_buf(x, measures[m][1], &text);
	else
		kc_vx_null(x, measures[m][1]);
	kc_buf_free(&text);
}

static void
put_trend(struct kc_vx *x, const struct kc_use_trend *t)
{
	static const char *const ways[] = {"less", "same", "more"};
	struct kc_buf rate = {0};

	kc_vx_u64(x, "years", t->years);
	for (unsigned m = 0; m < KC_USE_MEASURES; m++) {
		if (m == KC_USE_EARNED) {
			kc_buf_percent(&rate, t->now[m]);
			kc_vx_buf(x, measures[m][0], &rate);
		} else {
			kc_vx_i64(x, measures[m][0], t->now[m]);
		}
		put_mean(x, (enum kc_use_measure)m, t);
		kc_vx_str(x, measures[m][2],
		    t->category < 0 ? NULL : ways[t->way[m] + 1]);
	}
	kc_vx_word_if(x, "trend", "trend_text", KC_SET_TREND, t->category);
	kc_buf_free(&rate);
}

/* What was advised by the trend, and by whom. */
static void
put_advice(struct kc_vx *x, const struct kc_advice *a)
{
	const struct kc_event *e =
	    a == NULL ? NULL : &a->events.v[a->events.n - 1];

	kc_vx_word_if(x, "advice", "advice_text", KC_SET_TREND,
	    a == NULL ? -1 : a->category);
	kc_vx_str(x, "function", a == NULL ? NULL : a->function);
	kc_vx_str(x, "structure", a == NULL ? NULL : a->structure);
	kc_vx_str(x, "posts", a == NULL ? NULL : a->posts);
	if (e != NULL)
		kc_vx_u64(x, "seq", e->seq);
	else
		kc_vx_null(x, "seq");
}

static void
staffing_row(struct kc_vx *x, const struct kc_policy *p,
    const struct kc_unit *u, int year)
{
	int grade = kc_use_grade(x->st, u->index, year);
	struct kc_use_trend t;

	(void)p; /* the trend asks it by itself */
	kc_use_trend_of(x->st, u->index, year, &t);
	kc_use_put_unit(x, u);
	put_trend(x, &t);
	kc_vx_word_if(x, "grade", "grade_text", KC_SET_YEAR_GRADE, grade);
	kc_vx_bool(x, "priority", grade == KC_GRADED_FIRST);
	put_advice(x, kc_advice_of(x->st, u->index, year));
	kc_vx_end(x);
}

enum kc_err
kc_render_staffing(struct kc_vx *x)
{
	return kc_use_render(x, staffing_row);
}
