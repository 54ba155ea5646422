/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of entries, both ways, and the schema. */
#include <kaocheng/entry_json.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sample.h"

#define HEAD                                                                   \
	"\"ledger\":\"example.org/kaohe\","                                    \
	"\"id\":\"6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\","                         \
	"\"at\":\"2022-10-17T01:30:00Z\",\"seen\":\"5585 "                     \
	"L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\",\"by\":[\"P09.a\"]"

static void
view_of(struct kc_buf *json, struct kc_slice text)
{
	struct kc_json w = {.out = json};
	struct kc_entry e;
	struct kc_refusal why = {0};

	assert_int_equal(kc_entry_decode_text(&e, text, &why), KC_OK);
	kc_json_entry(&w, &e);
	assert_int_equal(kc_buf_err(json), KC_OK);
}

static void
test_entry_json__view_of_an_entry(void **state)
{
	struct kc_buf json = {0};

	(void)state;
	view_of(&json,
	    KC_LIT("kaocheng/v1 entry refund.grant\n"
		   "ledger example.org/kaohe\n"
		   "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
		   "at 2022-10-17T01:30:00Z\n"
		   "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\n"
		   "by G19.assessor\n"
		   "case PD-2022-0058\n"
		   "rate 8000\n"
		   "reason 已完成\n"
		   "| 验收合格\n"));
	assert_string_equal(kc_buf_cstr(&json),
	    "{\"kind\":\"refund.grant\",\"ledger\":\"example.org/kaohe\","
	    "\"id\":\"6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\","
	    "\"at\":\"2022-10-17T01:30:00Z\",\"seen\":\"5585 "
	    "L5UElWjMj/Gx/"
	    "0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\",\"by\":[\"G19.assessor\"],"
	    "\"case\":\"PD-2022-0058\",\"rate\":8000,"
	    "\"reason\":\"已完成\\n验收合格\"}");
	kc_buf_free(&json);
}

static void
there_and_back(enum kc_kind_id kind, enum sample_size size)
{
	struct kc_buf text = {0}, json = {0}, again = {0};
	struct kc_refusal why = {0};

	sample_text(&text, kind, size);
	view_of(&json, kc_buf_view(&text));
	assert_int_equal(
	    kc_entry_from_json(kc_buf_view(&json), &again, &why), KC_OK);
	assert_true(kc_slice_eq(kc_buf_view(&again), kc_buf_view(&text)));
	kc_buf_free(&text);
	kc_buf_free(&json);
	kc_buf_free(&again);
}

static void
test_entry_json__every_kind_there_and_back(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		there_and_back(k, SAMPLE_FULL);
		there_and_back(k, SAMPLE_LEAST);
	}
}

static void
test_entry_json__members_in_any_order(void **state)
{
	struct kc_buf text = {0};
	struct kc_refusal why = {0};

	(void)state;
	assert_int_equal(
	    kc_entry_from_json(
		KC_LIT(" {\"reason\": \"\\u5df2\", \"case\": \"PD-2022-0058\","
		       "\n  " HEAD ", \"kind\": \"prededuct.decline\"} "),
		&text, &why),
	    KC_OK);
	assert_string_equal(kc_buf_cstr(&text),
	    "kaocheng/v1 entry prededuct.decline\n"
	    "ledger example.org/kaohe\n"
	    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
	    "at 2022-10-17T01:30:00Z\n"
	    "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\n"
	    "by P09.a\n"
	    "case PD-2022-0058\n"
	    "reason 已\n");
	kc_buf_free(&text);
}

struct row {
	const char *json;
	enum kc_refusal_code code;
	uint32_t line, col;
};

#define RATE(value)                                                            \
	"{\"kind\":\"refund.grant\",\n" HEAD ",\n"                             \
	"\"case\":\"PD-2022-0058\",\n"                                         \
	"\"rate\":" value ",\"reason\":\"x\"}"
#define UNITS(value)                                                           \
	"{\"kind\":\"warning.issue\",\n" HEAD ",\n"                            \
	"\"target\":\"T\",\"level\":\"red\",\"rectify_by\":\"2022-10-17\","    \
	"\"fact\":\"x\",\"demand\":\"x\",\n\"unit\":" value "}"
