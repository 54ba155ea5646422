/* SPDX-License-Identifier: Apache-2.0 */
/* What voters wrote, on the form of the result: to whom, and without whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/suppose.h>

#include "panelkit.h"
#include "viewkit.h"
#include "yearkit.h"

/* in.1 to in.6 all speak, out.1 to out.4 are too few; in.5 is asked again and
 * says something else, in.6 stands aside after it has spoken. */
static void
speak(struct kit *k, const char *voter, const char *group, const char *words)
{
	kit_do(k, KC_K_panel_ballot, voter, "year=2022", "unit=G16", group,
	    "full=4", "proper=4", "benefit=4", words);
}

static void
city_that_votes(struct kit *k)
{
	year_city(k);
	panel_voters(k);
	kit_enrol(k, "in.7", NULL, "panel-inner");
	year_to(k, KC_YE_SCORED);
	panel_open(k);
	speak(k, "in.4", "group=inner", "absent=执法不到位");
	speak(k, "in.5", "group=inner", "absent=早先所写");
	speak(k, "in.6", "group=inner", "workload=回避者所写");
	speak(k, "out.1", "group=outer", "overreach=外部所写");
	for (unsigned i = 2; i <= 4; i++)
		panel_vote(k,
		    i == 2       ? "out.2"
			: i == 3 ? "out.3"
				 : "out.4",
		    "G16", "444");
	kit_do(k, KC_K_panel_ballot, "in.1", "year=2022", "unit=G16",
	    "group=inner", "full=4", "proper=4", "benefit=4",
	    "overreach=代行审批", "absent=监管空白", "workload=任务重\n人手少");
	panel_vote(k, "in.2", "G16", "555");
	speak(k, "in.3", "group=inner", "absent=a second one");
	speak(k, "in.5", "group=inner", "absent=a first one");
	panel_recuse(k, "in.6", "G16");
}

/* While they vote nothing is gathered, nor by a closing that is tried. */
static void
test_remarks__are_none_before_the_closing(void **state)
{
	static const char *const fields[] = {"year=2022", NULL};
	static struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_buf note = {0};
	uint32_t unit;
	struct kit k;

	(void)state;
	city_that_votes(&k);
	unit = kc_find(k.st, KC_NS_UNIT, KC_LIT("G16"));
	assert_null(kc_panel_result_of(k.st, 2022, unit));
	kit_on(&k, "2023-02-11");
	(void)kit_clerk(&k);
	assert_int_equal(
	    kit_note(&k, &note, KC_K_panel_close, "P09.a tally", fields),
	    KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(
	    kc_state_try(k.st, &e,
		(struct kc_stamp){kc_state_size(k.st), k.now_ms}, &why),
	    KC_OK);
	assert_null(kc_panel_result_of(k.st, 2022, unit));
	kc_buf_free(&note);
	kit_free(&k);
}

/* Without a voter they are those of the log: nothing tells whose is gone. */
static void
test_remarks__of_a_counterfactual_are_those_of_the_log(void **state)
{
	struct kc_slice name = KC_LIT("in.1");
	struct kc_supposition s = {.without = &name, .nwithout = 1};
	const struct kc_panel_result *is, *as_if;
	struct leaves l = {0};
	struct kc_supposed w;
	struct kc_refusal why = {0};
	struct kc_log log;
	uint32_t unit;
	struct kit k;

	(void)state;
	city_that_votes(&k);
	panel_close(&k);
	unit = kc_find(k.st, KC_NS_UNIT, KC_LIT("G16"));
	is = kc_panel_result_of(k.st, 2022, unit);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	assert_int_equal(kc_suppose(&s, &log, UINT64_MAX, &w, &why), KC_OK);
	as_if = kc_panel_result_of(w.as_if, 2022, unit);
	assert_int_equal(is->spoken.n, 4);
	assert_int_equal(as_if->spoken.n, is->spoken.n);
	assert_memory_equal(as_if->spoken.v, is->spoken.v,
	    is->spoken.n * sizeof(is->spoken.v[0]));
	kc_supposed_release(&w);
	leaves_free(&l);
	panel_done(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_remarks__are_none_before_the_closing),
	    cmocka_unit_test(
		test_remarks__of_a_counterfactual_are_those_of_the_log),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
