/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of an unsigned entry, read back into its canonical text. */
#include <kaocheng/entry_json.h>

#include <string.h>

#include <jansson.h>

#include <kaocheng/leaf.h>

#include "codec.h"

/* A byte of text is at most six of JSON ("\u0041"); the rest is names. */
#define JSON_MAX ((size_t)8 * KC_NOTE_MAX)

struct reader {
	struct kc_slice json;
	struct kc_refusal *why;
	struct kc_draft draft;
	char numbers[KC_ITEMS_MAX][24]; /* integers as text, by item */
};

/* --- places --- */

/* Where a value stands: a member of the outer object by its number, and an
 * element of that member's array or -1. */
struct place {
	unsigned member;
	int element;
};

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

/* Past a value of JSON that is known to be well formed. */
static const char *
skip_value(const char *p, const char *end)
{
	unsigned depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
		} else if (depth == 0 &&
		    (*p == ',' || *p == ']' || *p == '}')) {
			break;
		} else {
			depth += *p == '{' || *p == '[';
			depth -= *p == '}' || *p == ']';
			p++;
		}
	}
	return p;
}

/* Start of item n of the object or array that opens at p. */
static const char *
find_item(const char *p, const char *end, unsigned n)
{
	p = p < end ? skip_space(p + 1, end) : end;
	while (n-- > 0) {
		p = skip_value(p, end);
		p = p < end ? skip_space(p + 1, end) : end;
	}
	return p;
}

static const char *
find_place(struct kc_slice json, struct place at, bool key)
{
	const char *end = json.p + json.n;
	const char *p = skip_space(json.p, end);

	p = find_item(p, end, at.member);
	if (key || p == end)
		return p;
	p = skip_space(skip_string(p, end), end);
	p = p < end ? skip_space(p + 1, end) : end; /* ':' */
	if (at.element < 0 || p == end || *p != '[')
		return p;
	return find_item(p, end, (unsigned)at.element);
}

/* --- refusals --- */
static enum kc_err
refuse_place(struct reader *r, struct place at, bool key)
{
	kc_refusal_at(r->why, r->json, find_place(r->json, at, key));
	return KC_EREFUSED;
}

static enum kc_err
refuse_whole(struct reader *r)
{
	const char *end = r->json.p + r->json.n;

	kc_refusal_at(r->why, r->json, skip_space(r->json.p, end));
	return KC_EREFUSED;
}

static enum kc_err
refuse_head(struct reader *r, struct place at, const char *name)
{
	kc_head_refuse(name, r->why);
	return refuse_place(r, at, false);
}

static enum kc_err
refuse_missing(struct reader *r, const char *name)
{
	kc_refuse(r->why, KC_R_FIELD_MISSING, name, NULL, NULL, NULL);
	return refuse_whole(r);
}

static enum kc_err
refuse_count(struct reader *r, struct place at, const char *name, unsigned max)
{
	kc_refuse(r->why, KC_R_FIELD_COUNT, name, NULL, NULL, NULL);
	kc_refusal_arg_u64(r->why, 1, max);
	return refuse_place(r, at, false);
}

/* --- values --- */
static struct kc_slice
string_slice(const json_t *v)
{
	return (struct kc_slice){json_string_value(v), json_string_length(v)};
}

/* The value as plain text; false if its JSON type is not the field's. */
static bool
plain(struct reader *r, const struct kc_field *f, const json_t *v,
    struct kc_slice *out)
{
	struct kc_buf b = {
	    r->numbers[r->draft.nitems], 0, sizeof(r->numbers[0]), KC_OK};

	if (f->type == KC_T_BP || f->type == KC_T_INT) {
		if (!json_is_integer(v))
			return false;
		kc_buf_i64(&b, json_integer_value(v));
		*out = kc_buf_view(&b);
		return true;
	}
	if (f->type == KC_T_YESNO) {
		*out = json_is_true(v) ? KC_LIT("yes") : KC_LIT("no");
		return json_is_boolean(v);
	}
	if (!json_is_string(v))
		return false;
	*out = string_slice(v);
	return true;
}

