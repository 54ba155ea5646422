/* SPDX-License-Identifier: Apache-2.0 */
/* Trust files, and who signed a checkpoint. */
#include <kaocheng/trust.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>

#include "golden.h"

#define VKEY                                                                   \
	"audit.example.org/ledger+ed2f384c+"                                   \
	"AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx"
#define WKEY                                                                   \
	"witness.example.org/w1+718e134e+"                                     \
	"BHun0VNAaOinILs4fYx9M8U2nh2Uos9enWj6iwn0agfE"
#define LOG "log " VKEY "\n"
#define W1 "witness w1 " WKEY "\n"

static struct kc_trust trust; /* large */

/* Appends "witness w<n> <vkey>" or the key alone, made from a number. */
static void
put_key(struct kc_buf *b, const char *words, unsigned n, uint8_t type)
{
	char name[32];
	struct kc_vkey k = {.type = type};
	struct kc_hash h = kc_sha256(&n, sizeof(n));

	(void)snprintf(name, sizeof(name), "w%u.example.org", n);
	memcpy(k.name, name, sizeof(name));
	memcpy(k.pub, h.b, sizeof(k.pub));
	kc_keyid(k.keyid, kc_slice_str(name), type, k.pub);
	kc_buf_str(b, words);
	kc_buf_vkey(b, &k);
	kc_buf_char(b, '\n');
}

/* A witness of ML-DSA-44: "w.example.org/pq" with a key of 7s. */
static void
put_mldsa(struct kc_buf *b, const char *words)
{
	uint8_t blob[1 + 1312];
	struct kc_buf id = {0};
	struct kc_hash h;

	memset(blob, 7, sizeof(blob));
	blob[0] = KC_KEYTYPE_MLDSA44;
	kc_buf_str(&id, "w.example.org/pq\n");
	kc_buf_put(&id, blob, sizeof(blob));
	h = kc_sha256(id.p, id.n);
	kc_buf_free(&id);
	kc_buf_str(b, words);
	kc_buf_str(b, "w.example.org/pq+");
	kc_buf_hex(b, h.b, KC_KEYID_SIZE);
	kc_buf_char(b, '+');
	kc_buf_base64(b, blob, sizeof(blob));
	kc_buf_char(b, '\n');
}

