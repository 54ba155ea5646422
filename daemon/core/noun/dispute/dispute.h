/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disputes: a decision on record, who took part in it, and the hearing about
 * it. What can be disputed is a row of its noun's (kc_noun.subjects); a
 * decision changes nothing but by a correcting entry of the clerk's, which the
 * row names.
 */
#ifndef KC_DISPUTE_H
#define KC_DISPUTE_H

#include "engine/noun.h"

/* An entry that a unit may dispute, or that one of these rests on: taken down
 * when it is applied, in order of its number. */
struct kc_decision {
	uint32_t seq, object; /* object: index among the things of its matter */
	/* Who signed, and whose powers they used; KC_NONE: no more. */
	uint32_t by[KC_PLACES_MAX], of[KC_PLACES_MAX];
	uint32_t policy; /* kc_law_of its year, then; 0 if none was */
	enum kc_kind_id kind;
	kc_day day;
};

#define KC_RULING_NONE (-1)
struct kc_dispute {
	char handle[16];
	uint32_t index, decision; /* decision: index in state.decisions */
	uint32_t unit;            /* that disputes it */
	int64_t before; /* what a ruling that takes the decision away puts back,
			 * as it was at the filing; -1: all of it goes */
	uint8_t state;
	uint8_t level;     /* 0 before a hearing, 1, 2 under appeal */
	bool replaying;    /* the clerk's replay of this level is due */
	bool overdue;      /* the clerk has said so of this level */
	bool provisional;  /* due rests on a calendar not yet adopted */
	kc_day since, due; /* of what it waits for; KC_DAY_NONE: nothing */
	/* Last days that have ended, the newest of each limit; KC_DAY_NONE. */
	struct {
		kc_day since, due;
		int64_t ended_ms;
		uint8_t how; /* enum kc_deadline_end */
	} was[KC_L_dispute_COUNT];
	/* The clerk has ended the right to appeal, from this state, and nobody
	 * has gone on from there; 0: no, else the state + 1. */
	uint8_t lapsed;
	uint32_t version;        /* of due: bumps with each change */
	uint32_t correction;     /* kind that the clerk is to write, KC_NONE */
	struct {                 /* of each level */
		int8_t ruling;   /* KC_RULING_x, KC_RULING_NONE before */
		int64_t measure; /* points, rate, level or grade; -1: none */
		uint32_t by, of; /* who decided, and whose power it used */
	} at[2];
	struct kc_events events;
};

#define KC_NS_DISPUTE KC_NS(dispute, 0)

/* --- what can be disputed (subject.c) ---------------------------------------
 */
/* A sort of thing that decisions are about: the field of an entry that names
 * it, where that is looked up, and what the thing says of itself. */
