/* SPDX-License-Identifier: Apache-2.0 */
/* How wide text is on a terminal. */
#include "width.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <kaocheng/text.h>

size_t
kc_text_width(struct kc_slice s)
{
	mbstate_t state = {0};
	size_t width = 0;

	while (s.n > 0) {
		wchar_t c;
		size_t n = mbrtowc(&c, s.p, s.n, &state);
		int w;

		if (n == (size_t)-1 || n == (size_t)-2 || n == 0)
			return width + s.n;
		w = wcwidth(c);
		width += w > 0 ? (size_t)w : 0;
		s.p += n;
		s.n -= n;
	}
	return width;
}

void
kc_put_padded(FILE *to, const char *text, size_t width)
{
	size_t n = kc_text_width(kc_slice_str(text));

	fputs(text, to);
	for (; n < width; n++)
		putc(' ', to);
}

size_t
kc_out_columns(void)
{
	const char *said = getenv("COLUMNS");
	struct winsize size = {0};
	uint64_t n;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (said != NULL && kc_read_u64(kc_slice_str(said), 10000, &n) && n > 0)
		return (size_t)n;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

/* --- lines --- */
/* Marks that close something, and may not begin a line. */
static bool
closes(uint32_t c)
{
	static const uint32_t marks[] = {0x3001, 0x3002, 0xff0c, 0xff1b, 0xff1a,
	    0xff09, 0x300b, 0x3015, 0x201d, 0x2019, 0xff01, 0xff1f, ',', ';',
	    ':', '.', ')'};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i] == c)
			return true;
	return false;
}

static bool
opens(uint32_t c)
{
	return c == 0xff08 || c == 0x201c || c == 0x300a || c == 0x3014 ||
	    c == 0x2018 || c == '<';
}

static bool
is_wide(uint32_t c)
{
	return wcwidth((wchar_t)c) == 2;
}

/* How much of the text has to stay together from its beginning on. */
static struct kc_slice
piece(struct kc_slice s, bool slashes)
{
	size_t n, used = 0;
	uint32_t last = 0;

	while (used < s.n) {
		struct kc_slice rest = {s.p + used, s.n - used};
		uint32_t c = kc_char_read(rest, &n);

		if (used > 0 && c != ' ' && !closes(c) && !opens(last) &&
		    (last == ' ' || is_wide(c) || is_wide(last) ||
			(slashes && last == '/' && c != '/')))
			break;
		used += n;
		last = c;
	}
	return (struct kc_slice){s.p, used};
}

static size_t
width_unblanked(struct kc_slice s)
{
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return kc_text_width(s);
}

size_t
kc_unbroken_width(const char *text, bool slashes)
{
	struct kc_slice s = kc_slice_str(text), p;
	size_t most = 0;

	for (; s.n > 0; s.p += p.n, s.n -= p.n) {
		size_t n;

		p = piece(s, slashes);
		n = width_unblanked(p);
		most = n > most ? n : most;
	}
	return most;
}

static void
put_blanks(struct kc_buf *out, size_t n)
{
	for (; n > 0; n--)
		kc_buf_char(out, ' ');
}

void
kc_buf_wrapped(struct kc_buf *out, const char *text, size_t indent,
    size_t columns, bool slashes)
{
	struct kc_slice s = kc_slice_str(text), p;
	size_t at = indent, held = 0;

	for (; s.n > 0; s.p += p.n, s.n -= p.n) {
		size_t n;

		p = piece(s, slashes);
		n = width_unblanked(p);
		if (columns > 0 && at > indent && at + held + n > columns) {
			kc_buf_char(out, '\n');
			put_blanks(out, indent);
			at = indent;
			held = 0;
		}
		/* Blanks at the end of a line are not written. */
		put_blanks(out, held);
		at += held + n;
		held = kc_text_width(p) - n;
		kc_buf_put(out, p.p, p.n - held);
	}
}

void
kc_put_wrapped(FILE *to, const char *text, size_t indent, size_t columns)
{
	struct kc_buf out = {0};

	kc_buf_wrapped(&out, text, indent, columns, false);
	fputs(kc_buf_cstr(&out), to);
	putc('\n', to);
	kc_buf_free(&out);
}

void
kc_put_labelled(const char *label, const char *text, size_t at, size_t columns)
{
	if (columns > 0 && at + kc_unbroken_width(text, false) > columns) {
		printf("%s\n  ", label);
		kc_put_wrapped(stdout, text, 2, columns);
		return;
	}
	kc_put_padded(stdout, label, at);
	kc_put_wrapped(stdout, text, at, columns);
}