static enum kc_err
add_value(struct reader *r, unsigned field, const json_t *v, struct place at)
{
	const struct kc_field *f = &r->draft.kind->fields[field];
	struct kc_slice s = {NULL, 0};
	int64_t num;

	if (r->draft.nitems == KC_ITEMS_MAX)
		return refuse_count(r, at, f->name, KC_ITEMS_MAX);
	if (!plain(r, f, v, &s)) {
		kc_value_refuse(f, r->why);
		return refuse_place(r, at, false);
	}
	if (kc_text_scan(s) != s.n) {
		kc_refuse(r->why, KC_R_TEXT, NULL, NULL, NULL, NULL);
		return refuse_place(r, at, false);
	}
	if (f->type == KC_T_TEXT ? !kc_plain_ok(s)
				 : !kc_value_read(f, s, &num)) {
		kc_value_refuse(f, r->why);
		return refuse_place(r, at, false);
	}
	kc_draft_add(&r->draft, field, s);
	return KC_OK;
}

static enum kc_err
add_field(struct reader *r, unsigned field, const json_t *v, struct place at)
{
	const struct kc_field *f = &r->draft.kind->fields[field];
	enum kc_err err = KC_OK;

	if (f->presence == KC_ONE || f->presence == KC_OPT)
		return add_value(r, field, v, at);
	if (!json_is_array(v)) {
		kc_value_refuse(f, r->why);
		return refuse_place(r, at, false);
	}
	if (json_array_size(v) > KC_LIST_MAX)
		return refuse_count(r, at, f->name, KC_LIST_MAX);
	for (size_t i = 0; err == KC_OK && i < json_array_size(v); i++) {
		at.element = (int)i;
		err = add_value(r, field, json_array_get(v, i), at);
	}
	return err;
}

/* --- head --- */
static enum kc_err
read_by(struct reader *r, const json_t *v, struct place at)
{
	if (!json_is_array(v))
		return refuse_head(r, at, "by");
	if (json_array_size(v) > KC_SIGNERS_MAX)
		return refuse_count(r, at, "by", KC_SIGNERS_MAX);
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *actor = json_array_get(v, i);

		at.element = (int)i;
		if (!json_is_string(actor) || !kc_actor_ok(string_slice(actor)))
			return refuse_head(r, at, "by");
		for (unsigned n = 0; n < r->draft.nby; n++)
			if (kc_slice_eq(r->draft.by[n], string_slice(actor)))
				return refuse_head(r, at, "by");
		kc_draft_by(&r->draft, string_slice(actor));
	}
	return KC_OK;
}

/* "0", or size, blank, root. Whether the kind may have seen nothing, the
 * text says. */
static bool
read_seen(struct kc_draft *d, struct kc_slice s)
{
	struct kc_slice size;

	if (!kc_slice_cut(&s, ' ', &size))
		return kc_slice_is(s, "0");
	return kc_read_u64(size, INT64_MAX, &d->seen_size) &&
	    d->seen_size > 0 && kc_read_hash(s, &d->seen_root);
}

enum head {
	HEAD_KIND,
	HEAD_LEDGER,
	HEAD_ID,
	HEAD_AT,
	HEAD_SEEN,
	HEAD_BY,
	HEAD_COUNT
};
static const char *const head_names[] = {
    "kind", "ledger", "id", "at", "seen", "by"};

/* A member that is not of the kind table. */
static enum kc_err
read_head(struct reader *r, enum head head, const json_t *v, struct place at)
{
	struct kc_draft *d = &r->draft;
	struct kc_slice s = {"", 0};

	if (head == HEAD_BY)
		return read_by(r, v, at);
	if (json_is_string(v))
		s = string_slice(v);
	switch (head) {
	case HEAD_KIND:
		d->kind = kc_kind_find(s);
		if (d->kind != NULL)
			return KC_OK;
		kc_refuse(r->why, KC_R_KIND, NULL, NULL, NULL, NULL);
		kc_refusal_arg(r->why, 0, s);
		return refuse_place(r, at, false);
	case HEAD_LEDGER:
		d->ledger = s;
		if (kc_origin_ok(s))
			return KC_OK;
		break;
	case HEAD_ID:
		if (kc_read_hex(s, d->id, sizeof(d->id)))
			return KC_OK;
		break;
	case HEAD_AT:
		if (kc_read_instant_s(s, &d->at_s))
			return KC_OK;
		break;
	case HEAD_SEEN:
		if (read_seen(d, s))
			return KC_OK;
		break;
	case HEAD_BY:
	case HEAD_COUNT:
		break;
	}
	return refuse_head(r, at, head_names[head]);
}

