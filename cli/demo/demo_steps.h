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
/* Dynamic work (demo_dynamic.c): when it is added, the target that it is for a
 * unit (false: the unit has none), and all targets of a unit by that day. */
#define DEMO_DYNAMICS 3
void demo_plan_dynamic(void);
kc_day demo_dynamic_day(unsigned i);
bool demo_dynamic_target(size_t u, unsigned i, struct demo_target *t);
size_t
demo_targets_by(size_t u, kc_day day, struct demo_target out[DEMO_TARGETS_MAX]);
/* Done by the end of the year, in basis points (demo_year.c). */
int demo_completion(size_t u, const char *target);
/* Tasks of all targets (demo_work.c): how many a target has, and what is
 * planned by the end of a quarter, in basis points. */
void demo_plan_work(void);
unsigned demo_parts(const struct demo_target *t);
int demo_planned(const char *target, unsigned quarter);
/* Progress of all nodes (demo_progress.c): what is done by the end of a
 * quarter; the case that says a target is behind (NULL: none); the day on
 * which a unit reports, or (quarter 0) files its tasks. */
void demo_plan_reports(void);
int demo_actual(
    const struct demo *d, size_t u, const char *target, unsigned quarter);
/* What the unit says is done: once something else. */
int demo_reported(
    const struct demo *d, size_t u, const char *target, unsigned quarter);
/* The assessing unit verifies all nodes of a quarter (demo_verify.c). */
void demo_verify_target(
    struct demo *d, size_t u, const struct demo_target *t, unsigned quarter);
#define DEMO_BEHIND_BP 1500 /* fifteen points, as pd.behind_points has it */
const struct demo_case *demo_behind(
    const struct demo *d, size_t u, const char *target, unsigned quarter);
kc_day demo_report_day(const struct demo *d, size_t u, unsigned quarter);
/* Lays run(day) on every day on which one does. */
void demo_plan_days(unsigned quarter, void (*run)(struct demo *, unsigned));
/* Both rounds (demo_round.c): the day on which the sweep comes to a unit. */
void demo_plan_rounds(void);
kc_day demo_sweep_day(const struct demo *d, size_t u);
/* The opinion that a target is behind, fed back; "": there is none. */
const char *demo_opinion(size_t u, const char *target, unsigned quarter);
/* Claims of bonuses (demo_bonus.c). */
void demo_plan_bonus(void);
/* Events of the negative list (demo_negative.c). */
void demo_plan_negative(void);
/* Ballots (demo_panel.c), and how the year ends (demo_yearend.c). */
void demo_plan_panels(void);
void demo_plan_yearend(void);
/* The target that a case is about. */
void demo_target_of(const struct demo_case *c, struct demo_target *out);
void demo_head_of(size_t unit, char out[32]);
void demo_set_quarter(struct demo *d, unsigned field, int quarter);

#endif
