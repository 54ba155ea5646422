/* SPDX-License-Identifier: Apache-2.0 */
/* A field's value as people type it, made into the form that is signed. */
#include "field.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "keys.h"

/* --- evidence ---------------------------------------------------------------
 */
static const char *
media_type(const char *path)
{
	static const struct {
		const char *end, *type;
	} types[] = {
	    {".pdf", "application/pdf"},
	    {".ofd", "application/ofd"},
	    {".txt", "text/plain"},
	    {".md", "text/markdown"},
	    {".csv", "text/csv"},
	    {".html", "text/html"},
	    {".json", "application/json"},
	    {".xml", "application/xml"},
	    {".zip", "application/zip"},
	    {".png", "image/png"},
	    {".jpg", "image/jpeg"},
	    {".jpeg", "image/jpeg"},
	    {".mp4", "video/mp4"},
	    {".doc", "application/msword"},
	    {".xls", "application/vnd.ms-excel"},
	    {".docx",
		"application/"
		"vnd.openxmlformats-officedocument.wordprocessingml."
		"document"},
	    {".xlsx",
		"application/"
		"vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	};
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t m = strlen(types[i].end);

		if (n > m && strcasecmp(path + n - m, types[i].end) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

/* "sha256:<hex> <bytes> <type>" of a file, whatever its size. */
static int
hash_file(const char *path, struct kc_buf *out)
{
	crypto_hash_sha256_state state;
	unsigned char chunk[65536];
	uint8_t digest[crypto_hash_sha256_BYTES];
	uint64_t size = 0;
	FILE *f = fopen(path, "re");
	size_t n;
	bool bad;

	if (f == NULL)
		return kc_cli_fail(
		    KC_EXIT_NOT_FOUND, NULL, "%s: %s", path, strerror(errno));
	crypto_hash_sha256_init(&state);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		crypto_hash_sha256_update(&state, chunk, n);
		size += n;
	}
	bad = ferror(f) != 0;
	fclose(f);
	if (bad)
		return kc_cli_fail(
		    KC_EXIT_FAILED, NULL, "%s: %s", path, strerror(EIO));
	crypto_hash_sha256_final(&state, digest);
	kc_buf_str(out, "sha256:");
	kc_buf_hex(out, digest, sizeof(digest));
	kc_buf_char(out, ' ');
	kc_buf_u64(out, size);
	kc_buf_char(out, ' ');
	kc_buf_str(out, media_type(path));
	return KC_EXIT_OK;
}

/* --- the others
 * ---------------------------------------------------------------
 */
static int
text_of(const struct kc_cli *cli, const char *text, struct kc_buf *out)
{
	size_t start = out->n;
	enum kc_err err;

	if (text[0] != '@') {
		kc_buf_str(out, text);
		return KC_EXIT_OK;
	}
	if (text[1] == '@') { /* a text that begins with @ */
		kc_buf_str(out, text + 1);
		return KC_EXIT_OK;
	}
	err = kc_file_load(text + 1, KC_NOTE_MAX, out);
	if (err != KC_OK)
		return kc_cli_error(cli, err, text + 1);
	while (out->n > start && out->p[out->n - 1] == '\n')
		out->n--;
	return KC_EXIT_OK;
}

/* "0.5" is 0.5000; more than four decimals are for the codec to refuse. */
static void
decimal(const char *text, struct kc_buf *out)
{
	const char *dot = strchr(text, '.');
	size_t have = dot != NULL ? strlen(dot + 1) : 0;
	size_t digits = strspn(text, "-0123456789.");

	kc_buf_str(out, text);
	if (text[digits] != '\0' || (dot != NULL && have == 0))
		return;
	if (dot == NULL)
		kc_buf_char(out, '.');
	for (; have < 4; have++)
		kc_buf_char(out, '0');
}

/* "80%", "52.5%", or basis points as they stand. */
static void
basis_points(const char *text, struct kc_buf *out)
{
	char number[32];
	size_t n = strlen(text);
	struct kc_buf e4 = {0};
	int64_t v;

	if (n > 1 && n < sizeof(number) && text[n - 1] == '%') {
		memcpy(number, text, n - 1);
		number[n - 1] = '\0';
		decimal(number, &e4);
		if (kc_read_points(kc_buf_view(&e4), &v) && v >= 0 &&
		    v % 100 == 0) {
			kc_buf_i64(out, v / 100);
			kc_buf_free(&e4);
			return;
		}
	}
	kc_buf_free(&e4);
	kc_buf_str(out, text);
}

static int
verifier_key(const struct kc_cli *cli, const char *text, struct kc_buf *out)
{
	struct kc_vkey key;
	enum kc_err err;

	if (strchr(text, '+') != NULL) {
		kc_buf_str(out, text);
		return KC_EXIT_OK;
	}
	err = kc_keys_peek(cli, text, &key);
	if (err != KC_OK)
		return kc_cli_error(cli, err, text);
	kc_buf_vkey(out, &key);
	return KC_EXIT_OK;
}

int
kc_field_value(const struct kc_cli *cli, const struct kc_field *f,
    const char *text, struct kc_buf *out)
{
	switch (f->type) {
	case KC_T_EVIDENCE:
		if (strncmp(text, "sha256:", 7) != 0)
			return hash_file(text, out);
		break;
	case KC_T_TEXT:
		return text_of(cli, text, out);
	case KC_T_VKEY:
		return verifier_key(cli, text, out);
	case KC_T_POINTS:
	case KC_T_DECIMAL:
		decimal(text, out);
		return KC_EXIT_OK;
	case KC_T_BP:
		basis_points(text, out);
		return KC_EXIT_OK;
	case KC_T_CODE:
	case KC_T_ACTOR:
	case KC_T_HANDLE:
	case KC_T_WORD:
	case KC_T_INT:
	case KC_T_DATE:
	case KC_T_QUARTER:
	case KC_T_SIG:
	case KC_T_HASH:
	case KC_T_YESNO:
	case KC_T_KINDNAME:
		break;
	}
	kc_buf_str(out, text);
	return KC_EXIT_OK;
}
