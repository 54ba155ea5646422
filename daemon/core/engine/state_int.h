/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the state: what the engine and every noun share, and the two
 * functions that every kind has. What a noun keeps is declared in its own
 * folder. Objects live until the state is freed; indexes and pointers into
 * the arena stay valid. Nothing here looks at a clock.
 */
#ifndef KC_STATE_INT_H
#define KC_STATE_INT_H

#include <kaocheng/calendar.h>
#include <kaocheng/machine.h>
#include <kaocheng/policy.h>
#include <kaocheng/state.h>

#include "containers.h"
#include "open.h"

struct kc_actor;
struct kc_timed;

/* Nouns by their numbers; kc_nouns[] has a row for each (noun.h). */
enum kc_noun_id {
#define NOUN(num, name, zh, en, has) KC_N_##name = (num),
#include <kaocheng/defs/kinds.def>
#undef NOUN
};

/* An entry that touched an object: enough for trails and explanations. */
struct kc_event {
	uint32_t seq;       /* logs beyond 2^32 entries split by ledger first */
	uint32_t by : 22;   /* index in state.actors of the first signer */
	uint32_t kind : 10; /* enum kc_kind_id */
	int64_t received_ms;
};
#define KC_ACTORS_MAX (1u << 22)
_Static_assert(KC_K_COUNT <= 1u << 10, "kinds fit kc_event");
KC_VEC(kc_events, struct kc_event);

KC_VEC(kc_due_heap, struct kc_due);

/* The first entry of a local day. */
struct kc_log_day {
	kc_day day;
	uint64_t first;
};

/* How the entry at hand is taken. What proves the history (`seen`) is asked of
 * the history alone: a counterfactual (suppose.h) does not ask it again. */
enum kc_taken {
	KC_TAKEN_REAL,
	KC_TAKEN_AS_IF,   /* an entry of the log, in a counterfactual */
	KC_TAKEN_SUPPOSED /* one that the log does not have */
};

/* Of few nouns, for each entry goes through them. */
#define KC_HOOKS_MAX 32
struct kc_noun;
struct kc_hooks {
	const struct kc_noun *v[KC_HOOKS_MAX];
	size_t n;
};

struct kc_state {
	struct kc_arena arena;
	enum kc_taken taken;
	uint64_t size;
	int64_t received_ms;
	char origin[KC_NAME_MAX + 1];
	struct kc_vkey log_key;
	unsigned epoch;     /* of the rules; 0 before ledger.open */
	uint32_t clerk;     /* actor index */
	int64_t stale_days; /* seen.stale_days in force */
	KC_VEC_OF(struct kc_log_day) days; /* on which entries were received */
	struct kc_index by_code; /* (namespace, code) -> index; see KC_NS_* */
/* What each noun keeps: st->actors, st->units, ... (its .def) */
#define HAS(type, member) KC_VEC_OF(type) member;
#define NOUN(num, name, zh, en, has) has
#include <kaocheng/defs/kinds.def>
#undef NOUN
#undef HAS
	struct kc_calendar *calendar; /* all adopted years */
	struct kc_due_heap due;       /* min-heap, see kc_due_push */
	uint64_t due_steps;           /* comparisons that it has cost */
	struct kc_open open;          /* open last days, if they are kept */
	/* Of the kinds that the clerk writes when time has passed. */
	const struct kc_timed *timed[KC_K_COUNT];
	/* Nouns that ask something of every entry, and those that see it. */
	struct kc_hooks admitting, watching;
	bool held;     /* the clock is not believed: nothing is due (hold.h) */
	bool restored; /* and not accepted yet: nothing is due either */
	/* Entries up to the last one after which others may have to be told of
	 * what is due than before (noun/reminder/tell.c). */
	uint64_t who_seq;
	uint32_t admins;      /* not retired, with a key in force */
	uint32_t doubts;      /* keys with a disputed window */
	char last_handle[16]; /* set by an apply that makes a case */
};

#define KC_NONE UINT32_MAX
/* Name space of codes: the i-th of a noun (its header has names for them);
 * and one of many, by a number. */
#define KC_NS(noun, i) ((unsigned)KC_N_##noun << 3 | (i))
/* The first of the noun with this number: its objects. */
#define KC_NS_OBJECTS(number) ((unsigned)(number) << 3)
static inline uint64_t
kc_ns_of(unsigned ns, uint64_t number)
{
	return (uint64_t)ns | number << 10;
}

