/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two heads of the file. A transaction writes the one that is not in
 * force, after its pages: so one that was torn, by a power cut within its
 * sector, hides only what nobody was told of. The other one then stands in
 * its place, and the anchor says whether it is enough.
 */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "page.h"

#define DAMAGED                                                                \
	"has a damaged head; the other is whole, and a start of the daemon "   \
	"puts it in its place"

#define LOOKS 100 /* until the file stands still */

struct heads {
	int fd, e; /* errno of reading */
	struct kc_page_meta m[2];
	const char *what[2]; /* NULL, or what is wrong with each */
	uint32_t size;       /* of a page */
};

/* Head n at `at`: false if the file does not give it. */
static bool
read_head(struct heads *h, unsigned n, uint64_t at)
{
	uint8_t bytes[KC_PAGE_META];
	enum kc_err err = kc_pages_read(h->fd, bytes, sizeof(bytes), at, &h->e);

	h->what[n] = err == KC_EIO ? "cannot be read" : "is cut short";
	if (err != KC_OK)
		return false;
	h->what[n] = kc_page_meta(&h->m[n], bytes, n);
	return true;
}

/* Where the second one is, is said by the first; if that is damaged, by the
 * second itself. */
static bool
read_heads(struct heads *h)
{
	if (!read_head(h, 0, 0))
		return false;
	if (h->what[0] == NULL) {
		h->size = h->m[0].size;
		return read_head(h, 1, h->size);
	}
	for (h->size = KC_PAGE_MIN; h->size <= KC_PAGE_MAX; h->size *= 2)
		if (read_head(h, 1, h->size) && h->what[1] == NULL &&
		    h->m[1].size == h->size)
			return true;
	h->what[1] = h->what[0];
	return h->e == 0;
}

/* The size after the heads: a file that is written grows before they do. */
static const char *
fault_now(struct heads *h)
{
	int64_t file_size;
	struct stat st;
	uint64_t apart;

	h->what[0] = h->what[1] = NULL;
	if (!read_heads(h))
		return h->what[0] != NULL ? h->what[0] : h->what[1];
	if (fstat(h->fd, &st) != 0) {
		h->e = errno;
		return "cannot be read";
	}
	file_size = st.st_size;
	for (unsigned n = 0; n < 2; n++)
		if (h->what[n] == NULL &&
		    (int64_t)(h->m[n].last + 1) * (int64_t)h->m[n].size >
			file_size)
			return "is shorter than its head says";
	if (h->what[0] != NULL && h->what[1] != NULL)
		return h->what[0];
	if (h->what[0] != NULL || h->what[1] != NULL)
		return DAMAGED;
	if (h->m[0].size != h->m[1].size)
		return "has two heads that differ in page size";
	apart = h->m[0].txn > h->m[1].txn ? h->m[0].txn - h->m[1].txn
					  : h->m[1].txn - h->m[0].txn;
	return apart > 1 ? "has two heads that do not follow each other" : NULL;
}

/* Another process may write between two reads: what is wrong with heads that
 * stay as they are is wrong. */
static const char *
fault_of(struct heads *h)
{
	const char *what = NULL;

	for (int i = 0; i < LOOKS; i++) {
		struct heads before = *h;

		what = fault_now(h);
		if (what == NULL || h->e != 0 ||
		    (i > 0 && before.m[0].txn == h->m[0].txn &&
			before.m[1].txn == h->m[1].txn))
			break;
	}
	return what;
}

/* Opens and looks; fd is -1 if it cannot. */
static enum kc_err
look(struct heads *h, const char *path, int flags, const char **what,
    struct kc_buf *detail)
{
	struct stat st;

	*h = (struct heads){.fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW)};
	if (h->fd < 0) {
		enum kc_err err = errno == ENOENT ? KC_ENOTFOUND : KC_EIO;

		kc_guard_say(detail, "cannot be opened", path, errno);
		return err;
	}
	*what = "is not a regular file";
	if (fstat(h->fd, &st) == 0 && S_ISREG(st.st_mode))
		*what = fault_of(h);
	return KC_OK;
}

