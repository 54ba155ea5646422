/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small city's ledger (ledgerkit.h) as one fixture of a test program:
 * cmocka makes it before each test, up to a stage, and ends it after.
 */
#ifndef KC_TEST_STATEKIT_H
#define KC_TEST_STATEKIT_H

#include "ledgerkit.h"

#define ADMINS "root.a root.b"
#define REFUSED(code, kind, by, ...)                                           \
	kit_refused(&k, KC_R_##code, KC_K_##kind, by, __VA_ARGS__)
#define DO(kind, by, ...) kit_do(&k, KC_K_##kind, by, __VA_ARGS__)

/* The ledger of the test that runs. */
extern struct kit k;

/* Set-ups: the ledger at a stage; and the tear-down of each. */
int at_empty(void **state);
int at_city(void **state);
int at_rules(void **state);
int at_lists(void **state);
int done(void **state);

#endif
