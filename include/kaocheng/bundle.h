/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An export as named files, and the single-file bundle that holds the same
 * files one after another (docs/FORMAT.md "Bundle"):
 *   kaocheng/v1 bundle LF
 *   file <path> <size> LF bytes LF      for every file, in canonical order
 *   end LF
 * Canonical order: checkpoint, trust, keys, tile/0/..., tile/1/..., ...,
 * tile/entries/...; of a level first the full tiles, then the partial one.
 * Evidence may follow: evidence/<hash in hex>, in the order of hashes.
 */
#ifndef KAOCHENG_BUNDLE_H
#define KAOCHENG_BUNDLE_H

#include <kaocheng/tile.h>

/* At most max bytes of a file of evidence from `at` on. */
struct kc_piece {
	const char *path;
	uint64_t entry; /* one that cites it: a daemon asks; KC_NO_ENTRY */
	uint64_t at;
	size_t max;
};
#define KC_NO_ENTRY UINT64_MAX

/* Read access to the files of an export. */
struct kc_files {
	/* Appends the whole file. KC_OK, KC_ENOTFOUND, KC_ETOOBIG (over max
	 * bytes), KC_ENOMEM, KC_EIO. */
	enum kc_err (*read)(
	    void *ctx, const char *path, size_t max, struct kc_buf *out);
	/* Calls each() with the path of every file; stops at its error. NULL:
	 * nobody can say what is there (an address); exact is false. */
	enum kc_err (*list)(void *ctx,
	    enum kc_err (*each)(void *arg, struct kc_slice path), void *arg);
	/* Appends the piece; *size: of all of it, or, where nobody says (an
	 * address), at least that. For evidence, which may be larger than
	 * memory. KC_OK, KC_ENOTFOUND (also: not for the reader), KC_ENOMEM,
	 * KC_EIO. NULL: evidence is not looked at. */
	enum kc_err (*piece)(void *ctx, const struct kc_piece *p,
	    struct kc_buf *out, uint64_t *size);
	/* The files are exactly those of the export, listed in canonical
	 * order (a bundle). Else files outside tile/ may lie beside them. */
	bool exact;
	void *ctx;
};

/* Files of an export of `size` entries, and the path of each, 0 .. count-1,
 * in canonical order. */
uint64_t kc_export_count(uint64_t size);
void kc_export_path(uint64_t size, uint64_t i, char out[KC_TILE_PATH_MAX]);

/* "evidence/<64 hex>" */
void kc_evidence_path(char out[KC_TILE_PATH_MAX], const struct kc_hash *hash);
bool kc_evidence_path_parse(struct kc_slice path, struct kc_hash *hash);

/* Bytes of a bundle. read() fills all n bytes or fails; `at + n` is never
 * over size. */
struct kc_bundle_input {
	uint64_t size;
	enum kc_err (*read)(void *ctx, uint64_t at, void *p, size_t n);
	void *ctx;
};

/* Reads the frames and keeps their places (about 100 bytes a file), not the
 * files. KC_OK, KC_EFOREIGN (it does not begin as a bundle), KC_ESYNTAX
 * (also: a path twice, bytes after the end), KC_EINCOMPLETE (it breaks off),
 * KC_ENOMEM, or the input's error. The input is copied; its ctx must outlive
 * the bundle. */
struct kc_bundle;
enum kc_err
kc_bundle_open(struct kc_bundle **out, const struct kc_bundle_input *in);
void kc_bundle_close(struct kc_bundle *b); /* accepts NULL */
/* Borrows b. */
struct kc_files kc_bundle_files(struct kc_bundle *b);

/* Writing: head, then for each file its line, its bytes (by the caller) and
 * its tail, then the end. */
void kc_buf_bundle_head(struct kc_buf *b);
void kc_buf_bundle_file(struct kc_buf *b, const char *path, uint64_t size);
void kc_buf_bundle_tail(struct kc_buf *b);
void kc_buf_bundle_end(struct kc_buf *b);

#endif
