/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's end of the line to its signer (wire.h): a process of its own
 * that holds the keys and the anchor. It is started before anything else, and
 * started again, once, when it does not answer or not in time; it knows from
 * the anchor what it has signed. One caller at a time.
 */
#ifndef KC_SIGNER_LINK_H
#define KC_SIGNER_LINK_H

#include "signer/signing.h"

struct kc_signer_link; /* opaque */

/* Starts it and has it read its keys. `program` NULL: kaocheng-signer beside
 * this program. It is given wait_s for each answer, then it is killed. What is
 * wrong with the keys it has logged itself. KC_EIO: it cannot be started;
 * otherwise its own error. Borrows nothing. */
enum kc_err
kc_signer_link_open(struct kc_signer_link **out, const char *program,
    const char *log_key, const char *clerk_key, unsigned wait_s);
/* The clerk's public key, and those of the log that it has. */
void kc_signer_link_public(const struct kc_signer_link *l,
    struct kc_vkey *clerk, struct kc_log_keys *log);
/* Has it open the anchor, or with `make` make one where there is none. As
 * kc_anchor_open. */
enum kc_err
kc_signer_link_anchor(struct kc_signer_link *l, const char *path, bool make);
/* l is borrowed. */
struct kc_signing kc_signer_link_signing(struct kc_signer_link *l);
/* Ends it, and waits for that: the anchor is free then. Accepts NULL. */
void kc_signer_link_close(struct kc_signer_link *l);

#endif
