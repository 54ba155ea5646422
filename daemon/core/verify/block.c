/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a block of entries: read, hash, apply, signatures. */
#include "verify_int.h"

#include <string.h>

#include <kaocheng/replay.h>

#include "engine/actor.h"

/* --- one --- */
struct kc_vblock *
kc_vblock_new(uint64_t entries)
{
	struct kc_vblock *b = kc_alloc(sizeof(*b));
	size_t n = KC_BLOCK_ENTRIES;

	if (b == NULL)
		return NULL;
	if (entries < n)
		n = ((size_t)entries / KC_TILE_WIDTH + 1) * KC_TILE_WIDTH;
	b->entry = kc_alloc(n * sizeof(*b->entry));
	b->leaf = kc_alloc(n * sizeof(*b->leaf));
	b->inner = kc_alloc(n / KC_RUN * sizeof(*b->inner));
	if (b->entry != NULL && b->leaf != NULL && b->inner != NULL)
		return b;
	kc_vblock_free(b);
	return NULL;
}

void
kc_vblock_free(struct kc_vblock *b)
{
	if (b == NULL)
		return;
	kc_free(b->entry);
	kc_free(b->leaf);
	kc_free(b->inner);
	kc_buf_free(&b->bytes);
	kc_buf_free(&b->tiles);
	kc_vec_free(&b->sigs);
	kc_vec_free(&b->seens);
	kc_free(b);
}

/* --- read --- */
static void
fail_read(struct kc_verifier *v, enum kc_finding found, const char *path)
{
	kc_verify_fail(v, KC_VERIFY_TREE, found, KC_VERIFY_NO_SEQ, path);
	v->stop = true;
}

/* Entries of bundle i. */
static unsigned
width_of(const struct kc_verifier *v, uint64_t i)
{
	return i < kc_tile_full(0, v->r->checkpoint.size)
	    ? KC_TILE_WIDTH
	    : kc_tile_partial(0, v->r->checkpoint.size);
}

/* Splits a bundle's bytes from `at` on: a length and an entry, `width`
 * times. Returns the entries that are there whole; *end is after them. */
static unsigned
split(struct kc_vblock *b, size_t at, unsigned width, size_t *end)
{
	unsigned i;

	for (i = 0; i < width; i++) {
		uint16_t size;

		if (b->bytes.n - at < 2)
			break;
		size = kc_be16((const uint8_t *)b->bytes.p + at);
		if (b->bytes.n - at - 2 < size)
			break;
		b->entry[b->n + i].at = (uint32_t)at + 2;
		b->entry[b->n + i].size = size;
		at += 2 + (size_t)size;
	}
	*end = at;
	return i;
}

/* A bundle that has not the right length: is what is there of it signed? */
static void
fail_cut(struct kc_verifier *v, struct kc_vblock *b, uint64_t i, unsigned got,
    const char *path)
{
	const char *stored = b->tiles.p + (size_t)b->n * KC_HASH_SIZE;

	for (unsigned k = 0; !v->r->no_hashes && k < got; k++) {
		struct kc_hash h =
		    kc_hash_leaf(b->bytes.p + b->entry[b->n + k].at,
			b->entry[b->n + k].size);

		if (memcmp(stored + k * sizeof(h), h.b, sizeof(h)) == 0)
			continue;
		kc_verify_fail(v, KC_VERIFY_TREE, KC_FOUND_HASH,
		    i * KC_TILE_WIDTH + k, NULL);
		break;
	}
	fail_read(v, KC_FOUND_CUT, path);
}

static bool
read_tile(
    struct kc_verifier *v, struct kc_vblock *b, uint64_t i, unsigned width)
{
	size_t at = b->tiles.n, size = width * sizeof(struct kc_hash);
	char path[KC_TILE_PATH_MAX];
	enum kc_finding found;

	if (v->r->no_hashes)
		return true;
	kc_tile_path(path, 0, i, width);
	found = kc_verify_read(v, path, size, &b->tiles);
	if (found == KC_FOUND_TOO_LARGE ||
	    (found == KC_FOUND_NOTHING && b->tiles.n - at != size))
		found = KC_FOUND_CUT;
	if (found != KC_FOUND_NOTHING)
		fail_read(v, found, path);
	return found == KC_FOUND_NOTHING;
}

