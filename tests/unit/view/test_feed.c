/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds: whose last days, how a change is told, for how long an end is. */
#include <kaocheng/feed.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "disputekit.h"

#define SEEN_MAX 512
#define TEXT_SIZE 2048

static struct kit k;
static struct kc_buf out;

/* Every event of every feed as it was last, by person and UID. */
static struct {
	char who[KC_CODE_MAX + 1], uid[128], text[TEXT_SIZE];
	uint64_t sequence;
} seen[SEEN_MAX];
static unsigned nseen;

static int
tear_down(void **state)
{
	(void)state;
	nseen = 0;
	kc_buf_free(&out);
	kit_free(&k);
	return 0;
}

static const char *
feed(const char *actor)
{
	const struct kc_feed_ask ask = {.actor = kc_slice_str(actor),
	    .now_ms = k.now_ms,
	    .lang = KC_LANG_EN};

	kc_buf_reset(&out);
	assert_int_equal(kc_feed_render(&out, k.st, &ask), KC_OK);
	return kc_buf_cstr(&out);
}

/* The value of a line of an event; "" if it has none. Static storage. */
static const char *
value(const char *event, const char *name)
{
	static char text[4][TEXT_SIZE];
	static unsigned next;
	char *to = text[next++ % 4];
	const char *at = strstr(event, name), *end;

	to[0] = '\0';
	if (at == NULL)
		return to;
	at += strlen(name);
	end = strstr(at, "\r\n");
	assert_true(end - at < TEXT_SIZE);
	memcpy(to, at, (size_t)(end - at));
	to[end - at] = '\0';
	return to;
}

/* What changed is told by a sequence that grows; it never falls. */
static void
watch_event(const char *who, const char *text)
{
	const char *uid = value(text, "UID:");
	uint64_t sequence = 0;
	unsigned i = 0;

	assert_true(kc_read_u64(
	    kc_slice_str(value(text, "SEQUENCE:")), INT32_MAX, &sequence));
	while (i < nseen &&
	    (strcmp(seen[i].who, who) != 0 || strcmp(seen[i].uid, uid) != 0))
		i++;
	assert_true(i < SEEN_MAX);
	if (i < nseen) {
		assert_true(sequence >= seen[i].sequence);
		if (strcmp(seen[i].text, text) != 0 &&
		    sequence == seen[i].sequence)
			fail_msg("%s: no new sequence:\n%s%s", who,
			    seen[i].text, text);
	} else {
		nseen++;
	}
	(void)snprintf(seen[i].who, sizeof(seen[i].who), "%s", who);
	(void)snprintf(seen[i].uid, sizeof(seen[i].uid), "%s", uid);
	(void)snprintf(seen[i].text, sizeof(seen[i].text), "%s", text);
	seen[i].sequence = sequence;
}

static void
watch(void)
{
	for (size_t i = 0; kc_state_actor(k.st, i).n > 0; i++) {
		char who[KC_CODE_MAX + 1], text[TEXT_SIZE];
		const char *at;

		assert_true(
		    kc_slice_copy(who, sizeof(who), kc_state_actor(k.st, i)));
		at = feed(who);
		while ((at = strstr(at, "BEGIN:VEVENT")) != NULL) {
			const char *end = strstr(at, "END:VEVENT");

			assert_true(end - at < TEXT_SIZE);
			memcpy(text, at, (size_t)(end - at));
			text[end - at] = '\0';
			watch_event(who, text);
			at = end;
		}
	}
}

/* "case.plan 2022-07-27 CONFIRMED 2; ..." of a person's events. */
static void
lists(const char *actor, const char *want)
{
	const char *at = feed(actor);
	struct kc_buf b = {0};

	while ((at = strstr(at, "BEGIN:VEVENT")) != NULL) {
		const char *uid = value(at, "UID:");
		const char *start = value(at, "DTSTART;VALUE=DATE:");

		kc_buf_str(&b, b.n > 0 ? "; " : "");
		kc_buf_put(&b, uid, (size_t)(strchr(uid, '@') - uid));
		kc_buf_char(&b, ' ');
		kc_buf_str(&b, start + 4);
		kc_buf_char(&b, ' ');
		kc_buf_str(&b, value(at, "STATUS:"));
		at++;
	}
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
}

