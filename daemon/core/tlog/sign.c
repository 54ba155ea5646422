/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 by libsodium, key ids and verifier keys as text. */
#include <kaocheng/sign.h>

#include <string.h>

#include <sodium.h>

#include <kaocheng/base64.h>
#include <kaocheng/hash.h>

_Static_assert(crypto_sign_SEEDBYTES == KC_SEED_SIZE, "seed size");
_Static_assert(crypto_sign_PUBLICKEYBYTES == KC_PUBKEY_SIZE, "key size");
_Static_assert(crypto_sign_BYTES == KC_SIG_SIZE, "signature size");

enum kc_err
kc_crypto_init(void)
{
	return sodium_init() < 0 ? KC_EINVAL : KC_OK;
}

enum kc_err
kc_skey_from_seed(
    struct kc_skey *out, struct kc_slice name, const uint8_t seed[32])
{
	uint8_t pub[KC_PUBKEY_SIZE];
	enum kc_err err = KC_EINVAL;

	memset(out, 0, sizeof(*out));
	if (crypto_sign_seed_keypair(pub, out->secret, seed) == 0)
		err = kc_vkey_named(&out->vkey, name, pub);
	if (err != KC_OK)
		kc_skey_wipe(out);
	return err;
}

enum kc_err
kc_vkey_named(struct kc_vkey *out, struct kc_slice name,
    const uint8_t pub[KC_PUBKEY_SIZE])
{
	memset(out, 0, sizeof(*out));
	if (!kc_note_name_ok(name) ||
	    !kc_slice_copy(out->name, sizeof(out->name), name))
		return KC_EINVAL;
	memcpy(out->pub, pub, KC_PUBKEY_SIZE);
	out->type = KC_KEYTYPE_ED25519;
	kc_keyid(out->keyid, name, out->type, out->pub);
	return KC_OK;
}

void
kc_vkey_cosigner(struct kc_vkey *k)
{
	k->type = KC_KEYTYPE_COSIGNATURE;
	kc_keyid(k->keyid, kc_slice_str(k->name), k->type, k->pub);
}

void
kc_skey_wipe(struct kc_skey *k)
{
	sodium_memzero(k, sizeof(*k));
}

void
kc_sign(
    const struct kc_skey *k, const void *p, size_t n, uint8_t sig[KC_SIG_SIZE])
{
	crypto_sign_detached(sig, NULL, p, n, k->secret);
}

bool
kc_sig_ok(const uint8_t pub[KC_PUBKEY_SIZE], const void *p, size_t n,
    const uint8_t sig[KC_SIG_SIZE])
{
	return crypto_sign_verify_detached(sig, p, n, pub) == 0;
}

void
kc_keyid(uint8_t out[KC_KEYID_SIZE], struct kc_slice name, uint8_t type,
    const uint8_t pub[KC_PUBKEY_SIZE])
{
	const uint8_t mid[2] = {'\n', type};
	crypto_hash_sha256_state state;
	uint8_t h[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(
	    &state, (const unsigned char *)name.p, name.n);
	crypto_hash_sha256_update(&state, mid, sizeof(mid));
	crypto_hash_sha256_update(&state, pub, KC_PUBKEY_SIZE);
	crypto_hash_sha256_final(&state, h);
	memcpy(out, h, KC_KEYID_SIZE);
}

enum kc_err
kc_vkey_parse(struct kc_vkey *out, struct kc_slice text)
{
	struct kc_slice name, hex;
	struct kc_vkey k = {0};
	uint8_t keyid[KC_KEYID_SIZE];
	uint8_t blob[1 + KC_PUBKEY_SIZE];
	size_t n;

	if (text.n > KC_VKEY_MAX)
		return KC_ETOOBIG;
	/* The base64 part may hold '+' too: only the first two separate. */
	if (!kc_slice_cut(&text, '+', &name) || !kc_note_name_ok(name) ||
	    !kc_slice_cut(&text, '+', &hex) ||
	    !kc_read_hex(hex, k.keyid, sizeof(k.keyid)))
		return KC_ESYNTAX;
	if (text.n != KC_BASE64_SIZE(sizeof(blob)) ||
	    kc_base64_decode(text, blob, sizeof(blob), &n) != KC_OK ||
	    n != sizeof(blob))
		return KC_ESYNTAX;
	k.type = blob[0];
	if (k.type != KC_KEYTYPE_ED25519 && k.type != KC_KEYTYPE_COSIGNATURE)
		return KC_ESYNTAX;
	memcpy(k.pub, blob + 1, sizeof(k.pub));
	kc_keyid(keyid, name, k.type, k.pub);
	if (memcmp(keyid, k.keyid, sizeof(keyid)) != 0 ||
	    !kc_slice_copy(k.name, sizeof(k.name), name))
		return KC_ESYNTAX;
	*out = k;
	return KC_OK;
}

void
kc_buf_vkey(struct kc_buf *b, const struct kc_vkey *k)
{
	uint8_t blob[1 + KC_PUBKEY_SIZE];

	blob[0] = k->type;
	memcpy(blob + 1, k->pub, sizeof(k->pub));
	kc_buf_str(b, k->name);
	kc_buf_char(b, '+');
	kc_buf_hex(b, k->keyid, sizeof(k->keyid));
	kc_buf_char(b, '+');
	kc_buf_base64(b, blob, sizeof(blob));
}

bool
kc_vkey_eq(const struct kc_vkey *a, const struct kc_vkey *b)
{
	return a->type == b->type &&
	    memcmp(a->keyid, b->keyid, sizeof(a->keyid)) == 0 &&
	    memcmp(a->pub, b->pub, sizeof(a->pub)) == 0 &&
	    strcmp(a->name, b->name) == 0;
}
