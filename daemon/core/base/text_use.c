/* SPDX-License-Identifier: Apache-2.0 */
/* The policy of texts by use: characters by class, and shapes of names. */
#include <kaocheng/text.h>

#include <string.h>

#include "han.h"

/* From which use on a character may not stand; every text that is signed has
 * passed kc_text_scan, so that what it refuses is here for its name alone. */
struct range {
	uint32_t first, last;
	enum kc_text_use from;
	const char *zh, *en;
};
#define ANY KC_TEXT_FILE
#define PROSE KC_TEXT_PROSE
#define NAME KC_TEXT_NAME

/* In order. What cannot be seen, what looks like a blank or like a letter that
 * it is not, and what no two machines show alike. */
static const struct range ranges[] = {
    {0x0000, 0x0000, ANY, "空字符", "NUL"},
    {0x0001, 0x0008, ANY, "控制字符", "control character"},
    {0x0009, 0x0009, ANY, "制表符", "TAB"},
    {0x000a, 0x000a, KC_TEXT_LINE, "换行", "line feed"},
    {0x000b, 0x000c, ANY, "控制字符", "control character"},
    {0x000d, 0x000d, ANY, "回车符", "CR"},
    {0x000e, 0x001f, ANY, "控制字符", "control character"},
    {0x007f, 0x009f, ANY, "控制字符", "control character"},
    {0x00a0, 0x00a0, PROSE, "不间断空格", "no-break space"},
    {0x00ad, 0x00ad, PROSE, "软连字符", "soft hyphen"},
    {0x0300, 0x036f, PROSE, "组合附加符", "combining mark"},
    {0x061c, 0x061c, PROSE, "双向标记", "directional mark"},
    {0x115f, 0x1160, PROSE, "谚文填充符", "Hangul filler"},
    {0x1680, 0x1680, PROSE, "欧甘空格", "Ogham space"},
    {0x17b4, 0x17b5, PROSE, "不可见字符", "invisible character"},
    {0x1ab0, 0x1aff, PROSE, "组合附加符", "combining mark"},
    {0x1dc0, 0x1dff, PROSE, "组合附加符", "combining mark"},
    {0x2000, 0x200a, PROSE, "排版空格", "typographic space"},
    {0x200b, 0x200b, PROSE, "零宽空格", "zero-width space"},
    {0x200c, 0x200c, PROSE, "零宽不连字", "zero-width non-joiner"},
    {0x200d, 0x200d, PROSE, "零宽连字", "zero-width joiner"},
    {0x200e, 0x200f, PROSE, "双向标记", "directional mark"},
    {0x2028, 0x2028, ANY, "行分隔符", "line separator"},
    {0x2029, 0x2029, ANY, "段落分隔符", "paragraph separator"},
    {0x202a, 0x202e, ANY, "双向控制符", "bidirectional override"},
    {0x202f, 0x202f, PROSE, "窄不间断空格", "narrow no-break space"},
    {0x205f, 0x205f, PROSE, "数学空格", "mathematical space"},
    {0x2060, 0x2065, PROSE, "不可见字符", "invisible character"},
    {0x2066, 0x2069, ANY, "双向控制符", "bidirectional isolate"},
    {0x206a, 0x206f, PROSE, "不可见字符", "invisible character"},
    {0x20d0, 0x20ff, PROSE, "组合附加符", "combining mark"},
    {0x2800, 0x2800, PROSE, "盲文空格", "Braille blank"},
    {0x3099, 0x309a, PROSE, "组合附加符", "combining mark"},
    {0x3164, 0x3164, PROSE, "谚文填充符", "Hangul filler"},
    {0xd800, 0xdfff, ANY, "代理码位", "surrogate"},
    {0xe000, 0xf8ff, PROSE, "自造字", "private-use character"},
    {0xfdd0, 0xfdef, ANY, "非字符", "noncharacter"},
    {0xfe00, 0xfe0f, PROSE, "变体选择符", "variation selector"},
    {0xfe20, 0xfe2f, PROSE, "组合附加符", "combining mark"},
    {0xfeff, 0xfeff, ANY, "字节顺序标记", "byte order mark"},
    {0xff10, 0xff19, NAME, "全角数字", "full-width digit"},
    {0xff21, 0xff3a, NAME, "全角字母", "full-width letter"},
    {0xff41, 0xff5a, NAME, "全角字母", "full-width letter"},
    {0xffa0, 0xffa0, PROSE, "谚文填充符", "Hangul filler"},
    {0xfff9, 0xfffb, PROSE, "注释标记", "annotation mark"},
    {0xfffc, 0xfffc, PROSE, "对象替换符", "object replacement character"},
    {0xfffd, 0xfffd, PROSE, "替换字符", "replacement character"},
    {0xfffe, 0xffff, ANY, "非字符", "noncharacter"},
    {0xe0000, 0xe007f, PROSE, "标签字符", "tag character"},
    {0xe0100, 0xe01ef, PROSE, "变体选择符", "variation selector"},
    {0xf0000, 0x10ffff, PROSE, "自造字", "private-use character"},
};

