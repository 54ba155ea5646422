/* SPDX-License-Identifier: Apache-2.0 */
/* As many rows of a list as --limit asks for, and where it goes on. */
#ifndef KC_CLI_PAGE_H
#define KC_CLI_PAGE_H

#include "lib/tool.h"

/* args->limit rows, those that its options pick; on stderr how many of how many
 * and where to go on. Prints what is wrong; returns the exit code. */
int kc_page_print(struct kc_cli *cli, const struct kc_view *v,
    const struct kc_view_args *args);

#endif
