/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: any order in, one text out, and nothing that forges a line. */
#include <kaocheng/entry.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t some_id[KC_ID_SIZE] = {0x6f, 0x0b, 1, 2, 3};

static const struct kc_hash *
seen_root(void)
{
	static struct kc_hash h;

	assert_true(kc_read_hash(
	    KC_LIT("L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA="), &h));
	return &h;
}

/* A confirmation that lacks nothing but what a test adds. */
static void
begin(struct kc_draft *d, enum kc_kind_id kind)
{
	kc_draft_init(
	    d, kind, KC_LIT("example.org/kaohe"), some_id, 1665970200);
	kc_draft_seen(d, 5585, seen_root());
	kc_draft_by(d, KC_LIT("P09.a"));
}

static void
assert_refused(
    const struct kc_draft *d, enum kc_refusal_code code, const char *arg)
{
	struct kc_refusal why = {0};
	struct kc_buf b = {0};

	kc_buf_str(&b, "before");
	assert_int_equal(kc_draft_encode(d, &b, &why), KC_EREFUSED);
	assert_int_equal(why.code, code);
	assert_string_equal(why.args[0], arg);
	/* What stood in the buffer still does, and nothing else. */
	assert_int_equal(b.n, 6);
	kc_buf_free(&b);
}

static void
test_draft__any_order_makes_the_text_of_the_table(void **state)
{
	struct kc_draft d;
	struct kc_refusal why = {0};
	struct kc_buf b = {0};

	(void)state;
	begin(&d, KC_K_prededuct_decline);
	kc_draft_add(
	    &d, KC_F_prededuct_decline_reason, KC_LIT("第一行\n\n第三行"));
	kc_draft_add(&d, KC_F_prededuct_decline_case_, KC_LIT("PD-2022-0058"));
	kc_buf_str(&b, "> ");
	assert_int_equal(kc_draft_encode(&d, &b, &why), KC_OK);
	assert_string_equal(kc_buf_cstr(&b),
	    "> kaocheng/v1 entry prededuct.decline\n"
	    "ledger example.org/kaohe\n"
	    "id 6f0b0102030000000000000000000000\n"
	    "at 2022-10-17T01:30:00Z\n"
	    "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\n"
	    "by P09.a\n"
	    "case PD-2022-0058\n"
	    "reason 第一行\n"
	    "|\n"
	    "| 第三行\n");
	kc_buf_free(&b);
}

static void
test_draft__lists_keep_the_order_of_adding(void **state)
{
	struct kc_draft d;
	struct kc_refusal why = {0};
	struct kc_buf b = {0};
	struct kc_entry e;

	(void)state;
	begin(&d, KC_K_delegation_give);
	kc_draft_add(&d, KC_F_delegation_give_kind, KC_LIT("refund.grant"));
	kc_draft_add(&d, KC_F_delegation_give_until, KC_LIT("2022-12-31"));
	kc_draft_add(&d, KC_F_delegation_give_to, KC_LIT("P09.b"));
	kc_draft_add(&d, KC_F_delegation_give_kind, KC_LIT("prededuct.decide"));
	kc_draft_add(&d, KC_F_delegation_give_from, KC_LIT("2022-10-17"));
	assert_int_equal(kc_draft_encode(&d, &b, &why), KC_OK);
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&b), &why), KC_OK);
	assert_int_equal(kc_entry_item(&e, KC_F_delegation_give_kind, 0)->num,
	    KC_K_refund_grant);
	assert_int_equal(kc_entry_item(&e, KC_F_delegation_give_kind, 1)->num,
	    KC_K_prededuct_decide);
	kc_buf_free(&b);
}

static void
test_draft__lf_never_makes_a_line_of_its_own(void **state)
{
	struct kc_draft d;

	(void)state;
	begin(&d, KC_K_prededuct_decline);
	kc_draft_add(&d, KC_F_prededuct_decline_case_,
	    KC_LIT("PD-2022-0058\nreason forged"));
	assert_refused(&d, KC_R_FIELD_VALUE, "case");
	begin(&d, KC_K_target_submit);
	kc_draft_by(&d, KC_LIT("two\ntarget T1"));
	assert_refused(&d, KC_R_FIELD_VALUE, "by");
	begin(&d, KC_K_target_submit);
	kc_draft_add(&d, KC_F_target_submit_target, KC_LIT("T1"));
	d.ledger = KC_LIT("l\nid 6f0b0102030000000000000000000000");
	assert_refused(&d, KC_R_FIELD_VALUE, "ledger");
}

