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
 * dry, nothing is written and there is no receipt. log_keys may be NULL: the
 * receipt is not checked then. */
int kc_post(struct kc_cli *cli, struct kc_client *c, struct kc_slice note,
    const struct kc_log_keys *log_keys, bool dry, struct kc_posted *out);
/* Who is told which of many was refused, by what code and in what words. */
struct kc_post_faults {
	void (*fault)(
	    void *ctx, size_t i, const char *code, const char *message);
	void *ctx;
};
/* What so many texts, not signed yet, would do one after the other: KC_EXIT_OK,
 * or KC_EXIT_REFUSED once each that would be refused was told. */
int kc_post_effects(struct kc_cli *cli, struct kc_client *c,
    const struct kc_slice *texts, size_t n,
    const struct kc_post_faults *faults);
/* Posts notes that stand or fall together: out[n] has what each became, as
 * kc_post; release their heads. When the code is not 0, *unknown says whether
 * they may stand. */
int kc_post_together(struct kc_cli *cli, struct kc_client *c,
    const struct kc_slice *notes, size_t n, const struct kc_log_keys *log_keys,
    struct kc_posted *out, bool *unknown, const struct kc_post_faults *faults);
/* Into the outbox, post, out of it again; prints the result and what could
 * come next. *open (may be NULL): it failed, and the note may stand, or may be
 * taken later. */
int kc_post_kept(struct kc_cli *cli, struct kc_slice note, bool *open);
/* The same, and nothing is printed of what it came to; its head is released. */
int kc_post_spooled(struct kc_cli *cli, struct kc_slice note, bool *open,
    struct kc_posted *posted);
/* The same for notes that stand or fall together: one file of the outbox. out
 * has n results, whose heads are released. */
int kc_post_together_kept(struct kc_cli *cli, const struct kc_slice *notes,
    size_t n, struct kc_posted *out, const struct kc_post_faults *faults);
/* Sends such a file of the outbox again. */
int kc_send_together(struct kc_cli *cli, const char *path);
/* Their length and bytes, one after another; and back: NULL, if it is not
 * that, else *n slices for kc_free, which borrow the bytes. */
void kc_buf_bundle(struct kc_buf *b, const struct kc_slice *texts, size_t n);
struct kc_slice *kc_bundle_cut(struct kc_slice bytes, size_t *n);
/* The outbox: $XDG_STATE_HOME/kaocheng/outbox. */
enum kc_err kc_outbox_dir(char out[KC_PATH_SIZE]);

#endif
