/* SPDX-License-Identifier: Apache-2.0 */
/* The due queue: order, what must come first, the same entry every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

static const char *const targets[6][2] = {
    {"G16", "G16-K1"},
    {"G16", "G16-K2"},
    {"G16", "G16-R1"},
    {"G17", "G17-K1"},
    {"G17", "G17-K2"},
    {"G17", "G17-R1"},
};

/* Six cases confirmed in July; fed back on the days given, in any order. */
static void
six(struct kit *k, const char *const days[6])
{
	static const char *const order[] = {"2022-07-15", "2022-07-18",
	    "2022-07-19", "2022-07-20", "2022-07-21", "2022-07-22"};

	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-15");
	for (int i = 0; i < 6; i++)
		case_confirm(k,
		    case_decide_half(
			k, NULL, targets[i][0], targets[i][1], "0.5000"));
	for (int d = 0; d < 6; d++) {
		if (d > 0)
			kit_on(k, order[d]);
		for (int i = 0; i < 6; i++)
			if (strcmp(days[i], order[d]) == 0)
				case_deliver(k, k->st->cases.v[i]);
	}
}

static uint32_t
seq_of_end(const struct kit *k, int i)
{
	const struct kc_events *e = &k->st->cases.v[i]->events;

	assert_int_equal(e->v[e->n - 1].kind, KC_K_prededuct_expire);
	return e->v[e->n - 1].seq;
}

static void
test_due__expiries_stand_in_the_order_of_their_last_days(void **state)
{
	static const char *const days[6] = {"2022-07-20", "2022-07-15",
	    "2022-07-22", "2022-07-18", "2022-07-21", "2022-07-19"};
	static const int by_day[6] = {1, 3, 5, 0, 4, 2};
	struct kit k;

	(void)state;
	six(&k, days);
	kit_on(&k, "2022-12-01");
	assert_int_equal(kit_clerk(&k), 6);
	for (int i = 1; i < 6; i++)
		assert_true(
		    seq_of_end(&k, by_day[i - 1]) < seq_of_end(&k, by_day[i]));
	kit_end(&k);
}

static void
test_due__one_day_in_the_order_of_the_cases(void **state)
{
	static const char *const days[6] = {"2022-07-15", "2022-07-15",
	    "2022-07-15", "2022-07-15", "2022-07-15", "2022-07-15"};
	struct kit k;
	struct kc_due due;

	(void)state;
	six(&k, days);
	kit_on(&k, "2022-12-01");
	assert_true(kc_state_due(k.st, &due));
	assert_int_equal(due.object, 0);
	/* the clerk itself may not change the order */
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_prededuct_expire, "clerk",
	    "case=PD-2022-0002", "due=2022-10-17",
	    "calendar=sha256:"
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
	assert_string_equal(k.why.args[0], "prededuct.expire");
	assert_string_equal(k.why.args[1], "PD-2022-0001");
	assert_int_equal(kit_clerk(&k), 6);
	for (int i = 1; i < 6; i++)
		assert_true(seq_of_end(&k, i - 1) < seq_of_end(&k, i));
	kit_free(&k);
}

/* Every order of pushing the same six items. */
static void
test_due__does_not_depend_on_who_was_delivered_first(void **state)
{
	struct kc_due items[6];
	int order[6] = {0, 1, 2, 3, 4, 5};
	int turn[6] = {0};
	int at = 0;

	(void)state;
	for (int i = 0; i < 6; i++)
		items[i] = (struct kc_due){.due_ms = 1000 * (i / 2),
		    .kind = KC_K_prededuct_expire,
		    .object = (uint32_t)i};
	while (at < 6) { /* Heap's permutations */
		struct kc_state st = {0};
		struct kc_case c[6];
		int with, held;

		kc_due_kinds(&st);
		memset(c, 0, sizeof(c));
		for (int i = 0; i < 6; i++) {
			struct kc_case *one = &c[i];

			one->state = KC_CS_RECTIFYING;
			assert_true(kc_vec_push(&st.cases, one));
		}
		for (int i = 0; i < 6; i++)
			assert_int_equal(
			    kc_due_push(&st, &items[order[i]]), KC_OK);
		for (int i = 0; i < 6; i++) {
			kc_due_settle(&st);
			assert_int_equal(st.due.v[0].object, i);
			c[i].state = KC_CS_EXPIRED;
		}
		kc_due_settle(&st);
		assert_int_equal(st.due.n, 0);
		kc_vec_free(&st.cases);
		kc_vec_free(&st.due);
		for (at = 0; at < 6 && turn[at] >= at; at++)
			turn[at] = 0;
		if (at == 6)
			break;
		with = at % 2 == 0 ? 0 : turn[at];
		turn[at]++;
		held = order[with];
		order[with] = order[at];
		order[at] = held;
	}
}

/* --- first things first --- */
static void
test_due__nothing_else_is_admitted_before(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	kit_at(&k, "2022-10-17", 23, 59);
	k.now_ms += 59999;
	kit_do(&k, KC_K_unit_rename, "P09.a", "unit=G17", "name=水利局");
	kit_at(&k, "2022-10-18", 0, 0);
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_unit_rename, "P09.a", "unit=G17",
	    "name=水务局");
	assert_string_equal(k.why.args[0], "prededuct.expire");
	assert_string_equal(k.why.args[1], "PD-2022-0001");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_unit_rename, "P09.a", "unit=G17", "name=水务局");
	kit_end(&k);
}

