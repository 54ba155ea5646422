/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng schema`: what is in a JSON document, as JSON Schema. */
#include <stdio.h>

#include <kaocheng/document.h>

#include "lib/tool.h"

static const struct kc_view_column columns[] = {
    {"name", "名称", "name", false},
    {"document", "格式", "schema", false},
    {"label", "含义", "meaning", false},
};
static const struct kc_view view = {
    .name = "documents",
    .args = "",
    .zh = "JSON 文件",
    .en = "JSON documents",
    .columns = columns,
    .ncolumns = sizeof(columns) / sizeof(columns[0]),
};

static int
list(struct kc_cli *cli)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};
	int code;

	kc_json_documents(&w, cli->lang);
	code = kc_buf_err(&out) == KC_OK
	    ? kc_cli_print_as(cli, &view, kc_buf_view(&out))
	    : kc_cli_error(cli, KC_ENOMEM, "schema");
	kc_buf_free(&out);
	return code;
}

int
kc_cmd_schema(struct kc_cli *cli, int argc, char **argv)
{
	const struct kc_document *d;
	struct kc_buf out = {0};
	struct kc_slice gap;
	enum kc_err err;
	int code = KC_EXIT_OK;

	if (argc == 0)
		return list(cli);
	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	d = kc_document_find(kc_slice_str(argv[0]));
	if (d == NULL)
		return kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("kaocheng schema lists them"),
		    _("there is no document \"%s\""), argv[0]);
	err = kc_document_schema(d, cli->lang, &out);
	if (err == KC_OK)
		puts(kc_buf_cstr(&out));
	else if (kc_document_gap(d, &gap))
		code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s: \"%.*s\": %s",
		    d->schema, (int)gap.n, gap.p, kc_err_said(err));
	else
		code = kc_cli_error(cli, err, d->name);
	kc_buf_free(&out);
	return code;
}