static enum kc_err
read_heads(struct reader *r, json_t *root)
{
	unsigned found = 0;
	unsigned member = 0;
	const char *key;
	json_t *v;

	json_object_foreach(root, key, v)
	{
		struct place at = {member++, -1};

		for (unsigned h = 0; h < HEAD_COUNT; h++) {
			enum kc_err err;

			if (strcmp(key, head_names[h]) != 0)
				continue;
			err = read_head(r, h, v, at);
			if (err != KC_OK)
				return err;
			found |= 1U << h;
		}
	}
	for (unsigned h = 0; h < HEAD_COUNT; h++)
		if ((found >> h & 1) == 0)
			return refuse_missing(r, head_names[h]);
	return KC_OK;
}

static bool
is_head(const char *key)
{
	for (unsigned h = 0; h < HEAD_COUNT; h++)
		if (strcmp(key, head_names[h]) == 0)
			return true;
	return false;
}

static enum kc_err
read_fields(struct reader *r, json_t *root)
{
	const struct kc_kind *k = r->draft.kind;
	unsigned member = 0;
	const char *key;
	json_t *v;

	json_object_foreach(root, key, v)
	{
		struct place at = {member++, -1};
		enum kc_err err;
		int field;

		if (is_head(key))
			continue;
		field = kc_kind_field(k, kc_slice_str(key));
		if (field < 0) {
			kc_refuse(r->why, KC_R_FIELD_UNKNOWN, key, k->name,
			    NULL, NULL);
			return refuse_place(r, at, true);
		}
		err = add_field(r, (unsigned)field, v, at);
		if (err != KC_OK)
			return err;
	}
	return KC_OK;
}

/* --- whole --- */
static enum kc_err
load(struct reader *r, json_t **root)
{
	json_error_t error;
	size_t at;

	*root =
	    json_loadb(r->json.p, r->json.n, JSON_REJECT_DUPLICATES, &error);
	if (*root != NULL)
		return KC_OK;
	if (json_error_code(&error) == json_error_out_of_memory)
		return KC_ENOMEM;
	kc_refuse(r->why, KC_R_SYNTAX, error.text, NULL, NULL, NULL);
	/* jansson's position is past the token that it could not use. */
	at = error.position > 0 ? (size_t)error.position - 1 : 0;
	at = at < r->json.n ? at : r->json.n;
	kc_refusal_at(r->why, r->json, r->json.p + at);
	return KC_EREFUSED;
}

static enum kc_err
read_root(struct reader *r, json_t *root, struct kc_buf *text)
{
	enum kc_err err;

	if (!json_is_object(root)) {
		kc_refuse(r->why, KC_R_SYNTAX, "{", NULL, NULL, NULL);
		return refuse_whole(r);
	}
	err = read_heads(r, root);
	if (err == KC_OK)
		err = read_fields(r, root);
	if (err != KC_OK)
		return err;
	err = kc_draft_encode(&r->draft, text, r->why);
	/* The text's place means nothing to who wrote JSON. */
	return err == KC_EREFUSED ? refuse_whole(r) : err;
}

enum kc_err
kc_entry_from_json(
    struct kc_slice json, struct kc_buf *text, struct kc_refusal *why)
{
	struct reader *r = NULL;
	json_t *root = NULL;
	enum kc_err err;

	if (json.n > JSON_MAX) {
		kc_refuse(why, KC_R_TOO_BIG, NULL, NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, JSON_MAX);
		kc_refusal_at(why, json, json.p + JSON_MAX);
		return KC_EREFUSED;
	}
	r = kc_alloc(sizeof(*r));
	if (r == NULL)
		return KC_ENOMEM;
	r->json = json;
	r->why = why;
	err = load(r, &root);
	if (err == KC_OK)
		err = read_root(r, root, text);
	json_decref(root);
	kc_free(r);
	return err;
}
