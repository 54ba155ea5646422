/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages as people read them: several notices in one text, in Chinese or
 * English, from one table of templates (defs/templates.def). Pure. There is
 * no place in it for a name or a score.
 */
#ifndef KAOCHENG_MESSAGE_H
#define KAOCHENG_MESSAGE_H

#include <kaocheng/civil.h>
#include <kaocheng/hash.h>
#include <kaocheng/machine.h>

#define KC_MESSAGE_NOTICES_MAX 64

struct kc_message_notice {
	struct kc_slice handle; /* PD-2022-0058 */
	/* machine.limit (case.rectify), or the kind of what has happened. */
	struct kc_slice limit;
	/* Working days after the last day ("-7", "0", "+3"), or the word of
	 * what has happened. */
	struct kc_slice stage;
	/* The last day; of what has happened the nearest one, or NONE. */
	kc_day last;
	/* What is to be done, or what has happened, in the language of the
	 * message; empty: the name of the limit or the kind. */
	struct kc_slice says;
};

struct kc_message_in {
	const struct kc_message_notice *notices;
	size_t n; /* 1..KC_MESSAGE_NOTICES_MAX */
	enum kc_lang lang;
	int role;         /* KC_ROLE_x to whom it is addressed; -1: unsaid */
	bool catch_up;    /* it could not be sent when it was due */
	bool third_party; /* a third party reads it: notices and link only */
	struct kc_slice link;   /* may be empty */
	struct kc_slice origin; /* of the ledger */
};

/* One line; lines with LF; a whole page of HTML (empty for a third party). */
struct kc_message_text {
	struct kc_buf subject, text, html;
};
void kc_message_free(struct kc_message_text *m); /* accepts a zeroed one */
/* Appends to the three. KC_ENOMEM. */
enum kc_err
kc_message_render(struct kc_message_text *out, const struct kc_message_in *in);
/* Appends the last days among the notices as a calendar to attach, each once;
 * nothing if there is none, or to a third party. stamp_ms is when the message
 * was made: a later message about the same last day takes its place. */
void kc_message_ics(
    struct kc_buf *out, const struct kc_message_in *in, int64_t stamp_ms);
/* What a limit or a kind is called; as it is where it is neither. */
void
kc_message_limit(struct kc_buf *b, struct kc_slice limit, enum kc_lang lang);
/* SHA-256 over "kaocheng/v1 template zh LF" (or en) and a line "SYM text LF"
 * for each row of the table that exists in the rules epoch, in its order. */
enum kc_err
kc_message_template(enum kc_lang lang, unsigned epoch, struct kc_hash *out);

#endif
