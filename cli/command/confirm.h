/* SPDX-License-Identifier: Apache-2.0 */
/* The question before a signature. */
#ifndef KC_CLI_CONFIRM_H
#define KC_CLI_CONFIRM_H

#include "lib/tool.h"

struct kc_effect {
	bool known;   /* the daemon has said it */
	uint64_t seq; /* of the entry that it would become */
};
/* Says what the statement would do and what may follow. KC_EXIT_OK, whether
 * or not it could be asked; the exit code of a refusal, which is printed. */
int
kc_effect_say(struct kc_cli *cli, struct kc_slice text, struct kc_effect *out);
/* The same of a client that is open, as sentences to keep. */
int kc_effect_ask(struct kc_cli *cli, struct kc_client *client,
    struct kc_slice text, struct kc_buf *effect, struct kc_buf *then);
/* Shows the text of a statement and its effect, and asks. KC_EXIT_OK when it
 * may be signed: the answer was yes (y, yes, 是), or --yes or --quiet was
 * given. Without a terminal and without either it is a usage error. */
int kc_confirm(struct kc_cli *cli, struct kc_slice text, const char *question);

/* The same question about what is no statement. */
int kc_ask(const struct kc_cli *cli, const char *question);

#endif
