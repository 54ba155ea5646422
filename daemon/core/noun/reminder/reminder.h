/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reminders: what was sent or given up, who muted or acknowledged what, and
 * what has happened that somebody must be told. The two outcomes have the
 * same fields.
 */
#ifndef KC_REMINDER_H
#define KC_REMINDER_H

#include <kaocheng/notice.h>

#include "engine/actor.h"

struct kc_told_row { /* a message with its outcome */
	uint8_t id[KC_MESSAGE_ID_SIZE];
	uint32_t to; /* actor index */
	bool sent, overtaken;
	bool sealed;    /* kc_notice_sealed: of all of its notices */
	uint8_t copies; /* times that it was asked to be sent again */
	uint32_t seq;
	uint32_t first; /* of a copy: what it is a copy of; else itself */
	int64_t told_ms, ack_ms; /* ack_ms: 0 before */
};
struct kc_resend_row {         /* a message is to be sent again */
	uint32_t told;         /* index of its own outcome */
	uint32_t seq, outcome; /* outcome: of the copy; 0: none yet */
	uint8_t copy;
};
/* The newest stage of a last day that a person was told of, or that an event
 * was told. */
struct kc_reminded {
	uint32_t to;
	int16_t stage;   /* working days after the last day; 0 of an event */
	bool sealed;     /* likewise */
	const char *key; /* in the arena: the notice's without its stage */
};
/* What a person said about the reminders of a matter. */
struct kc_heed {
	uint32_t to;
	const char *about; /* in the arena: handle */
	kc_day mute_until; /* KC_DAY_NONE: not muted */
	int64_t ack_ms;    /* 0: not acknowledged */
};
/* An entry of which somebody must be told, once for each unit. */
struct kc_happening {
	uint32_t seq, by;     /* by: actor index of the first signer */
	uint32_t unit, judge; /* unit indexes, KC_NONE */
	enum kc_kind_id kind;
	bool first; /* of its entry: offices are told once */
	int64_t received_ms;
	const char *handle; /* that of the object */
};

#define KC_NS_MESSAGE KC_NS(reminder, 0)  /* hexadecimal id -> told */
#define KC_NS_REMINDED KC_NS(reminder, 1) /* of an actor: key -> reminded */
#define KC_NS_HEED KC_NS(reminder, 2)     /* of an actor: handle -> heeds */

/* Of an outcome: does it tell that its person has not voted? */
bool kc_outcome_sealed(const struct kc_entry *e);
/* Appends a notice's key without its stage. */
void kc_buf_reminded_key(struct kc_buf *b, const struct kc_notice_key *k);
/* What the person was told of the key, NULL: nothing. */
const struct kc_reminded *
kc_reminded_find(const struct kc_state *st, uint32_t to, struct kc_slice key);
/* What it said about the matter, NULL: nothing. */
const struct kc_heed *
kc_heed_find(const struct kc_state *st, uint32_t to, struct kc_slice about);
/* The resend of a message that has no outcome yet; KC_NONE. */
uint32_t kc_resend_open(const struct kc_state *st, uint32_t told);
/* Was a copy asked for after this outcome? */
bool kc_resend_after(const struct kc_state *st, uint32_t told);
/* Is this the handle of anything? */
bool kc_handle_known(const struct kc_state *st, struct kc_slice handle);

/* The id of the clerk's entry for an outcome: first 16 bytes of SHA-256 of
 * lines (FORMAT, The clerk's entries). */
enum kc_err kc_outcome_id(uint8_t id[KC_ID_SIZE], struct kc_slice origin,
    const struct kc_kind *kind, struct kc_slice message, uint64_t tries);

struct kc_named;
/* Takes down that the units of a thing must be told of the entry (tell.c),
 * which names it in no field of its noun. */
enum kc_err kc_reminder_tell(struct kc_state *st, const struct kc_at *at,
    const struct kc_named *named, uint32_t index);
/* Takes down what somebody must be told of an entry (tell.c). */
enum kc_err kc_reminder_after(struct kc_state *st, const struct kc_at *at);

#endif
