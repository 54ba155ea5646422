/* SPDX-License-Identifier: Apache-2.0 */
/* Targets from draft to issued list, dynamic work, completion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statekit.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* --- target.draft --- */
struct draft {
	enum kc_refusal_code code;
	const char *by, *class, *source, *duty, *weight, *unit, *assessor;
	const char *more[2]; /* other fields */
};

static void
refuse_drafts(const struct draft *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct draft *r = &rows[i];

		kit_refused(&k, r->code, KC_K_target_draft, r->by, "target=N",
		    "year=2022", "title=x", r->class, r->source, r->duty,
		    r->weight, r->unit ? r->unit : "unit=G17",
		    r->assessor ? r->assessor : "assessor=G02", r->more[0],
		    r->more[1]);
	}
}

#define KEY "class=key", "source=city-key", "duty=D1"
#define ROUTINE "class=routine", "source=work-plan", "duty=D1"

static void
test_draft__refuses_by_a_table(void **state)
{
	static const struct draft rows[] = {
	    {KC_R_NOT_FOUND, "P09.a", KEY, "weight=1.0000", "unit=G99", NULL,
		{NULL}},
	    {KC_R_NOT_FOUND, "P09.a", KEY, "weight=1.0000", NULL,
		"assessor=G99", {NULL}},
	    {KC_R_OWN_UNIT, "P09.a", KEY, "weight=1.0000", NULL, "assessor=G17",
		{NULL}},
	    {KC_R_DUTY, "P09.a", "class=key", "source=city-key", "duty=D9",
		"weight=1.0000", NULL, NULL, {NULL}},
	    {KC_R_DUTY, "P09.a", "class=key", "source=city-key", "duty=D2",
		"weight=1.0000", "unit=G16", NULL, {NULL}},
	    {KC_R_DUPLICATE, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"duty=D1"}},
	    {KC_R_NOT_FOUND, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"indicator=NONE"}},
	    {KC_R_NOT_FOUND, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"lead=NONE"}},
	    {KC_R_NOT_FOUND, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"assist=NONE"}},
	    {KC_R_WEIGHT, "P09.a", KEY, "weight=0.0000", NULL, NULL, {NULL}},
	    {KC_R_WEIGHT, "P09.a", KEY, "weight=70.0001", NULL, NULL, {NULL}},
	    {KC_R_WEIGHT, "G17.head", ROUTINE, "weight=20.0001", NULL, NULL,
		{NULL}},
	    {KC_R_TARGET_NEEDS, "P09.a", "class=key",
		"source=superior-indicator", "duty=D1", "weight=1.0000", NULL,
		NULL, {NULL}},
	    {KC_R_ROLE, "G02.a", KEY, "weight=1.0000", NULL, NULL, {NULL}},
	};

	(void)state;
	refuse_drafts(rows, ARRAY(rows));
	REFUSED(CYCLE, target_draft, "P09.a", "target=N", "year=2023",
	    "title=x", KEY, "weight=1.0000", "unit=G17", "assessor=G02");
	assert_string_equal(k.why.args[0], "2023");
	REFUSED(WEIGHT, target_draft, "P09.a", "target=N", "year=2022",
	    "title=x", KEY, "weight=70.0001", "unit=G17", "assessor=G02");
	assert_string_equal(k.why.args[0], "key targets");
	assert_string_equal(k.why.args[1], "70.0001");
	assert_string_equal(k.why.args[2], "70.0000");
	assert_string_equal(k.why.rule, "points.key");
	assert_non_null(
	    strstr(k.why.rule_place, "policies/nantong-2022.yaml:16:"));
}

