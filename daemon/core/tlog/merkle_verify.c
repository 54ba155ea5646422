/* SPDX-License-Identifier: Apache-2.0 */
/* Verification of tree proofs, without recursion (RFC 9162 section 2.1). */
#include <kaocheng/merkle.h>

/* Place of a node on its way to the root: its index and that of the last
 * node of its level. */
struct place {
	uint64_t at, last;
};

static void
place_up(struct place *w)
{
	w->at >>= 1;
	w->last >>= 1;
}

/* Whether the next hash stands on the left; then goes up past the levels
 * where the node has no sibling. */
static bool
place_is_right(struct place *w)
{
	if ((w->at & 1) == 0 && w->at != w->last)
		return false;
	while ((w->at & 1) == 0 && w->at != 0)
		place_up(w);
	return true;
}

enum kc_err
kc_merkle_verify_inclusion(const struct kc_hash *leaf, uint64_t index,
    uint64_t size, const struct kc_hash *path, size_t n,
    const struct kc_hash *root)
{
	struct place w = {index, size - 1};
	struct kc_hash h = *leaf;

	if (index >= size)
		return KC_EPROOF;
	for (size_t i = 0; i < n; i++, place_up(&w)) {
		if (w.last == 0)
			return KC_EPROOF;
		h = place_is_right(&w) ? kc_hash_node(&path[i], &h)
				       : kc_hash_node(&h, &path[i]);
	}
	return w.last == 0 && kc_hash_eq(&h, root) ? KC_OK : KC_EPROOF;
}

enum kc_err
kc_merkle_verify_consistency(uint64_t old, uint64_t size,
    const struct kc_hash *old_root, const struct kc_hash *new_root,
    const struct kc_hash *proof, size_t n)
{
	struct place w = {old - 1, size - 1};
	struct kc_hash was, is;

	if (old > size || (n > 0 && (old == 0 || old == size)))
		return KC_EPROOF;
	if (old == size)
		return kc_hash_eq(old_root, new_root) ? KC_OK : KC_EPROOF;
	if (old == 0)
		return KC_OK;
	if (n == 0)
		return KC_EPROOF;
	while (w.at & 1)
		place_up(&w);
	was = *old_root;
	if ((old & (old - 1)) != 0) {
		was = *proof++;
		n--;
	}
	is = was;
	for (size_t i = 0; i < n; i++, place_up(&w)) {
		if (w.last == 0)
			return KC_EPROOF;
		if (place_is_right(&w)) {
			was = kc_hash_node(&proof[i], &was);
			is = kc_hash_node(&proof[i], &is);
		} else {
			is = kc_hash_node(&is, &proof[i]);
		}
	}
	return w.last == 0 && kc_hash_eq(&was, old_root) &&
		kc_hash_eq(&is, new_root)
	    ? KC_OK
	    : KC_EPROOF;
}

bool
kc_merkle_old_root(uint64_t old, uint64_t size, const struct kc_hash *proof,
    size_t n, struct kc_hash *out)
{
	struct place w = {old - 1, size - 1};

	if (old >= size || (old & (old - 1)) == 0 || n == 0)
		return false;
	while (w.at & 1)
		place_up(&w);
	*out = proof[0];
	for (size_t i = 1; i < n; i++, place_up(&w))
		if (place_is_right(&w))
			*out = kc_hash_node(&proof[i], out);
	return true;
}
