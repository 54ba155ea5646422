/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes about the completion of a target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"

static const struct kc_target *
target(const struct kit *k)
{
	return k->st->targets
	    .v[kc_find(k->st, KC_NS_TARGET, kc_slice_str("G16-K2"))];
}

/* G16-K2, of 40 points: found at 60 %. */
static void
found(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-12-12");
	kit_do(k, KC_K_completion_find, "G02.a", "target=G16-K2", "rate=6000",
	    EVIDENCE, "reason=x");
}

static void
correct(struct kit *k, const char *rate)
{
	kit_do(k, KC_K_completion_correct, "G02.a P09.a", "target=G16-K2",
	    kit_field("rate", rate), "reason=x");
}

/* The clerk's entry and no other figure but what was decided. */
static void
applied(struct kit *k, struct kc_dispute *d, const char *wrong)
{
	if (d->state == KC_DS_DECIDED) {
		kit_on(k, "2022-12-31");
		(void)kit_clerk(k);
	}
	kit_do(k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	kit_refused(k, KC_R_FIELD_VALUE, KC_K_completion_amend, "clerk",
	    "target=G16-K2", dispute_field(d), kit_field("rate", wrong));
	assert_int_equal(kit_clerk(k), 1);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(target(k)->state, KC_TS_ASSESSED);
	kit_end(k);
}

static void
test_completion__reduced_is_what_was_decided(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	found(&k);
	d = dispute_heard_of(&k, KC_K_completion_find, "G16-K2");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "rate=6000", "finding=x");
	dispute_decide(&k, d, "reduced", "rate=8500");
	kit_on(&k, "2022-12-31");
	(void)kit_clerk(&k);
	applied(&k, d, "8501");
}

static void
test_completion__that_falls_counts_whole(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	found(&k);
	d = dispute_heard_of(&k, KC_K_completion_find, "G16-K2");
	dispute_decide(&k, d, "overturned", NULL);
	/* What is found meanwhile does not undo what was decided. */
	correct(&k, "7000");
	applied(&k, d, "7000");
}

static void
test_completion__correction_that_falls_gives_back_what_it_took(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	found(&k);
	correct(&k, "4500");
	kit_refused(&k, KC_R_STATE, KC_K_dispute_file, "G16.head",
	    dispute_decision(target(&k)->completion_seq - 1), "matter=G16-K2",
	    "claim=x");
	d = dispute_heard_of(&k, KC_K_completion_correct, "G16-K2");
	assert_int_equal(d->before, 6000);
	/* G02.a took part in both; and P09.a corrected. */
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.a",
	    dispute_field(d), "ruling=upheld", "finding=x");
	dispute_decide(&k, d, "overturned", NULL);
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(target(&k)->completion_bp, 6000);
	kit_end(&k);
}

/* Found anew as high as was decided: nothing is left to correct. */
static void
test_completion__found_higher_meanwhile_is_not_lowered(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	found(&k);
	d = dispute_heard_of(&k, KC_K_completion_find, "G16-K2");
	dispute_decide(&k, d, "reduced", "rate=8500");
	correct(&k, "9000");
	kit_on(&k, "2022-12-31");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	assert_int_equal(kit_clerk(&k), 0);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(target(&k)->completion_bp, 9000);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_completion__reduced_is_what_was_decided),
	    cmocka_unit_test(test_completion__that_falls_counts_whole),
	    cmocka_unit_test(
		test_completion__correction_that_falls_gives_back_what_it_took),
	    cmocka_unit_test(
		test_completion__found_higher_meanwhile_is_not_lowered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
