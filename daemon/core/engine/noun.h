/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine asks of a noun. Each noun has a folder under noun/ with one
 * struct kc_noun (noun.c); the engine goes through kc_nouns[] and knows none
 * of them. Every function may be NULL: nothing to do.
 */
#ifndef KC_NOUN_H
#define KC_NOUN_H

#include <kaocheng/near.h>
#include <kaocheng/suppose.h>
#include <kaocheng/viewer.h>

#include "hold.h"
#include "state_int.h"

/* --- the digest (digest.c) -------------------------------------------------
 * A canonical listing: numbers as big-endian 64 bits, texts with their length
 * before them. Of a word, a kind or a state its fixed number is listed, never
 * a place in a table. What a later epoch adds to an object is listed only
 * where the object has it, so that older ledgers keep their digest.
 */
struct kc_digest;
/* Is what is of this unit (KC_NONE: of none) listed? In a digest of the whole
 * state everything is, in one of a unit what is its own. */
bool kc_digest_wants(const struct kc_digest *d, uint32_t unit);
/* Opens an object: its class within the noun. */
void kc_digest_open(struct kc_digest *d, char class_);
void kc_digest_num(struct kc_digest *d, int64_t v);
void kc_digest_text(struct kc_digest *d, const char *s);
void kc_digest_hash(struct kc_digest *d, const struct kc_hash *h);
void kc_digest_vkey(struct kc_digest *d, const struct kc_vkey *k);
void kc_digest_u32s(struct kc_digest *d, const struct kc_u32s *v);
void kc_digest_events(struct kc_digest *d, const struct kc_events *v);

/* --- entries of the clerk (due.c) --- */
struct kc_made; /* a draft in the making; keeps the texts of its values */
void
kc_made_text(struct kc_made *m, unsigned field, const char *s); /* borrowed */
void kc_made_day(struct kc_made *m, unsigned field, kc_day d);
void kc_made_quarter(struct kc_made *m, unsigned field, int32_t quarter);
void kc_made_hash(struct kc_made *m, unsigned field, const struct kc_hash *h);
void kc_made_number(struct kc_made *m, unsigned field, int64_t v);
void kc_made_points(struct kc_made *m, unsigned field, int64_t e4);
/* The text cannot be made: out of memory. */
void kc_made_fail(struct kc_made *m, enum kc_err err);

/* A kind that the clerk writes when an instant has passed. */
struct kc_timed {
	enum kc_kind_id kind;
	/* Is the item still what the state asks for? */
	bool (*is_live)(const struct kc_state *st, const struct kc_due *d);
	/* What it is about, once in the ledger: a handle. */
	void (*about)(const struct kc_state *st, const struct kc_due *d,
	    struct kc_buf *b);
	/* The fields of the entry, in their order. */
	void (*fill)(const struct kc_state *st, const struct kc_due *d,
	    struct kc_made *m);
	/* Takes back what the entry did to an object, if it stands, when the
	 * last day is moved after all (deadline.move); and what is against
	 * that. NULL: nothing is done, nothing is against it. */
	enum kc_err (*may_revive)(
	    const struct kc_state *st, uint32_t object, struct kc_refusal *why);
	void (*revive)(struct kc_state *st, uint32_t object);
};

/* --- counterfactuals (suppose.c) --- */
/* Texts that were put in place of adopted ones, and what was done with the
 * entry at hand. */
struct kc_instead {
	struct kc_buf policy, calendar;
	enum {
		KC_INSTEAD_NOTHING,
		KC_INSTEAD_PUT,
		KC_INSTEAD_AGAIN /* the entry falls away */
	} what;
};

/* --- units that are put together or divided (noun/reform) --- */
/* By the entry at hand what is of one unit becomes another's. */
struct kc_handover {
	const struct kc_at *at;
	uint32_t from, into; /* units */
	uint32_t office;  /* judges what one would judge of itself; KC_NONE */
	const bool *goes; /* by target: it goes, with all that hangs on it */
	bool all;         /* the unit ends: what is of no target goes too, */
	int year;         /* if it is of this year or later */
};
/* Who judges something of `unit` from now on that `judge` did. */
uint32_t
kc_judge_after(const struct kc_handover *h, uint32_t unit, uint32_t judge);

/* --- the noun --- */
struct kc_subject;
#define KC_NOUN_THINGS 4
#define KC_NOUN_TIMED 8
#define KC_NOUN_NAMED 6
/* A field by which an entry of any kind names one of a noun's objects: which
 * name space it is looked up in, whether the object is of a unit, and (may be
 * NULL) whether that unit judges it on a day. */
struct kc_named {
	const char *field;
	unsigned ns;
	bool (*of)(const struct kc_state *st, uint32_t index, uint32_t unit);
	bool (*judged)(const struct kc_state *st, uint32_t index, uint32_t unit,
	    kc_day day);
	/* Units that are a party to it (UNIT or JUDGE), one after another from
	 * 0; KC_NONE: no more. And its handle. */
	uint32_t (*party)(const struct kc_state *st, uint32_t index,
	    enum kc_party party, uint32_t i);
	const char *(*handle)(const struct kc_state *st, uint32_t index);
	/* The entries that touched it: an entry of another noun that does is
	 * taken down there too. */
	struct kc_events *(*events)(const struct kc_state *st, uint32_t index);
	/* How many there are, and in which state of its machine one is; NULL:
	 * they have no states. */
	uint32_t (*count)(const struct kc_state *st);
	unsigned (*state)(const struct kc_state *st, uint32_t index);
	enum kc_machine_id machine;
};
/* Of objects that belong to no unit. */
bool kc_of_nobody(const struct kc_state *st, uint32_t index, uint32_t unit);
/* Handle, entries, number and state of objects that have these as members of
 * their own, in a vector of the state: <thing>_handle, <thing>_events,
 * <thing>_count and <thing>_state. */
