/* SPDX-License-Identifier: Apache-2.0 */
/* Test Anything Protocol for programs that are one long story each. */
#ifndef KC_TEST_TAP_H
#define KC_TEST_TAP_H

#include <stdbool.h>

/* One result; the text names the behaviour. Returns good. */
bool
tap_ok(bool good, const char *what, ...) __attribute__((format(printf, 2, 3)));
void tap_skip(const char *what, const char *why);
void tap_note(const char *text, ...) __attribute__((format(printf, 1, 2)));
/* The plan; what main returns. */
int tap_done(void);
/* A number from the environment, or the default. */
unsigned tap_number(const char *name, unsigned def);

#endif
