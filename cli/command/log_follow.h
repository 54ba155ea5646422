/* SPDX-License-Identifier: Apache-2.0 */
/* The log as it grows, verified. */
#ifndef KC_LOG_FOLLOW_H
#define KC_LOG_FOLLOW_H

#include "lib/keys.h"
#include "lib/proved.h"
#include "lib/tool.h"

struct kc_follow { /* large: an entry. Zero-initialise */
	struct kc_cli *cli;
	struct kc_client *client; /* NULL: not connected */
	struct kc_log_keys keys;
	struct kc_checkpoint head; /* the last that was verified */
	uint64_t shown;            /* entries that were looked at */
	bool silent;               /* that nobody answers has been said */
	struct kc_proved entry;
};

/* The head as it is now, held against what this user has seen. Prints; returns
 * the exit code, as the next. End it in every case. */
int kc_follow_begin(struct kc_follow *f, struct kc_cli *cli);
/* From that head on until a signal (KC_EXIT_OK), or a head that contradicts
 * (KC_EXIT_TAMPERED). A daemon that does not answer is waited for. */
int kc_follow_run(struct kc_follow *f);
void kc_follow_end(struct kc_follow *f);

#endif
