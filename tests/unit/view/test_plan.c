/* SPDX-License-Identifier: Apache-2.0 */
/* The planner: when a stage falls, who is told, what goes together. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "disputekit.h"
#include "view/plan_int.h"

static struct kit k;
static const struct kc_plan_ask ask;
static struct kc_plan_mark mark; /* of all that was sent */
static char seen[4096][KC_NOTICE_KEY_MAX + KC_CODE_MAX];
static unsigned nseen;

static int
set_up(void **state)
{
	(void)state;
	nseen = 0;
	mark = (struct kc_plan_mark){0};
	kit_init(&k, KIT_LISTS);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kit_free(&k);
	return 0;
}

static kc_day
day(const char *text)
{
	kc_day d = 0;

	assert_true(kc_read_day(kc_slice_str(text), &d));
	return d;
}

/* Plans at the time of the kit. */
static struct kc_plan
plan(void)
{
	struct kc_plan p;

	assert_int_equal(kc_plan_make(&p, k.st, k.now_ms, &ask), KC_OK);
	return p;
}

/* Was this person told of this before? Takes it down. */
static void
note_once(const struct kc_notice *n)
{
	char text[KC_NOTICE_KEY_MAX + KC_CODE_MAX];
	struct kc_buf key = {0};

	kc_buf_notice_key(&key, n);
	(void)snprintf(text, sizeof(text), "%s %s", n->to, kc_buf_cstr(&key));
	kc_buf_free(&key);
	for (unsigned i = 0; i < nseen; i++)
		if (strcmp(seen[i], text) == 0)
			fail_msg("twice: %s", text);
	memcpy(seen[nseen++], text, sizeof(text));
}

/* What goes on from the mark finds what is found by who looks at all. */
static void
same_plan(const struct kc_plan *whole)
{
	const struct kc_plan_ask on = {.mark = &mark};
	struct kc_plan p;

	assert_int_equal(kc_plan_make(&p, k.st, k.now_ms, &on), KC_OK);
	assert_int_equal(p.nmessages, whole->nmessages);
	assert_int_equal(p.nnotices, whole->nnotices);
	for (uint32_t i = 0; i < p.nmessages; i++)
		assert_memory_equal(p.messages[i].id, whole->messages[i].id,
		    sizeof(p.messages[i].id));
	assert_true(p.next_ms <= whole->next_ms);
	assert_true(p.next_ms > k.now_ms);
	kc_plan_free(&p);
}

/* Lets everything that is due now be sent; how many messages. */
static unsigned
send_all(void)
{
	struct kc_plan p = plan();
	unsigned n = p.nmessages;

	same_plan(&p);
	for (uint32_t i = 0; i < p.nnotices; i++)
		note_once(&p.notices[i]);
	for (uint32_t i = 0; i < p.nmessages; i++) {
		kit_send(&k, &p, &p.messages[i]);
		assert_int_equal(kc_state_told_find(k.st, p.messages[i].id),
		    kc_state_told_count(k.st) - 1);
	}
	kc_plan_free(&p);
	p = plan();
	assert_int_equal(p.nmessages, 0); /* nothing is due twice */
	kc_plan_free(&p);
	return n;
}

/* "G17.head/head -7" for each notice, in order. */
static void
told(const char *want)
{
	struct kc_plan p = plan();
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < p.nmessages; i++) {
		kc_buf_str(&b, i == 0 ? "" : "; ");
		for (uint32_t j = 0; j < p.messages[i].n; j++) {
			const struct kc_notice *n =
			    &p.notices[p.messages[i].first + j];

			kc_buf_str(&b, j == 0 ? "" : ", ");
			kc_buf_str(&b, n->to);
			kc_buf_char(&b, '/');
			kc_buf_str(&b, kc_word_text(KC_SET_ROLE, n->role));
			kc_buf_char(&b, ' ');
			kc_buf_str(&b, n->stage);
		}
	}
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
	kc_plan_free(&p);
}

