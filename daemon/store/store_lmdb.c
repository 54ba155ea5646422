/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in LMDB, by a narrow subset of it: no WRITEMAP, NOSYNC or DUPSORT, no
 * nested transaction, no delete by cursor, one writer thread.
 */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <lmdb.h>

#define READERS_MAX 512
#define READER_CHECK_EVERY 256 /* commits */
#define SNAPSHOTS 100          /* tried until the file stands still */

struct lmdb {
	MDB_env *env;
	MDB_dbi dbi[KC_DB_COUNT];
	bool has[KC_DB_COUNT]; /* a table of an older format may be missing */
	/* Transactions hold it for reading, growing the map for writing:
	 * LMDB wants no transaction open in the process then. */
	pthread_rwlock_t map_lock;
	size_t reserve_min;
	uint64_t commits;
	struct kc_buf path;
	struct kc_guarded file; /* LMDB never makes it shorter */
	uint64_t blocks;        /* bytes that the file has; 0: not asked yet */
	bool owes; /* the page that names the last commit is not flushed */
};

static MDB_val
val(struct kc_slice s)
{
	/* LMDB takes void * but does not write through it. */
	union {
		const char *in;
		void *out;
	} p = {s.p};

	return (MDB_val){s.n, p.out};
}

static struct kc_slice
slice(const MDB_val *v)
{
	return (struct kc_slice){v->mv_data, v->mv_size};
}

/* What this thread reads at the moment. A read within it gets the same
 * transaction: it never waits, for a larger map of another process either,
 * while the outer one holds the old map. */
static _Thread_local struct {
	struct lmdb *of;
	MDB_txn *txn;
	unsigned depth;
} held;

static int
txn_begin(struct lmdb *l, bool write, MDB_txn **txn)
{
	unsigned flags = write ? 0 : MDB_RDONLY;
	int rc, dead;

	pthread_rwlock_rdlock(&l->map_lock);
	kc_trap_enter();
	rc = mdb_txn_begin(l->env, NULL, flags, txn);
	if (rc == MDB_MAP_RESIZED) { /* another process grew it */
		pthread_rwlock_unlock(&l->map_lock);
		pthread_rwlock_wrlock(&l->map_lock);
		(void)mdb_env_set_mapsize(l->env, 0);
		pthread_rwlock_unlock(&l->map_lock);
		pthread_rwlock_rdlock(&l->map_lock);
		rc = mdb_txn_begin(l->env, NULL, flags, txn);
	}
	if (rc == MDB_READERS_FULL) { /* of processes that died, perhaps */
		(void)mdb_reader_check(l->env, &dead);
		rc = mdb_txn_begin(l->env, NULL, flags, txn);
	}
	kc_trap_leave();
	if (rc != 0)
		pthread_rwlock_unlock(&l->map_lock);
	return rc;
}

static enum kc_err
lmdb_begin(void *d, bool write, struct kc_txn *t)
{
	struct lmdb *l = d;
	MDB_txn *txn = NULL;
	int rc;

	if (!write && held.of == l) {
		held.depth++;
		*t = (struct kc_txn){
		    l, held.txn, false, false, mdb_txn_id(held.txn)};
		return KC_OK;
	}
	rc = txn_begin(l, write, &txn);
	if (rc != 0)
		return kc_err_from_lmdb(rc);
	*t = (struct kc_txn){l, txn, write, false, mdb_txn_id(txn)};
	if (!write && held.of == NULL) {
		held.of = l;
		held.txn = txn;
	}
	return KC_OK;
}

static void
lmdb_end(struct kc_txn *t)
{
	struct lmdb *l = t->driver;
	MDB_txn *txn = t->p;

	t->p = NULL;
	if (txn == NULL)
		return;
	if (txn == held.txn) {
		if (held.depth > 0) {
			held.depth--;
			return;
		}
		held.of = NULL;
		held.txn = NULL;
	}
	kc_trap_enter();
	mdb_txn_abort(txn);
	kc_trap_leave();
	pthread_rwlock_unlock(&l->map_lock);
}

