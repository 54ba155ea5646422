/* SPDX-License-Identifier: Apache-2.0 */
/* Policies and calendars in force, and the years that are open. */
#include "year.h"

#include <assert.h>

/* --- asked by others --- */
const struct kc_policy *
kc_policy_now(const struct kc_state *st)
{
	if (st->policies.n == 0)
		return NULL;
	return st->policies.v[st->policies.n - 1].policy;
}

const struct kc_policy *
kc_cycle_policy(const struct kc_state *st, const struct kc_cycle *cycle)
{
	if (cycle == NULL || cycle->policy >= st->policies.n)
		return NULL;
	return st->policies.v[cycle->policy].policy;
}

#define LAW_OF_THE_YEAR                                                        \
	3 /* the rules epoch from which a year is judged by its own policy */

uint32_t
kc_law_of(const struct kc_state *st, int year)
{
	const struct kc_cycle *c = kc_cycle_of(st, year);

	if (st->epoch >= LAW_OF_THE_YEAR && c != NULL)
		return c->policy;
	return st->policies.n > 0 ? st->policies.n - 1 : 0;
}

const struct kc_policy *
kc_policy_of(const struct kc_state *st, int year)
{
	uint32_t law = kc_law_of(st, year);

	return law < st->policies.n ? st->policies.v[law].policy : NULL;
}

int
kc_handle_year(struct kc_slice handle)
{
	struct kc_slice prefix, year;
	uint64_t y;

	if (!kc_slice_cut(&handle, '-', &prefix) ||
	    !kc_slice_cut(&handle, '-', &year) ||
	    !kc_read_u64(year, KC_YEAR_MAX, &y))
		return 0;
	return (int)y;
}

enum kc_err
kc_want_policy(const struct kc_state *st, struct kc_refusal *why)
{
	if (st->policies.n == 0)
		return kc_refuse(why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	return KC_OK;
}

struct kc_cycle *
kc_cycle_of(const struct kc_state *st, int year)
{
	/* A ledger has a handful of years, the last one is asked for most. */
	for (uint32_t i = st->cycles.n; i > 0; i--)
		if (st->cycles.v[i - 1]->year == year)
			return st->cycles.v[i - 1];
	return NULL;
}

enum kc_err
kc_refuse_cycle(const struct kc_state *st, int year, struct kc_refusal *why)
{
	struct kc_buf open = {0};

	for (uint32_t i = 0; i < st->cycles.n; i++) {
		kc_buf_str(&open, i > 0 ? " " : "");
		kc_buf_i64(&open, st->cycles.v[i]->year);
	}
	(void)kc_refuse(why, KC_R_CYCLE, "", "", NULL, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)year);
	kc_refusal_arg(why, 1, kc_buf_view(&open));
	kc_buf_free(&open);
	return KC_EREFUSED;
}

uint32_t
kc_number_next(struct kc_state *st, int year, enum kc_series series)
{
	struct kc_cycle *c = kc_cycle_of(st, year);

	assert(c != NULL && (unsigned)series < KC_SERIES_COUNT);
	return st->taken == KC_TAKEN_SUPPOSED
	    ? KC_NUMBER_SUPPOSED + ++c->supposed[series]
	    : ++c->numbers[series];
}

const struct kc_adopted_calendar *
kc_calendar_of(const struct kc_state *st, int year)
{
	unsigned bit;

	if (year < KC_YEAR_MIN || year > KC_YEAR_MAX)
		return NULL;
	bit = (unsigned)(year - KC_YEAR_MIN);
	for (uint32_t i = st->calendars.n; i-- > 0;) {
		const struct kc_adopted_calendar *a = &st->calendars.v[i];

		if ((a->years[bit / 64] >> (bit % 64) & 1) != 0)
			return a;
	}
	return NULL;
}

const struct kc_hash *
kc_calendar_hash(const struct kc_state *st, int year)
{
	const struct kc_adopted_calendar *a = kc_calendar_of(st, year);

	return a != NULL ? &a->hash : NULL;
}

/* The bytes of a TEXT without its folds. */
static enum kc_err
plain_text(struct kc_buf *b, const struct kc_at *at, unsigned field)
{
	kc_buf_unfold(b, kc_entry_str(at->e, field));
	(void)kc_buf_cstr(b);
	return kc_buf_err(b);
}

static enum kc_err
refuse_same(struct kc_refusal *why, struct kc_slice name)
{
	(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, name);
	return KC_EREFUSED;
}

