/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses of the network a channel may connect to. */
#ifndef KC_REMIND_REACH_H
#define KC_REMIND_REACH_H

#include <stdbool.h>
#include <sys/socket.h>

#include "sys/remind.h"

/* The address that is about to be connected to: what a name resolved to is
 * looked at here and nowhere before, so that it cannot change in between. */
bool kc_reach_ok(const struct sockaddr *to, enum kc_remind_reach reach);

#endif
