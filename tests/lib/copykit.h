/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a state: is one, and does it stand alone? */
#ifndef KC_TEST_COPYKIT_H
#define KC_TEST_COPYKIT_H

#include <kaocheng/state.h>

/* A copy with the digest of what it was made from: each of its vectors is its
 * own, and so is what its objects point to (no word of them is an address of
 * the heap and none of its memory). Fails the test. */
struct kc_state *copy_of(const struct kc_state *from);

#endif
