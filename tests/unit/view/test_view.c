/* SPDX-License-Identifier: Apache-2.0 */
/* The table of views, their head, and the figures of a year. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>

#include "adjustkit.h"
#include "bonuskit.h"
#include "disputekit.h"
#include "roundkit.h"
#include "taskkit.h"
#include "viewkit.h"

/* A year with one of everything. */
static void
set_up(struct kit *k)
{
	struct kc_case *c;

	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-15");
	kit_do(k, KC_K_warning_issue, "P09.a", "target=G17-K1", "unit=G17",
	    "level=yellow", "rectify_by=2022-12-01", "fact=落后",
	    "demand=整改");
	kit_do(k, KC_K_warning_deliver, "P09.a",
	    kit_field("warning", kit_handle(k)), "unit=G17");
	round_half(k);
	(void)round_opinion(k, "G17-K1", "behind");
	c = case_rectifying(k, "2022-07-18", "G17", "G17-K2");
	(void)dispute_file(
	    k, case_rectifying(k, "2022-07-19", "G16", "G16-K2"));
	kit_on(k, "2022-08-01");
	(void)kit_clerk(k);
	case_submit(k, c);
	case_refund(k, c, "8000");
	kit_do(k, KC_K_cadre_register, "org", "cadre=C16", "unit=G16",
	    "city_managed=yes");
	task_checked(k, "G16", "lead=C16");
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GN3", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-01",
	    "until=2022-12-31");
	kit_do(k, KC_K_negative_propose, "G12.a", "unit=G17", "item=3",
	    "amount=0.3000", "on=2022-07-01", EVIDENCE, "fact=x");
	(void)bonus_one(k);
	adjust_two(k);
}

static void
test_view__every_view_has_its_head_and_its_columns(void **state)
{
	struct kit k;

	(void)state;
	set_up(&k);
	kit_do(&k, KC_K_key_revoke, "root.a root.b",
	    kit_vkey(&k, "key", "P09.a"), "since=2022-01-01", "reason=遗失");
	for (size_t i = 0; i < kc_view_count(); i++) {
		const struct kc_view *v = kc_view_get(i);
		const char *id = view_id(v->name, true);
		const char *unit = NULL;
		json_t *doc;
		const json_t *rows;
		size_t r;
		json_t *row;

		if (strcmp(v->name, "window") == 0 ||
		    strcmp(v->name, "actor") == 0 ||
		    strcmp(v->name, "todo") == 0)
			id = "P09.a";
		if (strcmp(v->name, "trail") == 0 ||
		    strcmp(v->name, "portrait") == 0 ||
		    strcmp(v->name, "waterfall") == 0 ||
		    strcmp(v->name, "unit") == 0 ||
		    strcmp(v->name, "reform") == 0 ||
		    strcmp(v->name, "explain") == 0 ||
		    strcmp(v->name, "rank") == 0)
			unit = "G17";
		doc = view_of(&k, v->name, unit, id, "2022-12-31");
		assert_non_null(strstr(text_at(doc, "schema"), v->name));
		assert_int_equal(
		    int_at(json_object_get(doc, "as_of"), "size"), k.nnotes);
		rows = json_object_get(doc, "rows");
		assert_true(json_is_array(rows));
		if (strcmp(v->name, "indicators") != 0 &&
		    strcmp(v->name, "cadres") != 0 &&
		    strcmp(v->name, "progress") != 0 &&
		    strcmp(v->name, "matrix") != 0 &&
		    strcmp(v->name, "clock") != 0 &&
		    strcmp(v->name, "todo") != 0 &&
		    strcmp(v->name, "tasks") != 0 &&
		    strcmp(v->name, "renewal") != 0 &&
		    strcmp(v->name, "outlook") != 0 &&
		    strcmp(v->name, "rounds") != 0 &&
		    strcmp(v->name, "yearend") != 0 &&
		    strcmp(v->name, "panel") != 0 && /* test_panel_seen */
		    strcmp(v->name, "ballots") != 0 &&
		    strcmp(v->name, "staffing") != 0 &&
		    strcmp(v->name, "promotion") != 0 &&
		    strcmp(v->name, "opinions") != 0 &&
		    strcmp(v->name, "candidates") != 0 &&
		    strcmp(v->name, "delegations") != 0 &&
		    strcmp(v->name, "reform") != 0 &&
		    strcmp(v->name, "restorations") != 0)
			if (json_array_size(rows) == 0)
				fail_msg("%s has no rows", v->name);
		json_array_foreach(
		    rows, r, row) for (size_t c = 0; c < v->ncolumns;
				       c++) if (json_object_get(row,
						    v->columns[c].key) == NULL)
		    fail_msg("%s has no %s", v->name, v->columns[c].key);
		json_decref(doc);
	}
	kit_free(&k);
}

