/* SPDX-License-Identifier: Apache-2.0 */
/* The book of a witness on disk: what it signed, and only once. */
#include <kaocheng/book.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmpdir.h"
#include "tree.h"

#define ORIGIN "example.org/log"
#define SIZE 40

struct fixture {
	char dir[128];
	struct kc_book *book;
	struct kc_skey log, witness, other;
	struct test_tree tree;
};

static struct kc_skey
key_of(const char *name, uint8_t first, bool cosigner)
{
	uint8_t seed[KC_SEED_SIZE] = {first};
	struct kc_skey k;

	assert_int_equal(
	    kc_skey_from_seed(&k, kc_slice_str(name), seed), KC_OK);
	if (cosigner)
		kc_vkey_cosigner(&k.vkey);
	return k;
}

/* Asks for `size` as coming after `old`; `fork`: of another history. */
static enum kc_err
ask(struct fixture *f, uint64_t old, uint64_t size, bool fork,
    struct kc_book_answer *out)
{
	struct kc_hash proof[KC_PROOF_MAX];
	struct kc_hash_reader r = test_tree_reader(&f->tree);
	struct kc_checkpoint c = {.origin = ORIGIN, .size = size};
	struct kc_buf note = {0}, body = {0};
	struct kc_witness_ask a;
	size_t n = 0;
	enum kc_err err;

	assert_int_equal(
	    kc_merkle_consistency(&r, old, size, proof, &n), KC_OK);
	c.root = naive_root(f->tree.node[0], size);
	c.root.b[0] ^= fork;
	kc_buf_checkpoint(&note, &c, &f->log);
	kc_buf_witness_ask(&body, old, proof, n, kc_buf_view(&note));
	assert_int_equal(
	    kc_witness_read(&a, kc_buf_view(&body), &f->log.vkey, 1),
	    KC_WITNESS_COSIGN);
	err = kc_book_cosign(f->book, &a, &f->witness, 1700000000, out);
	kc_buf_free(&note);
	kc_buf_free(&body);
	return err;
}

static enum kc_witness_verdict
verdict(struct fixture *f, uint64_t old, uint64_t size, bool fork)
{
	struct kc_book_answer a = {0};

	assert_int_equal(ask(f, old, size, fork, &a), KC_OK);
	assert_true((a.verdict == KC_WITNESS_COSIGN) == (a.line.n > 0));
	kc_buf_free(&a.line);
	return a.verdict;
}

static enum kc_err
reopen(struct fixture *f, const struct kc_skey *key)
{
	kc_book_close(f->book);
	f->book = NULL;
	return kc_book_open(&f->book, f->dir, &key->vkey, false, NULL);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	tmpdir_make(f->dir);
	f->log = key_of(ORIGIN, 1, false);
	f->witness = key_of("example.org/witness", 2, true);
	f->other = key_of("example.org/witness", 3, true);
	test_tree_init(&f->tree, SIZE);
	f->tree.limit = SIZE;
	if (kc_book_make(f->dir, &f->witness.vkey, NULL) != KC_OK ||
	    kc_book_open(&f->book, f->dir, &f->witness.vkey, false, NULL) !=
		KC_OK)
		return 1;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	kc_book_close(f->book);
	test_tree_free(&f->tree);
	tmpdir_remove(f->dir);
	free(f);
	return 0;
}

static void
test_book__what_was_cosigned_is_held_over_a_restart(void **state)
{
	struct fixture *f = *state;
	struct kc_book_answer a = {0};

	assert_int_equal(verdict(f, 0, 7, false), KC_WITNESS_COSIGN);
	assert_int_equal(verdict(f, 7, 20, false), KC_WITNESS_COSIGN);
	assert_int_equal(reopen(f, &f->witness), KC_OK);
	assert_int_equal(ask(f, 7, 20, false, &a), KC_OK);
	assert_int_equal(a.verdict, KC_WITNESS_STALE);
	assert_true(a.held == 20);
	assert_int_equal(verdict(f, 20, 20, false), KC_WITNESS_COSIGN);
	assert_int_equal(verdict(f, 20, SIZE, false), KC_WITNESS_COSIGN);
	kc_buf_free(&a.line);
}

static void
test_book__smaller_tree_does_not_take_the_place_of_a_larger(void **state)
{
	struct fixture *f = *state;
	struct kc_book_answer a = {0};

	/* Both were asked for with the size that was held then. */
	assert_int_equal(verdict(f, 0, 5, false), KC_WITNESS_COSIGN);
	assert_int_equal(verdict(f, 5, 30, false), KC_WITNESS_COSIGN);
	assert_int_equal(ask(f, 5, 10, false, &a), KC_OK);
	assert_int_equal(a.verdict, KC_WITNESS_STALE);
	assert_true(a.held == 30);
	kc_buf_free(&a.line);
}