#define PLAIN(members) "{\"kind\":\"target.submit\",\n" HEAD ",\n" members "}"

static const struct row refused[] = {
    {"", KC_R_SYNTAX, 1, 1},
    {"[]", KC_R_SYNTAX, 1, 1},
    {"  3", KC_R_SYNTAX, 1, 3},
    {"{\"kind\" \"x\"}", KC_R_SYNTAX, 1, 11},
    {PLAIN("\"target\":\"T\"") "x", KC_R_SYNTAX, 3, 14},
    {PLAIN("\"target\":\"T\",\"target\":\"T\""), KC_R_SYNTAX, 3, 21},
    {"{" HEAD "}", KC_R_FIELD_MISSING, 1, 1},
    {"\n {\"kind\":\"target.submit\"}", KC_R_FIELD_MISSING, 2, 2},
    {"{\"kind\":\"target.submits\"}", KC_R_KIND, 1, 9},
    {"{\"kind\":3}", KC_R_KIND, 1, 9},
    {"{\"kind\":\"target.submit\",\"ledger\":\"a b\"}", KC_R_FIELD_VALUE, 1,
	34},
    {"{\"kind\":\"target.submit\",\"id\":\"6F\"}", KC_R_FIELD_VALUE, 1, 30},
    {"{\"kind\":\"target.submit\",\"at\":1665970200}", KC_R_FIELD_VALUE, 1, 30},
    {"{\"kind\":\"target.submit\",\"by\":\"P09.a\"}", KC_R_FIELD_VALUE, 1, 30},
    {"{\"kind\":\"target.submit\",\"by\":[\"a\", 1]}", KC_R_FIELD_VALUE, 1, 36},
    {"{\"kind\":\"target.submit\",\"by\":[\"a\",\"b\",\"a\"]}",
	KC_R_FIELD_VALUE, 1, 39},
    {PLAIN("\"target\":\"T\",\"colour\":\"red\""), KC_R_FIELD_UNKNOWN, 3, 14},
    {PLAIN(""), KC_R_SYNTAX, 3, 1},
    {PLAIN("\"target\":null"), KC_R_FIELD_VALUE, 3, 10},
    {PLAIN("\"target\":[\"T\"]"), KC_R_FIELD_VALUE, 3, 10},
    {PLAIN("\"target\":{\"a\":\"T\"}"), KC_R_FIELD_VALUE, 3, 10},
    {PLAIN("\"target\":\"a b\""), KC_R_FIELD_VALUE, 3, 10},
    {PLAIN("\"target\":\"T\\nby x\""), KC_R_FIELD_VALUE, 3, 10},
    {PLAIN("\"target\":\"\\u202e\""), KC_R_TEXT, 3, 10},
    {PLAIN("\"target\":\"\\u0000\""), KC_R_SYNTAX, 3, 17},
    {PLAIN("\"target\":\"\\ud800\""), KC_R_SYNTAX, 3, 17},
    {RATE("80.5"), KC_R_FIELD_VALUE, 4, 8},
    {RATE("8e3"), KC_R_FIELD_VALUE, 4, 8},
    {RATE("8000.0"), KC_R_FIELD_VALUE, 4, 8},
    {RATE("\"8000\""), KC_R_FIELD_VALUE, 4, 8},
    {RATE("-1"), KC_R_FIELD_VALUE, 4, 8},
    {RATE("10001"), KC_R_FIELD_VALUE, 4, 8},
    {RATE("true"), KC_R_FIELD_VALUE, 4, 8},
    {RATE("99999999999999999999"), KC_R_SYNTAX, 4, 27},
    {RATE("8000,\"evidence\":\"x\""), KC_R_FIELD_VALUE, 4, 24},
    {UNITS("\"G29\""), KC_R_FIELD_VALUE, 4, 8},
    {UNITS("[\"G29\", \"G 30\"]"), KC_R_FIELD_VALUE, 4, 16},
    {UNITS("[\"G29\", [\"G30\"]]"), KC_R_FIELD_VALUE, 4, 16},
    {UNITS("[]"), KC_R_FIELD_MISSING, 1, 1},
};