static void
test_trust__file_of_an_export(void **state)
{
	struct kc_buf b = {0};
	struct kc_vkey k;

	(void)state;
	assert_int_equal(kc_vkey_parse(&k, KC_LIT(VKEY)), KC_OK);
	kc_buf_trust(&b, &k);
	assert_string_equal(kc_buf_cstr(&b), LOG "quorum none\n");
	assert_int_equal(kc_trust_parse(&trust, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(trust.nlogs, 1);
	assert_true(kc_vkey_eq(&trust.log[0], &k));
	kc_buf_free(&b);
}

static void
test_trust__files_written_by_hand(void **state)
{
	static const char *const good[] = {
	    "# our city\n\n" LOG "quorum none",
	    "quorum none\n" LOG,
	    "  log\t" VKEY "  https://log.example.org/ \n\tquorum  none \n",
	    W1 "group g any w1\n" LOG "quorum none\n # end\n",
	    LOG W1 "quorum w1\n",
	    LOG "witness 见证 " WKEY " https://w.example/\nquorum 见证\n",
	    LOG W1 "group a 1 w1\ngroup b all a\nquorum b\n",
	    LOG "witness \xff\xfe " WKEY "\nquorum \xff\xfe\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (kc_trust_parse(&trust, kc_slice_str(good[i]), NULL) !=
		    KC_OK)
			fail_msg("refused: %s", good[i]);
}

static void
test_trust__faults_are_named_with_line_and_column(void **state)
{
	static const struct {
		const char *text;
		enum kc_trust_fault fault;
		uint32_t line, col;
	} rows[] = {
	    {"", KC_TRUST_NO_QUORUM, 1, 1},
	    {"quorum none\n", KC_TRUST_NO_LOG, 2, 1},
	    {LOG, KC_TRUST_NO_QUORUM, 2, 1},
	    {"log\nquorum none\n", KC_TRUST_FEW, 1, 4},
	    {"log x\nquorum none\n", KC_TRUST_KEY, 1, 5},
	    {LOG LOG "quorum none\n", KC_TRUST_TWICE, 2, 5},
	    {LOG "quorum none\nquorum none\n", KC_TRUST_QUORUMS, 3, 1},
	    {LOG "quorum none none\n", KC_TRUST_MANY, 2, 13},
	    {"log " VKEY " a b\nquorum none\n", KC_TRUST_MANY, 1, 86},
	    {LOG "quorum\n", KC_TRUST_FEW, 2, 7},
	    {LOG "quorum none\nother x\n", KC_TRUST_VERB, 3, 1},
	    {"log " VKEY "\r\nquorum none\n", KC_TRUST_CONTROL, 1, 83},
	    {LOG "# \x1b[1A\n", KC_TRUST_CONTROL, 2, 3},
	    {LOG "quorum none\x7f\n", KC_TRUST_CONTROL, 2, 12},
	    {"log " WKEY "\nquorum none\n", KC_TRUST_TYPE, 1, 5},
	    {"witness w " VKEY "\n" LOG "quorum none\n", KC_TRUST_TYPE, 1, 11},
	    {LOG "witness w garbage\nquorum none\n", KC_TRUST_KEY, 2, 11},
	    {LOG "witness none " WKEY "\nquorum none\n", KC_TRUST_NAME, 2, 9},
	    {LOG W1 "witness w1 " VKEY "\n", KC_TRUST_NAME, 3, 9},
	    {LOG W1 "witness w2 " WKEY "\n", KC_TRUST_TWICE, 3, 12},
	    {LOG "group g any x\nquorum none\n", KC_TRUST_UNDEFINED, 2, 13},
	    {LOG W1 "group g any none\n", KC_TRUST_UNDEFINED, 3, 13},
	    {LOG "group g any w1\n" W1, KC_TRUST_UNDEFINED, 2, 13},
	    {LOG W1 "group g any g\n", KC_TRUST_UNDEFINED, 3, 13},
	    {LOG W1 "group g any\n", KC_TRUST_FEW, 3, 12},
	    {LOG W1 "group g 0 w1\n", KC_TRUST_THRESHOLD, 3, 9},
	    {LOG W1 "group g 2 w1\n", KC_TRUST_THRESHOLD, 3, 9},
	    {LOG W1 "group g 01 w1\n", KC_TRUST_THRESHOLD, 3, 9},
	    {LOG W1 "group g both w1\n", KC_TRUST_THRESHOLD, 3, 9},
	    {LOG W1 "group g 1 w1 w1\n", KC_TRUST_MEMBER, 3, 14},
	    {LOG W1 "group g any w1\ngroup h any w1\n", KC_TRUST_MEMBER, 4, 13},
	    {LOG W1 "group w1 any w1\n", KC_TRUST_NAME, 3, 7},
	    {LOG "quorum w1\n" W1, KC_TRUST_UNDEFINED, 2, 8},
	};
	struct kc_trust_where w;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    kc_trust_parse(&trust, kc_slice_str(rows[i].text), &w),
		    KC_ESYNTAX);
		if (w.fault != rows[i].fault || w.line != rows[i].line ||
		    w.col != rows[i].col)
			fail_msg("row %zu: %s at %u:%u", i,
			    kc_trust_fault_text(w.fault, KC_LANG_EN), w.line,
			    w.col);
		assert_true(
		    strlen(kc_trust_fault_text(w.fault, KC_LANG_ZH)) > 0);
	}
}

