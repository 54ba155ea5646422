/* SPDX-License-Identifier: Apache-2.0 */
/* `--limit N` of lists: pages of the reader until there are as many rows. */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/joined.h"
#include "lib/reader.h"
#include "pick.h"

struct paging {
	struct kc_cli *cli;
	const struct kc_view *v;
	struct kc_reader reader;
	struct kc_view_args args;
	uint64_t want, got;
	bool picks; /* options leave out rows */
	json_t *doc;
};

static const char *
next_of(json_t *doc)
{
	return json_string_value(json_object_get(doc, "rows_next"));
}

/* No more rows than were asked for, and further on those that follow. */
static bool
is_page(const struct paging *p, json_t *raw)
{
	json_t *rows = json_object_get(raw, "rows");
	const char *next = next_of(raw);

	return json_is_array(rows) && json_array_size(rows) <= p->args.limit &&
	    (next == NULL ||
		kc_joined_goes_on(p->args.after, kc_slice_str(next)));
}

/* One page, as it came and with the rows that are wanted alone. */
static int
ask(struct paging *p, json_t **raw, json_t **kept)
{
	struct kc_cli quiet = *p->cli;
	struct kc_buf json = {0};
	int code = kc_reader_view(&p->reader, p->v->name, &p->args, &json);

	*raw = *kept = NULL;
	if (code == KC_EXIT_OK)
		*raw = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	/* What one page lacks says nothing of the list. */
	quiet.quiet |= p->args.after.n > 0 || next_of(*raw) != NULL;
	if (code == KC_EXIT_OK)
		code = kc_pick_rows(&quiet, p->v, &json);
	if (code == KC_EXIT_OK)
		*kept =
		    json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	kc_buf_free(&json);
	if (code == KC_EXIT_OK &&
	    (!is_page(p, *raw) ||
		!json_is_array(json_object_get(*kept, "rows"))))
		code = kc_cli_error(p->cli, KC_ESYNTAX, p->v->name);
	return code;
}

/* How many rows of a page it takes to have n of those that are kept. */
static uint64_t
rows_for(json_t *raw, json_t *kept, uint64_t n)
{
	json_t *rows = json_object_get(raw, "rows"), *row;
	size_t i, k = 0;

	json_array_foreach(rows, i, row)
	{
		if (json_equal(
			row, json_array_get(json_object_get(kept, "rows"), k)))
			k++;
		if (k == n)
			return i + 1;
	}
	return json_array_size(rows);
}

static int
join(struct paging *p, json_t *kept)
{
	json_t *rows = json_object_get(kept, "rows");
	json_t *names = json_object_get(kept, "names");
	bool ok = true;

	p->got += json_array_size(rows);
	if (p->doc == NULL) {
		p->doc = json_incref(kept);
		return KC_EXIT_OK;
	}
	ok = json_array_extend(json_object_get(p->doc, "rows"), rows) == 0 &&
	    json_object_set(
		p->doc, "rows_next", json_object_get(kept, "rows_next")) == 0;
	if (ok && names != NULL && json_object_get(p->doc, "names") != NULL)
		ok = json_object_update(
			 json_object_get(p->doc, "names"), names) == 0;
	else if (ok && names != NULL)
		ok = json_object_set(p->doc, "names", names) == 0;
	return ok ? KC_EXIT_OK : kc_cli_error(p->cli, KC_ENOMEM, p->v->name);
}

/* Pages until there are enough rows; one that has too many is asked for again,
 * up to the last that is wanted, for that is where the list goes on. */
static int
read_pages(struct paging *p, struct kc_buf *after)
{
	json_t *raw, *kept;
	uint64_t left, least = 0;
	int code = KC_EXIT_OK;
	bool more = true;

	while (code == KC_EXIT_OK && more) {
		left = p->want - p->got;
		p->args.limit = least != 0            ? least
		    : p->picks || left > KC_PAGE_ROWS ? KC_PAGE_ROWS
						      : left;
		least = 0;
		code = ask(p, &raw, &kept);
		if (code == KC_EXIT_OK &&
		    json_array_size(json_object_get(kept, "rows")) > left)
			least = rows_for(raw, kept, left);
		else if (code == KC_EXIT_OK)
			code = join(p, kept);
		if (code == KC_EXIT_OK && least == 0) {
			more = next_of(kept) != NULL && p->got < p->want;
			kc_buf_reset(after);
			kc_buf_str(after, more ? next_of(kept) : "");
			p->args.after = kc_buf_view(after);
		}
		json_decref(raw);
		json_decref(kept);
	}
	return code;
}

static void
say_rest(const struct paging *p)
{
	json_t *total = json_object_get(p->doc, "rows_total");
	const char *next = next_of(p->doc);

	if (next == NULL)
		return;
	fflush(stdout);
	if (p->picks)
		kc_cli_note(p->cli, _("%llu rows shown; go on with --after %s"),
		    (unsigned long long)p->got, next);
	else
		kc_cli_note(p->cli,
		    _("%llu of %llu shown; go on with --after %s"),
		    (unsigned long long)p->got,
		    (unsigned long long)json_integer_value(total), next);
}

static int
print(struct paging *p)
{
	char *text = json_dumps(p->doc, JSON_COMPACT);
	int code = text != NULL
	    ? kc_cli_print(p->cli, p->v->name, kc_slice_str(text))
	    : kc_cli_error(p->cli, KC_ENOMEM, p->v->name);

	free(text);
	if (code == KC_EXIT_OK)
		say_rest(p);
	return code;
}

int
kc_page_print(struct kc_cli *cli, const struct kc_view *v,
    const struct kc_view_args *args)
{
	struct paging p = {
	    .cli = cli, .v = v, .args = *args, .want = args->limit};
	struct kc_buf after = {0};
	int code;

	if (cli->count != NULL)
		return kc_cli_usage("%s",
		    _("--limit is for the first rows, -n for the newest: one "
		      "of them"));
	p.picks = kc_picks(cli, v);
	code = kc_reader_open(cli, &p.reader);
	if (code == KC_EXIT_OK)
		code = read_pages(&p, &after);
	if (code == KC_EXIT_OK)
		code = print(&p);
	kc_reader_close(&p.reader);
	json_decref(p.doc);
	kc_buf_free(&after);
	return code;
}
