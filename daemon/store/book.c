/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The book of a witness: three small tables. A row of `log` is the checkpoint
 * as it was cosigned, with our line, so that what is compared is what was
 * signed.
 */
#include "book_int.h"

#include <string.h>

#include "store_int.h"

/* --- rows --- */
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
hash_slice(const struct kc_hash *h)
{
	return (struct kc_slice){(const char *)h->b, sizeof(h->b)};
}

enum kc_err
kc_book_begin(struct kc_book *b, bool write, MDB_txn **txn)
{
	int rc;

	kc_trap_enter();
	rc = mdb_txn_begin(b->env, NULL, write ? 0 : MDB_RDONLY, txn);
	kc_trap_leave();
	return kc_err_from_lmdb(rc);
}

void
kc_book_end(MDB_txn *txn)
{
	kc_trap_enter();
	mdb_txn_abort(txn);
	kc_trap_leave();
}

enum kc_err
kc_book_commit(struct kc_book *b, MDB_txn *txn)
{
	int rc;

	kc_trap_enter();
	rc = mdb_txn_commit(txn);
	kc_trap_leave();
	if (rc == 0)
		return KC_OK;
	if (rc == MDB_MAP_FULL) /* found before the first page is written */
		return KC_EFULL;
	b->spoiled = true;
	return KC_EUNKNOWN;
}

enum kc_err
kc_book_get(struct kc_book *b, MDB_txn *txn, enum kc_book_table t,
    struct kc_slice key, struct kc_slice *value)
{
	MDB_val k = val(key), v;
	int rc;

	kc_trap_enter();
	rc = mdb_get(txn, b->dbi[t], &k, &v);
	kc_trap_leave();
	if (rc == 0)
		*value = (struct kc_slice){v.mv_data, v.mv_size};
	return kc_err_from_lmdb(rc);
}

enum kc_err
kc_book_put(struct kc_book *b, MDB_txn *txn, enum kc_book_table t,
    struct kc_slice key, struct kc_slice value)
{
	MDB_val k = val(key), v = val(value);
	int rc;

	kc_trap_enter();
	rc = mdb_put(txn, b->dbi[t], &k, &v, 0);
	kc_trap_leave();
	return kc_err_from_lmdb(rc);
}

/* --- cosigning --- */
/* What was cosigned last; size 0 and the empty root if nothing was. */
static enum kc_err
read_held(struct kc_book *b, MDB_txn *txn, const struct kc_hash *origin,
    struct kc_checkpoint *out)
{
	struct kc_slice row;
	enum kc_err err =
	    kc_book_get(b, txn, KC_BOOK_LOG, hash_slice(origin), &row);

	if (err == KC_ENOTFOUND) {
		*out = (struct kc_checkpoint){.root = kc_hash_empty()};
		return KC_OK;
	}
	if (err == KC_OK && kc_checkpoint_parse(out, row, NULL) != KC_OK)
		err = KC_ECORRUPT;
	return err;
}

/* Keeps the signed head of a fork: whoever holds both has the proof. */
static enum kc_err
keep_fork(struct kc_book *b, MDB_txn *txn, struct kc_slice note, bool *kept)
{
	struct kc_hash key = kc_sha256(note.p, note.n);
	MDB_stat st;
	int rc = mdb_stat(txn, b->dbi[KC_BOOK_FORK], &st);

	*kept = rc == 0 && st.ms_entries < KC_BOOK_FORKS_MAX;
	if (!*kept)
		return kc_err_from_lmdb(rc);
	return kc_book_put(b, txn, KC_BOOK_FORK, hash_slice(&key), note);
}

/* Signs, and keeps the log's own lines with ours. */
static enum kc_err
keep(struct kc_book *b, MDB_txn *txn, const struct kc_hash *origin,
    const struct kc_witness_ask *ask, const struct kc_skey *key,
    uint64_t time_s, struct kc_buf *line)
{
	struct kc_buf row = {0};
	enum kc_err err;

	kc_buf_note_cosig(line, ask->text, time_s, key);
	kc_buf_slice(&row, ask->note);
	kc_buf_slice(&row, kc_buf_view(line));
	err = kc_buf_err(line);
	if (err == KC_OK)
		err = kc_buf_err(&row);
	if (err == KC_OK)
		err = kc_book_put(
		    b, txn, KC_BOOK_LOG, hash_slice(origin), kc_buf_view(&row));
	kc_buf_free(&row);
	return err;
}

