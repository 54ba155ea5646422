/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold before a unit is merged, divided or abolished. */
#include "reform.h"

#include "engine/noun.h"
#include "noun/adjust/adjust.h"
#include "noun/panel/panel.h"
#include "noun/target/plan.h"
#include "noun/yearend/yearend.h"

/* --- lists -------------------------------------------------------------------
 */
static enum kc_err
want_list(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    int year, struct kc_refusal *why)
{
	const struct kc_list *l = kc_list_of(st, unit, year);
	enum kc_err err = KC_OK;

	if (l == NULL || !kc_list_plans(st, l))
		return KC_OK;
	if (l->issued_seq == KC_NONE)
		return kc_refuse_state(at, st->units.v[unit]->code,
		    kc_state_name(KC_M_list, KC_LS_DRAWN_UP, KC_LANG_EN),
		    kc_state_name(KC_M_list, KC_LS_DRAWN_UP, KC_LANG_ZH), why);
	for (uint32_t i = 0; err == KC_OK && i < l->targets.n; i++) {
		const struct kc_target *t = st->targets.v[l->targets.v[i]];

		if (t->adjust != KC_NONE &&
		    st->adjusts.v[t->adjust]->shares.n > 0)
			err = kc_want_unadjusted(st, t, why);
	}
	return err;
}

/* And what may be done instead. */
static enum kc_err
refuse_judged(const struct kc_at *at, const char *thing, enum kc_machine_id m,
    unsigned state, int year, struct kc_refusal *why)
{
	char en[48], zh[48];

	(void)kc_refuse_state(at, thing, kc_state_name(m, state, KC_LANG_EN),
	    kc_state_name(m, state, KC_LANG_ZH), why);
	(void)snprintf(en, sizeof(en), "the same with a day of %d", year + 1);
	(void)snprintf(zh, sizeof(zh), "改用 %d 年的日期", year + 1);
	kc_refusal_arg(why, 3, kc_slice_str(en));
	return kc_refusal_zh(why, 3, zh);
}

/* Whose results are drawn up already, or who are voted on, are judged as they
 * were. */
static enum kc_err
want_running(const struct kc_state *st, const struct kc_at *at, int year,
    struct kc_refusal *why)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);
	const struct kc_panel *p = kc_panel_of(st, year);
	char name[16];

	if (y != NULL)
		return refuse_judged(
		    at, y->handle, KC_M_yearend, y->state, year, why);
	if (p == NULL)
		return KC_OK;
	(void)snprintf(name, sizeof(name), "%d", year);
	return refuse_judged(at, name, KC_M_panel, p->state, year, why);
}

enum kc_err
kc_want_settled(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->cycles.n; i++) {
		int year = st->cycles.v[i]->year;

		if (year < p->year)
			continue;
		err = want_running(st, at, year, why);
		if (err == KC_OK)
			err = want_list(st, at, p->from, year, why);
		if (err == KC_OK)
			err = want_list(st, at, p->into, year, why);
	}
	return err;
}

/* --- what is open ------------------------------------------------------------
 */
/* What it is, in words by language, and until when (KC_DAY_NONE: no day). */
static enum kc_err
refuse_open(const struct kc_state *st, uint32_t unit, const char *thing,
    const char *const words[2], kc_day due, struct kc_refusal *why)
{
	struct kc_buf says[2] = {{0}, {0}};

	for (int lang = 0; lang < 2; lang++) {
		bool zh = lang == KC_LANG_ZH;

		kc_buf_str(&says[lang], thing);
		kc_buf_str(&says[lang], zh ? "（" : " (");
		kc_buf_str(&says[lang], words[lang]);
		if (due != KC_DAY_NONE) {
			kc_buf_str(&says[lang], zh ? "，至 " : ", until ");
			kc_buf_day(&says[lang], due);
		}
		kc_buf_str(&says[lang], zh ? "）" : ")");
	}
	(void)kc_refuse(why, KC_R_UNIT_OPEN, st->units.v[unit]->code,
	    kc_buf_cstr(&says[KC_LANG_EN]), NULL, NULL);
	(void)kc_refusal_zh(why, 1, kc_buf_cstr(&says[KC_LANG_ZH]));
	kc_buf_free(&says[KC_LANG_EN]);
	kc_buf_free(&says[KC_LANG_ZH]);
	return KC_EREFUSED;
}

/* Is the last day of something of the unit, or that it has to do? */
static bool
is_of(const struct kc_state *st, const struct kc_deadline *d, uint32_t unit)
{
	uint32_t owner =
	    d->target == KC_NONE ? d->owner : st->targets.v[d->target]->unit;

	return owner == unit || d->unit == unit || d->concerned == unit;
}

/* Before a year; 0: in any. Of several the latest is named: what is over by
 * then nobody can do any more. */
static enum kc_err
want_no_last_day(const struct kc_state *st, uint32_t unit, int before,
    struct kc_refusal *why)
{
	struct kc_deadlines all = {.rights = true};
	enum kc_err err = kc_deadlines_scan(st, &all) ? KC_OK : KC_ENOMEM;
	const struct kc_deadline *last = NULL;