struct seen {
	unsigned logs, forks;
	struct kc_buf last;
};

static enum kc_err
count(void *ctx, bool fork, struct kc_slice note)
{
	struct seen *s = ctx;

	s->logs += !fork;
	s->forks += fork;
	kc_buf_reset(&s->last);
	kc_buf_slice(&s->last, note);
	return kc_buf_err(&s->last);
}

static void
test_book__both_signed_heads_of_a_fork_are_kept(void **state)
{
	struct fixture *f = *state;
	struct seen s = {0};
	struct kc_checkpoint c;

	assert_int_equal(verdict(f, 0, 7, false), KC_WITNESS_COSIGN);
	assert_int_equal(verdict(f, 7, 7, true), KC_WITNESS_FORK);
	assert_int_equal(verdict(f, 7, 7, true), KC_WITNESS_FORK);
	assert_int_equal(verdict(f, 7, 8, true), KC_WITNESS_PROOF);
	assert_int_equal(reopen(f, &f->witness), KC_OK);
	assert_int_equal(kc_book_each(f->book, count, &s), KC_OK);
	assert_int_equal(s.logs, 1);
	assert_int_equal(s.forks, 1);
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&s.last), &f->log.vkey), KC_OK);
	assert_true(c.size == 7);
	assert_int_equal(verdict(f, 7, 7, false), KC_WITNESS_COSIGN);
	kc_buf_free(&s.last);
}

static void
test_book__last_checkpoint_is_given_with_both_signatures(void **state)
{
	struct fixture *f = *state;
	struct kc_hash origin = kc_sha256(ORIGIN, strlen(ORIGIN));
	struct kc_buf b = {0};
	struct kc_note note;
	uint64_t time;

	assert_int_equal(kc_book_latest(f->book, &origin, &b), KC_ENOTFOUND);
	assert_int_equal(verdict(f, 0, 7, false), KC_WITNESS_COSIGN);
	assert_int_equal(kc_book_latest(f->book, &origin, &b), KC_OK);
	assert_int_equal(kc_note_parse(&note, kc_buf_view(&b), NULL), KC_OK);
	assert_int_equal(note.nsigs, 2);
	assert_int_equal(kc_note_verify(&note, &f->log.vkey, 1), KC_OK);
	assert_int_equal(
	    kc_note_cosig_verify(&note, &note.sigs[1], &f->witness.vkey, &time),
	    KC_OK);
	assert_true(time == 1700000000);
	kc_buf_free(&b);
}

static void
test_book__belongs_to_one_key_and_one_process(void **state)
{
	struct fixture *f = *state;
	struct kc_book *second = NULL;
	struct kc_buf say = {0};

	assert_int_equal(
	    kc_book_open(&second, f->dir, &f->witness.vkey, false, &say),
	    KC_EBUSY);
	assert_int_equal(
	    kc_book_open(&second, f->dir, NULL, true, NULL), KC_OK);
	kc_book_close(second);
	assert_int_equal(reopen(f, &f->other), KC_EFOREIGN);
	assert_int_equal(
	    kc_book_make(f->dir, &f->witness.vkey, &say), KC_EINVAL);
	assert_int_equal(reopen(f, &f->witness), KC_OK);
	kc_buf_free(&say);
}

static void
test_book__damage_and_absence_are_told_apart(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(verdict(f, 0, 7, false), KC_WITNESS_COSIGN);
	kc_book_close(f->book);
	f->book = NULL;
	tmpdir_truncate(f->dir, "witness.mdb", 8192);
	assert_int_equal(reopen(f, &f->witness), KC_ECORRUPT);
	assert_int_equal(unlink(tmpdir_file(f->dir, "witness.mdb")), 0);
	assert_int_equal(reopen(f, &f->witness), KC_ENOTFOUND);
}

static void
test_book__file_that_is_taken_away_signs_no_more(void **state)
{
	struct fixture *f = *state;
	struct kc_book_answer a = {0};

	assert_int_equal(verdict(f, 0, 7, false), KC_WITNESS_COSIGN);
	assert_int_equal(unlink(tmpdir_file(f->dir, "witness.mdb")), 0);
	assert_int_equal(ask(f, 7, 8, false, &a), KC_EUNKNOWN);
	assert_int_equal(a.line.n, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_book__what_was_cosigned_is_held_over_a_restart),
	    TEST(test_book__smaller_tree_does_not_take_the_place_of_a_larger),
	    TEST(test_book__both_signed_heads_of_a_fork_are_kept),
	    TEST(test_book__last_checkpoint_is_given_with_both_signatures),
	    TEST(test_book__belongs_to_one_key_and_one_process),
	    TEST(test_book__damage_and_absence_are_told_apart),
	    TEST(test_book__file_that_is_taken_away_signs_no_more),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
