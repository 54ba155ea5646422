/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence: taken in pieces, given its name once its hash is right. */
#include <kaocheng/blob.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HEX (2 * KC_HASH_SIZE)
/* A file on its way: ".<hex>.<actor>". */
#define NAME_SIZE (HEX + KC_CODE_MAX + 3)
#define CHUNK 65536

static enum kc_err
fault(struct kc_buf *detail, enum kc_err err, const char *what)
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

/* What a failed call says: a full disk is not a broken one. */
static enum kc_err
failed(struct kc_buf *detail, const char *what)
{
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		return fault(detail, KC_EFULL, "no room for it");
	return fault(detail, KC_EIO, what);
}

static void
name_of(char out[NAME_SIZE], const struct kc_hash *hash)
{
	struct kc_buf hex = {0};

	kc_buf_hex(&hex, hash->b, sizeof(hash->b));
	out[0] = '\0'; /* no memory: no such file */
	if (kc_buf_err(&hex) == KC_OK)
		(void)kc_slice_copy(out, NAME_SIZE, kc_buf_view(&hex));
	kc_buf_free(&hex);
}

bool
kc_blob_name_read(struct kc_slice text, struct kc_hash *out)
{
	static const char scheme[] = "sha256:";

	if (text.n > sizeof(scheme) - 1 &&
	    memcmp(text.p, scheme, sizeof(scheme) - 1) == 0) {
		text.p += sizeof(scheme) - 1;
		text.n -= sizeof(scheme) - 1;
	}
	return kc_read_hex(text, out->b, sizeof(out->b));
}

/* --- the directory --- */
static enum kc_err
open_dir(const char *dir, int *fd, struct kc_buf *detail)
{
	struct stat st;

	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		return fault(detail, KC_ENOTFOUND, "there is no directory");
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return fault(detail, KC_EINVAL,
		    "the directory of evidence must be a directory, no link");
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return fault(detail, KC_EIO, "the directory of evidence");
	if ((st.st_mode & 077) != 0)
		return fault(detail, KC_EINVAL,
		    "the directory of evidence must have mode 0700");
	if (st.st_uid != geteuid() && geteuid() != 0)
		return fault(detail, KC_EINVAL,
		    "the directory of evidence belongs to another user");
	return KC_OK;
}

