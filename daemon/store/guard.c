/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before a store is mapped: a local file system, one daemon,
 * and (heads.c) a file as long as its head says. LMDB reads through its map, so
 * that a short or damaged file would end the process.
 */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BLOCKS_MORE (512 * 1024)
#define READERS_BYTES 65536 /* more than the table of 512 readers */

void
kc_guard_say(struct kc_buf *detail, const char *what, const char *path, int e)
{
	if (detail == NULL)
		return;
	if (path != NULL) {
		kc_buf_str(detail, path);
		kc_buf_str(detail, ": ");
	}
	kc_buf_str(detail, what);
	if (e != 0) {
		kc_buf_str(detail, ": ");
		kc_buf_str(detail, strerrordesc_np(e));
	}
}

static bool
is_network(long type)
{
	/* linux/magic.h and the statfs(2) page: a lock or a map there does
	 * not mean what it means on a disk. */
	static const unsigned long types[] = {
	    0x6969,                 /* NFS */
	    0x517B,                 /* SMB */
	    0xFF534D42, 0xFE534D42, /* CIFS, SMB2 */
	    0x5346414F, 0x6B414653, /* AFS */
	    0x73757245,             /* Coda */
	    0x00C36400,             /* Ceph */
	    0x0BD00BD0,             /* Lustre */
	    0x01161970,             /* GFS2 */
	    0x7461636f,             /* OCFS2 */
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (((unsigned long)type & 0xFFFFFFFFUL) == types[i])
			return true;
	return false;
}

enum kc_err
kc_guard_dir(const char *dir, struct kc_buf *detail)
{
	struct stat st;
	struct statfs fs;

	if (stat(dir, &st) != 0 || statfs(dir, &fs) != 0) {
		int e = errno;

		kc_guard_say(detail, "cannot be used", dir, e);
		return e == ENOENT ? KC_ENOTFOUND : KC_EIO;
	}
	if (!S_ISDIR(st.st_mode)) {
		kc_guard_say(detail, "is not a directory", dir, 0);
		return KC_EINVAL;
	}
	if (is_network((long)fs.f_type)) {
		kc_guard_say(detail, "is on a network file system", dir, 0);
		return KC_EINVAL;
	}
	return KC_OK;
}

/*
 * LMDB maps its table of readers and writes to it; without a block under it
 * that ends the process, and a full disk would look like a damaged file. An
 * old table keeps its length: others may have mapped it.
 */
enum kc_err
kc_guard_readers(const char *path, struct kc_buf *detail)
{
	struct kc_buf name = {0};
	struct stat st = {.st_size = 1};
	int fd, e = 0;

	kc_buf_str(&name, path);
	kc_buf_str(&name, "-lock");
	fd = open(kc_buf_cstr(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0 || fstat(fd, &st) != 0)
		e = errno;
	else
		e = posix_fallocate(
		    fd, 0, st.st_size > 0 ? st.st_size : READERS_BYTES);
	if (e != 0)
		kc_guard_say(detail, "cannot be made", name.p, e);
	if (e != 0 && fd >= 0 && st.st_size == 0)
		(void)unlink(name.p);
	if (fd >= 0)
		close(fd);
	kc_buf_free(&name);
	if (e == 0)
		return KC_OK;
	return e == ENOSPC || e == EDQUOT ? KC_EFULL : KC_EIO;
}

/* Without the times: who has asked for them is told of every change after it,
 * so that each write dirties the inode anew, and each flush writes it out. */
static bool
look(int fd, const char *path, struct statx *st)
{
	unsigned mask = STATX_INO | STATX_NLINK | STATX_SIZE;

	return statx(fd, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, mask, st) ==
	    0;
}

/* What is open keeps its number, which no other file gets meanwhile: asked
 * once. */
static bool
know(int fd, struct kc_guarded *g)
{
	struct statx held;

	if (!g->known && look(fd, "", &held)) {
		g->dev_major = held.stx_dev_major;
		g->dev_minor = held.stx_dev_minor;
		g->ino = held.stx_ino;
		g->known = true;
	}
	return g->known;
}

enum kc_err
kc_guard_same(
    int fd, const char *path, struct kc_guarded *g, struct kc_buf *detail)
{
	const char *what = NULL;
	struct statx named;
	int e = 0;

	if (!know(fd, g) || !look(AT_FDCWD, path, &named)) {
		what = "is not where it was";
		e = errno;
	} else if (named.stx_nlink == 0 ||
	    named.stx_dev_major != g->dev_major ||
	    named.stx_dev_minor != g->dev_minor || named.stx_ino != g->ino) {
		what = "is another file than the one that was opened";
	} else if ((int64_t)named.stx_size < g->size) {
		what = "was cut short";
	}
	if (what != NULL) {
		kc_guard_say(detail, what, path, e);
		return KC_EIO;
	}
	g->size = (int64_t)named.stx_size;
	return KC_OK;
}

enum kc_err
kc_guard_ofd(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return KC_OK;
	return errno == EAGAIN || errno == EACCES ? KC_EBUSY : KC_EIO;
}

/* Whose lock it is, as far as the file tells. */
static void
say_holder(int fd, const char *path, struct kc_buf *detail)
{
	char text[24] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (detail == NULL)
		return;
	kc_guard_say(detail, "is held by process ", path, 0);
	for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		kc_buf_char(detail, text[i]);
}

enum kc_err
kc_guard_lock(const char *dir, int *out, struct kc_buf *detail)
{
	struct kc_buf text = {0};
	struct kc_buf path = {0};
	enum kc_err err = KC_EIO;
	int fd = -1;

	kc_buf_str(&path, dir);
	kc_buf_str(&path, "/lock");
	kc_buf_i64(&text, getpid());
	kc_buf_char(&text, '\n');
	fd = open(kc_buf_cstr(&path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0) {
		kc_guard_say(
		    detail, "cannot be opened", kc_buf_cstr(&path), errno);
		goto out;
	}
	err = kc_guard_ofd(fd);
	if (err == KC_EBUSY)
		say_holder(fd, kc_buf_cstr(&path), detail);
	if (err != KC_OK)
		goto out;
	/* For people; the lock itself is what counts. */
	if (ftruncate(fd, 0) != 0 ||
	    pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
		kc_guard_say(detail, "cannot be written", path.p, errno);
	*out = fd;
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	kc_buf_free(&path);
	kc_buf_free(&text);
	return err;
}

enum kc_err
kc_guard_sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct kc_buf dir = {0};
	enum kc_err err = KC_EIO;
	int fd;

	if (slash == NULL)
		kc_buf_str(&dir, ".");
	else
		kc_buf_put(&dir, path, (size_t)(slash - path) + 1);
	fd = open(kc_buf_cstr(&dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && fsync(fd) == 0)
		err = KC_OK;
	if (fd >= 0)
		close(fd);
	kc_buf_free(&dir);
	return err;
}

bool
kc_guard_can_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return false;
	(void)munmap(p, size);
	return true;
}

enum kc_err
kc_guard_blocks(int fd, uint64_t *have, uint64_t to)
{
	int rc = 0;

	if (to <= *have)
		return KC_OK;
	for (uint64_t more = BLOCKS_MORE;; more = 0) {
		rc = fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)*have,
		    (off_t)(to + more - *have));
		if (rc == 0)
			*have = to + more;
		if (rc == 0 || more == 0)
			break;
	}
	/* Elsewhere a file takes what it needs when it is written. */
	return rc != 0 && (errno == ENOSPC || errno == EDQUOT) ? KC_EFULL
							       : KC_OK;
}

uint64_t
kc_guard_free(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : 0;
}
