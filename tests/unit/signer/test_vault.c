/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs heads: only what extends the last one, whatever the anchor's file
 * is replaced by; and entries of the clerk alone. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"
#include "vaultkit.h"

#define ORIGIN VAULTKIT_ORIGIN
#define LEAVES 300

static struct fixture {
	struct vaultkit k;
	struct test_tree tree, other; /* the other differs in leaf 7 */
	struct kc_skey next;
	unsigned looks; /* for keys beside */
	bool again;     /* others may have come */
	size_t beside;  /* keys that lie beside the configured one: 0 or 1 */
} f;

static size_t
beside(void *ctx, struct kc_skey *v, size_t max)
{
	(void)ctx;
	f.looks++;
	if (f.beside > 0 && max > 0)
		v[0] = f.next;
	return f.beside;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	test_tree_init(&f.tree, LEAVES);
	test_tree_init(&f.other, LEAVES);
	f.other.node[0][7].b[0] ^= 1;
	test_tree_rebuild(&f.other);
	f.k.beside = beside;
	vaultkit_up(&f.k);
	vaultkit_key(&f.next, ORIGIN, 2);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	vaultkit_down(&f.k);
	test_tree_free(&f.tree);
	test_tree_free(&f.other);
	return 0;
}

/* Asks for the head of `size` of a tree, with its proof from `from`. */
static enum kc_err
ask(struct test_tree *t, uint64_t from, uint64_t size)
{
	struct kc_hash_reader r;
	struct kc_hash proof[KC_PROOF_MAX];
	struct kc_checkpoint c = {.origin = ORIGIN, .size = size};
	struct kc_log_keys keys = {.n = 1};
	struct kc_head_ask a = {.head = &c, .proof = proof, .keys = &keys};

	keys.v[0] = f.k.log.vkey;
	t->limit = size;
	r = test_tree_reader(t);
	assert_int_equal(kc_merkle_root(&r, size, &c.root), KC_OK);
	if (from > 0)
		assert_int_equal(
		    kc_merkle_consistency(&r, from, size, proof, &a.nproof),
		    KC_OK);
	kc_buf_reset(&f.k.note);
	kc_buf_reset(&f.k.detail);
	return f.k.sign.head(f.k.sign.ctx, &a, &f.k.note, &f.k.detail);
}

static void
test_head__what_extends_the_last_one_is_signed_and_anchored(void **state)
{
	static const uint64_t sizes[] = {1, 2, 7, 8, 100, 256, 300};
	uint64_t from = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(ask(&f.tree, from, sizes[i]), KC_OK);
		vaultkit_check_signed(&f.k, sizes[i]);
		from = sizes[i];
	}
	/* Asked for once more after a crash. */
	assert_int_equal(ask(&f.tree, 300, 300), KC_OK);
	vaultkit_check_signed(&f.k, 300);
}

static void
test_head__a_rewind_and_a_fork_are_refused(void **state)
{
	(void)state;
	assert_int_equal(ask(&f.tree, 0, 100), KC_OK);
	for (unsigned again = 0; again < 2; again++) {
		assert_int_equal(ask(&f.tree, 0, 99), KC_EROLLBACK);
		assert_int_equal(ask(&f.tree, 50, 99), KC_EROLLBACK);
		assert_int_equal(ask(&f.other, 0, 100), KC_EFORK);
		assert_int_equal(ask(&f.other, 100, 200), KC_EFORK);
		assert_int_equal(ask(&f.tree, 99, 200), KC_EFORK);
		assert_int_equal(ask(&f.tree, 0, 200), KC_EFORK);
		assert_int_equal(f.k.note.n, 0);
		/* What it knows it knows after a start, too. */
		vaultkit_reopen(&f.k);
	}
	assert_int_equal(ask(&f.tree, 100, 200), KC_OK);
	vaultkit_check_signed(&f.k, 200);
}

static void
test_head__the_anchor_put_back_or_taken_away_changes_nothing(void **state)
{
	const char *path = tmpdir_file(f.k.dir, "anchor");
	char old[8192];
	int fd;

	(void)state;
	assert_int_equal(ask(&f.tree, 0, 100), KC_OK);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, old, sizeof(old), 0), sizeof(old));
	assert_int_equal(ask(&f.tree, 100, 200), KC_OK);
	assert_int_equal(pwrite(fd, old, sizeof(old), 0), sizeof(old));
	assert_int_equal(close(fd), 0);
	assert_int_equal(ask(&f.other, 0, 200), KC_EFORK);
	assert_int_equal(ask(&f.tree, 100, 150), KC_EROLLBACK);
	assert_int_equal(ask(&f.tree, 200, 250), KC_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ask(&f.tree, 250, 300), KC_EIO);
	assert_true(f.k.detail.n > 0);
}

/* --- with the batch --- */
/* Entries [from, to), the n-th of which is written otherwise; its head is over
 * `size` entries, and its proof is the edge of `old`. None: without a batch. */
