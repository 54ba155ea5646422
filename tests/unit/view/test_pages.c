/* SPDX-License-Identifier: Apache-2.0 */
/* Lists by pages: whatever the sizes of the pages, together they are the list,
 * by every reader, and of the position at which it was begun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/replay.h>

#include "noun/vx.h"

#include "adjustkit.h"
#include "bonuskit.h"
#include "documentkit.h"
#include "negkit.h"
#include "roundkit.h"
#include "taskkit.h"
#include "viewkit.h"

/* Two of most things, of G16 and G17. */
static void
city(struct kit *k)
{
	struct kc_case *own, *other;

	kit_init(k, KIT_LISTS);
	kit_do(k, KC_K_cadre_register, "org", "cadre=C16", "unit=G16",
	    "city_managed=yes");
	kit_do(k, KC_K_cadre_register, "org", "cadre=C17", "unit=G17",
	    "city_managed=yes");
	own = case_rectifying(k, "2022-07-20", "G16", "G16-K2");
	other = case_rectifying(k, "2022-07-21", "G17", "G17-K2");
	(void)dispute_file(k, own);
	(void)dispute_file(k, other);
	round_half(k);
	(void)round_opinion(k, "G16-K2", "behind");
	(void)round_opinion(k, "G17-K2", "behind");
	task_checked(k, "G16", "lead=C16");
	task_checked(k, "G17", "lead=C17");
	case_report(k, "IND16", "2022-Q2", 5, 4);
	case_report(k, "IND17", "2022-Q2", 6, 4);
	neg_two(k);
	bonus_two(k);
	adjust_two(k);
}

/* --- asking --- */
struct asked {
	const struct kc_view *view;
	struct kc_view_source src;
	struct kc_view_args args;
	char after[200];
	struct kc_refusal why;
};

/* The document, NULL if it is refused. */
static json_t *
ask(struct asked *a)
{
	struct kc_buf out = {0};
	enum kc_err err =
	    kc_view_render(a->view, &a->src, &a->args, &out, &a->why);
	json_t *doc = NULL;

	assert_true(err == KC_OK || err == KC_EREFUSED);
	if (err == KC_OK) {
		doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(doc);
		document_holds(doc);
	} else {
		assert_int_equal(out.n, 0);
	}
	kc_buf_free(&out);
	return doc;
}

/* Goes on where a page says; false at the end. */
static bool
turn(struct asked *a, const json_t *doc)
{
	const char *next = json_string_value(json_object_get(doc, "rows_next"));

	if (next == NULL)
		return false;
	assert_true(
	    kc_slice_copy(a->after, sizeof(a->after), kc_slice_str(next)));
	a->args.after = kc_slice_str(a->after);
	return true;
}

static unsigned
dice(void)
{
	static uint64_t s = 20221017;

	s = s * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (unsigned)(s >> 33);
}

/* Pages of one size, or of random ones if it is 0, beside the whole. */
static void
pages_are(struct asked *a, json_t *whole, unsigned size)
{
	json_t *rows = json_object_get(whole, "rows"), *all = json_array();
	size_t n = json_array_size(rows);
	bool more = true;

	a->args.after = KC_LIT("");
	while (more) {
		json_t *doc, *part;

		a->args.limit = size != 0 ? size : 1 + dice() % (n + 1);
		doc = ask(a);
		assert_non_null(doc);
		part = json_object_get(doc, "rows");
		assert_in_range(json_array_size(part), 0, a->args.limit);
		assert_int_equal(json_array_extend(all, part), 0);
		assert_int_equal(int_at(doc, "rows_total"), n);
		more = turn(a, doc);
		/* None is empty but that of an empty list. */
		assert_true(json_array_size(part) > 0 || (n == 0 && !more));
		/* What stands beside the rows is that of the whole. */
		for (const char *const *m = (const char *const[]){"as_of",
			 "today", "red", "total", "deducted", "state", NULL};
		     *m != NULL; m++)
			assert_true(json_object_get(whole, *m) == NULL ||
			    json_equal(json_object_get(whole, *m),
				json_object_get(doc, *m)));
		json_decref(doc);
	}
	if (!json_equal(all, rows))
		fail_msg(
		    "%s: pages of %u are not the list", a->view->name, size);
	json_decref(all);
	a->args.after = KC_LIT("");
	a->args.limit = 0;
}

static struct asked
asked_of(const struct kit *k, const struct kc_log *log, const char *view,
    const struct kc_viewer *reader)
{
	struct asked a = {.view = kc_view_find(kc_slice_str(view)),
	    .src = {k->st, log, k->now_ms},
	    .args = {.lang = KC_LANG_EN, .reader = reader}};

	assert_non_null(a.view);
	if (strchr(a.view->args, 'i') != NULL)
		a.args.id = kc_slice_str(view_id(view, true));
	else if (strcmp(view, "trail") == 0 || strcmp(view, "rank") == 0 ||
	    strcmp(view, "reform") == 0)
		a.args.unit = KC_LIT("G16");
	return a;
}

