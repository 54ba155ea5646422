/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the state: the nouns, how they are kept, and the two functions
 * that every kind has. Objects live until the state is freed; indexes and
 * pointers into the arena stay valid. Nothing here looks at a clock.
 */
#ifndef KC_STATE_INT_H
#define KC_STATE_INT_H

#include <kaocheng/calendar.h>
#include <kaocheng/policy.h>
#include <kaocheng/state.h>

#include "containers.h"

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
KC_VEC(kc_u32s, uint32_t);

struct kc_actor_key {
	struct kc_vkey vkey;
	uint64_t from_seq, until_seq; /* in force in [from, until) */
};
KC_VEC(kc_actor_keys, struct kc_actor_key);
struct kc_key_ref {
	uint32_t actor, key; /* state.actors[actor]->keys.v[key] */
};

/* A set of kinds by their numbers, as large as the table of this program. */
struct kc_kind_set {
	uint64_t bits[(KC_K_COUNT + 63) / 64];
};
static inline bool
kc_kind_set_has(const struct kc_kind_set *s, unsigned kind)
{
	return (s->bits[kind / 64] >> (kind % 64) & 1) != 0;
}
static inline void
kc_kind_set_add(struct kc_kind_set *s, unsigned kind)
{
	s->bits[kind / 64] |= UINT64_C(1) << (kind % 64);
}

struct kc_delegation {
	uint32_t to; /* actor index */
	struct kc_kind_set kinds;
	kc_day from, until;
	bool ended;
	uint32_t seq;
};
KC_VEC(kc_delegations, struct kc_delegation);

struct kc_actor {
	char id[KC_CODE_MAX + 1];
	uint32_t index;
	uint32_t unit; /* index in units, KC_NONE if of none */
	uint32_t roles;
	bool retired;
	struct kc_actor_keys keys;
	uint32_t key; /* index in keys of the one in force, or KC_NONE */
	struct kc_delegations given;
	struct kc_u32s acts_for; /* actors that ever delegated to it */
	uint32_t enrolled_seq;
};

struct kc_duty {
	const char *code, *text; /* in the arena */
	uint32_t seq;
};
KC_VEC(kc_duties, struct kc_duty);

struct kc_unit {
	char code[KC_CODE_MAX + 1];
	uint32_t index;
	const char *name, *name_en; /* in the arena; name_en may be "" */
	uint8_t group;
	struct kc_duties duties;
	struct kc_u32s targets, prededucts, warnings; /* indexes */
	uint32_t seq;
};

struct kc_grant {
	char code[KC_CODE_MAX + 1];
	uint32_t assessor; /* unit index */
	uint8_t scope;
	char object[KC_CODE_MAX + 1];
	kc_day from, until;
	bool withdrawn;
	uint32_t seq;
	uint32_t next; /* grant of the same assessor, scope, object; KC_NONE */
};

struct kc_report { /* an indicator in one quarter, latest correction */
	int32_t quarter;
	int32_t rank, last_rank, agreed_rank; /* 0 unknown */
	int64_t value_e4, last_value_e4;
	bool has_last_value;
	uint32_t seq; /* entry that gave the present figures */
};
KC_VEC(kc_reports, struct kc_report);

struct kc_indicator {
	char code[KC_CODE_MAX + 1];
	uint32_t unit;
	uint8_t direction;
	const char *name, *measure;
	struct kc_reports reports;
	uint32_t seq;
};

enum kc_target_state {
	KC_TS_DRAFT,
	KC_TS_SUBMITTED,
	KC_TS_FIRST,
	KC_TS_SECOND,
	KC_TS_READ,
	KC_TS_ACTIVE,
	KC_TS_ASSESSED
};

struct kc_target {
	char code[KC_CODE_MAX + 1];
	uint32_t index;
	uint32_t unit, assessor; /* unit indexes */
	uint32_t indicator;      /* index, KC_NONE */
	uint32_t lead, assist;   /* cadre indexes, KC_NONE */
	int16_t year;
	uint8_t class_, source;
	uint8_t state; /* enum kc_target_state */
	int64_t weight_e4;
	int32_t completion_bp; /* -1 while not found */
	uint32_t completion_seq;
	const char *title;
	const char *standard;   /* "" if none */
	struct kc_u32s duties;  /* indexes in the unit's duties */
	uint32_t open_case;     /* prededuct index not yet terminal, KC_NONE */
	int64_t prededucted_e4; /* sum of D this year, for pd.cap_target */
	struct kc_events events;
};