	for (uint32_t i = 0; err == KC_OK && i < all.n; i++) {
		const struct kc_deadline *d = &all.v[i];
		int year = d->target == KC_NONE
		    ? d->year
		    : st->targets.v[d->target]->year;

		if ((before == 0 || year < before) && is_of(st, d, unit) &&
		    (last == NULL || d->day.due > last->day.due))
			last = d;
	}
	if (last != NULL) {
		const char *const words[] = {[KC_LANG_EN] = last->limit->en,
		    [KC_LANG_ZH] = last->limit->zh};

		err =
		    refuse_open(st, unit, last->id, words, last->day.due, why);
	}
	kc_vec_free(&all);
	return err;
}

enum kc_err
kc_want_past_closed(const struct kc_state *st, const struct kc_reform_plan *p,
    struct kc_refusal *why)
{
	return want_no_last_day(st, p->from, p->year, why);
}

/* Of a year that has begun to end no self-check of it is left to be filed:
 * nobody could, and the year would never close. */
static enum kc_err
want_checked(const struct kc_state *st, uint32_t unit, struct kc_refusal *why)
{
	for (uint32_t i = 0; i < st->cycles.n; i++) {
		int year = st->cycles.v[i]->year;
		struct kc_lacks l = kc_lacks_selfchecks(st, year, unit);
		const char *const words[] = {
		    [KC_LANG_EN] = l.what_en, [KC_LANG_ZH] = l.what_zh};

		if (l.n > 0 && !kc_year_scored(st, year))
			return refuse_open(
			    st, unit, l.first, words, KC_DAY_NONE, why);
	}
	return KC_OK;
}

/* The objects of one noun that have states. */
static enum kc_err
want_none(const struct kc_state *st, const struct kc_named *of, uint32_t unit,
    struct kc_refusal *why)
{
	for (uint32_t i = 0; i < of->count(st); i++) {
		unsigned state = of->of(st, i, unit) ? of->state(st, i) : 0;
		const char *const words[] = {
		    [KC_LANG_EN] =
			kc_state_name(of->machine, state, KC_LANG_EN),
		    [KC_LANG_ZH] =
			kc_state_name(of->machine, state, KC_LANG_ZH)};

		if (of->of(st, i, unit) &&
		    !kc_machine_get(of->machine)->states[state].last)
			return refuse_open(st, unit, of->handle(st, i), words,
			    KC_DAY_NONE, why);
	}
	return KC_OK;
}

enum kc_err
kc_want_nothing_open(const struct kc_state *st, const struct kc_reform_plan *p,
    struct kc_refusal *why)
{
	static const char *const found[] = {
	    [KC_LANG_EN] = "finding of completion",
	    [KC_LANG_ZH] = "完成率认定"};
	enum kc_err err = want_no_last_day(st, p->from, 0, why);

	for (size_t n = 0; n < kc_nouns_n; n++)
		for (unsigned i = 0; err == KC_OK && i < KC_NOUN_NAMED; i++) {
			const struct kc_named *of = &kc_nouns[n]->named[i];

			if (of->field == NULL)
				break;
			if (of->state != NULL)
				err = want_none(st, of, p->from, why);
		}
	if (err == KC_OK)
		err = want_checked(st, p->from, why);
	for (uint32_t i = 0; err == KC_OK && i < st->targets.n; i++) {
		const struct kc_target *t = st->targets.v[i];

		if (t->assessor == p->from && t->year >= p->year &&
		    t->state != KC_TS_WITHDRAWN && t->state != KC_TS_ASSESSED)
			err = refuse_open(
			    st, p->from, t->code, found, KC_DAY_NONE, why);
	}
	return err;
}

/* --- units that have ended ---------------------------------------------------
 */
enum kc_err
kc_refuse_ended(
    const struct kc_state *st, uint32_t unit, struct kc_refusal *why)
{
	const struct kc_unit *u = st->units.v[unit];
	uint32_t now = kc_unit_now(st, unit);
	struct kc_buf en = {0}, zh = {0};
	enum kc_err err;

	kc_buf_str(&en,
	    now == KC_NONE ? "nothing of it is left"
			   : "what it had is that of ");
	kc_buf_str(&zh, now == KC_NONE ? "无承接单位" : "由 ");
	if (now != KC_NONE) {
		kc_buf_str(&en, st->units.v[now]->code);
		kc_buf_str(&zh, st->units.v[now]->code);
		kc_buf_str(&zh, " 承接");
	}
	err = kc_refuse(
	    why, KC_R_UNIT_ENDED, u->code, kc_buf_cstr(&en), "", NULL);
	kc_refusal_arg_u64(why, 2, u->ended);
	if (err == KC_EREFUSED)
		err = kc_refusal_zh(why, 1, kc_buf_cstr(&zh));
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return err;
}
