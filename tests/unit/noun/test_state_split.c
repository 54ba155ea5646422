/* SPDX-License-Identifier: Apache-2.0 */
/* A unit is divided: what is named goes to another, and both go on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "negkit.h"
#include "reformkit.h"
#include "roundkit.h"
#include "statekit.h"
#include "viewkit.h"

#define KEY KC_TARGET_CLASS_KEY
#define ROUTINE KC_TARGET_CLASS_ROUTINE
#define SPLIT REFORMERS, "unit=G17", "on=2022-07-15", PAPER

static uint32_t
unit(const char *code)
{
	return reform_unit(&k, code)->index;
}

static int64_t
weight(const char *target)
{
	return reform_target(&k, target)->weight_e4;
}

/* A list of 2022 as a table: suffix, points, duty. */
static void
list(const char *of, const char *const rows[][3], size_t n)
{
	char target[32], head[16];

	(void)snprintf(head, sizeof(head), "%s.head", of);
	for (size_t i = 0; i < n; i++) {
		bool key = rows[i][0][0] == 'K';

		(void)snprintf(
		    target, sizeof(target), "target=%s-%s", of, rows[i][0]);
		DO(target_draft, key ? "P09.a" : head, target,
		    kit_field("unit", of), "year=2022",
		    kit_field("class", key ? "key" : "routine"),
		    kit_field("source", key ? "city-key" : "work-plan"),
		    kit_field("weight", rows[i][1]),
		    kit_field("duty", rows[i][2]), "assessor=G02", "title=x");
		DO(target_submit, key ? "P09.a" : head, target);
		DO(target_approve_first, "P09.b", target);
		DO(target_approve_second, "gop gog", target);
		DO(target_read, "leader", target);
	}
	DO(list_issue, "P09.a", kit_field("unit", of), "year=2022");
}

/* Each duty of G17 carries its own work; 2022-07-15. */
static int
at_two_duties(void **state)
{
	static const char *const g16[][3] = {{"K1", "30.0000", "D1"},
	    {"K2", "40.0000", "D1"}, {"R1", "20.0000", "D1"}};
	static const char *const g17[][3] = {{"K1", "30.0000", "D1"},
	    {"K2", "40.0000", "D2"}, {"R1", "15.0000", "D1"},
	    {"R2", "5.0000", "D2"}};

	(void)at_rules(state);
	list("G16", g16, 3);
	list("G17", g17, 4);
	kit_on(&k, "2022-07-15");
	return 0;
}

static int
replayed(void **state)
{
	kit_replay(&k);
	return done(state);
}

static void
to_g16(void)
{
	DO(unit_split, SPLIT, "successor=G16", "target=G17-K2", "target=G17-R2",
	    "duty=D2");
}

static void
test_split__lays_the_points_of_both_anew(void **state)
{
	(void)state;
	to_g16();
	assert_int_equal(weight("G17-K1"), 700000);
	assert_int_equal(weight("G17-R1"), 200000);
	assert_int_equal(weight("G16-R1"), 160000);
	assert_int_equal(weight("G17-R2"), 40000);
	assert_int_equal(weight("G16-K1"), 190909);
	assert_int_equal(weight("G16-K2"), 254546);
	assert_int_equal(weight("G17-K2"), 254545);
	assert_int_equal(reform_points(&k, "G16", KEY), 700000);
	assert_int_equal(reform_points(&k, "G16", ROUTINE), 200000);
	assert_int_equal(reform_points(&k, "G17", KEY), 700000);
	assert_int_equal(kc_cycle_of(k.st, 2022)->lists.n, 2);
	assert_string_equal(reform_unit(&k, "G16")->duties.v[1].code, "D2");
	assert_int_equal(reform_target(&k, "G17-K2")->duties.v[0], 1);
	assert_true(reform_unit(&k, "G17")->duties.v[1].gone);
	assert_int_equal(reform_unit(&k, "G17")->ended, 0);
}

/* What hangs on the target goes; what is of the unit alone stays. */
static void
test_split__takes_what_hangs_on_the_targets_alone(void **state)
{
	struct kc_case *goes = case_rectifying(&k, NULL, "G17", "G17-K2");
	struct kc_case *stays =
	    case_decide_half(&k, NULL, "G17", "G17-K1", "0.4000");
	struct kc_opinion *o;

	(void)state;
	round_half(&k);
	o = round_opinion(&k, "G17-K2", "on-schedule");
	to_g16();
	assert_int_equal(goes->unit, unit("G16"));
	assert_int_equal(stays->unit, unit("G17"));
	assert_int_equal(reform_unit(&k, "G16")->opinions.n, 1);
	assert_int_equal(o->events.v[o->events.n - 1].kind, KC_K_unit_split);
	round_feed_back(&k, o);
	REFUSED(UNIT_MISMATCH, rectify_submit, "G17.head", case_field(goes),
	    "report=x", EVIDENCE);
	DO(rectify_submit, "G16.head", case_field(goes), "report=x", EVIDENCE);
}

