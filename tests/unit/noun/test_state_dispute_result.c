/* SPDX-License-Identifier: Apache-2.0 */
/* A result is disputed by its form, and a ruling gives another grade. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reformkit.h"
#include "yearkit.h"

/* G16 comes to less than 80 points and is of the third grade, G17 has all of
 * them and, of two, the second. P09.a gives grades and feeds back, office
 * approves. */
static void
third_to(struct kit *k, enum kc_yearend_state to)
{
	year_city(k);
	kit_do(k, KC_K_completion_find, "G02.a", "target=G16-K2", "rate=2500",
	    EVIDENCE, "reason=x");
	year_reports(k);
	kit_do(k, KC_K_yearend_data_in, "stats", YEAREND);
	year_selfchecks(k);
	for (unsigned i = 0; i < 5; i++) {
		static const char *const codes[] = {
		    "G16-K1", "G16-R1", "G17-K1", "G17-K2", "G17-R1"};

		kit_do(k, KC_K_completion_find, "G02.a",
		    kit_field("target", codes[i]), "rate=10000", EVIDENCE);
	}
	kit_do(k, KC_K_yearend_score, "P09.a", YEAREND);
	year_to(k, to);
}

static void
third(struct kit *k)
{
	third_to(k, KC_YE_FED_BACK);
}

static struct kc_result
result(const struct kit *k, const char *unit)
{
	const struct kc_result *r =
	    kc_result_of(&kc_yearend_published(k->st, 2022)->published,
		kc_find(k->st, KC_NS_UNIT, kc_slice_str(unit)));

	assert_non_null(r);
	return *r;
}

/* Does the list as it follows now say this? */
static bool
listed(const struct kit *k, const char *text)
{
	struct kc_results r;
	struct kc_refusal why;
	struct kc_buf b = {0};
	bool is;

	assert_int_equal(
	    kc_results_now(k->st, year_now(k), true, &r, &why), KC_OK);
	kc_buf_results(&b, k->st, year_now(k), &r);
	is = strstr(kc_buf_cstr(&b), text) != NULL;
	kc_buf_free(&b);
	kc_free(r.v);
	return is;
}

/* The newest form of a unit: number of its entry, and its handle. */
static const struct kc_result_form *
form_of(const struct kit *k, const char *unit)
{
	uint32_t u = kc_find(k->st, KC_NS_UNIT, kc_slice_str(unit));

	for (uint32_t i = k->st->result_forms.n; i-- > 0;)
		if (k->st->result_forms.v[i]->unit == u)
			return k->st->result_forms.v[i];
	fail_msg("no form");
	return NULL;
}

static enum kc_err
try_file(struct kit *k, const char *head, const struct kc_result_form *f)
{
	const char *fields[] = {dispute_decision(f->events.v[0].seq),
	    kit_field("matter", f->handle), "claim=得分有误", NULL};

	return kit_try(k, KC_K_dispute_file, head, fields);
}

static void
refused(struct kit *k, enum kc_refusal_code code, const char *head,
    const struct kc_result_form *f)
{
	assert_int_equal(try_file(k, head, f), KC_EREFUSED);
	assert_int_equal(k->why.code, code);
}

static struct kc_dispute *
heard(struct kit *k, const struct kc_result_form *f)
{
	struct kc_dispute *d;

	assert_int_equal(try_file(k, "G16.head", f), KC_OK);
	d = k->st->disputes.v[k->st->disputes.n - 1];
	kit_do(k, KC_K_dispute_accept, "P09.b", dispute_field(d));
	assert_int_equal(kit_clerk(k), 1); /* its replay */
	return d;
}

static struct kc_dispute *
overturned(struct kit *k)
{
	struct kc_dispute *d = heard(k, form_of(k, "G16"));

	dispute_decide(k, d, "overturned", NULL);
	return d;
}

