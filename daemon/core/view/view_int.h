/* SPDX-License-Identifier: Apache-2.0 */
/* What the views that cross nouns share. */
#ifndef KC_VIEW_INT_H
#define KC_VIEW_INT_H

#include <kaocheng/light.h>

#include "noun/prededuct/prededuct.h"
#include "noun/score.h"
#include "noun/vx.h"

#define KC_DEADLINE_NEAR_WD 3 /* working days left that show yellow */

/* --- documents (view.c) --- */
struct kc_vx
kc_vx_of(const struct kc_view_source *src, const struct kc_view_args *args,
    enum kc_see see, struct kc_buf *out, struct kc_refusal *why);
/* Writes the head, what render writes, and the end. */
enum kc_err kc_vx_document(struct kc_vx *x, const struct kc_view *v,
    enum kc_err (*render)(struct kc_vx *x));

/* The unit and the year asked for, and its score of it (score_view.c). */
enum kc_err kc_vx_want_score(struct kc_vx *x, struct kc_unit_score *out);

/* --- entries (log_view.c) --- */
/* A row of the log. */
void kc_vx_log_row(
    struct kc_vx *x, const struct kc_leaf *leaf, const struct kc_entry *e);

/* Members "light" and "light_text" (light.c). */
void kc_vx_light(struct kc_vx *x, enum kc_light light);
/* Members "unit" (if one is asked for), "today", "red", "yellow", "green". */
void kc_vx_lights(struct kc_vx *x, const uint64_t count[KC_LIGHTS]);
/* Working days until it, and what they show. */
int kc_deadline_left(const struct kc_vx *x, const struct kc_deadline *d);
enum kc_light
kc_deadline_light(const struct kc_vx *x, const struct kc_deadline *d);
/* Adds up how many have each. */
void kc_deadlines_lights(const struct kc_vx *x, const struct kc_deadlines *v,
    uint64_t count[KC_LIGHTS]);
/* The open last days that the view lists, the nearest first; false when out of
 * memory. */
bool kc_deadlines_collect(struct kc_vx *x, struct kc_deadlines *to);
/* "that many working days after the delivery; calendar #455; moved after an
 * outage" (dates.c). */
void kc_buf_last_day_how(
    struct kc_buf *how, const struct kc_vx *x, const struct kc_deadline *d);
/* The policy by which one is reckoned, as its noun says; NULL. */
const struct kc_policy *
kc_deadline_rules(const struct kc_state *st, const struct kc_deadline *d);
/* Those of a case or letter, by its handle; false when out of memory. */
bool kc_deadlines_by_handle(
    const struct kc_state *st, struct kc_slice id, struct kc_deadlines *to);
/* By last day, handle, limit and unit. */
void kc_deadlines_sort(struct kc_deadlines *v);
/* Marks the units of what an entry names (units[st->units.n]); false if that
 * is of none. */
bool kc_entry_units(
    const struct kc_state *st, const struct kc_entry *e, bool *units);
/* Does an entry name something of the unit, or a signer of it? */
bool kc_entry_concerns(
    const struct kc_state *st, const struct kc_entry *e, uint32_t unit);

/* The nearest last day of a case or letter among those that count (NULL: all),
 * KC_DAY_NONE if none runs (deadlines.c). KC_ENOMEM. */
enum kc_err kc_next_last_day(const struct kc_state *st, const char *id,
    bool (*counts)(const struct kc_deadline *d, const void *ctx),
    const void *ctx, kc_day *out);

/* Writes and applies what the clerk owes right after an entry that stands at
 * `at`; a line of words each. */
enum kc_err kc_consequences(struct kc_state *own, struct kc_stamp at,
    const struct kc_vx *x, struct kc_buf *lines, struct kc_refusal *why);

#endif