struct kc_matter {
	const char *field;
	unsigned ns;
	/* Which part of it the entry is about; NULL: the whole. */
	uint32_t (*part)(const struct kc_state *st, uint32_t object,
	    const struct kc_entry *e);
	const char *(*handle)(const struct kc_state *st, uint32_t object);
	/* NULL: it is of no target, but of a unit and a year by itself. */
	uint32_t (*target)(const struct kc_state *st, uint32_t object);
	const struct kc_events *(*events)(
	    const struct kc_state *st, uint32_t object);
	uint32_t (*unit)(const struct kc_state *st, uint32_t object);
	int (*year)(const struct kc_state *st, uint32_t object);
	/* What outages of its own last days make of the last day to dispute
	 * it; NULL: nothing. */
	kc_day (*moved)(const struct kc_state *st, uint32_t object, kc_day day);
	/* The entry by which a person took part in what the decision follows
	 * from, other than by signing it or what it rests on, so that another
	 * hears the dispute; KC_NONE. NULL: nobody did. */
	uint32_t (*aside)(const struct kc_state *st, const struct kc_dispute *d,
	    uint32_t person);
};
enum kc_measure {       /* what "reduced" says beside the word */
	KC_MEASURE_NOT, /* there is no such ruling on this */
	KC_MEASURE_POINTS,
	KC_MEASURE_RATE,
	KC_MEASURE_LEVEL,
	KC_MEASURE_GRADE /* of a bonus */
};
struct kc_subject { /* a kind that can be disputed */
	enum kc_kind_id kind;
	const struct kc_matter *matter;
	int rests_on;     /* kind whose signers took part too; -1 */
	int delivered_by; /* kind that brings it to the unit; -1: it does */
	enum kc_measure reduced;
	/* Is the unit one whom it concerns? */
	bool (*of)(const struct kc_state *st, uint32_t object, uint32_t unit);
	/* Who judged, KC_NONE if nobody does. */
	uint32_t (*judge)(const struct kc_state *st, uint32_t object);
	/* When the unit had it; NULL: by the first entry of that kind. */
	kc_day (*delivered)(const struct kc_state *st,
	    const struct kc_decision *d, uint32_t unit);
	/* Is it still in force, of the unit? */
	bool (*stands)(const struct kc_state *st, const struct kc_decision *d,
	    uint32_t unit);
	/* The measures that reduce it, best for the unit first; false: none. */
	bool (*range)(const struct kc_state *st, const struct kc_dispute *d,
	    int64_t *best, int64_t *least);
	/* The kind that corrects it as was decided; -1: nothing is left to
	 * correct. When it falls, the measure is what was before. */
	int (*corrects)(const struct kc_state *st, const struct kc_dispute *d,
	    bool falls, int64_t measure);
	/* What the unit had before it; NULL: nothing less than all goes. */
	int64_t (*before)(
	    const struct kc_state *st, const struct kc_decision *d);
	/* Why it does not stand, though it is what was decided; NULL, or NULL
	 * from it: it is not. By enum kc_lang. */
	const char *const *(*bars)(
	    const struct kc_state *st, const struct kc_decision *d);
};
/* Of what no unit judges: kc_subject.judge. */
uint32_t kc_judge_nobody(const struct kc_state *st, uint32_t object);
/* A case, about which more than one noun decides. */
extern const struct kc_matter kc_matter_case;
/* Those of a noun (kc_noun.subjects), each in its folder. */
extern const struct kc_subject kc_prededuct_subjects[];
extern const struct kc_subject kc_target_subjects[];
extern const struct kc_subject kc_warning_subjects[];
extern const struct kc_subject kc_cadre_subjects[];
extern const struct kc_subject kc_negative_subjects[];
extern const struct kc_subject kc_bonus_subjects[];
extern const struct kc_subject kc_opinion_subjects[];
extern const struct kc_subject kc_yearend_subjects[];
/* NULL: it cannot be disputed. */
const struct kc_subject *kc_subject_of(enum kc_kind_id kind);
/* What a kind that is taken down is about; NULL: it is not. */
const struct kc_matter *kc_matter_of_kind(enum kc_kind_id kind);
/* The target that it is about; KC_NONE: it is of none. And its unit, its year.
 */
uint32_t
kc_decision_target(const struct kc_state *st, const struct kc_decision *d);
uint32_t
kc_decision_unit(const struct kc_state *st, const struct kc_decision *d);
int kc_decision_year(const struct kc_state *st, const struct kc_decision *d);
/* Its handle or code. */
const char *
kc_decision_matter(const struct kc_state *st, const struct kc_decision *d);

/* --- decisions (record.c) ---------------------------------------------------
 */
enum kc_err kc_dispute_after(struct kc_state *st, const struct kc_at *at);
const struct kc_decision *
kc_decision_find(const struct kc_state *st, uint64_t seq); /* NULL */
/* When the unit has had it; KC_DAY_NONE: not yet. */
kc_day kc_decision_delivered(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit);
/* Last day to dispute what was delivered on a day; *provisional is set if no
 * calendar is there for it. */
kc_day kc_decision_file_day(const struct kc_state *st,
    const struct kc_decision *d, kc_day delivered, bool *provisional);
/* Last day to dispute it; KC_DAY_NONE while none can be named. */
kc_day kc_decision_file_by(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit);
/* The unit's dispute of it, NULL. */
const struct kc_dispute *kc_decision_dispute(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit);
/* Refuses whoever took part in the decision or in the first level, by itself
 * or through another, and who is of the unit that disputes it. */
enum kc_err kc_want_impartial(const struct kc_state *st, const struct kc_at *at,
    const struct kc_dispute *d, struct kc_refusal *why);

/* --- disputes (dispute.c) ---------------------------------------------------
 */
