/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a year: begun, its data in, scored. */
#include "yearend.h"

#include <assert.h>
#include <string.h>

#include "noun/prededuct/prededuct.h"

/* All of its kinds but two name it by their first field. */
#define FIELD_YEAREND 0
#define NAMED(sym) ((int)KC_F_##sym##_yearend == FIELD_YEAREND)
_Static_assert(NAMED(yearend_data_in) && NAMED(yearend_score) &&
	NAMED(yearend_draft) && NAMED(yearend_publicise) &&
	NAMED(yearend_publicity_end) && NAMED(yearend_grade) &&
	NAMED(yearend_approve) && NAMED(yearend_publish) &&
	NAMED(result_feed_back) && NAMED(year_settle) && NAMED(year_close) &&
	NAMED(year_reopen),
    "the year's end is the first field");

/* --- asked by others --------------------------------------------------------
 */
const struct kc_yearend *
kc_yearend_of(const struct kc_state *st, int year)
{
	for (uint32_t i = st->yearends.n; i-- > 0;)
		if (st->yearends.v[i]->year == year)
			return st->yearends.v[i];
	return NULL;
}

const struct kc_yearend *
kc_yearend_published(const struct kc_state *st, int year)
{
	for (uint32_t i = st->yearends.n; i-- > 0;)
		if (st->yearends.v[i]->year == year &&
		    st->yearends.v[i]->published_seq != KC_NONE)
			return st->yearends.v[i];
	return NULL;
}

const struct kc_result *
kc_year_results(const struct kc_state *st, int year, uint32_t *n)
{
	const struct kc_yearend *y = kc_yearend_published(st, year);

	*n = y == NULL ? 0 : y->published.n;
	return y == NULL ? NULL : y->published.v;
}

bool
kc_year_scored(const struct kc_state *st, int year)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);

	return y != NULL && y->state >= KC_YE_SCORED;
}

bool
kc_year_closed(const struct kc_state *st, int year)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);

	return y != NULL && y->state == KC_YE_CLOSED;
}

enum kc_err
kc_want_yearend(const struct kc_state *st, const struct kc_at *at,
    const struct kc_yearend **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_YEAREND, at, FIELD_YEAREND, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->yearends.v[i];
	return kc_want_state(
	    at, KC_M_yearend, (*out)->state, (*out)->handle, why);
}

struct kc_yearend *
kc_yearend_at(const struct kc_state *st, const struct kc_at *at)
{
	uint32_t i =
	    kc_find(st, KC_NS_YEAREND, kc_entry_str(at->e, FIELD_YEAREND));

	assert(i < st->yearends.n);
	return st->yearends.v[i];
}

enum kc_err
kc_yearend_step(
    struct kc_state *st, const struct kc_at *at, enum kc_yearend_state to)
{
	struct kc_yearend *y = kc_yearend_at(st, at);
	enum kc_err err = kc_log_event(st, at, &y->events);

	return err == KC_OK ? kc_yearend_enter(st, at, y, to) : err;
}

enum kc_err
kc_refuse_lacks(const struct kc_yearend *y, const struct kc_lacks *l,
    struct kc_refusal *why)
{
	struct kc_buf en = {0}, zh = {0}, first = {0};

	/* Statements about panels name their year. */
	if (l->kind == KC_K_panel_close)
		kc_buf_i64(&first, y->year);
	else
		kc_buf_str(&first, l->first);
	kc_buf_u64(&en, l->n);
	kc_buf_char(&en, ' ');
	kc_buf_str(&en, l->what_en);
	kc_buf_u64(&zh, l->n);
	kc_buf_str(&zh, " 项");
	kc_buf_str(&zh, l->what_zh);
	(void)kc_refuse(why, KC_R_LACKS, y->handle, kc_buf_cstr(&en),
	    kc_buf_cstr(&first), "");
	kc_arg_command(
	    why, 3, kc_kind_get((enum kc_kind_id)l->kind), kc_buf_cstr(&first));
	(void)kc_refusal_zh(why, 1, kc_buf_cstr(&zh));
	kc_buf_free(&en);
	kc_buf_free(&zh);
	kc_buf_free(&first);
	return KC_EREFUSED;
}

