/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng replay` under a supposition: the log of a ledger on disk, or of the
 * daemon, as if some of it had been otherwise. Nothing is written but, with
 * --out, the evidence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/change.h>

#include "lib/post.h"
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

	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	return text->n > 0 ? KC_EXIT_OK
			   : kc_cli_fail(KC_EXIT_FAILED, NULL,
				 _("%s: the file is empty"), path);
}

static int
load_file(const struct kc_cli *cli, const char *path, struct kc_buf *text,
    struct kc_supposed_file *to)
{
	int code = path == NULL ? KC_EXIT_OK : load(cli, path, text);

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
/* The supposition itself cannot be: which part of it. */
static void
note_fault(const struct kc_cli *cli, enum kc_supposed_part bad, uint64_t at)
{
	const char *file = NULL;

	switch (bad) {
	case KC_SUPPOSED_LOG:
	case KC_SUPPOSED_WITHOUT:
		break;
	case KC_SUPPOSED_WITH:
		file = cli->with.v[at];
		break;
	case KC_SUPPOSED_POLICY:
		file = cli->with_policy;
		break;
	case KC_SUPPOSED_CALENDAR:
		file = cli->with_calendar;
		break;
	}
	if (file != NULL)
		kc_cli_note(cli, _("%s: it would not have been taken"), file);
}

static int
at_fault(const struct kc_cli *cli, const struct kc_supposed *w,
    const struct kc_refusal *why)
{
	int code = kc_cli_refusal(cli, why);

	note_fault(cli, w->bad, w->bad_at);
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

/* How many there are, listed or not. */
static size_t
total(const json_t *doc, const char *key)
{
	char name[32];

	snprintf(name, sizeof(name), "%s_total", key);
	return (size_t)json_integer_value(json_object_get(doc, name));
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
	if (total(doc, key) > count(doc, key))
		printf(_("  and %zu more, as the evidence has them\n"),
		    total(doc, key) - count(doc, key));
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
		    total(doc, "left_out"), total(doc, "replaced"),
		    total(doc, "added"), total(doc, "refused"),
		    total(doc, "derived"));
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
/* What is asked of it: once for the answer, once for the evidence. */
struct question {
	struct kc_cli *cli;
	struct kc_client *client;
	struct suppose x;
	struct kc_buf body; /* the texts, each with its length; n 0: none */
};

/* A file is cited by its name alone: where it lies is nobody's concern. */
static void
put_file(struct kc_buf *path, const char *name, const char *file)
{
	const char *slash = file != NULL ? strrchr(file, '/') : NULL;

	if (file != NULL)
		kc_buf_param(
		    path, name, kc_slice_str(slash != NULL ? slash + 1 : file));
}

/* "/v1/replay?without=…", and the rest; as_of "": now. */
static void
put_path(
    struct kc_buf *path, const struct kc_cli *cli, const char *as_of, bool text)
{
	struct kc_buf names = {0};

	for (size_t i = 0; i < cli->without.n; i++) {
		kc_buf_str(&names, i > 0 ? "," : "");
		kc_buf_str(&names, cli->without.v[i]);
	}
	kc_buf_str(path, "/v1/replay?lang=");
	kc_buf_str(path, cli->lang == KC_LANG_ZH ? "zh" : "en");
	if (names.n > 0)
		kc_buf_param(path, "without", kc_buf_view(&names));
	put_file(path, "policy", cli->with_policy);
	put_file(path, "calendar", cli->with_calendar);
	if (text)
		kc_buf_param(path, "as", KC_LIT("text"));
	if (as_of[0] != '\0')
		kc_buf_param(path, "as_of", kc_slice_str(as_of));
	kc_buf_free(&names);
}

/* The files that are supposed, in the order in which the daemon takes them. */
static void
put_body(struct question *q)
{
	const struct kc_supposition *s = &q->x.s;

	if (s->policy.text.n > 0)
		kc_buf_bundle(&q->body, &s->policy.text, 1);
	if (s->calendar.text.n > 0)
		kc_buf_bundle(&q->body, &s->calendar.text, 1);
	kc_buf_bundle(&q->body, s->with, s->nwith);
}

/* Which part of the supposition the daemon says is at fault. */
static void
say_fault(const struct question *q, struct kc_slice body)
{
	static const char *const parts[] = {[KC_SUPPOSED_WITH] = "with",
	    [KC_SUPPOSED_POLICY] = "policy",
	    [KC_SUPPOSED_CALENDAR] = "calendar"};
	json_t *doc = json_loadb(body.p, body.n, 0, NULL);
	json_t *said = json_object_get(doc, "supposed");
	const char *part = json_string_value(json_object_get(said, "part"));
	size_t at = (size_t)json_integer_value(json_object_get(said, "at"));

	for (size_t i = 0; part != NULL && i < 5; i++)
		if (parts[i] != NULL && strcmp(part, parts[i]) == 0 &&
		    (i != KC_SUPPOSED_WITH || at < q->cli->with.n))
			note_fault(q->cli, (enum kc_supposed_part)i, at);
	json_decref(doc);
}

static int
ask(struct question *q, const char *as_of, bool text, struct kc_buf *body)
{
	struct kc_buf path = {0};
	long status = 0;
	int code = KC_EXIT_OK;
	enum kc_err err;

	put_path(&path, q->cli, as_of, text);
	(void)kc_buf_cstr(&path);
	err = kc_buf_err(&path);
	if (err == KC_OK)
		err = kc_buf_err(&q->body);
	if (err == KC_OK && q->body.n == 0)
		err = kc_client_get(q->client, path.p, &status, body);
	else if (err == KC_OK)
		err = kc_client_post(q->client, path.p,
		    "application/octet-stream", kc_buf_view(&q->body), &status,
		    body);
	if (err != KC_OK) {
		code = kc_cli_error(q->cli, err, "kaochengd");
	} else if (status != 200) {
		code = kc_cli_problem(q->cli, status, kc_buf_view(body));
		say_fault(q, kc_buf_view(body));
	}
	kc_buf_free(&path);
	return code;
}

/* The evidence up to where the answer stands: its hash is what that says. */
static int
get_evidence(struct question *q, struct kc_slice answer, struct kc_buf *text)
{
	json_t *doc = json_loadb(answer.p, answer.n, 0, NULL);
	const char *says = json_string_value(json_object_get(doc, "evidence"));
	struct kc_buf hash = {0};
	struct kc_hash h;
	char as_of[24];
	int code;

	(void)snprintf(as_of, sizeof(as_of), "#%lld",
	    (long long)json_integer_value(json_object_get(doc, "entries")) - 1);
	code = ask(q, as_of, true, text);
	if (code == KC_EXIT_OK) {
		h = kc_sha256(text->p, text->n);
		kc_buf_sha256(&hash, &h);
		if (says == NULL || !kc_slice_is(kc_buf_view(&hash), says))
			code = kc_cli_error(q->cli, KC_ECORRUPT, "evidence");
	}
	kc_buf_free(&hash);
	json_decref(doc);
	return code;
}

static int
save_evidence(struct question *q, struct kc_slice answer)
{
	struct kc_buf text = {0};
	int code = get_evidence(q, answer, &text);
	enum kc_err err;

	if (code == KC_EXIT_OK) {
		err = kc_file_save(q->cli->out, kc_buf_view(&text), 0644);
		if (err != KC_OK)
			code = kc_cli_error(q->cli, err, q->cli->out);
	}
	kc_buf_free(&text);
	return code;
}

static int
of_the_daemon(struct kc_cli *cli, struct kc_buf *json)
{
	struct question q = {.cli = cli};
	int code = take_files(cli, &q.x);

	put_body(&q);
	if (code == KC_EXIT_OK)
		code = kc_cli_connect(cli, &q.client);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, q.client);
	if (code == KC_EXIT_OK)
		code =
		    ask(&q, cli->as_of != NULL ? cli->as_of : "", false, json);
	if (code == KC_EXIT_OK && cli->out != NULL)
		code = save_evidence(&q, kc_buf_view(json));
	kc_buf_free(&q.body);
	kc_client_close(q.client);
	release(&q.x);
	return code;
}

int
kc_suppose_document(struct kc_cli *cli, struct kc_buf *json)
{
	struct kc_local l = {0};
	struct suppose x = {0};
	int code;

	if (cli->dir == NULL || cli->where != NULL)
		return of_the_daemon(cli, json);
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
	int code = cli->file_with != NULL ? kc_suppose_file(cli, &json)
					  : kc_suppose_document(cli, &json);

	if (code == KC_EXIT_OK && cli->file_with == NULL)
		code = kc_suppose_print(cli, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}
