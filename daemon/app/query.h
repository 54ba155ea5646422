/* SPDX-License-Identifier: Apache-2.0 */
/* Readers: of the committed state, of the signed head, of proofs. */
#ifndef KC_APP_QUERY_H
#define KC_APP_QUERY_H

#include <stdatomic.h>

#include "app/head.h"
#include "app/intake.h"
#include "app/live.h"
#include "app/past.h"

/* All borrowed. What a function does is said in ledger.h. */
struct kc_query {
	const struct kc_ledger_options *o;
	struct kc_live *live;
	struct kc_head *head;
	struct kc_intake *intake; /* its pool runs the readers */
	struct kc_past past;
	atomic_bool no_replays;
};

enum kc_err kc_query_read(struct kc_query *q,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx);
enum kc_err
kc_query_read_as_of(struct kc_query *q, uint64_t upto, int64_t as_of_ms,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx);
enum kc_err
kc_query_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out);
/* The receipt of the first answer: against the head that its batch made. */
enum kc_err
kc_query_old_receipt(struct kc_query *q, uint64_t seq, struct kc_buf *out);
/* Against the first that covers it and that a quorum of witnesses signed. */
enum kc_err kc_query_witnessed_receipt(
    struct kc_query *q, uint64_t seq, struct kc_buf *out);
enum kc_err kc_query_consistency(
    struct kc_query *q, uint64_t old, uint64_t size, struct kc_buf *out);
enum kc_err kc_query_actor_key(
    struct kc_query *q, struct kc_slice actor, struct kc_vkey *out);
/* What an actor may read now: KC_OK or KC_EUNKNOWN. */
enum kc_err kc_query_reader(
    struct kc_query *q, struct kc_slice actor, struct kc_viewer *out);
/* KC_OK, KC_EREFUSED or KC_EUNKNOWN. */
enum kc_err kc_query_may_read(struct kc_query *q, const struct kc_viewer *r,
    const struct kc_entry *e, struct kc_refusal *why);
/* kc_view_actors of the present state; KC_EUNKNOWN. */
enum kc_err kc_query_view_actors(struct kc_query *q, struct kc_slice json,
    struct kc_slice reader, struct kc_buf *out);

#endif
