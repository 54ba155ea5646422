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
/* Releases it too. */
enum kc_err kc_framer_end(struct kc_framer *f);

/* Writes a file beside its name, flushes and renames it. Prints what goes
 * wrong, returns the exit code. */
int kc_export_file(struct kc_exporter *x, const char *file,
    enum kc_err (*stream)(struct kc_exporter *x, struct kc_squeeze *to));
/* All of it. */
int kc_export_bundle(struct kc_exporter *x, const char *file);
/* A part of the ledger: what the command line asks for. */
int kc_export_part(struct kc_exporter *x, const char *file);

#endif
