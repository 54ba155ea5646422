/* SPDX-License-Identifier: Apache-2.0 */
/* Slices, the growable buffer and the strict readers of numbers. */
#include <kaocheng/bytes.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MAX_E4 INT64_C(1000000000000)
#define BUF_MIN 128

static void *(*alloc_grow)(void *, size_t) = realloc;

void
kc_alloc_hook(void *(*grow)(void *, size_t))
{
	alloc_grow = grow != NULL ? grow : realloc;
}

void *
kc_alloc(size_t n)
{
	void *p;

	/* Much memory is fresh from the kernel, and zero: whoever uses it is
	 * the first to touch it. */
	if (alloc_grow == realloc)
		return calloc(1, n > 0 ? n : 1);
	p = alloc_grow(NULL, n > 0 ? n : 1);
	if (p != NULL)
		memset(p, 0, n);
	return p;
}

void *
kc_realloc(void *p, size_t n)
{
	return alloc_grow(p, n > 0 ? n : 1);
}

void
kc_free(void *p)
{
	free(p);
}

struct kc_slice
kc_slice_str(const char *nul_terminated)
{
	return (struct kc_slice){nul_terminated, strlen(nul_terminated)};
}

bool
kc_slice_eq(struct kc_slice a, struct kc_slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
kc_slice_is(struct kc_slice a, const char *nul_terminated)
{
	return kc_slice_eq(a, kc_slice_str(nul_terminated));
}

int
kc_slice_cmp(struct kc_slice a, struct kc_slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

bool
kc_slice_copy(char *out, size_t size, struct kc_slice s)
{
	if (size == 0)
		return false;
	out[0] = '\0';
	if (s.n >= size)
		return false;
	if (s.n > 0)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}

bool
kc_slice_take(struct kc_slice *rest, void *out, size_t n)
{
	if (rest->n < n)
		return false;
	if (n > 0)
		memcpy(out, rest->p, n);
	rest->p += n;
	rest->n -= n;
	return true;
}

bool
kc_slice_line(struct kc_slice *rest, struct kc_slice *line)
{
	return kc_slice_cut(rest, '\n', line);
}

bool
kc_slice_cut(struct kc_slice *rest, char sep, struct kc_slice *before)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, sep, rest->n);
	if (end == NULL)
		return false;
	before->p = rest->p;
	before->n = (size_t)(end - rest->p);
	rest->p = end + 1;
	rest->n -= before->n + 1;
	return true;
}

void
kc_buf_free(struct kc_buf *b)
{
	kc_free(b->p);
	*b = (struct kc_buf){0};
}

void
kc_buf_reset(struct kc_buf *b)
{
	b->n = 0;
	b->err = KC_OK;
}

