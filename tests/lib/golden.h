/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file of tests/golden; a missing one fails the test. */
#ifndef KC_TEST_GOLDEN_H
#define KC_TEST_GOLDEN_H

#include <kaocheng/bytes.h>

/* Fills the zeroed buffer b; the caller frees it. */
void golden_read(struct kc_buf *b, const char *name);

#endif