enum kc_warning_state {
	KC_WS_ISSUED,
	KC_WS_DELIVERED,
	KC_WS_REPLIED,
	KC_WS_LIFTED,
	KC_WS_WITHDRAWN
};
struct kc_addressee {
	uint32_t unit;
	kc_day delivered, reply_due; /* KC_DAY_NONE before delivery */
	int64_t replied_ms;          /* 0 before */
	bool overdue;                /* the clerk's entry stands */
	bool provisional; /* reply_due rests on a calendar not yet adopted */
	uint32_t version;
	uint32_t policy; /* in force at delivery: index in state.policies */
};
KC_VEC(kc_addressees, struct kc_addressee);
struct kc_warning {
	char handle[16];
	uint32_t index, target;
	uint8_t level, state;
	kc_day rectify_by, closed;
	struct kc_addressees to;
	struct kc_events events;
};

enum kc_case_state {
	KC_CS_DECIDED,
	KC_CS_DECLINED, /* terminal */
	KC_CS_EXEMPTED, /* terminal */
	KC_CS_DEDUCTED,
	KC_CS_RECTIFYING,
	KC_CS_SUBMITTED,
	KC_CS_RETURNED, /* final: the assessor granted a rate (0 too) */
	KC_CS_EXPIRED   /* final: R = 0 */
};
struct kc_case { /* a pre-deduction */
	char handle[16];
	uint32_t index, unit, target, decider; /* decider: actor index */
	uint32_t decided_for; /* whose power the decider used: actor index */
	uint32_t assessor;    /* unit index */
	uint8_t situation;    /* index in the policy in force at decision */
	uint8_t effect, state;
	int8_t cause;     /* KC_CAUSE_x, -1 if none was stated */
	uint32_t warning; /* letter that is its ground, KC_NONE */
	uint32_t policy;  /* index in state.policies, for ever */
	int16_t year;
	int32_t number; /* of the notice: 〔year〕number, from confirmation */
	int32_t quarter;
	int64_t standard_e4, deducted_e4, returned_e4;
	int32_t rate_bp; /* -1 before the grant */
	kc_day decided, confirmed, delivered, due, submitted, review_due;
	bool provisional;        /* due rests on a calendar not yet adopted */
	bool review_provisional; /* review_due likewise */
	uint8_t extensions;
	bool extension_asked, review_overdue;
	uint32_t version;  /* of the deadline: bumps with each change */
	uint32_t proposal; /* index in proposals, KC_NONE */
	struct kc_events events;
};

struct kc_cadre {
	char code[KC_CODE_MAX + 1];
	uint32_t index, unit;
	bool city_managed;
	uint32_t seq;
};
enum kc_proposal_state {
	KC_PS_DUE,
	KC_PS_PROPOSED,
	KC_PS_LOST,
	KC_PS_KEPT
};
struct kc_proposal { /* loss of "good" for a cadre and quarter by a case */
	uint32_t cadre, case_;
	int32_t quarter;
	uint8_t state;
	struct kc_events events;
};

struct kc_adopted_policy {
	struct kc_policy *policy;
	struct kc_hash hash; /* of the text */
	uint32_t seq;
};
struct kc_adopted_calendar {
	struct kc_hash hash;
	/* Bit (year - KC_YEAR_MIN): years that this text covers. */
	uint64_t years[(KC_YEAR_MAX - KC_YEAR_MIN) / 64 + 1];
	const char *file;
	uint32_t seq;
};
struct kc_cycle {
	int16_t year;
	uint32_t seq, policy;
	uint32_t cases, notices, warnings; /* counters of handles */
	struct kc_u32s lists;              /* units whose list is issued */
};
/* The responsibility list of a unit and year; from its first draft on. */
struct kc_list {
	uint32_t unit;
	int16_t year;
	uint32_t issued_seq; /* KC_NONE while it is being drawn up */
	int64_t dynamic_e4;  /* of the reserve, used so far */
	struct kc_u32s targets;
};

