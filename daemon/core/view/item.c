/* SPDX-License-Identifier: Apache-2.0 */
#include "item.h"

void
kc_item_due(const struct kc_items *t, const char *item, const char *zh,
    const char *en, enum kc_light light, struct kc_buf *says, kc_day due)
{
	struct kc_vx *x = t->x;

	x->asked = true; /* what only some see is left out by who writes it */
	kc_vx_row(x);
	if (t->part != NULL) {
		kc_vx_str(x, "part", t->part);
		kc_vx_str(x, "part_text", kc_vx_say(x, t->part_zh, t->part_en));
	}
	kc_vx_light(x, light);
	kc_vx_str(x, "item", item);
	kc_vx_str(x, "item_text", kc_vx_say(x, zh, en));
	kc_vx_buf(x, "says", says);
	if (t->part != NULL)
		kc_vx_day(x, "due", due);
	kc_vx_end(x);
	kc_buf_free(says);
}

void
kc_item(const struct kc_items *t, const char *item, const char *zh,
    const char *en, enum kc_light light, struct kc_buf *says)
{
	kc_item_due(t, item, zh, en, light, says, KC_DAY_NONE);
}

void
kc_buf_count(struct kc_buf *b, const struct kc_vx *x, uint64_t n,
    const char *zh, const char *en)
{
	if (b->n > 0)
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
	if (x->lang == KC_LANG_ZH) {
		kc_buf_str(b, zh);
		kc_buf_char(b, ' ');
		kc_buf_u64(b, n);
	} else {
		kc_buf_u64(b, n);
		kc_buf_char(b, ' ');
		kc_buf_str(b, en);
	}
}
