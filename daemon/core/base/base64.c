/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base64, both directions, by libsodium. */
#include <kaocheng/base64.h>

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define STANDARD sodium_base64_VARIANT_ORIGINAL
#define PIECE 48 /* bytes encoded at a time: 64 characters and a NUL */

void
kc_base64_encode(char *out, const uint8_t *p, size_t n)
{
	char text[KC_BASE64_SIZE(PIECE) + 1];

	for (size_t take; n > 0; p += take, n -= take) {
		take = n < PIECE ? n : PIECE;
		(void)sodium_bin2base64(text, sizeof(text), p, take, STANDARD);
		memcpy(out, text, KC_BASE64_SIZE(take));
		out += KC_BASE64_SIZE(take);
	}
}

void
kc_buf_base64(struct kc_buf *b, const uint8_t *p, size_t n)
{
	char text[KC_BASE64_SIZE(PIECE)];

	for (size_t take; n > 0; p += take, n -= take) {
		take = n < PIECE ? n : PIECE;
		kc_base64_encode(text, p, take);
		kc_buf_put(b, text, KC_BASE64_SIZE(take));
	}
}

/* libsodium (1.0.18) takes bytes from 0x80 on for characters of the alphabet:
 * its comparisons are of a signed char. */
static bool
is_ascii(struct kc_slice s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

/* What libsodium leaves to ask: that it read to the end, and the room. */
enum kc_err
kc_base64_decode(struct kc_slice s, uint8_t *out, size_t max, size_t *n)
{
	const char *end = NULL;
	size_t pad, got;

	if (s.n % 4 != 0 || !is_ascii(s))
		return KC_ESYNTAX;
	pad = s.n == 0 || s.p[s.n - 1] != '=' ? 0 : 1;
	pad += pad == 1 && s.p[s.n - 2] == '=';
	if (s.n / 4 * 3 - pad > max)
		return KC_ETOOBIG;
	if (sodium_base642bin(out, max, s.p, s.n, NULL, &got, &end, STANDARD) !=
		0 ||
	    end != s.p + s.n)
		return KC_ESYNTAX;
	*n = got;
	return KC_OK;
}
