/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to a witness, and its verdicts: a row of the table each. */
#include <kaocheng/witness.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "tree.h"

#define ORIGIN "example.org/log"
#define SIZE 70

static struct kc_skey log_key, other_key;
static struct test_tree tree;

static struct kc_hash
root_of(uint64_t size)
{
	return naive_root(tree.node[0], size);
}

/* The signed head of the first `size` leaves, or of another history. */
static void
put_head(struct kc_buf *b, uint64_t size, bool fork, const struct kc_skey *key)
{
	struct kc_checkpoint c = {.size = size};

	(void)kc_slice_copy(
	    c.origin, sizeof(c.origin), kc_slice_str(key->vkey.name));
	c.root = root_of(size);
	if (fork)
		c.root.b[0] ^= 1;
	kc_buf_checkpoint(b, &c, key);
}

struct ask {
	uint64_t old, size;
	bool fork;
	uint64_t proof_from; /* of which old size the proof is */
	uint64_t held;
	bool held_fork;
	enum kc_witness_verdict verdict;
};

static enum kc_witness_verdict
judge(const struct ask *a)
{
	struct kc_hash proof[KC_PROOF_MAX];
	struct kc_witness_ask ask;
	struct kc_checkpoint held = {.size = a->held};
	struct kc_buf note = {0}, body = {0};
	enum kc_witness_verdict v;
	struct kc_hash_reader r = test_tree_reader(&tree);
	size_t n = 0;

	assert_int_equal(
	    kc_merkle_consistency(&r, a->proof_from, a->size, proof, &n),
	    KC_OK);
	put_head(&note, a->size, a->fork, &log_key);
	kc_buf_witness_ask(&body, a->old, proof, n, kc_buf_view(&note));
	assert_int_equal(kc_buf_err(&body), KC_OK);
	held.root = root_of(a->held);
	if (a->held_fork)
		held.root.b[0] ^= 1;
	v = kc_witness_read(&ask, kc_buf_view(&body), &log_key.vkey, 1);
	if (v == KC_WITNESS_COSIGN)
		v = kc_witness_step(&ask, &held);
	kc_buf_free(&note);
	kc_buf_free(&body);
	return v;
}

static void
test_witness__every_step_of_a_tree_that_grows_is_cosigned(void **state)
{
	(void)state;
	for (uint64_t old = 0; old <= SIZE; old++)
		for (uint64_t size = old; size <= SIZE; size++) {
			struct ask a = {.old = old,
			    .size = size,
			    .proof_from = old,
			    .held = old};

			assert_int_equal(judge(&a), KC_WITNESS_COSIGN);
		}
}

