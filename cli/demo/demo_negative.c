/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The negative list in the demonstration: some events that end as such events
 * do. One is about the fact of a pre-deduction, which is larger and stands.
 */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

enum outcome {
	KEPT,
	DECLINED,
	WITHDRAWN
};
static struct event {
	const char *unit;
	int item;
	const char *assessor, *amount;
	int on[2], proposed[2]; /* month, day */
	enum outcome outcome;
	const char *situation; /* of the case on the same fact; NULL: none */
	const char *fact;
	char handle[16];
} events[] = {
    {"G16", 17, "G02", "0.2000", {7, 18}, {7, 26}, KEPT, "S3",
	"年度改革任务进度滞后，影响营商环境评价", ""},
    {"G13", 2, "G23", "0.3000", {8, 3}, {8, 9}, KEPT, NULL,
	"所管工地发生一般生产安全事故", ""},
    {"Z02", 11, "P14", "0.3000", {8, 22}, {8, 29}, DECLINED, NULL,
	"信访事项办理逾期", ""},
    {"Z01", 3, "G12", "0.5000", {9, 6}, {9, 14}, KEPT, NULL,
	"园区排污口整改不到位", ""},
    {"M07", 8, "P11", "0.1000", {10, 11}, {10, 18}, KEPT, NULL,
	"未按规定开展组织生活", ""},
    {"G37", 14, "G01", "0.2000", {11, 1}, {11, 8}, KEPT, NULL,
	"依申请公开答复逾期", ""},
    {"P17", 8, "P11", "0.1000", {11, 10}, {11, 15}, WITHDRAWN, NULL,
	"党费收缴台账不全", ""},
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static kc_day
day_of(const int when[2])
{
	return kc_day_from_civil(DEMO_YEAR, when[0], when[1]);
}

static void
by_assessor(struct demo *d, const struct event *e)
{
	char actor[32];

	snprintf(actor, sizeof(actor), "%s.assessor", e->assessor);
	demo_by(d, actor);
}

static const char *
case_of(const struct demo *d, const struct event *e)
{
	for (size_t i = 0; i < d->ncases; i++) {
		const struct demo_case *c = &d->cases[i];

		if (strcmp(demo_units[c->unit].code, e->unit) == 0 &&
		    strcmp(c->situation, e->situation) == 0)
			return c->handle;
	}
	return "";
}

static void
propose(struct demo *d, unsigned i)
{
	struct event *e = &events[i];

	demo_begin(d, KC_K_negative_propose);
	by_assessor(d, e);
	demo_set(d, F(negative_propose, unit), e->unit);
	demo_number(d, F(negative_propose, item), e->item);
	demo_set(d, F(negative_propose, amount), e->amount);
	demo_date(d, F(negative_propose, on), day_of(e->on));
	if (e->situation != NULL)
		demo_set(d, F(negative_propose, case_), case_of(d, e));
	demo_evidence(d, F(negative_propose, evidence), e->fact);
	demo_set(d, F(negative_propose, fact), e->fact);
	demo_post(d, e->handle);
}

static void
confirm(struct demo *d, unsigned i)
{
	bool declined = events[i].outcome == DECLINED;

	demo_begin(d, declined ? KC_K_negative_decline : KC_K_negative_confirm);
	demo_by(d, "P09.confirm");
	demo_set(d, F(negative_confirm, negative), events[i].handle);
	if (declined)
		demo_set(d, F(negative_decline, reason),
		    "延期办理已经批准，不属逾期");
	demo_post(d, NULL);
}

static void
notify(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_negative_notify);
	by_assessor(d, &events[i]);
	demo_set(d, F(negative_notify, negative), events[i].handle);
	demo_post(d, NULL);
}

static void
withdraw(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_negative_withdraw);
	by_assessor(d, &events[i]);
	demo_by(d, "P09.estab");
	demo_set(d, F(negative_withdraw, negative), events[i].handle);
	demo_set(d, F(negative_withdraw, reason), "台账随后补报齐全，予以撤销");
	demo_post(d, NULL);
}

void
demo_plan_negative(void)
{
	for (unsigned i = 0; i < COUNT(events); i++) {
		kc_day day = day_of(events[i].proposed);

		demo_at(day, 10, 0, propose, i);
		demo_at(day + 1, 10, 0, confirm, i);
		if (events[i].outcome != DECLINED)
			demo_at(day + 2, 10, 0, notify, i);
		if (events[i].outcome == WITHDRAWN)
			demo_at(day + 3, 10, 0, withdraw, i);
	}
}
