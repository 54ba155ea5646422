/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes: splitting, verification, and what must be refused. */
#include <kaocheng/note.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>
#include <kaocheng/hash.h>

#include "golden.h"

#define SIG "AAAAAAAAAAA=" /* eight bytes: a key id and a short blob */

static struct kc_skey alice, bob;

static int
set_up(void **state)
{
	struct kc_hash a = kc_sha256("alice", 5), b = kc_sha256("bob", 3);

	(void)state;
	return kc_crypto_init() != KC_OK ||
	    kc_skey_from_seed(&alice, KC_LIT("G19.assessor"), a.b) != KC_OK ||
	    kc_skey_from_seed(&bob, KC_LIT("编办.主任"), b.b) != KC_OK;
}

static enum kc_err
parse(const char *text)
{
	struct kc_note n;

	return kc_note_parse(&n, kc_slice_str(text), NULL);
}

/* Puts text, the empty line and a signature of each key. */
static void
sign_with(struct kc_buf *b, const char *text, const struct kc_skey *first,
    const struct kc_skey *second)
{
	kc_buf_reset(b);
	kc_buf_str(b, text);
	kc_buf_char(b, '\n');
	kc_buf_note_sig(b, kc_slice_str(text), first);
	if (second != NULL)
		kc_buf_note_sig(b, kc_slice_str(text), second);
	assert_int_equal(kc_buf_err(b), KC_OK);
}

static void
test_note__splits_text_and_signatures(void **state)
{
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	sign_with(&b, "one\n\ntwo 考成\n", &alice, &bob);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_true(kc_slice_is(n.text, "one\n\ntwo 考成\n"));
	assert_int_equal(n.nsigs, 2);
	assert_true(kc_slice_is(n.sigs[0].name, "G19.assessor"));
	assert_true(kc_slice_is(n.sigs[1].name, "编办.主任"));
	assert_int_equal(n.sigs[0].base64.n, 92);
	kc_buf_free(&b);
}

static void
test_note__text_may_end_in_empty_lines_or_look_like_a_signature(void **state)
{
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	sign_with(&b, "\n", &alice, NULL);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_true(kc_slice_is(n.text, "\n"));
	sign_with(&b, "a\n\n\n", &alice, NULL);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_true(kc_slice_is(n.text, "a\n\n\n"));
	sign_with(&b, "a\n\n— x " SIG "\n", &alice, NULL);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_true(kc_slice_is(n.text, "a\n\n— x " SIG "\n"));
	assert_int_equal(kc_note_verify(&n, &alice.vkey, 1), KC_OK);
	kc_buf_free(&b);
}

static void
test_note__malformed_refused(void **state)
{
	static const char *const bad[] = {"", "\n", "\n\n", "a", "a\n", "a\n\n",
	    /* no empty line, no final LF, an empty line after */
	    "a\n— x " SIG "\n", "a\n\n— x " SIG, "a\n\n— x " SIG "\n\n",
	    "a\n\n— x " SIG "\n\n\n",
	    /* text that does not end in LF cannot be written; an empty one */
	    "\n— x " SIG "\n",
	    /* the dash: hyphen, en dash, no space, two spaces */
	    "a\n\n- x " SIG "\n", "a\n\n– x " SIG "\n", "a\n\n—x " SIG "\n",
	    "a\n\n—  x " SIG "\n",
	    /* the name: missing, with plus, with a no-break space */
	    "a\n\n— " SIG "\n", "a\n\n— x+y " SIG "\n",
	    "a\n\n— x\xc2\xa0y " SIG "\n",
	    /* the base64: missing, too short, odd length, spaces */
	    "a\n\n— x \n", "a\n\n— x\n", "a\n\n— x AAAA\n",
	    "a\n\n— x AAAAAAAAAAA\n", "a\n\n— x " SIG " \n",
	    "a\n\n— x  " SIG "\n", "a\n\n— x AAAAAAA AAA=\n",
	    /* a foreign line after or between signatures */
	    "a\n\n— x " SIG "\nb\n", "a\n\nb\n— x " SIG "\n",
	    /* what the text may not hold */
	    "a\r\n\n— x " SIG "\n", "a\tb\n\n— x " SIG "\n",
	    "a\x7f\n\n— x " SIG "\n", "a\xc2\x85\n\n— x " SIG "\n",
	    "a\xff\n\n— x " SIG "\n",
	    "\xef\xbb\xbf"
	    "a\n\n— x " SIG "\n",
	    "a\xe2\x80\xae\n\n— x " SIG "\n", "a\n\n— x " SIG "\r\n"};

	(void)state;
	assert_int_equal(parse("a\n\n— x " SIG "\n"), KC_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i]) != KC_ESYNTAX)
			fail_msg("row %zu accepted: %s", i, bad[i]);
}

