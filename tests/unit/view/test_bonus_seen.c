/* SPDX-License-Identifier: Apache-2.0 */
/* Who sees a claim: its unit and the offices, and from its publicity on every
 * unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "viewkit.h"

/* How many claims the actor sees in the list; and whether it may see one. */
static size_t
seen(const struct kit *k, const char *actor)
{
	struct kc_viewer r;
	struct leaves l;
	struct kc_log log;
	struct kc_view_source src = {.state = k->st, .log = &log};
	struct kc_view_args args = {.lang = KC_LANG_EN};
	struct kc_buf out = {0};
	struct kc_refusal why = {0};
	json_t *doc;
	size_t n;

	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	args.reader = &r;
	leaves_of(k, &l);
	log = leaves_log(&l);
	assert_int_equal(kc_view_render(kc_view_find(KC_LIT("bonuses")), &src,
			     &args, &out, &why),
	    KC_OK);
	doc = json_loadb(out.p, out.n, 0, NULL);
	assert_non_null(doc);
	n = json_array_size(json_object_get(doc, "rows"));
	json_decref(doc);
	kc_buf_free(&out);
	leaves_free(&l);
	return n;
}

static void
test_bonus__is_before_every_unit_from_its_publicity_on(void **state)
{
	struct kc_bonus *b, *other;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	other = bonus_claim(&k, "G17", "B2", "M2", "main-leader", "2");
	kit_do(&k, KC_K_bonus_refuse, "P09.a", bonus_field(other), "reason=x");
	assert_int_equal(seen(&k, "G17.head"), 2);
	assert_int_equal(seen(&k, "P09.a"), 2);
	assert_int_equal(seen(&k, "office"), 2);
	assert_int_equal(seen(&k, "G16.head"), 0);
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	assert_int_equal(seen(&k, "G16.head"), 0);
	kit_do(&k, KC_K_bonus_publicise, "P09.b", bonus_field(b));
	assert_int_equal(seen(&k, "G16.head"), 1);
	assert_int_equal(seen(&k, "G02.a"), 1);
	kit_pass_days(&k, 7);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(seen(&k, "G16.head"), 1);
	/* What the unit takes back is its own again. */
	kit_do(&k, KC_K_bonus_withdraw, "G17.head", bonus_field(b));
	assert_int_equal(seen(&k, "G16.head"), 0);
	assert_int_equal(seen(&k, "G17.head"), 2);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_bonus__is_before_every_unit_from_its_publicity_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
