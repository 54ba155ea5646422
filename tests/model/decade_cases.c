/* SPDX-License-Identifier: Apache-2.0 */
/* Pre-deductions from decision to their end, disputes about them, and events
 * of the negative list. */
#include "decade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"

#define CASES_EACH 20 /* begun on each of the three days of a year */
#define EVENTS 50     /* of the negative list in a year */

/* A case or an event goes by its place in the ledger. */
static const struct kc_case *
case_at(uint32_t i)
{
	return city->k.st->cases.v[i];
}

/* "D07" is 6. */
uint32_t
number_of(uint32_t unit)
{
	return (uint32_t)strtoul(
		   city->k.st->units.v[unit]->code + 1, NULL, 10) -
	    1;
}

kc_day
today(void)
{
	return kc_day_of_instant(city->k.now_ms, KC_LOCAL_OFFSET_S);
}

/* --- hearings --- */
static struct kc_dispute *
dispute_at(uint32_t i)
{
	return city->k.st->disputes.v[i];
}

static const char *
dispute(uint32_t i)
{
	return say("dispute", "%s", dispute_at(i)->handle);
}

/* Once nobody appeals any more. */
static void
apply(uint32_t i)
{
	if (dispute_at(i)->state == KC_DS_DECIDED)
		on(today() + 1, apply, i);
	else if (dispute_at(i)->state == KC_DS_FINAL)
		kit_do(&city->k, KC_K_dispute_apply, "P09.a", dispute(i));
}

/* What a bonus that was refused is reduced to; NULL: there is nothing
 * between. */
static const char *
lower_grade(const struct kc_decision *of)
{
	const struct kc_bonus *b = city->k.st->bonuses.v[of->object];

	return b->grade == KC_BONUS_GRADE_NATIONAL ? "grade=provincial" : NULL;
}

/* Of ten, four are upheld, three reduced, three overturned. */
static void
decide(uint32_t i)
{
	uint32_t dice = chance(10);
	const struct kc_decision *of =
	    &city->k.st->decisions.v[dispute_at(i)->decision];
	const char *measure = of->kind == KC_K_bonus_refuse ? lower_grade(of)
	    : of->kind == KC_K_result_feed_back             ? NULL
							    : "points=0.0500";
	bool reduced = dice >= 4 && dice < 7 && measure != NULL;

	if (dispute_at(i)->state != KC_DS_REVIEW)
		return;
	kit_do(&city->k, KC_K_dispute_decide, "P09.c", dispute(i),
	    dice < 4      ? "ruling=upheld"
		: reduced ? "ruling=reduced"
			  : "ruling=overturned",
	    "finding=经重放核对", reduced ? measure : NULL);
	if (dice >= 4)
		on(today() + 1, apply, i);
}

static void
accept(uint32_t i)
{
	kit_do(&city->k, KC_K_dispute_accept, "P09.a", dispute(i));
}

void
decade_dispute(uint32_t unit, uint32_t seq, const char *handle)
{

	kit_do(&city->k, KC_K_dispute_file, head_of(unit),
	    say("decision", "%u", seq), say("matter", "%s", handle), EVIDENCE,
	    "claim=事实有出入");
	on(today() + 1, accept, city->k.st->disputes.n - 1);
	on(today() + 8, decide, city->k.st->disputes.n - 1);
}

uint32_t
last_of(const struct kc_events *v, enum kc_kind_id kind)
{
	uint32_t i = v->n;

	while (i-- > 0)
		if (v->v[i].kind == kind)
			return v->v[i].seq;
	return KC_NONE;
}

static void
dispute_case(uint32_t i)
{
	decade_dispute(number_of(case_at(i)->unit),
	    last_of(&case_at(i)->events, KC_K_prededuct_confirm),
	    case_at(i)->handle);
}

static void
dispute_event(uint32_t i)
{
	const struct kc_negative *n = city->k.st->negatives.v[i];

	decade_dispute(number_of(n->unit),
	    last_of(&n->events, KC_K_negative_confirm), n->handle);
}

/* --- pre-deductions --- */
static void
refund(uint32_t i)
{
	const struct rules *r = rules_of(case_at(i)->year);

	if (case_at(i)->state != KC_CS_SUBMITTED)
		return;
	kit_do(&city->k, KC_K_refund_grant,
	    assessor_of(number_of(case_at(i)->unit)), case_field(case_at(i)),
	    say("rate", "%u",
		chance(3) == 0 ? chance((uint32_t)r->refund_max_bp)
			       : (uint32_t)r->refund_max_bp),
	    "reason=核验整改情况");
}

static void
submit(uint32_t i)
{
	if (case_at(i)->state != KC_CS_RECTIFYING)
		return;
	kit_do(&city->k, KC_K_rectify_submit,
	    head_of(number_of(case_at(i)->unit)), case_field(case_at(i)),
	    EVIDENCE, "report=已整改");
	on(case_at(i)->submitted + 4, refund, i);
}

