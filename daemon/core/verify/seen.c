/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage seen: an author signs the history it has seen. Where that is another
 * one than this, somebody cut, swapped or stamped it anew, the holder of the
 * log's key included.
 */
#include "verify_int.h"

#include "engine/actor.h"

void
kc_verify_cover(struct kc_verify_report *r, uint64_t size)
{
	if (r->covered < size)
		r->covered = size;
}

void
kc_verify_cover_by_heads(struct kc_verify_report *r)
{
	if (r->at_least && r->earlier.size <= r->checkpoint.size)
		kc_verify_cover(r, r->earlier.size);
	if (r->trust.quorum != 0 && r->witnesses.quorum)
		kc_verify_cover(r, r->checkpoint.size);
}

bool
kc_verify_gather_seen(struct kc_verifier *v, struct kc_vblock *b, uint64_t seq)
{
	const struct kc_entry *e = v->e;
	struct kc_refusal why = {0};
	struct kc_vseen s = {.seq = seq, .size = e->seen_size, .ok = true};

	if (v->o->no_seen)
		return true;
	s.author = kc_find(v->st, KC_NS_ACTOR, e->by[0]) != v->st->clerk;
	s.root = e->seen_root;
	/* It saw more than there is: what it saw is not here. */
	if (s.size > seq) {
		kc_verify_fail_apply(
		    v, KC_VERIFY_SEEN, KC_FOUND_SEEN, KC_ECORRUPT, seq, &why);
		return false;
	}
	if (!kc_vec_push(&b->seens, s)) {
		kc_verify_fail_apply(
		    v, KC_VERIFY_SEEN, KC_FOUND_MEMORY, KC_ENOMEM, seq, &why);
		return false;
	}
	return true;
}

void
kc_verify_gather_seen_alone(
    struct kc_verifier *v, struct kc_vblock *b, uint64_t seq)
{
	struct kc_vseen s = {.seq = seq,
	    .size = v->e->seen_size,
	    .root = v->e->seen_root,
	    .ok = true};

	if (v->o->no_seen)
		return;
	if (s.size > seq)
		kc_verify_fail(v, KC_VERIFY_SEEN, KC_FOUND_SEEN, seq, NULL);
	else if (!kc_vec_push(&b->seens, s))
		kc_verify_fail(v, KC_VERIFY_SEEN, KC_FOUND_MEMORY, seq, NULL);
}

/* All that stands before the entries of this block is in the tree. */
void
kc_verify_seen_run(const struct kc_vtree *t, struct kc_vblock *b, size_t run)
{
	uint32_t at = (uint32_t)run * KC_RUN;
	uint32_t end = b->seens.n - at < KC_RUN ? b->seens.n : at + KC_RUN;
	const struct kc_vseen *last = NULL; /* many saw the same */

	for (uint32_t i = at; i < end; i++) {
		struct kc_vseen *s = &b->seens.v[i];
		struct kc_hash root, claimed;

		if (s->size == 0)
			continue;
		if (last != NULL && last->size == s->size &&
		    kc_slice_eq(last->root, s->root)) {
			s->ok = last->ok;
			continue;
		}
		root = kc_vtree_root(t, s->size);
		s->ok = kc_read_hash(s->root, &claimed) &&
		    kc_hash_eq(&root, &claimed);
		last = s;
	}
}

void
kc_verify_take_seens(struct kc_verifier *v, const struct kc_vblock *b)
{
	if (b->n == 0 || v->stop)
		return;
	for (uint32_t i = 0; i < b->seens.n; i++) {
		const struct kc_vseen *s = &b->seens.v[i];

		if (!s->ok) {
			kc_verify_fail(
			    v, KC_VERIFY_SEEN, KC_FOUND_SEEN, s->seq, NULL);
			v->stop = true;
			return;
		}
		if (s->author)
			kc_verify_cover(v->r, s->size);
		v->nseen_ok++;
	}
}
