/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that say how one thing stands: a light, a name, a sentence. */
#ifndef KC_ITEM_H
#define KC_ITEM_H

#include "view_int.h"

/* Where they go. Of a view in parts each row says whose part it is. */
struct kc_items {
	struct kc_vx *x;
	const char *part; /* NULL: of none */
	const char *part_zh, *part_en;
};
/* Says where it is due next, in a view in parts; KC_DAY_NONE: it is not. */
void kc_item_due(const struct kc_items *t, const char *item, const char *zh,
    const char *en, enum kc_light light, struct kc_buf *says, kc_day due);
/* The same without; both free the sentence. */
void kc_item(const struct kc_items *t, const char *item, const char *zh,
    const char *en, enum kc_light light, struct kc_buf *says);
/* "3 red, 2 yellow" with the words of a language. */
void kc_buf_count(struct kc_buf *b, const struct kc_vx *x, uint64_t n,
    const char *zh, const char *en);

/* How the ledger itself stands (status.c): entries, clock, what the clerk
 * owes, calendars, reminders; those of reminders if `all` is asked for. */
enum kc_err kc_ledger_items(const struct kc_items *t, bool all);

#endif
