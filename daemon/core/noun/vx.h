/* SPDX-License-Identifier: Apache-2.0 */
/* What the views share: one rendering, its writers, events and last days. */
#ifndef KC_VX_H
#define KC_VX_H

#include <kaocheng/leaf.h>
#include <kaocheng/machine.h>
#include <kaocheng/view.h>
#include <kaocheng/viewer.h>

#include "noun/unit/unit.h"
#include "noun/year/year.h"

/* Which rows of a list are written (page.c). */
struct kc_page {
	const char *view;
	bool by_rows;         /* its place is counted in rows */
	uint64_t first, want; /* rows before the page; on it at most */
	uint64_t at, rows;    /* those that came; those that were written */
	bool full, off;       /* in bytes; the row at hand is not on it */
	size_t start, n;      /* of the output: of the rows, before the row */
	uint64_t comma;
	unsigned depth;
};

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
	int64_t now_ms;
	const struct kc_unit *unit;   /* NULL: none asked for */
	int year;                     /* 0: no year is open */
	const struct kc_cycle *cycle; /* NULL: no year is open */
	bool in_rows;                 /* "rows" is open */
	/* What the reader sees of the view; nothing until it is found. */
	enum kc_see see;
	enum kc_sees scope;
	uint32_t reader_unit; /* KC_NONE: of none, or not there yet */
	bool asked;           /* the row at hand is one that it sees */
	bool unasked;         /* one was written that nobody asked about */
	uint64_t steps;       /* in the order of last days; for tests of cost */
	struct kc_page page;
};

#define VIEW(name, args, sees, zh, en)                                         \
	enum kc_err kc_render_##name(struct kc_vx *x);
#define SEE(name, sees, zh, en)
#define COL(view, key, zh, en, right)
#define END(name)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END

/* --- what the reader sees (viewer.c) ---------------------------------------
 * Before each row: is what it is about of this unit, or of this target
 * (KC_NONE: of none), among what the reader sees? A view whose row was not
 * asked about is refused to all who do not see the whole of it.
 */
struct kc_case;
bool kc_vx_sees(struct kc_vx *x, uint32_t unit, uint32_t target);
bool kc_vx_sees_case(struct kc_vx *x, const struct kc_case *c);
bool kc_vx_sees_indicator(struct kc_vx *x, uint32_t unit, uint32_t indicator);
/* The same of any unit or judge, without a row. */
bool kc_vx_would_see(const struct kc_vx *x, uint32_t unit, uint32_t target);
/* Something else of the unit, by its own row of the table. */
bool kc_vx_sees_unit_of(
    const struct kc_vx *x, enum kc_see what, const struct kc_unit *u);
/* Refuses what is not seen. */
enum kc_err kc_vx_want_seen(struct kc_vx *x, bool seen);

/* --- writers: one member each -------------------------------------------- */
const char *kc_vx_say(const struct kc_vx *x, const char *zh, const char *en);
void kc_vx_str(struct kc_vx *x, const char *key, const char *s);
void kc_vx_slice(struct kc_vx *x, const char *key, struct kc_slice s);
void kc_vx_buf(struct kc_vx *x, const char *key, const struct kc_buf *b);
void kc_vx_u64(struct kc_vx *x, const char *key, uint64_t v);
void kc_vx_i64(struct kc_vx *x, const char *key, int64_t v);
void kc_vx_bool(struct kc_vx *x, const char *key, bool v);
void kc_vx_null(struct kc_vx *x, const char *key);
/* A word of a set and its label, nulls below 0; text_key: "<key>_text". */
void kc_vx_word_if(struct kc_vx *x, const char *key, const char *text_key,
    enum kc_set set, int value);
/* "sha256:<hex>". */
void kc_vx_hash(struct kc_vx *x, const char *key, const struct kc_hash *h);
/* Null for 0, which is no rank. */
void kc_vx_rank(struct kc_vx *x, const char *key, uint32_t rank);
void kc_vx_points(struct kc_vx *x, const char *key, int64_t e4);
void kc_vx_day(struct kc_vx *x, const char *key, kc_day d);
void kc_vx_instant(struct kc_vx *x, const char *key, int64_t ms);
/* Code of a unit, id of an actor; null for KC_NONE. */
void kc_vx_unit(struct kc_vx *x, const char *key, uint32_t unit);
void kc_vx_actor(struct kc_vx *x, const char *key, uint32_t actor);
/* Word of a vocabulary: `key` has the wire word, key_text the label. */
void
kc_vx_word(struct kc_vx *x, const char *key, enum kc_set set, int64_t value);
/* State of a thing: "state" has the word of the table, state_text its name. */
void kc_vx_state(struct kc_vx *x, enum kc_machine_id m, unsigned state);
/* The same of what holds from a day to a day: whether it has begun or is over,
 * where its own state does not end it (KC_NONE: it does not). */
