/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts, for those who are to sign them or have (docs/adr/0016). */
#include <string.h>

#include "net/drafts.h"

#define TEXT "text/plain; charset=utf-8"

/* Does the asker see what others wait for? */
static bool
sees_all(struct kc_call *call)
{
	return call->reader.all ||
	    (kc_ledger_reader(kc_call_ledger(call), kc_slice_str(call->actor),
		 &call->reader) == KC_OK &&
		kc_viewer_scope(&call->reader, KC_SEE_draft) == KC_SEES_ALL);
}

static bool
is_signer(const struct kc_entry *e, const char *actor)
{
	for (unsigned i = 0; i < e->nby; i++)
		if (kc_slice_is(e->by[i], actor))
			return true;
	return false;
}

/* Has it come whole by another way? Then it is no draft any more. */
static bool
stands(struct kc_call *call, const struct kc_entry *e)
{
	uint8_t key[KC_ID_KEY_SIZE];
	uint64_t seq;

	kc_id_key(key, e->by[0], e->id);
	return kc_store_find_id(
		   kc_ledger_store(kc_call_ledger(call)), key, &seq) == KC_OK;
}

static bool
list_one(void *ctx, const struct kc_shelved *d)
{
	struct kc_call *call = ctx;
	struct kc_draft_asked *a = call->own;

	if (stands(call, d->e))
		return false;
	if (a->signer[0] == '\0' || is_signer(d->e, a->signer))
		kc_json_draft(&a->w, call, &d->id, d->e);
	return true;
}

static void
run_list(struct kc_call *call)
{
	struct kc_draft_asked *a = call->own;
	struct kc_refusal why = {0};
	struct kc_buf detail = {0};
	enum kc_err err;

	if (strcmp(a->signer, call->actor) != 0 && !sees_all(call)) {
		(void)kc_viewer_refuse(&call->reader, KC_SEE_draft, &why);
		kc_call_problem(call, &why);
		return;
	}
	a->w = kc_call_json(call, 200);
	kc_json_open(&a->w, '{');
	kc_json_key(&a->w, "schema");
	kc_json_str(&a->w, "kaocheng.drafts/1");
	kc_json_key(&a->w, "now");
	kc_json_instant(&a->w, a->shelf.now_ms);
	kc_json_key(&a->w, "rows");
	kc_json_open(&a->w, '[');
	err = kc_shelf_each(&a->shelf, list_one, call, &detail);
	kc_json_close(&a->w, ']');
	kc_json_close(&a->w, '}');
	if (err != KC_OK)
		kc_draft_fail(call, err, &detail);
	kc_buf_free(&detail);
}

void
kc_api_drafts(struct kc_call *call)
{
	struct kc_draft_asked *a = kc_draft_begin(call, false);
	char value[KC_HTTP_VALUE_MAX];

	if (a == NULL)
		return;
	(void)kc_slice_copy(
	    a->signer, sizeof(a->signer), kc_slice_str(call->actor));
	if (kc_http_query_get(
		call->req.query, "signer", value, sizeof(value)) &&
	    (value[0] == '\0' ||
		!kc_slice_copy(
		    a->signer, sizeof(a->signer), kc_slice_str(value)))) {
		kc_call_refuse(call, KC_R_REQUEST, "signer");
		kc_call_reply(call);
		return;
	}
	kc_call_run(call, run_list);
}

/* The draft of the path, as a note in *note, if it is for the asker: for
 * others there is none; what stands is taken away. False with the reply filled
 * in. */
static bool
find(struct kc_call *call, struct kc_buf *note)
{
	struct kc_draft_asked *a = call->own;
	struct kc_buf detail = {0};
	struct kc_refusal why = {0};
	enum kc_err err = kc_shelf_get(&a->shelf, &a->id, note, &detail);

	if (err == KC_OK &&
	    kc_entry_decode_partial(&a->e, kc_buf_view(note), &why) == KC_OK &&
	    stands(call, &a->e)) {
		(void)kc_shelf_drop(&a->shelf, &a->id, NULL);
		err = KC_ENOTFOUND;
	}
	if (err == KC_OK &&
	    (why.code != KC_R_NONE ||
		(!is_signer(&a->e, call->actor) && !sees_all(call))))
		err = KC_ENOTFOUND;
	if (err != KC_OK)
		kc_draft_fail(call, err, &detail);
	kc_buf_free(&detail);
	return err == KC_OK;
}

static void
run_get(struct kc_call *call)
{
	struct kc_buf note = {0};

	if (find(call, &note)) {
		kc_buf_reset(&call->body);
		kc_buf_slice(&call->body, kc_buf_view(&note));
		call->status = 200;
		call->type = TEXT;
	}
	kc_buf_free(&note);
}

void
kc_api_draft(struct kc_call *call)
{
	if (kc_draft_begin(call, true) != NULL)
		kc_call_run(call, run_get);
}

static void
run_drop(struct kc_call *call)
{
	struct kc_draft_asked *a = call->own;
	struct kc_buf note = {0}, detail = {0};
	struct kc_json w;
	enum kc_err err;

	if (find(call, &note)) {
		err = kc_shelf_drop(&a->shelf, &a->id, &detail);
		if (err != KC_OK) {
			kc_draft_fail(call, err, &detail);
		} else {
			w = kc_call_json(call, 200);
			kc_json_draft(&w, call, &a->id, &a->e);
			kc_draft_note(call, KC_DRAFT_WITHDRAWN);
		}
	}
	kc_buf_free(&note);
	kc_buf_free(&detail);
}

void
kc_api_draft_drop(struct kc_call *call)
{
	if (kc_draft_begin(call, true) != NULL)
		kc_call_run(call, run_drop);
}
