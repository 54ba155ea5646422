/* SPDX-License-Identifier: Apache-2.0 */
/* Making a store on disk, and opening one after every check. */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_DEFAULT ((size_t)64 << 30) /* address space, not memory */

struct paths {
	struct kc_buf data, fresh, fresh_lock;
};

static enum kc_err
paths_init(struct paths *p, const char *dir)
{
	struct kc_buf *all[] = {&p->data, &p->fresh, &p->fresh_lock};
	static const char *const names[] = {
	    "/ledger.mdb", "/ledger.mdb.new", "/ledger.mdb.new-lock"};

	*p = (struct paths){0};
	for (int i = 0; i < 3; i++) {
		kc_buf_str(all[i], dir);
		kc_buf_str(all[i], names[i]);
		(void)kc_buf_cstr(all[i]);
		if (kc_buf_err(all[i]) != KC_OK)
			return kc_buf_err(all[i]);
	}
	return KC_OK;
}

static void
paths_release(struct paths *p)
{
	kc_buf_free(&p->data);
	kc_buf_free(&p->fresh);
	kc_buf_free(&p->fresh_lock);
}

static enum kc_err
make_dir(const char *dir, struct kc_buf *detail)
{
	if (mkdir(dir, 0700) == 0)
		return kc_guard_sync_parent(dir);
	if (errno == EEXIST)
		return KC_OK;
	kc_guard_say(detail, "cannot be made", dir, errno);
	return KC_EIO;
}

static enum kc_err
sync_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	enum kc_err err = KC_EIO;

	if (fd < 0)
		return err;
	if (fsync(fd) == 0)
		err = KC_OK;
	close(fd);
	return err;
}

/* Writes an empty store under another name, then gives it its own: a crash
 * leaves either nothing or all of it. */
static enum kc_err
create(const struct paths *p, struct kc_buf *detail)
{
	struct kc_lmdb_options lmdb = {
	    .path = p->fresh.p, .create = true, .map_size = (size_t)1 << 20};
	struct kc_store *s = NULL;
	struct stat st;
	void *d = NULL;
	enum kc_err err;

	if (lstat(p->data.p, &st) == 0) {
		kc_guard_say(detail, "is there already", p->data.p, 0);
		return KC_EINVAL;
	}
	(void)unlink(p->fresh.p);
	(void)unlink(p->fresh_lock.p);
	err = kc_lmdb_open(&d, &lmdb, detail);
	if (err == KC_OK)
		err =
		    kc_store_wrap(&s, &kc_driver_lmdb, d, true, false, detail);
	if (err != KC_OK)
		goto out;
	kc_store_close(s);
	err = sync_file(p->fresh.p);
	if (err == KC_OK && rename(p->fresh.p, p->data.p) != 0)
		err = KC_EIO;
	if (err == KC_OK)
		err = kc_guard_sync_parent(p->data.p);
	if (err != KC_OK)
		kc_guard_say(detail, "cannot be made", p->data.p, errno);
out:
	if (err != KC_OK)
		(void)unlink(p->fresh.p);
	(void)unlink(p->fresh_lock.p);
	return err;
}

static enum kc_err
open_file(struct kc_store **out, const struct kc_store_options *options,
    const struct paths *p, struct kc_buf *detail)
{
	struct kc_lmdb_options lmdb = {.path = p->data.p,
	    .read_only = options->read_only,
	    .map_size = options->map_size ? options->map_size : MAP_DEFAULT,
	    .reserve_min = options->reserve_min,
	    .threads = options->threads,
	    .stop = options->stop};
	enum kc_err err = KC_OK;
	void *d = NULL;

	if (!options->read_only)
		err = kc_heads_mend(p->data.p, options->mended, detail);
	if (err == KC_OK)
		err = kc_heads_check(p->data.p, detail);
	if (err == KC_OK && !options->read_only)
		err = kc_guard_readers(p->data.p, detail);
	if (err == KC_OK)
		err = kc_lmdb_open(&d, &lmdb, detail);
	if (err == KC_OK)
		err = kc_store_wrap(
		    out, &kc_driver_lmdb, d, false, options->read_only, detail);
	if (err == KC_OK && !options->read_only &&
	    kc_store_settle(*out) != KC_OK) {
		kc_guard_say(detail, "cannot be flushed", p->data.p, errno);
		kc_store_close(*out);
		*out = NULL;
		err = KC_EIO;
	}
	return err;
}

enum kc_err
kc_store_open(struct kc_store **out, const struct kc_store_options *options,
    struct kc_buf *detail)
{
	struct paths p;
	int lock_fd = -1;
	enum kc_err err = paths_init(&p, options->dir);

	if (err == KC_OK && options->create && options->read_only)
		err = KC_EINVAL;
	if (err == KC_OK && options->create)
		err = make_dir(options->dir, detail);
	if (err == KC_OK)
		err = kc_guard_dir(options->dir, detail);
	if (err == KC_OK && !options->read_only)
		err = kc_guard_lock(options->dir, &lock_fd, detail);
	if (err == KC_OK && options->create)
		err = create(&p, detail);
	if (err == KC_OK)
		err = open_file(out, options, &p, detail);
	if (err == KC_OK)
		(*out)->lock_fd = lock_fd;
	else if (lock_fd >= 0)
		close(lock_fd);
	paths_release(&p);
	return err;
}