struct kc_term {
	enum kc_machine_id machine;
	uint32_t ended; /* the state that ended it, or KC_NONE */
	kc_day from, until;
};
void kc_vx_term(struct kc_vx *x, const struct kc_term *t);
const char *kc_term_text(const struct kc_vx *x, const struct kc_term *t);
void kc_vx_rows(struct kc_vx *x); /* opens "rows" */
/* Closes it, for a view that has members after its rows. */
void kc_vx_rows_end(struct kc_vx *x);
void kc_vx_row(struct kc_vx *x); /* opens a row */
void kc_vx_end(struct kc_vx *x); /* closes a row */
const char *kc_vx_label(const struct kc_vx *x, enum kc_set set, int64_t value);
const char *kc_vx_unit_name(const struct kc_vx *x, const struct kc_unit *u);
kc_day kc_event_day(const struct kc_event *e);

/* --- pages (page.c) -------------------------------------------------------
 * What a list does not have on the page it may leave out itself, before it
 * makes the row: true, and the row has been counted. Asked for right before the
 * row, and after whether the reader sees it.
 */
bool kc_vx_passes(struct kc_vx *x);
/* For a list whose place is no number of rows: where it goes on, if it does. */
void kc_vx_goes_on(struct kc_vx *x, bool more, uint64_t at);
/* Called by the writers: with the arguments, around rows and each row. */
enum kc_err kc_page_of(struct kc_vx *x, const struct kc_view *v);
void kc_page_begin(struct kc_vx *x);
void kc_page_row(struct kc_vx *x);
void kc_page_row_end(struct kc_vx *x);
void kc_page_end(struct kc_vx *x);
/* Notes a row that nobody asked about. */
void kc_vx_asked(struct kc_vx *x);

enum kc_err kc_vx_bad_arg(struct kc_vx *x, const char *what);
enum kc_err kc_vx_not_found(
    struct kc_vx *x, const char *zh, const char *en, struct kc_slice id);
/* Refuses when no unit was asked for. */
enum kc_err kc_vx_want_unit(struct kc_vx *x);
/* Refuses when no year is open. */
enum kc_err kc_vx_want_cycle(struct kc_vx *x);

/* --- events --- */
/* Seq of the first (or last) event of a kind; KC_NONE if there is none. */
uint32_t kc_events_first(const struct kc_events *ev, enum kc_kind_id kind);
uint32_t kc_events_last(const struct kc_events *ev, enum kc_kind_id kind);
/* Place of the first one; KC_NONE. */
uint32_t kc_events_at(const struct kc_events *ev, enum kc_kind_id kind);
/* Opens a row with the members that every event has. */
void kc_vx_event(
    struct kc_vx *x, const struct kc_event *e, const struct kc_buf *text);
/* The label of its kind; ", until 2022-10-17", nothing for KC_DAY_NONE. */
void kc_buf_event_label(
    struct kc_buf *b, const struct kc_vx *x, const struct kc_event *e);
void kc_buf_until(struct kc_buf *b, const struct kc_vx *x, kc_day due);

/* --- last days --- */
/* "rule", "value" and "place" of a policy's key; nulls where there is no policy
 * or no key (below 0). */
void kc_vx_rule(struct kc_vx *x, const struct kc_policy *p, int key);
/* What may be done with a thing in this state, by whom, until when: member
 * "next", and in words "now". days by the limits of the machine; NULL if it has
 * none. */
void kc_vx_next(struct kc_vx *x, enum kc_machine_id m, unsigned state,
    const struct kc_last_day *days);
/* Of the kinds that may; NULL: all. */
void kc_vx_next_if(struct kc_vx *x, enum kc_machine_id m, unsigned state,
    const struct kc_last_day *days,
    bool (*may)(const void *ctx, enum kc_kind_id kind), const void *ctx);

/* Adds one of a noun's object if it runs, or has ended where those are asked
 * for, with the units of its target; false when out of memory. */
bool kc_deadline_add(const struct kc_state *st, struct kc_deadlines *to,
    const struct kc_deadline *d);

/* --- the words of entries (said.c) ---------------------------------------- */
/* Reads and decodes one stored entry; e and leaf borrow from bytes. */
enum kc_err kc_vx_load(struct kc_vx *x, uint64_t seq, struct kc_buf *bytes,
    struct kc_leaf *leaf, struct kc_entry *e);
void kc_vx_signers(struct kc_vx *x, const struct kc_entry *e); /* "by": [] */
/* Was one of its signatures made by a key whose window holds it? */
bool
kc_vx_in_doubt(const struct kc_vx *x, const struct kc_entry *e, uint64_t seq);
/* Then the member "in_doubt": true; otherwise nothing. */
void kc_vx_doubt(struct kc_vx *x, const struct kc_entry *e, uint64_t seq);
/* The same of a stored entry, and as words behind a text. */
bool kc_vx_put_doubt(struct kc_vx *x, uint64_t seq, struct kc_buf *text);
/* "by": every signer of these entries, once each. */
void kc_vx_signers_of(struct kc_vx *x, const uint32_t *seqs, unsigned n);
/* What a row of a list begins with: "seq" and "date" of its first event, and
 * "by", who signed that. */
void kc_vx_begun(struct kc_vx *x, const struct kc_events *ev);
/* Members of an event's row: "by", every signer of its entry; with words,
 * the entry's texts and evidence by the names of their fields. */
void kc_vx_said(struct kc_vx *x, const struct kc_event *ev, bool words);

/* Where a thing goes from a day on, by the tables of its noun (view/course.c):
 * by its handle, or by the name of a kind that begins something. */
enum kc_err kc_render_course(struct kc_vx *x, struct kc_slice what, kc_day on);

#endif
