/* SPDX-License-Identifier: Apache-2.0 */
/* Warning letters: addressees, replies, what is overdue, how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

#define LETTER "warning=W-2022-0001"
#define HANDLE "W-2022-0001"
#define ISSUE                                                                  \
	"level=yellow", "rectify_by=2022-12-20", "fact=滞后", "demand=整改"

static void
issued(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-20");
	kit_do(k, KC_K_warning_issue, "P09.a", "target=G17-K2", "unit=G17",
	    "unit=G16", "planned=5000", "actual=3000", ISSUE);
}

/* To G17 only: ten working days end on 2022-08-03. */
static void
delivered(struct kit *k)
{
	issued(k);
	kit_do(k, KC_K_warning_deliver, "P09.a", LETTER, "unit=G17");
}

static void
replied(struct kit *k)
{
	delivered(k);
	kit_do(k, KC_K_warning_reply, "G17.head", LETTER, "reply=已部署");
}

static void
overdue(struct kit *k)
{
	delivered(k);
	kit_on(k, "2022-08-04");
	assert_int_equal(kit_clerk(k), 1);
}

static void
past_reply(struct kit *k)
{
	delivered(k);
	kit_on(k, "2022-08-04");
}

static void
lifted(struct kit *k)
{
	replied(k);
	kit_do(
	    k, KC_K_warning_lift, "P09.b", LETTER, EVIDENCE, "finding=已落实");
}

static void
a_draft(struct kit *k)
{
	kit_init(k, KIT_RULES);
	kit_do(k, KC_K_target_draft, "P09.a", "target=G17-K2", "unit=G17",
	    "year=2022", "class=key", "source=city-key", "duty=D1",
	    "weight=40.0000", "assessor=G02", "title=年度目标");
}

static const struct refusal_row rows[] = {
    {"unknown target", NULL, KC_R_NOT_FOUND, KC_K_warning_issue, "P09.a",
	{"target=G17-K9", "unit=G17", ISSUE}, NULL, "target"},
    {"target not yet issued", a_draft, KC_R_STATE, KC_K_warning_issue, "P09.a",
	{"target=G17-K2", "unit=G17", ISSUE}, NULL, "G17-K2"},
    {"unknown unit", NULL, KC_R_NOT_FOUND, KC_K_warning_issue, "P09.a",
	{"target=G17-K2", "unit=G17", "unit=G99", ISSUE}, NULL, "unit"},
    {"a unit twice", NULL, KC_R_DUPLICATE, KC_K_warning_issue, "P09.a",
	{"target=G17-K2", "unit=G17", "unit=G17", ISSUE}, NULL, "G17"},
    {"without the owner", NULL, KC_R_NOT_FOUND, KC_K_warning_issue, "P09.a",
	{"target=G17-K2", "unit=G16", ISSUE}, NULL, "addressee"},
    {"rectify by today", NULL, KC_R_DATE_ORDER, KC_K_warning_issue, "P09.a",
	{"target=G17-K2", "unit=G17", "level=blue", "rectify_by=2022-07-15",
	    "fact=滞后", "demand=整改"},
	NULL, "2022-07-15"},
    {"rectify after the year", NULL, KC_R_DATE_ORDER, KC_K_warning_issue,
	"P09.a",
	{"target=G17-K2", "unit=G17", "level=blue", "rectify_by=2023-01-01",
	    "fact=滞后", "demand=整改"},
	NULL, "2023-01-01"},
    {"deliver no letter", NULL, KC_R_NOT_FOUND, KC_K_warning_deliver, "P09.a",
	{LETTER, "unit=G17"}, NULL, "warning"},
    {"deliver to another", issued, KC_R_NOT_FOUND, KC_K_warning_deliver,
	"P09.a", {LETTER, "unit=G02"}, NULL, "addressee"},
    {"deliver twice", delivered, KC_R_DUPLICATE, KC_K_warning_deliver, "P09.a",
	{LETTER, "unit=G17"}, NULL, HANDLE},
    {"deliver what is lifted", lifted, KC_R_STATE, KC_K_warning_deliver,
	"P09.a", {LETTER, "unit=G16"}, NULL, HANDLE},
    {"reply before delivery", issued, KC_R_STATE, KC_K_warning_reply,
	"G17.head", {LETTER, "reply=已部署"}, NULL, HANDLE},
    {"reply to what others got", delivered, KC_R_STATE, KC_K_warning_reply,
	"G16.head", {LETTER, "reply=已部署"}, NULL, HANDLE},
    {"reply twice", replied, KC_R_DUPLICATE, KC_K_warning_reply, "G17.head",
	{LETTER, "reply=已部署"}, NULL, HANDLE},
    {"reply by a liaison", delivered, KC_R_ROLE, KC_K_warning_reply,
	"G17.liaison", {LETTER, "reply=已部署"}, NULL, "G17.liaison"},
    {"escalate to the same", delivered, KC_R_STATE, KC_K_warning_escalate,
	"P09.a", {LETTER, "level=yellow", "reason=未动"}, NULL, HANDLE},
    {"escalate downward", delivered, KC_R_STATE, KC_K_warning_escalate, "P09.a",
	{LETTER, "level=blue", "reason=未动"}, NULL, HANDLE},
    {"lift before delivery", issued, KC_R_STATE, KC_K_warning_lift, "P09.a",
	{LETTER, EVIDENCE, "finding=已落实"}, NULL, HANDLE},
    {"lift twice", lifted, KC_R_STATE, KC_K_warning_lift, "P09.a",
	{LETTER, EVIDENCE, "finding=已落实"}, NULL, HANDLE},
    {"withdraw what is lifted", lifted, KC_R_STATE, KC_K_warning_withdraw,
	"P09.a", {LETTER, "reason=有误"}, NULL, HANDLE},
    {"overdue before its time", delivered, KC_R_NOT_DUE, KC_K_warning_overdue,
	"clerk", {LETTER, "unit=G17", "due=2022-08-03"}, NULL,
	"warning.overdue"},
    {"overdue of another day", past_reply, KC_R_FIELD_VALUE,
	KC_K_warning_overdue, "clerk", {LETTER, "unit=G17", "due=2022-08-02"},
	NULL, "due"},
    {"overdue of a unit without it", past_reply, KC_R_DUE_FIRST,
	KC_K_warning_overdue, "clerk", {LETTER, "unit=G16", "due=2022-08-03"},
	NULL, "warning.overdue"},
    {"overdue twice", overdue, KC_R_DUPLICATE, KC_K_warning_overdue, "clerk",
	{LETTER, "unit=G17", "due=2022-08-03"}, NULL, HANDLE},
};

