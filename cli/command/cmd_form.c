/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng form`: documents on paper, from the view of that name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/form.h>

#include "form_all.h"
#include "form_file.h"
#include "lib/file.h"
#include "lib/paper.h"
#include "lib/stamp.h"
#include "lib/tool.h"
#include "lib/width.h"

/* --- which there are --- */
static const struct kc_view_column columns[] = {
    {"form", "文种", "form", false},
    {"title", "名称", "title", false},
    {"of", "由何者打印", "printed of", false},
    {"waits", "尚待", "waits for", false},
};
static const struct kc_view view_forms = {"forms", "", "文书",
    "documents on paper", columns, sizeof(columns) / sizeof(columns[0])};

static int
list_forms(struct kc_cli *cli)
{
	bool zh = cli->lang == KC_LANG_ZH;
	json_t *rows = json_array(), *doc;
	const struct kc_form *f;
	char *text;
	int code;

	for (size_t i = 0; (f = kc_form_get(i)) != NULL; i++)
		(void)json_array_append_new(rows,
		    json_pack("{s:s,s:s,s:s?,s:s?}", "form", f->name, "title",
			zh ? f->zh : f->en, "of", zh ? f->of_zh : f->of_en,
			"waits", zh ? f->waits_zh : f->waits_en));
	doc =
	    json_pack("{s:s,s:o}", "schema", "kaocheng.forms/1", "rows", rows);
	text = json_dumps(doc, JSON_COMPACT);
	code = text == NULL
	    ? kc_cli_error(cli, KC_ENOMEM, "form list")
	    : kc_cli_print_as(cli, &view_forms, kc_slice_str(text));
	free(text);
	json_decref(doc);
	return code;
}

/* --- one --- */
/* The form of the output: by the end of the file's name, or a format. */
static int
find_paper(struct kc_cli *cli, enum kc_form_file *out)
{
	*out = cli->format == KC_FORMAT_JSON ? KC_FORM_JSON : KC_FORM_TEXT;
	if (cli->paper != NULL && strcmp(cli->paper, "json") == 0) {
		cli->paper = NULL;
		*out = KC_FORM_JSON;
	}
	return cli->paper != NULL ? kc_form_file_of(cli->paper, out)
				  : KC_EXIT_OK;
}

/* The document in its form, with its stamp where a form has one; an exit code.
 */
static int
make_paper(struct kc_reader *r, enum kc_form_file form,
    const struct kc_buf *json, struct kc_buf *out)
{
	json_t *doc =
	    json_loadb(json->p, json->n, JSON_REJECT_DUPLICATES, NULL);
	int code = KC_EXIT_OK;

	if (form == KC_FORM_HTML || form == KC_FORM_PDF)
		code = kc_stamp_put(r, doc);
	if (code == KC_EXIT_OK)
		code = kc_form_file_make(
		    r->cli, form, doc, r->cli->paper == NULL, out);
	json_decref(doc);
	return code;
}

static int
write_paper(struct kc_reader *r, enum kc_form_file form,
    const struct kc_buf *json, const char *path)
{
	struct kc_cli *cli = r->cli;
	struct kc_buf out = {0};
	enum kc_err err = KC_OK;
	int code = make_paper(r, form, json, &out);

	if (code == KC_EXIT_OK && path != NULL)
		err = kc_file_save(path, kc_buf_view(&out), 0644);
	else if (code == KC_EXIT_OK)
		(void)fwrite(out.p, 1, out.n, stdout);
	kc_buf_free(&out);
	return err == KC_OK ? code : kc_cli_error(cli, err, path);
}

static int
find_form(const struct kc_cli *cli, const char *name)
{
	const struct kc_form *f = kc_form_get(kc_form_find(kc_slice_str(name)));
	bool zh = cli->lang == KC_LANG_ZH;

	if (f == NULL)
		return kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("kaocheng form list names them"),
		    _("there is no form \"%s\""), name);
	if (f->waits_zh != NULL)
		return kc_cli_fail(KC_EXIT_CONFLICT, NULL,
		    _("%s cannot be printed yet: it waits for %s"),
		    zh ? f->zh : f->en, zh ? f->waits_zh : f->waits_en);
	return KC_EXIT_OK;
}

/* The arguments of a view that are said: the form, and a year. */
static int
form_args(const struct kc_cli *cli, const char *form, struct kc_view_args *args)
{
	uint64_t year = 0;
	int code = find_form(cli, form);

	if (code == KC_EXIT_OK)
		code = kc_cli_within(
		    "--year", cli->year, KC_YEAR_MIN, KC_YEAR_MAX, &year);
	args->lang = cli->lang;
	args->kind = kc_slice_str(form);
	args->year = (int32_t)year;
	return code;
}

int
kc_cmd_form_list(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {0};
	struct kc_buf json = {0};
	int code;

	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	if (argc == 0)
		return list_forms(cli);
	code = form_args(cli, argv[0], &args);
	if (code == KC_EXIT_OK)
		code = kc_cli_view(cli, "papers", &args, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, "papers", kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}

static int
render_one(struct kc_reader *r, const struct kc_view_args *args,
    enum kc_form_file form, const char *path)
{
	struct kc_buf json = {0};
	int code = kc_reader_view(r, "form", args, &json);

	if (code == KC_EXIT_OK)
		code = write_paper(r, form, &json, path);
	kc_buf_free(&json);
	return code;
}

int
kc_cmd_form_render(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {0};
	struct kc_reader r;
	enum kc_form_file form = KC_FORM_PDF;
	int code;

	if (cli->every ? argc != 1 || cli->paper == NULL
		       : argc != 2 || argv[1][0] == '\0')
		return kc_cli_usage("%s",
		    cli->every ? _("all of which document, and where? name it "
				   "and a directory (-o)")
			       : _("which document, of what? name both"));
	code = form_args(cli, argv[0], &args);
	if (code == KC_EXIT_OK && !cli->every)
		code = find_paper(cli, &form);
	if (code != KC_EXIT_OK)
		return code;
	code = kc_reader_open(cli, &r);
	if (code == KC_EXIT_OK && cli->every) {
		code = kc_form_all(&r, &args);
	} else if (code == KC_EXIT_OK) {
		args.id = kc_slice_str(argv[1]);
		code = render_one(&r, &args, form, cli->paper);
	}
	kc_reader_close(&r);
	return code;
}