const struct kc_policy *
kc_dispute_policy(const struct kc_state *st, const struct kc_dispute *d);
const struct kc_decision *
kc_dispute_decision(const struct kc_state *st, const struct kc_dispute *d);
/* The unit that judged what is disputed; KC_NONE if none did. */
uint32_t
kc_dispute_judge(const struct kc_state *st, const struct kc_dispute *d);
/* The dispute a field names, in a state in which the kind of the entry may
 * happen to it. */
enum kc_err kc_want_dispute(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_dispute **out, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_dispute *kc_dispute_of(
    const struct kc_state *st, const struct kc_at *at, unsigned field);
/* Enters a state: what it waits for, and until when. */
enum kc_err kc_dispute_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_dispute *d, enum kc_dispute_state state);
/* The same for a state in which it is heard: its replay is due at once. */
enum kc_err kc_dispute_hear(struct kc_state *st, const struct kc_at *at,
    struct kc_dispute *d, enum kc_dispute_state state);

/* --- its last days (limit.c) ------------------------------------------------
 */
/* What it waited for has ended with this entry. */
void kc_dispute_end_due(struct kc_dispute *d, const struct kc_at *at);
/* The clerk ended the right to appeal, and that is taken back. */
void kc_dispute_unlapse(struct kc_state *st, uint32_t object);
enum kc_err
kc_dispute_set_due(struct kc_state *st, struct kc_dispute *d, kc_day since);
/* Is the queue's item what the dispute waits for? */
bool kc_dispute_waits(const struct kc_dispute *d, const struct kc_due *due);
/* Guard of the clerk's entries: the dispute's last day has passed, and is the
 * one that the entry names. */
enum kc_err kc_want_late(const struct kc_state *st, const struct kc_at *at,
    unsigned dispute_field, unsigned due_field, struct kc_refusal *why);
enum kc_err kc_dispute_recalendar(struct kc_state *st, uint32_t index);
void kc_dispute_days(const struct kc_dispute *d, struct kc_last_day *days);
bool kc_dispute_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);

/* --- its outcome (decide.c) -------------------------------------------------
 */
/* What was decided, as it stands: the last level that did not uphold what was
 * before it. False: the disputed decision stands. */
bool
kc_dispute_result(const struct kc_dispute *d, bool *falls, int64_t *measure);
/* Final or not: a decision in favour of the unit is to be applied, else the
 * disputed one stands. */
enum kc_err kc_dispute_close(
    struct kc_state *st, const struct kc_at *at, struct kc_dispute *d);

/* --- corrections (correct.c): entries of the clerk, by any noun -------------
 */
/* Guard: the dispute that a field names orders this kind, of this thing, now.
 */
enum kc_err
kc_want_correction(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t object, struct kc_refusal *why);
/* Refuses KC_R_FIELD_VALUE when points differ from what follows. */
enum kc_err kc_want_points(
    const struct kc_at *at, unsigned field, int64_t e4, struct kc_refusal *why);
/* The same of a number. */
enum kc_err kc_want_number(
    const struct kc_at *at, unsigned field, int64_t v, struct kc_refusal *why);
/* The same of a word of a set, by its value. */
enum kc_err kc_want_word(const struct kc_at *at, unsigned field,
    enum kc_set set, int64_t v, struct kc_refusal *why);
/* What was decided and is to be applied: does it fall, and what instead?
 * falls: NULL where that is the same. */
int64_t kc_ordered(const struct kc_dispute *d, bool *falls);
/* Apply: the dispute is applied. */
enum kc_err
kc_corrected(struct kc_state *st, const struct kc_at *at, unsigned field);
/* For the rows of kc_noun.timed; the object of such an item is the dispute. */
bool kc_correction_is_live(const struct kc_state *st, const struct kc_due *d);
void kc_dispute_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b);
const struct kc_dispute *
kc_correction_of(const struct kc_state *st, const struct kc_due *d);

/* --- the replay (replay.c) --------------------------------------------------
 */
/* The trail of what it is about: a line for each entry, and what follows. */
void kc_buf_dispute_trail(
    struct kc_buf *b, const struct kc_state *st, const struct kc_dispute *d);
/* What a replay up to here shows. */
struct kc_dispute_record {
	struct kc_hash policy, state, trail;
	struct kc_hash calendar[2];
	unsigned ncalendars;
};
enum kc_err kc_dispute_record(const struct kc_state *st,
    const struct kc_dispute *d, struct kc_dispute_record *out);
void kc_replay_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

#endif
