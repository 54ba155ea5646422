/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Panels: what voters of three groups think of the units of a year (R113 to
 * R117, R124 to R130). Who voted how is for the tally, auditors and the voter
 * alone; what a group thinks is for all who see a score, once the panels are
 * closed. Every door asks kc_viewer (docs/THREATS.md "Ballots").
 */
#ifndef KC_PANEL_H
#define KC_PANEL_H

#include <kaocheng/arith.h>

#include "noun/unit/unit.h"
#include "noun/year/year.h"

/* Functions that a ballot may flag, in the order of its fields. */
enum kc_panel_flag {
	KC_PANEL_OVERREACH,
	KC_PANEL_ABSENT,
	KC_PANEL_MISPLACED,
	KC_PANEL_FLAGS,
	KC_PANEL_WORKLOAD = KC_PANEL_FLAGS, /* and what it writes of this */
	KC_PANEL_REMARKS
};

/* The newest statement of a voter on a unit. */
struct kc_vote {
	uint32_t voter; /* actor */
	uint32_t seq;
	uint8_t group; /* KC_PANEL_x */
	bool recused;  /* it stands aside: no marks */
	struct kc_ballot_marks marks;
	uint8_t flags[KC_PANEL_FLAGS]; /* how many of each */
	bool workload;                 /* with a note of it */
};
struct kc_panel_votes { /* on a unit */
	uint32_t unit;
	KC_VEC_OF(struct kc_vote) votes;
};

/* What a group thinks of a unit, by the ballots that stood when the panels were
 * closed. */
struct kc_panel_group {
	struct kc_group_mean mean;
	bool counts; /* not void: its mean may be known, and is in the score */
	uint32_t flags[KC_PANEL_FLAGS], notes, recused;
};
struct kc_panel_result {
	uint32_t unit;
	struct kc_panel_group of[KC_PANEL_COUNT];
	struct kc_u32s spoken; /* ballots with words, of groups that count */
};

struct kc_panel {
	char handle[16];
	uint32_t index;
	int16_t year;
	uint8_t state; /* KC_PS_x */
	/* Days of voting; last: the last one but for outages. */
	kc_day from, until, last;
	KC_VEC_OF(struct kc_panel_votes) units;
	KC_VEC_OF(struct kc_panel_result) results; /* once it is closed */
	/* All statements of voters so far, each with its signature, which
	 * nobody guesses who may not read them: what a digest lists of them. */
	uint32_t statements;
	struct kc_hash sealed;
	/* The opening, the closing and what moved its days; no vote. */
	struct kc_events events;
};

#define KC_NS_PANEL KC_NS(panel, 0)

/* --- asked by others (panel.c) --------------------------------------------
 */
/* Those of a year; NULL: they were never opened. */
struct kc_panel *kc_panel_of(const struct kc_state *st, int year);
/* Are they closed, so that their means are in the score? */
bool kc_panel_closed(const struct kc_state *st, int year);
/* What the groups think of a unit, for the score, by the weights of the year's
 * policy; false: the panels are not closed, or did not vote on it. A group that
 * is void has no ballots. */
bool kc_panel_means(const struct kc_state *st, int year, uint32_t unit,
    struct kc_score_panel out[KC_PANEL_COUNT]);
/* The same with all that is known; NULL likewise. */
const struct kc_panel_result *
kc_panel_result_of(const struct kc_state *st, int year, uint32_t unit);
/* Guard: the panels of the year that a field names, in a state in which the
 * kind of the entry may happen to them. */
enum kc_err kc_want_panel(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_panel **out, struct kc_refusal *why);
/* Is it voted on: its list of the year is issued, and it is not apart? */
bool kc_panel_votes_on(
    const struct kc_state *st, const struct kc_cycle *cycle, uint32_t unit);
/* Is it the person's own unit, by any actor that is the same person, or did it
 * become that one? */
bool kc_panel_is_own(const struct kc_state *st, uint32_t voter, uint32_t unit);
enum kc_policy_key kc_panel_weight_key(unsigned group);
/* Could this person vote on the unit now, and has said nothing of it? */
bool kc_panel_waits_for(const struct kc_state *st, const struct kc_panel *p,
    uint32_t voter, uint32_t unit);
/* Members of a group: who could vote now. */
bool kc_panel_may_vote(const struct kc_actor *a, unsigned group);
/* The newest statement of the person on a unit; NULL. */
const struct kc_vote *kc_panel_vote_of(const struct kc_state *st,
    const struct kc_panel *p, uint32_t voter, uint32_t unit);

/* Could this person vote on any unit now? And has said nothing of one? */
bool kc_panel_has_voter(
    const struct kc_state *st, const struct kc_panel *p, uint32_t voter);
bool kc_panel_waits_any(
    const struct kc_state *st, const struct kc_panel *p, uint32_t voter);

/* --- last days (limit.c) --- */
/* The panels of this handle; NULL. */
const struct kc_panel *
kc_panel_by_handle(const struct kc_state *st, struct kc_slice handle);
struct kc_deadlines;
bool kc_panel_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);
enum kc_err kc_panel_recalendar(struct kc_state *st, uint32_t index);
const struct kc_policy *
kc_panel_rules(const struct kc_state *st, const struct kc_deadline *d);

/* --- what they come to (close.c) --- */
/* Which of the votes on a unit count: two actors may turn out to be one person
 * after they have voted, and then the newer. Adds to *steps the votes looked
 * at, for tests of cost; false when out of memory. */
bool kc_panel_newest(const struct kc_state *st, const struct kc_panel_votes *on,
    bool *counts, uint64_t *steps);

/* --- what was written (remarks.c) --- */
struct kc_panel_remark {
	unsigned what; /* KC_PANEL_OVERREACH ... KC_PANEL_WORKLOAD */
	struct kc_slice words;
};
struct kc_panel_remarks {
	KC_VEC_OF(struct kc_panel_remark) each; /* in order of what and words */
	struct kc_buf words;
	uint32_t lacks; /* ballots with words that the log at hand has not */
};
/* Those on a unit, once the panels are closed; before, and of groups that are
 * void, none. For who may read its form of the result. Free it in every case.
 */
struct kc_vx;
enum kc_err kc_panel_remarks_of(
    struct kc_vx *x, int year, uint32_t unit, struct kc_panel_remarks *out);
void kc_panel_remarks_free(struct kc_panel_remarks *r);

/* --- counterfactuals (as_is.c) --- */
/* The panels are as they are in the log, whatever is
 * supposed; units that it does not have are left out. */
enum kc_err kc_panel_as_is(struct kc_state *as_if, const struct kc_state *is);

/* Adds those of a year, whose handle and index it makes; false when out of
 * memory. */
bool kc_panel_add(struct kc_state *st, struct kc_panel *p);
/* The results of a closing that does not stand. */
void kc_panel_unresult(struct kc_panel *p);

#endif
