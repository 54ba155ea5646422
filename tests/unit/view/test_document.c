/* SPDX-License-Identifier: Apache-2.0 */
/* What documents are said to be: every view, every column, every member. That
 * they are so, view_of looks at in every test that renders one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/document.h>
#include <kaocheng/view.h>

#include "documentkit.h"

static json_t *
columns_of(json_t *schema)
{
	json_t *rows =
	    json_object_get(json_object_get(schema, "properties"), "rows");

	return json_object_get(json_object_get(rows, "items"), "properties");
}

static void
test_views__have_their_document_with_every_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < kc_view_count(); i++) {
		const struct kc_view *v = kc_view_get(i);
		json_t *schema = document_schema(v->name, KC_LANG_EN);

		for (size_t c = 0; c < v->ncolumns; c++)
			if (json_object_get(
				columns_of(schema), v->columns[c].key) == NULL)
				fail_msg("%s: no column %s", v->name,
				    v->columns[c].key);
		json_decref(schema);
	}
}

/* Every member has a description in the language, and no object lets in what
 * is not described. */
static unsigned
described(json_t *schema, const char *where)
{
	json_t *of = json_object_get(schema, "properties"), *member;
	json_t *items = json_object_get(schema, "items");
	unsigned n = 0;
	const char *key, *text;

	if (of != NULL)
		assert_false(json_is_true(
		    json_object_get(schema, "additionalProperties")));
	json_object_foreach(of, key, member)
	{
		text =
		    json_string_value(json_object_get(member, "description"));
		if (text == NULL || text[0] == '\0')
			fail_msg("%s: %s is not described", where, key);
		n += 1 + described(member, where);
	}
	return items != NULL ? n + described(items, where) : n;
}

static void
test_documents__describe_every_member_in_both_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < kc_document_count(); i++) {
		const struct kc_document *d = kc_document_get(i);
		json_t *zh = document_schema(d->name, KC_LANG_ZH);
		json_t *en = document_schema(d->schema, KC_LANG_EN);

		assert_string_not_equal(d->zh, d->en);
		assert_true(described(zh, d->name) > 1);
		assert_int_equal(
		    described(zh, d->name), described(en, d->name));
		json_decref(zh);
		json_decref(en);
	}
	assert_null(kc_document_find(KC_LIT("kaocheng.nothing/1")));
}

/* One that is made up, with these members; what is the matter with it? */
static void
assert_gap(const char *members, const char *expected)
{
	const struct kc_document d = {"toy", "kaocheng.toy/1", members, "", ""};
	struct kc_buf out = {0};
	struct kc_slice gap;

	if (expected == NULL) {
		assert_false(kc_document_gap(&d, &gap));
	} else {
		if (!kc_document_gap(&d, &gap))
			fail_msg("%s: has no gap", members);
		if (!kc_slice_is(gap, expected))
			fail_msg(
			    "%s: names \"%.*s\"", members, (int)gap.n, gap.p);
	}
	assert_int_equal(kc_document_schema(&d, KC_LANG_EN, &out),
	    expected == NULL ? KC_OK : KC_EINVAL);
	kc_buf_free(&out);
}

static void
test_a_member_that_no_table_describes__is_named(void **state)
{
	(void)state;
	assert_gap("", NULL);
	assert_gap("@head year? rows[seq due~ next[@entry] @said]", NULL);
	assert_gap("schema colour", "colour");
	assert_gap("rows[seq colour?]", "colour");
	assert_gap("rows[seq next{due colour} by]", "colour");
	assert_gap("@head @nobody year", "nobody");
	/* what belongs to another document alone */
	assert_gap("schema taken_off", "taken_off");
	/* no list of members */
	assert_gap("schema rows[seq year", "[seq year");
	assert_gap("schema rows[seq year[due]", "[seq year[due]");
	assert_gap("schema rows]", "]");
	assert_gap("schema rows[seq]year", "year");
	assert_gap("schema year! due", "! due");
	assert_gap("schema Year", "Year");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_views__have_their_document_with_every_column),
	    cmocka_unit_test(test_a_member_that_no_table_describes__is_named),
	    cmocka_unit_test(
		test_documents__describe_every_member_in_both_languages),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