static void
test_draft__each_class_has_its_route_and_its_sources(void **state)
{
	static const struct draft rows[] = {
	    /* key work comes from above (R16) */
	    {KC_R_CLASS_ROUTE, "G17.head", KEY, "weight=1.0000", NULL, NULL,
		{NULL}},
	    {KC_R_CLASS_ROUTE, "G17.liaison", KEY, "weight=1.0000", NULL, NULL,
		{NULL}},
	    /* routine work from the unit (R20) */
	    {KC_R_CLASS_ROUTE, "P09.a", ROUTINE, "weight=1.0000", NULL, NULL,
		{NULL}},
	    {KC_R_UNIT_MISMATCH, "G16.head", ROUTINE, "weight=1.0000", NULL,
		NULL, {NULL}},
	    /* dynamic work by target.add alone (R25) */
	    {KC_R_CLASS_ROUTE, "P09.a", "class=dynamic", "source=ad-hoc",
		"duty=D1", "weight=1.0000", NULL, NULL, {NULL}},
	    {KC_R_CLASS_ROUTE, "P09.a", "class=key", "source=work-plan",
		"duty=D1", "weight=1.0000", NULL, NULL, {NULL}},
	    {KC_R_CLASS_ROUTE, "P09.a", "class=key", "source=ad-hoc", "duty=D1",
		"weight=1.0000", NULL, NULL, {NULL}},
	    {KC_R_CLASS_ROUTE, "G17.head", "class=routine", "source=city-key",
		"duty=D1", "weight=1.0000", NULL, NULL, {NULL}},
	    {KC_R_CLASS_ROUTE, "G17.head", "class=routine", "source=livelihood",
		"duty=D1", "weight=1.0000", NULL, NULL, {NULL}},
	};

	(void)state;
	refuse_drafts(rows, ARRAY(rows));
	DO(target_draft, "P09.a", "target=A", "unit=G17", "year=2022",
	    "class=key", "source=livelihood", "duty=D1", "duty=D2",
	    "weight=70.0000", "assessor=G02", "title=x");
	DO(target_draft, "G17.liaison", "target=B", "unit=G17", "year=2022",
	    "class=routine", "source=handed-down", "duty=D2", "weight=20.0000",
	    "assessor=G02", "title=x", "standard=y\nz");
	REFUSED(EXISTS, target_draft, "P09.a", "target=A", "unit=G17",
	    "year=2022", KEY, "weight=1.0000", "assessor=G02", "title=x");
	kit_replay(&k);
}

static void
test_draft__indicator_and_leaders_are_of_the_unit(void **state)
{
	static const struct draft rows[] = {
	    {KC_R_UNIT_MISMATCH, "P09.a", "class=key",
		"source=superior-indicator", "duty=D1", "weight=1.0000", NULL,
		NULL, {"indicator=I16"}},
	    {KC_R_UNIT_MISMATCH, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"lead=C16"}},
	    {KC_R_UNIT_MISMATCH, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"assist=C16"}},
	    {KC_R_DUPLICATE, "P09.a", KEY, "weight=1.0000", NULL, NULL,
		{"lead=C17", "assist=C17"}},
	};

	(void)state;
	DO(indicator_register, "stats", "indicator=I16", "unit=G16",
	    "direction=higher", "measure=%", "name=x");
	DO(cadre_register, "org", "cadre=C16", "unit=G16", "city_managed=yes");
	DO(cadre_register, "org", "cadre=C17", "unit=G17", "city_managed=yes");
	DO(cadre_register, "org", "cadre=D17", "unit=G17", "city_managed=no");
	refuse_drafts(rows, ARRAY(rows));
	DO(target_draft, "P09.a", "target=A", "unit=G17", "year=2022", KEY,
	    "weight=1.0000", "assessor=G02", "title=x", "lead=C17",
	    "assist=D17");
	kit_replay(&k);
}

/* --- reviews --- */
static void
draft_routine(const char *weight)
{
	DO(target_draft, "G17.liaison", "target=T", "unit=G17", "year=2022",
	    ROUTINE, weight, "assessor=G02", "title=x");
}

struct step {
	enum kc_kind_id kind;
	const char *by, *state; /* it is in before */
};
static const struct step steps[] = {
    {KC_K_target_submit, "G17.head", "draft"},
    {KC_K_target_approve_first, "P09.a", "submitted"},
    {KC_K_target_approve_second, "gog gop", "first review passed"},
    {KC_K_target_read, "leader", "second review passed"},
};