/* The whole of it: heard, applied, graded, approved, published, fed back. */
static void
test_ruling__gives_the_next_better_grade_and_the_list_is_signed_anew(
    void **state)
{
	const struct kc_regrade *r;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third(&k);
	assert_int_equal(result(&k, "G16").grade, KC_YEAR_GRADE_THIRD);
	d = overturned(&k);
	kit_refused(&k, KC_R_YEAR_OPEN, KC_K_year_close, CLOSERS, YEAREND);
	assert_string_equal(k.why.args[2], d->handle);
	dispute_apply(&k, d);
	assert_int_equal(d->state, KC_DS_APPLIED);
	r = kc_regrade_of(k.st, 2022, d->unit);
	assert_int_equal(r->grade, KC_YEAR_GRADE_SECOND);
	assert_int_equal(r->dispute, d->index);
	assert_true(listed(&k, " 2 2 2 second ruling D-2022-0001\n"));
	assert_true(listed(&k, " 1 1 2 second\n"));
	/* What was published stays until it is published again. */
	assert_int_equal(result(&k, "G16").grade, KC_YEAR_GRADE_THIRD);
	kit_refused(&k, KC_R_RESULTS, KC_K_year_close, CLOSERS, YEAREND);
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	year_to(&k, KC_YE_PUBLISHED);
	assert_int_equal(result(&k, "G16").grade, KC_YEAR_GRADE_SECOND);
	assert_int_equal(result(&k, "G16").ruling, d->index);
	assert_int_equal(result(&k, "G17").ruling, KC_NONE);
	assert_int_equal(year_now(&k)->forms.n, 1);
	assert_string_equal(kc_lacks_forms(k.st, year_now(&k)).first, "G16");
	year_to(&k, KC_YE_CLOSED);
	assert_int_equal(form_of(&k, "G16")->grade, KC_YEAR_GRADE_SECOND);
	assert_string_equal(form_of(&k, "G16")->handle, "RF-2022-0003");
	kit_end(&k);
}

static void
test_ruling__that_upholds_leaves_the_result(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third(&k);
	d = heard(&k, form_of(&k, "G16"));
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=overturned", "grade=first", "finding=x");
	dispute_decide(&k, d, "upheld", NULL);
	kit_pass_days(&k, 14);
	assert_int_equal(kit_clerk(&k), 1); /* dispute.final */
	assert_int_equal(d->state, KC_DS_STANDS);
	assert_int_equal(k.st->regrades.n, 0);
	year_to(&k, KC_YE_CLOSED);
	assert_int_equal(result(&k, "G16").grade, KC_YEAR_GRADE_THIRD);
	kit_end(&k);
}

static void
test_regrade__says_what_follows_and_nothing_else(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third(&k);
	d = overturned(&k);
	kit_refused(&k, KC_R_STATE, KC_K_result_regrade, "clerk",
	    "result=RF-2022-0001", dispute_field(d), "was=third",
	    "grade=second");
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_result_regrade, "clerk",
	    "result=RF-2022-0002", dispute_field(d), "was=third",
	    "grade=second");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_result_regrade, "clerk",
	    "result=RF-2022-0001", dispute_field(d), "was=second",
	    "grade=second");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_result_regrade, "clerk",
	    "result=RF-2022-0001", dispute_field(d), "was=third",
	    "grade=first");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_result_regrade, "clerk",
	    "result=RF-2022-0009", dispute_field(d), "was=third",
	    "grade=second");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(form_of(&k, "G16")->events.n, 2);
	kit_end(&k);
}

static void
test_filing__is_for_the_unit_in_time_once_and_of_what_stands(void **state)
{
	const struct kc_result_form *own, *other;
	const char *fields[] = {NULL, "matter=RF-2022-0002", "claim=x", NULL};
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third(&k);
	own = form_of(&k, "G16");
	other = form_of(&k, "G17");
	refused(&k, KC_R_UNIT_MISMATCH, "G16.head", other);
	refused(&k, KC_R_ROLE, "G16.liaison", own);
	fields[0] = dispute_decision(own->events.v[0].seq);
	assert_int_equal(
	    kit_try(&k, KC_K_dispute_file, "G16.head", fields), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_FIELD_VALUE);
	d = heard(&k, own);
	refused(&k, KC_R_DUPLICATE, "G16.head", own);
	kit_do(&k, KC_K_dispute_withdraw, "G16.head", dispute_field(d));
	refused(&k, KC_R_DUPLICATE, "G16.head", own);
	kit_pass_days(&k, 9); /* more than five working days */
	refused(&k, KC_R_TOO_LATE, "G17.head", other);
	kit_end(&k);
}

