/* SPDX-License-Identifier: Apache-2.0 */
/* Ways that a call goes on by: on a thread of the gate or of the ledger. */
#include <sys/socket.h>

#include <kaocheng/leaf.h>

#include "net/gate_int.h"

/* In the loop: the key of a session is no longer in force. */
static void
end_session(struct kc_call *call)
{
	kc_session_drop(&call->gate->sessions, &call->key);
}

static void
refuse_session(struct kc_call *call)
{
	kc_call_refuse(call, KC_R_NO_IDENTITY, NULL);
	call->finish = end_session;
}

/* Is the key of the session still the one in force? */
static bool
session_holds(struct kc_call *call)
{
	struct kc_vkey key;

	return !call->by_session ||
	    (kc_ledger_actor_key(call->gate->ledger, kc_slice_str(call->actor),
		 &key) == KC_OK &&
		kc_vkey_eq(&key, &call->key));
}

/* What the caller may read, as it is enrolled now; asked where an answer
 * depends on it. False with the reply filled in. */
static bool
find_reader(struct kc_call *call)
{
	enum kc_who who = call->route->who;

	if (call->reader.all ||
	    (who != KC_WHO_ENTRY && (who != KC_WHO_READER || !call->as_of)))
		return true;
	if (kc_ledger_reader(call->gate->ledger, kc_slice_str(call->actor),
		&call->reader) != KC_OK) {
		kc_call_no_state(call);
		return false;
	}
	call->reader.published =
	    who == KC_WHO_ENTRY && call->gate->config->publish_entries;
	return true;
}

bool
kc_call_may_read(struct kc_call *call, struct kc_slice bytes)
{
	struct kc_refusal why = {0};
	struct kc_leaf leaf;
	struct kc_entry *e;
	enum kc_err err = KC_ENOMEM;

	/* An auditor sees whatever there is. */
	if (kc_viewer_sees_every_entry(&call->reader))
		return true;
	e = kc_alloc(sizeof(*e));
	if (e != NULL)
		err = kc_leaf_parse(&leaf, bytes);
	if (err == KC_OK)
		err = kc_entry_decode(e, leaf.note, &why);
	if (err == KC_OK)
		err = kc_ledger_may_read(
		    call->gate->ledger, &call->reader, e, &why);
	kc_free(e);
	if (err == KC_EREFUSED)
		kc_call_problem(call, &why);
	else if (err != KC_OK)
		kc_call_error(call, err, "#");
	return err == KC_OK;
}

static void
run(void *ctx)
{
	struct kc_call *call = ctx;

	if (!session_holds(call))
		refuse_session(call);
	else if (find_reader(call))
		call->run(call);
	if (kc_call_packs(call))
		kc_call_pack(call);
	kc_call_done(call);
}

static void
finish_read(void *ctx)
{
	struct kc_call *call = ctx;

	if (call->then != NULL)
		call->then(call);
	if (kc_call_packs(call))
		kc_call_pack(call);
	kc_call_done(call);
}

void
kc_call_run(struct kc_call *call, void (*fn)(struct kc_call *call))
{
	enum kc_err err;

	call->run = fn;
	err = kc_work_submit(call->gate->work, run, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_reply(call);
	}
}

static void
hand_on(void *ctx)
{
	struct kc_call *call = ctx;

	if (!call->check(call))
		kc_call_done(call);
}

void
kc_call_hand_on(struct kc_call *call, bool (*fn)(struct kc_call *call))
{
	enum kc_err err;

	call->check = fn;
	err = kc_work_submit(call->gate->work, hand_on, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_reply(call);
	}
}

void
kc_call_after(struct kc_call *call, void (*fn)(struct kc_call *call))
{
	call->then = fn;
	if (kc_work_submit(call->gate->work, finish_read, call) != KC_OK)
		finish_read(call);
}

static void
read_state(void *ctx, const struct kc_view_source *src)
{
	struct kc_call *call = ctx;
	struct kc_vkey key;

	/* The lock is held already: ask the state itself. */
	if (src != NULL && call->by_session && !call->as_of &&
	    (kc_state_actor_key(src->state, kc_slice_str(call->actor), &key) !=
		    KC_OK ||
		!kc_vkey_eq(&key, &call->key)))
		refuse_session(call);
	else {
		if (src != NULL && !call->as_of && !call->reader.all)
			kc_viewer_of(src->state, kc_slice_str(call->actor),
			    &call->reader);
		call->read(call, src);
	}
	/* Not here, where the state is held, unless there is no other place. */
	if (call->then == NULL && !kc_call_packs(call))
		kc_call_done(call);
	else if (kc_work_submit(call->gate->work, finish_read, call) != KC_OK)
		finish_read(call);
}

static void
check_first(void *ctx)
{
	struct kc_call *call = ctx;
	enum kc_err err = KC_OK;

	bool go_on = false;

	if (!session_holds(call))
		refuse_session(call);
	else if (!call->reader.all &&
	    kc_ledger_reader(call->gate->ledger, kc_slice_str(call->actor),
		&call->reader) != KC_OK)
		kc_call_no_state(call);
	else
		go_on = call->check(call);
	if (go_on)
		err = kc_ledger_read(call->gate->ledger, read_state, call);
	if (err != KC_OK)
		kc_call_error(call, err, "");
	if (!go_on || err != KC_OK)
		kc_call_done(call);
}

