/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of a reform, and of what went: the heads and liaisons of both
 * units as they were before it, and the assessors where they had steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "negkit.h"
#include "reformkit.h"
#include "statekit.h"
#include "view/plan_int.h"

static const struct kc_plan_ask ask;

/* A quarter of an hour later: who is told as whom, of which unit. */
static void
told(const char *want)
{
	struct kc_plan p;
	struct kc_buf is = {0};

	k.now_ms += INT64_C(16) * 60000;
	assert_int_equal(kc_plan_make(&p, k.st, k.now_ms, &ask), KC_OK);
	for (uint32_t i = 0; i < p.nnotices; i++) {
		const struct kc_notice *n = &p.notices[i];

		if (strncmp(n->what, "unit.", 5) != 0)
			continue;
		kc_buf_str(&is, is.n > 0 ? "; " : "");
		kc_buf_str(&is, n->to);
		kc_buf_char(&is, '/');
		kc_buf_str(&is, kc_word_text(KC_SET_ROLE, n->role));
		kc_buf_char(&is, ' ');
		kc_buf_str(&is, n->unit);
		kc_buf_char(&is, ' ');
		kc_buf_str(&is, n->stage);
		assert_string_equal(n->handle, n->unit);
	}
	assert_string_equal(kc_buf_cstr(&is), want);
	kc_buf_free(&is);
	kc_plan_free(&p);
}

/* A letter, a dispute, an event of the list and a case in rectification. */
static void
open_matters(void)
{
	neg_city(&k);
	(void)neg_propose(&k, NULL, "G17", "0.3000");
	(void)dispute_file(
	    &k, case_rectifying(&k, "2022-07-15", "G17", "G17-K2"));
	DO(warning_issue, "P09.a", "target=G17-K2", "unit=G17", "level=yellow",
	    "planned=5000", "actual=3000", "demand=x", "rectify_by=2022-12-31",
	    "fact=x");
	DO(warning_deliver, "P09.a",
	    kit_field("warning", k.st->warnings.v[0]->handle), "unit=G17");
}

#define BOTH(word)                                                             \
	"G16.head/head G16 " word "; G16.liaison/liaison G16 " word            \
	"; G17.head/head G17 " word "; G17.liaison/liaison G17 " word

static void
test_merger__is_told_to_who_was_and_who_is(void **state)
{
	(void)state;
	kit_free(&k);
	open_matters();
	reform_merge(&k, "G17", "G16");
	told(BOTH("merged"));
	kit_replay(&k);
}

/* Once it is in the log it is not told again; and what it is about is known. */
static void
test_merger__is_told_once(void **state)
{
	struct kc_slice key;
	struct kc_message_outcome o = {.sent = true,
	    .to = KC_LIT("G17.head"),
	    .channel = KC_LIT("smtp"),
	    .keys = &key,
	    .nkeys = 1,
	    .tries = 1};
	char text[64];

	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G17", "G16");
	(void)snprintf(text, sizeof(text), "G17 unit.merge merged %u G17",
	    k.st->reforms.v[0].seq);
	key = kc_slice_str(text);
	o.day = kc_day_of_instant(k.now_ms, KC_LOCAL_OFFSET_S);
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	told("G16.head/head G16 merged; G16.liaison/liaison G16 merged; "
	     "G17.liaison/liaison G17 merged");
	kit_replay(&k);
}

/* Who judges is told where it has something to do. */
static void
test_merger__of_who_judges_is_told_to_assessors_with_open_steps(void **state)
{
	const struct kc_case *c =
	    case_rectifying(&k, "2022-07-14", "G17", "G17-K2");

	(void)state;
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G02", "G12");
	told("");
	kit_free(&k);
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-14", "G17", "G17-K2");
	kit_on(&k, "2022-07-15");
	case_submit(&k, c);
	reform_merge(&k, "G02", "G12");
	told("G02.a/assessor G02 merged; G02.b/assessor G02 merged; "
	     "G12.a/assessor G12 merged");
	kit_replay(&k);
}

static void
test_abolition__is_told_too(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	DO(unit_register, "P09.a", "unit=G40", "group=gov", "name=市新局");
	kit_enrol(&k, "G40.head", "G40", "head");
	DO(unit_abolish, REFORMERS, "unit=G40", "on=2022-07-15", PAPER);
	told("G40.head/head G40 abolished");
	DO(unit_abolish, REFORMERS, "unit=G17", "successor=G16",
	    "on=2022-07-15", PAPER);
	kit_replay(&k);
}

/* Only what went. */
static void
test_division__is_told_with_what_went(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-15");
	DO(duty_register, "P09.a", "unit=G17", "duty=D9", "text=x");
	DO(target_add, "P09.a gop", "target=G17-D1", "unit=G17", "year=2022",
	    "duty=D9", "weight=3.0000", "assessor=G02", "title=x");
	DO(unit_split, REFORMERS, "unit=G17", "successor=G16", "on=2022-07-15",
	    PAPER, "target=G17-D1", "duty=D9");
	told(BOTH("divided"));
	kit_replay(&k);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(test_##name, at_lists, done)
	const struct CMUnitTest tests[] = {
	    T(merger__is_told_to_who_was_and_who_is),
	    T(merger__is_told_once),
	    T(merger__of_who_judges_is_told_to_assessors_with_open_steps),
	    T(abolition__is_told_too),
	    T(division__is_told_with_what_went),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
