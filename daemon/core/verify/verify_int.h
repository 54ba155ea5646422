/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the verifier. Entries pass in blocks through four steps, each in
 * one round: read, hash (parallel), apply (in order), signatures (parallel).
 * In a round four blocks are at work, one in each step, so that the ordered
 * steps cost no time beside the signatures.
 */
#ifndef KC_VERIFY_INT_H
#define KC_VERIFY_INT_H

#include <string.h>

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
#define KC_TREE_LEVELS 33 /* entries are counted in 32 bits */

struct kc_vsig {
	uint8_t pub[KC_PUBKEY_SIZE];
	struct kc_slice text;
	struct kc_note_sig sig;
	uint64_t seq;
	bool ok;
};
KC_VEC(kc_vsigs, struct kc_vsig);

/* What the author of an entry had seen. */
struct kc_vseen {
	uint64_t seq, size;
	struct kc_slice root; /* base64, as it stands in the block */
	bool author;          /* not the clerk */
	bool ok;
};
KC_VEC(kc_vseens, struct kc_vseen);

/* A file that an entry cites. */
struct kc_vcited {
	struct kc_hash hash;
	uint64_t size, seq;
};

/* A file that opens a commitment. */
struct kc_vopening {
	char path[KC_TILE_PATH_MAX];
};

struct kc_vblock {
	uint64_t first; /* seq of the first entry */
	uint32_t n;     /* entries; 0: nothing at this step */
	struct kc_buf bytes;
	struct kc_buf tiles; /* level 0, as stored */
	/* As many as a block of this log has, KC_BLOCK_ENTRIES at most. */
	struct {
		uint32_t at, size;
	} * entry;
	struct kc_hash *leaf;
	/* The nodes over each full run: 16 of level 1, 8 of level 2, ... */
	struct kc_hash (*inner)[KC_RUN - 1];
	struct kc_vsigs sigs;
	struct kc_vseens seens;
};

/* Ids seen: open addressing over 16-byte keys. */
struct kc_idset {
	uint64_t (*slots)[2];
	uint64_t n, cap;
	uint64_t seed[2];
	bool zero; /* the id of all zeros is in it */
};
/* KC_OK, KC_ECORRUPT if it was there, KC_ENOMEM. */
enum kc_err kc_idset_add(struct kc_idset *s, const uint8_t id[KC_ID_KEY_SIZE]);
void kc_idset_free(struct kc_idset *s);

/* The whole tree as far as it is hashed: complete nodes, level by level. Every
 * prefix of the log has its root in it. */
struct kc_vtree {
	KC_VEC_OF(struct kc_hash) level[KC_TREE_LEVELS];
	uint64_t tiles[KC_TILE_LEVELS]; /* full tiles compared, from level 1 */
};

struct kc_verifier {
	const struct kc_verify_options *o;
	struct kc_verify_report *r;
	struct kc_buf keys; /* the keys file */
	struct kc_buf head; /* the checkpoint */
	/* No log of the trust file has signed it: one that came after may
	 * have, which only the entries tell. */
	bool follows;
	unsigned top_files; /* read beside the tiles */
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
	KC_VEC_OF(struct kc_vcited) cited;
	KC_VEC_OF(struct kc_vopening) openings;
	struct kc_hash exhibit; /* of one file: evidence listed last, */
	uint64_t exhibits;      /* and how much of it */
	uint64_t nseen_ok;      /* entries whose author saw this log */
	struct kc_vblock *blocks[KC_BLOCKS];
};

/* finding.c. Marks a failure of a stage: the gravest, and of those the first.
 * what may be NULL. */
void kc_verify_fail(struct kc_verifier *v, enum kc_verify_stage stage,
    enum kc_finding found, uint64_t seq, const char *what);
/* Unless it failed. */
void kc_verify_pass(
    struct kc_verifier *v, enum kc_verify_stage stage, uint64_t count);
/* Appends a file; KC_FOUND_NOTHING if all went well. */
enum kc_finding kc_verify_read(
    struct kc_verifier *v, const char *path, size_t max, struct kc_buf *out);
