/* SPDX-License-Identifier: Apache-2.0 */
/* A place that answers views: the daemon, or a ledger on disk. */
#ifndef KC_CLI_READER_H
#define KC_CLI_READER_H

#include "tool.h"

struct kc_reader {
	struct kc_cli *cli;
	bool local;
	struct kc_local ledger; /* replayed, if local */
	struct kc_client *client;
	uint64_t upto; /* --as-of, as kc_cli_as_of has it */
	int64_t as_of_ms;
};
/* Prints what is wrong and returns the exit code; close it in every case. */
int kc_reader_open(struct kc_cli *cli, struct kc_reader *r);
/* A list comes whole, in as many pages as it takes, unless a limit is asked
 * for. */
int kc_reader_view(struct kc_reader *r, const char *view,
    const struct kc_view_args *args, struct kc_buf *out);
/* A GET of the daemon, which takes `as_of`; the path has a query already. Not
 * of a ledger on disk (assertion). */
int kc_reader_get(struct kc_reader *r, struct kc_buf *path, struct kc_buf *out);
void kc_reader_close(struct kc_reader *r);

#endif