/* A grade that was ruled is the least: what the rank gives beyond counts, and
 * what it takes does not. */
static void
test_ruling__is_the_least_that_the_unit_gets(void **state)
{
	struct kit k;

	(void)state;
	third(&k);
	dispute_apply(&k, overturned(&k));
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G16-K2",
	    "rate=9000", EVIDENCE, "reason=x");
	assert_true(listed(&k, " 2 2 2 second\n"));
	assert_false(listed(&k, "ruling"));
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G16-K2",
	    "rate=2000", EVIDENCE, "reason=x");
	assert_true(listed(&k, " 2 2 2 second ruling D-2022-0001\n"));
	kit_end(&k);
}

/* Of the new form, up to the first grade and no further. */
static void
test_dispute__of_the_new_form_is_another(void **state)
{
	const struct kc_result_form *was;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third(&k);
	was = form_of(&k, "G16");
	for (unsigned i = 0; i < 2; i++) {
		d = overturned(&k);
		dispute_apply(&k, d);
		kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND,
		    year_list(&k, true));
		year_to(&k, KC_YE_FED_BACK);
		/* What another form took the place of is not disputed. */
		refused(&k, KC_R_STATE, "G16.head", was);
		assert_string_equal(k.why.state, "no longer what was decided");
	}
	assert_int_equal(form_of(&k, "G16")->grade, KC_YEAR_GRADE_FIRST);
	assert_true(listed(&k, " 2 2 2 first ruling D-2022-0002\n"));
	refused(&k, KC_R_STATE, "G16.head", form_of(&k, "G16"));
	assert_string_equal(
	    k.why.state, "of the first grade, and none is better");
	assert_string_equal(k.why.args_zh[1], "第一等次，无更高等次");
	year_to(&k, KC_YE_CLOSED);
	kit_end(&k);
}

/* How many results follow otherwise than they were signed; what is next. */
static uint32_t
changed(const struct kit *k, const struct kc_kind **kind)
{
	struct kc_refusal why;
	struct kc_next n;
	uint32_t count;

	assert_int_equal(kc_yearend_next(k->st, year_now(k), &n, &why), KC_OK);
	count = n.changed.n;
	*kind = n.kind;
	kc_next_free(&n);
	return count;
}

/* What a ruling gave in a closed year is in its next version; until then the
 * year says that its results follow otherwise. */
static void
test_dispute__of_a_closed_year_counts_when_it_is_reopened(void **state)
{
	const struct kc_kind *next;
	char closed[KC_REFUSAL_ARG_MAX + 1];
	struct kit k;

	(void)state;
	third(&k);
	year_to(&k, KC_YE_CLOSED);
	kit_refused(
	    &k, KC_R_YEAR_CLOSED, KC_K_panel_open, "P09.a", "year=2022");
	(void)snprintf(closed, sizeof(closed), "%s", k.why.args[1]);
	kit_pass_days(&k, 1);
	assert_int_equal(changed(&k, &next), 0);
	dispute_apply(&k, overturned(&k));
	assert_int_equal(changed(&k, &next), 1);
	assert_null(next);
	assert_int_equal(year_now(&k)->state, KC_YE_CLOSED);
	assert_int_equal(result(&k, "G16").grade, KC_YEAR_GRADE_THIRD);
	/* It was closed on the day on which it was. */
	kit_refused(
	    &k, KC_R_YEAR_CLOSED, KC_K_panel_open, "P09.a", "year=2022");
	assert_string_equal(k.why.args[1], closed);
	kit_do(&k, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	refused(&k, KC_R_STATE, "G17.head", form_of(&k, "G17"));
	year_to(&k, KC_YE_CLOSED);
	assert_int_equal(year_now(&k)->version, 2);
	assert_int_equal(result(&k, "G16").grade, KC_YEAR_GRADE_SECOND);
	kit_end(&k);
}

/* --- who hears it --- */
static void
appealed(struct kit *k, const struct kc_dispute *d)
{
	dispute_decide(k, d, "upheld", NULL);
	kit_do(
	    k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	assert_int_equal(kit_clerk(k), 1); /* its replay */
}

/* At the second level, and not by another of the office. */
static void
heard_by_who_approved(
    struct kit *k, const char *other, enum kc_refusal_code code)
{
	struct kc_dispute *d = heard(k, form_of(k, "G16"));

	appealed(k, d);
	kit_refused(k, code, KC_K_dispute_decide, other, dispute_field(d),
	    "ruling=overturned", "finding=x");
	dispute_decide(k, d, "overturned", NULL);
	assert_int_equal(d->state, KC_DS_FINAL);
	kit_end(k);
}

static void
test_hearing__is_not_for_who_gave_the_grades_or_approved_them(void **state)
{
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third(&k);
	kit_enrol(&k, "office2", "P20", "assess-office");
	d = heard(&k, form_of(&k, "G16"));
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.a",
	    dispute_field(d), "ruling=upheld", "finding=x");
	appealed(&k, d);
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "office",
	    dispute_field(d), "ruling=overturned", "finding=x");
	kit_do(&k, KC_K_dispute_decide, "office2", dispute_field(d),
	    "ruling=overturned", "finding=x");
	assert_int_equal(d->state, KC_DS_FINAL);
	kit_end(&k);
}

