/* SPDX-License-Identifier: Apache-2.0 */
/* Signed statements for the bench, made beforehand. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define F(kind, field) KC_F_##kind##_##field

static void
sink(struct demo *d, struct kc_slice note)
{
	struct bench_gen *g = d->sink_ctx;

	g->take(g->ctx, note, d->now_ms);
}

struct bench_gen *
bench_gen_new(struct kc_cli *cli)
{
	struct bench_gen *g = calloc(1, sizeof(*g));
	struct demo_target t[DEMO_TARGETS_MAX];

	if (g == NULL)
		return NULL;
	g->d.cli = cli;
	g->d.quiet = true;
	g->d.files_no_tasks = true;
	g->d.sink = sink;
	g->d.sink_ctx = g;
	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = strcmp(demo_units[u].code, BENCH_STILL) == 0
		    ? 0
		    : demo_unit_targets(u, t);

		for (size_t i = 0; i < n; i++)
			if (t[i].indicator[0] != '\0')
				memcpy(g->indicators[g->nindicators++],
				    t[i].indicator, sizeof(t[i].indicator));
	}
	return g;
}

void
bench_gen_free(struct bench_gen *g)
{
	if (g == NULL)
		return;
	kc_buf_free(&g->d.batch);
	kc_buf_free(&g->d.values);
	free(g);
}

static void
figures(struct bench_gen *g, unsigned indicator, unsigned quarter, uint64_t i)
{
	struct demo *d = &g->d;
	char text[16];

	demo_set(d, F(indicator_report, indicator), g->indicators[indicator]);
	snprintf(text, sizeof(text), "2022-Q%u", quarter);
	demo_set(d, F(indicator_report, quarter), text);
	demo_points(d, F(indicator_report, value), (int64_t)(i % 1000000));
	demo_number(d, F(indicator_report, rank), (int64_t)(i % 13) + 1);
	demo_number(d, F(indicator_report, last_rank), 7);
}

void
bench_found(struct bench_gen *g)
{
	demo_found(&g->d);
	demo_targets(&g->d);
	demo_clock(&g->d, kc_day_from_civil(DEMO_YEAR + 1, 1, 10), 9, 0);
	demo_calendar_2023(&g->d);
	demo_begin(&g->d, KC_K_cycle_open);
	demo_by(&g->d, "P09.estab");
	demo_number(&g->d, F(cycle_open, year), DEMO_YEAR + 1);
	demo_post(&g->d, NULL);
	for (unsigned i = 0; i < g->nindicators; i++) {
		for (unsigned q = 1; q <= 4; q++) {
			demo_begin(&g->d, KC_K_indicator_report);
			demo_by(&g->d, "G28.stats");
			figures(g, i, q, i);
			demo_post(&g->d, NULL);
		}
	}
}

void
bench_correction(struct bench_gen *g)
{
	uint64_t i = g->mixed++;

	demo_begin(&g->d, KC_K_indicator_correct);
	demo_by(&g->d, "G28.stats");
	figures(
	    g, (unsigned)(i % g->nindicators), (unsigned)(i / 7 % 4) + 1, i);
	demo_set(&g->d, F(indicator_correct, reason),
	    "省统计局核定数与初步数不一致，按核定数更正");
	demo_post(&g->d, NULL);
}

/* A target that a unit's head puts forward goes through its reviews. */
static void
chain_step(struct bench_gen *g)
{
	uint64_t number = g->chain / 5;
	size_t u = number % demo_nunits;
	const char *unit =
	    demo_units[strcmp(demo_units[u].code, BENCH_STILL) == 0 ? 0 : u]
		.code;
	struct demo *d = &g->d;
	char code[40], head[32], duty[32];

	snprintf(code, sizeof(code), "%s-2023-B%llu", unit,
	    (unsigned long long)number);
	snprintf(head, sizeof(head), "%s.head", unit);
	switch (g->chain++ % 5) {
	case 0:
		snprintf(duty, sizeof(duty), "%s-D1", unit);
		demo_begin(d, KC_K_target_draft);
		demo_by(d, head);
		demo_set(d, F(target_draft, unit), unit);
		demo_number(d, F(target_draft, year), DEMO_YEAR + 1);
		demo_set(d, F(target_draft, class), "routine");
		demo_set(d, F(target_draft, source), "work-plan");
		demo_set(d, F(target_draft, duty), duty);
		demo_set(d, F(target_draft, weight), "5.0000");
		demo_set(d, F(target_draft, assessor),
		    strcmp(unit, "P11") == 0 ? "P02" : "P11");
		demo_set(d, F(target_draft, title),
		    "完善内部绩效管理制度，按季度通报重点任务进展");
		break;
	case 1:
		demo_begin(d, KC_K_target_submit);
		demo_by(d, head);
		break;
	case 2:
		demo_begin(d, KC_K_target_approve_first);
		demo_by(d, "P09.estab");
		break;
	case 3:
		demo_begin(d, KC_K_target_approve_second);
		demo_by(d, "P02.office");
		demo_by(d, "G01.office");
		break;
	case 4:
		demo_begin(d, KC_K_target_read);
		demo_by(d, "leader.1");
		break;
	}
	demo_set(d, 0, code); /* `target` is the first field of all five */
	demo_post(d, NULL);
}

void
bench_mixed(struct bench_gen *g)
{
	if (g->chain > g->mixed)
		bench_correction(g);
	else
		chain_step(g);
}
