/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders of panels: each voter who has a unit left, until the last day, and
 * nobody else learns of it; those who close them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/entry.h>
#include <kaocheng/feed.h>
#include <kaocheng/foresee.h>
#include <kaocheng/viewer.h>

#include "panelkit.h"
#include "viewkit.h"

static struct kit k;
static const struct kc_plan_ask ask;

static int
set_up(void **state)
{
	(void)state;
	panel_city(&k);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kit_end(&k);
	return 0;
}

/* How many notices of this kind go to the person now; NULL: to anybody. */
static unsigned
told(const char *actor, const char *what)
{
	struct kc_plan p;
	unsigned n = 0;

	assert_int_equal(kc_plan_make(&p, k.st, k.now_ms, &ask), KC_OK);
	for (uint32_t i = 0; i < p.nnotices; i++)
		n += strcmp(p.notices[i].what, what) == 0 &&
		    (actor == NULL || strcmp(p.notices[i].to, actor) == 0);
	kc_plan_free(&p);
	return n;
}

/* Sends what is due; the last entry is that of the last message. */
static void
send_all(void)
{
	struct kc_plan p;

	assert_int_equal(kc_plan_make(&p, k.st, k.now_ms, &ask), KC_OK);
	for (uint32_t i = 0; i < p.nmessages; i++)
		kit_send(&k, &p, &p.messages[i]);
	kc_plan_free(&p);
}

static void
on(const char *day)
{
	kit_on(&k, day);
	(void)kit_clerk(&k);
}

static void
test_voters__with_a_unit_left_are_told_and_nobody_else(void **state)
{
	(void)state;
	panel_vote(&k, "in.1", "G16", "555");
	panel_vote(&k, "in.1", "G17", "555");
	panel_vote(&k, "in.2", "G16", "555");
	panel_recuse(&k, "in.2", "G17");
	panel_vote(&k, "in.3", "G16", "555");
	on("2023-02-01");
	assert_int_equal(told("in.1", "panel.vote"), 0);
	assert_int_equal(told("in.2", "panel.vote"), 0);
	assert_int_equal(told("in.3", "panel.vote"), 1);
	assert_int_equal(told("out.1", "panel.vote"), 1);
	assert_int_equal(told(NULL, "panel.vote"), 3 * PANEL_VOTERS - 2);
	send_all();
	assert_int_equal(told(NULL, "panel.vote"), 0);
	panel_vote(&k, "in.3", "G17", "555");
	on("2023-02-07");
	assert_int_equal(told("in.3", "panel.vote"), 0);
	assert_int_equal(told("out.1", "panel.vote"), 1);
	on("2023-02-11"); /* nobody can any more */
	assert_int_equal(told(NULL, "panel.vote"), 0);
}

/* Who has voted on all but the own unit has done so. */
static void
test_voters__are_not_told_of_the_own_unit(void **state)
{
	(void)state;
	kit_do(&k, KC_K_role_give, "root.a root.b", "actor=G16.head",
	    "role=panel-inner");
	on("2023-02-01");
	assert_int_equal(told("G16.head", "panel.vote"), 1);
	kit_do(&k, KC_K_panel_ballot, "G16.head", "year=2022", "unit=G17",
	    "group=inner", "full=5", "proper=5", "benefit=5");
	assert_int_equal(told("G16.head", "panel.vote"), 0);
}

/* No day before the first of voting calls for a ballot. */
static void
test_voters__are_told_nothing_before_the_first_day(void **state)
{
	(void)state;
	kit_end(&k);
	panel_people(&k);
	on("2023-01-03");
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	on("2023-01-19"); /* 11 working days left */
	assert_int_equal(told(NULL, "panel.vote"), 0);
	on("2023-02-01");
	assert_int_equal(told(NULL, "panel.vote"), 3 * PANEL_VOTERS);
}

static void
test_closing__is_of_office_and_tally_and_watched_when_late(void **state)
{
	(void)state;
	on("2023-02-15"); /* three working days */
	assert_int_equal(told("P09.a", "panel.close"), 1);
	assert_int_equal(told("tally", "panel.close"), 1);
	assert_int_equal(told("office", "panel.close"), 0);
	assert_int_equal(told("in.1", "panel.close"), 0);
	send_all();
	on("2023-02-21");
	assert_int_equal(told("office", "panel.close"), 1);
	panel_close(&k);
	assert_int_equal(told(NULL, "panel.close"), 0);
}

