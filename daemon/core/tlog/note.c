/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes: split, verify, sign. */
#include <kaocheng/note.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/base64.h>

#define DASH "\xe2\x80\x94 " /* U+2014 and a space */
#define DASH_SIZE (sizeof(DASH) - 1)
#define BLOB_SIZE (KC_KEYID_SIZE + KC_SIG_SIZE)
#define COSIG_SIZE (KC_KEYID_SIZE + 8 + KC_SIG_SIZE)

/* Splits "— name base64"; false with the fault's place in *at. */
static bool
sig_parse(struct kc_note_sig *out, struct kc_slice line, const char **at)
{
	struct kc_slice rest = line;

	*at = line.p;
	if (line.n < DASH_SIZE || memcmp(line.p, DASH, DASH_SIZE) != 0)
		return false;
	rest.p += DASH_SIZE;
	rest.n -= DASH_SIZE;
	*at = rest.p;
	if (!kc_slice_cut(&rest, ' ', &out->name) ||
	    !kc_note_name_ok(out->name))
		return false;
	*at = rest.p;
	/* At least a key id and one byte; the alphabet is checked later. */
	if (rest.n < KC_BASE64_SIZE(KC_KEYID_SIZE + 1) || rest.n % 4 != 0 ||
	    memchr(rest.p, ' ', rest.n) != NULL)
		return false;
	out->base64 = rest;
	return true;
}

/* Start of the signature lines: after the last LF LF. NULL if none. */
static const char *
find_split(struct kc_slice bytes)
{
	const char *end = bytes.p + bytes.n - 1; /* an LF */

	while (end > bytes.p) {
		const char *lf =
		    memrchr(bytes.p, '\n', (size_t)(end - bytes.p));

		if (lf == NULL)
			return NULL;
		if (lf + 1 == end)
			return end + 1;
		end = lf;
	}
	return NULL;
}

static enum kc_err
parse(struct kc_note *out, struct kc_slice bytes, const char **at)
{
	struct kc_slice rest, line;
	const char *sigs;
	size_t clean;

	out->nsigs = 0;
	*at = bytes.p;
	if (bytes.n == 0)
		return KC_ESYNTAX;
	if (bytes.n > KC_NOTE_MAX)
		return KC_ETOOBIG;
	clean = kc_text_scan(bytes);
	*at = bytes.p + clean;
	if (clean != bytes.n || bytes.p[bytes.n - 1] != '\n')
		return KC_ESYNTAX;
	sigs = find_split(bytes);
	if (sigs == NULL)
		return KC_ESYNTAX;
	rest.p = sigs;
	rest.n = (size_t)(bytes.p + bytes.n - sigs);
	while (kc_slice_line(&rest, &line)) {
		*at = line.p;
		if (out->nsigs == KC_NOTE_SIGS_MAX)
			return KC_ETOOBIG;
		if (!sig_parse(&out->sigs[out->nsigs], line, at))
			return KC_ESYNTAX;
		out->nsigs++;
	}
	out->text.p = bytes.p;
	out->text.n = (size_t)(sigs - bytes.p) - 1;
	return out->nsigs > 0 ? KC_OK : KC_ESYNTAX;
}

enum kc_err
kc_note_parse(struct kc_note *out, struct kc_slice bytes, size_t *where)
{
	const char *at;
	enum kc_err err = parse(out, bytes, &at);

	if (err != KC_OK && where != NULL)
		*where = bytes.n > 0 ? (size_t)(at - bytes.p) : 0;
	return err;
}

enum kc_err
kc_note_sig_decode(const struct kc_note_sig *s, uint8_t keyid[KC_KEYID_SIZE],
    uint8_t sig[KC_SIG_SIZE])
{
	uint8_t blob[BLOB_SIZE];
	size_t n;

	if (s->base64.n != KC_BASE64_SIZE(sizeof(blob)) ||
	    kc_base64_decode(s->base64, blob, sizeof(blob), &n) != KC_OK ||
	    n != sizeof(blob))
		return KC_ESYNTAX;
	memcpy(keyid, blob, KC_KEYID_SIZE);
	memcpy(sig, blob + KC_KEYID_SIZE, KC_SIG_SIZE);
	return KC_OK;
}

enum kc_err
kc_note_sig_keyid(const struct kc_note_sig *s, uint8_t keyid[KC_KEYID_SIZE])
{
	struct kc_slice base64 = s->base64;
	bool first = true;

	/* Of any length, and canonical to its end. */
	while (base64.n > 0) {
		struct kc_slice part = {
		    base64.p, base64.n < 64 ? base64.n : 64};
		uint8_t bytes[48];
		size_t n;

		base64.p += part.n;
		base64.n -= part.n;
		if (kc_base64_decode(part, bytes, sizeof(bytes), &n) != KC_OK ||
		    (base64.n > 0 && n != sizeof(bytes)) ||
		    (first && n <= KC_KEYID_SIZE))
			return KC_ESYNTAX;
		if (first)
			memcpy(keyid, bytes, KC_KEYID_SIZE);
		first = false;
	}
	return first ? KC_ESYNTAX : KC_OK;
}

