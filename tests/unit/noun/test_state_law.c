/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which policy something of a year is judged: one of 2022 is opened under
 * the policy of the tree, and another is adopted before the thing happens.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"
#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"
#include "noun/warning/warning.h"
#include "noun/yearend/yearend.h"
#include "policykit.h"

#define POLICY "policies/nantong-2022.yaml"

/* The policy of the tree with a part put in place of another, without its
 * examples, of which some rest on that part. */
static void
adopt(struct kit *k, const char *from, const char *to)
{
	char *text = kit_text(POLICY, from, to);

	policy_older(text, k->st->epoch);
	*strstr(text, "\n\n# Examples") = '\0';
	kit_do(k, KC_K_policy_adopt, "P09.a office", "policy=nantong-2022",
	    "file=" POLICY, text);
	kc_free(text);
}

#define TAKEN(k, kind, by, ...)                                                \
	(kit_try((k), (kind), (by),                                            \
	     (const char *const[]){__VA_ARGS__, NULL}) == KC_OK)

static int64_t
mmdd(kc_day d)
{
	int year, month, day;

	if (d == KC_DAY_NONE)
		return 0;
	kc_day_to_civil(d, &year, &month, &day);
	return month * 100 + day;
}

/* --- what is asked: each does one thing of 2022 ------------------------------
 */
static int64_t
is_exempt(struct kit *k)
{
	case_report(k, "IND16", "2022-Q2", 11, 13);
	return TAKEN(k, KC_K_prededuct_decide, "G02.a", "unit=G16",
	    "target=G16-K1", "situation=S5", "effect=exempt", "standard=0.0000",
	    "quarter=2022-Q2", EVIDENCE, "reason=x");
}

static int64_t
deducted(struct kit *k)
{
	struct kc_case *c =
	    case_decide_half(k, NULL, "G16", "G16-K2", "0.5000");

	case_confirm(k, c);
	return c->deducted_e4;
}

static int64_t
is_issued(struct kit *k)
{
	kit_on(k, "2022-10-20");
	return TAKEN(k, KC_K_prededuct_decide, "G02.a", "unit=G17",
	    "target=G17-K2", "situation=S3", "effect=full", "standard=0.5000",
	    "planned=7500", "actual=5200", EVIDENCE, "reason=x");
}

/* Until when the confirmation may be disputed, once it is fed back. */
static int64_t
disputed_by(struct kit *k, const struct kc_case *c)
{
	case_deliver(k, c);
	return mmdd(kc_decision_file_by(k->st,
	    kc_decision_find(k->st, dispute_entry(c, KC_K_prededuct_confirm)),
	    c->unit));
}

static int64_t
file_by(struct kit *k)
{
	struct kc_case *c = case_decide(k, NULL, "G16", "G16-K2");

	case_confirm(k, c);
	return disputed_by(k, c);
}

static bool
claim(struct kit *k, const char *situation, const char *grade,
    const char *indicator)
{
	return TAKEN(k, KC_K_bonus_claim, "G17.head", "unit=G17", "year=2022",
	    "merit=M1", "document=1", "issuer=x", "dated=2022-07-01", EVIDENCE,
	    "fact=x", kit_field("situation", situation),
	    kit_field("grade", grade), indicator);
}

static int64_t
is_advance(struct kit *k)
{
	case_report(k, "IND17", "2022-Q2", 5, 8);
	return claim(k, "B4", "advance", "indicator=IND17");
}

static int64_t
is_claimed(struct kit *k)
{
	kit_on(k, "2023-01-09");
	return claim(k, "B1", "national", NULL);
}

static int64_t
worth(struct kit *k)
{
	const struct kc_bonus *b;

	assert_true(claim(k, "B1", "national", NULL));
	b = k->st->bonuses.v[0];
	return kc_bonus_worth(k->st, b, b->grade);
}

static int64_t
is_event(struct kit *k)
{
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GN3", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-01",
	    "until=2022-12-31");
	return TAKEN(k, KC_K_negative_propose, "G12.a", "unit=G16", "item=3",
	    "amount=0.8000", "on=2022-06-01", EVIDENCE, "fact=x");
}

static int64_t
is_granted(struct kit *k)
{
	return TAKEN(k, KC_K_grant_issue, "P09.a", "grant=GN3", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-01",
	    "until=2022-12-31");
}

static int64_t
is_opened(struct kit *k)
{
	return TAKEN(
	    k, KC_K_round_open, "P09.a", "type=half-year", "year=2022");
}

static int64_t
round_ends(struct kit *k)
{
	assert_true(is_opened(k));
	return mmdd(k->st->rounds.v[0]->last);
}

