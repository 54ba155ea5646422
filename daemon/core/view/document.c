/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of documents, and how their members are written there. */
#include "document_int.h"

#include <string.h>

static const struct kc_member members[] = {
#define GROUP(name, members)
#define DOC(name, members)
#define ANSWER(name, schema, zh, en, members)
#define OWN(document, name, type, zh, en)                                      \
	{#document, name, KC_MEMBER_##type, zh, en},
#include <kaocheng/defs/documents.def>
#undef GROUP
#undef DOC
#undef ANSWER
#undef OWN
#define MEMBER(name, type, zh, en) {NULL, name, KC_MEMBER_##type, zh, en},
#include <kaocheng/defs/members.def>
#undef MEMBER
};

static const struct {
	const char *name, *members;
} groups[] = {
#define GROUP(name, members) {#name, members},
#define DOC(name, members)
#define ANSWER(name, schema, zh, en, members)
#define OWN(document, name, type, zh, en)
#include <kaocheng/defs/documents.def>
#undef GROUP
#undef DOC
#undef ANSWER
#undef OWN
};

#define VIEW(name, args, sees, zh, en)                                         \
	static const char zh_##name[] = zh, en_##name[] = en;
#define COL(view, key, zh, en, right)
#define END(name)
#define SEE(name, sees, zh, en)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END

static const struct kc_document documents[] = {
#define GROUP(name, members)
#define DOC(name, members)                                                     \
	{#name, "kaocheng." #name "/1", members, zh_##name, en_##name},
#define ANSWER(name, schema, zh, en, members)                                  \
	{#name, "kaocheng." schema "/1", members, zh, en},
#define OWN(document, name, type, zh, en)
#include <kaocheng/defs/documents.def>
#undef GROUP
#undef DOC
#undef ANSWER
#undef OWN
};

#define N(v) (sizeof(v) / sizeof((v)[0]))

size_t
kc_document_count(void)
{
	return N(documents);
}

const struct kc_document *
kc_document_get(size_t i)
{
	return i < N(documents) ? &documents[i] : NULL;
}

const struct kc_document *
kc_document_find(struct kc_slice name)
{
	for (size_t i = 0; i < N(documents); i++)
		if (kc_slice_is(name, documents[i].name) ||
		    kc_slice_is(name, documents[i].schema))
			return &documents[i];
	return NULL;
}

/* --- members --- */

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* What is between a bracket and its own end, at which *rest then begins; false,
 * with *rest as it was, if it has none. */
static bool
take_inside(struct kc_slice *rest, struct kc_slice *in)
{
	unsigned depth = 0;

	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && --depth == 0) {
			*in = (struct kc_slice){rest->p + 1, i - 1};
			rest->p += i;
			rest->n -= i;
			return true;
		}
	}
	return false;
}

bool
kc_part_next(struct kc_slice *rest, struct kc_part *out)
{
	*out = (struct kc_part){0};
	while (rest->n > 0 && *rest->p == ' ') {
		rest->p++;
		rest->n--;
	}
	if (rest->n == 0)
		return false;
	out->group = *rest->p == '@';
	out->name.p = rest->p + out->group;
	while (out->name.n + out->group < rest->n &&
	    is_name(out->name.p[out->name.n]))
		out->name.n++;
	if (out->name.n == 0)
		return false;
	rest->p += out->name.n + out->group;
	rest->n -= out->name.n + out->group;
	for (; rest->n > 0 && *rest->p != ' '; rest->p++, rest->n--) {
		if (out->bracket != 0)
			return false; /* what stands behind one */
		if (*rest->p == '[' || *rest->p == '{') {
			out->bracket = *rest->p;
			if (!take_inside(rest, &out->inside))
				return false;
			continue;
		}
		if (*rest->p != '?' && *rest->p != '~')
			return false;
		out->absent = out->absent || *rest->p == '?';
		out->null = out->null || *rest->p == '~';
	}
	return true;
}

const char *
kc_document_group(struct kc_slice group)
{
	for (size_t i = 0; i < N(groups); i++)
		if (kc_slice_is(group, groups[i].name))
			return groups[i].members;
	return NULL;
}

const struct kc_member *
kc_member_of(const struct kc_document *d, struct kc_slice name)
{
	for (size_t i = 0; i < N(members); i++)
		if (kc_slice_is(name, members[i].name) &&
		    (members[i].document == NULL ||
			strcmp(members[i].document, d->name) == 0))
			return &members[i];
	return NULL;
}

bool
kc_part_is_fields(const struct kc_part *p)
{
	return p->group &&
	    (kc_slice_is(p->name, "said") || kc_slice_is(p->name, "entry"));
}

static bool
gap_in(const struct kc_document *d, struct kc_slice spec, struct kc_slice *gap)
{
	struct kc_part p;

	while (kc_part_next(&spec, &p)) {
		const char *group = p.group ? kc_document_group(p.name) : NULL;

		*gap = p.name;
		if (kc_part_is_fields(&p))
			continue;
		if (p.group ? group == NULL : kc_member_of(d, p.name) == NULL)
			return true;
		if (gap_in(
			d, group != NULL ? kc_slice_str(group) : p.inside, gap))
			return true;
	}
	*gap = spec;
	return spec.n > 0;
}

bool
kc_document_gap(const struct kc_document *d, struct kc_slice *gap)
{
	return gap_in(d, kc_slice_str(d->members), gap);
}
