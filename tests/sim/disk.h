/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk of a simulated machine: two real files on a RAM disk, the ledger
 * and its anchor, under calls of ours that stand before those of libc. So LMDB
 * itself writes, and every write and flush can fail, or be the last one that
 * the machine did. What was written since a file's last flush is remembered by
 * sectors, and a power cut takes any of it back.
 */
#ifndef KC_TEST_SIM_DISK_H
#define KC_TEST_SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_FILES 2
#define DISK_SECTOR 512

/* From now on; what was planned before is forgotten. */
struct disk_plan {
	/* Counted from 1, of calls that write or flush; 0: never. */
	unsigned long die_at;  /* nothing is written from this call on */
	unsigned long fail_at; /* this call fails */
	int error;             /* with this errno */
	bool forever;          /* and all that follow it */
	bool half;             /* a write puts half of its bytes first */
	bool no_room;          /* the file system says that it is full */
};

/* Which files are the machine's; forgets those before. They must be there. */
void disk_use(const char *const paths[DISK_FILES]);
void disk_set(const struct disk_plan *plan);
/* As if all calls from now on came after the end: the process is gone. */
void disk_stop(void);
bool disk_is_dead(void);
unsigned long disk_failed(void);
/* After all descriptors were closed. Without power, each sector that was not
 * flushed is as it was, or as it was written, as chance (of `random`) has it;
 * with power all that was written stands. Then the disk works again. */
void disk_restart(bool power_lost, uint64_t (*random)(void *ctx), void *ctx);

#endif
