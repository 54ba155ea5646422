/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence: brought in pieces, read by whoever may read an entry that cites
 * it. */
#include <pthread.h>
#include <string.h>

#include <kaocheng/blob.h>
#include <kaocheng/leaf.h>

#include "net/call.h"
#include "sys/log.h"

#define PIECE_MAX (1u << 20) /* bytes of one reply */
#define BYTES "application/octet-stream"
/* Of one actor: files on their way, and how many times the size that one may
 * have they hold together. */
#define UNFINISHED_MAX 16
#define UNFINISHED_TIMES 4

struct asked {
	char dir[KC_CONFIG_PATH_MAX];
	struct kc_hash hash;
	uint64_t size, at, entry, reserve, max;
};

/* A number of the query; `otherwise` if it is not there. False: no number. */
static bool
number(const struct kc_call *call, const char *name, uint64_t otherwise,
    uint64_t *out)
{
	char value[KC_HTTP_VALUE_MAX];

	*out = otherwise;
	return !kc_http_query_get(
		   call->req.query, name, value, sizeof(value)) ||
	    kc_read_u64(kc_slice_str(value), INT64_MAX, out);
}

/* What both ask; NULL with the reply sent. */
static struct asked *
begin(struct kc_call *call, uint64_t *max)
{
	struct asked *a = kc_alloc(sizeof(*a));
	const char *dir;

	call->own = a;
	if (a == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
		kc_call_reply(call);
		return NULL;
	}
	dir = kc_call_evidence(call, max, &a->reserve);
	a->max = *max;
	(void)kc_slice_copy(a->dir, sizeof(a->dir), kc_slice_str(dir));
	if (!kc_blob_name_read(call->param, &a->hash) || call->param.n != 64) {
		kc_call_refuse(call, KC_R_REQUEST, "hash");
		kc_call_reply(call);
		return NULL;
	}
	return a;
}

/* --- bringing --- */
/* Roles that sign a kind which may cite evidence. */
static uint32_t
roles_that_cite(void)
{
	uint32_t roles = 0;

	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get((enum kc_kind_id)i);
		bool cites = false;

		for (unsigned f = 0; f < k->nfields; f++)
			cites = cites || k->fields[f].type == KC_T_EVIDENCE;
		for (unsigned s = 0; cites && s < k->signers.n; s++)
			roles |= k->signers.roles[s];
	}
	return roles & ~KC_ROLE_BIT(KC_ROLE_CLERK);
}

static bool
may_cite(struct kc_call *call)
{
	struct kc_viewer who = {0};
	struct kc_refusal why = {0};

	if (kc_ledger_reader(kc_call_ledger(call), kc_slice_str(call->actor),
		&who) != KC_OK) {
		kc_call_no_state(call);
		return false;
	}
	if ((who.roles & roles_that_cite()) != 0)
		return true;
	(void)kc_refuse(&why, KC_R_ROLE, call->actor, "evidence",
	    "a role that may cite it", NULL);
	(void)kc_refusal_zh(&why, 1, "佐证");
	(void)kc_refusal_zh(&why, 2, "可以引用佐证的角色");
	kc_call_problem(call, &why);
	return false;
}

static void
log_brought(const struct kc_call *call, const struct asked *a)
{
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_INFO, "evidence");
	kc_log_str(&l, "actor", call->actor);
	kc_log_slice(&l, "hash", call->param);
	kc_log_i64(&l, "bytes", (int64_t)a->size);
	kc_log_end(&l);
}

/* The piece does not fit: a stranger's mistake says where to go on; what is
 * wrong with the directory is ours. */
static void
refuse_piece(struct kc_call *call, enum kc_err err,
    const struct kc_blob_added *out, const struct kc_buf *detail)
{
	struct kc_refusal why = {0};
	struct kc_line l;

	if (err == KC_EFULL) {
		kc_call_refuse(call, KC_R_FULL, NULL);
	} else if (err == KC_ECORRUPT) {
		(void)kc_refuse(&why, KC_R_HASH, "", NULL, NULL, NULL);
		kc_refusal_arg(&why, 0, call->param);
		kc_call_problem(call, &why);
	} else if (out->early) {
		(void)kc_refuse(&why, KC_R_REQUEST, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(&why, 0, out->next);
		kc_call_problem(call, &why);
	} else {
		kc_log_begin(&l, KC_LOG_ERROR, "evidence");
		kc_log_slice(&l, "detail", kc_buf_view(detail));
		kc_log_end(&l);
		kc_call_error(call, err, "evidence");
	}
}

/* A file that is whole with this piece leaves nothing lying. */
static bool
leaves_some(const struct kc_call *call)
{
	const struct asked *a = call->own;

	return a->at + call->input.n < a->size;
}

static bool
may_leave(struct kc_call *call)
{
	const struct asked *a = call->own;
	struct kc_blob_unfinished left;
	struct kc_refusal why = {0};

	if (kc_blob_unfinished(
		a->dir, kc_slice_str(call->actor), &a->hash, &left) != KC_OK) {
		kc_call_error(call, KC_EIO, "evidence");
		return false;
	}
	if (left.n < UNFINISHED_MAX &&
	    left.bytes + a->at + call->input.n <= UNFINISHED_TIMES * a->max)
		return true;
	(void)kc_refuse(&why, KC_R_UNFINISHED, call->actor, NULL, NULL, NULL);
	kc_refusal_arg_u64(&why, 1, left.n);
	kc_refusal_arg_u64(&why, 2, left.bytes);
	kc_call_problem(call, &why);
	return false;
}

/* Of what is left lying, the next piece is told before it is asked for: one at
 * a time. Nothing is flushed meanwhile. */
static enum kc_err
add(struct kc_call *call, const struct kc_blob_piece *p,
    struct kc_blob_added *out, struct kc_buf *detail, bool *may)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	const struct asked *a = call->own;
	enum kc_err err = KC_OK;

	*may = true;
	if (!leaves_some(call))
		return kc_blob_add(a->dir, p, out, detail);
	(void)pthread_mutex_lock(&one);
	*may = may_leave(call);
	if (*may)
		err = kc_blob_add(a->dir, p, out, detail);
	(void)pthread_mutex_unlock(&one);
	return err;
}

