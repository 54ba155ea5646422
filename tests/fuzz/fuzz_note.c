/* SPDX-License-Identifier: Apache-2.0 */
/* Notes: what parses is rebuilt byte for byte from its parts. */
#include <kaocheng/note.h>

#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/hash.h>

#include "fuzz.h"

static struct kc_vkey known;

/* A line that decodes has one spelling only. */
static void
check_sig(const struct kc_note_sig *s)
{
	uint8_t blob[KC_KEYID_SIZE + KC_SIG_SIZE];
	struct kc_buf b = {0};

	if (kc_note_sig_decode(s, blob, blob + KC_KEYID_SIZE) != KC_OK)
		return;
	kc_buf_base64(&b, blob, sizeof(blob));
	MUST(kc_slice_eq(kc_buf_view(&b), s->base64));
	kc_buf_free(&b);
}

static void
check_parsed(const struct kc_note *n, struct kc_slice in)
{
	struct kc_buf b = {0};
	enum kc_err err;

	MUST(n->nsigs >= 1 && n->nsigs <= KC_NOTE_SIGS_MAX);
	MUST(n->text.n >= 1 && n->text.p[n->text.n - 1] == '\n');
	kc_buf_slice(&b, n->text);
	kc_buf_char(&b, '\n');
	for (size_t i = 0; i < n->nsigs; i++) {
		MUST(kc_note_name_ok(n->sigs[i].name));
		check_sig(&n->sigs[i]);
		kc_buf_str(&b, "— ");
		kc_buf_slice(&b, n->sigs[i].name);
		kc_buf_char(&b, ' ');
		kc_buf_slice(&b, n->sigs[i].base64);
		kc_buf_char(&b, '\n');
	}
	MUST(kc_slice_eq(kc_buf_view(&b), in));
	kc_buf_free(&b);
	MUST(kc_text_scan(in) == in.n);
	err = kc_note_verify(n, &known, 1);
	MUST(err == KC_OK || err == KC_ENOKEY || err == KC_ESIG ||
	    err == KC_ESYNTAX);
}

/* A verifier key that parses has one spelling only. */
static void
check_vkey(struct kc_slice in)
{
	struct kc_buf b = {0};
	struct kc_vkey k;

	if (kc_vkey_parse(&k, in) != KC_OK)
		return;
	kc_buf_vkey(&b, &k);
	MUST(kc_slice_eq(kc_buf_view(&b), in));
	kc_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice in = {(const char *)data, size};
	size_t where = SIZE_MAX;
	struct kc_note n;

	if (known.name[0] == '\0') {
		struct kc_hash seed = kc_sha256("log", 3);
		struct kc_skey k;

		MUST(kc_crypto_init() == KC_OK);
		MUST(kc_skey_from_seed(&k, KC_LIT("audit.example.org/ledger"),
			 seed.b) == KC_OK);
		known = k.vkey;
	}
	if (kc_note_parse(&n, in, &where) == KC_OK)
		check_parsed(&n, in);
	else
		MUST(where <= size);
	check_vkey(in);
	return 0;
}
