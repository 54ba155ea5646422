/* SPDX-License-Identifier: Apache-2.0 */
/* Charts of the documents of views: what they show is what those say. */
#ifndef KC_CLI_CHART_OF_H
#define KC_CLI_CHART_OF_H

#include <jansson.h>

#include "lib/chart.h"

/* Of the views waterfall and bands; and of trail with the open last days of
 * deadlines. Zero-initialise c; release it always. */
void kc_chart_waterfall(struct kc_chart *c, json_t *doc, enum kc_lang lang);
void kc_chart_bands(struct kc_chart *c, json_t *doc, enum kc_lang lang);
void kc_chart_timeline(
    struct kc_chart *c, json_t *trail, json_t *days, enum kc_lang lang);

/* What they share: a text of a document, "" if it has none; in the language of
 * the chart; the title, "what · unit name · year". */
const char *kc_chart_said(json_t *o, const char *key);
const char *
kc_chart_say(const struct kc_chart *c, const char *zh, const char *en);
void kc_chart_head(struct kc_chart *c, json_t *doc, const char *what,
    const char *of, const char *says);

#endif
