/* SPDX-License-Identifier: Apache-2.0 */
/* Who is considered for promotions after closed years, and exceptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "usekit.h"
#include "viewkit.h"

static struct kit k;

static int
tear_down(void **state)
{
	(void)state;
	kit_end(&k);
	return 0;
}

/* --- promotions --- */
/* Of G17; cadre NULL: as a whole. */
static void
except(enum kc_refusal_code code, int year, const char *cadre)
{
	char of_year[24];
	const char *const fields[] = {
	    "unit=G17", of_year, "reason=任现职不久", cadre, NULL};

	(void)snprintf(of_year, sizeof(of_year), "year=%d", year);
	if (code == KC_R_NONE)
		kit_do_v(&k, KC_K_promotion_except, "org", fields, __FILE__,
		    __LINE__);
	else
		kit_refused_v(&k, code, KC_K_promotion_except, "org", fields,
		    __FILE__, __LINE__);
}

static void
test_promotion__two_third_grades_bar_it_and_exceptions_have_reasons(
    void **state)
{
	json_t *doc, *row;

	(void)state;
	use_city(&k);
	kit_do(&k, KC_K_cadre_register, "org", "cadre=C16", "unit=G16",
	    "city_managed=yes");
	kit_do(&k, KC_K_cadre_register, "org", "cadre=C17", "unit=G17",
	    "city_managed=yes");
	use_year(&k, 2022, "10000", "5000");
	except(KC_R_STREAK, 2022, NULL);
	assert_string_equal(k.why.args[1], "1");
	assert_string_equal(k.why.rule, "cadre.third_years");
	use_year(&k, 2023, "10000", "5000");
	except(KC_R_UNIT_MISMATCH, 2023, "cadre=C16");
	except(KC_R_NOT_FOUND, 2023, "cadre=C99");
	except(KC_R_NONE, 2023, "cadre=C17");
	except(KC_R_DUPLICATE, 2023, "cadre=C17");
	except(KC_R_NONE, 2023, NULL);
	except(KC_R_DUPLICATE, 2023, NULL);
	doc = view_of(&k, "promotion", NULL, NULL, "2024-03-01");
	row = row_where(doc, "unit", "G17");
	assert_string_equal(text_at(row, "list"), "generally-none");
	assert_int_equal(int_at(row, "third_years"), 2);
	assert_int_equal(int_at(row, "exceptions"), 2);
	row = row_where(doc, "list", "exception");
	assert_string_equal(text_at(row, "cadre"), "C17");
	assert_string_equal(text_at(row, "reason"), "任现职不久");
	row = row_where(doc, "unit", "G16");
	assert_true(json_is_null(json_object_get(row, "list")));
	assert_int_equal(int_at(row, "first_years"), 2);
	json_decref(doc);
	/* Another year has passed: of an earlier one none is recorded. */
	use_year(&k, 2024, "10000", "9000");
	except(KC_R_STREAK, 2024, NULL);
	except(KC_R_STREAK, 2023, NULL);
	doc = view_of(&k, "promotion", NULL, NULL, "2025-03-01");
	row = row_where(doc, "unit", "G16");
	assert_string_equal(text_at(row, "list"), "considered-first");
	assert_int_equal(int_at(row, "first_years"), 3);
	row = row_where(doc, "unit", "G17");
	assert_true(json_is_null(json_object_get(row, "list")));
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		test_promotion__two_third_grades_bar_it_and_exceptions_have_reasons),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
