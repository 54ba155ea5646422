/* SPDX-License-Identifier: Apache-2.0 */
/* Charts of scores: step by step, and of a group by rank. */
#include "chart_of.h"

#include <string.h>

#include "lib/width.h"

const char *
kc_chart_said(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text == NULL ? "" : text;
}

static int64_t
points_of(json_t *o, const char *key)
{
	int64_t e4 = 0;

	(void)kc_read_points(kc_slice_str(kc_chart_said(o, key)), &e4);
	return e4;
}

const char *
kc_chart_say(const struct kc_chart *c, const char *zh, const char *en)
{
	return c->lang == KC_LANG_ZH ? zh : en;
}

/* "Waterfall · G19 Commerce Bureau · 2022" */
void
kc_chart_head(struct kc_chart *c, json_t *doc, const char *what, const char *of,
    const char *says)
{
	struct kc_buf title = {0};

	kc_buf_str(&title, what);
	kc_buf_str(&title, " · ");
	kc_buf_str(&title, kc_chart_said(doc, of));
	if (json_is_string(json_object_get(doc, "name"))) {
		kc_buf_char(&title, ' ');
		kc_buf_str(&title, kc_chart_said(doc, "name"));
	}
	if (json_is_integer(json_object_get(doc, "year"))) {
		kc_buf_str(&title, " · ");
		kc_buf_i64(
		    &title, json_integer_value(json_object_get(doc, "year")));
	}
	kc_chart_title(c, kc_buf_cstr(&title), says);
	kc_buf_free(&title);
}

/* --- waterfall --- */
static void
fall_lane(struct kc_chart *c, json_t *row)
{
	bool total = json_is_null(json_object_get(row, "change"));
	int64_t before = points_of(row, "before");
	int64_t after = points_of(row, "after");
	struct kc_buf label = {0}, value = {0};
	struct kc_lane *l;

	kc_buf_str(&label, kc_chart_said(row, "label"));
	if (json_is_string(json_object_get(row, "matter"))) {
		kc_buf_char(&label, ' ');
		kc_buf_str(&label, kc_chart_said(row, "matter"));
	}
	if (!total && after > before)
		kc_buf_char(&value, '+');
	kc_buf_str(&value, kc_chart_said(row, total ? "after" : "change"));
	l = kc_chart_lane(c, kc_buf_cstr(&label), kc_buf_cstr(&value));
	if (total)
		kc_lane_total(l, after, KC_TONE_TOTAL);
	else
		kc_lane_bar(l, before, after,
		    after > before ? KC_TONE_GAIN : KC_TONE_LOSS);
	kc_buf_free(&label);
	kc_buf_free(&value);
}

/* All but the first row and the last, as who answers says which these are. */
static uint64_t
steps_of(json_t *rows)
{
	uint64_t n = 0;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) n +=
	    json_is_string(json_object_get(row, "change"));
	return n;
}

/* "From 100.0000 to 96.0083 in 7 steps." */
void
kc_chart_waterfall(struct kc_chart *c, json_t *doc, enum kc_lang lang)
{
	json_t *rows = json_object_get(doc, "rows"), *row;
	struct kc_buf says = {0};
	size_t i;

	c->lang = lang;
	c->joined = true;
	if (json_array_size(rows) == 0) {
		kc_buf_str(&says,
		    kc_chart_say(c, "该单位的责任单尚未下达，没有得分",
			"its list is not issued: it has no score"));
	} else {
		kc_buf_str(&says,
		    kc_chart_say(c, "从 100 分到 ", "from 100 points to "));
		kc_buf_str(&says, kc_chart_said(doc, "total"));
		kc_buf_str(&says, kc_chart_say(c, " 分，步数 ", ", steps: "));
		kc_buf_u64(&says, steps_of(rows));
	}
	kc_chart_head(c, doc,
	    kc_chart_say(c, "得分瀑布", "score, step by step"), "unit",
	    kc_buf_cstr(&says));
	kc_buf_free(&says);
	c->tones[KC_TONE_TOTAL] = kc_chart_say(c, "分值", "points");
	c->tones[KC_TONE_LOSS] = kc_chart_say(c, "减少", "less");
	c->tones[KC_TONE_GAIN] = kc_chart_say(c, "增加", "more");
	json_array_foreach(rows, i, row) fall_lane(c, row);
	kc_chart_scale(c);
}

/* --- bands --- */
static enum kc_tone
band_tone(const char *band)
{
	if (strcmp(band, "second") == 0)
		return KC_TONE_GAIN;
	return strcmp(band, "third") == 0 ? KC_TONE_LOSS : KC_TONE_TOTAL;
}

/* A heading where the band is another than that of the row before. */
static void
band_lane(struct kc_chart *c, json_t *row, const char *before)
{
	int64_t rank = json_integer_value(json_object_get(row, "group_rank"));
	struct kc_buf label = {0}, value = {0};

	if (strcmp(kc_chart_said(row, "band_text"), before) != 0)
		kc_chart_lane(c, kc_chart_said(row, "band_text"), "")->head =
		    true;
	if (rank < 10)
		kc_buf_char(&label, ' ');
	if (rank > 0)
		kc_buf_i64(&label, rank);
	else
		kc_buf_char(&label, ' '); /* listed apart */
	kc_buf_char(&label, ' ');
	kc_buf_str(&label, kc_chart_said(row, "unit"));
	kc_buf_str(&label, " ");
	kc_buf_str(&label, kc_chart_said(row, "name"));
	kc_buf_str(&value, kc_chart_said(row, "total"));
	kc_lane_total(
	    kc_chart_lane(c, kc_buf_cstr(&label), kc_buf_cstr(&value)),
	    points_of(row, "total"), band_tone(kc_chart_said(row, "band")));
	kc_buf_free(&label);
	kc_buf_free(&value);
}

void
kc_chart_bands(struct kc_chart *c, json_t *doc, enum kc_lang lang)
{
	json_t *rows = json_object_get(doc, "rows"), *row;
	const char *before = "";
	int64_t least = INT64_MAX, below = points_of(doc, "third_below");
	struct kc_buf says = {0};
	size_t i;

	c->lang = lang;
	kc_buf_str(&says,
	    kc_chart_say(c, "按位次排列的单位数：", "units by their rank: "));
	kc_buf_u64(&says, json_array_size(rows));
	kc_chart_head(c, doc, kc_chart_say(c, "等次分布", "bands of a group"),
	    "group_text", kc_buf_cstr(&says));
	kc_buf_free(&says);
	json_array_foreach(rows, i, row)
	{
		band_lane(c, row, before);
		before = kc_chart_said(row, "band_text");
		c->tones[band_tone(kc_chart_said(row, "band"))] =
		    before[0] != '\0' ? before
				      : kc_chart_say(c, "单列", "listed apart");
		if (points_of(row, "total") < least)
			least = points_of(row, "total");
	}
	/* Where it would flatten all the rest, it is left out. */
	if (json_array_size(rows) > 0 && least < below + 20000)
		kc_chart_line(
		    c, below, kc_chart_say(c, "第三等次界限", "third below"));
	kc_chart_scale(c);
}
