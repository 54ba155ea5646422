/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and the tree hashes of RFC 6962 section 2.1. */
#ifndef KAOCHENG_HASH_H
#define KAOCHENG_HASH_H

#include <kaocheng/bytes.h>

#define KC_HASH_SIZE 32

struct kc_hash {
	uint8_t b[KC_HASH_SIZE];
};

struct kc_hash kc_sha256(const void *p, size_t n);
/* An id that follows from lines of text: the first 16 bytes of their SHA-256.
 * Frees the buffer; KC_OK, or the buffer's error and no id. */
enum kc_err kc_lines_id(struct kc_buf *lines, uint8_t id[16]);
/* The same of bytes that come in pieces: begin, add as often as wanted, end. */
struct kc_hasher {
	_Alignas(16) uint8_t state[128]; /* opaque */
};
void kc_hasher_begin(struct kc_hasher *h);
void kc_hasher_add(struct kc_hasher *h, const void *p, size_t n);
struct kc_hash kc_hasher_end(struct kc_hasher *h);
struct kc_hash kc_hash_leaf(const void *p, size_t n); /* SHA256(0x00 || p) */
struct kc_hash kc_hash_node(
    const struct kc_hash *left, const struct kc_hash *right); /* 0x01 */
struct kc_hash kc_hash_empty(void); /* root of the empty tree */
bool kc_hash_eq(const struct kc_hash *a, const struct kc_hash *b);
/* Base64 text of a hash, as checkpoints and proofs write it. */
void kc_buf_hash(struct kc_buf *b, const struct kc_hash *h);
/* "sha256:" and 64 digits, as statements cite a hash. */
void kc_buf_sha256(struct kc_buf *b, const struct kc_hash *h);
bool kc_read_hash(struct kc_slice base64, struct kc_hash *out);

/* What stands for an author's id in an index: 16 bytes of BLAKE2b over author,
 * NUL, id. Ids of two authors are two ids; it never stands in an entry. */
#define KC_ID_KEY_SIZE 16
void kc_id_key(
    uint8_t out[KC_ID_KEY_SIZE], struct kc_slice author, const uint8_t id[16]);

#endif