static enum kc_err
lmdb_commit(struct kc_txn *t)
{
	struct lmdb *l = t->driver;
	int rc, dead;

	if (t->p == held.txn) {
		held.of = NULL;
		held.txn = NULL;
	}
	/* Its pages are flushed before it is named: if it is not, the commit
	 * before it is whole and in force. */
	(void)mdb_env_set_flags(l->env, MDB_NOMETASYNC, t->held);
	kc_trap_enter();
	rc = mdb_txn_commit(t->p);
	kc_trap_leave();
	if (rc == 0 && t->write)
		l->owes = t->held; /* its flush took along what was owed */
	t->p = NULL;
	pthread_rwlock_unlock(&l->map_lock);
	if (rc == 0 && ++l->commits % READER_CHECK_EVERY == 0)
		(void)mdb_reader_check(l->env, &dead);
	/* The map is full before a page is written; all else may come after. */
	if (rc == MDB_MAP_FULL)
		return KC_EFULL;
	return rc == 0 ? KC_OK : KC_EUNKNOWN;
}

static enum kc_err
lmdb_settle(void *d)
{
	struct lmdb *l = d;

	if (l->owes && mdb_env_sync(l->env, 1) != 0)
		return KC_EUNKNOWN;
	l->owes = false;
	return KC_OK;
}

static bool
lmdb_reads(void *d)
{
	return held.of == d;
}

static enum kc_err
lmdb_table(struct kc_txn *t, enum kc_db db, bool make)
{
	struct lmdb *l = t->driver;
	int rc = mdb_dbi_open(
	    t->p, kc_table_name(db), make ? MDB_CREATE : 0, &l->dbi[db]);

	l->has[db] = rc == 0;
	return kc_err_from_lmdb(rc);
}

static enum kc_err
lmdb_get(struct kc_txn *t, enum kc_db db, struct kc_slice key,
    struct kc_slice *value)
{
	struct lmdb *l = t->driver;
	MDB_val k = val(key), v;
	int rc;

	if (!l->has[db])
		return KC_ENOTFOUND;
	kc_trap_enter();
	rc = mdb_get(t->p, l->dbi[db], &k, &v);
	kc_trap_leave();
	if (rc == 0)
		*value = slice(&v);
	return kc_err_from_lmdb(rc);
}

static enum kc_err
lmdb_put(
    struct kc_txn *t, enum kc_db db, struct kc_slice key, struct kc_slice value)
{
	struct lmdb *l = t->driver;
	MDB_val k = val(key), v = val(value);
	unsigned flags = 0;
	int rc;

	if (!l->has[db])
		return KC_EINVAL;
	if (db == KC_DB_LEAF)
		flags = MDB_APPEND;
	else if (db == KC_DB_ID)
		flags = MDB_NOOVERWRITE;
	kc_trap_enter();
	rc = mdb_put(t->p, l->dbi[db], &k, &v, flags);
	kc_trap_leave();
	return kc_err_from_lmdb(rc);
}

static enum kc_err
lmdb_del(struct kc_txn *t, enum kc_db db, struct kc_slice key)
{
	struct lmdb *l = t->driver;
	MDB_val k = val(key);
	int rc;

	if (!l->has[db])
		return KC_EINVAL;
	kc_trap_enter();
	rc = mdb_del(t->p, l->dbi[db], &k, NULL);
	kc_trap_leave();
	return rc == MDB_NOTFOUND ? KC_OK : kc_err_from_lmdb(rc);
}

