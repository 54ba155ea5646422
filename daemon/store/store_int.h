/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the store: what a driver gives (ordered rows in tables,
 * transactions), on which store.c builds leaves, ids, tiles and checkpoints
 * once for all drivers.
 */
#ifndef KC_STORE_INT_H
#define KC_STORE_INT_H

#include <pthread.h>

#include <kaocheng/entry.h>
#include <kaocheng/store.h>

/* X(SYMBOL, name, format since which it is there): tables. Keys sort as bytes.
 * A new one takes a new format; an old store gets it when it is opened. */
#define KC_TABLES(X)                                                           \
	X(LEAF, "leaf", 1)             /* BE64 seq -> leaf */                  \
	X(ID, "id", 1)                 /* key of author and id -> BE64 seq */  \
	X(TILE, "tile", 1)             /* level byte, BE64 n -> hashes */      \
	X(CHECKPOINT, "checkpoint", 1) /* BE64 size -> checkpoint note */      \
	X(META, "meta", 1)             /* "format", "head" -> see store.c */   \
	X(OUTBOX, "outbox", 2)         /* message id -> see kc_put */          \
	X(COSIGNED, "cosigned", 3)     /* BE64 size -> note, with witnesses */

enum kc_db {
#define X(sym, name, since) KC_DB_##sym,
	KC_TABLES(X)
#undef X
	KC_DB_COUNT
};

struct kc_txn {
	void *driver, *p;
	bool write;
	bool held;   /* by an anchor: see kc_append.ready */
	uint64_t id; /* of what it reads; writing, one more than the last */
};

struct kc_driver {
	/* One write transaction at a time; read transactions are snapshots
	 * that never wait for it. A thread that reads within a read reads the
	 * same snapshot. End each with commit (write only) or end. */
	enum kc_err (*begin)(void *d, bool write, struct kc_txn *t);
	void (*end)(struct kc_txn *t);
	/* KC_OK: durable, or as kc_append.ready has it. KC_EFULL: nothing was
	 * written, the map may be grown. Anything else is KC_EUNKNOWN. Ends t
	 * in every case. */
	enum kc_err (*commit)(struct kc_txn *t);
	/* Opens a table in t, before its rows are asked for; `make`: it is new
	 * (t is for writing). KC_ENOTFOUND: it is not there. A table that was
	 * not opened has no rows. */
	enum kc_err (*table)(struct kc_txn *t, enum kc_db db, bool make);
	/* The value is valid until t ends or is written to. */
	enum kc_err (*get)(struct kc_txn *t, enum kc_db db, struct kc_slice key,
	    struct kc_slice *value);
	enum kc_err (*put)(struct kc_txn *t, enum kc_db db, struct kc_slice key,
	    struct kc_slice value);
	/* Takes a row away, if it is there; of the outbox only. */
	enum kc_err (*del)(
	    struct kc_txn *t, enum kc_db db, struct kc_slice key);
	/* Rows from the first key at or after `from`, until fn says false. What
	 * it is given stands until the transaction ends. */
	enum kc_err (*walk)(struct kc_txn *t, enum kc_db db,
	    struct kc_slice from,
	    bool (*fn)(void *ctx, struct kc_slice key, struct kc_slice value),
	    void *ctx);
	enum kc_err (*count)(struct kc_txn *t, enum kc_db db, uint64_t *rows);
	/* kc_store_settle. */
	enum kc_err (*settle)(void *d);
	/* Does this thread read at the moment? */
	bool (*reads)(void *d);
	/* Makes more room after KC_EFULL; no transaction of the caller may
	 * be open. KC_EFULL if there is none. */
	enum kc_err (*grow)(void *d);
	/* KC_EFULL if fewer than `reserve_min` bytes are free, or the file
	 * cannot be given `need` bytes beyond what it uses now. */
	enum kc_err (*room)(void *d, size_t need);
	/* Would that be without `grow`? */
	bool (*holds)(void *d, size_t need);
	/* kc_store_same. */
	enum kc_err (*same)(void *d, struct kc_buf *detail);
	void (*stats)(void *d, struct kc_store_stats *out);
	void (*close)(void *d);
};

/* Batches that are not written yet (behind.c). Changed by who holds
 * kc_store.writing, under kc_store.lock. */
struct kc_behind {
	struct {
		struct kc_buf bytes;
		struct kc_held h; /* borrows them */
	} v[KC_BEHIND_MAX];
	atomic_size_t n;
	atomic_ullong stored;    /* entries that are written */
	struct kc_frontier base; /* of these */
	uint64_t txn;            /* in which they will be */
	size_t bytes, need;
};

/* Working copy of the tiles at the right edge, during one append. */
struct kc_tiles {
	struct {
		uint64_t n;
		unsigned width; /* hashes at hand; 0: not loaded */
		bool dirty;
		struct kc_hash hash[KC_TILE_WIDTH];
	} level[8];
};

