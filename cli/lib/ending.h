/* SPDX-License-Identifier: Apache-2.0 */
/* What goes on until it is told to end: SIGINT or SIGTERM. */
#ifndef KC_CLI_ENDING_H
#define KC_CLI_ENDING_H

#include <stdbool.h>

/* From here on a signal is noted, and cuts a sleep short. */
void kc_ending_catch(void);
bool kc_ending_told(void);

#endif
