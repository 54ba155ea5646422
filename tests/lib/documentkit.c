/* SPDX-License-Identifier: Apache-2.0 */
#include "documentkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/document.h>

json_t *
document_schema(const char *name, int lang)
{
	const struct kc_document *d = kc_document_find(kc_slice_str(name));
	struct kc_buf out = {0};
	struct kc_slice gap;
	json_error_t error;
	json_t *schema;

	if (d == NULL)
		fail_msg("documents.def does not say what is in %s", name);
	if (kc_document_gap(d, &gap))
		fail_msg(
		    "%s: no table describes \"%.*s\"", name, (int)gap.n, gap.p);
	assert_int_equal(
	    kc_document_schema(d, (enum kc_lang)lang, &out), KC_OK);
	schema = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &error);
	if (schema == NULL)
		fail_msg("%s: %s at %d", name, error.text, error.position);
	kc_buf_free(&out);
	return schema;
}

static const char *
type_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "object";
	case JSON_ARRAY:
		return "array";
	case JSON_STRING:
		return "string";
	case JSON_INTEGER:
		return "integer";
	case JSON_REAL:
		return "number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	case JSON_NULL:
		break;
	}
	return "null";
}

static bool
is_among(const json_t *types, const char *type)
{
	const json_t *one;
	size_t i;

	if (json_is_string(types))
		return strcmp(json_string_value(types), type) == 0;
	json_array_foreach(types, i,
	    one) if (strcmp(json_string_value(one), type) == 0) return true;
	return false;
}

static void holds(const json_t *v, json_t *schema, const char *where);

static void
members_hold(const json_t *v, json_t *schema, const char *where)
{
	json_t *properties = json_object_get(schema, "properties");
	json_t *more = json_object_get(schema, "additionalProperties");
	const json_t *name;
	json_t *member, *of;
	const char *key;
	char path[200];
	size_t i;

	json_array_foreach(json_object_get(schema, "required"), i,
	    name) if (json_object_get(v, json_string_value(name)) == NULL)
	    fail_msg("%s: there is no %s", where, json_string_value(name));
	json_object_foreach((json_t *)(uintptr_t)v, key, member)
	{
		of = json_object_get(properties, key);
		if (of == NULL && json_is_object(more))
			of = more;
		(void)snprintf(path, sizeof(path), "%.150s.%.40s", where, key);
		if (of == NULL)
			fail_msg("%s: documents.def has no such member", path);
		holds(member, of, path);
	}
}

static void
holds(const json_t *v, json_t *schema, const char *where)
{
	json_t *of = json_object_get(schema, "items");
	const json_t *item;
	size_t i;

	if (!is_among(json_object_get(schema, "type"), type_of(v)))
		fail_msg("%s: is of type %s", where, type_of(v));
	if (json_is_object(v))
		members_hold(v, schema, where);
	json_array_foreach(v, i, item) if (of != NULL) holds(item, of, where);
}

void
document_holds(const json_t *doc)
{
	const char *name = json_string_value(json_object_get(doc, "schema"));
	json_t *schema;

	assert_non_null(name);
	schema = document_schema(name, KC_LANG_EN);
	holds(doc, schema, name);
	json_decref(schema);
}
