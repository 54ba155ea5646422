/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storage of a ledger: leaves, the index of ids, tiles and checkpoints, each
 * batch in one transaction, and with it what it makes to be sent. Drivers: LMDB
 * on disk, and memory for tests and simulation, behind the same functions. One
 * writer thread; any number of readers, each call a short read transaction of
 * its own.
 *
 * A ledger's directory (docs/OPERATIONS.md):
 *   ledger.mdb ledger.mdb-lock   LMDB's files      lock   ours, one daemon
 *   anchor        last signed checkpoints (may be configured elsewhere)
 */
#ifndef KAOCHENG_STORE_H
#define KAOCHENG_STORE_H

#include <stdatomic.h>

#include <kaocheng/hash.h>
#include <kaocheng/merkle.h>

struct kc_store; /* opaque */

struct kc_store_options {
	const char *dir;
	bool read_only;        /* no lock is taken; follows another's commits */
	bool create;           /* make a new, empty store; refuses an old one */
	size_t map_size;       /* bytes; 0: default (64 GiB of address space) */
	size_t reserve_min;    /* free bytes below which append says KC_EFULL */
	unsigned threads;      /* that may look at its pages; 0: this one */
	struct kc_buf *mended; /* says what was put right; may be NULL */
	const atomic_bool
	    *stop; /* opening is given up: KC_EUNAVAILABLE; NULL */
};

/* Opens. KC_EBUSY (another daemon; *detail has its pid), KC_ENOTFOUND,
 * KC_ECORRUPT, KC_EIO, KC_EINVAL, KC_EUNAVAILABLE. `detail` (may be NULL) gets
 * one English sentence. LMDB is opened only after the file's size and kind are
 * checked. */
enum kc_err kc_store_open(struct kc_store **out,
    const struct kc_store_options *options, struct kc_buf *detail);
enum kc_err kc_store_open_memory(struct kc_store **out);
void kc_store_close(struct kc_store *s); /* accepts NULL */

/* One entry of a batch; borrows. */
struct kc_row {
	struct kc_slice leaf;
	uint8_t id[KC_ID_KEY_SIZE]; /* kc_id_key: of author and id */
	struct kc_hash hash;        /* leaf hash */
};
/* A row of the outbox: what is on its way to be sent, beside the log. */
#define KC_PUT_KEY_SIZE 16
struct kc_put {
	uint8_t key[KC_PUT_KEY_SIZE]; /* id of the message */
	struct kc_slice value;        /* empty: the row goes */
};
/* A checkpoint that witnesses have signed, of any size that stands. */
struct kc_witnessed {
	uint64_t size; /* 0: none */
	struct kc_slice note;
};
struct kc_append {
	uint64_t size; /* of the tree before; must be the store's */
	const struct kc_row *rows;
	size_t nrows; /* 1..KC_BATCH_MAX */
	/* Checkpoint of `size`, kept with this batch; empty for size 0, and
	 * where a ledger is restored, of which the last one alone is left. */
	struct kc_slice checkpoint;
	/* Rows of the outbox that come or go with this batch; in this order. */
	const struct kc_put *puts;
	size_t nputs;
	/* Takes the place of what is kept for its size. */
	struct kc_witnessed witnessed;
	/* Who sees to it that an anchor holds all of this. Called once, when
	 * nothing but the commit is left to do, with the root that it leads to
	 * and the number of its transaction, one more than that of the last;
	 * its error is the append's, and nothing was written. What fails after
	 * it is KC_EUNKNOWN. The commit is then on the disk but for the page
	 * that names its pages, which goes there before the next one ends, or
	 * with kc_store_settle: the anchor has to stand for it until then.
	 * NULL: the commit is durable when the append returns. */
	enum kc_err (*ready)(
	    void *ctx, const struct kc_hash *root, uint64_t txn);
	void *ready_ctx;
	/* Of a batch that an anchor holds: what `ready` was told. */
	uint64_t txn;
	/* The store may be behind: nothing is written now. Called after
	 * `ready`, it returns when the anchor has all batches since what the
	 * store has (kc_store_behind), this one with them; its error is
	 * KC_EUNKNOWN. There has to be place (kc_store_has_place). NULL: the
	 * batch is written, and what the store was behind by before it. */
	enum kc_err (*anchored)(void *ctx);
	const struct kc_buf *held; /* this one, as kc_held_by left it */
};

/* Size and root as of the last commit. */
uint64_t kc_store_size(struct kc_store *s);
enum kc_err kc_store_root(struct kc_store *s, struct kc_hash *root);
/* The size, and the transaction that was the last to write anything, with an
 * entry or without one. */
struct kc_stand {
	uint64_t size, txn;
};
enum kc_err kc_store_stands(struct kc_store *s, struct kc_stand *out);
/* One transaction: leaves, ids, tiles, frontier. On KC_OK it is durable, alone
 * or by an anchor (kc_append.ready).
 * KC_EFULL, KC_EIO: nothing was written. KC_ECONFLICT: size differs.
 * KC_EUNKNOWN: it may or may not be there; the store refuses all further
 * appends; the process must end and ask again after a restart. */
