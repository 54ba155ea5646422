/* SPDX-License-Identifier: Apache-2.0 */
/* What entries cite, and which of it a directory of evidence holds. */
#ifndef KC_EVIDENCE_H
#define KC_EVIDENCE_H

#include <kaocheng/blob.h>
#include <kaocheng/entry.h>

#include "lib/file.h"
#include "lib/tool.h"

enum kc_exhibit_state {
	KC_EXHIBIT_MISSING,    /* cited, and not there */
	KC_EXHIBIT_HERE,       /* cited and there, its bytes not looked at */
	KC_EXHIBIT_WHOLE,      /* the same, and they are what they should be */
	KC_EXHIBIT_DAMAGED,    /* they are not */
	KC_EXHIBIT_UNCITED,    /* there, and no entry cites it */
	KC_EXHIBIT_UNFINISHED, /* somebody is bringing it, or was */
	KC_EXHIBIT_STATES
};

/* One piece of evidence. */
struct kc_citation {
	struct kc_hash hash;
	uint64_t size;
	uint64_t entry; /* the first that cites it; UINT64_MAX: none does */
	enum kc_exhibit_state state;
	int64_t brought_s; /* Unix seconds; 0: it is not there */
	char *name;        /* of a file that no entry cites; owned */
};
struct kc_citations {
	struct kc_citation *v; /* in order of hash, then of name */
	size_t n, cap;
	char dir[KC_PATH_SIZE]; /* of the evidence */
};

/* Appends what entry seq of a log cites; `bytes` is scratch. The log's error,
 * KC_ENOMEM, or what is wrong with the entry. */
enum kc_err kc_citations_add(struct kc_citations *c, const struct kc_log *log,
    uint64_t seq, struct kc_buf *bytes);
/* Then: each hash once, in order, with the first entry that cites it. */
void kc_citations_unite(struct kc_citations *c);

/* What the entries of a ledger on disk (cli->dir) cite, and how it stands with
 * each; with `check` their bytes are read. With --entry, --case or --unit only
 * those entries, and nothing that they do not cite. Prints what goes wrong;
 * returns the exit code. Release it in every case. */
int kc_citations_load(
    const struct kc_cli *cli, bool check, struct kc_citations *out);
void kc_citations_release(struct kc_citations *c);

#endif
