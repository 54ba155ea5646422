/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program of ours does to two files, ledger and anchor, in order; and
 * what a disk may have of it when the power goes. Calls of ours stand before
 * those of libc.
 *
 * A disk owes nothing of a file that was not flushed: of each write since its
 * last flush any sector may be there or not, whatever their order, and of the
 * one that is under way as well. What was flushed is there. The two files may
 * be on two disks.
 */
#ifndef KC_TEST_FAULT_RECORD_H
#define KC_TEST_FAULT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_FILES 2
#define RECORD_SECTOR 512

/* From what the files hold now, all of it flushed. They must be there. */
void record_begin(const char *const paths[RECORD_FILES]);
/* What is asked from here on is answered at the next mark. `apart`: until
 * then each file goes its own way, as two processes write them: any order
 * between the two could have come about. */
void record_mark(bool apart);
/* The process is killed after so many more of its events: none of its calls
 * does anything from then on, until it is alive again. */
void record_kill(size_t events);
bool record_revive(void); /* was it killed? */
/* After so many flushes more, of either file, one fails; a write that is
 * through when it returns is one. What it was to flush may not be there, and no
 * flush after it asks for it again: the kernel takes it for written. */
void record_fail(size_t flushes);
bool record_failed(void); /* did it? */
void record_end(void);
void record_free(void);

/* A power cut in the time before mark `window` (0: the first). */
struct record_cut {
	size_t window;
	size_t at[RECORD_FILES];     /* events that were over */
	bool apart;                  /* the window is */
	bool no_flush[RECORD_FILES]; /* a disk that lies */
};
size_t record_windows(void);
/* One of that window by chance. */
struct record_cut
record_cut(size_t window, uint64_t (*random)(void *ctx), void *ctx);
/* Writes a file as the disk may have it, to a path. */
void record_image(const struct record_cut *cut, int file, const char *path,
    uint64_t (*random)(void *ctx), void *ctx);

#endif