static void
test_view__an_empty_ledger_can_be_read(void **state)
{
	static const char *const names[] = {"summary", "units", "duties",
	    "actors", "delegations", "cycles", "policies", "calendars",
	    "grants", "targets", "indicators", "warnings", "prededucts",
	    "cadres", "deadlines", "disputes", "decisions", "log"};
	struct kit k;

	(void)state;
	kit_init(&k, KIT_EMPTY);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *doc = view_of(&k, names[i], NULL, NULL, "2022-01-01");

		assert_true(json_is_null(json_object_get(
		    json_object_get(doc, "as_of"), "received")));
		json_decref(doc);
	}
	view_refused(&k, "policy", NULL, NULL, KC_R_NO_POLICY);
	kit_free(&k);
}

static void
test_view__arguments_that_a_view_does_not_take_are_refused(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_CITY);
	view_refused(&k, "units", "G17", NULL, KC_R_REQUEST);
	view_refused(&k, "summary", NULL, "1", KC_R_REQUEST);
	view_refused(&k, "entry", NULL, NULL, KC_R_REQUEST);
	view_refused(&k, "entry", NULL, "01", KC_R_REQUEST);
	view_refused(&k, "entry", NULL, "9999", KC_R_NOT_FOUND);
	view_refused(&k, "target", NULL, "G17-K9", KC_R_NOT_FOUND);
	view_refused(&k, "warning", NULL, "W-1", KC_R_NOT_FOUND);
	view_refused(&k, "prededuct", NULL, "PD-1", KC_R_NOT_FOUND);
	view_refused(&k, "dispute", NULL, "D-1", KC_R_NOT_FOUND);
	assert_null(kc_view_find(KC_LIT("nothing")));
	kit_free(&k);
}

static void
test_view__unit_by_code_or_by_name(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	set_up(&k);
	doc = view_of(&k, "prededucts", "市水利局", NULL, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 1);
	assert_string_equal(
	    text_at(row_where(doc, "case", "PD-2022-0001"), "retained"),
	    "0.1000");
	json_decref(doc);
	view_refused(&k, "prededucts", "水务局", NULL, KC_R_NOT_FOUND);
	kit_free(&k);
}

/* --- summary --- */
static void
test_summary__counts_what_was_confirmed_and_what_was_unmet(void **state)
{
	struct kit k;
	json_t *doc;
	const json_t *rows;
	size_t i, s3 = 0;
	json_t *row;

	(void)state;
	set_up(&k);
	/* One more that is only decided, and one that is declined. */
	(void)case_decide(&k, "2022-08-02", "G17", "G17-K2");
	kit_do(&k, KC_K_prededuct_decline, "P09.a",
	    case_field(k.st->cases.v[2]), "reason=证据不足");
	kit_on(&k, "2022-12-01");
	(void)kit_clerk(&k);
	doc = view_of(&k, "summary", NULL, NULL, NULL);
	assert_int_equal(int_at(doc, "prededuct"), 2);
	assert_int_equal(int_at(doc, "units_touched"), 2);
	assert_int_equal(int_at(doc, "units_unmet"), 1);
	assert_int_equal(int_at(doc, "units_retained"), 2);
	assert_string_equal(text_at(doc, "deducted"), "1.0000");
	assert_string_equal(text_at(doc, "returned"), "0.4000");
	assert_string_equal(text_at(doc, "retained"), "0.6000");
	assert_string_equal(text_at(doc, "retained_unmet"), "0.5000");
	assert_string_equal(text_at(doc, "residual_met"), "0.1000");
	assert_int_equal(int_at(doc, "situations"), 8);
	assert_int_equal(int_at(doc, "bonus_situations"), 4);
	assert_int_equal(int_at(doc, "classes"), 3);
	assert_int_equal(int_at(doc, "targets"), 6);
	assert_int_equal(int_at(doc, "cadres_good_lost"), 0);
	assert_int_equal(int_at(doc, "exempted"), 0);
	assert_int_equal(int_at(doc, "entries"), k.nnotes);
	rows = json_object_get(doc, "situation_rows");
	assert_int_equal(json_array_size(rows), 8);
	json_array_foreach(
	    rows, i, row) if (strcmp(text_at(row, "situation"), "S3") == 0) s3 =
	    (size_t)int_at(row, "prededuct");
	assert_int_equal(s3, 2);
	json_decref(doc);
	kit_free(&k);
}

