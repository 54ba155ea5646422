/* SPDX-License-Identifier: Apache-2.0 */
/* Entries: append them, read them back byte for byte, prove them. */
#include <string.h>

#include <kaocheng/leaf.h>

#include "net/call.h"

#define NOTES_MAX 4096 /* of one request */
#define TEXT "text/plain; charset=utf-8"
#define BYTES "application/octet-stream"

/* --- results --- */
static void
put_result(struct kc_json *w, const struct kc_result *r)
{
	kc_json_key(w, "seq");
	kc_json_u64(w, r->seq);
	kc_json_key(w, "received");
	kc_json_instant(w, r->received_ms);
	kc_json_key(w, "handle");
	kc_json_str(w, r->handle);
	kc_json_key(w, "duplicate");
	kc_json_bool(w, r->duplicate);
	if (r->receipt.n > 0) {
		kc_json_key(w, "receipt");
		kc_json_slice(w, kc_buf_view(&r->receipt));
	}
}

/* What was refused, or cannot be told, as a refusal. */
static struct kc_refusal
refusal_of(const struct kc_result *r)
{
	struct kc_refusal why = {0};

	if (r->err == KC_EREFUSED)
		return r->why;
	/* Whatever it is, it is not known that nothing was written. */
	(void)kc_refuse(&why, KC_R_UNKNOWN_OUTCOME, NULL, NULL, NULL, NULL);
	return why;
}

/* An actor that is not known, or a key that is not in force, cost nothing. */
static void
note_signature(struct kc_call *call, const struct kc_result *r)
{
	if (r->err == KC_EREFUSED && r->why.code == KC_R_SIGNATURE)
		kc_call_author_failed(call, kc_slice_str(r->why.args[0]));
}

void
kc_call_result(struct kc_call *call, const struct kc_result *r)
{
	struct kc_json w;

	note_signature(call, r);
	if (r->err != KC_OK) {
		struct kc_refusal why = refusal_of(r);

		kc_call_problem(call, &why);
	} else {
		w = kc_call_json(call, r->duplicate || call->flag ? 200 : 201);
		kc_json_open(&w, '{');
		kc_json_key(&w, "schema");
		kc_json_str(&w, "kaocheng.result/1");
		put_result(&w, r);
		kc_json_close(&w, '}');
	}
}

static void
done_one(void *ctx, struct kc_result *results, size_t n)
{
	(void)n;
	kc_call_result(ctx, &results[0]);
	if (results[0].alone)
		kc_call_done_now(ctx);
	else
		kc_call_done(ctx);
}

static void
done_many(void *ctx, struct kc_result *results, size_t n)
{
	struct kc_call *call = ctx;
	struct kc_json w = kc_call_json(call, 200);

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.results/1");
	kc_json_key(&w, "results");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		note_signature(call, &results[i]);
		kc_json_open(&w, '{');
		if (results[i].err == KC_OK) {
			put_result(&w, &results[i]);
		} else {
			struct kc_refusal why = refusal_of(&results[i]);

			kc_json_key(&w, "problem");
			kc_json_refusal(&w, &why, call->lang);
		}
		kc_json_close(&w, '}');
	}
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	kc_call_done(call);
}

/* --- posting --- */
void
kc_call_not_taken(struct kc_call *call, enum kc_err err)
{
	/* The queue is full, or we are closing. */
	if (err == KC_EUNAVAILABLE || err == KC_EREFUSED)
		kc_call_refuse(call, KC_R_RATE, NULL);
	else
		kc_call_error(call, err, "");
}

static void
submitted(struct kc_call *call, enum kc_err err)
{
	if (err == KC_OK)
		return;
	kc_call_not_taken(call, err);
	kc_call_reply(call);
}

static void
post_one(struct kc_call *call, bool dry)
{
	struct kc_ledger *l = kc_call_ledger(call);

	call->flag = dry;
	if (!kc_call_authors_may(call, &call->input, 1) ||
	    !kc_call_take_notes(call, 1))
		kc_call_reply(call);
	else if (dry)
		submitted(
		    call, kc_ledger_dry_run(l, call->input, done_one, call));
	else
		submitted(
		    call, kc_ledger_submit(l, &call->input, 1, done_one, call));
}

/* With call->flag they stand or fall together. */
static void
post_many(struct kc_call *call)
{
	struct kc_ledger *l = kc_call_ledger(call);

	if (!kc_call_cut(call, call->flag ? KC_TOGETHER_MAX : NOTES_MAX) ||
	    !kc_call_take_notes(call, (unsigned)call->nnotes) ||
	    !kc_call_authors_may(call, call->notes, call->nnotes))
		kc_call_reply(call);
	else if (call->flag)
		submitted(call,
		    kc_ledger_submit_together(
			l, call->notes, call->nnotes, done_many, call));
	else
		submitted(call,
		    kc_ledger_submit(
			l, call->notes, call->nnotes, done_many, call));
}

/* A flag of the query, which is 1 or not there; false: the reply is filled
 * in. */
static bool
read_flag(struct kc_call *call, const char *name, bool *flag)
{
	char value[KC_HTTP_VALUE_MAX];

	*flag = kc_http_query_get(call->req.query, name, value, sizeof(value));
	if (!*flag || strcmp(value, "1") == 0)
		return true;
	kc_call_refuse(call, KC_R_REQUEST, name);
	return false;
}

