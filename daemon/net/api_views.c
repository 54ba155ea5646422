/* SPDX-License-Identifier: Apache-2.0 */
/* Views: every question that can be read off the log. */
#include <string.h>

#include <kaocheng/calendar.h>
#include <kaocheng/entry_json.h>
#include <kaocheng/leaf.h>
#include <kaocheng/people.h>

#include "net/call.h"

#define DAY_MS INT64_C(86400000)

/* A view's request, kept in call->body until the view is rendered into it:
 * the arguments' text first. */
struct asked {
	const struct kc_view *view;
	struct kc_view_args args;
	uint64_t upto;
	int64_t as_of_ms;
	char unit[KC_HTTP_VALUE_MAX], id[KC_HTTP_VALUE_MAX];
	char kind[KC_HTTP_VALUE_MAX], by[KC_HTTP_VALUE_MAX],
	    about[KC_HTTP_VALUE_MAX], words[KC_HTTP_VALUE_MAX],
	    after[KC_HTTP_VALUE_MAX];
	bool as_of_said, goes_on; /* goes_on: with the page at `page` */
	struct kc_cursor page;
	/* Whose names the reader may be told, and where they are. */
	struct kc_buf actors;
	char people[KC_CONFIG_PATH_MAX];
};

#define ARGS(X)                                                                \
	X(unit)                                                                \
	X(id)                                                                  \
	X(year)                                                                \
	X(from)                                                                \
	X(limit)                                                               \
	X(before)                                                              \
	X(kind)                                                                \
	X(by)                                                                  \
	X(case)                                                                \
	X(text)                                                                \
	X(since)                                                               \
	X(until)                                                               \
	X(after)                                                               \
	X(lang)                                                                \
	X(as_of)
enum arg {
#define X(name) ARG_##name,
	ARGS(X)
#undef X
};
static const char *const names[] = {
#define X(name) #name,
    ARGS(X)
#undef X
};

bool
kc_call_read_as_of(struct kc_slice v, uint64_t *upto, int64_t *as_of_ms)
{
	int64_t at_s;
	uint64_t seq;
	kc_day day;

	if (v.n > 1 && v.p[0] == '#') {
		v.p++;
		v.n--;
		if (!kc_read_u64(v, INT64_MAX - 1, &seq))
			return false;
		*upto = seq + 1;
		return true;
	}
	if (kc_read_instant_ms(v, as_of_ms))
		return true;
	if (kc_read_instant_s(v, &at_s)) {
		*as_of_ms = at_s * 1000 + 999;
		return true;
	}
	if (!kc_read_day(v, &day))
		return false;
	*as_of_ms = kc_day_start_ms(day, KC_LOCAL_OFFSET_S) + DAY_MS - 1;
	return true;
}

bool
kc_call_read_lang(struct kc_slice v, enum kc_lang *lang)
{
	*lang = kc_slice_is(v, "zh") ? KC_LANG_ZH : KC_LANG_EN;
	return kc_slice_is(v, "zh") || kc_slice_is(v, "en");
}

bool
kc_call_read_year(struct kc_slice v, int32_t *year)
{
	uint64_t n;

	if (!kc_read_u64(v, KC_YEAR_MAX, &n) || n < KC_YEAR_MIN)
		return false;
	*year = (int32_t)n;
	return true;
}

static bool
read_text(struct kc_slice v, char to[KC_HTTP_VALUE_MAX], struct kc_slice *out)
{
	*out = (struct kc_slice){to, v.n};
	return kc_slice_copy(to, KC_HTTP_VALUE_MAX, v);
}