static void
test_review__passes_three_stages_in_their_order_only(void **state)
{
	(void)state;
	draft_routine("weight=1.0000");
	for (size_t now = 0; now <= ARRAY(steps); now++) {
		for (size_t i = 0; i < ARRAY(steps); i++) {
			REFUSED(NOT_FOUND, target_read, "leader", "target=N");
			if (i == now)
				continue;
			kit_refused(&k, KC_R_STATE, steps[i].kind, steps[i].by,
			    "target=T");
			assert_string_equal(k.why.state,
			    now < ARRAY(steps) ? steps[now].state
					       : "read by the leader");
		}
		if (now < ARRAY(steps))
			kit_do(&k, steps[now].kind, steps[now].by, "target=T");
	}
	REFUSED(STATE, target_revise, "G17.head", "target=T", "weight=1.0000",
	    "title=x");
	kit_replay(&k);
}

static void
test_review__takes_the_right_office_at_every_stage(void **state)
{
	(void)state;
	draft_routine("weight=1.0000");
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T");
	REFUSED(CLASS_ROUTE, target_submit, "P09.a", "target=T");
	REFUSED(UNIT_MISMATCH, target_submit, "G16.head", "target=T");
	DO(target_submit, "G17.head", "target=T");
	REFUSED(ROLE, target_approve_first, "gop", "target=T");
	DO(target_approve_first, "P09.a", "target=T");
	REFUSED(ROLE, target_approve_second, "gop", "target=T");
	REFUSED(ROLE, target_approve_second, "gop P09.a", "target=T");
	DO(target_approve_second, "gop gog", "target=T");
	REFUSED(ROLE, target_read, "P09.a", "target=T");
	DO(target_read, "leader", "target=T");
}

static void
test_return__goes_back_to_draft_from_any_review(void **state)
{
	static const char *const by[] = {"P09.a", "gop", "gog", "leader"};

	(void)state;
	draft_routine("weight=1.0000");
	REFUSED(STATE, target_return, "P09.a", "target=T", "reason=x");
	REFUSED(NOT_FOUND, target_return, "P09.a", "target=N", "reason=x");
	REFUSED(ROLE, target_return, "G17.head", "target=T", "reason=x");
	for (size_t until = 1; until <= ARRAY(steps); until++) {
		for (size_t i = 0; i < until; i++)
			kit_do(&k, steps[i].kind, steps[i].by, "target=T");
		DO(target_return, by[until - 1], "target=T", "reason=x");
		DO(target_revise, "G17.liaison", "target=T", "weight=2.0000",
		    "title=y");
	}
	REFUSED(NOT_FOUND, target_revise, "G17.head", "target=N",
	    "weight=1.0000", "title=x");
	REFUSED(CLASS_ROUTE, target_revise, "P09.a", "target=T",
	    "weight=1.0000", "title=x");
	REFUSED(UNIT_MISMATCH, target_revise, "G16.liaison", "target=T",
	    "weight=1.0000", "title=x");
	REFUSED(WEIGHT, target_revise, "G17.head", "target=T", "weight=20.0001",
	    "title=x");
	assert_string_equal(k.why.rule, "points.routine");
	kit_replay(&k);
}

/* --- list.issue --- */
static void
make_read(const char *code, const char *by, const char *class,
    const char *source, const char *weight)
{
	DO(target_draft, by, code, "unit=G17", "year=2022", class, source,
	    "duty=D1", weight, "assessor=G02", "title=x");
	DO(target_submit, by, code);
	DO(target_approve_first, "P09.a", code);
	DO(target_approve_second, "gop gog", code);
	DO(target_read, "leader", code);
}

#define G17 "unit=G17", "year=2022"

