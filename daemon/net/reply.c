/* SPDX-License-Identifier: Apache-2.0 */
/* Replies: the head, the problem documents, the writing. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "net/gate_int.h"

static const char type_json[] = "application/json";
static const char type_problem[] = "application/problem+json";

/* In quotes. It is weak: the bytes sent may be compressed or not. */
static void
put_tag(struct kc_buf *out, uint64_t tag)
{
	uint8_t b[8];

	kc_put_be64(b, tag);
	kc_buf_char(out, '"');
	kc_buf_hex(out, b, sizeof(b));
	kc_buf_char(out, '"');
}

/* --- what a reply says --- */
struct kc_json
kc_call_json(struct kc_call *call, int status)
{
	struct kc_json w = {.out = &call->body};

	kc_buf_reset(&call->body);
	call->status = status;
	call->type = type_json;
	return w;
}

void
kc_call_problem(struct kc_call *call, const struct kc_refusal *why)
{
	struct kc_json w = kc_call_json(call, kc_refusal_status(why->code));

	call->type = type_problem;
	kc_json_refusal(&w, why, call->lang);
}

void
kc_call_refuse(
    struct kc_call *call, enum kc_refusal_code code, const char *argument)
{
	struct kc_refusal why = {0};

	(void)kc_refuse(&why, code, argument, NULL, NULL, NULL);
	kc_call_problem(call, &why);
}

/* Like kc_json_refusal, but with a status that HTTP itself asks for. */
static void
put_bad(struct kc_call *call, int status, const struct kc_refusal *why)
{
	struct kc_json w = kc_call_json(call, status);
	const char *code = kc_refusal_code_text(why->code);
	struct kc_buf text = {0}, type = {0};

	kc_refusal_message(why, call->lang, &text);
	call->type = type_problem;
	kc_buf_str(&type, "urn:kaocheng:refusal:");
	kc_buf_str(&type, code);
	kc_json_open(&w, '{');
	kc_json_key(&w, "type");
	kc_json_slice(&w, kc_buf_view(&type));
	kc_json_key(&w, "title");
	kc_json_str(&w, kc_http_status_text(status));
	kc_json_key(&w, "status");
	kc_json_i64(&w, status);
	kc_json_key(&w, "detail");
	kc_json_slice(&w, kc_buf_view(&text));
	kc_json_key(&w, "code");
	kc_json_str(&w, code);
	kc_json_close(&w, '}');
	kc_buf_free(&text);
	kc_buf_free(&type);
}

void
kc_call_bad(struct kc_call *call, int status, const char *what)
{
	struct kc_refusal why = {0};

	(void)kc_refuse(&why,
	    status >= 500       ? KC_R_SERVER
		: status == 413 ? KC_R_TOO_BIG
				: KC_R_REQUEST,
	    what, NULL, NULL, NULL);
	if (status == 413)
		kc_refusal_arg_u64(&why, 0, KC_HTTP_BODY_MAX);
	put_bad(call, status, &why);
}

void
kc_call_error(struct kc_call *call, enum kc_err err, const char *noun)
{
	struct kc_refusal why = {0};

	if (err == KC_ENOTFOUND) {
		(void)kc_refuse(&why, KC_R_NOT_FOUND, noun, NULL, NULL, NULL);
		kc_refusal_arg(&why, 1, call->param);
		kc_call_problem(call, &why);
		return;
	}
	if (err == KC_EUNKNOWN) {
		kc_call_refuse(call, KC_R_UNKNOWN_OUTCOME, NULL);
		return;
	}
	(void)kc_refuse(&why, KC_R_SERVER, kc_err_text(err), NULL, NULL, NULL);
	if (err == KC_ENOMEM)
		(void)kc_refusal_zh(&why, 0, "内存不足");
	put_bad(call, 500, &why);
}

void *
kc_call_own(struct kc_call *call, size_t size)
{
	call->own = kc_alloc(size);
	if (call->own == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
		kc_call_reply(call);
	}
	return call->own;
}

static void
no_entry_yet(struct kc_call *call)
{
	struct kc_refusal why = {0};

	(void)kc_refuse(&why, KC_R_NOT_FOUND, "entry", "", NULL, NULL);
	(void)kc_refusal_zh(&why, 0, "条目");
	kc_refusal_arg_u64(&why, 1, call->upto - 1);
	kc_call_problem(call, &why);
}

void
kc_call_no_state(struct kc_call *call)
{
	if (call->as_of && kc_ledger_drops_replays(kc_call_ledger(call)))
		kc_call_bad(call, 503, "the daemon is stopping");
	else if (call->as_of && call->upto != UINT64_MAX)
		no_entry_yet(call);
	else if (call->as_of)
		kc_call_refuse(call, KC_R_REQUEST, "as_of");
	else
		kc_call_refuse(call, KC_R_READ_ONLY, "no state");
}

void
kc_call_tag(struct kc_call *call)
{
	struct kc_hash h = kc_sha256(call->body.p, call->body.n);
	struct kc_slice known = call->req.if_none_match;
	struct kc_buf tag = {0};

	call->tag = kc_be64(h.b) | 1;
	put_tag(&tag, call->tag);
	if (known.n > 0 && kc_buf_err(&tag) == KC_OK &&
	    memmem(known.p, known.n, tag.p, tag.n) != NULL) {
		call->status = 304;
		kc_buf_reset(&call->body);
	}
	kc_buf_free(&tag);
}

/* --- counters --- */
void
kc_metric(struct kc_buf *b, const char *type, const char *name, uint64_t value)
{
	kc_buf_str(b, "# TYPE kaocheng_");
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_str(b, type);
	kc_buf_str(b, "\nkaocheng_");
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, value);
	kc_buf_char(b, '\n');
}