enum kc_err kc_store_append(struct kc_store *s, const struct kc_append *batch);
/* What was appended last is durable without an anchor, too. KC_EUNKNOWN; where
 * the store is behind, as kc_store_append. */
enum kc_err kc_store_settle(struct kc_store *s);
/*
 * A store may be behind by some batches, which its anchor has. Who reads finds
 * all of them: entries and ids in memory; before anything else is read that
 * they change, they are written, by who reads, in one transaction that is
 * durable, and read back. At the latest kc_store_close writes them.
 */
#define KC_BEHIND_BYTES (32 * 1024) /* that an anchor has of them */
/* Is there place for one more, of n bytes? The writer's. */
bool kc_store_has_place(struct kc_store *s, size_t n);
/* Appends those there are to *list (kc_held_join), and says how many and which
 * size they extend. Within `ready`. */
size_t kc_store_behind(struct kc_store *s, struct kc_buf *list, uint64_t *from);
/* Rows of the outbox, and a witnessed checkpoint (NULL: none), without an
 * entry: as kc_store_append. */
enum kc_err kc_store_put(struct kc_store *s, const struct kc_put *puts,
    size_t n, const struct kc_witnessed *witnessed);
/* Calls fn for each row of the outbox, in order of the keys, within a read
 * transaction; the slice is valid during the call only. Stops at fn's first
 * error. KC_ECORRUPT: a key has another length. */
enum kc_err kc_store_outbox(struct kc_store *s,
    enum kc_err (*fn)(
	void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value),
    void *ctx);
/* From now on a file that fails under its map (cut short, overwritten, not
 * given by the disk) ends the process with this exit code and a line on
 * standard error, not by SIGBUS, SIGSEGV or an assertion of LMDB. Threads must
 * not block these signals. Before the first store is opened. */
void kc_store_trap(int exit_code);
/* Is the file at the store's path still the one that was opened, and whole?
 * KC_EIO: no, and *detail (may be NULL) says how; what is written now may be
 * lost. */
enum kc_err kc_store_same(struct kc_store *s, struct kc_buf *detail);
/* `damaged` is called, on any thread, with one sentence, when bytes are found
 * that their hash does not vouch for; they are not given out. */
void kc_store_watch(struct kc_store *s,
    void (*damaged)(void *ctx, const char *what), void *ctx);
/* Appends leaf seq to out, in a read transaction of its own. KC_ECORRUPT: its
 * tile has another hash; out is as it was. */
enum kc_err kc_store_leaf(struct kc_store *s, uint64_t seq, struct kc_buf *out);
/* Calls fn for leaves [from, to) in order within short read transactions;
 * the slice is valid during the call only. Stops at fn's first error, and with
 * KC_ECORRUPT before a leaf whose tile has another hash. */
enum kc_err kc_store_scan(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf),
    void *ctx);
/* The same without hashing: for who has kc_store_verify beside it. */
enum kc_err kc_store_scan_plain(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf),
    void *ctx);
/* The entry of an author's id (kc_id_key); KC_ENOTFOUND. */
enum kc_err kc_store_find_id(
    struct kc_store *s, const uint8_t id[KC_ID_KEY_SIZE], uint64_t *seq);
/* Hashes of a tile as of the last commit: *width 1..256. */
enum kc_err kc_store_tile(struct kc_store *s, unsigned level, uint64_t n,
    struct kc_hash hashes[KC_TILE_WIDTH], unsigned *width);
/* Reader of nodes of the committed tree, over tiles. Valid as long as s. */
struct kc_hash_reader kc_store_hashes(struct kc_store *s);
/* The kept checkpoint of exactly this size. */
enum kc_err
kc_store_checkpoint(struct kc_store *s, uint64_t size, struct kc_buf *out);
/* The first kept checkpoint of at least this size: for seq + 1, the one that
 * the receipt of seq was made with. KC_ENOTFOUND: not yet kept. */
enum kc_err kc_store_checkpoint_from(
    struct kc_store *s, uint64_t size, uint64_t *found, struct kc_buf *out);
/* The first witnessed checkpoint of at least this size, as
 * kc_store_checkpoint_from; and the last one of all. */
enum kc_err kc_store_witnessed_from(
    struct kc_store *s, uint64_t size, uint64_t *found, struct kc_buf *out);
enum kc_err kc_store_witnessed_last(
    struct kc_store *s, uint64_t *found, struct kc_buf *out);
/* For metrics and bench. A commit costs two flushes, the pages, then the page
 * that names them; one where an anchor stands for the second. */
struct kc_store_stats {
	uint64_t commits, map_bytes, used_bytes, free_bytes;
	bool full; /* kc_store_full */
};
void kc_store_stats(struct kc_store *s, struct kc_store_stats *out);
bool kc_store_full(struct kc_store *s); /* an append would say KC_EFULL now */

