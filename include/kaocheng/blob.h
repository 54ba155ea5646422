/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence: files that entries cite by their SHA-256, beside the ledger and
 * never in it (docs/OPERATIONS.md "Evidence"). The directory is mode 0700, its
 * files 0600. A file's name is its hash in hex; it gets that name once all of
 * it is on the disk and has this hash, and is never written to again.
 *
 * `dir` is the directory itself; `detail` may be NULL and gets one English
 * sentence about what is wrong. All of it is safe beside others that do the
 * same, in threads and processes.
 */
#ifndef KAOCHENG_BLOB_H
#define KAOCHENG_BLOB_H

#include <kaocheng/hash.h>
#include <kaocheng/limits.h>

/* A piece of a file that somebody brings, in order from 0 on. */
struct kc_blob_piece {
	struct kc_hash hash;   /* of the whole file */
	uint64_t size, at;     /* of the whole file; of this piece in it */
	struct kc_slice bytes; /* of this piece */
	struct kc_slice by;    /* an actor: each brings a file of its own */
	uint64_t reserve;      /* bytes that are left free on the file system */
};
struct kc_blob_added {
	bool stands;   /* all of it is here, now or before */
	bool early;    /* of KC_EINVAL: what comes before is missing */
	uint64_t next; /* where to go on; of `early` too */
};
/*
 * Takes a piece; makes the directory if it is not there. What was brought
 * beyond `at` is forgotten, so that a piece may be sent again; one that comes
 * too early leaves nothing behind. On KC_OK with
 * `stands` the file is durable; what stands already is not written again, but
 * counts as brought now. KC_EINVAL: the piece does not fit what is here (size,
 * at), or owner or mode of the directory are not as above; KC_ECORRUPT: it is
 * whole and has another hash, and is forgotten; KC_EFULL; KC_EIO.
 */
enum kc_err kc_blob_add(const char *dir, const struct kc_blob_piece *p,
    struct kc_blob_added *out, struct kc_buf *detail);

/* What an actor has begun to bring and not finished, beside one file: a caller
 * bounds it. */
struct kc_blob_unfinished {
	uint64_t n, bytes;
};
/* No directory: nothing. KC_EIO with errno. */
enum kc_err kc_blob_unfinished(const char *dir, struct kc_slice by,
    const struct kc_hash *but, struct kc_blob_unfinished *out);

/* Appends at most max bytes of the file from `at` on, *size: of all of it.
 * KC_ENOTFOUND, KC_EINVAL (`at` is beyond its end), KC_EIO, KC_ENOMEM. */
enum kc_err kc_blob_read(const char *dir, const struct kc_hash *hash,
    uint64_t at, size_t max, struct kc_buf *out, uint64_t *size);
/* Reads all of it again. KC_ENOTFOUND; KC_ECORRUPT: it is not what its name
 * says; KC_EINVAL: no regular file of ours; KC_EIO. */
enum kc_err
kc_blob_check(const char *dir, const struct kc_hash *hash, uint64_t *size);

/* What stands in the directory. */
struct kc_blob_file {
	struct kc_slice name; /* as it stands */
	bool whole;           /* has a hash for its name; else it is on its way,
				 or was when somebody was interrupted */
	struct kc_hash hash;  /* of those */
	uint64_t size;
	int64_t brought_s; /* last time somebody brought it, Unix seconds */
};
/* Calls fn for every file, in the order of names; ends with its first error.
 * No directory: no calls. KC_EINVAL, KC_EIO, KC_ENOMEM. */
enum kc_err kc_blob_each(const char *dir,
    enum kc_err (*fn)(void *ctx, const struct kc_blob_file *f), void *ctx,
    struct kc_buf *detail);
/* Removes one that nobody has brought since before_s. KC_ENOTFOUND: somebody
 * has, or it is gone; KC_EINVAL, KC_EIO. On KC_OK this is durable. */
enum kc_err kc_blob_drop(const char *dir, const struct kc_blob_file *f,
    int64_t before_s, struct kc_buf *detail);

/* "<64 hex>", with or without "sha256:" before it. */
bool kc_blob_name_read(struct kc_slice text, struct kc_hash *out);

#endif
