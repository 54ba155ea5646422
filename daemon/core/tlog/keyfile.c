/* SPDX-License-Identifier: Apache-2.0 */
/* Key files: text lines that a box authenticates. */
#include <kaocheng/keyfile.h>

#include <string.h>

#include <sodium.h>

#include <kaocheng/base64.h>
#include <kaocheng/leaf.h>

#define SALT_SIZE 16
#define NONCE_SIZE 24
#define TAG_SIZE 16
#define BOX_SIZE (NONCE_SIZE + KC_SEED_SIZE + TAG_SIZE)
#define OPS_MAX 16
#define MEM_MAX_KIB 1048576
#define OPS_MODERATE 3
#define MEM_MODERATE_KIB 262144
#define OPS_QUICK 1
#define MEM_QUICK_KIB 8

_Static_assert(SALT_SIZE == crypto_pwhash_SALTBYTES, "salt");
_Static_assert(
    NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(TAG_SIZE == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");

/* A file taken apart; slices borrow from it. */
struct parts {
	struct kc_slice header; /* all bytes before the box line */
	struct kc_slice name;
	enum kc_keyfile_lock lock;
	uint64_t ops, mem_kib;
	uint8_t salt[SALT_SIZE];
	struct kc_vkey vkey;
	uint8_t box[BOX_SIZE];
	size_t nbox;
};

static bool
take_line(struct kc_slice *rest, const char *word, struct kc_slice *value)
{
	struct kc_slice line, first;

	if (!kc_slice_line(rest, &line) || !kc_slice_cut(&line, ' ', &first) ||
	    !kc_slice_is(first, word))
		return false;
	*value = line;
	return true;
}

/* "none", "agent" or "argon2id <ops> <mem KiB> <salt>", every number bounded.
 */
static bool
take_kdf(struct parts *out, struct kc_slice v)
{
	struct kc_slice word, ops, mem;
	size_t n;

	if (kc_slice_is(v, "none"))
		return true;
	out->lock = KC_KEYFILE_AGENT;
	if (kc_slice_is(v, "agent"))
		return true;
	out->lock = KC_KEYFILE_PASSPHRASE;
	return kc_slice_cut(&v, ' ', &word) && kc_slice_is(word, "argon2id") &&
	    kc_slice_cut(&v, ' ', &ops) && kc_slice_cut(&v, ' ', &mem) &&
	    kc_read_u64(ops, OPS_MAX, &out->ops) && out->ops > 0 &&
	    kc_read_u64(mem, MEM_MAX_KIB, &out->mem_kib) &&
	    out->mem_kib >= MEM_QUICK_KIB &&
	    kc_base64_decode_secret(v, out->salt, sizeof(out->salt), &n) ==
	    KC_OK &&
	    n == SALT_SIZE;
}

/* The box line, and nothing after it; none if an agent holds the key. */
static bool
take_box(struct parts *out, struct kc_slice rest)
{
	struct kc_slice box;

	if (out->lock == KC_KEYFILE_AGENT)
		return rest.n == 0;
	return take_line(&rest, "box", &box) && rest.n == 0 &&
	    kc_base64_decode_secret(
		box, out->box, sizeof(out->box), &out->nbox) == KC_OK &&
	    out->nbox ==
	    (out->lock == KC_KEYFILE_PASSPHRASE ? BOX_SIZE : KC_SEED_SIZE);
}

static enum kc_err
parse(struct parts *out, struct kc_slice file)
{
	struct kc_slice rest = file, line, created, kdf, vkey;
	int64_t at_s;

	memset(out, 0, sizeof(*out));
	if (file.n > KC_KEYFILE_MAX)
		return KC_ETOOBIG;
	if (!kc_slice_line(&rest, &line) ||
	    !kc_slice_is(line, "kaocheng/v1 key") ||
	    !take_line(&rest, "name", &out->name) ||
	    !take_line(&rest, "created", &created) ||
	    !kc_read_instant_s(created, &at_s) ||
	    !take_line(&rest, "kdf", &kdf) || !take_kdf(out, kdf) ||
	    !take_line(&rest, "public", &vkey) ||
	    kc_vkey_parse(&out->vkey, vkey) != KC_OK ||
	    out->vkey.type != KC_KEYTYPE_ED25519 ||
	    !kc_slice_is(out->name, out->vkey.name))
		return KC_ESYNTAX;
	out->header = (struct kc_slice){file.p, (size_t)(rest.p - file.p)};
	return take_box(out, rest) ? KC_OK : KC_ESYNTAX;
}

static enum kc_err
derive(uint8_t key[32], const char *passphrase, const uint8_t salt[SALT_SIZE],
    uint64_t ops, uint64_t mem_kib)
{
	if (crypto_pwhash(key, 32, passphrase, strlen(passphrase), salt, ops,
		(size_t)mem_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return KC_ENOMEM;
	return KC_OK;
}

static void
put_name(struct kc_buf *out, const struct kc_vkey *vkey, int64_t created_s)
{
	kc_buf_str(out, "kaocheng/v1 key\nname ");
	kc_buf_str(out, vkey->name);
	kc_buf_str(out, "\ncreated ");
	kc_buf_instant_s(out, created_s);
	kc_buf_str(out, "\nkdf ");
}

static void
put_public(struct kc_buf *out, const struct kc_vkey *vkey)
{
	kc_buf_str(out, "\npublic ");
	kc_buf_vkey(out, vkey);
	kc_buf_char(out, '\n');
}

void
kc_keyfile_encode_agent(
    struct kc_buf *out, const struct kc_vkey *vkey, int64_t created_s)
{
	put_name(out, vkey, created_s);
	kc_buf_str(out, "agent");
	put_public(out, vkey);
}

static void
put_header(struct kc_buf *out, const struct kc_keyfile_inputs *in,
    const struct kc_vkey *vkey, bool locked, bool quick)
{
	put_name(out, vkey, in->created_s);
	if (locked) {
		kc_buf_str(out, "argon2id ");
		kc_buf_u64(out, quick ? OPS_QUICK : OPS_MODERATE);
		kc_buf_char(out, ' ');
		kc_buf_u64(out, quick ? MEM_QUICK_KIB : MEM_MODERATE_KIB);
		kc_buf_char(out, ' ');
		kc_buf_base64(out, in->salt, sizeof(in->salt));
	} else {
		kc_buf_str(out, "none");
	}
	put_public(out, vkey);
}

enum kc_err
kc_keyfile_encode(struct kc_buf *out, struct kc_slice name,
    const struct kc_keyfile_inputs *in, const char *passphrase, bool quick)
{
	struct kc_skey skey = {0};
	struct kc_buf header = {0};
	uint8_t key[32] = {0}, box[BOX_SIZE];
	size_t nbox = KC_SEED_SIZE;
	enum kc_err err;

	err = kc_skey_from_seed(&skey, name, in->seed);
	if (err != KC_OK)
		goto out;
	put_header(&header, in, &skey.vkey, passphrase != NULL, quick);
	err = kc_buf_err(&header);
	if (err != KC_OK)
		goto out;
	memcpy(box, in->seed, KC_SEED_SIZE);
	if (passphrase != NULL) {
		err = derive(key, passphrase, in->salt,
		    quick ? OPS_QUICK : OPS_MODERATE,
		    quick ? MEM_QUICK_KIB : MEM_MODERATE_KIB);
		if (err != KC_OK)
			goto out;
		nbox = BOX_SIZE;
		memcpy(box, in->nonce, NONCE_SIZE);
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
		    box + NONCE_SIZE, NULL, in->seed, KC_SEED_SIZE,
		    (const uint8_t *)header.p, header.n, NULL, in->nonce, key);
	}
	kc_buf_slice(out, kc_buf_view(&header));
	kc_buf_str(out, "box ");
	kc_buf_base64_secret(out, box, nbox); /* the seed, if not locked */
	kc_buf_char(out, '\n');
	err = kc_buf_err(out);
out:
	kc_buf_free(&header);
	kc_skey_wipe(&skey);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(box, sizeof(box));
	return err;
}

enum kc_err
kc_keyfile_peek(
    struct kc_slice file, struct kc_vkey *vkey, enum kc_keyfile_lock *lock)
{
	struct parts parts;
	enum kc_err err = parse(&parts, file);

	if (err == KC_OK) {
		*vkey = parts.vkey;
		*lock = parts.lock;
	}
	sodium_memzero(&parts, sizeof(parts));
	return err;
}

/* Opens the box; the seed is checked against the public key by the caller. */
static enum kc_err
unlock(const struct parts *parts, const char *passphrase,
    uint8_t seed[KC_SEED_SIZE])
{
	uint8_t key[32] = {0};
	enum kc_err err;

	if (passphrase == NULL)
		return KC_ESIG;
	err = derive(key, passphrase, parts->salt, parts->ops, parts->mem_kib);
	if (err == KC_OK &&
	    crypto_aead_xchacha20poly1305_ietf_decrypt(seed, NULL, NULL,
		parts->box + NONCE_SIZE, BOX_SIZE - NONCE_SIZE,
		(const uint8_t *)parts->header.p, parts->header.n, parts->box,
		key) != 0)
		err = KC_ESIG;
	sodium_memzero(key, sizeof(key));
	return err;
}

enum kc_err
kc_keyfile_decode(
    struct kc_skey *out, struct kc_slice file, const char *passphrase)
{
	struct parts parts;
	uint8_t seed[KC_SEED_SIZE] = {0};
	enum kc_err err = parse(&parts, file);

	if (err != KC_OK)
		goto out;
	if (parts.lock == KC_KEYFILE_AGENT)
		err = KC_ENOKEY;
	else if (parts.lock == KC_KEYFILE_PASSPHRASE)
		err = unlock(&parts, passphrase, seed);
	else
		memcpy(seed, parts.box, KC_SEED_SIZE);
	if (err == KC_OK)
		err = kc_skey_from_seed(out, parts.name, seed);
	/* Without a box only this tells a changed file. */
	if (err == KC_OK && !kc_vkey_eq(&out->vkey, &parts.vkey)) {
		kc_skey_wipe(out);
		err = KC_ESIG;
	}
out:
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(&parts, sizeof(parts));
	return err;
}
