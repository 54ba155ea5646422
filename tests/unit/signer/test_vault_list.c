/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs heads over lists of batches, which lead by way of the last head. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "signer/vault.h"

#include "tmpdir.h"

#define ORIGIN "example.org/vault"
#define RIGHT SIZE_MAX

static struct {
	char dir[128];
	struct kc_skey log, clerk;
	struct kc_anchor *anchor;
	struct kc_vault vault;
	struct kc_signing sign;
	struct kc_buf note, detail;
} f;

static void
open_vault(void)
{
	assert_int_equal(
	    kc_anchor_open(&f.anchor, tmpdir_file(f.dir, "anchor"), true),
	    KC_OK);
	memset(&f.vault, 0, sizeof(f.vault));
	f.vault.log_key = &f.log;
	f.vault.clerk_key = &f.clerk;
	f.vault.anchor = f.anchor;
	kc_vault_init(&f.vault);
	f.sign = kc_vault_signing(&f.vault);
}

static void
close_vault(void)
{
	kc_vault_release(&f.vault);
	kc_anchor_close(f.anchor);
}

static int
set_up(void **state)
{
	uint8_t seed[32] = {1};

	(void)state;
	memset(&f, 0, sizeof(f));
	assert_int_equal(kc_crypto_init(), KC_OK);
	tmpdir_make(f.dir);
	assert_int_equal(
	    kc_skey_from_seed(&f.log, KC_LIT(ORIGIN), seed), KC_OK);
	open_vault();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close_vault();
	kc_buf_free(&f.note);
	kc_buf_free(&f.detail);
	tmpdir_remove(f.dir);
	return 0;
}

static void
assert_signed(uint64_t size)
{
	struct kc_checkpoint c;

	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&f.note), &f.log.vkey), KC_OK);
	assert_int_equal(c.size, size);
}

/* A log of leaves "0", "1" and so on. */
static struct kc_frontier
log_of(uint64_t size)
{
	struct kc_frontier edge = {.size = 0};
	char text[16];

	for (uint64_t i = 0; i < size; i++) {
		int n = snprintf(text, sizeof(text), "%u", (unsigned)i);
		struct kc_hash h = kc_hash_leaf(text, (size_t)n);

		kc_frontier_append(&edge, &h);
	}
	return edge;
}

/* A list of entries [from, to), a batch each, the n-th written otherwise; its
 * head is over `size` entries, and its proof is the edge of `old`. */
static enum kc_err
ask_list(uint64_t from, uint64_t to, uint64_t size, uint64_t old, size_t n)
{
	struct kc_frontier edge = log_of(old), head = log_of(size);
	struct kc_hash roots[KC_PROOF_MAX];
	struct kc_checkpoint c = {.origin = ORIGIN, .size = size};
	struct kc_log_keys keys = {.n = 1};
	struct kc_head_ask a = {.head = &c, .proof = roots, .keys = &keys};
	struct kc_buf list = {0}, bytes = {0};
	enum kc_err err;

	keys.v[0] = f.log.vkey;
	c.root = kc_frontier_root(&head);
	for (unsigned l = 0; old >> l != 0; l++)
		if (old >> l & 1)
			roots[a.nproof++] = edge.node[l];
	for (uint64_t i = from; i < to; i++) {
		char text[16];
		struct kc_row row = {
		    .leaf = {text,
			(size_t)snprintf(text, sizeof(text), "%u%s",
			    (unsigned)i, i - from == n ? "x" : "")}};
		struct kc_append batch = {.size = i, .rows = &row, .nrows = 1};

		kc_buf_reset(&bytes);
		kc_held_put(&bytes, &batch);
		kc_held_join(&list, kc_buf_view(&bytes));
	}
	a.batch = kc_buf_view(&list);
	kc_buf_reset(&f.note);
	err = f.sign.begin(f.sign.ctx, &a);
	if (err == KC_OK)
		err = f.sign.end(f.sign.ctx, &f.note, &f.detail);
	kc_buf_free(&bytes);
	kc_buf_free(&list);
	return err;
}

static void
test_list__leads_by_way_of_the_last_head(void **state)
{
	struct kc_anchored held = {0};
	struct kc_held_list l;

	(void)state;
	assert_int_equal(ask_list(0, 10, 10, 0, RIGHT), KC_OK);
	for (uint64_t to = 11; to < 15; to++) {
		assert_int_equal(ask_list(10, to, to, 10, RIGHT), KC_OK);
		assert_signed(to);
	}
	assert_int_equal(ask_list(10, 14, 14, 10, RIGHT), KC_OK); /* again */
	assert_int_equal(
	    kc_anchor_load(tmpdir_file(f.dir, "anchor"), &held), KC_OK);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    kc_held_list_take(&l, kc_buf_view(&held.v[i].batch)),
		    KC_OK);
		assert_int_equal(l.v[0].batch.size, 10);
		assert_int_equal(l.n, 3 + i);
		kc_held_list_free(&l);
	}
	kc_anchored_free(&held);
	close_vault();
	open_vault();
	assert_int_equal(ask_list(12, 16, 16, 12, RIGHT), KC_OK);
	assert_int_equal(ask_list(16, 20, 20, 16, RIGHT), KC_OK);
	assert_signed(20);
}

static void
test_list__that_leads_elsewhere_is_not_signed(void **state)
{
	(void)state;
	assert_int_equal(ask_list(0, 10, 10, 0, RIGHT), KC_OK);
	assert_int_equal(ask_list(10, 14, 14, 10, RIGHT), KC_OK);
	for (int again = 0; again < 2; again++) {
		/* What was signed, written otherwise; and what is new. */
		assert_int_equal(ask_list(10, 16, 16, 10, 1), KC_EFORK);
		assert_int_equal(ask_list(10, 16, 16, 10, 5), KC_EFORK);
		assert_int_equal(ask_list(10, 16, 17, 10, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(15, 17, 17, 15, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(10, 16, 16, 9, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(14, 16, 17, 14, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(10, 13, 13, 10, RIGHT), KC_EROLLBACK);
		assert_int_equal(f.note.n, 0);
		close_vault();
		open_vault();
	}
	assert_int_equal(ask_list(10, 16, 16, 10, RIGHT), KC_OK);
	assert_signed(16);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_list__leads_by_way_of_the_last_head),
	    T(test_list__that_leads_elsewhere_is_not_signed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
