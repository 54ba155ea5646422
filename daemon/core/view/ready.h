/* SPDX-License-Identifier: Apache-2.0 */
/* On what a kind can be done now, by the tables of states. */
#ifndef KC_READY_H
#define KC_READY_H

#include "view_int.h"

/* Something with states: what names it, of which unit it is. */
struct kc_ready {
	enum kc_see see; /* who sees it */
	enum kc_machine_id machine;
	unsigned state;
	uint32_t unit, target; /* KC_NONE: none */
	int year;              /* 0: of any */
	const char *id;
	const char *title; /* may be NULL */
	struct {
		const char *field, *value;
	} named[2];
};
/* Calls fn for each: of x's unit, if it has one, and seen by its reader.
 * False: the kind moves nothing that there is. */
bool kc_ready_each(struct kc_vx *x, const struct kc_kind *kind,
    void (*fn)(void *ctx, const struct kc_ready *t), void *ctx);
/* What is otherwise since it was signed, in words; false and nothing: nothing
 * is. */
bool kc_buf_ready_why(
    struct kc_buf *b, const struct kc_vx *x, const struct kc_ready *t);

#endif