static void
test_list__is_issued_when_every_target_is_read_and_adds_up(void **state)
{
	(void)state;
	REFUSED(NOT_FOUND, list_issue, "P09.a", "unit=G99", "year=2022");
	REFUSED(CYCLE, list_issue, "P09.a", "unit=G17", "year=2023");
	REFUSED(ROLE, list_issue, "gop", G17);
	REFUSED(WEIGHT, list_issue, "P09.a", G17);
	assert_string_equal(k.why.args[1], "0.0000");
	make_read("target=A", "P09.a", "class=key", "source=city-key",
	    "weight=69.9999");
	REFUSED(WEIGHT, list_issue, "P09.a", G17);
	assert_string_equal(k.why.args[0], "key targets");
	assert_string_equal(k.why.args[1], "69.9999");
	assert_string_equal(k.why.args[2], "70.0000");
	assert_string_equal(k.why.rule, "points.key");
	make_read("target=B", "P09.a", "class=key", "source=city-key",
	    "weight=0.0001");
	make_read("target=C", "G17.head", "class=routine", "source=work-plan",
	    "weight=19.0000");
	REFUSED(WEIGHT, list_issue, "P09.a", G17);
	assert_string_equal(k.why.rule, "points.routine");
	DO(target_draft, "G17.head", "target=D", G17, ROUTINE, "weight=1.0000",
	    "assessor=G02", "title=x");
	REFUSED(LIST_OPEN, list_issue, "P09.a", G17);
	assert_string_equal(k.why.args[0], "D");
	assert_string_equal(k.why.state, "draft");
	DO(target_submit, "G17.head", "target=D");
	DO(target_approve_first, "P09.a", "target=D");
	DO(target_approve_second, "gop gog", "target=D");
	DO(target_read, "leader", "target=D");
	DO(list_issue, "P09.b", G17);
	REFUSED(STATE, list_issue, "P09.a", G17);
	assert_string_equal(k.why.state, "list issued");
	kit_replay(&k);
}

static void
test_list__closes_the_drafting_of_that_unit_and_year(void **state)
{
	static const struct draft rows[] = {
	    {KC_R_STATE, "P09.a", KEY, "weight=1.0000", NULL, NULL, {NULL}}};

	(void)state;
	refuse_drafts(rows, 1);
	assert_string_equal(k.why.state, "list issued");
	REFUSED(STATE, target_return, "leader", "target=G17-K1", "reason=x");
	assert_string_equal(k.why.state, "active");
	DO(cycle_open, "P09.a", "year=2023");
	DO(target_draft, "P09.a", "target=T23", "unit=G17", "year=2023", KEY,
	    "weight=1.0000", "assessor=G02", "title=x");
}

/* --- target.add --- */
#define ADD(code) "target=" code, "duty=D1", "assessor=G02", "title=x"

static void
test_add__waits_for_the_list(void **state)
{
	(void)state;
	REFUSED(
	    STATE, target_add, "P09.a gop", ADD("D1"), G17, "weight=1.0000");
	assert_string_equal(k.why.state, "list not issued");
	DO(target_draft, "G17.head", "target=T", G17, ROUTINE, "weight=1.0000",
	    "assessor=G02", "title=x");
	REFUSED(
	    STATE, target_add, "P09.a gop", ADD("D1"), G17, "weight=1.0000");
}

static void
test_add__spends_the_reserve_and_no_more(void **state)
{
	(void)state;
	REFUSED(ROLE, target_add, "P09.a", ADD("D1"), G17, "weight=1.0000");
	REFUSED(
	    ROLE, target_add, "P09.a leader", ADD("D1"), G17, "weight=1.0000");
	REFUSED(ROLE, target_add, "gop gog", ADD("D1"), G17, "weight=1.0000");
	REFUSED(
	    WEIGHT, target_add, "P09.a gop", ADD("D1"), G17, "weight=0.0000");
	REFUSED(EXISTS, target_add, "P09.a gop", ADD("G17-K1"), G17,
	    "weight=1.0000");
	REFUSED(NOT_FOUND, target_add, "P09.a gop", ADD("D1"), "unit=G99",
	    "year=2022", "weight=1.0000");
	REFUSED(OWN_UNIT, target_add, "P09.a gop", ADD("D1"), "unit=G02",
	    "year=2022", "weight=1.0000");
	REFUSED(CYCLE, target_add, "P09.a gop", ADD("D1"), "unit=G17",
	    "year=2023", "weight=1.0000");
	REFUSED(DUTY, target_add, "P09.a gop", "target=D1", "duty=D9",
	    "assessor=G02", "title=x", G17, "weight=1.0000");
	REFUSED(NOT_FOUND, target_add, "P09.a gop", ADD("D1"), G17,
	    "weight=1.0000", "lead=NONE");
	DO(target_add, "gog P09.a", ADD("D1"), G17, "weight=6.0000");
	REFUSED(
	    WEIGHT, target_add, "P09.a gop", ADD("D2"), G17, "weight=4.0001");
	assert_string_equal(k.why.args[0], "dynamic targets");
	assert_string_equal(k.why.args[1], "10.0001");
	assert_string_equal(k.why.args[2], "10.0000 at most");
	assert_string_equal(k.why.rule, "points.dynamic");
	DO(target_add, "P09.b gop", ADD("D2"), G17, "weight=4.0000");
	/* Another unit's reserve is its own. */
	DO(target_add, "P09.b gop", ADD("D3"), "unit=G16", "year=2022",
	    "weight=10.0000");
	kit_replay(&k);
}

