/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Error values of every fallible function of libkaocheng: 0 is success,
 * negatives are errors. A rule that says no is a struct kc_refusal beside
 * KC_EREFUSED (refusal.h), never a string.
 */
#ifndef KAOCHENG_ERR_H
#define KAOCHENG_ERR_H

/* X(symbol, value, text): who returns it, and what state is left. */
#define KC_ERRORS(X)                                                           \
	/* any allocator; the object named in the call must be discarded */    \
	X(KC_ENOMEM, -1, "out of memory")                                      \
	/* parsers: the bytes are not in the one accepted form */              \
	X(KC_ESYNTAX, -2, "malformed")                                         \
	/* parsers and buffers: a limit of limits.h is passed */               \
	X(KC_ETOOBIG, -3, "too large")                                         \
	/* verifiers: a signature by a known key does not verify */            \
	X(KC_ESIG, -4, "bad signature")                                        \
	/* verifiers: no signature by a known key is present */                \
	X(KC_ENOKEY, -5, "no known key")                                       \
	/* merkle, proof, bundle: hashes do not lead to the root */            \
	X(KC_EPROOF, -6, "proof does not verify")                              \
	/* look-ups */                                                         \
	X(KC_ENOTFOUND, -7, "not found")                                       \
	/* guards, codec, policy: see the struct kc_refusal; nothing changed   \
	 */                                                                    \
	X(KC_EREFUSED, -8, "refused")                                          \
	/* store: the outcome of a write is not known; stop writing */         \
	X(KC_EUNKNOWN, -9, "outcome unknown")                                  \
	/* store: system call failed before anything was written */            \
	X(KC_EIO, -10, "input/output error")                                   \
	/* store: no room; nothing was written */                              \
	X(KC_EFULL, -11, "storage full")                                       \
	/* store: another process holds the ledger */                          \
	X(KC_EBUSY, -12, "in use by another process")                          \
	/* store, verify: stored bytes contradict each other */                \
	X(KC_ECORRUPT, -13, "corrupt")                                         \
	/* store: the ledger is older than its anchor */                       \
	X(KC_EROLLBACK, -14, "rolled back")                                    \
	/* store: ledger and anchor differ at the same size */                 \
	X(KC_EFORK, -15, "forked")                                             \
	/* store: the anchor or file belongs to another ledger */              \
	X(KC_EFOREIGN, -16, "foreign ledger")                                  \
	/* sequencer: the head moved; rebuild and try again */                 \
	X(KC_ECONFLICT, -17, "conflict")                                       \
	/* sequencer: another writer took over; stop */                        \
	X(KC_EFENCED, -18, "fenced")                                           \
	/* sequencer: cannot be reached; nothing was written */                \
	X(KC_EUNAVAILABLE, -19, "unavailable")                                 \
	/* a caller's misuse that input can reach (bad option, bad path) */    \
	X(KC_EINVAL, -20, "invalid argument")                                  \
	/* verify: all that is there holds, but part is missing */             \
	X(KC_EINCOMPLETE, -21, "incomplete")                                   \
	/* store: of a format that a newer program made */                     \
	X(KC_ENEWER, -22, "made by a newer program")

enum kc_err {
	KC_OK = 0,
#define X(sym, value, text) sym = value,
	KC_ERRORS(X)
#undef X
};

/* Static English text of an error; never NULL. */
const char *kc_err_text(enum kc_err err);

#endif
