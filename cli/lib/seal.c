/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files: libsodium does all of it. */
#include "seal.h"

#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include <kaocheng/base64.h>

#define FIRST_LINE "kaocheng/v1 sealed\n"
#define HEAD_MAX 16384
#define CHUNK 65536u
#define KEY crypto_secretstream_xchacha20poly1305_KEYBYTES
#define BOX (crypto_box_SEALBYTES + KEY)
#define MORE crypto_secretstream_xchacha20poly1305_ABYTES

typedef crypto_secretstream_xchacha20poly1305_state stream;

/* --- there --- */
static enum kc_err
put_head(struct kc_buf *head, const uint8_t key[KEY],
    const struct kc_vkey *keys, size_t n)
{
	uint8_t box[BOX], pub[crypto_box_PUBLICKEYBYTES];

	kc_buf_str(head, FIRST_LINE);
	for (size_t i = 0; i < n; i++) {
		if (crypto_sign_ed25519_pk_to_curve25519(pub, keys[i].pub) !=
			0 ||
		    crypto_box_seal(box, key, KEY, pub) != 0)
			return KC_EINVAL;
		kc_buf_str(head, "to ");
		kc_buf_vkey(head, &keys[i]);
		kc_buf_char(head, ' ');
		kc_buf_base64(head, box, sizeof(box));
		kc_buf_char(head, '\n');
	}
	kc_buf_str(head, "stream\n");
	return kc_buf_err(head);
}

static bool
put(FILE *to, const void *p, size_t n)
{
	return fwrite(p, 1, n, to) == n;
}

/* The lines above it are authenticated with the first chunk. */
static enum kc_err
pour(FILE *from, FILE *to, stream *s, struct kc_slice head)
{
	uint8_t plain[CHUNK], sealed[CHUNK + MORE];
	bool last = false;

	while (!last) {
		size_t n = fread(plain, 1, sizeof(plain), from);
		int next = n == sizeof(plain) ? getc(from) : EOF;

		if (ferror(from) || (next != EOF && ungetc(next, from) == EOF))
			return KC_EIO;
		last = next == EOF;
		(void)crypto_secretstream_xchacha20poly1305_push(s, sealed,
		    NULL, plain, n, (const uint8_t *)head.p, head.n,
		    last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
		head.n = 0;
		if (!put(to, sealed, n + MORE))
			return KC_EIO;
	}
	return KC_OK;
}

enum kc_err
kc_seal(FILE *from, FILE *to, const struct kc_vkey *keys, size_t nkeys)
{
	uint8_t key[KEY];
	uint8_t header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
	struct kc_buf head = {0};
	stream s;
	enum kc_err err;

	crypto_secretstream_xchacha20poly1305_keygen(key);
	(void)crypto_secretstream_xchacha20poly1305_init_push(&s, header, key);
	err = put_head(&head, key, keys, nkeys);
	if (err == KC_OK &&
	    (!put(to, head.p, head.n) || !put(to, header, sizeof(header))))
		err = KC_EIO;
	if (err == KC_OK)
		err = pour(from, to, &s, kc_buf_view(&head));
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&s, sizeof(s));
	kc_buf_free(&head);
	return err;
}

/* --- and back --- */
bool
kc_is_sealed(int fd)
{
	char line[sizeof(FIRST_LINE) - 1];

	return pread(fd, line, sizeof(line), 0) == (ssize_t)sizeof(line) &&
	    memcmp(line, FIRST_LINE, sizeof(line)) == 0;
}

/* The lines up to `stream`, and the key that one of them carries. */
static enum kc_err
read_head(
    FILE *f, const struct kc_skey *mine, struct kc_buf *head, uint8_t key[KEY])
{
	uint8_t pub[crypto_box_PUBLICKEYBYTES], sec[crypto_box_SECRETKEYBYTES];
	char line[KC_VKEY_MAX + 256];
	enum kc_err err = KC_ENOKEY;

	if (crypto_sign_ed25519_pk_to_curve25519(pub, mine->vkey.pub) != 0 ||
	    crypto_sign_ed25519_sk_to_curve25519(sec, mine->secret) != 0)
		return KC_EINVAL;
	while (fgets(line, sizeof(line), f) != NULL) {
		struct kc_slice rest = kc_slice_str(line), who;
		struct kc_vkey to;
		uint8_t box[BOX];
		size_t n = 0;

		kc_buf_str(head, line);
		if (head->n > HEAD_MAX)
			break;
		if (strcmp(line, "stream\n") == 0) {
			sodium_memzero(sec, sizeof(sec));
			return err;
		}
		if (!kc_slice_cut(&rest, ' ', &who) ||
		    !kc_slice_is(who, "to") ||
		    !kc_slice_cut(&rest, ' ', &who) || rest.n == 0 ||
		    kc_vkey_parse(&to, who) != KC_OK)
			continue;
		rest.n--;
		if (err == KC_ENOKEY && kc_vkey_eq(&to, &mine->vkey) &&
		    kc_base64_decode_secret(rest, box, sizeof(box), &n) ==
			KC_OK &&
		    n == sizeof(box))
			err = crypto_box_seal_open(
				  key, box, sizeof(box), pub, sec) == 0
			    ? KC_OK
			    : KC_ESIG;
	}
	sodium_memzero(sec, sizeof(sec));
	return KC_ESYNTAX;
}

static enum kc_err
draw(FILE *from, FILE *to, stream *s, struct kc_slice head)
{
	uint8_t plain[CHUNK], sealed[CHUNK + MORE];
	unsigned char tag = 0;
	unsigned long long n;
	size_t got;

	while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		got = fread(sealed, 1, sizeof(sealed), from);
		if (ferror(from))
			return KC_EIO;
		if (crypto_secretstream_xchacha20poly1305_pull(s, plain, &n,
			&tag, sealed, got, (const uint8_t *)head.p,
			head.n) != 0)
			return KC_ESIG;
		head.n = 0;
		if (!put(to, plain, (size_t)n))
			return KC_EIO;
	}
	return getc(from) == EOF ? KC_OK : KC_ESIG;
}

static enum kc_err
open_into(FILE *from, FILE *to, const struct kc_skey *mine)
{
	uint8_t key[KEY];
	uint8_t header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
	struct kc_buf head = {0};
	stream s;
	enum kc_err err = read_head(from, mine, &head, key);

	if (err == KC_OK &&
	    fread(header, 1, sizeof(header), from) != sizeof(header))
		err = KC_ESIG;
	if (err == KC_OK &&
	    crypto_secretstream_xchacha20poly1305_init_pull(&s, header, key) !=
		0)
		err = KC_ESIG;
	if (err == KC_OK)
		err = draw(from, to, &s, kc_buf_view(&head));
	if (err == KC_OK && fflush(to) != 0)
		err = KC_EIO;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&s, sizeof(s));
	kc_buf_free(&head);
	return err;
}

enum kc_err
kc_unseal(int *fd, const struct kc_skey *key)
{
	FILE *temp = tmpfile(), *from = NULL;
	enum kc_err err = KC_EIO;
	int to = -1;

	if (temp != NULL && lseek(*fd, 0, SEEK_SET) == 0)
		from = fdopen(dup(*fd), "r");
	if (from != NULL)
		err = open_into(from, temp, key);
	if (err == KC_OK)
		to = dup(fileno(temp));
	if (from != NULL)
		(void)fclose(from);
	if (temp != NULL)
		(void)fclose(temp);
	if (err == KC_OK && to < 0)
		err = KC_EIO;
	if (err != KC_OK)
		return err;
	close(*fd);
	*fd = to;
	return KC_OK;
}
