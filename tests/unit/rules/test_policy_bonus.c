/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy says of bonuses: marks, and what an advance in rank is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ledgerkit.h"
#include "policykit.h"

/* The policy of the tree; older: without what epoch 1 does not know. */
static struct kc_policy *
policy_of(unsigned epoch, bool older)
{
	char *text = kit_file("policies/nantong-2022.yaml");
	struct kc_policy *p = NULL;
	struct kc_refusal why;

	if (older)
		policy_older(text, 1);
	assert_int_equal(
	    kc_policy_parse(&p, kc_slice_str(text), "p.yaml", epoch, &why),
	    KC_OK);
	kc_free(text);
	return p;
}

/* Marks are of epoch 2; a text without them lets a situation have any grade. */
static void
test_policy__marks_of_bonuses_are_read_from_epoch_2_on(void **state)
{
	struct kc_policy *now = policy_of(KC_EPOCH_MAX, false),
			 *old = policy_of(1, true);
	struct kc_policy *p = NULL;
	struct kc_refusal why;
	char *text = kit_file("policies/nantong-2022.yaml");

	(void)state;
	assert_int_equal(now->bonuses[0].mark, KC_BONUS_MARK_COMMENDATION);
	assert_int_equal(now->bonuses[3].mark, KC_BONUS_MARK_RANK);
	assert_int_equal(old->bonuses[0].mark, KC_BONUS_MARK_ANY);
	assert_int_equal(
	    old->value[KC_P_BONUS_PROVINCIAL], 8000); /* the default */
	assert_int_equal(old->line[KC_P_BONUS_PROVINCIAL], 0);
	assert_int_equal(
	    kc_policy_parse(&p, kc_slice_str(text), "p.yaml", 1, &why),
	    KC_EREFUSED);
	kc_free(now);
	kc_free(old);
	kc_free(text);
}

static void
test_policy__an_advance_is_of_places_or_into_the_first_ones(void **state)
{
	static const struct {
		int32_t rank, last;
		bool first, advance;
	} rows[] = {
	    {1, 1, true, false}, /* to stay first is to be first */
	    {1, 2, true, false}, /* from the first three into them */
	    {1, 4, true, true},
	    {1, 0, true, false}, /* of an unknown rank nothing is shown */
	    {0, 5, false, false},
	    {3, 4, false, true}, /* one place, but into the first three */
	    {2, 3, false, false}, {4, 7, false, true}, /* three places */
	    {4, 6, false, false}, {10, 13, false, true}, {13, 10, false, false},
	    {4, 14, false, false}, /* of thirteen */
	};
	struct kc_policy *p = policy_of(KC_EPOCH_MAX, false);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct kc_rank_facts f = {
		    .rank = rows[i].rank, .last_year_rank = rows[i].last};

		if (kc_policy_grade_holds(p, KC_GRADE_FIRST, &f) !=
			rows[i].first ||
		    kc_policy_grade_holds(p, KC_GRADE_ADVANCE, &f) !=
			rows[i].advance)
			fail_msg("row %zu", i);
		assert_false(kc_policy_grade_holds(p, KC_GRADE_NATIONAL, &f));
	}
	kc_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_policy__marks_of_bonuses_are_read_from_epoch_2_on),
	    cmocka_unit_test(
		test_policy__an_advance_is_of_places_or_into_the_first_ones),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
