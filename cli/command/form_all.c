/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All documents of a sort: the ledger is replayed once, and as many are drawn
 * at a time as keep the processors busy.
 */
#include "form_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/form.h>

#include "lib/paper.h"
#include "lib/stamp.h"

#define AT_A_TIME 4

/* Those under way, the oldest at `at`. */
struct batch {
	struct kc_reader *r;
	struct kc_view_args args;
	struct {
		struct kc_drawing d;
		char path[KC_PATH_SIZE];
	} v[AT_A_TIME];
	size_t at;
};

int
kc_form_draw(struct kc_cli *cli, const json_t *doc, struct kc_drawing *d)
{
	char *json = json_dumps(doc, JSON_COMPACT);
	int code = json == NULL ? kc_cli_error(cli, KC_ENOMEM, "form")
				: kc_draw_begin(cli, kc_slice_str(json), d);

	free(json);
	return code;
}

/* The oldest becomes its file, if there is one and all went well until now. */
static int
end_oldest(struct batch *b, int code)
{
	struct kc_cli *cli = b->r->cli;
	struct kc_buf out = {0};
	size_t at = b->at;
	enum kc_err err;
	int end;

	b->at = (at + 1) % AT_A_TIME;
	if (b->v[at].d.pid == 0)
		return code;
	end = kc_draw_end(cli, &b->v[at].d, &out);
	if (code == KC_EXIT_OK && end == KC_EXIT_OK) {
		err = kc_file_save(b->v[at].path, kc_buf_view(&out), 0644);
		if (err != KC_OK)
			end = kc_cli_error(cli, err, b->v[at].path);
	}
	kc_buf_free(&out);
	return code == KC_EXIT_OK ? end : code;
}

/* "DIR/unit-list-G19.pdf" */
static bool
find_path(const struct batch *b, const char *about, char out[KC_PATH_SIZE])
{
	char name[KC_PATH_SIZE];
	int n = snprintf(name, sizeof(name), "%.*s-%s.pdf", (int)b->args.kind.n,
	    b->args.kind.p, about);

	return n > 0 && (size_t)n < sizeof(name) &&
	    strchr(about, '/') == NULL &&
	    kc_path_join(out, b->r->cli->paper, name) == KC_OK;
}

static int
begin(struct batch *b, const char *about)
{
	struct kc_view_args args = b->args;
	struct kc_buf json = {0};
	json_t *doc = NULL;
	int code = end_oldest(b, KC_EXIT_OK);
	size_t at = (b->at + AT_A_TIME - 1) % AT_A_TIME; /* free now */

	args.id = kc_slice_str(about);
	if (code == KC_EXIT_OK && !find_path(b, about, b->v[at].path))
		code = kc_cli_error(b->r->cli, KC_ETOOBIG, about);
	if (code == KC_EXIT_OK)
		code = kc_reader_view(b->r, "form", &args, &json);
	if (code == KC_EXIT_OK) {
		doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
		code = kc_stamp_put(b->r, doc);
	}
	if (code == KC_EXIT_OK)
		code = kc_form_draw(b->r->cli, doc, &b->v[at].d);
	json_decref(doc);
	kc_buf_free(&json);
	return code;
}

int
kc_form_all(struct kc_reader *r, const struct kc_view_args *args)
{
	const struct kc_form *f = kc_form_get(kc_form_find(args->kind));
	struct batch b = {.r = r, .args = *args};
	struct kc_buf json = {0};
	json_t *doc = NULL;
	const json_t *row;
	enum kc_err err;
	size_t i;
	int code = kc_reader_view(r, "papers", args, &json);

	if (code == KC_EXIT_OK) {
		doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
		err = kc_dir_make(r->cli->paper, 0755);
		if (err != KC_OK)
			code = kc_cli_error(r->cli, err, r->cli->paper);
	}
	/* as the view calls it, whatever it was asked by: files are named so,
	 * and who answers does not choose where they are */
	b.args.kind = kc_slice_str(f->name);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (code == KC_EXIT_OK)
			code = begin(&b, kc_paper_string(row, "about"));
	}
	for (size_t k = 0; k < AT_A_TIME; k++)
		code = end_oldest(&b, code);
	if (code == KC_EXIT_OK)
		kc_cli_note(
		    r->cli, _("%zu documents written to %s"), i, r->cli->paper);
	json_decref(doc);
	kc_buf_free(&json);
	return code;
}
