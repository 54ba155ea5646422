/* SPDX-License-Identifier: Apache-2.0 */
/* The negative list in scores and their explanation, from real ledgers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "negkit.h"
#include "roundkit.h"
#include "viewkit.h"

#define SITUATION                                                              \
	"situation=S3", "effect=full", "standard=0.5000", "planned=7500",      \
	    "actual=5200", EVIDENCE, "reason=x"
#define CASE "unit=G17", "target=G17-K2", SITUATION
#define ROUTINE                                                                \
	"unit=G17", "target=G17-R1", "situation=S8", "effect=half",            \
	    "cause=shared", "standard=0.5000", EVIDENCE, "reason=x"

static struct kc_negative *
confirmed(struct kit *k, const char *amount, const char *more)
{
	struct kc_negative *n;

	kit_do(k, KC_K_negative_propose, "G12.a", "unit=G17", "item=3",
	    kit_field("amount", amount), "on=2022-07-01", EVIDENCE, "fact=x",
	    more);
	n = k->st->negatives.v[k->st->negatives.n - 1];
	kit_do(k, KC_K_negative_confirm, "P09.a", neg_field(n));
	return n;
}

static void
want(struct kit *k, const char *negative, const char *retained,
    const char *total)
{
	json_t *doc = view_of(k, "score", "G17", NULL, NULL);
	const json_t *row = row_where(doc, "unit", "G17");

	assert_string_equal(text_at(row, "negative"), negative);
	assert_string_equal(text_at(row, "retained"), retained);
	assert_string_equal(text_at(row, "total"), total);
	json_decref(doc);
}

/* Rows of each depth add up to the row above them, and those of depth 0 to
 * the total. */
static void
adds_up(struct kit *k)
{
	json_t *doc = view_of(k, "explain", "G17", NULL, NULL), *row;
	int64_t sum[3] = {0}, head[3] = {0};
	bool open[3] = {false};
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		size_t depth = (size_t)int_at(row, "depth");

		for (size_t d = depth; d < 2; d++) {
			if (open[d] && sum[d + 1] != 0)
				assert_int_equal(sum[d + 1], head[d]);
			sum[d + 1] = 0;
			open[d] = false;
		}
		if (strcmp(text_at(row, "part"), "total") == 0)
			assert_int_equal(sum[0], points_at(row, "points"));
		sum[depth] += points_at(row, "points");
		head[depth] = points_at(row, "points");
		open[depth] = true;
	}
	json_decref(doc);
}

/* The trail ends with what counts, and says what the rules change before. */
static void
trail_ends_with(struct kit *k, const char *by_rules, const char *total)
{
	json_t *doc = view_of(k, "trail", "G17", NULL, NULL);
	const json_t *rows = json_object_get(doc, "rows");
	size_t n = json_array_size(rows);
	const json_t *before = json_array_get(rows, n - 2);
	bool changed =
	    n > 1 && strcmp(text_at(before, "kind"), "by_rules") == 0;

	assert_string_equal(
	    changed ? text_at(before, "points") : "0.0000", by_rules);
	assert_string_equal(
	    text_at(row_where(doc, "kind", "total"), "total"), total);
	json_decref(doc);
}

static void
test_negative__counts_from_its_confirmation_and_is_capped_by_item(void **state)
{
	struct kc_negative *n;
	struct kit k;
	json_t *doc;

	(void)state;
	neg_city(&k);
	(void)neg_propose(&k, NULL, "G17", "0.3000");
	want(&k, "0.0000", "0.0000", "100.0000");
	n = confirmed(&k, "0.3000", NULL);
	want(&k, "0.3000", "0.0000", "99.7000");
	adds_up(&k);
	(void)confirmed(&k, "1.0000", NULL);
	(void)confirmed(&k, "1.0000", NULL);
	want(&k, "2.0000", "0.0000", "98.0000"); /* of 2.3000 */
	trail_ends_with(&k, "0.3000", "-2.0000");
	adds_up(&k);
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	assert_string_equal(
	    text_at(row_where(doc, "negative", n->handle), "points"),
	    "-0.3000");
	json_decref(doc);
	kit_do(&k, KC_K_negative_withdraw, "P09.a P09.b", neg_field(n),
	    "reason=x");
	want(&k, "2.0000", "0.0000", "98.0000"); /* of 2.0000 */
	trail_ends_with(&k, "0.0000", "-2.0000");
	kit_end(&k);
}

static void
test_trail__has_the_events_of_the_negative_list(void **state)
{
	struct kc_negative *n;
	struct kit k;
	json_t *doc;

	(void)state;
	neg_city(&k);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	n = confirmed(&k, "0.3000", NULL);
	trail_ends_with(&k, "0.0000", "-0.8000");
	doc = view_of(&k, "summary", NULL, NULL, NULL);
	assert_int_equal(int_at(doc, "negative_events"), 1);
	json_decref(doc);
	kit_do(&k, KC_K_negative_withdraw, "P09.a P09.b", neg_field(n),
	    "reason=x");
	trail_ends_with(&k, "0.0000", "-0.5000");
	kit_end(&k);
}

/* D 0.5000 against N 0.3000: the case; after 80 % came back, the event. */
static void
test_fact__is_punished_once_and_the_larger_stands(void **state)
{
	struct kc_case *c;
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	want(&k, "0.0000", "0.5000", "99.5000");
	trail_ends_with(&k, "0.0000", "-0.5000");
	n = confirmed(&k, "0.3000", case_field(c));
	want(&k, "0.0000", "0.5000", "99.5000");
	trail_ends_with(&k, "0.3000", "-0.5000");
	adds_up(&k);
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	want(&k, "0.3000", "0.0000", "99.7000");
	trail_ends_with(&k, "0.1000", "-0.3000");
	adds_up(&k);
	kit_do(&k, KC_K_negative_withdraw, "P09.a P09.b", neg_field(n),
	    "reason=x");
	want(&k, "0.0000", "0.1000", "99.9000");
	adds_up(&k);
	/* What came to nothing has used up nothing. */
	(void)confirmed(&k, "0.2000", case_field(c));
	want(&k, "0.2000", "0.0000", "99.8000");
	kit_end(&k);
}

