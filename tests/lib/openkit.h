/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of open last days against what the nouns say. */
#ifndef KC_TEST_OPENKIT_H
#define KC_TEST_OPENKIT_H

#include <kaocheng/state.h>

/* Fails the test unless both are the same, in every group. */
void open_check(const struct kc_state *st);

#endif
