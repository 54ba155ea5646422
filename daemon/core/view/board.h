/* SPDX-License-Identifier: Apache-2.0 */
/* Every unit's score in every year, kept up to date entry by entry. */
#ifndef KC_BOARD_H
#define KC_BOARD_H

#include "view_int.h"

/* What a score is asked by: each a number of struct kc_score, in e4. */
struct kc_score_word {
	const char *name;
	size_t offset;
};
extern const struct kc_score_word kc_score_words[];
extern const size_t kc_score_words_n;
int64_t kc_score_member(const struct kc_score *s, size_t word);

/* A score that an entry changed: place in the board, and what it was. */
struct kc_board_change {
	size_t cell;
	struct kc_ranked before;
};
struct kc_board {
	struct kc_ranked *v; /* years x units; unit NULL: not there yet */
	struct kc_board_change *changes; /* of the last entry */
	bool *named;
	size_t nchanges;
	uint32_t years, units;
};
void kc_board_release(struct kc_board *b);
/* After the state has taken the entry. KC_ENOMEM. */
enum kc_err kc_board_after(struct kc_board *b, const struct kc_state *st,
    const struct kc_entry *e, struct kc_refusal *why);
/* The cell of a unit in a year; SIZE_MAX if there is none yet. */
size_t kc_board_cell(const struct kc_board *b, const struct kc_state *st,
    int year, uint32_t unit);
/* Gives the cell its ranks among those of its year. */
void kc_board_rank(struct kc_board *b, size_t cell);

/*
 * Walks the first upto entries of a log: `each` sees every one after it was
 * applied, with the scores that it changed. KC_OK, what `each` returned, or
 * as kc_replay with *bad_seq.
 */
struct kc_walk {
	struct kc_state *st;
	struct kc_board board;
	const struct kc_entry *e;
	struct kc_stamp at;
};
enum kc_err kc_walk_log(const struct kc_log *log, uint64_t upto,
    enum kc_err (*each)(void *ctx, struct kc_walk *w), void *ctx,
    struct kc_refusal *why, uint64_t *bad_seq);

#endif