static void
plan(uint32_t i)
{
	if (case_at(i)->state != KC_CS_RECTIFYING)
		return;
	kit_do(&city->k, KC_K_rectify_plan,
	    head_of(number_of(case_at(i)->unit)), case_field(case_at(i)),
	    "plan=倒排工期");
}

static void
deliver(uint32_t i)
{
	const struct kc_case *c = case_at(i);
	uint32_t unit = number_of(c->unit);

	if (c->state != KC_CS_DEDUCTED)
		return;
	kit_do(&city->k, KC_K_feedback_deliver, assessor_of(unit),
	    case_field(c), "problem=进度滞后");
	kit_do(
	    &city->k, KC_K_feedback_acknowledge, head_of(unit), case_field(c));
	on(c->delivered + 4, plan, i);
	if (chance(5) != 0)
		on(c->delivered + 45, submit, i);
}

static void
confirm(uint32_t i)
{
	kit_do(
	    &city->k, KC_K_prededuct_confirm, "P09.a", case_field(case_at(i)));
	if (chance(40) == 0 && case_at(i)->state == KC_CS_DEDUCTED)
		on(case_at(i)->confirmed + 3, dispute_case, i);
	on(case_at(i)->confirmed + 2, deliver, i);
}

static void
begin(uint32_t unused)
{
	const struct rules *r = rules_of(city->year);
	uint32_t dice = chance(10), unit = chance(city->units);
	bool half = dice < 2, exempt = dice == 2 && r->exempt != NULL;
	const char *fields[] = {say("unit", "%s", unit_code(unit)),
	    say("target", "%s-%d-K%u", unit_code(unit), city->year,
		2 + chance(KEY_TARGETS - 1)),
	    say("situation", "%s",
		half         ? r->half
		    : exempt ? r->exempt
			     : r->behind),
	    half         ? "effect=half"
		: exempt ? "effect=exempt"
			 : "effect=full",
	    exempt ? "standard=0.0000"
		   : say("standard", "0.%u", 2000 + chance(6000)),
	    "planned=7500", say("actual", "%u", 2000 + chance(3900)),
	    half         ? say("cause", "%s", r->cause_half)
		: exempt ? say("cause", "%s", r->cause_exempt)
			 : EVIDENCE,
	    half || exempt ? EVIDENCE : "reason=进度滞后",
	    half || exempt ? "reason=部分客观因素" : NULL, NULL};

	(void)unused;
	/* A target has one open case at a time: then another day. */
	if (kit_try(&city->k, KC_K_prededuct_decide, assessor_of(unit),
		fields) == KC_OK)
		on(today() + 1, confirm, city->k.st->cases.n - 1);
	else
		assert_int_equal(city->k.why.code, KC_R_ONE_OPEN);
}

void
decade_cases(void)
{
	static const int days[3][2] = {{4, 20}, {7, 22}, {9, 10}};

	for (uint32_t i = 0; i < CASES_EACH; i++)
		for (unsigned d = 0; d < 3; d++)
			on(date(days[d][0], days[d][1]), begin, i);
}

/* --- the negative list --- */
/* All of it is the first unit's to assess, its own the Office's. */
static const char *
watcher_of(uint32_t unit)
{
	return unit == 0 ? "P09.b" : "D01.a";
}

static void
notify(uint32_t i)
{
	const struct kc_negative *n = city->k.st->negatives.v[i];

	kit_do(&city->k, KC_K_negative_notify, watcher_of(number_of(n->unit)),
	    say("negative", "%s", n->handle));
	if (chance(12) == 0)
		on(today() + 1, dispute_event, i);
}

static void
judge(uint32_t i)
{
	const struct kc_negative *n = city->k.st->negatives.v[i];

	if (chance(9) == 0) {
		kit_do(&city->k, KC_K_negative_decline, "P09.a",
		    say("negative", "%s", n->handle), "reason=证据不足");
		return;
	}
	kit_do(&city->k, KC_K_negative_confirm, "P09.a",
	    say("negative", "%s", n->handle));
	on(today() + 1, notify, i);
}

static void
propose(uint32_t unused)
{
	const struct rules *r = rules_of(city->year);
	uint32_t unit = chance(city->units);
	int64_t least = r->negative_min_e4, most = r->negative_max_e4;

	(void)unused;
	kit_do(&city->k, KC_K_negative_propose, watcher_of(unit),
	    say("unit", "%s", owner_code(unit)),
	    say("item", "%u", 1 + chance((uint32_t)r->negative_items)),
	    say("amount", "0.%04u",
		(unsigned)least + chance((uint32_t)(most - least))),
	    say("on", "%s", case_day(today() - 1)), EVIDENCE, "fact=督查发现");
	on(today() + 1, judge, city->k.st->negatives.n - 1);
}

void
decade_negatives(void)
{
	for (uint32_t i = 0; i < EVENTS; i++)
		on(date(2, 1) + (kc_day)(i * 310 / EVENTS), propose, i);
}