/* --- policy.adopt
 * -------------------------------------------------------------
 * Takes effect for what comes after it: a year, and from epoch 3 on what is of
 * it, keep the policy that it was opened with (kc_law_of); before, decisions
 * keep the one that they were made under (kc_case.policy).
 */
static enum kc_err
read_policy(const struct kc_state *st, const struct kc_at *at,
    struct kc_policy **out, struct kc_hash *hash, struct kc_refusal *why)
{
	struct kc_buf text = {0}, file = {0};
	enum kc_err err;

	err = plain_text(&text, at, KC_F_policy_adopt_text);
	if (err == KC_OK)
		err = plain_text(&file, at, KC_F_policy_adopt_file);
	if (err == KC_OK) {
		*hash = kc_sha256(text.p, text.n);
		err = kc_policy_parse(
		    out, kc_buf_view(&text), file.p, st->epoch, why);
	}
	kc_buf_free(&text);
	kc_buf_free(&file);
	return err;
}

enum kc_err
policy_adopt_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_slice name = kc_entry_str(at->e, KC_F_policy_adopt_policy);
	struct kc_policy *p = NULL;
	struct kc_hash hash;
	enum kc_err err = read_policy(st, at, &p, &hash, why);

	if (err != KC_OK)
		return err;
	if (!kc_slice_is(name, p->name))
		err = kc_refuse(why, KC_R_FIELD_VALUE, "policy",
		    "the name that the text gives", "全文中的名称", NULL);
	else if (st->policies.n > 0 &&
	    kc_hash_eq(&hash, &st->policies.v[st->policies.n - 1].hash))
		err = refuse_same(why, name);
	kc_free(p);
	return err;
}

enum kc_err
policy_adopt_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_adopted_policy p = {.seq = (uint32_t)at->stamp.seq};
	struct kc_refusal why;
	enum kc_err err = read_policy(st, at, &p.policy, &p.hash, &why);

	assert(err != KC_EREFUSED); /* the guard has read the same text */
	if (err != KC_OK)
		return err;
	if (!kc_vec_push(&st->policies, p)) {
		kc_free(p.policy);
		return KC_ENOMEM;
	}
	st->stale_days = p.policy->value[KC_P_SEEN_STALE_DAYS];
	return KC_OK;
}

/* --- calendar.adopt
 * -----------------------------------------------------------
 */
/* Lays the text over c. */
static enum kc_err
read_calendar(struct kc_calendar *c, const struct kc_at *at,
    struct kc_hash *hash, struct kc_refusal *why)
{
	struct kc_buf text = {0}, file = {0};
	enum kc_err err;

	err = plain_text(&text, at, KC_F_calendar_adopt_text);
	if (err == KC_OK)
		err = plain_text(&file, at, KC_F_calendar_adopt_file);
	if (err == KC_OK) {
		*hash = kc_sha256(text.p, text.n);
		err = kc_calendar_add(c, kc_buf_view(&text), file.p, why);
	}
	kc_buf_free(&text);
	kc_buf_free(&file);
	return err;
}

/* Is this the text that is in force for a year which it names? */
static bool
is_in_force(const struct kc_state *st, const struct kc_calendar *c,
    const struct kc_hash *hash)
{
	for (int year = KC_YEAR_MIN; year <= KC_YEAR_MAX; year++) {
		const struct kc_hash *h = kc_calendar_hash(st, year);

		if (kc_calendar_covers(c, year) && h != NULL &&
		    kc_hash_eq(h, hash))
			return true;
	}
	return false;
}

enum kc_err
calendar_adopt_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_slice file = kc_entry_str(at->e, KC_F_calendar_adopt_file);
	struct kc_calendar *c = NULL;
	struct kc_hash hash;
	enum kc_err err = kc_calendar_new(&c);

	if (err == KC_OK)
		err = read_calendar(c, at, &hash, why);
	if (err == KC_OK && is_in_force(st, c, &hash))
		err = refuse_same(why, file);
	kc_calendar_free(c);
	return err;
}