static enum kc_err
ask_with(uint64_t from, uint64_t to, uint64_t size, uint64_t old, size_t n)
{
	struct kc_row rows[64] = {{.leaf = {0}}};
	char text[64][16];
	struct kc_append batch = {
	    .size = from, .rows = rows, .nrows = (size_t)(to - from)};
	struct kc_buf bytes = {0};
	enum kc_err err;

	for (size_t i = 0; i < batch.nrows; i++)
		rows[i].leaf = vaultkit_leaf(from + i, i == n, text[i]);
	if (to > from)
		kc_held_put(&bytes, &batch);
	err = vaultkit_ask(&f.k, kc_buf_view(&bytes), size, old);
	kc_buf_free(&bytes);
	return err;
}

#define RIGHT SIZE_MAX

static void
test_batch__leads_from_head_to_head_and_is_held(void **state)
{
	static const uint64_t sizes[] = {1, 2, 7, 8, 40, 64};
	uint64_t from = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct kc_anchored held = {0};
		struct kc_held h;

		assert_int_equal(
		    ask_with(from, sizes[i], sizes[i], from, RIGHT), KC_OK);
		vaultkit_check_signed(&f.k, sizes[i]);
		assert_int_equal(
		    kc_anchor_load(tmpdir_file(f.k.dir, "anchor"), &held),
		    KC_OK);
		assert_int_equal(
		    kc_held_take(&h, kc_buf_view(&held.v[1].batch)), KC_OK);
		assert_int_equal(h.batch.size, from);
		assert_int_equal(h.batch.nrows, sizes[i] - from);
		kc_held_free(&h);
		kc_anchored_free(&held);
		from = sizes[i];
	}
	/* Asked for once more: it stands, and the one before stays, too. */
	assert_int_equal(ask_with(40, 64, 64, 40, RIGHT), KC_OK);
	vaultkit_reopen(&f.k);
	assert_int_equal(ask_with(40, 64, 64, 40, RIGHT), KC_OK);
	vaultkit_check_signed(&f.k, 64);
}

static void
test_batch__that_leads_elsewhere_is_not_signed(void **state)
{
	(void)state;
	assert_int_equal(ask_with(0, 10, 10, 0, RIGHT), KC_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(ask_with(10, 20, 20, 10, 3), KC_EFORK);
		assert_int_equal(ask_with(10, 19, 20, 10, RIGHT), KC_EFORK);
		assert_int_equal(ask_with(10, 20, 19, 10, RIGHT), KC_EFORK);
		assert_int_equal(ask_with(11, 20, 20, 10, RIGHT), KC_EFORK);
		assert_int_equal(ask_with(9, 20, 20, 9, RIGHT), KC_EFORK);
		assert_int_equal(ask_with(10, 20, 20, 9, RIGHT), KC_EFORK);
		assert_int_equal(ask_with(5, 9, 9, 5, RIGHT), KC_EROLLBACK);
		assert_int_equal(f.k.note.n, 0);
		vaultkit_reopen(&f.k);
	}
	assert_int_equal(ask_with(10, 20, 20, 10, RIGHT), KC_OK);
	vaultkit_check_signed(&f.k, 20);
}

/* The anchor lets go of the head, and holds what was refused no more than what
 * leads to it. */
static void
test_batch__that_was_refused_goes_with_no_other_head(void **state)
{
	struct kc_anchored held = {0};

	(void)state;
	assert_int_equal(ask_with(0, 10, 10, 0, RIGHT), KC_OK);
	assert_int_equal(ask_with(10, 20, 20, 10, 3), KC_EFORK);
	assert_int_equal(ask_with(10, 10, 10, 10, RIGHT), KC_OK);
	vaultkit_check_signed(&f.k, 10);
	assert_int_equal(
	    kc_anchor_load(tmpdir_file(f.k.dir, "anchor"), &held), KC_OK);
	assert_int_equal(held.n, 2);
	assert_int_equal(held.v[1].batch.n, 0);
	kc_anchored_free(&held);
}

/* An older anchor at a start: from it on, and only along the same tree. */
static void
test_head__an_older_anchor_still_binds(void **state)
{
	(void)state;
	assert_int_equal(ask(&f.tree, 0, 100), KC_OK);
	vaultkit_reopen(&f.k);
	assert_int_equal(ask(&f.other, 100, 300), KC_EFORK);
	assert_int_equal(ask(&f.tree, 100, 300), KC_OK);
}

static void
test_head__by_an_anchor_of_others_nothing_is_signed(void **state)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 5};
	struct kc_buf note = {0};
	struct kc_skey other;

	(void)state;
	vaultkit_key(&other, ORIGIN, 9);
	kc_buf_checkpoint(&note, &c, &other);
	assert_int_equal(
	    kc_anchor_write(f.k.anchor, kc_buf_view(&note)), KC_OK);
	assert_int_equal(ask(&f.tree, 0, 100), KC_EFOREIGN);
	kc_buf_free(&note);
}

