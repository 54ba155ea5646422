/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence of a fork: two heads that the keys of one log have signed and that
 * cannot both be true, in one file that anybody can judge with the log's keys
 * alone (docs/FORMAT.md "Evidence of a fork").
 */
#ifndef KAOCHENG_FORK_H
#define KAOCHENG_FORK_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/limits.h>

#define KC_FORK_FILE_MAX (2 * 65536 + 8192) /* bytes */

/* Of heads of different sizes: which root the tree of the larger has over the
 * entries of the smaller, and the proof that it has. */
struct kc_fork_proof {
	struct kc_hash root;
	struct kc_hash path[KC_PROOF_MAX];
	size_t n;
};

/* The file; the smaller head first. proof may be NULL: none was to be had. */
void kc_buf_fork(struct kc_buf *b, struct kc_slice smaller,
    struct kc_slice larger, const struct kc_fork_proof *proof);
/* Begins the file as one does? */
bool kc_fork_is(struct kc_slice bytes);
/* Judges it. KC_OK: a fork is proved. KC_EPROOF: the keys have signed both,
 * and that is no contradiction, or none that the file proves. KC_ESYNTAX: it
 * is no such file; KC_ENOKEY, KC_ESIG: a head is not signed by these keys.
 * heads are filled in for the first two. */
enum kc_err kc_fork_check(struct kc_slice bytes, const struct kc_log_keys *keys,
    struct kc_checkpoint heads[2]);

#endif
