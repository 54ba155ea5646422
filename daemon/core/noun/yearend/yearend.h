/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a year: self-checks, the list of results that is drawn up,
 * publicised, graded, approved, published and fed back, and the close. A year
 * that is reopened has a further version; the one before stays as it is.
 */
#ifndef KC_YEAREND_H
#define KC_YEAREND_H

#include <kaocheng/grade.h>

#include "noun/score.h"
#include "noun/target/target.h"

/* A unit in the list of results. */
struct kc_result {
	uint32_t unit;
	uint8_t group; /* KC_GROUP_x */
	int64_t score; /* e4 */
	uint32_t rank; /* over all */
	int grade;     /* KC_YEAR_GRADE_x, KC_GRADED_NOT: listed apart */
	uint32_t
	    ruling; /* dispute that gave the grade, KC_NONE: its rank did */
	uint32_t group_rank, group_size; /* 0: listed apart */
	struct kc_score parts;
};
/* By the codes of their units; of those whose list is issued. */
struct kc_results {
	struct kc_result *v;
	uint32_t n, cap;
	bool graded; /* the list has grades: it is not a draft */
	struct kc_hash hash;
};
struct kc_selfcheck {
	uint32_t target, seq;
	int32_t completion_bp;
};
struct kc_took_part { /* a person, and the one whose power it used */
	uint32_t seq, by, of;
};
struct kc_result_form { /* a result that was fed back */
	char handle[16];
	uint32_t index, yearend, unit;
	int grade; /* that it brought: KC_YEAR_GRADE_x, KC_GRADED_NOT */
	struct kc_took_part graded, approved; /* the list that it is from */
	struct kc_events events;
};
struct kc_regrade { /* what a ruling gives a unit in a year, at the least */
	int16_t year;
	uint32_t unit, dispute, seq;
	int grade; /* KC_YEAR_GRADE_x */
};
struct kc_yearend { /* a version of a year */
	char handle[16];
	uint32_t index;
	int16_t year;
	uint8_t state;
	bool settled;     /* open pre-deductions count in full */
	bool panels;      /* opened, or there are none by the policy */
	uint32_t version; /* from 1 on */
	uint32_t before;  /* index of the version before, KC_NONE */
	uint32_t policy;  /* of its last days: that of the year */
	/* The list that was drawn up, or graded since: from grading on it is
	 * one with grades, before it one without. */
	struct kc_results signed_last;
	struct kc_results published;          /* n is 0 before */
	uint32_t published_seq;               /* KC_NONE before */
	struct kc_took_part graded, approved; /* signed_last */
	struct kc_u32s forms; /* of the published results that stand */
	uint32_t due_version;
	struct {
		kc_day since, due; /* KC_DAY_NONE: has not begun */
		bool provisional;
		int64_t changed_ms;
		uint8_t end; /* enum kc_deadline_end, of one that ran */
	} day[KC_L_yearend_COUNT];
	struct kc_events events;
};

#define KC_NS_YEAREND KC_NS(yearend, 0)
#define KC_NS_RESULT KC_NS(yearend, 1)    /* forms by their handle */
#define KC_NS_SELFCHECK KC_NS(yearend, 2) /* by the code of the target */

/* --- asked by others --- */
/* The newest version of a year, NULL before it begins to end; and of those
 * that were published. */
const struct kc_yearend *kc_yearend_of(const struct kc_state *st, int year);
const struct kc_yearend *
kc_yearend_published(const struct kc_state *st, int year);
/* The results of a year as they were last published, by the codes of their
 * units; NULL and 0 before. Valid until the next entry is applied. */
const struct kc_result *
kc_year_results(const struct kc_state *st, int year, uint32_t *n);
/* Its scores were found; nothing of it is taken any more. */
bool kc_year_scored(const struct kc_state *st, int year);
bool kc_year_closed(const struct kc_state *st, int year);

/* --- results (results.c) --- */
/* The list as it follows from the state, with its hash; free it with kc_free
 * (list.v). KC_ENOMEM, KC_EREFUSED (no policy). */
enum kc_err
kc_results_now(const struct kc_state *st, const struct kc_yearend *y,
    bool graded, struct kc_results *out, struct kc_refusal *why);
