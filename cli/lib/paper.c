/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form` as text, and what its other forms share. */
#include "paper.h"

#include <string.h>

#include "foreign.h"
#include "width.h"

#define INDENT 4
#define LABEL_MAX 28 /* columns of the labels, at most */

const char *
kc_paper_string(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

bool
kc_paper_is(const json_t *row, const char *part)
{
	return strcmp(kc_paper_string(row, "part"), part) == 0;
}

void
kc_paper_to(struct kc_buf *b, const json_t *doc, enum kc_lang lang)
{
	const json_t *to = json_object_get(doc, "to");

	for (size_t i = 0; i < json_array_size(to); i++) {
		if (i > 0)
			kc_buf_str(b, lang == KC_LANG_ZH ? "、" : ", ");
		kc_buf_str(b, json_string_value(json_array_get(to, i)));
	}
}

void
kc_paper_signer(
    struct kc_buf *b, const json_t *doc, const json_t *row, enum kc_lang lang)
{
	const char *id =
	    json_string_value(json_array_get(json_object_get(row, "by"), 0));
	const char *name = id == NULL ? NULL
				      : json_string_value(json_object_get(
					    json_object_get(doc, "names"), id));

	if (name != NULL)
		kc_buf_str(b, name);
	if (name != NULL && id != NULL)
		kc_buf_str(b, lang == KC_LANG_ZH ? "（" : " (");
	if (id != NULL)
		kc_buf_str(b, id);
	if (name != NULL && id != NULL)
		kc_buf_str(b, lang == KC_LANG_ZH ? "）" : ")");
}

void
kc_paper_origin(struct kc_buf *b, const json_t *doc, enum kc_lang lang)
{
	const json_t *as_of = json_object_get(doc, "as_of");
	json_int_t size = json_integer_value(json_object_get(as_of, "size"));
	json_int_t seq = json_integer_value(json_object_get(doc, "seq"));

	kc_buf_str(b, lang == KC_LANG_ZH ? "账本 " : "Ledger ");
	kc_buf_str(b, kc_paper_string(doc, "ledger"));
	kc_buf_str(
	    b, lang == KC_LANG_ZH ? "，所据条目 #" : ", made by entry #");
	kc_buf_i64(b, seq);
	kc_buf_str(
	    b, lang == KC_LANG_ZH ? "；依前 " : "; printed of the first ");
	kc_buf_i64(b, size);
	kc_buf_str(b, lang == KC_LANG_ZH ? " 个条目打印" : " entries");
}
