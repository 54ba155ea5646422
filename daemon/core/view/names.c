/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose names a reader of a document may be told. Names stand in no view: who
 * serves one adds them beside the ids, from where they are kept.
 */
#include "view_int.h"

#include <kaocheng/viewer.h>

#include <string.h>

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
	struct kc_viewer r = {.all = reader.n == 0};
	uint8_t *seen = kc_alloc(st->actors.n + (size_t)1);
	struct kc_slice text;

	if (seen == NULL)
		return KC_ENOMEM;
	if (!r.all)
		kc_viewer_of(st, reader, &r);
	while (next_string(&json, &text)) {
		uint32_t i = kc_find(st, KC_NS_ACTOR, text);

		if (i == KC_NONE || seen[i] != 0)
			continue;
		seen[i] = 1;
		if (!kc_slice_is(text, r.actor) &&
		    !kc_viewer_sees(
			&r, KC_SEE_name, kc_state_actor_unit(st, text)))
			continue;
		kc_buf_slice(out, text);
		kc_buf_char(out, '\n');
	}
	kc_free(seen);
	return kc_buf_err(out);
}
