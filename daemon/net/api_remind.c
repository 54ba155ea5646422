/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders foreseen: what is due, and what would go out over some days. The
 * latter costs a replay and runs where replays do. */
#include <kaocheng/civil.h>
#include <kaocheng/foresee.h>
#include <kaocheng/people.h>
#include <kaocheng/replay.h>

#include "net/call.h"

struct asked {
	struct kc_foresee f;
	char people[KC_CONFIG_PATH_MAX];
	kc_day from, to;
	uint64_t size; /* entries, when it was asked */
	uint64_t upto;
	int64_t as_of_ms;
};

/* --- what is asked --- */
static bool
has(struct kc_call *call, const char *name, char value[KC_HTTP_VALUE_MAX])
{
	return kc_http_query_get(
	    call->req.query, name, value, KC_HTTP_VALUE_MAX);
}

/* The part of the query that is at fault, NULL. */
static const char *
read_query(struct kc_call *call, struct asked *a, bool days)
{
	char value[KC_HTTP_VALUE_MAX];

	if (has(call, "lang", value) &&
	    !kc_call_read_lang(kc_slice_str(value), &a->f.lang))
		return "lang";
	a->f.text = has(call, "as", value);
	if (a->f.text && strcmp(value, "text") != 0)
		return "as";
	if (has(call, "as_of", value) &&
	    (!kc_call_read_as_of(kc_slice_str(value), &a->upto, &a->as_of_ms) ||
		(a->upto != UINT64_MAX && a->upto > a->size)))
		return "as_of";
	if (days &&
	    (!has(call, "from", value) ||
		!kc_read_day(kc_slice_str(value), &a->from)))
		return "from";
	if (days &&
	    (!has(call, "to", value) ||
		!kc_read_day(kc_slice_str(value), &a->to) || a->to < a->from ||
		a->to - a->from >= KC_FORESEE_DAYS_MAX))
		return "to";
	return NULL;
}

/* NULL with the reply sent. */
static struct asked *
begin(struct kc_call *call, bool days)
{
	struct kc_ledger_stats stats = {0};
	struct asked *a = kc_call_own(call, sizeof(*a));
	const char *fault;

	if (a == NULL)
		return NULL;
	kc_ledger_stats(kc_call_ledger(call), &stats);
	a->size = stats.size;
	a->upto = UINT64_MAX;
	a->as_of_ms = INT64_MAX;
	a->f.channel = kc_person_way;
	a->f.lang = call->lang;
	(void)kc_slice_copy(
	    a->people, sizeof(a->people), kc_slice_str(kc_call_people(call)));
	fault = read_query(call, a, days);
	if (fault != NULL) {
		kc_call_refuse(call, KC_R_REQUEST, fault);
		kc_call_reply(call);
		return NULL;
	}
	return a;
}

/* Once it is answered, or could not be asked: whichever comes first. */
static void
forget_ways(struct kc_call *call)
{
	struct asked *a = call->own;

	kc_person_ways_free(a->f.ctx);
	a->f.ctx = NULL;
}

/* --- what may be seen --- */
static bool
may_see(struct kc_call *call)
{
	struct kc_refusal why = {0};

	if (kc_viewer_scope(&call->reader, KC_SEE_remind) == KC_SEES_ALL)
		return true;
	(void)kc_viewer_refuse(&call->reader, KC_SEE_remind, &why);
	kc_call_problem(call, &why);
	return false;
}

static bool
may(struct kc_call *call, const struct kc_view_source *src)
{
	if (src != NULL)
		return may_see(call);
	kc_call_no_state(call);
	return false;
}

/* Reads files: not where the state is held, and only for who may see. */
static bool
read_ways(struct kc_call *call)
{
	struct asked *a = call->own;
	struct kc_person_ways *ways = NULL;
	enum kc_err err = kc_person_ways_read(a->people, &ways);

	a->f.ctx = ways;
	if (err != KC_OK)
		kc_call_error(call, err, "people");
	return err == KC_OK;
}

/* Who has still to vote is told to those who read ballots. */
static void
keep_secret(struct kc_call *call)
{
	struct asked *a = call->own;

	a->f.sealed =
	    kc_viewer_scope(&call->reader, KC_SEE_turnout) == KC_SEES_ALL;
}

static bool
check_due(struct kc_call *call)
{
	return may_see(call) && read_ways(call);
}

static struct kc_buf *
body_of(struct kc_call *call)
{
	const struct asked *a = call->own;

	(void)kc_call_json(call, 200);
	if (a->f.text)
		call->type = "text/plain; charset=utf-8";
	return &call->body;
}

/* --- what is due --- */
static void
show_due(struct kc_call *call, const struct kc_view_source *src)
{
	const struct asked *a = call->own;
	enum kc_err err;

	if (!may(call, src) || (a->f.ctx == NULL && !read_ways(call)))
		return;
	keep_secret(call);
	err = kc_foresee_due(body_of(call), src->state, src->now_ms, &a->f);
	if (err != KC_OK)
		kc_call_error(call, err, "remind");
}

void
kc_api_remind_due(struct kc_call *call)
{
	struct asked *a = begin(call, false);

	if (a == NULL)
		return;
	call->then = call->finish = forget_ways;
	if (a->upto == UINT64_MAX && a->as_of_ms == INT64_MAX)
		kc_call_check_read(call, check_due, show_due);
	else
		kc_call_read(call, show_due, a->upto, a->as_of_ms);
}

/* --- what would go out over days --- */
static void
show_days(struct kc_call *call, const struct kc_view_source *src)
{
	struct asked *a = call->own;
	struct kc_call_reading r = {.ledger = kc_call_ledger(call)};
	struct kc_log log = {a->size, kc_call_leaf, &r};
	struct kc_refusal why = {0};
	enum kc_err err = KC_OK;

	if (!may(call, src) || !read_ways(call))
		return;
	r.log = src->log;
	keep_secret(call);
	if (a->upto == UINT64_MAX)
		err = kc_replay_size_at(&log, a->as_of_ms, &a->upto);
	if (err == KC_OK)
		err = kc_foresee_days(
		    body_of(call), &log, a->upto, a->from, a->to, &a->f, &why);
	if (err == KC_EREFUSED)
		kc_call_problem(call, &why);
	else if (err == KC_EUNAVAILABLE)
		kc_call_no_state(call);
	else if (err != KC_OK)
		kc_call_error(call, err, "remind");
}

void
kc_api_remind_days(struct kc_call *call)
{
	if (begin(call, true) == NULL)
		return;
	call->then = call->finish = forget_ways;
	/* With no state of the ledger's: one is made on the way. */
	kc_call_read(call, show_days, 0, INT64_MAX);
}
