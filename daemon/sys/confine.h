/* SPDX-License-Identifier: Apache-2.0 */
/* Which files the daemon and what it starts may open. */
#ifndef KC_SYS_CONFINE_H
#define KC_SYS_CONFINE_H

#include "sys/config.h"

/* From now on this thread, and every thread and process that it starts, opens
 * nothing but what the configuration names and what the system's libraries and
 * our own programs are: Landlock. It writes only to the ledger, the anchors,
 * persons, evidence, drafts, the directory of the socket, and where messages
 * are put as files. A directory that is not there yet is made by the daemon in
 * the one above it, so that one is open to it. KC_ENOTFOUND: the kernel or the
 * container has no Landlock; KC_EINVAL: a path is too long; KC_EIO with
 * errno. */
enum kc_err kc_confine(const struct kc_config *c);

#endif
