/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng inbox`: what waits for one's signature, each with its text and what
 * it would do; all, some or none of it is signed in one pass.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/foreign.h"

#include "confirm.h"
#include "inbox.h"
#include "partial.h"

/* --- showing --- */
static void
put_members(struct kc_buf *out, json_t *row, const char *key)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(row, key), i, one)
	{
		kc_buf_str(out, i > 0 ? ", " : "");
		kc_buf_str(
		    out, json_is_string(one) ? json_string_value(one) : "?");
	}
}

static const char *
member(json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text != NULL ? text : "";
}

static void
show(const struct kc_inbox *b, size_t i)
{
	struct kc_waiting *w = &b->v[i];
	struct kc_buf until = {0}, by = {0};
	struct kc_partial p;
	int64_t ms;

	if (kc_read_instant_ms(kc_slice_str(w->until), &ms))
		kc_buf_local_minute(&until, ms);
	put_members(&by, w->row, "signed");
	printf("\n[%zu]  %s  ", i + 1, member(w->row, "kind_text"));
	printf(_("draft %.8s, signed by %s, waits until %s\n"), w->id,
	    kc_buf_cstr(&by), kc_buf_cstr(&until));
	kc_partial_split(kc_buf_view(&w->note), &p);
	(void)kc_put(stdout, p.text);
	if (w->fault.n > 0)
		printf(_("  not to be signed: %s\n"), kc_buf_cstr(&w->fault));
	if (w->effect.n > 0)
		printf(_("  effect  %s\n"), kc_buf_cstr(&w->effect));
	if (w->then.n > 0)
		printf(_("  then    %s\n"), kc_buf_cstr(&w->then));
	kc_buf_free(&until);
	kc_buf_free(&by);
}

/* What is to be done without a draft: it is begun by the commands named. */
static int
show_todo(const struct kc_inbox *b)
{
	json_t *rows = json_object_get(b->todo, "rows");
	int code;

	if (json_array_size(rows) == 0)
		return KC_EXIT_OK;
	printf(_("%s has to do next\n\n"), b->cli->as[0]);
	code =
	    kc_print_table(b->cli, kc_view_find(KC_LIT("todo")), rows, false);
	puts("");
	return code;
}

static void
show_all(const struct kc_inbox *b)
{
	if (b->n == 0)
		printf(_("nothing waits for the signature of %s\n"),
		    b->cli->as[0]);
	else
		printf(_("%zu drafts wait for the signature of %s\n"), b->n,
		    b->cli->as[0]);
	for (size_t i = 0; i < b->n; i++)
		show(b, i);
	fflush(stdout);
}

/* --- signing --- */
/* It stands: the daemon need not keep it for anybody. Not to be told so is no
 * fault of the signature. */
static void
drop(struct kc_inbox *b, const struct kc_waiting *w)
{
	struct kc_buf path = {0}, body = {0};
	long status = 0;

	kc_buf_str(&path, "/v1/drafts/");
	kc_buf_query(&path, kc_slice_str(w->id));
	(void)kc_client_delete(b->client, kc_buf_cstr(&path), &status, &body);
	kc_buf_free(&path);
	kc_buf_free(&body);
}

static int
sign_one(struct kc_inbox *b, struct kc_waiting *w)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_buf note = {0};
	struct kc_partial p;
	struct kc_left left;
	unsigned missing = 0;
	int code;

	if (w->fault.n > 0)
		return kc_cli_fail(
		    w->code, NULL, "%.8s: %s", w->id, kc_buf_cstr(&w->fault));
	kc_partial_split(kc_buf_view(&w->note), &p);
	code = kc_entry_decode_text(&e, p.text, &why) == KC_OK
	    ? kc_partial_join(&b->authors, &e, &p, &note, &missing)
	    : kc_cli_refusal(b->cli, &why);
	if (code == KC_EXIT_OK && missing > 0)
		code = kc_leave(b->cli, b->client, kc_buf_view(&note), &left);
	else if (code == KC_EXIT_OK && b->cli->format == KC_FORMAT_JSON)
		code = kc_post_spooled(
		    b->cli, kc_buf_view(&note), NULL, &w->posted);
	else if (code == KC_EXIT_OK)
		code = kc_post_kept(b->cli, kc_buf_view(&note), NULL);
	w->signed_now = code == KC_EXIT_OK;
	if (w->signed_now && missing == 0)
		drop(b, w);
	kc_buf_free(&note);
	return code;
}

/* What concerns one statement alone does not hinder the next. */
static bool
goes_on(int code)
{
	return code == KC_EXIT_OK || code == KC_EXIT_REFUSED ||
	    code == KC_EXIT_CONFLICT || code == KC_EXIT_NOT_FOUND ||
	    code == KC_EXIT_USAGE;
}

/* One passphrase; the first bad outcome is the exit code. */
static int
sign_chosen(struct kc_inbox *b)
{
	size_t n = 0, all = kc_inbox_chosen(b);
	int code = KC_EXIT_OK;

	if (all == 0)
		return code;
	code = kc_authors_open(&b->authors);
	if (code != KC_EXIT_OK)
		return code;
	for (size_t i = 0; goes_on(code) && i < b->n; i++) {
		int one = b->v[i].chosen ? sign_one(b, &b->v[i]) : KC_EXIT_OK;

		n += b->v[i].signed_now;
		if (code == KC_EXIT_OK || !goes_on(one))
			code = one;
	}
	if (b->cli->format != KC_FORMAT_JSON)
		kc_cli_note(b->cli, _("%zu of %zu signed"), n, all);
	return code;
}

/* --- for programs --- */
/* What the daemon says of it, and what was made of it here. */
static json_t *
json_of(struct kc_waiting *d)
{
	json_t *o = json_deep_copy(d->row);
	struct kc_buf text = {0};
	struct kc_partial p;

	kc_partial_split(kc_buf_view(&d->note), &p);
	kc_buf_slice(&text, p.text);
	json_object_set_new(o, "text", json_string(kc_buf_cstr(&text)));
	kc_buf_free(&text);
	json_object_set_new(o, "effect", json_string(kc_buf_cstr(&d->effect)));
	json_object_set_new(o, "then", json_string(kc_buf_cstr(&d->then)));
	json_object_set_new(o, "fault",
	    d->fault.n > 0 ? json_string(kc_buf_cstr(&d->fault)) : json_null());
	json_object_set_new(o, "signed_now", json_boolean(d->signed_now));
	if (!d->signed_now || d->posted.received_ms == 0)
		return o;
	json_object_set_new(o, "seq", json_integer((json_int_t)d->posted.seq));
	json_object_set_new(o, "handle", json_string(d->posted.handle));
	json_object_set_new(
	    o, "receipt_checked", json_boolean(d->posted.checked));
	return o;
}

static void
print_json(const struct kc_inbox *b)
{
	json_t *o = json_object(), *drafts = json_array();
	char *text;

	json_object_set_new(o, "schema", json_string("kaocheng.inbox/1"));
	json_object_set_new(o, "actor", json_string(b->cli->as[0]));
	for (size_t i = 0; i < b->n; i++)
		json_array_append_new(drafts, json_of(&b->v[i]));
	json_object_set_new(o, "drafts", drafts);
	json_object_set(o, "todo", json_object_get(b->todo, "rows"));
	text = json_dumps(o, JSON_COMPACT);
	if (text != NULL)
		puts(text);
	free(text);
	json_decref(o);
}

int
kc_cmd_inbox(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_inbox b = {.cli = cli};
	bool json = cli->format == KC_FORMAT_JSON;
	int code;

	if (cli->nas != 1)
		return kc_cli_usage("%s", _("inbox takes one --as ACTOR"));
	if (cli->whole && argc > 0)
		return kc_cli_usage("%s", _("inbox takes ids, or --all"));
	code = kc_inbox_open(&b);
	if (code == KC_EXIT_OK && !json)
		code = show_todo(&b);
	if (code == KC_EXIT_OK && !json)
		show_all(&b);
	if (code == KC_EXIT_OK) {
		code = kc_inbox_choose(&b, argc, argv);
		if (code == KC_EXIT_OK)
			code = sign_chosen(&b);
		if (json)
			print_json(&b);
		else if (b.n > 0 && kc_inbox_chosen(&b) == 0 &&
		    code == KC_EXIT_OK)
			kc_cli_note(cli,
			    _("  nothing was signed; next: kaocheng inbox "
			      "--all, or kaocheng inbox ID..."));
	}
	/* Whatever else was done: a daemon that shows another text is told. */
	for (size_t i = 0; i < b.n; i++)
		if (b.v[i].code == KC_EXIT_TAMPERED)
			code = KC_EXIT_TAMPERED;
	kc_inbox_release(&b);
	return code;
}
