/* SPDX-License-Identifier: Apache-2.0 */
/* Tells a supervisor (sd_notify protocol) how we are. */
#ifndef KC_SYS_NOTIFY_H
#define KC_SYS_NOTIFY_H

/* Sends one message such as "READY=1"; does nothing without NOTIFY_SOCKET. */
void kc_notify(const char *message);

#endif
