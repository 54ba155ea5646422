/* SPDX-License-Identifier: Apache-2.0 */
/* What is proved of a log, while the bits of its storage turn. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/checkpoint.h>
#include <kaocheng/proof.h>

#include "appkit.h"

#define AT_MAX 64

/* The file of the ledger, while the daemon has it open. */
struct file {
	const char *path;
	off_t at[AT_MAX]; /* where a hash stands in it, in old pages too */
	unsigned n;
};

static void
find(struct file *f, const struct kc_hash *h)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	uint8_t *all = malloc((size_t)size), *p = all;

	assert_non_null(all);
	assert_true(pread(fd, all, (size_t)size, 0) == (ssize_t)size);
	f->n = 0;
	while ((p = memmem(p, (size_t)(all + size - p), h->b, sizeof(h->b))) !=
	    NULL) {
		assert_true(f->n < AT_MAX);
		f->at[f->n++] = p++ - all;
	}
	free(all);
	(void)close(fd);
	assert_true(f->n > 0);
}

/* One bit of the hash, wherever it stands; again: as it was. */
static void
flip(const struct file *f, unsigned bit)
{
	int fd = open(f->path, O_RDWR | O_CLOEXEC);

	for (unsigned i = 0; i < f->n; i++) {
		off_t at = f->at[i] + bit / 8;
		uint8_t byte;

		assert_true(pread(fd, &byte, 1, at) == 1);
		byte ^= (uint8_t)(1 << bit % 8);
		assert_true(pwrite(fd, &byte, 1, at) == 1);
	}
	(void)close(fd);
}

/* How many of the receipts are served; each that is must prove its leaf. */
static unsigned
receipts(struct app *a, const struct kc_buf *leaves, uint64_t n)
{
	const struct kc_vkey *log = &kit_key(&a->k, KIT_ORIGIN)->vkey;
	struct kc_checkpoint c;
	struct kc_buf text = {0};
	unsigned served = 0;

	for (uint64_t i = 0; i < n; i++) {
		kc_buf_reset(&text);
		if (kc_ledger_receipt(a->l, i, &text) != KC_OK) {
			assert_true(text.n == 0);
			continue;
		}
		served++;
		assert_int_equal(kc_proof_verify(kc_buf_view(&text),
				     kc_buf_view(&leaves[i]), log, &c),
		    KC_OK);
	}
	kc_buf_free(&text);
	return served;
}

/* How many of the proofs of the present tree are served; each must hold. */
static unsigned
proofs(struct app *a, const struct kc_buf *leaves, uint64_t n)
{
	struct kc_frontier f = {0}, all = {0};
	struct kc_hash proof[KC_PROOF_MAX], root, leaf, head;
	struct kc_buf text = {0};
	unsigned served = 0;

	for (uint64_t i = 0; i < n; i++) {
		leaf = kc_hash_leaf(leaves[i].p, leaves[i].n);
		kc_frontier_append(&all, &leaf);
	}
	head = kc_frontier_root(&all);
	for (uint64_t i = 0; i < n; i++) {
		struct kc_slice rest, line;
		size_t m = 0;

		leaf = kc_hash_leaf(leaves[i].p, leaves[i].n);
		kc_frontier_append(&f, &leaf);
		root = kc_frontier_root(&f);
		kc_buf_reset(&text);
		if (kc_ledger_consistency(a->l, f.size, n, &text) != KC_OK) {
			assert_true(text.n == 0);
			continue;
		}
		served++;
		rest = kc_buf_view(&text);
		while (kc_slice_line(&rest, &line))
			assert_true(kc_read_hash(line, &proof[m++]));
		assert_int_equal(kc_merkle_verify_consistency(
				     f.size, n, &root, &head, proof, m),
		    KC_OK);
	}
	kc_buf_free(&text);
	return served;
}

static void
test_proofs__a_flipped_bit_is_never_served(void **state)
{
	struct app *a = *state;
	uint64_t n = kc_store_size(a->store);
	struct kc_buf *leaves = calloc(n, sizeof(*leaves));
	struct file f = {.path = tmpdir_file(a->dir, "ledger.mdb")};
	unsigned withheld = 0;

	assert_non_null(leaves);
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(kc_store_leaf(a->store, i, &leaves[i]), KC_OK);
	assert_true(receipts(a, leaves, n) == n);
	assert_true(proofs(a, leaves, n) == n);
	for (uint64_t i = 0; i < n; i += 3) {
		struct kc_hash h = kc_hash_leaf(leaves[i].p, leaves[i].n);

		find(&f, &h);
		flip(&f, (unsigned)(i * 37 % 256));
		withheld += receipts(a, leaves, n) < n;
		withheld += proofs(a, leaves, n) < n;
		flip(&f, (unsigned)(i * 37 % 256));
	}
	assert_true(withheld > 0);
	assert_true(app_logged(a, "proof-damaged"));
	assert_true(receipts(a, leaves, n) == n);
	assert_true(proofs(a, leaves, n) == n);
	for (uint64_t i = 0; i < n; i++)
		kc_buf_free(&leaves[i]);
	free(leaves);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_proofs__a_flipped_bit_is_never_served, app_up_disk,
		app_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
