/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from the ledger and need not be typed: the hash of the list of
 * results, and the year's end of a year. */
#ifndef KC_CLI_RESULTS_H
#define KC_CLI_RESULTS_H

#include "writing.h"

/* Is it the field that kc_results_fill fills? */
bool kc_results_is(const struct kc_field *f);
/* Of a statement that is signed over the list of results: asks the daemon for
 * its hash, unless it was given, and says what the list comes to. */
int kc_results_fill(struct kc_writing *w);
/* "2022" where a year's end is named is the newest of that year: appends its
 * handle, and nothing if it is no year. Says so where there is no such year, or
 * it has not begun to end; returns the exit code. */
int
kc_results_of_year(struct kc_authors *a, const char *typed, struct kc_buf *out);

#endif