void
kc_api_entries_post(struct kc_call *call)
{
	struct kc_slice type = call->req.content_type;
	bool dry, together;

	if (!read_flag(call, "dry_run", &dry) ||
	    !read_flag(call, "together", &together)) {
		kc_call_reply(call);
		return;
	}
	if (!together && kc_http_type_is(type, "text/plain")) {
		post_one(call, dry);
		return;
	} else if (!dry && kc_http_type_is(type, BYTES)) {
		call->flag = together;
		post_many(call);
		return;
	} else if (dry) {
		kc_call_bad(call, 415, "dry_run takes one note, text/plain");
	} else if (together) {
		kc_call_bad(
		    call, 415, "together takes many, application/octet-stream");
	} else if (kc_http_type_is(type, "application/json")) {
		kc_call_bad(call, 415,
		    "an entry is signed by its author before it is sent: "
		    "post the signed note as text/plain");
	} else {
		kc_call_bad(call, 415,
		    "text/plain: one note; application/octet-stream: many");
	}
	kc_call_reply(call);
}

/* --- reading --- */
static void
run_raw(struct kc_call *call)
{
	struct kc_buf *body = &call->body;
	enum kc_err err;

	kc_buf_reset(body);
	err = kc_store_leaf(kc_ledger_store(kc_call_ledger(call)),
	    (uint64_t)call->number, body);
	if (err != KC_OK) {
		kc_call_error(call, err, "#");
		return;
	}
	if (!kc_call_may_read(call, kc_buf_view(body)))
		return;
	call->status = 200;
	call->type = TEXT;
	call->immutable = true;
}

static void
run_receipt(struct kc_call *call)
{
	struct kc_store *s = kc_ledger_store(kc_call_ledger(call));
	enum kc_err err;

	kc_buf_reset(&call->body);
	err = kc_store_leaf(s, (uint64_t)call->number, &call->body);
	if (err != KC_OK) {
		kc_call_error(call, err, "#");
		return;
	}
	if (!kc_call_may_read(call, kc_buf_view(&call->body)))
		return;
	kc_buf_reset(&call->body);
	err = call->flag ? kc_ledger_witnessed_receipt(kc_call_ledger(call),
			       (uint64_t)call->number, &call->body)
			 : kc_ledger_receipt(kc_call_ledger(call),
			       (uint64_t)call->number, &call->body);
	if (call->flag && err == KC_ENOTFOUND) {
		kc_call_bad(call, 404,
		    "no quorum of witnesses has signed a "
		    "checkpoint that covers it yet");
		return;
	}
	if (err != KC_OK) {
		kc_call_error(call, err, "#");
		return;
	}
	call->status = 200;
	call->type = TEXT;
}

/* Key of the id in the path and the author in the query. */
static bool
id_key(const struct kc_call *call, uint8_t key[KC_ID_KEY_SIZE])
{
	char by[KC_HTTP_VALUE_MAX];
	uint8_t id[KC_ID_SIZE];

	if (!kc_read_hex(call->param, id, sizeof(id)) ||
	    !kc_http_query_get(call->req.query, "by", by, sizeof(by)))
		return false;
	kc_id_key(key, kc_slice_str(by), id);
	return true;
}

static void
run_id(struct kc_call *call)
{
	uint8_t key[KC_ID_KEY_SIZE];
	struct kc_json w;
	uint64_t seq;
	enum kc_err err;

	(void)id_key(call, key);
	err =
	    kc_store_find_id(kc_ledger_store(kc_call_ledger(call)), key, &seq);
	if (err != KC_OK) {
		kc_call_error(call, err, "id");
		return;
	}
	w = kc_call_json(call, 200);
	kc_json_open(&w, '{');
	kc_json_key(&w, "id");
	kc_json_slice(&w, call->param);
	kc_json_key(&w, "seq");
	kc_json_u64(&w, seq);
	kc_json_close(&w, '}');
}

static void
run_numbered(struct kc_call *call, void (*run)(struct kc_call *call))
{
	uint64_t seq;

	if (!kc_read_u64(call->param, INT64_MAX, &seq)) {
		kc_call_refuse(call, KC_R_REQUEST, "seq");
		kc_call_reply(call);
		return;
	}
	call->number = (int64_t)seq;
	kc_call_run(call, run);
}

void
kc_api_entry_raw(struct kc_call *call)
{
	run_numbered(call, run_raw);
}

/* witnessed=yes: by the first checkpoint that a quorum of witnesses signed. */
void
kc_api_entry_receipt(struct kc_call *call)
{
	char value[8];

	call->flag = kc_http_query_get(
	    call->req.query, "witnessed", value, sizeof(value));
	if (call->flag && strcmp(value, "yes") != 0) {
		kc_call_refuse(call, KC_R_REQUEST, "witnessed");
		kc_call_reply(call);
		return;
	}
	run_numbered(call, run_receipt);
}

void
kc_api_id(struct kc_call *call)
{
	uint8_t key[KC_ID_KEY_SIZE];

	if (!id_key(call, key)) {
		kc_call_refuse(
		    call, KC_R_REQUEST, "id in the path, by in the query");
		kc_call_reply(call);
		return;
	}
	kc_call_run(call, run_id);
}
