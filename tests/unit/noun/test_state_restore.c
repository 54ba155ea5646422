/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger that was put back: what is taken, what falls due, who accepts it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/hold.h>

#include "casekit.h"
#include "statekit.h"
#include "viewkit.h"

#define ROOT                                                                   \
	"lost_root=sha256:"                                                    \
	"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
#define BASIS "basis=存储损坏，由昨夜备份恢复，已与见证核对"
#define ACCEPT(by) DO(restore_accept, by, BASIS)

static void
test_restored__is_said_by_the_clerk_alone_and_of_more_than_stands(void **state)
{
	char stands[32];

	(void)state;
	snprintf(stands, sizeof(stands), "lost_size=%llu",
	    (unsigned long long)kc_state_size(k.st));
	REFUSED(ROLE, ledger_restored, "root.a", NULL);
	REFUSED(FIELD_MISSING, ledger_restored, "clerk", "lost_size=9999");
	REFUSED(FIELD_MISSING, ledger_restored, "clerk", ROOT);
	REFUSED(FIELD_VALUE, ledger_restored, "clerk", stands, ROOT);
	assert_false(kc_state_restored(k.st));
	DO(ledger_restored, "clerk", "lost_size=9999", ROOT);
	assert_true(kc_state_restored(k.st));
	kit_replay(&k);
}

static void
test_restored__nothing_is_taken_until_two_administrators_accept(void **state)
{
	(void)state;
	REFUSED(STATE, restore_accept, "root.a root.b", BASIS);
	DO(ledger_restored, "clerk", NULL);
	REFUSED(RESTORED, duty_register, "P09.a", "unit=G16", "duty=G16-D9",
	    "text=外资工作");
	REFUSED(ROLE, restore_accept, "root.a", BASIS);
	REFUSED(ROLE, restore_accept, "root.a P09.a", BASIS);
	ACCEPT("root.a root.b");
	assert_false(kc_state_restored(k.st));
	DO(duty_register, "P09.a", "unit=G16", "duty=G16-D9", "text=外资工作");
	REFUSED(STATE, restore_accept, "root.a root.b", BASIS);
	kit_replay(&k);
}

static void
test_restored__nothing_falls_due_meanwhile_and_then_at_once(void **state)
{
	struct kc_case *c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	struct kc_due due;

	(void)state;
	kit_at(&k, "2022-10-16", 9, 0);
	DO(ledger_restored, "clerk", "lost_size=9999", ROOT);
	kit_at(&k, "2022-10-20", 9, 0);
	assert_false(kc_state_due(k.st, &due));
	assert_int_equal(kit_clerk(&k), 0);
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	ACCEPT("root.b root.c");
	assert_true(kit_clerk(&k) > 0);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_replay(&k);
}

/* What waits for the acceptance is due whatever the clock shows. */
static void
test_restored__a_small_step_over_no_last_day_holds_nothing(void **state)
{
	(void)state;
	(void)case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	(void)case_rectifying(&k, "2022-07-18", "G17", "G17-K2");
	DO(ledger_restored, "clerk", "lost_size=9999", ROOT);
	kit_at(&k, "2022-10-18", 9, 0); /* one is overdue, one ends today */
	DO(clock_step, "clerk", "side=ahead", "seconds=6");
	assert_false(kc_state_held(k.st));
	DO(clock_step, "clerk", "side=ahead", "seconds=54000");
	assert_true(kc_state_held(k.st));
	DO(clock_step, "clerk", "side=ahead", "seconds=50000");
	assert_false(kc_state_held(k.st));
	kit_replay(&k);
}

static void
test_restored__stands_beside_a_hold_of_the_clock_and_each_ends_alone(
    void **state)
{
	(void)state;
	DO(clock_step, "clerk", "side=ahead", "seconds=864000");
	assert_true(kc_state_held(k.st));
	DO(ledger_restored, "clerk", "lost_size=9999", ROOT);
	ACCEPT("root.a root.b");
	assert_false(kc_state_restored(k.st));
	assert_true(kc_state_held(k.st));
	DO(ledger_restored, "clerk", "lost_size=9999", ROOT);
	DO(clock_step, "clerk", "side=ahead", "seconds=864000");
	DO(clock_confirm, "root.a root.b", "basis=与两台独立时钟核对一致");
	assert_false(kc_state_held(k.st));
	assert_true(kc_state_restored(k.st));
	ACCEPT("root.a root.b");
	kit_replay(&k);
}

static void
test_restored__twice_is_accepted_once_and_the_view_has_both(void **state)
{
	json_t *doc, *rows;

	(void)state;
	DO(ledger_restored, "clerk", "lost_size=9999", ROOT);
	DO(ledger_restored, "clerk", NULL);
	doc = view_of(&k, "restorations", NULL, NULL, "2022-07-16");
	assert_true(json_is_true(json_object_get(doc, "restored")));
	json_decref(doc);
	ACCEPT("root.a root.b");
	doc = view_of(&k, "restorations", NULL, NULL, "2022-07-16");
	rows = json_object_get(doc, "rows");
	assert_int_equal(json_array_size(rows), 2);
	assert_true(json_is_null(
	    json_object_get(json_array_get(rows, 0), "lost_size")));
	assert_int_equal(int_at(json_array_get(rows, 1), "lost_size"), 9999);
	assert_string_equal(
	    text_at(json_array_get(rows, 1), "lost_root"), ROOT + 10);
	assert_int_equal(int_at(json_array_get(rows, 0), "accepted_seq"),
	    (long long)kc_state_size(k.st) - 1);
	assert_int_equal(int_at(json_array_get(rows, 1), "accepted_seq"),
	    (long long)kc_state_size(k.st) - 1);
	json_decref(doc);
}

#define L(name) cmocka_unit_test_setup_teardown(name, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    L(test_restored__is_said_by_the_clerk_alone_and_of_more_than_stands),
	    L(test_restored__nothing_is_taken_until_two_administrators_accept),
	    L(test_restored__nothing_falls_due_meanwhile_and_then_at_once),
	    L(test_restored__a_small_step_over_no_last_day_holds_nothing),
	    L(test_restored__stands_beside_a_hold_of_the_clock_and_each_ends_alone),
	    L(test_restored__twice_is_accepted_once_and_the_view_has_both),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
