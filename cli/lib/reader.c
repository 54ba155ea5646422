/* SPDX-License-Identifier: Apache-2.0 */
/* Views, asked of the daemon or of a ledger on disk: one answer or several
 * from the same place. */
#include "reader.h"

#include <assert.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/people.h>

#include "joined.h"

int
kc_reader_open(struct kc_cli *cli, struct kc_reader *r)
{
	int code;

	memset(r, 0, sizeof(*r));
	r->cli = cli;
	/* --socket or --url beside --dir: the daemon answers, and --dir says
	 * where keys are. */
	r->local = cli->dir != NULL && cli->where == NULL;
	if (r->local) {
		code = kc_local_open(cli, &r->ledger);
		return code == KC_EXIT_OK
		    ? kc_local_replay(cli, &r->ledger, false)
		    : code;
	}
	code = kc_cli_as_of(cli, &r->upto, &r->as_of_ms);
	if (code == KC_EXIT_OK)
		code = kc_cli_connect(cli, &r->client);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, r->client);
	return code;
}

void
kc_reader_close(struct kc_reader *r)
{
	if (r->local)
		kc_local_close(&r->ledger);
	kc_client_close(r->client);
	memset(r, 0, sizeof(*r));
}

/* --- the daemon --- */
/* Nothing of what is not asked: an empty value, 0. */
static void
query(struct kc_buf *b, const char *name, struct kc_slice value)
{
	if (value.n > 0)
		kc_buf_param(b, name, value);
}

static void
query_u64(struct kc_buf *b, const char *name, uint64_t value)
{
	struct kc_buf text = {0};

	if (value != 0)
		kc_buf_u64(&text, value);
	query(b, name, kc_buf_view(&text));
	kc_buf_free(&text);
}

static void
query_day(struct kc_buf *b, const char *name, kc_day day)
{
	struct kc_buf text = {0};

	if (day != 0)
		kc_buf_day(&text, day);
	query(b, name, kc_buf_view(&text));
	kc_buf_free(&text);
}

int
kc_reader_get(struct kc_reader *r, struct kc_buf *path, struct kc_buf *out)
{
	struct kc_buf at = {0};
	int code;

	assert(!r->local);
	if (r->upto != UINT64_MAX) {
		kc_buf_char(&at, '#');
		kc_buf_u64(&at, r->upto - 1);
	} else if (r->as_of_ms != INT64_MAX) {
		kc_buf_instant_ms(&at, r->as_of_ms);
	}
	query(path, "as_of", kc_buf_view(&at));
	code = kc_cli_get(r->cli, r->client, kc_buf_cstr(path), out);
	kc_buf_free(&at);
	return code;
}

static int
view_remote(struct kc_reader *r, const char *view,
    const struct kc_view_args *args, struct kc_buf *out)
{
	struct kc_buf path = {0};
	int code;

	kc_buf_str(&path, "/v1/views/");
	kc_buf_query(&path, kc_slice_str(view));
	kc_buf_str(&path, args->lang == KC_LANG_ZH ? "?lang=zh" : "?lang=en");
	query(&path, "unit", args->unit);
	query(&path, "id", args->id);
	query_u64(&path, "year", (uint64_t)args->year);
	query_u64(&path, "from", args->from);
	query_u64(&path, "limit", args->limit);
	query_u64(&path, "before", args->before);
	query(&path, "kind", args->kind);
	query(&path, "by", args->by);
	query(&path, "case", args->about);
	query(&path, "text", args->text);
	query_day(&path, "since", args->since);
	query_day(&path, "until", args->until);
	query(&path, "after", args->after);
	code = kc_reader_get(r, &path, out);
	kc_buf_free(&path);
	return code;
}

/* Who has the directory of persons has their names. */
static enum kc_err
name_people(const struct kc_reader *r, struct kc_buf *json)
{
	char dir[KC_PATH_SIZE];
	struct kc_buf actors = {0};
	enum kc_err err;

	kc_cli_place(r->cli, "people", "people", dir);
	err = kc_view_actors(
	    r->ledger.state, kc_buf_view(json), KC_LIT(""), &actors);
	if (err == KC_OK)
		err = kc_people_names(dir, kc_buf_view(&actors), json);
	kc_buf_free(&actors);
	return err;
}

/* --- a ledger on disk --- */
static int
view_local(struct kc_reader *r, const struct kc_view *v,
    const struct kc_view_args *args, struct kc_buf *out)
{
	struct kc_view_source src = {.state = r->ledger.state,
	    .log = &r->ledger.log,
	    .now_ms = r->ledger.now_ms};
	struct kc_refusal why = {0};
	enum kc_err err = kc_view_render(v, &src, args, out, &why);

	if (err == KC_OK)
		err = name_people(r, out);
	if (err == KC_EREFUSED)
		return kc_cli_refusal(r->cli, &why);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(r->cli, err, v->name);
}

static int
ask(struct kc_reader *r, const struct kc_view *v,
    const struct kc_view_args *args, struct kc_buf *out)
{
	return r->local ? view_local(r, v, args, out)
			: view_remote(r, v->name, args, out);
}

/* The other pages of a list, put into the first. */
static int
go_on(struct kc_reader *r, const struct kc_view *v,
    const struct kc_view_args *args, struct kc_buf *out)
{
	struct kc_view_args more = *args;
	struct kc_joined j = {0};
	struct kc_buf page = {0};
	int code = KC_EXIT_OK;

	while (code == KC_EXIT_OK && kc_joined_next(&j, out, &more.after)) {
		kc_buf_reset(&page);
		code = ask(r, v, &more, &page);
		if (code == KC_EXIT_OK)
			kc_joined_add(&j, out, kc_buf_view(&page));
	}
	if (kc_joined_end(&j, out) != KC_OK && code == KC_EXIT_OK)
		code = kc_cli_error(r->cli, kc_buf_err(out), v->name);
	kc_buf_free(&page);
	return code;
}

int
kc_reader_view(struct kc_reader *r, const char *view,
    const struct kc_view_args *args, struct kc_buf *out)
{
	const struct kc_view *v = kc_view_find(kc_slice_str(view));
	int code;

	kc_buf_reset(out);
	if (v == NULL)
		return kc_cli_error(r->cli, KC_ENOTFOUND, view);
	code = ask(r, v, args, out);
	return code == KC_EXIT_OK && args->limit == 0 && kc_view_pages(v)
	    ? go_on(r, v, args, out)
	    : code;
}

int
kc_cli_view(struct kc_cli *cli, const char *view,
    const struct kc_view_args *args, struct kc_buf *out)
{
	struct kc_reader r;
	int code = kc_reader_open(cli, &r);

	if (code == KC_EXIT_OK)
		code = kc_reader_view(&r, view, args, out);
	kc_reader_close(&r);
	return code;
}

int
kc_cli_view_doc(struct kc_cli *cli, const char *view,
    const struct kc_view_args *args, json_t **doc)
{
	struct kc_buf json = {0};
	int code = kc_cli_view(cli, view, args, &json);

	if (code == KC_EXIT_OK) {
		*doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
		if (*doc == NULL)
			code = kc_cli_error(cli, KC_ESYNTAX, view);
	}
	kc_buf_free(&json);
	return code;
}
