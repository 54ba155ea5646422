/* SPDX-License-Identifier: Apache-2.0 */
/* Slices: taken apart, compared. */
#include <kaocheng/bytes.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_slice__line_leaves_an_unended_last_line(void **state)
{
	struct kc_slice rest = KC_LIT("one\n\ntwo");
	struct kc_slice line;

	(void)state;
	assert_true(kc_slice_line(&rest, &line));
	assert_true(kc_slice_is(line, "one"));
	assert_true(kc_slice_line(&rest, &line));
	assert_int_equal(line.n, 0);
	assert_false(kc_slice_line(&rest, &line));
	assert_true(kc_slice_is(rest, "two"));
	rest = (struct kc_slice){NULL, 0};
	assert_false(kc_slice_line(&rest, &line));
}

static void
test_slice__bytes_are_taken_whole_or_not(void **state)
{
	struct kc_slice rest = KC_LIT("abcde");
	char out[4] = "zzz";

	(void)state;
	assert_true(kc_slice_take(&rest, out, 3));
	assert_string_equal(out, "abc");
	assert_false(kc_slice_take(&rest, out, 3));
	assert_true(kc_slice_is(rest, "de"));
	assert_string_equal(out, "abc");
	assert_true(kc_slice_take(&rest, out, 2));
	assert_string_equal(out, "dec");
	assert_int_equal(rest.n, 0);
	assert_false(kc_slice_take(&rest, out, 1));
}

static void
test_slice__order_and_copy(void **state)
{
	char out[4] = "zzz";

	(void)state;
	assert_true(kc_slice_cmp(KC_LIT("ab"), KC_LIT("abc")) < 0);
	assert_true(kc_slice_cmp(KC_LIT("b"), KC_LIT("abc")) > 0);
	assert_true(kc_slice_cmp(KC_LIT("\xff"), KC_LIT("a")) > 0);
	assert_int_equal(kc_slice_cmp(KC_LIT("x"), KC_LIT("x")), 0);
	assert_true(kc_slice_copy(out, sizeof(out), KC_LIT("abc")));
	assert_string_equal(out, "abc");
	assert_false(kc_slice_copy(out, sizeof(out), KC_LIT("abcd")));
	assert_string_equal(out, "");
}

/* Each in memory of its own length, whose end a sanitizer watches. */
static void
test_same__tells_each_byte_at_each_length(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 40; n++) {
		char *a = malloc(n + 1), *b = malloc(n + 1);

		assert_true(a != NULL && b != NULL);
		memset(a + 1, 'x', n);
		memset(b + 1, 'x', n);
		assert_true(kc_same(a + 1, b + 1, n));
		for (size_t i = 1; i <= n; i++) {
			b[i] ^= (char)(1 << i % 8);
			assert_false(kc_same(a + 1, b + 1, n));
			b[i] = 'x';
		}
		free(a);
		free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_slice__line_leaves_an_unended_last_line),
	    cmocka_unit_test(test_slice__bytes_are_taken_whole_or_not),
	    cmocka_unit_test(test_slice__order_and_copy),
	    cmocka_unit_test(test_same__tells_each_byte_at_each_length),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
