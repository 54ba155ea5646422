/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before a store is mapped: a local file system, one daemon,
 * and a file as long as its head says. LMDB reads through its map, so that a
 * short or damaged file would end the process.
 */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE_MIN 512
#define PAGE_MAX 65536
#define META_OFFSET 16 /* of the meta block in its page */
#define META_SIZE 136
#define META_MAGIC 0xBEEFC0DEU
#define META_VERSION 1U
#define READERS_BYTES 65536 /* more than the table of 512 readers */
#define WALK_SECONDS 60
#define WALK_BYTES (INT64_C(8) << 30) /* larger files: not every row */

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

static uint32_t
u32_at(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v)); /* LMDB writes the machine's own order */
	return v;
}

static uint64_t
u64_at(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * A meta block: magic 0, version 4, address 8, map size 16, two table heads
 * of 48 bytes from 24 (the first begins with the page size), last page 120,
 * transaction 128.
 */
static const char *
check_meta(int fd, off_t at, int64_t file_size, uint32_t *page_size)
{
	uint8_t m[META_SIZE];
	uint64_t last;

	if (pread(fd, m, sizeof(m), at + META_OFFSET) != (ssize_t)sizeof(m))
		return "is cut short";
	if (u32_at(m) != META_MAGIC || u32_at(m + 4) != META_VERSION)
		return "is not a ledger's file";
	*page_size = u32_at(m + 24);
	if (*page_size < PAGE_MIN || *page_size > PAGE_MAX ||
	    (*page_size & (*page_size - 1)) != 0)
		return "has no page size";
	last = u64_at(m + 120);
	if (last < 1 || last >= INT64_MAX / PAGE_MAX)
		return "has a damaged head";
	if ((int64_t)(last + 1) * (int64_t)*page_size > file_size)
		return "is shorter than its head says";
	return NULL;
}

enum kc_err
kc_guard_file(const char *path, struct kc_buf *detail)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	const char *what = "is not a regular file";
	enum kc_err err = KC_ECORRUPT;
	uint32_t size0, size1;
	struct stat st;

	if (fd < 0) {
		err = errno == ENOENT ? KC_ENOTFOUND : KC_EIO;
		kc_guard_say(detail, "cannot be opened", path, errno);
		return err;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		goto out;
	what = check_meta(fd, 0, st.st_size, &size0);
	if (what == NULL)
		what = check_meta(fd, (off_t)size0, st.st_size, &size1);
	if (what == NULL && size0 != size1)
		what = "has two heads that differ in page size";
	if (what == NULL)
		err = KC_OK;
out:
	close(fd);
	if (err != KC_OK)
		kc_guard_say(detail, what, path, 0);
	return err;
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

struct walk {
	uint64_t rows;
	unsigned sum;
};

static bool
touch_row(void *ctx, struct kc_slice key, struct kc_slice value)
{
	struct walk *w = ctx;

	for (size_t i = 0; i < key.n; i++)
		w->sum += (unsigned char)key.p[i];
	for (size_t i = 0; i < value.n; i += PAGE_MIN)
		w->sum += (unsigned char)value.p[i];
	if (value.n > 0)
		w->sum += (unsigned char)value.p[value.n - 1];
	w->rows++;
	return true;
}

static enum kc_err
walk_all(const char *path, bool all)
{
	const struct kc_driver *driver = &kc_driver_lmdb;
	struct kc_lmdb_options options = {.path = path, .read_only = true};
	struct kc_txn t = {0};
	void *d = NULL;
	enum kc_err err = kc_lmdb_open(&d, &options, NULL);

	if (err == KC_OK)
		err = driver->begin(d, false, &t);
	for (int db = 0; err == KC_OK && db < KC_DB_COUNT; db++) {
		struct walk w = {0};
		uint64_t rows = 0;

		if (!all && (db == KC_DB_LEAF || db == KC_DB_ID))
			continue;
		err = driver->walk(
		    &t, (enum kc_db)db, (struct kc_slice){0}, touch_row, &w);
		if (err == KC_OK)
			err = driver->count(&t, (enum kc_db)db, &rows);
		if (err == KC_OK && rows != w.rows)
			err = KC_ECORRUPT;
	}
	/* What ends without this stays in the table of readers. */
	driver->end(&t);
	if (d != NULL)
		driver->close(d);
	return err;
}

/* In the child: dies of what the file does to it, or says how it went. */
static __attribute__((noreturn)) void
walk_child(const char *path, bool all)
{
	static const int deadly[] = {
	    SIGBUS, SIGSEGV, SIGFPE, SIGABRT, SIGALRM, SIGILL};
	struct rlimit no_core = {0, 0};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum kc_err err;

	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], SIG_DFL);
	(void)setrlimit(RLIMIT_CORE, &no_core);
	if (null >= 0) /* LMDB's assertions print */
		(void)dup2(null, STDERR_FILENO);
	(void)alarm(WALK_SECONDS);
	err = walk_all(path, all);
	/* What the system could not do is no fault of the file. */
	_exit(err == KC_OK ? 0 : err == KC_ECORRUPT ? 1 : 2);
}

enum kc_err
kc_guard_walk(const char *path, struct kc_buf *detail)
{
	struct stat st;
	pid_t pid;
	int status;

	if (stat(path, &st) != 0)
		return KC_EIO;
	pid = fork();
	if (pid == 0)
		walk_child(path, st.st_size <= WALK_BYTES);
	if (pid < 0) {
		kc_guard_say(detail, "cannot fork to check", path, errno);
		return KC_EIO;
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return KC_EIO;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return KC_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
		kc_guard_say(detail, "cannot be checked", path, 0);
		return KC_EIO;
	}
	kc_guard_say(detail, "is damaged inside", path, 0);
	return KC_ECORRUPT;
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
