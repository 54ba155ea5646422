/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in every JSON document that is printed or served: its members, their
 * types and what they mean, from documents.def and members.def, as JSON Schema
 * (draft 2020-12). A test holds what is really rendered against it.
 */
#ifndef KAOCHENG_DOCUMENT_H
#define KAOCHENG_DOCUMENT_H

#include <kaocheng/bytes.h>
#include <kaocheng/json.h>
#include <kaocheng/refusal.h>

struct kc_document {
	const char *name;    /* "trail"; of OWN rows */
	const char *schema;  /* "kaocheng.trail/1" */
	const char *members; /* as documents.def says */
	const char *zh, *en;
};
size_t kc_document_count(void);
/* NULL beyond the last. */
const struct kc_document *kc_document_get(size_t i);
/* By name or by schema; NULL if there is none. */
const struct kc_document *kc_document_find(struct kc_slice name);

/* Does it name a member, or a group, that no table describes? *gap is the name,
 * in the document's own text; or, where that is no list of members, what is
 * left of it. */
bool kc_document_gap(const struct kc_document *d, struct kc_slice *gap);

/* Appends its schema; descriptions in `lang`. No member but those that it names
 * may stand in such a document. KC_EINVAL: it has a gap, KC_ENOMEM. */
enum kc_err kc_document_schema(
    const struct kc_document *d, enum kc_lang lang, struct kc_buf *out);

/* Writes all documents that there are, as kaocheng.documents/1. */
void kc_json_documents(struct kc_json *w, enum kc_lang lang);

#endif
