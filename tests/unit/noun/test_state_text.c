/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and names by their use, from epoch 2 on; in epoch 1 as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "statekit.h"

#define UNIT "unit=G99", "group=gov"

static int
at_first_epoch(void **state)
{
	(void)state;
	kit_init_at(&k, KIT_CITY, "1");
	return 0;
}

static void
test_text__a_character_that_cannot_be_seen_is_named(void **state)
{
	static const struct {
		const char *name, *en, *zh;
	} rows[] = {
	    {"name=市\xe2\x80\x8b局", "zero-width space (U+200B)",
		"零宽空格（U+200B）"},
	    {"name=e\xcc\x81", "combining mark (U+0301)",
		"组合附加符（U+0301）"},
	    {"name=　", "ideographic space (U+3000)", "全角空格（U+3000）"},
	    {"name= 局", "blank (U+0020)", "空格（U+0020）"},
	    {"name=Ｇ局", "full-width letter (U+FF27)", "全角字母（U+FF27）"},
	    {"name=局\n局", "line feed (U+000A)", "换行（U+000A）"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		REFUSED(CHARACTER, unit_register, "P09.a", UNIT, rows[i].name);
		assert_string_equal(k.why.args[0], "name");
		assert_string_equal(k.why.args[1], rows[i].en);
		assert_string_equal(k.why.args_zh[1], rows[i].zh);
		assert_true(k.why.line > 0 && k.why.col > 5);
	}
	/* A clause of a duty is prose: lines and indents, but not all. */
	DO(duty_register, "P09.a", "unit=G17", "duty=T1",
	    "text=　　一、统计\n　　二、（２）");
	REFUSED(CHARACTER, duty_register, "P09.a", "unit=G17", "duty=T2",
	    "text=统计\xc2\xa0");
	REFUSED(CHARACTER, duty_register, "P09.a", "unit=G17", "duty=T2",
	    "text=　\n　");
	kit_replay(&k);
}

static void
test_text__names_that_look_alike_are_refused(void **state)
{
	(void)state;
	DO(unit_register, "P09.a", UNIT, "name=新　局", "name_en=New Bureau");
	REFUSED(
	    ALIKE, unit_register, "P09.a", "unit=g99", "group=gov", "name=x");
	assert_string_equal(k.why.args[1], "g99");
	assert_string_equal(k.why.args[2], "G99");
	REFUSED(ALIKE, unit_register, "P09.a", "unit=G98", "group=gov",
	    "name=新局");
	REFUSED(ALIKE, unit_register, "P09.a", "unit=G98", "group=gov",
	    "name=x", "name_en=NEW BUREAU");
	DO(unit_register, "P09.a", "unit=G98", "group=gov", "name=旧局");
	REFUSED(ALIKE, unit_rename, "P09.a", "unit=G98", "name=新 局");
	/* A unit is not taken for itself. */
	DO(unit_rename, "P09.a", "unit=G99", "name=新局");
	kit_replay(&k);
}

static void
test_text__what_an_older_ledger_took_stands(void **state)
{
	(void)state;
	DO(unit_register, "P09.a", UNIT, "name=市\xe2\x80\x8b局 局");
	DO(unit_register, "P09.a", "unit=g99", "group=gov",
	    "name=市\xe2\x80\x8b局 局");
	DO(unit_rename, "P09.a", "unit=g99", "name=市局 局");
	DO(rules_adopt, ADMINS, "epoch=2");
	REFUSED(CHARACTER, unit_rename, "P09.a", "unit=g99",
	    "name=市\xe2\x80\x8b局");
	REFUSED(ALIKE, unit_rename, "P09.a", "unit=g99", "name=市局局");
	kit_replay(&k);
}

int
main(void)
{
#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)
	const struct CMUnitTest tests[] = {
	    CITY(test_text__a_character_that_cannot_be_seen_is_named),
	    CITY(test_text__names_that_look_alike_are_refused),
	    cmocka_unit_test_setup_teardown(
		test_text__what_an_older_ledger_took_stands, at_first_epoch,
		done),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
