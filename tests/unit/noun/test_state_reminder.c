/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders on record: outcomes, once each; muted and acknowledged matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "noun/reminder/reminder.h"

#define STAGE "PD-2022-0001 case.rectify -7 2022-10-20 G17"
#define LATER "PD-2022-0001 case.rectify +1 2022-10-20 G17"
#define EVENT "PD-2022-0001 feedback.deliver delivered 75 G17"

static struct kit k;

static struct kc_message_outcome
outcome(const struct kc_slice *keys, size_t n)
{
	return (struct kc_message_outcome){
	    .sent = true,
	    .to = KC_LIT("G17.head"),
	    .channel = KC_LIT("mail"),
	    .day = kc_day_from_civil(2022, 10, 11),
	    .keys = keys,
	    .nkeys = n,
	    .tries = 1,
	    .reply = KC_LIT("250"),
	};
}

static int
set_up(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	kit_on(&k, "2022-10-11");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kit_free(&k);
	return 0;
}

static const char *
message_of(const struct kc_message_outcome *o)
{
	static char text[2 * KC_MESSAGE_ID_SIZE + 1];
	uint8_t id[KC_MESSAGE_ID_SIZE];
	struct kc_buf b = {0};

	assert_int_equal(kc_message_id(id, KC_LIT(KIT_ORIGIN), o->to,
			     o->channel, o->day, o->copy, o->keys, o->nkeys),
	    KC_OK);
	kc_buf_hex(&b, id, sizeof(id));
	(void)snprintf(text, sizeof(text), "%s", kc_buf_cstr(&b));
	kc_buf_free(&b);
	return text;
}

static void
test_reminder__a_message_has_one_outcome(void **state)
{
	const struct kc_slice keys[] = {KC_LIT(STAGE)};
	struct kc_message_outcome o = outcome(keys, 1);
	struct kc_told told;

	(void)state;
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	assert_int_equal(kc_state_told_count(k.st), 1);
	kc_state_told(k.st, 0, &told);
	assert_string_equal(told.to, "G17.head");
	assert_true(told.sent);
	assert_int_equal(kc_state_told_find(k.st, told.id), 0);
	/* Neither again, nor the other outcome, nor after more tries. */
	assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_DUPLICATE);
	o.tries = 2;
	assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
	o.sent = false;
	assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_DUPLICATE);
	/* Nobody asked for it to be sent again. */
	o.copy = 1;
	assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_FIELD_VALUE);
	assert_string_equal(k.why.args[0], "again");
}

/* Asked for by an office or the operator, once at a time; each copy is a
 * message with an outcome of its own. */
static void
test_resend__is_asked_for_and_each_copy_has_its_outcome(void **state)
{
	const struct kc_slice keys[] = {KC_LIT(STAGE)};
	struct kc_message_outcome o = outcome(keys, 1);
	char first[48], copy[48];
	struct kc_resend r;
	struct kc_told told;

	(void)state;
	(void)snprintf(first, sizeof(first), "message=%s", message_of(&o));
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_resend, "P09.a", first,
	    "reason=邮箱已满");
	o.sent = false;
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	kit_refused(
	    &k, KC_R_ROLE, KC_K_remind_resend, "G17.head", first, "reason=x");
	assert_false(kc_state_resend(k.st, 0, &r));
	for (unsigned i = 1; i <= 3; i++) {
		/* By the message, or by one of its copies. */
		(void)snprintf(
		    copy, sizeof(copy), "message=%s", message_of(&o));
		kit_do(&k, KC_K_remind_resend, i == 2 ? "ops" : "P09.a",
		    i == 3 ? copy : first, "reason=邮箱已满");
		assert_true(kc_state_resend(k.st, i - 1, &r) && r.open);
		assert_int_equal(r.copy, i);
		kit_refused(&k, KC_R_DUPLICATE, KC_K_remind_resend, "P09.a",
		    first, "reason=x");
		o.copy = i + 1;
		assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
		o.copy = i;
		o.sent = i == 3;
		assert_int_equal(kit_outcome(&k, &o), KC_OK);
		kc_state_told(k.st, i, &told);
		assert_int_equal(told.sent, i == 3);
		assert_true(kc_state_resend(k.st, i - 1, &r) && !r.open);
		assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
	}
	for (o.copy = 4; o.copy <= KC_MESSAGE_COPIES_MAX; o.copy++) {
		kit_do(&k, KC_K_remind_resend, "P09.a", first, "reason=x");
		assert_int_equal(kit_outcome(&k, &o), KC_OK);
	}
	kit_refused(&k, KC_R_FIELD_COUNT, KC_K_remind_resend, "P09.a", first,
	    "reason=x");
	kit_replay(&k);
}