/* Is the file still the one that was opened? */
static enum kc_err
same_file(struct kc_book *b)
{
	int fd;

	if (mdb_env_get_fd(b->env, &fd) != 0)
		return KC_EIO;
	return kc_guard_same(fd, b->path.p, &b->file, NULL);
}

enum kc_err
kc_book_cosign(struct kc_book *b, const struct kc_witness_ask *ask,
    const struct kc_skey *key, uint64_t time_s, struct kc_book_answer *out)
{
	struct kc_hash origin =
	    kc_sha256(ask->head.origin, strlen(ask->head.origin));
	struct kc_checkpoint held;
	MDB_txn *txn = NULL;
	bool write = false;
	enum kc_err err;

	if (b->spoiled || same_file(b) != KC_OK)
		return KC_EUNKNOWN;
	err = kc_book_begin(b, true, &txn);
	if (err != KC_OK)
		return err;
	err = read_held(b, txn, &origin, &held);
	if (err == KC_OK) {
		out->held = held.size;
		out->verdict = kc_witness_step(ask, &held);
	}
	if (err == KC_OK && out->verdict == KC_WITNESS_FORK)
		err = keep_fork(b, txn, ask->note, &write);
	if (err == KC_OK && out->verdict == KC_WITNESS_COSIGN) {
		write = true;
		err = keep(b, txn, &origin, ask, key, time_s, &out->line);
	}
	if (err == KC_OK && write)
		err = kc_book_commit(b, txn);
	else
		kc_book_end(txn);
	if (err != KC_OK)
		kc_buf_reset(&out->line);
	return err;
}

/* --- reading --- */
enum kc_err
kc_book_latest(
    struct kc_book *b, const struct kc_hash *origin, struct kc_buf *out)
{
	struct kc_slice row;
	MDB_txn *txn = NULL;
	enum kc_err err = kc_book_begin(b, false, &txn);

	if (err != KC_OK)
		return err;
	err = kc_book_get(b, txn, KC_BOOK_LOG, hash_slice(origin), &row);
	if (err == KC_OK) {
		kc_buf_slice(out, row);
		err = kc_buf_err(out);
	}
	kc_book_end(txn);
	return err;
}

static enum kc_err
each(struct kc_book *b, MDB_txn *txn, enum kc_book_table t,
    enum kc_err (*fn)(void *ctx, bool fork, struct kc_slice note), void *ctx)
{
	MDB_cursor *c = NULL;
	MDB_val k, v;
	enum kc_err err = KC_OK;
	int rc = mdb_cursor_open(txn, b->dbi[t], &c);

	if (rc != 0)
		return kc_err_from_lmdb(rc);
	for (MDB_cursor_op op = MDB_FIRST; err == KC_OK; op = MDB_NEXT) {
		kc_trap_enter();
		rc = mdb_cursor_get(c, &k, &v, op);
		kc_trap_leave();
		if (rc != 0)
			break;
		err = fn(ctx, t == KC_BOOK_FORK,
		    (struct kc_slice){v.mv_data, v.mv_size});
	}
	mdb_cursor_close(c);
	return err != KC_OK || rc == MDB_NOTFOUND ? err : kc_err_from_lmdb(rc);
}

enum kc_err
kc_book_each(struct kc_book *b,
    enum kc_err (*fn)(void *ctx, bool fork, struct kc_slice note), void *ctx)
{
	MDB_txn *txn = NULL;
	enum kc_err err = kc_book_begin(b, false, &txn);

	if (err != KC_OK)
		return err;
	err = each(b, txn, KC_BOOK_LOG, fn, ctx);
	if (err == KC_OK)
		err = each(b, txn, KC_BOOK_FORK, fn, ctx);
	kc_book_end(txn);
	return err;
}
