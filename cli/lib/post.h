/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending a signed note so that nothing uncertain is called failed: it is
 * kept in an outbox until its outcome is known, and its receipt is checked
 * against the log key that is trusted.
 */
#ifndef KC_CLI_POST_H
#define KC_CLI_POST_H

#include <kaocheng/entry.h>

#include "file.h"
#include "tool.h"

struct kc_posted {
	uint64_t seq;
	int64_t received_ms;
	char handle[16]; /* of the case it made, or "" */
	bool duplicate;  /* it stood already */
	bool checked;    /* the receipt was held against the log key */
	struct kc_checkpoint checkpoint; /* of the receipt, if checked */
	struct kc_buf head;              /* its note as signed; release it */
	/* When the exit code is not 0: nothing is known (true), or nothing
	 * was written (false). */
	bool unknown;
	/* Refused in a way that may pass: another ledger, read-only, rate. */
	bool keep;
};

/* Posts one note. Prints refusals and errors; returns the exit code. With
 * dry, nothing is written and there is no receipt. log_key may be NULL: the
 * receipt is not checked then. */
int kc_post(struct kc_cli *cli, struct kc_client *c, struct kc_slice note,
    const struct kc_vkey *log_key, bool dry, struct kc_posted *out);
/* Into the outbox, post, out of it again; prints the result and what could
 * come next. *open (may be NULL): it failed, and the note may stand, or may be
 * taken later. */
int kc_post_kept(struct kc_cli *cli, struct kc_slice note, bool *open);
/* The outbox: $XDG_STATE_HOME/kaocheng/outbox. */
enum kc_err kc_outbox_dir(char out[KC_PATH_SIZE]);

#endif
