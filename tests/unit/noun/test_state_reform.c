/* SPDX-License-Identifier: Apache-2.0 */
/* Units are merged and abolished: what they have goes to their successor. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "negkit.h"
#include "noun/score.h"
#include "reformkit.h"
#include "statekit.h"

#define KEY KC_TARGET_CLASS_KEY
#define ROUTINE KC_TARGET_CLASS_ROUTINE
#define DYNAMIC KC_TARGET_CLASS_DYNAMIC
#define MERGE "unit=G17", "successor=G16", "on=2022-07-15", PAPER

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

/* --- lists --- */
static void
test_reform__lays_the_points_of_both_lists_anew(void **state)
{
	const struct kc_target *t = reform_target(&k, "G17-K1");

	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G17", "G16");
	assert_int_equal(weight("G16-K1"), 150000);
	assert_int_equal(weight("G16-K2"), 200000);
	assert_int_equal(weight("G17-K1"), 150000);
	assert_int_equal(weight("G17-K2"), 200000);
	assert_int_equal(weight("G16-R1"), 100000);
	assert_int_equal(weight("G17-R1"), 100000);
	assert_int_equal(t->unit, unit("G16"));
	assert_int_equal(t->was.n, 1);
	assert_int_equal(t->was.v[0], unit("G17"));
	/* What it came to until then stays on record. */
	assert_int_equal(t->versions.n, 1);
	assert_int_equal(t->versions.v[0].weight_e4, 300000);
	assert_int_equal(reform_list(&k, "G16")->targets.n, 6);
	assert_int_equal(reform_list(&k, "G17")->targets.n, 0);
	assert_int_equal(reform_list(&k, "G17")->issued_seq, KC_NONE);
	assert_int_equal(kc_cycle_of(k.st, 2022)->lists.n, 1);
	assert_int_equal(reform_unit(&k, "G17")->targets.n, 0);
	assert_int_equal(reform_unit(&k, "G16")->targets.n, 6);
	kit_replay(&k);
}

static void
test_reform__into_a_unit_without_a_list_keeps_the_points(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	DO(unit_register, "P09.a", "unit=G40", "group=gov", "name=市新局");
	reform_merge(&k, "G17", "G40");
	assert_int_equal(weight("G17-K1"), 300000);
	assert_int_equal(reform_target(&k, "G17-K1")->versions.n, 0);
	assert_int_equal(reform_points(&k, "G40", KEY), 700000);
	assert_int_not_equal(reform_list(&k, "G40")->issued_seq, KC_NONE);
	assert_int_equal(kc_cycle_of(k.st, 2022)->lists.n, 2);
	kit_replay(&k);
}

/* At most ten points of dynamic work: beyond that they are laid anew, too. */
static void
test_reform__keeps_the_reserve_within_its_points(void **state)
{
	static const struct {
		const char *points[2];
		int64_t is[2];
	} rows[] = {
	    {{"weight=3.0000", "weight=4.0000"}, {30000, 40000}},
	    {{"weight=9.0000", "weight=6.0000"}, {60000, 40000}},
	};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		kit_free(&k);
		kit_init(&k, KIT_LISTS);
		kit_on(&k, "2022-07-15");
		DO(target_add, "P09.a gop", "target=G16-D1", "unit=G16",
		    "year=2022", "duty=D1", rows[i].points[0], "assessor=G02",
		    "title=x");
		DO(target_add, "P09.a gop", "target=G17-D1", "unit=G17",
		    "year=2022", "duty=D1", rows[i].points[1], "assessor=G02",
		    "title=x");
		reform_merge(&k, "G17", "G16");
		assert_int_equal(weight("G16-D1"), rows[i].is[0]);
		assert_int_equal(weight("G17-D1"), rows[i].is[1]);
		assert_int_equal(reform_list(&k, "G16")->dynamic_e4,
		    rows[i].is[0] + rows[i].is[1]);
		assert_int_equal(reform_points(&k, "G16", DYNAMIC),
		    rows[i].is[0] + rows[i].is[1]);
		kit_replay(&k);
	}
}

