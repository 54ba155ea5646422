/* SPDX-License-Identifier: Apache-2.0 */
/* Writes RFC 5545: content lines folded at 75 octets, between characters. */
#include <kaocheng/ics.h>

#include <assert.h>
#include <string.h>

#define LINE_MAX_OCTETS 75

/* --- content lines --- */
/* The first octets of s that fit in max and break no character. */
static size_t
part(struct kc_slice s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_line(struct kc_buf *b, struct kc_slice line)
{
	size_t room = LINE_MAX_OCTETS;

	while (line.n > room) {
		size_t n = part(line, room);

		kc_buf_put(b, line.p, n);
		kc_buf_str(b, "\r\n ");
		line.p += n;
		line.n -= n;
		room = LINE_MAX_OCTETS - 1; /* the space counts */
	}
	kc_buf_slice(b, line);
	kc_buf_str(b, "\r\n");
}

static void
put(struct kc_buf *b, const char *line)
{
	put_line(b, kc_slice_str(line));
}

/* TEXT of section 3.3.11. Controls have no place in it and are left out. */
static void
escape(struct kc_buf *b, struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n') {
			kc_buf_str(b, "\\n");
			continue;
		}
		if ((unsigned char)c < ' ' || c == 0x7f)
			continue;
		if (c == '\\' || c == ';' || c == ',')
			kc_buf_char(b, '\\');
		kc_buf_char(b, c);
	}
}

/* A property whose name is made of the line that was begun; it is emptied. */
static void
end_line(struct kc_buf *b, struct kc_buf *line)
{
	if (line->err != KC_OK)
		b->err = line->err;
	put_line(b, kc_buf_view(line));
	kc_buf_reset(line);
}

static void
put_text(struct kc_buf *b, const char *name, struct kc_slice text)
{
	struct kc_buf line = {0};

	kc_buf_str(&line, name);
	kc_buf_char(&line, ':');
	escape(&line, text);
	end_line(b, &line);
	kc_buf_free(&line);
}

static void
digits(struct kc_buf *b, int v, int n)
{
	char text[8];

	assert(n <= 8);
	for (int i = n - 1; i >= 0; i--, v /= 10)
		text[i] = (char)('0' + v % 10);
	kc_buf_put(b, text, (size_t)n);
}

static void
put_day(struct kc_buf *b, const char *name, kc_day day)
{
	struct kc_buf line = {0};
	int y, m, d;

	kc_day_to_civil(day, &y, &m, &d);
	kc_buf_str(&line, name);
	kc_buf_str(&line, ";VALUE=DATE:");
	digits(&line, y, 4);
	digits(&line, m, 2);
	digits(&line, d, 2);
	end_line(b, &line);
	kc_buf_free(&line);
}

static void
put_stamp(struct kc_buf *b, const char *name, int64_t unix_ms)
{
	kc_day day = kc_day_of_instant(unix_ms, 0);
	int of_day = (int)((unix_ms - kc_day_start_ms(day, 0)) / 1000);
	struct kc_buf line = {0};
	int y, m, d;

	kc_day_to_civil(day, &y, &m, &d);
	kc_buf_str(&line, name);
	kc_buf_char(&line, ':');
	digits(&line, y, 4);
	digits(&line, m, 2);
	digits(&line, d, 2);
	kc_buf_char(&line, 'T');
	digits(&line, of_day / 3600, 2);
	digits(&line, of_day / 60 % 60, 2);
	digits(&line, of_day % 60, 2);
	kc_buf_char(&line, 'Z');
	end_line(b, &line);
	kc_buf_free(&line);
}

static void
put_number(struct kc_buf *b, const char *name, uint64_t v)
{
	struct kc_buf line = {0};

	kc_buf_str(&line, name);
	kc_buf_char(&line, ':');
	kc_buf_u64(&line, v);
	end_line(b, &line);
	kc_buf_free(&line);
}

/* --- components --- */
static bool
is_open(const struct kc_ics_item *item)
{
	return item->status == KC_ICS_OPEN || item->status == KC_ICS_TENTATIVE;
}

static const char *
event_status(const struct kc_ics_item *item)
{
	switch (item->status) {
	case KC_ICS_OPEN:
		return "STATUS:CONFIRMED";
	case KC_ICS_TENTATIVE:
		return "STATUS:TENTATIVE";
	case KC_ICS_DONE:
	case KC_ICS_CANCELLED:
		break;
	}
	return "STATUS:CANCELLED";
}

