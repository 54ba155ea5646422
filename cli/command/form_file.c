/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form` as text, HTML, PDF or JSON. */
#include "form_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "form_all.h"
#include "lib/paper.h"

#define FILE_COLUMNS 78 /* of a text in a file */

int
kc_form_file_of(const char *path, enum kc_form_file *out)
{
	if (kc_name_ends(path, ".html"))
		*out = KC_FORM_HTML;
	else if (kc_name_ends(path, ".pdf"))
		*out = KC_FORM_PDF;
	else if (kc_name_ends(path, ".json"))
		*out = KC_FORM_JSON;
	else if (kc_name_ends(path, ".txt"))
		*out = KC_FORM_TEXT;
	else
		return kc_cli_usage(
		    _("%s: its end says what is written: .txt, .html, .pdf, "
		      ".json"),
		    path);
	return KC_EXIT_OK;
}

static enum kc_err
put_text(
    const struct kc_cli *cli, json_t *doc, bool terminal, struct kc_buf *out)
{
	char *text = NULL;
	size_t n = 0, width = terminal ? kc_out_columns() : 0;
	FILE *to = open_memstream(&text, &n);

	if (to == NULL)
		return KC_ENOMEM;
	kc_paper_text(to, doc, cli->lang, width > 0 ? width : FILE_COLUMNS);
	if (fclose(to) != 0 || text == NULL) {
		free(text);
		return KC_ENOMEM;
	}
	kc_buf_slice(out, (struct kc_slice){text, n});
	free(text);
	return kc_buf_err(out);
}

static int
draw(struct kc_cli *cli, const json_t *doc, struct kc_buf *out)
{
	struct kc_drawing d = {0};
	int code = kc_form_draw(cli, doc, &d);

	return code == KC_EXIT_OK ? kc_draw_end(cli, &d, out) : code;
}

static enum kc_err
put_json(const json_t *doc, struct kc_buf *out)
{
	char *json = json_dumps(doc, JSON_COMPACT);

	if (json == NULL)
		return KC_ENOMEM;
	kc_buf_str(out, json);
	kc_buf_char(out, '\n');
	free(json);
	return kc_buf_err(out);
}

int
kc_form_file_make(struct kc_cli *cli, enum kc_form_file form, json_t *doc,
    bool terminal, struct kc_buf *out)
{
	enum kc_err err = KC_OK;

	switch (form) {
	case KC_FORM_PDF:
		return draw(cli, doc, out);
	case KC_FORM_HTML:
		kc_paper_html(out, doc, cli->lang);
		break;
	case KC_FORM_TEXT:
		err = put_text(cli, doc, terminal, out);
		break;
	case KC_FORM_JSON:
		err = put_json(doc, out);
		break;
	}
	if (err == KC_OK)
		err = kc_buf_err(out);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "form");
}
