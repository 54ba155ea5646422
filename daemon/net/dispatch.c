/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to its handler: limits, route, identity; and the ways a call
 * goes on from there. */
#include <assert.h>
#include <string.h>

#include "net/gate_int.h"

#define SPARE_MAX 256
#define SPARE_BODY 65536
#define BODY_MAX 8192 /* bytes of a body that is not an entry */

static void (*const handlers[KC_ROUTE_COUNT])(struct kc_call *call) = {
#define ROUTE(sym, method, pattern, who, budget, params, doc)                  \
	[KC_ROUTE_##sym] = kc_api_##sym,
#include "net/routes.def"
#undef ROUTE
};

/* --- calls --- */
struct kc_call *
kc_call_new(struct kc_conn *c)
{
	struct kc_gate *g = c->host->ctx;
	struct kc_call *call = g->spare;

	if (call != NULL) {
		g->spare = call->next;
		g->nspare--;
	} else {
		call = kc_alloc(sizeof(*call));
	}
	if (call == NULL)
		return NULL;
	call->gate = g;
	call->conn = c;
	call->req = c->req;
	call->lang =
	    kc_http_wants_zh(c->req.accept_language) ? KC_LANG_ZH : KC_LANG_EN;
	g->ncalls++;
	return call;
}

/* What the next request must not inherit, and no more: this is the hot path
 * and the structure is large. */
static void
wipe(struct kc_call *call)
{
	call->conn = NULL;
	call->route = NULL;
	call->param = call->input = (struct kc_slice){"", 0};
	call->by_session = call->immutable = call->as_of = call->flag = false;
	call->actor[0] = '\0';
	call->reader = (struct kc_viewer){0};
	call->status = 0;
	call->type = NULL;
	call->packed = false;
	call->tag = 0;
	call->again = false;
	call->finish = NULL;
	call->source = 0;
	call->unlimited = false;
	call->notes_n = 0;
	call->retry_ms = 0;
	call->nfailed = 0;
	call->run = NULL;
	call->read = NULL;
	call->then = NULL;
	kc_free(call->notes);
	call->notes = NULL;
	call->nnotes = 0;
	call->number = 0;
	kc_free(call->own);
	call->own = NULL;
	kc_buf_reset(&call->body);
}

void
kc_call_free(struct kc_call *call)
{
	struct kc_gate *g = call->gate;

	kc_share_give(&g->host.shares, call->conn->peer.id,
	    call->conn->peer.standing, KC_POOL_REPLIES, call->held);
	call->held = 0;
	wipe(call);
	assert(g->ncalls > 0);
	g->ncalls--;
	if (g->nspare >= SPARE_MAX || call->body.cap > SPARE_BODY) {
		kc_buf_free(&call->body);
		kc_free(call);
		return;
	}
	call->next = g->spare;
	g->spare = call;
	g->nspare++;
}

struct kc_ledger *
kc_call_ledger(const struct kc_call *call)
{
	return call->gate->ledger;
}

struct kc_sessions *
kc_call_sessions(const struct kc_call *call)
{
	return &call->gate->sessions;
}

const char *
kc_call_people(const struct kc_call *call)
{
	return call->gate->config->people;
}

const char *
kc_call_evidence(const struct kc_call *call, uint64_t *max, uint64_t *reserve)
{
	const struct kc_config *c = call->gate->config;

	*max = (uint64_t)c->evidence_mib << 20;
	*reserve = (uint64_t)c->reserve_mib << 20;
	return c->evidence;
}

const char *
kc_call_drafts(const struct kc_call *call, unsigned *days)
{
	*days = call->gate->config->draft_days;
	return call->gate->config->drafts;
}

void
kc_call_count_draft(const struct kc_call *call, enum kc_draft_event event)
{
	(void)atomic_fetch_add(&call->gate->drafts[event], 1);
}

const char *
kc_call_link(const struct kc_call *call)
{
	return call->gate->config->remind.link;
}

int64_t
kc_call_now_ms(const struct kc_call *call)
{
	return call->gate->clock.now_ms(call->gate->clock.ctx);
}

struct kc_manual_clock *
kc_call_test_clock(const struct kc_call *call)
{
	return call->gate->manual;
}

/* --- who asks --- */
static bool
find_session(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	const struct kc_session *session;

	if (call->req.authorization.n == 0)
		return false;
	session = kc_session_find(
	    &g->sessions, call->req.authorization, kc_clock_monotonic_ms());
	if (session == NULL)
		return false;
	memcpy(call->actor, session->actor, sizeof(call->actor));
	call->key = session->key;
	call->by_session = true;
	return true;
}

/* Finds who reads: a peer of the socket, or a session. */
static bool
identify(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	const struct kc_peer *peer = &call->conn->peer;
	const char *actor = NULL;

	/* Whoever has the store's own uid can read the store itself. */
	call->reader.all = kc_call_is_own(call);
	if (peer->local)
		actor = kc_config_reader(g->config, peer->uid);
	if (actor != NULL) {
		(void)kc_slice_copy(
		    call->actor, sizeof(call->actor), kc_slice_str(actor));
		return true;
	}
	if (call->reader.all)
		return true;
	return find_session(call);
}

static bool
may_ask(struct kc_call *call)
{
	switch (call->route->who) {
	case KC_WHO_PUBLIC:
	case KC_WHO_SIGNER:
		return true;
	case KC_WHO_ENTRY:
		/* Who says who it is may see more than everybody does. */
		return identify(call) || call->gate->config->publish_entries;
	case KC_WHO_READER:
		return identify(call);
	case KC_WHO_OWN:
		return kc_call_is_own(call);
	case KC_WHO_WRITER:
		return find_session(call);
	}
	return false;
}

static bool
within_size(struct kc_call *call)
{
	const struct kc_http_request *req = &call->req;
	struct kc_refusal why = {0};
	uint64_t max = BODY_MAX;

	if (call->route->id == KC_ROUTE_blob_put)
		max = KC_HTTP_BODY_MAX;
	else if (call->route->id == KC_ROUTE_entries_post ||
	    call->route->id == KC_ROUTE_effect ||
	    call->route->id == KC_ROUTE_drafts_post ||
	    call->route->id == KC_ROUTE_replay_post)
		max = kc_http_type_is(
			  req->content_type, "application/octet-stream")
		    ? KC_HTTP_BODY_MAX
		    : KC_NOTE_MAX;
	if (req->body_n <= max)
		return true;
	(void)kc_refuse(&why, KC_R_TOO_BIG, "", NULL, NULL, NULL);
	kc_refusal_arg_u64(&why, 0, max);
	kc_call_problem(call, &why);
	return false;
}

/* The cheapest questions come first, and limits before all that costs. */
bool
kc_screen(struct kc_call *call)
{
	const struct kc_http_request *req = &call->req;
	int status;

	call->route =
	    kc_route_find(req->method, req->path, &call->param, &status);
	if (!kc_call_within_limits(call))
		return false;
	if (!call->conn->peer.local && req->host.n > 0 &&
	    !kc_http_host_is_loopback(req->host)) {
		kc_call_bad(call, 421, "Host");
		return false;
	}
	if (call->route == NULL) {
		kc_call_refuse(call, KC_R_ROUTE, NULL);
		if (status == 405)
			kc_call_bad(call, status, "method");
		return false;
	}
	if (req->method == KC_HTTP_OPTIONS) {
		call->status = 204;
		call->type = "text/plain";
		return false;
	}
	if (!kc_route_query_ok(call->route, req->query)) {
		kc_call_refuse(call, KC_R_REQUEST,
		    "a parameter is unknown, repeated or malformed");
		return false;
	}
	if (!may_ask(call)) {
		kc_call_refuse(call, KC_R_NO_IDENTITY, NULL);
		return false;
	}
	return within_size(call);
}

void
kc_dispatch(struct kc_call *call)
{
	struct kc_conn *c = call->conn;
	int status;

	call->req = c->req;
	call->input = kc_conn_input(c);
	/* Its parameter may have moved with the buffer. */
	(void)kc_route_find(
	    call->req.method, call->req.path, &call->param, &status);
	handlers[call->route->id](call);
}

/* --- the end of a call --- */
/* Clients that do not take their replies must not fill the memory: one too
 * many gets a short one. What was posted may stand all the same. */
static void
hold_reply(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	const struct kc_peer *peer = &call->conn->peer;
	size_t n = call->body.cap > KC_CONN_KEEP ? call->body.cap : 0;

	if (kc_share_take(&g->host.shares, peer->id, peer->standing,
		KC_POOL_REPLIES, n)) {
		call->held = n;
		return;
	}
	kc_buf_free(&call->body);
	call->immutable = call->packed = false;
	call->tag = 0;
	if (call->route != NULL && call->route->budget == KC_BUDGET_POSTS)
		kc_call_refuse(call, KC_R_UNKNOWN_OUTCOME, NULL);
	else
		kc_call_bad(call, 503, "too many replies wait to be taken");
}

void
kc_call_reply(struct kc_call *call)
{
	struct kc_conn *c = call->conn;

	assert(c->call == call && !c->replied);
	if (call->again) {
		call->again = false;
		kc_call_read(call, call->read, call->upto, INT64_MAX);
		return;
	}
	if (call->finish != NULL)
		call->finish(call);
	assert(call->status >= 200 && call->status < 600 && call->type != NULL);
	kc_call_penalize(call);
	kc_call_give_notes(call);
	hold_reply(call);
	kc_call_replayed(call);
	kc_conn_replied(c);
}
