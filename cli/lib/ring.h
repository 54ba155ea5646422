/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that their owner has unlocked for a while: in the kernel's keyring of
 * his session, from where it takes them back when the time is over. They are
 * in no file and in no process, and end with the session.
 */
#ifndef KC_CLI_RING_H
#define KC_CLI_RING_H

#include <kaocheng/sign.h>

#define KC_RING_S_MAX 43200u /* half a day */

/* Keeps a key for so many seconds, 1 to KC_RING_S_MAX, instead of what was
 * kept of it. KC_EUNAVAILABLE: the kernel does not let us, errno says why. */
enum kc_err kc_ring_put(const struct kc_skey *key, unsigned seconds);
/* The key may lie in *out. KC_ENOTFOUND: it is not there, not any more, or
 * nothing can be kept here. */
enum kc_err kc_ring_get(const struct kc_vkey *key, struct kc_skey *out);
/* Takes back the keys of an actor, or all (NULL); *n is how many. As
 * kc_ring_put. */
enum kc_err kc_ring_drop(const char *actor, unsigned *n);

#endif