static bool
read_value(struct asked *a, enum arg which, const char *text)
{
	struct kc_slice v = kc_slice_str(text);

	switch (which) {
	case ARG_unit:
		return read_text(v, a->unit, &a->args.unit);
	case ARG_id:
		return read_text(v, a->id, &a->args.id);
	case ARG_year:
		return kc_call_read_year(v, &a->args.year);
	case ARG_from:
		return kc_read_u64(v, INT64_MAX, &a->args.from);
	case ARG_limit:
		return kc_read_u64(v, KC_PAGE_ROWS, &a->args.limit) &&
		    a->args.limit > 0;
	case ARG_before:
		return kc_read_u64(v, INT64_MAX, &a->args.before);
	case ARG_kind:
		return read_text(v, a->kind, &a->args.kind);
	case ARG_by:
		return read_text(v, a->by, &a->args.by);
	case ARG_case:
		return read_text(v, a->about, &a->args.about);
	case ARG_text:
		return read_text(v, a->words, &a->args.text);
	case ARG_since:
		return kc_read_day(v, &a->args.since);
	case ARG_until:
		return kc_read_day(v, &a->args.until);
	case ARG_after:
		return read_text(v, a->after, &a->args.after);
	case ARG_lang:
		return kc_call_read_lang(v, &a->args.lang);
	case ARG_as_of:
		return kc_call_read_as_of(v, &a->upto, &a->as_of_ms);
	}
	return false;
}

/* NULL, or the name of what is wrong (static). */
static const char *
read_query(struct asked *a, struct kc_slice query)
{
	char value[KC_HTTP_VALUE_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (kc_http_query_get(query, names[i], value, sizeof(value)) &&
		    !read_value(a, (enum arg)i, value))
			return names[i];
	}
	return NULL;
}

/* The names of those, beside the ids; a reader without them is told ids. */
static void
add_names(struct kc_call *call)
{
	struct asked *a = call->own;
	enum kc_err err =
	    kc_people_names(a->people, kc_buf_view(&a->actors), &call->body);

	kc_buf_free(&a->actors);
	if (err != KC_OK)
		kc_call_error(call, err, a->view->name);
}

/* A page of a list that has been added to: who may be told is asked of the
 * present, where its state is not held. */
static void
add_names_now(struct kc_call *call)
{
	struct asked *a = call->own;
	enum kc_err err = kc_ledger_view_actors(kc_call_ledger(call),
	    kc_buf_view(&call->body), kc_slice_str(call->actor), &a->actors);

	if (err == KC_OK) {
		add_names(call);
		return;
	}
	kc_buf_free(&a->actors);
	kc_call_error(call, err, a->view->name);
}

/* Of the present state only: what a reader might be told in an earlier one is
 * no right today. Our own uid has the directory itself. */
static enum kc_err
find_actors(struct kc_call *call, const struct kc_view_source *src)
{
	struct asked *a = call->own;
	enum kc_err err;

	if (call->as_of && a->goes_on && !a->as_of_said) {
		call->then = add_names_now;
		return KC_OK;
	}
	if (call->as_of && call->actor[0] != '\0')
		return KC_OK;
	err = kc_view_actors(src->state, kc_buf_view(&call->body),
	    kc_slice_str(call->actor), &a->actors);
	if (err == KC_OK && a->actors.n > 0)
		call->then = add_names;
	else
		kc_buf_free(&a->actors);
	return err;
}

/* A page is of the instant of its list, and no list of one before its last
 * entry: a grant that has ended would hold for what came since. A clock may be
 * behind; a cursor that is has another instant then, and is none. */
static struct kc_view_source
instant_of(const struct asked *a, const struct kc_view_source *from)
{
	struct kc_view_source at = *from;
	int64_t last_ms = kc_state_received_ms(at.state);

	if (a->goes_on)
		at.now_ms = a->page.now_ms;
	if (strchr(a->view->args, 'a') != NULL && at.now_ms < last_ms)
		at.now_ms = last_ms;
	return at;
}

static void
read_view(struct kc_call *call, const struct kc_view_source *from)
{
	struct asked *a = call->own;
	struct kc_view_source at;
	struct kc_refusal why = {0};
	struct kc_json w = kc_call_json(call, 200);
	enum kc_err err;

	(void)w;
	if (from == NULL) {
		kc_call_no_state(call);
		return;
	}
	if (a->goes_on && !call->as_of &&
	    a->page.size < kc_state_size(from->state)) {
		call->again = true;
		call->upto = a->page.size;
		return;
	}
	at = instant_of(a, from);
	a->args.reader = &call->reader;
	err = kc_view_render(a->view, &at, &a->args, &call->body, &why);
	if (err == KC_OK)
		err = find_actors(call, &at);
	if (err == KC_EREFUSED)
		kc_call_problem(call, &why);
	else if (err != KC_OK)
		kc_call_error(call, err, a->view->name);
}

