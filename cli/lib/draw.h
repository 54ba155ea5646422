/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form` as PDF, by the program that draws it. */
#ifndef KC_CLI_DRAW_H
#define KC_CLI_DRAW_H

#include <sys/types.h>

#include <kaocheng/bytes.h>

struct kc_cli;

struct kc_drawing { /* zero-initialise */
	pid_t pid;  /* 0: it is not under way */
	int from;   /* what it draws comes from there */
};
/* Gives this JSON to kaocheng-paper, in the language of the command and with
 * its --font; several may be under way. An exit code; what is wrong was said.
 */
int
kc_draw_begin(struct kc_cli *cli, struct kc_slice json, struct kc_drawing *d);
/* Appends the file when it is drawn. The same. */
int kc_draw_end(struct kc_cli *cli, struct kc_drawing *d, struct kc_buf *out);

#endif
