/* SPDX-License-Identifier: Apache-2.0 */
/* A state from the log in the store. */
#ifndef KC_APP_REBUILD_H
#define KC_APP_REBUILD_H

#include <stdatomic.h>

#include <kaocheng/state.h>
#include <kaocheng/store.h>

/* Replays the first upto entries of the store into a new state; those from
 * hash_from on are hashed too, and their ids looked up. Gives up with
 * KC_EUNAVAILABLE once *stop, if there is one, is true. KC_ECORRUPT, with a
 * sentence in *detail (may be NULL): the log does not replay. */
enum kc_err
kc_rebuild(struct kc_store *store, uint64_t upto, uint64_t hash_from,
    const atomic_bool *stop, struct kc_state **out, struct kc_buf *detail);

#endif
