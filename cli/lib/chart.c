/* SPDX-License-Identifier: Apache-2.0 */
/* What a chart is made of. */
#include "chart.h"

#include <stdlib.h>
#include <string.h>

#include "foreign.h"

/* What others wrote, harmless for a terminal. */
static char *
copy(struct kc_chart *c, const char *text)
{
	struct kc_buf safe = {0};
	char *own;

	kc_buf_foreign(&safe, kc_slice_str(text));
	own = kc_buf_err(&safe) == KC_OK ? strdup(kc_buf_cstr(&safe)) : NULL;
	kc_buf_free(&safe);
	c->failed = c->failed || own == NULL;
	return own;
}

void
kc_chart_title(struct kc_chart *c, const char *title, const char *says)
{
	c->title = copy(c, title);
	c->says = copy(c, says);
}

void
kc_chart_line(struct kc_chart *c, int64_t at, const char *text)
{
	c->has_line = true;
	c->line = at;
	c->line_text = copy(c, text);
}

struct kc_lane *
kc_chart_lane(struct kc_chart *c, const char *label, const char *value)
{
	static struct kc_lane lost;
	struct kc_lane *grown =
	    realloc(c->lanes, (c->nlanes + 1) * sizeof(*c->lanes));

	if (grown == NULL) {
		c->failed = true;
		lost = (struct kc_lane){0};
		return &lost;
	}
	c->lanes = grown;
	grown += c->nlanes++;
	*grown =
	    (struct kc_lane){.label = copy(c, label), .value = copy(c, value)};
	return grown;
}

void
kc_lane_bar(struct kc_lane *l, int64_t from, int64_t to, enum kc_tone tone)
{
	l->has_bar = true;
	l->bar = (struct kc_bar){
	    from < to ? from : to, from < to ? to : from, tone, false};
}

void
kc_lane_total(struct kc_lane *l, int64_t to, enum kc_tone tone)
{
	l->has_bar = true;
	l->bar = (struct kc_bar){to, to, tone, true};
}

void
kc_lane_spot(struct kc_chart *c, struct kc_lane *l, int64_t at,
    enum kc_chart_mark mark, const char *text)
{
	struct kc_spot *grown =
	    realloc(l->spots, (l->nspots + 1) * sizeof(*l->spots));

	if (grown == NULL) {
		c->failed = true;
		return;
	}
	l->spots = grown;
	l->spots[l->nspots++] = (struct kc_spot){at, mark, copy(c, text)};
}

void
kc_chart_free(struct kc_chart *c)
{
	for (size_t i = 0; i < c->nlanes; i++) {
		for (size_t k = 0; k < c->lanes[i].nspots; k++)
			free(c->lanes[i].spots[k].text);
		free(c->lanes[i].spots);
		free(c->lanes[i].label);
		free(c->lanes[i].value);
	}
	free(c->lanes);
	free(c->title);
	free(c->says);
	free(c->line_text);
	*c = (struct kc_chart){0};
}