static void
test_draft__values_are_checked_as_in_any_text(void **state)
{
	struct kc_draft d;

	(void)state;
	begin(&d, KC_K_prededuct_decline);
	kc_draft_add(&d, KC_F_prededuct_decline_case_, KC_LIT("58"));
	kc_draft_add(&d, KC_F_prededuct_decline_reason, KC_LIT("x"));
	assert_refused(&d, KC_R_FIELD_VALUE, "case");
	begin(&d, KC_K_prededuct_decline);
	kc_draft_add(&d, KC_F_prededuct_decline_case_, KC_LIT("PD-2022-0058"));
	assert_refused(&d, KC_R_FIELD_MISSING, "reason");
	kc_draft_add(&d, KC_F_prededuct_decline_reason, KC_LIT(""));
	assert_refused(&d, KC_R_FIELD_VALUE, "reason");
	d.items[1].value = KC_LIT("\nx");
	assert_refused(&d, KC_R_FIELD_VALUE, "reason");
	d.items[1].value = KC_LIT("x \ny");
	assert_refused(&d, KC_R_FIELD_VALUE, "reason");
	d.items[1].value = KC_LIT("x\r\ny");
	assert_refused(&d, KC_R_TEXT, "");
	d.items[1].value = KC_LIT("x");
	d.at_s = -1;
	assert_refused(&d, KC_R_FIELD_VALUE, "at");
	d.at_s = INT64_MAX;
	assert_refused(&d, KC_R_FIELD_VALUE, "at");
}

static void
test_draft__one_value_twice_refused(void **state)
{
	struct kc_draft d;

	(void)state;
	begin(&d, KC_K_target_submit);
	kc_draft_add(&d, KC_F_target_submit_target, KC_LIT("T1"));
	kc_draft_add(&d, KC_F_target_submit_target, KC_LIT("T2"));
	assert_refused(&d, KC_R_FIELD_ORDER, "target");
}

static void
test_draft__too_many_values_and_signers_refused(void **state)
{
	static const char *const names[] = {
	    "b", "c", "d", "e", "f", "g", "h", "i", "j"};
	struct kc_draft d;

	(void)state;
	begin(&d, KC_K_warning_issue);
	for (unsigned i = 0; i < KC_ITEMS_MAX + 9; i++)
		kc_draft_add(&d, KC_F_warning_issue_unit, KC_LIT("G29"));
	assert_refused(&d, KC_R_FIELD_COUNT, "warning.issue");
	begin(&d, KC_K_target_submit);
	kc_draft_add(&d, KC_F_target_submit_target, KC_LIT("T1"));
	for (unsigned i = 0; i < 9; i++)
		kc_draft_by(&d, kc_slice_str(names[i]));
	assert_refused(&d, KC_R_FIELD_COUNT, "by");
}

static void
test_draft__no_signer_refused(void **state)
{
	struct kc_draft d;

	(void)state;
	kc_draft_init(&d, KC_K_target_submit, KC_LIT("l"), some_id, 0);
	kc_draft_add(&d, KC_F_target_submit_target, KC_LIT("T1"));
	/* Nor what was seen: only the opening has seen nothing. */
	assert_refused(&d, KC_R_FIELD_VALUE, "seen");
	kc_draft_seen(&d, 5585, seen_root());
	assert_refused(&d, KC_R_FIELD_MISSING, "by");
}

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_draft__out_of_memory_is_said(void **state)
{
	struct kc_draft d;
	struct kc_refusal why = {0};
	struct kc_buf b = {0};
	enum kc_err err;

	(void)state;
	begin(&d, KC_K_target_submit);
	kc_draft_add(&d, KC_F_target_submit_target, KC_LIT("T1"));
	kc_alloc_hook(no_memory);
	err = kc_draft_encode(&d, &b, &why);
	kc_alloc_hook(NULL);
	assert_int_equal(err, KC_ENOMEM);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_draft__any_order_makes_the_text_of_the_table),
	    cmocka_unit_test(test_draft__lists_keep_the_order_of_adding),
	    cmocka_unit_test(test_draft__lf_never_makes_a_line_of_its_own),
	    cmocka_unit_test(test_draft__values_are_checked_as_in_any_text),
	    cmocka_unit_test(test_draft__one_value_twice_refused),
	    cmocka_unit_test(test_draft__too_many_values_and_signers_refused),
	    cmocka_unit_test(test_draft__no_signer_refused),
	    cmocka_unit_test(test_draft__out_of_memory_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