/* --- every list, by several readers --- */
static void
test_pages__are_the_list_whatever_their_sizes(void **state)
{
	static const char *const readers[] = {
	    "", "audit", "P09.a", "G16.head", "G02.a"};
	struct leaves l = {0};
	struct kc_log log;
	struct kit k;
	size_t lists = 0, rows = 0;

	(void)state;
	city(&k);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	for (size_t i = 0; i < kc_view_count() * 5; i++) {
		const struct kc_view *v = kc_view_get(i / 5);
		struct kc_viewer r;
		struct asked a = asked_of(&k, &log, v->name, &r);
		json_t *whole;

		kc_viewer_of(k.st, kc_slice_str(readers[i % 5]), &r);
		r.all = readers[i % 5][0] == '\0';
		whole = kc_view_pages(v) ? ask(&a) : NULL;
		if (whole == NULL)
			continue;
		assert_true(json_is_null(json_object_get(whole, "rows_next")));
		pages_are(&a, whole, 1);
		pages_are(&a, whole, 2);
		for (unsigned round = 0; round < 6; round++)
			pages_are(&a, whole, 0);
		lists++;
		rows += json_array_size(json_object_get(whole, "rows"));
		json_decref(whole);
	}
	print_message("# %zu lists of %zu rows\n", lists, rows);
	assert_in_range(lists, 200, 1000);
	assert_in_range(rows, 900, 100000);
	leaves_free(&l);
	kit_free(&k);
}

/* --- what a page costs --- */
struct counted {
	struct kc_log log;
	size_t reads;
};

static enum kc_err
read_counted(void *ctx, uint64_t seq, struct kc_buf *out)
{
	struct counted *c = ctx;

	c->reads++;
	return c->log.leaf(c->log.ctx, seq, out);
}

/* Entries are read for the rows of a page alone: by pages of a row each as many
 * as by the whole. */
static void
test_pages__read_the_entries_of_their_rows(void **state)
{
	struct leaves l = {0};
	struct counted c = {0};
	struct kc_log log = {0, read_counted, &c};
	struct kit k;
	size_t lists = 0;

	(void)state;
	city(&k);
	leaves_of(&k, &l);
	c.log = leaves_log(&l);
	log.size = c.log.size;
	for (size_t i = 0; i < kc_view_count(); i++) {
		const struct kc_view *v = kc_view_get(i);
		struct asked a = asked_of(&k, &log, v->name, NULL);
		size_t whole;

		c.reads = 0;
		if (kc_view_pages(v))
			json_decref(ask(&a));
		whole = c.reads;
		if (whole == 0)
			continue;
		c.reads = 0;
		a.args.limit = 1;
		for (bool more = true; more;) {
			json_t *doc = ask(&a);

			more = turn(&a, doc);
			json_decref(doc);
		}
		if (c.reads != whole)
			fail_msg("%s: %zu entries by pages, %zu whole", v->name,
			    c.reads, whole);
		lists++;
	}
	assert_in_range(lists, 10, 100);
	leaves_free(&l);
	kit_free(&k);
}

/* --- what came between two pages --- */
static void
test_pages__of_one_position_whatever_comes_between(void **state)
{
	struct kc_view_source then, now;
	struct leaves l = {0};
	struct kc_log log, before;
	struct kc_refusal why = {0};
	struct kc_state *st;
	struct kit k;
	struct asked a;
	json_t *whole, *page;
	uint64_t bad, size;

	(void)state;
	city(&k);
	size = kc_state_size(k.st);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	a = asked_of(&k, &log, "prededucts", NULL);
	whole = ask(&a);
	a.args.limit = 1;
	page = ask(&a);
	assert_true(turn(&a, page));
	json_decref(page);
	(void)case_decide_half(&k, NULL, "G16", "G16-R1", "0.3000");
	leaves_free(&l);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	/* The state of now does not go on with it, that of then does. */
	then = a.src;
	now = (struct kc_view_source){k.st, &log, k.now_ms};
	a.src = now;
	assert_null(ask(&a));
	assert_int_equal(a.why.code, KC_R_REQUEST);
	assert_int_equal(kc_state_new(&st), KC_OK);
	assert_int_equal(
	    kc_replay(st, &log, size, false, NULL, NULL, NULL, &why, &bad),
	    KC_OK);
	before = log;
	before.size = size;
	a.src = (struct kc_view_source){st, &before, then.now_ms};
	page = ask(&a);
	assert_non_null(page);
	assert_true(json_equal(json_array_get(json_object_get(page, "rows"), 0),
	    json_array_get(json_object_get(whole, "rows"), 1)));
	assert_int_equal(int_at(page, "rows_total"), 2);
	json_decref(page);
	/* Nor at another instant: some lists change with the day. */
	a.src.now_ms++;
	assert_null(ask(&a));
	json_decref(whole);
	kc_state_free(st);
	leaves_free(&l);
	kit_free(&k);
}

