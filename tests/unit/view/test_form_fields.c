/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on paper: what the description lists for each, and what a document
 * keeps of the day on which it was made. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "formkit.h"
#include "viewkit.h"
#include "yearkit.h"

static struct kit k;

/* How a line of the table begins, and its last cell; NULL: there is none. */
static const char *
last_cell(const json_t *doc, size_t table, const char *first)
{
	const json_t *lines = json_object_get(
	    json_array_get(json_object_get(doc, "tables"), table), "lines");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *cells =
		    json_object_get(json_array_get(lines, i), "cells");

		if (strcmp(json_string_value(json_array_get(cells, 0)),
			first) == 0)
			return json_string_value(
			    json_array_get(cells, json_array_size(cells) - 1));
	}
	return NULL;
}

/* What was sent for says what was deducted then; and so does the result, which
 * was published with it. */
static void
test_withdrawn_case__stays_on_what_was_made_before(void **state)
{
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G16", "G16-K2");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.b", case_field(c),
	    "reason=x");
	assert_int_equal(c->deducted_e4, 0);
	doc = printed(&k, "deduction", c->handle);
	assert_string_equal(said(doc, "扣分"), "0.50 分");
	json_decref(doc);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_string_equal(last_cell(doc, 0, "保留扣分"), "0.5000");
	assert_string_equal(last_cell(doc, 1, c->handle), "0.5000");
	json_decref(doc);
	kit_free(&k);
}

/* One that was withdrawn before is on neither. */
static void
test_withdrawn_case__before_the_result_is_not_of_it(void **state)
{
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G16", "G16-K2");
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.b", case_field(c),
	    "reason=x");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_string_equal(last_cell(doc, 0, "保留扣分"), "0.0000");
	assert_null(last_cell(doc, 1, c->handle));
	json_decref(doc);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_withdrawn_case__stays_on_what_was_made_before),
	    cmocka_unit_test(
		test_withdrawn_case__before_the_result_is_not_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
