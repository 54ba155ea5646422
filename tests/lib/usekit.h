/* SPDX-License-Identifier: Apache-2.0 */
/* Years that are closed one after another, for tests of what is drawn from
 * them: of G16 and G17, with the lists of casekit. */
#ifndef KC_TEST_USEKIT_H
#define KC_TEST_USEKIT_H

#include "casekit.h"
#include "noun/use/use.h"
#include "noun/yearend/yearend.h"

/* Calendars from 2022 to 2026; half of a group is of the first grade. */
void use_city(struct kit *k);
/* Lists of both units, and the year to its close, with the completion of all
 * targets of each ("9000"). */
void use_year(struct kit *k, int year, const char *g16, const char *g17);
/* The same of a year whose lists are issued. */
void use_close(struct kit *k, int year, const char *g16, const char *g17);

#endif
