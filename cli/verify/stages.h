/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the offline verification on all processors and prints its report;
 * shared by `kaocheng verify` and `kaocheng-verify`. */
#ifndef KC_CLI_STAGES_H
#define KC_CLI_STAGES_H

#include <kaocheng/verify.h>

#define KC_STAGES_USAGE 2   /* exit codes */
#define KC_STAGES_MISSING 3 /* a file that was named is not there */

struct kc_stages {
	const char *path;      /* what is verified, for the report */
	const char *trust;     /* file, or NULL */
	const char *at_least;  /* file, or NULL */
	const char *leaf;      /* file that a receipt is for, or NULL */
	struct kc_slice entry; /* of a receipt: the leaf, to be shown */
	enum kc_lang lang;
	bool stamp; /* path holds the text of a stamp on paper */
	bool json, quiet;
	bool progress;      /* also where no terminal is */
	bool no_signatures; /* those of the authors are left out */
	/* Takes what was found, once it is printed, and gives the exit code;
	 * NULL: nobody does. */
	int (*told)(void *ctx, const struct kc_stages *s,
	    const struct kc_verify_report *r, int code);
	void *ctx;
	unsigned timeout_s;    /* of a server; 0: as mirror.h says */
	struct kc_slice token; /* of a session there; empty: none */
};

/* Reads a trust file; prints what is wrong with it, and where. out is large.
 * Returns the exit code: 0, 1 or 3. */
int kc_stages_trust(const struct kc_stages *s, struct kc_trust *out);
/* Says on stderr what keeps a verification from its beginning, of a file (may
 * be NULL), for people or as kaocheng.error/1; returns code. */
int kc_stages_say(
    const struct kc_stages *s, int code, const char *path, const char *message);
/* Verifies what is named by `what` (files, or a receipt and its leaf); the
 * report is large. Prints what of trust and the earlier checkpoint could not be
 * read, and returns 1 or 3 then, else 0. */
int kc_stages_check(const struct kc_stages *s,
    const struct kc_verify_options *what, struct kc_verify_report *report);
/* Verifies and prints; returns the exit code: 0, 10, 11, 12, 1 or
 * 3. */
int kc_stages_run(const struct kc_stages *s, const struct kc_files *files);
/* The same for what s->path names: an export on disk, or behind an address.
 * Says why, if it could not even be opened, or not be read from the server. */
int kc_stages_place(const struct kc_stages *s);
/* Begins the file as a receipt does? */
bool kc_stages_is_proof(const char *path);
/* Begins the file as evidence of a fork does? Judges it, and prints; returns
 * the exit code: 10 if it is proved, 11 if not, 1. */
bool kc_stages_is_fork(const char *path);
int kc_stages_fork(const struct kc_stages *s);
/* Verifies the receipt that s->path names, and prints. */
int kc_stages_proof(const struct kc_stages *s);
/* The same of the stamp of a document on paper, s->stamp. */
int kc_stages_stamp(const struct kc_stages *s);
/* The exit code where a file that was named could not be read: 1 or 3. */
int kc_stages_exit(enum kc_err err);
/* Says why an export could not even be opened; returns the exit code. */
int kc_stages_unreadable(const struct kc_stages *s, enum kc_err err);

#endif
