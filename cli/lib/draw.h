/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form` as PDF, by the program that draws it. */
#ifndef KC_CLI_DRAW_H
#define KC_CLI_DRAW_H

#include <kaocheng/bytes.h>

struct kc_cli;

/* Appends the file that kaocheng-paper makes of this JSON, in the language of
 * the command and with its --font. An exit code; what is wrong was said. */
int kc_draw_pdf(struct kc_cli *cli, struct kc_slice json, struct kc_buf *out);

#endif
