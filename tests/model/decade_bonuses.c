/* SPDX-License-Identifier: Apache-2.0 */
/* Bonuses from the claim to the decision: some of one merit, some refused, some
 * of a lower grade, one cancelled. */
#include "decade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "noun/bonus/bonus.h"

#define CLAIMS 30 /* of a year */

/* A situation with its grades, the higher first. */
struct sort {
	const char *situation, *grades[2];
};
static const struct sort of_the_province[] = {
    {"B1", {"national", "provincial"}}, {"B2", {"main-leader", "vice-leader"}},
    {"B3", {"incentive", "incentive"}}, {"B4", {"first", "advance"}}};
static const struct sort of_the_county[] = {
    {"J1", {"national", "provincial"}}, {"J2", {"main-leader", "vice-leader"}}};

static struct sort
sort_of(int year)
{
	if (strcmp(rules_of(year)->name, "nantong-2022") == 0)
		return of_the_province[chance(4)];
	return of_the_county[chance(2)];
}

static const struct kc_bonus *
bonus_at(uint32_t i)
{
	return city->k.st->bonuses.v[i];
}

static const char *
bonus(uint32_t i)
{
	return say("bonus", "%s", bonus_at(i)->handle);
}

static void
dispute(uint32_t i)
{
	decade_dispute(number_of(bonus_at(i)->unit),
	    last_of(&bonus_at(i)->events, KC_K_bonus_refuse),
	    bonus_at(i)->handle);
}

static void
cancel(uint32_t i)
{
	kit_do(&city->k, KC_K_bonus_cancel, "P09.b P09.c", bonus(i), EVIDENCE,
	    "reason=文件不实");
}

/* Of ten, six as claimed, two by a lower grade, two not at all. */
static void
decide(uint32_t i)
{
	uint32_t dice = chance(10);
	int best, least;
	bool lower =
	    dice < 2 && kc_bonus_lower(bonus_at(i)->grade, &best, &least);

	/* Holidays may lie in the publicity. */
	if (bonus_at(i)->state == KC_BS_PUBLIC) {
		on(today() + 1, decide, i);
		return;
	}
	if (dice > 7) {
		kit_do(&city->k, KC_K_bonus_refuse, "P09.a", bonus(i),
		    "reason=不符合情形");
		if (dice == 8)
			on(today() + 1, dispute, i);
		return;
	}
	if (lower)
		kit_do(&city->k, KC_K_bonus_grant, "P09.a", bonus(i),
		    say("grade", "%s", kc_word_text(KC_SET_BONUS_GRADE, best)),
		    "reason=等次核减");
	else
		kit_do(&city->k, KC_K_bonus_grant, "P09.a", bonus(i));
	if (dice == 7)
		on(today() + 3, cancel, i);
}

/* Three weeks are five working days over the National Day week, too. */
static void
publicise(uint32_t i)
{
	const char *head = head_of(number_of(bonus_at(i)->unit));

	if (chance(15) == 0) {
		kit_do(&city->k, KC_K_bonus_withdraw, head, bonus(i));
		return;
	}
	if (chance(8) == 0) {
		kit_do(&city->k, KC_K_bonus_return, "P09.b", bonus(i),
		    "reason=缺原件");
		kit_do(&city->k, KC_K_bonus_complete, head, bonus(i),
		    "fact=补交原件");
	}
	kit_do(&city->k, KC_K_bonus_verify, "P09.b", bonus(i));
	kit_do(&city->k, KC_K_bonus_publicise, "P09.b", bonus(i));
	on(today() + 21, decide, i);
}

/* Few units claim, so that merits meet and caps cut. */
static void
claim(uint32_t i)
{
	uint32_t unit = chance(city->units < 8 ? city->units : 8);
	struct sort sort = sort_of(city->year);

	kit_do(&city->k, KC_K_bonus_claim, head_of(unit),
	    say("unit", "%s", unit_code(unit)), say("year", "%d", city->year),
	    say("situation", "%s", sort.situation),
	    say("merit", "M%u", chance(4)),
	    say("grade", "%s", sort.grades[chance(2)]),
	    say("document", "%d-%u", city->year, i), "issuer=省政府",
	    say("dated", "%d-02-01", city->year), EVIDENCE, "fact=工作突出");
	on(today() + 5, publicise, city->k.st->bonuses.n - 1);
}

void
decade_bonuses(void)
{
	for (uint32_t i = 0; i < CLAIMS; i++)
		on(date(9, 1) + (kc_day)chance(40), claim, i);
}