/* --- what hangs on targets, and what does not --- */
static void
test_reform__an_open_case_goes_on_with_its_days(void **state)
{
	struct kc_case *c = case_rectifying(&k, "2022-05-05", "G17", "G17-K2");
	kc_day due = c->due;

	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G17", "G16");
	assert_int_equal(c->unit, unit("G16"));
	assert_int_equal(c->due, due);
	assert_int_equal(c->events.v[c->events.n - 1].kind, KC_K_unit_merge);
	assert_int_equal(reform_unit(&k, "G16")->prededucts.n, 1);
	assert_int_equal(reform_unit(&k, "G17")->prededucts.n, 0);
	REFUSED(ROLE, rectify_submit, "G17.head", case_field(c), "report=x",
	    EVIDENCE);
	case_submit(&k, c);
	kit_replay(&k);
}

static void
test_reform__a_period_that_passes_expires_against_the_successor(void **state)
{
	struct kc_case *c = case_rectifying(&k, "2022-05-05", "G17", "G17-K2");
	struct kc_tally of;

	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G17", "G16");
	kit_on(&k, "2022-08-09");
	assert_int_equal(kit_clerk(&k) > 0, 1);
	assert_true(kc_case_expired(c));
	kc_tally_cases(k.st, reform_unit(&k, "G16"), 2022, &of);
	assert_int_equal(of.unmet, 1);
	assert_int_equal(of.retained_e4, c->deducted_e4);
	kc_tally_cases(k.st, reform_unit(&k, "G17"), 2022, &of);
	assert_int_equal(of.cases, 0);
	kit_replay(&k);
}

static void
test_reform__letters_are_the_successors_to_answer(void **state)
{
	const struct kc_warning *w;

	(void)state;
	kit_on(&k, "2022-07-14");
	DO(warning_issue, "P09.a", "target=G17-K2", "unit=G17", "level=yellow",
	    "planned=5000", "actual=3000", "demand=x", "rectify_by=2022-12-31",
	    "fact=x");
	w = k.st->warnings.v[0];
	DO(warning_deliver, "P09.a", kit_field("warning", w->handle),
	    "unit=G17");
	reform_merge(&k, "G17", "G16");
	assert_int_equal(w->to.v[0].unit, unit("G16"));
	assert_int_equal(reform_unit(&k, "G16")->warnings.n, 1);
	DO(warning_reply, "G16.head", kit_field("warning", w->handle),
	    "reply=x");
	kit_replay(&k);
}

/* Both were addressed: each answers for itself, and one of them is no more. */
static void
test_reform__one_letter_to_both_is_answered_once(void **state)
{
	const struct kc_warning *w;

	(void)state;
	kit_on(&k, "2022-07-14");
	DO(warning_issue, "P09.a", "target=G17-K2", "unit=G17", "unit=G16",
	    "level=yellow", "rectify_by=2022-12-20", "fact=x", "demand=x");
	w = k.st->warnings.v[0];
	for (unsigned i = 0; i < 2; i++)
		DO(warning_deliver, "P09.a", kit_field("warning", w->handle),
		    i == 0 ? "unit=G17" : "unit=G16");
	reform_merge(&k, "G17", "G16");
	assert_true(w->to.v[0].released);
	assert_false(w->to.v[1].released);
	DO(warning_reply, "G16.head", kit_field("warning", w->handle),
	    "reply=x");
	assert_int_equal(w->state, KC_WS_REPLIED);
	kit_replay(&k);
}

static void
test_reform__events_of_the_list_and_disputes_go_too(void **state)
{
	const struct kc_dispute *d;
	const struct kc_negative *n;

	(void)state;
	kit_free(&k);
	neg_city(&k);
	n = neg_propose(&k, NULL, "G17", "0.3000");
	d = dispute_file(
	    &k, case_rectifying(&k, "2022-07-15", "G17", "G17-K2"));
	reform_merge(&k, "G17", "G16");
	assert_int_equal(n->unit, unit("G16"));
	assert_int_equal(n->assessor, unit("G12"));
	assert_int_equal(reform_unit(&k, "G16")->negatives.n, 1);
	assert_int_equal(d->unit, unit("G16"));
	DO(dispute_withdraw, "G16.head", dispute_field(d), "reason=x");
	kit_replay(&k);
}

