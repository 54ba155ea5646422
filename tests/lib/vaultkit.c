/* SPDX-License-Identifier: Apache-2.0 */
#include "vaultkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void
vaultkit_key(struct kc_skey *out, const char *name, uint8_t fill)
{
	uint8_t seed[32];

	memset(seed, fill, sizeof(seed));
	assert_int_equal(
	    kc_skey_from_seed(out, kc_slice_str(name), seed), KC_OK);
}

static void
open_vault(struct vaultkit *k)
{
	assert_int_equal(
	    kc_anchor_open(&k->anchor, tmpdir_file(k->dir, "anchor"), true),
	    KC_OK);
	memset(&k->vault, 0, sizeof(k->vault));
	k->vault.log_key = &k->log;
	k->vault.clerk_key = &k->clerk;
	k->vault.anchor = k->anchor;
	k->vault.beside = k->beside;
	kc_vault_init(&k->vault);
	k->sign = kc_vault_signing(&k->vault);
}

static void
close_vault(struct vaultkit *k)
{
	kc_vault_release(&k->vault);
	kc_anchor_close(k->anchor);
}

void
vaultkit_up(struct vaultkit *k)
{
	assert_int_equal(kc_crypto_init(), KC_OK);
	tmpdir_make(k->dir);
	vaultkit_key(&k->log, VAULTKIT_ORIGIN, 1);
	vaultkit_key(&k->clerk, "clerk", 3);
	open_vault(k);
}

void
vaultkit_down(struct vaultkit *k)
{
	close_vault(k);
	kc_buf_free(&k->note);
	kc_buf_free(&k->detail);
	tmpdir_remove(k->dir);
}

void
vaultkit_reopen(struct vaultkit *k)
{
	close_vault(k);
	open_vault(k);
}

void
vaultkit_check_signed(struct vaultkit *k, uint64_t size)
{
	struct kc_checkpoint c;
	struct kc_buf kept = {0};

	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&k->note), &k->log.vkey),
	    KC_OK);
	assert_int_equal(c.size, size);
	assert_int_equal(k->sign.last(k->sign.ctx, &kept), KC_OK);
	assert_true(kc_slice_eq(kc_buf_view(&kept), kc_buf_view(&k->note)));
	kc_buf_free(&kept);
}

struct kc_slice
vaultkit_leaf(uint64_t i, bool otherwise, char text[16])
{
	int n = snprintf(text, 16, "%u%s", (unsigned)i, otherwise ? "x" : "");

	return (struct kc_slice){text, (size_t)n};
}

static struct kc_frontier
log_of(uint64_t size)
{
	struct kc_frontier edge = {.size = 0};
	char text[16];

	for (uint64_t i = 0; i < size; i++) {
		struct kc_slice leaf = vaultkit_leaf(i, false, text);
		struct kc_hash h = kc_hash_leaf(leaf.p, leaf.n);

		kc_frontier_append(&edge, &h);
	}
	return edge;
}

enum kc_err
vaultkit_ask(
    struct vaultkit *k, struct kc_slice batch, uint64_t size, uint64_t old)
{
	struct kc_frontier edge = log_of(old), head = log_of(size);
	struct kc_hash roots[KC_PROOF_MAX];
	struct kc_checkpoint c = {.origin = VAULTKIT_ORIGIN, .size = size};
	struct kc_log_keys keys = {.n = 1};
	struct kc_head_ask a = {
	    .head = &c, .proof = roots, .keys = &keys, .batch = batch};
	enum kc_err err;

	keys.v[0] = k->elsewhere ? k->clerk.vkey : k->log.vkey;
	c.root = kc_frontier_root(&head);
	for (unsigned l = 0; old >> l != 0; l++)
		if (old >> l & 1)
			roots[a.nproof++] = edge.node[l];
	kc_buf_reset(&k->note);
	err = k->sign.begin(k->sign.ctx, &a);
	return err == KC_OK ? k->sign.end(k->sign.ctx, &k->note, &k->detail)
			    : err;
}