#define KC_OBJECTS(thing, all)                                                 \
	static const char *thing##_handle(                                     \
	    const struct kc_state *st, uint32_t index)                         \
	{                                                                      \
		return st->all.v[index]->handle;                               \
	}                                                                      \
	static struct kc_events *thing##_events(                               \
	    const struct kc_state *st, uint32_t index)                         \
	{                                                                      \
		return &st->all.v[index]->events;                              \
	}                                                                      \
	static uint32_t thing##_count(const struct kc_state *st)               \
	{                                                                      \
		return st->all.n;                                              \
	}                                                                      \
	static unsigned thing##_state(                                         \
	    const struct kc_state *st, uint32_t index)                         \
	{                                                                      \
		return st->all.v[index]->state;                                \
	}

struct kc_noun {
	/* What its name spaces hold (KC_NS(noun, i)), as refusals call it. */
	struct {
		const char *en, *zh;
	} things[KC_NOUN_THINGS];
	/* Rows end with one whose field is NULL. */
	struct kc_named named[KC_NOUN_NAMED];
	/* May an entry of its kinds change a score? Then it names, by some
	 * noun's fields, something of each unit whose score it changes, or
	 * nothing of any unit. */
	bool scores;
	/* Its entries are read by those who see this; of a noun that says
	 * nothing by the keepers alone. */
	enum kc_see sees;
	/* An entry that is read as something else; KC_SEE_NONE: as the rest. */
	enum kc_see (*reads)(const struct kc_entry *e);
	/* After a statement that is tried and does not stand (kc_state_try):
	 * takes out of the state what only its standing may tell. */
	void (*unsay)(struct kc_state *st, const struct kc_entry *e);
	/* What of its decisions can be disputed (noun/dispute/dispute.h). Rows
	 * end with one whose matter is NULL. */
	const struct kc_subject *subjects;
	/* What its objects hold beside themselves: every vector that is not a
	 * member of the state, every text and what else is allocated. */
	void (*holds)(struct kc_state *st, struct kc_hold *h);
	/* Lists every object in order of its index; of a noun that keeps things
	 * of units, those that kc_digest_wants. */
	bool of_units;
	void (*digest)(const struct kc_state *st, struct kc_digest *d);
	/* Rows end with one whose is_live is NULL. */
	struct kc_timed timed[KC_NOUN_TIMED];
	/* Where its objects have last days: how many objects there are
	 * (those of its first name space), and the open last days of one of
	 * them (open.h); false when out of memory. They may change by an entry
	 * that names the object, by one that touches it (kc_open_touch), by a
	 * calendar and by an outage of everything. */
	uint32_t (*objects)(const struct kc_state *st);
	bool (*deadlines)(const struct kc_state *st, uint32_t object,
	    struct kc_deadlines *to);
	/* The policy by which one of its last days is reckoned; NULL: it is
	 * none of this noun's. */
	const struct kc_policy *(*rules)(
	    const struct kc_state *st, const struct kc_deadline *d);
	/* After a calendar was adopted: computes those of one object anew.
	 * Never shortens one; ends what was provisional. */
	enum kc_err (*recalendar)(struct kc_state *st, uint32_t object);
	/* May this entry go before what is due? */
	bool (*goes_first)(const struct kc_state *st, const struct kc_at *at);
	/* Of a counterfactual: the next entry takes the numbers that the log's
	 * own state would give it (suppose.h). */
	void (*numbers_as)(struct kc_state *st, const struct kc_state *is);
	/* Of a counterfactual too: its entries are nobody's to suppose. After
	 * one that the log's state has taken, the supposed one has of this
	 * noun what the log has. */
	enum kc_err (*as_is)(struct kc_state *as_if, const struct kc_state *is);
	/* Puts a supposed text into an entry of the log, or says that it stands
	 * already. KC_EREFUSED: the text is malformed. */
	enum kc_err (*instead)(const struct kc_state *st,
	    const struct kc_supposition *s, struct kc_entry *e,
	    struct kc_instead *instead, struct kc_refusal *why);
	/* Gives what is of a unit to another; each thing keeps the entry. */
	enum kc_err (*hand_over)(
	    struct kc_state *st, const struct kc_handover *h);
	/* Sees every entry that was applied, its own and others'. */
	enum kc_err (*after)(struct kc_state *st, const struct kc_at *at);
	/* Asked of every entry of any kind, the clerk's too: may it stand now?
	 */
	enum kc_err (*admits)(const struct kc_state *st, const struct kc_at *at,
	    struct kc_refusal *why);
};
/* By enum kc_noun_id; names come from the table. */
extern const struct kc_noun *const kc_nouns[];
extern const size_t kc_nouns_n;
/* That of a kind. */
const struct kc_noun *kc_noun_of(enum kc_kind_id kind);
/* The thing that a handle names, and its index; NULL: there is none. */
/* Holds every code of a name space against what was typed; and what may be
 * meant as {2} of a refusal, nothing if none is. */
void
kc_near_things(const struct kc_state *st, unsigned ns, struct kc_near *near);
void kc_refusal_near(struct kc_refusal *why, const struct kc_near *near);
const struct kc_named *kc_named_find(
    const struct kc_state *st, struct kc_slice handle, uint32_t *index);

#endif
