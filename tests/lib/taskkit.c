/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks for tests of the rules. */
#include "taskkit.h"

#include <stdio.h>

void
task_fields(const struct task_row *r, const char *out[TASK_FIELDS + 1])
{
	static const char *const planned[] = {
	    "q1=2500", "q2=5000", "q3=7500", "q4=10000"};
	static const char *const results[] = {"q1_result=方案印发",
	    "q2_result=主体开工", "q3_result=主体完工", "q4_result=验收"};
	unsigned n = 0;

	out[n++] = r->target;
	out[n++] = r->task;
	out[n++] = "title=工程建设";
	out[n++] = r->share != NULL ? r->share : "share=10000";
	out[n++] = "division=规划处";
	if (r->lead != NULL)
		out[n++] = r->lead;
	for (unsigned q = 0; q < KC_QUARTERS; q++) {
		out[n++] = r->q[q] != NULL ? r->q[q] : planned[q];
		out[n++] = results[q];
	}
	for (unsigned i = 0; i < 2 && r->more[i] != NULL; i++)
		out[n++] = r->more[i];
	out[n] = NULL;
}

void
task_split(struct kit *k, const struct task_row *r)
{
	const char *fields[TASK_FIELDS + 1];

	task_fields(r, fields);
	kit_do_v(k, KC_K_task_split, r->by != NULL ? r->by : "G17.liaison",
	    fields, __FILE__, __LINE__);
}

void
task_city(struct kit *k, const char *from, const char *to)
{
	static const int years[] = {2022, 2023, 0};

	case_city(k, from, to, years);
	kit_do(k, KC_K_cadre_register, "org", "cadre=C1", "unit=G17",
	    "city_managed=yes");
	kit_on(k, "2022-03-31");
	case_list(k, "G17", 2022, "C1");
}

void
task_checked(struct kit *k, const char *unit, const char *lead)
{
	char target[32], task[32], node[32], head[32];
	struct task_row r = {
	    .by = head, .target = target, .task = task, .lead = lead};

	(void)snprintf(target, sizeof(target), "target=%s-K1", unit);
	(void)snprintf(task, sizeof(task), "task=%s-T", unit);
	(void)snprintf(head, sizeof(head), "%s.head", unit);
	task_split(k, &r);
	kit_do(k, KC_K_plan_file, head, target);
	for (int q = 1; q <= 2; q++) {
		(void)snprintf(node, sizeof(node), "node=%s-T.Q%d", unit, q);
		kit_do(k, KC_K_progress_report, head, node, "actual=2400",
		    "report=已开工");
	}
	kit_do(k, KC_K_data_check, "stats", target, "quarter=2022-Q1",
	    "reported=96.0000", "value=62.0000", "measure=%",
	    "provider=省统计局", "agrees=no", EVIDENCE, "text=不符");
}