static void
test_summary__a_negative_item_counts_once_and_only_in_its_year(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_grant_issue, "P09.a", "grant=N1", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-10",
	    "until=2022-12-31");
	kit_do(&k, KC_K_grant_issue, "P09.a", "grant=N2", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-10",
	    "until=2022-12-31");
	kit_do(&k, KC_K_grant_issue, "P09.a", "grant=N3", "assessor=G02",
	    "scope=negative", "object=17", "from=2023-01-10",
	    "until=2023-12-31");
	doc = view_of(&k, "summary", NULL, NULL, "2023-02-01");
	assert_int_equal(int_at(doc, "negative_items"), 1);
	json_decref(doc);
	kit_free(&k);
}

/* --- deadlines --- */
static const json_t *
deadline(const json_t *doc, const char *limit)
{
	return row_where(doc, "limit", limit);
}

static void
test_deadlines__lights_by_working_days_left(void **state)
{
	struct kit k;
	json_t *doc;
	static const struct {
		const char *day, *light;
		long long left;
	} rows[] = {
	    /* due 2022-10-17; 10-08 and 10-09 are make-up working days */
	    {"2022-10-01", "green", 8},
	    {"2022-10-12", "yellow", 3},
	    {"2022-10-11", "green", 4},
	    {"2022-10-17", "yellow", 0},
	    {"2022-10-18", "red", -1},
	};

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const json_t *row;

		doc = view_of(&k, "deadlines", NULL, NULL, rows[i].day);
		row = deadline(doc, "rectify");
		assert_string_equal(text_at(row, "due"), "2022-10-17");
		assert_string_equal(text_at(row, "light"), rows[i].light);
		assert_int_equal(int_at(row, "left"), rows[i].left);
		json_decref(doc);
	}
	kit_free(&k);
}

static void
test_deadlines__each_state_of_a_case_waits_for_its_own(void **state)
{
	struct kit k;
	struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "deadlines", NULL, NULL, NULL);
	assert_string_equal(
	    text_at(deadline(doc, "confirm"), "due"), "2022-07-22");
	json_decref(doc);
	case_confirm(&k, c);
	doc = view_of(&k, "deadlines", NULL, NULL, NULL);
	assert_string_equal(
	    text_at(deadline(doc, "feedback"), "due"), "2022-07-22");
	json_decref(doc);
	case_deliver(&k, c);
	doc = view_of(&k, "deadlines", "G17", NULL, NULL);
	assert_string_equal(
	    text_at(deadline(doc, "plan"), "due"), "2022-07-29");
	assert_string_equal(
	    text_at(deadline(doc, "rectify"), "due"), "2022-10-17");
	json_decref(doc);
	kit_on(&k, "2022-08-01");
	case_submit(&k, c);
	doc = view_of(&k, "deadlines", "G02", NULL, NULL);
	assert_string_equal(
	    text_at(deadline(doc, "review"), "due"), "2022-08-15");
	json_decref(doc);
	case_refund(&k, c, "8000");
	doc = view_of(&k, "deadlines", NULL, NULL, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	json_decref(doc);
	kit_free(&k);
}

static void
test_deadlines__letters_wait_for_reply_and_rectification(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	set_up(&k);
	doc = view_of(&k, "deadlines", NULL, NULL, "2022-07-20");
	assert_string_equal(
	    text_at(deadline(doc, "reply"), "due"), "2022-07-29");
	assert_string_equal(
	    text_at(deadline(doc, "lift"), "due"), "2022-12-01");
	json_decref(doc);
	kit_free(&k);
}

