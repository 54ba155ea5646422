/* SPDX-License-Identifier: Apache-2.0 */
/* What is suggested for a word that nothing is called, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/near.h>

/* What is meant by `typed` among words that blanks part. */
static const char *
meant(const char *typed, const char *words)
{
	static struct kc_buf out;
	struct kc_slice rest = kc_slice_str(words), word;
	struct kc_near x;

	kc_near_begin(&x, kc_slice_str(typed));
	while (kc_slice_cut(&rest, ' ', &word))
		kc_near_try(&x, word);
	kc_near_try(&x, rest);
	kc_buf_reset(&out);
	kc_buf_near(&out, &x, "|");
	assert_int_equal(out.n > 0, kc_near_one(&x).n > 0);
	return kc_buf_cstr(&out);
}

static void
test_near__two_steps_and_no_more(void **state)
{
	static const char *const rows[][3] = {
	    {"targte", "target unit", "target"},
	    {"tagret", "target unit", "target"},
	    {"targetts", "target unit", "target"},
	    {"trgt", "target unit", "target"},
	    {"trgts", "target unit", ""},
	    {"--yaer", "--year --unit", "--year"},
	    {"lst", "list show", "list"},
	    {"ls", "list show", ""},
	    {"al", "all unit", "all"},
	    {"-x", "-o -n", ""},
	    {"", "a ab", ""},
	    {"evidence_mips", "evidence_mib evidence_days", "evidence_mib"},
	    {"reserved_space", "reserve_mib", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(meant(rows[i][0], rows[i][1]), rows[i][2]);
}

static void
test_near__another_digit_is_another_thing(void **state)
{
	(void)state;
	assert_string_equal(meant("G91", "G19 G01 G11 G21 G31 G90"), "G19");
	assert_string_equal(meant("G20", "G19 G21 G10 H20"), "H20");
	assert_string_equal(
	    meant("PD-2022-0012", "PD-2022-0021 PD-2022-0011"), "PD-2022-0021");
	assert_string_equal(meant("PD-2022-0060", "PD-2022-0001"), "");
	assert_string_equal(meant("G1", "G19"), "");
	assert_string_equal(meant("G19-K1", "G19-K11 G19K1"), "G19K1");
	assert_string_equal(meant("PD-2022-0002", "PD-2022-0001 PD-2021-0002"),
	    "PD-2021-0002|PD-2022-0001");
}

static void
test_near__of_many_as_near_none_is_meant(void **state)
{
	(void)state;
	assert_string_equal(meant("estab.4", "estab.1 estab.2 estab.3"),
	    "estab.1|estab.2|estab.3");
	assert_string_equal(
	    meant("estab.4", "estab.1 estab.2 estab.3 estab.5"), "");
	assert_string_equal(meant("esatb.4", "estab.4 estab.1"), "estab.4");
	assert_string_equal(meant("unti", "unit unit unit unit"), "unit");
}

static void
test_near__a_long_word_is_near_to_nothing(void **state)
{
	char word[66] = "";

	(void)state;
	memset(word, 'a', 64);
	assert_string_equal(meant(word, word), "");
	word[63] = '\0';
	assert_string_equal(meant(word + 1, word), word);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_near__two_steps_and_no_more),
	    cmocka_unit_test(test_near__another_digit_is_another_thing),
	    cmocka_unit_test(test_near__of_many_as_near_none_is_meant),
	    cmocka_unit_test(test_near__a_long_word_is_near_to_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
