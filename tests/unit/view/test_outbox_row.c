/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the outbox have one spelling, and nothing else is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/outbox.h>

#define ROW                                                                    \
	"kaocheng/v1 message\n"                                                \
	"to G19.liaison\n"                                                     \
	"channel smtp\n"                                                       \
	"day 2022-10-17\n"                                                     \
	"copy 0\n"                                                             \
	"made 2022-10-17T01:05:00.000Z\n"                                      \
	"tries 2\n"                                                            \
	"next 2022-10-17T01:36:00.000Z\n"                                      \
	"reply 451\n"                                                          \
	"notice PD-2022-0058 case.rectify -7 2022-10-26 G19\n"                 \
	"notice PD-2022-0060 case.rectify -1 2022-10-18 G19\n"

static const uint8_t id[KC_MESSAGE_ID_SIZE] = {7};

static void
test_outbox_row__comes_back_byte_for_byte(void **state)
{
	struct kc_out_row row;
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(kc_out_row_read(&row, id, KC_LIT(ROW)), KC_OK);
	assert_string_equal(row.to, "G19.liaison");
	assert_int_equal(row.channel, KC_CHANNEL_SMTP);
	assert_int_equal(row.tries, 2);
	assert_true(row.next_ms - row.made_ms == 31 * 60000);
	assert_int_equal(row.nkeys, 2);
	assert_true(kc_slice_is(
	    row.keys[1], "PD-2022-0060 case.rectify -1 2022-10-18 G19"));
	kc_buf_out_row(&b, &row);
	assert_true(kc_slice_is(kc_buf_view(&b), ROW));
	kc_out_row_release(&row);
	kc_buf_free(&b);
}

static void
test_outbox_row__cut_anywhere_is_no_row(void **state)
{
	struct kc_out_row row;
	const char *second = strstr(ROW, "notice PD-2022-0060");

	(void)state;
	for (size_t n = 0; n < strlen(ROW); n++) {
		enum kc_err err =
		    kc_out_row_read(&row, id, (struct kc_slice){ROW, n});

		/* One notice is a message too. */
		assert_int_equal(err,
		    n == strlen(ROW) - strlen(second) ? KC_OK : KC_ESYNTAX);
		kc_out_row_release(&row);
	}
}

static void
test_outbox_row__other_spellings_are_refused(void **state)
{
	static const char *const bad[][2] = {
	    {"kaocheng/v1 message", "kaocheng/v2 message"},
	    {"to G19.liaison", "to G19 liaison"},
	    {"channel smtp", "channel pigeon"},
	    {"day 2022-10-17", "day 2022-10-32"},
	    {"copy 0", "copy 100"},
	    {"copy 0", "copy 00"},
	    {"tries 2", "tries -1"},
	    {"reply 451", "reply "},
	    {"notice PD-2022-0058 case.rectify -7", "notice PD-2022-0058  -7"},
	    {"next 2022", "later 2022"},
	};
	struct kc_out_row row;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct kc_buf b = {0};
		const char *at = strstr(ROW, bad[i][0]);

		assert_non_null(at);
		kc_buf_put(&b, ROW, (size_t)(at - ROW));
		kc_buf_str(&b, bad[i][1]);
		kc_buf_str(&b, at + strlen(bad[i][0]));
		assert_int_equal(
		    kc_out_row_read(&row, id, kc_buf_view(&b)), KC_ESYNTAX);
		kc_out_row_release(&row);
		kc_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_outbox_row__comes_back_byte_for_byte),
	    cmocka_unit_test(test_outbox_row__cut_anywhere_is_no_row),
	    cmocka_unit_test(test_outbox_row__other_spellings_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