static void
test_entry_json__refusals_point_into_the_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct row *r = &refused[i];
		struct kc_buf text = {0};
		struct kc_refusal why = {0};
		enum kc_err err =
		    kc_entry_from_json(kc_slice_str(r->json), &text, &why);

		if (err != KC_EREFUSED || why.code != r->code ||
		    why.line != r->line || why.col != r->col)
			fail_msg("%s: %d %s %u:%u, not %s %u:%u", r->json, err,
			    kc_refusal_code_text(why.code), why.line, why.col,
			    kc_refusal_code_text(r->code), r->line, r->col);
		assert_int_equal(text.n, 0);
		kc_buf_free(&text);
	}
}

static void
test_entry_json__texts_that_no_entry_can_hold(void **state)
{
	static const char *const bad[] = {
	    "", "\\nx", "x ", "x \\ny", " ", "x\\r\\ny", "x\\ty"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct kc_buf json = {0}, text = {0};
		struct kc_refusal why = {0};

		kc_buf_str(&json,
		    "{\"kind\":\"good.confirm\"," HEAD ",\"cadre\":\"C1\","
		    "\"case\":\"PD-2022-0058\",\n\"reason\":\"");
		kc_buf_str(&json, bad[i]);
		kc_buf_str(&json, "\"}");
		assert_int_equal(
		    kc_entry_from_json(kc_buf_view(&json), &text, &why),
		    KC_EREFUSED);
		assert_int_equal(why.line, 2);
		assert_int_equal(why.col, 10);
		kc_buf_free(&json);
		kc_buf_free(&text);
	}
}

static void
test_entry_json__lists_that_are_too_long(void **state)
{
	struct kc_buf json = {0}, text = {0};
	struct kc_refusal why = {0};

	(void)state;
	kc_buf_str(&json, "{\"kind\":\"warning.issue\"," HEAD ",\n\"unit\":[");
	for (unsigned i = 0; i <= KC_LIST_MAX; i++)
		kc_buf_str(&json, i == 0 ? "\"G29\"" : ",\"G29\"");
	kc_buf_str(&json, "]}");
	assert_int_equal(
	    kc_entry_from_json(kc_buf_view(&json), &text, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_FIELD_COUNT);
	assert_int_equal(why.line, 2);
	assert_int_equal(why.col, 8);
	kc_buf_free(&json);
	kc_buf_free(&text);
}

static void
test_entry_json__schema_lists_the_whole_table(void **state)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};
	json_t *root, *kinds;

	(void)state;
	kc_json_schema(&w);
	root = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	kinds = json_object_get(root, "kinds");
	assert_int_equal(json_array_size(kinds), KC_K_COUNT);
	assert_int_equal(
	    json_array_size(json_object_get(root, "sets")), KC_SET_COUNT);
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get(k);
		json_t *row = json_array_get(kinds, k);
		json_t *fields = json_object_get(row, "fields");

		assert_string_equal(
		    json_string_value(json_object_get(row, "kind")),
		    kind->name);
		assert_int_equal(
		    json_array_size(json_object_get(row, "signers")),
		    kind->signers.n);
		assert_int_equal(json_array_size(fields), kind->nfields);
		for (unsigned f = 0; f < kind->nfields; f++)
			assert_string_equal(
			    json_string_value(json_object_get(
				json_array_get(fields, f), "name")),
			    kind->fields[f].name);
	}
	assert_non_null(strstr(kc_buf_cstr(&b),
	    "{\"name\":\"effect\",\"type\":\"word\",\"presence\":\"one\","
	    "\"set\":\"pd-effect\""));
	json_decref(root);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_entry_json__view_of_an_entry),
	    cmocka_unit_test(test_entry_json__every_kind_there_and_back),
	    cmocka_unit_test(test_entry_json__members_in_any_order),
	    cmocka_unit_test(test_entry_json__refusals_point_into_the_json),
	    cmocka_unit_test(test_entry_json__texts_that_no_entry_can_hold),
	    cmocka_unit_test(test_entry_json__lists_that_are_too_long),
	    cmocka_unit_test(test_entry_json__schema_lists_the_whole_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