static void
test_reform__persons_duties_and_cadres_go_but_heads_sign_no_more(void **state)
{
	const struct kc_actor *head, *cadre;
	const struct kc_unit *u = reform_unit(&k, "G16");

	(void)state;
	kit_on(&k, "2022-07-15");
	kit_enrol(&k, "G17.deputy", "G17", "assessor");
	reform_merge(&k, "G17", "G16");
	head = k.st->actors
		   .v[kc_find(k.st, KC_NS_ACTOR, kc_slice_str("G17.head"))];
	cadre = k.st->actors
		    .v[kc_find(k.st, KC_NS_ACTOR, kc_slice_str("G17.deputy"))];
	assert_int_equal(head->unit, unit("G16"));
	assert_int_equal(head->roles, 0);
	assert_int_equal(cadre->unit, unit("G16"));
	assert_int_equal(cadre->roles, KC_ROLE_BIT(KC_ROLE_ASSESSOR));
	/* A duty of a code that the successor has for another one. */
	assert_int_equal(u->duties.n, 3);
	assert_string_equal(u->duties.v[1].code, "G17.D1");
	assert_string_equal(u->duties.v[2].code, "D2");
	assert_int_equal(reform_target(&k, "G17-K1")->duties.v[0], 1);
	assert_true(reform_unit(&k, "G17")->duties.v[0].gone);
	for (uint32_t i = 0; i < k.st->indicators.n; i++)
		assert_int_equal(k.st->indicators.v[i]->unit, unit("G16"));
	kit_replay(&k);
}

/* A code is one of the unit that claimed: what both call alike is not one. */
static void
test_reform__bonuses_of_both_count_each_for_its_own(void **state)
{
	struct kc_unit_score s;

	(void)state;
	kit_free(&k);
	bonus_city(&k);
	bonus_grant(&k, bonus_claim(&k, "G17", "B1", "M1", "provincial", "1"));
	bonus_grant(&k, bonus_claim(&k, "G16", "B1", "M1", "provincial", "2"));
	reform_merge(&k, "G17", "G16");
	assert_int_equal(reform_unit(&k, "G16")->bonuses.n, 2);
	assert_int_equal(kc_unit_score(k.st, reform_unit(&k, "G16"),
			     kc_cycle_of(k.st, 2022), &s, &k.why),
	    KC_OK);
	assert_int_equal(s.score.bonus_e4, 10000);
	kit_replay(&k);
}

/* --- who judges --- */
static void
test_reform__the_successor_judges_and_the_office_what_is_its_own(void **state)
{
	const struct kc_case *c =
	    case_rectifying(&k, "2022-07-14", "G17", "G17-K2");
	const struct kc_case *o = case_rectifying(&k, NULL, "G16", "G16-K2");

	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G02", "G17");
	assert_int_equal(c->assessor, unit("P09"));
	assert_int_equal(reform_target(&k, "G17-K2")->assessor, unit("P09"));
	assert_int_equal(o->assessor, unit("G17"));
	assert_int_equal(reform_target(&k, "G16-K2")->assessor, unit("G17"));
	case_submit(&k, c);
	case_submit(&k, o);
	REFUSED(UNIT_MISMATCH, refund_grant, "G02.a", case_field(c),
	    "rate=5000", "reason=x");
	DO(refund_grant, "P09.b", case_field(c), "rate=5000", "reason=x");
	DO(refund_grant, "G02.a", case_field(o), "rate=5000", "reason=x");
	kit_replay(&k);
}

/* A right over the targets of one unit is one over what that unit had. */
static void
test_reform__grants_over_the_unit_hold_over_what_it_had(void **state)
{
	kc_day today = kc_day_from_civil(2022, 7, 15);

	(void)state;
	kit_on(&k, "2022-07-15");
	DO(grant_issue, "P09.a", "grant=GR-12", "assessor=G12", "scope=unit",
	    "object=G17", "from=2022-01-01", "until=2022-12-31");
	reform_merge(&k, "G17", "G16");
	assert_true(kc_holds_grant(
	    k.st, unit("G12"), reform_target(&k, "G17-K2"), today));
	assert_false(kc_holds_grant(
	    k.st, unit("G12"), reform_target(&k, "G16-K2"), today));
	reform_merge(&k, "G12", "P20");
	assert_true(kc_holds_grant(
	    k.st, unit("P20"), reform_target(&k, "G17-K2"), today));
	assert_false(kc_holds_grant(
	    k.st, unit("G12"), reform_target(&k, "G17-K2"), today));
	kit_replay(&k);
}

