/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of tests/golden/last-days, by its name: through the ledger where it
 * is of a case, and by the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "golden.h"

/* The rows that must be there: of the file, each has its name here. */
#define ROWS(X)                                                                \
	X("plain")                                                             \
	X("weekend-rolls")                                                     \
	X("holiday-rolls-onto-working-saturday")                               \
	X("working-saturday-does-not-roll")                                    \
	X("no-31-november")                                                    \
	X("starts-on-working-saturday")                                        \
	X("spring-festival-of-next-year")                                      \
	X("no-30-february")                                                    \
	X("leap-day-is-there")                                                 \
	X("no-30-february-of-leap-year")                                       \
	X("starts-on-leap-day")                                                \
	X("no-29-february")                                                    \
	X("spring-festival-onto-working-sunday")                               \
	X("working-sunday-does-not-roll")                                      \
	X("extended-from-the-original-start")                                  \
	X("months-are-not-days")                                               \
	X("over-national-day")                                                 \
	X("over-labour-day-with-working-saturday")                             \
	X("over-new-year")                                                     \
	X("over-spring-festival-onto-working-saturday")                        \
	X("no-working-day-is-the-day-itself")
static const char *const names[] = {
#define X(name) name,
    ROWS(X)
#undef X
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static const int years[] = {2022, 2023, 2024, 2025, 0};

struct row {
	char name[64], how[16], from[16], last[16];
	int n;
};

static bool
next_row(struct kc_slice *rest, struct row *r)
{
	struct kc_slice s;
	char line[160];

	while (kc_slice_line(rest, &s)) {
		if (s.n == 0 || s.p[0] == '#')
			continue;
		assert_true(kc_slice_copy(line, sizeof(line), s));
		assert_int_equal(sscanf(line, "%63s %15s %d %15s %15s", r->name,
				     r->how, &r->n, r->from, r->last),
		    5);
		return true;
	}
	return false;
}

static void
find_row(const char *name, struct row *r)
{
	struct kc_buf b = {0};
	struct kc_slice rest;
	bool found = false;

	golden_read(&b, "last-days");
	rest = kc_buf_view(&b);
	while (!found && next_row(&rest, r))
		found = strcmp(r->name, name) == 0;
	kc_buf_free(&b);
	if (!found)
		fail_msg("tests/golden/last-days has no row %s", name);
}

static kc_day
day_of(const char *text)
{
	kc_day d = KC_DAY_NONE;

	assert_true(kc_read_day(kc_slice_str(text), &d));
	return d;
}

/* --- through the ledger --- */
/* A city that has a list of G16 in the year, and no cut-off. */
static void
city_of(struct kit *k, int year)
{
	char day[24];

	case_city(k, "\"10-31\"", "\"12-31\"", years);
	if (year > 2022) {
		(void)snprintf(day, sizeof(day), "%d-01-05", year);
		kit_on(k, day);
		kit_do(k, KC_K_grant_issue, "P09.a", "grant=GR-LONG",
		    "assessor=G02", "scope=all", "from=2022-01-01",
		    "until=2026-12-31");
	}
	case_list(k, "G16", year, NULL);
}

static void
in_a_case(const struct row *r)
{
	char target[32];
	struct kit k;
	struct kc_case *c;
	int year;

	assert_int_equal(sscanf(r->from, "%d-", &year), 1);
	city_of(&k, year);
	(void)snprintf(target, sizeof(target), "G16-%.4s-K2", r->from);
	c = case_rectifying(&k, r->from, "G16", target);
	if (strcmp(r->how, "extended") == 0) {
		kit_do(&k, KC_K_extension_request, "G16.head", case_field(c),
		    "reason=汛期");
		kit_do(&k, KC_K_extension_grant, "G02.a P09.a", case_field(c),
		    "reason=同意");
	}
	assert_string_equal(case_day(c->due), r->last);
	assert_false(c->provisional);
	kit_at(&k, r->last, 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	k.now_ms += 60000;
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_end(&k);
}

/* --- by the calendar --- */
static struct kc_calendar *
calendars(void)
{
	struct kc_calendar *c = NULL;
	struct kc_refusal why;
	char name[64];

	assert_int_equal(kc_calendar_new(&c), KC_OK);
	for (int year = 2018; year <= 2026; year++) {
		struct kc_buf b = {0};

		(void)snprintf(name, sizeof(name),
		    "../../policies/calendar/%d.yaml", year);
		golden_read(&b, name);
		assert_int_equal(
		    kc_calendar_add(c, kc_buf_view(&b), name, &why), KC_OK);
		kc_buf_free(&b);
	}
	return c;
}

static void
by_calendar(const struct row *r)
{
	struct kc_calendar *c = calendars();
	kc_day from = day_of(r->from), last = day_of(r->last);

	if (strcmp(r->how, "workdays") == 0) {
		assert_int_equal(
		    kc_calendar_add_workdays(c, from, r->n, NULL), last);
		assert_int_equal(
		    kc_calendar_workdays_between(c, from, last), r->n);
		assert_int_equal(
		    kc_calendar_workdays_between(c, last, from), -r->n);
	} else {
		assert_int_equal(
		    kc_calendar_due_months(c, from, r->n, true, NULL), last);
	}
	kc_calendar_free(c);
}

static void
test_last_day__of_a_row(void **state)
{
	struct row r;

	find_row(*state, &r);
	by_calendar(&r);
	if (strcmp(r.how, "case") == 0 || strcmp(r.how, "extended") == 0)
		in_a_case(&r);
}

static void
test_last_days__each_row_has_its_test(void **state)
{
	struct kc_buf b = {0};
	struct kc_slice rest;
	struct row r;
	size_t n = 0;

	(void)state;
	golden_read(&b, "last-days");
	rest = kc_buf_view(&b);
	for (; next_row(&rest, &r); n++)
		assert_string_equal(r.name, n < NAMES ? names[n] : "none");
	assert_int_equal(n, NAMES);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_last_days__each_row_has_its_test),
#define X(row)                                                                 \
	{"test_last_day__" row, test_last_day__of_a_row, NULL, NULL,           \
	    (void *)(uintptr_t)row},
	    ROWS(X)
#undef X
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
