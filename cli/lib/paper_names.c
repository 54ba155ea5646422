/* SPDX-License-Identifier: Apache-2.0 */
/* Names of persons on a document: beside their ids, never instead of them. */
#include "paper.h"

static const json_t *
name_of(const json_t *doc, const json_t *id)
{
	const char *text = json_string_value(id);

	return text == NULL
	    ? NULL
	    : json_object_get(json_object_get(doc, "names"), text);
}

void
kc_paper_person(
    struct kc_buf *b, const json_t *doc, const json_t *id, enum kc_lang lang)
{
	const char *text = json_string_value(id);
	const char *name = json_string_value(name_of(doc, id));

	if (text == NULL)
		return;
	if (name != NULL) {
		kc_buf_str(b, name);
		kc_buf_str(b, lang == KC_LANG_ZH ? "（" : " (");
	}
	kc_buf_str(b, text);
	if (name != NULL)
		kc_buf_str(b, lang == KC_LANG_ZH ? "）" : ")");
}

/* The text of what was built up, which is freed; NULL: out of memory. */
static json_t *
text_of(struct kc_buf *b)
{
	json_t *text =
	    kc_buf_err(b) == KC_OK ? json_stringn_nocheck(b->p, b->n) : NULL;

	kc_buf_free(b);
	return text;
}

static void
name_cells(const json_t *doc, const json_t *line, enum kc_lang lang)
{
	json_t *cells = json_object_get(line, "cells");

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);
		struct kc_buf b = {0};

		if (!json_is_string(name_of(doc, cell)))
			continue;
		kc_paper_person(&b, doc, cell, lang);
		(void)json_array_set_new(cells, i, text_of(&b));
	}
}

/* The office and then the person; once, so that is all that names it then. */
static void
name_field(const json_t *doc, json_t *row, enum kc_lang lang)
{
	const json_t *id = json_array_get(json_object_get(row, "by"), 0);
	struct kc_buf b = {0};

	if (!kc_paper_is(row, "field") || !json_is_string(id))
		return;
	kc_buf_str(&b, kc_paper_string(row, "text"));
	kc_buf_char(&b, ' ');
	kc_paper_person(&b, doc, id, lang);
	(void)json_object_set_new(row, "text", text_of(&b));
	(void)json_object_del(row, "by");
}

void
kc_paper_name(json_t *doc, enum kc_lang lang)
{
	const json_t *table, *line;
	json_t *row;
	size_t i, j;

	json_array_foreach(json_object_get(doc, "tables"), i, table)
	{
		json_array_foreach(json_object_get(table, "lines"), j, line)
		{
			name_cells(doc, line, lang);
		}
	}
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		name_field(doc, row, lang);
	}
}
