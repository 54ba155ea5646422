/* SPDX-License-Identifier: Apache-2.0 */
/* What statements that are not signed yet would do: one in words, many one
 * after the other. */
#include <kaocheng/entry.h>

#include "net/call.h"

/* A state of its own, as of now: it is changed. NULL: the reply says why. */
static struct kc_state *
own_state(struct kc_call *call, const struct kc_view_source *src)
{
	struct kc_state *st = NULL;

	if (src == NULL)
		kc_call_no_state(call);
	else if (kc_state_copy(src->state, &st) != KC_OK)
		kc_call_error(call, KC_ENOMEM, "effect");
	return st;
}

/* The stamp of what would be next. */
static struct kc_stamp
stamp_of(const struct kc_call *call, const struct kc_state *st)
{
	struct kc_stamp at = {kc_state_size(st), kc_state_received_ms(st)};

	if (at.received_ms < kc_call_now_ms(call))
		at.received_ms = kc_call_now_ms(call);
	return at;
}

static void
read_effect(struct kc_call *call, const struct kc_view_source *src)
{
	struct kc_entry *e = call->own;
	struct kc_refusal why = {0};
	struct kc_state *st = own_state(call, src);
	struct kc_json w;
	enum kc_err err;

	if (st == NULL)
		return;
	w = kc_call_json(call, 200);
	(void)w;
	err = kc_effect_render(st, e, stamp_of(call, st), call->lang,
	    &call->reader, &call->body, &why);
	kc_state_free(st);
	if (err == KC_EREFUSED)
		kc_call_problem(call, &why);
	else if (err != KC_OK)
		kc_call_error(call, err, "effect");
}

/* --- many, one after the other --- */
/* One of them on the state, which it changes; what it becomes, or why not. */
static void
put_one(struct kc_json *w, struct kc_call *call, struct kc_state *st,
    struct kc_entry *e, size_t i, struct kc_stamp *at)
{
	struct kc_refusal why = {0};
	enum kc_err err = kc_entry_decode_text(e, call->notes[i], &why);

	if (err == KC_OK)
		err = kc_state_try(st, e, *at, &why);
	kc_json_open(w, '{');
	if (err == KC_OK) {
		kc_json_key(w, "seq");
		kc_json_u64(w, at->seq++);
		kc_json_key(w, "handle");
		kc_json_slice(w, kc_state_last_handle(st));
	} else {
		if (err != KC_EREFUSED)
			(void)kc_refuse(
			    &why, KC_R_UNKNOWN_OUTCOME, NULL, NULL, NULL, NULL);
		kc_json_key(w, "problem");
		kc_json_refusal(w, &why, call->lang);
	}
	kc_json_close(w, '}');
}

static void
read_effects(struct kc_call *call, const struct kc_view_source *src)
{
	struct kc_state *st = own_state(call, src);
	struct kc_stamp at;
	struct kc_json w;

	if (st == NULL)
		return;
	at = stamp_of(call, st);
	w = kc_call_json(call, 200);
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.results/1");
	kc_json_key(&w, "results");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < call->nnotes; i++)
		put_one(&w, call, st, call->own, i, &at);
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	kc_state_free(st);
}

void
kc_api_effect(struct kc_call *call)
{
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_ledger_stats stats = {0};
	struct kc_refusal why = {0};
	bool many =
	    kc_http_type_is(call->req.content_type, "application/octet-stream");

	call->own = e;
	if (e == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
	} else if (!many &&
	    !kc_http_type_is(call->req.content_type, "text/plain")) {
		kc_call_bad(call, 415,
		    "text/plain: an unsigned statement; "
		    "application/octet-stream: many");
	} else if (!many &&
	    kc_entry_decode_text(e, call->input, &why) != KC_OK) {
		kc_call_problem(call, &why);
	} else if (!many || kc_call_cut(call, KC_TOGETHER_MAX)) {
		/* In the lane of replays: not under the lock of the live one.
		 */
		kc_ledger_stats(kc_call_ledger(call), &stats);
		kc_call_read(call, many ? read_effects : read_effect,
		    stats.size, INT64_MAX);
		return;
	}
	kc_call_reply(call);
}
