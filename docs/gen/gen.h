/* SPDX-License-Identifier: Apache-2.0 */
/* Pages made from the tables. */
#ifndef KC_GEN_H
#define KC_GEN_H

#include <kaocheng/kind.h>

/* Who signs, in words. */
void gen_signers(const struct kc_signers *s, bool zh);
int gen_rules(const char *path); /* docs/RULES.md, its tables made anew */
int gen_states(void);            /* docs/STATES.md */

#endif
