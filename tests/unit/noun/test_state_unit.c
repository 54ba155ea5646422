/* SPDX-License-Identifier: Apache-2.0 */
/* Units, duties, and the right to assess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "statekit.h"

static void
test_unit__is_registered_once_by_the_establishment_office(void **state)
{
	(void)state;
	REFUSED(
	    ROLE, unit_register, "G17.head", "unit=G99", "group=gov", "name=x");
	REFUSED(
	    ROLE, unit_register, "root.a", "unit=G99", "group=gov", "name=x");
	assert_string_equal(k.why.args[1], "unit.register");
	assert_string_equal(k.why.args[2], "estab");
	REFUSED(
	    EXISTS, unit_register, "P09.a", "unit=G17", "group=gov", "name=x");
	assert_string_equal(k.why.args[0], "unit");
	assert_string_equal(k.why.args[1], "G17");
	DO(unit_register, "P09.a", "unit=G99", "group=gov", "name=新局",
	    "name_en=New Bureau");
	REFUSED(
	    EXISTS, unit_register, "P09.a", "unit=G99", "group=gov", "name=x");
	REFUSED(NOT_FOUND, unit_rename, "P09.a", "unit=G98", "name=x");
	DO(unit_rename, "P09.a", "unit=G99", "name=更名局");
	kit_replay(&k);
}

static void
test_duty__code_is_the_units_own(void **state)
{
	(void)state;
	REFUSED(
	    NOT_FOUND, duty_register, "P09.a", "unit=G99", "duty=D1", "text=x");
	REFUSED(
	    EXISTS, duty_register, "P09.a", "unit=G17", "duty=D2", "text=x");
	assert_string_equal(k.why.args[0], "duty");
	DO(duty_register, "P09.a", "unit=G16", "duty=D2", "text=x");
	REFUSED(
	    EXISTS, duty_register, "P09.a", "unit=G16", "duty=D2", "text=x");
}

static void
test_duty__many_of_them_keep_their_codes(void **state)
{
	char code[32];

	(void)state;
	for (int i = 0; i < 40; i++) {
		(void)snprintf(code, sizeof(code), "duty=X%d", i);
		DO(duty_register, "P09.a", "unit=G17", code, "text=x");
	}
	for (int i = 0; i < 40; i++) {
		(void)snprintf(code, sizeof(code), "duty=X%d", i);
		REFUSED(
		    EXISTS, duty_register, "P09.a", "unit=G17", code, "text=x");
	}
}

/* --- grants --- */
struct row {
	enum kc_refusal_code code;
	const char *grant, *assessor, *scope, *object, *from, *until;
};

static void
refuse_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		kit_refused(&k, r->code, KC_K_grant_issue, "P09.a", r->grant,
		    r->assessor, r->scope, r->from, r->until, r->object);
	}
}

#define YEAR "from=2022-01-01", "until=2022-12-31"

static void
test_grant__refuses_by_a_table(void **state)
{
	static const struct row rows[] = {
	    {KC_R_EXISTS, "grant=GR-G02", "assessor=G12", "scope=all", NULL,
		YEAR},
	    {KC_R_NOT_FOUND, "grant=N", "assessor=G99", "scope=all", NULL,
		YEAR},
	    {KC_R_FIELD_VALUE, "grant=N", "assessor=G12", "scope=all",
		"object=G17", YEAR},
	    {KC_R_FIELD_MISSING, "grant=N", "assessor=G12", "scope=unit", NULL,
		YEAR},
	    {KC_R_NOT_FOUND, "grant=N", "assessor=G12", "scope=unit",
		"object=G99", YEAR},
	    {KC_R_OWN_UNIT, "grant=N", "assessor=G12", "scope=unit",
		"object=G12", YEAR},
	    {KC_R_FIELD_MISSING, "grant=N", "assessor=G12", "scope=target",
		NULL, YEAR},
	    {KC_R_NOT_FOUND, "grant=N", "assessor=G12", "scope=target",
		"object=G17-K9", YEAR},
	    {KC_R_OWN_UNIT, "grant=N", "assessor=G17", "scope=target",
		"object=G17-K1", YEAR},
	    {KC_R_NOT_FOUND, "grant=N", "assessor=G12", "scope=negative",
		"object=29", YEAR},
	    {KC_R_NOT_FOUND, "grant=N", "assessor=G12", "scope=negative",
		"object=x", YEAR},
	    {KC_R_UNIT_MISMATCH, "grant=N", "assessor=G17", "scope=negative",
		"object=3", YEAR},
	    {KC_R_DATE_ORDER, "grant=N", "assessor=G12", "scope=all", NULL,
		"from=2022-02-01", "until=2022-01-31"},
	};

	(void)state;
	refuse_rows(rows, sizeof(rows) / sizeof(rows[0]));
	DO(grant_issue, "P09.a", "grant=N", "assessor=G12", "scope=negative",
	    "object=3", YEAR);
}

