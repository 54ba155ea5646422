/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of a test's own, and what is done to files in it. */
#ifndef KC_TEST_TMPDIR_H
#define KC_TEST_TMPDIR_H

#include <stdint.h>
#include <sys/types.h>

/* From here on directories are made on a RAM disk, if there is one and $TMPDIR
 * names no place: for what writes much and asks no disk. */
void tmpdir_in_ram(void);
/* Makes a directory under $TMPDIR or /tmp; aborts if it cannot. */
void tmpdir_make(char path[128]);
void tmpdir_remove(const char *path); /* with the files in it */
/* path/name in one of four static buffers. */
const char *tmpdir_file(const char *path, const char *name);
off_t tmpdir_size(const char *path, const char *name);
void tmpdir_truncate(const char *path, const char *name, off_t size);
void tmpdir_flip(const char *path, const char *name, off_t byte, uint8_t mask);
void tmpdir_copy(const char *path, const char *from, const char *to);

#endif
