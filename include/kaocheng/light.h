/* SPDX-License-Identifier: Apache-2.0 */
/* The lights by which pages say how something stands. */
#ifndef KAOCHENG_LIGHT_H
#define KAOCHENG_LIGHT_H

#include <kaocheng/refusal.h>

/* The worst comes first. Last days have no grey one. */
enum kc_light {
	KC_LIGHT_RED,
	KC_LIGHT_YELLOW,
	KC_LIGHT_GREY,
	KC_LIGHT_GREEN,
	KC_LIGHTS,
	KC_LIGHT_NONE = KC_LIGHTS /* nothing is shown */
};
/* Its name in a language, NULL of none; the English one is also its word in
 * documents. A literal. */
const char *kc_light_text(enum kc_light light, enum kc_lang lang);

#endif
