/* SPDX-License-Identifier: Apache-2.0 */
/* What a test and the clocks that it preloads share: a file of this. */
#ifndef KC_TEST_TIMESHIM_H
#define KC_TEST_TIMESHIM_H

#include <stdatomic.h>
#include <stdint.h>

struct kc_times {
	_Atomic int64_t real_ms; /* added to CLOCK_REALTIME */
	_Atomic int64_t boot_ms; /* added to CLOCK_BOOTTIME: time that passed */
	atomic_int set;          /* somebody set the clock: the next read of the
				  * timer says so */
};

#endif
