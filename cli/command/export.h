/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways of exporting share: one file, written whole or not at all. */
#ifndef KC_CLI_EXPORT_H
#define KC_CLI_EXPORT_H

#include "lib/exporter.h"
#include "lib/squeeze.h"

/* Writes the frames of a bundle (docs/FORMAT.md "Bundle") one after another;
 * the first error stays. */
struct kc_framer {
	struct kc_squeeze *to;
	struct kc_buf data;  /* the bytes of the next file */
	struct kc_buf frame; /* scratch */
	enum kc_err err;
};
void kc_framer_begin(struct kc_framer *f);
void kc_framer_put(struct kc_framer *f, const char *path);
/* The same from a file, of which size bytes follow. */
void kc_framer_stream(
    struct kc_framer *f, const char *path, FILE *from, uint64_t size);
/* Releases it too. */
enum kc_err kc_framer_end(struct kc_framer *f);

/* What the entries of an export (p NULL: all of them) cite, to go with it; free
 * it in every case. Prints what goes wrong, returns the exit code. */
struct kc_export_evidence;
int kc_export_cited(struct kc_exporter *x, const struct kc_part *p,
    struct kc_export_evidence **out);
void kc_export_cited_free(struct kc_export_evidence *e); /* accepts NULL */
/* As the last frames of a file; the first error is the framer's. e NULL: none.
 */
void kc_export_cited_frames(struct kc_export_evidence *e, struct kc_framer *f);
/* Into out/evidence, mode 0700; what stands there already stays. */
int kc_export_cited_dir(struct kc_export_evidence *e, const char *out);
/* With x->openings: whom the ledger's commitments are to, as the last frames;
 * of a ledger on disk that was replayed. */
void kc_export_openings(struct kc_exporter *x, struct kc_framer *f);
/* Says how many are in it and how many are not. e NULL: nothing. */
void kc_export_cited_say(const struct kc_export_evidence *e);
/* --evidence: include, or hash (if not said: `otherwise`). False: usage was
 * said. */
bool kc_export_includes(const struct kc_cli *cli, bool otherwise, bool *is);

/* Writes a file beside its name, flushes and renames it; with hashes alone
 * everybody may read it, else (0600) its owner. Prints what goes wrong,
 * returns the exit code. */
int kc_export_file(struct kc_exporter *x, const char *file, mode_t mode,
    enum kc_err (*stream)(struct kc_exporter *x, struct kc_squeeze *to));
/* All of it, with or without evidence. */
int kc_export_bundle(struct kc_exporter *x, const char *file, bool evidence);
/* A part of the ledger: what the command line asks for. */
int kc_export_part(struct kc_exporter *x, const char *file, bool evidence);

#endif