/* The same, made if it is not there. */
static enum kc_err
make_dir(const char *dir, int *fd, struct kc_buf *detail)
{
	enum kc_err err = open_dir(dir, fd, detail);
	int up;
	bool ok;

	if (err != KC_ENOTFOUND)
		return err;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return failed(detail, "the directory of evidence");
	err = open_dir(dir, fd, detail);
	if (err != KC_OK)
		return err;
	up = openat(*fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = up >= 0 && fsync(up) == 0;
	if (up >= 0)
		(void)close(up);
	return ok ? KC_OK : fault(detail, KC_EIO, "the directory above");
}

static void
shut(int fd)
{
	int saved = errno;

	if (fd >= 0)
		(void)close(fd);
	errno = saved;
}

static bool
lock(int fd, int how)
{
	while (flock(fd, how) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

/* --- reading --- */
static enum kc_err
open_file(int dir, const struct kc_hash *hash, int *fd, struct stat *st)
{
	char name[NAME_SIZE];

	name_of(name, hash);
	*fd = openat(dir, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		return KC_ENOTFOUND;
	if (*fd < 0 && (errno == ELOOP || errno == ENXIO))
		return KC_EINVAL;
	if (*fd < 0 || fstat(*fd, st) != 0)
		return KC_EIO;
	return S_ISREG(st->st_mode) ? KC_OK : KC_EINVAL;
}

/* Up to n bytes at a place; fewer at the end of the file. */
static ssize_t
read_at(int fd, char *p, size_t n, uint64_t at)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, p + done, n - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

enum kc_err
kc_blob_read(const char *dir, const struct kc_hash *hash, uint64_t at,
    size_t max, struct kc_buf *out, uint64_t *size)
{
	char chunk[CHUNK];
	int d = -1, fd = -1;
	struct stat st = {0};
	enum kc_err err = open_dir(dir, &d, NULL);

	if (err == KC_OK)
		err = open_file(d, hash, &fd, &st);
	if (err == KC_OK && at > (uint64_t)st.st_size)
		err = KC_EINVAL;
	*size = (uint64_t)st.st_size;
	while (err == KC_OK && max > 0) {
		ssize_t n = read_at(fd, chunk, max < CHUNK ? max : CHUNK, at);

		if (n <= 0) {
			err = n < 0 ? KC_EIO : KC_OK;
			break;
		}
		kc_buf_put(out, chunk, (size_t)n);
		err = kc_buf_err(out);
		at += (uint64_t)n;
		max -= (size_t)n;
	}
	shut(fd);
	shut(d);
	return err;
}

static enum kc_err
check_fd(int fd, const struct kc_hash *hash)
{
	char chunk[CHUNK];
	struct kc_hasher h;
	struct kc_hash got;
	uint64_t at = 0;
	ssize_t n;

	kc_hasher_begin(&h);
	while ((n = read_at(fd, chunk, sizeof(chunk), at)) > 0) {
		kc_hasher_add(&h, chunk, (size_t)n);
		at += (uint64_t)n;
	}
	if (n < 0)
		return KC_EIO;
	got = kc_hasher_end(&h);
	return kc_hash_eq(&got, hash) ? KC_OK : KC_ECORRUPT;
}

enum kc_err
kc_blob_check(const char *dir, const struct kc_hash *hash, uint64_t *size)
{
	int d = -1, fd = -1;
	struct stat st = {0};
	enum kc_err err = open_dir(dir, &d, NULL);

	if (err == KC_OK)
		err = open_file(d, hash, &fd, &st);
	*size = (uint64_t)st.st_size;
	if (err == KC_OK)
		err = check_fd(fd, hash);
	shut(fd);
	shut(d);
	return err;
}

/* --- taking --- */
/* Stands it already? Then it was brought now: a sweep leaves it alone, for it
 * takes the same lock. */
static enum kc_err
find_standing(int dir, const struct kc_blob_piece *p, struct kc_blob_added *out,
    struct kc_buf *detail)
{
	char name[NAME_SIZE];
	struct stat st;
	enum kc_err err = KC_OK;

	name_of(name, &p->hash);
	if (!lock(dir, LOCK_EX))
		return fault(detail, KC_EIO, "lock");
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno != ENOENT)
			err = fault(detail, KC_EIO, "evidence");
	} else if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != p->size) {
		err = fault(detail, KC_EINVAL,
		    "what stands under this name has another size");
	} else if (utimensat(dir, name, NULL, AT_SYMLINK_NOFOLLOW) != 0) {
		err = fault(detail, KC_EIO, "evidence");
	} else {
		out->stands = true;
		out->next = p->size;
	}
	(void)flock(dir, LOCK_UN);
	return err;
}

/* The file on its way, ours alone until it is closed; only a first piece makes
 * it, else KC_ENOTFOUND. One that got its name while we waited is another's
 * now. */
static enum kc_err
open_partial(
    int dir, const char *name, bool first, int *fd, struct kc_buf *detail)
{
	int make = first ? O_CREAT : 0;
	struct stat mine, there;

	for (;;) {
		*fd = openat(dir, name,
		    O_RDWR | make | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
		if (*fd < 0 && errno == ENOENT && !first)
			return KC_ENOTFOUND;
		if (*fd < 0 || !lock(*fd, LOCK_EX) || fstat(*fd, &mine) != 0)
			return failed(detail, "evidence on its way");
		if (fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
		    there.st_ino == mine.st_ino && there.st_dev == mine.st_dev)
			return S_ISREG(mine.st_mode) && mine.st_nlink == 1
			    ? KC_OK
			    : fault(detail, KC_EINVAL,
				  "what is on its way is no file of ours");
		shut(*fd);
	}
}

static enum kc_err
want_room(int dir, const struct kc_blob_piece *p, struct kc_buf *detail)
{
	struct statvfs fs;
	uint64_t left;

	if (fstatvfs(dir, &fs) != 0)
		return fault(detail, KC_EIO, "file system");
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	return left > p->reserve && left - p->reserve >= p->size - p->at
	    ? KC_OK
	    : fault(detail, KC_EFULL, "no room for it");
}

static enum kc_err
write_piece(int fd, const struct kc_blob_piece *p, struct kc_buf *detail)
{
	size_t done = 0;

	if (ftruncate(fd, (off_t)p->at) != 0)
		return failed(detail, "evidence on its way");
	while (done < p->bytes.n) {
		ssize_t n = pwrite(fd, p->bytes.p + done, p->bytes.n - done,
		    (off_t)(p->at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(detail, "evidence on its way");
		done += (size_t)n;
	}
	return KC_OK;
}

/* It is whole: on the disk, and of this hash, before it gets its name. */
static enum kc_err
give_name(int dir, int fd, const char *partial, const struct kc_hash *hash,
    struct kc_buf *detail)
{
	char name[NAME_SIZE];
	struct stat st;
	enum kc_err err = check_fd(fd, hash);

	name_of(name, hash);
	if (err != KC_OK) {
		if (err == KC_ECORRUPT)
			(void)unlinkat(dir, partial, 0);
		return fault(detail, err, "it has another hash");
	}
	if (fsync(fd) != 0)
		return failed(detail, "evidence on its way");
	if (!lock(dir, LOCK_EX))
		return fault(detail, KC_EIO, "lock");
	/* Somebody else may have brought it meanwhile: theirs stays. */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		(void)unlinkat(dir, partial, 0);
	else if (renameat(dir, partial, dir, name) != 0)
		err = failed(detail, "evidence");
	if (err == KC_OK && fsync(dir) != 0)
		err = fault(detail, KC_EIO, "the directory of evidence");
	(void)flock(dir, LOCK_UN);
	return err;
}

static enum kc_err
take(int dir, const struct kc_blob_piece *p, struct kc_blob_added *out,
    struct kc_buf *detail)
{
	char hex[NAME_SIZE], name[2 * NAME_SIZE];
	struct stat st;
	int fd = -1;
	enum kc_err err;

	name_of(hex, &p->hash);
	(void)snprintf(
	    name, sizeof(name), ".%s.%.*s", hex, (int)p->by.n, p->by.p);
	err = want_room(dir, p, detail);
	if (err == KC_OK)
		err = open_partial(dir, name, p->at == 0, &fd, detail);
	if (err == KC_OK && fstat(fd, &st) != 0)
		err = fault(detail, KC_EIO, "evidence on its way");
	if (err == KC_ENOTFOUND ||
	    (err == KC_OK && p->at > (uint64_t)st.st_size)) {
		out->early = true;
		out->next = fd >= 0 ? (uint64_t)st.st_size : 0;
		err = fault(detail, KC_EINVAL, "what comes before is missing");
	}
	if (err == KC_OK)
		err = write_piece(fd, p, detail);
	if (err == KC_OK) {
		out->next = p->at + p->bytes.n;
		out->stands = out->next == p->size;
	}
	if (err == KC_OK && out->stands)
		err = give_name(dir, fd, name, &p->hash, detail);
	shut(fd);
	return err;
}

enum kc_err
kc_blob_add(const char *dir, const struct kc_blob_piece *p,
    struct kc_blob_added *out, struct kc_buf *detail)
{
	int d = -1;
	enum kc_err err;

	*out = (struct kc_blob_added){0};
	if (p->size == 0 || p->at > p->size || p->bytes.n > p->size - p->at ||
	    p->by.n == 0 || p->by.n > KC_CODE_MAX ||
	    memchr(p->by.p, '/', p->by.n) != NULL)
		return fault(detail, KC_EINVAL, "the piece does not fit");
	err = make_dir(dir, &d, detail);
	if (err == KC_OK)
		err = find_standing(d, p, out, detail);
	if (err == KC_OK && !out->stands)
		err = take(d, p, out, detail);
	if (err != KC_OK)
		out->stands = false;
	shut(d);
	return err;
}

/* --- what is there --- */
static int
no_dots(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

enum kc_err
kc_blob_each(const char *dir,
    enum kc_err (*fn)(void *ctx, const struct kc_blob_file *f), void *ctx,
    struct kc_buf *detail)
{
	struct dirent **names = NULL;
	int d = -1, n = 0;
	enum kc_err err = open_dir(dir, &d, detail);

	if (err == KC_OK) {
		n = scandirat(d, ".", &names, no_dots, by_name);
		if (n < 0)
			err =
			    fault(detail, KC_EIO, "the directory of evidence");
	}
	for (int i = 0; i < n; i++) {
		struct kc_blob_file f = {
		    .name = kc_slice_str(names[i]->d_name)};
		struct stat st;

		/* One that is gone meanwhile was not there. */
		if (err != KC_OK) {
			free(names[i]);
			continue;
		}
		if (fstatat(d, names[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) !=
		    0) {
			if (errno != ENOENT)
				err = fault(detail, KC_EIO, names[i]->d_name);
		} else if (S_ISREG(st.st_mode)) {
			f.whole = f.name.n == HEX &&
			    kc_blob_name_read(f.name, &f.hash);
			f.size = (uint64_t)st.st_size;
			f.brought_s = st.st_mtim.tv_sec;
			err = fn(ctx, &f);
		}
		free(names[i]);
	}
	free(names);
	shut(d);
	return err == KC_ENOTFOUND && d < 0 ? KC_OK : err;
}

enum kc_err
kc_blob_drop(const char *dir, const struct kc_blob_file *f, int64_t before_s,
    struct kc_buf *detail)
{
	char name[NAME_SIZE];
	struct stat st;
	int d = -1;
	enum kc_err err = open_dir(dir, &d, detail);

	if (err == KC_OK && !kc_slice_copy(name, sizeof(name), f->name))
		err = KC_ENOTFOUND; /* no name that we give */
	if (err == KC_OK && !lock(d, LOCK_EX))
		err = fault(detail, KC_EIO, "lock");
	if (err == KC_OK && fstatat(d, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		err = errno == ENOENT ? KC_ENOTFOUND
				      : fault(detail, KC_EIO, "evidence");
	if (err == KC_OK && st.st_mtim.tv_sec >= before_s)
		err = KC_ENOTFOUND;
	if (err == KC_OK && (unlinkat(d, name, 0) != 0 || fsync(d) != 0))
		err = fault(detail, KC_EIO, "evidence");
	shut(d);
	return err;
}
