/* SPDX-License-Identifier: Apache-2.0 */
/* Points that move between targets of one unit, year and class: what the class
 * comes to stays (R14). */
#include "plan.h"

bool
kc_target_renew(const struct kc_at *at, struct kc_target *t)
{
	const struct kc_target_version was = {.seq = (uint32_t)at->stamp.seq,
	    .weight_e4 = t->weight_e4,
	    .title = t->title,
	    .standard = t->standard};

	return kc_vec_push(&t->versions, was);
}
