/* SPDX-License-Identifier: Apache-2.0 */
/* The clock against the time that has passed. */
#include "app/timekeep.h"

static bool
differs(int64_t a, int64_t b)
{
	int64_t d = a > b ? a - b : b - a;

	return d > KC_CLOCK_STEP_MS;
}

/* At a start nobody knows how long the daemon was down: only an instant that
 * lies too far beyond the last entry is doubted, and a hold that stands ends
 * if the clock is back. */
static bool
is_news_at_start(const struct kc_ledger_options *o, const struct kc_state *st,
    int64_t ahead_ms)
{
	bool far = ahead_ms > kc_hold_bound_ms(st);

	if (o->clock.believed)
		return kc_state_held(st);
	return far != kc_state_held(st);
}

void
kc_time_look(const struct kc_timekeeper *t, const struct kc_ledger_options *o,
    const struct kc_state *st, struct kc_time_look *out)
{
	int64_t last_ms = kc_state_received_ms(st);

	*out = (struct kc_time_look){0};
	if (o->clock.both_ms == NULL) {
		out->now_ms = out->believed_ms = kc_env_now_ms(o);
		return;
	}
	o->clock.both_ms(o->clock.ctx, &out->now_ms, &out->passed_ms);
	out->believed_ms =
	    t->known ? t->true_ms + (out->passed_ms - t->passed_ms) : last_ms;
	if (kc_hold_bound_ms(st) < 0) /* this ledger knows no steps */
		return;
	out->ahead_ms = out->now_ms - out->believed_ms;
	if (!t->known)
		out->step = is_news_at_start(o, st, out->ahead_ms);
	else
		/* In a hold, and when it was confirmed, what is written. */
		out->step = differs(out->ahead_ms, t->ahead_ms);
	/* The ledger's time goes on at what was believed, never back. */
	if (out->now_ms < out->believed_ms)
		out->believed_ms = out->now_ms;
	if (out->believed_ms < last_ms)
		out->believed_ms = last_ms;
}

void
kc_time_took(struct kc_timekeeper *t, const struct kc_time_look *look,
    const struct kc_state *st)
{
	bool held = kc_state_held(st);

	t->known = true;
	t->passed_ms = look->passed_ms;
	t->true_ms = held ? look->now_ms - look->ahead_ms : look->now_ms;
	t->ahead_ms = held ? look->ahead_ms : 0;
}
