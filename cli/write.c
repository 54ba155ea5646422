/* SPDX-License-Identifier: Apache-2.0 */
/* Writing commands, from the kind table. */
#include "tool.h"

int
kc_cmd_write(
    struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv)
{
	(void)cli;
	(void)argc;
	(void)argv;
	return kc_cli_usage("%s", kind->name);
}
