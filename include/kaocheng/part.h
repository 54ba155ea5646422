/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of a ledger that stands by itself: the entries about some things and
 * what is needed to check their signatures, each with its proof
 * (docs/FORMAT.md "Part"). kc_verify() checks one.
 */
#ifndef KAOCHENG_PART_H
#define KAOCHENG_PART_H

#include <kaocheng/log.h>
#include <kaocheng/refusal.h>
#include <kaocheng/tile.h>

#define KC_PART_NAMES_MAX 16
/* Bytes of the file `part`: a line for each of at most a million entries. */
#define KC_PART_FILE_MAX (32U << 20)

struct kc_part {
	const struct kc_slice *names; /* what it is about; borrowed */
	size_t nnames;                /* 1 to KC_PART_NAMES_MAX; 0: a year */
	/* Without names: what was received in this year, by the ledger's days,
	 * and what was said later about the cases that were made in it. */
	int year;
	uint64_t *seq; /* ascending, from 0 */
	uint32_t n, cap;
};

/*
 * Replays the first upto entries and picks those about the names. KC_OK,
 * KC_EREFUSED (*why: nothing is about one of them, or the log does not
 * replay), KC_ECORRUPT, KC_ENOMEM, the log's error. Release it in every case.
 */
enum kc_err kc_part_pick(struct kc_part *p, const struct kc_log *log,
    uint64_t upto, struct kc_refusal *why);
void kc_part_release(struct kc_part *p);

/* The file `part`, and the paths of an entry's two files. */
void kc_buf_part(struct kc_buf *b, const struct kc_part *p);
void kc_part_entry_path(char out[KC_TILE_PATH_MAX], uint64_t seq);
void kc_part_proof_path(char out[KC_TILE_PATH_MAX], uint64_t seq);

#endif
