/* SPDX-License-Identifier: Apache-2.0 */
/* The table of channels, and the table of waits. */
#include "remind/channel.h"

#include <assert.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct kc_channel channels[] = {
#define CHANNEL(sym, address, per_minute, third)                               \
	[KC_CHANNEL_##sym] = {address, per_minute, third},
#include "channels.def"
#undef CHANNEL
};
_Static_assert(COUNT(channels) == KC_CHANNEL_COUNT, "every channel");

const struct kc_channel *
kc_channel_get(unsigned channel)
{
	assert(channel < KC_CHANNEL_COUNT);
	return &channels[channel];
}

const char *
kc_delivery_text(enum kc_delivery o)
{
	static const char *const words[] = {
#define X(sym, word, en) word,
	    KC_DELIVERIES(X)
#undef X
	};

	assert(o < KC_DELIVERIES_N);
	return words[o];
}

int64_t
kc_retry_in_s(unsigned tries, int64_t age_s, uint32_t spread)
{
	static const int64_t first_s[] = {60, 300, 1800};
	const int64_t then_s = 3600, more_s = 900;
	int64_t wait_s;

	assert(tries >= 1);
	if (age_s >= KC_RETRY_FOR_S)
		return -1;
	if (tries <= COUNT(first_s))
		return first_s[tries - 1];
	/* Knuth's multiplier: neighbours in `tries` are far apart. */
	wait_s = then_s + (spread ^ tries * 2654435761U) % (more_s + 1);
	return age_s + wait_s > KC_RETRY_FOR_S ? -1 : wait_s;
}