static bool
read_bundle(struct kc_verifier *v, struct kc_vblock *b, uint64_t i)
{
	unsigned width = width_of(v, i), got;
	size_t at = b->bytes.n, end;
	char path[KC_TILE_PATH_MAX];
	enum kc_finding found;

	if (!read_tile(v, b, i, width))
		return false;
	kc_tile_entries_path(path, i, width);
	found = kc_verify_read(
	    v, path, (size_t)width * (KC_LEAF_MAX + 2), &b->bytes);
	if (found != KC_FOUND_NOTHING) {
		fail_read(v, found, path);
		return false;
	}
	got = split(b, at, width, &end);
	if (got < width || end != b->bytes.n) {
		fail_cut(v, b, i, got, path);
		return false;
	}
	b->n += width;
	return true;
}

void
kc_verify_read_block(struct kc_verifier *v, struct kc_vblock *b)
{
	/* The first blocks are small: until one has come through the steps
	 * before it, nobody has signatures to verify. */
	uint64_t most = v->next_bundle < KC_BLOCK_BUNDLES ? v->next_bundle + 1
							  : KC_BLOCK_BUNDLES;
	unsigned taken = 0;

	b->n = 0;
	b->first = v->next_bundle * KC_TILE_WIDTH;
	b->sigs.n = 0;
	b->seens.n = 0;
	kc_buf_reset(&b->bytes);
	kc_buf_reset(&b->tiles);
	while (!v->stop && v->next_bundle < v->bundles && taken < most &&
	    b->bytes.n < KC_BLOCK_BYTES) {
		if (!read_bundle(v, b, v->next_bundle))
			return;
		v->next_bundle++;
		taken++;
	}
}

/* --- hash --- */
/* The nodes over a full run, each level after the one below it. */
static void
hash_inner(const struct kc_hash *below, struct kc_hash *out)
{
	for (unsigned n = KC_RUN / 2; n > 0; n /= 2) {
		for (unsigned i = 0; i < n; i++)
			out[i] = kc_hash_node(&below[2 * i], &below[2 * i + 1]);
		below = out;
		out += n;
	}
}

void
kc_verify_hash_run(struct kc_vblock *b, size_t run)
{
	uint32_t at = (uint32_t)run * KC_RUN;
	uint32_t n = b->n - at < KC_RUN ? b->n - at : KC_RUN;

	for (uint32_t i = at; i < at + n; i++)
		b->leaf[i] =
		    kc_hash_leaf(b->bytes.p + b->entry[i].at, b->entry[i].size);
	if (n == KC_RUN)
		hash_inner(&b->leaf[at], b->inner[run]);
}

/* --- apply --- */
void
kc_verify_fail_apply(struct kc_verifier *v, enum kc_verify_stage stage,
    enum kc_finding found, enum kc_err err, uint64_t seq,
    const struct kc_refusal *why)
{
	struct kc_verify_line *line = &v->r->stage[stage];

	if (err == KC_ENOMEM)
		found = KC_FOUND_MEMORY;
	kc_verify_fail(v, stage, found, seq, NULL);
	if (err == KC_EREFUSED && line->found == found && line->seq == seq)
		line->why = *why;
	v->apply_stop = true;
}

/* Was the key of signature i ever enrolled for its author? */
static bool
ever_enrolled(const struct kc_state *st, const struct kc_entry *e, unsigned i)
{
	uint32_t at = kc_find(st, KC_NS_ACTOR, e->by[i]);
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];
	const struct kc_actor *a;

	if (at == KC_NONE ||
	    kc_note_sig_decode(&e->sigs[i], keyid, sig) != KC_OK)
		return false;
	a = st->actors.v[at];
	for (uint32_t k = 0; k < a->keys.n; k++)
		if (memcmp(a->keys.v[k].vkey.keyid, keyid, sizeof(keyid)) == 0)
			return true;
	return false;
}

/* A key that stood in no entry is nobody's signature; one that is not in
 * force is against the rules. */
static bool
gather_sigs(struct kc_verifier *v, struct kc_vblock *b, uint64_t seq,
    struct kc_refusal *why)
{
	const struct kc_entry *e = v->e;

