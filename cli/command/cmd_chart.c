/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng chart`: views as charts, in the columns of a terminal or as SVG. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_of.h"
#include "lib/tool.h"
#include "read.h"

#define FILE_COLUMNS 100 /* where no terminal says how many */

enum sort {
	WATERFALL,
	TIMELINE,
	BANDS
};

static int
put_json(const struct kc_cli *cli, json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT);

	if (text == NULL)
		return kc_cli_error(cli, KC_ENOMEM, "chart");
	puts(text);
	free(text);
	return KC_EXIT_OK;
}

static int
put_chart(struct kc_cli *cli, const struct kc_chart *c)
{
	size_t columns = kc_out_columns();
	struct kc_buf svg = {0};
	enum kc_err err = c->failed ? KC_ENOMEM : KC_OK;

	if (err == KC_OK && cli->paper == NULL) {
		kc_chart_text(stdout, c, columns > 0 ? columns : FILE_COLUMNS,
		    cli->ascii);
	} else if (err == KC_OK) {
		kc_chart_svg(&svg, c);
		err = kc_buf_err(&svg);
		if (err == KC_OK)
			err = kc_file_save(cli->paper, kc_buf_view(&svg), 0644);
	}
	kc_buf_free(&svg);
	return err == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_error(cli, err, cli->paper != NULL ? cli->paper : "chart");
}

/* `-o json` is the document, as everywhere; else a file, by its end. */
static int
find_paper(struct kc_cli *cli)
{
	if (cli->paper != NULL && strcmp(cli->paper, "json") == 0) {
		cli->paper = NULL;
		cli->format = KC_FORMAT_JSON;
	}
	if (cli->paper == NULL || kc_name_ends(cli->paper, ".svg"))
		return KC_EXIT_OK;
	return kc_cli_usage(
	    _("%s: its end says what is written: .svg"), cli->paper);
}

static int
draw(struct kc_cli *cli, enum sort sort, int argc, char **argv)
{
	static const char *const views[] = {
	    [WATERFALL] = "waterfall", [TIMELINE] = "trail", [BANDS] = "bands"};
	const struct kc_view *v = kc_view_find(kc_slice_str(views[sort]));
	struct kc_view_args args = {.lang = cli->lang};
	json_t *doc = NULL, *days = NULL;
	struct kc_chart c = {0};
	int code = find_paper(cli);

	if (code == KC_EXIT_OK)
		code = kc_view_arguments(cli, v, &args, argc, argv);
	if (code == KC_EXIT_OK && sort == BANDS && args.id.n == 0)
		code = kc_cli_usage("%s", _("of which group? name it"));
	if (code == KC_EXIT_OK)
		code = kc_cli_view_doc(cli, views[sort], &args, &doc);
	if (code == KC_EXIT_OK && sort == TIMELINE)
		code = kc_cli_view_doc(cli, "deadlines", &args, &days);
	if (code == KC_EXIT_OK && cli->format == KC_FORMAT_JSON) {
		code = put_json(cli, doc);
	} else if (code == KC_EXIT_OK) {
		if (sort == WATERFALL)
			kc_chart_waterfall(&c, doc, cli->lang);
		else if (sort == BANDS)
			kc_chart_bands(&c, doc, cli->lang);
		else
			kc_chart_timeline(&c, doc, days, cli->lang);
		code = put_chart(cli, &c);
	}
	kc_chart_free(&c);
	json_decref(doc);
	json_decref(days);
	return code;
}

int
kc_cmd_chart_waterfall(struct kc_cli *cli, int argc, char **argv)
{
	return draw(cli, WATERFALL, argc, argv);
}

int
kc_cmd_chart_timeline(struct kc_cli *cli, int argc, char **argv)
{
	return draw(cli, TIMELINE, argc, argv);
}

int
kc_cmd_chart_bands(struct kc_cli *cli, int argc, char **argv)
{
	return draw(cli, BANDS, argc, argv);
}