/* KC_ENOKEY if the line is by none of the known keys. */
static enum kc_err
sig_verify(struct kc_slice text, const struct kc_note_sig *s,
    const struct kc_vkey *known, size_t nknown)
{
	uint8_t keyid[KC_KEYID_SIZE];
	uint8_t sig[KC_SIG_SIZE];
	enum kc_err err = KC_ENOKEY;

	if (kc_note_sig_keyid(s, keyid) != KC_OK)
		return KC_ESYNTAX;
	for (size_t i = 0; i < nknown; i++) {
		const struct kc_vkey *k = &known[i];

		if (k->type != KC_KEYTYPE_ED25519 ||
		    memcmp(k->keyid, keyid, sizeof(keyid)) != 0 ||
		    !kc_slice_is(s->name, k->name))
			continue;
		if (kc_note_sig_decode(s, keyid, sig) != KC_OK ||
		    !kc_sig_ok(k->pub, text.p, text.n, sig))
			return KC_ESIG;
		err = KC_OK;
	}
	return err;
}

enum kc_err
kc_note_verify(
    const struct kc_note *note, const struct kc_vkey *known, size_t nknown)
{
	enum kc_err all = KC_ENOKEY;

	for (size_t i = 0; i < note->nsigs; i++) {
		enum kc_err err =
		    sig_verify(note->text, &note->sigs[i], known, nknown);

		if (err == KC_OK)
			all = KC_OK;
		else if (err != KC_ENOKEY)
			return err;
	}
	return all;
}

/* What a witness signs. */
static void
put_cosigned(struct kc_buf *b, struct kc_slice text, uint64_t time)
{
	kc_buf_str(b, "cosignature/v1\ntime ");
	kc_buf_u64(b, time);
	kc_buf_char(b, '\n');
	kc_buf_slice(b, text);
}

enum kc_err
kc_note_cosig_verify(const struct kc_note *note, const struct kc_note_sig *s,
    const struct kc_vkey *witness, uint64_t *time)
{
	uint8_t blob[COSIG_SIZE];
	struct kc_buf b = {0};
	uint64_t at;
	size_t n;
	bool ok;

	if (s->base64.n != KC_BASE64_SIZE(sizeof(blob)) ||
	    kc_base64_decode(s->base64, blob, sizeof(blob), &n) != KC_OK ||
	    n != sizeof(blob))
		return KC_ESIG;
	at = kc_be64(blob + KC_KEYID_SIZE);
	put_cosigned(&b, note->text, at);
	if (kc_buf_err(&b) != KC_OK) {
		kc_buf_free(&b);
		return KC_ENOMEM;
	}
	ok = at <= INT64_MAX &&
	    kc_sig_ok(witness->pub, b.p, b.n, blob + KC_KEYID_SIZE + 8);
	kc_buf_free(&b);
	*time = at;
	return ok ? KC_OK : KC_ESIG;
}

static void
put_line(
    struct kc_buf *b, const struct kc_vkey *key, const uint8_t *blob, size_t n)
{
	kc_buf_str(b, DASH);
	kc_buf_str(b, key->name);
	kc_buf_char(b, ' ');
	kc_buf_base64(b, blob, n);
	kc_buf_char(b, '\n');
}

void
kc_buf_note_sig(
    struct kc_buf *b, struct kc_slice text, const struct kc_skey *key)
{
	uint8_t sig[KC_SIG_SIZE];

	/* Signed before anything is appended: text may lie in b. */
	kc_sign(key, text.p, text.n, sig);
	kc_buf_note_line(b, &key->vkey, sig);
}

void
kc_buf_note_line(
    struct kc_buf *b, const struct kc_vkey *key, const uint8_t sig[KC_SIG_SIZE])
{
	uint8_t blob[BLOB_SIZE];

	memcpy(blob, key->keyid, KC_KEYID_SIZE);
	memcpy(blob + KC_KEYID_SIZE, sig, KC_SIG_SIZE);
	put_line(b, key, blob, sizeof(blob));
}

void
kc_buf_note_cosig(struct kc_buf *b, struct kc_slice text, uint64_t time,
    const struct kc_skey *key)
{
	uint8_t blob[COSIG_SIZE];
	struct kc_buf signed_text = {0};

	assert(key->vkey.type == KC_KEYTYPE_COSIGNATURE && time <= INT64_MAX);
	put_cosigned(&signed_text, text, time);
	if (kc_buf_err(&signed_text) != KC_OK) {
		if (b->err == KC_OK)
			b->err = kc_buf_err(&signed_text);
	} else {
		memcpy(blob, key->vkey.keyid, KC_KEYID_SIZE);
		kc_put_be64(blob + KC_KEYID_SIZE, time);
		kc_sign(key, signed_text.p, signed_text.n,
		    blob + KC_KEYID_SIZE + 8);
		put_line(b, &key->vkey, blob, sizeof(blob));
	}
	kc_buf_free(&signed_text);
}
