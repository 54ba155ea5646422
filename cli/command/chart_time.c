/* SPDX-License-Identifier: Apache-2.0 */
/* The chart of a unit's matters in a year. */
#include "chart_of.h"

#include <string.h>

#include <kaocheng/civil.h>
#include <kaocheng/instant.h>
#include <kaocheng/limits.h>
#include <kaocheng/machine.h>

/* A day that an axis has room for: of a year that a ledger may have. */
static int64_t
day_on_axis(kc_day day)
{
	int year = kc_day_year(day);

	return year >= KC_YEAR_MIN && year <= KC_YEAR_MAX ? day : KC_DAY_NONE;
}

static int64_t
day_of(json_t *o, const char *key)
{
	kc_day day = 0;

	return kc_read_day(kc_slice_str(kc_chart_said(o, key)), &day)
	    ? day_on_axis(day)
	    : KC_DAY_NONE;
}

/* The day, in the city, of the entry that the document tells of. */
static int64_t
day_received(json_t *doc)
{
	int64_t ms = 0;

	(void)kc_read_instant_ms(
	    kc_slice_str(
		kc_chart_said(json_object_get(doc, "as_of"), "received")),
	    &ms);
	return day_on_axis(kc_day_of_instant(ms, KC_LOCAL_OFFSET_S));
}

static bool
is_over(json_t *head)
{
	static const struct {
		const char *kind;
		enum kc_machine_id machine;
	} machines[] = {{"prededuct", KC_M_case}, {"warning", KC_M_warning},
	    {"opinion", KC_M_opinion}, {"negative", KC_M_negative},
	    {"bonus", KC_M_bonus}};

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		const struct kc_machine *m =
		    kc_machine_get(machines[i].machine);

		if (strcmp(kc_chart_said(head, "kind"), machines[i].kind) != 0)
			continue;
		for (unsigned s = 0; s < m->nstates; s++)
			if (strcmp(m->states[s].word,
				kc_chart_said(head, "state")) == 0)
				return m->states[s].last;
	}
	return false;
}

/* "PD-2022-0027 full S3: ..." and "2022-10-25 expired". */
static struct kc_lane *
matter_lane(struct kc_chart *c, json_t *head, int64_t last)
{
	struct kc_buf label = {0}, value = {0};
	struct kc_lane *l;

	kc_buf_str(&label, kc_chart_said(head, "case"));
	kc_buf_char(&label, ' ');
	kc_buf_str(&label, kc_chart_said(head, "event"));
	kc_buf_day(&value, (kc_day)last);
	kc_buf_char(&value, ' ');
	kc_buf_str(&value, kc_chart_said(head, "state_text"));
	l = kc_chart_lane(c, kc_buf_cstr(&label), kc_buf_cstr(&value));
	kc_buf_free(&label);
	kc_buf_free(&value);
	return l;
}

/* Its own last day, and those that run now. */
static void
put_days(struct kc_chart *c, struct kc_lane *l, json_t *head, json_t *days)
{
	json_t *row;
	size_t i;

	if (day_of(head, "due") != KC_DAY_NONE)
		kc_lane_spot(c, l, day_of(head, "due"), KC_MARK_DUE,
		    kc_chart_said(head, "due"));
	json_array_foreach(json_object_get(days, "rows"), i,
	    row) if (strcmp(kc_chart_said(row, "case"),
			 kc_chart_said(head, "case")) == 0 &&
	    day_of(row, "due") != day_of(head, "due") &&
	    day_of(row, "due") != KC_DAY_NONE)
	{
		struct kc_buf text = {0};

		kc_buf_str(&text, kc_chart_said(row, "due"));
		kc_buf_char(&text, ' ');
		kc_buf_str(&text, kc_chart_said(row, "what"));
		kc_lane_spot(
		    c, l, day_of(row, "due"), KC_MARK_DUE, kc_buf_cstr(&text));
		kc_buf_free(&text);
	}
}

/* The matter whose head is row i, until the next head. */
static void
put_matter(
    struct kc_chart *c, json_t *rows, size_t i, json_t *days, int64_t now)
{
	json_t *head = json_array_get(rows, i), *row;
	int64_t from = day_of(head, "date"), last = from;
	size_t n = i + 1;
	struct kc_lane *l;
	bool over = is_over(head);

	for (; n < json_array_size(rows); n++) {
		row = json_array_get(rows, n);
		if (json_integer_value(json_object_get(row, "depth")) == 0)
			break;
		if (day_of(row, "date") > last)
			last = day_of(row, "date");
	}
	l = matter_lane(c, head, last);
	kc_lane_bar(l, from,
	    over             ? last
		: now > last ? now
			     : last,
	    over ? KC_TONE_DONE : KC_TONE_OPEN);
	for (size_t k = i + 1; k < n; k++) {
		struct kc_buf text = {0};

		row = json_array_get(rows, k);
		if (day_of(row, "date") == KC_DAY_NONE)
			continue;
		kc_buf_str(&text, kc_chart_said(row, "date"));
		kc_buf_char(&text, ' ');
		kc_buf_str(&text, kc_chart_said(row, "event"));
		kc_lane_spot(c, l, day_of(row, "date"), KC_MARK_EVENT,
		    kc_buf_cstr(&text));
		kc_buf_free(&text);
	}
	put_days(c, l, head, days);
}

void
kc_chart_timeline(
    struct kc_chart *c, json_t *trail, json_t *days, enum kc_lang lang)
{
	json_t *rows = json_object_get(trail, "rows"), *row;
	int64_t now = day_received(trail);
	json_int_t year = json_integer_value(json_object_get(trail, "year"));
	struct kc_buf says = {0};
	size_t i, matters = 0;

	c->lang = lang;
	c->axis = KC_AXIS_DAYS;
	json_array_foreach(rows, i, row)
	{
		if (!json_is_string(json_object_get(row, "case")) ||
		    json_integer_value(json_object_get(row, "depth")) != 0 ||
		    day_of(row, "date") == KC_DAY_NONE)
			continue;
		put_matter(c, rows, i, days, now);
		matters++;
	}
	kc_buf_str(
	    &says, kc_chart_say(c, "当年的事项数：", "matters of the year: "));
	kc_buf_u64(&says, matters);
	kc_chart_head(c, trail,
	    kc_chart_say(c, "事项时间线", "timeline of matters"), "unit",
	    kc_buf_cstr(&says));
	kc_buf_free(&says);
	if (matters > 0 && now != KC_DAY_NONE)
		kc_chart_line(c, now, kc_chart_say(c, "截至", "as of"));
	c->has_from = matters > 0 && year >= KC_YEAR_MIN && year <= KC_YEAR_MAX;
	c->from = c->has_from ? kc_day_from_civil((int)year, 1, 1) : 0;
	c->tones[KC_TONE_DONE] = kc_chart_say(c, "已了结", "closed");
	c->tones[KC_TONE_OPEN] = kc_chart_say(c, "未了结", "open");
	c->marks[KC_MARK_EVENT] = kc_chart_say(c, "经过", "event");
	c->marks[KC_MARK_DUE] = kc_chart_say(c, "最后一日", "last day");
	kc_chart_scale(c);
}