/* Heads stay, and with them the power to sign for what stays. */
static void
test_split__leaves_the_persons_where_they_are(void **state)
{
	const struct kc_actor *head =
	    k.st->actors
		.v[kc_find(k.st, KC_NS_ACTOR, kc_slice_str("G17.head"))];

	(void)state;
	to_g16();
	assert_int_equal(head->unit, unit("G17"));
	assert_int_equal(head->roles, KC_ROLE_BIT(KC_ROLE_HEAD));
}

/* To a unit that had nothing, with the rights that are named alone. */
static void
test_split__makes_a_new_unit_with_the_grants_that_are_named(void **state)
{
	const struct kc_target *other = reform_target(&k, "G16-K2");
	kc_day today = kc_day_from_civil(2022, 7, 15);

	(void)state;
	DO(unit_register, "P09.a", "unit=G40", "group=gov", "name=市新局");
	DO(grant_issue, "P09.a", "grant=GR-1", "assessor=G17", "scope=target",
	    "object=G16-K1", "from=2022-01-01", "until=2022-12-31");
	DO(grant_issue, "P09.a", "grant=GR-2", "assessor=G17", "scope=target",
	    "object=G16-K2", "from=2022-01-01", "until=2022-12-31");
	DO(grant_issue, "P09.a", "grant=GR-3", "assessor=G17", "scope=target",
	    "object=G16-K2", "from=2022-01-01", "until=2022-06-30");
	DO(unit_split, SPLIT, "successor=G40", "target=G17-K2", "target=G17-R2",
	    "duty=D2", "grant=GR-2");
	assert_int_equal(weight("G17-K2"), 700000);
	assert_int_equal(weight("G17-R2"), 200000);
	assert_int_equal(kc_cycle_of(k.st, 2022)->lists.n, 3);
	assert_true(kc_holds_grant(k.st, unit("G40"), other, today));
	assert_false(kc_holds_grant(k.st, unit("G17"), other, today));
	assert_true(kc_holds_grant(
	    k.st, unit("G17"), reform_target(&k, "G16-K1"), today));
	assert_true(kc_holds_grant(
	    k.st, unit("G17"), other, kc_day_from_civil(2022, 6, 30)));
}

/* A right over a unit is one over what it had by then, and not over what had
 * gone before. */
static void
test_split__leaves_later_grants_over_the_unit_without_what_went(void **state)
{
	const struct kc_target *goes = reform_target(&k, "G17-K2");
	const struct kc_target *stays = reform_target(&k, "G17-K1");
	kc_day today = kc_day_from_civil(2022, 7, 15);

	(void)state;
	DO(grant_issue, "P09.a", "grant=GR-1", "assessor=G12", "scope=unit",
	    "object=G17", "from=2022-01-01", "until=2022-12-31");
	to_g16();
	DO(grant_issue, "P09.a", "grant=GR-2", "assessor=P20", "scope=unit",
	    "object=G17", "from=2022-01-01", "until=2022-12-31");
	assert_int_equal(goes->unit, unit("G16"));
	assert_true(kc_holds_grant(k.st, unit("G12"), goes, today));
	assert_true(kc_holds_grant(k.st, unit("G12"), stays, today));
	assert_true(kc_holds_grant(k.st, unit("P20"), stays, today));
	assert_false(kc_holds_grant(k.st, unit("P20"), goes, today));
}

/* On both sides of a pair, which stays one. */
static void
test_split__takes_the_event_of_the_list_on_the_same_fact(void **state)
{
	struct kc_negative *n, *alone;
	struct kc_case *c;

	(void)state;
	DO(grant_issue, "P09.a", "grant=GR-1", "assessor=G12", "scope=negative",
	    "object=3", "from=2022-01-01", "until=2022-12-31");
	alone = neg_propose(&k, NULL, "G17", "0.3000");
	c = case_rectifying(&k, NULL, "G17", "G17-K2");
	DO(negative_propose, "G12.a", "unit=G17", "item=3", "amount=0.4000",
	    "on=2022-07-01", kit_field("case", c->handle), EVIDENCE, "fact=x");
	n = k.st->negatives.v[1];
	to_g16();
	assert_int_equal(n->unit, unit("G16"));
	assert_int_equal(alone->unit, unit("G17"));
}

