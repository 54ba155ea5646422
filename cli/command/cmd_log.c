/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng log`: entries by filters, whole, and one entry with its bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/civil.h>
#include <kaocheng/proof.h>

#include "lib/charset.h"
#include "lib/foreign.h"
#include "lib/reader.h"
#include "log_follow.h"
#include "read.h"

#define PAGE 1000 /* entries asked for at a time */
#define FEW 50    /* shown to people who did not say how many */

/* --- log list --- */
struct listing {
	struct kc_cli *cli;
	struct kc_reader reader;
	struct kc_view_args args;
	uint64_t want, got, size;
	uint64_t upto; /* the newest before this; 0: of all */
	bool newest;   /* first */
	bool tail;   /* as many as were asked for, without a word of the rest */
	json_t *doc; /* pages joined, for what is printed in one piece */
};

/* Rows that go out as they come, with nothing around them. */
static bool
streams(enum kc_format format)
{
	return format == KC_FORMAT_CSV || format == KC_FORMAT_TSV ||
	    format == KC_FORMAT_JSONL;
}

/* Adds a page to the document; false if it is none. */
static bool
join(struct listing *l, json_t *page, json_t *rows)
{
	if (l->doc == NULL) {
		l->doc = json_incref(page);
		return true;
	}
	return json_array_extend(json_object_get(l->doc, "rows"), rows) == 0 &&
	    json_object_set(l->doc, "next", json_object_get(page, "next")) ==
	    0 &&
	    json_object_set(
		l->doc, "rows_next", json_object_get(page, "rows_next")) == 0;
}

/* One page; *next is where to go on, 0 at the end of the log. */
static int
page(struct listing *l, struct kc_buf *json, uint64_t *next)
{
	json_t *doc, *rows, *to;
	int code = kc_reader_view(&l->reader, "log", &l->args, json);

	*next = 0;
	if (code != KC_EXIT_OK)
		return code;
	doc = json_loadb(json->p, json->n, JSON_REJECT_DUPLICATES, NULL);
	rows = json_object_get(doc, "rows");
	to = json_object_get(doc, "next");
	l->size = (uint64_t)json_integer_value(
	    json_object_get(json_object_get(doc, "as_of"), "size"));
	if (!json_is_array(rows)) {
		code = kc_cli_error(l->cli, KC_ESYNTAX, "log");
	} else if (streams(l->cli->format)) {
		code = kc_cli_print(l->cli, "log", kc_buf_view(json));
		l->cli->no_head = true;
	} else if (!join(l, doc, rows)) {
		code = kc_cli_error(l->cli, KC_ENOMEM, "log");
	}
	l->got += json_array_size(rows);
	if (json_is_integer(to))
		*next = (uint64_t)json_integer_value(to);
	json_decref(doc);
	return code;
}

static int
print_joined(struct listing *l)
{
	char *text = json_dumps(l->doc, JSON_COMPACT);
	int code = text == NULL
	    ? kc_cli_error(l->cli, KC_ENOMEM, "log")
	    : kc_cli_print(l->cli, "log", kc_slice_str(text));

	free(text);
	return code;
}

/* The filters of this call, as they were typed. */
static void
put_filters(const struct kc_cli *cli, struct kc_buf *b)
{
	const struct {
		const char *option, *value;
	} all[] = {{"--kind", cli->kind}, {"--by", cli->by},
	    {"--case", cli->only}, {"--since", cli->since},
	    {"--until", cli->until}, {"--limit", cli->limit}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].value == NULL)
			continue;
		kc_buf_char(b, ' ');
		kc_buf_str(b, all[i].option);
		kc_buf_char(b, ' ');
		kc_buf_str(b, all[i].value);
	}
}

/* Nobody takes a part for the whole. */
static void
say_rest(const struct listing *l, uint64_t next)
{
	struct kc_buf more = {0};

	if (next == 0)
		return;
	if (l->args.text.n > 0) {
		kc_buf_str(&more, "log search '");
		kc_buf_slice(&more, l->args.text);
		kc_buf_char(&more, '\'');
	} else {
		kc_buf_str(&more, "log list");
	}
	if (l->args.unit.n > 0)
		kc_buf_str(&more, " --unit ");
	kc_buf_slice(&more, l->args.unit);
	kc_buf_str(&more, l->newest ? " --before " : " --from ");
	kc_buf_u64(&more, next);
	put_filters(l->cli, &more);
	fflush(stdout);
	fprintf(stderr,
	    _("listed %llu, the log has %llu entries; go on: kaocheng %s; "
	      "more at once: --limit N\n"),
	    (unsigned long long)l->got, (unsigned long long)l->size,
	    kc_buf_cstr(&more));
	kc_buf_free(&more);
}

static int
day_of(const char *option, const char *text, kc_day *day)
{
	if (text == NULL || kc_read_day(kc_slice_str(text), day))
		return KC_EXIT_OK;
	return kc_cli_usage(
	    _("--%s %s: a day, such as 2022-10-17"), option, text);
}

static struct kc_slice
slice_of(const char *text)
{
	return kc_slice_str(text != NULL ? text : "");
}

/* What the options ask for; people read the newest first. */
static int
ask_for(struct listing *l)
{
	const struct kc_cli *cli = l->cli;
	bool people = cli->format == KC_FORMAT_TABLE ||
	    cli->format == KC_FORMAT_WIDE || cli->format == KC_FORMAT_MD;
	int code = day_of("since", cli->since, &l->args.since);

	if (code == KC_EXIT_OK)
		code = day_of("until", cli->until, &l->args.until);
	if (code != KC_EXIT_OK)
		return code;
	l->args.kind = slice_of(cli->kind);
	l->args.by = slice_of(cli->by);
	l->args.about = slice_of(cli->only);
	if (cli->before != NULL && cli->from != NULL)
		return kc_cli_usage("%s",
		    _("--from is for the oldest first, --before for the newest "
		      "first: one of them"));
	l->newest =
	    l->newest || cli->before != NULL || (people && cli->from == NULL);
	l->args.before = !l->newest ? 0 : l->upto != 0 ? l->upto : INT64_MAX;
	return kc_cli_within(
	    "--before", cli->before, 1, INT64_MAX, &l->args.before);
}

/* Pages until there are as many rows as are wanted; *next as of page(). */
static int
read_pages(struct listing *l, uint64_t *next)
{
	struct kc_buf json = {0};
	int code = kc_reader_open(l->cli, &l->reader);

	while (code == KC_EXIT_OK && l->got < l->want) {
		l->args.limit =
		    l->want - l->got < PAGE ? l->want - l->got : PAGE;
		code = page(l, &json, next);
		if (*next == 0 || ferror(stdout))
			break;
		*(l->newest ? &l->args.before : &l->args.from) = *next;
	}
	if (code == KC_EXIT_OK && l->doc != NULL)
		code = print_joined(l);
	kc_buf_free(&json);
	return code;
}

static int
list(struct listing *l, int argc, char **argv)
{
	struct kc_cli *cli = l->cli;
	uint64_t next = 0;
	bool said;
	int code = kc_view_arguments(
	    cli, kc_view_find(KC_LIT("log")), &l->args, argc, argv);

	if (code == KC_EXIT_OK)
		code = ask_for(l);
	if (code != KC_EXIT_OK)
		return code;
	said = l->args.limit != 0;
	if (l->want == 0)
		l->want = said             ? l->args.limit
		    : streams(cli->format) ? UINT64_MAX
					   : FEW;
	code = read_pages(l, &next);
	if (code == KC_EXIT_OK && !l->tail && !(said && cli->quiet))
		say_rest(l, next);
	json_decref(l->doc);
	kc_reader_close(&l->reader);
	return code;
}

int
kc_cmd_log_list(struct kc_cli *cli, int argc, char **argv)
{
	struct listing l = {.cli = cli, .args = {.lang = cli->lang}};

	return list(&l, argc, argv);
}

int
kc_cmd_log_search(struct kc_cli *cli, int argc, char **argv)
{
	struct listing l = {
	    .cli = cli, .args = {.lang = cli->lang}, .newest = true};

	if (argc != 1 || argv[0][0] == '\0')
		return kc_cli_usage("%s",
		    _("which words? log search takes one text; in quotes if "
		      "there are blanks in it"));
	l.args.text = kc_slice_str(argv[0]);
	return list(&l, 0, argv);
}

/* The newest before the head that is verified, and what comes after it. */
static int
follow(struct listing *l, int argc, char **argv)
{
	static struct kc_follow f; /* large */
	int code = kc_follow_begin(&f, l->cli);

	l->upto = f.head.size;
	if (code == KC_EXIT_OK)
		code = list(l, argc, argv);
	(void)fflush(stdout);
	if (code == KC_EXIT_OK)
		code = kc_follow_run(&f);
	kc_follow_end(&f);
	return code;
}

int
kc_cmd_log_tail(struct kc_cli *cli, int argc, char **argv)
{
	struct listing l = {.cli = cli,
	    .args = {.lang = cli->lang},
	    .want = 10,
	    .newest = true,
	    .tail = true};

	if (kc_cli_within("-n", cli->count, 1, INT64_MAX, &l.want) !=
	    KC_EXIT_OK)
		return KC_EXIT_USAGE;
	if (!cli->follow)
		return list(&l, argc, argv);
	if (cli->as_of != NULL || argc > 0)
		return kc_cli_usage("%s",
		    _("log tail -f takes --unit, --kind, --by, --case and "
		      "-n, and no --as-of"));
	return follow(&l, argc, argv);
}

/* --- log show --- */
static int
show_bytes_local(struct kc_cli *cli, uint64_t seq, struct kc_buf *out)
{
	struct kc_local l;
	int code = kc_local_open(cli, &l);
	enum kc_err err;

	if (code == KC_EXIT_OK) {
		err = kc_store_leaf(l.store, seq, out);
		if (err == KC_ENOTFOUND)
			code = kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
			    _("there is no entry %llu yet"),
			    (unsigned long long)seq);
		else if (err != KC_OK)
			code = kc_cli_error(cli, err, cli->dir);
	}
	kc_local_close(&l);
	return code;
}

static int
show_receipt_local(struct kc_cli *cli, uint64_t seq, struct kc_buf *out)
{
	struct kc_local l;
	int code = kc_local_open(cli, &l);

	if (code == KC_EXIT_OK)
		code = kc_local_receipt(cli, &l, seq, cli->witnessed, out);
	kc_local_close(&l);
	return code;
}

static int
show_bytes_remote(
    struct kc_cli *cli, uint64_t seq, const char *what, struct kc_buf *out)
{
	struct kc_client *client = NULL;
	char path[64];
	int code = kc_cli_connect(cli, &client);

	snprintf(path, sizeof(path), "/v1/entries/%llu/%s",
	    (unsigned long long)seq, what);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, client);
	if (code == KC_EXIT_OK)
		code = kc_cli_get(cli, client, path, out);
	kc_client_close(client);
	return code;
}

/* Receipt and leaf in one file. */
static int
add_leaf(struct kc_cli *cli, uint64_t seq, bool local, struct kc_buf *out)
{
	struct kc_buf leaf = {0}, file = {0};
	enum kc_err err;
	int code = local ? show_bytes_local(cli, seq, &leaf)
			 : show_bytes_remote(cli, seq, "raw", &leaf);

	if (code == KC_EXIT_OK) {
		err =
		    kc_proof_file(kc_buf_view(out), kc_buf_view(&leaf), &file);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, "receipt");
	}
	kc_buf_free(out);
	kc_buf_free(&leaf);
	*out = file;
	return code;
}

int
kc_cmd_log_show(struct kc_cli *cli, int argc, char **argv)
{
	bool raw = cli->raw;
	bool receipt = cli->with_receipt || cli->witnessed || cli->proof;
	bool local = cli->dir != NULL && cli->where == NULL;
	struct kc_buf out = {0};
	struct kc_slice s;
	uint64_t seq;
	int code;

	s = argc == 1 ? kc_slice_str(argv[0]) : KC_LIT("");
	if (s.n > 1 && s.p[0] == '#') {
		s.p++;
		s.n--;
	}
	if (!kc_read_u64(s, INT64_MAX, &seq) || (raw && receipt))
		return kc_cli_usage("%s",
		    _("log show takes the number of an "
		      "entry, and --raw, --receipt or --proof"));
	if (!raw && !receipt)
		return kc_cmd_view(cli, "entry", argc, argv);
	if (receipt && local)
		code = show_receipt_local(cli, seq, &out);
	else if (local)
		code = show_bytes_local(cli, seq, &out);
	else
		code = show_bytes_remote(cli, seq,
		    raw                  ? "raw"
			: cli->witnessed ? "receipt?witnessed=yes"
					 : "receipt",
		    &out);
	if (code == KC_EXIT_OK && cli->proof)
		code = add_leaf(cli, seq, local, &out);
	if (code == KC_EXIT_OK) {
		kc_charset_bytes();
		(void)kc_put(stdout, kc_buf_view(&out));
	}
	kc_buf_free(&out);
	return code;
}
