/* SPDX-License-Identifier: Apache-2.0 */
/* The lights of a ledger: what makes each red, and who is told what. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "statekit.h"
#include "viewkit.h"

static void
lights(const char *day, const char *want)
{
	json_t *doc = view_of(&k, "status", NULL, NULL, day);
	struct kc_buf b = {0};
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		kc_buf_str(&b, i == 0 ? "" : " ");
		kc_buf_str(&b, text_at(row, "item"));
		kc_buf_char(&b, '=');
		kc_buf_str(&b, text_at(row, "light"));
	}
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
	json_decref(doc);
}

static const char *
says(const char *day, const char *item)
{
	static char text[200];
	json_t *doc = view_of(&k, "status", NULL, NULL, day);

	(void)snprintf(text, sizeof(text), "%s",
	    text_at(row_where(doc, "item", item), "says"));
	json_decref(doc);
	return text;
}

static void
test_status__is_green_while_nothing_is_near(void **state)
{
	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	lights("2022-07-20",
	    "ledger=green clock=green clerk=green deadlines=green "
	    "calendar=green rules=green reminders=green");
	assert_string_equal(
	    says("2022-07-20", "clerk"), "下一条 2022-10-21 00:00");
	assert_string_equal(
	    says("2022-07-20", "deadlines"), "红 0，黄 0，绿 2");
}

static void
test_status__says_by_which_rules_the_ledger_lives(void **state)
{
	(void)state;
	assert_string_equal(says("2022-07-20", "rules"),
	    "规则版本 " KC_EPOCH_TEXT "；考核办法 nantong-2022");
	kit_free(&k);
	kit_init_at(&k, KIT_CITY, "1");
	assert_string_equal(says("2022-07-20", "rules"),
	    "规则版本 1，可由两名安全管理员采用 " KC_EPOCH_TEXT
	    "；考核办法 未采用");
}

static void
test_status__near_last_days_are_yellow_and_unwritten_entries_red(void **state)
{
	json_t *doc;

	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_do(&k, KC_K_rectify_plan, "G17.head", "case=PD-2022-0001",
	    "plan=已部署");
	lights("2022-10-18",
	    "ledger=green clock=green clerk=green deadlines=yellow "
	    "calendar=green rules=green reminders=green");
	/* past it, and the clerk has not written */
	lights("2022-10-21",
	    "ledger=green clock=green clerk=red deadlines=red "
	    "calendar=green rules=green reminders=green");
	doc = view_of(&k, "status", NULL, NULL, "2022-10-21");
	assert_int_equal(int_at(doc, "overdue"), 1);
	assert_int_equal(int_at(doc, "red"), 1);
	json_decref(doc);
	kit_on(&k, "2022-10-21");
	(void)kit_clerk(&k);
	lights("2022-10-21",
	    "ledger=green clock=green clerk=green deadlines=green "
	    "calendar=green rules=green reminders=green");
}

static void
test_status__a_hold_is_red_and_nothing_is_due_in_it(void **state)
{
	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_do(&k, KC_K_clock_step, "clerk", "side=ahead", "seconds=34560000");
	assert_string_equal(says("2022-10-21", "clock"),
	    "跳变，期限暂停处理，须两人确认：自 2022-07-20 10:00");
	lights("2022-10-21",
	    "ledger=green clock=red clerk=green deadlines=red "
	    "calendar=green rules=green reminders=green");
	assert_string_equal(says("2022-10-21", "clerk"), "没有待写的条目");
}

static void
test_status__the_next_calendar_is_missed_from_november_on(void **state)
{
	static const int only_2022[] = {2022, 0};

	(void)state;
	kit_free(&k);
	case_city(&k, "\"10-31\"", "\"12-31\"", only_2022);
	assert_string_equal(
	    says("2022-10-31", "calendar"), "2023 年的尚未采用");
	lights("2022-10-31",
	    "ledger=green clock=green clerk=green deadlines=green "
	    "calendar=green rules=green reminders=green");
	lights("2022-11-01",
	    "ledger=green clock=green clerk=green deadlines=green "
	    "calendar=yellow rules=green reminders=green");
	lights("2023-01-01",
	    "ledger=green clock=green clerk=green deadlines=green "
	    "calendar=red rules=green reminders=green");
	case_calendar(&k, 2023);
	assert_string_equal(
	    says("2022-11-01", "calendar"), "本年和次年的都已采用");
}

/* The first message with an outcome is asked for again. */
static void
say_again(struct kit *kit)
{
	char field[64] = "message=";
	struct kc_told told;

	kc_state_told(kit->st, 0, &told);
	for (unsigned i = 0; i < KC_MESSAGE_ID_SIZE; i++)
		(void)snprintf(field + 8 + 2 * i, 3, "%02x", told.id[i]);
	kit_do(kit, KC_K_remind_resend, "P09.a", field, "reason=邮箱已修复");
}

static void
test_status__a_message_that_was_given_up_is_red_for_a_week(void **state)
{
	const struct kc_slice key =
	    KC_LIT("PD-2022-0001 case.rectify -30 2022-10-20 G17");
	const struct kc_message_outcome o = {.to = KC_LIT("G17.liaison"),
	    .channel = KC_LIT("smtp"),
	    .day = kc_day_from_civil(2022, 9, 2),
	    .keys = &key,
	    .nkeys = 1,
	    .tries = 8};
	json_t *doc;

	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_on(&k, "2022-09-02");
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	doc = view_of(&k, "status", NULL, NULL, "2022-09-08");
	assert_string_equal(
	    text_at(row_where(doc, "item", "reminders"), "light"), "red");
	assert_int_equal(int_at(doc, "failed"), 1);
	json_decref(doc);
	doc = view_of(&k, "status", NULL, NULL, "2022-09-09");
	assert_string_equal(
	    text_at(row_where(doc, "item", "reminders"), "light"), "green");
	json_decref(doc);
	say_again(&k);
	doc = view_of(&k, "status", NULL, NULL, "2022-09-03");
	assert_string_equal(
	    text_at(row_where(doc, "item", "reminders"), "light"), "green");
	json_decref(doc);
}

static void
test_status__tells_a_unit_of_its_own_last_days(void **state)
{
	struct kc_viewer r;
	struct kc_view_args args = {.lang = KC_LANG_EN, .reader = &r};
	struct kc_log log = {0};
	struct kc_view_source src = {k.st, &log, 0};
	struct kc_refusal why = {0};
	struct kc_buf b = {0};
	json_t *doc;

	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	src.now_ms = k.now_ms;
	kc_viewer_of(k.st, KC_LIT("G16.head"), &r);
	assert_int_equal(kc_view_render(kc_view_find(KC_LIT("status")), &src,
			     &args, &b, &why),
	    KC_OK);
	doc = json_loadb(b.p, b.n, 0, NULL);
	assert_int_equal(int_at(doc, "green"), 0);
	assert_null(json_object_get(doc, "failed"));
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 6);
	json_decref(doc);
	kc_buf_free(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_status__is_green_while_nothing_is_near),
	    TEST(test_status__says_by_which_rules_the_ledger_lives),
	    TEST(
		test_status__near_last_days_are_yellow_and_unwritten_entries_red),
	    TEST(test_status__a_hold_is_red_and_nothing_is_due_in_it),
	    TEST(test_status__the_next_calendar_is_missed_from_november_on),
	    TEST(test_status__a_message_that_was_given_up_is_red_for_a_week),
	    TEST(test_status__tells_a_unit_of_its_own_last_days),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
