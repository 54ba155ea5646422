/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What assessing units of the demonstration find of nodes that were reported:
 * of all that is behind at the half year, of the points of the third quarter,
 * and at the end of what the letters were about. One report was false.
 */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

static void
verify(struct demo *d, size_t u, const struct demo_target *t, unsigned part,
    unsigned quarter)
{
	int actual = demo_actual(d, u, t->code, quarter);
	int planned = demo_planned(t->code, quarter);
	bool behind = planned - actual >= DEMO_BEHIND_BP;
	bool false_ = demo_reported(d, u, t->code, quarter) != actual;
	char actor[32], node[48];

	snprintf(actor, sizeof(actor), "%s.assessor", t->assessor);
	snprintf(node, sizeof(node), "%.24s-%u.Q%u", t->code, part, quarter);
	demo_begin(d, KC_K_progress_verify);
	demo_by(d, actor);
	demo_set(d, F(progress_verify, node), node);
	demo_set(
	    d, F(progress_verify, finding), behind ? "behind" : "on-schedule");
	if (false_) {
		demo_number(d, F(progress_verify, actual), actual);
		demo_set(
		    d, F(progress_verify, reason), "现场核查，所报数据失实");
	}
	if (behind)
		demo_evidence(d, F(progress_verify, evidence), node);
	demo_set(d, F(progress_verify, text),
	    false_       ? "未达序时进度，与所报不符"
		: behind ? "未达序时进度，情况属实"
		: actual * 100 < planned * 95 ? "总体达到序时进度，略缓"
		: quarter < 4                 ? "达到序时进度"
					      : "已全部落实到位");
	demo_post(d, NULL);
}

void
demo_verify_target(
    struct demo *d, size_t u, const struct demo_target *t, unsigned quarter)
{
	for (unsigned part = 1; part <= demo_parts(t); part++)
		verify(d, u, t, part, quarter);
}
