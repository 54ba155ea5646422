/* SPDX-License-Identifier: Apache-2.0 */
/* Targets, and the lists that they stand in. */
#ifndef KC_TARGET_H
#define KC_TARGET_H

#include "noun/filing.h"

/* What a target said until an entry changed it. */
struct kc_target_version {
	uint32_t seq; /* of that entry */
	int64_t weight_e4;
	const char *title, *standard;
};
struct kc_target {
	char code[KC_CODE_MAX + 1];
	uint32_t index;
	uint32_t unit, assessor; /* unit indexes */
	struct kc_u32s was;  /* units that it was of before, the first first */
	struct kc_u32s went; /* entry by which it went from each of them */
	uint32_t indicator;  /* index, KC_NONE */
	uint32_t lead, assist; /* cadre indexes, KC_NONE */
	int16_t year;
	uint8_t class_, source;
	uint8_t state; /* enum kc_target_state */
	int64_t weight_e4;
	int32_t completion_bp; /* -1 while not found */
	uint32_t completion_seq;
	int32_t completion_was; /* before its last correction, -1 */
	const char *title;
	const char *standard;    /* "" if none */
	struct kc_u32s duties;   /* indexes in the unit's duties */
	struct kc_u32s tasks;    /* that it is split into: indexes */
	struct kc_u32s checks;   /* of it or of its nodes: indexes */
	uint32_t open_case;      /* prededuct index not yet terminal, KC_NONE */
	kc_day filed;            /* its tasks were, KC_DAY_NONE */
	struct kc_filing filing; /* of them */
	uint32_t adjust;         /* proposed and not ended: index, KC_NONE */
	/* Since its list was issued, the oldest first; what it says now is one
	 * more. */
	KC_VEC_OF(struct kc_target_version) versions;
	struct kc_events events;
};
/* The responsibility list of a unit and year; from its first draft on. */
struct kc_list {
	uint32_t unit;
	int16_t year;
	uint32_t issued_seq; /* KC_NONE while it is being drawn up */
	int64_t dynamic_e4;  /* of the reserve, used so far */
	uint32_t order_seq;  /* the leader ordered an adjustment, KC_NONE */
	struct kc_u32s targets;
};

#define KC_NS_TARGET KC_NS(target, 0)
#define KC_NS_LIST KC_NS(target, 1) /* of a year, by unit code -> lists */

/* The list of a unit and year; NULL if it has no target yet. */
struct kc_list *kc_list_of(const struct kc_state *st, uint32_t unit, int year);
/* Its targets in order of their drafts; none if there is no such list. */
struct kc_u32s
kc_list_targets(const struct kc_state *st, uint32_t unit, int year);
/* Issued: its points are part of the year. */
bool kc_target_counts(const struct kc_target *t);
/* Its completion is this from now on. */
enum kc_err kc_target_complete(struct kc_state *st, const struct kc_at *at,
    struct kc_target *t, int64_t rate_bp);
/* The entry at hand changes what it says (points.c): what it said is kept. */
bool kc_target_renew(const struct kc_at *at, struct kc_target *t);
/* Its tasks (filing.c): KC_PL_* of them; they are to be filed from now on;
 * what the clerk writes when nobody does. */
extern const struct kc_filing_of kc_plan_filing;
unsigned kc_plan_state(const struct kc_target *t);
enum kc_err
kc_plan_begin(struct kc_state *st, const struct kc_at *at, struct kc_target *t);
struct kc_made;
bool kc_plan_is_live(const struct kc_state *st, const struct kc_due *d);
void kc_plan_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b);
void kc_plan_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m);
void kc_plan_in_time(struct kc_state *st, uint32_t object);
/* What the clerk writes when a dispute corrects one (disputed.c). */
void kc_amend_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

#endif
