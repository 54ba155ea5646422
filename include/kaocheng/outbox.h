/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message on its way, as the outbox keeps it beside the log: everything
 * that a try needs but the text, which is made anew from its notices, and the
 * address, which stands in the directory of persons alone. The text of a row
 * has one spelling (docs/OPERATIONS.md "Outbox"):
 *
 *   kaocheng/v1 message LF
 *   to <actor> LF channel <word> LF day <date> LF copy <n> LF made <instant> LF
 *   tries <n> LF next <instant> LF [reply <code> LF] (notice <key> LF)+
 *
 * A row that cannot be read is dropped: what is due is planned again.
 */
#ifndef KAOCHENG_OUTBOX_H
#define KAOCHENG_OUTBOX_H

#include <kaocheng/kind.h>
#include <kaocheng/notice.h>

#define KC_OUT_TRIES_MAX 9999
#define KC_OUT_REPLY_MAX 24 /* bytes of the code of an answer */

struct kc_out_row {
	uint8_t id[KC_MESSAGE_ID_SIZE];
	char to[KC_CODE_MAX + 1];
	unsigned channel; /* KC_CHANNEL_* */
	kc_day day;
	unsigned copy;
	int64_t made_ms, next_ms;
	unsigned tries;
	char reply[KC_OUT_REPLY_MAX + 1]; /* of the last try; "": none */
	size_t nkeys;                     /* 1..KC_MESSAGE_NOTICES_MAX */
	struct kc_slice *keys;            /* into text */
	struct kc_buf text;               /* of the keys, a line each */
};

/* Takes a copy of the keys, n of 1..KC_MESSAGE_NOTICES_MAX. KC_ENOMEM: *o has
 * none, and nothing to release. */
enum kc_err
kc_out_row_keys(struct kc_out_row *o, const struct kc_slice *keys, size_t n);
void kc_out_row_release(struct kc_out_row *o); /* accepts a zeroed one */
/* Appends the text of the row. */
void kc_buf_out_row(struct kc_buf *b, const struct kc_out_row *o);
/* Reads one, to be released in every case. KC_ESYNTAX, KC_ENOMEM. */
enum kc_err kc_out_row_read(struct kc_out_row *o,
    const uint8_t id[KC_MESSAGE_ID_SIZE], struct kc_slice text);

#endif