/* --- completion --- */
#define PROOF                                                                  \
	"evidence=sha256:00000000000000000000000000000000000000000000000000"   \
	"00000000000000 1 application/pdf"

static void
test_completion__is_found_once_by_a_grant_holder(void **state)
{
	(void)state;
	REFUSED(NOT_FOUND, completion_find, "G02.a", "target=N", "rate=9000",
	    PROOF);
	REFUSED(ROLE, completion_find, "P09.a", "target=G17-K1", "rate=9000",
	    PROOF);
	REFUSED(GRANT, completion_find, "G12.a", "target=G17-K1", "rate=9000",
	    PROOF);
	REFUSED(STATE, completion_correct, "G02.a P09.a", "target=G17-K1",
	    "rate=9000", "reason=x");
	assert_string_equal(k.why.state, "active");
	DO(completion_find, "G02.a", "target=G17-K1", "rate=9000", PROOF);
	REFUSED(STATE, completion_find, "G02.b", "target=G17-K1", "rate=9000",
	    PROOF);
	assert_string_equal(k.why.state, "assessed");
	kit_replay(&k);
}

static void
test_completion__is_corrected_by_both_offices(void **state)
{
	(void)state;
	DO(completion_find, "G02.a", "target=G17-K1", "rate=9000", PROOF);
	REFUSED(ROLE, completion_correct, "G02.a", "target=G17-K1", "rate=8000",
	    "reason=x");
	REFUSED(ROLE, completion_correct, "G02.a G02.b", "target=G17-K1",
	    "rate=8000", "reason=x");
	REFUSED(GRANT, completion_correct, "G12.a P09.a", "target=G17-K1",
	    "rate=8000", "reason=x");
	REFUSED(GRANT, completion_correct, "P09.a G12.a", "target=G17-K1",
	    "rate=8000", "reason=x");
	REFUSED(NOT_FOUND, completion_correct, "G02.a P09.a", "target=N",
	    "rate=8000", "reason=x");
	DO(completion_correct, "P09.a G02.b", "target=G17-K1", "rate=8000",
	    "reason=x");
	DO(completion_correct, "G02.a P09.b", "target=G17-K1", "rate=10000",
	    "reason=x");
	kit_replay(&k);
}

#define RULES(f) cmocka_unit_test_setup_teardown(f, at_rules, done)
#define LISTS(f) cmocka_unit_test_setup_teardown(f, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULES(test_draft__refuses_by_a_table),
	    RULES(test_draft__each_class_has_its_route_and_its_sources),
	    RULES(test_draft__indicator_and_leaders_are_of_the_unit),
	    RULES(test_review__passes_three_stages_in_their_order_only),
	    RULES(test_review__takes_the_right_office_at_every_stage),
	    RULES(test_return__goes_back_to_draft_from_any_review),
	    RULES(test_list__is_issued_when_every_target_is_read_and_adds_up),
	    LISTS(test_list__closes_the_drafting_of_that_unit_and_year),
	    RULES(test_add__waits_for_the_list),
	    LISTS(test_add__spends_the_reserve_and_no_more),
	    LISTS(test_completion__is_found_once_by_a_grant_holder),
	    LISTS(test_completion__is_corrected_by_both_offices),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
