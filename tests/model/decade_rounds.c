/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds of monitoring, and the letters that follow from them. */
#include "decade.h"
#include "noun/target/target.h"
#include "noun/warning/warning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LETTERS 24 /* of a year, at most */
#define POINTS 12  /* targets of the third quarter's round */

static char half[16], q3[16];
static char letters[LETTERS][16];
static uint32_t nletters;

/* Of what the last statement made. */
static void
keep_handle(char out[16])
{
	assert_true(kc_slice_copy(out, 16, kc_slice_str(kit_handle(&city->k))));
}

static const char *
half_day(void)
{
	return say("round", "%s", half);
}

static void
open_half(uint32_t unused)
{
	(void)unused;
	kit_do(&city->k, KC_K_round_open, "P09.a", "type=half-year",
	    say("year", "%d", city->year));
	keep_handle(half);
}

/* Every target of a unit; one in twelve is behind. */
static void
sweep(uint32_t unit)
{
	struct kit *k = &city->k;

	for (unsigned i = 0; i < k->st->targets.n; i++) {
		const struct kc_target *t = k->st->targets.v[i];
		const char *opinion;
		bool behind = chance(12) == 0;
		const char *fields[] = {half_day(),
		    say("target", "%s", t->code),
		    behind ? "verdict=behind" : "verdict=on-schedule",
		    "text=逐项过堂", behind ? EVIDENCE : NULL, NULL};

		if (t->year != city->year || t->state != KC_TS_ACTIVE ||
		    strcmp(k->st->units.v[t->unit]->code, unit_code(unit)) != 0)
			continue;
		kit_do_v(k, KC_K_opinion_record, "P09.a office insp.p insp.g",
		    fields, __FILE__, __LINE__);
		opinion = say("opinion", "%s", kit_handle(k));
		kit_do(k, KC_K_opinion_feed_back, "P09.a", opinion,
		    say("unit", "%s", unit_code(unit)));
		if (behind && nletters < LETTERS && chance(3) == 0) {
			kit_do(k, KC_K_warning_issue, "P09.a",
			    say("target", "%s", t->code),
			    say("unit", "%s", unit_code(unit)), "level=yellow",
			    say("rectify_by", "%d-12-20", city->year), opinion,
			    "fact=进度滞后", "demand=限期整改");
			keep_handle(letters[nletters++]);
		}
	}
}

static void
close_half(uint32_t unused)
{
	(void)unused;
	kit_do(&city->k, KC_K_round_close, "P09.a", half_day());
}

/* --- letters --- */
static const struct kc_warning *
letter(uint32_t i)
{
	uint32_t at = i < nletters
	    ? kc_find(city->k.st, KC_NS_WARNING, kc_slice_str(letters[i]))
	    : KC_NONE;

	return at == KC_NONE ? NULL : city->k.st->warnings.v[at];
}

static const char *
unit_of(const struct kc_warning *w)
{
	return city->k.st->units.v[city->k.st->targets.v[w->target]->unit]
	    ->code;
}

static void
deliver(uint32_t i)
{
	const struct kc_warning *w = letter(i);

	if (w != NULL)
		kit_do(&city->k, KC_K_warning_deliver, "P09.a",
		    say("warning", "%s", w->handle),
		    say("unit", "%s", unit_of(w)));
}

static void
reply(uint32_t i)
{
	const struct kc_warning *w = letter(i);

	if (w != NULL && i % 7 != 0)
		kit_do(&city->k, KC_K_warning_reply,
		    say("", "%s.head", unit_of(w)) + 1,
		    say("warning", "%s", w->handle), "reply=已成立专班");
}

static void
settle(uint32_t i)
{
	const struct kc_warning *w = letter(i);

	if (w == NULL)
		return;
	if (i % 9 == 4)
		kit_do(&city->k, KC_K_warning_escalate, "P09.a",
		    say("warning", "%s", w->handle), "level=red",
		    "reason=逾期未到位");
	else
		kit_do(&city->k, KC_K_warning_lift, "P09.a",
		    say("warning", "%s", w->handle), EVIDENCE,
		    "finding=已落实到位");
}

/* --- the third quarter: targets first --- */
static void
open_q3(uint32_t unused)
{
	struct kit *k = &city->k;

	(void)unused;
	kit_do(k, KC_K_round_open, "P09.a", "type=q3",
	    say("year", "%d", city->year));
	keep_handle(q3);
	for (uint32_t i = 0; i < POINTS && i < city->units; i++)
		kit_do(k, KC_K_round_select, "P09.a", say("round", "%s", q3),
		    say("target", "%s-%d-K%u", unit_code(i), city->year,
			2 + i % 3),
		    i % 3 == 0 ? NULL : "basis=reach", "reason=涉及面广");
}

static void
point(uint32_t i)
{
	struct kit *k = &city->k;
	bool behind = chance(3) == 0;

	kit_do(k, KC_K_opinion_point, "P09.a", say("round", "%s", q3),
	    say("target", "%s-%d-K%u", unit_code(i), city->year, 2 + i % 3),
	    behind ? "verdict=behind" : "verdict=on-schedule", "text=点位监测",
	    behind ? EVIDENCE : NULL);
	kit_do(k, KC_K_opinion_feed_back, "P09.a",
	    say("opinion", "%s", kit_handle(k)),
	    say("unit", "%s", owner_code(i)));
}

static void
close_q3(uint32_t unused)
{
	(void)unused;
	kit_do(&city->k, KC_K_round_close, "P09.a", say("round", "%s", q3));
}

void
decade_rounds(void)
{
	const struct rules *r = rules_of(city->year);
	kc_day sweeps = date(r->half_month, r->half_day);
	kc_day points = date(r->q3_month, r->q3_day);

	nletters = 0;
	on(sweeps, open_half, 0);
	for (uint32_t u = 0; u < city->units; u++)
		on(sweeps + 3, sweep, u);
	on(sweeps + 9, close_half, 0);
	for (uint32_t i = 0; i < LETTERS; i++) {
		on(sweeps + 5, deliver, i);
		on(sweeps + 9, reply, i);
		on(date(12, 12), settle, i);
	}
	on(points, open_q3, 0);
	for (uint32_t i = 0; i < POINTS && i < city->units; i++)
		on(points + 2, point, i);
	on(points + 6, close_q3, 0);
}
