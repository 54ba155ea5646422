/* SPDX-License-Identifier: Apache-2.0 */
#include "results.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "lib/form.h"

#include "meant.h"

bool
kc_results_is(const struct kc_field *f)
{
	return f->type == KC_T_HASH && strcmp(f->name, "results") == 0;
}

/* The answer of a view; NULL: there is none. *code, if not NULL: that there is
 * none, or nobody who could say, is said; what else is wrong is when the
 * statement is sent. */
static json_t *
ask(struct kc_authors *a, const char *view, struct kc_slice of, int *code)
{
	struct kc_buf path = {0}, body = {0};
	json_t *doc = NULL;
	long status = 0;
	enum kc_err err;

	kc_buf_str(&path, "/v1/views/");
	kc_buf_str(&path, view);
	kc_buf_query(&path, of);
	err = kc_buf_err(&path);
	if (err == KC_OK)
		err = kc_meant_get(a, kc_buf_cstr(&path), &status, &body);
	if (err == KC_OK && status == 200)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	if (code != NULL && err == KC_EUNAVAILABLE)
		*code = kc_cli_got(a->cli, err, status, &body);
	if (code != NULL && status == 404)
		*code = kc_cli_problem(a->cli, status, kc_buf_view(&body));
	kc_buf_free(&path);
	kc_buf_free(&body);
	return doc;
}

/* "2022" of YE-2022-0001; empty if it is written otherwise. */
static struct kc_slice
year_of(struct kc_slice handle)
{
	struct kc_slice prefix, year = {NULL, 0};

	if (kc_slice_cut(&handle, '-', &prefix))
		(void)kc_slice_cut(&handle, '-', &year);
	return year;
}

static struct kc_slice
value_of(const struct kc_writing *w, int field)
{
	for (size_t i = 0; i < w->nspans; i++)
		if ((int)w->spans[i].field == field)
			return (struct kc_slice){
			    w->values.p + w->spans[i].at, w->spans[i].n};
	return (struct kc_slice){NULL, 0};
}

int
kc_results_fill(struct kc_writing *w)
{
	int field = kc_kind_field(w->kind, KC_LIT("results"));
	struct kc_slice year =
	    year_of(value_of(w, kc_kind_field(w->kind, KC_LIT("yearend"))));
	const char *hash;
	json_t *doc;
	int code = KC_EXIT_OK;

	if (field < 0 || !kc_results_is(&w->kind->fields[field]) ||
	    year.n == 0 || value_of(w, field).n > 0)
		return KC_EXIT_OK;
	doc = ask(w->authors, "grades?year=", year, NULL);
	hash = json_string_value(json_object_get(
	    doc, w->kind->id == KC_K_yearend_draft ? "drafted" : "results"));
	/* Who cannot be asked says so by what is lacking then. */
	if (hash != NULL) {
		code = kc_writing_add(w, (unsigned)field, hash);
		kc_cli_note(w->authors->cli,
		    _("  --results %s: %zu units; first grade %lld, second "
		      "%lld, third %lld; the list: kaocheng results"),
		    hash, json_array_size(json_object_get(doc, "rows")),
		    (long long)json_integer_value(
			json_object_get(doc, "first")),
		    (long long)json_integer_value(
			json_object_get(doc, "second")),
		    (long long)json_integer_value(
			json_object_get(doc, "third")));
	}
	json_decref(doc);
	return code;
}

int
kc_results_of_year(struct kc_authors *a, const char *typed, struct kc_buf *out)
{
	struct kc_buf year = {0};
	char begin[64];
	const char *handle;
	json_t *doc = NULL;
	int code = KC_EXIT_OK;

	kc_buf_narrow(&year, typed);
	if (year.n == 4 && strspn(kc_buf_cstr(&year), "0123456789") == 4)
		doc = ask(a, "yearend?id=", kc_buf_view(&year), &code);
	handle = json_string_value(json_object_get(doc, "yearend"));
	if (handle != NULL) {
		kc_buf_str(out, handle);
		kc_cli_note(a->cli, "  %s: %s", typed, handle);
	} else if (doc != NULL) {
		snprintf(begin, sizeof(begin), "kaocheng yearend begin %s",
		    kc_buf_cstr(&year));
		code = kc_cli_fail(KC_EXIT_CONFLICT, begin,
		    _("the year %s has not begun to end"), kc_buf_cstr(&year));
	}
	json_decref(doc);
	kc_buf_free(&year);
	return code;
}