static void
test_split__is_refused_where_it_does_not_hold(void **state)
{
	(void)state;
	REFUSED(NOT_FOUND, unit_split, SPLIT, "successor=G16", "target=X");
	REFUSED(NOT_FOUND, unit_split, SPLIT, "successor=G16", "target=G17-K2",
	    "duty=X");
	REFUSED(NOT_FOUND, unit_split, SPLIT, "successor=G16", "target=G17-K2",
	    "duty=D2", "grant=X");
	REFUSED(DUPLICATE, unit_split, SPLIT, "successor=G16", "target=G17-K2",
	    "target=G17-K2");
	REFUSED(
	    UNIT_MISMATCH, unit_split, SPLIT, "successor=G16", "target=G16-K2");
	REFUSED(UNIT_MISMATCH, unit_split, SPLIT, "successor=G16",
	    "target=G17-K2", "duty=D2", "grant=GR-G02");
	REFUSED(
	    FIELD_VALUE, unit_split, SPLIT, "successor=G17", "target=G17-K2");
	/* A target is parted neither from its duty, nor a duty from it. */
	REFUSED(
	    DUTY_PARTED, unit_split, SPLIT, "successor=G16", "target=G17-K2");
	REFUSED(DUTY_PARTED, unit_split, SPLIT, "successor=G16",
	    "target=G17-K2", "target=G17-R2", "duty=D2", "duty=D1");
	assert_string_equal(k.why.args[0], "G17-K1");
	/* Both need key work, and routine work. */
	REFUSED(WEIGHT, unit_split, SPLIT, "successor=G16", "target=G17-K1",
	    "target=G17-K2", "target=G17-R1", "target=G17-R2", "duty=D1",
	    "duty=D2");
}

static size_t
rows(const char *view, const char *of)
{
	json_t *doc = view_of(&k, view, of, NULL, "2022-07-15");
	size_t n = json_array_size(json_object_get(doc, "rows"));

	json_decref(doc);
	return n;
}

/* Its duties are shown, and held against targets, where they are. */
static void
test_split__shows_a_duty_where_it_is(void **state)
{
	size_t before = rows("unit", "G17");
	json_t *doc;

	(void)state;
	to_g16();
	assert_int_equal(rows("duties", "G17"), 1);
	assert_int_equal(rows("duties", "G16"), 2);
	assert_int_equal(rows("match", "G17"), 1);
	assert_int_equal(rows("match", "G16"), 2);
	doc = view_of(&k, "units", NULL, NULL, "2022-07-15");
	assert_int_equal(int_at(row_where(doc, "unit", "G17"), "duties"), 1);
	json_decref(doc);
	assert_int_equal(rows("unit", "G17"), before - 1);
}

/* Nothing new rests on it where it was, and it goes no second time. */
static void
test_split__leaves_no_duty_that_went(void **state)
{
	(void)state;
	to_g16();
	REFUSED(DUTY, target_add, "P09.a gop", "target=G17-X", "unit=G17",
	    "year=2022", "duty=D2", "weight=1.0000", "assessor=G02", "title=x");
	assert_string_equal(k.why.args[1], "D1");
	DO(duty_register, "P09.a", "unit=G17", "duty=D3", "text=x");
	DO(target_add, "P09.a gop", "target=G17-X", "unit=G17", "year=2022",
	    "duty=D3", "weight=1.0000", "assessor=G02", "title=x");
	REFUSED(NOT_FOUND, unit_split, SPLIT, "successor=G12", "target=G17-X",
	    "duty=D3", "duty=D2");
}

/* There and back it is the one of now that the targets rest on. */
static void
test_split__brings_a_duty_back(void **state)
{
	const struct kc_target *t = reform_target(&k, "G17-K2");

	(void)state;
	to_g16();
	DO(unit_split, REFORMERS, "unit=G16", "on=2022-07-15", PAPER,
	    "successor=G17", "target=G17-K2", "target=G17-R2", "duty=D2");
	assert_string_equal(
	    reform_unit(&k, "G17")->duties.v[t->duties.v[0]].code, "G16.D2");
	DO(unit_split, SPLIT, "successor=G16", "target=G17-K2", "target=G17-R2",
	    "duty=G16.D2");
}

