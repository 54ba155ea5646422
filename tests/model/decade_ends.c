/* SPDX-License-Identifier: Apache-2.0 */
/* How each year ends, from its begin to its close; the second is reopened, and
 * closed again. Self-checks and the last bulletins are of decade_lists.c. */
#include "decade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/yearend/yearend.h"

static const struct kc_yearend *
end_of(uint32_t year)
{
	const struct kc_yearend *y = kc_yearend_of(city->k.st, (int)year);

	assert_non_null(y);
	return y;
}

static const char *
field(uint32_t year)
{
	return say("yearend", "%s", end_of(year)->handle);
}

/* What is signed: the hash of the list as it follows now. */
static const char *
list(uint32_t year, bool graded)
{
	struct kc_results r;
	struct kc_buf hex = {0};
	const char *out;

	assert_int_equal(
	    kc_results_now(city->k.st, end_of(year), graded, &r, &city->k.why),
	    KC_OK);
	kc_buf_hex(&hex, r.hash.b, KC_HASH_SIZE);
	out = say("results", "sha256:%s", kc_buf_cstr(&hex));
	kc_buf_free(&hex);
	kc_free(r.v);
	return out;
}

static void
begin(uint32_t year)
{
	kit_do(&city->k, KC_K_yearend_begin, "P09.a", say("year", "%u", year));
}

static void
score(uint32_t year)
{
	kit_do(&city->k, KC_K_yearend_data_in, "stats", field(year));
	kit_do(&city->k, KC_K_yearend_score, "P09.a", field(year));
}

/* --- the list of results --- */
static void
feed_back(uint32_t year)
{
	struct kc_lacks l;

	while ((l = kc_lacks_forms(city->k.st, end_of(year))).n > 0)
		kit_do(&city->k, KC_K_result_feed_back, "P09.a", field(year),
		    say("unit", "%s", l.first), "problems=进度管理不够细");
}

/* Two units that are not of the first grade ask for a better one. */
static void
object(uint32_t year)
{
	unsigned n = 0;

	for (uint32_t u = city->units; n < 2 && u-- > 0;) {
		const struct kc_state *st = city->k.st;

		for (uint32_t i = st->result_forms.n; i-- > 0;) {
			const struct kc_result_form *f = st->result_forms.v[i];

			if (f->yearend != end_of(year)->index ||
			    strcmp(st->units.v[f->unit]->code, unit_code(u)) !=
				0 ||
			    !kc_result_may_rise(f))
				continue;
			decade_dispute(u, f->events.v[0].seq, f->handle);
			n++;
		}
	}
}

static void
sign(uint32_t year)
{
	struct kit *k = &city->k;

	kit_do(k, KC_K_yearend_grade, "P09.a", field(year), list(year, true));
	kit_do(
	    k, KC_K_yearend_approve, "office", field(year), list(year, true));
	kit_do(k, KC_K_yearend_publish, "P09.a", field(year), list(year, true));
	feed_back(year);
}

/* Once the publicity is over, whatever holidays lie in it. */
static void
publish(uint32_t year)
{
	if (end_of(year)->state == KC_YE_PUBLIC) {
		on(today() + 1, publish, year);
		return;
	}
	sign(year);
	if (end_of(year)->version == 1)
		on(today() + 1, object, year);
}

static void
draft(uint32_t year)
{
	struct kit *k = &city->k;

	kit_do(k, KC_K_yearend_draft, "P09.a", field(year), list(year, false));
	kit_do(k, KC_K_yearend_publicise, "P09.a", field(year));
	on(today() + 1, publish, year);
}

/* --- the close --- */
/* Letters that were raised, and never lifted. */
static void
lift_all(uint32_t year)
{
	const struct kc_state *st = city->k.st;

	for (uint32_t i = 0; i < st->warnings.n; i++) {
		const struct kc_warning *w = st->warnings.v[i];

		if (kc_letter_open(w) &&
		    st->targets.v[w->target]->year == (int)year)
			kit_do(&city->k, KC_K_warning_lift, "P09.a",
			    say("warning", "%s", w->handle), EVIDENCE,
			    "finding=已落实到位");
	}
}

/* Holidays lie in the days of a hearing. */
static bool
is_disputed(uint32_t year)
{
	struct kc_buf list = {0};
	struct kc_lacks l = kc_year_open(city->k.st, end_of(year), &list);

	kc_buf_free(&list);
	return l.n > 0 && l.first[0] == 'D';
}

static void
close_year(uint32_t year)
{
	kit_do(&city->k, KC_K_year_close, "P09.a audit", field(year));
}

static void
close_first(uint32_t year)
{
	lift_all(year);
	if (is_disputed(year)) {
		on(today() + 1, close_first, year);
		return;
	}
	if (kc_yearend_ready(city->k.st, end_of(year), KC_K_yearend_grade))
		sign(year); /* a ruling gave another grade */
	close_year(year);
	if (year != city->first + 1)
		return;
	kit_do(&city->k, KC_K_year_reopen, "gop gog office", field(year),
	    "reason=计票复核");
	on(today() + 1, draft, year);
	on(today() + 35, close_year, year);
}

void
decade_ends(void)
{
	uint32_t year = (uint32_t)city->year;

	on(date(12, 31) + 4, begin, year);
	on(date(12, 31) + 18, score, year);
	on(date(12, 31) + 44, draft, year);
	on(date(12, 31) + 79, close_first, year);
}
