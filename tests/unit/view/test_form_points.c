/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "formkit.h"
#include "viewkit.h"

/* Two decimals by the rounding of the policy, and all four where these hold
 * something else. */
static void
test_points__have_two_decimals_and_four_where_two_are_others(void **state)
{
	static const int years[] = {2022, 2023, 0};
	static const struct {
		const char *policy, *standard, *says, *deducted;
	} v[] = {{NULL, "0.3333", "0.33 分（0.3333）", "0.17 分（0.1667）"},
	    {NULL, "0.3300", "0.33 分", "0.17 分（0.1650）"},
	    {"half_even", "0.3300", "0.33 分", "0.16 分（0.1650）"},
	    {NULL, "0.4000", "0.40 分", "0.20 分"}};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct kit k;
		const struct kc_case *c;
		json_t *doc;

		case_city(&k, v[i].policy != NULL ? "half_away" : NULL,
		    v[i].policy, years);
		case_list(&k, "G16", 2022, NULL);
		c = case_decide_half(
		    &k, "2022-07-18", "G16", "G16-2022-K2", v[i].standard);
		case_confirm(&k, c);
		doc = printed(&k, "deduction", c->handle);
		assert_string_equal(said(doc, "标准"), v[i].says);
		assert_string_equal(said(doc, "扣分"), v[i].deducted);
		json_decref(doc);
		kit_free(&k);
	}
}

/* Of the year that it is of, whichever goes on when it is printed. */
static void
test_points__of_an_ended_year_keep_its_rounding(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kit k;
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	case_city(&k, NULL, NULL, years);
	case_list(&k, "G16", 2022, NULL);
	c = case_decide_half(&k, "2022-07-18", "G16", "G16-2022-K2", "0.3300");
	case_confirm(&k, c);
	kit_on(&k, "2022-12-28");
	case_policy(&k, "half_away", "half_even");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	kit_on(&k, "2023-02-01");
	assert_int_equal(
	    kc_policy_of(k.st, 2023)->value[KC_P_SCORE_ROUNDING], KC_HALF_EVEN);
	doc = printed(&k, "deduction", c->handle);
	assert_string_equal(said(doc, "扣分"), "0.17 分（0.1650）");
	json_decref(doc);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_points__have_two_decimals_and_four_where_two_are_others),
	    cmocka_unit_test(test_points__of_an_ended_year_keep_its_rounding),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
