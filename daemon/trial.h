/* SPDX-License-Identifier: Apache-2.0 */
/* One test message by the configured sender, of which no ledger is told. */
#ifndef KC_TRIAL_H
#define KC_TRIAL_H

#include "sys/config.h"

/* What is asked: "CHANNEL:ACTOR:zh|en|json". Sends the message to where the
 * directory of persons says, waits for the sender's answer, and prints what
 * happened and what to do. Needs what the daemon itself reads: that is the
 * operator's. The exit code: KC_DAEMON_OK, it was taken; KC_DAEMON_FAILED;
 * KC_DAEMON_USAGE, there is no such channel. */
int kc_trial_run(const struct kc_config *c, const char *asked);

#endif