/* A target that was withdrawn stays, and so does the clause that it had. */
static void
test_split__keeps_the_duty_of_what_was_withdrawn(void **state)
{
	const struct kc_target *t;

	(void)state;
	DO(target_add, "P09.a gop", "target=G17-X", "unit=G17", "year=2022",
	    "duty=D2", "weight=1.0000", "assessor=G02", "title=x");
	t = reform_target(&k, "G17-X");
	DO(target_remove, "P09.a gop gog", "target=G17-X", "reason=x");
	to_g16();
	reform_merge(&k, "G17", "G12");
	assert_true(t->duties.v[0] < reform_unit(&k, "G12")->duties.n);
	assert_string_equal(
	    reform_unit(&k, "G12")->duties.v[t->duties.v[0]].code, "D2");
	assert_true(reform_unit(&k, "G12")->duties.v[t->duties.v[0]].gone);
}

/* Both go on to be measured by it, and read it; it stays with who was there. */
static void
test_split__an_indicator_of_a_target_that_stays_stays_and_serves_both(
    void **state)
{
	static const char *const rows[][2] = {
	    {"target=G17-K3", "duty=D1"}, {"target=G17-K4", "duty=D2"}};
	uint32_t shared;

	kit_free(&k);
	(void)at_rules(state);
	DO(indicator_register, "stats", "indicator=INDX", "unit=G17",
	    "direction=higher", "measure=%", "name=省考核指标");
	for (unsigned i = 0; i < 2; i++) {
		DO(target_draft, "P09.a", rows[i][0], "unit=G17", "year=2022",
		    "class=key", "source=superior-indicator", "weight=10.0000",
		    rows[i][1], "indicator=INDX", "assessor=G02", "title=x");
		DO(target_submit, "P09.a", rows[i][0]);
		DO(target_approve_first, "P09.b", rows[i][0]);
		DO(target_approve_second, "gop gog", rows[i][0]);
		DO(target_read, "leader", rows[i][0]);
	}
	list("G16",
	    (const char *const[][3]){
		{"K1", "70.0000", "D1"}, {"R1", "20.0000", "D1"}},
	    2);
	list("G17",
	    (const char *const[][3]){{"K1", "30.0000", "D1"},
		{"K2", "20.0000", "D2"}, {"R1", "15.0000", "D1"},
		{"R2", "5.0000", "D2"}},
	    4);
	kit_on(&k, "2022-07-15");
	DO(indicator_report, "stats", "indicator=INDX", "quarter=2022-Q2",
	    "value=5.0000", "rank=3", "last_rank=4");
	DO(unit_split, SPLIT, "successor=G16", "target=G17-K2", "target=G17-K4",
	    "target=G17-R2", "duty=D2");
	shared = kc_find(k.st, KC_NS_INDICATOR, kc_slice_str("INDX"));
	assert_int_equal(k.st->indicators.v[shared]->unit, unit("G17"));
	assert_true(kc_indicator_measures(k.st, shared, unit("G16")));
	assert_true(kc_indicator_measures(k.st, shared, unit("G17")));
	assert_false(kc_indicator_measures(k.st, shared, unit("G12")));
	for (unsigned i = 0; i < 2; i++) {
		json_t *doc = view_as(
		    &k, i == 0 ? "G16.head" : "G17.head", "indicators", "", "");

		assert_string_equal(
		    text_at(row_where(doc, "indicator", "INDX"), "quarter"),
		    "2022-Q2");
		json_decref(doc);
	}
	/* What is theirs in the next year is measured by it as well. */
	DO(cycle_open, "P09.a", "year=2023");
	for (unsigned i = 0; i < 2; i++)
		DO(target_draft, "P09.a",
		    i == 0 ? "target=G16-X" : "target=G17-X",
		    i == 0 ? "unit=G16" : "unit=G17", "year=2023", "class=key",
		    "source=superior-indicator", "weight=10.0000", "duty=D1",
		    "indicator=INDX", "assessor=G02", "title=x");
}

int
main(void)
{
#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(                                       \
	    test_split__##name, at_two_duties, replayed)
	const struct CMUnitTest tests[] = {
	    T(lays_the_points_of_both_anew),
	    T(takes_what_hangs_on_the_targets_alone),
	    T(leaves_the_persons_where_they_are),
	    T(makes_a_new_unit_with_the_grants_that_are_named),
	    T(leaves_later_grants_over_the_unit_without_what_went),
	    T(takes_the_event_of_the_list_on_the_same_fact),
	    T(is_refused_where_it_does_not_hold),
	    T(shows_a_duty_where_it_is),
	    T(leaves_no_duty_that_went),
	    T(brings_a_duty_back),
	    T(keeps_the_duty_of_what_was_withdrawn),
	    T(an_indicator_of_a_target_that_stays_stays_and_serves_both),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
