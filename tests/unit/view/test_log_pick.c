/* SPDX-License-Identifier: Apache-2.0 */
/* The log by filters: what they keep, and for whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/entry_json.h>

#include "casekit.h"
#include "viewkit.h"

#define NEWEST INT64_MAX

struct city {
	struct kit k;
	struct kc_case *own; /* of G16 */
	uint64_t decided;    /* its first entry */
};

static void
city(struct city *c)
{
	kit_init(&c->k, KIT_LISTS);
	c->own = case_rectifying(&c->k, "2022-07-20", "G16", "G16-K2");
	c->decided = c->own->events.v[0].seq;
	(void)case_rectifying(&c->k, "2022-07-21", "G17", "G17-K2");
	kit_on(&c->k, "2022-07-22");
	kit_do(&c->k, KC_K_unit_rename, "P09.a", "unit=G16", "name=Xin 商务",
	    "name_en=Bureau of Commerce");
}

static json_t *
asked(const struct kit *k, struct kc_view_args args, enum kc_refusal_code want)
{
	struct leaves l = {0};
	struct kc_log log;
	struct kc_view_source src = {k->st, &log, k->now_ms};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	json_t *doc = NULL;
	enum kc_err err;

	leaves_of(k, &l);
	log = leaves_log(&l);
	err = kc_view_render(
	    kc_view_find(KC_LIT("log")), &src, &args, &out, &why);
	assert_int_equal(err, want == KC_R_NONE ? KC_OK : KC_EREFUSED);
	assert_int_equal(why.code, want);
	if (err == KC_OK) {
		doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(doc);
	}
	kc_buf_free(&out);
	leaves_free(&l);
	return doc;
}

static size_t
count(const struct kit *k, struct kc_view_args args)
{
	json_t *doc = asked(k, args, KC_R_NONE);
	size_t n = json_array_size(json_object_get(doc, "rows"));

	json_decref(doc);
	return n;
}

static void
test_log__newest_first_pages_are_the_log_backwards(void **state)
{
	struct kc_view_args args = {.before = NEWEST, .limit = 7};
	struct city c;
	uint64_t left;

	(void)state;
	city(&c);
	left = c.k.nnotes;
	while (args.before != 0) {
		json_t *doc = asked(&c.k, args, KC_R_NONE), *row;
		size_t i;

		json_array_foreach(json_object_get(doc, "rows"), i, row)
		    assert_int_equal(int_at(row, "seq"), --left);
		args.before =
		    (uint64_t)json_integer_value(json_object_get(doc, "next"));
		json_decref(doc);
	}
	assert_int_equal(left, 0);
	kit_free(&c.k);
}

static void
test_log__a_case_has_its_first_entry_too(void **state)
{
	struct city c;
	json_t *doc;
	const json_t *rows;

	(void)state;
	city(&c);
	doc = asked(&c.k,
	    (struct kc_view_args){.about = kc_slice_str(c.own->handle)},
	    KC_R_NONE);
	rows = json_object_get(doc, "rows");
	assert_int_equal(json_array_size(rows), c.own->events.n);
	assert_int_equal(int_at(json_array_get(rows, 0), "seq"), c.decided);
	json_decref(doc);
	(void)asked(&c.k,
	    (struct kc_view_args){.about = KC_LIT("PD-2022-0099")},
	    KC_R_NOT_FOUND);
	kit_free(&c.k);
}

static void
test_log__kind_signer_and_day(void **state)
{
	struct kc_view_args kind = {.kind = KC_LIT("prededuct.confirm")};
	struct kc_view_args noun = {.kind = KC_LIT("prededuct.")};
	struct kc_view_args by = {
	    .kind = KC_LIT("unit.rename"), .by = KC_LIT("P09.a")};
	struct kc_view_args days = {.limit = 1000};
	struct city c;

	(void)state;
	city(&c);
	assert_int_equal(count(&c.k, kind), 2);
	assert_true(count(&c.k, noun) > 2);
	assert_int_equal(count(&c.k, by), 1);
	by.by = KC_LIT("P09.b");
	assert_int_equal(count(&c.k, by), 0);
	assert_true(kc_read_day(KC_LIT("2022-07-22"), &days.since));
	assert_int_equal(count(&c.k, days), 1);
	days.until = days.since;
	assert_int_equal(count(&c.k, days), 1);
	days.until = --days.since;
	assert_int_equal(count(&c.k, days), c.own->events.n);
	(void)asked(&c.k, (struct kc_view_args){.kind = KC_LIT("unit.nothing")},
	    KC_R_NOT_FOUND);
	kit_free(&c.k);
}

static void
test_log__words_are_found_in_what_the_reader_may_read(void **state)
{
	struct kc_view_args words = {.text = KC_LIT("xin 商")};
	struct kc_view_args mine = {
	    .text = kc_slice_str("G16-K2"), .kind = KC_LIT("prededuct.")};
	struct kc_viewer own, other;
	struct city c;

	(void)state;
	city(&c);
	assert_int_equal(count(&c.k, words), 1);
	words.text = KC_LIT("xin 商?");
	assert_int_equal(count(&c.k, words), 0);
	kc_viewer_of(c.k.st, KC_LIT("G16.head"), &own);
	kc_viewer_of(c.k.st, KC_LIT("G17.head"), &other);
	mine.reader = &own;
	assert_true(count(&c.k, mine) > 0);
	mine.reader = &other;
	assert_int_equal(count(&c.k, mine), 0);
	kit_free(&c.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_log__newest_first_pages_are_the_log_backwards),
	    cmocka_unit_test(test_log__a_case_has_its_first_entry_too),
	    cmocka_unit_test(test_log__kind_signer_and_day),
	    cmocka_unit_test(
		test_log__words_are_found_in_what_the_reader_may_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
