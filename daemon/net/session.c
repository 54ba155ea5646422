/* SPDX-License-Identifier: Apache-2.0 */
/* Nonces and sessions in two small tables. */
#include "net/session.h"

#include <string.h>

#include "http/http.h"
#include "http/limiter.h"

/* --- tables with room for everybody --- */
/* Rows begin with their slot.
 */
static struct kc_slot *
slot_at(void *rows, size_t size, size_t i)
{
	return (struct kc_slot *)(void *)((char *)rows + i * size);
}

static size_t
held_by(void *rows, size_t size, size_t n, uint64_t owner)
{
	size_t held = 0;

	for (size_t i = 0; i < n; i++)
		held += slot_at(rows, size, i)->owner == owner;
	return held;
}

/* The owner's row that was not of use for longest. */
static struct kc_slot *
oldest_of(void *rows, size_t size, size_t n, uint64_t owner)
{
	struct kc_slot *found = NULL;

	for (size_t i = 0; i < n; i++) {
		struct kc_slot *slot = slot_at(rows, size, i);

		if (slot->owner == owner &&
		    (found == NULL || slot->used_ms < found->used_ms))
			found = slot;
	}
	return found;
}

/* A row for `owner`: its own oldest if it has `each`, else a free one, else
 * the oldest of whoever has most. */
static struct kc_slot *
slot_for(void *rows, size_t size, size_t n, uint64_t owner, size_t each)
{
	uint64_t most = owner;
	size_t held = held_by(rows, size, n, owner);
	struct kc_slot *slot;

	if (held >= each)
		return oldest_of(rows, size, n, owner);
	slot = oldest_of(rows, size, n, 0);
	for (size_t i = 0; slot == NULL && i < n; i++) {
		uint64_t other = slot_at(rows, size, i)->owner;
		size_t theirs =
		    other == most ? 0 : held_by(rows, size, n, other);

		if (theirs > held) {
			most = other;
			held = theirs;
		}
	}
	return slot != NULL ? slot : oldest_of(rows, size, n, most);
}

/* --- nonces --- */
static bool
stale(const struct kc_nonce *n, int64_t now_ms)
{
	return now_ms - n->slot.used_ms > KC_NONCE_MS;
}

void
kc_session_challenge(struct kc_sessions *s, uint64_t source,
    const uint8_t nonce[KC_NONCE_SIZE], int64_t now_ms)
{
	struct kc_nonce *n;

	for (size_t i = 0; i < KC_NONCES_MAX; i++) {
		if (stale(&s->nonces[i], now_ms))
			s->nonces[i].slot.owner = 0;
	}
	n = (struct kc_nonce *)(void *)slot_for(s->nonces, sizeof(s->nonces[0]),
	    KC_NONCES_MAX, source, KC_NONCES_EACH);
	n->slot = (struct kc_slot){source, now_ms};
	memcpy(n->nonce, nonce, KC_NONCE_SIZE);
}

bool
kc_session_redeem(
    struct kc_sessions *s, const uint8_t nonce[KC_NONCE_SIZE], int64_t now_ms)
{
	for (size_t i = 0; i < KC_NONCES_MAX; i++) {
		struct kc_nonce *n = &s->nonces[i];

		if (n->slot.owner == 0 ||
		    memcmp(n->nonce, nonce, KC_NONCE_SIZE) != 0)
			continue;
		n->slot.owner = 0;
		return !stale(n, now_ms);
	}
	return false;
}

/* --- sessions --- */
static bool
expired(const struct kc_session *row, int64_t now_ms)
{
	return now_ms - row->slot.used_ms > KC_SESSION_IDLE_MS ||
	    now_ms - row->since_ms > KC_SESSION_ABSOLUTE_MS;
}

void
kc_session_open(struct kc_sessions *s, const uint8_t token[KC_TOKEN_SIZE],
    const char *actor, const struct kc_vkey *key, int64_t now_ms)
{
	uint64_t owner = kc_limiter_key(0, kc_slice_str(actor));
	struct kc_session *row;

	for (size_t i = 0; i < KC_SESSIONS_MAX; i++) {
		if (s->rows[i].slot.owner != 0 && expired(&s->rows[i], now_ms))
			s->rows[i].slot.owner = 0;
	}
	row = (struct kc_session *)(void *)slot_for(s->rows, sizeof(s->rows[0]),
	    KC_SESSIONS_MAX, owner, KC_SESSIONS_EACH);
	*row = (struct kc_session){.slot = {owner, now_ms},
	    .token = kc_sha256(token, KC_TOKEN_SIZE),
	    .key = *key,
	    .since_ms = now_ms};
	(void)kc_slice_copy(
	    row->actor, sizeof(row->actor), kc_slice_str(actor));
}

const struct kc_session *
kc_session_find(
    struct kc_sessions *s, struct kc_slice authorization, int64_t now_ms)
{
	struct kc_slice scheme;
	uint8_t token[KC_TOKEN_SIZE];
	struct kc_hash hash;

	if (!kc_slice_cut(&authorization, ' ', &scheme) ||
	    !kc_http_word_is(scheme, "bearer") ||
	    !kc_read_hex(authorization, token, sizeof(token)))
		return NULL;
	/* Hashes are compared, so that time tells nothing about a token. */
	hash = kc_sha256(token, sizeof(token));
	for (size_t i = 0; i < KC_SESSIONS_MAX; i++) {
		struct kc_session *row = &s->rows[i];

		if (row->slot.owner == 0 || !kc_hash_eq(&row->token, &hash))
			continue;
		if (expired(row, now_ms)) {
			row->slot.owner = 0;
			return NULL;
		}
		row->slot.used_ms = now_ms;
		return row;
	}
	return NULL;
}

void
kc_session_drop(struct kc_sessions *s, const struct kc_vkey *key)
{
	for (size_t i = 0; i < KC_SESSIONS_MAX; i++) {
		if (kc_vkey_eq(&s->rows[i].key, key))
			s->rows[i].slot.owner = 0;
	}
}

static bool
take(struct kc_slice *rest, const char *word, struct kc_slice *value)
{
	struct kc_slice line, first;

	if (!kc_slice_line(rest, &line) || !kc_slice_cut(&line, ' ', &first) ||
	    !kc_slice_is(first, word) || line.n == 0)
		return false;
	*value = line;
	return true;
}

bool
kc_session_text_parse(struct kc_session_text *out, struct kc_slice text)
{
	struct kc_slice line, nonce;

	return kc_slice_line(&text, &line) &&
	    kc_slice_is(line, "kaocheng/v1 session") &&
	    take(&text, "ledger", &out->ledger) &&
	    take(&text, "nonce", &nonce) &&
	    kc_read_hex(nonce, out->nonce, sizeof(out->nonce)) &&
	    take(&text, "actor", &out->actor) && out->actor.n <= KC_CODE_MAX &&
	    text.n == 0;
}
