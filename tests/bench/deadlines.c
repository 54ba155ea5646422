/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of `make bench` about last days: a thousand open, and a hundred
 * thousand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include <kaocheng/feed.h>

#include "scalekit.h"
#include "view/plan_int.h"

#define WAKES 1000

/* A full run, or by that percent of every number. */
static uint32_t percent = 100;

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double
plan(const struct kit *k, struct kc_plan_mark *mark)
{
	const struct kc_plan_ask ask = {.mark = mark};
	double from = cpu_ns();
	struct kc_plan p;

	assert_int_equal(kc_plan_make(&p, k->st, k->now_ms, &ask), KC_OK);
	kc_plan_free(&p);
	return cpu_ns() - from;
}

static double
list(const struct kit *k)
{
	const struct kc_view *view = kc_view_find(KC_LIT("deadlines"));
	const struct kc_view_args args = {.unit = KC_LIT("G16")};
	const struct kc_view_source src = {.state = k->st, .now_ms = k->now_ms};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	double from = cpu_ns();

	assert_int_equal(kc_view_render(view, &src, &args, &out, &why), KC_OK);
	from = cpu_ns() - from;
	kc_buf_free(&out);
	return from;
}

static void
line(const char *name, const char *size, double value, const char *unit)
{
	printf("%s_%s %.2f %s\n", name, size, value, unit);
}

static void
measure(uint32_t full, const char *size)
{
	uint32_t open = full * percent / 100;
	struct kc_plan_mark mark = {0};
	static struct kit k;
	double ns = 0;

	scale_init(&k, open, 0);
	kit_at(&k, "2022-10-10", 9, 0);
	line("deadline_plan_whole_ms", size, plan(&k, &mark) / 1e6, "ms");
	for (int i = 0; i < WAKES; i++) {
		k.now_ms += 60000;
		ns += plan(&k, &mark);
	}
	line("deadline_wake_ns", size, ns / WAKES, "ns");
	ns = 0;
	for (int i = 0; i < WAKES; i++)
		ns += list(&k);
	line("deadline_list_unit_ns", size, ns / WAKES, "ns");
	ns = cpu_ns();
	case_calendar(&k, 2024);
	line("deadline_arm_ns", size, (cpu_ns() - ns) / open, "ns");
	kit_free(&k);
}

static double
feed(const struct kit *k)
{
	const struct kc_feed_ask ask = {.actor = KC_LIT("G17.head"),
	    .now_ms = k->now_ms,
	    .lang = KC_LANG_EN};
	struct kc_buf out = {0};
	double from = cpu_ns();

	assert_int_equal(kc_feed_render(&out, k->st, &ask), KC_OK);
	from = cpu_ns() - from;
	kc_buf_free(&out);
	return from;
}

static double
outage(struct kit *k, const char *from, const char *to, const char *until)
{
	double ns = cpu_ns();

	kit_do(k, KC_K_deadline_move, "P09.a ops", kit_field("from", from),
	    kit_field("to", to), kit_field("until", until), EVIDENCE,
	    "reason=x");
	return cpu_ns() - ns;
}

/* Two that are open among many that ended: by what is kept of them, and by
 * asking every one, as a replay does. */
static void
measure_ended(uint32_t full, const char *size)
{
	uint32_t ended = full * percent / 100;
	static struct kit k;

	scale_init(&k, 0, ended);
	kit_at(&k, "2022-11-07", 9, 0);
	line("deadline_feed_us", size, feed(&k) / 1e3, "us");
	kc_open_free(&k.st->open);
	line("deadline_feed_scan_us", size, feed(&k) / 1e3, "us");
	assert_true(kc_state_keep_deadlines(k.st));
	kit_free(&k);
	scale_init(&k, 0, ended);
	kit_at(&k, "2022-10-20", 9, 0);
	line("deadline_move_us", size,
	    outage(&k, "2022-10-20", "2022-10-20", "2022-10-21") / 1e3, "us");
	kit_at(&k, "2022-10-21", 9, 0);
	kc_open_free(&k.st->open);
	line("deadline_move_scan_us", size,
	    outage(&k, "2022-10-21", "2022-10-21", "2022-10-24") / 1e3, "us");
	assert_true(kc_state_keep_deadlines(k.st));
	kit_free(&k);
}

/* deadlines [PERCENT] */
int
main(int argc, char **argv)
{
	if (argc > 1)
		percent = (uint32_t)strtoul(argv[1], NULL, 10);
	measure(1000, "1k");
	measure(100000, "100k");
	measure_ended(1000, "1k_ended");
	measure_ended(100000, "100k_ended");
	return 0;
}
