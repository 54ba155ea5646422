/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private key as a file: text lines, then an authenticated box.
 *   kaocheng/v1 key LF name <name> LF created <instant> LF
 *   kdf none | kdf argon2id <ops> <mem KiB> <base64 salt16> LF
 *   public <vkey> LF box <base64> LF
 * The box is XChaCha20-Poly1305 of the 32-byte seed with all earlier bytes
 * as additional data, under the Argon2id key; for `kdf none` (a service's
 * own key, or a demo's) it is the seed itself. docs/FORMAT.md "Key file".
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
/* Does the file want a passphrase? Parses and bounds every parameter first:
 * at most 1 GiB and 16 passes, so that a hostile file cannot ask for more. */
enum kc_err kc_keyfile_peek(
    struct kc_slice file, struct kc_vkey *vkey, bool *wants_passphrase);
/* KC_ESYNTAX, KC_ESIG (wrong passphrase or changed file), KC_ENOMEM. */
enum kc_err kc_keyfile_decode(
    struct kc_skey *out, struct kc_slice file, const char *passphrase);

#endif
