/* SPDX-License-Identifier: Apache-2.0 */
/* Whose limits hold for a call, and what they say. */
#include "net/gate_int.h"

bool
kc_call_is_own(const struct kc_call *call)
{
	const struct kc_peer *peer = &call->conn->peer;

	return peer->local && peer->uid == call->gate->own_uid;
}

/* Whose limits hold: a session's actor has its own, whatever it came by. */
static void
find_source(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	const struct kc_session *session = NULL;

	call->source = call->conn->peer.id;
	call->standing = call->conn->peer.standing;
	call->unlimited = kc_call_is_own(call) && !g->config->limit_own_uid;
	if (kc_call_is_own(call) || call->req.authorization.n == 0)
		return;
	session = kc_session_find(
	    &g->sessions, call->req.authorization, kc_clock_monotonic_ms());
	if (session == NULL)
		return;
	call->source = kc_limiter_key(0, kc_slice_str(session->actor));
	call->standing = KC_STANDING_READER;
}

static bool
refuse_rate(struct kc_call *call, int64_t wait_ms)
{
	if (wait_ms == 0)
		return true;
	call->gate->limited++;
	call->retry_ms = wait_ms;
	kc_call_refuse(call, KC_R_RATE, NULL);
	return false;
}

/* One request of the source's budget for what is asked. */
bool
kc_call_within_limits(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	const struct kc_config *c = g->config;
	bool cheap =
	    call->route != NULL && call->route->budget != KC_BUDGET_ASKS;

	find_source(call);
	return call->unlimited ||
	    refuse_rate(call,
		kc_limiter_ask(cheap ? &g->reads : &g->asks, call->source,
		    cheap ? c->reads_per_s : c->requests_per_s,
		    kc_clock_monotonic_ms()));
}

bool
kc_call_author_may(struct kc_call *call, struct kc_slice author)
{
	return call->unlimited ||
	    refuse_rate(call,
		kc_penalty_left(&call->gate->penalties,
		    kc_limiter_key(call->source, author),
		    kc_clock_monotonic_ms()));
}

bool
kc_call_author_asks(struct kc_call *call, struct kc_slice author)
{
	return call->unlimited ||
	    refuse_rate(call,
		kc_limiter_ask(&call->gate->posts,
		    kc_limiter_key(call->source, author),
		    call->gate->config->requests_per_s,
		    kc_clock_monotonic_ms()));
}

bool
kc_call_take_notes(struct kc_call *call, unsigned n)
{
	struct kc_shares *s = &call->gate->host.shares;
	size_t max = kc_share_max(s, call->standing, KC_POOL_NOTES);

	/* Others leave room for our own uid; the ledger says when it is out. */
	if (call->standing == KC_STANDING_OWN)
		return true;
	if (n > max) {
		kc_call_bad(call, 413, "more notes than one source may send");
		return false;
	}
	if (!kc_share_take(s, call->source, call->standing, KC_POOL_NOTES, n)) {
		kc_call_refuse(call, KC_R_RATE, NULL);
		return false;
	}
	call->notes_n = n;
	return true;
}

void
kc_call_give_notes(struct kc_call *call)
{
	kc_share_give(&call->gate->host.shares, call->source, call->standing,
	    KC_POOL_NOTES, call->notes_n);
	call->notes_n = 0;
}

void
kc_call_author_failed(struct kc_call *call, struct kc_slice author)
{
	for (unsigned i = 0; i < call->nfailed; i++) {
		if (kc_slice_is(author, call->failed[i]))
			return;
	}
	if (call->nfailed < KC_CALL_FAILED_MAX &&
	    kc_slice_copy(call->failed[call->nfailed], KC_CODE_MAX + 1, author))
		call->nfailed++;
}

void
kc_call_penalize(struct kc_call *call)
{
	for (unsigned i = 0; !call->unlimited && i < call->nfailed; i++)
		kc_penalty_failed(&call->gate->penalties,
		    kc_limiter_key(call->source, kc_slice_str(call->failed[i])),
		    kc_clock_monotonic_ms());
}