struct kc_store {
	const struct kc_driver *driver;
	void *d;
	bool read_only;
	int lock_fd; /* of DIR/lock; -1: none */
	void (*damaged)(void *ctx, const char *what); /* may be NULL */
	void *damaged_ctx;
	pthread_mutex_t writing; /* of who writes; before the next */
	struct kc_behind behind;
	pthread_mutex_t lock;        /* of what follows */
	struct kc_frontier frontier; /* with what it is behind by */
	struct kc_hash root;
	uint64_t commits;
	bool poisoned;
	struct kc_tiles tiles; /* of the one writer */
};

/* Writes v as the key of a row into b; borrows b. */
struct kc_slice kc_key_u64(uint8_t b[8], uint64_t v);
/* The number in a row of 8 bytes. */
uint64_t kc_slice_be64(struct kc_slice s);

/* Wraps an open driver; takes d (closed on failure). `fresh` writes the
 * first rows; else what is there is checked. */
enum kc_err kc_store_wrap(struct kc_store **out, const struct kc_driver *driver,
    void *d, bool fresh, bool read_only, struct kc_buf *detail);

/* store.c: the row of the table "meta" that has the size and the root.
 * KC_ECORRUPT: it is none. */
enum kc_err kc_head_put_row(struct kc_store *s, struct kc_txn *t, uint64_t size,
    const struct kc_hash *root);
enum kc_err kc_head_get_row(
    struct kc_store *s, struct kc_txn *t, uint64_t *size, struct kc_hash *root);

/* append.c: batches that an anchor holds, each of which extends the one before
 * and the first *base, in one transaction. As kc_store_append, but the caller
 * holds kc_store.writing, where others may write. */
enum kc_err kc_store_append_held(struct kc_store *s,
    const struct kc_frontier *base, const struct kc_held *const *v, size_t n);
/* Bytes that the file may grow by for a batch. */
size_t kc_append_need(const struct kc_append *b);

/* redo.c: takes what has its length, BE64, before it off *rest; false: there is
 * none, or it is cut. */
bool kc_held_slice(struct kc_slice *rest, struct kc_slice *out);

/* behind.c. The first two are for who holds kc_store.writing: one more batch
 * (kc_append.anchored); and writes all of them. Then, for who is about to read
 * what they change: the same, if there are any, and this thread does not read
 * within a read. */
enum kc_err kc_behind_add(struct kc_store *s, const struct kc_append *batch);
enum kc_err kc_behind_write(struct kc_store *s);
enum kc_err kc_behind_catch_up(struct kc_store *s);
/* Leaf seq, or the entry of an id, if it is among them. KC_ENOTFOUND. */
enum kc_err
kc_behind_leaf(struct kc_store *s, uint64_t seq, struct kc_buf *out);
enum kc_err kc_behind_find(
    struct kc_store *s, const uint8_t id[KC_ID_KEY_SIZE], uint64_t *seq);
void kc_behind_free(struct kc_store *s);

/* format.c: what a new store has; opening one of any format, which becomes
 * the newest unless it is only read. KC_ENEWER, KC_ECORRUPT with a sentence in
 * *detail. */
const char *kc_table_name(enum kc_db db);
enum kc_err kc_format_make(const struct kc_driver *driver, struct kc_txn *t);
enum kc_err kc_format_open(const struct kc_driver *driver, void *d,
    bool read_only, struct kc_buf *detail);

/* tiles.c: adds rows to the tiles of the tree of f->size and moves f. */
enum kc_err kc_tiles_append(struct kc_tiles *tiles,
    const struct kc_driver *driver, struct kc_txn *t, struct kc_frontier *f,
    const struct kc_row *rows, size_t nrows);
/* Hashes of a tile in a transaction. KC_ENOTFOUND, KC_ECORRUPT. */
enum kc_err kc_tile_load(const struct kc_driver *driver, struct kc_txn *t,
    unsigned level, uint64_t n, struct kc_slice *hashes, unsigned *width);
/* Node (level, index) of the tree, from its tile. */
enum kc_err kc_tiles_node(const struct kc_driver *driver, struct kc_txn *t,
    unsigned level, uint64_t index, struct kc_hash *out);

/* store_read.c: that the row at hand and the one after it are wanted soon. */
void kc_fetch_rows(struct kc_slice v);
/* kc_store_scan; *at is the leaf that it came to. */
enum kc_err kc_store_scan_at(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf), void *ctx,
    uint64_t *at);

/* scrub.c: hashes all that the root of the first `size` entries stands for,
 * on threads of its own and on the caller's when it ends. */
#define KC_SCRUB_THREADS 16
#define KC_SCRUB_ALONE 4096 /* entries: fewer are not worth a thread */
struct kc_scrub;
enum kc_err kc_scrub_begin(
    struct kc_scrub **out, struct kc_store *s, uint64_t size, unsigned threads);
/* Helps, waits, frees. KC_ECORRUPT: *bad is the first entry whose leaf or
 * tile is not what it was. give_up: the answer is not wanted any more. */
struct kc_scrubbed {
	enum kc_err err; /* KC_ECORRUPT: the index of ids does not lead to */
	uint64_t bad;    /* this entry */
};
enum kc_err kc_scrub_end(
    struct kc_scrub *c, bool give_up, uint64_t *bad, struct kc_scrubbed *ids);

