/* SPDX-License-Identifier: Apache-2.0 */
/* The directory, its lock; its files, read within bounds, put in place whole.
 */
#include "people/room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_SIZE (KC_ROOM_NAME_SIZE + 1)

enum kc_err
kc_room_fault(struct kc_buf *detail, enum kc_err err, const char *what)
{
	int saved = errno;

	if (detail != NULL) {
		kc_buf_reset(detail);
		kc_buf_str(detail, what);
		if (err == KC_EIO) {
			kc_buf_str(detail, ": ");
			kc_buf_str(detail, strerror(saved));
		}
	}
	errno = saved;
	return err;
}

enum kc_err
kc_room_failed(struct kc_buf *detail, const char *what)
{
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		return kc_room_fault(detail, KC_EFULL, "no room for it");
	return kc_room_fault(detail, KC_EIO, what);
}

/* --- the directory --- */
/* Ours alone, or, where root asks, somebody's alone. */
enum kc_err
kc_room_open(struct kc_room *r, const char *dir, struct kc_buf *detail)
{
	struct stat st;

	r->fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (r->fd < 0 && errno == ENOENT)
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "there is no directory");
	if (r->fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return kc_room_fault(detail, KC_EINVAL,
		    "the directory must be a directory, no link");
	if (r->fd < 0 || fstat(r->fd, &st) != 0)
		return kc_room_fault(detail, KC_EIO, "the directory");
	if ((st.st_mode & 077) != 0)
		return kc_room_fault(
		    detail, KC_EINVAL, "the directory must have mode 0700");
	if (st.st_uid != geteuid() && geteuid() != 0)
		return kc_room_fault(
		    detail, KC_EINVAL, "the directory belongs to another user");
	r->owner = st.st_uid;
	return KC_OK;
}

/* The same for a writer, who is alone until it is closed. */
enum kc_err
kc_room_lock(struct kc_room *r, const char *dir, struct kc_buf *detail)
{
	enum kc_err err = kc_room_open(r, dir, detail);

	while (err == KC_OK && flock(r->fd, LOCK_EX) != 0)
		if (errno != EINTR)
			err = kc_room_fault(detail, KC_EIO, "lock");
	return err;
}

/* Makes it where there is none. Root makes it for whom the place belongs to. */
enum kc_err
kc_room_make(const char *dir, struct kc_buf *detail)
{
	struct stat above;
	int fd = -1, up = -1;
	bool ok;

	if (mkdir(dir, 0700) != 0)
		return errno == EEXIST
		    ? KC_OK
		    : kc_room_fault(detail, KC_EIO, "the directory");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		up = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = up >= 0 && fstat(up, &above) == 0 &&
	    (geteuid() != 0 || fchown(fd, above.st_uid, above.st_gid) == 0) &&
	    fsync(up) == 0;
	if (!ok)
		(void)kc_room_fault(detail, KC_EIO, "the directory");
	if (up >= 0)
		(void)close(up);
	if (fd >= 0)
		(void)close(fd);
	return ok ? KC_OK : KC_EIO;
}

void
kc_room_close(struct kc_room *r)
{
	int saved = errno;

	if (r->fd >= 0)
		(void)close(r->fd);
	r->fd = -1;
	errno = saved;
}

/* --- reading --- */
static enum kc_err
check_file(const struct kc_room *r, int fd, struct kc_buf *detail)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return kc_room_fault(detail, KC_EIO, "file");
	if (!S_ISREG(st.st_mode) || st.st_nlink > 1 ||
	    (st.st_mode & 0177) != 0 || st.st_uid != r->owner)
		return kc_room_fault(detail, KC_EINVAL,
		    "must be a regular file of the directory's owner, mode "
		    "0600, one link");
	return KC_OK;
}

static enum kc_err
read_file(int fd, char *text, size_t size, size_t *n)
{
	*n = 0;
	while (*n < size) {
		ssize_t got = read(fd, text + *n, size - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return KC_EIO;
		if (got == 0)
			return KC_OK;
		*n += (size_t)got;
	}
	return KC_OK; /* too long: the parser says so */
}

enum kc_err
kc_room_load(const struct kc_room *r, const char *name, char *text, size_t size,
    size_t *n, struct kc_buf *detail)
{
	enum kc_err err;
	int fd;

	fd = openat(r->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "there is no such file");
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return kc_room_fault(
		    detail, KC_EINVAL, "must be a regular file");
	if (fd < 0)
		return kc_room_fault(detail, KC_EIO, "file");
	err = check_file(r, fd, detail);
	if (err == KC_OK && read_file(fd, text, size, n) != KC_OK)
		err = kc_room_fault(detail, KC_EIO, "file");
	(void)close(fd);
	return err;
}

/* --- writing --- */
static bool
write_all(int fd, struct kc_slice data)
{
	while (data.n > 0) {
		ssize_t n = write(fd, data.p, data.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data.p += n;
		data.n -= (size_t)n;
	}
	return true;
}

/* A new file beside the old one, on the disk before it takes its place. */
enum kc_err
kc_room_replace(const struct kc_room *r, const char *name, struct kc_slice text,
    struct kc_buf *detail)
{
	char temp[TEMP_SIZE];
	enum kc_err err;
	bool ok;
	int fd, saved;

	(void)snprintf(temp, sizeof(temp), ".%s", name);
	if (unlinkat(r->fd, temp, 0) != 0 && errno != ENOENT)
		return kc_room_fault(
		    detail, KC_EIO, "what a broken write has left");
	fd = openat(r->fd, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return kc_room_failed(detail, "new file");
	/* Root writes for the directory's owner; umask may have taken bits. */
	ok = fchmod(fd, 0600) == 0 &&
	    (r->owner == geteuid() || fchown(fd, r->owner, (gid_t)-1) == 0) &&
	    write_all(fd, text) && fsync(fd) == 0;
	saved = errno;
	if (close(fd) == 0)
		errno = saved;
	else
		ok = false;
	if (ok && renameat(r->fd, temp, r->fd, name) == 0)
		return fsync(r->fd) == 0 ? KC_OK
					 : kc_room_failed(detail, "flush");
	err = kc_room_failed(detail, "new file");
	(void)unlinkat(r->fd, temp, 0);
	return err;
}

enum kc_err
kc_room_remove(const struct kc_room *r, const char *name, struct kc_buf *detail)
{
	char temp[TEMP_SIZE];
	bool was = unlinkat(r->fd, name, 0) == 0;

	(void)snprintf(temp, sizeof(temp), ".%s", name);
	if ((!was && errno != ENOENT) ||
	    (unlinkat(r->fd, temp, 0) != 0 && errno != ENOENT) ||
	    fsync(r->fd) != 0)
		return kc_room_fault(detail, KC_EIO, "erase");
	return was
	    ? KC_OK
	    : kc_room_fault(detail, KC_ENOTFOUND, "there is no such file");
}