/* Makes room for n more bytes; false sets the sticky error. */
static __attribute__((noinline)) bool
buf_grow(struct kc_buf *b, size_t n)
{
	size_t cap = b->cap < BUF_MIN ? BUF_MIN : b->cap;
	char *p;

	if (b->err != KC_OK)
		return false;
	if (n > SIZE_MAX / 4 - b->n) {
		b->err = KC_ETOOBIG;
		return false;
	}
	while (cap < b->n + n)
		cap *= 2;
	p = kc_realloc(b->p, cap);
	if (p == NULL) {
		b->err = KC_ENOMEM;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void
kc_buf_put(struct kc_buf *b, const void *p, size_t n)
{
	if (n == 0 || b->err != KC_OK)
		return;
	if (n > b->cap - b->n && !buf_grow(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
kc_buf_slice(struct kc_buf *b, struct kc_slice s)
{
	kc_buf_put(b, s.p, s.n);
}

void
kc_buf_str(struct kc_buf *b, const char *s)
{
	kc_buf_put(b, s, strlen(s));
}

void
kc_buf_char(struct kc_buf *b, char c)
{
	if (b->err != KC_OK)
		return;
	if (b->cap == b->n && !buf_grow(b, 1))
		return;
	b->p[b->n++] = c;
}

void
kc_buf_u64(struct kc_buf *b, uint64_t v)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	kc_buf_put(b, text + at, sizeof(text) - at);
}

void
kc_buf_i64(struct kc_buf *b, int64_t v)
{
	uint64_t u = (uint64_t)v;

	if (v < 0) {
		kc_buf_char(b, '-');
		u = 0 - u;
	}
	kc_buf_u64(b, u);
}

void
kc_buf_hex(struct kc_buf *b, const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		char pair[2] = {digits[p[i] >> 4], digits[p[i] & 15]};

		kc_buf_put(b, pair, sizeof(pair));
	}
}

void
kc_buf_be16(struct kc_buf *b, uint16_t v)
{
	uint8_t p[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	kc_buf_put(b, p, sizeof(p));
}

void
kc_buf_be64(struct kc_buf *b, uint64_t v)
{
	uint8_t p[8];

	kc_put_be64(p, v);
	kc_buf_put(b, p, sizeof(p));
}

void
kc_buf_percent(struct kc_buf *b, int64_t bp)
{
	kc_buf_i64(b, bp / 100);
	kc_buf_char(b, '.');
	kc_buf_char(b, (char)('0' + bp % 100 / 10));
	kc_buf_char(b, (char)('0' + bp % 10));
	kc_buf_str(b, " %");
}

void
kc_buf_points(struct kc_buf *b, int64_t points_e4)
{
	uint64_t u = (uint64_t)points_e4;
	char tail[5] = {'.', 0, 0, 0, 0};
	unsigned low;

	if (points_e4 < 0) {
		kc_buf_char(b, '-');
		u = 0 - u;
	}
	kc_buf_u64(b, u / 10000);
	low = (unsigned)(u % 10000);
	for (int i = 4; i > 0; i--) {
		tail[i] = (char)('0' + low % 10);
		low /= 10;
	}
	kc_buf_put(b, tail, sizeof(tail));
}

const char *
kc_buf_cstr(struct kc_buf *b)
{
	if (b->err != KC_OK)
		return "";
	if (b->cap == b->n && !buf_grow(b, 1))
		return "";
	b->p[b->n] = '\0';
	return b->p;
}

enum kc_err
kc_buf_err(const struct kc_buf *b)
{
	return b->err;
}

struct kc_slice
kc_buf_view(const struct kc_buf *b)
{
	return (struct kc_slice){b->p, b->n};
}

uint16_t
kc_be16(const uint8_t p[2])
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

uint64_t
kc_be64(const uint8_t p[8])
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

void
kc_put_be64(uint8_t p[8], uint64_t v)
{
	for (int i = 7; i >= 0; i--) {
		p[i] = (uint8_t)v;
		v >>= 8;
	}
}

bool
kc_read_u64(struct kc_slice s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20 || (s.p[0] == '0' && s.n > 1))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		/* Nineteen digits fit in any case; only the last may not. */
		if (d > 9 || (i == 19 && v > (UINT64_MAX - d) / 10))
			return false;
		v = v * 10 + d;
	}
	if (v > max)
		return false;
	*out = v;
	return true;
}

bool
kc_read_i64(struct kc_slice s, int64_t min, int64_t max, int64_t *out)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	uint64_t u;
	int64_t v;

	if (minus) {
		s.p++;
		s.n--;
	}
	if (!kc_read_u64(s, (uint64_t)INT64_MAX + (minus ? 1 : 0), &u) ||
	    (minus && u == 0))
		return false;
	/* -u without leaving int64: u - 1 always fits. */
	v = minus ? -(int64_t)(u - 1) - 1 : (int64_t)u;
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

bool
kc_read_points(struct kc_slice s, int64_t *points_e4)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	size_t i = minus ? 1 : 0;
	int64_t v = 0;

	/* Longest: "-100000000.0000". */
	if (s.n < i + 6 || s.n > i + 14 || s.p[s.n - 5] != '.' ||
	    (s.p[i] == '0' && s.n > i + 6))
		return false;
	for (; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (i == s.n - 5)
			continue;
		if (d > 9)
			return false;
		v = v * 10 + (int64_t)d;
	}
	if (v > POINTS_MAX_E4 || (minus && v == 0))
		return false;
	*points_e4 = minus ? -v : v;
	return true;
}

/* Values of lower-case hexadecimal digits, beside a bit that says that it is
 * one. */
#define IS_HEX 0x10
static const uint8_t hex_digits[256] = {['0'] = IS_HEX | 0,
    ['1'] = IS_HEX | 1,
    ['2'] = IS_HEX | 2,
    ['3'] = IS_HEX | 3,
    ['4'] = IS_HEX | 4,
    ['5'] = IS_HEX | 5,
    ['6'] = IS_HEX | 6,
    ['7'] = IS_HEX | 7,
    ['8'] = IS_HEX | 8,
    ['9'] = IS_HEX | 9,
    ['a'] = IS_HEX | 10,
    ['b'] = IS_HEX | 11,
    ['c'] = IS_HEX | 12,
    ['d'] = IS_HEX | 13,
    ['e'] = IS_HEX | 14,
    ['f'] = IS_HEX | 15};

bool
kc_read_hex(struct kc_slice s, uint8_t *out, size_t n)
{
	uint8_t bytes[KC_HEX_MAX];
	unsigned all = IS_HEX;

	assert(n <= sizeof(bytes));
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned high = hex_digits[(unsigned char)s.p[2 * i]];
		unsigned low = hex_digits[(unsigned char)s.p[2 * i + 1]];

		all &= high & low;
		bytes[i] = (uint8_t)(high << 4 | (low & 15));
	}
	if (all == 0)
		return false;
	memcpy(out, bytes, n);
	return true;
}
