/* SPDX-License-Identifier: Apache-2.0 */
/* Members of documents as the tables have them. */
#ifndef KC_DOCUMENT_INT_H
#define KC_DOCUMENT_INT_H

#include <kaocheng/document.h>

enum kc_member_type {
	KC_MEMBER_TEXT,
	KC_MEMBER_WORD,
	KC_MEMBER_NUMBER,
	KC_MEMBER_SEQ,
	KC_MEMBER_COUNT,
	KC_MEMBER_FLAG,
	KC_MEMBER_POINTS,
	KC_MEMBER_PERCENT,
	KC_MEMBER_DAY,
	KC_MEMBER_INSTANT,
	KC_MEMBER_HASH,
	KC_MEMBER_WORDS,
	KC_MEMBER_SEQS,
	KC_MEMBER_MAP,
	KC_MEMBER_COUNTS,
	KC_MEMBER_ANYS,
	KC_MEMBER_DOCUMENT,
	KC_MEMBER_PART,
	KC_MEMBER_ANY
};
struct kc_member {
	const char *document, *name; /* NULL: of all documents */
	enum kc_member_type type;
	const char *zh, *en;
};
/* The document's own, or that of all; NULL if no table has it. */
const struct kc_member *
kc_member_of(const struct kc_document *d, struct kc_slice name);

/* One of "rows[light? due~ @state]" (documents.def). */
struct kc_part {
	struct kc_slice name, inside;
	bool group, absent, null;
	char bracket;
};
/* Takes the next of them; false at the end, and before what is none: then *rest
 * is not empty. */
bool kc_part_next(struct kc_slice *rest, struct kc_part *out);
/* Is it "@said" or "@entry", whose members the tables of kinds have? */
bool kc_part_is_fields(const struct kc_part *p);
/* The members of a group; NULL if no table has it. */
const char *kc_document_group(struct kc_slice name);

#endif
