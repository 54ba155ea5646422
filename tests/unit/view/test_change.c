/* SPDX-License-Identifier: Apache-2.0 */
/* By which entries a score became what it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/change.h>
#include <kaocheng/replay.h>

#include "casekit.h"
#include "viewkit.h"

/* A case of G17 that comes back in part and one that expires; a finding. */
struct fixture {
	struct kit k;
	struct leaves l;
	struct kc_log log;
	struct kc_view_source src;
	unsigned issued, confirmed, granted; /* entries of the first case */
	unsigned second, found;
	struct kc_refusal why;
	struct kc_buf json;
	json_t *doc;
	uint64_t bad;
};

static unsigned
last_entry(const struct fixture *f)
{
	return f->k.nnotes - 1;
}

static void
set_up(struct fixture *f)
{
	struct kc_case *c;

	memset(f, 0, sizeof(*f));
	kit_init(&f->k, KIT_LISTS);
	f->issued = last_entry(f);
	c = case_decide(&f->k, "2022-07-15", "G17", "G17-K2");
	case_confirm(&f->k, c);
	f->confirmed = last_entry(f);
	(void)kit_clerk(&f->k);
	case_deliver(&f->k, c);
	case_submit(&f->k, c);
	case_refund(&f->k, c, "8000");
	f->granted = last_entry(f);
	c = case_decide(&f->k, "2022-08-15", "G17", "G17-K2");
	case_confirm(&f->k, c);
	f->second = last_entry(f);
	kit_on(&f->k, "2022-12-30");
	(void)kit_clerk(&f->k);
	kit_do(&f->k, KC_K_completion_find, "G02.a", "target=G17-R1",
	    "rate=9000", EVIDENCE);
	f->found = last_entry(f);
	leaves_of(&f->k, &f->l);
	f->log = leaves_log(&f->l);
	f->src = (struct kc_view_source){
	    .state = f->k.st, .log = &f->log, .now_ms = f->k.now_ms};
}

static void
tear_down(struct fixture *f)
{
	json_decref(f->doc);
	kc_buf_free(&f->json);
	leaves_free(&f->l);
	kit_free(&f->k);
}

static void
read_document(struct fixture *f, enum kc_err err)
{
	assert_int_equal(err, KC_OK);
	json_decref(f->doc);
	f->doc = json_loadb(f->json.p, f->json.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(f->doc);
	kc_buf_reset(&f->json);
}

static enum kc_err
bisect(struct fixture *f, const char *expression)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G17"), .lang = KC_LANG_EN};

	kc_buf_reset(&f->json);
	return kc_bisect_render(&f->src, &args, kc_slice_str(expression),
	    &f->json, &f->why, &f->bad);
}

static json_t *
row_at(const struct fixture *f, size_t i)
{
	json_t *row = json_array_get(json_object_get(f->doc, "rows"), i);

	assert_non_null(row);
	return row;
}

static void
test_blame__shares_sum_up_to_the_score(void **state)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G17"), .lang = KC_LANG_EN};
	struct fixture f;
	json_t *row;
	int64_t sum = 0;
	size_t i;

	(void)state;
	set_up(&f);
	read_document(
	    &f, kc_blame_render(&f.src, &args, &f.json, &f.why, &f.bad));
	json_array_foreach(json_object_get(f.doc, "rows"), i, row)
	{
		sum += points_at(row, "points");
		assert_int_equal(points_at(row, "total"), sum);
	}
	assert_int_equal(sum, points_at(f.doc, "total"));
	assert_int_equal(json_array_size(json_object_get(f.doc, "rows")), 5);
	row = row_where(f.doc, "kind", "list.issue");
	assert_string_equal(text_at(row, "points"), "100.0000");
	row = row_where(f.doc, "kind", "prededuct.confirm");
	assert_int_equal(int_at(row, "seq"), f.confirmed);
	assert_string_equal(text_at(row, "points"), "-0.5000");
	assert_string_equal(text_at(row, "about"), "PD-2022-0001");
	row = row_where(f.doc, "kind", "refund.grant");
	assert_string_equal(text_at(row, "points"), "0.4000");
	row = row_where(f.doc, "kind", "completion.find");
	assert_int_equal(int_at(row, "seq"), f.found);
	tear_down(&f);
}

