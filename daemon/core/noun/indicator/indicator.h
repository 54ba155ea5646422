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

#define KC_NS_INDICATOR KC_NS(indicator, 0)

#endif
