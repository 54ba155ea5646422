/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest checkpoint of every ledger that its user met, kept under
 * $XDG_STATE_HOME/kaocheng/seen: what the next signature covers, and what a
 * ledger that was cut, forked or put back is held against (docs/FORMAT.md
 * "Seen"). A file a ledger, by the SHA-256 of its name; the note as signed.
 */
#ifndef KC_CLI_SEEN_H
#define KC_CLI_SEEN_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/entry.h>
#include <kaocheng/limits.h>

#include "client.h"
#include "command/cmd.h"

enum kc_met {
	KC_MET_HEAD,   /* what the ledger says is all of it, before signing */
	KC_MET_RECEIPT /* may be older: that of a note sent once more */
};

/* Holds a checkpoint against the one that is kept, by the ledger's own proof,
 * and keeps the newer. A head older than that is asked for once more: another
 * program of the user may have seen more meanwhile. log_keys are those of the
 * trust file, one of which must have signed the note. KC_EXIT_TAMPERED if the
 * two are not of one history: both are files then, and it is said where. What
 * cannot be kept is said, and no failure; what cannot be read is one. Returns
 * the exit code. */
int kc_seen_meet(struct kc_cli *cli, struct kc_client *c, struct kc_slice note,
    const struct kc_log_keys *log_keys, enum kc_met met);
/* What the ledger gives as proof that a tree of size `to` extends that of
 * `from`; not given if it has none. Prints if it cannot be asked; returns the
 * exit code. */
int kc_seen_proof(struct kc_cli *cli, struct kc_client *c, uint64_t from,
    uint64_t to, struct kc_hash proof[KC_PROOF_MAX], size_t *n, bool *given);
/* Does the ledger prove that `to` continues `from`? Prints if it cannot be
 * asked; returns the exit code. */
int kc_seen_continues(struct kc_cli *cli, struct kc_client *c,
    const struct kc_checkpoint *from, const struct kc_checkpoint *to,
    bool *holds);
/* What is kept of the ledger of these keys; false if nothing is. For a draft
 * that is made where the ledger cannot be asked. */
bool
kc_seen_kept(const struct kc_log_keys *log_keys, struct kc_checkpoint *out);
/* Before the text of another is signed: kc_seen_meet with what the ledger says
 * now, then what the text names as seen must be a beginning of that. Where
 * the ledger does not answer, it is held against what is kept alone, and that
 * is said. Prints; returns the exit code. */
int kc_seen_text(struct kc_cli *cli, const struct kc_log_keys *log_keys,
    const struct kc_entry *e);
/* A new ledger of this name is founded here: what was kept of another one is
 * put aside as <file>.before. */
void kc_seen_anew(const char *origin);
/* Keeps this checkpoint in place of whatever was kept of its name, if one of
 * the keys has signed it; else all stays as it was. Prints; returns the exit
 * code. */
int kc_seen_instead(struct kc_cli *cli, struct kc_slice note,
    const struct kc_log_keys *log_keys);
/* Whoever founds a ledger is its first witness: the same with the checkpoint
 * that it has now. */
int kc_seen_first(struct kc_cli *cli, struct kc_client *c,
    const struct kc_log_keys *log_keys);

#endif