/* --- what is refused --- */
static void
refused(struct asked *a, const char *what)
{
	json_t *doc = ask(a);

	if (doc != NULL)
		fail_msg("%s is not refused", what);
	assert_int_equal(a->why.code, KC_R_REQUEST);
	assert_non_null(strstr(a->why.args[0], what));
}

static void
test_pages__go_on_with_no_cursor_of_another_question(void **state)
{
	struct leaves l = {0};
	struct kc_log log;
	struct kit k;
	struct asked a, b;
	json_t *page;

	(void)state;
	city(&k);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	a = asked_of(&k, &log, "prededucts", NULL);
	a.args.limit = 1;
	page = ask(&a);
	assert_true(turn(&a, page));
	json_decref(page);
	b = a;
	b.args.after = kc_slice_str(a.after);
	b.view = kc_view_find(KC_LIT("targets"));
	refused(&b, "after");
	b.view = a.view;
	b.args.unit = KC_LIT("G16");
	refused(&b, "after");
	b.args.unit = KC_LIT("");
	/* Nor with one that was changed, or is none. */
	for (size_t i = 0; i < strlen(a.after); i++) {
		char was = a.after[i];

		b.args.after = (struct kc_slice){a.after, strlen(a.after)};
		a.after[i] = was == '1' ? '2' : '1';
		refused(&b, "after");
		a.after[i] = was;
		b.args.after.n = i > 0 ? i : 1;
		refused(&b, "after");
	}
	b.args.after = KC_LIT("58");
	refused(&b, "after");
	b.args.after = KC_LIT("");
	b.args.limit = KC_PAGE_ROWS + 1;
	refused(&b, "limit");
	b.args.limit = KC_PAGE_ROWS;
	page = ask(&b);
	assert_non_null(page);
	json_decref(page);
	/* One thing is no list. */
	b.view = kc_view_find(KC_LIT("prededuct"));
	b.args.id = KC_LIT("PD-2022-0001");
	refused(&b, "limit");
	leaves_free(&l);
	kit_free(&k);
}

/* --- the log, whose place is a number of an entry --- */
static void
test_pages__of_the_log_either_way(void **state)
{
	struct leaves l = {0};
	struct kc_log log;
	struct kit k;

	(void)state;
	city(&k);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	for (unsigned way = 0; way < 2; way++) {
		struct asked a = asked_of(&k, &log, "log", NULL);
		uint64_t seq = way == 0 ? 0 : k.nnotes, n = 0;
		bool more = true;

		a.args.before = way == 0 ? 0 : INT64_MAX;
		while (more) {
			json_t *doc, *row;
			size_t i;

			a.args.limit = 1 + dice() % 40;
			doc = ask(&a);
			assert_non_null(doc);
			json_array_foreach(json_object_get(doc, "rows"), i, row)
			{
				assert_int_equal(int_at(row, "seq"),
				    way == 0 ? seq++ : --seq);
				n++;
			}
			more = turn(&a, doc);
			json_decref(doc);
		}
		assert_int_equal(n, k.nnotes);
	}
	leaves_free(&l);
	kit_free(&k);
}

/* --- rows of many bytes --- */
static void
test_pages__end_before_they_are_large(void **state)
{
	const struct kc_view_args args = {.lang = KC_LANG_EN};
	struct kc_buf out = {0}, text = {0};
	struct kit k;
	struct kc_vx x = {
	    .w = {.out = &out}, .args = &args, .scope = KC_SEES_ALL};
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_RULES);
	x.st = k.st;
	for (unsigned i = 0; i < 1 << 20; i++)
		kc_buf_char(&text, 'x');
	kc_json_open(&x.w, '{');
	assert_int_equal(
	    kc_page_of(&x, kc_view_find(KC_LIT("targets"))), KC_OK);
	kc_vx_rows(&x);
	for (unsigned i = 0; i < 20; i++) {
		if (kc_vx_passes(&x))
			continue;
		kc_vx_row(&x);
		kc_vx_buf(&x, "text", &text);
		kc_vx_end(&x);
	}
	kc_vx_rows_end(&x);
	kc_json_close(&x.w, '}');
	assert_in_range(out.n, 8U << 20, (8U << 20) + (1U << 20));
	doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 8);
	assert_int_equal(int_at(doc, "rows_total"), 20);
	assert_non_null(strstr(text_at(doc, "rows_next"), ".8."));
	json_decref(doc);
	kc_buf_free(&out);
	kc_buf_free(&text);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages__are_the_list_whatever_their_sizes),
	    cmocka_unit_test(test_pages__read_the_entries_of_their_rows),
	    cmocka_unit_test(
		test_pages__of_one_position_whatever_comes_between),
	    cmocka_unit_test(
		test_pages__go_on_with_no_cursor_of_another_question),
	    cmocka_unit_test(test_pages__of_the_log_either_way),
	    cmocka_unit_test(test_pages__end_before_they_are_large),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