/* --- the clerk's text --- */
static void
text_of(const struct kit *k, struct kc_buf *b)
{
	struct kc_hash root = kc_frontier_root(&k->frontier);
	struct kc_due due;

	assert_true(kc_state_due(k->st, &due));
	assert_int_equal(
	    kc_state_due_text(k->st, &due, k->now_ms + 999, &root, b), KC_OK);
	(void)kc_buf_cstr(b);
	assert_int_equal(kc_buf_err(b), KC_OK);
}

static void
assert_holds(const struct kc_buf *b, const char *line)
{
	if (strstr(b->p, line) == NULL)
		fail_msg("no %s in %s", line, b->p);
}

/* "id <first 16 bytes of the hash of the lines>" */
static void
assert_id(const struct kc_buf *b, const char *lines)
{
	struct kc_hash h = kc_sha256(lines, strlen(lines));
	struct kc_buf want = {0};

	kc_buf_str(&want, "\nid ");
	kc_buf_hex(&want, h.b, KC_ID_SIZE);
	kc_buf_char(&want, '\n');
	assert_holds(b, kc_buf_cstr(&want));
	kc_buf_free(&want);
}

static void
test_text__of_an_expiry_is_the_same_every_time(void **state)
{
	struct kc_buf first = {0}, again = {0}, calendar = {0};
	const struct kc_hash *h;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	kit_at(&k, "2022-10-18", 0, 0);
	text_of(&k, &first);
	assert_holds(&first, "kaocheng/v1 entry prededuct.expire\n");
	assert_holds(&first, "\nat 2022-10-17T16:00:00Z\nseen 73 ");
	assert_holds(&first, "=\nby clerk\n");
	assert_holds(&first, "\ncase PD-2022-0001\ndue 2022-10-17\n");
	assert_id(&first,
	    "kaocheng/v1 due\n" KIT_ORIGIN "\nprededuct.expire\n"
	    "PD-2022-0001\n1\n");
	h = kc_calendar_hash(k.st, 2022);
	assert_non_null(h);
	kc_buf_str(&calendar, "\ncalendar sha256:");
	kc_buf_hex(&calendar, h->b, KC_HASH_SIZE);
	kc_buf_str(&calendar, "\n");
	assert_holds(&first, kc_buf_cstr(&calendar));
	text_of(&k, &again);
	assert_string_equal(first.p, again.p);
	/* a later wake: the same entry, at another second */
	kc_buf_reset(&again);
	k.now_ms += 5000;
	text_of(&k, &again);
	assert_holds(&again, "\nat 2022-10-17T16:00:05Z\n");
	assert_memory_equal(strstr(first.p, "\nid "), strstr(again.p, "\nid "),
	    strlen("\nid ") + 2 * KC_ID_SIZE + 1);
	kc_buf_free(&first);
	kc_buf_free(&again);
	kc_buf_free(&calendar);
	kit_free(&k);
}

static void
test_text__of_a_letter_names_the_unit(void **state)
{
	struct kc_buf b = {0};
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-20");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G17-K2", "unit=G17",
	    "unit=G16", "level=yellow", "rectify_by=2022-12-20", "fact=滞后",
	    "demand=整改");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	kit_on(&k, "2022-08-04");
	text_of(&k, &b);
	assert_holds(&b, "\nwarning W-2022-0001\nunit G17\ndue 2022-08-03\n");
	assert_id(&b,
	    "kaocheng/v1 due\n" KIT_ORIGIN "\nwarning.overdue\n"
	    "W-2022-0001 G17\n1\n");
	assert_int_equal(kit_clerk(&k), 2); /* two ids for one letter */
	kc_buf_free(&b);
	kit_free(&k);
}

static void
test_text__a_new_last_day_is_a_new_entry(void **state)
{
	struct kc_buf b = {0};
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	kit_do(&k, KC_K_extension_request, "G16.head", "case=PD-2022-0001",
	    "reason=汛期");
	kit_do(&k, KC_K_extension_grant, "G02.a P09.a", "case=PD-2022-0001",
	    "reason=同意");
	kit_on(&k, "2022-11-16");
	text_of(&k, &b);
	assert_holds(&b, "\ndue 2022-11-15\n");
	assert_id(&b,
	    "kaocheng/v1 due\n" KIT_ORIGIN "\nprededuct.expire\n"
	    "PD-2022-0001\n2\n");
	kc_buf_free(&b);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_due__expiries_stand_in_the_order_of_their_last_days),
	    cmocka_unit_test(test_due__one_day_in_the_order_of_the_cases),
	    cmocka_unit_test(
		test_due__does_not_depend_on_who_was_delivered_first),
	    cmocka_unit_test(test_due__nothing_else_is_admitted_before),
	    cmocka_unit_test(test_text__of_an_expiry_is_the_same_every_time),
	    cmocka_unit_test(test_text__of_a_letter_names_the_unit),
	    cmocka_unit_test(test_text__a_new_last_day_is_a_new_entry),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
