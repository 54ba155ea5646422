/* SPDX-License-Identifier: Apache-2.0 */
/* Chinese text, fifteen bytes at a time. */
#ifndef KC_CORE_HAN_H
#define KC_CORE_HAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t kc_sixteen __attribute__((vector_size(16)));

/* Whether the first fifteen of sixteen bytes are five characters of three, each
 * of which begins with `first` to 0xe9: from 0xe3 U+3000..U+9FFF, from 0xe4
 * U+4000..U+9FFF. */
static inline bool
kc_five_han(const unsigned char *p, uint8_t first)
{
	const uint8_t n = 0xe9 - first;
	const kc_sixteen from = {first, 0x80, 0x80, first, 0x80, 0x80, first,
	    0x80, 0x80, first, 0x80, 0x80, first, 0x80, 0x80, 0};
	const kc_sixteen span = {n, 0x3f, 0x3f, n, 0x3f, 0x3f, n, 0x3f, 0x3f, n,
	    0x3f, 0x3f, n, 0x3f, 0x3f, 0xff};
	uint64_t any[2];
	kc_sixteen v, bad;

	memcpy(&v, p, sizeof(v));
	bad = (kc_sixteen)(v - from > span);
	memcpy(any, &bad, sizeof(any));
	return (any[0] | any[1]) == 0;
}

#endif