static void
test_blame__of_nobody_is_refused(void **state)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G99"), .lang = KC_LANG_EN};
	struct fixture f;

	(void)state;
	set_up(&f);
	assert_int_equal(
	    kc_blame_render(&f.src, &args, &f.json, &f.why, &f.bad),
	    KC_EREFUSED);
	assert_int_equal(f.why.code, KC_R_NOT_FOUND);
	assert_true(f.bad == KC_REPLAY_ALL);
	tear_down(&f);
}

static void
test_blame__cites_the_entry_at_which_the_log_does_not_replay(void **state)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G17"), .lang = KC_LANG_EN};
	struct fixture f;

	(void)state;
	set_up(&f);
	leaves_set(&f.l, f.granted, f.granted + 1,
	    f.k.notes[f.granted].received_ms,
	    (struct kc_slice){
		f.k.log.p + f.k.notes[f.granted].off, f.k.notes[f.granted].n});
	assert_int_equal(
	    kc_blame_render(&f.src, &args, &f.json, &f.why, &f.bad),
	    KC_ECORRUPT);
	assert_true(f.bad == f.granted);
	tear_down(&f);
}

static void
test_bisect__finds_the_first_entry_and_every_turn_after_it(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	read_document(&f, bisect(&f, "total < 99.8"));
	assert_int_equal(int_at(f.doc, "first"), f.confirmed);
	assert_true(json_is_true(json_object_get(f.doc, "holds_now")));
	assert_int_equal(json_array_size(json_object_get(f.doc, "rows")), 3);
	assert_int_equal(int_at(row_at(&f, 1), "seq"), f.granted);
	assert_true(json_is_false(json_object_get(row_at(&f, 1), "holds")));
	assert_int_equal(int_at(row_at(&f, 2), "seq"), f.second);
	tear_down(&f);
}

static void
test_bisect__asks_for_ranks_and_states(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	read_document(&f, bisect(&f, "rank > 1"));
	assert_int_equal(int_at(f.doc, "first"), f.confirmed);
	read_document(&f, bisect(&f, "PD-2022-0001 = returned"));
	assert_int_equal(int_at(f.doc, "first"), f.granted);
	read_document(&f,
	    bisect(&f, "PD-2022-0001=returned and total<=99.5 or total = 7"));
	assert_int_equal(int_at(f.doc, "first"), f.second);
	read_document(&f, bisect(&f, "total > 100 or returned >= 0.4000"));
	assert_int_equal(int_at(f.doc, "first"), f.granted);
	read_document(&f, bisect(&f, "total < 10"));
	assert_true(json_is_null(json_object_get(f.doc, "first")));
	tear_down(&f);
}

/* Before the list there is nothing to hold. */
static void
test_bisect__what_is_not_there_has_no_points(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	read_document(&f, bisect(&f, "total != 7"));
	assert_int_equal(int_at(f.doc, "first"), f.issued);
	read_document(&f, bisect(&f, "PD-2022-0099 != returned"));
	assert_true(json_is_null(json_object_get(f.doc, "first")));
	tear_down(&f);
}

static void
test_bisect__what_cannot_be_read_is_refused(void **state)
{
	static const char *const bad[] = {"", "total", "total <", "total < x",
	    "total < 1 and", "total < 1 rank > 2", "total << 1",
	    "total < 1.00001", "total < -1", "rank > 1.5", "rank",
	    "PD-2022-0001 = gone", "PD-2022-0001 < returned", "or total < 1",
	    "total < 1.", "nothing > 3"};
	struct fixture f;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(bisect(&f, bad[i]), KC_EREFUSED);
		assert_int_equal(f.why.code, KC_R_REQUEST);
	}
	tear_down(&f);
}

/* A state after the first n entries. */
static struct kc_state *
state_at(struct fixture *f, uint64_t n)
{
	struct kc_state *st = NULL;

	assert_int_equal(kc_state_new(&st), KC_OK);
	assert_int_equal(kc_replay(st, &f->log, n, false, NULL, NULL, NULL,
			     &f->why, &f->bad),
	    KC_OK);
	return st;
}

