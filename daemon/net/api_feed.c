/* SPDX-License-Identifier: Apache-2.0 */
/* The last days of a person, as a calendar: asked for by name, or by the
 * secret address that a calendar program subscribes to. */
#include <string.h>

#include <kaocheng/feed.h>
#include <kaocheng/people.h>

#include "net/call.h"

#define CALENDAR "text/calendar; charset=utf-8"

struct asked {
	char actor[KC_CODE_MAX + 1];
	enum kc_lang lang;
	char link[KC_REMIND_URL_MAX];
	char people[KC_CONFIG_PATH_MAX];
};

static void
render(struct kc_call *call, const struct kc_view_source *src)
{
	const struct asked *a = call->own;
	const struct kc_feed_ask ask = {.actor = kc_slice_str(a->actor),
	    .now_ms = src->now_ms,
	    .lang = a->lang,
	    .link = kc_slice_str(a->link)};
	enum kc_err err;

	kc_buf_reset(&call->body);
	err = kc_feed_render(&call->body, src->state, &ask);
	if (err != KC_OK) {
		kc_call_error(call, err, "actor");
		return;
	}
	call->status = 200;
	call->type = CALENDAR;
	call->kept = true;
	kc_call_tag(call);
}

/* One's own, or as the table of readers says. */
static void
read_feed(struct kc_call *call, const struct kc_view_source *src)
{
	const struct asked *a = call->own;
	struct kc_refusal why = {0};

	if (src == NULL) {
		kc_call_no_state(call);
	} else if (strcmp(call->actor, a->actor) != 0 &&
	    kc_viewer_scope(&call->reader, KC_SEE_feed) != KC_SEES_ALL) {
		(void)kc_viewer_refuse(&call->reader, KC_SEE_feed, &why);
		kc_call_problem(call, &why);
	} else {
		render(call, src);
	}
}

static bool
has(struct kc_call *call, const char *name, char value[KC_HTTP_VALUE_MAX])
{
	return kc_http_query_get(
	    call->req.query, name, value, KC_HTTP_VALUE_MAX);
}

/* What is asked, with the settings that hold now; NULL with the reply sent. */
static struct asked *
begin(struct kc_call *call)
{
	struct asked *a = kc_alloc(sizeof(*a));

	call->own = a;
	if (a == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
		kc_call_reply(call);
		return NULL;
	}
	a->lang = call->lang;
	(void)kc_slice_copy(
	    a->link, sizeof(a->link), kc_slice_str(kc_call_link(call)));
	(void)kc_slice_copy(
	    a->people, sizeof(a->people), kc_slice_str(kc_call_people(call)));
	return a;
}

/* --- by the secret address --------------------------------------------------
 * Whatever is wrong with it, there is no such page: the same words for who is
 * unknown, who has no address, and who has another.
 */
static bool
opens(struct kc_call *call)
{
	struct asked *a = call->own;
	struct kc_person p;

	if (!kc_people_feed_opens(a->people, call->param, a->actor)) {
		kc_call_refuse(call, KC_R_ROUTE, NULL);
		return false;
	}
	if (kc_people_get(a->people, kc_slice_str(a->actor), &p, NULL) == KC_OK)
		a->lang = p.lang;
	explicit_bzero(&p, sizeof(p));
	return true;
}

static void
read_secret(struct kc_call *call, const struct kc_view_source *src)
{
	const struct asked *a = call->own;
	struct kc_state_person who;

	if (src == NULL)
		kc_call_no_state(call);
	else if (kc_state_person(src->state, kc_slice_str(a->actor), &who) !=
		KC_OK ||
	    who.retired)
		kc_call_refuse(call, KC_R_ROUTE, NULL);
	else
		render(call, src);
}

void
kc_api_feed_secret(struct kc_call *call)
{
	if (begin(call) != NULL)
		kc_call_check_read(call, opens, read_secret);
}

/* --- by name --- */
void
kc_api_feed(struct kc_call *call)
{
	struct asked *a = begin(call);
	char value[KC_HTTP_VALUE_MAX];
	int64_t as_of_ms = INT64_MAX;
	uint64_t upto = UINT64_MAX;
	const char *fault = NULL;

	if (a == NULL)
		return;
	if (has(call, "lang", value) &&
	    !kc_call_read_lang(kc_slice_str(value), &a->lang))
		fault = "lang";
	if (has(call, "as_of", value) &&
	    !kc_call_read_as_of(kc_slice_str(value), &upto, &as_of_ms))
		fault = "as_of";
	if (!kc_slice_copy(a->actor, sizeof(a->actor), call->param))
		kc_call_error(call, KC_ENOTFOUND, "actor");
	else if (fault != NULL)
		kc_call_refuse(call, KC_R_REQUEST, fault);
	else {
		kc_call_read(call, read_feed, upto, as_of_ms);
		return;
	}
	kc_call_reply(call);
}
