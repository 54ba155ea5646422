/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that make sense: the next step of what the state holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/negative/negative.h"
#include "sim.h"
#include "view/view_int.h"

uint64_t
sim_random(struct sim *s, uint64_t below)
{
	uint64_t z = s->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % below;
}

bool
sim_chance(struct sim *s, unsigned percent)
{
	return sim_random(s, 100) < percent;
}

void
sim_begin(struct statement *st, enum kc_kind_id kind, const char *by)
{
	st->kind = kind;
	st->n = 0;
	st->fields[0] = NULL;
	(void)snprintf(st->by, sizeof(st->by), "%s", by);
}

void
sim_add(struct statement *st, const char *field, const char *value)
{
	assert_true(st->n < SIM_FIELDS);
	(void)snprintf(st->text[st->n], SIM_TEXT, "%s=%s", field, value);
	st->fields[st->n] = st->text[st->n];
	st->fields[++st->n] = NULL;
}

static void
add_evidence(struct statement *st)
{
	sim_add(st, "evidence", &EVIDENCE[9]);
}

const char *
sim_day(const struct sim *s, int more)
{
	return case_day(
	    kc_day_of_instant(s->k.now_ms, KC_LOCAL_OFFSET_S) + more);
}

#define ONE_OF(s, list)                                                        \
	((list)[sim_random((s), sizeof(list) / sizeof((list)[0]))])

/* --- cases --- */
static const char *const estab[] = {"P09.a", "P09.b"};
static const char *const assessors[] = {"G02.a", "G02.b"};

static void
head_of(const struct sim *s, uint32_t unit, const char *post, char out[64])
{
	(void)snprintf(out, 64, "%s.%s", s->k.st->units.v[unit]->code, post);
}

static const struct kc_target *
some_target(struct sim *s)
{
	const struct kc_state *st = s->k.st;

	return st->targets.v[sim_random(s, st->targets.n)];
}

static const char *
standard(struct sim *s)
{
	static const char *const v[] = {
	    "0.1000", "0.3333", "0.3500", "0.5000", "0.1001", "1.0000"};

	return ONE_OF(s, v);
}

static void
add_situation(struct sim *s, struct statement *st, const struct kc_target *t)
{
	static const char *const rank[][2] = {
	    {"S1", "full"}, {"S2", "full"}, {"S5", "exempt"}, {"S7", "half"}};
	static const char *const cause[] = {
	    "shared", "partly-objective", "self-reported"};
	const char *const *r = rank[sim_random(s, 4)];
	bool exempt = false;

	if (t->source == KC_SOURCE_SUPERIOR && sim_chance(s, 80)) {
		exempt = r[1][0] == 'e';
		sim_add(st, "situation", r[0]);
		sim_add(st, "effect", r[1]);
		sim_add(st, "quarter",
		    ONE_OF(s,
			((const char *const[]){
			    "2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"})));
	} else if (t->source == KC_SOURCE_CITY_KEY && sim_chance(s, 60)) {
		exempt = sim_chance(s, 25);
		sim_add(st, "situation", exempt ? "S6" : "S3");
		sim_add(st, "effect", exempt ? "exempt" : "full");
		sim_add(st, "planned", sim_chance(s, 90) ? "7500" : "6000");
		sim_add(st, "actual", "5200");
		if (exempt)
			sim_add(st, "cause", "force-majeure");
	} else if (s->k.st->warnings.n > 0 && sim_chance(s, 50)) {
		sim_add(st, "situation", "S4");
		sim_add(st, "effect", "full");
		sim_add(st, "cause",
		    ONE_OF(s,
			((const char *const[]){"unanswered", "not-rectified",
			    "red-level", "false-data"})));
		sim_add(
		    st, "quarter", sim_chance(s, 50) ? "2022-Q2" : "2022-Q3");
		sim_add(st, "warning",
		    s->k.st->warnings.v[sim_random(s, s->k.st->warnings.n)]
			->handle);
	} else {
		sim_add(st, "situation", "S8");
		sim_add(st, "effect", "half");
		sim_add(st, "cause", ONE_OF(s, cause));
	}
	sim_add(st, "standard", exempt ? "0.0000" : standard(s));
}

/* The newest event of the negative list of the unit; seldom another one. */
static void
add_event(struct sim *s, struct statement *st, const struct kc_target *t)
{
	const struct kc_u32s *of = &s->k.st->units.v[t->unit]->negatives;
	const struct kc_state *now = s->k.st;

	if (of->n > 0 && sim_chance(s, 6))
		sim_add(
		    st, "negative", now->negatives.v[of->v[of->n - 1]]->handle);
	else if (now->negatives.n > 0 && sim_chance(s, 1))
		sim_add(st, "negative", now->negatives.v[0]->handle);
}

static void
decide(struct sim *s, struct statement *st)
{
	const struct kc_target *t = some_target(s);

	sim_begin(st, KC_K_prededuct_decide,
	    sim_chance(s, 25) ? "G12.a" : ONE_OF(s, assessors));
	sim_add(st, "unit", s->k.st->units.v[t->unit]->code);
	sim_add(st, "target", t->code);
	add_situation(s, st, t);
	add_evidence(st);
	sim_opinion(s, st, t);
	add_event(s, st, t);
	sim_add(st, "reason", "x");
}