static enum kc_err
lmdb_walk(struct kc_txn *t, enum kc_db db, struct kc_slice from,
    bool (*fn)(void *ctx, struct kc_slice key, struct kc_slice value),
    void *ctx)
{
	struct lmdb *l = t->driver;
	MDB_cursor_op op = from.n > 0 ? MDB_SET_RANGE : MDB_FIRST;
	MDB_cursor *c = NULL;
	MDB_val k = val(from), v;
	int rc;

	if (!l->has[db])
		return KC_OK;
	rc = mdb_cursor_open(t->p, l->dbi[db], &c);
	if (rc != 0)
		return kc_err_from_lmdb(rc);
	do {
		kc_trap_enter();
		rc = mdb_cursor_get(c, &k, &v, op);
		kc_trap_leave();
		op = MDB_NEXT;
		if (rc == 0)
			kc_fetch_rows(slice(&v));
	} while (rc == 0 && fn(ctx, slice(&k), slice(&v)));
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? KC_OK : kc_err_from_lmdb(rc);
}

static enum kc_err
lmdb_count(struct kc_txn *t, enum kc_db db, uint64_t *rows)
{
	struct lmdb *l = t->driver;
	MDB_stat st;
	int rc;

	*rows = 0;
	if (!l->has[db])
		return KC_OK;
	rc = mdb_stat(t->p, l->dbi[db], &st);
	if (rc == 0)
		*rows = st.ms_entries;
	return kc_err_from_lmdb(rc);
}

static enum kc_err
lmdb_grow(void *d)
{
	struct lmdb *l = d;
	MDB_envinfo info;
	int rc;

	pthread_rwlock_wrlock(&l->map_lock);
	rc = mdb_env_info(l->env, &info);
	if (rc == 0 && !kc_guard_can_map(info.me_mapsize * 2))
		rc = ENOMEM;
	if (rc == 0)
		rc = mdb_env_set_mapsize(l->env, info.me_mapsize * 2);
	pthread_rwlock_unlock(&l->map_lock);
	return rc == 0 ? KC_OK : KC_EFULL;
}

static void
used(struct lmdb *l, struct kc_store_stats *out)
{
	MDB_envinfo info;
	MDB_stat st;

	pthread_rwlock_rdlock(&l->map_lock);
	if (mdb_env_info(l->env, &info) == 0 &&
	    mdb_env_stat(l->env, &st) == 0) {
		out->map_bytes = info.me_mapsize;
		out->used_bytes = (info.me_last_pgno + 1) * st.ms_psize;
	}
	pthread_rwlock_unlock(&l->map_lock);
}

static enum kc_err
lmdb_room(void *d, size_t need)
{
	struct lmdb *l = d;
	struct kc_store_stats st = {0};
	int fd;

	if (mdb_env_get_fd(l->env, &fd) != 0)
		return KC_EIO;
	if (l->reserve_min > 0 && kc_guard_free(fd) < l->reserve_min)
		return KC_EFULL;
	if (need == 0)
		return KC_OK;
	used(l, &st);
	return kc_guard_blocks(fd, &l->blocks, st.used_bytes + need);
}

static bool
lmdb_holds(void *d, size_t need)
{
	struct kc_store_stats st = {0};

	used(d, &st);
	return st.used_bytes + need <= st.map_bytes;
}

static enum kc_err
lmdb_same(void *d, struct kc_buf *detail)
{
	struct lmdb *l = d;
	int fd;

	if (mdb_env_get_fd(l->env, &fd) != 0)
		return KC_EIO;
	return kc_guard_same(fd, l->path.p, &l->file, detail);
}

static void
lmdb_stats(void *d, struct kc_store_stats *out)
{
	struct lmdb *l = d;
	int fd;

	used(l, out);
	if (mdb_env_get_fd(l->env, &fd) == 0)
		out->free_bytes = kc_guard_free(fd);
}

static void
lmdb_close(void *d)
{
	struct lmdb *l = d;

	(void)lmdb_settle(l); /* else the anchor has it */
	if (l->env != NULL)
		mdb_env_close(l->env);
	pthread_rwlock_destroy(&l->map_lock);
	kc_buf_free(&l->path);
	kc_free(l);
}

