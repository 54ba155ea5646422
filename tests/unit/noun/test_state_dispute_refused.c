/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes: who stands aside, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"
#include "yearkit.h"

/* A case of G16, fed back on a Friday; 2022-07-22 is the fifth working day. */
static struct kc_case *
delivered(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	return case_rectifying(k, "2022-07-15", "G16", "G16-K2");
}

/* The same, with 80 % returned: D 0.5000, R 0.4000. */
static struct kc_case *
refunded(struct kit *k)
{
	struct kc_case *c = delivered(k);

	case_submit(k, c);
	case_refund(k, c, "8000");
	assert_int_equal(c->deducted_e4, 5000);
	assert_int_equal(c->returned_e4, 4000);
	return c;
}

static void
done(struct kit *k)
{
	kit_end(k);
}

/* --- who stands aside
 * ------------------------------------------------------------------------ */
#define DECIDE(k, by, d)                                                       \
	kit_refused((k), KC_R_RECUSED, KC_K_dispute_decide, (by),              \
	    dispute_field(d), "ruling=upheld", "finding=x")

/* P09.b lends the power to decide disputes to a person who has none. */
static void
lend(struct kit *k, const char *from, const char *to, const char *kind)
{
	kit_do(k, KC_K_delegation_give, from, kit_field("to", to),
	    kit_field("may", kind), "from=2022-07-01", "until=2022-12-31");
}

/* An office of three: who lends a power must be of a unit. */
static void
office_of_three(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-14");
	kit_enrol(k, "P09.x", "P09", "estab");
	kit_enrol(k, "P09.y", "P09", "estab");
	kit_enrol(k, "P09.c", "P09", "liaison");
}

static void
test_recusal__of_who_confirmed_himself_or_through_another(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	office_of_three(&k);
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	kit_do(&k, KC_K_prededuct_confirm, "P09.x", case_field(c));
	d = dispute_heard(&k, c);
	DECIDE(&k, "P09.x", d);
	assert_string_equal(k.why.args[0], "P09.x");
	lend(&k, "P09.x", "P09.c", "dispute.decide"); /* uses its power */
	DECIDE(&k, "P09.c", d);
	kit_do(&k, KC_K_dispute_decide, "P09.y", dispute_field(d),
	    "ruling=upheld", "finding=x");
	done(&k);

	/* A deputy confirmed for P09.x: both took part, whoever acts now. */
	office_of_three(&k);
	lend(&k, "P09.x", "P09.c", "prededuct.confirm");
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	kit_do(&k, KC_K_prededuct_confirm, "P09.c", case_field(c));
	d = dispute_heard(&k, c);
	DECIDE(&k, "P09.x", d);
	lend(&k, "P09.y", "P09.c", "dispute.decide");
	DECIDE(&k, "P09.c", d);
	kit_do(&k, KC_K_dispute_decide, "P09.y", dispute_field(d),
	    "ruling=upheld", "finding=x");
	done(&k);
}

/* Behind another id the same person is recused as well, and cannot confirm
 * what he decided. */
static void
test_recusal__is_of_the_person_behind_the_id(void **state)
{
#define PERSON(d)                                                              \
	"person=sha256:"                                                       \
	"0505050505050505050505050505050505050505050505050505050"              \
	"50505050" d
	static const char who[] = PERSON("1"), judge[] = PERSON("2");
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	office_of_three(&k);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=P09.x", who);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=P09.y", who);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=P09.c", who);
	kit_enrol(&k, "P09.z", "P09", "estab");
	kit_enrol(&k, "P09.w", "P09", "estab");
	kit_do(&k, KC_K_person_commit, "root.a", "actor=G02.a", judge);
	kit_do(&k, KC_K_person_commit, "root.a", "actor=P09.w", judge);
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_prededuct_confirm, "P09.w",
	    case_field(c));
	kit_do(&k, KC_K_prededuct_confirm, "P09.x", case_field(c));
	d = dispute_heard(&k, c);
	DECIDE(&k, "P09.w", d);
	DECIDE(&k, "P09.y", d);
	lend(&k, "P09.z", "P09.c", "dispute.decide");
	DECIDE(&k, "P09.c", d);
	kit_do(&k, KC_K_dispute_decide, "P09.z", dispute_field(d),
	    "ruling=upheld", "finding=x");
	done(&k);
}

