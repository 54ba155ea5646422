/* SPDX-License-Identifier: Apache-2.0 */
/* Secret addresses of calendars: what opens, what is kept, what ends them. */
#include <kaocheng/people.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmpdir.h"

static char top[128], dir[160];
static struct kc_buf address;

static int
set_up(void **state)
{
	(void)state;
	tmpdir_make(top);
	(void)snprintf(dir, sizeof(dir), "%s/people", top);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kc_buf_free(&address);
	tmpdir_remove(dir);
	tmpdir_remove(top);
	return 0;
}

/* Makes one from 32 bytes of this value. */
static const char *
make(const char *actor, uint8_t byte)
{
	uint8_t secret[KC_FEED_SECRET_SIZE];

	memset(secret, byte, sizeof(secret));
	kc_buf_reset(&address);
	assert_int_equal(kc_people_feed_put(dir, kc_slice_str(actor), secret,
			     1665970200000, &address, NULL),
	    KC_OK);
	return kc_buf_cstr(&address);
}

static bool
opens(const char *text)
{
	char who[KC_CODE_MAX + 1];

	return kc_people_feed_opens(dir, kc_slice_str(text), who);
}

static void
test_feed__opens_by_its_address_and_no_other(void **state)
{
	char who[KC_CODE_MAX + 1], bad[200];
	const char *good = make("G19.head", 7);
	struct kc_feed_mark mark;

	(void)state;
	assert_int_equal(strncmp(good, "G19.head.0707", 13), 0);
	assert_int_equal(strlen(good), 8 + 1 + KC_FEED_SECRET_HEX);
	assert_true(kc_people_feed_opens(dir, kc_slice_str(good), who));
	assert_string_equal(who, "G19.head");
	assert_int_equal(
	    kc_people_feed_get(dir, KC_LIT("G19.head"), &mark, NULL), KC_OK);
	assert_int_equal(mark.made_ms, 1665970200000);
	/* Each character of it counts. */
	for (size_t i = 0; i < strlen(good); i++) {
		(void)snprintf(bad, sizeof(bad), "%s", good);
		bad[i] = bad[i] == '1' ? '2' : '1';
		assert_false(opens(bad));
	}
	for (size_t n = 0; n < strlen(good); n++) {
		(void)snprintf(bad, sizeof(bad), "%.*s", (int)n, good);
		assert_false(opens(bad));
	}
	(void)snprintf(bad, sizeof(bad), "%s0", good);
	assert_false(opens(bad));
}

static void
test_feed__of_one_person_is_none_of_another(void **state)
{
	char text[200];

	(void)state;
	(void)make("G17.head", 1);
	(void)snprintf(text, sizeof(text), "%s", make("G19.head", 1));
	memcpy(text, "G17.head", 8);
	assert_true(opens(text)); /* the same secret, made for both */
	(void)make("G17.head", 2);
	assert_false(opens(text));
	memcpy(text, "G19.head", 8);
	assert_true(opens(text));
}

static void
test_feed__ends_when_renewed_revoked_or_erased(void **state)
{
	char first[200], second[200];

	(void)state;
	(void)snprintf(first, sizeof(first), "%s", make("a", 1));
	(void)snprintf(second, sizeof(second), "%s", make("a", 2));
	assert_false(opens(first));
	assert_true(opens(second));
	assert_int_equal(kc_people_feed_drop(dir, KC_LIT("a"), NULL), KC_OK);
	assert_false(opens(second));
	assert_int_equal(
	    kc_people_feed_drop(dir, KC_LIT("a"), NULL), KC_ENOTFOUND);
	(void)make("a", 3);
	/* There is no file of the person; the mark goes all the same. */
	assert_int_equal(kc_people_erase(dir, KC_LIT("a"), NULL), KC_ENOTFOUND);
	assert_false(opens(kc_buf_cstr(&address)));
}

static void
test_feed__a_mark_that_others_could_have_written_opens_nothing(void **state)
{
	const char *good = make("a", 1);
	char path[256];
	struct kc_feed_mark mark;
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/.feed~a", dir);
	assert_int_equal(chmod(path, 0644), 0);
	assert_false(opens(good));
	assert_int_equal(
	    kc_people_feed_get(dir, KC_LIT("a"), &mark, NULL), KC_EINVAL);
	assert_int_equal(chmod(path, 0600), 0);
	assert_true(opens(good));
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(close(fd), 0);
	assert_false(opens(good));
	assert_int_equal(
	    kc_people_feed_get(dir, KC_LIT("a"), &mark, NULL), KC_ECORRUPT);
}

static void
test_feed__is_of_an_actor(void **state)
{
	static const char *const bad[] = {"", "..", "a/b", "~a", "a b"};
	uint8_t secret[KC_FEED_SECRET_SIZE] = {0};
	struct kc_feed_mark mark;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(kc_people_feed_put(dir, kc_slice_str(bad[i]),
				     secret, 0, &address, NULL),
		    KC_ENOTFOUND);
		assert_int_equal(
		    kc_people_feed_get(dir, kc_slice_str(bad[i]), &mark, NULL),
		    KC_ENOTFOUND);
	}
	assert_int_equal(address.n, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_feed__opens_by_its_address_and_no_other),
	    TEST(test_feed__of_one_person_is_none_of_another),
	    TEST(test_feed__ends_when_renewed_revoked_or_erased),
	    TEST(
		test_feed__a_mark_that_others_could_have_written_opens_nothing),
	    TEST(test_feed__is_of_an_actor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
