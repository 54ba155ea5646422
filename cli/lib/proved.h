/* SPDX-License-Identifier: Apache-2.0 */
/* An entry that a daemon gives, and the proof that it stands in the log. */
#ifndef KC_CLI_PROVED_H
#define KC_CLI_PROVED_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/entry.h>
#include <kaocheng/leaf.h>

#include "client.h"
#include "command/cmd.h"

struct kc_proved {           /* large: an entry. Zero-initialise; free bytes */
	struct kc_buf bytes; /* of the leaf */
	struct kc_leaf leaf; /* borrows them, as the next */
	struct kc_entry e;
	struct kc_checkpoint head; /* in which it is proved to stand */
};
/* Fetches entry seq and its receipt, and checks them by the log's keys; and
 * that the receipt's head is of one history with one that was verified. What
 * does not hold is KC_EXIT_TAMPERED. Prints; returns the exit code. */
int kc_proved_get(struct kc_cli *cli, struct kc_client *c,
    const struct kc_log_keys *keys, const struct kc_checkpoint *head,
    uint64_t seq, struct kc_proved *out);

#endif
