/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators and what was reported of them. */
#ifndef KC_INDICATOR_H
#define KC_INDICATOR_H

#include "engine/state_int.h"

struct kc_report { /* an indicator in one quarter, latest correction */
	int32_t quarter;
	int32_t rank, last_rank, agreed_rank; /* 0 unknown */
	int64_t value_e4, last_value_e4;
	bool has_last_value;
	uint32_t seq; /* entry that gave the present figures */
};
KC_VEC(kc_reports, struct kc_report);

struct kc_indicator {
	char code[KC_CODE_MAX + 1];
	uint32_t unit;
	uint8_t direction;
	const char *name, *measure;
	struct kc_reports reports;
	uint32_t seq;
};

/* What was reported of a quarter; NULL. */
struct kc_report *kc_report_of(const struct kc_indicator *x, int64_t quarter);

/* Is it the unit's, or is a target of the unit measured by it? Of a unit that
 * was divided one that measures targets of both is one's and serves the other.
 */
bool kc_indicator_measures(
    const struct kc_state *st, uint32_t indicator, uint32_t unit);

#define KC_NS_INDICATOR KC_NS(indicator, 0)

#endif