static void
run_put(struct kc_call *call)
{
	struct asked *a = call->own;
	struct kc_blob_piece p = {.hash = a->hash,
	    .size = a->size,
	    .at = a->at,
	    .bytes = call->input,
	    .by = kc_slice_str(call->actor),
	    .reserve = a->reserve};
	struct kc_blob_added out;
	struct kc_buf detail = {0};
	struct kc_json w;
	enum kc_err err;
	bool may;

	if (!may_cite(call))
		return;
	err = add(call, &p, &out, &detail, &may);
	if (!may)
		return;
	if (err != KC_OK) {
		refuse_piece(call, err, &out, &detail);
		kc_buf_free(&detail);
		return;
	}
	if (out.stands)
		log_brought(call, a);
	w = kc_call_json(call, out.stands ? 201 : 200);
	kc_json_open(&w, '{');
	kc_json_key(&w, "hash");
	kc_json_slice(&w, call->param);
	kc_json_key(&w, "size");
	kc_json_u64(&w, a->size);
	kc_json_key(&w, "next");
	kc_json_u64(&w, out.next);
	kc_json_key(&w, "stands");
	kc_json_bool(&w, out.stands);
	kc_json_close(&w, '}');
	kc_buf_free(&detail);
}

void
kc_api_blob_put(struct kc_call *call)
{
	struct kc_refusal why = {0};
	uint64_t max;
	struct asked *a = begin(call, &max);

	if (a == NULL)
		return;
	if (!kc_http_type_is(call->req.content_type, BYTES)) {
		kc_call_bad(call, 415, "evidence is " BYTES);
	} else if (!number(call, "at", 0, &a->at) ||
	    !number(call, "size", call->input.n, &a->size)) {
		kc_call_refuse(call, KC_R_REQUEST, "at, size");
	} else if (a->size > max) {
		(void)kc_refuse(&why, KC_R_TOO_BIG, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(&why, 0, max);
		kc_call_problem(call, &why);
	} else if (a->size == 0 || a->at > a->size ||
	    call->input.n > a->size - a->at) {
		kc_call_refuse(call, KC_R_REQUEST,
		    "a piece of a file that is not empty: at + bytes <= size");
	} else {
		kc_call_run(call, run_put);
		return;
	}
	kc_call_reply(call);
}

/* --- reading --- */
/* Does the entry of this leaf cite the hash? */
static bool
cites(struct kc_slice bytes, const struct kc_hash *hash)
{
	struct kc_refusal why = {0};
	struct kc_leaf leaf;
	struct kc_evidence cited;
	struct kc_entry *e = kc_alloc(sizeof(*e));
	bool found = false;

	if (e != NULL && kc_leaf_parse(&leaf, bytes) == KC_OK &&
	    kc_entry_decode(e, leaf.note, &why) == KC_OK)
		for (unsigned i = 0; !found && kc_entry_evidence(e, i, &cited);
		     i++)
			found = kc_hash_eq(&cited.hash, hash);
	kc_free(e);
	return found;
}

/* The entry says who may read what it cites. */
static bool
may_read(struct kc_call *call)
{
	const struct asked *a = call->own;
	struct kc_ledger *l = kc_call_ledger(call);
	struct kc_buf leaf = {0};
	enum kc_err err;
	bool may = false;

	if (!call->reader.all &&
	    kc_ledger_reader(l, kc_slice_str(call->actor), &call->reader) !=
		KC_OK) {
		kc_call_no_state(call);
		return false;
	}
	err = kc_store_leaf(kc_ledger_store(l), a->entry, &leaf);
	if (err != KC_OK)
		kc_call_error(call, err, "evidence");
	else if (kc_call_may_read(call, kc_buf_view(&leaf))) {
		may = cites(kc_buf_view(&leaf), &a->hash);
		if (!may)
			kc_call_error(call, KC_ENOTFOUND, "evidence");
	}
	kc_buf_free(&leaf);
	return may;
}

static void
run_get(struct kc_call *call)
{
	const struct asked *a = call->own;
	uint64_t size;
	enum kc_err err;

	if (!may_read(call))
		return;
	kc_buf_reset(&call->body);
	err = kc_blob_read(
	    a->dir, &a->hash, a->at, PIECE_MAX, &call->body, &size);
	if (err == KC_EINVAL) {
		kc_call_refuse(call, KC_R_REQUEST, "at");
	} else if (err != KC_OK) {
		kc_call_error(call, err, "evidence");
	} else {
		call->status = 200;
		call->type = BYTES;
	}
}

void
kc_api_blob_get(struct kc_call *call)
{
	uint64_t max;
	struct asked *a = begin(call, &max);

	if (a == NULL)
		return;
	if (!number(call, "at", 0, &a->at) ||
	    !number(call, "entry", UINT64_MAX, &a->entry) ||
	    a->entry == UINT64_MAX) {
		kc_call_refuse(call, KC_R_REQUEST,
		    "entry: the number of an entry that cites it");
		kc_call_reply(call);
		return;
	}
	kc_call_run(call, run_get);
}