/* The same list as it is drawn up, without grades; free likewise. KC_ENOMEM. */
enum kc_err
kc_results_ungraded(const struct kc_state *st, const struct kc_yearend *y,
    const struct kc_results *of, struct kc_results *out);
/* The places of units, which stand in order of their ranks, and the grades that
 * these give; what rulings give is beside any share. */
void kc_place_ranked(const struct kc_state *st, const struct kc_cycle *c,
    const struct kc_ranked *all, size_t n, struct kc_place *out);
/* The list as text: what is hashed (docs/FORMAT.md, "The list of results"). */
void kc_buf_results(struct kc_buf *b, const struct kc_state *st,
    const struct kc_yearend *y, const struct kc_results *r);
const struct kc_result *kc_result_of(const struct kc_results *r, uint32_t unit);
/* The same for the unit: a form of the one stands for the other. */
bool kc_result_same(const struct kc_result *a, const struct kc_result *b);

/* --- what is missing (lack.c) --- */
/* How many, and the first of them. */
struct kc_lacks {
	uint32_t n;
	const char *first, *what_zh, *what_en; /* borrowed; NULL if none */
	int kind; /* by which it is filled; 0: by more than one */
};
bool kc_selfcheck_filed(const struct kc_state *st, const struct kc_target *t);
unsigned
kc_selfcheck_state(const struct kc_state *st, const struct kc_target *t);
/* Self-checks of a unit whose list is issued, or of all (KC_NONE). */
struct kc_lacks
kc_lacks_selfchecks(const struct kc_state *st, int year, uint32_t unit);
/* A target of the year came or went: who lacks a self-check is counted anew. */
void kc_selfchecks_anew(struct kc_state *st, int year);
struct kc_lacks kc_lacks_completions(const struct kc_state *st, int year);
/* Marks the units that are to find one of them, of one that ended its
 * successor; `judges` has a place for each unit, false before. */
void kc_lacks_findings(const struct kc_state *st, int year, bool *judges);
/* A completion was found: its judge may have a last day less. */
void kc_findings_anew(struct kc_state *st, const struct kc_target *t);
struct kc_lacks kc_lacks_reports(const struct kc_state *st, int year);
/* The panels of a year, while they are open. */
struct kc_lacks kc_lacks_panels(const struct kc_state *st, int year);
/* Was the unit's published result fed back, and stands? */
bool kc_result_has_form(
    const struct kc_state *st, const struct kc_yearend *y, uint32_t unit);
struct kc_lacks
kc_lacks_forms(const struct kc_state *st, const struct kc_yearend *y);
/* What is open and blocks the close; *list has the first of them. */
struct kc_lacks kc_year_open(
    const struct kc_state *st, const struct kc_yearend *y, struct kc_buf *list);

/* --- what is next (next.c) --- */
/* The units whose results follow otherwise now than the list that was signed
 * last says, while it is signed on, and the first codes of them. KC_ENOMEM. */
enum kc_err
kc_results_changed(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_lacks *out, struct kc_buf *list, struct kc_refusal *why);
struct kc_vx;
/* Appends that in words; false and nothing: none did. */
bool kc_buf_results_changed(
    struct kc_buf *b, const struct kc_vx *x, struct kc_slice handle);
/* Is it the kind's turn among those from the state: the list goes on as it was
 * signed, or, changed since, is signed anew? */
bool
kc_yearend_turn(const struct kc_yearend *y, enum kc_kind_id kind, bool changed);
/* Likewise, and nothing is missing for it. */
bool kc_yearend_ready(const struct kc_state *st, const struct kc_yearend *y,
    enum kc_kind_id kind);
/* How far a year has ended. */
struct kc_next {
	struct kc_lacks changed; /* units whose results did */
	struct kc_lacks lacks;   /* what keeps the year from its next step */
	struct kc_buf codes, missing; /* of the two, the first of them */
	const struct kc_kind *kind;   /* that is next; NULL: it is closed */
	kc_day due; /* the nearest last day that runs, KC_DAY_NONE */
	/* What has to be done now, for what lacks or to go on, and until when;
	 * NULL: what is open is of more than one kind, or nothing has. */
	const struct kc_kind *now;
	kc_day now_due;
};
/* Free it in any case. KC_ENOMEM. (view_next.c for views) */
enum kc_err kc_yearend_next(const struct kc_state *st,
    const struct kc_yearend *y, struct kc_next *out, struct kc_refusal *why);
