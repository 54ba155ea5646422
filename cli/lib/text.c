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

/* Whose text it is, and how that was typed. */
struct text {
	const struct kc_cli *cli;
	const char *option, *typed;
};

#define REFUSE(t, ...)                                                         \
	kc_cli_refuse((t)->cli, KC_R_TEXT, (t)->option, NULL, __VA_ARGS__)

static int
not_utf8(const struct text *t, struct kc_slice s, size_t line, size_t col)
{
	const char *charset = NULL;

	if (s.n > 1 &&
	    (memcmp(s.p, "\xff\xfe", 2) == 0 ||
		memcmp(s.p, "\xfe\xff", 2) == 0))
		charset = "UTF-16";
	else if (reads_as(s, "GB18030"))
		charset = "GB18030";
	if (charset == NULL)
		return REFUSE(
		    t, _("%s:%zu:%zu: not UTF-8"), t->typed, line, col);
	return REFUSE(t,
	    _("%s:%zu:%zu: not UTF-8; it reads as %s: iconv -f "
	      "%s -t UTF-8"),
	    t->typed, line, col, charset, charset);
}

static int
bad_character(
    const struct text *t, struct kc_slice s, size_t at, enum kc_text_use use)
{
	static const char *const places[] = {N_("a signed text"),
	    N_("a signed text"), N_("a text of one line"), N_("a name")};
	struct kc_buf what = {0};
	size_t line, col, n;
	uint32_t c = kc_char_read((struct kc_slice){s.p + at, s.n - at}, &n);
	int code;

	place(s, at, &line, &col);
	if (c == UINT32_MAX)
		return not_utf8(t, s, line, col);
	kc_buf_char_name(&what, c, t->cli->lang);
	if (c != ' ' && c != 0x3000)
		code = REFUSE(t, _("%s:%zu:%zu: %s may not stand in %s"),
		    t->typed, line, col, kc_buf_cstr(&what), _(places[use]));
	else if (use < KC_TEXT_LINE)
		code = REFUSE(t, _("%s: there are only blanks"), t->typed);
	else
		code = REFUSE(t,
		    _("%s:%zu:%zu: %s may not begin or end %s, nor stand "
		      "beside another"),
		    t->typed, line, col, kc_buf_cstr(&what), _(places[use]));
	kc_buf_free(&what);
	return code;
}

int
kc_text_check(const struct kc_cli *cli, const char *option, const char *typed,
    enum kc_text_use use, struct kc_slice s)
{
	const struct text here = {cli, option, typed}, *t = &here;
	size_t at = kc_text_scan(s), line, col;
	const char *blank;

	if (at < s.n)
		return bad_character(t, s, at, KC_TEXT_FILE);
	if (s.n == 0)
		return REFUSE(t, _("%s: the text is empty"), t->typed);
	if (s.p[0] == '\n')
		return REFUSE(
		    t, _("%s:1:1: the first line is empty"), t->typed);
	at = kc_text_fault(s, use);
	blank = memmem(s.p, s.n, " \n", 2);
	if (blank == NULL && s.p[s.n - 1] == ' ')
		blank = s.p + s.n - 1;
	if (at < s.n && (blank == NULL || s.p + at < blank))
		return bad_character(t, s, at, use);
	if (blank == NULL)
		return KC_EXIT_OK;
	place(s, (size_t)(blank - s.p), &line, &col);
	return REFUSE(t, _("%s:%zu:%zu: a blank at the end of a line"),
	    t->typed, line, col);
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
kc_text_load(const struct kc_cli *cli, const char *typed, const char *path,
    size_t max, struct kc_buf *out)
{
	/* What is signed differs from the file: said even when quiet. */
	const struct kc_cli loud = {.lang = cli->lang};
	size_t start = out->n, lead = strlen(BOM);
	enum kc_err err = kc_file_load(path, max, out);

	if (err != KC_OK)
		return kc_cli_error(cli, err, typed);
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
