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
	char task[64], field[24];

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

/* Of the target at hand: of a quarter that has begun, or one that is reported
 * if there is. */
static const struct kc_node *
some_node(struct sim *s, const struct kc_target *t, bool reported)
{
	const struct kc_state *now = s->k.st;
	const struct kc_task *k =
	    now->tasks.v[t->tasks.v[sim_random(s, t->tasks.n)]];
	const struct kc_node *n = now->nodes.v[k->node + sim_random(s, 2)];

	for (unsigned q = 0; reported && q < KC_QUARTERS; q++)
		if (now->nodes.v[k->node + q]->reported_bp >= 0)
			n = now->nodes.v[k->node + q];
	return n;
}

static void
add_bp(struct sim *s, struct statement *st, const char *field)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu",
	    (unsigned long long)sim_random(s, 10001));
	sim_add(st, field, text);
}

static void
report(struct sim *s, struct statement *st, const struct kc_target *t)
{
	sim_add(st, "node", some_node(s, t, false)->code);
	add_bp(s, st, "actual");
	sim_add(st, "report", "x");
}

/* By the assessing unit, or by the office, which seldom may. */
static void
verify(struct sim *s, struct statement *st, const struct kc_target *t)
{
	static const char *const findings[] = {
	    "on-schedule", "behind", "off-direction"};

	sim_begin(
	    st, KC_K_progress_verify, sim_chance(s, 80) ? "G02.a" : "P09.a");
	sim_add(st, "node", some_node(s, t, true)->code);
	sim_add(st, "finding", findings[sim_random(s, 3)]);
	if (sim_chance(s, 50)) {
		add_bp(s, st, "actual");
		sim_add(st, "evidence", &EVIDENCE[9]);
		sim_add(st, "reason", "x");
	}
	sim_add(st, "text", "x");
}

/* From outside: data of a third party, or a visit; of a node or the whole. */
static void
look(struct sim *s, struct statement *st, const struct kc_target *t)
{
	bool data = sim_chance(s, 50), node = sim_chance(s, 50);

	sim_begin(st, data ? KC_K_data_check : KC_K_site_visit,
	    data ? "stats" : "P09.a");
	sim_add(st, "target", t->code);
	if (data)
		sim_add(st, "quarter", "2022-Q1");
	if (node)
		sim_add(st, "node", some_node(s, t, data)->code);
	if (data) {
		sim_add(st, "reported", "85.0000");
		sim_add(st, "value", sim_chance(s, 50) ? "85.0000" : "62.0000");
		sim_add(st, "provider", "x");
		sim_add(st, "agrees", sim_chance(s, 50) ? "yes" : "no");
	} else {
		sim_add(st, "on", sim_day(s, -(int)sim_random(s, 10)));
		sim_add(st, "where", "x");
		sim_add(st, "finding", "behind");
	}
	sim_add(st, "evidence", &EVIDENCE[9]);
	sim_add(st, "text", "x");
}

/* One of its tasks, whoever answers for it; or it has that one no more. */
static void
reassign(struct sim *s, struct statement *st, const struct kc_target *t,
    const char *head, bool drop)
{
	const struct kc_state *now = s->k.st;
	const struct kc_task *k =
	    now->tasks.v[t->tasks.v[sim_random(s, t->tasks.n)]];
	char division[16];

	sim_begin(st, drop ? KC_K_task_drop : KC_K_task_assign, head);
	sim_add(st, "task", k->code);
	if (!drop) {
		(void)snprintf(division, sizeof(division), "x%u",
		    (unsigned)sim_random(s, 3));
		sim_add(st, "division", division);
		if (k->lead != KC_NONE)
			sim_add(st, "lead", now->cadres.v[k->lead]->code);
		sim_add(st, "from", sim_day(s, 0));
	}
	sim_add(st, "reason", "x");
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

/* At this very instant. What is said again in a supposition stands behind all
 * else of its instant: of two about one thing the order would be another. */
static bool
is_touched(const struct sim *s, const struct kc_events *ev)
{
	return ev->n > 0 && ev->v[ev->n - 1].received_ms == s->k.now_ms;
}

static bool
any_touched(const struct sim *s, const struct kc_target *t)
{
	const struct kc_state *now = s->k.st;

	for (uint32_t i = 0; i < t->tasks.n; i++) {
		const struct kc_task *k = now->tasks.v[t->tasks.v[i]];

		if (is_touched(s, &k->events))
			return true;
		for (unsigned q = 0; q < KC_QUARTERS; q++)
			if (is_touched(s, &now->nodes.v[k->node + q]->events))
				return true;
	}
	return is_touched(s, &t->events);
}

bool
sim_work(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_target *t;
	char head[64];

	if (now->epoch < 2 || !sim_chance(s, 8))
		return false;
	t = active(s);
	if (t == NULL || any_touched(s, t))
		return false;
	(void)snprintf(
	    head, sizeof(head), "%s.head", now->units.v[t->unit]->code);
	if (kc_plan_state(t) == KC_PL_FILED && sim_chance(s, 15)) {
		sim_begin(st, KC_K_plan_return, "P09.a");
		sim_add(st, "target", t->code);
		sim_add(st, "reason", "x");
	} else if (t->tasks.n > 0 && sim_chance(s, 15)) {
		reassign(s, st, t, head,
		    kc_plan_state(t) != KC_PL_FILED && sim_chance(s, 30));
	} else if (t->tasks.n > 0 && sim_chance(s, 12)) {
		look(s, st, t);
	} else if (kc_plan_state(t) == KC_PL_FILED && sim_chance(s, 40)) {
		verify(s, st, t);
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
