/* SPDX-License-Identifier: Apache-2.0 */
/* What panels come to, for who sees a score; ballots for who may read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/viewer.h>

#include "panelkit.h"
#include "viewkit.h"

static void
has_columns(const json_t *doc, const char *view)
{
	const struct kc_view *v = kc_view_find(kc_slice_str(view));
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i,
	    row) for (size_t c = 0; c < v->ncolumns; c++)
	    assert_non_null(json_object_get(row, v->columns[c].key));
}

static json_t *
seen_by(
    const struct kit *k, const char *actor, const char *view, const char *unit)
{
	struct kc_viewer r;
	enum kc_refusal_code code = KC_R_NONE;
	json_t *doc;

	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	doc = view_by(k, &r, view, unit, "", &code);
	if (doc != NULL)
		has_columns(doc, view);
	else
		assert_int_equal(code, KC_R_NOT_PERMITTED);
	return doc;
}

static size_t
rows_of(const json_t *doc)
{
	return json_array_size(json_object_get(doc, "rows"));
}

static bool
is_null(const json_t *row, const char *key)
{
	assert_non_null(json_object_get(row, key));
	return json_is_null(json_object_get(row, key));
}

static void
test_panel__shows_the_turnout_of_all_units_while_it_votes(void **state)
{
	json_t *doc, *row;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "555 444");
	panel_vote(&k, "in.1", "G17", "111");
	panel_recuse(&k, "in.3", "G16");
	doc = seen_by(&k, "G16.head", "panel", "");
	assert_string_equal(text_at(doc, "state"), "open");
	assert_string_equal(text_at(doc, "until"), "2023-02-10");
	assert_int_equal(rows_of(doc), 3);
	row = row_where(doc, "group", "inner");
	assert_int_equal(int_at(row, "voters"), PANEL_VOTERS);
	assert_int_equal(int_at(row, "ballots"), 3);
	assert_string_equal(text_at(row, "weight"), "50.00 %");
	assert_true(is_null(row, "unit") && is_null(row, "mean"));
	json_decref(doc);
	/* Of one unit it would tell who has voted. */
	doc = seen_by(&k, "P09.a", "panel", "G16");
	row = row_where(doc, "group", "inner");
	assert_int_equal(int_at(row, "ballots"), 3);
	json_decref(doc);
	kit_end(&k);
}

static void
test_panel__shows_what_each_group_thinks_once_closed(void **state)
{
	json_t *doc, *row;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "555 555 555 444 444");
	panel_votes(&k, "out", "G16", "111 111 111 111");
	kit_do(&k, KC_K_panel_ballot, "in.6", "year=2022", "unit=G16",
	    "group=inner", "full=5", "proper=5", "benefit=5", "absent=x",
	    "workload=x");
	panel_close(&k);
	doc = seen_by(&k, "G16.head", "panel", "");
	assert_string_equal(text_at(doc, "state"), "closed");
	assert_int_equal(rows_of(doc), 3); /* of its own unit */
	row = row_where(doc, "group", "inner");
	assert_int_equal(int_at(row, "valid"), 6);
	assert_int_equal(points_at(row, "mean"), 933333);
	assert_int_equal(int_at(row, "absent"), 1);
	assert_int_equal(int_at(row, "notes"), 1);
	assert_string_equal(text_at(row, "flags"), "absent 1");
	/* Four are too few: not even how often they flag something. */
	row = row_where(doc, "group", "outer");
	assert_int_equal(int_at(row, "valid"), 4);
	assert_true(is_null(row, "mean") && is_null(row, "absent") &&
	    is_null(row, "recused"));
	json_decref(doc);
	doc = seen_by(&k, "P09.a", "panel", "");
	assert_int_equal(rows_of(doc), 6);
	json_decref(doc);
	assert_null(seen_by(&k, "in.1", "panel", ""));
	kit_end(&k);
}

