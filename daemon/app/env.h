/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the ledger share and none of them changes: the options
 * it was opened with, and through them time and the log.
 */
#ifndef KC_APP_ENV_H
#define KC_APP_ENV_H

#include "app/ledger.h"

/* Levels of log lines: syslog's. */
#define KC_LEVEL_ERR 3
#define KC_LEVEL_WARNING 4
#define KC_LEVEL_INFO 6

/* Microseconds that only ever grow, from any start. */
int64_t kc_env_mono_us(void);
/* UTC by the ledger's clock, milliseconds since 1970. */
int64_t kc_env_now_ms(const struct kc_ledger_options *o);
/* One log line; detail (may be NULL or "") is quoted and escaped. */
void kc_env_say(const struct kc_ledger_options *o, int level, const char *event,
    const char *detail);

#endif
