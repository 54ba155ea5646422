/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base32, both directions. */
#include <kaocheng/base32.h>

#define BITS 5

static char
letter(unsigned v)
{
	return (char)(v < 26 ? 'A' + v : '2' + (v - 26));
}

void
kc_buf_base32(struct kc_buf *b, struct kc_slice bytes)
{
	unsigned held = 0, n = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		held = (held << 8 | (uint8_t)bytes.p[i]) & 0xfff;
		for (n += 8; n >= BITS; n -= BITS)
			kc_buf_char(b, letter(held >> (n - BITS) & 31));
	}
	if (n > 0)
		kc_buf_char(b, letter(held << (BITS - n) & 31));
}

static int
value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

enum kc_err
kc_base32_decode(struct kc_buf *b, struct kc_slice text)
{
	unsigned held = 0, n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int v = value(text.p[i]);

		if (v < 0)
			return KC_ESYNTAX;
		held = (held << BITS | (unsigned)v) & 0xfff;
		n += BITS;
		if (n >= 8) {
			n -= 8;
			kc_buf_char(b, (char)(held >> n & 0xff));
		}
	}
	if (n >= BITS || (held & ((1U << n) - 1)) != 0)
		return KC_ESYNTAX;
	return kc_buf_err(b);
}
