/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 by Nettle, with the prefixes of RFC 6962 section 2.1 (docs/adr/0008).
 */
#include <kaocheng/hash.h>

#include <string.h>

#include <nettle/sha2.h>
#include <sodium.h>

#include <kaocheng/base64.h>

_Static_assert(SHA256_DIGEST_SIZE == KC_HASH_SIZE, "SHA-256 is 32 bytes");
_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct kc_hasher) &&
	_Alignof(struct sha256_ctx) <= _Alignof(struct kc_hasher),
    "a hasher has room for Nettle's");

static struct kc_hash
hash_of(struct sha256_ctx *state, const void *p, size_t n)
{
	struct kc_hash h;

	sha256_update(state, n, p);
	sha256_digest(state, sizeof(h.b), h.b);
	return h;
}

struct kc_hash
kc_sha256(const void *p, size_t n)
{
	struct sha256_ctx state;

	sha256_init(&state);
	return hash_of(&state, p, n);
}

enum kc_err
kc_lines_id(struct kc_buf *lines, uint8_t id[16])
{
	enum kc_err err = kc_buf_err(lines);
	struct kc_hash h;

	if (err == KC_OK) {
		h = kc_sha256(lines->p, lines->n);
		memcpy(id, h.b, 16);
	}
	kc_buf_free(lines);
	return err;
}

void
kc_hasher_begin(struct kc_hasher *h)
{
	sha256_init((struct sha256_ctx *)(void *)h->state);
}

void
kc_hasher_add(struct kc_hasher *h, const void *p, size_t n)
{
	sha256_update((struct sha256_ctx *)(void *)h->state, n, p);
}

struct kc_hash
kc_hasher_end(struct kc_hasher *h)
{
	return hash_of((struct sha256_ctx *)(void *)h->state, "", 0);
}

struct kc_hash
kc_hash_leaf(const void *p, size_t n)
{
	static const uint8_t prefix = 0x00;
	struct sha256_ctx state;

	sha256_init(&state);
	sha256_update(&state, 1, &prefix);
	return hash_of(&state, p, n);
}

struct kc_hash
kc_hash_node(const struct kc_hash *left, const struct kc_hash *right)
{
	uint8_t bytes[1 + 2 * KC_HASH_SIZE];

	bytes[0] = 0x01;
	memcpy(bytes + 1, left->b, KC_HASH_SIZE);
	memcpy(bytes + 1 + KC_HASH_SIZE, right->b, KC_HASH_SIZE);
	return kc_sha256(bytes, sizeof(bytes));
}

struct kc_hash
kc_hash_empty(void)
{
	return kc_sha256("", 0);
}

bool
kc_hash_eq(const struct kc_hash *a, const struct kc_hash *b)
{
	return memcmp(a->b, b->b, KC_HASH_SIZE) == 0;
}

void
kc_buf_hash(struct kc_buf *b, const struct kc_hash *h)
{
	kc_buf_base64(b, h->b, KC_HASH_SIZE);
}

void
kc_buf_sha256(struct kc_buf *b, const struct kc_hash *h)
{
	kc_buf_str(b, "sha256:");
	kc_buf_hex(b, h->b, KC_HASH_SIZE);
}

bool
kc_read_hash(struct kc_slice base64, struct kc_hash *out)
{
	struct kc_hash h;
	size_t n;

	if (base64.n != KC_BASE64_SIZE(KC_HASH_SIZE) ||
	    kc_base64_decode(base64, h.b, sizeof(h.b), &n) != KC_OK ||
	    n != KC_HASH_SIZE)
		return false;
	*out = h;
	return true;
}

void
kc_id_key(
    uint8_t out[KC_ID_KEY_SIZE], struct kc_slice author, const uint8_t id[16])
{
	crypto_generichash_state st;
	const unsigned char nul = 0;

	(void)crypto_generichash_init(&st, NULL, 0, KC_ID_KEY_SIZE);
	(void)crypto_generichash_update(
	    &st, (const unsigned char *)author.p, author.n);
	(void)crypto_generichash_update(&st, &nul, 1);
	(void)crypto_generichash_update(&st, id, 16);
	(void)crypto_generichash_final(&st, out, KC_ID_KEY_SIZE);
}
