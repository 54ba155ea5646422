/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of pre-deductions for tests, and tables of refusals. */
#include "casekit.h"
#include "policykit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- tables --- */
static void
check_row(const struct refusal_row *r)
{
	struct kit k;

	if (r->set_up == NULL) {
		kit_init(&k, KIT_LISTS);
		kit_on(&k, "2022-07-15");
	} else {
		r->set_up(&k);
	}
	kit_refused_v(&k, r->code, r->kind, r->by, r->fields, r->name, 0);
	assert_string_equal(k.why.rule, r->rule == NULL ? "" : r->rule);
	if (r->rule != NULL)
		assert_non_null(
		    strstr(k.why.rule_place, "policies/nantong-2022.yaml:"));
	if (r->arg != NULL)
		assert_string_equal(k.why.args[0], r->arg);
	kit_end(&k);
}

void
case_check_rows(const struct refusal_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_row(&rows[i]);
}

/* --- rules --- */
void
case_policy(struct kit *k, const char *from, const char *to)
{
	char *text = kit_text("policies/nantong-2022.yaml", from, to);

	policy_without(text, "plan.wd"); /* no tasks are filed */
	kit_do(k, KC_K_policy_adopt, "P09.a office", "policy=nantong-2022",
	    "file=policies/nantong-2022.yaml", text);
	kc_free(text);
}

void
case_calendar(struct kit *k, int year)
{
	char path[64];
	char *text;

	(void)snprintf(path, sizeof(path), "policies/calendar/%d.yaml", year);
	text = kit_text(path, NULL, NULL);
	kit_do(k, KC_K_calendar_adopt, "P09.a", kit_field("file", path), text);
	kc_free(text);
}

void
case_city(struct kit *k, const char *from, const char *to, const int *years)
{
	kit_init(k, KIT_CITY);
	case_policy(k, from, to);
	for (; *years != 0; years++)
		case_calendar(k, *years);
}

/* --- lists --- */
static void
draft(struct kit *k, const char *by, const char *const *more,
    const char *target, const char *unit, const char *year)
{
	const char *fields[16];
	unsigned n = 0;

	fields[n++] = target;
	fields[n++] = unit;
	fields[n++] = year;
	fields[n++] = "duty=D1";
	fields[n++] = "assessor=G02";
	fields[n++] = "title=年度目标";
	for (; *more != NULL; more++)
		fields[n++] = *more;
	fields[n] = NULL;
	kit_do_v(k, KC_K_target_draft, by, fields, __FILE__, __LINE__);
	kit_do(k, KC_K_target_submit, by, target);
	kit_do(k, KC_K_target_approve_first, "P09.b", target);
	kit_do(k, KC_K_target_approve_second, "gop gog", target);
	kit_do(k, KC_K_target_read, "leader", target);
}

void
case_list(struct kit *k, const char *unit, int year, const char *lead)
{
	char target[48], of_unit[48], of_year[16], indicator[48], who[48];
	const char *superior[] = {"class=key", "source=superior-indicator",
	    "weight=30.0000", indicator, lead == NULL ? NULL : who, NULL};
	static const char *const city[] = {
	    "class=key", "source=city-key", "weight=40.0000", NULL};
	static const char *const routine[] = {
	    "class=routine", "source=work-plan", "weight=20.0000", NULL};

	if (kc_cycle_of(k->st, year) == NULL) {
		(void)snprintf(of_year, sizeof(of_year), "year=%d", year);
		kit_do(k, KC_K_cycle_open, "P09.a", of_year);
	}
	(void)snprintf(of_unit, sizeof(of_unit), "unit=%s", unit);
	(void)snprintf(of_year, sizeof(of_year), "year=%d", year);
	(void)snprintf(indicator, sizeof(indicator), "indicator=IND%s", unit);
	if (lead != NULL)
		(void)snprintf(who, sizeof(who), "lead=%s", lead);
	if (kc_find(k->st, KC_NS_INDICATOR, kc_slice_str(indicator + 10)) ==
	    KC_NONE)
		kit_do(k, KC_K_indicator_register, "stats", indicator, of_unit,
		    "direction=higher", "measure=%", "name=省考核指标");
	(void)snprintf(target, sizeof(target), "target=%s-%d-K1", unit, year);
	draft(k, "P09.a", superior, target, of_unit, of_year);
	(void)snprintf(target, sizeof(target), "target=%s-%d-K2", unit, year);
	draft(k, "P09.a", city, target, of_unit, of_year);
	(void)snprintf(target, sizeof(target), "target=%s-%d-R1", unit, year);
	(void)snprintf(who, sizeof(who), "%s.head", unit);
	draft(k, who, routine, target, of_unit, of_year);
	kit_do(k, KC_K_list_issue, "P09.a", of_unit, of_year);
}

