/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 keys of signed notes (C2SP signed-note v1.0.0). "Valid" means
 * accepted by libsodium's crypto_sign_verify_detached, the strictest of the
 * verifiers compared in docs/FORMAT.md. kc_crypto_init() comes first.
 */
#ifndef KAOCHENG_SIGN_H
#define KAOCHENG_SIGN_H

#include <kaocheng/bytes.h>
#include <kaocheng/limits.h>

#define KC_SEED_SIZE 32
#define KC_PUBKEY_SIZE 32
#define KC_SIG_SIZE 64
#define KC_KEYID_SIZE 4
#define KC_KEYTYPE_ED25519 0x01
#define KC_KEYTYPE_COSIGNATURE 0x04
/* ML-DSA-44: no library of Debian 12 has it; such keys are known, not used. */
#define KC_KEYTYPE_MLDSA44 0x06

/* A named public key. The name is an actor id or an origin. */
struct kc_vkey {
	char name[KC_NAME_MAX + 1];
	uint8_t type;
	uint8_t keyid[KC_KEYID_SIZE];
	uint8_t pub[KC_PUBKEY_SIZE];
};

/* A named private key. Wipe with kc_skey_wipe(). */
struct kc_skey {
	struct kc_vkey vkey;
	uint8_t secret[64]; /* libsodium's seed || public key */
};

enum kc_err kc_crypto_init(void); /* idempotent; KC_EINVAL if it cannot */

/* Derives the key pair of a seed. KC_EINVAL on a name that is not a note key
 * name: empty, over KC_NAME_MAX bytes, '+', white space or control; nothing is
 * left in *out then. */
enum kc_err kc_skey_from_seed(
    struct kc_skey *out, struct kc_slice name, const uint8_t seed[32]);
void kc_skey_wipe(struct kc_skey *k);
/* A public key that is held elsewhere, under a name; KC_EINVAL as above. */
enum kc_err kc_vkey_named(struct kc_vkey *out, struct kc_slice name,
    const uint8_t pub[KC_PUBKEY_SIZE]);
/* The same key as that of a witness: type and key id of a cosignature. */
void kc_vkey_cosigner(struct kc_vkey *k);
void kc_sign(
    const struct kc_skey *k, const void *p, size_t n, uint8_t sig[KC_SIG_SIZE]);
bool kc_sig_ok(const uint8_t pub[KC_PUBKEY_SIZE], const void *p, size_t n,
    const uint8_t sig[KC_SIG_SIZE]);

/* First four bytes of SHA256(name || LF || type || pub). */
void kc_keyid(uint8_t out[KC_KEYID_SIZE], struct kc_slice name, uint8_t type,
    const uint8_t pub[KC_PUBKEY_SIZE]);
/* vkey text: name+hex8(keyid)+base64(type || pub). Parse checks the key id
 * and refuses any other spelling; types 0x01 and 0x04 are known. */
enum kc_err kc_vkey_parse(struct kc_vkey *out, struct kc_slice text);
void kc_buf_vkey(struct kc_buf *b, const struct kc_vkey *k);
bool kc_vkey_eq(const struct kc_vkey *a, const struct kc_vkey *b);

#endif