static void
note_years(struct kc_adopted_calendar *a, const struct kc_calendar *c)
{
	for (int year = KC_YEAR_MIN; year <= KC_YEAR_MAX; year++) {
		int bit = year - KC_YEAR_MIN;

		if (kc_calendar_covers(c, year))
			a->years[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
}

/* A notice speaks of its year and of a month on either side. */
static kc_day
first_said(const struct kc_calendar *c)
{
	int year = KC_YEAR_MIN;

	while (!kc_calendar_covers(c, year))
		year++;
	return kc_day_from_civil(year - 1, 12, 1);
}

/* Lays a text that is known to be a calendar over those in force. `file` is in
 * the arena; NULL: out of memory. */
static enum kc_err
adopt(struct kc_state *st, const struct kc_at *at, struct kc_slice text,
    const char *file)
{
	struct kc_adopted_calendar a = {.hash = kc_sha256(text.p, text.n),
	    .file = file,
	    .seq = (uint32_t)at->stamp.seq};
	struct kc_calendar *alone = NULL;
	struct kc_refusal why;
	enum kc_err err = file == NULL ? KC_ENOMEM : kc_calendar_new(&alone);

	if (err == KC_OK)
		err = kc_calendar_add(alone, text, file, &why);
	if (err == KC_OK)
		err = kc_calendar_add(st->calendar, text, file, &why);
	assert(err != KC_EREFUSED); /* the guard has read the same text */
	if (err == KC_OK) {
		note_years(&a, alone);
		err = kc_vec_push(&st->calendars, a)
		    ? kc_nouns_recalendar(st, first_said(alone))
		    : KC_ENOMEM;
	}
	kc_calendar_free(alone);
	return err;
}

enum kc_err
calendar_adopt_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_buf text = {0};
	enum kc_err err = plain_text(&text, at, KC_F_calendar_adopt_text);

	if (err == KC_OK)
		err = adopt(st, at, kc_buf_view(&text),
		    kc_arena_unfold(&st->arena,
			kc_entry_str(at->e, KC_F_calendar_adopt_file)));
	kc_buf_free(&text);
	return err;
}

/* --- calendar.fallback ------------------------------------------------------
 * A year that has begun without a notice: weekends alone are off, until a
 * notice comes. An expiry cites the text that this is the same as.
 */
enum kc_err
calendar_fallback_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_calendar_fallback_year, 0);

	if (kc_calendar_covers(st->calendar, year)) {
		(void)kc_refuse(why, KC_R_EXISTS, "calendar", "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, (uint64_t)year);
		return kc_refusal_zh(why, 0, "工作日历");
	}
	if (year <= KC_YEAR_MIN || year > kc_day_year(at->day)) {
		(void)kc_refuse(why, KC_R_DATE_ORDER, "",
		    "a year that has begun", NULL, NULL);
		kc_refusal_arg_u64(why, 0, (uint64_t)year);
		return kc_refusal_zh(why, 1, "已开始的年度");
	}
	return KC_OK;
}

enum kc_err
calendar_fallback_apply(struct kc_state *st, const struct kc_at *at)
{
	int year = (int)kc_entry_num(at->e, KC_F_calendar_fallback_year, 0);
	struct kc_buf text = {0};
	enum kc_err err;

	kc_buf_str(&text, "calendar: cn\nyear: ");
	kc_buf_u64(&text, (uint64_t)year);
	kc_buf_str(&text, "\nnotice: \"none\"\noff: []\nwork: []\n");
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = adopt(st, at, kc_buf_view(&text),
		    kc_arena_text(&st->arena, KC_LIT("calendar.fallback")));
	kc_buf_free(&text);
	return err;
}

/* --- cycle.open
 * ---------------------------------------------------------------
 */
enum kc_err
cycle_open_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_cycle_open_year, 0);
	enum kc_err err = kc_want_policy(st, why);

	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, year) != NULL) {
		(void)kc_refuse(why, KC_R_EXISTS, "year", "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, (uint64_t)year);
		return kc_refusal_zh(why, 0, "年度");
	}
	if (year < KC_YEAR_MIN || year > kc_day_year(at->day) + 1) {
		(void)kc_refuse(why, KC_R_DATE_ORDER, "",
		    "at most a year ahead", NULL, NULL);
		kc_refusal_arg_u64(why, 0, (uint64_t)year);
		return kc_refusal_zh(why, 1, "最迟为下一年");
	}
	if (!kc_calendar_covers(st->calendar, year)) {
		(void)kc_refuse(why, KC_R_NO_CALENDAR, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, (uint64_t)year);
		return KC_EREFUSED;
	}
	return KC_OK;
}

enum kc_err
cycle_open_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_cycle *c = kc_arena_alloc(&st->arena, sizeof(*c));

	if (c == NULL)
		return KC_ENOMEM;
	c->year = (int16_t)kc_entry_num(at->e, KC_F_cycle_open_year, 0);
	c->seq = (uint32_t)at->stamp.seq;
	c->policy = st->policies.n - 1;
	return kc_vec_push(&st->cycles, c) ? KC_OK : KC_ENOMEM;
}
