/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the end of a year for tests: 2022, of the lists of ledgerkit. */
#ifndef KC_TEST_YEARKIT_H
#define KC_TEST_YEARKIT_H

#include "casekit.h"
#include "noun/yearend/yearend.h"

#define YEAREND "yearend=YE-2022-0001"
#define YEAREND_2 "yearend=YE-2022-0002"
#define CLOSERS "P09.a audit"
#define REOPENERS "gop gog office"

/* The city with its lists, and the year's end begun on 2023-01-04. */
void year_city(struct kit *k);
/* All completions are found, all self-checks filed, the reports of the fourth
 * quarter in. */
void year_completions(struct kit *k);
void year_selfchecks(struct kit *k);
void year_reports(struct kit *k);
/* Steps on to a state, from wherever it is before it; never past the close. */
void year_to(struct kit *k, enum kc_yearend_state to);
const struct kc_yearend *year_now(const struct kit *k);
/* "results=sha256:…" of the list as it follows now, in static storage. */
const char *year_list(const struct kit *k, bool graded);

#endif