static void
test_diff__names_scores_states_and_the_entries_between(void **state)
{
	const struct kc_view_args args = {.lang = KC_LANG_EN};
	struct fixture f;
	struct kc_view_source from;
	struct kc_state *before;
	json_t *row, *things;

	(void)state;
	set_up(&f);
	before = state_at(&f, f.confirmed + 1);
	from = (struct kc_view_source){.state = before, .log = &f.log};
	read_document(&f,
	    kc_diff_render(&from, &f.src, f.confirmed + 1, &args, &f.json,
		&f.why, &f.bad));
	row = json_array_get(json_object_get(f.doc, "changed"), 0);
	assert_string_equal(text_at(row, "unit"), "G17");
	assert_string_equal(text_at(row, "from"), "99.5000");
	things = json_object_get(f.doc, "things");
	/* Two cases, and the target whose completion was found. */
	assert_int_equal(json_array_size(things), 3);
	row = json_array_get(things, 1);
	assert_string_equal(text_at(row, "about"), "PD-2022-0001");
	assert_string_equal(text_at(row, "from"), "deducted");
	assert_string_equal(text_at(row, "to"), "returned");
	assert_int_equal(int_at(row_at(&f, 0), "seq"), f.granted);
	assert_string_equal(text_at(row_at(&f, 0), "side"), "+");
	assert_string_equal(text_at(row_at(&f, 0), "from"), "99.5000");
	assert_string_equal(text_at(row_at(&f, 0), "to"), "99.9000");
	/* The other way round it is what the first has more. */
	read_document(&f,
	    kc_diff_render(&f.src, &from, f.confirmed + 1, &args, &f.json,
		&f.why, &f.bad));
	assert_string_equal(text_at(row_at(&f, 0), "side"), "-");
	kc_state_free(before);
	tear_down(&f);
}

static size_t
rows_of(const struct fixture *f, const char *list)
{
	return json_array_size(json_object_get(f->doc, list));
}

/* How many there are is said of a list that is not listed whole. */
static void
test_diff__lists_so_many_and_counts_them_all(void **state)
{
	struct kc_view_args args = {.lang = KC_LANG_EN};
	struct fixture f;
	struct kc_view_source from;
	struct kc_state *before;
	size_t things, rows;

	(void)state;
	set_up(&f);
	before = state_at(&f, 1);
	from = (struct kc_view_source){.state = before, .log = &f.log};
	read_document(&f,
	    kc_diff_render(&from, &f.src, 1, &args, &f.json, &f.why, &f.bad));
	things = rows_of(&f, "things");
	rows = rows_of(&f, "rows");
	assert_true(things > 1 && rows > 1);
	assert_int_equal(int_at(f.doc, "things_total"), things);
	assert_int_equal(int_at(f.doc, "rows_total"), rows);
	args.rows_max = 1;
	read_document(&f,
	    kc_diff_render(&from, &f.src, 1, &args, &f.json, &f.why, &f.bad));
	assert_int_equal(rows_of(&f, "things"), 1);
	assert_int_equal(int_at(f.doc, "things_total"), things);
	assert_int_equal(rows_of(&f, "rows"), 1);
	assert_int_equal(int_at(f.doc, "rows_total"), rows);
	kc_state_free(before);
	tear_down(&f);
}

static void
test_blame__lists_so_many_and_counts_them_all(void **state)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G17"), .lang = KC_LANG_EN, .rows_max = 2};
	struct fixture f;

	(void)state;
	set_up(&f);
	read_document(
	    &f, kc_blame_render(&f.src, &args, &f.json, &f.why, &f.bad));
	assert_int_equal(rows_of(&f, "rows"), 2);
	assert_int_equal(int_at(f.doc, "rows_total"), 5);
	tear_down(&f);
}

static void
test_diff__of_the_same_is_nothing(void **state)
{
	const struct kc_view_args args = {.lang = KC_LANG_EN};
	struct fixture f;

	(void)state;
	set_up(&f);
	read_document(&f,
	    kc_diff_render(
		&f.src, &f.src, f.l.n, &args, &f.json, &f.why, &f.bad));
	assert_int_equal(json_array_size(json_object_get(f.doc, "rows")), 0);
	assert_int_equal(json_array_size(json_object_get(f.doc, "changed")), 0);
	assert_int_equal(json_array_size(json_object_get(f.doc, "things")), 0);
	tear_down(&f);
}

/* --- who may ask --- */
static enum kc_err
bisect_as(struct fixture *f, const struct kc_viewer *r, const char *expression)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G17"), .lang = KC_LANG_EN, .reader = r};

	kc_buf_reset(&f->json);
	return kc_bisect_render(&f->src, &args, kc_slice_str(expression),
	    &f->json, &f->why, &f->bad);
}