static int64_t
reply_by(struct kit *k)
{
	kit_do(k, KC_K_warning_issue, "P09.a", "target=G17-K2", "unit=G17",
	    "planned=5000", "actual=3000", "level=yellow",
	    "rectify_by=2022-12-20", "fact=x", "demand=x");
	kit_do(k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	return mmdd(k->st->warnings.v[0]->to.v[0].reply_due);
}

/* Of a list that is issued under the later policy. */
static int64_t
plan_by(struct kit *k)
{
	uint32_t target;

	kit_do(
	    k, KC_K_unit_register, "P09.a", "unit=G40", "group=gov", "name=x");
	kit_enrol(k, "G40.head", "G40", "head");
	kit_do(k, KC_K_duty_register, "P09.a", "unit=G40", "duty=D1", "text=x");
	case_list(k, "G40", 2022, NULL);
	target = kc_find(k->st, KC_NS_TARGET, KC_LIT("G40-2022-K1"));
	return mmdd(k->st->targets.v[target]->filing.due);
}

static int64_t
draft_by(struct kit *k)
{
	kit_on(k, "2023-01-04");
	kit_do(k, KC_K_yearend_begin, "P09.a", "year=2022");
	return mmdd(k->st->yearends.v[0]->day[KC_L_yearend_DRAFT].due);
}

/* --- each, by both ----------------------------------------------------------
 */
static const struct law_row {
	const char *name, *from, *to; /* of the later policy */
	int64_t (*ask)(struct kit *k);
	int64_t own, later; /* by the year's, and by the later one */
	unsigned since;     /* the epoch of the kind */
} rows[] = {
    {"exempt ranks", "rank_advance: { value: 2", "rank_advance: { value: 3",
	is_exempt, 1, 0, 1},
    {"half", "half: { value: \"50%\"", "half: { value: \"30%\"", deducted, 2500,
	1500, 1},
    {"issue", "issue_cutoff: { value: \"10-31\"",
	"issue_cutoff: { value: \"10-15\"", is_issued, 1, 0, 1},
    {"dispute", "\nneg:\n",
	"\ndispute:\n  file_wd: { value: 2, source: default }\n\nneg:\n",
	file_by, 711, 706, 2},
    {"advance", "advance_places: { value: 3", "advance_places: { value: 4",
	is_advance, 1, 0, 2},
    {"claim", "claim_until: { value: \"01-10\"",
	"claim_until: { value: \"01-05\"", is_claimed, 1, 0, 2},
    {"grade", "national: { value: \"1.0000\"", "national: { value: \"0.6000\"",
	worth, 10000, 6000, 2},
    {"event", "\nneg:\n",
	"\nneg:\n  event_max: { value: \"0.5000\", source: default }\n",
	is_event, 1, 0, 2},
    {"item", "no: 3, assessor: G12", "no: 3, assessor: G09", is_granted, 1, 0,
	1},
    {"window", "\nneg:\n",
	"\nround:\n  half_from: { value: \"07-10\", source: default "
	"}\n\nneg:\n",
	is_opened, 1, 0, 2},
    {"last of the window", "\nneg:\n",
	"\nround:\n  half_until: { value: \"07-20\", source: default "
	"}\n\nneg:\n",
	round_ends, 731, 720, 2},
    {"reply", "reply_wd: { value: 10", "reply_wd: { value: 3", reply_by, 718,
	707, 1},
    {"plan", "\nplan:\n  wd: { value: 15", "\nplan:\n  wd: { value: 3", plan_by,
	0, 707, 2},
    {"draft", "draft_until: { value: \"02-20\"",
	"draft_until: { value: \"03-20\"", draft_by, 220, 320, 3},
};

static void
check_row(const struct law_row *r, unsigned epoch)
{
	char text[4];
	struct kit k;
	int64_t is;

	(void)snprintf(text, sizeof(text), "%u", epoch);
	kit_init_at(&k, KIT_LISTS, text);
	kit_on(&k, "2022-07-04");
	adopt(&k, r->from, r->to);
	is = r->ask(&k);
	if (is != (epoch < 3 ? r->later : r->own))
		fail_msg("%s, epoch %u: %lld", r->name, epoch, (long long)is);
	kit_end(&k);
}

static void
test_law__a_year_is_judged_by_the_policy_it_was_opened_with(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i], 3);
}

/* What their ledgers replay to never changes. */
static void
test_law__of_older_rules_is_the_policy_in_force(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned e = rows[i].since; e < 3; e++)
			check_row(&rows[i], e);
}

/* --- the rules change in the middle of a year -------------------------------
 */
/* What was decided before stays what it was, its days and its points; what is
 * decided from then on is of the policy of the year. */
static void
test_law__of_what_was_decided_in_older_rules_stays(void **state)
{
	struct kc_case *before, *after;
	struct kit k;

	(void)state;
	kit_init_at(&k, KIT_LISTS, "2");
	kit_on(&k, "2022-07-04");
	adopt(&k, "half: { value: \"50%\"", "half: { value: \"30%\"");
	before = case_decide_half(&k, NULL, "G16", "G16-K2", "0.5000");
	kit_do(&k, KC_K_rules_adopt, "root.a root.b", "epoch=3");
	case_confirm(&k, before);
	assert_int_equal(before->deducted_e4, 1500);
	after = case_decide_half(&k, NULL, "G17", "G17-K2", "0.5000");
	case_confirm(&k, after);
	assert_int_equal(after->deducted_e4, 2500);
	kit_end(&k);

	kit_init_at(&k, KIT_LISTS, "2");
	kit_on(&k, "2022-07-04");
	adopt(&k, "\nneg:\n",
	    "\ndispute:\n  file_wd: { value: 2, source: default }\n\nneg:\n");
	before = case_decide(&k, NULL, "G16", "G16-K2");
	case_confirm(&k, before);
	kit_do(&k, KC_K_rules_adopt, "root.a root.b", "epoch=3");
	assert_int_equal(disputed_by(&k, before), 706);
	after = case_decide(&k, NULL, "G17", "G17-K2");
	case_confirm(&k, after);
	assert_int_equal(disputed_by(&k, after), 711);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_law__a_year_is_judged_by_the_policy_it_was_opened_with),
	    cmocka_unit_test(test_law__of_older_rules_is_the_policy_in_force),
	    cmocka_unit_test(
		test_law__of_what_was_decided_in_older_rules_stays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
