/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A statement of any kind, its values made from the kind table: the same
 * bytes on every run, so that golden files can hold them.
 */
#ifndef KC_TEST_SAMPLE_H
#define KC_TEST_SAMPLE_H

#include <kaocheng/entry.h>

enum sample_size {
	SAMPLE_FULL, /* a value in every field, two in every list */
	SAMPLE_BORN, /* the same, of the fields that the kind began with */
	SAMPLE_LEAST /* required fields only, one value each */
};

/* Value i (0 or 1) of a field, plain: static storage, differs by i. */
struct kc_slice sample_value(const struct kc_field *f, unsigned i);
/* Key i (0 or 1) of the signers "one" and "two". */
const struct kc_skey *sample_key(unsigned i);
void
sample_draft(struct kc_draft *d, enum kc_kind_id kind, enum sample_size size);
/* Appends the unsigned text, or the signed note; fails the program if the
 * codec refuses. */
void sample_text(struct kc_buf *b, enum kc_kind_id kind, enum sample_size size);
void sample_note(struct kc_buf *b, enum kc_kind_id kind, enum sample_size size);

#endif
