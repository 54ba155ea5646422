/* SPDX-License-Identifier: Apache-2.0 */
/* The axis of a chart: round numbers, or first days of months. */
#include "chart.h"

#include <kaocheng/civil.h>

void
kc_buf_axis(struct kc_buf *b, const struct kc_chart *c, int64_t v)
{
	if (c->axis == KC_AXIS_POINTS)
		kc_buf_points(b, v);
	else
		kc_buf_day(b, (kc_day)v);
}

void
kc_buf_axis_from(struct kc_buf *b, const struct kc_chart *c)
{
	bool zh = c->lang == KC_LANG_ZH;

	if (c->axis != KC_AXIS_POINTS || c->lo == 0 || c->nticks == 0)
		return;
	kc_buf_str(b, zh ? "横轴自 " : "axis from ");
	kc_buf_str(b, c->ticks[0].text);
	kc_buf_str(b, zh ? " 起" : " on");
}

static void
hold(struct kc_chart *c, int64_t v)
{
	c->lo = v < c->lo ? v : c->lo;
	c->hi = v > c->hi ? v : c->hi;
}

static void
find_ends(struct kc_chart *c)
{
	c->lo = INT64_MAX;
	c->hi = INT64_MIN;
	for (size_t i = 0; i < c->nlanes; i++) {
		const struct kc_lane *l = &c->lanes[i];

		if (l->has_bar) {
			hold(c, l->bar.from);
			hold(c, l->bar.to);
		}
		for (size_t k = 0; k < l->nspots; k++)
			hold(c, l->spots[k].at);
	}
	if (c->has_line)
		hold(c, c->line);
	if (c->has_from)
		hold(c, c->from);
	if (c->lo > c->hi)
		c->lo = c->hi = 0;
}

static void
add_tick(struct kc_chart *c, int64_t at, const struct kc_buf *text)
{
	struct kc_tick *t;

	if (c->nticks == KC_TICKS_MAX)
		return;
	t = &c->ticks[c->nticks++];
	t->at = at;
	(void)snprintf(t->text, sizeof(t->text), "%.*s", (int)text->n,
	    text->n > 0 ? text->p : "");
}

/* 0.1, 0.2, 0.5, 1, 2, 5, ... of a point: of those that give no more than so
 * many the least. */
static int64_t
round_step(int64_t range, int64_t most)
{
	static const int64_t steps[] = {1, 2, 5};
	int64_t ten = 1000;

	for (;; ten *= 10)
		for (size_t i = 0; i < 3; i++)
			if (range / (steps[i] * ten) < most)
				return steps[i] * ten;
}

/* "96" or "96.5": no more decimals than the step has. */
static void
put_round(struct kc_buf *b, int64_t e4)
{
	kc_buf_reset(b);
	kc_buf_points(b, e4);
	while (b->n > 0 && b->p[b->n - 1] == '0')
		b->n--;
	if (b->n > 0 && b->p[b->n - 1] == '.')
		b->n--;
}

static int64_t
floor_to(int64_t v, int64_t step)
{
	int64_t down = v / step * step;

	return down > v ? down - step : down;
}

static void
scale_points(struct kc_chart *c)
{
	int64_t step = round_step(c->hi - c->lo, 6);
	int64_t lo = floor_to(c->lo, step);
	struct kc_buf text = {0};

	if (c->lo - lo < step / 2)
		lo -= step; /* so that the least can be seen */
	c->lo = c->lo >= 0 && lo < 0 ? 0 : lo;
	c->hi = c->hi > c->lo ? -floor_to(-c->hi, step) : c->lo + step;
	for (int64_t at = c->lo; at <= c->hi; at += step) {
		put_round(&text, at);
		add_tick(c, at, &text);
	}
	kc_buf_free(&text);
}

/* Whole months, a tick at the first of each; of many of each quarter. */
static void
scale_days(struct kc_chart *c)
{
	int year, month, day_of, to_year, to_month, months, every;
	struct kc_buf text = {0};

	kc_day_to_civil((kc_day)c->lo, &year, &month, &day_of);
	kc_day_to_civil((kc_day)c->hi, &to_year, &to_month, &day_of);
	months = (to_year - year) * 12 + to_month - month;
	every = months > 8 ? 3 : 1;
	month = (month - 1) / every * every + 1;
	months = (to_year - year) * 12 + to_month - month;
	months += every - months % every;
	for (int i = 0; i <= months; i += every) {
		int at = month - 1 + i;
		kc_day day = kc_day_from_civil(year + at / 12, at % 12 + 1, 1);

		kc_buf_reset(&text);
		kc_buf_day(&text, day);
		text.n = text.n > 7 ? 7 : text.n; /* "2022-07" */
		add_tick(c, day, &text);
		if (i == 0)
			c->lo = day;
		c->hi = day;
	}
	kc_buf_free(&text);
}

void
kc_chart_scale(struct kc_chart *c)
{
	find_ends(c);
	c->nticks = 0;
	if (c->axis == KC_AXIS_POINTS)
		scale_points(c);
	else
		scale_days(c);
	for (size_t i = 0; i < c->nlanes; i++)
		if (c->lanes[i].bar.grounded)
			c->lanes[i].bar.from = c->lo;
}
