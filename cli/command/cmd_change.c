/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng blame`, `bisect` and `diff`: by which entries a score became what
 * it is. Each goes through the log, of a ledger on disk or at the daemon's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <jansson.h>

#include <kaocheng/change.h>

#include "lib/reader.h"
#include "read.h"

/* A ledger that is open and replayed, as a view's source. */
static struct kc_view_source
source_of(const struct kc_local *l)
{
	return (struct kc_view_source){
	    .state = l->state, .log = &l->log, .now_ms = l->now_ms};
}

/* What the question ended with, and its document. */
static int
answer(struct kc_cli *cli, enum kc_err err, const struct kc_refusal *why,
    uint64_t bad, const struct kc_view *v, const struct kc_buf *json)
{
	if (err == KC_EREFUSED && bad == KC_REPLAY_ALL)
		return kc_cli_refusal(cli, why);
	if (err != KC_OK)
		return kc_local_replayed(cli, err, why, bad, cli->dir);
	return kc_cli_print_as(cli, v, kc_buf_view(json));
}

static int
open_ledger(struct kc_cli *cli, struct kc_local *l)
{
	int code = kc_local_open(cli, l);

	return code == KC_EXIT_OK ? kc_local_replay(cli, l, false) : code;
}

/* --- of the daemon --- */
/* "/v1/blame?lang=en": the way to a question. */
static void
begin_path(const struct kc_cli *cli, const char *name, struct kc_buf *path)
{
	kc_buf_str(path, "/v1/");
	kc_buf_str(path, name);
	kc_buf_str(path, cli->lang == KC_LANG_ZH ? "?lang=zh" : "?lang=en");
}

/* Asks the daemon; path is freed. */
static int
ask(struct kc_cli *cli, struct kc_buf *path, struct kc_buf *json)
{
	struct kc_reader r;
	int code = kc_reader_open(cli, &r);

	if (code == KC_EXIT_OK)
		code = kc_reader_get(&r, path, json);
	kc_reader_close(&r);
	kc_buf_free(path);
	return code;
}

static int
ask_of_a_unit(struct kc_cli *cli, const struct kc_view *v,
    const struct kc_view_args *args)
{
	struct kc_buf path = {0}, json = {0};
	int code;

	begin_path(cli, v->name, &path);
	kc_buf_param(&path, "unit", args->unit);
	if (args->year != 0)
		kc_buf_param(&path, "year", kc_slice_str(cli->year));
	if (v == &kc_view_bisect)
		kc_buf_param(&path, "first", kc_slice_str(cli->first));
	code = ask(cli, &path, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print_as(cli, v, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}

/* --- blame, bisect --- */
static int
of_a_unit(struct kc_cli *cli, const struct kc_view *v, int argc, char **argv)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_local l = {0};
	struct kc_view_source src;
	struct kc_refusal why = {0};
	struct kc_buf json = {0};
	uint64_t bad = KC_REPLAY_ALL;
	enum kc_err err;
	int code = kc_view_arguments(cli, v, &args, argc, argv);

	if (code == KC_EXIT_OK && (cli->dir == NULL || cli->where != NULL))
		return ask_of_a_unit(cli, v, &args);
	if (code == KC_EXIT_OK)
		code = open_ledger(cli, &l);
	if (code == KC_EXIT_OK) {
		src = source_of(&l);
		err = v == &kc_view_blame
		    ? kc_blame_render(&src, &args, &json, &why, &bad)
		    : kc_bisect_render(&src, &args, kc_slice_str(cli->first),
			  &json, &why, &bad);
		code = answer(cli, err, &why, bad, v, &json);
	}
	kc_buf_free(&json);
	kc_local_close(&l);
	return code;
}

int
kc_cmd_blame(struct kc_cli *cli, int argc, char **argv)
{
	return of_a_unit(cli, &kc_view_blame, argc, argv);
}

int
kc_cmd_bisect(struct kc_cli *cli, int argc, char **argv)
{
	if (cli->first == NULL)
		return kc_cli_usage(
		    "%s", _("since which entry what holds? --first EXPR"));
	return of_a_unit(cli, &kc_view_bisect, argc, argv);
}

/* --- diff --- */
static bool
is_directory(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* The entries that both ledgers have: the longest beginning whose root is the
 * same. */
static enum kc_err
find_common(const struct kc_local *a, const struct kc_local *b, uint64_t *out)
{
	struct kc_hash_reader ha = kc_store_hashes(a->store);
	struct kc_hash_reader hb = kc_store_hashes(b->store);
	uint64_t lo = 0, hi = a->upto < b->upto ? a->upto : b->upto;

	while (lo < hi) {
		uint64_t mid = hi - (hi - lo) / 2;
		struct kc_hash ra, rb;
		enum kc_err err = kc_merkle_root(&ha, mid, &ra);

		if (err == KC_OK)
			err = kc_merkle_root(&hb, mid, &rb);
		if (err != KC_OK)
			return err;
		if (kc_hash_eq(&ra, &rb))
			lo = mid;
		else
			hi = mid - 1;
	}
	*out = lo;
	return KC_OK;
}

/* One side: a directory, or a position in the ledger of --dir. */
static int
open_side(const struct kc_cli *cli, const char *name, struct kc_local *l)
{
	struct kc_cli of = *cli;

	if (cli->dir == NULL)
		of.dir = name;
	else
		of.as_of = name;
	return open_ledger(&of, l);
}

/* Of a list that is longer than what is listed. */
static void
tell_more(const json_t *doc, const char *key)
{
	char name[32];
	size_t n = json_array_size(json_object_get(doc, key)), all;

	snprintf(name, sizeof(name), "%s_total", key);
	all = (size_t)json_integer_value(json_object_get(doc, name));
	if (all > n)
		printf(_("  and %zu more\n"), all - n);
}

/* A member of the document as a table of its own, unless it is empty. */
static int
print_member(
    struct kc_cli *cli, const struct kc_view *v, json_t *doc, const char *key)
{
	json_t *list = json_object_get(doc, key);
	json_t *rows = json_pack("{s:O}", "rows", list);
	char *text = rows != NULL ? json_dumps(rows, JSON_COMPACT) : NULL;
	int code = KC_EXIT_OK;

	if (text == NULL)
		code = kc_cli_error(cli, KC_ENOMEM, "diff");
	else if (json_array_size(list) > 0)
		code = kc_cli_print_as(cli, v, kc_slice_str(text));
	tell_more(doc, key);
	if (json_array_size(list) > 0)
		putchar('\n');
	free(text);
	json_decref(rows);
	return code;
}

/* For people the scores, the states, and then the entries. */
static int
print_diff(struct kc_cli *cli, const struct kc_buf *json)
{
	bool table =
	    cli->format == KC_FORMAT_TABLE || cli->format == KC_FORMAT_WIDE;
	json_t *doc = table ? json_loadb(json->p, json->n, 0, NULL) : NULL;
	int code = KC_EXIT_OK;

	if (table) {
		code = print_member(cli, &kc_view_changed, doc, "changed");
		if (code == KC_EXIT_OK)
			code =
			    print_member(cli, &kc_view_things, doc, "things");
	}
	if (code == KC_EXIT_OK)
		code = kc_cli_print_as(cli, &kc_view_diff, kc_buf_view(json));
	if (table)
		tell_more(doc, "rows");
	json_decref(doc);
	return code;
}

static int
differ(struct kc_cli *cli, struct kc_local *a, struct kc_local *b)
{
	const struct kc_view_args args = {.lang = cli->lang};
	const struct kc_view_source from = source_of(a), to = source_of(b);
	struct kc_refusal why = {0};
	struct kc_buf json = {0};
	uint64_t common = 0, bad = KC_REPLAY_ALL;
	enum kc_err err = find_common(a, b, &common);
	int code;

	if (err == KC_OK)
		err = kc_diff_render(
		    &from, &to, common, &args, &json, &why, &bad);
	code = err == KC_OK ? print_diff(cli, &json)
			    : answer(cli, err, &why, bad, &kc_view_diff, &json);
	kc_buf_free(&json);
	return code;
}

/* "#57", or an instant: as it is said at the daemon's. */
static int
put_end(const struct kc_cli *cli, struct kc_buf *path, const char *param,
    const char *text)
{
	struct kc_cli of = *cli;
	struct kc_buf at = {0};
	uint64_t upto;
	int64_t ms;
	int code;

	of.as_of = text;
	code = kc_cli_as_of(&of, &upto, &ms);
	if (code == KC_EXIT_OK && upto != UINT64_MAX) {
		kc_buf_char(&at, '#');
		kc_buf_u64(&at, upto - 1);
	} else if (code == KC_EXIT_OK) {
		kc_buf_instant_ms(&at, ms);
	}
	kc_buf_param(path, param, kc_buf_view(&at));
	kc_buf_free(&at);
	return code;
}

static int
ask_difference(struct kc_cli *cli, char **ends)
{
	struct kc_buf path = {0}, json = {0};
	int code;

	begin_path(cli, "diff", &path);
	code = put_end(cli, &path, "from", ends[0]);
	if (code == KC_EXIT_OK)
		code = put_end(cli, &path, "to", ends[1]);
	if (code == KC_EXIT_OK)
		code = ask(cli, &path, &json);
	if (code == KC_EXIT_OK)
		code = print_diff(cli, &json);
	kc_buf_free(&path);
	kc_buf_free(&json);
	return code;
}

int
kc_cmd_diff(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_local a = {0}, b = {0};
	int code;

	if (argc != 2)
		return kc_cli_usage("%s",
		    _("two entries or times, or two directories of ledgers"));
	if (cli->as_of != NULL)
		return kc_cli_usage("%s", _("--as-of says nothing here"));
	if ((cli->dir == NULL || cli->where != NULL) &&
	    (!is_directory(argv[0]) || !is_directory(argv[1])))
		return ask_difference(cli, argv);
	code = open_side(cli, argv[0], &a);
	if (code == KC_EXIT_OK)
		code = open_side(cli, argv[1], &b);
	if (code == KC_EXIT_OK)
		code = differ(cli, &a, &b);
	kc_local_close(&a);
	kc_local_close(&b);
	return code;
}
