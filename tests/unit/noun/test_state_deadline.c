/* SPDX-License-Identifier: Apache-2.0 */
/* Outages: last days that lie in one are moved, and what the clerk wrote of
 * them is taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "disputekit.h"
#include "noun/deadline/deadline.h"
#include "statekit.h"

#define BY "P09.a ops"
#define WHY EVIDENCE, "reason=机房断电两小时"
/* The outage of 17 October: Monday, the last day of what was fed back on 15
 * July. */
#define OUTAGE "from=2022-10-17", "to=2022-10-17"
#define MOVE(...) DO(deadline_move, BY, OUTAGE, WHY, __VA_ARGS__)
#define NO_MOVE(code, ...)                                                     \
	REFUSED(code, deadline_move, BY, OUTAGE, WHY, __VA_ARGS__)

static struct kc_case *
fed_back_now(const char *target)
{
	struct kc_case *c = case_decide_half(&k, NULL, "G16", target, "0.5000");

	case_confirm(&k, c);
	case_deliver(&k, c);
	return c;
}

static struct kc_case *
due_17_october(const char *target)
{
	struct kc_case *c;

	if (k.st->cases.n == 0)
		kit_on(&k, "2022-07-15");
	c = fed_back_now(target);

	assert_string_equal(case_day(c->due), "2022-10-17");
	return c;
}

