/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer. Whatever it is given, what it writes is valid JSON. */
#include <kaocheng/json.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/civil.h>
#include <kaocheng/instant.h>

#define DEPTH_MAX 63

/* The comma before a member or element, and its mark. */
static void
before_value(struct kc_json *w)
{
	uint64_t bit = UINT64_C(1) << w->depth;

	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if ((w->comma & bit) != 0)
		kc_buf_char(w->out, ',');
	w->comma |= bit;
}

void
kc_json_open(struct kc_json *w, char bracket)
{
	assert(bracket == '{' || bracket == '[');
	assert(w->depth < DEPTH_MAX);
	before_value(w);
	kc_buf_char(w->out, bracket);
	w->depth++;
	w->comma &= ~(UINT64_C(1) << w->depth);
}

void
kc_json_close(struct kc_json *w, char bracket)
{
	assert(bracket == '}' || bracket == ']');
	assert(w->depth > 0 && !w->after_key);
	kc_buf_char(w->out, bracket);
	w->depth--;
}

void
kc_json_key(struct kc_json *w, const char *key)
{
	assert(w->depth > 0 && !w->after_key);
	kc_json_str(w, key);
	kc_buf_char(w->out, ':');
	w->after_key = true;
}

/* Writes one character that cannot stand as it is. */
static void
put_escape(struct kc_buf *b, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *known = c != 0 ? strchr(from, c) : NULL;
	const char two[2] = {'\\', known != NULL ? to[known - from] : 'u'};

	if (c >= 0x80) {
		kc_buf_str(b, "\\ufffd");
		return;
	}
	kc_buf_put(b, two, sizeof(two));
	if (known != NULL)
		return;
	kc_buf_str(b, "00");
	kc_buf_char(b, digits[c >> 4]);
	kc_buf_char(b, digits[c & 15]);
}

/* Can all of eight characters stand as they are? Each test sets the upper bit
 * of a byte that cannot; what it carries into the next one says no more. */
static bool
eight_plain(const unsigned char *p)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t w, no;

	memcpy(&w, p, sizeof(w));
	no = w | (w + each);           /* beyond ASCII, DEL */
	no |= w - 0x20 * each;         /* control characters */
	no |= (w ^ '"' * each) - each; /* zero where it is one */
	no |= (w ^ '\\' * each) - each;
	return (no & 0x80 * each) == 0;
}

/* How many characters at p can stand as they are. */
static size_t
plain_length(const unsigned char *p, size_t n)
{
	size_t i = 0;

	while (n - i >= 8 && eight_plain(p + i))
		i += 8;
	while (
	    i < n && p[i] >= 0x20 && p[i] < 0x7f && p[i] != '"' && p[i] != '\\')
		i++;
	return i;
}

/* Length of the well-formed character of two bytes or more at p, or 0. */
static size_t
wide_length(const unsigned char *p, size_t n)
{
	size_t want = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	unsigned c = p[0] & (0x7fU >> want);

	if (p[0] < 0xc2 || p[0] > 0xf4 || n < want)
		return 0;
	for (size_t i = 1; i < want; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (want == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff)))
		return 0;
	if (want == 4 && (c < 0x10000 || c > 0x10ffff))
		return 0;
	return want;
}

void
kc_json_slice(struct kc_json *w, struct kc_slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t done = 0, i = 0;

	before_value(w);
	kc_buf_char(w->out, '"');
	while (i < s.n) {
		size_t n = p[i] < 0x80 ? plain_length(p + i, s.n - i)
				       : wide_length(p + i, s.n - i);

		i += n;
		if (n > 0)
			continue;
		kc_buf_put(w->out, s.p + done, i - done);
		put_escape(w->out, p[i]);
		done = ++i;
	}
	kc_buf_put(w->out, s.p + done, s.n - done);
	kc_buf_char(w->out, '"');
}

void
kc_json_str(struct kc_json *w, const char *s)
{
	if (s == NULL)
		kc_json_null(w);
	else
		kc_json_slice(w, kc_slice_str(s));
}

void
kc_json_u64(struct kc_json *w, uint64_t v)
{
	before_value(w);
	kc_buf_u64(w->out, v);
}

void
kc_json_i64(struct kc_json *w, int64_t v)
{
	before_value(w);
	kc_buf_i64(w->out, v);
}

void
kc_json_bool(struct kc_json *w, bool v)
{
	before_value(w);
	kc_buf_str(w->out, v ? "true" : "false");
}

void
kc_json_null(struct kc_json *w)
{
	before_value(w);
	kc_buf_str(w->out, "null");
}

void
kc_json_points(struct kc_json *w, int64_t e4)
{
	before_value(w);
	kc_buf_char(w->out, '"');
	kc_buf_points(w->out, e4);
	kc_buf_char(w->out, '"');
}

void
kc_json_day(struct kc_json *w, int32_t day)
{
	if (day == KC_DAY_NONE) {
		kc_json_null(w);
		return;
	}
	before_value(w);
	kc_buf_char(w->out, '"');
	kc_buf_day(w->out, day);
	kc_buf_char(w->out, '"');
}

void
kc_json_instant(struct kc_json *w, int64_t unix_ms)
{
	before_value(w);
	kc_buf_char(w->out, '"');
	kc_buf_instant_ms(w->out, unix_ms);
	kc_buf_char(w->out, '"');
}

void
kc_json_raw(struct kc_json *w, struct kc_slice json)
{
	before_value(w);
	kc_buf_slice(w->out, json);
}
