/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a counterfactual, where its lists are long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/suppose.h>

#include "casekit.h"
#include "viewkit.h"

static size_t
listed(json_t *doc, const char *key)
{
	return json_array_size(json_object_get(doc, key));
}

static json_t *
document(const struct kc_supposed *w, const struct kc_supposition *s)
{
	const struct kc_hash root = kc_hash_empty();
	struct kc_buf json = {0};
	struct kc_refusal why = {0};
	json_t *doc;

	assert_int_equal(
	    kc_supposed_render(w, s, &root, KC_LANG_EN, &json, &why), KC_OK);
	doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(doc);
	kc_buf_free(&json);
	return doc;
}

static void
test_supposed__lists_so_many_and_counts_them_all(void **state)
{
	static const char *const lists[] = {
	    "refused", "left_out", "replaced", "added", "derived"};
	const struct kc_slice name = KC_LIT("PD-2022-0001");
	struct kc_supposition s = {.without = &name, .nwithout = 1};
	struct kc_supposed w = {0};
	struct kc_refusal why = {0};
	struct kc_case *c;
	struct kc_log log;
	struct leaves l;
	json_t *whole, *cut;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-15", "G17", "G17-K2");
	case_confirm(&k, c);
	(void)kit_clerk(&k);
	case_deliver(&k, c);
	case_submit(&k, c);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	assert_int_equal(kc_suppose(&s, &log, UINT64_MAX, &w, &why), KC_OK);
	whole = document(&w, &s);
	assert_true(listed(whole, "left_out") > 2);
	s.rows_max = 2;
	cut = document(&w, &s);
	assert_int_equal(listed(cut, "left_out"), 2);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char total[32];

		(void)snprintf(total, sizeof(total), "%s_total", lists[i]);
		assert_int_equal(int_at(whole, total), listed(whole, lists[i]));
		assert_int_equal(int_at(cut, total), listed(whole, lists[i]));
		assert_in_range(listed(cut, lists[i]), 0, 2);
	}
	/* The evidence has them all, and is the same. */
	assert_string_equal(
	    text_at(whole, "evidence"), text_at(cut, "evidence"));
	json_decref(whole);
	json_decref(cut);
	kc_supposed_release(&w);
	leaves_free(&l);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_supposed__lists_so_many_and_counts_them_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