KC_VEC(kc_due_heap, struct kc_due);

struct kc_state {
	struct kc_arena arena;
	uint64_t size;
	int64_t received_ms;
	char origin[KC_NAME_MAX + 1];
	struct kc_vkey log_key;
	unsigned epoch;          /* of the rules; 0 before ledger.open */
	uint32_t clerk;          /* actor index */
	struct kc_index by_code; /* (namespace, code) -> index; see KC_NS_* */
	KC_VEC_OF(struct kc_actor *) actors;
	KC_VEC_OF(struct kc_unit *) units;
	KC_VEC_OF(struct kc_grant *) grants;
	KC_VEC_OF(struct kc_indicator *) indicators;
	KC_VEC_OF(struct kc_target *) targets;
	KC_VEC_OF(struct kc_warning *) warnings;
	KC_VEC_OF(struct kc_case *) cases;
	KC_VEC_OF(struct kc_cadre *) cadres;
	KC_VEC_OF(struct kc_proposal *) proposals;
	KC_VEC_OF(struct kc_adopted_policy) policies;
	KC_VEC_OF(struct kc_adopted_calendar) calendars;
	KC_VEC_OF(struct kc_cycle *) cycles;
	KC_VEC_OF(struct kc_list *) lists;
	KC_VEC_OF(struct kc_key_ref) keys; /* in order of enrolment */
	struct kc_calendar *calendar;      /* all adopted years */
	struct kc_due_heap due;            /* min-heap, see kc_due_push */
	uint32_t admins;      /* not retired, with a key in force */
	char last_handle[16]; /* set by an apply that makes a case */
};

