/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets of channels: files of ours, read once. */
#include "remind/sender.h"

#include <string.h>

#include <sodium.h>

#include <kaocheng/base64.h>

#include "sys/file.h"

#define PLACES_FILE_MAX 65536
#define PLACES_MAX 1000

static bool
printable(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

enum kc_err
kc_secret_line(char out[KC_SENDER_SECRET_MAX], const char *path)
{
	struct kc_buf file = {0};
	struct kc_slice rest, line;
	enum kc_err err = kc_file_read(&file, path, KC_SENDER_SECRET_MAX, true);

	rest = kc_buf_view(&file);
	if (err == KC_OK && !kc_slice_line(&rest, &line)) {
		line = rest;
		rest.n = 0;
	}
	if (err == KC_OK &&
	    (rest.n > 0 || !printable(line) ||
		!kc_slice_copy(out, KC_SENDER_SECRET_MAX, line)))
		err = KC_EINVAL;
	if (file.p != NULL)
		explicit_bzero(file.p, file.cap);
	kc_buf_free(&file);
	return err;
}

static bool
token_ok(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return s.n > 0;
}

static bool
read_place(struct kc_place *out, struct kc_slice line, bool with_secret)
{
	struct kc_slice name, token = line, secret = {"", 0};

	if (!kc_slice_cut(&token, ' ', &name))
		return false;
	if (with_secret) {
		secret = token;
		if (!kc_slice_cut(&secret, ' ', &token) || !printable(secret))
			return false;
	}
	/* The token becomes a part of an address. */
	return printable(name) && token_ok(token) &&
	    kc_slice_copy(out->name, sizeof(out->name), name) &&
	    kc_slice_copy(out->token, sizeof(out->token), token) &&
	    kc_slice_copy(out->secret, sizeof(out->secret), secret);
}

static bool
is_there(const struct kc_places *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->v[i].name, name) == 0)
			return true;
	return false;
}

enum kc_err
kc_places_read(struct kc_places *out, const char *path, bool with_secret)
{
	struct kc_buf file = {0};
	struct kc_slice rest, line;
	enum kc_err err = kc_file_read(&file, path, PLACES_FILE_MAX, true);

	rest = kc_buf_view(&file);
	while (err == KC_OK && kc_slice_line(&rest, &line)) {
		struct kc_place *v = out->n == PLACES_MAX
		    ? NULL
		    : kc_realloc(out->v, (out->n + 1) * sizeof(*v));

		if (v == NULL) {
			err = out->n == PLACES_MAX ? KC_ETOOBIG : KC_ENOMEM;
			break;
		}
		out->v = v;
		if (read_place(&v[out->n], line, with_secret) &&
		    !is_there(out, v[out->n].name))
			out->n++;
		else
			err = KC_EINVAL;
	}
	if (err == KC_OK && (rest.n > 0 || out->n == 0))
		err = KC_EINVAL;
	if (file.p != NULL)
		explicit_bzero(file.p, file.cap);
	kc_buf_free(&file);
	return err;
}

const struct kc_place *
kc_place_find(const struct kc_places *p, struct kc_slice name)
{
	const struct kc_place *others = NULL;

	for (size_t i = 0; i < p->n; i++) {
		if (kc_slice_is(name, p->v[i].name))
			return &p->v[i];
		if (strcmp(p->v[i].name, "*") == 0)
			others = &p->v[i];
	}
	return others;
}

void
kc_hmac_base64(struct kc_buf *out, struct kc_slice key, struct kc_slice of)
{
	crypto_auth_hmacsha256_state st;
	uint8_t mac[crypto_auth_hmacsha256_BYTES];

	(void)crypto_auth_hmacsha256_init(
	    &st, (const unsigned char *)key.p, key.n);
	(void)crypto_auth_hmacsha256_update(
	    &st, (const unsigned char *)of.p, of.n);
	(void)crypto_auth_hmacsha256_final(&st, mac);
	kc_buf_base64(out, mac, sizeof(mac));
}