/* --- what is refused --- */
static void
test_reform__is_refused_where_it_does_not_hold(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	REFUSED(NOT_FOUND, unit_merge, REFORMERS, "unit=X", "successor=G16",
	    "on=2022-07-15", PAPER);
	REFUSED(NOT_FOUND, unit_merge, REFORMERS, "unit=G17", "successor=X",
	    "on=2022-07-15", PAPER);
	REFUSED(FIELD_VALUE, unit_merge, REFORMERS, "unit=G17", "successor=G17",
	    "on=2022-07-15", PAPER);
	REFUSED(DATE_ORDER, unit_merge, REFORMERS, "unit=G17", "successor=G16",
	    "on=2022-07-16", PAPER);
	REFUSED(CYCLE, unit_merge, REFORMERS, "unit=G17", "successor=G16",
	    "on=2021-12-31", PAPER);
	REFUSED(ROLE, unit_merge, "P09.a P09.b gop", MERGE);
	DO(adjust_order, "leader", "unit=G16", "year=2022", "reason=x");
	DO(target_adjust, "G16.head", "target=G16-K1", "weight=20.0000",
	    "other=G16-K2", "other_weight=50.0000", "cause=policy-change",
	    "reason=x");
	REFUSED(TARGET_OPEN, unit_merge, REFORMERS, MERGE);
	DO(adjust_withdraw, "G16.head", "adjust=AJ-2022-0001", "reason=x");
	DO(unit_merge, REFORMERS, MERGE);
	kit_replay(&k);
}

static void
test_reform__is_refused_while_a_list_is_drawn_up(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	DO(unit_register, "P09.a", "unit=G40", "group=gov", "name=市新局");
	DO(duty_register, "P09.a", "unit=G40", "duty=D1", "text=x");
	DO(target_draft, "P09.a", "target=G40-K2", "unit=G40", "year=2022",
	    "class=key", "source=city-key", "duty=D1", "weight=40.0000",
	    "assessor=G02", "title=x");
	REFUSED(STATE, unit_merge, REFORMERS, "unit=G17", "successor=G40",
	    "on=2022-07-15", PAPER);
	REFUSED(STATE, unit_merge, REFORMERS, "unit=G40", "successor=G17",
	    "on=2022-07-15", PAPER);
	kit_replay(&k);
}

/* A draft that was withdrawn is no list, in either unit, and makes none. */
static void
test_reform__takes_a_draft_that_was_withdrawn(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	DO(unit_register, "P09.a", "unit=G40", "group=gov", "name=市新局");
	DO(unit_register, "P09.a", "unit=G41", "group=gov", "name=市另一局");
	DO(duty_register, "P09.a", "unit=G40", "duty=D1", "text=x");
	DO(target_draft, "P09.a", "target=G40-K2", "unit=G40", "year=2022",
	    "class=key", "source=city-key", "duty=D1", "weight=40.0000",
	    "assessor=G02", "title=x");
	DO(target_withdraw, "P09.a", "target=G40-K2", "reason=x");
	DO(unit_merge, REFORMERS, "unit=G40", "successor=G41", "on=2022-07-15",
	    PAPER);
	assert_int_equal(reform_list(&k, "G41")->issued_seq, KC_NONE);
	assert_int_equal(kc_cycle_of(k.st, 2022)->lists.n, 2);
	DO(unit_merge, REFORMERS, "unit=G17", "successor=G41", "on=2022-07-15",
	    PAPER);
	assert_int_not_equal(reform_list(&k, "G41")->issued_seq, KC_NONE);
	assert_int_equal(kc_cycle_of(k.st, 2022)->lists.n, 2);
	kit_replay(&k);
}

/* What is open of an earlier year is brought to its end first, or goes by a
 * reform of that year. */
static void
test_reform__is_refused_while_an_earlier_year_is_open(void **state)
{
	static const int years[] = {2022, 2023, 0};
	const struct kc_case *c;

	(void)state;
	kit_free(&k);
	case_city(&k, NULL, NULL, years);
	case_list(&k, "G17", 2022, NULL);
	c = case_rectifying(&k, "2022-10-17", "G17", "G17-2022-K2");
	case_list(&k, "G17", 2023, NULL);
	kit_on(&k, "2023-01-09");
	REFUSED(UNIT_OPEN, unit_merge, REFORMERS, "unit=G17", "successor=G16",
	    "on=2023-01-09", PAPER);
	assert_string_equal(k.why.args[0], "G17");
	assert_string_equal(k.why.args[1],
	    "PD-2022-0001 (submit the rectification, until 2023-01-17)");
	DO(unit_merge, REFORMERS, "unit=G17", "successor=G16", "on=2022-12-31",
	    PAPER);
	assert_int_equal(c->unit, unit("G16"));
	assert_int_equal(reform_target(&k, "G17-2023-K1")->unit, unit("G16"));
	kit_replay(&k);
}