/* --- the log --- */
static void
test_log__entry_shows_the_stored_bytes(void **state)
{
	struct kit k;
	struct leaves l = {0};
	struct kc_buf hash = {0};
	struct kc_hash h;
	json_t *doc;
	const json_t *row;

	(void)state;
	set_up(&k);
	leaves_of(&k, &l);
	doc = view_of(&k, "entry", NULL, "#5", NULL);
	assert_string_equal(text_at(doc, "raw"), kc_buf_cstr(&l.v[5]));
	h = kc_hash_leaf(l.v[5].p, l.v[5].n);
	kc_buf_hash(&hash, &h);
	assert_string_equal(text_at(doc, "leaf_hash"), kc_buf_cstr(&hash));
	assert_non_null(strstr(text_at(doc, "raw"), text_at(doc, "note")));
	row = row_where(doc, "field", "kind");
	assert_string_equal(text_at(row, "value"), text_at(doc, "kind"));
	kc_buf_free(&hash);
	leaves_free(&l);
	json_decref(doc);
	kit_free(&k);
}

static json_t *
page(const struct kit *k, const char *unit, uint64_t from, uint64_t limit)
{
	struct kc_view_args args = {.from = from, .limit = limit};
	struct leaves l = {0};
	struct kc_log log;
	struct kc_view_source src = {k->st, &log, k->now_ms};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	json_t *doc;

	leaves_of(k, &l);
	log = leaves_log(&l);
	args.unit = kc_slice_str(unit);
	assert_int_equal(kc_view_render(kc_view_find(KC_LIT("log")), &src,
			     &args, &out, &why),
	    KC_OK);
	doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(doc);
	kc_buf_free(&out);
	leaves_free(&l);
	return doc;
}

static void
test_log__pages_follow_each_other_without_gap(void **state)
{
	struct kit k;
	uint64_t seq = 0;
	uint64_t from = 0;

	(void)state;
	set_up(&k);
	for (;;) {
		json_t *doc = page(&k, "", from, 7);
		const json_t *rows = json_object_get(doc, "rows");
		const json_t *next = json_object_get(doc, "next");
		size_t i;
		json_t *row;

		json_array_foreach(rows, i, row)
		    assert_int_equal(int_at(row, "seq"), seq++);
		if (json_is_null(next)) {
			json_decref(doc);
			break;
		}
		from = (uint64_t)json_integer_value(next);
		json_decref(doc);
	}
	assert_int_equal(seq, k.nnotes);
	kit_free(&k);
}

static void
test_log__filter_keeps_what_concerns_a_unit(void **state)
{
	struct kit k;
	json_t *doc;
	const json_t *rows;
	size_t i, own = 0;
	json_t *row;

	(void)state;
	set_up(&k);
	doc = page(&k, "G16", 0, 1000);
	rows = json_object_get(doc, "rows");
	json_array_foreach(rows, i, row)
	{
		assert_string_not_equal(text_at(row, "about"), "G17");
		own += strcmp(text_at(row, "kind"), "feedback.deliver") == 0;
	}
	assert_int_equal(own, 1);
	json_decref(doc);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_view__every_view_has_its_head_and_its_columns),
	    cmocka_unit_test(test_view__an_empty_ledger_can_be_read),
	    cmocka_unit_test(
		test_view__arguments_that_a_view_does_not_take_are_refused),
	    cmocka_unit_test(test_view__unit_by_code_or_by_name),
	    cmocka_unit_test(
		test_summary__counts_what_was_confirmed_and_what_was_unmet),
	    cmocka_unit_test(
		test_summary__a_negative_item_counts_once_and_only_in_its_year),
	    cmocka_unit_test(test_deadlines__lights_by_working_days_left),
	    cmocka_unit_test(
		test_deadlines__each_state_of_a_case_waits_for_its_own),
	    cmocka_unit_test(
		test_deadlines__letters_wait_for_reply_and_rectification),
	    cmocka_unit_test(test_log__entry_shows_the_stored_bytes),
	    cmocka_unit_test(test_log__pages_follow_each_other_without_gap),
	    cmocka_unit_test(test_log__filter_keeps_what_concerns_a_unit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
