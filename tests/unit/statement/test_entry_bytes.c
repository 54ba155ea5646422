/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that may stand nowhere, in every place of every kind. */
#include <kaocheng/entry.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>

#include "sample.h"
#include "statement/codec.h"

/* Is it what is said of these bytes, if anything that may stand nowhere is
 * there? */
static void
said_first(struct kc_slice note)
{
	struct kc_entry e;
	struct kc_refusal why = {0}, want = {0};
	size_t at = kc_text_scan(note);

	if (at == note.n) /* another character, of a text */
		return;
	kc_refusal_at(&want, note, note.p + at);
	if (kc_entry_decode(&e, note, &why) != KC_EREFUSED ||
	    why.code != KC_R_TEXT || why.line != want.line ||
	    why.col != want.col)
		fail_msg("%s %u:%u, not %u:%u", kc_refusal_code_text(why.code),
		    why.line, why.col, want.line, want.col);
}

static void
test_entry__a_byte_that_may_stand_nowhere_is_said_first(void **state)
{
	static const char bytes[] = {
	    0, '\t', '\r', 0x1f, 0x7f, '\x80', '\xc2', '\xe2', '\xff'};
	struct kc_buf b = {0};

	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		kc_buf_reset(&b);
		sample_note(&b, k, SAMPLE_FULL);
		for (size_t i = 0; i < b.n; i++) {
			char was = b.p[i];

			for (size_t o = 0; o < sizeof(bytes); o++) {
				b.p[i] = bytes[o];
				said_first(kc_buf_view(&b));
			}
			b.p[i] = was;
		}
	}
	kc_buf_free(&b);
}

/* Who signed and the id, of whatever decodes. */
static bool
peeked(struct kc_slice note)
{
	struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_slice author = {NULL, 0};
	uint8_t id[KC_ID_SIZE] = {0};
	bool ok = kc_entry_peek(note, &author, id);

	if (kc_entry_decode(&e, note, &why) != KC_OK)
		return false;
	assert_true(ok);
	assert_true(kc_slice_eq(author, e.by[0]));
	assert_memory_equal(id, e.id, sizeof(id));
	return true;
}

static void
test_entry__a_peek_sees_what_decoding_sees(void **state)
{
	static const char bytes[] = {'a', '0', 'g', '.', ' ', '\n', '|', 0};
	struct kc_buf b = {0};
	unsigned altered = 0;

	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		kc_buf_reset(&b);
		sample_note(&b, k, SAMPLE_FULL);
		assert_true(peeked(kc_buf_view(&b)));
		for (size_t i = 0; i < b.n; i++) {
			char was = b.p[i];

			(void)peeked((struct kc_slice){b.p, i});
			for (size_t o = 0; o < sizeof(bytes); o++) {
				b.p[i] = bytes[o];
				altered +=
				    b.p[i] != was && peeked(kc_buf_view(&b));
			}
			b.p[i] = was;
		}
	}
	assert_in_range(altered, 1000, UINT32_MAX);
	kc_buf_free(&b);
}

#define LEDGER "example.org/kaohe" /* of all samples */

/* Decoding a note of a ledger that is known is decoding a note. */
static bool
same_in(struct kc_slice note, struct kc_slice ledger)
{
	struct kc_entry e, in;
	struct kc_refusal why = {0}, why_in = {0};
	enum kc_err err = kc_entry_decode(&e, note, &why);

	assert_int_equal(kc_entry_decode_in(&in, note, ledger, &why_in), err);
	assert_memory_equal(&why_in, &why, sizeof(why));
	if (err != KC_OK)
		return false;
	assert_ptr_equal(in.kind, e.kind);
	assert_ptr_equal(in.ledger.p, e.ledger.p);
	assert_int_equal(in.ledger.n, e.ledger.n);
	assert_int_equal(in.nby, e.nby);
	assert_int_equal(in.nitems, e.nitems);
	assert_true(kc_slice_eq(in.text, e.text));
	return true;
}

static void
test_entry__decodes_the_same_in_a_known_ledger(void **state)
{
	static const char *const known[] = {
	    LEDGER, "example.org/kaoh", LEDGER " ", "", "id"};
	static const char bytes[] = {'a', '0', ' ', '\n', '+', 0, '\x80'};
	struct kc_buf b = {0};
	struct kc_slice ledger;
	struct kc_entry e;
	struct kc_refusal why = {0};

	(void)state;
	sample_note(&b, 1, SAMPLE_FULL);
	for (size_t l = 0; l < sizeof(known) / sizeof(known[0]); l++)
		assert_true(same_in(kc_buf_view(&b), kc_slice_str(known[l])));
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&b), &why), KC_OK);
	ledger = e.ledger;
	assert_true(kc_slice_is(ledger, LEDGER));
	for (size_t i = 0; i < b.n; i++) {
		char was = b.p[i];

		(void)same_in((struct kc_slice){b.p, i}, KC_LIT(LEDGER));
		for (size_t o = 0; o < sizeof(bytes); o++) {
			b.p[i] = bytes[o];
			(void)same_in(kc_buf_view(&b), KC_LIT(LEDGER));
		}
		b.p[i] = was;
	}
	kc_buf_free(&b);
}

/* Base64 that is looked at is what base64 that is decoded would be. */
static void
test_base64__is_taken_where_decoding_takes_it(void **state)
{
	uint8_t blob[68], id[KC_KEYID_SIZE], sig[KC_SIG_SIZE];
	struct kc_buf b = {0};
	struct kc_hash hash;

	(void)state;
	for (size_t i = 0; i < sizeof(blob); i++)
		blob[i] = (uint8_t)(i * 37);
	for (size_t n = KC_HASH_SIZE; n <= 68; n += 68 - KC_HASH_SIZE) {
		kc_buf_reset(&b);
		kc_buf_base64(&b, blob, n);
		for (size_t i = 0; i < b.n * 256; i++) {
			struct kc_slice s = kc_buf_view(&b);
			struct kc_note_sig line = {{NULL, 0}, s};
			char was = b.p[i / 256];

			b.p[i / 256] = (char)(i % 256);
			if (n == 68)
				assert_int_equal(kc_sig68_ok(s.p),
				    kc_note_sig_decode(&line, id, sig) ==
					KC_OK);
			else
				assert_int_equal(
				    kc_hash64_ok(s), kc_read_hash(s, &hash));
			b.p[i / 256] = was;
		}
	}
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_entry__a_byte_that_may_stand_nowhere_is_said_first),
	    cmocka_unit_test(test_entry__a_peek_sees_what_decoding_sees),
	    cmocka_unit_test(test_entry__decodes_the_same_in_a_known_ledger),
	    cmocka_unit_test(test_base64__is_taken_where_decoding_takes_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