static void
test_note__fault_is_located(void **state)
{
	struct kc_note n;
	size_t where = 0;

	(void)state;
	assert_int_equal(
	    kc_note_parse(&n, KC_LIT("abc\td\n"), &where), KC_ESYNTAX);
	assert_int_equal(where, 3);
	assert_int_equal(kc_note_parse(&n,
			     KC_LIT("a\n\n— x " SIG "\n- y " SIG "\n"), &where),
	    KC_ESYNTAX);
	assert_int_equal(where, 3 + 6 + 12 + 1);
}

static void
test_note__limits(void **state)
{
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	kc_buf_str(&b, "a\n\n");
	for (int i = 0; i < KC_NOTE_SIGS_MAX; i++)
		kc_buf_str(&b, "— x " SIG "\n");
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(n.nsigs, KC_NOTE_SIGS_MAX);
	kc_buf_str(&b, "— x " SIG "\n");
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_ETOOBIG);

	kc_buf_reset(&b);
	while (b.n < KC_NOTE_MAX - 21)
		kc_buf_char(&b, 'a');
	kc_buf_str(&b, "\n\n— x " SIG "\n");
	assert_int_equal(b.n, KC_NOTE_MAX);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	kc_buf_char(&b, '\n');
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_ETOOBIG);
	kc_buf_free(&b);
}

static void
test_note__verify_known_unknown_and_failing(void **state)
{
	struct kc_vkey both[2] = {alice.vkey, bob.vkey};
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	sign_with(&b, "text\n", &alice, &bob);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(kc_note_verify(&n, both, 2), KC_OK);
	assert_int_equal(kc_note_verify(&n, &both[0], 1), KC_OK);
	assert_int_equal(kc_note_verify(&n, &both[1], 1), KC_OK);
	assert_int_equal(kc_note_verify(&n, both, 0), KC_ENOKEY);

	/* One known signature fails: nothing else can make that good. */
	b.p[0] = 'T';
	assert_int_equal(kc_note_verify(&n, both, 2), KC_ESIG);
	assert_int_equal(kc_note_verify(&n, &both[1], 1), KC_ESIG);
	kc_buf_free(&b);
}

static void
test_note__same_id_under_another_name_is_unknown(void **state)
{
	struct kc_vkey other = alice.vkey;
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	sign_with(&b, "text\n", &alice, NULL);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	other.name[0] = 'g';
	assert_int_equal(kc_note_verify(&n, &other, 1), KC_ENOKEY);
	other = alice.vkey;
	other.keyid[3] ^= 1;
	assert_int_equal(kc_note_verify(&n, &other, 1), KC_ENOKEY);
	/* A cosignature key signs another message: never by this rule. */
	other = alice.vkey;
	other.type = KC_KEYTYPE_COSIGNATURE;
	assert_int_equal(kc_note_verify(&n, &other, 1), KC_ENOKEY);
	kc_buf_free(&b);
}

static void
test_note__known_key_with_a_blob_of_another_length_fails(void **state)
{
	struct kc_buf b = {0};
	struct kc_note n;
	uint8_t blob[12] = {0};

	(void)state;
	memcpy(blob, alice.vkey.keyid, 4);
	kc_buf_str(&b, "text\n\n— G19.assessor ");
	kc_buf_base64(&b, blob, sizeof(blob));
	kc_buf_char(&b, '\n');
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(kc_note_verify(&n, &alice.vkey, 1), KC_ESIG);
	assert_int_equal(kc_note_verify(&n, &bob.vkey, 1), KC_ENOKEY);
	kc_buf_free(&b);
}