void
kc_call_check_read(struct kc_call *call, bool (*check)(struct kc_call *call),
    void (*read)(struct kc_call *call, const struct kc_view_source *src))
{
	enum kc_err err;

	call->check = check;
	call->read = read;
	err = kc_work_submit(call->gate->work, check_first, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_reply(call);
	}
}

static void
read_as_of(void *ctx)
{
	struct kc_call *call = ctx;
	enum kc_err err;

	/* In an earlier state the key may not have been there: ask now. */
	if (!session_holds(call)) {
		refuse_session(call);
		kc_call_done(call);
		return;
	}
	if (!find_reader(call)) {
		kc_call_done(call);
		return;
	}
	err = kc_ledger_read_as_of(
	    call->gate->ledger, call->upto, call->as_of_ms, read_state, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_done(call);
	}
}

/* --- replays --- */
enum kc_err
kc_call_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	struct kc_call_reading *r = ctx;

	return kc_ledger_drops_replays(r->ledger)
	    ? KC_EUNAVAILABLE
	    : r->log->leaf(r->log->ctx, seq, out);
}

/* A replay costs as much as the log is long, so there is a lane for them. Who
 * asks for many waits for them himself: the n-th of a source has the turn of
 * the n-th of any other.
 */
static uint64_t
turn_of(const struct kc_gate *g, uint64_t source)
{
	uint64_t turn = g->replay_turn;

	for (const struct kc_call *c = g->replays; c != NULL; c = c->next)
		turn += c->source == source;
	return turn;
}

/* The waiting one whose turn it is, taken out; NULL if none waits. */
static struct kc_call *
next_replay(struct kc_gate *g)
{
	struct kc_call **at = &g->replays, *call;

	for (struct kc_call **p = &g->replays; *p != NULL; p = &(*p)->next) {
		if ((*p)->turn < (*at)->turn)
			at = p;
	}
	call = *at;
	if (call != NULL)
		*at = call->next;
	return call;
}

/* Has the client shut its end? Then nobody waits for the answer. */
static bool
has_left(const struct kc_call *call)
{
	char byte;

	return recv(call->conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void
begin_replays(struct kc_gate *g)
{
	unsigned lanes = g->config->threads > 1 ? g->config->threads - 1 : 1;
	struct kc_call *call;

	while (g->nreplays < lanes && (call = next_replay(g)) != NULL) {
		enum kc_err err;

		g->replay_turn = call->turn;
		g->nreplays++;
		call->replay = KC_REPLAY_RUNS;
		if (has_left(call)) {
			kc_call_bad(call, 503, "the client has left");
			kc_call_reply(call);
			continue;
		}
		/* Once it is submitted it is a thread's. */
		err = kc_work_submit(g->work, read_as_of, call);
		if (err != KC_OK) {
			kc_call_error(call, err, "");
			kc_call_reply(call);
		}
	}
}

/* Those that wait for nobody give their places back. */
static void
drop_left(struct kc_gate *g)
{
	struct kc_call **at = &g->replays, *call;

	while ((call = *at) != NULL) {
		if (!has_left(call)) {
			at = &call->next;
			continue;
		}
		*at = call->next;
		kc_call_bad(call, 503, "the client has left");
		kc_call_reply(call);
	}
}

static bool
take_place(struct kc_call *call)
{
	return kc_share_take(&call->gate->host.shares, call->source,
	    call->standing, KC_POOL_REPLAYS, 1);
}

static void
wait_for_replay(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	struct kc_call **end = &g->replays;
	bool placed = take_place(call);

	if (!placed) {
		drop_left(g);
		placed = take_place(call);
	}
	if (!placed) {
		kc_call_refuse(call, KC_R_RATE, NULL);
		kc_call_reply(call);
		return;
	}
	call->replay = KC_REPLAY_WAITS;
	call->turn = turn_of(g, call->source) + 1;
	call->next = NULL;
	while (*end != NULL)
		end = &(*end)->next;
	*end = call;
	begin_replays(g);
}

void
kc_call_replayed(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	enum kc_replay was = call->replay;

	if (was == KC_REPLAY_NONE)
		return;
	call->replay = KC_REPLAY_NONE;
	kc_share_give(
	    &g->host.shares, call->source, call->standing, KC_POOL_REPLAYS, 1);
	if (was == KC_REPLAY_RUNS) {
		g->nreplays--;
		begin_replays(g);
	}
}

void
kc_gate_drop_replays(struct kc_gate *g)
{
	struct kc_call *call;

	while ((call = next_replay(g)) != NULL) {
		kc_call_no_state(call);
		kc_call_reply(call);
	}
}

/* --- the committed state --- */
void
kc_call_read(struct kc_call *call,
    void (*fn)(struct kc_call *call, const struct kc_view_source *src),
    uint64_t upto, int64_t as_of_ms)
{
	enum kc_err err;

	call->read = fn;
	call->upto = upto;
	call->as_of_ms = as_of_ms;
	call->as_of = upto != UINT64_MAX || as_of_ms != INT64_MAX;
	if (call->as_of) {
		wait_for_replay(call);
		return;
	}
	err = kc_ledger_read(call->gate->ledger, read_state, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_reply(call);
	}
}
