/* SPDX-License-Identifier: Apache-2.0 */
/* Codes and names as people type them, in what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "viewkit.h"

static void
is_of_unit(const struct kit *k, const char *typed, const char *code)
{
	json_t *v = view_of(k, "trail", typed, NULL, "2022-12-31");

	assert_string_equal(text_at(v, "unit"), code);
	json_decref(v);
}

static void
test_unit__is_found_in_another_width_and_case(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	is_of_unit(&k, "G16", "G16");
	is_of_unit(&k, "g16", "G16");
	is_of_unit(&k, "Ｇ１６", "G16");
	view_refused(&k, "trail", "G77", NULL, KC_R_NOT_FOUND);
	kit_free(&k);
}

static void
test_unit__a_part_of_a_name_is_asked_back_where_several_have_it(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_unit_register, "P09.a", "unit=X1", "group=gov",
	    "name=北山水务局", "name_en=North Water");
	kit_do(&k, KC_K_unit_register, "P09.a", "unit=X2", "group=gov",
	    "name=南山水务局", "name_en=South Water");
	is_of_unit(&k, "北山", "X1");
	is_of_unit(&k, "South", "X2");
	is_of_unit(&k, "南山水务局", "X2");
	view_refused(&k, "trail", "山水", NULL, KC_R_SEVERAL);
	view_refused(&k, "trail", "水", NULL, KC_R_NOT_FOUND);
	kit_free(&k);
}

/* What stands exactly as typed comes first, however alike another is. */
static void
test_code__what_stands_exactly_so_is_meant(void **state)
{
	struct kc_case *c;
	struct kit k;
	json_t *v;
	char number[16];

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-10-28", "G16", "G16-K2");
	assert_string_equal(c->handle, "PD-2022-0001");
	snprintf(number, sizeof(number), "pd-2022-%d", 1);
	v = view_of(&k, "prededuct", NULL, number, "2022-12-31");
	assert_string_equal(text_at(v, "case"), c->handle);
	json_decref(v);
	v = view_of(&k, "target", NULL, "Ｇ16-k2", "2022-12-31");
	assert_string_equal(text_at(v, "target"), "G16-K2");
	json_decref(v);
	view_refused(&k, "prededuct", NULL, "PD-2022-2", KC_R_NOT_FOUND);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_unit__is_found_in_another_width_and_case),
	    cmocka_unit_test(
		test_unit__a_part_of_a_name_is_asked_back_where_several_have_it),
	    cmocka_unit_test(test_code__what_stands_exactly_so_is_meant),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
