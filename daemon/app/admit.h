/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pool thread does with a note: form, id, keys, signatures. Cheap
 * questions come first; rules are the writer's.
 */
#ifndef KC_APP_ADMIT_H
#define KC_APP_ADMIT_H

#include "app/query.h"

#define KC_KEY_SLOTS 1024 /* of the key cache; a power of two */

struct kc_key_slot {
	uint8_t keyid[KC_KEYID_SIZE];
	uint8_t n; /* bytes of name; 0: empty */
	char name[KC_CODE_MAX];
	uint8_t pub[KC_PUBKEY_SIZE];
};

struct kc_admission {
	const struct kc_ledger_options *o; /* borrowed, as the others */
	struct kc_live *live;
	struct kc_head *head;
	struct kc_query *query;
	pthread_mutex_t lock; /* of the keys */
	struct kc_key_slot keys[KC_KEY_SLOTS];
};

void kc_admit_init(struct kc_admission *a, struct kc_query *query);
void kc_admit_release(struct kc_admission *a);
/* For the intake; ctx is the struct kc_admission. */
bool kc_admit(void *admission, struct kc_item *it);
/* For the intake: would notes that stand or fall together stand, on a state
 * replayed for it? So that the writer, which would have to replay the log if
 * one fell, is not given them (together.c). */
bool kc_admit_together(void *admission, struct kc_item *const *of, size_t n);
/* Verifies all signatures under the keys in force; the state is held. */
enum kc_err kc_admit_signatures(
    const struct kc_state *st, struct kc_item *it, struct kc_refusal *why);
/* Is what an author has seen a beginning of this log? KC_EUNKNOWN: the tree is
 * damaged, and the ledger poisoned. */
enum kc_err kc_admit_seen(
    struct kc_admission *a, const struct kc_entry *e, struct kc_refusal *why);
/* kc_ledger_weigh (weigh.c). */
enum kc_err kc_admit_weigh(
    struct kc_admission *a, const struct kc_entry *e, struct kc_refusal *why);
/* Refuses a note whose id stands, or is to stand, at seq for another text. */
enum kc_err kc_admit_refuse_id(
    const struct kc_entry *e, uint64_t seq, struct kc_refusal *why);
void kc_admit_conflict(struct kc_item *it, uint64_t seq);
/* Sets the result of a note whose id stands at seq already. */
void kc_admit_old(struct kc_admission *a, struct kc_item *it, uint64_t seq);

#endif
