/* SPDX-License-Identifier: Apache-2.0 */
/* Panels: opened, voted, closed, and what they do to a score. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "panelkit.h"

static void
assert_same(const struct kc_score *a, const struct kc_score *b)
{
	assert_memory_equal(a, b, sizeof(*a));
}

/* --- what they do to a score --- */
static void
test_panel__is_in_no_score_until_it_is_closed(void **state)
{
	struct kc_score before, s;
	struct kit k;

	(void)state;
	panel_people(&k);
	before = panel_score(&k, "G16");
	assert_int_equal(before.panel_bp, 0);
	panel_open(&k);
	panel_votes(&k, "in", "G16", "555 555 555 444 444");
	panel_votes(&k, "out", "G16", "550 450 450 450 040");
	panel_votes(&k, "gr", "G16", "555 555 444 444 444");
	s = panel_score(&k, "G16");
	assert_same(&s, &before);
	assert_false(kc_panel_closed(k.st, 2022));
	panel_close(&k);
	assert_true(kc_panel_closed(k.st, 2022));
	assert_int_equal(
	    panel_result(&k, "G16", KC_PANEL_INNER)->mean.mean_e4, 920000);
	assert_int_equal(
	    panel_result(&k, "G16", KC_PANEL_OUTER)->mean.mean_e4, 905000);
	assert_int_equal(
	    panel_result(&k, "G16", KC_PANEL_GRASS)->mean.mean_e4, 880000);
	s = panel_score(&k, "G16");
	assert_int_equal(s.panel_e4, 907500); /* E8 of the domain */
	assert_int_equal(s.panel_bp, 2000);
	assert_int_equal(s.objective_e4, before.objective_e4);
	/* Nobody has voted on the other: its score stays. */
	s = panel_score(&k, "G17");
	assert_int_equal(s.panel_bp, 0);
	assert_int_equal(panel_result(&k, "G17", 0)->mean.ballots, 0);
	kit_end(&k);
}

/* Four of six are too few: the weight falls to the others, 5 to 2. */
static void
test_panel__a_void_group_leaves_its_weight_to_the_others(void **state)
{
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "555 555 555 555 555");
	panel_votes(&k, "out", "G16", "111 111 111 111 000");
	panel_votes(&k, "gr", "G16", "444 444 444 444 444");
	panel_close(&k);
	assert_false(panel_result(&k, "G16", KC_PANEL_OUTER)->counts);
	assert_int_equal(
	    panel_result(&k, "G16", KC_PANEL_OUTER)->mean.ballots, 5);
	assert_int_equal(
	    panel_result(&k, "G16", KC_PANEL_OUTER)->mean.valid, 4);
	assert_int_equal(panel_score(&k, "G16").panel_e4, 942857);
	kit_end(&k);
}

/* --- one statement counts, the newest --- */
static void
test_panel__a_newer_ballot_takes_the_place_of_the_older(void **state)
{
	const struct kc_panel_group *g;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "111 555 555 555 555 555");
	panel_vote(&k, "in.1", "G16", "555");
	panel_recuse(&k, "in.2", "G16");
	panel_recuse(&k, "in.3", "G16");
	panel_vote(&k, "in.3", "G16", "555");
	assert_true(kc_panel_vote_of(k.st, k.st->panels.v[0],
	    kc_find(k.st, KC_NS_ACTOR, KC_LIT("in.2")),
	    kc_find(k.st, KC_NS_UNIT, KC_LIT("G16")))
			->recused);
	panel_close(&k);
	g = panel_result(&k, "G16", KC_PANEL_INNER);
	assert_int_equal(g->mean.ballots, 5);
	assert_int_equal(g->recused, 1);
	assert_int_equal(g->mean.mean_e4, 1000000);
	kit_end(&k);
}

/* One person, two actors: one ballot, found when it is cast or when the
 * panels are closed. */
static void
test_panel__a_person_has_one_ballot_by_whatever_actor(void **state)
{
	static const char same[] =
	    "person=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd"
	    "15d6c15b0f00a08";
	const struct kc_panel_group *g;
	struct kit k;

	(void)state;
	panel_city(&k);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=in.1", same);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=in.2", same);
	panel_votes(&k, "in", "G16", "111 222 333 333 333 333");
	kit_do(&k, KC_K_person_commit, "root.a", "actor=in.3", same);
	panel_close(&k);
	g = panel_result(&k, "G16", KC_PANEL_INNER);
	assert_int_equal(g->mean.ballots, 4);
	assert_int_equal(g->mean.criterion[0].sum, 12);
	kit_end(&k);
}

