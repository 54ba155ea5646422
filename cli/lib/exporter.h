/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of an export, made from a ledger on disk or fetched from the
 * daemon, each by its path: one source for `export` and `verify --dir`.
 */
#ifndef KC_CLI_EXPORTER_H
#define KC_CLI_EXPORTER_H

#include <kaocheng/bundle.h>
#include <kaocheng/log.h>
#include <kaocheng/merkle.h>
#include <kaocheng/part.h>

#include "tool.h"

struct kc_exporter {
	struct kc_cli *cli;
	bool local;
	struct kc_local ledger;   /* local */
	struct kc_client *client; /* else */
	struct kc_checkpoint checkpoint;
	struct kc_buf checkpoint_note, trust, keys;
	struct kc_hash digest; /* of the state, once replayed */
	int64_t received_ms;   /* of the last entry, likewise */
	/* Looks here first for full tiles; NULL: nowhere. */
	const char *have;
	/* The last bundle of entries that was read, for kc_exporter_log. */
	uint64_t held;
	struct kc_buf entries;
	/* The last tile of each level, for kc_exporter_hashes. */
	struct {
		bool held;
		uint64_t n;
		struct kc_buf bytes;
	} tile[KC_TILE_LEVELS];
	bool openings; /* of commitments to persons, likewise */
	struct kc_export_evidence *evidence; /* to go with it; NULL: none */
	const struct kc_part *part; /* that is being written; NULL: none */
	int code; /* exit code of the first failure that was printed */
};

/* Fixes the checkpoint. Prints what goes wrong; returns the exit code. Close
 * it in every case. */
int kc_exporter_open(struct kc_cli *cli, struct kc_exporter *x);
void kc_exporter_close(struct kc_exporter *x);
/* Replays the entries to make trust and keys; prints, returns exit code. */
int kc_exporter_replay(struct kc_exporter *x);
/* Appends one file; trust and keys only after the replay. An error of the
 * daemon has been printed when x->code is set. */
enum kc_err
kc_exporter_file(struct kc_exporter *x, const char *path, struct kc_buf *out);
/* Its entries, and the hashes of its tree; borrow x. */
struct kc_log kc_exporter_log(struct kc_exporter *x);
struct kc_hash_reader kc_exporter_hashes(struct kc_exporter *x);
/* The export as if it lay on disk; borrows x. */
struct kc_files kc_exporter_files(struct kc_exporter *x);

#endif