static void
test_reminder__the_newest_stage_is_remembered(void **state)
{
	const struct kc_slice first[] = {KC_LIT(LATER), KC_LIT(EVENT)};
	const struct kc_slice second[] = {KC_LIT(STAGE)};
	struct kc_message_outcome o = outcome(first, 2);
	uint32_t who = kc_find(k.st, KC_NS_ACTOR, KC_LIT("G17.head"));
	const struct kc_reminded *r;

	(void)state;
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	o = outcome(second, 1);
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	r = kc_reminded_find(
	    k.st, who, KC_LIT("PD-2022-0001 case.rectify 2022-10-20 G17"));
	assert_non_null(r);
	assert_int_equal(r->stage, 1);
	assert_non_null(kc_reminded_find(
	    k.st, who, KC_LIT("PD-2022-0001 feedback.deliver 75 G17")));
	assert_null(kc_reminded_find(
	    k.st, who, KC_LIT("PD-2022-0001 case.rectify 2022-11-20 G17")));
	assert_null(kc_reminded_find(
	    k.st, who + 1, KC_LIT("PD-2022-0001 case.rectify 2022-10-20 G17")));
}

static void
test_reminder__what_does_not_follow_is_refused(void **state)
{
	static const struct {
		const char *keys[2];
		enum kc_refusal_code code;
	} rows[] = {
	    {{"PD-2022-0009 case.rectify -7 2022-10-20 G17"}, KC_R_NOT_FOUND},
	    {{"PD-2022-0001 case.rectify 7 2022-10-20 G17"}, KC_R_FIELD_VALUE},
	    {{"PD-2022-0001 case.rectify -07 2022-10-20 G17"},
		KC_R_FIELD_VALUE},
	    {{"PD-2022-0001 case.rectify +0 2022-10-20 G17"}, KC_R_FIELD_VALUE},
	    {{"PD-2022-0001 case.rectify -7 20 G17"}, KC_R_FIELD_VALUE},
	    {{"PD-2022-0001 case.rectify -7 2022-10-20"}, KC_R_FIELD_VALUE},
	    {{"PD-2022-0001 feedback.deliver delivered 2022-10-20 G17"},
		KC_R_FIELD_VALUE},
	    {{"王局长 case.rectify -7 2022-10-20 G17"}, KC_R_FIELD_VALUE},
	    {{STAGE, LATER}, KC_R_FIELD_VALUE}, /* not in order */
	    {{STAGE, STAGE}, KC_R_FIELD_VALUE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_slice keys[2];
		size_t n = rows[i].keys[1] == NULL ? 1 : 2;
		struct kc_message_outcome o = outcome(keys, n);

		for (size_t j = 0; j < n; j++)
			keys[j] = kc_slice_str(rows[i].keys[j]);
		assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
		if (k.why.code != rows[i].code)
			fail_msg("%s: %s", rows[i].keys[0],
			    kc_refusal_code_text(k.why.code));
	}
}

static void
test_reminder__ids_are_what_follows(void **state)
{
	const struct kc_slice keys[] = {KC_LIT(STAGE)};
	struct kc_message_outcome o = outcome(keys, 1);
	char message[64];

	(void)state;
	(void)snprintf(message, sizeof(message), "message=%s", message_of(&o));
#define REST                                                                   \
	"channel=mail", "day=2022-10-11", "notice=" STAGE,                     \
	    "template=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c" \
	    "d15d6c15b0f00a08"
	/* The message is that of this person; then the id of the entry. */
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_reminder_sent, "clerk", message,
	    "to=G17.liaison", "tries=1", REST);
	assert_string_equal(k.why.args[0], "message");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_reminder_failed, "clerk",
	    message, "to=G17.head", "tries=1", REST);
	assert_string_equal(k.why.args[0], "id");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_reminder_sent, "clerk", message,
	    "to=G17.head", "tries=0", REST);
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_reminder_failed, "clerk", message,
	    "to=nobody", "tries=1", REST);
	kit_refused(&k, KC_R_ROLE, KC_K_reminder_sent, "P09.a", message,
	    "to=G17.head", "tries=1", REST);
}

static void
test_reminder__what_is_due_stands_before_an_outcome(void **state)
{
	const struct kc_slice keys[] = {KC_LIT(STAGE)};
	struct kc_message_outcome o = outcome(keys, 1);

	(void)state;
	kit_on(&k, "2022-10-21");
	assert_int_equal(kit_outcome(&k, &o), KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_DUE_FIRST);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
}