#define KC_NONE UINT32_MAX
#define KC_LOCAL_OFFSET_S 28800 /* +08:00, all year (calendar.h) */
enum kc_namespace {
	KC_NS_ACTOR,
	KC_NS_UNIT,
	KC_NS_GRANT,
	KC_NS_INDICATOR,
	KC_NS_TARGET,
	KC_NS_WARNING,
	KC_NS_CASE,
	KC_NS_CADRE,
	KC_NS_KEYID, /* "name+hex8" of every vkey: a key is never reused */
	KC_NS_PUB,   /* its 32 bytes: nor by another name */
	/* with a number from 8 bits up: see kc_ns_of */
	KC_NS_DUTY,     /* of a unit -> index in unit.duties */
	KC_NS_LIST,     /* of a year, by unit code -> state.lists */
	KC_NS_GRANT_FOR /* scope << 32 | assessor, by object -> grants */
};
static inline uint64_t
kc_ns_of(enum kc_namespace ns, uint64_t number)
{
	return (uint64_t)ns | number << 8;
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
	uint32_t for_role[2];
	uint32_t on_behalf[2];
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

/* --- shared by the nouns (common.c) ----------------------------------------
 */
/* Finds by code; KC_NONE if absent. */
uint32_t
kc_find(const struct kc_state *st, enum kc_namespace ns, struct kc_slice code);
/* Finds the object a field names, or refuses with KC_R_NOT_FOUND. */
enum kc_err
kc_want(const struct kc_state *st, enum kc_namespace ns, const struct kc_at *at,
    unsigned field, uint32_t *out, struct kc_refusal *why);
/* Refuses KC_R_EXISTS when the code that a field holds is taken. */
enum kc_err kc_want_new(const struct kc_state *st, enum kc_namespace ns,
    const struct kc_at *at, unsigned field, struct kc_refusal *why);
/* Refuses KC_R_STATE: thing, its state, what was asked (kind's name). */
enum kc_err kc_refuse_state(const struct kc_at *at, const char *thing,
    const char *en, const char *zh, struct kc_refusal *why);
/* A word of a set as an argument, in both languages; KC_EREFUSED. */
enum kc_err kc_refusal_word(
    struct kc_refusal *why, unsigned i, enum kc_set set, int64_t value);
const char *kc_target_state_text(uint8_t s, enum kc_lang lang);
const char *kc_warning_state_text(uint8_t s, enum kc_lang lang);
const char *kc_case_state_text(uint8_t s, enum kc_lang lang);
const struct kc_policy *kc_policy_now(const struct kc_state *st); /* NULL */
enum kc_err kc_want_policy(const struct kc_state *st, struct kc_refusal *why);
struct kc_cycle *kc_cycle_of(const struct kc_state *st, int year); /* NULL */
/* The person that filled signer slot i of the kind. */
const struct kc_actor *
kc_signer(const struct kc_state *st, const struct kc_at *at, unsigned slot);
/* Whose power that person used: itself, or who delegated to it. */
const struct kc_actor *
kc_principal(const struct kc_state *st, const struct kc_at *at, unsigned slot);
/* May the assessor's unit assess this target (any class of scope) today?
 * Also refuses KC_R_OWN_UNIT. */
enum kc_err kc_want_grant(const struct kc_state *st, const struct kc_at *at,
    uint32_t assessor_unit, const struct kc_target *t, struct kc_refusal *why);
/* Is the principal of `slot` of this unit? KC_R_UNIT_MISMATCH otherwise. */
enum kc_err kc_want_of_unit(const struct kc_state *st, const struct kc_at *at,
    unsigned slot, uint32_t unit, struct kc_refusal *why);
/* A date as an argument of a refusal. */
void kc_arg_day(struct kc_refusal *r, unsigned i, kc_day d);
/* NUL-terminated copy in the arena with the folds of a TEXT taken out; NULL
 * when out of memory. */
const char *kc_arena_unfold(struct kc_arena *a, struct kc_slice raw);
/* Copies a code of at most KC_CODE_MAX bytes (assertion). */
void kc_code_copy(char out[KC_CODE_MAX + 1], struct kc_slice s);
enum kc_err
kc_log_event(struct kc_state *st, const struct kc_at *at, struct kc_events *to);
/* Cases (prededuct.c, rectify.c). Is a final case unmet: expired, or with a
 * return below pd.met? False while it is not final. */
bool kc_case_unmet(const struct kc_state *st, const struct kc_case *c);
/* pd.issue_cutoff in a year: the last day to confirm. */
kc_day kc_issue_cutoff(const struct kc_policy *p, int year);
/* After a calendar was adopted: computes the open last days anew. Never
 * shortens one; ends what was provisional. */
enum kc_err kc_cases_recalendar(struct kc_state *st);
/* Hash of the latest adopted calendar text that covers the year; NULL. */
const struct kc_hash *kc_calendar_hash(const struct kc_state *st, int year);
const char *kc_proposal_state_text(uint8_t s, enum kc_lang lang);
/* Due queue (due.c): a total order by due_ms, kind, object. An object is the
 * index of a case or a proposal; of a warning letter's addressee it is
 * kc_due_addressee(index of the letter, number of the addressee). */
#define kc_due_addressee(warning, i) ((uint32_t)(warning)*KC_LIST_MAX + (i))
/* Refuses KC_R_EPOCH a kind, field or word that is younger than the ledger's
 * epoch (epoch.c). */
enum kc_err kc_want_epoch(const struct kc_state *st, const struct kc_entry *e,
    struct kc_refusal *why);
/* Refuses KC_R_DUE_FIRST when an item is due at received_ms. */
enum kc_err kc_want_none_due(
    const struct kc_state *st, int64_t received_ms, struct kc_refusal *why);
enum kc_err kc_due_push(struct kc_state *st, const struct kc_due *d);
/* Drops stale heads; called after every apply, so the head is never stale. */
void kc_due_settle(struct kc_state *st);
/* Is the id of the clerk's entry that of the queue's head (FORMAT, The clerk's
 * entries)? Asked when kc_want_due holds. */
enum kc_err kc_want_due_id(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);
/* Is this clerk entry the head of the queue and due at its stamp? */
enum kc_err kc_want_due(const struct kc_state *st, const struct kc_at *at,
    uint32_t object, struct kc_refusal *why);

#endif
