/* SPDX-License-Identifier: Apache-2.0 */
/* What last days cost, counted in steps: by what is done, not by how many
 * there are. */
#include <kaocheng/feed.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "scalekit.h"
#include "view/plan_int.h"

static const uint32_t sizes[] = {1000, 10000, 100000};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* Steps of the queue and of the order of last days so far. */
static uint64_t
steps(const struct kit *k)
{
	return k->st->due_steps + k->st->open.order.steps;
}

/* A hundred times as many: not twice the steps. log2 of them is 1.7 times. */
static void
grows_little(const char *what, const uint64_t n[SIZES])
{
	print_message("# %s: %llu, %llu, %llu steps\n", what,
	    (unsigned long long)n[0], (unsigned long long)n[1],
	    (unsigned long long)n[2]);
	assert_true(n[0] > 0);
	assert_in_range(n[SIZES - 1], 1, 2 * n[0] + 100);
}

static uint64_t
steps_of(struct kit *k, void (*act)(struct kit *k))
{
	uint64_t before = steps(k);

	act(k);
	return steps(k) - before;
}

static void
arm(struct kit *k)
{
	struct kc_case *c =
	    case_decide_half(k, NULL, "G16", "G16-R1", "0.3000");

	case_confirm(k, c);
	case_deliver(k, c);
}

static void
wake(struct kit *k)
{
	struct kc_due due;

	kit_on(k, "2022-10-21");
	assert_true(kc_state_due(k->st, &due));
	assert_int_equal(kit_clerk(k), 3);
}

static void
adopt(struct kit *k)
{
	case_calendar(k, 2024);
}

static uint64_t
steps_of_list(const struct kit *k, const char *unit)
{
	const struct kc_view_args args = {0};
	struct kc_vx x = {.st = k->st, .args = &args, .scope = KC_SEES_ALL};
	struct kc_deadlines all = {0};

	x.unit = k->st->units.v[kc_find(k->st, KC_NS_UNIT, kc_slice_str(unit))];
	assert_true(kc_deadlines_collect(&x, &all));
	assert_int_equal(all.n, 2); /* to rectify, and to plan it */
	kc_vec_free(&all);
	return x.steps;
}

/* On the day of a stage of three cases, after a plan that looked at all. */
static uint64_t
steps_of_plan(struct kit *k)
{
	struct kc_plan_mark mark = {0};
	const struct kc_plan_ask ask = {.mark = &mark};
	struct kc_plan p;
	uint64_t n;

	kit_at(k, "2022-10-10", 9, 0);
	assert_int_equal(kc_plan_make(&p, k->st, k->now_ms, &ask), KC_OK);
	assert_true(p.steps > k->st->cases.n);
	kc_plan_free(&p);
	kit_at(k, "2022-10-11", 9, 0);
	assert_int_equal(kc_plan_make(&p, k->st, k->now_ms, &ask), KC_OK);
	assert_true(p.nnotices >= 4);
	n = p.steps;
	kc_plan_free(&p);
	return n;
}

static void
test_scale__of_open_last_days(void **state)
{
	uint64_t arming[SIZES], listing[SIZES], planning[SIZES], waking[SIZES];
	struct kit k;

	(void)state;
	for (unsigned i = 0; i < SIZES; i++) {
		scale_init(&k, sizes[i], 0);
		listing[i] = steps_of_list(&k, "G16");
		arming[i] = steps_of(&k, arm);
		planning[i] = steps_of_plan(&k);
		waking[i] = steps_of(&k, wake);
		kit_free(&k);
	}
	grows_little("arming one", arming);
	grows_little("listing two", listing);
	grows_little("planning for three", planning);
	grows_little("waking for three", waking);
}

static void
test_scale__a_calendar_looks_at_what_is_open_alone(void **state)
{
	uint64_t ended[SIZES], open[SIZES];
	struct kit k;

	(void)state;
	for (unsigned i = 0; i < SIZES; i++) {
		scale_init(&k, 10, sizes[i]);
		ended[i] = steps_of(&k, adopt);
		kit_free(&k);
		scale_init(&k, sizes[i], 0);
		open[i] = steps_of(&k, adopt) / sizes[i];
		kit_free(&k);
	}
	grows_little("a calendar, most have ended", ended);
	grows_little("a calendar, for each that is open", open);
}

/* An outage of the day on which two of all have a last day. */
static void
move(struct kit *k)
{
	kit_on(k, "2022-10-20");
	kit_do(k, KC_K_deadline_move, "P09.a ops", "from=2022-10-20",
	    "to=2022-10-20", "until=2022-10-21", EVIDENCE, "reason=x");
}

static void
test_scale__an_outage_looks_at_what_it_can_touch(void **state)
{
	uint64_t ended[SIZES], open[SIZES];
	struct kit k;

	(void)state;
	for (unsigned i = 0; i < SIZES; i++) {
		scale_init(&k, 10, sizes[i]);
		ended[i] = steps_of(&k, move);
		assert_int_equal(
		    k.st->cases.v[0]->due, kc_day_from_civil(2022, 10, 21));
		kit_free(&k);
		scale_init(&k, sizes[i], 0);
		open[i] = steps_of(&k, move);
		kit_free(&k);
	}
	grows_little("an outage, most have ended", ended);
	grows_little("an outage, most are open", open);
}

static uint64_t
steps_of_feed(struct kit *k, const char *day, unsigned events)
{
	struct kc_buf out = {0};
	uint64_t steps = 0;
	unsigned n = 0;
	const char *at;
	struct kc_feed_ask ask = {
	    .actor = KC_LIT("G17.head"), .lang = KC_LANG_EN, .steps = &steps};

	kit_on(k, day);
	ask.now_ms = k->now_ms;
	assert_int_equal(kc_feed_render(&out, k->st, &ask), KC_OK);
	for (at = kc_buf_cstr(&out); (at = strstr(at, "\nUID:")) != NULL; at++)
		n++;
	assert_int_equal(n, events);
	kc_buf_free(&out);
	return steps;
}

/* While all that expired is told of, all is looked at: its last days to rectify
 * and to plan. */
static void
test_scale__a_feed_looks_at_what_is_open_or_ended_of_late(void **state)
{
	uint64_t feed[SIZES];
	struct kit k;

	(void)state;
	for (unsigned i = 0; i < SIZES; i++) {
		scale_init(&k, 0, sizes[i]);
		assert_true(steps_of_feed(&k, "2022-10-20", 2 + 2 * sizes[i]) >
		    sizes[i]);
		feed[i] = steps_of_feed(&k, "2022-10-25", 2);
		kit_free(&k);
	}
	grows_little("a feed, most ended long ago", feed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_scale__of_open_last_days),
	    cmocka_unit_test(
		test_scale__a_calendar_looks_at_what_is_open_alone),
	    cmocka_unit_test(test_scale__an_outage_looks_at_what_it_can_touch),
	    cmocka_unit_test(
		test_scale__a_feed_looks_at_what_is_open_or_ended_of_late),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
