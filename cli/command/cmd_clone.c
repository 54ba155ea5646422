/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng target clone`: a year's targets as a table of drafts of another
 * year, which `kaocheng import --kind target.draft` takes; what cannot be
 * carried over is told beside it.
 */
#include <jansson.h>

#include "lib/tool.h"
#include "read.h"

/* What the document says of those left out, where a table hides it. */
static void
tell_left_out(const struct kc_cli *cli, const struct kc_buf *json)
{
	json_t *doc =
	    json_loadb(json->p, json->n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *left = json_object_get(doc, "not_cloned");

	if (cli->format != KC_FORMAT_JSON && json_array_size(left) > 0)
		kc_cli_note(
		    cli, _("not carried over: %zu"), json_array_size(left));
	for (size_t i = 0;
	     cli->format != KC_FORMAT_JSON && i < json_array_size(left); i++) {
		const json_t *t = json_array_get(left, i);

		kc_cli_note(cli, "  %s: %s",
		    json_string_value(json_object_get(t, "target")),
		    json_string_value(json_object_get(t, "why")));
	}
	json_decref(doc);
}

int
kc_cmd_target_clone(struct kc_cli *cli, int argc, char **argv)
{
	const struct kc_view *v = kc_view_find(KC_LIT("renewal"));
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf json = {0};
	uint64_t from, to;
	int code;

	if (cli->from == NULL || cli->to == NULL)
		return kc_cli_usage(
		    "%s", _("from which year to which? --from 2022 --to 2023"));
	code =
	    kc_cli_within("--from", cli->from, KC_YEAR_MIN, KC_YEAR_MAX, &from);
	if (code == KC_EXIT_OK)
		code = kc_cli_within(
		    "--to", cli->to, KC_YEAR_MIN, KC_YEAR_MAX, &to);
	if (code == KC_EXIT_OK && from == to)
		code = kc_cli_usage(
		    "%s", _("from which year to which? --from 2022 --to 2023"));
	if (code != KC_EXIT_OK)
		return code;
	args.id = kc_slice_str(cli->to);
	code = kc_view_arguments(cli, v, &args, argc, argv);
	args.from = 0;
	args.year = (int32_t)from;
	if (code == KC_EXIT_OK)
		code = kc_cli_view(cli, v->name, &args, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, v->name, kc_buf_view(&json));
	if (code == KC_EXIT_OK)
		tell_left_out(cli, &json);
	kc_buf_free(&json);
	return code;
}
