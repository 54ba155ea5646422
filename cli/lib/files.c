/* SPDX-License-Identifier: Apache-2.0 */
/* An export on disk, directory or bundle, as struct kc_files. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "squeeze.h"

#define DEPTH_MAX 12 /* of tile/entries/x001/x002/...: 2^64 needs 10 */
#define PATH_SIZE 512

static enum kc_err
err_of_errno(void)
{
	return errno == ENOENT || errno == ENOTDIR ? KC_ENOTFOUND : KC_EIO;
}

/* --- a directory --- */
static enum kc_err
read_file(void *ctx, const char *path, size_t max, struct kc_buf *out)
{
	struct kc_disk *d = ctx;
	char chunk[16384];
	size_t total = 0;
	struct stat st = {0};
	enum kc_err err = KC_OK;
	ssize_t n;
	/* A pipe in the place of a file must not make us wait. */
	int fd = openat(d->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_of_errno();
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		/* Where a directory stands, there is no file. */
		return S_ISDIR(st.st_mode) ? KC_ENOTFOUND : KC_EIO;
	}
	while (err == KC_OK && (n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		total += n > 0 ? (size_t)n : 0;
		if (n < 0)
			err = KC_EIO;
		else if (total > max)
			err = KC_ETOOBIG;
		else
			kc_buf_put(out, chunk, (size_t)n);
	}
	close(fd);
	return err == KC_OK ? kc_buf_err(out) : err;
}

static enum kc_err
read_piece(
    void *ctx, const struct kc_piece *p, struct kc_buf *out, uint64_t *size)
{
	struct kc_disk *d = ctx;
	struct stat st;
	char chunk[16384];
	uint64_t at = p->at;
	size_t max = p->max;
	int fd = openat(
	    d->fd, p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	enum kc_err err = fd < 0 ? err_of_errno() : KC_OK;
	ssize_t n = 1;

	if (err == KC_OK && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
		err = KC_EIO;
	if (err == KC_OK)
		*size = (uint64_t)st.st_size;
	while (err == KC_OK && n > 0 && max > 0) {
		n = pread(fd, chunk, max < sizeof(chunk) ? max : sizeof(chunk),
		    (off_t)at);
		if (n < 0) {
			err = errno == EINTR ? KC_OK : KC_EIO;
			n = 1;
			continue;
		}
		kc_buf_put(out, chunk, (size_t)n);
		at += (uint64_t)n;
		max -= (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	return err == KC_OK ? kc_buf_err(out) : err;
}

struct walk {
	enum kc_err (*each)(void *arg, struct kc_slice path);
	void *arg;
	char path[PATH_SIZE];
};

static enum kc_err walk_dir(struct walk *w, int parent, size_t n, int depth);

static enum kc_err
walk_entry(struct walk *w, int dir, size_t n, int depth, const char *name)
{
	size_t name_n = strlen(name);
	struct stat st;

	if (n + name_n + 2 > sizeof(w->path))
		return KC_ETOOBIG;
	memcpy(w->path + n, name, name_n + 1);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return KC_EIO;
	if (!S_ISDIR(st.st_mode))
		return w->each(w->arg, kc_slice_str(w->path));
	w->path[n + name_n] = '/';
	w->path[n + name_n + 1] = '\0';
	return walk_dir(w, dir, n + name_n + 1, depth + 1);
}

/* Lists what stands under w->path[0..n); `parent` is open on its parent. */
static enum kc_err
walk_dir(struct walk *w, int parent, size_t n, int depth)
{
	enum kc_err err = KC_OK;
	struct dirent *e;
	size_t base = n;
	DIR *dir;
	int fd;

	if (depth > DEPTH_MAX)
		return KC_ETOOBIG;
	for (base = n - 1; base > 0; base--)
		if (w->path[base - 1] == '/')
			break;
	fd = openat(parent, w->path + base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return KC_EIO;
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return KC_EIO;
	}
	while (err == KC_OK && (e = readdir(dir)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			err = walk_entry(w, fd, n, depth, e->d_name);
	closedir(dir);
	return err;
}

static enum kc_err
list_files(
    void *ctx, enum kc_err (*each)(void *arg, struct kc_slice path), void *arg)
{
	struct kc_disk *d = ctx;
	struct walk w = {.each = each, .arg = arg, .path = "tile/"};
	struct stat st;

	/* What lies beside it is nobody's concern, however much it is. */
	if (fstatat(d->fd, "tile", &st, 0) != 0 || !S_ISDIR(st.st_mode))
		return KC_OK;
	return walk_dir(&w, d->fd, strlen(w.path), 0);
}

/* --- a bundle --- */
static enum kc_err
read_at(void *ctx, uint64_t at, void *p, size_t n)
{
	struct kc_disk *d = ctx;
	char *to = p;

	while (n > 0) {
		ssize_t got = pread(d->fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return KC_EIO;
		to += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return KC_OK;
}

/* A file as it was before it was compressed. */
static enum kc_err
open_file(struct kc_disk *d)
{
	struct kc_bundle_input in = {.read = read_at, .ctx = d};
	struct stat st;
	enum kc_err err = KC_OK;

	if (kc_is_squeezed(d->fd))
		err = kc_unsqueeze(&d->fd);
	if (err == KC_OK && fstat(d->fd, &st) != 0)
		err = KC_EIO;
	if (err != KC_OK)
		return err;
	in.size = (uint64_t)st.st_size;
	err = kc_bundle_open(&d->bundle, &in);
	if (err == KC_OK)
		d->files = kc_bundle_files(d->bundle);
	return err;
}

enum kc_err
kc_disk_begin(struct kc_disk *d, const char *path)
{
	struct stat st;

	memset(d, 0, sizeof(*d));
	d->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0)
		return err_of_errno();
	if (fstat(d->fd, &st) != 0)
		return KC_EIO;
	d->is_dir = S_ISDIR(st.st_mode);
	if (!d->is_dir && !S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return KC_EIO;
	}
	return KC_OK;
}

enum kc_err
kc_disk_end(struct kc_disk *d)
{
	if (!d->is_dir)
		return open_file(d);
	d->files = (struct kc_files){.read = read_file,
	    .list = list_files,
	    .piece = read_piece,
	    .ctx = d};
	return KC_OK;
}

enum kc_err
kc_disk_open(struct kc_disk *d, const char *path)
{
	enum kc_err err = kc_disk_begin(d, path);

	return err == KC_OK ? kc_disk_end(d) : err;
}

void
kc_disk_close(struct kc_disk *d)
{
	kc_bundle_close(d->bundle);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}