static void
test_reminder__a_matter_is_muted_by_oneself_or_ones_head(void **state)
{
	const struct kc_heed *h;
	uint32_t who = kc_find(k.st, KC_NS_ACTOR, KC_LIT("G17.liaison"));

	(void)state;
	kit_do(&k, KC_K_remind_mute, "G17.liaison", "about=PD-2022-0001",
	    "until=2022-10-14", "reason=出差");
	h = kc_heed_find(k.st, who, KC_LIT("PD-2022-0001"));
	assert_int_equal(h->mute_until, kc_day_from_civil(2022, 10, 14));
	kit_do(&k, KC_K_remind_mute, "G17.head", "actor=G17.liaison",
	    "about=PD-2022-0001", "until=2022-10-12", "reason=已办");
	assert_int_equal(h->mute_until, kc_day_from_civil(2022, 10, 12));
#define MUTE "about=PD-2022-0001", "reason=已办"
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_remind_mute, "G17.liaison",
	    "actor=G17.head", "until=2022-10-12", MUTE);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_remind_mute, "G16.head",
	    "actor=G17.liaison", "until=2022-10-12", MUTE);
	kit_refused(&k, KC_R_DATE_ORDER, KC_K_remind_mute, "G17.head",
	    "until=2022-10-10", MUTE);
	kit_refused(&k, KC_R_DATE_ORDER, KC_K_remind_mute, "G17.head",
	    "until=2023-10-13", MUTE);
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_mute, "G17.head",
	    "about=PD-2022-0002", "until=2022-10-12", "reason=已办");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_mute, "G17.head",
	    "actor=nobody", "until=2022-10-12", MUTE);
}

static void
test_reminder__it_is_acknowledged_once_by_who_was_told(void **state)
{
	const struct kc_slice keys[] = {KC_LIT(STAGE)};
	struct kc_message_outcome o = outcome(keys, 1);
	struct kc_told told;
	char message[64];

	(void)state;
	(void)snprintf(message, sizeof(message), "message=%s", message_of(&o));
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_ack, "G17.head", message);
	assert_int_equal(kit_outcome(&k, &o), KC_OK);
	kit_refused(
	    &k, KC_R_UNIT_MISMATCH, KC_K_remind_ack, "G17.liaison", message);
	kit_do(&k, KC_K_remind_ack, "G17.head", message);
	kc_state_told(k.st, 0, &told);
	assert_true(told.ack_ms >= told.told_ms);
	kit_refused(&k, KC_R_DUPLICATE, KC_K_remind_ack, "G17.head", message);
	kit_do(&k, KC_K_remind_ack, "G17.liaison", "about=PD-2022-0001");
	kit_refused(&k, KC_R_DUPLICATE, KC_K_remind_ack, "G17.liaison",
	    "about=PD-2022-0001");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_remind_ack, "G17.liaison",
	    "about=PD-2022-0002");
	kit_refused(&k, KC_R_FIELD_COUNT, KC_K_remind_ack, "G17.head",
	    "about=PD-2022-0001", message);
	kit_refused(&k, KC_R_FIELD_MISSING, KC_K_remind_ack, "G17.head", NULL);
}

static void
test_reminder__what_must_be_told_is_taken_down(void **state)
{
	(void)state;
	/* Decided, confirmed, delivered. */
	assert_int_equal(k.st->happenings.n, 3);
	assert_string_equal(k.st->happenings.v[2].handle, "PD-2022-0001");
	assert_int_equal(k.st->happenings.v[2].kind, KC_K_feedback_deliver);
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G17-K2", "unit=G17",
	    "unit=G16", "level=yellow", "rectify_by=2022-12-20", "fact=滞后",
	    "demand=整改");
	assert_int_equal(k.st->happenings.n, 5);
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	assert_int_equal(k.st->happenings.n, 6);
	assert_string_equal(
	    k.st->units.v[k.st->happenings.v[5].unit]->code, "G16");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_reminder__a_message_has_one_outcome),
	    TEST(test_resend__is_asked_for_and_each_copy_has_its_outcome),
	    TEST(test_reminder__the_newest_stage_is_remembered),
	    TEST(test_reminder__what_does_not_follow_is_refused),
	    TEST(test_reminder__ids_are_what_follows),
	    TEST(test_reminder__what_is_due_stands_before_an_outcome),
	    TEST(test_reminder__a_matter_is_muted_by_oneself_or_ones_head),
	    TEST(test_reminder__it_is_acknowledged_once_by_who_was_told),
	    TEST(test_reminder__what_must_be_told_is_taken_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
