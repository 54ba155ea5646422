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

/* What a message about the last reform says, to either of the units. */
static void
says(const char *zh, const char *en)
{
	const struct kc_reform *r = &k.st->reforms.v[k.st->reforms.n - 1];
	const char *word = kc_tell_of(r->kind)->word;
	const uint32_t units[] = {r->from, r->into};

	for (unsigned i = 0; i < 4; i++) {
		uint32_t unit = units[i % 2];
		struct kc_buf b = {0};
		char key[KC_NOTICE_KEY_MAX];

		if (unit == KC_NONE)
			continue;
		(void)snprintf(key, sizeof(key), "%s %s %s %u %s",
		    k.st->units.v[unit]->code, kc_kind_get(r->kind)->name, word,
		    r->seq, k.st->units.v[unit]->code);
		kc_buf_notice_says(&b, k.st, kc_slice_str(key),
		    i < 2 ? KC_LANG_ZH : KC_LANG_EN);
		assert_string_equal(kc_buf_cstr(&b), i < 2 ? zh : en);
		kc_buf_free(&b);
	}
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
	says("G17 并入 G16；随之移交未了结的目标 3、预扣分 1、预警函 1、复核 "
	     "1、其他事项 1，在办期限 6",
	    "G17 is merged into G16; what is open goes with it: targets 3, "
	    "pre-deductions 1, warning letters 1, disputes 1, other matters 1, "
	    "open last days 6");
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
	says("G02 并入 G12；无未了结事项移交",
	    "G02 is merged into G12; nothing open goes with it");
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
	says("G40 撤销；无未了结事项移交",
	    "G40 is abolished; nothing open goes with it");
	told("G40.head/head G40 abolished");
	DO(unit_abolish, REFORMERS, "unit=G17", "successor=G16",
	    "on=2022-07-15", PAPER);
	says("G17 撤销，由 G16 承接；随之移交未了结的目标 3",
	    "G17 is abolished, G16 takes its place; what is open goes with it: "
	    "targets 3");
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
	says("G17 部分划转 G16；随之移交未了结的目标 1",
	    "a part of G17 goes to G16; what is open goes with it: targets 1");
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
