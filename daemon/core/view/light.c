/* SPDX-License-Identifier: Apache-2.0 */
/* Names of lights, and what documents say of one and of how many there are. */
#include "view_int.h"

const char *
kc_light_text(enum kc_light light, enum kc_lang lang)
{
	static const char *const names[][KC_LIGHTS + 1] = {
	    [KC_LANG_EN] = {[KC_LIGHT_RED] = "red",
		[KC_LIGHT_YELLOW] = "yellow",
		[KC_LIGHT_GREY] = "grey",
		[KC_LIGHT_GREEN] = "green"},
	    [KC_LANG_ZH] = {[KC_LIGHT_RED] = "红",
		[KC_LIGHT_YELLOW] = "黄",
		[KC_LIGHT_GREY] = "灰",
		[KC_LIGHT_GREEN] = "绿"},
	};

	return names[lang][light];
}

void
kc_vx_light(struct kc_vx *x, enum kc_light light)
{
	kc_vx_str(x, "light", kc_light_text(light, KC_LANG_EN));
	kc_vx_str(x, "light_text", kc_light_text(light, x->lang));
}

void
kc_vx_lights(struct kc_vx *x, const uint64_t count[KC_LIGHTS])
{
	if (x->unit != NULL)
		kc_vx_str(x, "unit", x->unit->code);
	kc_vx_day(x, "today", x->today);
	for (enum kc_light i = 0; i < KC_LIGHTS; i++)
		if (i != KC_LIGHT_GREY)
			kc_vx_u64(x, kc_light_text(i, KC_LANG_EN), count[i]);
}
