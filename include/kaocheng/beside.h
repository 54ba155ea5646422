/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another room keeps beside the log, in the log's own transactions: the
 * outbox of reminders. The ledger knows of it what stands here. All is called
 * by the writer's thread alone, with the state held; nothing may block. Where
 * nothing is kept, the pointer to this is NULL.
 */
#ifndef KAOCHENG_BESIDE_H
#define KAOCHENG_BESIDE_H

#include <kaocheng/state.h>
#include <kaocheng/store.h>

struct kc_beside_counts {
	uint64_t waiting;  /* no try was made yet */
	uint64_t retrying; /* tried, and to be tried again */
	uint64_t given;    /* being tried at this moment */
	/* Outcomes written since the start; overtaken: not sent, for none of
	 * it stood any more. */
	uint64_t sent, failed, overtaken;
};

struct kc_beside {
	/* The next statement that it wants of the clerk; false: none. Its text
	 * without signatures goes to *text; `root` is that of all that stands
	 * in st. `entered` follows before the next is asked for. */
	bool (*entry)(void *ctx, const struct kc_state *st, int64_t received_ms,
	    const struct kc_hash *root, struct kc_buf *text);
	/* KC_OK: it is in the batch. KC_EREFUSED, why: it never will be. */
	void (*entered)(
	    void *ctx, enum kc_err err, const struct kc_refusal *why);
	/* Rows that go with the batch, or alone if nothing else is written;
	 * st is the state after it. They stay valid until `settled`. */
	size_t (*rows)(void *ctx, const struct kc_state *st, int64_t now_ms,
	    const struct kc_put **rows);
	/* Do the entries and rows since the last call stand? After false they
	 * are to be asked for again. */
	void (*settled)(void *ctx, bool stand);
	/* When it wants to be asked again; INT64_MAX: at the next batch. */
	int64_t (*next_ms)(void *ctx);
	/* How far it is; on any thread. */
	void (*counts)(void *ctx, struct kc_beside_counts *out);
	void *ctx;
};

#endif
