/* SPDX-License-Identifier: Apache-2.0 */
/* What the drawing process gives up before it reads a document. */
#ifndef KC_PAPER_CONFINE_H
#define KC_PAPER_CONFINE_H

#include <kaocheng/err.h>

/* What it says, and then returns, where a document takes more memory or time
 * than it has; and what it says before it ends by the signal of a fault that is
 * its own. Said at the start, because the words are in a file. */
void kc_paper_beyond(
    int code, const char *memory, const char *late, const char *fault);

/* From now on it reads fonts and what is open, writes no file, has no network
 * and starts no program. KC_EIO with errno, KC_ENOMEM. Where the kernel has no
 * Landlock the rest holds all the same. */
enum kc_err kc_paper_confine(void);

#endif
