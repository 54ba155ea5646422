/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calendars read by libical: random items come back as they were written, and
 * its own rules find nothing. `ics print` writes one for the other reader.
 */
#include <kaocheng/ics.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

#include "tap.h"

#define ITEMS 200
#define TEXT_MAX 400

struct made {
	struct kc_ics_item item;
	char handle[32], summary[TEXT_MAX * 4], description[TEXT_MAX * 4];
};
static struct made all[ITEMS];

static uint32_t
draw(uint32_t below)
{
	static uint32_t s = 2022;

	s = s * 1664525 + 1013904223;
	return (s >> 8) % below;
}

/* Characters of one to four bytes, and those that are escaped. */
static void
make_text(char *out)
{
	static const char *const letters[] = {"a", "期", "é", "𠀀", ",", ";",
	    "\\", ":", "\"", " ", "\n", "n", "整改"};
	uint32_t n = draw(TEXT_MAX / 2);

	*out++ = 'x'; /* no reader keeps a space at the beginning */
	for (uint32_t i = 0; i < n; i++) {
		const char *letter =
		    letters[draw(sizeof(letters) / sizeof(letters[0]))];

		memcpy(out, letter, strlen(letter));
		out += strlen(letter);
	}
	*out++ = 'x';
	*out = '\0';
}

static void
make(struct kc_buf *b)
{
	kc_ics_begin(b, KC_LIT("考成期限，联络员"), KC_LANG_ZH);
	for (unsigned i = 0; i < ITEMS; i++) {
		struct made *m = &all[i];

		(void)snprintf(
		    m->handle, sizeof(m->handle), "PD-2022-%04u", i + 1);
		make_text(m->summary);
		make_text(m->description);
		m->item =
		    (struct kc_ics_item){.handle = kc_slice_str(m->handle),
			.limit = KC_LIT("case.rectify"),
			.last = (kc_day)(19000 + draw(400)),
			.sequence = draw(5),
			.stamp_ms = INT64_C(1640995200000) +
			    (int64_t)draw(30000000) * 1000,
			.status = (enum kc_ics_status)draw(4),
			.summary = kc_slice_str(m->summary),
			.description = kc_slice_str(m->description),
			.url = KC_LIT("https://kaohe.example.org/?a=1,2;b"),
			.alarm_days = (int)draw(12) - 1};
		kc_ics_item(b, &m->item, KC_LIT("example.org"));
	}
	kc_ics_end(b);
}

/* The reader's own time of a day, as our number of it. */
static kc_day
day_of(struct icaltimetype at)
{
	return kc_day_from_civil(at.year, at.month, at.day);
}

static bool
same(icalcomponent *c, const struct made *m, const char *kind)
{
	static const icalproperty_status status[2][4] = {
	    {ICAL_STATUS_NEEDSACTION, ICAL_STATUS_NEEDSACTION,
		ICAL_STATUS_COMPLETED, ICAL_STATUS_CANCELLED},
	    {ICAL_STATUS_CONFIRMED, ICAL_STATUS_TENTATIVE,
		ICAL_STATUS_CANCELLED, ICAL_STATUS_CANCELLED}};
	bool event = icalcomponent_isa(c) == ICAL_VEVENT_COMPONENT;
	struct icaltimetype last =
	    event ? icalcomponent_get_dtstart(c) : icalcomponent_get_due(c);
	char uid[96];

	(void)snprintf(
	    uid, sizeof(uid), "%s%s.case.rectify@example.org", kind, m->handle);
	return strcmp(icalcomponent_get_uid(c), uid) == 0 &&
	    strcmp(icalcomponent_get_summary(c), m->summary) == 0 &&
	    strcmp(icalcomponent_get_description(c), m->description) == 0 &&
	    icalcomponent_get_sequence(c) == (int)m->item.sequence &&
	    last.is_date && day_of(last) == m->item.last &&
	    (!event ||
		day_of(icalcomponent_get_dtend(c)) == m->item.last + 1) &&
	    (int64_t)icaltime_as_timet(icalcomponent_get_dtstamp(c)) * 1000 ==
	    m->item.stamp_ms &&
	    icalcomponent_get_status(c) == status[event][m->item.status];
}

static unsigned
count_same(icalcomponent *cal, icalcomponent_kind which, const char *kind)
{
	icalcomponent *c = icalcomponent_get_first_component(cal, which);
	unsigned n = 0;

	for (unsigned i = 0; c != NULL && i < ITEMS; i++) {
		n += same(c, &all[i], kind);
		c = icalcomponent_get_next_component(cal, which);
	}
	return c == NULL ? n : 0;
}

int
main(int argc, char **argv)
{
	struct kc_buf b = {0};
	icalcomponent *cal;
	bool short_write;

	make(&b);
	if (argc == 2 && strcmp(argv[1], "print") == 0) {
		short_write = fwrite(b.p, 1, b.n, stdout) != b.n;
		kc_buf_free(&b);
		return short_write;
	}
	cal = icalparser_parse_string(kc_buf_cstr(&b));
	tap_ok(cal != NULL, "libical reads the calendar");
	tap_ok(icalcomponent_count_errors(cal) == 0, "and finds no error");
	tap_ok(
	    icalrestriction_check(cal) == 1, "nor what the RFC does not allow");
	tap_ok(count_same(cal, ICAL_VEVENT_COMPONENT, "") == ITEMS,
	    "every event comes back as it was made");
	tap_ok(count_same(cal, ICAL_VTODO_COMPONENT, "todo-") == ITEMS,
	    "and everything to do");
	icalcomponent_free(cal);
	kc_buf_free(&b);
	return tap_done();
}
