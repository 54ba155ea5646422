/* SPDX-License-Identifier: Apache-2.0 */
/* Writes an Internet message: all text is base64, all headers are ASCII. */
#include "remind/mime.h"

#include <string.h>

#include <kaocheng/base64.h>

#define WORD_BYTES 42 /* 56 of base64, with "=?UTF-8?B?" and "?=" 68 */
#define LINE_BYTES 57 /* 76 of base64 */
#define HEADER_PLAIN 60

/* --- dates --- */
static void
two(struct kc_buf *b, int v)
{
	kc_buf_char(b, (char)('0' + v / 10));
	kc_buf_char(b, (char)('0' + v % 10));
}

void
kc_mime_date(struct kc_buf *out, int64_t unix_s)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t local_s = unix_s + KC_LOCAL_OFFSET_S;
	kc_day day = kc_day_of_instant(unix_s * 1000, KC_LOCAL_OFFSET_S);
	int of_day = (int)(local_s - (int64_t)day * 86400);
	int y, m, d;

	kc_day_to_civil(day, &y, &m, &d);
	kc_buf_put(out, days + 3 * (kc_day_weekday(day) - 1), 3);
	kc_buf_str(out, ", ");
	two(out, d);
	kc_buf_char(out, ' ');
	kc_buf_put(out, months + 3 * (m - 1), 3);
	kc_buf_char(out, ' ');
	kc_buf_i64(out, y);
	kc_buf_char(out, ' ');
	two(out, of_day / 3600);
	kc_buf_char(out, ':');
	two(out, of_day / 60 % 60);
	kc_buf_char(out, ':');
	two(out, of_day % 60);
	kc_buf_str(out, " +0800");
}

/* --- headers --- */
static bool
plain(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	/* "=?" would be read as an encoded word. */
	return memmem(s.p, s.n, "=?", 2) == NULL;
}

/* At most max bytes of s, whole characters. */
static size_t
part(struct kc_slice s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
kc_mime_words(struct kc_buf *out, struct kc_slice text, size_t at)
{
	if (plain(text) && at + text.n <= HEADER_PLAIN) {
		kc_buf_slice(out, text);
		return;
	}
	/* The first word shares its line with the header's name. */
	for (bool first = true; text.n > 0; first = false) {
		size_t n = part(text, first ? WORD_BYTES - at : WORD_BYTES);

		if (!first)
			kc_buf_str(out, "\r\n ");
		kc_buf_str(out, "=?UTF-8?B?");
		kc_buf_base64(out, (const uint8_t *)text.p, n);
		kc_buf_str(out, "?=");
		text.p += n;
		text.n -= n;
	}
}

static void
header(struct kc_buf *b, const char *name, struct kc_slice value)
{
	kc_buf_str(b, name);
	kc_buf_str(b, ": ");
	kc_buf_slice(b, value);
	kc_buf_str(b, "\r\n");
}

static void
headers(struct kc_buf *b, const struct kc_job *job, const char *from,
    struct kc_slice to)
{
	struct kc_slice id, host = job->message_id;

	(void)kc_slice_cut(&host, '@', &id);
	header(b, "From", kc_slice_str(from));
	header(b, "To", to.n > 0 ? to : KC_LIT("undisclosed-recipients:;"));
	kc_buf_str(b, "Subject: ");
	kc_mime_words(b, job->subject, strlen("Subject: "));
	kc_buf_str(b, "\r\nDate: ");
	kc_mime_date(b, job->date_s);
	kc_buf_str(b, "\r\nMessage-ID: <");
	kc_buf_slice(b, job->message_id);
	kc_buf_str(b, ">\r\nList-Id: <reminders.");
	kc_buf_slice(b, host);
	kc_buf_str(b, ">\r\n");
	header(b, "Auto-Submitted", KC_LIT("auto-generated"));
	header(b, "X-Auto-Response-Suppress", KC_LIT("All"));
	header(b, "Content-Language",
	    kc_slice_is(job->lang, "zh") ? KC_LIT("zh-CN") : KC_LIT("en"));
	header(b, "MIME-Version", KC_LIT("1.0"));
}

/* --- parts --- */
static void
body(struct kc_buf *b, struct kc_slice s)
{
	while (s.n > 0) {
		size_t n = s.n < LINE_BYTES ? s.n : LINE_BYTES;

		kc_buf_base64(b, (const uint8_t *)s.p, n);
		kc_buf_str(b, "\r\n");
		s.p += n;
		s.n -= n;
	}
}

/* Lines of text end with CR LF where they travel. */
static void
crlf_body(struct kc_buf *b, struct kc_slice text)
{
	struct kc_buf lines = {0};

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n')
			kc_buf_char(&lines, '\r');
		kc_buf_char(&lines, text.p[i]);
	}
	if (lines.err != KC_OK)
		b->err = lines.err;
	body(b, kc_buf_view(&lines));
	kc_buf_free(&lines);
}

/* A boundary is made of the id, which no line of base64 can begin with. */
static void
boundary(struct kc_buf *b, const struct kc_job *job, char which)
{
	kc_buf_str(b, "=_");
	kc_buf_char(b, which);
	kc_buf_slice(b, job->id);
}

static void
multipart(
    struct kc_buf *b, const struct kc_job *job, const char *kind, char which)
{
	kc_buf_str(b, "Content-Type: multipart/");
	kc_buf_str(b, kind);
	kc_buf_str(b, ";\r\n boundary=\"");
	boundary(b, job, which);
	kc_buf_str(b, "\"\r\n\r\n");
}

static void
next(struct kc_buf *b, const struct kc_job *job, char which, bool last)
{
	kc_buf_str(b, "--");
	boundary(b, job, which);
	kc_buf_str(b, last ? "--\r\n" : "\r\n");
}

static void
text_part(struct kc_buf *b, const char *type, struct kc_slice text)
{
	kc_buf_str(b, "Content-Type: text/");
	kc_buf_str(b, type);
	kc_buf_str(
	    b, "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	crlf_body(b, text);
}

static void
texts(struct kc_buf *b, const struct kc_job *job)
{
	if (job->html.n == 0) {
		text_part(b, "plain", job->text);
		return;
	}
	multipart(b, job, "alternative", 'a');
	next(b, job, 'a', false);
	text_part(b, "plain", job->text);
	next(b, job, 'a', false);
	text_part(b, "html", job->html);
	next(b, job, 'a', true);
}

void
kc_mime_message(struct kc_buf *out, const struct kc_job *job, const char *from,
    struct kc_slice to)
{
	headers(out, job, from, to);
	if (job->ics.n == 0) {
		texts(out, job);
		return;
	}
	multipart(out, job, "mixed", 'm');
	next(out, job, 'm', false);
	texts(out, job);
	next(out, job, 'm', false);
	kc_buf_str(out,
	    "Content-Type: text/calendar; charset=utf-8;\r\n"
	    " name=\"deadlines.ics\"\r\n"
	    "Content-Disposition: attachment; filename=\"deadlines.ics\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n");
	body(out, job->ics);
	next(out, job, 'm', true);
}
