/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base32. */
#include <kaocheng/base32.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
test_base32__vectors_of_rfc_4648(void **state)
{
	static const char *const rows[][2] = {{"", ""}, {"f", "MY"},
	    {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"},
	    {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
	struct kc_buf text = {0}, back = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kc_buf_reset(&text);
		kc_buf_reset(&back);
		kc_buf_base32(&text, kc_slice_str(rows[i][0]));
		assert_string_equal(kc_buf_cstr(&text), rows[i][1]);
		assert_int_equal(
		    kc_base32_decode(&back, kc_buf_view(&text)), KC_OK);
		assert_string_equal(kc_buf_cstr(&back), rows[i][0]);
	}
	kc_buf_free(&text);
	kc_buf_free(&back);
}

static void
test_base32__one_spelling_for_every_value(void **state)
{
	static const char *const bad[] = {"my", "MZ", "MZXW6YR", "M", "MZX",
	    "MZXW6Y", "MY======", "M1", "M0", "M8", "MY ", "MY\n"};
	struct kc_buf b = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    kc_base32_decode(&b, kc_slice_str(bad[i])), KC_ESYNTAX);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base32__vectors_of_rfc_4648),
	    cmocka_unit_test(test_base32__one_spelling_for_every_value)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