/* --- one last day --- */
static void
test_move__makes_the_last_day_a_later_one(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");

	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	MOVE("about=PD-2022-0001", "limit=rectify", "until=2022-10-18");
	assert_string_equal(case_day(c->due), "2022-10-18");
	kit_at(&k, "2022-10-18", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	case_submit(&k, c);
	assert_int_equal(c->state, KC_CS_SUBMITTED);
	kit_replay(&k);
}

static void
test_move__ends_on_the_new_day_and_once(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");

	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	MOVE("about=PD-2022-0001", "limit=rectify", "until=2022-10-18");
	kit_at(&k, "2022-10-19", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(kit_clerk(&k), 0);
	kit_replay(&k);
}

static void
test_move__leaves_what_is_not_named_as_it_is(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");
	struct kc_case *other = due_17_october("G16-K1");

	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	MOVE("about=PD-2022-0001", "limit=rectify", "until=2022-10-19");
	assert_string_equal(case_day(c->due), "2022-10-19");
	assert_string_equal(case_day(other->due), "2022-10-17");
	kit_at(&k, "2022-10-18", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(other->state, KC_CS_EXPIRED);
	kit_replay(&k);
}

static void
test_move__is_not_undone_by_a_later_calendar(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");

	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	MOVE("about=PD-2022-0001", "limit=rectify", "until=2022-10-18");
	case_calendar(&k, 2024);
	assert_string_equal(case_day(c->due), "2022-10-18");
	kit_replay(&k);
}

/* --- what the clerk wrote --- */
static void
test_move__revives_what_has_expired(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");
	struct kc_target *t = k.st->targets.v[c->target];

	(void)state;
	kit_on(&k, "2022-10-18");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(t->open_case, KC_NONE);
	MOVE("about=PD-2022-0001", "limit=rectify", "until=2022-10-20");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_int_equal(t->open_case, c->index);
	kit_at(&k, "2022-10-21", 0, 0);
	assert_int_equal(kit_clerk(&k), 1); /* another entry, another id */
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(kit_clerk(&k), 0);
	kit_replay(&k);
}

/* The appeal against D-2022-0001 could be made until 22 July. */
#define APPEAL                                                                 \
	"about=D-2022-0001", "limit=appeal", "from=2022-07-22",                \
	    "to=2022-07-22", "until=2022-07-26"

static struct kc_dispute *
not_appealed(void)
{
	struct kc_case *c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	struct kc_dispute *d = dispute_heard(&k, c);

	dispute_decide(&k, d, "reduced", "points=0.3000");
	kit_on(&k, "2022-07-23");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(d->state, KC_DS_FINAL);
	return d;
}

static void
test_move__revives_a_right_to_appeal_that_lapsed(void **state)
{
	struct kc_dispute *d = not_appealed();

	(void)state;
	DO(deadline_move, BY, APPEAL, WHY);
	assert_int_equal(d->state, KC_DS_DECIDED);
	assert_string_equal(case_day(d->due), "2022-07-26");
	kit_replay(&k);
	kit_on(&k, "2022-07-26");
	assert_int_equal(kit_clerk(&k), 0);
	DO(dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(d->state, KC_DS_APPEALED);
	kit_replay(&k);
}

static void
test_move__a_right_that_is_not_used_lapses_again_and_another_time(void **state)
{
	struct kc_dispute *d = not_appealed();

	(void)state;
	DO(deadline_move, BY, APPEAL, WHY);
	kit_on(&k, "2022-07-27");
	assert_int_equal(kit_clerk(&k), 1); /* another entry, another id */
	assert_int_equal(d->state, KC_DS_FINAL);
	DO(deadline_move, BY, "about=D-2022-0001", "limit=appeal",
	    "from=2022-07-26", "to=2022-07-26", "until=2022-07-28", WHY);
	assert_int_equal(d->state, KC_DS_DECIDED);
	kit_on(&k, "2022-07-29");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(kit_clerk(&k), 0);
	kit_replay(&k);
}

static void
test_move__revives_no_appeal_once_the_ruling_is_applied(void **state)
{
	struct kc_dispute *d = not_appealed();

	(void)state;
	dispute_apply(&k, d);
	assert_int_equal(d->state, KC_DS_APPLIED);
	REFUSED(NOT_FOUND, deadline_move, BY, APPEAL, WHY);
	assert_int_equal(d->state, KC_DS_APPLIED);
	kit_replay(&k);
}

static void
test_move__does_not_revive_what_a_rejection_ended(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");

	(void)state;
	kit_on(&k, "2022-10-14");
	case_submit(&k, c);
	kit_on(&k, "2022-10-18");
	DO(rectify_reject, "G02.a", case_field(c), "reason=未完成");
	assert_int_equal(c->state, KC_CS_EXPIRED);
	NO_MOVE(NOT_FOUND, "about=PD-2022-0001", "limit=rectify",
	    "until=2022-10-20");
}

/* The ended case left its target free, and another stands there. */
static void
test_move__revives_nothing_where_another_case_stands(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");
	struct kc_case *free = due_17_october("G16-K1");

	(void)state;
	kit_on(&k, "2022-10-18");
	assert_int_equal(kit_clerk(&k), 2);
	(void)case_decide(&k, NULL, "G16", "G16-K2");
	NO_MOVE(ONE_OPEN, "about=PD-2022-0001", "limit=rectify",
	    "until=2022-10-20");
	assert_string_equal(k.why.args[1], "PD-2022-0003");
	MOVE("until=2022-10-20");
	assert_int_equal(c->state, KC_CS_EXPIRED);
	assert_int_equal(free->state, KC_CS_RECTIFYING);
	kit_replay(&k);
}

/* --- every last day --- */
static struct kc_warning *
letter_due_17_october(void)
{
	kit_on(&k, "2022-09-28");
	DO(warning_issue, "P09.a", "target=G17-K2", "unit=G17", "unit=G16",
	    "level=yellow", "rectify_by=2022-10-17", "fact=滞后",
	    "demand=整改");
	DO(warning_deliver, "P09.a", "warning=W-2022-0001", "unit=G17");
	kit_on(&k, "2022-09-29");
	DO(warning_deliver, "P09.a", "warning=W-2022-0001", "unit=G16");
	return k.st->warnings.v[0];
}

/* Of each limit of the tables one, that lies in the outage. */
static void
test_move__of_all_takes_every_limit_of_every_machine(void **state)
{
	struct kc_case *rectify = due_17_october("G16-K2");
	struct kc_warning *w = letter_due_17_october();
	struct kc_case *confirm, *review;

	(void)state;
	assert_string_equal(case_day(w->to.v[0].reply_due), "2022-10-17");
	review = fed_back_now("G16-K1");
	case_submit(&k, review);
	assert_string_equal(case_day(review->review_due), "2022-10-18");
	confirm = case_decide(&k, "2022-10-10", "G17", "G17-K2");
	assert_string_equal(case_day(confirm->confirm_due), "2022-10-17");
	kit_on(&k, "2022-10-19");
	assert_int_equal(kit_clerk(&k), 5);
	assert_int_equal(rectify->state, KC_CS_EXPIRED);
	assert_int_equal(confirm->state, KC_CS_LAPSED);
	assert_true(review->review_overdue);
	assert_true(w->to.v[0].overdue && w->to.v[1].overdue);
	DO(deadline_move, BY, "from=2022-10-17", "to=2022-10-18",
	    "until=2022-10-20", WHY);
	assert_int_equal(rectify->state, KC_CS_RECTIFYING);
	assert_int_equal(confirm->state, KC_CS_DECIDED);
	assert_false(review->review_overdue);
	assert_false(w->to.v[0].overdue || w->to.v[1].overdue);
	assert_string_equal(case_day(rectify->due), "2022-10-20");
	assert_string_equal(case_day(confirm->confirm_due), "2022-10-20");
	assert_string_equal(case_day(review->review_due), "2022-10-20");
	assert_string_equal(case_day(w->to.v[1].reply_due), "2022-10-20");
	assert_string_equal(case_day(kc_letter_lift_by(k.st, w)), "2022-10-20");
	kit_on(&k, "2022-10-21");
	assert_int_equal(kit_clerk(&k), 5);
	kit_replay(&k);
}

/* A plan that came in time, in the outage: its last day moves with those that
 * run, and what is kept of it with them. */
static void
test_move__of_all_moves_what_had_ended_in_time(void **state)
{
	struct kc_case *done, *runs;
	bool provisional = false;

	(void)state;
	kit_on(&k, "2022-07-15");
	done = fed_back_now("G16-K2");
	runs = fed_back_now("G16-K1");
	DO(rectify_plan, "G16.liaison", case_field(done), "plan=方案");
	assert_string_equal(
	    case_day(kc_case_plan_by(k.st, done, &provisional)), "2022-07-29");
	kit_on(&k, "2022-08-01");
	DO(deadline_move, BY, "from=2022-07-29", "to=2022-07-29",
	    "until=2022-08-02", WHY);
	assert_string_equal(
	    case_day(kc_case_plan_by(k.st, done, &provisional)), "2022-08-02");
	assert_string_equal(
	    case_day(kc_case_plan_by(k.st, runs, &provisional)), "2022-08-02");
	kit_replay(&k);
}

static void
test_move__of_one_addressee_leaves_the_other(void **state)
{
	struct kc_warning *w = letter_due_17_october();

	(void)state;
	kit_on(&k, "2022-10-18");
	assert_int_equal(kit_clerk(&k), 1);
	DO(warning_reply, "G17.head", "warning=W-2022-0001", EVIDENCE,
	    "reply=已整改");
	MOVE(
	    "about=W-2022-0001", "limit=reply", "unit=G17", "until=2022-10-19");
	assert_false(w->to.v[0].overdue); /* it came by the new day */
	assert_string_equal(case_day(w->to.v[1].reply_due), "2022-10-18");
	kit_on(&k, "2022-10-20");
	assert_int_equal(kit_clerk(&k), 1);
	kit_replay(&k);
}

/* What may be done until a day, and need not be; what was late. */
static void
test_move__gives_back_what_could_not_be_asked_or_sent(void **state)
{
	struct kc_case *c = due_17_october("G16-K2");
	struct kc_case *late;

	(void)state;
	assert_string_equal(case_day(kc_case_ask_by(k.st, c)), "2022-10-10");
	late = case_decide(&k, "2022-09-26", "G17", "G17-K2");
	case_confirm(&k, late);
	kit_on(&k, "2022-10-11");
	REFUSED(EXTENSION_LATE, extension_request, "G16.head", case_field(c),
	    "reason=汛期");
	case_deliver(&k, late);
	assert_true(late->feedback_late);
	DO(deadline_move, BY, "from=2022-10-08", "to=2022-10-10",
	    "until=2022-10-12", WHY);
	DO(extension_request, "G16.head", case_field(c), "reason=汛期");
	assert_false(late->feedback_late); /* due on the 8th, a working day */
	assert_string_equal(case_day(c->due), "2022-10-17");
	kit_replay(&k);
}

/* --- what is refused --- */
static void
test_guard__an_outage_is_over_and_something_was_due_in_it(void **state)
{
	(void)due_17_october("G16-K2");
	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	REFUSED(DATE_ORDER, deadline_move, BY, "from=2022-10-17",
	    "to=2022-10-18", "until=2022-10-19", WHY);
	REFUSED(DATE_ORDER, deadline_move, BY, "from=2022-10-17",
	    "to=2022-10-16", "until=2022-10-19", WHY);
	REFUSED(NOT_FOUND, deadline_move, BY, "from=2022-10-14",
	    "to=2022-10-16", "until=2022-10-18", WHY);
	assert_string_equal(k.why.args[1], "2022-10-14 - 2022-10-16");
	REFUSED(DATE_ORDER, deadline_move, BY, "from=2022-10-14",
	    "to=2022-10-16", "about=PD-2022-0001", "limit=rectify",
	    "until=2022-10-18", WHY);
	assert_string_equal(k.why.args[0], "2022-10-17");
	MOVE("until=2022-10-18");
	NO_MOVE(NOT_FOUND, "until=2022-10-19"); /* it is moved already */
}

static void
test_guard__the_new_day_is_a_later_one_within_the_policy(void **state)
{
	(void)due_17_october("G16-K2");
	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	NO_MOVE(DATE_ORDER, "until=2022-10-17");
	NO_MOVE(DATE_ORDER, "until=2022-10-25"); /* six working days */
	assert_string_equal(k.why.args[1], "2022-10-18 - 2022-10-24");
	assert_string_equal(k.why.rule, "deadline.move_wd");
	NO_MOVE(DATE_ORDER, "until=2022-10-22"); /* a Saturday */
	assert_string_equal(k.why.args[1], "a working day");
	kit_on(&k, "2022-10-20");
	(void)kit_clerk(&k);
	NO_MOVE(DATE_ORDER, "until=2022-10-19"); /* past */
	kit_on(&k, "2022-10-25");
	NO_MOVE(TOO_LATE, "until=2022-10-25");
	assert_string_equal(k.why.args[0], "2022-10-24");
}

static void
test_guard__a_calendar_must_have_the_new_day(void **state)
{
	static const int only_2022[] = {2022, 0};
	struct kc_case *c;
	struct kit k2;

	(void)state;
	case_city(&k2, "\"10-31\"", "\"12-31\"", only_2022);
	case_list(&k2, "G16", 2022, NULL);
	c = case_rectifying(&k2, "2022-09-30", "G16", "G16-2022-K2");
	kit_on(&k2, "2022-12-30");
	assert_string_equal(case_day(c->due), "2022-12-30");
	kit_refused(&k2, KC_R_NO_CALENDAR, KC_K_deadline_move, BY,
	    "from=2022-12-30", "to=2022-12-30", "until=2023-01-03", WHY);
	case_calendar(&k2, 2023);
	kit_do(&k2, KC_K_deadline_move, BY, "from=2022-12-30", "to=2022-12-30",
	    "until=2023-01-03", WHY);
	kit_replay(&k2);
	kit_free(&k2);
}

static void
test_guard__a_matter_is_named_with_its_limit(void **state)
{
	(void)due_17_october("G16-K2");
	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	NO_MOVE(FIELD_MISSING, "about=PD-2022-0001", "until=2022-10-18");
	NO_MOVE(FIELD_MISSING, "limit=rectify", "until=2022-10-18");
	NO_MOVE(FIELD_MISSING, "unit=G16", "until=2022-10-18");
	NO_MOVE(NOT_FOUND, "about=PD-2022-0002", "limit=rectify",
	    "until=2022-10-18");
	NO_MOVE(
	    NOT_FOUND, "about=PD-2022-0001", "limit=reply", "until=2022-10-18");
	NO_MOVE(NOT_FOUND, "about=PD-2022-0001", "limit=rectify", "unit=G99",
	    "until=2022-10-18");
	NO_MOVE(NOT_FOUND, "about=PD-2022-0001", "limit=rectify", "unit=G17",
	    "until=2022-10-18");
	MOVE("about=PD-2022-0001", "limit=rectify", "unit=G16",
	    "until=2022-10-18");
}

static void
test_guard__takes_the_office_and_one_who_is_not_of_it(void **state)
{
	(void)due_17_october("G16-K2");
	(void)state;
	kit_at(&k, "2022-10-17", 22, 0);
	REFUSED(ROLE, deadline_move, "P09.a P09.b", OUTAGE, "until=2022-10-18",
	    WHY);
	REFUSED(ROLE, deadline_move, "P09.a", OUTAGE, "until=2022-10-18", WHY);
	REFUSED(
	    ROLE, deadline_move, "G02.a ops", OUTAGE, "until=2022-10-18", WHY);
	DO(deadline_move, "gop P09.b", OUTAGE, "until=2022-10-18", WHY);
}

#define L(name) cmocka_unit_test_setup_teardown(name, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    L(test_move__makes_the_last_day_a_later_one),
	    L(test_move__ends_on_the_new_day_and_once),
	    L(test_move__leaves_what_is_not_named_as_it_is),
	    L(test_move__is_not_undone_by_a_later_calendar),
	    L(test_move__revives_what_has_expired),
	    L(test_move__revives_a_right_to_appeal_that_lapsed),
	    L(test_move__a_right_that_is_not_used_lapses_again_and_another_time),
	    L(test_move__revives_no_appeal_once_the_ruling_is_applied),
	    L(test_move__does_not_revive_what_a_rejection_ended),
	    L(test_move__revives_nothing_where_another_case_stands),
	    L(test_move__of_all_takes_every_limit_of_every_machine),
	    L(test_move__of_all_moves_what_had_ended_in_time),
	    L(test_move__of_one_addressee_leaves_the_other),
	    L(test_move__gives_back_what_could_not_be_asked_or_sent),
	    L(test_guard__an_outage_is_over_and_something_was_due_in_it),
	    L(test_guard__the_new_day_is_a_later_one_within_the_policy),
	    cmocka_unit_test(test_guard__a_calendar_must_have_the_new_day),
	    L(test_guard__a_matter_is_named_with_its_limit),
	    L(test_guard__takes_the_office_and_one_who_is_not_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