void kc_next_free(struct kc_next *n);
/* How far a year has ended, as members of a row; and in words, with whether
 * something is to be done yet, and by when. */
enum kc_err kc_vx_year_end(struct kc_vx *x, int year);
enum kc_err kc_buf_year_end(
    struct kc_buf *b, struct kc_vx *x, int year, bool *waits, kc_day *due);
/* Members "grade", "grade_text", "ruling" as they were published last; nothing
 * before. (view_results.c) */
void kc_vx_published_grade(struct kc_vx *x, int year, uint32_t unit);
void kc_vx_lacks(struct kc_vx *x, const struct kc_next *n);
/* Is the year over, or has it begun to end? */
bool kc_year_ends(const struct kc_vx *x, int year);

/* --- steps (yearend.c) --- */
/* The one that a field names, in a state in which the kind may happen. */
enum kc_err kc_want_yearend(const struct kc_state *st, const struct kc_at *at,
    const struct kc_yearend **out, struct kc_refusal *why);
struct kc_yearend *
kc_yearend_at(const struct kc_state *st, const struct kc_at *at);
enum kc_err kc_yearend_step(
    struct kc_state *st, const struct kc_at *at, enum kc_yearend_state to);
enum kc_err kc_refuse_lacks(const struct kc_yearend *y,
    const struct kc_lacks *l, struct kc_refusal *why);
/* A version of a year: made by the entry at hand, in a state. */
enum kc_err kc_yearend_make(struct kc_state *st, const struct kc_at *at,
    int year, const struct kc_yearend *before, enum kc_yearend_state state);

/* --- what is signed (step.c) --- */
/* Refuses KC_R_RESULTS unless this is the hash of the list as it follows now;
 * NULL: unless the list that was signed last still follows. */
enum kc_err kc_want_results(const struct kc_state *st, const struct kc_at *at,
    const struct kc_yearend *y, bool graded, const struct kc_hash *is,
    struct kc_refusal *why);

/* --- disputed (disputed.c) --- */
/* Is there a better grade than the one that it brought? */
bool kc_result_may_rise(const struct kc_result_form *f);
/* The best that rulings give the unit in the year; NULL: there are none. */
const struct kc_regrade *
kc_regrade_of(const struct kc_state *st, int year, uint32_t unit);
struct kc_made;
void kc_result_regrade_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

/* --- what a closed year takes (closed.c) --- */
enum kc_err kc_yearend_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);

/* The year that an entry is of, by whatever field names it; the latest of
 * them; 0: of none. */
int kc_entry_year(const struct kc_state *st, const struct kc_entry *e);

/* --- last days (limit.c) --- */
void kc_yearend_open_days(
    struct kc_state *st, const struct kc_at *at, struct kc_yearend *y);
/* Enters a state: what it waited for has ended, what it waits for begins. */
enum kc_err kc_yearend_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_yearend *y, enum kc_yearend_state to);
/* The panels of the year were opened at an instant. */
void kc_yearend_panels_open(struct kc_state *st, int year, int64_t received_ms);
bool kc_yearend_waits(const struct kc_yearend *y, const struct kc_due *due);
enum kc_err kc_yearend_recalendar(struct kc_state *st, uint32_t index);
bool kc_yearend_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);
/* Last day of the self-checks, and of the findings of completion: of a unit,
 * which an outage may move for it alone; KC_NONE: of the others. */
kc_day kc_selfcheck_due(
    const struct kc_state *st, const struct kc_yearend *y, uint32_t unit);
kc_day kc_finding_due(
    const struct kc_state *st, const struct kc_yearend *y, uint32_t unit);
/* The nearest of those of units that lack one; of all, where none lacks. */
kc_day kc_selfchecks_due(const struct kc_state *st, const struct kc_yearend *y);
kc_day kc_findings_due(const struct kc_state *st, const struct kc_yearend *y);
/* Does a limit run in the state? */
bool kc_yearend_runs(const struct kc_yearend *y, int limit);

#endif
