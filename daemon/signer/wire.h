/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon and its signer say to each other over a socket pair of whole
 * messages (SOCK_SEQPACKET): a request, then its answer. Both sides are strict,
 * though both are ours: the one that answers must not be led by the other.
 *
 *   k <log key's path> LF <clerk key's path> LF
 *                     -> <clerk's vkey> LF, then each vkey of the log and LF
 *   a <0|1: make it> <path of the anchor>   -> nothing
 *   l                 -> as k: keys are looked for beside the configured one
 *   t                 -> the note of the last head
 *   h <origin> LF <size, 8 bytes> <root> <n of proof, 2 bytes> <proof>, then
 *     each vkey and LF                       -> the note
 *   b <bytes>                              -> no answer: a part of the batch
 *   w <8 bytes: so many of the batch follow> <bytes>, then as h, with the batch
 *     that this ends, which may be a list; the proof is the roots of the
 *     perfect subtrees of what it extends    -> the note
 *   e <text of an entry of the clerk>        -> the signature
 *
 * An answer begins with a byte: 0, or the number of the error (err.h) without
 * its sign, and then a sentence in English or nothing.
 */
#ifndef KC_SIGNER_WIRE_H
#define KC_SIGNER_WIRE_H

#include "signer/signing.h"

#define KC_SIGNER_MESSAGE_MAX (96 * 1024)
#define KC_SIGNER_PART_MAX (64 * 1024)

enum kc_signer_op {
	KC_SIGNER_KEYS = 'k',
	KC_SIGNER_ANCHOR = 'a',
	KC_SIGNER_LOOK = 'l',
	KC_SIGNER_LAST = 't',
	KC_SIGNER_HEAD = 'h',
	KC_SIGNER_PART = 'b',
	KC_SIGNER_WITH = 'w',
	KC_SIGNER_ENTRY = 'e'
};

/* A line of each; and as many as there are to the end, at most
 * KC_LOG_KEYS_MAX. KC_ESYNTAX. */
void kc_wire_put_keys(struct kc_buf *b, const struct kc_log_keys *keys);
enum kc_err kc_wire_take_keys(struct kc_log_keys *out, struct kc_slice rest);
/* A request to sign a head; what it is taken apart into. */
struct kc_wire_head {
	struct kc_checkpoint head;
	struct kc_hash proof[KC_PROOF_MAX];
	size_t nproof;
	struct kc_log_keys keys;
};
/* What of a batch goes with the head; the parts before it, KC_SIGNER_PART_MAX
 * each, go alone. */
struct kc_slice kc_wire_last_part(struct kc_slice batch);
void kc_wire_put_head(struct kc_buf *b, const struct kc_head_ask *ask);
/* KC_SIGNER_WITH: the part that is before the head. */
enum kc_err kc_wire_take_part(struct kc_slice *rest, struct kc_slice *part);
enum kc_err kc_wire_take_head(struct kc_wire_head *out, struct kc_slice rest);

/* One message; waits for it. KC_EUNAVAILABLE: the other side is gone;
 * KC_EBUSY: the socket has a time limit, and it is over; KC_EIO with errno. *in
 * is emptied first. */
enum kc_err kc_wire_send(int fd, struct kc_slice message);
enum kc_err kc_wire_receive(int fd, struct kc_buf *in);

#endif
