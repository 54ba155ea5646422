/* SPDX-License-Identifier: Apache-2.0 */
/* Making the book of a witness, and opening one after every check. */
#include "book_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_int.h"

#define FORMAT "kaocheng/v1 witness"
#define MAP_SIZE ((size_t)1 << 30) /* address space: room for 10,000 logs */
#define READERS 32

static enum kc_err
open_tables(struct kc_book *b, MDB_txn *txn, bool make)
{
	static const char *const names[KC_BOOK_TABLE_COUNT] = {
#define X(sym, name) name,
	    KC_BOOK_TABLES(X)
#undef X
	};

	for (int t = 0; t < KC_BOOK_TABLE_COUNT; t++) {
		int rc = mdb_dbi_open(
		    txn, names[t], make ? MDB_CREATE : 0, &b->dbi[t]);

		if (rc != 0)
			return rc == MDB_NOTFOUND ? KC_ECORRUPT
						  : kc_err_from_lmdb(rc);
	}
	return KC_OK;
}

static enum kc_err
open_env(
    struct kc_book *b, const char *path, bool read_only, struct kc_buf *detail)
{
	unsigned flags =
	    MDB_NOSUBDIR | MDB_NOTLS | (read_only ? MDB_RDONLY : 0);
	int fd, dead, rc;

	kc_buf_str(&b->path, path);
	(void)kc_buf_cstr(&b->path);
	rc = kc_buf_err(&b->path) == KC_OK ? mdb_env_create(&b->env) : ENOMEM;
	if (rc == 0)
		rc = mdb_env_set_maxdbs(b->env, KC_BOOK_TABLE_COUNT);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(b->env, READERS);
	if (rc == 0)
		rc = mdb_env_set_mapsize(b->env, MAP_SIZE);
	if (rc == 0)
		rc = mdb_env_open(b->env, path, flags, 0600);
	if (rc == 0)
		rc = mdb_env_get_fd(b->env, &fd);
	if (rc == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		rc = errno;
	if (rc == 0)
		rc = mdb_reader_check(b->env, &dead);
	if (rc != 0)
		kc_guard_say(detail, kc_lmdb_text(rc), path, 0);
	return kc_err_from_lmdb(rc);
}

/* LMDB trusts what it finds on a page. */
static enum kc_err
check_pages(struct kc_book *b, MDB_txn *txn, struct kc_buf *detail)
{
	MDB_stat st;
	int fd;

	if (mdb_env_stat(b->env, &st) != 0 || mdb_env_get_fd(b->env, &fd) != 0)
		return KC_EIO;
	return kc_pages_check(&(struct kc_pages){.fd = fd,
				  .path = b->path.p,
				  .txn = mdb_txn_id(txn),
				  .page_size = st.ms_psize},
	    detail);
}

static enum kc_err
check_meta(struct kc_book *b, MDB_txn *txn, const struct kc_vkey *key,
    struct kc_buf *detail)
{
	struct kc_slice text, owner;
	struct kc_buf ours = {0};
	enum kc_err err =
	    kc_book_get(b, txn, KC_BOOK_META, KC_LIT("format"), &text);

