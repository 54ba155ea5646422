/* SPDX-License-Identifier: Apache-2.0 */
/* Adjustments of targets for tests of the rules. */
#include "adjustkit.h"

void
adjust_two(struct kit *k)
{
	static const char *const of[][2] = {
	    {"unit=G16", "target=G16-K1"}, {"unit=G17", "target=G17-K1"}};

	for (unsigned i = 0; i < 2; i++) {
		kit_do(k, KC_K_adjust_order, "leader", of[i][0], "year=2022",
		    "reason=x");
		kit_do(k, KC_K_target_adjust, "P09.a", of[i][1],
		    "cause=policy-change", "title=x", "reason=x");
	}
}
