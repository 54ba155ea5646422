/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stamp of a document on paper: the receipt of its entry, and the entry,
 * as the texts of QR symbols. Byte-exact description: docs/FORMAT.md "Stamp".
 */
#ifndef KAOCHENG_STAMP_H
#define KAOCHENG_STAMP_H

#include <kaocheng/hash.h>

#define KC_STAMP_PART_MAX 900 /* bytes of an entry in one symbol */
#define KC_STAMP_PARTS_MAX 3  /* symbols of an entry: a longer one has none */
#define KC_STAMP_TEXT_MAX 16384

/* Zero-initialise; free in every case. */
struct kc_stamped {
	struct kc_hash leaf_hash;
	struct kc_buf receipt; /* tlog-proof */
	struct kc_buf leaf;    /* n 0: the symbols do not hold it */
};

/* Appends one line a symbol, the proof first. KC_EPROOF: the receipt is not
 * that of this leaf; KC_ESYNTAX: it is none; KC_ETOOBIG, KC_ENOMEM. */
enum kc_err
kc_buf_stamp(struct kc_buf *out, struct kc_slice receipt, struct kc_slice leaf);
/* Reads the lines in any order; a line that is there twice counts once, and
 * what a reader of symbols puts before each (QR-Code:) is passed over.
 * KC_ESYNTAX: it is none, or a part is missing; KC_ETOOBIG, KC_ENOMEM. Nothing
 * is verified here. */
enum kc_err kc_stamp_read(struct kc_stamped *out, struct kc_slice text);
void kc_stamp_free(struct kc_stamped *s);

#endif