static void
test_fact__is_of_the_unit_and_named_by_one_event(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	neg_city(&k);
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
#define REFUSED(code, unit, of)                                                \
	kit_refused(&k, KC_R_##code, KC_K_negative_propose, "G12.a",           \
	    "unit=" unit, "item=3", "amount=0.3000", "on=2022-07-01",          \
	    EVIDENCE, "fact=x", of)
	REFUSED(UNIT_MISMATCH, "G17", case_field(c));
	REFUSED(NOT_FOUND, "G16", "case=PD-2022-0009");
	kit_do(&k, KC_K_negative_propose, "G12.a", "unit=G16", "item=3",
	    "amount=0.3000", "on=2022-07-01", EVIDENCE, "fact=x",
	    case_field(c));
	REFUSED(DUPLICATE, "G16", case_field(c));
	assert_string_equal(k.why.args[0], "N-2022-0001");
	kit_do(&k, KC_K_negative_decline, "P09.a", "negative=N-2022-0001",
	    "reason=x");
	kit_do(&k, KC_K_prededuct_decline, "P09.a", case_field(c), "reason=x");
	REFUSED(STATE, "G16", case_field(c));
	kit_end(&k);
}

/* The same when the event came first and the pre-deduction names it. */
static void
test_fact__is_punished_once_from_either_side(void **state)
{
	struct kc_negative *n, *other;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = confirmed(&k, "0.3000", NULL);
	other = neg_propose(&k, NULL, "G16", "0.2000");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_prededuct_decide, "G02.a", CASE,
	    "negative=N-2022-0009");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_prededuct_decide, "G02.a",
	    CASE, neg_field(other));
	kit_do(&k, KC_K_prededuct_decide, "G02.a", CASE, neg_field(n));
	want(&k, "0.3000", "0.0000", "99.7000");
	kit_do(&k, KC_K_prededuct_confirm, "P09.b", "case=PD-2022-0001");
	want(&k, "0.0000", "0.5000", "99.5000");
	adds_up(&k);
	/* The pair is whole: nobody else may be paired with either. */
	kit_refused(&k, KC_R_DUPLICATE, KC_K_negative_propose, "G12.a",
	    "unit=G17", "item=3", "amount=0.4000", "on=2022-07-01", EVIDENCE,
	    "fact=x", "case=PD-2022-0001");
	kit_refused(&k, KC_R_DUPLICATE, KC_K_prededuct_decide, "G02.a", ROUTINE,
	    neg_field(n));
	kit_do(&k, KC_K_negative_withdraw, "G12.a P09.a", neg_field(n),
	    "reason=x");
	kit_refused(&k, KC_R_STATE, KC_K_prededuct_decide, "G02.a", ROUTINE,
	    neg_field(n));
	want(&k, "0.0000", "0.5000", "99.5000");
	kit_end(&k);
}

/* What came to nothing frees the event for another. */
static void
test_fact__of_a_case_that_was_declined_may_be_named_again(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = confirmed(&k, "0.3000", NULL);
	kit_do(&k, KC_K_prededuct_decide, "G02.a", CASE, neg_field(n));
	kit_do(&k, KC_K_prededuct_decline, "P09.b", "case=PD-2022-0001",
	    "reason=x");
	want(&k, "0.3000", "0.0000", "99.7000");
	kit_do(&k, KC_K_prededuct_decide, "G02.a", CASE, neg_field(n));
	kit_do(&k, KC_K_prededuct_confirm, "P09.b", "case=PD-2022-0002");
	want(&k, "0.0000", "0.5000", "99.5000");
	kit_end(&k);
}

/* What a deduction rests on is among its entries. */
static void
test_case__that_rests_on_an_opinion_cites_it(void **state)
{
	const struct kc_opinion *o;
	const json_t *row;
	struct kit k;
	json_t *doc;

	(void)state;
	o = round_city(&k, "behind");
	kit_do(&k, KC_K_prededuct_decide, "G02.a", "unit=G16", "target=G16-K2",
	    "situation=S3", "effect=full", "standard=0.5000", "planned=7500",
	    "actual=5200", EVIDENCE, "reason=x", round_opinion_field(o));
	case_confirm(&k, k.st->cases.v[0]);
	doc = view_of(&k, "explain", "G16", NULL, NULL);
	row = row_where(doc, "part", "deduct");
	assert_string_equal(
	    text_at(row, "item"), "扣分，依据意见 OP-2022-0002");
	assert_int_equal(
	    json_integer_value(json_array_get(json_object_get(row, "seqs"), 0)),
	    o->events.v[0].seq);
	json_decref(doc);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_negative__counts_from_its_confirmation_and_is_capped_by_item),
	    cmocka_unit_test(test_trail__has_the_events_of_the_negative_list),
	    cmocka_unit_test(test_fact__is_punished_once_and_the_larger_stands),
	    cmocka_unit_test(test_fact__is_of_the_unit_and_named_by_one_event),
	    cmocka_unit_test(test_case__that_rests_on_an_opinion_cites_it),
	    cmocka_unit_test(test_fact__is_punished_once_from_either_side),
	    cmocka_unit_test(
		test_fact__of_a_case_that_was_declined_may_be_named_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
