/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement would do, with what the clerk writes because of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/entry.h>
#include <kaocheng/view.h>

#include "disputekit.h"

/* Asked of the kit's state, which is changed by it and not used after. */
static enum kc_err
effect(struct kit *k, enum kc_kind_id kind, const char *by, const char *field,
    enum kc_lang lang, struct kc_buf *out)
{
	const char *const fields[] = {field, NULL};
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_stamp at = {kc_state_size(k->st), k->now_ms};
	struct kc_buf note = {0};
	enum kc_err err;

	assert_non_null(e);
	assert_int_equal(kit_note(k, &note, kind, by, fields), KC_OK);
	assert_int_equal(
	    kc_entry_decode(e, kc_buf_view(&note), &k->why), KC_OK);
	err = kc_effect_render(k->st, e, at, lang, NULL, out, &k->why);
	kc_buf_free(&note);
	kc_free(e);
	return err;
}

static void
says(const struct kc_buf *json, const char *what)
{
	if (strstr(json->p, what) == NULL)
		fail_msg("%s\nis not in\n%s", what, json->p);
}

/* A case of G16 with 0.5000 deducted and 0.4000 returned, disputed. */
static struct kc_dispute *
disputed(struct kit *k, struct kc_case **c)
{
	kit_init(k, KIT_LISTS);
	*c = case_rectifying(k, "2022-07-15", "G16", "G16-K2");
	case_submit(k, *c);
	case_refund(k, *c, "8000");
	return dispute_heard(k, *c);
}

/* The entry that comes, figure for figure, and the score that it makes. */
static void
test_apply__names_who_gets_what_back(void **state)
{
	struct kc_buf zh = {0}, en = {0};
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	d = disputed(&k, &c);
	dispute_decide(&k, d, "overturned", NULL);
	assert_int_equal(effect(&k, KC_K_dispute_apply, "P09.a",
			     dispute_field(d), KC_LANG_EN, &en),
	    KC_OK);
	(void)kc_buf_cstr(&en);
	says(&en,
	    "\"clerk\":[\"a dispute revokes a pre-deduction, "
	    "pre-deduction PD-2022-0001, dispute D-2022-0001, points "
	    "deducted until now 0.5000, points returned until now "
	    "0.4000\"]");
	says(&en, "the clerk: a dispute revokes");
	says(&en,
	    "\"scores\":[{\"unit\":\"G16\",\"year\":2022,\"before\":"
	    "\"99.9000\",\"after\":\"100.0000\"}]");
	says(&en, "\"then\":\"D-2022-0001: applied\"");
	assert_int_equal(c->deducted_e4, 0);
	kc_buf_free(&en);
	kit_free(&k);

	/* E6: 0.3000 instead, of which 0.2400 stay returned. */
	d = disputed(&k, &c);
	dispute_decide(&k, d, "reduced", "points=0.3000");
	k.now_ms = kc_day_end_ms(d->due);
	(void)kit_clerk(&k);
	assert_int_equal(effect(&k, KC_K_dispute_apply, "P09.a",
			     dispute_field(d), KC_LANG_ZH, &zh),
	    KC_OK);
	(void)kc_buf_cstr(&zh);
	says(&zh,
	    "；账本书记随即：复核减轻预扣分，预扣分 PD-2022-0001，复核 "
	    "D-2022-0001，改为扣分 0.3000，改为返还 0.2400，追回返还 "
	    "0.1600");
	says(&zh, "\"before\":\"99.9000\",\"after\":\"99.9400\"");
	kc_buf_free(&zh);
	kit_free(&k);
}

/* Of a case that is gone there is nothing to give back, and that is read. */
static void
test_apply__with_nothing_left_to_correct_changes_nothing(void **state)
{
	struct kc_buf en = {0};
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", case_field(c),
	    "reason=x");
	assert_int_equal(effect(&k, KC_K_dispute_apply, "P09.a",
			     dispute_field(d), KC_LANG_EN, &en),
	    KC_OK);
	(void)kc_buf_cstr(&en);
	says(&en, "\"clerk\":[],\"scores\":[]");
	says(&en, "\"then\":\"D-2022-0001: applied\"");
	kc_buf_free(&en);
	kit_free(&k);
}

/* What may not be applied yet is refused with its state, before a signature. */
static void
test_apply__that_would_be_refused_says_why(void **state)
{
	struct kc_buf en = {0};
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	d = disputed(&k, &c);
	dispute_decide(&k, d, "reduced", "points=0.3000");
	assert_int_equal(effect(&k, KC_K_dispute_apply, "P09.a",
			     dispute_field(d), KC_LANG_EN, &en),
	    KC_EREFUSED);
	assert_int_equal(k.why.code, KC_R_STATE);
	assert_string_equal(kc_refusal_state(&k.why, KC_LANG_EN), "decided");
	assert_int_equal(c->deducted_e4, 5000);
	kc_buf_free(&en);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_apply__names_who_gets_what_back),
	    cmocka_unit_test(
		test_apply__with_nothing_left_to_correct_changes_nothing),
	    cmocka_unit_test(test_apply__that_would_be_refused_says_why),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