static void
test_plan__stages_are_working_days_of_the_calendar(void **state)
{
	static const struct {
		const char *last;
		int stage;
		const char *day;
	} rows[] = {
	    /* over the National Day: 10-08 and 10-09 are worked */
	    {"2022-10-20", -30, "2022-09-02"},
	    {"2022-10-20", -15, "2022-09-26"},
	    {"2022-10-20", -11, "2022-09-30"},
	    {"2022-10-20", -10, "2022-10-08"},
	    {"2022-10-20", -7, "2022-10-11"},
	    {"2022-10-20", -3, "2022-10-17"},
	    {"2022-10-20", -1, "2022-10-19"},
	    {"2022-10-20", 0, "2022-10-20"},
	    {"2022-10-20", 1, "2022-10-21"},
	    {"2022-10-20", 3, "2022-10-25"},
	    /* over the Spring Festival: 01-28 and 01-29 are worked */
	    {"2023-01-31", -1, "2023-01-30"},
	    {"2023-01-31", -3, "2023-01-28"},
	    {"2023-01-31", -4, "2023-01-20"},
	    {"2023-01-20", 1, "2023-01-28"},
	    /* a last day that is off: on the working day before it */
	    {"2022-10-03", 0, "2022-09-30"},
	    {"2022-10-03", -1, "2022-09-29"},
	    {"2022-10-03", 1, "2022-10-08"},
	};
	/* The last days near today, at either edge of what is counted at once,
	 * years ago and years ahead. */
	static const char *const todays[] = {"2022-10-10", "2023-11-24",
	    "2024-03-06", "2029-10-10", "2020-07-13", "2013-10-10"};
	static struct kc_workdays w;

	(void)state;
	for (size_t t = 0; t < sizeof(todays) / sizeof(todays[0]); t++) {
		kc_workdays_init(&w, k.st->calendar, day(todays[t]));
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			assert_string_equal(
			    case_day(kc_workdays_stage(
				&w, day(rows[i].last), rows[i].stage)),
			    rows[i].day);
	}
}

static void
test_plan__quiet_hours_end_where_they_say(void **state)
{
	const struct kc_policy *p = kc_policy_now(k.st);
	int64_t midnight = kc_day_start_ms(day("2022-10-11"), 28800);
	const int64_t minute = 60000;
	int64_t morning = midnight + 480 * minute;

	(void)state;
	assert_int_equal(kc_quiet_end_ms(p, midnight), morning);
	assert_int_equal(kc_quiet_end_ms(p, morning - 1), morning);
	assert_int_equal(kc_quiet_end_ms(p, morning), morning);
	assert_int_equal(kc_quiet_end_ms(p, midnight + 1200 * minute - 1),
	    midnight + 1200 * minute - 1);
	assert_int_equal(kc_quiet_end_ms(p, midnight + 1200 * minute),
	    morning + 1440 * minute);
}

static void
test_plan__each_role_is_told_from_its_stage_on(void **state)
{
	struct kc_case *c;

	(void)state;
	c = case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_at(&k, "2022-09-02", 8, 59);
	told("");
	kit_at(&k, "2022-09-02", 9, 0);
	told("G17.liaison/liaison -30");
	assert_int_equal(send_all(), 1);
	kit_at(&k, "2022-10-11", 9, 0); /* -15 was missed: the newest goes */
	told("G17.head/head -7; G17.liaison/liaison -7");
	assert_int_equal(send_all(), 2);
	kit_at(&k, "2022-10-20", 9, 0);
	told("leader/leader 0; G17.head/head 0; G17.liaison/liaison 0");
	/* Done: nobody is told. */
	case_submit(&k, c);
	told("");
}

static void
test_plan__an_overdue_review_goes_up_to_the_office(void **state)
{
	struct kc_case *c;

	(void)state;
	c = case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_on(&k, "2022-09-01");
	case_submit(&k, c); /* to be reviewed by 2022-09-16 */
	kit_on(&k, "2022-09-19");
	(void)kit_clerk(&k);
	told("P09.a/estab +1; P09.b/estab +1; G02.a/assessor +1; "
	     "G02.b/assessor +1");
}

/* Nobody looked for more than a year: a plan that goes on finds the stages of
 * the days between as one that looks at all. */
static void
test_plan__a_stage_of_a_year_ago_is_told_of(void **state)
{
	struct kc_case *c;

	(void)state;
	c = case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_on(&k, "2022-09-01");
	case_submit(&k, c); /* to be reviewed by 2022-09-16 */
	kit_on(&k, "2022-09-21");
	(void)kit_clerk(&k);
	(void)send_all();
	kit_on(&k, "2023-10-24"); /* 398 days after */
	told("P09.a/estab +7; P09.b/estab +7; G02.a/assessor +7; "
	     "G02.b/assessor +7");
	(void)send_all();
	kit_on(&k, "2024-12-02");
	told("");
}

