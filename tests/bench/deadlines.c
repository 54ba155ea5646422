/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of `make bench` about last days: a thousand open, and a hundred
 * thousand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "scalekit.h"
#include "view/plan_int.h"

#define WAKES 1000

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
measure(uint32_t open, const char *size)
{
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

int
main(void)
{
	measure(1000, "1k");
	measure(100000, "100k");
	return 0;
}
