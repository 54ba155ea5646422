/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence: files that statements cite. A statement has their hash; the file
 * itself is brought to the daemon before the statement is sent, so that none
 * stands that cites what nobody has kept (docs/API.md "Evidence").
 */
#ifndef KC_CLI_EVIDENCE_H
#define KC_CLI_EVIDENCE_H

#include <stdio.h>

#include <kaocheng/bundle.h>

#include "client.h"
#include "pen.h"
#include "tool.h"

/* A file as it was when it was hashed. */
struct kc_exhibit {
	char *path; /* owned */
	struct kc_hash hash;
	uint64_t size;
};
/* Files that the statements at hand cite; zero-initialise, release. */
struct kc_exhibits {
	struct kc_exhibit *v;
	size_t n, cap;
};

/* Where it is fetched from. */
struct kc_evidence_place {
	struct kc_cli *cli;
	struct kc_client *client; /* NULL: the directory */
	char dir[KC_PATH_SIZE];
};
/* Writes all of what an entry cites, hashing it on the way. KC_OK,
 * KC_ENOTFOUND, KC_ECORRUPT: what came has another hash, KC_ENOMEM, KC_EIO with
 * errno; with *code set it has been printed. */
enum kc_err kc_evidence_fetch(const struct kc_evidence_place *p,
    const struct kc_hash *hash, uint64_t entry, FILE *to, int *code);
/* Puts evidence into a directory of it (blob.h), from an open file or from a
 * path among files. KC_ECORRUPT: it has another hash; KC_EIO with errno; what
 * kc_blob_add says, whose detail (may be NULL) is one. */
struct kc_evidence_from {
	struct kc_hash hash;
	uint64_t size;
	FILE *file;                   /* NULL: */
	const struct kc_files *files; /* evidence/<hash> of these */
};
enum kc_err kc_evidence_keep(const char *dir,
    const struct kc_evidence_from *from, struct kc_buf *detail);

/* Hashes a file. Prints what is wrong with it (a directory, empty, not there);
 * returns the exit code. */
int kc_evidence_hash(const char *path, struct kc_hash *hash, uint64_t *size);
/* Appends "sha256:<hex> <bytes> <type>", as a statement cites it; the type is
 * told by the end of its name. */
void kc_buf_cited(struct kc_buf *b, const char *path,
    const struct kc_hash *hash, uint64_t size);
/* Notes a file by what a statement cites of it; once. KC_ENOMEM. */
enum kc_err kc_exhibits_note(
    struct kc_exhibits *x, const char *path, struct kc_slice cited);
void kc_exhibits_release(struct kc_exhibits *x);
/* Brings them in a session of this actor: any signer of a kind that cites may.
 * What stands there already costs nothing; a file that is another now than
 * when it was hashed is refused. Prints; returns the exit code. */
int kc_exhibits_bring(
    struct kc_cli *cli, const struct kc_exhibits *x, const struct kc_pen *pen);

#endif
