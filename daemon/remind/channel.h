/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon must know of the channels: where their addresses stand,
 * their pace, what may be said there, and when to try again. How each one sends
 * is the sender's alone (sender.h).
 */
#ifndef KC_REMIND_CHANNEL_H
#define KC_REMIND_CHANNEL_H

#include <kaocheng/kind.h>

/* By KC_CHANNEL_SMTP, ... of words.def. */
struct kc_channel {
	const char *address; /* member of "to" that says where */
	unsigned per_minute; /* messages that its operator takes; 0: any */
	bool third_party;    /* sees neither names nor scores */
};

const struct kc_channel *kc_channel_get(unsigned channel);

/* What became of one try. X(symbol, word, what it means) */
#define KC_DELIVERIES(X)                                                       \
	X(SENT, "sent", "the other side has taken it")                         \
	X(DEFERRED, "deferred", "may succeed later: try again")                \
	X(FAILED, "failed", "never will: stop")
enum kc_delivery {
#define X(sym, word, en) KC_DELIVERY_##sym,
	KC_DELIVERIES(X)
#undef X
	KC_DELIVERIES_N
};
const char *kc_delivery_text(enum kc_delivery o);

#define KC_RETRY_FOR_S 432000 /* after five days a notice helps nobody */
/*
 * Seconds to wait after a deferred try: 1, 5 and 30 minutes, then an hour and
 * up to a quarter of one more, so that what failed together does not come
 * back together. `tries` is how many were made (at least 1), `age_s` how long
 * ago the message was made, `spread` any number of the message's own (a part
 * of its id): the same arguments give the same answer. -1: over, give up.
 */
int64_t kc_retry_in_s(unsigned tries, int64_t age_s, uint32_t spread);

#endif
