/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that people bring in files and on the command line, before it becomes
 * a signed value. How an editor stored it (byte order mark, CR LF) is not
 * part of it; what may not be signed is refused where it stands.
 */
#ifndef KC_CLI_TEXT_H
#define KC_CLI_TEXT_H

#include "tool.h"

/* Appends a file that holds text: without a byte order mark, LF for CR LF,
 * which is noted. Prints what is wrong with what was typed (the path, or the
 * option with it); returns the exit code. */
int kc_text_load(const struct kc_cli *cli, const char *typed, const char *path,
    size_t max, struct kc_buf *out);
/* May the text of this option, or of the file that was typed with it, stand in
 * a statement, for this use? If not, prints typed:line:column and the character
 * at fault, and returns KC_EXIT_USAGE. */
int kc_text_check(const struct kc_cli *cli, const char *option,
    const char *typed, enum kc_text_use use, struct kc_slice);
/* Prints why a file was refused, with the line and a caret under the place;
 * returns the exit code. */
int kc_refused_file(struct kc_cli *cli, const char *file,
    struct kc_refusal *why, struct kc_slice text);

#endif
