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

/* Why it is refused; KC_R_NONE where it is not. */
static struct kc_refusal
why_of(
    const struct kit *k, const struct kc_view *v, const struct kc_view_args *a)
{
	struct leaves l = {0};
	struct kc_log log;
	struct kc_view_source src = {k->st, &log, k->now_ms};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};

	leaves_of(k, &l);
	log = leaves_log(&l);
	if (kc_view_render(v, &src, a, &out, &why) == KC_OK)
		why.code = KC_R_NONE;
	kc_buf_free(&out);
	leaves_free(&l);
	return why;
}

/* Refused as nothing that is there; hint: what was meant instead, or "". */
static void
is_no_unit(const struct kit *k, const char *view, const char *typed,
    int32_t year, const char *hint)
{
	const struct kc_view_args args = {
	    .unit = kc_slice_str(typed), .year = year};
	struct kc_refusal why =
	    why_of(k, kc_view_find(kc_slice_str(view)), &args);
	struct kc_buf said = {0};

	assert_int_equal(why.code, KC_R_NOT_FOUND);
	kc_refusal_hint(&why, KC_LANG_EN, &said);
	assert_string_equal(kc_buf_cstr(&said), hint);
	kc_buf_free(&said);
}

static void
test_unit__a_year_in_its_place_is_told_its_option(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	is_no_unit(&k, "grades", "2022", 0, "did you mean --year 2022?");
	is_no_unit(&k, "trail", "2022", 0, "did you mean --year 2022?");
	is_no_unit(&k, "grades", "2022", 2022, "");
	is_no_unit(&k, "grades", "2099", 0, "");
	is_no_unit(&k, "portrait", "2022", 0, ""); /* of every year */
	kit_do(&k, KC_K_unit_register, "P09.a", "unit=2022", "group=gov",
	    "name=数字局");
	is_of_unit(&k, "2022", "2022");
	kit_free(&k);
}

/* The letter w of its row is what each view that takes a unit does. */
static void
test_unit__a_view_of_one_is_refused_without_it_and_no_other(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	for (size_t i = 0; i < kc_view_count(); i++) {
		const struct kc_view *v = kc_view_get(i);
		struct kc_refusal why;

		if (strchr(v->args, 'u') == NULL ||
		    strchr(v->args, 'i') != NULL)
			continue;
		why = why_of(&k, v, &(struct kc_view_args){0});
		assert_int_equal(why.code,
		    strchr(v->args, 'w') != NULL ? KC_R_REQUEST : KC_R_NONE);
	}
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
	    cmocka_unit_test(test_unit__a_year_in_its_place_is_told_its_option),
	    cmocka_unit_test(
		test_unit__a_view_of_one_is_refused_without_it_and_no_other),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
