/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever decides something about a unit can be disputed, or it is said here
 * why not: nobody adds a decision and forgets the hearing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/machine.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)
#define UNITS_OWN (ROLE(HEAD) | ROLE(LIAISON))

/* Kinds about something of a unit that cannot be disputed. */
static const struct {
	enum kc_kind_id kind;
	const char *why;
} no_hearing[] = {
    {KC_K_unit_register, "who there is; about no work"},
    {KC_K_unit_rename, "who there is; about no work"},
    {KC_K_duty_register, "the law says it"},
    {KC_K_grant_issue, "who may assess; what it decides is disputed"},
    {KC_K_grant_withdraw, "who may assess; what it decides is disputed"},
    {KC_K_indicator_register, "what is measured"},
    {KC_K_indicator_report, "another's figure; what rests on it is disputed"},
    {KC_K_indicator_correct, "another's figure; what rests on it is disputed"},
    {KC_K_cadre_register, "who there is; about no work"},
    {KC_K_target_draft, "a plan; the list is agreed on by its own route"},
    {KC_K_target_revise, "a plan; the list is agreed on by its own route"},
    {KC_K_target_submit, "a plan; the list is agreed on by its own route"},
    {KC_K_target_approve_first, "a plan, likewise"},
    {KC_K_target_approve_second, "a plan, likewise"},
    {KC_K_target_read, "a plan, likewise"},
    {KC_K_target_return, "a plan, likewise: it comes again"},
    {KC_K_target_withdraw, "a plan, likewise"},
    {KC_K_list_issue, "a plan, likewise"},
    {KC_K_target_add, "a plan, likewise"},
    {KC_K_target_remove, "a plan, likewise; nothing is open about it"},
    {KC_K_target_adjust, "a proposal, which is reviewed"},
    {KC_K_adjust_order, "a plan, likewise"},
    {KC_K_adjust_approve_first, "a plan, likewise"},
    {KC_K_adjust_approve_second, "a plan, likewise"},
    {KC_K_adjust_read, "a plan, likewise"},
    {KC_K_adjust_return, "a plan, likewise: it comes again"},
    {KC_K_adjust_withdraw, "a plan, likewise"},
    {KC_K_unit_merge, "who there is; the law says it"},
    {KC_K_unit_abolish, "likewise"},
    {KC_K_unit_split, "likewise"},
    {KC_K_plan_return, "a plan, likewise: it comes again"},
    {KC_K_plan_overdue, "on record alone; nothing rests on it"},
    {KC_K_progress_overdue, "on record alone; nothing rests on it"},
    {KC_K_progress_verify, "no points; what rests on it is disputed"},
    {KC_K_data_check, "another's figure; what rests on it is disputed"},
    {KC_K_site_visit, "what was seen; what rests on it is disputed"},
    {KC_K_panel_open, "about no unit"},
    {KC_K_panel_ballot, "what one of many voters thinks, and a secret"},
    {KC_K_panel_recuse, "a voter's own"},
    {KC_K_panel_close, "about no unit; what follows is counted by the rules"},
    {KC_K_round_open, "about no unit; an opinion of it is disputed"},
    {KC_K_round_close, "likewise"},
    {KC_K_round_select, "which work is looked at; the opinion is disputed"},
    {KC_K_opinion_feed_back, "brings the opinion"},
    {KC_K_warning_deliver, "brings the letter; its day is heard with silence"},
    {KC_K_warning_lift, "for the unit"},
    {KC_K_warning_withdraw, "for the unit"},
    {KC_K_prededuct_decide, "a step; what confirms it is disputed"},
    {KC_K_prededuct_decline, "for the unit"},
    {KC_K_prededuct_lapse, "for the unit"},
    {KC_K_prededuct_withdraw, "for the unit"},
    {KC_K_feedback_deliver, "brings the decision"},
    {KC_K_extension_grant, "for the unit"},
    {KC_K_review_overdue, "for the unit: its clock stands still"},
    {KC_K_negative_propose, "a step; what confirms it is disputed"},
    {KC_K_negative_decline, "for the unit"},
    {KC_K_negative_lapse, "for the unit"},
    {KC_K_negative_notify, "brings the decision"},
    {KC_K_negative_withdraw, "for the unit"},
    {KC_K_negative_final, "ends the time in which it is disputed"},
    {KC_K_bonus_return, "it comes again, and lapses by the unit's own silence"},
    {KC_K_bonus_lapse, "the unit's own silence; it can claim again"},
    {KC_K_bonus_verify, "for the unit"},
    {KC_K_bonus_publicise, "for the unit"},
    {KC_K_bonus_object, "a step; what decides it is disputed"},
    {KC_K_bonus_publicity_end, "a step; what decides it is disputed"},
    {KC_K_yearend_begin, "opens a time in which units act"},
    {KC_K_yearend_data_in, "says what is there"},
    {KC_K_yearend_score, "of what was found, each finding is disputed"},
    {KC_K_yearend_draft, "a step; what is in it is disputed where it is from"},
    {KC_K_yearend_publicise, "for the units"},
    {KC_K_yearend_publicity_end, "a step"},
    {KC_K_yearend_grade, "disputed by the form of the result"},
    {KC_K_yearend_approve, "a step"},
    {KC_K_yearend_publish, "what is in it is disputed where it is from"},
    {KC_K_year_settle, "what is open goes on"},
    {KC_K_year_close, "disputes go on"},
    {KC_K_year_reopen, "for the units"},
    {KC_K_staffing_advise, "advice; its trend is of years that were disputed"},
    {KC_K_promotion_except, "for the unit"},
    {KC_K_good_propose, "a step; what confirms it is disputed"},
    {KC_K_good_decline, "for the unit"},
};

