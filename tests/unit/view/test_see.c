/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask what is no view: every row SEE of views.def, by every role. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/change.h>

#include "casekit.h"
#include "viewkit.h"

/*
 * Expected by hand: 'a' all, 'j' its own and those that it judges, 'o' its
 * own, '-' nothing. One letter a role, as in test_viewer: admin operator
 * auditor estab go-party go-gov leader assess-office inspect-party inspect-gov
 * assessor head liaison stats org clerk panel-inner panel-outer panel-grass
 * tally.
 */
static const struct {
	const char *name, *roles;
} expected[] = {
    {"name", "a-aaaaaaaaooo-a-----"},
    {"blame", "--aaaaaaaaooo-------"},
    {"bisect", "--aaaaaaaaooo-------"},
    {"diff", "--aaaaaaaa----------"},
    {"feed", "--aa----------------"},
    {"draft", "--aa----------------"},
    {"turnout", "--a-------------oooa"},
    {"remind", "--aa----------------"},
};

static const struct {
	const char *name;
	enum kc_see see;
} rows[] = {
#define SEE(name, sees, zh, en) {#name, KC_SEE_##name},
#define VIEW(name, args, sees, zh, en)
#define COL(view, key, zh, en, right)
#define END(name)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END
};

static const char *
expected_of(const char *name)
{
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (strcmp(expected[i].name, name) == 0)
			return expected[i].roles;
	fail_msg("say here who may ask %s", name);
	return "";
}

static void
test_see__every_role_is_let_to_what_is_written_here_and_no_more(void **state)
{
	static const char letters[] = {
	    [KC_SEES_NOTHING] = '-',
	    [KC_SEES_OWN] = 'o',
	    [KC_SEES_JUDGED] = 'j',
	    [KC_SEES_ALL] = 'a',
	};

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]),
	    sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *cells = expected_of(rows[i].name);

		assert_int_equal(strlen(cells), KC_ROLE_COUNT);
		for (unsigned role = 0; role < KC_ROLE_COUNT; role++) {
			struct kc_viewer r = {
			    .roles = 1u << role, .unit = "G16"};
			char got = letters[kc_viewer_scope(&r, rows[i].see)];

			if (got != cells[role])
				fail_msg("%s by %s: %c, not %c", rows[i].name,
				    kc_word_text(KC_SET_ROLE, role), got,
				    cells[role]);
		}
	}
}

/* --- asked in truth --- */
enum question {
	BLAME,
	BISECT,
	DIFF
};

static enum kc_refusal_code
ask(const struct kc_view_source *src, enum question q,
    const struct kc_viewer *r, const char *unit)
{
	struct kc_view_args args = {
	    .unit = kc_slice_str(unit), .lang = KC_LANG_EN, .reader = r};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	uint64_t bad;
	enum kc_err err = KC_OK;

	switch (q) {
	case BLAME:
		err = kc_blame_render(src, &args, &out, &why, &bad);
		break;
	case BISECT:
		err = kc_bisect_render(
		    src, &args, KC_LIT("total < 90"), &out, &why, &bad);
		break;
	case DIFF:
		args.unit.n = 0;
		err = kc_diff_render(
		    src, src, src->state->size, &args, &out, &why, &bad);
		break;
	}
	assert_true(err == KC_OK || err == KC_EREFUSED);
	assert_true((err == KC_OK) == (out.n > 0));
	kc_buf_free(&out);
	return err == KC_OK ? KC_R_NONE : why.code;
}

/* The letters above, kept by those who answer. */
static void
test_changes__are_told_as_the_table_says(void **state)
{
	static const char *const names[] = {
	    [BLAME] = "blame", [BISECT] = "bisect", [DIFF] = "diff"};
	struct leaves l = {0};
	struct kc_log log;
	struct kit k;
	struct kc_view_source src;

	(void)state;
	kit_init(&k, KIT_LISTS);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	src = (struct kc_view_source){
	    .state = k.st, .log = &log, .now_ms = k.now_ms};
	for (unsigned q = BLAME; q <= DIFF; q++)
		for (unsigned role = 0; role < KC_ROLE_COUNT; role++) {
			char cell = expected_of(names[q])[role];
			struct kc_viewer r = {
			    .roles = 1u << role, .unit = "G16"};

			assert_int_equal(ask(&src, (enum question)q, &r, "G16"),
			    cell == '-' ? KC_R_NOT_PERMITTED : KC_R_NONE);
			assert_int_equal(ask(&src, (enum question)q, &r, "G17"),
			    cell == 'a' ? KC_R_NONE : KC_R_NOT_PERMITTED);
		}
	leaves_free(&l);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_see__every_role_is_let_to_what_is_written_here_and_no_more),
	    cmocka_unit_test(test_changes__are_told_as_the_table_says),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
