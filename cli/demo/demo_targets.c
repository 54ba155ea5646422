/* SPDX-License-Identifier: Apache-2.0 */
/* The targets of the demonstration, from draft to the issued lists. */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#define F(kind, field) KC_F_##kind##_##field

/* Does the Organisation Department manage the lead of this target? */
static bool
city_managed(const struct demo *d, size_t unit, const char *lead)
{
	char code[24];

	for (size_t i = 0; i < d->ncases; i++) {
		snprintf(code, sizeof(code), "C-%s-%u",
		    demo_units[d->cases[i].unit].code, d->cases[i].target);
		if (d->cases[i].unit == unit && d->cases[i].lead != 0 &&
		    strcmp(code, lead) == 0)
			return true;
	}
	return false;
}

static void
register_one(struct demo *d, size_t u, const struct demo_target *t)
{
	if (t->lead[0] != '\0') {
		demo_begin(d, KC_K_cadre_register);
		demo_by(d, "P03.org");
		demo_set(d, F(cadre_register, cadre), t->lead);
		demo_set(d, F(cadre_register, unit), demo_units[u].code);
		demo_set(d, F(cadre_register, city_managed),
		    city_managed(d, u, t->lead) ? "yes" : "no");
		demo_post(d, NULL);
	}
	if (t->indicator[0] != '\0') {
		demo_begin(d, KC_K_indicator_register);
		demo_by(d, "G28.stats");
		demo_set(d, F(indicator_register, indicator), t->indicator);
		demo_set(d, F(indicator_register, unit), demo_units[u].code);
		demo_set(d, F(indicator_register, direction), "higher");
		demo_set(d, F(indicator_register, measure), "%");
		demo_set(d, F(indicator_register, name), t->title);
		demo_post(d, NULL);
	}
}

static void
draft_one(struct demo *d, size_t u, const struct demo_target *t)
{
	char head[32];

	snprintf(head, sizeof(head), "%s.head", demo_units[u].code);
	demo_begin(d, KC_K_target_draft);
	demo_by(d, t->class_ == KC_TARGET_CLASS_KEY ? "P09.estab" : head);
	demo_set(d, F(target_draft, target), t->code);
	demo_set(d, F(target_draft, unit), demo_units[u].code);
	demo_number(d, F(target_draft, year), DEMO_YEAR);
	demo_set(d, F(target_draft, class),
	    kc_word_text(KC_SET_TARGET_CLASS, t->class_));
	demo_set(
	    d, F(target_draft, source), kc_word_text(KC_SET_SOURCE, t->source));
	demo_set(d, F(target_draft, duty), t->duty);
	demo_points(d, F(target_draft, weight), t->weight_e4);
	demo_set(d, F(target_draft, assessor), t->assessor);
	if (t->indicator[0] != '\0')
		demo_set(d, F(target_draft, indicator), t->indicator);
	if (t->lead[0] != '\0')
		demo_set(d, F(target_draft, lead), t->lead);
	demo_set(d, F(target_draft, title), t->title);
	demo_post(d, NULL);

	demo_begin(d, KC_K_target_submit);
	demo_by(d, t->class_ == KC_TARGET_CLASS_KEY ? "P09.estab" : head);
	demo_set(d, F(target_submit, target), t->code);
	demo_post(d, NULL);
}

static void
review(struct demo *d, enum kc_kind_id kind, const char *target)
{
	demo_begin(d, kind);
	if (kind == KC_K_target_approve_first) {
		demo_by(d, "P09.estab");
	} else if (kind == KC_K_target_approve_second) {
		demo_by(d, "P02.office");
		demo_by(d, "G01.office");
	} else {
		demo_by(d, "leader.1");
	}
	demo_set(d, 0, target); /* `target` is the first field of all three */
	demo_post(d, NULL);
}

static void
for_all(struct demo *d,
    void (*fn)(struct demo *d, size_t u, const struct demo_target *t))
{
	struct demo_target t[DEMO_TARGETS_MAX];

	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_unit_targets(u, t);

		for (size_t i = 0; i < n; i++)
			fn(d, u, &t[i]);
	}
	demo_flush(d);
}

static void
first(struct demo *d, size_t u, const struct demo_target *t)
{
	(void)u;
	review(d, KC_K_target_approve_first, t->code);
}
static void
second(struct demo *d, size_t u, const struct demo_target *t)
{
	(void)u;
	review(d, KC_K_target_approve_second, t->code);
}
static void
leader(struct demo *d, size_t u, const struct demo_target *t)
{
	(void)u;
	review(d, KC_K_target_read, t->code);
}

void
demo_targets(struct demo *d)
{
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 1, 20), 9, 0);
	for_all(d, register_one);
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 1, 28), 9, 0);
	for_all(d, draft_one);
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 2, 18), 9, 0);
	for_all(d, first);
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 3, 4), 9, 0);
	for_all(d, second);
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 3, 18), 9, 0);
	for_all(d, leader);
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 3, 30), 9, 0);
	for (size_t u = 0; u < demo_nunits; u++) {
		demo_begin(d, KC_K_list_issue);
		demo_by(d, "P09.estab");
		demo_set(d, F(list_issue, unit), demo_units[u].code);
		demo_number(d, F(list_issue, year), DEMO_YEAR);
		demo_post(d, NULL);
	}
	demo_flush(d);
}
