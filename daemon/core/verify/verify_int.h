/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the verifier. Entries pass in blocks through four steps, each in
 * one round: read, hash (parallel), apply (in order), signatures (parallel).
 * In a round four blocks are at work, one in each step, so that the ordered
 * steps cost no time beside the signatures.
 */
#ifndef KC_VERIFY_INT_H
#define KC_VERIFY_INT_H

#include <kaocheng/entry.h>
#include <kaocheng/merkle.h>
#include <kaocheng/state.h>
#include <kaocheng/verify.h>

#include "engine/containers.h"

#define KC_BLOCK_BUNDLES 16
#define KC_BLOCK_ENTRIES (KC_BLOCK_BUNDLES * KC_TILE_WIDTH)
#define KC_BLOCK_BYTES (4U << 20) /* a block ends with the bundle over this */
#define KC_RUN_HEIGHT 5
#define KC_RUN (1U << KC_RUN_HEIGHT) /* entries or signatures of one job */
#define KC_BLOCKS 4

struct kc_vsig {
	uint8_t pub[KC_PUBKEY_SIZE];
	struct kc_slice text;
	struct kc_note_sig sig;
	uint64_t seq;
	bool ok;
};
KC_VEC(kc_vsigs, struct kc_vsig);

struct kc_vblock {
	uint64_t first; /* seq of the first entry */
	uint32_t n;     /* entries; 0: nothing at this step */
	struct kc_buf bytes;
	struct kc_buf tiles; /* level 0, as stored */
	struct {
		uint32_t at, size;
	} entry[KC_BLOCK_ENTRIES];
	struct kc_hash leaf[KC_BLOCK_ENTRIES];
	struct kc_hash run[KC_BLOCK_ENTRIES / KC_RUN]; /* of full runs */
	struct kc_vsigs sigs;
};

/* Ids seen: open addressing over 16-byte keys. */
struct kc_idset {
	uint64_t (*slots)[2];
	uint64_t n, cap;
	uint64_t seed[2];
	bool zero; /* the id of all zeros is in it */
};
/* KC_OK, KC_ECORRUPT if it was there, KC_ENOMEM. */
enum kc_err kc_idset_add(struct kc_idset *s, const uint8_t id[KC_ID_SIZE]);
void kc_idset_free(struct kc_idset *s);

/* Tiles of every level as they fill up, and the edge of the tree. */
struct kc_vtree {
	struct kc_frontier edge;
	struct kc_hash level[KC_TILE_LEVELS][KC_TILE_WIDTH]; /* from 1 on */
	unsigned width[KC_TILE_LEVELS];
	uint64_t full[KC_TILE_LEVELS]; /* tiles completed */
};

struct kc_verifier {
	const struct kc_verify_options *o;
	struct kc_verify_report *r;
	struct kc_buf keys; /* the keys file */
	struct kc_checkpoint at_least;
	bool has_at_least;
	struct kc_buf scratch;
	struct kc_vtree *tree;
	struct kc_state *st;
	struct kc_entry *e;
	struct kc_idset ids;
	uint64_t bundles, next_bundle;
	bool stop;         /* contradicted: go no further */
	bool apply_stop;   /* entries or rules failed: hash on, apply no more */
	uint64_t nsigs_ok; /* signatures that hold */
	uint64_t nsigs;    /* signatures gathered */
	struct kc_vblock *blocks[KC_BLOCKS];
};

/* Marks a failure of a stage, the first one only. what may be NULL. Returns
 * err for `return`. */
enum kc_err kc_verify_fail(struct kc_verifier *v, enum kc_verify_stage stage,
    enum kc_err err, uint64_t seq, const char *what);
void kc_verify_pass(
    struct kc_verifier *v, enum kc_verify_stage stage, uint64_t count);
/* Reads a file into out (emptied first); ENOTFOUND becomes KC_EINCOMPLETE. */
enum kc_err kc_verify_read(
    struct kc_verifier *v, const char *path, size_t max, struct kc_buf *out);

/* layout.c: the files, trust, checkpoint. */
enum kc_err kc_verify_layout(struct kc_verifier *v);
/* block.c: the steps; each marks failures itself. */
void kc_verify_read_block(struct kc_verifier *v, struct kc_vblock *b);
void kc_verify_hash_run(struct kc_vblock *b, size_t run);
void kc_verify_apply_block(struct kc_verifier *v, struct kc_vblock *b);
void kc_verify_sig_run(struct kc_vblock *b, size_t run);
void kc_verify_take_sigs(struct kc_verifier *v, struct kc_vblock *b);
/* tree.c: after the hashes of a block, and after the last block. */
void kc_verify_fold(struct kc_verifier *v, struct kc_vblock *b);

#endif
