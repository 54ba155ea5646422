/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry by its receipt: that the log put exactly these bytes at that place
 * of a signed tree. Stages signatures, seen, rules and keys need other entries
 * and are not reached.
 */
#include "verify_int.h"

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

static bool
fail(struct kc_verifier *v, enum kc_verify_stage stage, enum kc_finding found,
    const char *what)
{
	kc_verify_fail(
	    v, stage, found, what == NULL ? v->r->seq : KC_VERIFY_NO_SEQ, what);
	return false;
}

/* A receipt is the export of one file: the checkpoint that it ends in. */
static enum kc_err
read_file(void *ctx, const char *path, size_t max, struct kc_buf *out)
{
	const struct kc_proof *p = ctx;

	if (strcmp(path, "checkpoint") != 0)
		return KC_ENOTFOUND;
	if (p->checkpoint.n > max)
		return KC_ETOOBIG;
	kc_buf_slice(out, p->checkpoint);
	return kc_buf_err(out);
}

/* The log signed another leaf at that place; a letter is none. */
static bool
is_leaf(struct kc_slice leaf)
{
	static const char head[] = "kaocheng/v1 leaf ";

	return leaf.n >= sizeof(head) &&
	    memcmp(leaf.p, head, sizeof(head) - 1) == 0;
}

static bool
check_leaf(struct kc_verifier *v, const struct kc_proof *p)
{
	const struct kc_checkpoint *c = &v->r->checkpoint;
	struct kc_slice bytes = v->o->leaf;
	struct kc_hash h = kc_hash_leaf(bytes.p, bytes.n);
	struct kc_refusal why = {0};
	struct kc_leaf l = {0};

	if (kc_merkle_verify_inclusion(
		&h, p->index, c->size, p->path, p->npath, &c->root) != KC_OK)
		return is_leaf(bytes)
		    ? fail(v, KC_VERIFY_TREE, KC_FOUND_HASH, NULL)
		    : fail(v, KC_VERIFY_LAYOUT, KC_FOUND_NOT_ONE, "leaf");
	kc_verify_pass(v, KC_VERIFY_TREE, 1);
	if (kc_leaf_parse(&l, bytes) != KC_OK || l.seq != p->index ||
	    !kc_slice_is(l.origin, c->origin) ||
	    kc_entry_decode(v->e, l.note, &why) != KC_OK)
		return fail(v, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
	kc_verify_pass(v, KC_VERIFY_ENTRIES, 1);
	return true;
}

static bool
check_hash(struct kc_verifier *v, const struct kc_proof *p)
{
	const struct kc_checkpoint *c = &v->r->checkpoint;

	if (v->o->leaf_hash == NULL ||
	    kc_merkle_verify_inclusion(v->o->leaf_hash, p->index, c->size,
		p->path, p->npath, &c->root) == KC_OK)
		return true;
	return fail(v, KC_VERIFY_TREE, KC_FOUND_HASH, NULL);
}

void
kc_verify_alone(struct kc_verifier *v)
{
	struct kc_proof p;
	struct kc_files files = {.read = read_file, .ctx = &p};
	struct kc_verify_options o = *v->o;
	const struct kc_verify_options *given = v->o;

	v->r->alone = true;
	if (kc_proof_parse(&p, o.receipt) != KC_OK) {
		(void)fail(v, KC_VERIFY_LAYOUT,
		    kc_proof_is(o.receipt) ? KC_FOUND_MALFORMED
					   : KC_FOUND_NOT_ONE,
		    "receipt");
		return;
	}
	v->r->seq = p.index;
	v->e = kc_alloc(sizeof(*v->e));
	if (v->e == NULL) {
		(void)fail(v, KC_VERIFY_LAYOUT, KC_FOUND_MEMORY, "receipt");
		return;
	}
	o.files = &files;
	v->o = &o;
	if (kc_verify_head(v) && kc_verify_same(v) && check_hash(v, &p)) {
		if (o.leaf.n == 0) {
			(void)fail(
			    v, KC_VERIFY_LAYOUT, KC_FOUND_MISSING, "leaf");
		} else {
			kc_verify_pass(v, KC_VERIFY_LAYOUT, 2);
			(void)check_leaf(v, &p);
		}
	}
	v->o = given;
}
