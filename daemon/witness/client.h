/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has the signed heads of a ledger countersigned by witnesses over HTTP (C2SP
 * tlog-witness). One thread asks all of them at the same time, proves to each
 * from the size that it knows, verifies what comes back, and gives it to the
 * ledger. Nothing of a witness is believed but a signature that verifies.
 */
#ifndef KC_WITNESS_CLIENT_H
#define KC_WITNESS_CLIENT_H

#include <stdatomic.h>

#include "app/ledger.h"
#include "sys/config.h"

struct kc_witnesses; /* opaque */

/* Copies the configuration. KC_EINVAL: libcurl has no use for
 * it; KC_ENOMEM. No thread yet. */
enum kc_err kc_witnesses_open(
    struct kc_witnesses **out, const struct kc_config_witnesses *config);
/* For the options of the ledger; valid until closed. */
const struct kc_witnessing *kc_witnesses_of(struct kc_witnesses *w);
/* Before the ledger writes its first entry: does any of them hold a head that
 * one of these keys of the log signed and that is not in the store? Then true,
 * with a sentence in *why. Who does not answer in time holds nobody up, and
 * once *stop is set nobody does. */
bool kc_witnesses_contradict(struct kc_witnesses *w, struct kc_store *store,
    const struct kc_log_keys *keys, const atomic_bool *stop,
    struct kc_buf *why);
/* The ledger is open: its present head first, then what comes. KC_ENOMEM. */
enum kc_err
kc_witnesses_start(struct kc_witnesses *w, struct kc_ledger *ledger);
/* The daemon ends: whoever waits for a quorum waits no more. */
void kc_witnesses_give_up(struct kc_witnesses *w);
/* Ends the thread, before the ledger is closed; asks nobody any more. */
void kc_witnesses_stop(struct kc_witnesses *w);
void kc_witnesses_close(struct kc_witnesses *w); /* accept NULL, as above */

#endif
