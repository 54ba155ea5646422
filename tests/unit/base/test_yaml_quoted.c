/* SPDX-License-Identifier: Apache-2.0 */
/* Single-quoted scalars, whose value we read ourselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/yaml.h"

static const struct {
	const char *raw, *value;
} rows[] = {
    {"", ""},
    {"plain", "plain"},
    {" kept at both ends ", " kept at both ends "},
    {"it''s", "it's"},
    {"''''''''''''", "''''''"},
    {"one\n  two", "one two"},
    {"one  \n\t two", "one two"},
    {"one\n\n  two", "one\ntwo"},
    {"one\n \n\t\n  two", "one\n\ntwo"},
    {"one\n  ", "one "},
    {"\n  two", " two"},
    {"\n\n  two ", "\ntwo "},
    {"o''\n  ''t", "o' 't"},
};

static void
test_yaml_unquote__doubles_stand_for_quotes_and_lines_are_folded(void **state)
{
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = kc_yaml_unquote(kc_slice_str(rows[i].raw), out);

		out[n] = '\0';
		assert_true(n <= strlen(rows[i].raw));
		assert_string_equal(out, rows[i].value);
	}
}

/* What libfyaml says of it is forgotten by libfyaml: 512 bytes and more were
 * lost at each reading, which the sanitizer finds in this test. */
static void
test_yaml__quotes_side_by_side_leave_nothing_behind(void **state)
{
	static const char text[] =
	    "a: 'x'''''''''''''''''''''''''''''''''''''''''''\n";
	const struct kc_yaml_node *root;
	struct kc_refusal why = {0};
	struct kc_yaml *y = NULL;

	(void)state;
	assert_int_equal(
	    kc_yaml_parse(&y, kc_slice_str(text), "t", &why), KC_OK);
	root = kc_yaml_root(y);
	assert_int_equal(root->first->text.n, 22);
	kc_yaml_free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_yaml_unquote__doubles_stand_for_quotes_and_lines_are_folded),
	    cmocka_unit_test(
		test_yaml__quotes_side_by_side_leave_nothing_behind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