static void
test_trust__thirty_two_of_each_and_no_more(void **state)
{
	struct kc_buf b = {0};
	struct kc_trust_where w;
	char words[64];

	(void)state;
	for (unsigned i = 0; i < KC_TRUST_MAX; i++) {
		put_key(&b, "log ", i, KC_KEYTYPE_ED25519);
		(void)snprintf(words, sizeof(words), "witness w%u ", i);
		put_key(&b, words, 100 + i, KC_KEYTYPE_COSIGNATURE);
		(void)snprintf(
		    words, sizeof(words), "group g%u any w%u\n", i, i);
		kc_buf_str(&b, words);
	}
	kc_buf_str(&b, "quorum g31\n");
	assert_int_equal(kc_trust_parse(&trust, kc_buf_view(&b), &w), KC_OK);
	assert_int_equal(trust.ngroups, KC_TRUST_MAX);
	kc_buf_str(&b, "group g32 any g31\n");
	assert_int_equal(
	    kc_trust_parse(&trust, kc_buf_view(&b), &w), KC_ESYNTAX);
	assert_int_equal(w.fault, KC_TRUST_LIMIT);
	kc_buf_free(&b);
}

/* The golden checkpoint is signed by its log and, in 2025, by w1. */
static void
test_trust__witness_is_verified_and_counted(void **state)
{
	static const struct {
		const char *rule;
		bool met;
	} rows[] = {{"quorum none\n", true}, {"quorum w1\n", true},
	    {"quorum w2\n", false}, {"group g any w1 w2\nquorum g\n", true},
	    {"group g all w1 w2\nquorum g\n", false},
	    {"group g 2 w1 w2\nquorum g\n", false},
	    {"group g any w2\ngroup h any g w1\nquorum h\n", true},
	    {"group g any w2\ngroup h all g w1\nquorum h\n", false}};
	struct kc_buf note = {0}, b = {0};
	struct kc_checkpoint c;
	struct kc_cosigned who;

	(void)state;
	golden_read(&note, "tlog/checkpoint");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kc_buf_reset(&b);
		kc_buf_str(&b, LOG W1);
		put_key(&b, "witness w2 ", 2, KC_KEYTYPE_COSIGNATURE);
		kc_buf_str(&b, rows[i].rule);
		assert_int_equal(
		    kc_trust_parse(&trust, kc_buf_view(&b), NULL), KC_OK);
		assert_int_equal(
		    kc_trust_check(&trust, kc_buf_view(&note), &c, &who),
		    KC_OK);
		assert_int_equal(who.quorum, rows[i].met);
		assert_int_equal(who.by, 1);
		assert_int_equal(who.time[0], 1760000000);
		assert_int_equal(who.unknown, 0);
		assert_int_equal(c.size, 7);
	}
	kc_buf_free(&note);
	kc_buf_free(&b);
}