/* Where a list goes on is of one position, the present one if nothing came
 * since; as_of beside it has to be the same. Which view may go on there is that
 * view's to say. */
static const char *
find_page(struct kc_call *call)
{
	struct asked *a = call->own;
	struct kc_ledger_stats stats = {0};

	a->as_of_said = a->upto != UINT64_MAX || a->as_of_ms != INT64_MAX;
	a->goes_on = strchr(a->view->args, 'a') != NULL &&
	    kc_cursor_read(a->args.after, &a->page);
	if (!a->goes_on)
		return NULL;
	if ((a->upto != UINT64_MAX && a->upto != a->page.size) ||
	    (a->as_of_ms != INT64_MAX && a->as_of_ms != a->page.now_ms))
		return "after";
	kc_ledger_stats(kc_call_ledger(call), &stats);
	a->as_of_ms = INT64_MAX;
	a->upto = a->page.size < stats.size ? a->page.size : UINT64_MAX;
	return NULL;
}

void
kc_api_view(struct kc_call *call)
{
	struct asked *a = kc_alloc(sizeof(*a));
	const char *fault = NULL;

	call->own = a;
	if (a == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
		kc_call_reply(call);
		return;
	}
	a->upto = UINT64_MAX;
	a->as_of_ms = INT64_MAX;
	a->args.lang = call->lang;
	(void)kc_slice_copy(
	    a->people, sizeof(a->people), kc_slice_str(kc_call_people(call)));
	a->view = kc_view_find(call->param);
	if (a->view == NULL)
		kc_call_error(call, KC_ENOTFOUND, "view");
	else
		fault = read_query(a, call->req.query);
	if (a->view != NULL && fault == NULL)
		fault = find_page(call);
	call->lang = a->args.lang;
	if (fault != NULL)
		kc_call_refuse(call, KC_R_REQUEST, fault);
	if (a->view == NULL || fault != NULL) {
		kc_call_reply(call);
		return;
	}
	kc_call_read(call, read_view, a->upto, a->as_of_ms);
}

/* --- what there is --- */
static void
put_view(struct kc_json *w, const struct kc_view *v)
{
	kc_json_open(w, '{');
	kc_json_key(w, "name");
	kc_json_str(w, v->name);
	kc_json_key(w, "args");
	kc_json_str(w, v->args);
	kc_json_key(w, "zh");
	kc_json_str(w, v->zh);
	kc_json_key(w, "en");
	kc_json_str(w, v->en);
	kc_json_key(w, "columns");
	kc_json_open(w, '[');
	for (size_t i = 0; i < v->ncolumns; i++) {
		const struct kc_view_column *c = &v->columns[i];

		kc_json_open(w, '{');
		kc_json_key(w, "key");
		kc_json_str(w, c->key);
		kc_json_key(w, "zh");
		kc_json_str(w, c->zh);
		kc_json_key(w, "en");
		kc_json_str(w, c->en);
		kc_json_key(w, "right");
		kc_json_bool(w, c->right);
		kc_json_close(w, '}');
	}
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}

static void
run_views(struct kc_call *call)
{
	struct kc_json w = kc_call_json(call, 200);

	kc_json_open(&w, '{');
	kc_json_key(&w, "views");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < kc_view_count(); i++)
		put_view(&w, kc_view_get(i));
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
}

static void
run_schema(struct kc_call *call)
{
	struct kc_json w = kc_call_json(call, 200);

	kc_json_schema(&w);
}

void
kc_api_views(struct kc_call *call)
{
	kc_call_run(call, run_views);
}

void
kc_api_schema(struct kc_call *call)
{
	kc_call_run(call, run_schema);
}
