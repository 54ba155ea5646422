/* SPDX-License-Identifier: Apache-2.0 */
/* Loss of "good": proposed by the clerk, confirmed or declined by ORG. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"

static const int years[] = {2022, 2023, 0};

#define FIRST "case=PD-2022-0001"
#define C1 "cadre=C1"

/* `lead` leads G16-2022-K1; C1 is managed by the city, C2 is not. */
static void
city(struct kit *k, const char *from, const char *to, const char *lead)
{
	case_city(k, from, to, years);
	kit_do(
	    k, KC_K_cadre_register, "org", C1, "unit=G16", "city_managed=yes");
	kit_do(k, KC_K_cadre_register, "org", "cadre=C2", "unit=G16",
	    "city_managed=no");
	case_list(k, "G16", 2022, lead);
	kit_on(k, "2022-07-15");
	case_report(k, "INDG16", "2022-Q2", 12, 12);
}

static struct kc_case *
low_rank(struct kit *k, const char *unit, const char *target)
{
	kit_do(k, KC_K_prededuct_decide, "G02.a", kit_field("unit", unit),
	    kit_field("target", target), "situation=S1", "effect=full",
	    "standard=0.5000", "quarter=2022-Q2", EVIDENCE, "reason=靠后");
	return k->st->cases.v[k->st->cases.n - 1];
}

static void
unconfirmed(struct kit *k)
{
	city(k, NULL, NULL, "C1");
	(void)low_rank(k, "G16", "G16-2022-K1");
}

static void
confirmed(struct kit *k)
{
	unconfirmed(k);
	case_confirm(k, k->st->cases.v[0]);
}

static void
proposed(struct kit *k)
{
	confirmed(k);
	assert_int_equal(kit_clerk(k), 1);
}

static void
lost(struct kit *k)
{
	proposed(k);
	kit_do(k, KC_K_good_confirm, "org", C1, FIRST);
}

static const struct refusal_row rows[] = {
    {"a cadre twice", unconfirmed, KC_R_EXISTS, KC_K_cadre_register, "org",
	{C1, "unit=G16", "city_managed=yes"}, NULL, "cadre"},
    {"a cadre of no unit", unconfirmed, KC_R_NOT_FOUND, KC_K_cadre_register,
	"org", {"cadre=C3", "unit=G99", "city_managed=yes"}, NULL, "unit"},
    {"the clerk comes first", confirmed, KC_R_DUE_FIRST, KC_K_feedback_deliver,
	"G02.a", {FIRST, "problem=靠后"}, NULL, "good.propose"},
    {"propose unknown cadre", confirmed, KC_R_NOT_FOUND, KC_K_good_propose,
	"clerk", {"cadre=C9", FIRST, "quarter=2022-Q2"}, NULL, "cadre"},
    {"propose for an unknown case", confirmed, KC_R_NOT_FOUND,
	KC_K_good_propose, "clerk",
	{C1, "case=PD-2022-0009", "quarter=2022-Q2"}, NULL, "pre-deduction"},
    {"propose another cadre", confirmed, KC_R_NOT_FOUND, KC_K_good_propose,
	"clerk", {"cadre=C2", FIRST, "quarter=2022-Q2"}, NULL, NULL},
    {"propose for another quarter", confirmed, KC_R_FIELD_VALUE,
	KC_K_good_propose, "clerk", {C1, FIRST, "quarter=2022-Q3"}, NULL,
	"quarter"},
    {"propose twice", proposed, KC_R_STATE, KC_K_good_propose, "clerk",
	{C1, FIRST, "quarter=2022-Q2"}, NULL, "C1"},
    {"confirm what nobody proposed", unconfirmed, KC_R_NOT_FOUND,
	KC_K_good_confirm, "org", {C1, FIRST}, NULL, NULL},
    {"decline what nobody proposed", unconfirmed, KC_R_NOT_FOUND,
	KC_K_good_decline, "org", {C1, FIRST, "reason=不负责"}, NULL, NULL},
    {"confirm by another office", proposed, KC_R_ROLE, KC_K_good_confirm,
	"P09.a", {C1, FIRST}, NULL, "P09.a"},
    {"confirm twice", lost, KC_R_STATE, KC_K_good_confirm, "org", {C1, FIRST},
	NULL, "C1"},
    {"decline what is lost", lost, KC_R_STATE, KC_K_good_decline, "org",
	{C1, FIRST, "reason=不负责"}, NULL, "C1"},
};

