/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a reform for tests of the rules: by P09.a and both General Offices
 * of the small city. */
#ifndef KC_TEST_REFORMKIT_H
#define KC_TEST_REFORMKIT_H

#include "disputekit.h"
#include "noun/reform/reform.h"

#define REFORMERS "P09.a gop gog"
#define PAPER "document=通办发〔2022〕9号", "reason=机构改革"

/* Today. */
void reform_merge(struct kit *k, const char *unit, const char *successor);
/* The unit, the target, the list of 2022 of a unit. */
struct kc_unit *reform_unit(const struct kit *k, const char *code);
struct kc_target *reform_target(const struct kit *k, const char *code);
struct kc_list *reform_list(const struct kit *k, const char *unit);
/* Points of a class in the list of a unit. */
int64_t reform_points(const struct kit *k, const char *unit, unsigned class);

#endif