static enum kc_err
blame_as(struct fixture *f, const struct kc_viewer *r)
{
	const struct kc_view_args args = {
	    .unit = KC_LIT("G17"), .lang = KC_LANG_EN, .reader = r};

	kc_buf_reset(&f->json);
	return kc_blame_render(&f->src, &args, &f->json, &f->why, &f->bad);
}

static enum kc_err
diff_as(struct fixture *f, const struct kc_viewer *r)
{
	const struct kc_view_args args = {.lang = KC_LANG_EN, .reader = r};

	kc_buf_reset(&f->json);
	return kc_diff_render(
	    &f->src, &f->src, f->l.n, &args, &f->json, &f->why, &f->bad);
}

static void
test_change__a_unit_asks_about_itself_and_not_for_ranks(void **state)
{
	struct kc_viewer own, other;
	struct fixture f;
	json_t *row;
	size_t i;

	(void)state;
	set_up(&f);
	kc_viewer_of(f.k.st, KC_LIT("G17.head"), &own);
	kc_viewer_of(f.k.st, KC_LIT("G16.head"), &other);
	read_document(&f, blame_as(&f, &own));
	json_array_foreach(json_object_get(f.doc, "rows"), i, row)
	    assert_true(json_is_null(json_object_get(row, "rank")));
	assert_int_equal(i, 5);
	read_document(&f, bisect_as(&f, &own, "total < 99.8"));
	assert_true(json_is_null(json_object_get(row_at(&f, 0), "rank")));
	read_document(&f, bisect_as(&f, &own, "PD-2022-0001 = returned"));
	assert_int_equal(int_at(f.doc, "first"), f.granted);
	assert_int_equal(bisect_as(&f, &own, "rank > 1"), KC_EREFUSED);
	assert_int_equal(f.why.code, KC_R_NOT_PERMITTED);
	assert_int_equal(
	    bisect_as(&f, &own, "total < 9 or group_rank = 1"), KC_EREFUSED);
	assert_int_equal(bisect_as(&f, &other, "total < 99.8"), KC_EREFUSED);
	assert_int_equal(blame_as(&f, &other), KC_EREFUSED);
	assert_int_equal(diff_as(&f, &own), KC_EREFUSED);
	assert_int_equal(f.why.code, KC_R_NOT_PERMITTED);
	assert_int_equal(f.json.n, 0);
	read_document(&f, bisect_as(&f, NULL, "rank > 1"));
	tear_down(&f);
}

/* A state that an expression asks for is a reading of it. */
static void
test_bisect__asks_for_no_state_of_another_unit(void **state)
{
	struct kc_viewer other;
	const struct kc_view_args args = {
	    .unit = KC_LIT("G16"), .lang = KC_LANG_EN, .reader = &other};
	struct fixture f;

	(void)state;
	set_up(&f);
	kc_viewer_of(f.k.st, KC_LIT("G16.head"), &other);
	assert_int_equal(kc_bisect_render(&f.src, &args,
			     KC_LIT("total > 1 or PD-2022-0001 = returned"),
			     &f.json, &f.why, &f.bad),
	    KC_EREFUSED);
	assert_int_equal(f.why.code, KC_R_NOT_PERMITTED);
	assert_int_equal(kc_bisect_render(&f.src, &args, KC_LIT("total > 1"),
			     &f.json, &f.why, &f.bad),
	    KC_OK);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_blame__shares_sum_up_to_the_score),
	    cmocka_unit_test(test_blame__of_nobody_is_refused),
	    cmocka_unit_test(
		test_blame__cites_the_entry_at_which_the_log_does_not_replay),
	    cmocka_unit_test(
		test_bisect__finds_the_first_entry_and_every_turn_after_it),
	    cmocka_unit_test(test_bisect__asks_for_ranks_and_states),
	    cmocka_unit_test(test_bisect__what_is_not_there_has_no_points),
	    cmocka_unit_test(test_bisect__what_cannot_be_read_is_refused),
	    cmocka_unit_test(
		test_diff__names_scores_states_and_the_entries_between),
	    cmocka_unit_test(test_diff__lists_so_many_and_counts_them_all),
	    cmocka_unit_test(test_blame__lists_so_many_and_counts_them_all),
	    cmocka_unit_test(
		test_change__a_unit_asks_about_itself_and_not_for_ranks),
	    cmocka_unit_test(test_bisect__asks_for_no_state_of_another_unit),
	    cmocka_unit_test(test_diff__of_the_same_is_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
