/* SPDX-License-Identifier: Apache-2.0 */
/* The year at a glance: what the parts of it share. */
#ifndef KC_GLANCE_H
#define KC_GLANCE_H

#include "item.h"

struct kc_glance {
	struct kc_items t;
	struct kc_deadlines days; /* open ones that the reader sees */
};

/* Parts, each of one user. A row is left out where the reader does not see
 * the list that it sums up. */
enum kc_err kc_glance_unit(struct kc_glance *g, const struct kc_unit *u);
enum kc_err kc_glance_assessor(struct kc_glance *g, const struct kc_unit *u);
enum kc_err kc_glance_office(struct kc_glance *g);
enum kc_err kc_glance_auditor(struct kc_glance *g);

/* How far the year has ended, while it does, and that before the year at hand;
 * u: the unit's self-checks too. */
enum kc_err kc_glance_year(struct kc_glance *g, const struct kc_unit *u);

/* Open last days of a machine (KC_M_COUNT: of any) on which this unit has to
 * act (KC_GLANCE_ANY: whoever; KC_NONE: the Establishment Office). */
#define KC_GLANCE_ANY (KC_NONE - 1)
struct kc_glance_sum {
	uint64_t n, lights[KC_LIGHTS];
	kc_day due; /* the nearest, KC_DAY_NONE */
};
struct kc_glance_sum
kc_glance_days(const struct kc_glance *g, enum kc_machine_id m, uint32_t unit);
/* The worst that there is; green if there is none. */
enum kc_light kc_glance_light(const struct kc_glance_sum *s);

#define KC_GLANCE_STATES 24
/* "fed back 3, recorded 1": how many are in each state. */
void kc_buf_states(struct kc_buf *b, const struct kc_vx *x,
    enum kc_machine_id m, const uint64_t n[KC_GLANCE_STATES]);
/* How many are in a state that something has to follow. */
uint64_t
kc_glance_open(enum kc_machine_id m, const uint64_t n[KC_GLANCE_STATES]);
/* "label 0.5000" */
void kc_buf_points_of(struct kc_buf *b, const struct kc_vx *x, const char *zh,
    const char *en, int64_t e4);
/* Opinions that a target is behind, fed back, with neither a letter nor a
 * pre-deduction on it; those that this unit judges, KC_GLANCE_ANY. */
uint64_t kc_glance_candidates(const struct kc_vx *x, uint32_t judge);

#endif
