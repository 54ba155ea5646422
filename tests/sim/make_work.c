/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about tasks: split, filed, returned, and their progress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/target/target.h"
#include "noun/task/task.h"
#include "sim.h"

/* Half of the target, so that two tasks make up the whole. */
static void
split(struct sim *s, struct statement *st, const struct kc_target *t)
{
	static const char *const planned[4] = {"2500", "5000", "7500", "10000"};
	char task[64], field[16];

	(void)snprintf(
	    task, sizeof(task), "%s-%u", t->code, (unsigned)s->k.st->tasks.n);
	sim_add(st, "target", t->code);
	sim_add(st, "task", task);
	sim_add(st, "title", "x");
	sim_add(st, "share", sim_chance(s, 90) ? "5000" : "10000");
	sim_add(st, "division", "x");
	if (t->lead == KC_NONE)
		sim_add(st, "lead",
		    strcmp(s->k.st->units.v[t->unit]->code, "G16") == 0 ? "C8"
									: "C9");
	for (int q = 0; q < 4; q++) {
		(void)snprintf(field, sizeof(field), "q%d", q + 1);
		sim_add(st, field, planned[q]);
		(void)snprintf(field, sizeof(field), "q%d_result", q + 1);
		sim_add(st, field, "x");
	}
}

static void
report(struct sim *s, struct statement *st, const struct kc_target *t)
{
	const struct kc_state *now = s->k.st;
	const struct kc_node *n = now->nodes.v[sim_random(s, now->nodes.n)];
	char actual[24];

	/* Of the target at hand, and of a quarter that has begun. */
	for (int i = 0;
	     i < 16 && (kc_node_target(now, n->index) != t || n->quarter > 1);
	     i++)
		n = now->nodes.v[sim_random(s, now->nodes.n)];

	(void)snprintf(actual, sizeof(actual), "%llu",
	    (unsigned long long)sim_random(s, 10001));
	sim_add(st, "node", n->code);
	sim_add(st, "actual", actual);
	sim_add(st, "report", "x");
}

/* One that may be split and filed still; NULL: none was found. */
static const struct kc_target *
active(struct sim *s)
{
	const struct kc_state *now = s->k.st;

	for (int i = 0; now->targets.n > 0 && i < 8; i++) {
		const struct kc_target *t =
		    now->targets.v[sim_random(s, now->targets.n)];

		if (t->state == KC_TS_ACTIVE)
			return t;
	}
	return NULL;
}

bool
sim_work(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_target *t;
	char head[64];

	if (now->epoch < 2 || !sim_chance(s, 6))
		return false;
	t = active(s);
	if (t == NULL)
		return false;
	(void)snprintf(
	    head, sizeof(head), "%s.head", now->units.v[t->unit]->code);
	if (kc_plan_state(t) == KC_PL_FILED && sim_chance(s, 25)) {
		sim_begin(st, KC_K_plan_return, "P09.a");
		sim_add(st, "target", t->code);
		sim_add(st, "reason", "x");
	} else if (kc_plan_state(t) == KC_PL_FILED) {
		sim_begin(st, KC_K_progress_report, head);
		report(s, st, t);
	} else if (kc_tasks_share(now, t) == KC_FULL_BP) {
		sim_begin(st, KC_K_plan_file, head);
		sim_add(st, "target", t->code);
	} else {
		sim_begin(st, KC_K_task_split, head);
		split(s, st, t);
	}
	return true;
}