static void
test_witness__what_does_not_follow_is_refused_by_its_row(void **state)
{
	static const struct ask rows[] = {
	    {.old = 8,
		.size = 7,
		.proof_from = 7,
		.held = 8,
		.verdict = KC_WITNESS_OLD},
	    {.old = 0,
		.size = 7,
		.proof_from = 0,
		.held = 3,
		.verdict = KC_WITNESS_STALE},
	    {.old = 3,
		.size = 7,
		.proof_from = 3,
		.held = 0,
		.verdict = KC_WITNESS_STALE},
	    {.old = 3,
		.size = 7,
		.proof_from = 3,
		.held = 9,
		.verdict = KC_WITNESS_STALE},
	    {.old = 0, .size = 0, .fork = true, .verdict = KC_WITNESS_EMPTY},
	    {.old = 7,
		.size = 7,
		.proof_from = 7,
		.fork = true,
		.held = 7,
		.verdict = KC_WITNESS_FORK},
	    {.old = 3,
		.size = 7,
		.proof_from = 4,
		.held = 3,
		.verdict = KC_WITNESS_PROOF},
	    {.old = 3,
		.size = 7,
		.proof_from = 0,
		.held = 3,
		.verdict = KC_WITNESS_PROOF},
	    {.old = 0,
		.size = 7,
		.proof_from = 3,
		.held = 0,
		.verdict = KC_WITNESS_PROOF},
	    {.old = 7,
		.size = 7,
		.proof_from = 3,
		.held = 7,
		.verdict = KC_WITNESS_PROOF},
	    {.old = 3,
		.size = 7,
		.proof_from = 3,
		.fork = true,
		.held = 3,
		.verdict = KC_WITNESS_PROOF},
	    {.old = 3,
		.size = 7,
		.proof_from = 3,
		.held = 3,
		.held_fork = true,
		.verdict = KC_WITNESS_PROOF},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (judge(&rows[i]) != rows[i].verdict)
			fail_msg(
			    "row %zu: %s", i, kc_witness_text(judge(&rows[i])));
}

/* Reads a body whose note is made by `key`, with `more` after it. */
static enum kc_witness_verdict
read_by(const struct kc_skey *key, const char *more, size_t nlogs)
{
	struct kc_vkey logs[2] = {log_key.vkey, other_key.vkey};
	struct kc_buf note = {0}, body = {0};
	struct kc_witness_ask ask;
	enum kc_witness_verdict v;

	put_head(&note, 7, false, key);
	kc_buf_str(&note, more);
	kc_buf_witness_ask(&body, 0, NULL, 0, kc_buf_view(&note));
	v = kc_witness_read(&ask, kc_buf_view(&body), logs, nlogs);
	kc_buf_free(&note);
	kc_buf_free(&body);
	return v;
}

static void
test_witness__a_log_is_known_by_its_keys(void **state)
{
	struct kc_skey same_name;
	uint8_t seed[KC_SEED_SIZE] = {9};

	(void)state;
	assert_int_equal(read_by(&log_key, "", 1), KC_WITNESS_COSIGN);
	assert_int_equal(read_by(&other_key, "", 1), KC_WITNESS_UNKNOWN);
	assert_int_equal(read_by(&other_key, "", 2), KC_WITNESS_COSIGN);
	assert_int_equal(
	    kc_skey_from_seed(&same_name, KC_LIT(ORIGIN), seed), KC_OK);
	assert_int_equal(read_by(&same_name, "", 2), KC_WITNESS_UNSIGNED);
	/* Lines of keys that are not known are passed over. */
	assert_int_equal(read_by(&log_key,
			     "\xe2\x80\x94 w.example.org "
			     "cY4TTgAAAABo53gA\n",
			     2),
	    KC_WITNESS_COSIGN);
	assert_int_equal(
	    read_by(&log_key, "\xe2\x80\x94 w.example.org cY4\n", 2),
	    KC_WITNESS_MALFORMED);
}

static void
test_witness__a_changed_signature_of_the_log_is_forged(void **state)
{
	struct kc_buf note = {0}, body = {0};
	struct kc_witness_ask ask;
	char *at;

	(void)state;
	put_head(&note, 7, false, &log_key);
	at = note.p + note.n - 20;
	*at = *at == 'A' ? 'B' : 'A';
	kc_buf_witness_ask(&body, 0, NULL, 0, kc_buf_view(&note));
	assert_int_equal(
	    kc_witness_read(&ask, kc_buf_view(&body), &log_key.vkey, 1),
	    KC_WITNESS_FORGED);
	kc_buf_free(&note);
	kc_buf_free(&body);
}

#define HASH "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
#define LINE "\xe2\x80\x94 " ORIGIN " cY4TTgAAAABo53gA\n"

static void
test_witness__other_forms_are_malformed(void **state)
{
	static const struct {
		const char *body;
		enum kc_witness_verdict verdict;
	} rows[] = {
	    {"", KC_WITNESS_MALFORMED},
	    {"old 0\n", KC_WITNESS_MALFORMED},
	    {"old 0\n\n", KC_WITNESS_MALFORMED},
	    {"old 00\n\n" ORIGIN "\n1\n" HASH "\n" LINE, KC_WITNESS_MALFORMED},
	    {"old -1\n\n" ORIGIN "\n1\n" HASH "\n" LINE, KC_WITNESS_MALFORMED},
	    {"old 0 \n\n" ORIGIN "\n1\n" HASH "\n" LINE, KC_WITNESS_MALFORMED},
	    {"Old 0\n\n" ORIGIN "\n1\n" HASH "\n" LINE, KC_WITNESS_MALFORMED},
	    {"old 0\r\n\n" ORIGIN "\n1\n" HASH "\n" LINE, KC_WITNESS_MALFORMED},
	    {"old 0\nx\n\n" ORIGIN "\n1\n" HASH "\n" LINE,
		KC_WITNESS_MALFORMED},
	    {"old 0\n\n" ORIGIN "\n01\n" HASH "\n" LINE, KC_WITNESS_MALFORMED},
	    {"old 0\n\n" ORIGIN "\n1\n" HASH, KC_WITNESS_MALFORMED},
	    {"old 0\n\n" ORIGIN "\n1\n" HASH "more\n\n" LINE,
		KC_WITNESS_EXTENDED},
	    {"old 0\n\n" ORIGIN "\nx\n" HASH "more\n\n" LINE,
		KC_WITNESS_MALFORMED},
	    {"old 0\n\n" ORIGIN "\n1\n" HASH "\n" LINE, KC_WITNESS_UNSIGNED},
	    {"old 0\n\nelsewhere\n1\n" HASH "\n" LINE, KC_WITNESS_UNKNOWN},
	};
	struct kc_witness_ask ask;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (kc_witness_read(&ask, kc_slice_str(rows[i].body),
			&log_key.vkey, 1) != rows[i].verdict)
			fail_msg("row %zu", i);
}

static void
test_witness__more_hashes_than_a_proof_has_are_malformed(void **state)
{
	struct kc_buf note = {0}, body = {0};
	struct kc_witness_ask ask;

	(void)state;
	put_head(&note, 7, false, &log_key);
	for (int n = 63; n <= 64; n++) {
		kc_buf_reset(&body);
		kc_buf_str(&body, "old 1\n");
		for (int i = 0; i < n; i++)
			kc_buf_str(&body, HASH);
		kc_buf_char(&body, '\n');
		kc_buf_slice(&body, kc_buf_view(&note));
		assert_int_equal(
		    kc_witness_read(&ask, kc_buf_view(&body), &log_key.vkey, 1),
		    n == 63 ? KC_WITNESS_COSIGN : KC_WITNESS_MALFORMED);
	}
	kc_buf_free(&note);
	kc_buf_free(&body);
}

/* The golden checkpoint ends in a cosignature of this key at this time. */
static void
test_witness__a_cosignature_is_that_of_the_golden_vector(void **state)
{
	struct kc_buf golden = {0}, made = {0};
	struct kc_note note;
	struct kc_hash seed = kc_sha256("wit", 3);
	struct kc_skey key;

	(void)state;
	golden_read(&golden, "tlog/checkpoint");
	assert_int_equal(
	    kc_note_parse(&note, kc_buf_view(&golden), NULL), KC_OK);
	assert_int_equal(
	    kc_skey_from_seed(&key, KC_LIT("witness.example.org/w1"), seed.b),
	    KC_OK);
	kc_vkey_cosigner(&key.vkey);
	kc_buf_note_cosig(&made, note.text, 1760000000, &key);
	assert_int_equal(kc_buf_err(&made), KC_OK);
	assert_true(made.n < golden.n);
	assert_memory_equal(golden.p + golden.n - made.n, made.p, made.n);
	kc_buf_free(&golden);
	kc_buf_free(&made);
}

/* The lines of an answer, and which of them is taken. */
static void
test_witness__of_an_answer_the_line_of_our_witness_is_taken(void **state)
{
	struct kc_buf golden = {0}, out = {0};
	struct kc_slice text, lines, ours;
	struct kc_note note;
	struct kc_vkey key, other;
	struct kc_buf vkey = {0};
	uint64_t time;

	(void)state;
	golden_read(&golden, "tlog/checkpoint");
	golden_read(&vkey, "tlog/witness.vkey");
	vkey.n--;
	assert_int_equal(kc_vkey_parse(&key, kc_buf_view(&vkey)), KC_OK);
	other = key;
	other.pub[0] ^= 1;
	assert_int_equal(
	    kc_note_parse(&note, kc_buf_view(&golden), NULL), KC_OK);
	text = note.text;
	lines = (struct kc_slice){text.p + text.n + 1, golden.n - text.n - 1};
	ours = lines;
	assert_true(kc_slice_line(&ours, &(struct kc_slice){0}));
	/* All lines of the note: that of the log is passed over. */
	assert_int_equal(
	    kc_witness_line(&out, text, lines, &key, &time), KC_OK);
	assert_true(kc_slice_eq(kc_buf_view(&out), ours));
	assert_true(time == 1760000000);
	assert_int_equal(
	    kc_witness_line(&out, text, ours, &other, &time), KC_ESIG);
	lines.n -= ours.n;
	assert_int_equal(
	    kc_witness_line(&out, text, lines, &key, &time), KC_ENOKEY);
	lines.n--;
	assert_int_equal(
	    kc_witness_line(&out, text, lines, &key, &time), KC_ESYNTAX);
	assert_int_equal(
	    kc_witness_line(&out, text, KC_LIT(""), &key, &time), KC_ESYNTAX);
	assert_true(kc_slice_eq(kc_buf_view(&out), ours));
	kc_buf_free(&golden);
	kc_buf_free(&vkey);
	kc_buf_free(&out);
}

static int
set_up(void **state)
{
	uint8_t one[KC_SEED_SIZE] = {1}, two[KC_SEED_SIZE] = {2};

	(void)state;
	test_tree_init(&tree, SIZE);
	tree.limit = SIZE;
	return kc_skey_from_seed(&log_key, KC_LIT(ORIGIN), one) != KC_OK ||
	    kc_skey_from_seed(&other_key, KC_LIT("example.org/other"), two) !=
	    KC_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	test_tree_free(&tree);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_witness__every_step_of_a_tree_that_grows_is_cosigned),
	    cmocka_unit_test(
		test_witness__what_does_not_follow_is_refused_by_its_row),
	    cmocka_unit_test(test_witness__a_log_is_known_by_its_keys),
	    cmocka_unit_test(
		test_witness__a_changed_signature_of_the_log_is_forged),
	    cmocka_unit_test(test_witness__other_forms_are_malformed),
	    cmocka_unit_test(
		test_witness__more_hashes_than_a_proof_has_are_malformed),
	    cmocka_unit_test(
		test_witness__a_cosignature_is_that_of_the_golden_vector),
	    cmocka_unit_test(
		test_witness__of_an_answer_the_line_of_our_witness_is_taken),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
