/* SPDX-License-Identifier: Apache-2.0 */
/* What others may ask of the state: its head. */
#include "noun.h"

uint64_t
kc_state_size(const struct kc_state *st)
{
	return st->size;
}

unsigned
kc_state_epoch(const struct kc_state *st)
{
	return st->epoch;
}

int64_t
kc_state_received_ms(const struct kc_state *st)
{
	return st->received_ms;
}

struct kc_slice
kc_state_origin(const struct kc_state *st)
{
	return kc_slice_str(st->origin);
}

const struct kc_vkey *
kc_state_log_key(const struct kc_state *st)
{
	return &st->log_key;
}

struct kc_slice
kc_state_last_handle(const struct kc_state *st)
{
	return kc_slice_str(st->last_handle);
}