static const struct range *
range_of(uint32_t c)
{
	size_t low = 0, high = sizeof(ranges) / sizeof(ranges[0]);

	/* The last two of every plane are what the last two of the first are.
	 */
	if ((c & 0xfffe) == 0xfffe)
		c &= 0xffff;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c > ranges[mid].last)
			low = mid + 1;
		else if (c < ranges[mid].first)
			high = mid;
		else
			return &ranges[mid];
	}
	return NULL;
}

uint32_t
kc_char_read(struct kc_slice s, size_t *n)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint32_t lead = (unsigned char)s.p[0], c;
	size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;

	*n = 1;
	if (more == 0)
		return lead;
	if (lead < 0xc2 || lead > 0xf4 || s.n <= more)
		return UINT32_MAX;
	c = lead & (0x3fU >> more);
	for (size_t i = 1; i <= more; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3fU);
	}
	if (c < least[more] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return UINT32_MAX;
	*n = more + 1;
	return c;
}

const char *
kc_char_name(uint32_t c, enum kc_lang lang)
{
	const struct range *r = range_of(c);

	if (c == ' ')
		return lang == KC_LANG_ZH ? "空格" : "blank";
	if (c == 0x3000)
		return lang == KC_LANG_ZH ? "全角空格" : "ideographic space";
	if (c >= 0xff01 && c <= 0xff5e && r == NULL)
		return lang == KC_LANG_ZH ? "全角符号" : "full-width sign";
	return r == NULL ? NULL : lang == KC_LANG_ZH ? r->zh : r->en;
}

static void
put_char(struct kc_buf *b, uint32_t c)
{
	unsigned char u[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		u[i] = (unsigned char)(0x80 | (c & 0x3f));
	u[0] = (unsigned char)(n == 1 ? c : (0xf00U >> n & 0xf0) | c);
	kc_buf_put(b, u, n);
}

void
kc_buf_char_name(struct kc_buf *b, uint32_t c, enum kc_lang lang)
{
	static const char hex[] = "0123456789ABCDEF";
	const char *name = kc_char_name(c, lang);
	bool zh = lang == KC_LANG_ZH;

	if (name != NULL) {
		kc_buf_str(b, name);
	} else {
		kc_buf_str(b, zh ? "“" : "\"");
		put_char(b, c);
		kc_buf_str(b, zh ? "”" : "\"");
	}
	kc_buf_str(b, zh ? "（U+" : " (U+");
	for (int shift = c > 0xfffff ? 20
		 : c > 0xffff        ? 16
				     : 12;
	     shift >= 0; shift -= 4)
		kc_buf_char(b, hex[c >> shift & 15]);
	kc_buf_str(b, zh ? "）" : ")");
}

/* --- by use --- */
static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == 0x3000;
}

/* Blanks of a line: not at its ends, not two together. */
static bool
blank_ok(struct kc_slice s, size_t at, size_t n)
{
	size_t m;

	return at > 0 && at + n < s.n &&
	    !is_blank(kc_char_read(
		(struct kc_slice){s.p + at + n, s.n - at - n}, &m));
}