/* What a guard and an apply see of the entry at hand. */
struct kc_at {
	const struct kc_entry *e;
	struct kc_stamp stamp;
	kc_day day;                      /* local date of received */
	uint32_t signer[KC_SIGNERS_MAX]; /* actor indexes; by order */
	/* Signer slot i of the kind is filled by the person for_role[i], who
	 * signs for on_behalf[i] (itself, or who delegated to it): persons
	 * differ by for_role, powers and units come from on_behalf. */
	uint32_t for_role[KC_PLACES_MAX];
	uint32_t on_behalf[KC_PLACES_MAX];
};

#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	/* wire: zh */                                                         \
	enum kc_err sym##_guard(const struct kc_state *st,                     \
	    const struct kc_at *at, struct kc_refusal *why);                   \
	enum kc_err sym##_apply(struct kc_state *st, const struct kc_at *at);
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END

/* --- shared by the nouns (common.c) --- */
/* Finds by code; KC_NONE if absent. */
uint32_t kc_find(const struct kc_state *st, unsigned ns, struct kc_slice code);
/* Finds the object a field names, or refuses with KC_R_NOT_FOUND. */
enum kc_err
kc_want(const struct kc_state *st, unsigned ns, const struct kc_at *at,
    unsigned field, uint32_t *out, struct kc_refusal *why);
/* Refuses KC_R_EXISTS when the code that a field holds is taken. */
enum kc_err kc_want_new(const struct kc_state *st, unsigned ns,
    const struct kc_at *at, unsigned field, struct kc_refusal *why);
/* Refuses KC_R_STATE: thing, its state, what was asked (kind's name). */
enum kc_err kc_refuse_state(const struct kc_at *at, const char *thing,
    const char *en, const char *zh, struct kc_refusal *why);
/* The same unless the machine lets the kind of the entry happen in this state,
 * and with what can be done instead. The kind has a move on the machine
 * (assertion). */
enum kc_err kc_want_state(const struct kc_at *at, enum kc_machine_id m,
    unsigned state, const char *thing, struct kc_refusal *why);
/* Refuses KC_R_FIELD_VALUE: a field of the entry, and what it must be; "" for
 * an argument that the caller sets. */
enum kc_err kc_refuse_field(const struct kc_at *at, unsigned field,
    const char *en, const char *zh, struct kc_refusal *why);
/* The same unless the i-th place of a field has "sha256:<hex>" of this. */
enum kc_err kc_want_hash(const struct kc_at *at, unsigned field, unsigned i,
    const struct kc_hash *h, struct kc_refusal *why);
/* A word of a set as an argument, in both languages; KC_EREFUSED. */
enum kc_err kc_refusal_word(
    struct kc_refusal *why, unsigned i, enum kc_set set, int64_t value);
/* The person that filled signer slot i of the kind. */
const struct kc_actor *
kc_signer(const struct kc_state *st, const struct kc_at *at, unsigned slot);
/* Whose power that person used: itself, or who delegated to it. */
const struct kc_actor *
kc_principal(const struct kc_state *st, const struct kc_at *at, unsigned slot);
void kc_buf_quarter(struct kc_buf *b, int32_t quarter); /* "2022-Q3" */
/* Refuses KC_R_DATE_ORDER: the day is not from first to last. */
enum kc_err
kc_refuse_range(struct kc_refusal *why, kc_day day, kc_day first, kc_day last);
/* A date as an argument of a refusal. */
void kc_arg_day(struct kc_refusal *r, unsigned i, kc_day d);
/* "feedback deliver PD-2022-0001": as the kind is typed; about: NULL, none. */
void kc_arg_command(struct kc_refusal *r, unsigned i,
    const struct kc_kind *kind, const char *about);
/* NUL-terminated copy in the arena with the folds of a TEXT taken out; NULL
 * when out of memory. */