/* Its results are drawn up of the units that it had. */
static void
test_reform__is_refused_in_a_year_that_ends(void **state)
{
	(void)state;
	kit_on(&k, "2023-01-03");
	(void)kit_clerk(&k);
	DO(yearend_begin, "P09.a", "year=2022");
	REFUSED(STATE, unit_merge, REFORMERS, "unit=G17", "successor=G16",
	    "on=2022-12-31", PAPER);
	REFUSED(STATE, unit_split, REFORMERS, "unit=G17", "successor=G16",
	    "on=2022-12-31", PAPER, "target=G17-K2");
	kit_replay(&k);
}

static void
test_reform__a_unit_that_has_ended_is_named_no_more(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G17", "G16");
	reform_merge(&k, "G16", "G12");
	REFUSED(UNIT_ENDED, unit_merge, REFORMERS, "unit=G12", "successor=G17",
	    "on=2022-07-15", PAPER);
	assert_string_equal(k.why.args[1], "what it had is that of G12");
	REFUSED(UNIT_ENDED, unit_merge, REFORMERS, "unit=G17", "successor=G12",
	    "on=2022-07-15", PAPER);
	REFUSED(UNIT_ENDED, duty_register, "P09.a", "unit=G17", "duty=D9",
	    "text=x");
	REFUSED(UNIT_ENDED, grant_issue, "P09.a", "grant=GR-9", "assessor=G16",
	    "scope=all", "from=2022-01-01", "until=2022-12-31");
	/* Its name is free. */
	DO(unit_rename, "P09.a", "unit=G12",
	    kit_field("name", reform_unit(&k, "G17")->name));
	kit_replay(&k);
}

/* --- abolished --- */
static void
test_reform__without_a_successor_nothing_may_be_open(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	REFUSED(UNIT_OPEN, unit_abolish, REFORMERS, "unit=G17", "on=2022-07-15",
	    PAPER);
	REFUSED(UNIT_OPEN, unit_abolish, REFORMERS, "unit=G02", "on=2022-07-15",
	    PAPER);
	assert_string_equal(k.why.args[1], "G16-K1 (finding of completion)");
	DO(unit_abolish, REFORMERS, "unit=G28", "on=2022-07-15", PAPER);
	REFUSED(UNIT_ENDED, duty_register, "P09.a", "unit=G28", "duty=D9",
	    "text=x");
	assert_string_equal(k.why.args[1], "nothing of it is left");
	DO(unit_abolish, REFORMERS, "unit=G17", "successor=G16",
	    "on=2022-07-15", PAPER);
	assert_int_equal(reform_points(&k, "G16", KEY), 700000);
	assert_int_equal(reform_points(&k, "G16", ROUTINE), 200000);
	assert_int_equal(kc_unit_now(k.st, unit("G17")), unit("G16"));
	assert_int_equal(
	    k.st->units.v[unit("G16")]->since, kc_day_from_civil(2022, 7, 15));
	assert_int_equal(k.st->units.v[unit("G12")]->reformed, 0);
	kit_replay(&k);
}

int
main(void)
{
#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(test_reform__##name, at_lists, done)
	const struct CMUnitTest tests[] = {
	    T(lays_the_points_of_both_lists_anew),
	    T(into_a_unit_without_a_list_keeps_the_points),
	    T(keeps_the_reserve_within_its_points),
	    T(an_open_case_goes_on_with_its_days),
	    T(a_period_that_passes_expires_against_the_successor),
	    T(letters_are_the_successors_to_answer),
	    T(one_letter_to_both_is_answered_once),
	    T(events_of_the_list_and_disputes_go_too),
	    T(bonuses_of_both_count_each_for_its_own),
	    T(persons_duties_and_cadres_go_but_heads_sign_no_more),
	    T(the_successor_judges_and_the_office_what_is_its_own),
	    T(grants_over_the_unit_hold_over_what_it_had),
	    T(is_refused_where_it_does_not_hold),
	    T(is_refused_while_a_list_is_drawn_up),
	    T(takes_a_draft_that_was_withdrawn),
	    T(is_refused_while_an_earlier_year_is_open),
	    T(is_refused_in_a_year_that_ends),
	    T(a_unit_that_has_ended_is_named_no_more),
	    T(without_a_successor_nothing_may_be_open),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