static void
test_head__each_key_that_is_here_signs_the_older_first(void **state)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 1}, got;
	struct kc_log_keys keys = {.n = 2};
	struct kc_head_ask a = {.head = &c, .keys = &keys};
	struct kc_note note;

	(void)state;
	c.root = f.tree.node[0][0];
	keys.v[0] = f.next.vkey;
	keys.v[1] = f.k.log.vkey;
	assert_int_equal(
	    f.k.sign.head(f.k.sign.ctx, &a, &f.k.note, &f.k.detail), KC_OK);
	assert_int_equal(
	    kc_note_parse(&note, kc_buf_view(&f.k.note), NULL), KC_OK);
	assert_int_equal(note.nsigs, 1);
	f.beside = 1; /* found when it is asked for */
	kc_buf_reset(&f.k.note);
	assert_int_equal(
	    f.k.sign.head(f.k.sign.ctx, &a, &f.k.note, &f.k.detail), KC_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(kc_checkpoint_parse(
				     &got, kc_buf_view(&f.k.note), &keys.v[i]),
		    KC_OK);
	keys.n = 1;
	vaultkit_key(&f.next, ORIGIN, 7);
	f.beside = 0;
	keys.v[0] = f.next.vkey;
	assert_int_equal(
	    f.k.sign.head(f.k.sign.ctx, &a, &f.k.note, &f.k.detail), KC_ENOKEY);
}

static bool
may_have_come(void *ctx)
{
	(void)ctx;
	return f.again;
}

static void
test_head__a_key_that_is_not_here_is_looked_for_when_one_may_have_come(
    void **state)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 1};
	struct kc_log_keys keys = {.n = 2}, here;
	struct kc_head_ask a = {.head = &c, .keys = &keys};
	unsigned looks;

	(void)state;
	c.root = f.tree.node[0][0];
	keys.v[0] = f.next.vkey;
	keys.v[1] = f.k.log.vkey;
	f.k.vault.again = may_have_come;
	looks = f.looks;
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    f.k.sign.head(f.k.sign.ctx, &a, &f.k.note, &f.k.detail),
		    KC_OK);
	assert_int_equal(f.looks, looks);
	f.again = true;
	assert_int_equal(
	    f.k.sign.head(f.k.sign.ctx, &a, &f.k.note, &f.k.detail), KC_OK);
	assert_int_equal(f.looks, looks + 1);
	assert_int_equal(f.k.sign.keys(f.k.sign.ctx, true, &here), KC_OK);
	assert_int_equal(f.looks, looks + 2); /* told to */
}

static void
test_entry__of_the_clerk_for_this_ledger_alone(void **state)
{
	static const struct {
		const char *ledger, *by;
		bool good;
	} rows[] = {
	    {ORIGIN, "clerk", true},
	    {ORIGIN, "root.a", false},
	    {"example.org/other", "clerk", false},
	};
	uint8_t sig[KC_SIG_SIZE];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char text[512];
		enum kc_err err;

		(void)snprintf(text, sizeof(text),
		    "kaocheng/v1 entry warning.overdue\nledger %s\n"
		    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
		    "at 2022-10-17T01:30:00Z\n"
		    "seen 1 e3v397BQr8qrNAnFIeOIfOiDyhvVBA79ej31MskzZiE=\n"
		    "by %s\nwarning W-2022-0001\nunit G16\n"
		    "due 2022-10-17\n",
		    rows[i].ledger, rows[i].by);
		err = f.k.sign.entry(f.k.sign.ctx, kc_slice_str(text), sig);
		assert_int_equal(err, rows[i].good ? KC_OK : KC_EINVAL);
		if (rows[i].good)
			assert_true(kc_sig_ok(
			    f.k.clerk.vkey.pub, text, strlen(text), sig));
	}
	assert_int_equal(
	    f.k.sign.entry(f.k.sign.ctx, KC_LIT(ORIGIN "\n5\nroot\n"), sig),
	    KC_EINVAL);
}

int
main(void)
{
#define VAULT(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    VAULT(test_head__what_extends_the_last_one_is_signed_and_anchored),
	    VAULT(test_head__a_rewind_and_a_fork_are_refused),
	    VAULT(test_head__the_anchor_put_back_or_taken_away_changes_nothing),
	    VAULT(test_head__an_older_anchor_still_binds),
	    VAULT(test_batch__leads_from_head_to_head_and_is_held),
	    VAULT(test_batch__that_leads_elsewhere_is_not_signed),
	    VAULT(test_batch__that_was_refused_goes_with_no_other_head),
	    VAULT(test_head__by_an_anchor_of_others_nothing_is_signed),
	    VAULT(test_head__each_key_that_is_here_signs_the_older_first),
	    VAULT(
		test_head__a_key_that_is_not_here_is_looked_for_when_one_may_have_come),
	    VAULT(test_entry__of_the_clerk_for_this_ledger_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
