/* SPDX-License-Identifier: Apache-2.0 */
/* What the views of uses share. */
#ifndef KC_USE_VIEW_H
#define KC_USE_VIEW_H

#include "use.h"

#include "noun/vx.h"

/* The year asked for, or the newest that is closed, and what there is of each
 * unit that had a list of it, as far as the reader asks for it and sees it; p:
 * the policy of that year. E-CYCLE. */
enum kc_err kc_use_render(struct kc_vx *x,
    void (*put)(struct kc_vx *x, const struct kc_policy *p,
	const struct kc_unit *u, int year));
/* Opens a row of it. */
void kc_use_put_unit(struct kc_vx *x, const struct kc_unit *u);

#endif
