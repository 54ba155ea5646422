/* SPDX-License-Identifier: Apache-2.0 */
/* Identity without a peer uid: a challenge, signed, becomes a session. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "net/call.h"
#include "net/session.h"

struct session_asked {
	struct kc_note note;
	struct kc_session_text text;
	uint8_t token[KC_TOKEN_SIZE];
};

/* --- challenge --- */
static void
read_challenge(struct kc_call *call, const struct kc_view_source *src)
{
	const uint8_t *nonce = call->own;
	struct kc_json w;
	struct kc_buf hex = {0};

	if (src == NULL) {
		kc_call_no_state(call);
		return;
	}
	w = kc_call_json(call, 200);
	kc_buf_hex(&hex, nonce, KC_NONCE_SIZE);
	kc_json_open(&w, '{');
	kc_json_key(&w, "ledger");
	kc_json_slice(&w, kc_state_origin(src->state));
	kc_json_key(&w, "nonce");
	kc_json_slice(&w, kc_buf_view(&hex));
	kc_json_key(&w, "expires_s");
	kc_json_u64(&w, KC_NONCE_MS / 1000);
	kc_json_close(&w, '}');
	kc_buf_free(&hex);
}

void
kc_api_challenge(struct kc_call *call)
{
	uint8_t *nonce = kc_alloc(KC_NONCE_SIZE);

	call->own = nonce;
	if (nonce == NULL ||
	    getrandom(nonce, KC_NONCE_SIZE, 0) != KC_NONCE_SIZE) {
		kc_call_error(call, KC_ENOMEM, "");
		kc_call_reply(call);
		return;
	}
	kc_session_challenge(kc_call_sessions(call), call->source, nonce,
	    kc_clock_monotonic_ms());
	kc_call_read(call, read_challenge, UINT64_MAX, INT64_MAX);
}

/* --- session --- */
static void
finish_session(struct kc_call *call)
{
	struct session_asked *a = call->own;

	kc_session_open(kc_call_sessions(call), a->token, call->actor,
	    &call->key, kc_clock_monotonic_ms());
}

static void
put_token(struct kc_call *call, const struct session_asked *a)
{
	struct kc_json w = kc_call_json(call, 201);
	struct kc_buf hex = {0};

	kc_buf_hex(&hex, a->token, sizeof(a->token));
	kc_json_open(&w, '{');
	kc_json_key(&w, "token");
	kc_json_slice(&w, kc_buf_view(&hex));
	kc_json_key(&w, "actor");
	kc_json_str(&w, call->actor);
	kc_json_key(&w, "idle_s");
	kc_json_u64(&w, KC_SESSION_IDLE_MS / 1000);
	kc_json_key(&w, "absolute_s");
	kc_json_u64(&w, KC_SESSION_ABSOLUTE_MS / 1000);
	kc_json_close(&w, '}');
	kc_buf_free(&hex);
}

/* The key that signed is not the one in force of somebody enrolled. */
static void
refuse_key(struct kc_call *call, const struct session_asked *a)
{
	struct kc_refusal why = {0};
	struct kc_buf hex = {0};
	uint8_t id[KC_KEYID_SIZE];

	(void)kc_refuse(
	    &why, KC_R_KEY_NOT_IN_FORCE, call->actor, NULL, NULL, NULL);
	if (kc_note_sig_keyid(&a->note.sigs[0], id) == KC_OK) {
		kc_buf_hex(&hex, id, sizeof(id));
		kc_refusal_arg(&why, 1, kc_buf_view(&hex));
	}
	kc_buf_free(&hex);
	kc_call_problem(call, &why);
}

/* By whom it is not signed as its key in force would. */
static void
refuse_signer(struct kc_call *call, const struct kc_view_source *src,
    const struct session_asked *a, enum kc_err err)
{
	struct kc_state_person person;

	if (kc_state_person(src->state, a->text.actor, &person) != KC_OK)
		kc_call_refuse(call, KC_R_ACTOR_UNKNOWN, call->actor);
	else if (err == KC_ESIG)
		kc_call_refuse(call, KC_R_SIGNATURE, call->actor);
	else
		refuse_key(call, a);
}

static void
read_session(struct kc_call *call, const struct kc_view_source *src)
{
	struct session_asked *a = call->own;
	enum kc_err err;

	if (src == NULL) {
		kc_call_no_state(call);
		return;
	}
	if (!kc_slice_eq(a->text.ledger, kc_state_origin(src->state))) {
		kc_call_refuse(call, KC_R_REQUEST, "ledger");
		return;
	}
	if (kc_state_actor_key(src->state, a->text.actor, &call->key) !=
	    KC_OK) {
		refuse_signer(call, src, a, KC_ENOKEY);
		return;
	}
	/* The clerk writes; it has no business reading. */
	if ((kc_state_roles(src->state, a->text.actor) & 1u << KC_ROLE_CLERK) !=
	    0) {
		kc_call_refuse(call, KC_R_NO_IDENTITY, NULL);
		return;
	}
	err = kc_note_verify(&a->note, &call->key, 1);
	if (err != KC_OK) {
		kc_call_author_failed(call, a->text.actor);
		refuse_signer(call, src, a, err);
		return;
	}
	put_token(call, a);
	call->finish = finish_session;
}

/* NULL, or what is wrong (static). */
static const char *
parse(struct kc_call *call, struct session_asked *a)
{
	if (kc_note_parse(&a->note, call->input, NULL) != KC_OK ||
	    a->note.nsigs != 1)
		return "not a note with one signature";
	if (!kc_session_text_parse(&a->text, a->note.text))
		return "not a session text";
	if (!kc_slice_copy(call->actor, sizeof(call->actor), a->text.actor))
		return "actor";
	if (!kc_session_redeem(
		kc_call_sessions(call), a->text.nonce, kc_clock_monotonic_ms()))
		return "nonce";
	return NULL;
}

void
kc_api_session(struct kc_call *call)
{
	struct session_asked *a = kc_alloc(sizeof(*a));
	const char *fault = "no memory";

	call->own = a;
	if (a != NULL)
		fault = parse(call, a);
	if (fault == NULL &&
	    getrandom(a->token, sizeof(a->token), 0) !=
		(ssize_t)sizeof(a->token))
		fault = "no random bytes";
	if (fault != NULL) {
		kc_call_refuse(call, KC_R_REQUEST, fault);
		kc_call_reply(call);
		return;
	}
	if (!kc_call_author_may(call, a->text.actor)) {
		kc_call_reply(call);
		return;
	}
	kc_call_read(call, read_session, UINT64_MAX, INT64_MAX);
}
