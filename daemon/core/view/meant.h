/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader meant by a code, handle or name as it was typed. What stands
 * exactly so is always meant; only where nothing does, a code of another width
 * or case, a number without its zeroes, or a part of a unit's name is looked
 * for, and more than one of those is asked back (ux.md (b), never guessed).
 * What is signed names things exactly: who writes asks before (view meant).
 */
#ifndef KC_MEANT_H
#define KC_MEANT_H

#include <kaocheng/view.h>

/* The unit of a code or name in either language; NULL with *why for none
 * (KC_R_NOT_FOUND) or several (KC_R_SEVERAL). */
const struct kc_unit *kc_meant_unit(const struct kc_state *st,
    struct kc_slice typed, enum kc_lang lang, struct kc_refusal *why);

/* The code of whatever else the text names: itself, if that exists or nothing
 * is found; otherwise written into out. */
struct kc_slice kc_meant_code(const struct kc_state *st, struct kc_slice typed,
    char out[KC_CODE_MAX + 1]);

#endif
