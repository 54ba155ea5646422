/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a witness keeps, in LMDB: of each log the last checkpoint that it
 * cosigned, and the signed heads that contradict one. The file belongs to one
 * key for ever: a witness that forgot what it signed could sign a fork.
 *
 *   witness.mdb witness.mdb-lock   LMDB's files     lock   ours, one process
 */
#ifndef KAOCHENG_BOOK_H
#define KAOCHENG_BOOK_H

#include <kaocheng/witness.h>

#define KC_BOOK_FORKS_MAX 64 /* heads kept as evidence */

struct kc_book; /* opaque; one thread at a time */

/* Makes an empty book for a key (type 0x04) in a directory that is made if it
 * is not there. KC_EINVAL: there is one. KC_EBUSY, KC_EIO, KC_EFULL. *detail
 * (may be NULL) gets one English sentence, here and below. */
enum kc_err
kc_book_make(const char *dir, const struct kc_vkey *key, struct kc_buf *detail);
/* Opens it, and checks its pages. KC_ENOTFOUND: there is none; KC_EFOREIGN: it
 * is another key's; KC_ENEWER, KC_ECORRUPT, KC_EBUSY, KC_EIO. read_only: key
 * may be NULL, no lock is taken. */
enum kc_err kc_book_open(struct kc_book **out, const char *dir,
    const struct kc_vkey *key, bool read_only, struct kc_buf *detail);
void kc_book_close(struct kc_book *b); /* accepts NULL */

/* What a request came to. Zero-initialise; free line. */
struct kc_book_answer {
	enum kc_witness_verdict verdict;
	uint64_t held;      /* size that was cosigned last */
	struct kc_buf line; /* COSIGN: the cosignature */
};
/* kc_witness_step in one transaction: compares, signs, keeps, flushes; then
 * only is the line given out. time_s: seconds since 1970. KC_OK with a
 * verdict; KC_EFULL, KC_EIO: nothing was kept, nothing signed; KC_EUNKNOWN: end
 * the process. */
enum kc_err kc_book_cosign(struct kc_book *b, const struct kc_witness_ask *ask,
    const struct kc_skey *key, uint64_t time_s, struct kc_book_answer *out);
/* The last cosigned checkpoint of the log whose origin has this SHA-256, with
 * our line. KC_ENOTFOUND. */
enum kc_err kc_book_latest(
    struct kc_book *b, const struct kc_hash *origin, struct kc_buf *out);
/* Calls fn for each log, then for each head that contradicts one. */
enum kc_err kc_book_each(struct kc_book *b,
    enum kc_err (*fn)(void *ctx, bool fork, struct kc_slice note), void *ctx);

#endif