static void
test_trust__line_of_a_witness_that_fails_is_no_signature(void **state)
{
	struct kc_buf note = {0};
	struct kc_checkpoint c;
	struct kc_cosigned who;
	const char *line;
	size_t at;

	(void)state;
	golden_read(&note, "tlog/checkpoint");
	(void)kc_buf_cstr(&note);
	line = strstr(note.p, "witness.example.org/w1 ");
	assert_non_null(line);
	at = (size_t)(line - note.p) + strlen("witness.example.org/w1 ");
	assert_int_equal(
	    kc_trust_parse(&trust, KC_LIT(LOG W1 "quorum none\n"), NULL),
	    KC_OK);
	/* The time, the signature; then the key id: a key not known. */
	for (size_t i = 8; i < 100; i += 6) {
		char was = note.p[at + i];

		note.p[at + i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(
		    kc_trust_check(&trust, kc_buf_view(&note), &c, &who),
		    KC_ESIG);
		note.p[at + i] = was;
	}
	note.p[at] = 'A';
	assert_int_equal(
	    kc_trust_check(&trust, kc_buf_view(&note), &c, &who), KC_OK);
	assert_int_equal(who.by, 0);
	assert_int_equal(who.unknown, 1);
	kc_buf_free(&note);
}

static void
test_trust__key_of_ml_dsa_is_known_and_not_counted(void **state)
{
	struct kc_buf b = {0}, note = {0};
	struct kc_checkpoint c;
	struct kc_cosigned who;
	uint8_t blob[4 + 8 + 2420] = {0};

	(void)state;
	kc_buf_str(&b, LOG);
	put_mldsa(&b, "witness pq ");
	kc_buf_str(&b, W1 "group g all pq w1\nquorum g\n");
	assert_int_equal(kc_trust_parse(&trust, kc_buf_view(&b), NULL), KC_OK);
	golden_read(&note, "tlog/checkpoint");
	memcpy(blob, trust.witness[0].key.keyid, 4);
	kc_buf_str(&note, "— w.example.org/pq ");
	kc_buf_base64(&note, blob, sizeof(blob));
	kc_buf_char(&note, '\n');
	assert_int_equal(
	    kc_trust_check(&trust, kc_buf_view(&note), &c, &who), KC_OK);
	assert_false(who.quorum);
	assert_int_equal(who.unchecked, 1);
	assert_int_equal(who.by, 2);
	assert_int_equal(kc_trust_wants(&trust, &who), 1);
	/* One character of its key, and it is no key. */
	b.p[sizeof(LOG) + 60] ^= 1;
	assert_int_equal(
	    kc_trust_parse(&trust, kc_buf_view(&b), NULL), KC_ESYNTAX);
	kc_buf_free(&b);
	kc_buf_free(&note);
}

static void
test_trust__any_listed_log_is_accepted_under_its_own_name(void **state)
{
	struct kc_buf b = {0}, note = {0};
	struct kc_checkpoint c;
	struct kc_cosigned who;

	(void)state;
	golden_read(&note, "tlog/checkpoint");
	put_key(&b, "log ", 1, KC_KEYTYPE_ED25519);
	kc_buf_str(&b, "quorum none\n");
	assert_int_equal(kc_trust_parse(&trust, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(
	    kc_trust_check(&trust, kc_buf_view(&note), &c, &who), KC_EFOREIGN);
	kc_buf_str(&b, LOG);
	assert_int_equal(kc_trust_parse(&trust, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(
	    kc_trust_check(&trust, kc_buf_view(&note), &c, &who), KC_OK);
	assert_true(who.log == &trust.log[1]);
	assert_int_equal(who.unknown, 1); /* w1 */
	kc_buf_free(&b);
	kc_buf_free(&note);
}

static void
test_trust__sixteen_post_quantum_lines_fit(void **state)
{
	struct kc_buf note = {0};
	struct kc_checkpoint c;
	struct kc_cosigned who;
	uint8_t blob[4 + 8 + 2420];

	(void)state;
	golden_read(&note, "tlog/checkpoint");
	for (unsigned i = 0; i < 16; i++) {
		memset(blob, (int)i, sizeof(blob));
		kc_buf_str(&note, "— witness.example.com/pq ");
		kc_buf_base64(&note, blob, sizeof(blob));
		kc_buf_char(&note, '\n');
	}
	assert_int_equal(
	    kc_trust_parse(&trust, KC_LIT(LOG "quorum none\n"), NULL), KC_OK);
	assert_int_equal(
	    kc_trust_check(&trust, kc_buf_view(&note), &c, &who), KC_OK);
	assert_int_equal(who.unknown, 17);
	kc_buf_free(&note);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trust__file_of_an_export),
	    cmocka_unit_test(test_trust__files_written_by_hand),
	    cmocka_unit_test(test_trust__faults_are_named_with_line_and_column),
	    cmocka_unit_test(test_trust__thirty_two_of_each_and_no_more),
	    cmocka_unit_test(test_trust__witness_is_verified_and_counted),
	    cmocka_unit_test(
		test_trust__line_of_a_witness_that_fails_is_no_signature),
	    cmocka_unit_test(
		test_trust__key_of_ml_dsa_is_known_and_not_counted),
	    cmocka_unit_test(
		test_trust__any_listed_log_is_accepted_under_its_own_name),
	    cmocka_unit_test(test_trust__sixteen_post_quantum_lines_fit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