static void
test_plan__events_go_together_at_the_end_of_their_quarter_hour(void **state)
{
	struct kc_plan p;

	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	p = plan();
	assert_int_equal(p.nmessages, 0);
	assert_int_equal(
	    p.next_ms, kc_day_start_ms(day("2022-07-20"), 28800) + 615 * 60000);
	assert_int_equal(kc_plan_wake_ms(k.st, 0), p.next_ms);
	kc_plan_free(&p);
	kit_at(&k, "2022-07-20", 10, 15);
	/* Deciding told both of the office, confirming the judges; the one who
	 * confirmed is told of the decision, not of what it signed. */
	told("P09.a/estab decided; P09.b/estab decided; G02.a/assessor "
	     "confirmed; G02.b/assessor confirmed; G17.head/head delivered; "
	     "G17.liaison/liaison delivered");
	assert_int_equal(send_all(), 6);
	/* In quiet hours nothing goes, in the morning it does. */
	kit_at(&k, "2022-07-20", 21, 0);
	kit_do(&k, KC_K_extension_request, "G17.head", "case=PD-2022-0001",
	    "reason=汛期");
	kit_at(&k, "2022-07-21", 7, 59);
	told("");
	kit_at(&k, "2022-07-21", 8, 0);
	told("P09.a/estab requested; P09.b/estab requested; G02.a/assessor "
	     "requested; G02.b/assessor requested");
}

static void
test_plan__a_muted_matter_comes_back_and_superiors_hear_of_it(void **state)
{
	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_at(&k, "2022-10-17", 9, 0);
	kit_do(&k, KC_K_remind_mute, "G17.head", "about=PD-2022-0001",
	    "until=2022-10-20", "reason=已部署");
	told("G17.liaison/liaison -3");
	assert_int_equal(send_all(), 1);
	kit_at(&k, "2022-10-20", 9, 0);
	told("leader/leader 0; G17.liaison/liaison 0");
}

static void
test_plan__a_deputy_is_told_and_a_missing_liaison_replaced(void **state)
{
	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_do(&k, KC_K_role_take, "root.a root.b", "actor=G17.liaison",
	    "role=liaison", "reason=调岗");
	kit_at(&k, "2022-09-02", 9, 0);
	told("G17.head/head -30");
	kit_do(&k, KC_K_delegation_give, "G17.head", "to=G17.liaison",
	    "may=rectify.submit", "from=2022-09-02", "until=2022-09-30");
	told("G17.head/head -30; G17.liaison/head -30");
	kit_at(&k, "2022-10-11", 9, 0); /* the delegation is over */
	told("G17.head/head -7");
}

/* Days on which nothing else happens: what goes on from a mark would not look
 * at what was due before. */
static void
test_plan__who_is_told_changes_with_the_days_alone(void **state)
{
	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_do(&k, KC_K_role_take, "root.a root.b", "actor=G17.liaison",
	    "role=liaison", "reason=调岗");
	kit_at(&k, "2022-09-02", 9, 0);
	assert_int_equal(send_all(), 1);
	kit_do(&k, KC_K_delegation_give, "G17.head", "to=G17.liaison",
	    "may=rectify.submit", "from=2022-09-08", "until=2022-09-30");
	kit_at(&k, "2022-09-06", 9, 0);
	assert_int_equal(send_all(), 0);
	kit_at(&k, "2022-09-07", 9, 0);
	assert_int_equal(send_all(), 0);
	kit_at(&k, "2022-09-08", 9, 0);
	told("G17.liaison/head -30");
	assert_int_equal(send_all(), 1);
	kit_at(&k, "2022-09-26", 9, 0);
	assert_int_equal(send_all(), 2);
	kit_do(&k, KC_K_remind_mute, "G17.head", "about=PD-2022-0001",
	    "until=2022-10-12", "reason=已部署");
	kit_at(&k, "2022-10-11", 9, 0);
	assert_int_equal(send_all(), 0);
	kit_at(&k, "2022-10-12", 9, 0);
	assert_int_equal(send_all(), 0);
	kit_at(&k, "2022-10-13", 8, 59); /* nothing is late until the digest */
	told("");
	kit_at(&k, "2022-10-13", 9, 0);
	told("G17.head/head -7");
	assert_int_equal(send_all(), 1);
}

