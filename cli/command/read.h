/* SPDX-License-Identifier: Apache-2.0 */
/* What reading commands share. */
#ifndef KC_CLI_READ_H
#define KC_CLI_READ_H

#include "lib/tool.h"

/* Reads a view's arguments: unit or id as the one plain argument. Prints
 * what is wrong; returns the exit code. */
int kc_view_arguments(const struct kc_cli *cli, const struct kc_view *v,
    struct kc_view_args *args, int argc, char **argv);

#endif
