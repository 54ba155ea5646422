/* SPDX-License-Identifier: Apache-2.0 */
/* One receipt, and the leaf that it is for. */
#include "verify_int.h"

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

/* Of a receipt, as far as it is not tampered with, nothing is proved. */
static enum kc_finding
found_of(enum kc_err err)
{
	if (err == KC_ESIG)
		return KC_FOUND_BAD_SIGNATURE;
	if (err == KC_ENOMEM)
		return KC_FOUND_MEMORY;
	return err == KC_EFOREIGN || err == KC_ENOKEY ? KC_FOUND_FOREIGN
						      : KC_FOUND_NOT_ONE;
}

/* The log signed another leaf at that place; a letter is none. */
static bool
is_leaf(struct kc_slice leaf)
{
	static const char head[] = "kaocheng/v1 leaf ";

	return leaf.n >= sizeof(head) &&
	    memcmp(leaf.p, head, sizeof(head) - 1) == 0;
}

void
kc_verify_receipt(const struct kc_trust *trust, struct kc_slice receipt,
    struct kc_slice leaf, struct kc_receipt_report *r)
{
	struct kc_proof proof;
	struct kc_leaf l = {0};
	struct kc_hash h = kc_hash_leaf(leaf.p, leaf.n);
	enum kc_err err = kc_proof_parse(&proof, receipt);
	bool parsed = kc_leaf_parse(&l, leaf) == KC_OK;

	memset(r, 0, sizeof(*r));
	if (err == KC_OK)
		err = kc_trust_check(
		    trust, proof.checkpoint, &r->checkpoint, &r->witnesses);
	if (err != KC_OK) {
		r->found = found_of(err);
		return;
	}
	r->seq = proof.index;
	r->other_entry = parsed && l.seq != proof.index;
	if (kc_merkle_verify_inclusion(&h, proof.index, r->checkpoint.size,
		proof.path, proof.npath, &r->checkpoint.root) != KC_OK)
		r->found = is_leaf(leaf) ? KC_FOUND_HASH : KC_FOUND_NOT_ONE;
	else if (!parsed || l.seq != proof.index ||
	    !kc_slice_is(l.origin, r->checkpoint.origin))
		r->found = KC_FOUND_ENTRY;
	else if (!r->witnesses.quorum)
		r->found = KC_FOUND_QUORUM;
}
