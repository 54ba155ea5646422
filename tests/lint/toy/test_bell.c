/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger with bells in it. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "casekit.h"
#include "viewkit.h"

static void
test_bell__is_hung_rung_once_and_shown(void **state)
{
	struct kit k;
	struct kc_hash before, after;
	json_t *v;

	(void)state;
	kit_init(&k, KIT_CITY);
	before = kit_digest(&k);
	kit_do(&k, KC_K_bell_hang, "P09.a", "bell=B1");
	after = kit_digest(&k);
	assert_memory_not_equal(&before, &after, sizeof(before));
	kit_refused(&k, KC_R_EXISTS, KC_K_bell_hang, "P09.a", "bell=B1");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_bell_ring, "P09.a", "bell=B2");
	kit_do(&k, KC_K_bell_ring, "P09.a", "bell=B1");
	kit_refused(&k, KC_R_STATE, KC_K_bell_ring, "P09.a", "bell=B1");
	kit_replay(&k);
	v = view_of(&k, "bells", NULL, NULL, "2022-12-31");
	assert_string_equal(
	    text_at(row_where(v, "bell", "B1"), "state"), "已敲");
	json_decref(v);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bell__is_hung_rung_once_and_shown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