/* Of ever so many votes: each is looked at once. */
static void
test_panel__newest_votes_are_found_in_one_pass(void **state)
{
	static const char same[] =
	    "person=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd"
	    "15d6c15b0f00a08";
	struct kc_panel_votes on = {0};
	bool counts[3000];
	uint64_t steps = 0;
	struct kit k;

	(void)state;
	panel_people(&k);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=in.1", same);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=in.2", same);
	for (uint32_t i = 0; i < 3000; i++) {
		const struct kc_vote v = {.voter = kc_find(k.st, KC_NS_ACTOR,
					      kc_slice_str(i % 3 == 0 ? "in.1"
						      : i % 3 == 1    ? "in.2"
								   : "in.3")),
		    .seq = 3000 - (i ^ 1)};

		assert_true(kc_vec_push(&on.votes, v));
	}
	assert_true(kc_panel_newest(k.st, &on, counts, &steps));
	assert_int_equal(steps, 3000);
	for (uint32_t i = 0; i < 3000; i++) /* the newest is 1, then 0 */
		assert_int_equal(counts[i], i == 1 || i % 3 == 2);
	kc_vec_free(&on.votes);
	kit_end(&k);
}

static void
test_panel__flags_and_notes_are_counted_and_change_no_point(void **state)
{
	const struct kc_panel_group *g;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "gr", "G16", "333 333 333 333");
	kit_do(&k, KC_K_panel_ballot, "gr.5", "year=2022", "unit=G16",
	    "group=grass", "full=3", "proper=3", "benefit=unknown",
	    "overreach=代行区县审批", "overreach=干预招投标", "absent=执法缺位",
	    "workload=任务重，人手少");
	panel_close(&k);
	g = panel_result(&k, "G16", KC_PANEL_GRASS);
	assert_int_equal(g->flags[KC_PANEL_OVERREACH], 2);
	assert_int_equal(g->flags[KC_PANEL_ABSENT], 1);
	assert_int_equal(g->flags[KC_PANEL_MISPLACED], 0);
	assert_int_equal(g->notes, 1);
	assert_int_equal(g->mean.mean_e4, 600000);
	kit_end(&k);
}

/* --- what a digest lists of ballots --- */
/* After one ballot: what is listed of the unit, and of the panels. */
static void
digests_of(const char *marks, struct kc_hash *unit, struct kc_hash *sealed)
{
	struct kit k;

	panel_city(&k);
	panel_vote(&k, "in.1", "G16", marks);
	assert_int_equal(kc_unit_digest(k.st,
			     kc_find(k.st, KC_NS_UNIT, KC_LIT("G16")), unit),
	    KC_OK);
	*sealed = k.st->panels.v[0]->sealed;
	kit_end(&k);
}

/* Of the unit nothing, which a hearing about it rests on; of the panels what
 * follows from the signature, which nobody guesses. */
static void
test_panel__a_digest_has_no_ballot_that_can_be_guessed(void **state)
{
	struct kc_hash unit[2], sealed[2];

	(void)state;
	digests_of("543", &unit[0], &sealed[0]);
	digests_of("111", &unit[1], &sealed[1]);
	assert_memory_equal(&unit[0], &unit[1], sizeof(unit[0]));
	assert_memory_not_equal(&sealed[0], &sealed[1], sizeof(sealed[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_panel__is_in_no_score_until_it_is_closed),
	    cmocka_unit_test(
		test_panel__a_void_group_leaves_its_weight_to_the_others),
	    cmocka_unit_test(
		test_panel__a_newer_ballot_takes_the_place_of_the_older),
	    cmocka_unit_test(
		test_panel__a_person_has_one_ballot_by_whatever_actor),
	    cmocka_unit_test(test_panel__newest_votes_are_found_in_one_pass),
	    cmocka_unit_test(
		test_panel__flags_and_notes_are_counted_and_change_no_point),
	    cmocka_unit_test(
		test_panel__a_digest_has_no_ballot_that_can_be_guessed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
