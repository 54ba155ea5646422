/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A city with as many cases as a test wants. They are copies of one case that
 * was made by entries: a hundred thousand in a blink.
 */
#ifndef KC_TEST_SCALEKIT_H
#define KC_TEST_SCALEKIT_H

#include "casekit.h"

#define SCALE_DAY "2022-07-20" /* on which all was fed back */

/* The lists of a city, a case of G17 and one of G16 that have until 2022-10-20,
 * and `open` copies of that of G17 with until 2022-12-20, `ended` that
 * expired on 2022-08-22. */
void scale_init(struct kit *k, uint32_t open, uint32_t ended);

#endif
