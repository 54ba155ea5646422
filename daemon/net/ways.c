/* SPDX-License-Identifier: Apache-2.0 */
/* Ways that a call goes on by: on a thread of the gate or of the ledger. */
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

static void
run(void *ctx)
{
	struct kc_call *call = ctx;

	if (session_holds(call))
		call->run(call);
	else
		refuse_session(call);
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
	else
		call->read(call, src);
	kc_call_done(call);
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
	err = kc_ledger_read_as_of(
	    call->gate->ledger, call->upto, call->as_of_ms, read_state, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_done(call);
	}
}

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
	if (call->as_of)
		err = kc_work_submit(call->gate->work, read_as_of, call);
	else
		err = kc_ledger_read(call->gate->ledger, read_state, call);
	if (err != KC_OK) {
		kc_call_error(call, err, "");
		kc_call_reply(call);
	}
}
