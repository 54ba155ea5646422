/* SPDX-License-Identifier: Apache-2.0 */
/* What the views share: one rendering, its writers, and facts of a unit. */
#ifndef KC_VIEW_INT_H
#define KC_VIEW_INT_H

#include <kaocheng/arith.h>
#include <kaocheng/view.h>

#include "noun/prededuct/prededuct.h"

#define KC_DEADLINE_NEAR_WD 3 /* working days left that show yellow */

/* One rendering. The head is written before a view's function runs, the end
 * after it; the function writes its members and then its rows. */
struct kc_vx {
	const struct kc_state *st;
	const struct kc_log *log;
	const struct kc_view_args *args;
	struct kc_refusal *why;
	struct kc_json w;
	enum kc_lang lang;
	kc_day today;
	const struct kc_unit *unit;   /* NULL: none asked for */
	int year;                     /* 0: no year is open */
	const struct kc_cycle *cycle; /* NULL: no year is open */
	bool in_rows;                 /* "rows" is open */
};

#define VIEW(name, args, zh, en) enum kc_err kc_render_##name(struct kc_vx *x);
#define COL(view, key, zh, en, right)
#define END(name)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef COL
#undef END

/* --- writers: one member each -------------------------------------------- */
const char *kc_vx_say(const struct kc_vx *x, const char *zh, const char *en);
void kc_vx_str(struct kc_vx *x, const char *key, const char *s);
void kc_vx_slice(struct kc_vx *x, const char *key, struct kc_slice s);
void kc_vx_buf(struct kc_vx *x, const char *key, const struct kc_buf *b);
void kc_vx_u64(struct kc_vx *x, const char *key, uint64_t v);
void kc_vx_i64(struct kc_vx *x, const char *key, int64_t v);
void kc_vx_bool(struct kc_vx *x, const char *key, bool v);
void kc_vx_null(struct kc_vx *x, const char *key);
void kc_vx_points(struct kc_vx *x, const char *key, int64_t e4);
void kc_vx_day(struct kc_vx *x, const char *key, kc_day d);
void kc_vx_instant(struct kc_vx *x, const char *key, int64_t ms);
/* Code of a unit, id of an actor; null for KC_NONE. */
void kc_vx_unit(struct kc_vx *x, const char *key, uint32_t unit);
void kc_vx_actor(struct kc_vx *x, const char *key, uint32_t actor);
/* Word of a vocabulary: `key` has the wire word, key_text the label. */
void
kc_vx_word(struct kc_vx *x, const char *key, enum kc_set set, int64_t value);
void kc_vx_rows(struct kc_vx *x); /* opens "rows" */
/* Closes it, for a view that has members after its rows. */
void kc_vx_rows_end(struct kc_vx *x);
void kc_vx_row(struct kc_vx *x); /* opens a row */
void kc_vx_end(struct kc_vx *x); /* closes a row */
const char *kc_vx_label(const struct kc_vx *x, enum kc_set set, int64_t value);
const char *kc_vx_unit_name(const struct kc_vx *x, const struct kc_unit *u);
kc_day kc_event_day(const struct kc_event *e);

enum kc_err kc_vx_bad_arg(struct kc_vx *x, const char *what);
enum kc_err kc_vx_not_found(
    struct kc_vx *x, const char *zh, const char *en, struct kc_slice id);
/* Refuses when no unit was asked for. */
enum kc_err kc_vx_want_unit(struct kc_vx *x);
/* Refuses when no year is open. */
enum kc_err kc_vx_want_cycle(struct kc_vx *x);

/* --- facts (facts.c) ------------------------------------------------------ */
/* Confirmed in full or half, and not revoked: counts as a pre-deduction. */
bool kc_case_counts(const struct kc_case *c);
bool kc_case_open(const struct kc_case *c); /* neither final nor declined */
const struct kc_situation *
kc_view_case_situation(const struct kc_state *st, const struct kc_case *c);
/* Issued: its points are part of the year. */
bool kc_target_counts(const struct kc_target *t);
/* The policy a year is scored by; NULL if none. */
const struct kc_policy *
kc_cycle_policy(const struct kc_state *st, const struct kc_cycle *cycle);
/* Seq of the first (or last) event of a kind; KC_NONE if there is none. */
uint32_t kc_events_first(const struct kc_events *ev, enum kc_kind_id kind);
uint32_t kc_events_last(const struct kc_events *ev, enum kc_kind_id kind);

/* Sums of a unit's (or, with NULL, every unit's) cases of a year. */
struct kc_tally {
	uint32_t cases, open, unmet, exempted, declined;
	int64_t deducted_e4, returned_e4, retained_e4;
	int64_t retained_unmet_e4, residual_met_e4;
};
void kc_tally_cases(const struct kc_state *st, const struct kc_unit *u,
    int year, struct kc_tally *out);

/* --- scores (score_view.c) ------------------------------------------------ */
struct kc_unit_score {
	struct kc_score score;
	struct kc_score_rules rules;
	const struct kc_policy *policy;
	bool listed; /* its list of the year is issued: it is ranked */
};
/* KC_OK, KC_ENOMEM, KC_EREFUSED (no policy). */
enum kc_err kc_unit_score(const struct kc_state *st, const struct kc_unit *u,
    const struct kc_cycle *cycle, struct kc_unit_score *out,
    struct kc_refusal *why);

/* --- events as rows ------------------------------------------------------- */
/* What an event says: the kind's label and the fact that goes with it. */
void kc_buf_case_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_case *c, const struct kc_event *e);
void kc_buf_warning_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_warning *g, const struct kc_event *e);
/* Points an event of a case changes: -D at confirmation, +R at the return. */
int64_t kc_case_event_points(const struct kc_case *c, const struct kc_event *e);

#endif