static void
test_warning__each_refusal(void **state)
{
	struct kit k;

	(void)state;
	case_check_rows(rows, sizeof(rows) / sizeof(rows[0]));
	/* a head of a unit that the letter does not address */
	delivered(&k);
	kit_enrol(&k, "G12.head", "G12", "head");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_warning_reply, "G12.head",
	    LETTER, "reply=已部署");
	kit_free(&k);
}

static void
test_warning__each_unit_has_its_own_clock(void **state)
{
	struct kit k;
	struct kc_warning *w;

	(void)state;
	delivered(&k);
	w = k.st->warnings.v[0];
	assert_string_equal(w->handle, HANDLE);
	assert_int_equal(k.st->units.v[w->to.v[1].unit]->warnings.n, 1);
	kit_on(&k, "2022-07-21");
	kit_do(&k, KC_K_warning_deliver, "P09.a", LETTER, "unit=G16");
	assert_string_equal(case_day(w->to.v[0].reply_due), "2022-08-03");
	assert_string_equal(case_day(w->to.v[1].reply_due), "2022-08-04");
	kit_on(&k, "2022-08-03");
	kit_do(&k, KC_K_warning_reply, "G17.head", LETTER, "reply=已部署");
	assert_int_equal(w->state, KC_WS_DELIVERED);
	kit_at(&k, "2022-08-04", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_at(&k, "2022-08-05", 0, 0);
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_warning_reply, "G16.head", LETTER,
	    "reply=已部署");
	assert_string_equal(k.why.args[1], "W-2022-0001 G16");
	assert_int_equal(kit_clerk(&k), 1);
	/* late, but a reply; what was overdue stays on record */
	kit_do(&k, KC_K_warning_reply, "G16.head", LETTER, "reply=已部署");
	assert_int_equal(w->state, KC_WS_REPLIED);
	assert_false(w->to.v[0].overdue);
	assert_true(w->to.v[1].overdue);
	kit_end(&k);
}

static void
test_warning__a_letter_that_ended_is_not_overdue(void **state)
{
	struct kit k;

	(void)state;
	delivered(&k);
	kit_do(&k, KC_K_warning_escalate, "P09.a", LETTER, "level=red",
	    "reason=多次提醒");
	assert_int_equal(k.st->warnings.v[0]->level, KC_LEVEL_RED);
	kit_do(&k, KC_K_warning_withdraw, "P09.a", LETTER, "reason=有误");
	kit_on(&k, "2022-09-01");
	assert_int_equal(kit_clerk(&k), 0);
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    ISSUE);
	assert_string_equal(kit_handle(&k), "W-2022-0002");
	kit_end(&k);

	delivered(&k); /* lifted with no reply at all */
	kit_do(
	    &k, KC_K_warning_lift, "P09.a", LETTER, EVIDENCE, "finding=已落实");
	assert_string_equal(
	    case_day(k.st->warnings.v[0]->closed), "2022-07-20");
	kit_on(&k, "2022-09-01");
	assert_int_equal(kit_clerk(&k), 0);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_warning__each_refusal),
	    cmocka_unit_test(test_warning__each_unit_has_its_own_clock),
	    cmocka_unit_test(test_warning__a_letter_that_ended_is_not_overdue),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
