/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state: everything that follows from the log, and nothing else. One
 * function applies an entry; admission, recovery, offline verification and
 * what-if all call it. It never looks at a clock: time is the `received`
 * instant of the entry at hand. Rules: docs/RULES.md.
 */
#ifndef KAOCHENG_STATE_H
#define KAOCHENG_STATE_H

#include <kaocheng/entry.h>
#include <kaocheng/hash.h>
#include <kaocheng/logkeys.h>

struct kc_state; /* opaque; not thread-safe: one writer, or readers only */

enum kc_err kc_state_new(struct kc_state **out);
void kc_state_free(struct kc_state *st); /* accepts NULL */
/* A state of its own that says and takes the same; it keeps no open last days
 * (kc_state_keep_deadlines). Costs what the state holds, not what the log
 * does: from may be read meanwhile, not changed. KC_ENOMEM. */
enum kc_err kc_state_copy(const struct kc_state *from, struct kc_state **out);

/* Where and when an entry stands in the log. */
struct kc_stamp {
	uint64_t seq;
	int64_t received_ms; /* never before the previous entry's */
};

uint64_t kc_state_size(const struct kc_state *st);       /* entries applied */
int64_t kc_state_received_ms(const struct kc_state *st); /* of the last */
unsigned kc_state_epoch(const struct kc_state *st); /* 0 before ledger.open */
/* Origin of the ledger, "" before ledger.open; log key likewise: the newest. */
struct kc_slice kc_state_origin(const struct kc_state *st);
const struct kc_vkey *kc_state_log_key(const struct kc_state *st);
/* The keys of the log, the newest first: those of which one must have signed a
 * head of the present size (two while a rotation's overlap runs), or all that
 * ever were. None before ledger.open. */
void
kc_state_log_keys(const struct kc_state *st, bool all, struct kc_log_keys *out);
/* The former as they will be once an entry is received at an instant. */
void kc_state_log_keys_at(
    const struct kc_state *st, int64_t received_ms, struct kc_log_keys *out);
/* How each came after the one before (kc_log_keys_follow). */
void kc_state_log_chain(const struct kc_state *st, struct kc_buf *out);

/*
 * May e happen here? KC_OK, KC_EREFUSED (why says which rule, place and
 * state) or KC_ENOMEM. Checks: ledger, times, signers enrolled with a key in
 * force whose key id is the one in the signature line, roles, delegation,
 * clerk entries that must come first, then the guard of the kind. Does not
 * verify the Ed25519 signatures of the note (see kc_state_signer), and does
 * not know ids (see store.h): both are the caller's.
 */
enum kc_err kc_state_check(const struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp at, struct kc_refusal *why);
/* Check, then apply. On KC_EREFUSED nothing changed. After KC_ENOMEM the
 * state must be discarded. at.seq must equal kc_state_size (assertion). */
enum kc_err kc_state_apply(struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp at, struct kc_refusal *why);
/* The same of a statement that is not going to stand, on a state of one's own:
 * what only its standing may tell (what ballots come to) is not there then. */
enum kc_err kc_state_try(struct kc_state *st, const struct kc_entry *e,
    struct kc_stamp at, struct kc_refusal *why);

/* Public key that signature i of e must verify under, as in force now (for
 * ledger.open: as named in it). KC_OK or KC_EREFUSED. */
enum kc_err kc_state_signer(const struct kc_state *st, const struct kc_entry *e,
    unsigned i, uint8_t pub[KC_PUBKEY_SIZE], struct kc_refusal *why);

/*
 * Due queue: clerk entries that time has made necessary. An entry whose
 * received instant is at or after a due instant is refused (KC_R_DUE_FIRST)
 * until the clerk's entry stands. Idempotent by (kind, case, version).
 */
struct kc_due {
	int64_t due_ms; /* the instant from which it is overdue */
	enum kc_kind_id kind;
	uint32_t object; /* internal index */
	uint32_t version;
};
/* Head of the queue; false when it is empty, or while the ledger holds. */
bool kc_state_due(const struct kc_state *st, struct kc_due *out);
/* Appends the text of the clerk's entry for a due item: at is the whole
 * second of received_ms; what it has seen is all that stands, whose root is
 * given; the id is derived from origin, kind, case, version,
 * so that writing it twice is the same entry. */
enum kc_err
kc_state_due_text(const struct kc_state *st, const struct kc_due *due,
    int64_t received_ms, const struct kc_hash *root, struct kc_buf *text);

/* From now on the state keeps its open last days in order, so that a list of
 * them costs what it lists; for a state that is asked often. Looks at every
 * case and letter once; what it costs an entry is O(log n). False when out of
 * memory: the answers are the same, and every list looks at all. */
bool kc_state_keep_deadlines(struct kc_state *st);

/* Handle of the case that the last applied entry created, or "" */
struct kc_slice kc_state_last_handle(const struct kc_state *st);
/* SHA-256 over a canonical listing of the whole state: equal logs, equal
 * digests, on every machine. */
enum kc_err kc_state_digest(const struct kc_state *st, struct kc_hash *out);
size_t kc_state_bytes(const struct kc_state *st); /* heap in use */
/* Roles an actor holds now as bits (1 << KC_ROLE_x), 0 if not enrolled; its
 * unit code, "" if none. For access to reads. */
uint32_t kc_state_roles(const struct kc_state *st, struct kc_slice actor);
struct kc_slice
kc_state_actor_unit(const struct kc_state *st, struct kc_slice actor);
/* What the log says of who an actor is (kind person.commit, or at enrolment).
 * KC_ENOTFOUND: no such actor. */
struct kc_state_person {
	bool has;     /* a commitment was made */
	bool erased;  /* and what opens it is erased, as the log says */
	bool retired; /* the actor is */
	uint64_t seq; /* entry that made it */
	struct kc_hash commitment;
};
enum kc_err kc_state_person(const struct kc_state *st, struct kc_slice actor,
    struct kc_state_person *out);
/* Ids of all actors ever enrolled, in order of enrolment; "" past the end. */
struct kc_slice kc_state_actor(const struct kc_state *st, size_t i);
/* A key in force of an actor; KC_ENOTFOUND if none. For sessions. */
enum kc_err kc_state_actor_key(
    const struct kc_state *st, struct kc_slice actor, struct kc_vkey *out);
/* vkey lines of every author and clerk ever enrolled, in order of enrolment:
 * the `keys` file of an export. */
void kc_state_keys(const struct kc_state *st, struct kc_buf *out);

#endif
