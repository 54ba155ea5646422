/* SPDX-License-Identifier: Apache-2.0 */
/* What an entry is about. */
#include "about.h"

#include "noun.h"

_Static_assert(KC_FIELDS_MAX <= 32, "a bit for each field");

static uint32_t
fields_of(const struct kc_kind *kind, const struct kc_noun *noun)
{
	uint32_t fields = 0;

	for (unsigned i = 0; i < KC_NOUN_NAMED; i++) {
		const char *name = noun->named[i].field;
		int f =
		    name == NULL ? -1 : kc_kind_field(kind, kc_slice_str(name));

		if (name == NULL)
			break;
		if (f >= 0)
			fields |= UINT32_C(1) << f;
	}
	return fields;
}

void
kc_about_learn(struct kc_about *a, bool any)
{
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		a->fields[k] = fields_of(kind, kc_noun_of(kind->id));
		for (size_t i = 0; any && i < kc_nouns_n; i++)
			a->fields[k] |= fields_of(kind, kc_nouns[i]);
	}
}

/* One name, or an index of them. */
struct names {
	struct kc_slice one;
	const struct kc_index *many; /* NULL: one */
};

static bool
is_among(const struct names *n, struct kc_slice name)
{
	return n->many != NULL ? kc_index_find(n->many, 0, name) != UINT32_MAX
			       : kc_slice_eq(name, n->one);
}

static bool
is_about(const struct kc_about *a, const struct kc_state *st,
    const struct kc_entry *e, const struct names *n)
{
	uint32_t fields = a->fields[e->kind->id];

	if (is_among(n, kc_state_last_handle(st)))
		return true;
	for (unsigned f = 0; fields >> f != 0; f++) {
		if ((fields >> f & 1) == 0)
			continue;
		for (unsigned i = 0; i < kc_entry_count(e, f); i++)
			if (is_among(n, kc_entry_item(e, f, i)->raw))
				return true;
	}
	return false;
}

bool
kc_about_is(const struct kc_about *a, const struct kc_state *st,
    const struct kc_entry *e, struct kc_slice name)
{
	const struct names n = {name, NULL};

	return is_about(a, st, e, &n);
}

bool
kc_about_any(const struct kc_about *a, const struct kc_state *st,
    const struct kc_entry *e, const struct kc_index *names)
{
	const struct names n = {{NULL, 0}, names};

	return is_about(a, st, e, &n);
}
