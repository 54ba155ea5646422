/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as JSON Schema. */
#include "document_int.h"

#include <string.h>

#include <kaocheng/json.h>
#include <kaocheng/kind.h>

static const struct {
	const char *json; /* type; of the items of a list, or the members */
	char bracket;     /* '[' a list, '{' an object of any names, or 0 */
	const char *pattern;
} types[] = {
    [KC_MEMBER_TEXT] = {"string", 0, NULL},
    [KC_MEMBER_WORD] = {"string", 0, NULL},
    [KC_MEMBER_NUMBER] = {"integer", 0, NULL},
    [KC_MEMBER_SEQ] = {"integer", 0, NULL},
    [KC_MEMBER_COUNT] = {"integer", 0, NULL},
    [KC_MEMBER_FLAG] = {"boolean", 0, NULL},
    [KC_MEMBER_POINTS] = {"string", 0, "^-?[0-9]+\\.[0-9]{4}$"},
    [KC_MEMBER_PERCENT] = {"string", 0, "^-?[0-9]+\\.[0-9]{2} %$"},
    [KC_MEMBER_DAY] = {"string", 0, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    [KC_MEMBER_INSTANT] = {"string", 0,
	"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?"
	"Z$"},
    [KC_MEMBER_HASH] = {"string", 0, NULL},
    [KC_MEMBER_WORDS] = {"string", '[', NULL},
    [KC_MEMBER_SEQS] = {"integer", '[', NULL},
    [KC_MEMBER_MAP] = {"string", '{', NULL},
    [KC_MEMBER_COUNTS] = {"integer", '{', NULL},
    [KC_MEMBER_ANYS] = {NULL, '{', NULL},
    [KC_MEMBER_DOCUMENT] = {"object", 0, NULL},
    [KC_MEMBER_PART] = {NULL, 0, NULL},
    [KC_MEMBER_ANY] = {NULL, 0, NULL},
};

struct writer {
	struct kc_json w;
	const struct kc_document *d;
	enum kc_lang lang;
};

static void
put(struct writer *s, const char *key, const char *text)
{
	kc_json_key(&s->w, key);
	kc_json_str(&s->w, text);
}

static void
put_types(struct writer *s, const char *const *names, size_t n)
{
	kc_json_key(&s->w, "type");
	if (n == 1) {
		kc_json_str(&s->w, names[0]);
		return;
	}
	kc_json_open(&s->w, '[');
	for (size_t i = 0; i < n; i++)
		kc_json_str(&s->w, names[i]);
	kc_json_close(&s->w, ']');
}

static void
put_type(struct writer *s, const char *name, bool null)
{
	put_types(s, (const char *const[]){name, "null"}, null ? 2 : 1);
}

static void
put_items(struct writer *s, const char *type)
{
	kc_json_key(&s->w, "items");
	kc_json_open(&s->w, '{');
	put(s, "type", type);
	kc_json_close(&s->w, '}');
}

static void put_object(struct writer *s, struct kc_slice spec);

/* An object that has members of its own, or a list of such. */
static void
put_inside(struct writer *s, const struct kc_part *p)
{
	put_type(s, p->bracket == '[' ? "array" : "object", p->null);
	if (p->bracket == '[') {
		kc_json_key(&s->w, "items");
		kc_json_open(&s->w, '{');
		put(s, "type", "object");
	}
	put_object(s, p->inside);
	if (p->bracket == '[')
		kc_json_close(&s->w, '}');
}

static void
put_plain(struct writer *s, enum kc_member_type type, bool null)
{
	static const char *const any[] = {
	    "string", "integer", "boolean", "null"};

	if (types[type].bracket == '[') {
		put_type(s, "array", null);
		put_items(s, types[type].json);
	} else if (types[type].bracket == '{') {
		put_type(s, "object", null);
		kc_json_key(&s->w, "additionalProperties");
		kc_json_open(&s->w, '{');
		put_plain(s,
		    type == KC_MEMBER_MAP          ? KC_MEMBER_TEXT
			: type == KC_MEMBER_COUNTS ? KC_MEMBER_NUMBER
						   : KC_MEMBER_ANY,
		    false);
		kc_json_close(&s->w, '}');
	} else if (types[type].json == NULL) {
		put_types(s, any, null ? 4 : 3);
	} else {
		put_type(s, types[type].json, null);
	}
	if (types[type].pattern != NULL)
		put(s, "pattern", types[type].pattern);
	if (type == KC_MEMBER_SEQ || type == KC_MEMBER_COUNT) {
		kc_json_key(&s->w, "minimum");
		kc_json_u64(&s->w, 0);
	}
}

static void
put_member(struct writer *s, const struct kc_part *p)
{
	const struct kc_member *m = kc_member_of(s->d, p->name);

	kc_json_key(&s->w, m->name);
	kc_json_open(&s->w, '{');
	put(s, "description", s->lang == KC_LANG_ZH ? m->zh : m->en);
	if (kc_slice_is(p->name, "schema"))
		put(s, "const", s->d->schema);
	if (p->bracket != 0)
		put_inside(s, p);
	else
		put_plain(s, m->type, p->null);
	kc_json_close(&s->w, '}');
}

/* --- fields of statements --- */
static bool
is_said(const struct kc_field *f, bool words)
{
	return !words || f->type == KC_T_TEXT || f->type == KC_T_EVIDENCE;
}

static const char *
type_of_field(const struct kc_field *f)
{
	if (f->presence == KC_MANY || f->presence == KC_SOME)
		return "array";
	if (f->type == KC_T_BP || f->type == KC_T_INT)
		return "integer";
	return f->type == KC_T_YESNO ? "boolean" : "string";
}

/* The types that fields of this name have, over all kinds; false if one of
 * them stands before field f of kind k. */
static bool
types_of(const char *name, bool words, unsigned k, unsigned f,
    const char *names[4], size_t *n)
{
	*n = 0;
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *kind = kc_kind_get(i);

		for (unsigned j = 0; j < kind->nfields; j++) {
			const struct kc_field *g = &kind->fields[j];
			size_t t = 0;

			if (!is_said(g, words) || strcmp(g->name, name) != 0)
				continue;
			if (i < k || (i == k && j < f))
				return false;
			while (
			    t < *n && strcmp(names[t], type_of_field(g)) != 0)
				t++;
			if (t == *n)
				names[(*n)++] = type_of_field(g);
		}
	}
	return true;
}

