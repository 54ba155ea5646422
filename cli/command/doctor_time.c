/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: the clock, holds, calendars, the epoch of the rules. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>

#include <jansson.h>

#include <kaocheng/civil.h>
#include <kaocheng/hold.h>

#define DAY_MS (INT64_C(86400) * 1000)
#define FIRST_YEAR 2020 /* the daemon takes nothing before and after */
#define LAST_YEAR 2199
#define NOTICE_MONTH 11 /* the State Council's notice of the next year */

static kc_day
today(const struct kc_doctor *d)
{
	return kc_day_of_instant(d->now_ms, KC_LOCAL_OFFSET_S);
}

/* Does the kernel say that nothing keeps its clock in step? */
static bool
is_free_running(void)
{
	struct timex t = {.modes = 0};

	return adjtimex(&t) == TIME_ERROR;
}

void
kc_doctor_clock(struct kc_doctor *d)
{
	int64_t last = kc_state_received_ms(d->local.state);
	int64_t ahead = d->now_ms - last;
	int64_t bound = kc_hold_bound_ms(d->local.state);
	int year = kc_day_year(today(d));
	size_t before[KC_GRADES];

	memcpy(before, d->of, sizeof(before));
	if (year < FIRST_YEAR || year > LAST_YEAR)
		kc_doctor_say(d, KC_GRADE_WRONG, _("set the clock"),
		    _("the clock shows the year %d; nothing is taken"), year);
	else if (d->local.log.size > 0 && ahead < 0)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("set the clock; if the last entry's time is wrong, wait"),
		    _("the clock is %lld seconds behind the last entry; "
		      "nothing is taken until it has caught up"),
		    (long long)(-ahead / 1000));
	else if (bound >= 0 && ahead > bound)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("is the clock right? then two persons sign: kaocheng "
		      "clock confirm"),
		    _("the last entry is %lld days old; a start now holds "
		      "until the time is confirmed"),
		    (long long)(ahead / DAY_MS));
	if (d->own_now && is_free_running())
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("run chrony or systemd-timesyncd"), "%s",
		    _("nothing keeps the system's clock in step (NTP)"));
	if (kc_doctor_quiet(d, before))
		kc_doctor_say(d, KC_GRADE_OK, NULL, "%s",
		    _("not before the last entry, and not too far after it"));
}

void
kc_doctor_holds(struct kc_doctor *d)
{
	size_t before[KC_GRADES];
	char mark[KC_PATH_SIZE];

	memcpy(before, d->of, sizeof(before));
	if (kc_state_held(d->local.state))
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("put the clock right, or two persons sign: kaocheng "
		      "clock confirm"),
		    "%s",
		    _("the clock has leapt; nothing is due or taken until that "
		      "is settled"));
	if (kc_state_restored(d->local.state))
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("two administrators sign: kaocheng restore accept"), "%s",
		    _("the ledger was put back; nothing is due or taken until "
		      "that is accepted"));
	if (kc_path_join(mark, d->ledger, "restored") == KC_OK &&
	    kc_file_exists(mark))
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("start the daemon; it writes ledger.restored first"),
		    _("%s: the ledger was put back and has not said so yet"),
		    mark);
	if (kc_doctor_quiet(d, before))
		kc_doctor_say(d, KC_GRADE_OK, NULL, "%s", _("nothing is held"));
}

/* --- calendars and rules --- */
static json_t *
ask(struct kc_doctor *d, const char *name, struct kc_slice id)
{
	struct kc_view_source src = {
	    .state = d->local.state, .log = &d->local.log, .now_ms = d->now_ms};
	struct kc_view_args args = {.id = id, .lang = d->cli.lang};
	struct kc_buf out = {0};
	struct kc_refusal why = {0};
	json_t *doc = NULL;

	if (kc_view_render(kc_view_find(kc_slice_str(name)), &src, &args, &out,
		&why) == KC_OK)
		doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	kc_buf_free(&out);
	return doc;
}

static bool
is_adopted(struct kc_doctor *d, int year)
{
	char id[16];
	json_t *doc;
	bool adopted;

	snprintf(id, sizeof(id), "%d", year);
	doc = ask(d, "calendar", kc_slice_str(id));
	adopted = json_is_true(json_object_get(doc, "adopted"));
	json_decref(doc);
	return adopted;
}

void
kc_doctor_calendar(struct kc_doctor *d)
{
	int year, month, day;
	bool this, next;

	kc_day_to_civil(today(d), &year, &month, &day);
	this = is_adopted(d, year);
	next = is_adopted(d, year + 1);
	if (!this)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("kaocheng calendar import FILE --as ACTOR"),
		    _("the calendar of %d is not adopted: its holidays count "
		      "as working days"),
		    year);
	if (!next && month >= NOTICE_MONTH)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("kaocheng calendar import FILE --as ACTOR, once the "
		      "notice is out"),
		    _("the calendar of %d is not adopted: last days at the "
		      "turn of the year are provisional"),
		    year + 1);
	else if (this)
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("the calendar of %d is adopted"), year);
}

void
kc_doctor_rules(struct kc_doctor *d)
{
	json_t *doc = ask(d, "policy", (struct kc_slice){0});
	const char *name = json_string_value(json_object_get(doc, "policy"));
	unsigned epoch = kc_state_epoch(d->local.state);

	if (name == NULL)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("kaocheng policy adopt NAME --file NAME.yaml "
		      "--text @FILE --as ACTOR --as ACTOR"),
		    "%s", _("no policy is adopted"));
	else if (epoch == 1)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    "kaocheng rules adopt " KC_EPOCH_TEXT
		    " --as ADMIN --as ADMIN",
		    _("policy %s; the ledger is of rules epoch 1, which knows "
		      "no holds and no disputes"),
		    name);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("policy %s, rules epoch %u"), name, epoch);
	json_decref(doc);
}
