/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worked example of docs/FORMAT.md: made here from four seeds, compared
 * with tests/golden/format, and looked for in the page byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>
#include <kaocheng/entry.h>
#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>
#include <kaocheng/trust.h>

#include "golden.h"

#define ORIGIN "example.org/kaohe"
#define HEX "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* The private seed of a name is SHA-256 of the name. */
static struct kc_skey
key_of(const char *name)
{
	struct kc_hash seed = kc_sha256(name, strlen(name));
	struct kc_skey k;

	assert_int_equal(kc_crypto_init(), KC_OK);
	assert_int_equal(
	    kc_skey_from_seed(&k, kc_slice_str(name), seed.b), KC_OK);
	return k;
}

static void
put_key_line(struct kc_buf *b, const char *field, const char *name)
{
	struct kc_skey k = key_of(name);

	kc_buf_str(b, field);
	kc_buf_char(b, ' ');
	kc_buf_vkey(b, &k.vkey);
	kc_buf_char(b, '\n');
}

static void
open_leaf(struct kc_buf *b)
{
	struct kc_buf text = {0}, note = {0};
	struct kc_skey keys[2] = {key_of("root.a"), key_of("root.b")};
	struct kc_leaf leaf = {
	    KC_LIT(ORIGIN), 0, INT64_C(1640995205123), {NULL, 0}};

	kc_buf_str(&text,
	    "kaocheng/v1 entry ledger.open\n"
	    "ledger " ORIGIN "\n"
	    "id 00112233445566778899aabbccddeeff\n"
	    "at 2022-01-01T00:00:00Z\n"
	    "seen 0\n"
	    "by root.a\n"
	    "by root.b\n"
	    "suite ed25519/sha256\n"
	    "epoch 1\n");
	put_key_line(&text, "log", ORIGIN);
	put_key_line(&text, "clerk", "clerk");
	put_key_line(&text, "admin", "root.a");
	put_key_line(&text, "admin", "root.b");
	kc_buf_sign_entry(&note, kc_buf_view(&text), keys, 2);
	leaf.note = kc_buf_view(&note);
	kc_buf_leaf(b, &leaf);
	kc_buf_free(&text);
	kc_buf_free(&note);
}

static void
decide_note(struct kc_buf *b)
{
	struct kc_skey key = key_of("G19.assessor");
	struct kc_buf text = {0};
	struct kc_hash first;

	/* Its author has seen the log of one entry: the root is its hash. */
	open_leaf(&text);
	first = kc_hash_leaf(text.p, text.n);
	kc_buf_reset(&text);
	kc_buf_str(&text,
	    "kaocheng/v1 entry prededuct.decide\n"
	    "ledger " ORIGIN "\n"
	    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
	    "at 2022-10-17T01:30:00Z\n"
	    "seen 1 ");
	kc_buf_hash(&text, &first);
	kc_buf_str(&text,
	    "\n"
	    "by G19.assessor\n"
	    "unit G29\n"
	    "target G29-2022-K01\n"
	    "situation S3\n"
	    "effect full\n"
	    "standard 0.5000\n"
	    "evidence sha256:" HEX " 18233 application/pdf\n"
	    "reason 区域治水工程实际进度 52 %，计划 75 %\n"
	    "| 经函件预警提醒后仍未达到序时进度\n");
	kc_buf_sign_entry(b, kc_buf_view(&text), &key, 1);
	kc_buf_free(&text);
}

static void
decide_leaf(struct kc_buf *b)
{
	struct kc_buf note = {0};
	struct kc_leaf leaf = {
	    KC_LIT(ORIGIN), 1, INT64_C(1665970203456), {NULL, 0}};

	decide_note(&note);
	leaf.note = kc_buf_view(&note);
	kc_buf_leaf(b, &leaf);
	kc_buf_free(&note);
}

/* Leaf hashes of the tree of two. */
static void
tree(struct kc_hash leaf[2])
{
	struct kc_buf b = {0};

	open_leaf(&b);
	leaf[0] = kc_hash_leaf(b.p, b.n);
	kc_buf_reset(&b);
	decide_leaf(&b);
	leaf[1] = kc_hash_leaf(b.p, b.n);
	kc_buf_free(&b);
}

static void
hashes(struct kc_buf *b)
{
	struct kc_hash leaf[2], root;

	tree(leaf);
	root = kc_hash_node(&leaf[0], &leaf[1]);
	kc_buf_str(b, "leaf 0  ");
	kc_buf_hex(b, leaf[0].b, KC_HASH_SIZE);
	kc_buf_str(b, "\nleaf 1  ");
	kc_buf_hex(b, leaf[1].b, KC_HASH_SIZE);
	kc_buf_str(b, "\nroot    ");
	kc_buf_hex(b, root.b, KC_HASH_SIZE);
	kc_buf_char(b, '\n');
}

static void
checkpoint(struct kc_buf *b)
{
	struct kc_hash leaf[2];
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 2};
	struct kc_skey key = key_of(ORIGIN);

	tree(leaf);
	c.root = kc_hash_node(&leaf[0], &leaf[1]);
	kc_buf_checkpoint(b, &c, &key);
}