/* --- secrets --- */
static bool
sees_entry(const char *actor, unsigned seq)
{
	static struct kc_entry e;
	const struct kit_note *n = &k.notes[seq];
	const struct kc_slice note = {k.log.p + n->off, n->n};
	struct kc_refusal why = {0};
	struct kc_viewer r;

	assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
	kc_viewer_of(k.st, kc_slice_str(actor), &r);
	return kc_viewer_sees_entry(k.st, &r, &e, k.now_ms);
}

/* A head who votes and has a closing to wait for gets two messages: one of
 * them is nobody else's. */
static void
test_reminders__to_vote_go_alone_and_are_sealed(void **state)
{
	unsigned first, sealed = 0, others = 0;

	(void)state;
	kit_do(&k, KC_K_role_give, "root.a root.b", "actor=P09.a",
	    "role=panel-inner");
	on("2023-02-07"); /* three working days, nine to the closing: -7 */
	first = k.nnotes;
	send_all();
	for (unsigned seq = first; seq < k.nnotes; seq++) {
		const struct kit_note *n = &k.notes[seq];
		struct kc_buf text = {0};
		bool vote, close;

		kc_buf_put(&text, k.log.p + n->off, n->n);
		vote = strstr(kc_buf_cstr(&text), " panel.vote ") != NULL;
		close = strstr(kc_buf_cstr(&text), " panel.close ") != NULL;
		kc_buf_free(&text);
		assert_false(vote && close);
		assert_int_equal(sees_entry("P09.b", seq), !vote);
		assert_int_equal(sees_entry("in.2", seq), false);
		assert_true(sees_entry("audit", seq));
		assert_true(!vote || sees_entry("tally", seq));
		sealed += vote;
		others += close;
	}
	assert_true(sealed > 0 && others > 0);
}

/* Kind of the message by which P09.a is told of this now; -1: of none. */
static int
kind_of(const char *what)
{
	struct kc_plan p;
	int kind = -1;

	assert_int_equal(kc_plan_make(&p, k.st, k.now_ms, &ask), KC_OK);
	for (uint32_t i = 0; i < p.nmessages; i++) {
		const struct kc_planned *m = &p.messages[i];

		for (uint32_t j = m->first; j < m->first + m->n; j++)
			if (strcmp(m->to, "P09.a") == 0 &&
			    strcmp(p.notices[j].what, what) == 0)
				kind = (int)m->kind;
	}
	kc_plan_free(&p);
	return kind;
}

/* Else it could be read off what goes together that one was missed. */
static void
test_reminders__to_vote_change_nothing_of_what_others_read(void **state)
{
	(void)state;
	kit_do(&k, KC_K_role_give, "root.a root.b", "actor=P09.a",
	    "role=panel-inner");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	on("2023-02-06");
	send_all();
	on("2023-02-08"); /* three working days were left the day before */
	assert_int_equal(kind_of("panel.vote"), KC_PLANNED_CATCH_UP);
	assert_int_equal(kind_of("yearend.score"), KC_PLANNED_SINGLE);
	assert_int_equal(kind_of("finding.find"), KC_PLANNED_SINGLE);
}

/* Id and outcome follow from what everybody knows: who tries one is told what
 * he would be of a message that never was. */
static void
test_reminders__to_vote_are_not_found_by_who_guesses_them(void **state)
{
	char theirs[64], none[64], last;
	struct kc_told told;
	struct kc_refusal unknown;
	struct kc_buf id = {0};
	uint32_t i = 0;

	(void)state;
	on("2023-02-01");
	send_all();
	for (kc_state_told(k.st, i, &told); strcmp(told.to, "in.1") != 0;)
		kc_state_told(k.st, ++i, &told);
	kc_buf_hex(&id, told.id, sizeof(told.id));
	(void)snprintf(theirs, sizeof(theirs), "message=%s", kc_buf_cstr(&id));
	(void)snprintf(none, sizeof(none), "message=%032d", 0);
	kc_buf_free(&id);
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_ack, "in.2", none);
	unknown = k.why;
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_ack, "in.2", theirs);
	assert_string_equal(k.why.args[0], unknown.args[0]);
	assert_string_equal(k.why.args[1], theirs + strlen("message="));
	assert_string_equal(k.why.args[2], unknown.args[2]);
	assert_string_equal(k.why.args_zh[0], unknown.args_zh[0]);
	last = theirs[strlen(theirs) - 1];
	theirs[strlen(theirs) - 1] = last == '0' ? '1' : '0';
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_ack, "in.2", theirs);
	assert_string_equal(k.why.args[2], unknown.args[2]);
	theirs[strlen(theirs) - 1] = last;
	kit_do(&k, KC_K_remind_ack, "in.1", theirs);
}