enum kc_err
kc_heads_check(const char *path, struct kc_buf *detail)
{
	const char *what = NULL;
	struct heads h;
	enum kc_err err = look(&h, path, O_RDONLY, &what, detail);

	if (err != KC_OK)
		return err;
	close(h.fd);
	if (what == NULL)
		return KC_OK;
	kc_guard_say(detail, what, path, h.e);
	return h.e != 0 ? KC_EIO : KC_ECORRUPT;
}

/* What stood there is evidence, and may be put back by hand: one file for
 * each state of the ledger, the first to be found. */
static bool
keep(const struct kc_buf *as, const uint8_t *page, size_t n)
{
	int fd = open(
	    as->p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool kept;

	if (fd < 0)
		return errno == EEXIST;
	kept = write(fd, page, n) == (ssize_t)n && fsync(fd) == 0;
	close(fd);
	return kept && kc_guard_sync_parent(as->p) == KC_OK;
}

/* What a flush did not bring to the disk, in a process before us, none after it
 * does if nothing was written since; and the next commit goes by the heads. */
static bool
flush_anew(const struct heads *h)
{
	uint8_t page[KC_PAGE_MAX];
	ssize_t n = (ssize_t)h->size;

	for (unsigned i = 0; i < 2; i++) {
		off_t at = (off_t)(i * h->size);

		if (pread(h->fd, page, h->size, at) != n ||
		    pwrite(h->fd, page, h->size, at) != n)
			return false;
	}
	return fdatasync(h->fd) == 0;
}

static bool
replace(const struct heads *h, unsigned bad, const struct kc_buf *as)
{
	uint8_t was[KC_PAGE_MAX], page[KC_PAGE_MAX];
	off_t at = (off_t)(bad * h->size), good = (off_t)((1 - bad) * h->size);
	ssize_t n = (ssize_t)h->size;
	struct kc_page_meta m;

	if (pread(h->fd, was, h->size, at) != n ||
	    pread(h->fd, page, h->size, good) != n)
		return false;
	kc_page_meta_before(page, h->m[1 - bad].txn, bad);
	if (kc_page_meta(&m, page, bad) != NULL) {
		errno = EINVAL;
		return false;
	}
	return keep(as, was, h->size) &&
	    pwrite(h->fd, page, h->size, at) == n && flush_anew(h);
}

enum kc_err
kc_heads_mend(const char *path, struct kc_buf *said, struct kc_buf *detail)
{
	const char *what = NULL;
	struct kc_buf as = {0};
	struct heads h;
	enum kc_err err = look(&h, path, O_RDWR, &what, detail);
	unsigned bad;

	if (err != KC_OK)
		return err;
	if (what == NULL && !flush_anew(&h)) {
		kc_guard_say(detail, "cannot be flushed", path, errno);
		err = KC_EIO;
	}
	if (what == NULL || strcmp(what, DAMAGED) != 0)
		goto out; /* nothing that is mended here */
	bad = h.what[0] != NULL ? 0 : 1;
	kc_buf_str(&as, path);
	kc_buf_str(&as, ".head-");
	kc_buf_u64(&as, h.m[1 - bad].txn);
	(void)kc_buf_cstr(&as);
	err = kc_buf_err(&as);
	if (err == KC_OK && !replace(&h, bad, &as)) {
		kc_guard_say(
		    detail, "a damaged head cannot be mended", path, errno);
		err = KC_EIO;
	}
	if (err == KC_OK && said != NULL) {
		kc_buf_str(said, "what stood there is kept as ");
		kc_buf_slice(said, kc_buf_view(&as));
	}
out:
	close(h.fd);
	kc_buf_free(&as);
	return err;
}