/* ids.c: what the entries say of their ids, then the index against it. */
struct kc_ids;
enum kc_err kc_ids_new(struct kc_ids **out, uint64_t size);
void kc_ids_free(struct kc_ids *ids);
/* One leaf; any thread, each another entry. */
void kc_ids_note(struct kc_ids *ids, uint64_t seq, struct kc_slice bytes);
/* One of so many shares of the index (a power of two, 256 at most), once all
 * leaves are noted; any thread. */
enum kc_err kc_ids_check(
    struct kc_ids *ids, struct kc_store *s, unsigned share, unsigned shares);
/* After all shares: it leads to every entry; false: not to *bad. */
bool kc_ids_whole(const struct kc_ids *ids, uint64_t *bad);

/* store_lmdb.c: opens an existing file. */
struct kc_lmdb_options {
	const char *path; /* of ledger.mdb */
	bool read_only, create;
	size_t map_size, reserve_min;
	unsigned threads;
	const atomic_bool *stop;
};
extern const struct kc_driver kc_driver_lmdb;
enum kc_err kc_lmdb_open(
    void **out, const struct kc_lmdb_options *options, struct kc_buf *detail);
/* lmdb_err.c: the one place that knows LMDB's codes. */
enum kc_err kc_err_from_lmdb(int rc);
const char *kc_lmdb_text(int rc);

/* pages_check.c: every page of the snapshot of transaction `txn` is in one
 * place, and every key where a search looks for it. KC_ECORRUPT, KC_EIO and
 * KC_ENOMEM with the reason in *detail; KC_EBUSY: the file has moved on, take a
 * new one; KC_EUNAVAILABLE: *stop (may be NULL) became true. */
#define KC_PAGES_THREADS 16
#define KC_PAGES_ALONE 1024 /* pages: not more are worth a thread */
struct kc_pages {
	int fd;
	const char *path; /* for *detail */
	uint64_t txn, page_size;
	unsigned threads; /* the caller's among them; 0: it alone */
	const atomic_bool *stop;
};
enum kc_err kc_pages_check(const struct kc_pages *p, struct kc_buf *detail);
/* pages.c: n bytes at `at`, asked for again if the disk does not give them.
 * KC_ECORRUPT: the file ends before. KC_EIO: *e is errno. */
enum kc_err kc_pages_read(int fd, void *out, size_t n, uint64_t at, int *e);

/* trap.c: around each call of LMDB; what it runs into ends the process as
 * kc_store_trap says. */
void kc_trap_enter(void);
void kc_trap_leave(void);
__attribute__((noreturn)) void kc_trap_die(const char *what);

/* store_mem.c */
extern const struct kc_driver kc_driver_mem;
enum kc_err kc_mem_open(void **out);

/* heads.c: both heads of the file are whole, follow each other, and stand for
 * no more than is there. KC_ECORRUPT, KC_EIO, KC_ENOTFOUND. */
enum kc_err kc_heads_check(const char *path, struct kc_buf *detail);
/* One that is damaged becomes the other, if that is whole; *said tells (as the
 * rest of a sentence) where the damaged one is kept, and stays empty if there
 * was nothing to mend. For who holds the lock. KC_EIO, KC_ENOTFOUND. */
enum kc_err
kc_heads_mend(const char *path, struct kc_buf *said, struct kc_buf *detail);

/* guard.c: what must hold before a file is mapped. */
enum kc_err kc_guard_dir(const char *dir, struct kc_buf *detail);
/* Gives LMDB's table of readers its blocks. KC_EFULL. */
enum kc_err kc_guard_readers(const char *path, struct kc_buf *detail);
/* A file that is held open; zero at first. */
struct kc_guarded {
	int64_t size; /* it was never shorter */
	bool known;   /* the rest: which one it is */
	uint32_t dev_major, dev_minor;
	uint64_t ino;
};
/* Is what fd was opened as still at path, and no shorter than it was? KC_EIO:
 * no, and *detail says how. */
enum kc_err kc_guard_same(
    int fd, const char *path, struct kc_guarded *g, struct kc_buf *detail);
/* Takes DIR/lock for this process; *fd is to be closed. KC_EBUSY. */
enum kc_err kc_guard_lock(const char *dir, int *fd, struct kc_buf *detail);
/* open file description lock on fd; KC_EBUSY. */
enum kc_err kc_guard_ofd(int fd);
/* One sentence: what, then the text of errno `e` if it is not 0. */
void
kc_guard_say(struct kc_buf *detail, const char *what, const char *path, int e);
/* Is there so much address space? LMDB gives up the old map before it asks for
 * the new one, and has none if that fails: ask first. */
bool kc_guard_can_map(size_t size);
/* Gives the file of fd its blocks from *have on up to `to`, and some more where
 * there are; *have is what it has then. From 0 on at first: a copy has holes
 * where blocks were not written. Its size stays. KC_EFULL: there are none. */
enum kc_err kc_guard_blocks(int fd, uint64_t *have, uint64_t to);
uint64_t kc_guard_free(int fd); /* bytes of its file system; 0: unknown */
/* fsync of the directory that holds path. */
enum kc_err kc_guard_sync_parent(const char *path);

#endif