static void
test_note__base64_that_is_not_canonical_refused(void **state)
{
	static const char *const bad[] = {"AAAAAAAAAAB=", "AAAAAAA*AAA=",
	    "AAAA====", "AAAAAA==", "AAAA=AAAAAAA", "AAAAAAAAAAA=AAAA",
	    /* padding after 64 characters, with more to come */
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
	    "AAAA"};
	uint8_t keyid[4], sig[64];
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		kc_buf_reset(&b);
		kc_buf_str(&b, "text\n\n— x ");
		kc_buf_str(&b, bad[i]);
		kc_buf_char(&b, '\n');
		assert_int_equal(
		    kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
		assert_int_equal(
		    kc_note_verify(&n, &alice.vkey, 1), KC_ESYNTAX);
		assert_int_equal(
		    kc_note_sig_decode(&n.sigs[0], keyid, sig), KC_ESYNTAX);
	}
	/* The last character of 68 bytes carries two bits that must be 0. */
	sign_with(&b, "text\n", &alice, NULL);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(b.p[b.n - 2], '=');
	b.p[b.n - 3]++;
	assert_int_equal(
	    kc_note_sig_decode(&n.sigs[0], keyid, sig), KC_ESYNTAX);
	assert_int_equal(kc_note_verify(&n, &alice.vkey, 1), KC_ESYNTAX);
	kc_buf_free(&b);
}

static void
test_note__sig_decode_gives_id_and_signature(void **state)
{
	uint8_t keyid[4], sig[64];
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	sign_with(&b, "text\n", &bob, NULL);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(kc_note_sig_decode(&n.sigs[0], keyid, sig), KC_OK);
	assert_memory_equal(keyid, bob.vkey.keyid, 4);
	assert_true(kc_sig_ok(bob.vkey.pub, n.text.p, n.text.n, sig));
	kc_buf_free(&b);
}

static void
test_note__every_flipped_bit_is_noticed(void **state)
{
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	sign_with(&b, "kind deduct\npoints 0.5000\n", &alice, NULL);
	for (size_t bit = 0; bit < 8 * b.n; bit++) {
		b.p[bit / 8] ^= (char)(1 << bit % 8);
		if (kc_note_parse(&n, kc_buf_view(&b), NULL) == KC_OK &&
		    kc_note_verify(&n, &alice.vkey, 1) == KC_OK)
			fail_msg("bit %zu", bit);
		b.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	kc_buf_free(&b);
}

static void
test_note__signing_text_that_lies_in_the_buffer(void **state)
{
	struct kc_buf b = {0};
	struct kc_note n;

	(void)state;
	/* Fill to the brim, so that appending moves the storage. */
	kc_buf_str(&b, "text\n\n");
	while (b.n < b.cap)
		b.cap--;
	kc_buf_note_sig(&b, (struct kc_slice){b.p, 5}, &alice);
	assert_int_equal(kc_note_parse(&n, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(kc_note_verify(&n, &alice.vkey, 1), KC_OK);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_note__splits_text_and_signatures),
	    cmocka_unit_test(
		test_note__text_may_end_in_empty_lines_or_look_like_a_signature),
	    cmocka_unit_test(test_note__malformed_refused),
	    cmocka_unit_test(test_note__fault_is_located),
	    cmocka_unit_test(test_note__limits),
	    cmocka_unit_test(test_note__verify_known_unknown_and_failing),
	    cmocka_unit_test(test_note__same_id_under_another_name_is_unknown),
	    cmocka_unit_test(
		test_note__known_key_with_a_blob_of_another_length_fails),
	    cmocka_unit_test(test_note__base64_that_is_not_canonical_refused),
	    cmocka_unit_test(test_note__sig_decode_gives_id_and_signature),
	    cmocka_unit_test(test_note__every_flipped_bit_is_noticed),
	    cmocka_unit_test(test_note__signing_text_that_lies_in_the_buffer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, NULL);
}
