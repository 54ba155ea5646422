/* SPDX-License-Identifier: Apache-2.0 */
/* The waits between tries, and the words of channels and outcomes. */
#include "remind/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What passes through a firm's hands is told no more than it must be. */
static void
test_channel__every_robot_is_a_third_party(void **state)
{
	static const unsigned ours[] = {KC_CHANNEL_SMTP, KC_CHANNEL_FILE};
	unsigned third = 0;

	(void)state;
	for (unsigned i = 0; i < KC_CHANNEL_COUNT; i++)
		third += kc_channel_get(i)->third_party;
	assert_int_equal(third, KC_CHANNEL_COUNT - 2);
	for (unsigned i = 0; i < 2; i++)
		assert_false(kc_channel_get(ours[i])->third_party);
}

static void
test_retry__one_five_thirty_minutes_then_about_an_hour(void **state)
{
	(void)state;
	assert_int_equal(kc_retry_in_s(1, 0, 7), 60);
	assert_int_equal(kc_retry_in_s(2, 60, 7), 300);
	assert_int_equal(kc_retry_in_s(3, 360, 7), 1800);
	for (unsigned tries = 4; tries < 100; tries++) {
		int64_t wait = kc_retry_in_s(tries, 2160, tries * 77);

		assert_in_range(wait, 3600, 4500);
	}
}

/* Followed to its end it makes about a hundred tries and passes no limit. */
static void
test_retry__ends_after_five_days(void **state)
{
	(void)state;
	for (uint32_t spread = 0; spread < 1000; spread++) {
		int64_t age = 0, wait;
		unsigned tries = 1;

		while ((wait = kc_retry_in_s(tries, age, spread)) >= 0) {
			assert_true(wait >= 60);
			age += wait;
			tries++;
		}
		assert_in_range(age, KC_RETRY_FOR_S - 4500, KC_RETRY_FOR_S);
		assert_in_range(tries, 95, 123);
	}
	assert_int_equal(kc_retry_in_s(1, KC_RETRY_FOR_S, 0), -1);
}

static void
test_retry__what_failed_together_comes_back_apart(void **state)
{
	unsigned char seen[901] = {0};
	unsigned places = 0;

	(void)state;
	for (uint32_t spread = 0; spread < 2000; spread++)
		seen[kc_retry_in_s(4, 2160, spread * 2246822519U) - 3600] = 1;
	for (size_t i = 0; i < sizeof(seen); i++)
		places += seen[i];
	assert_true(places > 600);
	assert_int_equal(kc_retry_in_s(9, 2160, 5), kc_retry_in_s(9, 2160, 5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_channel__every_robot_is_a_third_party),
	    cmocka_unit_test(
		test_retry__one_five_thirty_minutes_then_about_an_hour),
	    cmocka_unit_test(test_retry__ends_after_five_days),
	    cmocka_unit_test(test_retry__what_failed_together_comes_back_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
