/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on paper in tests. */
#include "formkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "documentkit.h"
#include "viewkit.h"

const struct kc_viewer *form_reader;

json_t *
paper(const struct kit *k, const char *form, const char *id,
    struct kc_refusal *why)
{
	struct kc_view_args args = {.lang = KC_LANG_ZH,
	    .kind = kc_slice_str(form),
	    .id = kc_slice_str(id),
	    .reader = form_reader};
	struct kc_buf out = {0};
	struct leaves l;
	struct kc_log log;
	json_t *doc = NULL;
	enum kc_err err;

	*why = (struct kc_refusal){0};
	leaves_of(k, &l);
	log = leaves_log(&l);
	err = kc_view_render(kc_view_find(KC_LIT("form")),
	    &(struct kc_view_source){
		.state = k->st, .log = &log, .now_ms = k->now_ms},
	    &args, &out, why);
	assert_true(err == KC_OK || err == KC_EREFUSED);
	if (err == KC_OK) {
		doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(doc);
		document_holds(doc);
	}
	kc_buf_free(&out);
	leaves_free(&l);
	return doc;
}

json_t *
printed(const struct kit *k, const char *form, const char *id)
{
	struct kc_refusal why;
	json_t *doc = paper(k, form, id, &why);

	if (doc == NULL)
		fail_msg(
		    "%s of %s: %s", form, id, kc_refusal_code_text(why.code));
	return doc;
}

json_t *
row_if(const json_t *doc, const char *label)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (strcmp(text_at(row, "label"), label) == 0)
			return row;
	}
	return NULL;
}

const char *
said(const json_t *doc, const char *label)
{
	return text_at(row_where(doc, "label", label), "text");
}

void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, part);
}
