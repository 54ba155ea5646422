/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of readers without a peer uid: a nonce is given out, signed with
 * an actor's key, and changed for a bearer token. In memory only. Pure but
 * for the random bytes, which the caller brings.
 */
#ifndef KC_NET_SESSION_H
#define KC_NET_SESSION_H

#include <kaocheng/hash.h>
#include <kaocheng/limits.h>
#include <kaocheng/sign.h>

#define KC_NONCE_SIZE 32
#define KC_TOKEN_SIZE 32
#define KC_SESSIONS_MAX 256
#define KC_SESSIONS_EACH 16 /* of one actor */
#define KC_NONCES_MAX 1024
#define KC_NONCES_EACH 256              /* of one source */
#define KC_NONCE_MS 60000               /* a challenge holds for a minute */
#define KC_SESSION_IDLE_MS 900000       /* 15 minutes */
#define KC_SESSION_ABSOLUTE_MS 28800000 /* 8 hours */

/* A row of a table: whose it is and when it was last of use. */
struct kc_slot {
	uint64_t owner; /* 0: free */
	int64_t used_ms;
};

struct kc_session {
	struct kc_slot slot;  /* of the actor */
	struct kc_hash token; /* SHA-256 of it: the token is not kept */
	char actor[KC_CODE_MAX + 1];
	struct kc_vkey key; /* dropped when it is no longer in force */
	int64_t since_ms;
};

struct kc_sessions {
	struct kc_session rows[KC_SESSIONS_MAX];
	struct kc_nonce {
		struct kc_slot slot; /* of the source */
		uint8_t nonce[KC_NONCE_SIZE];
	} nonces[KC_NONCES_MAX];
};

/* Remembers a nonce that was given to a source. If there is no room, whoever
 * has most of them loses the oldest one; nobody has more than a quarter. */
void kc_session_challenge(struct kc_sessions *s, uint64_t source,
    const uint8_t nonce[KC_NONCE_SIZE], int64_t now_ms);
/* Takes a nonce back, once: false if it is unknown or too old. */
bool kc_session_redeem(
    struct kc_sessions *s, const uint8_t nonce[KC_NONCE_SIZE], int64_t now_ms);
/* Opens a session. An actor that has a sixteenth of them loses the one that
 * it did not use for longest. */
void kc_session_open(struct kc_sessions *s, const uint8_t token[KC_TOKEN_SIZE],
    const char *actor, const struct kc_vkey *key, int64_t now_ms);
/* The session of "Bearer <64 hex digits>", and marks it used; or NULL. */
const struct kc_session *kc_session_find(
    struct kc_sessions *s, struct kc_slice authorization, int64_t now_ms);
/* Ends every session of a key. */
void kc_session_drop(struct kc_sessions *s, const struct kc_vkey *key);

/* The text that an actor signs, taken apart:
 *   kaocheng/v1 session LF ledger <origin> LF nonce <hex> LF actor <id> LF */
struct kc_session_text {
	struct kc_slice ledger, actor;
	uint8_t nonce[KC_NONCE_SIZE];
};
bool kc_session_text_parse(struct kc_session_text *out, struct kc_slice text);

#endif
