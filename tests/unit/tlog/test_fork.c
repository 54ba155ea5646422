/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of a fork: what proves one, and what does not. */
#include <kaocheng/fork.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"

#define ORIGIN "audit.example.org/ledger"
#define MOST 40

static struct kc_skey log_key, other_key;
static struct kc_log_keys keys;
/* Two histories that are one up to leaf 3. */
static struct kc_hash one[MOST], two[MOST];

static int
set_up(void **state)
{
	struct kc_hash seed = kc_sha256("log", 3);

	(void)state;
	if (kc_crypto_init() != KC_OK ||
	    kc_skey_from_seed(&log_key, KC_LIT(ORIGIN), seed.b) != KC_OK)
		return 1;
	seed.b[0] ^= 1;
	if (kc_skey_from_seed(&other_key, KC_LIT(ORIGIN), seed.b) != KC_OK)
		return 1;
	keys.n = 1;
	keys.v[0] = log_key.vkey;
	for (unsigned i = 0; i < MOST; i++) {
		unsigned other = i < 3 ? i : i + 1000;

		one[i] = kc_hash_leaf(&i, sizeof(i));
		two[i] = kc_hash_leaf(&other, sizeof(other));
	}
	return 0;
}

static void
head(struct kc_buf *b, const struct kc_hash *leaf, size_t n,
    const struct kc_skey *key)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = n};

	c.root = naive_root(leaf, n);
	kc_buf_checkpoint(b, &c, key);
}

/* Two heads, with the proof of the larger tree about the smaller size. */
static enum kc_err
judge(const struct kc_hash *small, size_t m, const struct kc_hash *large,
    size_t n, bool with_proof, const struct kc_skey *by)
{
	struct kc_buf a = {0}, b = {0}, file = {0};
	struct kc_checkpoint heads[2];
	struct kc_fork_proof p;
	enum kc_err err;

	head(&a, small, m, by);
	head(&b, large, n, &log_key);
	p.n = naive_consistency(p.path, m, large, n);
	p.root = naive_root(large, m);
	kc_buf_fork(
	    &file, kc_buf_view(&a), kc_buf_view(&b), with_proof ? &p : NULL);
	err = kc_fork_check(kc_buf_view(&file), &keys, heads);
	if (err == KC_OK) {
		assert_int_equal(heads[0].size, m);
		assert_int_equal(heads[1].size, n);
	}
	kc_buf_free(&a);
	kc_buf_free(&b);
	kc_buf_free(&file);
	return err;
}

static void
test_fork__is_proved_at_every_pair_of_sizes(void **state)
{
	(void)state;
	for (size_t n = 4; n < MOST; n++)
		for (size_t m = 4; m <= n; m++)
			assert_int_equal(
			    judge(one, m, two, n, m < n, &log_key), KC_OK);
}

static void
test_fork__one_history_is_none(void **state)
{
	(void)state;
	for (size_t n = 2; n < MOST; n++)
		for (size_t m = 1; m <= n; m++)
			assert_int_equal(
			    judge(one, m, one, n, m < n, &log_key), KC_EPROOF);
	/* Up to where they part, too. */
	assert_int_equal(judge(one, 3, two, 9, true, &log_key), KC_EPROOF);
	assert_int_equal(judge(one, 4, two, 9, false, &log_key), KC_EPROOF);
}

static void
test_fork__a_head_by_another_key_is_no_evidence(void **state)
{
	(void)state;
	assert_int_equal(judge(one, 9, two, 9, false, &other_key), KC_ENOKEY);
}

/* Whoever has one true head cannot make a second one with a made-up root. */
static void
test_fork__a_forged_proof_proves_nothing(void **state)
{
	struct kc_buf a = {0}, b = {0}, file = {0};
	struct kc_checkpoint heads[2];
	struct kc_fork_proof p;

	(void)state;
	head(&a, one, 6, &log_key);
	head(&b, one, 9, &log_key);
	p.n = naive_consistency(p.path, 6, one, 9);
	p.root = naive_root(two, 6);
	kc_buf_fork(&file, kc_buf_view(&a), kc_buf_view(&b), &p);
	assert_int_equal(
	    kc_fork_check(kc_buf_view(&file), &keys, heads), KC_EPROOF);
	for (size_t cut = 0; cut < file.n; cut++) {
		enum kc_err err =
		    kc_fork_check((struct kc_slice){file.p, cut}, &keys, heads);

		assert_true(err != KC_OK && err != KC_EPROOF);
	}
	kc_buf_free(&a);
	kc_buf_free(&b);
	kc_buf_free(&file);
}

static void
test_merkle__old_root_is_what_the_proof_gives(void **state)
{
	struct kc_hash proof[KC_PROOF_MAX], got, want;

	(void)state;
	for (size_t n = 2; n < MOST; n++)
		for (size_t m = 1; m < n; m++) {
			size_t k = naive_consistency(proof, m, one, n);
			bool has = kc_merkle_old_root(m, n, proof, k, &got);

			assert_int_equal(has, (m & (m - 1)) != 0);
			want = naive_root(one, m);
			assert_true(!has || kc_hash_eq(&got, &want));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fork__is_proved_at_every_pair_of_sizes),
	    cmocka_unit_test(test_fork__one_history_is_none),
	    cmocka_unit_test(test_fork__a_head_by_another_key_is_no_evidence),
	    cmocka_unit_test(test_fork__a_forged_proof_proves_nothing),
	    cmocka_unit_test(test_merkle__old_root_is_what_the_proof_gives),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, NULL);
}
