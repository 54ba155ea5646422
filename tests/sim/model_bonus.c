/* SPDX-License-Identifier: Apache-2.0 */
/* The model's bonuses: what each is worth, one matter once, the caps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

#define SITUATION_MAX 10000
#define TOTAL_MAX 40000

static struct m_bonus *
named(struct sim *s, const struct kc_entry *e)
{
	int field = kc_kind_field(e->kind, KC_LIT("bonus"));
	struct kc_slice handle =
	    field < 0 ? KC_LIT("") : kc_entry_str(e, (unsigned)field);

	for (unsigned i = 0; i < s->m.nbonuses; i++)
		if (kc_slice_is(handle, s->m.bonuses[i].handle))
			return &s->m.bonuses[i];
	return NULL;
}

/* The scale of the policy. */
static int64_t
worth(struct kc_slice grade)
{
	static const struct {
		const char *grade;
		int64_t points;
	} scale[] = {{"incentive", 10000}, {"national", 10000},
	    {"provincial", 8000}, {"main-leader", 5000}, {"vice-leader", 3000},
	    {"first", 10000}, {"advance", 5000}};

	for (size_t i = 0; i < sizeof(scale) / sizeof(scale[0]); i++)
		if (kc_slice_is(grade, scale[i].grade))
			return scale[i].points;
	return -1;
}

static struct kc_slice
word(const struct kc_entry *e, unsigned field, const char *otherwise)
{
	return kc_entry_has(e, field) ? kc_entry_str(e, field)
				      : kc_slice_str(otherwise);
}

static void
claimed(struct sim *s, const struct kc_entry *e)
{
	struct m_bonus *b = &s->m.bonuses[s->m.nbonuses++];

	assert_true(s->m.nbonuses <= SIM_MAX);
	m_copy(b->handle, kc_state_last_handle(s->m.twin));
	m_copy(b->unit, kc_entry_str(e, KC_F_bonus_claim_unit));
	m_copy(b->by, kc_entry_str(e, KC_F_bonus_claim_unit));
	m_copy(b->situation, kc_entry_str(e, KC_F_bonus_claim_situation));
	m_copy(b->merit, kc_entry_str(e, KC_F_bonus_claim_merit));
	m_copy(b->grade, kc_entry_str(e, KC_F_bonus_claim_grade));
}

void
m_read_bonuses(struct sim *s, const struct kc_entry *e)
{
	struct m_bonus *b = named(s, e);

	if (e->kind->id == KC_K_bonus_claim) {
		claimed(s, e);
	} else if (e->kind->id == KC_K_bonus_complete) {
		if (kc_entry_has(e, KC_F_bonus_complete_merit))
			m_copy(b->merit,
			    kc_entry_str(e, KC_F_bonus_complete_merit));
		if (kc_entry_has(e, KC_F_bonus_complete_grade))
			m_copy(b->grade,
			    kc_entry_str(e, KC_F_bonus_complete_grade));
	} else if (e->kind->id == KC_K_bonus_grant) {
		b->counts = true;
		b->points = worth(word(e, KC_F_bonus_grant_grade, b->grade));
	} else if (e->kind->id == KC_K_bonus_cancel) {
		b->counts = false;
	} else if (e->kind->id == KC_K_bonus_award) {
		b->counts = true;
		b->points = kc_entry_num(e, KC_F_bonus_award_amount, 0);
		sim_require(s,
		    b->points == worth(kc_entry_str(e, KC_F_bonus_award_grade)),
		    "a dispute awards what no grade is worth");
	}
}

/* Does another of the same matter count instead: a higher one, or one that was
 * claimed before? */
static bool
yields(const struct sim *s, unsigned at)
{
	const struct m_bonus *b = &s->m.bonuses[at];

	for (unsigned i = 0; i < s->m.nbonuses; i++) {
		const struct m_bonus *o = &s->m.bonuses[i];

		if (i == at || !o->counts || strcmp(o->unit, b->unit) != 0 ||
		    strcmp(o->by, b->by) != 0 ||
		    strcmp(o->merit, b->merit) != 0)
			continue;
		if (o->points > b->points || (o->points == b->points && i < at))
			return true;
	}
	return false;
}

int64_t
m_bonus_of(const struct sim *s, const char *unit)
{
	int64_t all = 0;

	for (char situation = '1'; situation <= '4'; situation++) {
		int64_t sum = 0;

		for (unsigned i = 0; i < s->m.nbonuses; i++) {
			const struct m_bonus *b = &s->m.bonuses[i];

			if (b->counts && b->situation[1] == situation &&
			    strcmp(b->unit, unit) == 0 && !yields(s, i))
				sum += b->points;
		}
		all += sum < SITUATION_MAX ? sum : SITUATION_MAX;
	}
	return all < TOTAL_MAX ? all : TOTAL_MAX;
}