static size_t
foreseen(bool all)
{
	const struct kc_foresee f = {.sealed = all, .lang = KC_LANG_EN};
	struct kc_buf out = {0};
	json_t *doc;
	size_t n;

	assert_int_equal(kc_foresee_due(&out, k.st, k.now_ms, &f), KC_OK);
	doc = json_loadb(out.p, out.n, 0, NULL);
	assert_non_null(doc);
	n = (size_t)json_integer_value(json_object_get(doc, "messages"));
	json_decref(doc);
	kc_buf_free(&out);
	return n;
}

static bool
in_calendar(const char *actor)
{
	const struct kc_feed_ask of = {.actor = kc_slice_str(actor),
	    .now_ms = k.now_ms,
	    .lang = KC_LANG_EN};
	struct kc_buf out = {0};
	bool is;

	assert_int_equal(kc_feed_render(&out, k.st, &of), KC_OK);
	is = strstr(kc_buf_cstr(&out), "PN-2022-0001 vote on every unit") !=
	    NULL;
	kc_buf_free(&out);
	return is;
}

static const char *
inbox(const char *of, const char *reader)
{
	static char out[64];
	json_t *doc = view_as(&k, reader, "todo", "", of), *row;
	size_t i;

	(void)snprintf(out, sizeof(out), "-");
	json_array_foreach(json_object_get(doc, "rows"), i,
	    row) if (strstr(text_at(row, "what"), "vote") != NULL)(void)
	    snprintf(out, sizeof(out), "%s %s %s", text_at(row, "case"),
		text_at(row, "light"), text_at(row, "due"));
	json_decref(doc);
	return out;
}

/* The preview leaves them out, the calendar has the day of every voter, voted
 * or not, and the inbox is one's own. */
static void
test_reminders__to_vote_are_told_by_no_other_door(void **state)
{
	(void)state;
	panel_vote(&k, "in.1", "G16", "555");
	panel_vote(&k, "in.1", "G17", "555");
	on("2023-02-01");
	assert_int_equal(
	    foreseen(true) - foreseen(false), 3 * PANEL_VOTERS - 1);
	assert_true(in_calendar("in.1"));
	assert_true(in_calendar("in.2"));
	assert_false(in_calendar("P09.a"));
	assert_string_equal(
	    inbox("in.2", "in.2"), "PN-2022-0001 green 2023-02-10");
	assert_string_equal(inbox("in.1", "in.1"), "-");
	assert_string_equal(inbox("in.2", "P09.a"), "-");
}

static bool
stands(const char *to)
{
	bool is = false;

	assert_int_equal(kc_notice_stands(k.st, kc_slice_str(to),
			     KC_LIT("PN-2022-0001 panel.vote -7 2023-02-10 -"),
			     k.now_ms, &is),
	    KC_OK);
	return is;
}

/* One that waits in the outbox while its voter votes is not sent. */
static void
test_reminder__falls_away_with_the_last_vote(void **state)
{
	(void)state;
	on("2023-02-01");
	assert_true(stands("in.1"));
	panel_vote(&k, "in.1", "G16", "555");
	assert_true(stands("in.1"));
	panel_vote(&k, "in.1", "G17", "555");
	assert_false(stands("in.1"));
	assert_true(stands("in.2"));
	on("2023-02-11");
	assert_false(stands("in.2"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_voters__with_a_unit_left_are_told_and_nobody_else),
	    TEST(test_voters__are_not_told_of_the_own_unit),
	    TEST(test_voters__are_told_nothing_before_the_first_day),
	    TEST(test_closing__is_of_office_and_tally_and_watched_when_late),
	    TEST(test_reminders__to_vote_go_alone_and_are_sealed),
	    TEST(test_reminders__to_vote_change_nothing_of_what_others_read),
	    TEST(test_reminders__to_vote_are_not_found_by_who_guesses_them),
	    TEST(test_reminders__to_vote_are_told_by_no_other_door),
	    TEST(test_reminder__falls_away_with_the_last_vote),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
