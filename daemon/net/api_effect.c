/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement that is not signed yet would do, in words. */
#include <kaocheng/entry.h>

#include "net/call.h"

static void
read_effect(struct kc_call *call, const struct kc_view_source *src)
{
	struct kc_entry *e = call->own;
	struct kc_refusal why = {0};
	struct kc_stamp at;
	struct kc_json w = kc_call_json(call, 200);
	enum kc_err err;

	(void)w;
	if (src == NULL || src->own == NULL) {
		kc_call_no_state(call);
		return;
	}
	at.seq = kc_state_size(src->own);
	at.received_ms = kc_state_received_ms(src->own);
	if (at.received_ms < kc_call_now_ms(call))
		at.received_ms = kc_call_now_ms(call);
	err = kc_effect_render(
	    src->own, e, at, call->lang, &call->reader, &call->body, &why);
	if (err == KC_EREFUSED)
		kc_call_problem(call, &why);
	else if (err != KC_OK)
		kc_call_error(call, err, "effect");
}

void
kc_api_effect(struct kc_call *call)
{
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_ledger_stats stats = {0};
	struct kc_refusal why = {0};

	call->own = e;
	if (e == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
	} else if (!kc_http_type_is(call->req.content_type, "text/plain")) {
		kc_call_bad(call, 415, "an unsigned statement, text/plain");
	} else if (kc_entry_decode_text(e, call->input, &why) != KC_OK) {
		kc_call_problem(call, &why);
	} else {
		/* A state of its own, replayed up to now: it is changed. */
		kc_ledger_stats(kc_call_ledger(call), &stats);
		kc_call_read(call, read_effect, stats.size, INT64_MAX);
		return;
	}
	kc_call_reply(call);
}