static void
rectifying(struct sim *s, struct statement *st, const struct kc_case *c)
{
	char by[64];

	/* A liaison may submit and ask while the head has lent it that. */
	head_of(s, c->unit, sim_chance(s, 70) ? "head" : "liaison", by);
	switch (sim_random(s, 8)) {
	case 0:
		sim_begin(st, KC_K_feedback_acknowledge, by);
		break;
	case 1:
		sim_begin(st, KC_K_rectify_plan, by);
		sim_add(st, "plan", "x");
		break;
	case 2:
		sim_begin(st, KC_K_extension_request, by);
		sim_add(st, "reason", "x");
		break;
	case 3:
		sim_begin(st, KC_K_extension_grant,
		    sim_chance(s, 50) ? "G02.a P09.a" : "P09.b G02.b");
		sim_add(st, "reason", "x");
		break;
	case 4:
		sim_begin(st, KC_K_extension_refuse, "G02.a");
		sim_add(st, "reason", "x");
		break;
	case 5:
		sim_begin(st, KC_K_rectify_submit, by);
		add_evidence(st);
		sim_add(st, "report", "x");
		break;
	default: /* nobody does anything: time passes */
		sim_begin(st, KC_K_feedback_acknowledge, "P09.a");
		break;
	}
}

static void
submitted(struct sim *s, struct statement *st, const char *by)
{
	char rate[24];

	if (sim_chance(s, 40)) {
		sim_begin(st, KC_K_rectify_reject, by);
	} else {
		(void)snprintf(rate, sizeof(rate), "%llu",
		    (unsigned long long)sim_random(s, 8600));
		sim_begin(st, KC_K_refund_grant, by);
		sim_add(st, "rate", sim_chance(s, 40) ? "8000" : rate);
	}
	sim_add(st, "reason", "x");
}

/* Now and then the Establishment Office tries in its place. */
static const char *
assessor_of(struct sim *s, const struct kc_case *c)
{
	const char *unit = s->k.st->units.v[c->assessor]->code;

	if (sim_chance(s, 15))
		return ONE_OF(s, estab);
	return strcmp(unit, "G12") == 0 ? "G12.a" : ONE_OF(s, assessors);
}

/* The next step of a case; of one that ended, a step that comes too late. */
static void
step_case(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_case *c = now->cases.v[sim_random(s, now->cases.n)];

	for (int i = 0; i < 8 && !kc_case_open(c); i++)
		c = now->cases.v[sim_random(s, now->cases.n)];
	if (sim_chance(s, 4)) {
		sim_begin(st, KC_K_prededuct_withdraw,
		    sim_chance(s, 50) ? "G02.a P09.a" : "P09.b P09.a");
		sim_add(st, "reason", "x");
		sim_add(st, "case", c->handle);
		return;
	}
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
		if (sim_chance(s, 12)) {
			sim_begin(st, KC_K_prededuct_decline, "P09.a");
			sim_add(st, "reason", "x");
		} else {
			sim_begin(st, KC_K_prededuct_confirm, ONE_OF(s, estab));
		}
		break;
	case KC_CS_DEDUCTED:
		sim_begin(st, KC_K_feedback_deliver, assessor_of(s, c));
		sim_add(st, "problem", "x");
		break;
	case KC_CS_RECTIFYING:
		rectifying(s, st, c);
		break;
	case KC_CS_SUBMITTED:
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
	case KC_CS_WITHDRAWN:
	case KC_CS_REVOKED:
	case KC_CS_LAPSED:
		submitted(s, st, assessor_of(s, c));
		break;
	}
	sim_add(st, "case", c->handle);
}

/* --- letters --- */
static void
letter(struct sim *s, struct statement *st)
{
	const struct kc_target *t = some_target(s);
	const struct kc_state *now = s->k.st;
	const struct kc_warning *w;
	char by[64];

	if (now->warnings.n == 0 || sim_chance(s, 30)) {
		sim_begin(st, KC_K_warning_issue, "P09.a");
		sim_add(st, "target", t->code);
		sim_add(st, "unit", now->units.v[t->unit]->code);
		if (sim_chance(s, 40))
			sim_add(st, "unit", sim_chance(s, 50) ? "G17" : "G28");
		sim_add(st, "level", sim_chance(s, 50) ? "blue" : "yellow");
		sim_add(st, "rectify_by", sim_day(s, (int)sim_random(s, 60)));
		sim_add(st, "fact", "x");
		sim_add(st, "demand", "x");
		sim_opinion(s, st, t);
		return;
	}
	w = now->warnings.v[sim_random(s, now->warnings.n)];
	if (sim_chance(s, 50)) {
		sim_begin(st, KC_K_warning_deliver, "P09.b");
		sim_add(st, "unit",
		    now->units.v[w->to.v[sim_random(s, w->to.n)].unit]->code);
	} else if (sim_chance(s, 50)) {
		head_of(s, w->to.v[sim_random(s, w->to.n)].unit, "head", by);
		sim_begin(st, KC_K_warning_reply, by);
		sim_add(st, "reply", "x");
	} else if (sim_chance(s, 50)) {
		sim_begin(st, KC_K_warning_escalate, "P09.a");
		sim_add(st, "level",
		    w->level == KC_LEVEL_BLUE && w->index % 2 != 0 ? "yellow"
								   : "red");
		sim_add(st, "reason", "x");
	} else if (sim_chance(s, 60)) {
		sim_begin(st, KC_K_warning_lift, "P09.a");
		add_evidence(st);
		sim_add(st, "finding", "x");
	} else {
		sim_begin(st, KC_K_warning_withdraw, "P09.a");
		sim_add(st, "reason", "x");
	}
	sim_add(st, "warning", w->handle);
}