static const char *
reason(enum kc_kind_id kind)
{
	for (size_t i = 0; i < sizeof(no_hearing) / sizeof(no_hearing[0]); i++)
		if (no_hearing[i].kind == kind)
			return no_hearing[i].why;
	return NULL;
}

/* Of a noun that keeps things of units; not the unit's own statement, and no
 * step of a dispute, which has its appeal, nor what carries one out. */
static bool
may_decide(const struct kc_kind *k)
{
	uint32_t roles = 0;

	for (unsigned i = 0; i < k->signers.n; i++)
		roles |= k->signers.roles[i];
	return kc_noun_of(k->id)->of_units && strcmp(k->noun, "dispute") != 0 &&
	    (roles & ~UNITS_OWN) != 0 &&
	    kc_kind_field(k, KC_LIT("dispute")) < 0;
}

static void
test_every_decision__can_be_disputed_or_it_is_said_why_not(void **state)
{
	unsigned heard = 0;

	(void)state;
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get((enum kc_kind_id)i);
		bool row = kc_subject_of(k->id) != NULL;

		heard += row ? 1 : 0;
		if (row && reason(k->id) != NULL)
			fail_msg("%s: disputed, and said not to be", k->name);
		if (!may_decide(k) && (row || reason(k->id) != NULL))
			fail_msg("%s: decides nothing about a unit", k->name);
		if (may_decide(k) && !row && reason(k->id) == NULL)
			fail_msg("%s: neither a row nor a reason", k->name);
	}
	assert_int_equal(heard, 18);
}

/* What corrects is the clerk's, and a move of the dispute from applying. */
static void
test_every_correction__ends_its_dispute(void **state)
{
	unsigned corrections = 0;

	(void)state;
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get((enum kc_kind_id)i);

		if (strcmp(k->noun, "dispute") == 0 ||
		    kc_kind_field(k, KC_LIT("dispute")) < 0)
			continue;
		corrections++;
		assert_int_equal(k->signers.n, 1);
		assert_int_equal(k->signers.roles[0], ROLE(CLERK));
		if (kc_machine_move(KC_M_dispute, k->id) == NULL)
			fail_msg("%s: the dispute never ends", k->name);
	}
	assert_int_equal(corrections, 14);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_every_decision__can_be_disputed_or_it_is_said_why_not),
	    cmocka_unit_test(test_every_correction__ends_its_dispute),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
