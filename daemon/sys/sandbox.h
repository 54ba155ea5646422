/* SPDX-License-Identifier: Apache-2.0 */
/* What the process gives up before it reads a key. */
#ifndef KC_SYS_SANDBOX_H
#define KC_SYS_SANDBOX_H

#include <kaocheng/err.h>

/* No new privileges, no core file, not traceable, umask 077, descriptors up
 * to the hard limit. KC_EIO with errno. */
enum kc_err kc_sandbox_enter(void);
/* Descriptors that this process may have open. */
unsigned kc_sandbox_descriptors(void);

#endif