static inline bool
is_common_mark(const unsigned char *p)
{
	if (p[0] == 0xe3)
		return p[1] == 0x80 && (p[2] == 0x81 || p[2] == 0x82);
	return p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x81 && p[2] <= 0x8f;
}

/* Bytes at the start that are what nearly everything is and may stand
 * anywhere: plain ASCII but the blank, Han characters (U+4000 to U+9FFF), marks
 * of Chinese writing (U+3001, U+3002, U+FF01 to U+FF0F). */
static size_t
common_run(struct kc_slice s)
{
	const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;

	while (p < end) {
		if (end - p >= 16 && kc_five_han(p, 0xe4))
			p += 15;
		else if (p[0] > ' ' && p[0] < 0x7f)
			p++;
		else if (end - p > 2 &&
		    ((p[0] >= 0xe4 && p[0] <= 0xe9 && (p[1] & 0xc0) == 0x80 &&
			 (p[2] & 0xc0) == 0x80) ||
			is_common_mark(p)))
			p += 3;
		else
			break;
	}
	return (size_t)(p - (const unsigned char *)s.p);
}

size_t
kc_text_fault(struct kc_slice s, enum kc_text_use use)
{
	bool visible = false;
	size_t n;

	if (use == KC_TEXT_FILE)
		return kc_text_scan(s);
	for (size_t i = 0; i < s.n; i += n) {
		struct kc_slice rest = {s.p + i, s.n - i};
		const struct range *r;
		uint32_t c;

		n = common_run(rest);
		if (n > 0) {
			visible = true;
			continue;
		}
		c = kc_char_read(rest, &n);
		if (c == UINT32_MAX)
			return i;
		r = range_of(c);
		if (r != NULL && use >= r->from)
			return i;
		if (is_blank(c) && use >= KC_TEXT_LINE && !blank_ok(s, i, n))
			return i;
		visible = visible || !(is_blank(c) || c == '\n');
	}
	return visible ? s.n : 0;
}

/* --- shapes --- */
/* What a character is drawn like: a Latin letter or digit in one case. */
static uint32_t
drawn(uint32_t c)
{
	/* Greek and Cyrillic letters and the Latin one of the same shape. */
	static const struct {
		uint16_t c;
		char as;
	} alike[] = {{0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'},
	    {0x397, 'h'}, {0x399, 'i'}, {0x39a, 'k'}, {0x39c, 'm'},
	    {0x39d, 'n'}, {0x39f, 'o'}, {0x3a1, 'p'}, {0x3a4, 't'},
	    {0x3a5, 'y'}, {0x3a7, 'x'}, {0x3bf, 'o'}, {0x3c1, 'p'},
	    {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x410, 'a'},
	    {0x412, 'b'}, {0x415, 'e'}, {0x41a, 'k'}, {0x41c, 'm'},
	    {0x41d, 'h'}, {0x41e, 'o'}, {0x420, 'p'}, {0x421, 'c'},
	    {0x422, 't'}, {0x423, 'y'}, {0x425, 'x'}, {0x430, 'a'},
	    {0x435, 'e'}, {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'},
	    {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'}, {0x456, 'i'},
	    {0x458, 'j'}};

	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i].c == c)
			c = (uint32_t)alike[i].as;
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	return c == '0' ? 'o' : c == '1' || c == 'l' ? 'i' : c;
}

/* The next character of the shape, 0 at the end. */
static uint32_t
next_shape(struct kc_slice *s)
{
	while (s->n > 0) {
		size_t n;
		uint32_t c = kc_char_read(*s, &n);
		const struct range *r = range_of(c);

		s->p += n;
		s->n -= n;
		if (is_blank(c) || (r != NULL && r->from < NAME))
			continue;
		return drawn(c);
	}
	return 0;
}

bool
kc_shape_same(struct kc_slice a, struct kc_slice b)
{
	uint32_t c;

	do {
		c = next_shape(&a);
		if (c != next_shape(&b))
			return false;
	} while (c != 0);
	return true;
}
