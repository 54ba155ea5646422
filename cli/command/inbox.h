/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for one's signature: drafts as the daemon gives them, looked at
 * here before they are shown or signed. */
#ifndef KC_CLI_INBOX_H
#define KC_CLI_INBOX_H

#include "share.h"

struct json_t;

#define KC_INBOX_EFFECTS 20 /* of so many it is said what each does */
struct kc_waiting {
	struct json_t *row; /* what the daemon says of it, borrowed */
	const char *id;     /* in hex; borrowed from the row, as the next */
	const char *until;
	struct kc_buf note;  /* text and lines */
	int code;            /* exit code that its fault has */
	struct kc_buf fault; /* why it is not signed here; empty: it may be */
	struct kc_buf effect, then; /* what it would do, in words */
	bool chosen, signed_now;
	struct kc_posted posted; /* if it stands */
};

struct kc_inbox {
	struct kc_cli *cli; /* borrowed */
	struct kc_authors authors;
	struct kc_client *client;
	struct json_t *doc;
	struct json_t *todo;  /* the view of that name */
	struct kc_waiting *v; /* by due date */
	size_t n;
};

/* Opens the daemon as --as, asks for what waits, and looks at each. Release it
 * in every case. Prints; returns the exit code. */
int kc_inbox_open(struct kc_inbox *b);
void kc_inbox_release(struct kc_inbox *b);

/* Marks what is to be signed: the ids of the arguments, or what --all may sign,
 * after a yes; without either, what is answered on a terminal. */
int kc_inbox_choose(struct kc_inbox *b, int argc, char **argv);
size_t kc_inbox_chosen(const struct kc_inbox *b); /* how many are marked */

#endif
