/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of a document on paper: member "tables", cell by cell. */
#include "form_int.h"

void
kc_form_table(struct kc_vx *x, const char *zh, const char *en,
    const char *const columns[], size_t ncolumns)
{
	kc_json_open(&x->w, '{');
	kc_vx_str(x, "title", kc_vx_say(x, zh, en));
	kc_json_key(&x->w, "columns");
	kc_json_open(&x->w, '[');
	for (size_t i = 0; i < ncolumns; i++)
		kc_json_str(&x->w, columns[i]);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "lines");
	kc_json_open(&x->w, '[');
}

void
kc_form_table_end(struct kc_vx *x)
{
	kc_json_close(&x->w, ']');
	kc_json_close(&x->w, '}');
}

void
kc_form_line(struct kc_vx *x)
{
	kc_json_open(&x->w, '{');
	kc_json_key(&x->w, "cells");
	kc_json_open(&x->w, '[');
}

void
kc_form_line_end(struct kc_vx *x)
{
	kc_json_close(&x->w, ']');
	kc_json_close(&x->w, '}');
}

void
kc_form_cell(struct kc_vx *x, const char *text)
{
	kc_json_str(&x->w, text != NULL ? text : "");
}

void
kc_form_cell_buf(struct kc_vx *x, struct kc_buf *text)
{
	if (text->err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = text->err;
	kc_json_slice(&x->w, kc_buf_view(text));
	kc_buf_free(text);
}
