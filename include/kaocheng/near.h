/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be meant by a word that nothing is called: the words nearest to it.
 * A suggestion that misleads is worse than none. So the distance is 2 at most
 * (letters more, fewer, others or changed about), 1 for words of five bytes
 * and fewer, 0 for two; a digit counts 2, another one or one more, for codes
 * that differ in a digit name other things; and where more than three words are
 * as near, none is meant.
 */
#ifndef KAOCHENG_NEAR_H
#define KAOCHENG_NEAR_H

#include <kaocheng/bytes.h>

#define KC_NEAR_MAX 3 /* words that are named */

struct kc_near {
	struct kc_slice typed;
	unsigned least, n;                 /* their distance, and how many */
	struct kc_slice best[KC_NEAR_MAX]; /* in order */
};
/* Borrows what was typed, and every word, until it is read. */
void kc_near_begin(struct kc_near *x, struct kc_slice typed);
void kc_near_try(struct kc_near *x, struct kc_slice word);
/* The first of them; empty: none is meant. */
struct kc_slice kc_near_one(const struct kc_near *x);
/* Appends all of them, with this between two; nothing if none is meant. */
void
kc_buf_near(struct kc_buf *out, const struct kc_near *x, const char *between);

#endif