void
kc_call_counters(const struct kc_call *call, struct kc_buf *b)
{
	const struct kc_gate *g = call->gate;

	kc_metric(b, "gauge", "connections", g->host.nconns);
	kc_metric(b, "counter", "connections_total", g->host.counts.accepted);
	kc_metric(b, "counter", "requests_total", g->host.counts.requests);
	kc_metric(
	    b, "counter", "malformed_total", g->host.counts.refused_bytes);
	kc_metric(b, "counter", "limited_total", g->limited);
	kc_metric(b, "counter", "accept_pauses_total", g->host.counts.paused);
	kc_metric(
	    b, "counter", "replies_2xx_total", g->host.counts.by_class[2]);
	kc_metric(
	    b, "counter", "replies_4xx_total", g->host.counts.by_class[4]);
	kc_metric(
	    b, "counter", "replies_5xx_total", g->host.counts.by_class[5]);
	kc_metric(b, "gauge", "request_memory_bytes",
	    kc_share_used(&g->host.shares, KC_POOL_BODIES));
	kc_metric(b, "gauge", "reply_memory_bytes",
	    kc_share_used(&g->host.shares, KC_POOL_REPLIES));
	kc_metric(b, "counter", "evicted_total", g->host.counts.evicted);
#define X(sym, word)                                                           \
	kc_metric(                                                             \
	    b, "counter", "drafts_" word "_total", g->drafts[KC_DRAFT_##sym]);
	KC_DRAFT_WORDS(X)
#undef X
	kc_metric(
	    b, "counter", "turned_away_total", g->host.counts.turned_away);
}

/* --- head --- */
/* May a page of any origin read it? What everybody may read, and no more. */
static bool
is_open(const struct kc_gate *g, const struct kc_route *r)
{
	if (r == NULL || r->method != KC_HTTP_GET)
		return false;
	return r->who == KC_WHO_PUBLIC
	    ? r->budget == KC_BUDGET_READS
	    : r->who == KC_WHO_ENTRY && g->config->publish_entries;
}

/* Of one route; another of the same path may have another. */
static const char *
allowed(enum kc_http_method method)
{
	switch (method) {
	case KC_HTTP_POST:
		return "\r\nAllow: POST, OPTIONS";
	case KC_HTTP_DELETE:
		return "\r\nAllow: DELETE, OPTIONS";
	case KC_HTTP_GET:
	case KC_HTTP_HEAD:
	case KC_HTTP_OPTIONS:
		break;
	}
	return "\r\nAllow: GET, HEAD, OPTIONS";
}

static void
put_open(
    const struct kc_gate *g, struct kc_buf *out, const struct kc_call *call)
{
	bool asks = call->req.method == KC_HTTP_OPTIONS && call->status == 204;

	if (asks)
		kc_buf_str(out, allowed(call->route->method));
	if (!is_open(g, call->route))
		return;
	kc_buf_str(out, "\r\nAccess-Control-Allow-Origin: *");
	kc_buf_str(out,
	    asks ? "\r\nAccess-Control-Allow-Methods: GET, HEAD"
		   "\r\nAccess-Control-Allow-Headers: If-None-Match"
		   "\r\nAccess-Control-Max-Age: 86400"
		 : "\r\nAccess-Control-Expose-Headers: ETag");
}

static void
put_type(struct kc_buf *out, const struct kc_call *call)
{
	if (call->status == 204 || call->status == 304)
		return; /* there is no body to speak of */
	kc_buf_str(out, "\r\nContent-Type: ");
	kc_buf_str(out, call->type);
	if (call->type == type_problem)
		kc_buf_str(out,
		    call->lang == KC_LANG_ZH ? "\r\nContent-Language: zh"
					     : "\r\nContent-Language: en");
	if (call->packed)
		kc_buf_str(out, "\r\nContent-Encoding: gzip");
	kc_buf_str(out, "\r\nContent-Length: ");
	kc_buf_u64(out, call->body.n);
}

const struct kc_buf *
kc_reply_head(struct kc_call *call, struct kc_buf *out, bool close)
{
	struct kc_gate *g = call->gate;

	kc_host_status(&g->host, out, call->status);
	put_type(out, call);
	if (kc_route_packs(call->route))
		kc_buf_str(out, "\r\nVary: Accept-Encoding");
	if (call->tag != 0) {
		kc_buf_str(out, "\r\nETag: W/");
		put_tag(out, call->tag);
	}
	put_open(g, out, call);
	kc_buf_str(out, "\r\nCache-Control: ");
	/* What a reader may read, a cache between may not give to another. */
	if (call->immutable)
		kc_buf_str(out,
		    call->route->who == KC_WHO_ENTRY &&
			    (!g->config->publish_entries ||
				kc_viewer_scope(&call->reader,
				    KC_SEE_ballots) != KC_SEES_NOTHING)
			? "private, max-age=31536000, immutable"
			: "public, max-age=31536000, immutable");
	else
		kc_buf_str(out, call->kept ? "private, no-cache" : "no-store");
	kc_buf_str(out, "\r\nX-Content-Type-Options: nosniff");
	if (call->status == 401)
		kc_buf_str(out, "\r\nWWW-Authenticate: Bearer");
	if (call->status == 405)
		kc_buf_str(out, "\r\nAllow: GET, HEAD, POST, OPTIONS");
	if (call->status == 429 || call->status == 503) {
		kc_buf_str(out, "\r\nRetry-After: ");
		kc_buf_i64(out,
		    call->retry_ms > 0 ? (call->retry_ms + 999) / 1000 : 1);
	}
	if (close)
		kc_buf_str(out, "\r\nConnection: close");
	kc_buf_str(out, "\r\n\r\n");
	return &call->body;
}
