/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What daemon and sender say to each other over a socket pair (descriptor 3
 * of the sender): one JSON object a line, strict on both sides.
 *
 *   daemon   {"config":{"origin":…,"smtp":{…},…}}    first, once
 *   sender   {"channels":["smtp",…]}                 it is ready for these
 *   daemon   {"id":…,"channel":…,"to":{…},…}         a job; any number
 *   sender   {"id":…,"outcome":…,"code":…,…}         one for each, any order
 *
 * At most KC_WIRE_OPEN_MAX jobs may wait for their answers. One that was not
 * answered when the sender ends was perhaps done: it is given again, with the
 * same id. The daemon ends the sender by closing its
 * side; one that is shut down for writing only (SHUT_WR) lets it finish what
 * it is at. A line that is not of this form ends the conversation: a sender
 * that talks nonsense is replaced, never believed.
 */
#ifndef KC_REMIND_WIRE_H
#define KC_REMIND_WIRE_H

#include <kaocheng/civil.h>

#include "remind/channel.h"
#include "sys/remind.h"

#define KC_WIRE_LINE_MAX ((size_t)512 << 10) /* bytes, with its LF */
#define KC_WIRE_OPEN_MAX 64                  /* jobs that wait for an answer */
#define KC_JOB_ID_SIZE 32                    /* hexadecimal digits */
#define KC_JOB_SUBJECT_MAX 500               /* bytes, one line */
#define KC_JOB_TEXT_MAX ((size_t)16 << 10)
#define KC_JOB_HTML_MAX ((size_t)32 << 10)
#define KC_JOB_ICS_MAX ((size_t)32 << 10)
#define KC_JOB_NOTICES_MAX 64
#define KC_ANSWER_CODE_MAX 24   /* bytes: letters, digits, '.', '_', '-' */
#define KC_ANSWER_DETAIL_MAX 96 /* bytes of printable ASCII */
#define KC_ANSWER_RETRY_MAX 86400

/* One thing that the message is about, for machines that read it. */
struct kc_job_notice {
	struct kc_slice handle; /* PD-2022-0058 */
	struct kc_slice limit;  /* case.rectify */
	struct kc_slice stage;  /* "-3", "0", "+5", "delivered" */
	kc_day last;            /* KC_DAY_NONE: none */
};

/* One message by one channel. Slices are borrowed. */
struct kc_job {
	struct kc_slice id;      /* of the message; the same at every try */
	unsigned channel;        /* KC_CHANNEL_SMTP, ... */
	struct kc_slice to;      /* as the channel's `address` says */
	struct kc_slice lang;    /* "zh" or "en" */
	struct kc_slice subject; /* one line */
	struct kc_slice text;    /* plain, lines end with LF */
	struct kc_slice html;    /* may be empty */
	struct kc_slice ics;     /* RFC 5545, lines end with CR LF; or empty */
	struct kc_slice message_id; /* <id>@<host>, without brackets */
	struct kc_slice link;       /* may be empty */
	int64_t date_s;             /* when the message was made, for ever */
	size_t nnotices;
	struct kc_job_notice notices[KC_JOB_NOTICES_MAX];
};

/* Appends the line with its LF. KC_EINVAL: what decode would refuse (a
 * caller's value that is too long or has controls); out is as it was. */
enum kc_err kc_job_encode(struct kc_buf *out, const struct kc_job *job);
/* Reads a line without its LF. The job's slices lie in *keep, to be freed
 * with kc_wire_free in every case. KC_ESYNTAX: not a job; where it has an id
 * of the right form, out->id is it, so that it can be answered. */
struct kc_wire;
enum kc_err
kc_job_decode(struct kc_job *out, struct kc_wire **keep, struct kc_slice line);
void kc_wire_free(struct kc_wire *keep); /* accepts NULL */

/* What became of a job's try. */
struct kc_answer {
	char id[KC_JOB_ID_SIZE + 1];
	enum kc_delivery outcome;
	char code[KC_ANSWER_CODE_MAX + 1]; /* "250", "tls", "errcode.310000" */
	char detail[KC_ANSWER_DETAIL_MAX + 1]; /* words of ours, never theirs */
	unsigned retry_s; /* not before so many seconds; 0: as by the table */
};
enum kc_err kc_answer_encode(struct kc_buf *out, const struct kc_answer *a);
enum kc_err kc_answer_decode(struct kc_answer *out, struct kc_slice line);

/* The first line: the section, and the origin of the ledger. */
enum kc_err kc_wire_config_encode(
    struct kc_buf *out, const struct kc_remind *r, struct kc_slice origin);
enum kc_err kc_wire_config_decode(struct kc_remind *out,
    char origin[KC_REMIND_TEXT_MAX], struct kc_slice line);
/* The sender's first line: a bit (1 << KC_CHANNEL_x) a channel. */
enum kc_err kc_wire_ready_encode(struct kc_buf *out, uint32_t channels);
enum kc_err kc_wire_ready_decode(uint32_t *channels, struct kc_slice line);
/* The channels that a section turns on. */
uint32_t kc_remind_channels(const struct kc_remind *r);

#endif
