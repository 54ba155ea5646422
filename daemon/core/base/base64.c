/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base64, both directions: of secrets by libsodium, else by tables. */
#include <kaocheng/base64.h>

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define STANDARD sodium_base64_VARIANT_ORIGINAL
#define PIECE 48 /* bytes encoded at a time: 64 characters and a NUL */

/* --- secrets --- */
void
kc_buf_base64_secret(struct kc_buf *b, const uint8_t *p, size_t n)
{
	char text[KC_BASE64_SIZE(PIECE) + 1];

	for (size_t take; n > 0; p += take, n -= take) {
		take = n < PIECE ? n : PIECE;
		(void)sodium_bin2base64(text, sizeof(text), p, take, STANDARD);
		kc_buf_put(b, text, KC_BASE64_SIZE(take));
	}
	sodium_memzero(text, sizeof(text));
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

/* How many '=' end it, of which the length is right. */
static size_t
pad_of(struct kc_slice s)
{
	if (s.n == 0 || s.p[s.n - 1] != '=')
		return 0;
	return s.p[s.n - 2] == '=' ? 2 : 1;
}

/* What libsodium leaves to ask: that it read to the end, and the room. */
enum kc_err
kc_base64_decode_secret(struct kc_slice s, uint8_t *out, size_t max, size_t *n)
{
	const char *end = NULL;
	size_t pad, got;

	if (s.n % 4 != 0 || !is_ascii(s))
		return KC_ESYNTAX;
	pad = pad_of(s);
	if (s.n / 4 * 3 - pad > max)
		return KC_ETOOBIG;
	if (sodium_base642bin(out, max, s.p, s.n, NULL, &got, &end, STANDARD) !=
		0 ||
	    end != s.p + s.n)
		return KC_ESYNTAX;
	*n = got;
	return KC_OK;
}

/* --- what everybody may see --- */
/* By tables: a verifier decodes hundreds of thousands of signatures, a receipt
 * has a dozen hashes encoded, and libsodium takes as long for each character as
 * the slowest would. */
static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
put_group(char out[4], unsigned a, unsigned b, unsigned c)
{
	out[0] = alphabet[a >> 2];
	out[1] = alphabet[(a & 0x03) << 4 | b >> 4];
	out[2] = alphabet[(b & 0x0f) << 2 | c >> 6];
	out[3] = alphabet[c & 0x3f];
}

void
kc_base64_encode(char *out, const uint8_t *p, size_t n)
{
	for (; n >= 3; p += 3, n -= 3, out += 4)
		put_group(out, p[0], p[1], p[2]);
	if (n == 0)
		return;
	put_group(out, p[0], n == 2 ? p[1] : 0, 0);
	out[3] = '=';
	if (n == 1)
		out[2] = '=';
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

#define X 0x80 /* not of the alphabet */
/* clang-format off */
const uint8_t kc_base64_values[128] = {
	 X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	 X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	 X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X, 62,  X,  X,  X, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61,  X,  X,  X,  X,  X,  X,
	 X,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,  X,  X,  X,  X,  X,
	 X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,  X,  X,  X,  X,  X,
};
/* clang-format on */
#undef X

/* Four characters into 24 bits; *bad gets its upper bit where one is none, and
 * then they are anything. */
static inline uint32_t
group(const char *p, unsigned *bad)
{
	unsigned c0 = (unsigned char)p[0], c1 = (unsigned char)p[1];
	unsigned c2 = (unsigned char)p[2], c3 = (unsigned char)p[3];
	unsigned v0 = kc_base64_values[c0 & 0x7f];
	unsigned v1 = kc_base64_values[c1 & 0x7f];
	unsigned v2 = kc_base64_values[c2 & 0x7f];
	unsigned v3 = kc_base64_values[c3 & 0x7f];

	*bad |= c0 | c1 | c2 | c3 | v0 | v1 | v2 | v3;
	return v0 << 18 | v1 << 12 | v2 << 6 | v3;
}

/* The last group, of which `pad` characters are '='; their bits are zero. */
static uint32_t
last_group(const char *p, size_t pad, unsigned *bad)
{
	char full[4] = {p[0], p[1], p[2], p[3]};
	uint32_t bits;

	for (size_t i = 4 - pad; i < 4; i++)
		full[i] = 'A';
	bits = group(full, bad);
	if ((bits & ((1u << 8 * pad) - 1)) != 0)
		*bad |= 0x80;
	return bits;
}

enum kc_err
kc_base64_decode(struct kc_slice s, uint8_t *out, size_t max, size_t *n)
{
	size_t pad = s.n % 4 == 0 ? pad_of(s) : 0, size = s.n / 4 * 3 - pad;
	size_t whole = size / 3 * 3;
	const char *p = s.p;
	unsigned bad = 0;
	uint32_t bits;

	if (s.n % 4 != 0)
		return KC_ESYNTAX;
	if (size > max)
		return is_ascii(s) ? KC_ETOOBIG : KC_ESYNTAX;
	for (size_t at = 0; at < whole; at += 3, p += 4) {
		bits = group(p, &bad);
		out[at] = (uint8_t)(bits >> 16);
		out[at + 1] = (uint8_t)(bits >> 8);
		out[at + 2] = (uint8_t)bits;
	}
	if (pad > 0) {
		bits = last_group(p, pad, &bad);
		out[whole] = (uint8_t)(bits >> 16);
		if (pad == 1)
			out[whole + 1] = (uint8_t)(bits >> 8);
	}
	if ((bad & 0x80) != 0)
		return KC_ESYNTAX;
	*n = size;
	return KC_OK;
}