const struct kc_driver kc_driver_lmdb = {
    .begin = lmdb_begin,
    .end = lmdb_end,
    .commit = lmdb_commit,
    .settle = lmdb_settle,
    .reads = lmdb_reads,
    .table = lmdb_table,
    .get = lmdb_get,
    .put = lmdb_put,
    .del = lmdb_del,
    .walk = lmdb_walk,
    .count = lmdb_count,
    .grow = lmdb_grow,
    .room = lmdb_room,
    .holds = lmdb_holds,
    .same = lmdb_same,
    .stats = lmdb_stats,
    .close = lmdb_close,
};

/* LMDB found its own pages out of order. */
static void
on_assert(MDB_env *env, const char *what)
{
	(void)env;
	kc_trap_die(what);
}

/* LMDB opens its data file without close-on-exec. */
static int
close_on_exec(MDB_env *env)
{
	int fd;
	int rc = mdb_env_get_fd(env, &fd);

	if (rc != 0)
		return rc;
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? 0 : errno;
}

/* Before a row is looked at: LMDB trusts what it finds on a page. Other
 * processes may write meanwhile, but not to the pages of our snapshot. */
static enum kc_err
check_pages(
    struct lmdb *l, const struct kc_lmdb_options *o, struct kc_buf *detail)
{
	struct kc_pages p = {
	    .path = o->path, .threads = o->threads, .stop = o->stop};
	enum kc_err err = KC_EBUSY;

	for (int i = 0; err == KC_EBUSY && i < SNAPSHOTS; i++) {
		struct kc_txn t = {0};
		MDB_stat st;

		err = lmdb_begin(l, false, &t);
		if (err != KC_OK)
			break;
		if (mdb_env_stat(l->env, &st) != 0 ||
		    mdb_env_get_fd(l->env, &p.fd) != 0)
			err = KC_EIO;
		p.txn = mdb_txn_id(t.p);
		p.page_size = st.ms_psize;
		if (err == KC_OK)
			err = kc_pages_check(&p, detail);
		lmdb_end(&t);
	}
	return err;
}

static const char no_room[] =
    "its map has no room in this process: RLIMIT_AS is below store: map_mib";
enum kc_err
kc_lmdb_open(
    void **out, const struct kc_lmdb_options *options, struct kc_buf *detail)
{
	/* Read transactions go with the call, not with the thread: NOTLS. */
	unsigned flags = MDB_NOSUBDIR | MDB_NOTLS;
	struct lmdb *l = kc_alloc(sizeof(*l));
	enum kc_err err = KC_OK;
	int rc, dead;

	if (l == NULL)
		return KC_ENOMEM;
	pthread_rwlock_init(&l->map_lock, NULL);
	l->reserve_min = options->reserve_min;
	kc_buf_str(&l->path, options->path);
	(void)kc_buf_cstr(&l->path);
	if (options->read_only)
		flags |= MDB_RDONLY;
	rc = kc_buf_err(&l->path) == KC_OK ? mdb_env_create(&l->env) : ENOMEM;
	if (rc == 0)
		rc = mdb_env_set_assert(l->env, on_assert);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(l->env, KC_DB_COUNT);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(l->env, READERS_MAX);
	if (rc == 0)
		rc = mdb_env_set_mapsize(l->env, options->map_size);
	if (rc == 0)
		rc = mdb_env_open(l->env, options->path, flags, 0600);
	if (rc == 0)
		rc = close_on_exec(l->env);
	/* Readers that died keep their places until somebody looks. */
	if (rc == 0)
		rc = mdb_reader_check(l->env, &dead);
	if (rc == 0 && !options->create)
		err = check_pages(l, options, detail);
	if (rc == 0 && err == KC_OK) {
		l->owes = !options->read_only; /* what one before us did */
		*out = l;
		return KC_OK;
	}
	if (rc != 0) {
		err = kc_err_from_lmdb(rc);
		kc_guard_say(detail, rc == ENOMEM ? no_room : kc_lmdb_text(rc),
		    options->path, 0);
	}
	lmdb_close(l);
	return err;
}
