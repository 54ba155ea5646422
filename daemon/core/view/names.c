/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose names a reader of a document may be told. Names stand in no view: who
 * serves one adds them beside the ids, from where they are kept.
 */
#include "view_int.h"

#include <string.h>

#define SEES_ALL                                                               \
	(KC_ROLE_BIT(KC_ROLE_ESTAB) | KC_ROLE_BIT(KC_ROLE_AUDITOR) |           \
	    KC_ROLE_BIT(KC_ROLE_ORG))

static bool
may_name(const struct kc_actor *reader, const struct kc_actor *a)
{
	return !reader->retired &&
	    (reader == a || (reader->roles & SEES_ALL) != 0 ||
		(reader->unit != KC_NONE && reader->unit == a->unit));
}

/* The next string of the document that is a value, not a member's key; only
 * such as an id can be: without escapes. */
static bool
next_string(struct kc_slice *rest, struct kc_slice *out)
{
	const char *p, *end;

	while ((p = memchr(rest->p, '"', rest->n)) != NULL) {
		bool escaped = false;

		rest->n -= (size_t)(p + 1 - rest->p);
		rest->p = p + 1;
		for (end = rest->p; end < rest->p + rest->n && *end != '"';
		     end++)
			if (*end == '\\') {
				escaped = true;
				end++;
			}
		if (end >= rest->p + rest->n)
			return false;
		*out = (struct kc_slice){rest->p, (size_t)(end - rest->p)};
		rest->n -= out->n + 1;
		rest->p = end + 1;
		if (!escaped && (rest->n == 0 || rest->p[0] != ':'))
			return true;
	}
	return false;
}

enum kc_err
kc_view_actors(const struct kc_state *st, struct kc_slice json,
    struct kc_slice reader, struct kc_buf *out)
{
	uint32_t who = kc_find(st, KC_NS_ACTOR, reader);
	uint8_t *seen = kc_alloc(st->actors.n + (size_t)1);
	struct kc_slice text;

	if (seen == NULL)
		return KC_ENOMEM;
	while ((who != KC_NONE || reader.n == 0) && next_string(&json, &text)) {
		uint32_t i = kc_find(st, KC_NS_ACTOR, text);

		if (i == KC_NONE || seen[i] != 0)
			continue;
		seen[i] = 1;
		if (reader.n > 0 &&
		    !may_name(st->actors.v[who], st->actors.v[i]))
			continue;
		kc_buf_slice(out, text);
		kc_buf_char(out, '\n');
	}
	kc_free(seen);
	return kc_buf_err(out);
}
