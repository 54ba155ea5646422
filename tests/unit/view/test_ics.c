/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars: exact bytes, folding between characters, escaping. */
#include <kaocheng/ics.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct kc_ics_item
sample(void)
{
	return (struct kc_ics_item){
	    .handle = KC_LIT("PD-2022-0058"),
	    .limit = KC_LIT("case.rectify"),
	    .last = kc_day_from_civil(2022, 12, 30),
	    .sequence = 2,
	    .stamp_ms = 1665970200123,
	    .summary = KC_LIT("报送整改报告"),
	    .alarm_days = 3,
	};
}

static void
test_ics__an_item_is_an_event_and_a_thing_to_do(void **state)
{
	static const char want[] =
	    "BEGIN:VEVENT\r\n"
	    "UID:PD-2022-0058.case.rectify@example.org\r\n"
	    "DTSTAMP:20221017T013000Z\r\n"
	    "SEQUENCE:2\r\n"
	    "SUMMARY:报送整改报告\r\n"
	    "DTSTART;VALUE=DATE:20221230\r\n"
	    "DTEND;VALUE=DATE:20221231\r\n"
	    "TRANSP:TRANSPARENT\r\n"
	    "STATUS:CONFIRMED\r\n"
	    "BEGIN:VALARM\r\n"
	    "ACTION:DISPLAY\r\n"
	    "DESCRIPTION:报送整改报告\r\n"
	    "TRIGGER:-P2DT15H\r\n"
	    "END:VALARM\r\n"
	    "END:VEVENT\r\n"
	    "BEGIN:VTODO\r\n"
	    "UID:todo-PD-2022-0058.case.rectify@"
	    "example.org\r\n"
	    "DTSTAMP:20221017T013000Z\r\n"
	    "SEQUENCE:2\r\n"
	    "SUMMARY:报送整改报告\r\n"
	    "DUE;VALUE=DATE:20221230\r\n"
	    "STATUS:NEEDS-ACTION\r\n"
	    "END:VTODO\r\n";
	struct kc_ics_item item = sample();
	struct kc_buf b = {0};

	(void)state;
	kc_ics_item(&b, &item, KC_LIT("example.org"));
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
}

static void
test_ics__what_is_done_is_cancelled_and_alarms_nobody(void **state)
{
	struct kc_ics_item item = sample();
	struct kc_buf b = {0};
	const char *task;

	(void)state;
	item.status = KC_ICS_DONE;
	kc_ics_item(&b, &item, KC_LIT("example.org"));
	task = strstr(kc_buf_cstr(&b), "BEGIN:VTODO");
	assert_true(strstr(b.p, "STATUS:CANCELLED\r\n") < task);
	assert_null(strstr(task, "STATUS:CANCELLED"));
	assert_non_null(strstr(task,
	    "COMPLETED:20221017T013000Z\r\n"
	    "PERCENT-COMPLETE:100\r\n"
	    "STATUS:COMPLETED\r\n"));
	assert_null(strstr(b.p, "VALARM"));
	kc_buf_reset(&b);
	item.status = KC_ICS_CANCELLED;
	kc_ics_item(&b, &item, KC_LIT("example.org"));
	task = strstr(kc_buf_cstr(&b), "BEGIN:VTODO");
	assert_true(strstr(b.p, "STATUS:CANCELLED\r\n") < task);
	assert_non_null(strstr(task, "STATUS:CANCELLED\r\n"));
	assert_null(strstr(b.p, "VALARM"));
	kc_buf_free(&b);
}

static void
test_ics__a_day_that_may_move_is_tentative(void **state)
{
	struct kc_ics_item item = sample();
	struct kc_buf b = {0};

	(void)state;
	item.status = KC_ICS_TENTATIVE;
	kc_ics_item(&b, &item, KC_LIT("example.org"));
	assert_non_null(strstr(kc_buf_cstr(&b), "STATUS:TENTATIVE\r\n"));
	assert_non_null(strstr(b.p, "BEGIN:VALARM\r\n"));
	assert_non_null(strstr(b.p, "STATUS:NEEDS-ACTION\r\n"));
	kc_buf_free(&b);
}

static void
test_ics__alarms_come_at_nine(void **state)
{
	static const struct {
		int days;
		const char *trigger;
	} rows[] = {{0, "TRIGGER:PT9H\r\n"}, {1, "TRIGGER:-PT15H\r\n"},
	    {2, "TRIGGER:-P1DT15H\r\n"}, {11, "TRIGGER:-P10DT15H\r\n"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_ics_item item = sample();
		struct kc_buf b = {0};

		item.alarm_days = rows[i].days;
		kc_ics_item(&b, &item, KC_LIT("example.org"));
		assert_non_null(strstr(kc_buf_cstr(&b), rows[i].trigger));
		kc_buf_free(&b);
	}
}

/* Every length of a text of characters of one to four bytes. */
static void
test_ics__no_line_is_long_and_no_character_broken(void **state)
{
	static const char letters[] = "a期é𠀀,";
	struct kc_buf text = {0};

	(void)state;
	for (unsigned n = 0; n < 300; n++) {
		static const size_t at[] = {0, 1, 4, 6, 10, 11};
		unsigned pick = (n * 7 + n / 5) % 5;
		struct kc_ics_item item = sample();
		struct kc_buf b = {0};
		struct kc_slice rest, line;

		kc_buf_put(&text, letters + at[pick], at[pick + 1] - at[pick]);
		item.description = kc_buf_view(&text);
		kc_ics_item(&b, &item, KC_LIT("example.org"));
		rest = kc_buf_view(&b);
		while (kc_slice_line(&rest, &line)) {
			assert_true(line.n <= 76 && line.n > 1);
			assert_int_equal(line.p[line.n - 1], '\r');
			line.n--;
			assert_int_equal(kc_text_scan(line), line.n);
		}
		assert_int_equal(rest.n, 0);
		kc_buf_free(&b);
	}
	kc_buf_free(&text);
}

static void
test_ics__texts_are_escaped(void **state)
{
	struct kc_ics_item item = sample();
	struct kc_buf b = {0};

	(void)state;
	item.summary = KC_LIT("a,b;c\\d\ne\rBEGIN:VEVENT");
	item.url = KC_LIT("https://h/?a=1;b,c");
	kc_ics_item(&b, &item, KC_LIT("example.org"));
	assert_non_null(strstr(
	    kc_buf_cstr(&b), "SUMMARY:a\\,b\\;c\\\\d\\neBEGIN:VEVENT\r\n"));
	assert_non_null(strstr(b.p, "URL:https://h/?a=1;b,c\r\n"));
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ics__an_item_is_an_event_and_a_thing_to_do),
	    cmocka_unit_test(
		test_ics__what_is_done_is_cancelled_and_alarms_nobody),
	    cmocka_unit_test(test_ics__a_day_that_may_move_is_tentative),
	    cmocka_unit_test(test_ics__alarms_come_at_nine),
	    cmocka_unit_test(test_ics__no_line_is_long_and_no_character_broken),
	    cmocka_unit_test(test_ics__texts_are_escaped),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