static void
put_fields(struct writer *s, bool words)
{
	const char *names[4];
	size_t n;

	for (unsigned k = 0; k < KC_K_COUNT; k++)
		for (unsigned i = 0; i < kc_kind_get(k)->nfields; i++) {
			const struct kc_field *f = &kc_kind_get(k)->fields[i];

			if (!is_said(f, words) ||
			    !types_of(f->name, words, k, i, names, &n))
				continue;
			kc_json_key(&s->w, f->name);
			kc_json_open(&s->w, '{');
			put(s, "description",
			    s->lang == KC_LANG_ZH ? f->zh : f->en);
			put_types(s, names, n);
			for (size_t t = 0; t < n; t++)
				if (strcmp(names[t], "array") == 0)
					put_items(s, "string");
			kc_json_close(&s->w, '}');
		}
}

/* --- the whole --- */
static void
each_member(struct writer *s, struct kc_slice spec, bool required)
{
	struct kc_part p;

	while (kc_part_next(&spec, &p)) {
		if (kc_part_is_fields(&p)) {
			if (!required)
				put_fields(s, kc_slice_is(p.name, "said"));
		} else if (p.group) {
			each_member(s, kc_slice_str(kc_document_group(p.name)),
			    required);
		} else if (!required) {
			put_member(s, &p);
		} else if (!p.absent) {
			kc_json_slice(&s->w, p.name);
		}
	}
}

static void
put_object(struct writer *s, struct kc_slice spec)
{
	kc_json_key(&s->w, "properties");
	kc_json_open(&s->w, '{');
	each_member(s, spec, false);
	kc_json_close(&s->w, '}');
	kc_json_key(&s->w, "required");
	kc_json_open(&s->w, '[');
	each_member(s, spec, true);
	kc_json_close(&s->w, ']');
	kc_json_key(&s->w, "additionalProperties");
	kc_json_bool(&s->w, false);
}

enum kc_err
kc_document_schema(
    const struct kc_document *d, enum kc_lang lang, struct kc_buf *out)
{
	struct writer s = {.w = {.out = out}, .d = d, .lang = lang};
	struct kc_buf id = {0};
	struct kc_slice gap;

	if (kc_document_gap(d, &gap))
		return KC_EINVAL;
	kc_json_open(&s.w, '{');
	put(&s, "$schema", "https://json-schema.org/draft/2020-12/schema");
	kc_json_key(&s.w, "$id");
	kc_buf_str(&id, "urn:kaocheng:");
	kc_buf_str(&id, d->schema);
	kc_json_slice(&s.w, kc_buf_view(&id));
	kc_buf_free(&id);
	put(&s, "title", lang == KC_LANG_ZH ? d->zh : d->en);
	put(&s, "type", "object");
	put_object(&s, kc_slice_str(d->members));
	kc_json_close(&s.w, '}');
	return kc_buf_err(out);
}

/* --- all of them --- */
static void
put_text(struct kc_json *w, const char *key, const char *text)
{
	kc_json_key(w, key);
	kc_json_str(w, text);
}

void
kc_json_documents(struct kc_json *w, enum kc_lang lang)
{
	kc_json_open(w, '{');
	put_text(w, "schema", "kaocheng.documents/1");
	kc_json_key(w, "rows");
	kc_json_open(w, '[');
	for (size_t i = 0; i < kc_document_count(); i++) {
		const struct kc_document *d = kc_document_get(i);

		kc_json_open(w, '{');
		put_text(w, "name", d->name);
		put_text(w, "document", d->schema);
		put_text(w, "label", lang == KC_LANG_ZH ? d->zh : d->en);
		kc_json_close(w, '}');
	}
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}
