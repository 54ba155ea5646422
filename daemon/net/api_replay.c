/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log as if some of it had not been, or had been otherwise: a
 * counterfactual costs two replays and runs where replays do, off the writing
 * thread and a few at a time. What it says is of every unit, so who sees one
 * unit alone is refused. Notes, a policy and a calendar that are supposed come
 * as the body, each with its length, as many notes do; they are read like those
 * of a log, and nothing of them is kept.
 */
#include <kaocheng/merkle.h>
#include <kaocheng/suppose.h>

#include "net/call.h"

#define WITHOUT_MAX 64
#define WITH_MAX 64

struct asked {
	char names[KC_HTTP_VALUE_MAX];
	char policy[KC_HTTP_VALUE_MAX], calendar[KC_HTTP_VALUE_MAX];
	struct kc_slice without[WITHOUT_MAX];
	struct kc_supposition s;
	uint64_t upto;
	enum kc_lang lang;
	bool text; /* the evidence itself */
};

/* Leaves as they are read, hashed on the way; none once the daemon stops. */
struct reading {
	const struct kc_log *log;
	struct kc_ledger *ledger;
	struct kc_frontier tree;
};

static enum kc_err
read_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	struct reading *r = ctx;
	size_t before = out->n;
	struct kc_hash h;
	enum kc_err err = kc_ledger_drops_replays(r->ledger)
	    ? KC_EUNAVAILABLE
	    : r->log->leaf(r->log->ctx, seq, out);

	if (err == KC_OK && seq == r->tree.size && out->err == KC_OK) {
		h = kc_hash_leaf(out->p + before, out->n - before);
		kc_frontier_append(&r->tree, &h);
	}
	return err;
}

static void
answer(struct kc_call *call, const struct asked *a, const struct kc_supposed *w,
    const struct kc_hash *root, struct kc_refusal *why)
{
	struct kc_json j = kc_call_json(call, 200);
	enum kc_err err;

	(void)j;
	err = a->text
	    ? kc_supposed_text(w, &a->s, root, &call->body, why)
	    : kc_supposed_render(w, &a->s, root, a->lang, &call->body, why);
	if (a->text)
		call->type = "text/plain; charset=utf-8";
	if (err == KC_EREFUSED)
		kc_call_problem(call, why);
	else if (err != KC_OK)
		kc_call_error(call, err, "replay");
}

/* Which part of the supposition cannot be: a member of the problem. */
static void
put_fault(struct kc_call *call, const struct kc_supposed *w)
{
	static const char *const parts[] = {
	    [KC_SUPPOSED_WITHOUT] = "without",
	    [KC_SUPPOSED_WITH] = "with",
	    [KC_SUPPOSED_POLICY] = "policy",
	    [KC_SUPPOSED_CALENDAR] = "calendar",
	};

	if (w->bad == KC_SUPPOSED_LOG || kc_buf_err(&call->body) != KC_OK)
		return;
	call->body.n--; /* the brace that ends the object */
	kc_buf_str(&call->body, ",\"supposed\":{\"part\":\"");
	kc_buf_str(&call->body, parts[w->bad]);
	kc_buf_str(&call->body, "\",\"at\":");
	kc_buf_u64(&call->body, w->bad_at);
	kc_buf_str(&call->body, "}}");
}

static void
replay(struct kc_call *call, const struct kc_view_source *src)
{
	const struct asked *a = call->own;
	struct reading r = {.ledger = kc_call_ledger(call)};
	struct kc_log log = {a->upto, read_leaf, &r};
	struct kc_refusal why = {0};
	struct kc_supposed w = {0};
	struct kc_hash root;
	enum kc_err err;

	if (src == NULL) {
		kc_call_no_state(call);
		return;
	}
	if (kc_viewer_scope(&call->reader, KC_SEE_score) != KC_SEES_ALL) {
		(void)kc_viewer_refuse(&call->reader, KC_SEE_score, &why);
		kc_call_problem(call, &why);
		return;
	}
	r.log = src->log;
	err = kc_suppose(&a->s, &log, a->upto, &w, &why);
	root = kc_frontier_root(&r.tree);
	if (err == KC_OK) {
		answer(call, a, &w, &root, &why);
	} else if (err == KC_EREFUSED) {
		kc_call_problem(call, &why);
		put_fault(call, &w);
	} else if (err == KC_EUNAVAILABLE) {
		kc_call_no_state(call);
	} else {
		kc_call_error(call, err, "replay");
	}
	kc_supposed_release(&w);
}

