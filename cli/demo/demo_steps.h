/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the demonstration's year: the schedule and what its parts share. */
#ifndef KC_DEMO_STEPS_H
#define KC_DEMO_STEPS_H

#include "demo.h"

#define F(kind, field) KC_F_##kind##_##field

/* Lays a step on the schedule; steps of one minute keep their order. */
void demo_at(kc_day day, int hour, int minute,
    void (*run)(struct demo *, unsigned), unsigned i);
/* All steps of case i (demo_case.c). */
void demo_plan_case(struct demo *d, unsigned i);
/* Those that --disputes asks for (demo_dispute.c). */
void demo_plan_disputes(struct demo *d);
/* Tasks of all targets (demo_work.c). */
void demo_plan_work(void);
/* The target that a case is about. */
void demo_target_of(const struct demo_case *c, struct demo_target *out);
void demo_head_of(size_t unit, char out[32]);
void demo_set_quarter(struct demo *d, unsigned field, int quarter);

#endif
