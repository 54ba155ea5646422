/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit of the project, with its unit and its reason, in one place. */
#ifndef KAOCHENG_LIMITS_H
#define KAOCHENG_LIMITS_H

#define KC_EPOCH_MAX 3       /* newest rules epoch that this program knows */
#define KC_EPOCH_TEXT "3"    /* the same, as ledger.open writes it */
#define KC_LEAF_MAX 65535    /* bytes; tlog-tiles prefixes an entry by BE16 */
#define KC_NOTE_MAX 65344    /* bytes; KC_LEAF_MAX less the longest leaf line */
#define KC_ORIGIN_MAX 128    /* bytes; witnesses cap origins at 255 */
#define KC_NAME_MAX 160      /* bytes of a note key name: origin or actor id */
#define KC_CODE_MAX 48       /* bytes of a code, an actor id or a handle */
#define KC_SIGNERS_MAX 8     /* `by` lines of an entry (design section 3) */
#define KC_PLACES_MAX 4      /* of signers of one statement kind */
#define KC_NOTE_SIGS_MAX 100 /* signature lines of any note, as x/mod */
#define KC_FIELDS_MAX 24     /* fields of one statement kind */
#define KC_LIST_MAX 128      /* repeats of one list field */
#define KC_ITEMS_MAX 192     /* field lines of one entry */
#define KC_VKEY_MAX 256      /* bytes of a verifier key as text */
/* Bytes of a checkpoint with its signatures: any note. signed-note asks for 16
 * signatures; those of ML-DSA-44 take 3.3 KiB a line. */
#define KC_CHECKPOINT_MAX KC_NOTE_MAX
#define KC_PATH_MAX 64           /* hashes of an inclusion path */
#define KC_PROOF_MAX 128         /* hashes of a consistency proof */
#define KC_PROOF_FILE_MAX 163840 /* bytes of one that holds its leaf */
#define KC_RECEIPT_MAX 81920 /* bytes of a tlog-proof: 16 KiB over its note */
#define KC_BATCH_FILL 256    /* entries of one commit (design section 6) */
#define KC_BATCH_MAX 4096    /* the same, where notes stand or fall together */
/* Notes that stand or fall together: a commit, less what the clerk adds. */
#define KC_TOGETHER_MAX 3840
#define KC_HTTP_BODY_MAX (4u << 20) /* bytes of any body, so of those, too */
#define KC_BATCH_WAIT_MS 5          /* longest wait for a batch to fill */
#define KC_SETTLE_MS 20       /* of quiet, then the store needs no anchor */
#define KC_TILE_WIDTH 256     /* hashes of a full tile (height 8) */
#define KC_AT_AHEAD_S 600     /* `at` may lead `received` by this much */
#define KC_AT_BEHIND_S 604800 /* `at` may lag `received` by a week: paper */
/* What kaocheng.yaml does not say (docs/OPERATIONS.md): MiB of address space
 * that the ledger may fill; MiB that stay free on its disk; days after which
 * evidence goes that no entry cites, and the least, for a statement may be
 * signed a week before it comes. */
#define KC_MAP_MIB 65536
#define KC_RESERVE_MIB 16
#define KC_EVIDENCE_DAYS 30
#define KC_EVIDENCE_DAYS_MIN 8
#define KC_YEAR_MIN 2000
#define KC_YEAR_MAX 2199

#endif
