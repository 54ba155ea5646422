/* SPDX-License-Identifier: Apache-2.0 */
/* Two heads that a log has signed and that are not of one history: a file of
 * both, which kaocheng-verify judges (fork.h). */
#ifndef KC_CLI_FORKED_H
#define KC_CLI_FORKED_H

#include <kaocheng/checkpoint.h>

#include "client.h"
#include "command/cmd.h"
#include "file.h"

#define KC_FORKED_PATH (KC_PATH_SIZE + 32)

struct kc_head {
	const struct kc_checkpoint *c;
	struct kc_slice note; /* as it was signed */
};
/* Writes <prefix>.fork-<of the second root>, mode 0600, and says in path
 * where. The log's own proof goes with them, if they are of two sizes, c
 * (may be NULL) is a connection to it, and it gives one. KC_EIO with errno,
 * KC_ENOMEM. */
enum kc_err kc_forked_keep(struct kc_cli *cli, struct kc_client *c,
    const char *prefix, const struct kc_head *old, const struct kc_head *now,
    char path[KC_FORKED_PATH]);

#endif