static void
test_ballots__are_listed_to_tally_auditor_and_each_his_own(void **state)
{
	json_t *doc, *row;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_vote(&k, "in.1", "G16", "504");
	panel_vote(&k, "in.2", "G16", "111");
	panel_recuse(&k, "in.2", "G17");
	assert_null(seen_by(&k, "P09.a", "ballots", ""));
	assert_null(seen_by(&k, "G16.head", "ballots", "G16"));
	assert_null(seen_by(&k, "leader", "ballots", ""));
	doc = seen_by(&k, "tally", "ballots", "");
	assert_int_equal(rows_of(doc), 3);
	json_decref(doc);
	doc = seen_by(&k, "audit", "ballots", "G17");
	assert_int_equal(rows_of(doc), 1);
	row = row_where(doc, "voter", "in.2");
	assert_string_equal(text_at(row, "cast"), "recused");
	assert_true(is_null(row, "full") && is_null(row, "group"));
	json_decref(doc);
	/* One's own, and what is still to be voted on. */
	doc = seen_by(&k, "in.1", "ballots", "");
	assert_int_equal(rows_of(doc), 2);
	row = row_where(doc, "unit", "G16");
	assert_string_equal(text_at(row, "proper"), "unknown");
	assert_string_equal(text_at(row, "benefit"), "4");
	row = row_where(doc, "unit", "G17");
	assert_string_equal(text_at(row, "cast"), "none");
	json_decref(doc);
	kit_end(&k);
}

/* What a person has to do, as somebody asks. */
static size_t
todo_by(
    const struct kit *k, const char *actor, const char *whose, const char *what)
{
	json_t *doc, *row;
	size_t i, n = 0;

	doc = view_as(k, actor, "todo", "", whose);
	json_array_foreach(json_object_get(doc, "rows"), i, row) n +=
	    strstr(text_at(row, "what"), what) != NULL;
	json_decref(doc);
	return n;
}

static void
test_todo__has_what_a_voter_has_not_voted_on_for_him_alone(void **state)
{
	struct kit k;

	(void)state;
	panel_city(&k);
	assert_int_equal(todo_by(&k, "in.1", "in.1", "units left: 2"), 1);
	panel_vote(&k, "in.1", "G16", "555");
	assert_int_equal(todo_by(&k, "in.1", "in.1", "units left: 1"), 1);
	assert_int_equal(todo_by(&k, "audit", "in.1", "units left: 1"), 1);
	assert_int_equal(todo_by(&k, "P09.a", "in.1", "vote"), 0);
	panel_recuse(&k, "in.1", "G17");
	assert_int_equal(todo_by(&k, "in.1", "in.1", "vote"), 0);
	kit_end(&k);
}

static size_t
votes_listed(const struct kit *k, const char *actor, const char *unit)
{
	json_t *doc = seen_by(k, actor, "deadlines", unit), *row;
	size_t i, n = 0;

	json_array_foreach(json_object_get(doc, "rows"), i, row) n +=
	    strcmp(text_at(row, "limit"), "vote") == 0;
	json_decref(doc);
	return n;
}

static void
test_deadlines__have_the_day_of_ballots_for_who_has_them_left(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	panel_city(&k);
	/* Whoever sees all sees the day, and nothing of who has voted. */
	assert_int_equal(votes_listed(&k, "P09.a", ""), 1);
	assert_int_equal(votes_listed(&k, "in.1", ""), 1);
	assert_int_equal(votes_listed(&k, "in.1", "G16"), 0);
	assert_int_equal(votes_listed(&k, "G16.head", ""), 0);
	panel_vote(&k, "in.1", "G16", "555");
	assert_int_equal(votes_listed(&k, "in.1", ""), 1);
	panel_recuse(&k, "in.1", "G17");
	assert_int_equal(votes_listed(&k, "in.1", ""), 0);
	assert_int_equal(votes_listed(&k, "in.2", ""), 1);
	assert_int_equal(votes_listed(&k, "P09.a", ""), 1);
	/* No other last day, not of the voter's own unit. */
	doc = seen_by(&k, "in.2", "deadlines", "");
	assert_int_equal(rows_of(doc), 1);
	assert_int_equal(int_at(doc, "green"), 1);
	json_decref(doc);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_panel__shows_the_turnout_of_all_units_while_it_votes),
	    cmocka_unit_test(
		test_panel__shows_what_each_group_thinks_once_closed),
	    cmocka_unit_test(
		test_ballots__are_listed_to_tally_auditor_and_each_his_own),
	    cmocka_unit_test(
		test_todo__has_what_a_voter_has_not_voted_on_for_him_alone),
	    cmocka_unit_test(
		test_deadlines__have_the_day_of_ballots_for_who_has_them_left),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
