/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a witness answers over HTTP: add-checkpoint and the last cosigned
 * checkpoints (C2SP tlog-witness), health and counters. The loop reads and
 * writes; one thread verifies, signs and waits for the disk.
 */
#ifndef KC_WITNESS_SERVE_H
#define KC_WITNESS_SERVE_H

#include <kaocheng/book.h>

#include "witness/config.h"

struct kc_witness; /* of the loop's thread */

struct kc_witness_options {
	struct event_base *base;          /* borrowed */
	struct kc_book *book;             /* borrowed */
	const struct kc_skey *key;        /* borrowed; type 0x04 */
	struct kc_witness_config *config; /* taken, also by reload */
	unsigned connections_max;         /* the configured or what fits */
	/* In the loop: the outcome of a write is unknown; end the process. */
	void (*failed)(void *ctx);
	void *ctx;
};

/* Listens. KC_EINVAL, KC_EIO, KC_ENOMEM with a sentence in *detail; the
 * configuration is taken in any case. */
enum kc_err kc_witness_open(struct kc_witness **out,
    const struct kc_witness_options *options, struct kc_buf *detail);
/* Other logs and limits; what listens does not change. */
void kc_witness_reload(struct kc_witness *w, struct kc_witness_config *config);
/* No new request; what is under way goes on. */
void kc_witness_stop(struct kc_witness *w);
/* After a stop: is everything answered? */
bool kc_witness_quiet(const struct kc_witness *w);
void kc_witness_close(struct kc_witness *w); /* accepts NULL */

#endif
