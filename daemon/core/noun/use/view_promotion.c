/* SPDX-License-Identifier: Apache-2.0 */
/* Grades running, who is considered for promotions, and the exceptions. */
#include "view.h"

#include "noun/cadre/cadre.h"
#include "noun/yearend/yearend.h"

static void
put_list(struct kc_vx *x, const struct kc_policy *p, uint32_t unit, int year)
{
	unsigned first = kc_use_streak(x->st, unit, KC_GRADED_FIRST, year);
	unsigned third = kc_use_streak(x->st, unit, KC_GRADED_THIRD, year);
	bool is_first =
	    p != NULL && first >= (unsigned)p->value[KC_P_CADRE_FIRST_YEARS];
	bool is_third =
	    p != NULL && third >= (unsigned)p->value[KC_P_CADRE_THIRD_YEARS];

	kc_vx_u64(x, "first_years", first);
	kc_vx_u64(x, "third_years", third);
	kc_vx_str(x, "list",
	    is_first       ? "considered-first"
		: is_third ? "generally-none"
			   : NULL);
	kc_vx_str(x, "list_text",
	    is_first ? kc_vx_say(x, "优先考虑提拔", "considered first")
		: is_third
		? kc_vx_say(x, "次年一般不提拔", "generally none next year")
		: NULL);
}

static uint64_t
count_exceptions(const struct kc_vx *x, uint32_t unit, int year)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < x->st->exceptions.n; i++)
		n += x->st->exceptions.v[i]->unit == unit &&
		    x->st->exceptions.v[i]->year == year;
	return n;
}

static void
unit_row(struct kc_vx *x, const struct kc_policy *p, const struct kc_unit *u,
    int year)
{
	kc_use_put_unit(x, u);
	kc_vx_u64(x, "depth", 0);
	kc_vx_word_if(x, "grade", "grade_text", KC_SET_YEAR_GRADE,
	    kc_use_grade(x->st, u->index, year));
	put_list(x, p, u->index, year);
	kc_vx_u64(x, "exceptions", count_exceptions(x, u->index, year));
	kc_vx_null(x, "cadre");
	kc_vx_null(x, "reason");
	kc_vx_null(x, "seq");
	kc_vx_end(x);
}

static void
exception_rows(struct kc_vx *x, const struct kc_unit *u, int year)
{
	for (uint32_t i = 0; i < x->st->exceptions.n; i++) {
		const struct kc_exception *e = x->st->exceptions.v[i];

		if (e->unit != u->index || e->year != year)
			continue;
		(void)kc_vx_sees(x, u->index, KC_NONE);
		kc_use_put_unit(x, u);
		kc_vx_u64(x, "depth", 1);
		kc_vx_word_if(x, "grade", "grade_text", KC_SET_YEAR_GRADE, -1);
		kc_vx_null(x, "first_years");
		kc_vx_null(x, "third_years");
		kc_vx_str(x, "list", "exception");
		kc_vx_str(x, "list_text", kc_vx_say(x, "例外", "exception"));
		kc_vx_null(x, "exceptions");
		kc_vx_str(x, "cadre",
		    e->cadre == KC_NONE ? NULL
					: x->st->cadres.v[e->cadre]->code);
		kc_vx_str(x, "reason", e->reason);
		kc_vx_u64(x, "seq", e->events.v[0].seq);
		kc_vx_end(x);
	}
}

static void
promotion_rows(struct kc_vx *x, const struct kc_policy *p,
    const struct kc_unit *u, int year)
{
	unit_row(x, p, u, year);
	exception_rows(x, u, year);
}

enum kc_err
kc_render_promotion(struct kc_vx *x)
{
	return kc_use_render(x, promotion_rows);
}
