/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the planner: when a stage falls, who is told, what goes together.
 */
#ifndef KC_PLAN_INT_H
#define KC_PLAN_INT_H

#include <kaocheng/notice.h>

#include "noun/reminder/reminder.h"
#include "view_int.h"

/* --- time (plan_time.c) --- */
#define KC_PLAN_BEFORE 400 /* days of the table before today */
#define KC_PLAN_AFTER 800
#define KC_PLAN_DAYS (KC_PLAN_BEFORE + KC_PLAN_AFTER + 1)
/* Working days counted once, so that a stage costs nothing to place. */
struct kc_workdays {
	const struct kc_calendar *calendar; /* for what is not in the table */
	kc_day from;
	int nth[KC_PLAN_DAYS];    /* working days up to from + i */
	kc_day day[KC_PLAN_DAYS]; /* the n-th of them, from 1 */
	int n;
};
void kc_workdays_init(
    struct kc_workdays *w, const struct kc_calendar *c, kc_day today);
/* The day of a stage: the working day from which it is so many working days
 * after the last day. The same whatever today is. */
kc_day kc_workdays_stage(const struct kc_workdays *w, kc_day last, int stage);
/* The instant, or the end of the quiet hours that it falls into. */
int64_t kc_quiet_end_ms(const struct kc_policy *p, int64_t ms);
int64_t kc_digest_ms(const struct kc_policy *p, kc_day d);
/* When the notices of an event go. */
int64_t kc_gather_ms(const struct kc_policy *p, int64_t received_ms);

/* --- a plan in the making --- */
struct kc_plan_item {
	struct kc_notice n;
	uint32_t to; /* actor index */
	enum kc_planned_kind kind;
	int64_t group; /* of one person and kind: what goes together */
	char key[KC_NOTICE_KEY_MAX];
};
KC_VEC(kc_plan_items, struct kc_plan_item);

struct kc_planning {
	const struct kc_state *st;
	const struct kc_policy *p;
	const struct kc_plan_ask *ask;
	int64_t now_ms, next_ms, whole_ms;
	bool goes_on; /* from the mark */
	uint64_t steps;
	kc_day today;
	bool whoever; /* voters who have voted, too: it is nobody's reminder */
	struct kc_workdays workdays;
	struct kc_plan_items items;
	/* What becomes of each who is told: an item of the plan, or what who
	 * asks makes of it. */
	void (*tell)(struct kc_planning *x, const struct kc_notice *n,
	    uint32_t to, bool deputy);
	uint32_t *of_unit; /* first actor of each unit, KC_NONE */
	uint32_t *next;    /* of the same unit, by actor */
	enum kc_err err;
};

/* The machine that has the limit. */
const struct kc_machine *kc_plan_machine_of(const struct kc_limit *limit);
/* Begins one: actors by their units, so that nobody is looked for twice. The
 * policy and who asks are set by the caller. KC_ENOMEM; end it in every case.
 */
enum kc_err kc_planning_begin(
    struct kc_planning *x, const struct kc_state *st, int64_t now_ms);
void kc_planning_end(struct kc_planning *x);
/* Tells of a stage of a last day whoever the ladder has reached by then. */
void kc_plan_tell_ladder(
    struct kc_planning *x, const struct kc_deadline *d, int stage);
/* Somebody may be told later: the plan is asked for again then. */
void kc_planning_later(struct kc_planning *x, int64_t ms);
/* The same, of what a plan that goes on from a mark would not look at. */
void kc_planning_whole(struct kc_planning *x, int64_t ms);
/* May it look at what is new since the mark alone (plan_pick.c)? */
bool kc_plan_goes_on(const struct kc_planning *x);
/* Plans the open last days that are to be looked at; and one of them. */
enum kc_err kc_plan_last_days(struct kc_planning *x);
void kc_plan_deadline(struct kc_planning *x, const struct kc_deadline *d);
/* Adds a notice to a person unless it was told, is on its way, or has muted
 * it. */
void kc_plan_tell_one(
    struct kc_planning *x, const struct kc_notice *n, uint32_t to, bool deputy);
/* Tells a person, and who stands in for it. `noun`: whose kinds a deputy must
 * have. */
void kc_plan_tell(struct kc_planning *x, const struct kc_notice *n, uint32_t to,
    const char *noun);
/* Those of a role in a unit, or in any (KC_NONE); false if there is nobody.
 * `n` NULL: only asks. */
bool kc_plan_tell_role(struct kc_planning *x, struct kc_notice *n,
    uint32_t unit, int role, const char *noun);
/* The leader who last read a target of the unit; KC_NONE. */
uint32_t kc_plan_leader(const struct kc_planning *x, uint32_t unit);

/* Merges items into messages (plan_merge.c). */
enum kc_err kc_plan_merge(struct kc_planning *x, struct kc_plan *out);

#endif
