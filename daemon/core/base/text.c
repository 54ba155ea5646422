/* SPDX-License-Identifier: Apache-2.0 */
/* What signed text and the names of keys may hold: UTF-8, less some. */
#include <kaocheng/bytes.h>

#include <string.h>

#include <kaocheng/limits.h>

#include "han.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGH (ONES * 0x80)

/* Eight bytes, the first one lowest, on any machine. */
static inline uint64_t
load8(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* High bit of every byte that is not LF or printable ASCII. No carry leaves
 * a byte, because the sums take seven bits plus at most 0x7f. */
static inline uint64_t
not_plain(uint64_t w)
{
	uint64_t y = w & (ONES * 0x7f);
	uint64_t from_space = y + ONES * 0x60;
	uint64_t not_lf = (y ^ (ONES * '\n')) + ONES * 0x7f;
	uint64_t del = y + ONES;

	return (w | (~from_space & not_lf) | del) & HIGH;
}

/* Whether sixteen bytes are all LF or printable ASCII: where a machine has
 * vectors, a third of the work of two words. A byte from 0x80 on is negative.
 */
typedef int8_t sixteen __attribute__((vector_size(16)));

static inline bool
plain16(const unsigned char *p)
{
	uint64_t any[2];
	sixteen v, bad;

	memcpy(&v, p, sizeof(v));
	bad = ((v < 0x20) & (v != '\n')) | (v == 0x7f);
	memcpy(any, &bad, sizeof(any));
	return (any[0] | any[1]) == 0;
}

/* Whether the first six bytes are two characters of U+3000..U+9FFF, where
 * nearly all Chinese text lives and nothing is forbidden. */
static inline bool
two_cjk(uint64_t w)
{
	const uint64_t nibble = UINT64_C(0x0000000f00000f);
	uint64_t t;

	if ((w & UINT64_C(0xc0c0f0c0c0f0)) != UINT64_C(0x8080e08080e0))
		return false;
	t = w & nibble;
	/* Bit 4 of each sum tells >= 3 and >= 10. */
	return ((t + UINT64_C(0x0d00000d)) & UINT64_C(0x10000010)) ==
	    UINT64_C(0x10000010) &&
	    ((t + UINT64_C(0x06000006)) & UINT64_C(0x10000010)) == 0;
}

static inline bool
is_cont(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* U+2028..202E, U+2066..2069, U+FEFF, U+FDD0..FDEF, U+FFFE..FFFF. */
static bool
forbidden3(unsigned c)
{
	if (c < 0x3000)
		return (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069);
	return c == 0xfeff || (c >= 0xfdd0 && c <= 0xfdef) || c >= 0xfffe;
}

/* Length of the allowed character at p, 0 if there is none; n > 0. */
static size_t
char_length(const unsigned char *p, size_t n)
{
	unsigned c = p[0];

	if (c < 0x80)
		return (c >= 0x20 && c != 0x7f) || c == '\n';
	if (c < 0xe0) {
		if (c < 0xc2 || n < 2 || !is_cont(p[1]))
			return 0;
		return c == 0xc2 && p[1] < 0xa0 ? 0 : 2; /* C1 */
	}
	if (n < 3 || !is_cont(p[1]) || !is_cont(p[2]))
		return 0;
	if (c < 0xf0) {
		c = (c & 0x0f) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
		if (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))
			return 0;
		return forbidden3(c) ? 0 : 3;
	}
	if (c > 0xf4 || n < 4 || !is_cont(p[3]))
		return 0;
	c = (c & 0x07) << 18 | (p[1] & 0x3fU) << 12 | (p[2] & 0x3fU) << 6 |
	    (p[3] & 0x3fU);
	if (c < 0x10000 || c > 0x10ffff || (c & 0xfffe) == 0xfffe)
		return 0;
	return 4;
}

size_t
kc_text_scan(struct kc_slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	size_t n;

	while (s.n - i >= 8) {
		uint64_t w = load8(p + i);
		uint64_t bad = not_plain(w);

		if (bad == 0) {
			i += 8;
			while (s.n - i >= 16 && plain16(p + i))
				i += 16;
			continue;
		}
		if (s.n - i >= 16 && kc_five_han(p + i, 0xe3)) {
			i += 15;
			continue;
		}
		if (two_cjk(w)) {
			i += 6;
			continue;
		}
		/* Plain bytes before the first other one are done. */
		n = (size_t)__builtin_ctzll(bad) / 8;
		if (n == 0)
			n = char_length(p + i, s.n - i);
		if (n == 0)
			return i;
		i += n;
	}
	while (i < s.n) {
		n = char_length(p + i, s.n - i);
		if (n == 0)
			return i;
		i += n;
	}
	return s.n;
}

/* White space of Unicode beyond ASCII that kc_text_scan lets through. */
static bool
has_unicode_space(struct kc_slice name)
{
	static const char *const spaces[] = {"\xc2\xa0", "\xe1\x9a\x80",
	    "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (memmem(name.p, name.n, spaces[i], strlen(spaces[i])))
			return true;
	for (size_t i = 0; i + 3 <= name.n; i++) {
		const unsigned char *p = (const unsigned char *)name.p + i;

		/* U+2000..U+200A */
		if (p[0] == 0xe2 && p[1] == 0x80 && p[2] <= 0x8a)
			return true;
	}
	return false;
}

/* High bit of every byte that is not ASCII from '!' to '~', or is '+'. */
static inline uint64_t
not_name(uint64_t w)
{
	uint64_t y = w & (ONES * 0x7f);
	uint64_t above_space = y + ONES * 0x5f;
	uint64_t not_plus = (y ^ (ONES * '+')) + ONES * 0x7f;
	uint64_t del = y + ONES;

	return (w | ~above_space | ~not_plus | del) & HIGH;
}

/* The general case: names in Chinese, and names that are refused. */
static bool
name_slow_ok(struct kc_slice name)
{
	if (memchr(name.p, ' ', name.n) != NULL ||
	    memchr(name.p, '+', name.n) != NULL ||
	    memchr(name.p, '\n', name.n) != NULL)
		return false;
	return kc_text_scan(name) == name.n && !has_unicode_space(name);
}

bool
kc_note_name_ok(struct kc_slice name)
{
	const unsigned char *p = (const unsigned char *)name.p;
	size_t i = 0;

	if (name.n == 0 || name.n > KC_NAME_MAX)
		return false;
	if (name.n < 8)
		return name_slow_ok(name);
	for (; i + 8 < name.n; i += 8)
		if (not_name(load8(p + i)) != 0)
			return name_slow_ok(name);
	/* The last eight bytes, some of them perhaps again. */
	return not_name(load8(p + name.n - 8)) == 0 || name_slow_ok(name);
}
