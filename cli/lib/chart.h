/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chart of lanes: each has a label, bars and marks on one axis of points or
 * of days, and a value. It is drawn as text or as SVG, from the same numbers.
 */
#ifndef KC_CLI_CHART_H
#define KC_CLI_CHART_H

#include <stdio.h>

#include <kaocheng/bytes.h>

#include "i18n.h"

enum kc_tone {
	KC_TONE_TOTAL,
	KC_TONE_GAIN,
	KC_TONE_LOSS,
	KC_TONE_OPEN,
	KC_TONE_DONE,
	KC_TONES
};
enum kc_chart_mark {
	KC_MARK_EVENT,
	KC_MARK_DUE,
	KC_MARKS
};
enum kc_axis {
	KC_AXIS_POINTS, /* in e4 */
	KC_AXIS_DAYS
};
struct kc_bar {
	int64_t from, to; /* from <= to */
	enum kc_tone tone;
	bool grounded; /* from the end of the axis on */
};
struct kc_spot {
	int64_t at;
	enum kc_chart_mark mark;
	char *text;
};
struct kc_lane {
	char *label, *value;
	bool head; /* a heading: no bar follows */
	bool has_bar;
	struct kc_bar bar;
	struct kc_spot *spots;
	size_t nspots;
};
struct kc_tick {
	int64_t at;
	char text[16];
};
#define KC_TICKS_MAX 24
struct kc_chart {
	enum kc_axis axis;
	enum kc_lang lang;
	char *title, *says; /* says: what it shows, for who cannot see it */
	int64_t lo, hi;     /* ends of the axis */
	bool joined;        /* each bar begins where the one before ends */
	bool has_from;      /* the axis begins no later than there */
	int64_t from;
	bool has_line; /* across all lanes */
	int64_t line;
	char *line_text;
	struct kc_tick ticks[KC_TICKS_MAX];
	size_t nticks;
	struct kc_lane *lanes;
	size_t nlanes;
	const char *tones[KC_TONES]; /* what each means; NULL: is not used */
	const char *marks[KC_MARKS];
	bool failed; /* out of memory */
};

/* Texts are copied. The lane stands until the next one is added; of one for
 * which there was no memory what is added is lost, and failed is set. */
void kc_chart_title(struct kc_chart *c, const char *title, const char *says);
void kc_chart_line(struct kc_chart *c, int64_t at, const char *text);
struct kc_lane *
kc_chart_lane(struct kc_chart *c, const char *label, const char *value);
void
kc_lane_bar(struct kc_lane *l, int64_t from, int64_t to, enum kc_tone tone);
/* From the end of the axis to it. */
void kc_lane_total(struct kc_lane *l, int64_t to, enum kc_tone tone);
void kc_lane_spot(struct kc_chart *c, struct kc_lane *l, int64_t at,
    enum kc_chart_mark mark, const char *text);
/* Ends of the axis so that every bar, spot and line is on it, and its ticks:
 * round numbers, or first days of months. */
void kc_chart_scale(struct kc_chart *c);
void kc_chart_free(struct kc_chart *c);
/* A number of the axis as text: "96.0083", "2022-07-22". */
void kc_buf_axis(struct kc_buf *b, const struct kc_chart *c, int64_t v);

/* That the axis of points does not begin at 0, and where it does: bars are no
 * measure of the whole then. Nothing of another axis. */
void kc_buf_axis_from(struct kc_buf *b, const struct kc_chart *c);

/* In so many columns; without line-drawing characters if ascii. */
void
kc_chart_text(FILE *to, const struct kc_chart *c, size_t columns, bool ascii);
/* One whole file: no scripts, no fonts, nothing that it would fetch. */
void kc_chart_svg(struct kc_buf *out, const struct kc_chart *c);

#endif