static void
test_feed__holds_what_the_planner_tells_of_by_the_last_day(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-07-20", "G17", "G17-K2");
	lists("P09.a", "PD-2022-0001.case.confirm 0727 CONFIRMED");
	lists("G17.head", "");
	case_confirm(&k, k.st->cases.v[0]);
	lists("G02.a", "PD-2022-0001.case.feedback 0727 CONFIRMED");
	case_deliver(&k, k.st->cases.v[0]);
	lists("G17.liaison",
	    "PD-2022-0001.case.plan 0803 CONFIRMED; "
	    "PD-2022-0001.case.rectify 1020 CONFIRMED");
	lists("G02.a", "PD-2022-0001.case.feedback 0727 CANCELLED");
	/* the leader in charge, whose unit it is not */
	lists("leader",
	    "PD-2022-0001.case.plan.G17 0803 CONFIRMED; "
	    "PD-2022-0001.case.rectify.G17 1020 CONFIRMED");
	lists("G16.head", "");
	lists("audit", "");
}

static void
test_feed__what_is_late_comes_to_those_above(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	case_submit(&k, case_rectifying(&k, "2022-07-20", "G17", "G17-K2"));
	lists("G02.a",
	    "PD-2022-0001.case.feedback 0727 CANCELLED; "
	    "PD-2022-0001.case.review 0803 CONFIRMED");
	lists("P09.a", "PD-2022-0001.case.confirm 0727 CANCELLED");
	kit_on(&k, "2022-08-04");
	(void)kit_clerk(&k);
	lists("P09.a",
	    "PD-2022-0001.case.confirm 0727 CANCELLED; "
	    "PD-2022-0001.case.review.G02 0803 CONFIRMED");
}

static void
test_feed__each_change_of_a_case_has_a_new_sequence(void **state)
{
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-20", "G17", "G17-K2");
	watch();
	case_confirm(&k, c);
	watch();
	case_deliver(&k, c);
	watch();
	kit_do(&k, KC_K_extension_request, "G17.head", case_field(c),
	    "reason=汛期");
	watch();
	lists("G17.head",
	    "PD-2022-0001.case.plan 0803 CONFIRMED; "
	    "PD-2022-0001.case.rectify 1020 CONFIRMED");
	kit_do(&k, KC_K_extension_grant, "G02.a P09.a", case_field(c),
	    "reason=同意");
	watch();
	lists("G17.head",
	    "PD-2022-0001.case.plan 0803 CONFIRMED; "
	    "PD-2022-0001.case.rectify 1121 CONFIRMED");
	kit_on(&k, "2022-09-01"); /* the plan was never filed */
	watch();
	lists("G17.head",
	    "PD-2022-0001.case.plan 0803 CANCELLED; "
	    "PD-2022-0001.case.rectify 1121 CONFIRMED");
	case_submit(&k, c);
	watch();
	lists("G17.head",
	    "PD-2022-0001.case.plan 0803 CANCELLED; "
	    "PD-2022-0001.case.rectify 1121 CANCELLED");
	assert_non_null(strstr(feed("G17.head"), "STATUS:COMPLETED"));
	kit_on(&k, "2022-09-28"); /* and the review is overdue */
	(void)kit_clerk(&k);
	watch();
	kit_do(
	    &k, KC_K_rectify_reject, "G02.a", case_field(c), "reason=未达标");
	watch();
	lists("G17.head",
	    "PD-2022-0001.case.plan 0803 CANCELLED; "
	    "PD-2022-0001.case.rectify 1205 CONFIRMED");
	case_submit(&k, c);
	watch();
	kit_on(&k, "2022-10-10");
	case_refund(&k, c, "8000");
	watch();
	c = case_decide_half(&k, "2022-10-17", "G17", "G17-R1", "0.3000");
	case_confirm(&k, c);
	watch();
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", case_field(c),
	    "reason=撤销");
	watch();
	assert_true(nseen >= 18);
}

static void
test_feed__a_later_calendar_has_a_new_sequence(void **state)
{
	static const int only_2022[] = {2022, 0};
	struct kc_case *c;

	(void)state;
	case_city(&k, "\"10-31\"", "\"12-31\"", only_2022);
	case_list(&k, "G16", 2022, NULL);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-2022-K2");
	watch();
	lists("G16.head",
	    "PD-2022-0001.case.plan 1107 CONFIRMED; "
	    "PD-2022-0001.case.rectify 0124 TENTATIVE");
	kit_on(&k, "2022-12-08");
	case_calendar(&k, 2023);
	watch();
	lists("G16.head",
	    "PD-2022-0001.case.plan 1107 CANCELLED; "
	    "PD-2022-0001.case.rectify 0128 CONFIRMED");
	kit_on(&k, "2023-01-29");
	assert_int_equal(kit_clerk(&k), 1);
	watch();
	assert_int_equal(c->state, KC_CS_EXPIRED);
	lists("G16.head", "PD-2022-0001.case.rectify 0128 CANCELLED");
	assert_null(strstr(feed("G16.head"), "STATUS:COMPLETED"));
}