/* Day by day, or once after downtime: the newest stage is told either way. */
static void
test_plan__what_was_missed_is_merged_into_one_message(void **state)
{
	unsigned messages = 0;
	struct kc_case *c;
	struct kc_plan p;

	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	c = case_decide_half(&k, "2022-07-25", "G17", "G17-R1", "0.3000");
	case_confirm(&k, c);
	case_deliver(&k, c);
	for (int i = 0; i < 60; i++) {
		kit_pass_days(&k, 1);
		messages += send_all();
	}
	assert_true(messages > 2 && nseen > messages / 2);
	assert_int_equal(messages, 24);
	assert_int_equal(nseen, 32);
	kit_at(&k, "2022-10-13", 9, 30); /* weeks without a daemon */
	told("G17.head/head -7; G17.liaison/liaison -7, G17.liaison/liaison "
	     "-15");
	p = plan();
	for (uint32_t i = 0; i < p.nmessages; i++)
		assert_int_equal(p.messages[i].kind, KC_PLANNED_CATCH_UP);
	assert_int_equal(p.messages[1].day, day("2022-10-11"));
	kc_plan_free(&p);
	assert_int_equal(send_all(), 2);
	kit_at(&k, "2022-10-14", 9, 0); /* and then in time again */
	told("G17.head/head -7; G17.liaison/liaison -7");
}

static void
test_plan__fifty_at_once_are_one_message_with_one_id(void **state)
{
	struct kc_planning x = {.st = k.st,
	    .p = kc_policy_now(k.st),
	    .ask = &ask,
	    .now_ms = k.now_ms,
	    .today = kc_day_of_instant(k.now_ms, 28800)};
	struct kc_plan a = {0}, b = {0};

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < 50; i++) {
			struct kc_plan_item item = {.n = {.to = "G17.head",
							.handle = "PD",
							.unit = "G17",
							.single = true,
							.due_ms = k.now_ms}};

			(void)snprintf(item.key, sizeof(item.key),
			    "PD-2022-%04d case.rectify 0 2022-10-20 G17",
			    turn == 0 ? i : 49 - i);
			assert_true(kc_vec_push(&x.items, item));
		}
		assert_int_equal(kc_plan_merge(&x, turn == 0 ? &a : &b), KC_OK);
		x.items.n = 0;
	}
	assert_int_equal(a.nmessages, 1);
	assert_int_equal(a.messages[0].n, 50);
	assert_memory_equal(
	    a.messages[0].id, b.messages[0].id, KC_MESSAGE_ID_SIZE);
	kc_plan_free(&a);
	kc_plan_free(&b);
	kc_vec_free(&x.items);
}

/* The office that hears an appeal is told of it, and of its last day. */
static void
test_plan__an_appeal_is_for_the_office_that_hears_it(void **state)
{
	struct kc_dispute *d;

	(void)state;
	d = dispute_heard(
	    &k, case_rectifying(&k, "2022-07-15", "G16", "G16-K2"));
	dispute_decide(&k, d, "upheld", NULL);
	kit_at(&k, "2022-07-22", 10, 0);
	(void)send_all();
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	kit_at(&k, "2022-07-22", 10, 15);
	told("P09.a/estab appealed; P09.b/estab appealed; "
	     "office/assess-office appealed; G02.a/assessor appealed; "
	     "G02.b/assessor appealed");
	(void)send_all();
	/* ten working days to decide: by 5 August */
	kit_at(&k, "2022-08-02", 9, 0);
	told("office/assess-office -3");
	(void)send_all();
	kit_at(&k, "2022-08-08", 9, 0);
	(void)kit_clerk(&k);
	kit_at(&k, "2022-08-08", 9, 15);
	told("P09.a/estab +1; P09.a/estab overdue; P09.b/estab +1; "
	     "P09.b/estab overdue; office/assess-office +1; "
	     "office/assess-office overdue; G16.head/head overdue; "
	     "G16.liaison/liaison overdue");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_plan__stages_are_working_days_of_the_calendar),
	    TEST(test_plan__quiet_hours_end_where_they_say),
	    TEST(test_plan__each_role_is_told_from_its_stage_on),
	    TEST(test_plan__an_overdue_review_goes_up_to_the_office),
	    TEST(test_plan__a_stage_of_a_year_ago_is_told_of),
	    TEST(
		test_plan__events_go_together_at_the_end_of_their_quarter_hour),
	    TEST(test_plan__a_muted_matter_comes_back_and_superiors_hear_of_it),
	    TEST(test_plan__a_deputy_is_told_and_a_missing_liaison_replaced),
	    TEST(test_plan__who_is_told_changes_with_the_days_alone),
	    TEST(test_plan__what_was_missed_is_merged_into_one_message),
	    TEST(test_plan__fifty_at_once_are_one_message_with_one_id),
	    TEST(test_plan__an_appeal_is_for_the_office_that_hears_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
