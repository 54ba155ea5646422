/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of drafts share: api_drafts.c, api_drafts_read.c. */
#ifndef KC_NET_DRAFTS_H
#define KC_NET_DRAFTS_H

#include <kaocheng/shelf.h>

#include "net/call.h"

/* call->own of each of them. */
struct kc_draft_asked {
	char dir[KC_CONFIG_PATH_MAX];
	struct kc_shelf shelf;
	struct kc_hash id;
	bool fresh; /* it comes whole but for signatures; else more of these */
	char signer[KC_CODE_MAX + 1];
	struct kc_json w; /* of a list */
	struct kc_entry e;
};

/* With an id in the path, or without one. NULL with the reply sent. */
struct kc_draft_asked *kc_draft_begin(struct kc_call *call, bool names_one);
/* What the shelf said, other than KC_OK; detail is freed. */
void
kc_draft_fail(struct kc_call *call, enum kc_err err, struct kc_buf *detail);
/* Counts and logs what became of the draft asked->id. */
void kc_draft_note(struct kc_call *call, enum kc_draft_event event);
/* What is said of a draft of which some have signed. */
void kc_json_draft(struct kc_json *w, const struct kc_call *call,
    const struct kc_hash *id, const struct kc_entry *e);

#endif