static void
test_cadre__each_refusal(void **state)
{
	(void)state;
	case_check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void
test_good__is_lost_for_the_quarter_that_was_assessed(void **state)
{
	struct kit k;
	struct kc_proposal *p;

	(void)state;
	confirmed(&k);
	p = k.st->proposals.v[0];
	assert_int_equal(p->state, KC_PS_DUE);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(p->state, KC_PS_PROPOSED);
	assert_int_equal(p->quarter, 2022 * 4 + 1);
	kit_do(&k, KC_K_good_confirm, "org", C1, FIRST);
	assert_int_equal(p->state, KC_PS_LOST);
	kit_end(&k);
}

static void
test_good__is_lost_for_the_quarter_of_confirming_if_the_policy_says(
    void **state)
{
	struct kit k;

	(void)state;
	city(&k, "value: assessed", "value: confirm", "C1");
	case_confirm(&k, low_rank(&k, "G16", "G16-2022-K1"));
	assert_int_equal(k.st->proposals.v[0]->quarter, 2022 * 4 + 2);
	kit_free(&k);
}

/* The first case ends; another one on the same target and quarter, on
 * another ground than the same report. */
static struct kc_case *
again(struct kit *k)
{
	struct kc_case *c = k->st->cases.v[0];

	case_deliver(k, c);
	case_submit(k, c);
	case_refund(k, c, "8000");
	kit_do(k, KC_K_prededuct_decide, "G02.a", "unit=G16",
	    "target=G16-2022-K1", "situation=S4", "effect=full",
	    "standard=0.5000", "quarter=2022-Q2", "cause=false-data", EVIDENCE,
	    "reason=数据失实");
	c = k->st->cases.v[1];
	case_confirm(k, c);
	return c;
}

static void
test_good__one_cadre_one_quarter_one_loss(void **state)
{
	struct kit k;
	struct kc_case *b;

	(void)state;
	lost(&k);
	b = again(&k);
	assert_int_equal(k.st->proposals.v[b->proposal]->state, KC_PS_HELD);
	assert_int_equal(kit_clerk(&k), 0);
	kit_end(&k);

	proposed(&k); /* a proposal that stands is enough too */
	b = again(&k);
	assert_int_equal(k.st->proposals.v[b->proposal]->state, KC_PS_HELD);
	assert_int_equal(kit_clerk(&k), 0);
	/* When it is declined, the other one's turn has come. */
	kit_do(&k, KC_K_good_decline, "org", C1, FIRST, "reason=不负责该项");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_good_confirm, "org", C1, case_field(b));
	assert_int_equal(k.st->proposals.v[b->proposal]->state, KC_PS_LOST);
	kit_end(&k);
}

/* A withdrawn case leaves nothing behind, and what it held back is due. */
static void
test_good__a_loss_falls_with_its_case(void **state)
{
	struct kc_case *a, *b;
	struct kit k;

	(void)state;
	proposed(&k);
	b = again(&k);
	a = k.st->cases.v[0];
	kit_do(&k, KC_K_good_decline, "org", C1, FIRST, "reason=不负责该项");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_good_confirm, "org", C1, case_field(b));
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", case_field(b),
	    "reason=数据经核实无误");
	assert_int_equal(k.st->proposals.v[b->proposal]->state, KC_PS_FALLEN);
	assert_int_equal(k.st->proposals.v[a->proposal]->state, KC_PS_KEPT);
	assert_int_equal(kit_clerk(&k), 0);
	kit_end(&k);

	city(&k, NULL, NULL, "C1");
	a = low_rank(&k, "G16", "G16-2022-K1");
	case_confirm(&k, a);
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", FIRST,
	    "reason=通报有误");
	/* its ground is free again, and so is the quarter of the cadre */
	b = low_rank(&k, "G16", "G16-2022-K1");
	case_confirm(&k, b);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(k.st->proposals.v[b->proposal]->state, KC_PS_PROPOSED);
	kit_end(&k);
}