/* --- figures, completion, cadres --- */
static void
figures(struct sim *s, struct statement *st)
{
	bool again = sim_chance(s, 30);
	char rank[24], last[24], quarter[24];

	(void)snprintf(rank, sizeof(rank), "%llu",
	    (unsigned long long)(sim_chance(s, 60) ? 10 : 1) +
		sim_random(s, 4));
	(void)snprintf(last, sizeof(last), "%llu",
	    (unsigned long long)sim_random(s, 13) + 1);
	(void)snprintf(quarter, sizeof(quarter), "2022-Q%llu",
	    (unsigned long long)sim_random(s, 4) + 1);
	sim_begin(st, again ? KC_K_indicator_correct : KC_K_indicator_report,
	    "stats");
	sim_add(st, "indicator", sim_chance(s, 50) ? "INDG16" : "INDG17");
	sim_add(st, "quarter", quarter);
	sim_add(st, "value", sim_chance(s, 50) ? "8.0000" : "8.5000");
	sim_add(st, "last_value", "8.0000");
	sim_add(st, "rank", rank);
	sim_add(st, "last_rank", last);
	if (again)
		sim_add(st, "reason", "x");
}

static void
completion(struct sim *s, struct statement *st)
{
	const struct kc_target *t = some_target(s);
	char rate[24];

	(void)snprintf(rate, sizeof(rate), "%llu",
	    (unsigned long long)sim_random(s, 10001));
	if (t->state == KC_TS_ASSESSED && sim_chance(s, 80)) {
		sim_begin(st, KC_K_completion_correct, "G02.a P09.a");
		sim_add(st, "reason", "x");
	} else {
		sim_begin(st, KC_K_completion_find, ONE_OF(s, assessors));
		add_evidence(st);
	}
	sim_add(st, "target", t->code);
	sim_add(st, "rate", rate);
}

static void
good(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_proposal *p;

	if (now->proposals.n == 0) {
		sim_begin(st, KC_K_cadre_register, "org");
		sim_add(st, "cadre", sim_chance(s, 50) ? "C1" : "C2");
		sim_add(st, "unit", sim_chance(s, 80) ? "G16" : "G12");
		sim_add(st, "city_managed", "yes");
		return;
	}
	p = now->proposals.v[sim_random(s, now->proposals.n)];
	for (uint32_t i = now->proposals.n; i-- > 0 && sim_chance(s, 80);)
		if (now->proposals.v[i]->state == KC_PS_PROPOSED)
			p = now->proposals.v[i];
	sim_begin(st, sim_chance(s, 50) ? KC_K_good_confirm : KC_K_good_decline,
	    "org");
	sim_add(st, "cadre", now->cadres.v[p->cadre]->code);
	sim_add(st, "case", now->cases.v[p->case_]->handle);
	sim_add(st, "reason", "x");
}

/* --- all --- */
void
sim_sensible(struct sim *s, struct statement *st)
{
	uint64_t dice = sim_random(s, 100);

	if (s->ending && sim_use(s, st))
		return;
	if (s->ending && sim_chance(s, 80) && sim_yearend(s, st))
		return;
	if (s->voters && sim_chance(s, 75) && sim_panel(s, st))
		return;
	if (sim_chance(s, 20) && sim_move(s, st))
		return;
	if (sim_chance(s, 20) && sim_dispute(s, st))
		return;
	if (sim_chance(s, 3) && sim_heed(s, st))
		return;
	if (sim_chance(s, 10) && sim_outage(s, st))
		return;
	if (sim_negative(s, st) || sim_bonus(s, st) || sim_work(s, st) ||
	    sim_round(s, st) || sim_adjust(s, st) || sim_reform(s, st))
		return;
	if (s->k.st->cases.n > 0 && dice < 50)
		step_case(s, st);
	else if (dice < 62)
		decide(s, st);
	else if (dice < 72)
		letter(s, st);
	else if (dice < 80)
		figures(s, st);
	else if (dice < 85)
		completion(s, st);
	else if (dice < 90)
		good(s, st);
	else if (dice < 91)
		sim_person(s, st, "dual");
	else
		sim_people(s, st);
	/* Now and then by somebody else. */
	if (sim_chance(s, 4))
		(void)snprintf(st->by, sizeof(st->by), "%s",
		    s->m.actors[sim_random(s, s->m.nactors)].id);
}
