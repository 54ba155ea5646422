/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit files within so many working days. */
#include "filing.h"

#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

static const struct kc_limit *
limit_of(const struct kc_filing_of *of)
{
	return &kc_machine_get(of->machine)->limits[of->limit];
}

static kc_day
last_day(const struct kc_state *st, const struct kc_filing_of *of,
    const struct kc_filing *f, uint32_t object, bool *provisional)
{
	const struct kc_policy *p = st->policies.v[f->policy].policy;
	int n = (int)p->value[limit_of(of)->key];
	kc_day day =
	    kc_calendar_add_workdays(st->calendar, f->from, n, provisional);

	return kc_last_day(st, of->machine, of->limit, object, day);
}

static enum kc_err
queue(struct kc_state *st, const struct kc_filing_of *of, struct kc_filing *f,
    uint32_t object)
{
	struct kc_due d = {
	    .kind = of->clerk,
	    .object = object,
	    .version = ++f->version,
	};

	kc_open_touch(st, of->noun, object);
	if (f->provisional)
		return KC_OK;
	d.due_ms = kc_day_end_ms(f->due);
	return kc_due_push(st, &d);
}

enum kc_err
kc_filing_begin(struct kc_state *st, const struct kc_filing_of *of,
    struct kc_filing *f, const struct kc_filed *what, const struct kc_at *at,
    kc_day from)
{
	const struct kc_policy *p = kc_policy_of(st, what->year);

	if (p == NULL || p->value[limit_of(of)->key] == 0)
		return KC_OK;
	f->from = from;
	f->policy = kc_law_of(st, what->year);
	f->overdue = false;
	f->end = KC_DEADLINE_OPEN;
	f->changed_ms = at->stamp.received_ms;
	f->provisional = false;
	f->due = last_day(st, of, f, what->object, &f->provisional);
	return queue(st, of, f, what->object);
}

void
kc_filing_end(struct kc_state *st, const struct kc_filing_of *of,
    struct kc_filing *f, uint32_t object, const struct kc_at *at,
    enum kc_deadline_end end)
{
	if (f->due == KC_DAY_NONE || f->end != KC_DEADLINE_OPEN)
		return;
	f->end = end;
	f->version++;
	f->changed_ms = at->stamp.received_ms;
	kc_open_touch(st, of->noun, object);
}

bool
kc_filing_runs(const struct kc_filing *f)
{
	return f->due != KC_DAY_NONE && f->end == KC_DEADLINE_OPEN;
}

bool
kc_filing_is_live(const struct kc_filing *f, const struct kc_due *d)
{
	return kc_filing_runs(f) && f->version == d->version && !f->overdue &&
	    !f->provisional;
}

enum kc_err
kc_filing_recalendar(struct kc_state *st, const struct kc_filing_of *of,
    struct kc_filing *f, uint32_t object)
{
	bool provisional = false;
	kc_day day;

	if (!kc_filing_runs(f) || f->overdue)
		return KC_OK;
	day = last_day(st, of, f, object, &provisional);
	return kc_due_take(&f->due, &f->provisional, day, provisional)
	    ? queue(st, of, f, object)
	    : KC_OK;
}

enum kc_err
kc_want_filing_due(const struct kc_state *st, const struct kc_at *at,
    const struct kc_filing *f, uint32_t object, unsigned field,
    struct kc_refusal *why)
{
	enum kc_err err = kc_want_due(st, at, object, why);

	return err == KC_OK ? kc_want_same_day(at, field, f->due, why) : err;
}

bool
kc_filing_deadline(const struct kc_state *st, const struct kc_filing_of *of,
    const struct kc_filing *f, uint32_t object, struct kc_deadline d,
    struct kc_deadlines *to)
{
	if (f->due == KC_DAY_NONE)
		return true;
	d.concerned = KC_NONE;
	d.limit = limit_of(of);
	d.day = (struct kc_last_day){f->due, f->provisional};
	d.since = f->from;
	d.version = f->version;
	d.changed_ms = f->changed_ms;
	d.end = f->end;
	d.object = object;
	d.late = f->overdue;
	return kc_deadline_add(st, to, &d);
}

void
kc_digest_filing(struct kc_digest *d, const struct kc_filing *f)
{
	if (f->due == KC_DAY_NONE)
		return;
	kc_digest_num(d, f->from);
	kc_digest_num(d, f->due);
	kc_digest_num(d, f->provisional);
	kc_digest_num(d, f->overdue);
	kc_digest_num(d, f->version);
	kc_digest_num(d, f->policy);
	kc_digest_num(d, f->end);
}
