/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: what it listens on, whom it knows, and its end. */
#include "net/gate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "net/gate_int.h"

#define WORK_THREADS 2

static void
meet(struct kc_host *h, struct kc_peer *peer, const struct sockaddr *sa)
{
	const struct kc_gate *g = h->ctx;

	(void)sa;
	if (!peer->local)
		return;
	if (kc_config_reader(g->config, peer->uid) != NULL)
		peer->standing = KC_STANDING_READER;
	if (peer->uid == g->own_uid)
		peer->standing = KC_STANDING_OWN;
}

static const struct kc_serving serving = {
    .meet = meet,
    .begin = kc_call_new,
    .screen = kc_screen,
    .dispatch = kc_dispatch,
    .bad = kc_call_bad,
    .reply = kc_call_reply,
    .head = kc_reply_head,
    .end = kc_call_free,
};

static enum kc_err
listen_tcp(struct kc_gate *g, struct kc_buf *detail)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};

	if (g->config->tcp_port == 0)
		return KC_OK;
	sa.sin_port = htons(g->config->tcp_port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return kc_host_listen(
	    &g->host, (const struct sockaddr *)&sa, sizeof(sa), detail);
}

static enum kc_err
listen_unix(struct kc_gate *g, struct kc_buf *detail)
{
	/* The ledger's own lock was taken before. */
	if (g->config->socket[0] == '\0')
		return KC_OK;
	return kc_host_listen_unix(
	    &g->host, g->config->socket, g->config->socket_mode, detail);
}

void
kc_call_done(struct kc_call *call)
{
	kc_conn_done(call->conn);
}

/* What the head of a reply to something posted says is of the call alone; a
 * short one is never replaced (hold_reply). */
void
kc_call_done_now(struct kc_call *call)
{
	if (call->body.cap <= KC_CONN_KEEP && call->nfailed == 0)
		kc_conn_done_now(call->conn);
	else
		kc_conn_done(call->conn);
}

/* --- life --- */
enum kc_err
kc_gate_open(struct kc_gate **out, const struct kc_gate_options *options,
    struct kc_buf *detail)
{
	struct kc_gate *g = kc_alloc(sizeof(*g));
	enum kc_err err;

	if (g == NULL)
		return KC_ENOMEM;
	g->ledger = options->ledger;
	g->config = options->config;
	g->clock = options->clock;
	g->manual = options->manual;
	g->host.shares.max[KC_POOL_BODIES] = KC_GATE_MEMORY;
	g->host.shares.max[KC_POOL_REPLIES] = KC_GATE_REPLIES;
	g->host.shares.max[KC_POOL_REPLAYS] = KC_GATE_REPLAYS;
	g->host.shares.max[KC_POOL_NOTES] = g->config->queue_max;
	g->own_uid = geteuid();
	err = kc_host_open(
	    &g->host, options->base, &serving, g, options->connections_max);
	if (err == KC_OK)
		err = kc_work_new(&g->work, WORK_THREADS);
	if (err == KC_OK)
		err = listen_unix(g, detail);
	if (err == KC_OK)
		err = listen_tcp(g, detail);
	if (err == KC_OK)
		*out = g;
	else
		kc_gate_close(g);
	return err;
}

void
kc_gate_reload(struct kc_gate *g, const struct kc_config *config)
{
	g->config = config;
}

void
kc_gate_stop(struct kc_gate *g)
{
	kc_ledger_drop_replays(g->ledger);
	kc_host_stop(&g->host);
	kc_gate_drop_replays(g);
}

bool
kc_gate_quiet(const struct kc_gate *g)
{
	return g->ncalls == 0;
}

void
kc_gate_close(struct kc_gate *g)
{
	if (g == NULL)
		return;
	kc_work_free(g->work);
	kc_host_close(&g->host);
	while (g->spare != NULL) {
		struct kc_call *call = g->spare;

		g->spare = call->next;
		kc_buf_free(&call->body);
		kc_free(call);
	}
	kc_free(g);
}
