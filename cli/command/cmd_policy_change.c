/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng policy diff` and `impact`: what another text says, and who would
 * stand where under it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/change.h>
#include <kaocheng/policy.h>

#include "lib/reader.h"
#include "lib/text.h"

static int
parse(struct kc_cli *cli, const char *file, struct kc_slice text,
    struct kc_policy **out)
{
	struct kc_refusal why = {0};
	enum kc_err err = kc_policy_parse(out, text, file, KC_EPOCH_MAX, &why);

	if (err == KC_EREFUSED)
		return kc_refused_file(cli, file, &why, text);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, file);
}

static int
policy_of_file(struct kc_cli *cli, const char *file, struct kc_policy **out)
{
	struct kc_buf text = {0};
	int code = kc_text_load(cli, file, file, KC_POLICY_MAX, &text);

	if (code == KC_EXIT_OK)
		code = parse(cli, file, kc_buf_view(&text), out);
	kc_buf_free(&text);
	return code;
}

/* A member of a view's document that is a number; -1: there is none. */
static long long
number_in(const struct kc_buf *json, const char *key)
{
	json_t *doc = json_loadb(json->p, json->n, 0, NULL);
	json_t *value = json_object_get(doc, key);
	long long n = json_is_integer(value) ? json_integer_value(value) : -1;

	json_decref(doc);
	return n;
}

/* The policy of a policy.adopt entry, as its document has it. */
static int
policy_of_entry(
    struct kc_cli *cli, const struct kc_buf *json, struct kc_policy **out)
{
	json_t *doc = json_loadb(json->p, json->n, 0, NULL);
	json_t *entry = json_object_get(doc, "entry");
	const char *file = json_string_value(json_object_get(entry, "file"));
	const char *text = json_string_value(json_object_get(entry, "text"));
	int code = file == NULL || text == NULL
	    ? kc_cli_error(cli, KC_ECORRUPT, "policy.adopt")
	    : parse(cli, file, kc_slice_str(text), out);

	json_decref(doc);
	return code;
}

/* The policy in force: of the ledger of --dir, or of the daemon. */
static int
policy_in_force(struct kc_cli *cli, struct kc_policy **out)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_reader r;
	struct kc_buf json = {0};
	char seq[24];
	int code = kc_reader_open(cli, &r);

	if (code == KC_EXIT_OK)
		code = kc_reader_view(&r, "policy", &args, &json);
	if (code == KC_EXIT_OK) {
		(void)snprintf(
		    seq, sizeof(seq), "%lld", number_in(&json, "seq"));
		kc_buf_reset(&json);
		args.id = kc_slice_str(seq);
		code = kc_reader_view(&r, "entry", &args, &json);
	}
	if (code == KC_EXIT_OK)
		code = policy_of_entry(cli, &json, out);
	kc_reader_close(&r);
	kc_buf_free(&json);
	return code;
}

static int
print_difference(struct kc_cli *cli, const struct kc_policy *from,
    const struct kc_policy *to)
{
	struct kc_buf json = {0};
	enum kc_err err = kc_policy_diff_render(from, to, cli->lang, &json);
	int code = err != KC_OK
	    ? kc_cli_error(cli, err, "policy diff")
	    : kc_cli_print_as(cli, &kc_view_policy_diff, kc_buf_view(&json));

	kc_buf_free(&json);
	return code;
}

int
kc_cmd_policy_diff(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_policy *from = NULL, *to = NULL;
	int code;

	if (argc != 1 && argc != 2)
		return kc_cli_usage("%s",
		    _("two policy files, or one to compare with the policy "
		      "in force"));
	code = argc == 2 ? policy_of_file(cli, argv[0], &from)
			 : policy_in_force(cli, &from);
	if (code == KC_EXIT_OK)
		code = policy_of_file(cli, argv[argc - 1], &to);
	if (code == KC_EXIT_OK)
		code = print_difference(cli, from, to);
	kc_free(from);
	kc_free(to);
	return code;
}

/* The log as if this had been the policy: for people first what differs. */
int
kc_cmd_policy_impact(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_policy *from = NULL, *to = NULL;
	bool people =
	    cli->format == KC_FORMAT_TABLE || cli->format == KC_FORMAT_WIDE;
	int code;

	if (argc != 1)
		return kc_cli_usage("%s", _("name one policy file"));
	code = policy_of_file(cli, argv[0], &to);
	if (code == KC_EXIT_OK && people && !cli->quiet)
		code = policy_in_force(cli, &from);
	if (code == KC_EXIT_OK && from != NULL)
		code = print_difference(cli, from, to);
	if (code == KC_EXIT_OK) {
		if (from != NULL)
			putchar('\n');
		cli->with_policy = argv[0];
		code = kc_cmd_suppose(cli);
	}
	kc_free(from);
	kc_free(to);
	return code;
}