static void
put_todo_status(struct kc_buf *b, const struct kc_ics_item *item)
{
	switch (item->status) {
	case KC_ICS_OPEN:
	case KC_ICS_TENTATIVE:
		put(b, "STATUS:NEEDS-ACTION");
		return;
	case KC_ICS_DONE:
		put_stamp(b, "COMPLETED", item->stamp_ms);
		put(b, "PERCENT-COMPLETE:100");
		put(b, "STATUS:COMPLETED");
		return;
	case KC_ICS_CANCELLED:
		put(b, "STATUS:CANCELLED");
		return;
	}
}

/* An event and a thing to do are two objects, so they have two UIDs. */
static void
put_uid(struct kc_buf *b, const char *kind, const struct kc_ics_item *item,
    struct kc_slice host)
{
	struct kc_buf line = {0};

	kc_buf_str(&line, "UID:");
	kc_buf_str(&line, kind);
	escape(&line, item->handle);
	kc_buf_char(&line, '.');
	escape(&line, item->limit);
	kc_buf_char(&line, '@');
	escape(&line, host);
	end_line(b, &line);
	kc_buf_free(&line);
}

static void
put_common(struct kc_buf *b, const char *kind, const struct kc_ics_item *item,
    struct kc_slice host)
{
	put_uid(b, kind, item, host);
	put_stamp(b, "DTSTAMP", item->stamp_ms);
	put_number(b, "SEQUENCE", item->sequence);
	put_text(b, "SUMMARY", item->summary);
	if (item->description.n > 0)
		put_text(b, "DESCRIPTION", item->description);
	if (item->url.n > 0) {
		struct kc_buf line = {0};

		/* A URI is no TEXT: nothing in it is escaped. */
		kc_buf_str(&line, "URL:");
		kc_buf_slice(&line, item->url);
		end_line(b, &line);
		kc_buf_free(&line);
	}
}

/* Whole days begin at midnight, alarms come at nine in the morning. */
static void
put_alarm(struct kc_buf *b, const struct kc_ics_item *item)
{
	struct kc_buf line = {0};

	put(b, "BEGIN:VALARM");
	put(b, "ACTION:DISPLAY");
	put_text(b, "DESCRIPTION", item->summary);
	kc_buf_str(&line, "TRIGGER:");
	if (item->alarm_days == 0) {
		kc_buf_str(&line, "PT9H");
	} else {
		kc_buf_str(&line, "-P");
		if (item->alarm_days > 1) {
			kc_buf_i64(&line, item->alarm_days - 1);
			kc_buf_char(&line, 'D');
		}
		kc_buf_str(&line, "T15H");
	}
	end_line(b, &line);
	put(b, "END:VALARM");
	kc_buf_free(&line);
}

void
kc_ics_begin(struct kc_buf *b, struct kc_slice name, enum kc_lang lang)
{
	put(b, "BEGIN:VCALENDAR");
	put(b, "VERSION:2.0");
	put(b,
	    lang == KC_LANG_ZH ? "PRODID:-//Kaocheng//Deadlines//ZH"
			       : "PRODID:-//Kaocheng//Deadlines//EN");
	/* No METHOD: it would be a message of iTIP, which has an organizer. */
	put(b, "CALSCALE:GREGORIAN");
	put_text(b, "X-WR-CALNAME", name);
	put(b, "X-WR-TIMEZONE:Asia/Shanghai");
	put(b, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
	put(b, "X-PUBLISHED-TTL:PT1H");
}

void
kc_ics_event(
    struct kc_buf *b, const struct kc_ics_item *item, struct kc_slice host)
{
	assert(item->last != KC_DAY_NONE);
	put(b, "BEGIN:VEVENT");
	put_common(b, "", item, host);
	put_day(b, "DTSTART", item->last);
	put_day(b, "DTEND", item->last + 1);
	put(b, "TRANSP:TRANSPARENT");
	put(b, event_status(item));
	if (item->alarm_days >= 0 && is_open(item))
		put_alarm(b, item);
	put(b, "END:VEVENT");
}

void
kc_ics_item(
    struct kc_buf *b, const struct kc_ics_item *item, struct kc_slice host)
{
	kc_ics_event(b, item, host);
	put(b, "BEGIN:VTODO");
	put_common(b, "todo-", item, host);
	put_day(b, "DUE", item->last);
	put_todo_status(b, item);
	put(b, "END:VTODO");
}

void
kc_ics_end(struct kc_buf *b)
{
	put(b, "END:VCALENDAR");
}