const char *kc_arena_unfold(struct kc_arena *a, struct kc_slice raw);
/* Copies a code of at most KC_CODE_MAX bytes (assertion). */
void kc_code_copy(char out[KC_CODE_MAX + 1], struct kc_slice s);
enum kc_err
kc_log_event(struct kc_state *st, const struct kc_at *at, struct kc_events *to);
/* KC_R_AT_FUTURE or KC_R_AT_STALE: the author's instant, and the ledger's. */
enum kc_err kc_refuse_at(
    const struct kc_at *at, enum kc_refusal_code code, struct kc_refusal *why);
/* Due queue (due.c): a total order by due_ms, kind, object. */
/* What the author has seen (seen.c): no more than stands, no less than it saw
 * before, not stale. Whether the root is that of this log is a matter of the
 * tree: kc_seen_check (seen.h). */
enum kc_err kc_want_seen(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);
enum kc_err kc_note_seen(struct kc_state *st, const struct kc_at *at);
/* Refuses KC_R_CHARACTER a text that its field may not hold, and KC_R_ALIKE a
 * name or code of the same shape as one that is taken, from epoch 2 on
 * (texts.c). An empty name is none. */
enum kc_err kc_want_texts(const struct kc_state *st, const struct kc_entry *e,
    struct kc_refusal *why);
enum kc_err kc_want_apart(const struct kc_state *st, struct kc_slice name,
    const char *taken, const char *thing_en, const char *thing_zh,
    struct kc_refusal *why);
/* Refuses KC_R_EPOCH a kind, field or word that is younger than the ledger's
 * epoch (epoch.c). */
enum kc_err kc_want_epoch(const struct kc_state *st, const struct kc_entry *e,
    struct kc_refusal *why);
/* SHA-256 over a canonical listing of all that the ledger holds of a unit: what
 * a hearing about it rests on. Costs what the unit's things cost. */
enum kc_err
kc_unit_digest(const struct kc_state *st, uint32_t unit, struct kc_hash *out);
/* Refuses KC_R_DUE_FIRST when an item is due at received_ms. */
enum kc_err kc_want_none_due(
    const struct kc_state *st, int64_t received_ms, struct kc_refusal *why);
/* How many entries of the clerk are due at an instant and do not stand; none
 * while the ledger holds. */
uint32_t kc_due_count(const struct kc_state *st, int64_t now_ms);
/* Does anything fall due after one instant, up to another; in a hold, would it?
 */
bool
kc_due_between(const struct kc_state *st, int64_t after_ms, int64_t until_ms);
/* Up to which instant the clerk has written what falls due by time; what is due
 * at once (0) aside. */
int64_t kc_due_written_ms(const struct kc_state *st);
enum kc_err kc_due_push(struct kc_state *st, const struct kc_due *d);
/* What the item is about, once in the ledger: a handle, for a letter with
 * the unit that has not replied. */
void kc_due_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b);
/* Learns which kinds the clerk writes; for a new state. */
void kc_due_kinds(struct kc_state *st);
/* First instant after the day, in local time. */
int64_t kc_day_end_ms(kc_day d);
/* Takes a newly computed day over, unless it would shorten the period that
 * was notified. True if anything changed. */
bool
kc_due_take(kc_day *due, bool *was_provisional, kc_day day, bool provisional);
/* After a calendar was adopted that says nothing of days before `first`: every
 * noun computes its last days anew. */
enum kc_err kc_nouns_recalendar(struct kc_state *st, kc_day first);
/* Of a counterfactual: an entry of the log falls away and keeps its place; no
 * time passes. */
void kc_state_pass(struct kc_state *st);
/* Likewise: an entry that is nobody's to suppose stands, and whoever signed it;
 * what its noun keeps is taken over from the log's state (noun.h: as_is). */
enum kc_err kc_state_stay(
    struct kc_state *st, const struct kc_entry *e, struct kc_stamp stamp);
/* Drops stale heads; called after every apply, so the head is never stale. */
void kc_due_settle(struct kc_state *st);
/* Called after every apply: what is kept of open last days is that of st. */
void kc_open_after(struct kc_state *st, const struct kc_at *at);
/* Is the id of the clerk's entry that of the queue's head (FORMAT, The clerk's
 * entries)? Asked when kc_want_due holds. */
enum kc_err kc_want_due_id(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);
/* Is this clerk entry the head of the queue and due at its stamp? */
enum kc_err kc_want_due(const struct kc_state *st, const struct kc_at *at,
    uint32_t object, struct kc_refusal *why);

#endif