/* Of the assessing unit, of the disputing unit, and of the first level. */
static void
test_recusal__of_who_decided_and_of_the_unit_itself(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-14");
	kit_do(
	    &k, KC_K_role_give, "root.a root.b", "actor=G02.a", "role=estab");
	kit_enrol(&k, "G16.x", "G16", "estab");
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	d = dispute_heard(&k, c);
	DECIDE(&k, "G02.a", d);
	kit_refused(&k, KC_R_OWN_UNIT, KC_K_dispute_decide, "G16.x",
	    dispute_field(d), "ruling=upheld", "finding=x");
	dispute_decide(&k, d, "upheld", NULL);
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_role_give, "root.a root.b", "actor=P09.b",
	    "role=assess-office");
	DECIDE(&k, "P09.b", d);
	kit_free(&k);
}

/* --- refusals
 * ----------------------------------------------------------------------------------
 */
static void
test_refused__what_cannot_be_filed(void **state)
{
	const char *confirm;
	struct kc_case *c, *other;
	struct kit k;

	(void)state;
	c = delivered(&k);
	confirm = dispute_decision(dispute_entry(c, KC_K_prededuct_confirm));
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_dispute_file, "G16.head",
	    "decision=1", kit_field("matter", c->handle), "claim=x");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_dispute_file, "G16.head",
	    dispute_decision(dispute_entry(c, KC_K_prededuct_decide)),
	    kit_field("matter", c->handle), "claim=x");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_dispute_file, "G16.head",
	    confirm, "matter=G16-K2", "claim=x");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_dispute_file, "G17.head",
	    confirm, kit_field("matter", c->handle), "claim=x");
	kit_refused(&k, KC_R_ROLE, KC_K_dispute_file, "G16.liaison", confirm,
	    kit_field("matter", c->handle), "claim=x");
	/* What was withdrawn is no longer there to dispute. */
	other = case_rectifying(&k, NULL, "G17", "G17-K2");
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", case_field(other),
	    "reason=x");
	kit_refused(&k, KC_R_STATE, KC_K_dispute_file, "G17.head",
	    dispute_decision(dispute_entry(other, KC_K_prededuct_confirm)),
	    kit_field("matter", other->handle), "claim=x");
	kit_free(&k);
}

/* A unit listed apart has a form, but no grade that could fall. */
static void
test_refused__a_result_without_a_grade_says_that_it_has_none(void **state)
{
	static const char *const codes[] = {
	    "P09-2022-K1", "P09-2022-K2", "P09-2022-R1"};
	const struct kc_result_form *f;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_enrol(&k, "P09.head", "P09", "head");
	kit_do(
	    &k, KC_K_duty_register, "P09.a", "unit=P09", "duty=D1", "text=x");
	case_list(&k, "P09", 2022, NULL);
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_reports(&k);
	case_report(&k, "INDP09", "2022-Q4", 5, 5);
	kit_do(&k, KC_K_yearend_data_in, "stats", YEAREND);
	year_completions(&k);
	year_selfchecks(&k);
	for (unsigned i = 0; i < 3; i++) {
		const char *target = kit_field("target", codes[i]);

		kit_do(&k, KC_K_completion_find, "G02.a", target, "rate=10000",
		    EVIDENCE);
		kit_do(&k, KC_K_selfcheck_file, "P09.head", target,
		    "completion=10000", EVIDENCE);
	}
	kit_do(&k, KC_K_yearend_score, "P09.a", YEAREND);
	year_to(&k, KC_YE_FED_BACK);
	f = k.st->result_forms.v[k.st->result_forms.n - 1];
	kit_refused(&k, KC_R_STATE, KC_K_dispute_file, "P09.head",
	    dispute_decision(f->events.v[0].seq),
	    kit_field("matter", f->handle), "claim=x");
	assert_string_equal(
	    k.why.state, "without a grade, of a unit listed apart");
	assert_string_equal(k.why.args_zh[1], "单列，不评等次");
	kit_end(&k);
}

