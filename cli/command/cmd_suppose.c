/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng replay` under a supposition: the log of a ledger on disk as if
 * some of it had been otherwise, or, where something is only left out, that of
 * the daemon. Nothing is written but, with --out, the evidence.
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include <kaocheng/change.h>

#include "lib/tool.h"

/* The files that the supposition names, and what it comes to. */
struct suppose {
	struct kc_supposition s;
	struct kc_slice without[KC_CLI_LIST_MAX], with[KC_CLI_LIST_MAX];
	struct kc_buf notes[KC_CLI_LIST_MAX], policy, calendar;
	struct kc_supposed w;
	struct kc_hash root;
};

static int
load(const struct kc_cli *cli, const char *path, struct kc_buf *text)
{
	enum kc_err err = kc_file_load(path, KC_NOTE_MAX, text);

	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, path);
}

static int
load_file(const struct kc_cli *cli, const char *path, struct kc_buf *text,
    struct kc_supposed_file *to)
{
	int code = path == NULL ? KC_EXIT_OK : load(cli, path, text);

	if (code == KC_EXIT_OK && path != NULL && text->n == 0)
		code = kc_cli_fail(
		    KC_EXIT_FAILED, NULL, _("%s: the file is empty"), path);
	to->text = kc_buf_view(text);
	to->file = path;
	return code;
}

static int
take_files(const struct kc_cli *cli, struct suppose *x)
{
	int code = KC_EXIT_OK;

	for (size_t i = 0; i < cli->without.n; i++)
		x->without[i] = kc_slice_str(cli->without.v[i]);
	for (size_t i = 0; code == KC_EXIT_OK && i < cli->with.n; i++) {
		code = load(cli, cli->with.v[i], &x->notes[i]);
		x->with[i] = kc_buf_view(&x->notes[i]);
	}
	if (code == KC_EXIT_OK)
		code =
		    load_file(cli, cli->with_policy, &x->policy, &x->s.policy);
	if (code == KC_EXIT_OK)
		code = load_file(
		    cli, cli->with_calendar, &x->calendar, &x->s.calendar);
	x->s.without = x->without;
	x->s.nwithout = cli->without.n;
	x->s.with = x->with;
	x->s.nwith = cli->with.n;
	return code;
}

static void
release(struct suppose *x)
{
	for (size_t i = 0; i < KC_CLI_LIST_MAX; i++)
		kc_buf_free(&x->notes[i]);
	kc_buf_free(&x->policy);
	kc_buf_free(&x->calendar);
	kc_supposed_release(&x->w);
}

/* --- what went wrong --- */
/* The supposition itself cannot be: which part of it, and the rule. */
static int
at_fault(const struct kc_cli *cli, const struct kc_supposed *w,
    const struct kc_refusal *why)
{
	int code = kc_cli_refusal(cli, why);

	switch (w->bad) {
	case KC_SUPPOSED_LOG:
	case KC_SUPPOSED_WITHOUT:
		break;
	case KC_SUPPOSED_WITH:
		kc_cli_note(cli, _("%s: it would not have been taken"),
		    cli->with.v[w->bad_at]);
		break;
	case KC_SUPPOSED_POLICY:
		kc_cli_note(cli, _("%s: it would not have been taken"),
		    cli->with_policy);
		break;
	case KC_SUPPOSED_CALENDAR:
		kc_cli_note(cli, _("%s: it would not have been taken"),
		    cli->with_calendar);
		break;
	}
	return code;
}

static int
run(const struct kc_cli *cli, struct kc_local *l, struct suppose *x)
{
	struct kc_hash_reader hashes = kc_store_hashes(l->store);
	struct kc_refusal why = {0};
	enum kc_err err = kc_suppose(&x->s, &l->log, l->upto, &x->w, &why);

	if (err == KC_EREFUSED && x->w.bad != KC_SUPPOSED_LOG)
		return at_fault(cli, &x->w, &why);
	if (err == KC_OK)
		err = kc_merkle_root(&hashes, l->upto, &x->root);
	return kc_local_replayed(cli, err, &why, x->w.bad_at, cli->dir);
}

/* --- what it comes to --- */
static size_t
count(const json_t *doc, const char *key)
{
	return json_array_size(json_object_get(doc, key));
}

/* The entries that fall away, each with its reason; and what the clerk would
 * have written. */
static void
print_entries(json_t *doc, const char *key, const char *title)
{
	json_t *row;
	size_t i;

	if (count(doc, key) == 0)
		return;
	printf("\n%s\n", title);
	json_array_foreach(json_object_get(doc, key), i, row)
	{
		json_t *entry = json_object_get(row, "entry");
		const char *code =
		    json_string_value(json_object_get(row, "code"));
		const char *about =
		    json_string_value(json_object_get(row, "about"));

		if (entry != NULL)
			printf("  #%lld", (long long)json_integer_value(entry));
		else
			printf("  %s",
			    json_string_value(
				json_object_get(row, "received")));
		printf("  %s%s%s%s%s\n",
		    json_string_value(json_object_get(row, "kind_text")),
		    about != NULL ? " " : "", about != NULL ? about : "",
		    code != NULL ? "  " : "", code != NULL ? code : "");
	}
}

static int
print_for_people(struct kc_cli *cli, json_t *doc, struct kc_slice rows)
{
	int code = KC_EXIT_OK;

	if (!cli->quiet) {
		printf(_("Supposed after %lld entries: left out %zu, replaced "
			 "%zu, added %zu; fall away %zu; the clerk would have "
			 "written %zu.\n"),
		    (long long)json_integer_value(
			json_object_get(doc, "entries")),
		    count(doc, "left_out"), count(doc, "replaced"),
		    count(doc, "added"), count(doc, "refused"),
		    count(doc, "derived"));
	}
	if (count(doc, "changed") > 0)
		code = kc_cli_print_as(cli, &kc_view_changed, rows);
	else
		puts(_("No score and no rank would be another."));
	if (cli->quiet)
		return code;
	print_entries(doc, "refused", _("Entries that fall away"));
	print_entries(doc, "derived", _("What the clerk would have written"));
	printf("\n%s %s\n%s\n", _("evidence"),
	    json_string_value(json_object_get(doc, "evidence")),
	    _("This is a supposition; nothing of it is in the ledger."));
	return code;
}

int
kc_suppose_print(struct kc_cli *cli, struct kc_slice json)
{
	json_t *doc, *rows = NULL;
	char *text = NULL;
	int code = KC_EXIT_FAILED;

	if (cli->format == KC_FORMAT_JSON) {
		fwrite(json.p, 1, json.n, stdout);
		putchar('\n');
		return KC_EXIT_OK;
	}
	doc = json_loadb(json.p, json.n, 0, NULL);
	rows = json_pack("{s:O}", "rows", json_object_get(doc, "changed"));
	text = rows != NULL ? json_dumps(rows, JSON_COMPACT) : NULL;
	if (text == NULL)
		code = kc_cli_error(cli, KC_ENOMEM, "replay");
	else if (cli->format == KC_FORMAT_TABLE ||
	    cli->format == KC_FORMAT_WIDE)
		code = print_for_people(cli, doc, kc_slice_str(text));
	else
		code =
		    kc_cli_print_as(cli, &kc_view_changed, kc_slice_str(text));
	free(text);
	json_decref(rows);
	json_decref(doc);
	return code;
}

static int
report(struct kc_cli *cli, struct suppose *x, struct kc_buf *json)
{
	struct kc_buf text = {0};
	struct kc_refusal why = {0};
	int code = KC_EXIT_OK;
	enum kc_err err = kc_supposed_text(&x->w, &x->s, &x->root, &text, &why);

	if (err == KC_OK)
		err = kc_supposed_render(
		    &x->w, &x->s, &x->root, cli->lang, json, &why);
	if (err == KC_OK && cli->out != NULL) {
		err = kc_file_save(cli->out, kc_buf_view(&text), 0644);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, cli->out);
	} else if (err == KC_EREFUSED) {
		code = kc_cli_refusal(cli, &why);
	} else if (err != KC_OK) {
		code = kc_cli_error(cli, err, "replay");
	}
	kc_buf_free(&text);
	return code;
}

/* --- of the daemon --- */
/* "/v1/replay?without=…", and the rest; as_of "": now. */
static void
put_path(
    struct kc_buf *path, const struct kc_cli *cli, const char *as_of, bool text)
{
	kc_buf_str(path, "/v1/replay?without=");
	for (size_t i = 0; i < cli->without.n; i++) {
		kc_buf_str(path, i > 0 ? "," : "");
		kc_buf_query(path, kc_slice_str(cli->without.v[i]));
	}
	kc_buf_str(path, cli->lang == KC_LANG_ZH ? "&lang=zh" : "&lang=en");
	kc_buf_str(path, text ? "&as=text" : "");
	if (as_of[0] != '\0') {
		kc_buf_str(path, "&as_of=");
		kc_buf_query(path, kc_slice_str(as_of));
	}
}

static int
ask(struct kc_cli *cli, struct kc_client *c, const char *as_of, bool text,
    struct kc_buf *body)
{
	struct kc_buf path = {0};
	long status = 0;
	int code = KC_EXIT_OK;
	enum kc_err err;

	put_path(&path, cli, as_of, text);
	(void)kc_buf_cstr(&path);
	err = kc_buf_err(&path);
	if (err == KC_OK)
		err = kc_client_get(c, path.p, &status, body);
	if (err != KC_OK)
		code = kc_cli_error(cli, err, "kaochengd");
	else if (status != 200)
		code = kc_cli_problem(cli, status, kc_buf_view(body));
	kc_buf_free(&path);
	return code;
}

/* The evidence up to where the answer stands: its hash is what that says. */
static int
save_evidence(struct kc_cli *cli, struct kc_client *c, struct kc_slice answer)
{
	json_t *doc = json_loadb(answer.p, answer.n, 0, NULL);
	const char *says = json_string_value(json_object_get(doc, "evidence"));
	struct kc_buf text = {0}, hash = {0};
	struct kc_hash h;
	char as_of[24];
	enum kc_err err;
	int code;

	(void)snprintf(as_of, sizeof(as_of), "#%lld",
	    (long long)json_integer_value(json_object_get(doc, "entries")) - 1);
	code = ask(cli, c, as_of, true, &text);
	if (code != KC_EXIT_OK)
		goto out;
	h = kc_sha256(text.p, text.n);
	kc_buf_str(&hash, "sha256:");
	kc_buf_hex(&hash, h.b, KC_HASH_SIZE);
	if (says == NULL || !kc_slice_is(kc_buf_view(&hash), says)) {
		code = kc_cli_error(cli, KC_ECORRUPT, "evidence");
		goto out;
	}
	err = kc_file_save(cli->out, kc_buf_view(&text), 0644);
	if (err != KC_OK)
		code = kc_cli_error(cli, err, cli->out);
out:
	kc_buf_free(&text);
	kc_buf_free(&hash);
	json_decref(doc);
	return code;
}

static int
of_the_daemon(struct kc_cli *cli, struct kc_buf *json)
{
	struct kc_client *c = NULL;
	int code = kc_cli_connect(cli, &c);

	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, c);
	if (code == KC_EXIT_OK)
		code = ask(
		    cli, c, cli->as_of != NULL ? cli->as_of : "", false, json);
	if (code == KC_EXIT_OK && cli->out != NULL)
		code = save_evidence(cli, c, kc_buf_view(json));
	kc_client_close(c);
	return code;
}

int
kc_suppose_document(struct kc_cli *cli, struct kc_buf *json)
{
	struct kc_local l = {0};
	struct suppose x = {0};
	bool left_out = cli->without.n > 0 && cli->with.n == 0 &&
	    cli->with_policy == NULL && cli->with_calendar == NULL;
	int code;

	if (cli->dir == NULL && left_out)
		return of_the_daemon(cli, json);
	if (cli->dir == NULL || cli->where != NULL)
		return kc_cli_usage(
		    "%s", _("a supposition needs the ledger: --dir DIR"));
	code = take_files(cli, &x);
	if (code == KC_EXIT_OK)
		code = kc_local_open(cli, &l);
	if (code == KC_EXIT_OK)
		code = kc_local_check(cli, &l);
	if (code == KC_EXIT_OK)
		code = run(cli, &l, &x);
	if (code == KC_EXIT_OK)
		code = report(cli, &x, json);
	release(&x);
	kc_local_close(&l);
	return code;
}

int
kc_cmd_suppose(struct kc_cli *cli)
{
	struct kc_buf json = {0};
	int code = kc_suppose_document(cli, &json);

	if (code == KC_EXIT_OK)
		code = kc_suppose_print(cli, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}
