/* SPDX-License-Identifier: Apache-2.0 */
/* What the views of uses share. */
#ifndef KC_USE_VIEW_H
#define KC_USE_VIEW_H

#include "use.h"

#include "noun/vx.h"

/* The year asked for, or the newest that is closed (0: none is); with its
 * policy. E-CYCLE. */
enum kc_err
kc_use_find_year(struct kc_vx *x, int *year, const struct kc_policy **p);
void kc_use_put_year(struct kc_vx *x, int year);
/* Has it a list of the year, and does the reader ask for it and see it? */
bool kc_use_shows(struct kc_vx *x, const struct kc_unit *u, int year);
/* Opens a row of it. */
void kc_use_put_unit(struct kc_vx *x, const struct kc_unit *u);
/* A word of a set and its label; nulls below 0. */
void kc_use_put_word(struct kc_vx *x, const char *key, const char *text_key,
    enum kc_set set, int value);

#endif
