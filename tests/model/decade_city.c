/* SPDX-License-Identifier: Apache-2.0 */
/* The city: its people, its rules, what opens a year. */
#include "decade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policykit.h"

#define NOTICES_UNTIL 2026 /* of days off, in policies/calendar */

static const struct rules before = {
    .file = "policies/nantong-2022.yaml",
    .name = "nantong-2022",
    .key_e4 = 700000,
    .routine_e4 = 200000,
    .dynamic_e4 = 100000,
    .cities = 13,
    .low_from = 11,
    .behind = "S3",
    .half = "S8",
    .exempt = "S6",
    .low = "S1",
    .cause_half = "shared",
    .cause_exempt = "higher-approval",
    .refund_max_bp = 8000,
    .negative_items = 28,
    .negative_min_e4 = 1000,
    .negative_max_e4 = 10000,
    .half_month = 7,
    .half_day = 5,
    .q3_month = 10,
    .q3_day = 20,
    .panels = 3,
};
static const struct rules after = {
    .file = "policies/county-2024.yaml",
    .name = "county-2024",
    .key_e4 = 600000,
    .routine_e4 = 250000,
    .dynamic_e4 = 150000,
    .cities = 9,
    .low_from = 6,
    .behind = "K3",
    .half = "K6",
    .low = "K1",
    .cause_half = "higher-approval",
    .refund_max_bp = 6000,
    .negative_items = 3,
    .negative_min_e4 = 2000,
    .negative_max_e4 = 5000,
    .half_month = 6,
    .half_day = 20,
    .q3_month = 10,
    .q3_day = 20,
    .panels = 2,
};

const struct rules *
rules_of(int year)
{
	return (unsigned)year < city->change ? &before : &after;
}

/* A year that has no notice has its weekends alone. */
static void
calendar(int year)
{
	if (year <= NOTICES_UNTIL)
		case_calendar(&city->k, year);
	else
		kit_do(&city->k, KC_K_calendar_adopt, "P09.a",
		    say("file", "policies/calendar/%d.yaml", year),
		    say("text",
			"calendar: cn\nyear: %d\nnotice: none\noff:\n  - "
			"%d-10-01..%d-10-03\nwork: []",
			year, year, year));
}

void
decade_found(void)
{
	static const char *const offices[][2] = {{"P09.a", "estab"},
	    {"P09.b", "estab"}, {"P09.c", "estab"}, {"gop", "go-party"},
	    {"gog", "go-gov"}, {"leader", "leader"},
	    {"office", "assess-office"}, {"insp.p", "inspect-party"},
	    {"insp.g", "inspect-gov"}, {"stats", "stats"}, {"org", "org"}};
	static const char *const groups[] = {"party", "gov", "mass", "zone"};
	/* Of each group enough for a first grade. */
	uint32_t ngroups = city->units < 16 ? 2 : 4;
	struct kit *k = &city->k;

	kit_init(k, KIT_OPEN);
	for (size_t i = 0; i < sizeof(offices) / sizeof(offices[0]); i++)
		kit_enrol(k, offices[i][0], NULL, offices[i][1]);
	for (uint32_t u = 0; u < city->units; u++) {
		const char *unit = say("unit", "%s", unit_code(u));

		kit_do(k, KC_K_unit_register, "P09.a", unit,
		    say("group", "%s", groups[u % ngroups]),
		    say("name", "第%u局", u + 1));
		kit_do(k, KC_K_duty_register, "P09.a", unit, "duty=D1",
		    "text=负责本领域工作");
		kit_do(k, KC_K_duty_register, "P09.a", unit, "duty=D2",
		    "text=负责本领域监管");
		kit_enrol(k, head_of(u), unit_code(u), "head");
		kit_do(k, KC_K_cadre_register, "org",
		    say("cadre", "C%02u", u + 1), unit,
		    u % 2 == 0 ? "city_managed=yes" : "city_managed=no");
		kit_do(k, KC_K_indicator_register, "stats",
		    say("indicator", "I%02u", u + 1), unit, "direction=higher",
		    "measure=%", "name=省考核指标");
	}
	kit_enrol(k, "D01.a", "D01", "assessor");
	kit_enrol(k, "D02.a", "D02", "assessor");
	kit_enrol(k, "audit", NULL, "auditor");
	decade_voters();
	calendar((int)city->first);
}

static void
grant(const char *unit, const char *object)
{
	kit_do(&city->k, KC_K_grant_issue, "P09.a",
	    say("grant", "G-%s-%d-%s", unit, city->year,
		object == NULL ? "all" : object),
	    say("assessor", "%s", unit),
	    object == NULL ? "scope=all" : "scope=negative",
	    say("from", "%d-01-01", city->year),
	    say("until", "%d-12-31", city->year + 1),
	    object == NULL ? NULL : say("object", "%s", object));
}

static void
adopt(void)
{
	const struct rules *r = rules_of(city->year);
	char *text = kit_text(r->file, NULL, NULL);

	/* The negative list is all the first unit's to assess. */
	for (char *at = text; (at = strstr(at, "assessor: ")) != NULL; at += 13)
		memcpy(at + 10, "D01", 3);
	kit_do(&city->k, KC_K_policy_adopt, "P09.a office",
	    say("policy", "%s", r->name), say("file", "%s", r->file), text);
	kc_free(text);
}

static void
next_calendar(uint32_t year)
{
	calendar((int)year + 1);
}

static void
open_year(uint32_t year)
{
	const struct rules *r = rules_of((int)year);

	if (year == city->first || year == city->change)
		adopt();
	grant("D01", NULL);
	grant("D02", NULL);
	for (int i = 1; i <= r->negative_items; i++)
		grant("D01", say("", "%d", i) + 1);
	kit_do(&city->k, KC_K_cycle_open, "P09.b", say("year", "%u", year));
}

void
decade_open(void)
{
	on(date(1, 5), open_year, (uint32_t)city->year);
	on(date(12, 10), next_calendar, (uint32_t)city->year);
}

/* --- a reform --- */
static void
merge(uint32_t last)
{
	kit_do(&city->k, KC_K_unit_merge, "P09.a gop gog",
	    say("unit", "%s", unit_code(last)),
	    say("successor", "%s", unit_code(last - 1)),
	    say("on", "%s", case_day(today())), "document=市委〔2025〕9号",
	    "reason=机构改革");
	city->merged = true;
}

/* The last two of the fourth year, which end it as one. */
void
decade_reform(void)
{
	if ((unsigned)city->year == city->first + 3)
		on(date(9, 25), merge, city->founded - 1);
}