/* A dispute restores it; what it held back is due. The case stands. */
static void
test_good__is_restored_by_a_dispute(void **state)
{
	struct kc_dispute *d;
	struct kc_case *b;
	struct kit k;

	(void)state;
	lost(&k);
	b = again(&k);
	d = dispute_heard_of(&k, KC_K_good_confirm, "PD-2022-0001");
	/* Who confirmed the case stands aside; there is nothing between. */
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.a",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "rate=1", "finding=x");
	dispute_decide(&k, d, "overturned", NULL);
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_good_restore, "clerk", C1,
	    "case=PD-2022-0009", dispute_field(d));
	assert_int_equal(kit_clerk(&k), 2);
	assert_int_equal(k.st->proposals.v[0]->state, KC_PS_RESTORED);
	assert_int_equal(k.st->proposals.v[b->proposal]->state, KC_PS_PROPOSED);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(k.st->cases.v[0]->deducted_e4, 5000);
	kit_refused(&k, KC_R_STATE, KC_K_dispute_file, "G16.head",
	    dispute_decision(
		dispute_entry(k.st->cases.v[0], KC_K_good_confirm)),
	    "matter=PD-2022-0001", "claim=x");
	kit_end(&k);
}

static void
test_good__what_was_declined_may_be_proposed_by_another_case(void **state)
{
	struct kit k;
	struct kc_case *b;

	(void)state;
	proposed(&k);
	kit_do(&k, KC_K_good_decline, "org", C1, FIRST, "reason=不负责该项");
	b = again(&k);
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_good_confirm, "org", C1, case_field(b));
	assert_int_equal(k.st->proposals.v[0]->state, KC_PS_KEPT);
	assert_int_equal(k.st->proposals.v[1]->state, KC_PS_LOST);
	kit_end(&k);
}

static void
test_good__only_city_managed_leaders_of_superior_indicators(void **state)
{
	struct kit k;

	(void)state;
	city(&k, NULL, NULL, "C2"); /* not managed by the city */
	case_confirm(&k, low_rank(&k, "G16", "G16-2022-K1"));
	assert_int_equal(k.st->proposals.n, 0);
	kit_free(&k);

	city(&k, NULL, NULL, NULL); /* no leader named */
	case_confirm(&k, low_rank(&k, "G16", "G16-2022-K1"));
	assert_int_equal(k.st->proposals.n, 0);
	kit_free(&k);

	city(&k, NULL, NULL, "C1"); /* exempt: nothing was deducted */
	kit_do(&k, KC_K_indicator_correct, "stats", "indicator=INDG16",
	    "quarter=2022-Q2", "value=8.0000", "rank=11", "last_rank=13",
	    "reason=更正");
	kit_do(&k, KC_K_prededuct_decide, "G02.a", "unit=G16",
	    "target=G16-2022-K1", "situation=S5", "effect=exempt",
	    "standard=0.0000", "quarter=2022-Q2", EVIDENCE, "reason=进位");
	case_confirm(&k, k.st->cases.v[0]);
	assert_int_equal(k.st->proposals.n, 0);
	/* and a city task is no superior indicator */
	case_confirm(&k, case_decide(&k, NULL, "G16", "G16-2022-K2"));
	assert_int_equal(k.st->proposals.n, 0);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cadre__each_refusal),
	    cmocka_unit_test(
		test_good__is_lost_for_the_quarter_that_was_assessed),
	    cmocka_unit_test(
		test_good__is_lost_for_the_quarter_of_confirming_if_the_policy_says),
	    cmocka_unit_test(test_good__one_cadre_one_quarter_one_loss),
	    cmocka_unit_test(test_good__a_loss_falls_with_its_case),
	    cmocka_unit_test(
		test_good__what_was_declined_may_be_proposed_by_another_case),
	    cmocka_unit_test(
		test_good__only_city_managed_leaders_of_superior_indicators),
	    cmocka_unit_test(test_good__is_restored_by_a_dispute),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