/* "PD-2022-0001,4711" */
static bool
cut(struct asked *a)
{
	struct kc_slice rest = kc_slice_str(a->names), one;

	for (;;) {
		bool more = kc_slice_cut(&rest, ',', &one);

		if (!more)
			one = rest;
		if (one.n == 0 || a->s.nwithout == WITHOUT_MAX)
			return false;
		a->without[a->s.nwithout++] = one;
		if (!more)
			break;
	}
	a->s.without = a->without;
	return true;
}

/* The part of the query that is at fault, NULL. */
static const char *
read_query(struct kc_call *call, struct asked *a, bool posted)
{
	char value[KC_HTTP_VALUE_MAX];
	struct kc_slice query = call->req.query;
	uint64_t upto = UINT64_MAX;
	int64_t ms = INT64_MAX;

	if (kc_http_query_get(query, "without", a->names, sizeof(a->names))
		? !cut(a)
		: !posted)
		return "without";
	if (kc_http_query_get(query, "lang", value, sizeof(value)) &&
	    !kc_call_read_lang(kc_slice_str(value), &a->lang))
		return "lang";
	if (kc_http_query_get(query, "as", value, sizeof(value))) {
		if (strcmp(value, "text") != 0)
			return "as";
		a->text = true;
	}
	if (!kc_http_query_get(query, "as_of", value, sizeof(value)))
		return NULL;
	if (!kc_call_read_as_of(kc_slice_str(value), &upto, &ms) ||
	    upto > a->upto)
		return "as_of";
	a->upto = upto;
	return NULL;
}

/* A file that the query names is the next text of the body. */
static bool
take_file(struct kc_call *call, const char *name, char *file, size_t *next,
    struct kc_supposed_file *out)
{
	if (!kc_http_query_get(call->req.query, name, file, KC_HTTP_VALUE_MAX))
		return true;
	if (file[0] == '\0' || *next == call->nnotes)
		return false;
	out->text = call->notes[(*next)++];
	out->file = file;
	return true;
}

/* The policy, the calendar, and all else: notes. NULL: all of it is there. */
static const char *
take_body(struct kc_call *call, struct asked *a)
{
	size_t next = 0;

	if (!take_file(call, "policy", a->policy, &next, &a->s.policy))
		return "policy";
	if (!take_file(call, "calendar", a->calendar, &next, &a->s.calendar))
		return "calendar";
	a->s.with = call->notes + next;
	a->s.nwith = call->nnotes - next;
	return a->s.nwith > WITH_MAX ? "with" : NULL;
}

static void
begin(struct kc_call *call, bool posted)
{
	struct kc_ledger_stats stats = {0};
	struct asked *a = kc_call_own(call, sizeof(*a));
	const char *fault;

	if (a == NULL)
		return;
	kc_ledger_stats(kc_call_ledger(call), &stats);
	a->upto = stats.size;
	a->lang = call->lang;
	fault = read_query(call, a, posted);
	if (fault == NULL && posted)
		fault = take_body(call, a);
	if (fault != NULL) {
		kc_call_refuse(call, KC_R_REQUEST, fault);
		kc_call_reply(call);
		return;
	}
	/* In the lane of replays, with no state of the ledger's: two are made.
	 */
	kc_call_read(call, replay, 0, INT64_MAX);
}

void
kc_api_replay(struct kc_call *call)
{
	begin(call, false);
}

void
kc_api_replay_post(struct kc_call *call)
{
	if (!kc_http_type_is(
		call->req.content_type, "application/octet-stream")) {
		kc_call_bad(call, 415,
		    "application/octet-stream: texts, each with its length");
	} else if (kc_call_cut(call, WITH_MAX + 2)) {
		begin(call, true);
		return;
	}
	kc_call_reply(call);
}
