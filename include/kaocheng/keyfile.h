/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private key as a file: text lines, then an authenticated box.
 *   kaocheng/v1 key LF name <name> LF created <instant> LF
 *   kdf none | kdf argon2id <ops> <mem KiB> <base64 salt16> LF
 *   public <vkey> LF box <base64> LF
 * The box is XChaCha20-Poly1305 of the 32-byte seed with all earlier bytes
 * as additional data, under the Argon2id key; for `kdf none` (a service's
 * own key, or a demo's) it is the seed itself. `kdf agent` has no box: the
 * seed is held elsewhere. docs/FORMAT.md "Key file".
 * Encoding and decoding are pure; files are the caller's.
 */
#ifndef KAOCHENG_KEYFILE_H
#define KAOCHENG_KEYFILE_H

#include <kaocheng/sign.h>

#define KC_KEYFILE_MAX 1024

/* Random inputs come from the caller: seed, salt, nonce. */
struct kc_keyfile_inputs {
	uint8_t seed[32], salt[16], nonce[24];
	int64_t created_s;
};
/* passphrase NULL: kdf none. ops and mem are libsodium MODERATE (256 MiB)
 * unless `quick`, which is for tests only. */
enum kc_err kc_keyfile_encode(struct kc_buf *out, struct kc_slice name,
    const struct kc_keyfile_inputs *in, const char *passphrase, bool quick);
/* The file of a key that an ssh-agent holds. */
void kc_keyfile_encode_agent(
    struct kc_buf *out, const struct kc_vkey *vkey, int64_t created_s);
/* What it takes to sign with it. */
enum kc_keyfile_lock {
	KC_KEYFILE_OPEN,       /* nothing */
	KC_KEYFILE_PASSPHRASE, /* a passphrase */
	KC_KEYFILE_AGENT       /* the agent that holds it */
};
/* Parses and bounds every parameter first: at most 1 GiB and 16 passes, so
 * that a hostile file cannot ask for more. */
enum kc_err kc_keyfile_peek(
    struct kc_slice file, struct kc_vkey *vkey, enum kc_keyfile_lock *lock);
/* KC_ESYNTAX, KC_ESIG (wrong passphrase or changed file), KC_ENOKEY (an agent
 * holds it), KC_ENOMEM. */
enum kc_err kc_keyfile_decode(
    struct kc_skey *out, struct kc_slice file, const char *passphrase);

#endif
