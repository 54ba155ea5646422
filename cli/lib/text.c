/* SPDX-License-Identifier: Apache-2.0 */
/* Text from files and arguments: what may be signed, and what is wrong. */
#include "text.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

#define BOM "\xEF\xBB\xBF"

/* Characters that no signed text may hold (kc_text_scan), by name. */
static const struct {
	unsigned first, last;
	const char *zh, *en;
} characters[] = {
    {0x00, 0x00, "空字符", "NUL"},
    {0x09, 0x09, "制表符", "TAB"},
    {0x0d, 0x0d, "回车符", "CR"},
    {0x01, 0x1f, "控制字符", "control character"},
    {0x7f, 0x9f, "控制字符", "control character"},
    {0x2028, 0x2028, "行分隔符", "line separator"},
    {0x2029, 0x2029, "段落分隔符", "paragraph separator"},
    {0x202a, 0x202e, "双向控制符", "bidirectional override"},
    {0x2066, 0x2069, "双向控制符", "bidirectional isolate"},
    {0xfeff, 0xfeff, "字节顺序标记", "byte order mark"},
    {0, 0x10ffff, "非字符", "noncharacter"},
};

int
kc_file_fail(const struct kc_cli *cli, enum kc_err err, const char *path)
{
	int code = errno;

	if (err == KC_EIO && code != 0)
		return kc_cli_fail(
		    KC_EXIT_FAILED, NULL, "%s: %s", path, strerror(code));
	return kc_cli_error(cli, err, path);
}

/* --- where, and what --- */
/* Line and column, in characters, of a byte. */
static void
place(struct kc_slice s, size_t at, size_t *line, size_t *col)
{
	*line = *col = 1;
	for (size_t i = 0; i < at; i++) {
		if (s.p[i] == '\n') {
			++*line;
			*col = 1;
		} else if (((unsigned char)s.p[i] & 0xC0) != 0x80) {
			++*col;
		}
	}
}

/* The character at s.p, UINT32_MAX if it is no UTF-8. */
static unsigned
decode(struct kc_slice s)
{
	static const unsigned least[] = {0, 0x80, 0x800, 0x10000};
	unsigned lead = (unsigned char)s.p[0], c;
	size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;

	if (more == 0)
		return lead;
	if (lead < 0xc2 || lead > 0xf4 || s.n <= more)
		return UINT32_MAX;
	c = lead & (0x3fu >> more);
	for (size_t i = 1; i <= more; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3fu);
	}
	return c < least[more] || (c >= 0xd800 && c <= 0xdfff) ? UINT32_MAX : c;
}

/* Is it a text in that encoding? */
static bool
reads_as(struct kc_slice s, const char *charset)
{
	char *copy = malloc(s.n + 1), *in = copy, out[4096], *to;
	size_t left = s.n, room;
	iconv_t cd = iconv_open("UTF-8", charset);
	bool ok = copy != NULL && cd != (iconv_t)-1;

	if (ok)
		memcpy(copy, s.p, s.n);
	while (ok && left > 0) {
		to = out;
		room = sizeof(out);
		ok = iconv(cd, &in, &left, &to, &room) != (size_t)-1 ||
		    errno == E2BIG;
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	free(copy);
	return ok;
}

static int
not_utf8(const char *name, struct kc_slice s, size_t line, size_t col)
{
	const char *charset = NULL;

	if (s.n > 1 &&
	    (memcmp(s.p, "\xff\xfe", 2) == 0 ||
		memcmp(s.p, "\xfe\xff", 2) == 0))
		charset = "UTF-16";
	else if (reads_as(s, "GB18030"))
		charset = "GB18030";
	if (charset == NULL)
		return kc_cli_usage(
		    _("%s:%zu:%zu: not UTF-8"), name, line, col);
	return kc_cli_usage(_("%s:%zu:%zu: not UTF-8; it reads as %s: iconv -f "
			      "%s -t UTF-8"),
	    name, line, col, charset, charset);
}

static int
bad_character(
    const struct kc_cli *cli, const char *name, struct kc_slice s, size_t at)
{
	unsigned c = decode((struct kc_slice){s.p + at, s.n - at});
	size_t line, col, i = 0;

	place(s, at, &line, &col);
	if (c == UINT32_MAX)
		return not_utf8(name, s, line, col);
	while (c < characters[i].first || c > characters[i].last)
		i++;
	return kc_cli_usage(
	    _("%s:%zu:%zu: %s (U+%04X) may not stand in a signed text"), name,
	    line, col,
	    cli->lang == KC_LANG_ZH ? characters[i].zh : characters[i].en, c);
}

int
kc_text_check(const struct kc_cli *cli, const char *name, struct kc_slice s)
{
	size_t at = kc_text_scan(s), line, col;
	const char *blank;

	if (at < s.n)
		return bad_character(cli, name, s, at);
	if (s.n == 0)
		return kc_cli_usage(_("%s: the text is empty"), name);
	if (s.p[0] == '\n')
		return kc_cli_usage(_("%s:1:1: the first line is empty"), name);
	blank = memmem(s.p, s.n, " \n", 2);
	if (blank == NULL && s.p[s.n - 1] == ' ')
		blank = s.p + s.n - 1;
	if (blank == NULL)
		return KC_EXIT_OK;
	place(s, (size_t)(blank - s.p), &line, &col);
	return kc_cli_usage(
	    _("%s:%zu:%zu: a blank at the end of a line"), name, line, col);
}

/* --- files --- */
/* Takes the CR of every CR LF out; were there any? */
static bool
drop_cr(struct kc_buf *b, size_t start)
{
	size_t to = start;

	for (size_t i = start; i < b->n; i++) {
		if (b->p[i] == '\r' && i + 1 < b->n && b->p[i + 1] == '\n')
			continue;
		b->p[to++] = b->p[i];
	}
	if (to == b->n)
		return false;
	b->n = to;
	return true;
}

int
kc_text_load(
    const struct kc_cli *cli, const char *path, size_t max, struct kc_buf *out)
{
	/* What is signed differs from the file: said even when quiet. */
	const struct kc_cli loud = {.lang = cli->lang};
	size_t start = out->n, lead = strlen(BOM);
	enum kc_err err = kc_file_load(path, max, out);

	if (err != KC_OK)
		return kc_file_fail(cli, err, path);
	if (out->n - start >= lead && memcmp(out->p + start, BOM, lead) == 0) {
		memmove(out->p + start, out->p + start + lead,
		    out->n - start - lead);
		out->n -= lead;
		kc_cli_note(cli, _("note: %s: byte order mark left out"), path);
	}
	if (drop_cr(out, start))
		kc_cli_note(&loud,
		    _("note: %s: lines end in CR LF; taken as LF"), path);
	return KC_EXIT_OK;
}