static void
test_refused__rulings_that_do_not_fit(void **state)
{
	static const struct {
		enum kc_refusal_code code;
		const char *fields[3];
	} rows[] = {
	    {KC_R_FIELD_MISSING, {"ruling=reduced"}},
	    {KC_R_RULING, {"ruling=reduced", "points=0.5000"}},
	    {KC_R_RULING, {"ruling=reduced", "points=0.0000"}},
	    {KC_R_FIELD_MISSING, {"ruling=reduced", "rate=8000"}},
	    {KC_R_RULING, {"ruling=overturned", "points=0.1000"}},
	    {KC_R_RULING, {"ruling=upheld", "level=red"}},
	    {KC_R_RULING, {"ruling=reduced", "points=0.1000", "rate=8000"}},
	};
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		kit_refused(&k, rows[i].code, KC_K_dispute_decide, "P09.b",
		    dispute_field(d), "finding=x", rows[i].fields[0],
		    rows[i].fields[1], rows[i].fields[2]);
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_dispute_decide, "P09.b",
	    "dispute=D-2022-0009", "ruling=upheld", "finding=x");
	kit_free(&k);
}

/* --- the clerk's entries follow from the log
 * ------------------------------------------------------ */
#define HASH                                                                   \
	"sha256:"                                                              \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static void
test_refused__of_the_clerk_what_does_not_follow(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = refunded(&k);
	d = dispute_file(&k, c);
	kit_refused(&k, KC_R_NOT_DUE, KC_K_dispute_admit, "clerk",
	    dispute_field(d), "due=2022-07-20");
	kit_do(&k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_dispute_replay, "clerk",
	    dispute_field(d), "policy=" HASH, "state=" HASH, "trail=" HASH);
	(void)kit_clerk(&k);
	kit_refused(&k, KC_R_NOT_DUE, KC_K_dispute_replay, "clerk",
	    dispute_field(d), "policy=" HASH, "state=" HASH, "trail=" HASH);
	dispute_decide(&k, d, "overturned", NULL);
	kit_refused(&k, KC_R_STATE, KC_K_prededuct_revoke, "clerk",
	    case_field(c), dispute_field(d), "deducted=0.5000",
	    "returned=0.4000");
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_prededuct_revoke, "clerk",
	    case_field(c), dispute_field(d), "deducted=0.5000",
	    "returned=0.3000");
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_prededuct_reduce, "clerk",
	    case_field(c), dispute_field(d), "deducted=0.3000",
	    "returned=0.2400", "clawback=0.1600");
	assert_int_equal(kit_clerk(&k), 1);
	done(&k);
}

/* A case that its judges withdrew meanwhile leaves nothing to correct. */
static void
test_application__of_what_is_gone_corrects_nothing(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", case_field(c),
	    "reason=x");
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(kit_clerk(&k), 0);
	assert_int_equal(c->state, KC_CS_WITHDRAWN);
	done(&k);
}

/* The replay is of the disputing unit: what others do does not move it, what
 * is its own does. */
static void
test_replay__of_a_unit_says_what_is_the_units(void **state)
{
	struct kc_hash before, after;
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	assert_int_equal(kc_unit_digest(k.st, c->unit, &before), KC_OK);
	k.st->cases.v[0]->deducted_e4++;
	assert_int_equal(kc_unit_digest(k.st, c->unit, &after), KC_OK);
	assert_false(kc_hash_eq(&before, &after));
	k.st->cases.v[0]->deducted_e4--;
	k.st->targets.v[k.st->targets.n - 1]->weight_e4++; /* of G17 */
	assert_int_equal(kc_unit_digest(k.st, c->unit, &after), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
	(void)d;
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_recusal__is_of_the_person_behind_the_id),
	    cmocka_unit_test(
		test_recusal__of_who_confirmed_himself_or_through_another),
	    cmocka_unit_test(
		test_recusal__of_who_decided_and_of_the_unit_itself),
	    cmocka_unit_test(test_refused__what_cannot_be_filed),
	    cmocka_unit_test(
		test_refused__a_result_without_a_grade_says_that_it_has_none),
	    cmocka_unit_test(test_refused__rulings_that_do_not_fit),
	    cmocka_unit_test(test_refused__of_the_clerk_what_does_not_follow),
	    cmocka_unit_test(
		test_application__of_what_is_gone_corrects_nothing),
	    cmocka_unit_test(test_replay__of_a_unit_says_what_is_the_units),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
