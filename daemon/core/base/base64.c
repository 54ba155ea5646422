/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base64, both directions. */
#include <kaocheng/base64.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Value of the characters from '+' to 'z'; XX is foreign. */
#define XX 0xff
static const uint8_t values['z' - '+' + 1] = {
    62,
    XX,
    XX,
    XX,
    63,
    52,
    53,
    54,
    55,
    56,
    57,
    58,
    59,
    60,
    61,
    XX,
    XX,
    XX,
    XX,
    XX,
    XX,
    XX,
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    XX,
    XX,
    XX,
    XX,
    XX,
    XX,
    26,
    27,
    28,
    29,
    30,
    31,
    32,
    33,
    34,
    35,
    36,
    37,
    38,
    39,
    40,
    41,
    42,
    43,
    44,
    45,
    46,
    47,
    48,
    49,
    50,
    51,
};

static uint32_t
value(char c)
{
	unsigned at = (unsigned)(unsigned char)c - '+';

	return at < sizeof(values) ? values[at] : XX;
}

void
kc_base64_encode(char *out, const uint8_t *p, size_t n)
{
	for (; n >= 3; n -= 3, p += 3, out += 4) {
		uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

		out[0] = alphabet[v >> 18];
		out[1] = alphabet[v >> 12 & 63];
		out[2] = alphabet[v >> 6 & 63];
		out[3] = alphabet[v & 63];
	}
	if (n > 0) {
		uint32_t v = (uint32_t)p[0] << 16;

		if (n == 2)
			v |= (uint32_t)p[1] << 8;
		out[0] = alphabet[v >> 18];
		out[1] = alphabet[v >> 12 & 63];
		out[2] = n == 2 ? alphabet[v >> 6 & 63] : '=';
		out[3] = '=';
	}
}

void
kc_buf_base64(struct kc_buf *b, const uint8_t *p, size_t n)
{
	char text[KC_BASE64_SIZE(192)];

	while (n > 0) {
		size_t part = n < 192 ? n : 192;

		kc_base64_encode(text, p, part);
		kc_buf_put(b, text, KC_BASE64_SIZE(part));
		p += part;
		n -= part;
	}
}

/* The last group, one or two '='; *n is the number of bytes it holds. */
static enum kc_err
decode_last(const char *s, uint8_t out[2], size_t *n)
{
	uint32_t a = value(s[0]), b = value(s[1]), c = value(s[2]);

	if (s[2] == '=') {
		/* Two characters: twelve bits, of which four must be 0. */
		if ((a | b) > 63 || (b & 15) != 0)
			return KC_ESYNTAX;
		out[0] = (uint8_t)(a << 2 | b >> 4);
		*n = 1;
		return KC_OK;
	}
	if ((a | b | c) > 63 || (c & 3) != 0)
		return KC_ESYNTAX;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	out[1] = (uint8_t)(b << 4 | c >> 2);
	*n = 2;
	return KC_OK;
}

enum kc_err
kc_base64_decode(struct kc_slice s, uint8_t *out, size_t max, size_t *n)
{
	size_t done = 0;
	size_t last = 0;
	uint8_t tail[2];
	enum kc_err err;

	if (s.n % 4 != 0)
		return KC_ESYNTAX;
	if (s.n > 0 && s.p[s.n - 1] == '=') {
		err = decode_last(s.p + s.n - 4, tail, &last);
		if (err != KC_OK)
			return err;
		s.n -= 4;
	}
	if (s.n / 4 * 3 + last > max)
		return KC_ETOOBIG;
	for (size_t i = 0; i < s.n; i += 4, done += 3) {
		uint32_t a = value(s.p[i]), b = value(s.p[i + 1]);
		uint32_t c = value(s.p[i + 2]), d = value(s.p[i + 3]);

		if ((a | b | c | d) > 63)
			return KC_ESYNTAX;
		out[done] = (uint8_t)(a << 2 | b >> 4);
		out[done + 1] = (uint8_t)(b << 4 | c >> 2);
		out[done + 2] = (uint8_t)(c << 6 | d);
	}
	for (size_t i = 0; i < last; i++)
		out[done++] = tail[i];
	*n = done;
	return KC_OK;
}
