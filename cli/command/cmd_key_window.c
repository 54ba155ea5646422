/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng key window`: the entries that a key signed while it may not have
 * been in its owner's hands, and the scores with and without them. Nothing is
 * taken back by it: what people decide are entries of their own.
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "lib/tool.h"

static const char *
text_of(const json_t *doc, const char *key)
{
	return json_string_value(json_object_get(doc, key));
}

static long long
number_of(const json_t *doc, const char *key)
{
	return (long long)json_integer_value(json_object_get(doc, key));
}

/* "G19.assessor+1234abcd#4711-4720"; false: it has no window. */
static bool
put_range(struct kc_buf *b, const struct kc_cli *cli, const json_t *doc)
{
	bool disputed = json_is_true(json_object_get(doc, "disputed"));

	kc_buf_str(b, text_of(doc, "key"));
	kc_buf_char(b, '#');
	if (cli->from != NULL)
		kc_buf_str(b, cli->from + (cli->from[0] == '#'));
	else
		kc_buf_i64(b, number_of(doc, "from"));
	if (disputed) {
		kc_buf_char(b, '-');
		kc_buf_i64(b, number_of(doc, "to"));
	}
	(void)kc_buf_cstr(b);
	return disputed || cli->from != NULL;
}

static int
print_both(struct kc_cli *cli, json_t *doc, const struct kc_buf *window,
    const struct kc_buf *supposed)
{
	json_t *s = json_loadb(supposed->p, supposed->n, 0, NULL);
	char *text = NULL;
	int code = KC_EXIT_OK;

	if (cli->format == KC_FORMAT_JSON) {
		if (s != NULL && json_object_set(doc, "without", s) == 0)
			text = json_dumps(doc, JSON_COMPACT);
		if (text == NULL)
			code = kc_cli_error(cli, KC_ENOMEM, "window");
		else
			puts(text);
	} else {
		if (json_is_true(json_object_get(doc, "disputed"))) {
			if (!cli->quiet)
				printf(
				    _("%s is disputed from #%lld to #%lld\n\n"),
				    text_of(doc, "key"), number_of(doc, "from"),
				    number_of(doc, "to"));
			code = kc_cli_print(cli, "window", kc_buf_view(window));
			putchar('\n');
		}
		if (code == KC_EXIT_OK)
			code = kc_suppose_print(cli, kc_buf_view(supposed));
	}
	free(text);
	json_decref(s);
	return code;
}

int
kc_cmd_key_window(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf window = {0}, range = {0}, supposed = {0};
	json_t *doc = NULL;
	int code;

	if (argc != 1)
		return kc_cli_usage("%s",
		    _("key window takes an actor, or a key as the ledger "
		      "names it: ACTOR+KEYID"));
	args.id = kc_slice_str(argv[0]);
	code = kc_cli_view(cli, "window", &args, &window);
	if (code == KC_EXIT_OK)
		doc = json_loadb(window.p, window.n, 0, NULL);
	if (code == KC_EXIT_OK && doc == NULL)
		code = kc_cli_error(cli, KC_ESYNTAX, "window");
	if (code != KC_EXIT_OK)
		goto out;
	if (cli->from == NULL &&
	    json_is_true(json_object_get(doc, "disputed")) &&
	    number_of(doc, "signed") == 0 &&
	    json_is_null(json_object_get(doc, "next"))) {
		code = kc_cli_print(cli, "window", kc_buf_view(&window));
		goto out; /* nothing would be otherwise without nothing */
	}
	if (!put_range(&range, cli, doc)) {
		code = kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("--from SEQ supposes one; kaocheng key revoke --from SEQ "
		      "opens one"),
		    _("%s has no disputed window"), text_of(doc, "key"));
		goto out;
	}
	cli->without.v[0] = range.p;
	cli->without.n = 1;
	code = kc_suppose_document(cli, &supposed);
	if (code == KC_EXIT_OK)
		code = print_both(cli, doc, &window, &supposed);
out:
	json_decref(doc);
	kc_buf_free(&window);
	kc_buf_free(&range);
	kc_buf_free(&supposed);
	return code;
}