/* --- yearend.begin ----------------------------------------------------------
 */
enum kc_err
yearend_begin_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_yearend_begin_year, 0);
	const struct kc_yearend *y = kc_yearend_of(st, year);

	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	if (y != NULL) {
		(void)kc_refuse(
		    why, KC_R_EXISTS, "year's end", y->handle, NULL, NULL);
		return kc_refusal_zh(why, 0, "年终考核");
	}
	if (kc_day_year(at->day) > year)
		return KC_OK;
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name, "", NULL, NULL);
	kc_arg_day(why, 1, kc_day_from_civil(year + 1, 1, 1));
	return kc_refusal_zh(why, 0, at->e->kind->zh);
}

enum kc_err
kc_yearend_make(struct kc_state *st, const struct kc_at *at, int year,
    const struct kc_yearend *before, enum kc_yearend_state state)
{
	struct kc_yearend *y = kc_arena_alloc(&st->arena, sizeof(*y));

	if (y == NULL)
		return KC_ENOMEM;
	y->index = st->yearends.n;
	y->year = (int16_t)year;
	y->version = before == NULL ? 1 : before->version + 1;
	y->before = before == NULL ? KC_NONE : before->index;
	y->policy = kc_law_of(st, year);
	y->state = (uint8_t)state;
	y->published_seq = KC_NONE;
	for (unsigned i = 0; i < KC_L_yearend_COUNT; i++)
		y->day[i].since = y->day[i].due = KC_DAY_NONE;
	kc_handle_make(y->handle, "YE", year, y->version);
	if (!kc_vec_push(&st->yearends, y) ||
	    !kc_index_add(&st->by_code, KC_NS_YEAREND, y->handle, y->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, y->handle, sizeof(y->handle));
	kc_yearend_open_days(st, at, y);
	return kc_log_event(st, at, &y->events);
}

enum kc_err
yearend_begin_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_yearend_make(st, at,
	    (int)kc_entry_num(at->e, KC_F_yearend_begin_year, 0), NULL,
	    KC_YE_SELF_CHECK);
}

/* --- yearend.data_in, yearend.score -----------------------------------------
 */
/* The statistics department itself, if anybody stands for it. */
static enum kc_err
want_statistics(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const uint32_t stats = UINT32_C(1) << KC_ROLE_STATS;

	if ((kc_principal(st, at, 0)->roles & stats) != 0)
		return KC_OK;
	for (uint32_t i = 0; i < st->actors.n; i++) {
		const struct kc_actor *a = st->actors.v[i];

		if (a->retired || a->key == KC_NONE || (a->roles & stats) == 0)
			continue;
		(void)kc_refuse(why, KC_R_ROLE, kc_signer(st, at, 0)->id,
		    at->e->kind->name, "", NULL);
		(void)kc_refusal_zh(why, 1, at->e->kind->zh);
		return kc_refusal_word(why, 2, KC_SET_ROLE, KC_ROLE_STATS);
	}
	return KC_OK;
}

enum kc_err
yearend_data_in_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	struct kc_lacks l;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = want_statistics(st, at, why);
	if (err != KC_OK)
		return err;
	l = kc_lacks_reports(st, y->year);
	return l.n == 0 ? KC_OK : kc_refuse_lacks(y, &l, why);
}

enum kc_err
yearend_data_in_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_yearend_step(st, at, KC_YE_DATA_IN);
}

enum kc_err
yearend_score_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	struct kc_lacks l;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err != KC_OK)
		return err;
	l = kc_lacks_selfchecks(st, y->year, KC_NONE);
	if (l.n == 0)
		l = kc_lacks_completions(st, y->year);
	return l.n == 0 ? KC_OK : kc_refuse_lacks(y, &l, why);
}

enum kc_err
yearend_score_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_yearend_step(st, at, KC_YE_SCORED);
}