/* Bytes that differ contradict; bytes that lack or follow are a cut. */
enum kc_finding kc_verify_compare(struct kc_slice is, struct kc_slice should);

/* layout.c: trust, checkpoint, and the earlier one; then the files too.
 * False: go no further. */
bool kc_verify_head(struct kc_verifier *v);
/* The log's keys as the entries have them: one of them is trusted, and one
 * that was in force then signed the head. KC_FOUND_NOTHING, or what is not so.
 */
enum kc_finding kc_verify_log_keys(struct kc_verifier *v,
    const struct kc_log_keys *all, const struct kc_log_keys *in_force);
/* An earlier checkpoint can be compared with this one alone, what lies between
 * them not being here: false if it is of another size or root. */
bool kc_verify_same(struct kc_verifier *v);
/* A head that nobody trusted has signed proves nothing of what was found. */
void kc_verify_unsigned(struct kc_verifier *v);
bool kc_verify_layout(struct kc_verifier *v);
/* exhibits.c: notes what v->e cites; false without memory. */
bool kc_verify_cite(struct kc_verifier *v, uint64_t seq);
/* The next path after those of an export or a part: evidence, or
 * KC_ECORRUPT. */
enum kc_err kc_verify_see_exhibit(struct kc_verifier *v, struct kc_slice path);
/* When all entries are through: the stage. */
void kc_verify_exhibits(struct kc_verifier *v);
/* openings.c: the next path after evidence, or KC_ECORRUPT; and the stage. */
enum kc_err kc_verify_see_opening(struct kc_verifier *v, struct kc_slice path);
void kc_verify_openings(struct kc_verifier *v);
/* part.c: is it a part of a ledger? Then all of it is checked here, the head
 * included. */
bool kc_verify_part(struct kc_verifier *v);
/* public.c: is it hashes alone? Likewise. */
bool kc_verify_public(struct kc_verifier *v);
/* receipt.c: all of it, the head included. */
void kc_verify_alone(struct kc_verifier *v);
/* block.c: the steps; each marks failures itself. */
void kc_verify_read_block(struct kc_verifier *v, struct kc_vblock *b);
void kc_verify_hash_run(struct kc_vblock *b, size_t run);
void kc_verify_apply_block(struct kc_verifier *v, struct kc_vblock *b);
void kc_verify_sig_run(struct kc_vblock *b, size_t run);
void kc_verify_take_sigs(struct kc_verifier *v, struct kc_vblock *b);
/* seen.c. False if the entry names more than stands before it. */
bool
kc_verify_gather_seen(struct kc_verifier *v, struct kc_vblock *b, uint64_t seq);
/* The same of an entry that is not applied: it vouches for nobody, and may only
 * contradict. */
void kc_verify_gather_seen_alone(
    struct kc_verifier *v, struct kc_vblock *b, uint64_t seq);
void
kc_verify_seen_run(const struct kc_vtree *t, struct kc_vblock *b, size_t run);
void kc_verify_take_seens(struct kc_verifier *v, const struct kc_vblock *b);
/* Somebody besides the log vouches for the first `size` entries. */
void kc_verify_cover(struct kc_verify_report *r, uint64_t size);
/* The holder of the earlier head does, unless what it covers is not here, and
 * the witnesses of this one. */
void kc_verify_cover_by_heads(struct kc_verify_report *r);
/* block.c: an entry is not applied, and none after it. */
void kc_verify_fail_apply(struct kc_verifier *v, enum kc_verify_stage stage,
    enum kc_finding found, enum kc_err err, uint64_t seq,
    const struct kc_refusal *why);
/* A block of a log of so many entries; NULL without memory. */
struct kc_vblock *kc_vblock_new(uint64_t entries);
void kc_vblock_free(struct kc_vblock *b);
/* tree.c: after the hashes of a block, and after the last block. */
void kc_verify_fold(struct kc_verifier *v, struct kc_vblock *b);
/* Root of the first `size` entries, all of them folded already. */
struct kc_hash kc_vtree_root(const struct kc_vtree *t, uint64_t size);
void kc_vtree_free(struct kc_vtree *t);

#endif
