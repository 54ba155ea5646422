/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which entries a score became what it is: `blame`, `bisect` and `diff`
 * (change.h). Each goes through the log and so runs where replays do, off the
 * writing thread and a few at a time.
 */
#include <kaocheng/change.h>
#include <kaocheng/replay.h>

#include "net/call.h"

struct asked {
	struct kc_view_args args;
	char unit[KC_HTTP_VALUE_MAX], first[KC_HTTP_VALUE_MAX];
	uint64_t size; /* of the log when it was asked */
	/* As of when; of diff both ends. Neither said: now. */
	uint64_t from, upto;
	int64_t from_ms, upto_ms;
	bool now;
};

static void
answer(struct kc_call *call, enum kc_err err, const struct kc_refusal *why)
{
	if (err == KC_EREFUSED)
		kc_call_problem(call, why);
	else if (err == KC_EUNAVAILABLE || err == KC_ENOTFOUND)
		kc_call_no_state(call);
	else if (err != KC_OK)
		kc_call_error(call, err, "replay");
}

/* --- one unit --- */
static void
of_a_unit(struct kc_call *call, const struct kc_view_source *src, bool bisect)
{
	struct asked *a = call->own;
	struct kc_call_reading r = {.ledger = kc_call_ledger(call)};
	struct kc_log log = {a->size, kc_call_leaf, &r};
	struct kc_view_source from = {.log = &log};
	struct kc_refusal why = {0};
	uint64_t bad;
	enum kc_err err;

	if (src == NULL) {
		kc_call_no_state(call);
		return;
	}
	r.log = src->log;
	from.state = src->state;
	from.now_ms = src->now_ms;
	/* Which year is meant is a matter of today's date. */
	if (a->now && kc_call_now_ms(call) > from.now_ms)
		from.now_ms = kc_call_now_ms(call);
	a->args.reader = &call->reader;
	(void)kc_call_json(call, 200);
	err = bisect
	    ? kc_bisect_render(&from, &a->args, kc_slice_str(a->first),
		  &call->body, &why, &bad)
	    : kc_blame_render(&from, &a->args, &call->body, &why, &bad);
	answer(call, err, &why);
}

static void
blame(struct kc_call *call, const struct kc_view_source *src)
{
	of_a_unit(call, src, false);
}

static void
bisect(struct kc_call *call, const struct kc_view_source *src)
{
	of_a_unit(call, src, true);
}

/* --- two entries --- */
/* The state at the other end, from which it differs. */
static enum kc_err
replay_from(struct asked *a, const struct kc_log *log, struct kc_state **st,
    struct kc_refusal *why)
{
	uint64_t bad;
	enum kc_err err = KC_OK;

	if (a->from == UINT64_MAX)
		err = kc_replay_size_at(log, a->from_ms, &a->from);
	if (err == KC_OK)
		err = kc_state_new(st);
	if (err == KC_OK)
		err = kc_replay(
		    *st, log, a->from, false, NULL, NULL, NULL, why, &bad);
	return err;
}

static void
diff(struct kc_call *call, const struct kc_view_source *src)
{
	struct asked *a = call->own;
	struct kc_call_reading r = {.ledger = kc_call_ledger(call)};
	struct kc_log log = {a->size, kc_call_leaf, &r};
	struct kc_view_source from = {.log = &log}, to = {.log = &log};
	struct kc_refusal why = {0};
	struct kc_state *st = NULL;
	uint64_t bad, upto;
	enum kc_err err;

	if (src == NULL) {
		kc_call_no_state(call);
		return;
	}
	if (kc_viewer_scope(&call->reader, KC_SEE_diff) != KC_SEES_ALL) {
		(void)kc_viewer_refuse(&call->reader, KC_SEE_diff, &why);
		kc_call_problem(call, &why);
		return;
	}
	r.log = src->log;
	err = replay_from(a, &log, &st, &why);
	if (err == KC_OK) {
		from.state = st;
		to.state = src->state;
		from.now_ms = kc_state_received_ms(st);
		to.now_ms = src->now_ms;
		upto = kc_state_size(src->state);
		a->args.reader = &call->reader;
		(void)kc_call_json(call, 200);
		err =
		    kc_diff_render(&from, &to, a->from < upto ? a->from : upto,
			&a->args, &call->body, &why, &bad);
	}
	answer(call, err, &why);
	kc_state_free(st);
}