/* --- steps --- */
static struct kc_case *
last_case(struct kit *k)
{
	return k->st->cases.v[k->st->cases.n - 1];
}

struct kc_case *
case_decide(
    struct kit *k, const char *day, const char *unit, const char *target)
{
	char actual[24];

	if (day != NULL)
		kit_on(k, day);
	/* Each finding is another one. */
	(void)snprintf(
	    actual, sizeof(actual), "actual=%u", 5200 - k->st->cases.n);
	kit_do(k, KC_K_prededuct_decide, "G02.a", kit_field("unit", unit),
	    kit_field("target", target), "situation=S3", "effect=full",
	    "standard=0.5000", "planned=7500", actual, EVIDENCE,
	    "reason=区域治水工程进度滞后");
	return last_case(k);
}

struct kc_case *
case_decide_half(struct kit *k, const char *day, const char *unit,
    const char *target, const char *standard)
{
	if (day != NULL)
		kit_on(k, day);
	kit_do(k, KC_K_prededuct_decide, "G02.a", kit_field("unit", unit),
	    kit_field("target", target), "situation=S8", "effect=half",
	    kit_field("standard", standard), "cause=shared", EVIDENCE,
	    "reason=与其他单位共同承担");
	return last_case(k);
}

const char *
case_field(const struct kc_case *c)
{
	return kit_field("case", c->handle);
}

void
case_confirm(struct kit *k, const struct kc_case *c)
{
	kit_do(k, KC_K_prededuct_confirm, "P09.a", case_field(c));
}

void
case_deliver(struct kit *k, const struct kc_case *c)
{
	kit_do(k, KC_K_feedback_deliver, "G02.a", case_field(c),
	    "problem=进度滞后");
}

void
case_submit(struct kit *k, const struct kc_case *c)
{
	char head[KC_CODE_MAX + 8];

	(void)snprintf(
	    head, sizeof(head), "%s.head", k->st->units.v[c->unit]->code);
	kit_do(k, KC_K_rectify_submit, head, case_field(c), EVIDENCE,
	    "report=已整改到位");
}

void
case_refund(struct kit *k, const struct kc_case *c, const char *rate)
{
	kit_do(k, KC_K_refund_grant, "G02.a", case_field(c),
	    kit_field("rate", rate), "reason=整改核验情况");
}

void
case_finish(struct kit *k, const struct kc_case *c)
{
	case_confirm(k, c);
	(void)kit_clerk(k);
	case_deliver(k, c);
	case_submit(k, c);
	case_refund(k, c, "8000");
}

struct kc_case *
case_rectifying(
    struct kit *k, const char *day, const char *unit, const char *target)
{
	struct kc_case *c = case_decide(k, day, unit, target);

	case_confirm(k, c);
	(void)kit_clerk(k);
	case_deliver(k, c);
	return c;
}

const char *
case_day(kc_day d)
{
	static char text[4][16];
	static unsigned next;
	char *out = text[next++ % 4];
	struct kc_buf b = {0};

	kc_buf_day(&b, d);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	assert_true(kc_slice_copy(out, sizeof(text[0]), kc_buf_view(&b)));
	kc_buf_free(&b);
	return out;
}

void
case_report(struct kit *k, const char *indicator, const char *quarter, int rank,
    int last_rank)
{
	char now[16], before[16];

	(void)snprintf(now, sizeof(now), "rank=%d", rank);
	(void)snprintf(before, sizeof(before), "last_rank=%d", last_rank);
	kit_do(k, KC_K_indicator_report, "stats",
	    kit_field("indicator", indicator), kit_field("quarter", quarter),
	    "value=8.0000", now, before);
}