static void
test_grant__of_a_negative_item_needs_a_policy(void **state)
{
	static const struct row rows[] = {{KC_R_NO_POLICY, "grant=N",
	    "assessor=G12", "scope=negative", "object=3", YEAR}};

	(void)state;
	refuse_rows(rows, 1);
}

static void
test_grant__is_withdrawn_once(void **state)
{
	(void)state;
	REFUSED(NOT_FOUND, grant_withdraw, "P09.a", "grant=N", "reason=x");
	DO(grant_withdraw, "P09.a", "grant=GR-G02", "reason=x");
	REFUSED(STATE, grant_withdraw, "P09.a", "grant=GR-G02", "reason=x");
	assert_string_equal(k.why.state, "withdrawn");
}

#define FIND(target)                                                           \
	"target=" target, "rate=9000",                                         \
	    "evidence=sha256:0000000000000000000000000000000000000000000000"   \
	    "000000000000000000 1 application/pdf"

static void
test_grant__gives_power_over_its_object_on_its_days_only(void **state)
{
	(void)state;
	kit_on(&k, "2022-06-01");
	REFUSED(GRANT, completion_find, "G12.a", FIND("G17-K1"));
	assert_string_equal(k.why.args[0], "G12");
	assert_string_equal(k.why.args[1], "G17-K1");
	DO(grant_issue, "P09.a", "grant=A", "assessor=G12", "scope=target",
	    "object=G17-K1", "from=2022-06-10", "until=2022-06-10");
	DO(grant_issue, "P09.a", "grant=B", "assessor=G12", "scope=target",
	    "object=G17-K1", "from=2022-06-20", "until=2022-06-30");
	DO(grant_issue, "P09.a", "grant=C", "assessor=G12", "scope=unit",
	    "object=G16", "from=2022-06-20", "until=2022-06-30");
	kit_at(&k, "2022-06-09", 23, 59);
	REFUSED(GRANT, completion_find, "G12.a", FIND("G17-K1"));
	kit_at(&k, "2022-06-10", 23, 59);
	DO(completion_find, "G12.a", FIND("G17-K1"));
	kit_at(&k, "2022-06-11", 0, 0);
	REFUSED(GRANT, completion_find, "G12.a", FIND("G16-K1"));
	kit_at(&k, "2022-06-20", 0, 0);
	REFUSED(GRANT, completion_find, "G12.a", FIND("G17-K2"));
	DO(completion_find, "G12.a", FIND("G16-K1"));
	DO(grant_withdraw, "P09.a", "grant=C", "reason=x");
	REFUSED(GRANT, completion_find, "G12.a", FIND("G16-K2"));
	kit_replay(&k);
}

static void
test_grant__never_reaches_the_own_unit(void **state)
{
	(void)state;
	DO(grant_issue, "P09.a", "grant=A", "assessor=G17", "scope=all", YEAR);
	kit_enrol(&k, "G17.a", "G17", "assessor");
	REFUSED(OWN_UNIT, completion_find, "G17.a", FIND("G17-K1"));
	assert_string_equal(k.why.args[0], "G17");
	DO(completion_find, "G17.a", FIND("G16-K1"));
}

#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)
#define LISTS(f) cmocka_unit_test_setup_teardown(f, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CITY(test_unit__is_registered_once_by_the_establishment_office),
	    CITY(test_duty__code_is_the_units_own),
	    CITY(test_duty__many_of_them_keep_their_codes),
	    LISTS(test_grant__refuses_by_a_table),
	    CITY(test_grant__of_a_negative_item_needs_a_policy),
	    CITY(test_grant__is_withdrawn_once),
	    LISTS(test_grant__gives_power_over_its_object_on_its_days_only),
	    LISTS(test_grant__never_reaches_the_own_unit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
