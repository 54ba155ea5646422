/* SPDX-License-Identifier: Apache-2.0 */
/* Nonces and sessions in two small tables. */
#include "net/session.h"

#include <string.h>

void
kc_session_challenge(
    struct kc_sessions *s, const uint8_t nonce[KC_NONCE_SIZE], int64_t now_ms)
{
	struct kc_nonce *n = &s->nonces[s->next_nonce];

	s->next_nonce = (s->next_nonce + 1) % KC_NONCES_MAX;
	n->on = true;
	n->since_ms = now_ms;
	memcpy(n->nonce, nonce, KC_NONCE_SIZE);
}

bool
kc_session_redeem(
    struct kc_sessions *s, const uint8_t nonce[KC_NONCE_SIZE], int64_t now_ms)
{
	for (size_t i = 0; i < KC_NONCES_MAX; i++) {
		struct kc_nonce *n = &s->nonces[i];

		if (!n->on || memcmp(n->nonce, nonce, KC_NONCE_SIZE) != 0)
			continue;
		n->on = false;
		return now_ms - n->since_ms <= KC_NONCE_MS;
	}
	return false;
}

static bool
expired(const struct kc_session *row, int64_t now_ms)
{
	return now_ms - row->used_ms > KC_SESSION_IDLE_MS ||
	    now_ms - row->since_ms > KC_SESSION_ABSOLUTE_MS;
}

void
kc_session_open(struct kc_sessions *s, const uint8_t token[KC_TOKEN_SIZE],
    const char *actor, const struct kc_vkey *key, int64_t now_ms)
{
	struct kc_session *row = &s->rows[0];

	for (size_t i = 0; i < KC_SESSIONS_MAX && row->on; i++) {
		if (!s->rows[i].on || s->rows[i].used_ms < row->used_ms)
			row = &s->rows[i];
	}
	*row = (struct kc_session){.on = true,
	    .token = kc_sha256(token, KC_TOKEN_SIZE),
	    .key = *key,
	    .since_ms = now_ms,
	    .used_ms = now_ms};
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
	    !kc_slice_is(scheme, "Bearer") ||
	    !kc_read_hex(authorization, token, sizeof(token)))
		return NULL;
	/* Hashes are compared, so that time tells nothing about a token. */
	hash = kc_sha256(token, sizeof(token));
	for (size_t i = 0; i < KC_SESSIONS_MAX; i++) {
		struct kc_session *row = &s->rows[i];

		if (!row->on || !kc_hash_eq(&row->token, &hash))
			continue;
		row->on = !expired(row, now_ms);
		row->used_ms = now_ms;
		return row->on ? row : NULL;
	}
	return NULL;
}

void
kc_session_drop(struct kc_sessions *s, const struct kc_vkey *key)
{
	for (size_t i = 0; i < KC_SESSIONS_MAX; i++) {
		if (s->rows[i].on && kc_vkey_eq(&s->rows[i].key, key))
			s->rows[i].on = false;
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