	for (unsigned i = 0; i < e->nby; i++) {
		struct kc_vsig s = {
		    .text = e->text, .sig = e->sigs[i], .seq = seq};
		enum kc_err err = kc_state_signer(v->st, e, i, s.pub, why);

		if (err != KC_OK) {
			bool enrolled = ever_enrolled(v->st, e, i);

			kc_verify_fail_apply(v,
			    enrolled ? KC_VERIFY_RULES : KC_VERIFY_SIGNATURES,
			    enrolled ? KC_FOUND_RULE : KC_FOUND_NOBODY, err,
			    seq, why);
			return false;
		}
		if (v->r->no_signatures)
			continue;
		if (!kc_vec_push(&b->sigs, s)) {
			kc_verify_fail_apply(v, KC_VERIFY_SIGNATURES,
			    KC_FOUND_MEMORY, KC_ENOMEM, seq, why);
			return false;
		}
	}
	v->nsigs += v->r->no_signatures ? 0 : e->nby;
	return true;
}

static bool
apply_entry(struct kc_verifier *v, struct kc_vblock *b, uint32_t i)
{
	struct kc_slice bytes = {b->bytes.p + b->entry[i].at, b->entry[i].size};
	uint64_t seq = b->first + i;
	struct kc_refusal why = {0};
	struct kc_leaf leaf;
	uint8_t key[KC_ID_KEY_SIZE];
	enum kc_err err;

	err = kc_replay_decode(v->st, bytes, &leaf, v->e, &why);
	if (err == KC_OK && !kc_slice_is(leaf.origin, v->r->checkpoint.origin))
		err = KC_EFOREIGN;
	if (err == KC_OK) {
		kc_id_key(key, v->e->by[0], v->e->id);
		err = kc_idset_add(&v->ids, key);
	}
	if (err != KC_OK) {
		kc_verify_fail_apply(
		    v, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, err, seq, &why);
		return false;
	}
	v->r->stage[KC_VERIFY_ENTRIES].count++;
	if (!kc_verify_cite(v, seq)) {
		v->apply_stop = true;
		return false;
	}
	if (!kc_verify_gather_seen(v, b, seq))
		return false;
	if (!gather_sigs(v, b, seq, &why))
		return false;
	err = kc_state_apply(
	    v->st, v->e, (struct kc_stamp){seq, leaf.received_ms}, &why);
	if (err != KC_OK) {
		kc_verify_fail_apply(
		    v, KC_VERIFY_RULES, KC_FOUND_RULE, err, seq, &why);
		return false;
	}
	v->r->stage[KC_VERIFY_RULES].count++;
	return true;
}

/* After an entry that cannot be applied, whose keys are in force and what may
 * happen is not known any more; what the authors had seen still is. */
static void
peek_entry(struct kc_verifier *v, struct kc_vblock *b, uint32_t i)
{
	struct kc_slice bytes = {b->bytes.p + b->entry[i].at, b->entry[i].size};
	struct kc_refusal why = {0};
	struct kc_leaf leaf;

	if (kc_leaf_parse(&leaf, bytes) == KC_OK &&
	    kc_entry_decode(v->e, leaf.note, &why) == KC_OK)
		kc_verify_gather_seen_alone(v, b, b->first + i);
}

void
kc_verify_apply_block(struct kc_verifier *v, struct kc_vblock *b)
{
	uint32_t i = 0;

	while (!v->apply_stop && i < b->n)
		(void)apply_entry(v, b, i++);
	for (; i < b->n; i++)
		peek_entry(v, b, i);
}

/* --- signatures --- */
void
kc_verify_sig_run(struct kc_vblock *b, size_t run)
{
	uint32_t at = (uint32_t)run * KC_RUN;
	uint32_t end = b->sigs.n - at < KC_RUN ? b->sigs.n : at + KC_RUN;

	for (uint32_t i = at; i < end; i++) {
		struct kc_vsig *s = &b->sigs.v[i];
		uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];

		s->ok = kc_note_sig_decode(&s->sig, keyid, sig) == KC_OK &&
		    kc_sig_ok(s->pub, s->text.p, s->text.n, sig);
	}
}

void
kc_verify_take_sigs(struct kc_verifier *v, struct kc_vblock *b)
{
	if (b->n == 0)
		return;
	for (uint32_t i = 0; i < b->sigs.n; i++) {
		const struct kc_vsig *s = &b->sigs.v[i];

		if (!s->ok) {
			kc_verify_fail(v, KC_VERIFY_SIGNATURES,
			    KC_FOUND_BAD_SIGNATURE, s->seq, NULL);
			v->stop = true;
			return;
		}
		v->nsigs_ok++;
	}
}
