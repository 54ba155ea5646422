/* SPDX-License-Identifier: Apache-2.0 */
/* The question before a signature. */
#ifndef KC_CLI_CONFIRM_H
#define KC_CLI_CONFIRM_H

#include "lib/tool.h"

/* Shows the text of a statement and asks. KC_EXIT_OK when it may be signed:
 * the answer was yes (y, yes, 是), or --yes or --quiet was given. Without a
 * terminal and without either it is a usage error. */
int kc_confirm(struct kc_cli *cli, struct kc_slice text, const char *question);

#endif
