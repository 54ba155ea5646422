/* SPDX-License-Identifier: Apache-2.0 */
/* When reminders go: stages in working days, quiet hours, gathered events. */
#include "plan_int.h"

#define MINUTE_MS INT64_C(60000)

void
kc_workdays_init(
    struct kc_workdays *w, const struct kc_calendar *c, kc_day today)
{
	w->calendar = c;
	w->from = today - KC_PLAN_BEFORE;
	w->n = 0;
	for (int i = 0; i < KC_PLAN_DAYS; i++) {
		if (kc_calendar_is_workday(c, w->from + i))
			w->day[++w->n - 1] = w->from + i;
		w->nth[i] = w->n;
	}
}

/* The same where the table does not reach, day by day. */
static kc_day
walk(const struct kc_calendar *c, kc_day last, int stage)
{
	while (!kc_calendar_is_workday(c, last))
		last--;
	for (; stage > 0; stage--)
		do
			last++;
		while (!kc_calendar_is_workday(c, last));
	for (; stage < 0; stage++)
		do
			last--;
		while (!kc_calendar_is_workday(c, last));
	return last;
}

kc_day
kc_workdays_stage(const struct kc_workdays *w, kc_day last, int stage)
{
	int n;

	if (last < w->from || last >= w->from + KC_PLAN_DAYS)
		return walk(w->calendar, last, stage);
	n = w->nth[last - w->from] + stage;
	return n < 1 || n > w->n ? walk(w->calendar, last, stage)
				 : w->day[n - 1];
}

static int64_t
local_ms(kc_day d, int64_t minute)
{
	return kc_day_start_ms(d, KC_LOCAL_OFFSET_S) + minute * MINUTE_MS;
}

int64_t
kc_quiet_end_ms(const struct kc_policy *p, int64_t ms)
{
	int64_t from = p->value[KC_P_REMIND_QUIET] / 10000;
	int64_t to = p->value[KC_P_REMIND_QUIET] % 10000;
	kc_day day = kc_day_of_instant(ms, KC_LOCAL_OFFSET_S);
	int64_t minute = (ms - local_ms(day, 0)) / MINUTE_MS;

	if (from < to)
		return minute >= from && minute < to ? local_ms(day, to) : ms;
	if (from > to && minute >= from)
		return local_ms(day + 1, to);
	return from > to && minute < to ? local_ms(day, to) : ms;
}

int64_t
kc_digest_ms(const struct kc_policy *p, kc_day d)
{
	return kc_quiet_end_ms(p, local_ms(d, p->value[KC_P_REMIND_DIGEST_AT]));
}

int64_t
kc_gather_ms(const struct kc_policy *p, int64_t received_ms)
{
	int64_t part = p->value[KC_P_REMIND_GATHER] * MINUTE_MS;

	if (part > 0)
		received_ms = (received_ms / part + 1) * part;
	return kc_quiet_end_ms(p, received_ms);
}
