/* SPDX-License-Identifier: Apache-2.0 */
/* tlog-checkpoint v1.0.0: origin, size, root; signed by the log key. */
#ifndef KAOCHENG_CHECKPOINT_H
#define KAOCHENG_CHECKPOINT_H

#include <kaocheng/hash.h>
#include <kaocheng/note.h>

struct kc_checkpoint {
	char origin[KC_NAME_MAX + 1];
	uint64_t size;
	struct kc_hash root;
};

/* Keys of one log: what any of them has signed, the log has. */
#define KC_LOG_KEYS_MAX 64
struct kc_log_keys {
	size_t n;
	struct kc_vkey v[KC_LOG_KEYS_MAX];
};

/* Appends the signed checkpoint note to b. The key's name is the origin. */
void kc_buf_checkpoint(struct kc_buf *b, const struct kc_checkpoint *c,
    const struct kc_skey *log_key);
/* Reads the three lines of a note's text; false if they are not that. A tree
 * of size 0 may claim any root here: kc_checkpoint_parse wants that of the
 * empty tree. */
bool kc_checkpoint_read(struct kc_checkpoint *out, struct kc_slice text);
/* Parses the three lines (extension lines are refused); verifies when
 * log_key is not NULL: key name and origin must be equal. */
enum kc_err kc_checkpoint_parse(struct kc_checkpoint *out,
    struct kc_slice bytes, const struct kc_vkey *log_key);
/* The same by any of these keys, which have the name of the origin. */
enum kc_err kc_checkpoint_parse_by(struct kc_checkpoint *out,
    struct kc_slice bytes, const struct kc_log_keys *keys);

#endif