static void
test_feed__letters_are_each_units_own(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-05-10");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G17-K1", "unit=G16",
	    "unit=G17", "level=blue", "rectify_by=2022-06-30", "fact=进度滞后",
	    "demand=限期整改");
	watch();
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	watch();
	lists("G16.head",
	    "W-2022-0001.addressee.reply 0524 CONFIRMED; "
	    "W-2022-0001.warning.lift 0630 CONFIRMED");
	kit_do(&k, KC_K_warning_reply, "G17.head", "warning=W-2022-0001",
	    "reply=已部署");
	watch();
	lists("G17.head",
	    "W-2022-0001.addressee.reply 0524 CANCELLED; "
	    "W-2022-0001.warning.lift 0630 CONFIRMED");
	kit_do(&k, KC_K_warning_lift, "P09.a", "warning=W-2022-0001", EVIDENCE,
	    "finding=已整改");
	watch();
	lists("G16.head",
	    "W-2022-0001.addressee.reply 0524 CANCELLED; "
	    "W-2022-0001.warning.lift 0630 CANCELLED");
}

static void
test_feed__what_has_ended_goes_after_sixty_days(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-20");
	case_confirm(&k, case_decide(&k, NULL, "G17", "G17-K2"));
	case_deliver(&k, k.st->cases.v[0]);
	kit_on(&k, "2022-09-25"); /* sixty days after 2022-07-27 */
	lists("P09.b", "PD-2022-0001.case.confirm 0727 CANCELLED");
	kit_on(&k, "2022-09-26");
	lists("P09.b", "");
}

static void
test_feed__deputies_have_it_and_who_is_gone_has_nothing(void **state)
{
	const struct kc_feed_ask nobody = {.actor = KC_LIT("G99.head")};
	const struct kc_feed_ask early = {.actor = KC_LIT("root.a")};

	(void)state;
	kit_init(&k, KIT_OPEN);
	assert_int_equal(kc_feed_render(&out, k.st, &early), KC_OK);
	assert_null(strstr(kc_buf_cstr(&out), "VEVENT"));
	kit_free(&k);
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_enrol(&k, "G17.c", "G17", "stats");
	lists("G17.c", "");
	kit_do(&k, KC_K_delegation_give, "G17.head", "to=G17.c",
	    "may=rectify.submit", "from=2022-07-20", "until=2022-09-30");
	lists("G17.c",
	    "PD-2022-0001.case.plan 0803 CONFIRMED; "
	    "PD-2022-0001.case.rectify 1020 CONFIRMED");
	kit_do(&k, KC_K_actor_retire, "root.a root.b", "actor=G17.liaison",
	    "reason=退休");
	lists("G17.liaison", "");
	kc_buf_reset(&out);
	assert_int_equal(kc_feed_render(&out, k.st, &nobody), KC_ENOTFOUND);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

/* Whose last day of a dispute is over is told so, too. */
static void
test_feed__a_last_day_of_a_dispute_that_has_ended_is_taken_back(void **state)
{
	struct kc_dispute *d;

	(void)state;
	kit_init(&k, KIT_LISTS);
	d = dispute_file(
	    &k, case_rectifying(&k, "2022-07-15", "G16", "G16-K2"));
	watch();
	lists("P09.b",
	    "D-2022-0001.dispute.answer 0720 CONFIRMED; "
	    "PD-2022-0001.case.confirm 0722 CANCELLED");
	kit_do(&k, KC_K_dispute_accept, "P09.a", dispute_field(d), NULL);
	(void)kit_clerk(&k);
	watch();
	lists("P09.b",
	    "D-2022-0001.dispute.answer 0720 CANCELLED; "
	    "PD-2022-0001.case.confirm 0722 CANCELLED; "
	    "D-2022-0001.dispute.decide 0729 CONFIRMED");
	kit_do(&k, KC_K_dispute_withdraw, "G16.head", dispute_field(d), NULL);
	watch();
	lists("P09.b",
	    "D-2022-0001.dispute.answer 0720 CANCELLED; "
	    "PD-2022-0001.case.confirm 0722 CANCELLED; "
	    "D-2022-0001.dispute.decide 0729 CANCELLED");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_feed__holds_what_the_planner_tells_of_by_the_last_day),
	    TEST(test_feed__what_is_late_comes_to_those_above),
	    TEST(test_feed__each_change_of_a_case_has_a_new_sequence),
	    TEST(test_feed__a_later_calendar_has_a_new_sequence),
	    TEST(test_feed__letters_are_each_units_own),
	    TEST(test_feed__what_has_ended_goes_after_sixty_days),
	    TEST(
		test_feed__a_last_day_of_a_dispute_that_has_ended_is_taken_back),
	    TEST(test_feed__deputies_have_it_and_who_is_gone_has_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