/* Else nobody would hear it, ever. */
static void
test_hearing__is_for_an_office_of_one_person_that_approved(void **state)
{
	struct kit k;

	(void)state;
	third(&k);
	kit_enrol(&k, "office3", "G16", "assess-office");
	heard_by_who_approved(&k, "office3", KC_R_OWN_UNIT);
}

/* Who fed the result back cannot hear it, so that it is no other who could. */
static void
test_hearing__is_for_who_approved_where_the_other_fed_back(void **state)
{
	struct kit k;

	(void)state;
	third_to(&k, KC_YE_PUBLISHED);
	kit_enrol(&k, "office2", "P20", "assess-office estab");
	kit_do(&k, KC_K_result_feed_back, "office2", YEAREND, "unit=G16",
	    "problems=x");
	year_to(&k, KC_YE_FED_BACK);
	heard_by_who_approved(&k, "office2", KC_R_RECUSED);
}

/* --- units that ended --- */
/* The form of its last year goes to the successor, who may dispute it; else
 * that year could never be closed. */
static void
test_form__of_a_unit_that_ended_is_its_successors(void **state)
{
	const struct kc_result_form *f;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	third_to(&k, KC_YE_PUBLISHED);
	kit_enrol(&k, "G12.head", "G12", "head");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	reform_merge(&k, "G16", "G17");
	kit_refused(&k, KC_R_UNIT_ENDED, KC_K_unit_rename, "P09.a", "unit=G16",
	    "name=x");
	year_to(&k, KC_YE_FED_BACK);
	f = form_of(&k, "G16");
	refused(&k, KC_R_UNIT_MISMATCH, "G12.head", f);
	assert_int_equal(try_file(&k, "G17.head", f), KC_OK);
	d = k.st->disputes.v[k.st->disputes.n - 1];
	assert_int_equal(d->unit, reform_unit(&k, "G17")->index);
	kit_do(&k, KC_K_dispute_accept, "P09.b", dispute_field(d));
	assert_int_equal(kit_clerk(&k), 1);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_true(listed(&k, " 2 2 2 second ruling D-2022-0001\n"));
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	year_to(&k, KC_YE_CLOSED);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_ruling__gives_the_next_better_grade_and_the_list_is_signed_anew),
	    cmocka_unit_test(test_ruling__that_upholds_leaves_the_result),
	    cmocka_unit_test(test_regrade__says_what_follows_and_nothing_else),
	    cmocka_unit_test(
		test_filing__is_for_the_unit_in_time_once_and_of_what_stands),
	    cmocka_unit_test(test_ruling__is_the_least_that_the_unit_gets),
	    cmocka_unit_test(test_dispute__of_the_new_form_is_another),
	    cmocka_unit_test(
		test_dispute__of_a_closed_year_counts_when_it_is_reopened),
	    cmocka_unit_test(
		test_hearing__is_not_for_who_gave_the_grades_or_approved_them),
	    cmocka_unit_test(
		test_hearing__is_for_an_office_of_one_person_that_approved),
	    cmocka_unit_test(
		test_hearing__is_for_who_approved_where_the_other_fed_back),
	    cmocka_unit_test(test_form__of_a_unit_that_ended_is_its_successors),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