/* --- what is asked --- */
static bool
read_end(struct kc_call *call, const char *name, uint64_t *upto, int64_t *ms)
{
	struct asked *a = call->own;
	char v[KC_HTTP_VALUE_MAX];

	return kc_http_query_get(call->req.query, name, v, sizeof(v)) &&
	    kc_call_read_as_of(kc_slice_str(v), upto, ms) &&
	    (*upto == UINT64_MAX || *upto <= a->size);
}

/* The part of the query that is at fault, NULL; those that a route does not
 * take are not there. */
static const char *
read_query(struct kc_call *call, struct asked *a)
{
	struct kc_slice query = call->req.query;
	char v[KC_HTTP_VALUE_MAX];

	if (kc_http_query_get(query, "lang", v, sizeof(v)) &&
	    !kc_call_read_lang(kc_slice_str(v), &a->args.lang))
		return "lang";
	if (kc_http_query_get(query, "year", v, sizeof(v)) &&
	    !kc_call_read_year(kc_slice_str(v), &a->args.year))
		return "year";
	if (kc_http_query_get(query, "unit", a->unit, sizeof(a->unit)))
		a->args.unit = kc_slice_str(a->unit);
	if (kc_http_query_get(query, "as_of", v, sizeof(v))) {
		a->now = false;
		if (!read_end(call, "as_of", &a->upto, &a->upto_ms))
			return "as_of";
	}
	return NULL;
}

static struct asked *
begin(struct kc_call *call)
{
	struct kc_ledger_stats stats = {0};
	struct asked *a = kc_call_own(call, sizeof(*a));

	if (a == NULL)
		return NULL;
	kc_ledger_stats(kc_call_ledger(call), &stats);
	a->size = stats.size;
	a->from = a->upto = UINT64_MAX;
	a->from_ms = a->upto_ms = INT64_MAX;
	a->now = true;
	a->args.lang = call->lang;
	return a;
}

/* In the lane of replays, also where the present is asked for: the walk takes
 * as long as a replay, and holds no lock. */
static void
go_on(struct kc_call *call, const char *fault,
    void (*read)(struct kc_call *call, const struct kc_view_source *src))
{
	struct asked *a = call->own;

	call->lang = a->args.lang;
	if (fault != NULL) {
		kc_call_refuse(call, KC_R_REQUEST, fault);
		kc_call_reply(call);
		return;
	}
	if (a->now)
		a->upto = a->size;
	kc_call_read(call, read, a->upto, a->upto_ms);
}

void
kc_api_blame(struct kc_call *call)
{
	struct asked *a = begin(call);

	if (a != NULL)
		go_on(call, read_query(call, a), blame);
}

void
kc_api_bisect(struct kc_call *call)
{
	struct asked *a = begin(call);
	const char *fault;

	if (a == NULL)
		return;
	fault = read_query(call, a);
	if (fault == NULL &&
	    !kc_http_query_get(
		call->req.query, "first", a->first, sizeof(a->first)))
		fault = "first";
	go_on(call, fault, bisect);
}

void
kc_api_diff(struct kc_call *call)
{
	struct asked *a = begin(call);
	const char *fault;

	if (a == NULL)
		return;
	a->now = false;
	fault = read_query(call, a);
	if (fault == NULL && !read_end(call, "from", &a->from, &a->from_ms))
		fault = "from";
	if (fault == NULL && !read_end(call, "to", &a->upto, &a->upto_ms))
		fault = "to";
	go_on(call, fault, diff);
}
