/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that are left with the daemon, for signers who sit elsewhere. */
#ifndef KC_CLI_SHARE_H
#define KC_CLI_SHARE_H

#include "many.h"

/* The draft that a note became: its id in hex, and until when it waits. */
struct kc_left {
	char id[2 * KC_HASH_SIZE + 1];
	int64_t until_ms;
};
/* Leaves a note that some of its signers have signed. Prints what goes wrong;
 * returns the exit code, as do those below. */
int kc_leave(struct kc_cli *cli, struct kc_client *client, struct kc_slice note,
    struct kc_left *out);
/* Of one statement, signed by --as, or of many: leaves them, says what came of
 * it and what the others do next. */
int kc_share_one(const struct kc_writing *w);
int kc_share_many(struct kc_many *m);
/* "2022-01-10 09:00", where the offices are. */
void kc_buf_local_minute(struct kc_buf *b, int64_t ms);

#endif
