/* SPDX-License-Identifier: Apache-2.0 */
/* The lists that are made of tasks: the personal task list and the quarterly
 * progress list. */
#include "view.h"

#include "noun/cadre/cadre.h"

#include <kaocheng/arith.h>

static void
write_percent(struct kc_vx *x, const char *key, int64_t bp)
{
	struct kc_buf text = {0};

	kc_buf_percent(&text, bp);
	kc_vx_buf(x, key, &text);
	kc_buf_free(&text);
}

static void
write_cadre(struct kc_vx *x, const char *key, uint32_t cadre)
{
	kc_vx_str(
	    x, key, cadre != KC_NONE ? x->st->cadres.v[cadre]->code : NULL);
}

void
kc_task_facts(struct kc_vx *x, const struct kc_task *k)
{
	const struct kc_target *t = kc_task_target(x->st, k->index);

	kc_vx_str(x, "task", k->code);
	kc_vx_str(x, "target", t->code);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_str(x, "division", k->division);
	write_cadre(x, "lead", k->lead);
	write_cadre(x, "assist", k->assist);
	kc_vx_actor(x, "handler", k->handler);
	kc_vx_day(x, "since", k->since);
	write_percent(x, "share", k->share_bp);
	kc_vx_i64(x, "share_bp", k->share_bp);
	kc_vx_str(x, "title", k->title);
}

static void
task_row(struct kc_vx *x, const struct kc_target *t, const struct kc_task *k)
{
	(void)t;
	if (kc_vx_passes(x))
		return;
	kc_vx_row(x);
	kc_task_facts(x, k);
	kc_vx_begun(x, &k->events);
	kc_vx_end(x);
}

void
kc_each_task(struct kc_vx *x,
    void (*row)(
	struct kc_vx *, const struct kc_target *, const struct kc_task *))
{
	const struct kc_u32s *of = x->unit != NULL ? &x->unit->targets : NULL;
	uint32_t n = of != NULL ? of->n : x->st->targets.n;

	for (uint32_t i = 0; i < n; i++) {
		const struct kc_target *t =
		    x->st->targets.v[of != NULL ? of->v[i] : i];

		/* What is withdrawn is nobody's task any more. */
		if ((x->cycle != NULL && t->year != x->year) ||
		    t->state == KC_TS_WITHDRAWN ||
		    !kc_vx_sees(x, t->unit, t->index))
			continue;
		for (uint32_t j = 0; j < t->tasks.n; j++)
			row(x, t, x->st->tasks.v[t->tasks.v[j]]);
	}
}

enum kc_err
kc_render_tasks(struct kc_vx *x)
{
	kc_vx_rows(x);
	kc_each_task(x, task_row);
	return KC_OK;
}