/*
 * The anchor: the last signed checkpoint, on a path of its own (another file
 * system, if possible), written and flushed before an acknowledgement. Two
 * slots are written in turn, so that a torn write loses neither.
 */
struct kc_anchor;
/* Opens or creates. KC_EBUSY (another daemon has it), KC_ENOTFOUND, KC_EIO,
 * KC_ECORRUPT (no slot is readable though the file is not new). */
enum kc_err
kc_anchor_open(struct kc_anchor **out, const char *path, bool create);
void kc_anchor_close(struct kc_anchor *a);
/* Newest checkpoint note, empty while nothing is signed. KC_ENOTFOUND: a file
 * of zeros that says nothing, as older programs made. */
enum kc_err kc_anchor_read(struct kc_anchor *a, struct kc_buf *out);
/* Writes and flushes; any failure is KC_EUNKNOWN. */
enum kc_err kc_anchor_write(struct kc_anchor *a, struct kc_slice checkpoint);
/* Gives it the room that batches take. KC_EFULL. */
enum kc_err kc_anchor_room(struct kc_anchor *a);
/* What the next checkpoint will be signed over: written beside the slot that
 * comes next, of which it is a part from kc_anchor_write on, and which does not
 * count without it. Not flushed before; *back is what was read back. */
#define KC_ANCHOR_BATCH_MAX (256 * 1024) /* bytes */
#define KC_ANCHOR_NOTE_MAX 3000 /* with room for the keys of a change */
enum kc_err kc_anchor_batch(
    struct kc_anchor *a, struct kc_slice batch, struct kc_buf *back);
/* So many bytes of what was read back last are all of what was read back before
 * that, and not hashed again; 0: it begins otherwise. */
size_t kc_anchor_as_before(const struct kc_anchor *a);
/* The next checkpoint has no batch: what was written for it leads elsewhere. */
void kc_anchor_drop(struct kc_anchor *a);
/* As kc_store_same. */
enum kc_err kc_anchor_same(struct kc_anchor *a, struct kc_buf *detail);
/* The path's checkpoint without keeping it open (read-only readers); as
 * kc_anchor_read. */
enum kc_err kc_anchor_peek(const char *path, struct kc_buf *out);
/* All that it holds, the newest last. */
struct kc_anchor_slot {
	struct kc_buf note;  /* the checkpoint */
	struct kc_buf batch; /* that leads to it; empty: the store has it */
};
struct kc_anchored {
	struct kc_anchor_slot v[2];
	size_t n; /* 1 or 2 */
};
/* As kc_anchor_peek; to be freed in every case. */
enum kc_err kc_anchor_load(const char *path, struct kc_anchored *out);
void kc_anchored_free(struct kc_anchored *held);

/* A batch as bytes, which an anchor holds; then, which transaction of the store
 * it is. */
void kc_held_put(struct kc_buf *b, const struct kc_append *a);
void kc_held_by(struct kc_buf *b, uint64_t txn);
struct kc_held {
	struct kc_append batch; /* borrows the bytes, and what follows */
	struct kc_row *rows;    /* with their hashes */
	struct kc_put *puts;
};
/* KC_ESYNTAX, KC_ENOMEM; to be freed in every case. */
enum kc_err kc_held_take(struct kc_held *h, struct kc_slice bytes);
void kc_held_free(struct kc_held *h);
/* Several batches, each of which extends the one before, as one: what an anchor
 * holds of a store that is behind. To a program that knows none it is no batch
 * (KC_ESYNTAX), so that it refuses the ledger. Adds one; *list begins empty. */
#define KC_BEHIND_MAX 16 /* batches */
void kc_held_join(struct kc_buf *list, struct kc_slice batch);
struct kc_held_list {
	struct kc_held *v;
	size_t n; /* 1..KC_BEHIND_MAX */
};
/* A single batch, too. As kc_held_take. */
enum kc_err kc_held_list_take(struct kc_held_list *l, struct kc_slice bytes);
/* The same of the end of a list, from one of its batches on, which begins at
 * byte `from`; a single batch has none. */
enum kc_err
kc_held_list_rest(struct kc_held_list *l, struct kc_slice bytes, size_t from);
void kc_held_list_free(struct kc_held_list *l);
/* The root of `size` entries, of which the store had those of `from`, and an
 * anchor the others, each by the very next transaction; those that name the
 * same one go together. KC_ENOTFOUND: it has not all of them, or the store has
 * lost what stands between. */
enum kc_err kc_redo_root(struct kc_store *s, const struct kc_stand *from,
    const struct kc_anchored *held, uint64_t size, struct kc_hash *out);
/* Puts into the store what an anchor alone holds, if the head that it was
 * signed over is by one of the keys and extends the store; *n entries. What
 * else there is to say of the two is kc_check's to say. As kc_anchor_load and
 * kc_store_append, but nothing is wrong with an anchor that is missing. */
struct kc_log_keys;
enum kc_err kc_redo(struct kc_store *s, const char *anchor,
    const struct kc_log_keys *keys, uint64_t *n);

#endif