static void
receipt(struct kc_buf *b)
{
	static struct kc_proof proof;
	struct kc_hash leaf[2];
	struct kc_buf c = {0};

	tree(leaf);
	checkpoint(&c);
	proof.index = 1;
	proof.npath = 1;
	proof.path[0] = leaf[0];
	proof.checkpoint = kc_buf_view(&c);
	kc_buf_proof(b, &proof);
	kc_buf_free(&c);
}

static void
possession(struct kc_buf *b)
{
	struct kc_skey key = key_of("G19.assessor");
	struct kc_buf said = {0};
	uint8_t sig[KC_SIG_SIZE];

	kc_buf_possession(&said, KC_LIT(ORIGIN), &key.vkey);
	kc_sign(&key, said.p, said.n, sig);
	kc_buf_slice(b, kc_buf_view(&said));
	kc_buf_str(b, "\npossession ");
	kc_buf_base64(b, sig, sizeof(sig));
	kc_buf_char(b, '\n');
	kc_buf_free(&said);
}

static void
due_id(struct kc_buf *b)
{
	static const char said[] = "kaocheng/v1 due\n" ORIGIN "\n"
				   "prededuct.expire\nPD-2022-0058\n1\n";
	struct kc_hash h = kc_sha256(said, sizeof(said) - 1);

	kc_buf_str(b, said);
	kc_buf_str(b, "\nid ");
	kc_buf_hex(b, h.b, KC_ID_SIZE);
	kc_buf_char(b, '\n');
}

static void
trust(struct kc_buf *b)
{
	struct kc_skey key = key_of(ORIGIN);

	kc_buf_trust(b, &key.vkey);
}

static const struct {
	const char *name;
	void (*make)(struct kc_buf *b);
} parts[] = {{"format/open.leaf", open_leaf},
    {"format/decide.note", decide_note}, {"format/decide.leaf", decide_leaf},
    {"format/hashes", hashes}, {"format/checkpoint", checkpoint},
    {"format/receipt", receipt}, {"format/possession", possession},
    {"format/due", due_id}, {"format/trust", trust}};
#define NPARTS (sizeof(parts) / sizeof(parts[0]))

static void
test_format__example_never_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < NPARTS; i++) {
		struct kc_buf made = {0}, golden = {0};

		parts[i].make(&made);
		golden_read(&golden, parts[i].name);
		if (!kc_slice_eq(kc_buf_view(&made), kc_buf_view(&golden)))
			fail_msg("tests/golden/%s differs", parts[i].name);
		kc_buf_free(&made);
		kc_buf_free(&golden);
	}
}

static void
test_format__page_shows_the_example_byte_for_byte(void **state)
{
	struct kc_buf page = {0};

	(void)state;
	golden_read(&page, "../../docs/FORMAT.md");
	for (size_t i = 0; i < NPARTS; i++) {
		struct kc_buf want = {0};

		kc_buf_str(&want, "\n```\n");
		parts[i].make(&want);
		kc_buf_str(&want, "```\n");
		if (memmem(page.p, page.n, want.p, want.n) == NULL)
			fail_msg(
			    "docs/FORMAT.md does not show %s", parts[i].name);
		kc_buf_free(&want);
	}
	kc_buf_free(&page);
}

static void
test_format__example_verifies(void **state)
{
	struct kc_buf proof = {0}, leaf = {0};
	struct kc_skey log = key_of(ORIGIN), author = key_of("G19.assessor");
	struct kc_checkpoint c;
	struct kc_leaf parsed;
	struct kc_note note;
	struct kc_entry e;
	struct kc_refusal why = {0};

	(void)state;
	receipt(&proof);
	decide_leaf(&leaf);
	assert_int_equal(kc_proof_verify(kc_buf_view(&proof),
			     kc_buf_view(&leaf), &log.vkey, &c),
	    KC_OK);
	assert_int_equal(c.size, 2);
	assert_int_equal(kc_leaf_parse(&parsed, kc_buf_view(&leaf)), KC_OK);
	assert_int_equal(kc_entry_decode(&e, parsed.note, &why), KC_OK);
	assert_int_equal(kc_note_parse(&note, parsed.note, NULL), KC_OK);
	assert_int_equal(kc_note_verify(&note, &author.vkey, 1), KC_OK);
	kc_buf_reset(&leaf);
	open_leaf(&leaf);
	assert_int_equal(kc_leaf_parse(&parsed, kc_buf_view(&leaf)), KC_OK);
	assert_int_equal(kc_entry_decode(&e, parsed.note, &why), KC_OK);
	assert_int_equal(e.kind->id, KC_K_ledger_open);
	kc_buf_free(&proof);
	kc_buf_free(&leaf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_format__example_never_changes),
	    cmocka_unit_test(test_format__page_shows_the_example_byte_for_byte),
	    cmocka_unit_test(test_format__example_verifies),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