	if (err == KC_OK)
		err = kc_book_get(b, txn, KC_BOOK_META, KC_LIT("key"), &owner);
	if (err == KC_ENOTFOUND)
		err = KC_ECORRUPT;
	if (err == KC_OK && !kc_slice_eq(text, KC_LIT(FORMAT))) {
		kc_guard_say(
		    detail, "was made by a newer program", b->path.p, 0);
		err = KC_ENEWER;
	}
	if (err == KC_OK && key != NULL) {
		kc_buf_vkey(&ours, key);
		err = kc_buf_err(&ours);
		if (err == KC_OK && !kc_slice_eq(owner, kc_buf_view(&ours))) {
			kc_guard_say(detail, "is the book of ", b->path.p, 0);
			if (detail != NULL)
				kc_buf_slice(detail, owner);
			err = KC_EFOREIGN;
		}
	}
	kc_buf_free(&ours);
	return err;
}

static enum kc_err
open_book(struct kc_book *b, const char *path, const struct kc_vkey *key,
    bool read_only, struct kc_buf *detail)
{
	MDB_txn *txn = NULL;
	enum kc_err err = kc_heads_check(path, detail);

	if (err == KC_OK && !read_only)
		err = kc_guard_readers(path, detail);
	if (err == KC_OK)
		err = open_env(b, path, read_only, detail);
	if (err == KC_OK)
		err = kc_book_begin(b, false, &txn);
	if (err != KC_OK)
		return err;
	err = check_pages(b, txn, detail);
	if (err == KC_OK)
		err = open_tables(b, txn, false);
	if (err == KC_OK)
		err = check_meta(b, txn, key, detail);
	/* Also of reading: only a commit makes the tables public. */
	if (err == KC_OK)
		err = kc_book_commit(b, txn);
	else
		kc_book_end(txn);
	return err;
}

static struct kc_book *
new_book(void)
{
	struct kc_book *b = kc_alloc(sizeof(*b));

	if (b != NULL)
		b->lock_fd = -1;
	return b;
}

void
kc_book_close(struct kc_book *b)
{
	if (b == NULL)
		return;
	if (b->env != NULL)
		mdb_env_close(b->env);
	if (b->lock_fd >= 0)
		(void)close(b->lock_fd);
	kc_buf_free(&b->path);
	kc_free(b);
}

static enum kc_err
path_in(struct kc_buf *out, const char *dir, const char *name)
{
	kc_buf_str(out, dir);
	kc_buf_char(out, '/');
	kc_buf_str(out, name);
	(void)kc_buf_cstr(out);
	return kc_buf_err(out);
}

enum kc_err
kc_book_open(struct kc_book **out, const char *dir, const struct kc_vkey *key,
    bool read_only, struct kc_buf *detail)
{
	struct kc_book *b = new_book();
	struct kc_buf path = {0};
	enum kc_err err =
	    b != NULL ? path_in(&path, dir, "witness.mdb") : KC_ENOMEM;

	if (err == KC_OK)
		err = kc_guard_dir(dir, detail);
	if (err == KC_OK && access(path.p, F_OK) != 0)
		err = errno == ENOENT ? KC_ENOTFOUND : KC_EIO;
	if (err == KC_OK && !read_only)
		err = kc_guard_lock(dir, &b->lock_fd, detail);
	if (err == KC_OK)
		err = open_book(b, path.p, key, read_only, detail);
	if (err == KC_OK)
		*out = b;
	else
		kc_book_close(b);
	kc_buf_free(&path);
	return err;
}

/* --- making --- */
static enum kc_err
fill(struct kc_book *b, const struct kc_vkey *key)
{
	struct kc_buf text = {0};
	MDB_txn *txn = NULL;
	enum kc_err err = kc_book_begin(b, true, &txn);

	if (err != KC_OK)
		return err;
	kc_buf_vkey(&text, key);
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = open_tables(b, txn, true);
	if (err == KC_OK)
		err = kc_book_put(
		    b, txn, KC_BOOK_META, KC_LIT("format"), KC_LIT(FORMAT));
	if (err == KC_OK)
		err = kc_book_put(
		    b, txn, KC_BOOK_META, KC_LIT("key"), kc_buf_view(&text));
	if (err == KC_OK)
		err = kc_book_commit(b, txn);
	else
		kc_book_end(txn);
	kc_buf_free(&text);
	return err;
}

/* Whole under another name, then under its own. */
static enum kc_err
make_file(struct kc_book *b, const char *fresh, const char *path,
    const struct kc_vkey *key, struct kc_buf *detail)
{
	struct kc_buf lock = {0};
	enum kc_err err = KC_OK;

	kc_buf_str(&lock, fresh);
	kc_buf_str(&lock, "-lock");
	(void)unlink(fresh);
	(void)unlink(kc_buf_cstr(&lock));
	err = open_env(b, fresh, false, detail);
	if (err == KC_OK)
		err = fill(b, key);
	if (err == KC_OK && rename(fresh, path) != 0)
		err = KC_EIO;
	if (err == KC_OK)
		err = kc_guard_sync_parent(path);
	if (err != KC_OK)
		(void)unlink(fresh);
	(void)unlink(lock.p);
	kc_buf_free(&lock);
	return err;
}

enum kc_err
kc_book_make(const char *dir, const struct kc_vkey *key, struct kc_buf *detail)
{
	struct kc_book *b = new_book();
	struct kc_buf path = {0}, fresh = {0};
	struct stat st;
	enum kc_err err = b != NULL ? KC_OK : KC_ENOMEM;

	if (err == KC_OK && mkdir(dir, 0700) != 0 && errno != EEXIST) {
		kc_guard_say(detail, "cannot be made", dir, errno);
		err = KC_EIO;
	}
	if (err == KC_OK)
		err = kc_guard_dir(dir, detail);
	if (err == KC_OK)
		err = path_in(&path, dir, "witness.mdb");
	if (err == KC_OK)
		err = path_in(&fresh, dir, "witness.mdb.new");
	if (err == KC_OK)
		err = kc_guard_lock(dir, &b->lock_fd, detail);
	if (err == KC_OK && lstat(path.p, &st) == 0) {
		kc_guard_say(detail, "is there already", path.p, 0);
		err = KC_EINVAL;
	}
	if (err == KC_OK)
		err = make_file(b, fresh.p, path.p, key, detail);
	kc_book_close(b);
	kc_buf_free(&path);
	kc_buf_free(&fresh);
	return err;
}
