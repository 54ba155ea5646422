/* SPDX-License-Identifier: Apache-2.0 */
/* Roles given and taken, and powers lent for a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "statekit.h"

static uint32_t
roles(const char *actor)
{
	return kc_state_roles(k.st, kc_slice_str(actor));
}

/* --- roles --- */
struct row {
	enum kc_refusal_code code;
	const char *actor, *role, *arg0;
};

static void
test_role_give__refuses_by_a_table(void **state)
{
	static const struct row rows[] = {
	    {KC_R_NOT_FOUND, "actor=nobody", "role=estab", "actor"},
	    {KC_R_STATE, "actor=P09.b", "role=org", "P09.b"},
	    {KC_R_STATE, "actor=clerk", "role=org", "clerk"},
	    {KC_R_EXISTS, "actor=G17.head", "role=clerk", "clerk"},
	    {KC_R_DUPLICATE, "actor=G17.head", "role=head", "head"},
	    {KC_R_ROLE_EXCLUSIVE, "actor=G17.head", "role=admin", "admin"},
	    {KC_R_ROLE_EXCLUSIVE, "actor=root.a", "role=head", "admin"},
	    {KC_R_ROLE_EXCLUSIVE, "actor=ops", "role=auditor", "operator"},
	    {KC_R_NOT_FOUND, "actor=leader", "role=head", "unit of"},
	};

	(void)state;
	DO(actor_retire, ADMINS, "actor=P09.b", "reason=x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		REFUSED(ROLE, role_give, "P09.a root.a", rows[i].actor,
		    rows[i].role);
		kit_refused(&k, rows[i].code, KC_K_role_give, ADMINS,
		    rows[i].actor, rows[i].role);
		assert_string_equal(k.why.args[0], rows[i].arg0);
	}
}

static void
test_role_take__refuses_by_a_table(void **state)
{
	static const struct row rows[] = {
	    {KC_R_NOT_FOUND, "actor=nobody", "role=estab", "actor"},
	    {KC_R_STATE, "actor=P09.b", "role=estab", "P09.b"},
	    {KC_R_STATE, "actor=clerk", "role=clerk", "clerk"},
	    {KC_R_NOT_FOUND, "actor=G17.head", "role=liaison", "liaison"},
	};

	(void)state;
	DO(actor_retire, ADMINS, "actor=P09.b", "reason=x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kit_refused(&k, rows[i].code, KC_K_role_take, ADMINS,
		    rows[i].actor, rows[i].role, "reason=x");
		assert_string_equal(k.why.args[0], rows[i].arg0);
	}
	DO(role_take, ADMINS, "actor=root.c", "role=admin", "reason=x");
	REFUSED(LAST_ADMIN, role_take, ADMINS, "actor=root.b", "role=admin",
	    "reason=x");
}

static void
test_role__counts_from_the_next_entry_until_it_is_taken(void **state)
{
	(void)state;
	REFUSED(ROLE, unit_rename, "G17.head", "unit=G17", "name=x");
	DO(role_give, ADMINS, "actor=G17.head", "role=estab");
	assert_int_equal(
	    roles("G17.head"), 1u << KC_ROLE_HEAD | 1u << KC_ROLE_ESTAB);
	DO(unit_rename, "G17.head", "unit=G17", "name=水务局");
	DO(role_take, ADMINS, "actor=G17.head", "role=estab", "reason=x");
	REFUSED(ROLE, unit_rename, "G17.head", "unit=G17", "name=x");
	DO(role_take, ADMINS, "actor=G17.head", "role=head", "reason=x");
	assert_int_equal(roles("G17.head"), 0);
	DO(role_give, ADMINS, "actor=G17.head", "role=admin");
	DO(role_give, "root.c G17.head", "actor=P09.a", "role=org");
	kit_replay(&k);
}

/* --- delegation --- */
#define WINDOW "from=2022-01-10", "until=2022-01-20"

static void
test_delegation__refuses_by_a_table(void **state)
{
	static const struct {
		enum kc_refusal_code code;
		const char *by, *to, *may, *from, *until;
	} rows[] = {
	    {KC_R_NOT_FOUND, "G17.head", "to=nobody", "may=target.submit",
		WINDOW},
	    {KC_R_STATE, "P09.a", "to=P09.b", "may=list.issue", WINDOW},
	    {KC_R_STATE, "G17.head", "to=clerk", "may=target.submit", WINDOW},
	    {KC_R_SAME_PERSON, "G17.head", "to=G17.head", "may=target.submit",
		WINDOW},
	    {KC_R_ROLE_EXCLUSIVE, "leader", "to=audit", "may=target.read",
		WINDOW},
	    {KC_R_UNIT_MISMATCH, "G17.head", "to=G16.head", "may=target.submit",
		WINDOW},
	    {KC_R_UNIT_MISMATCH, "leader", "to=G16.head", "may=target.read",
		WINDOW},
	    {KC_R_ROLE, "G17.head", "to=G17.liaison", "may=target.read",
		WINDOW},
	    {KC_R_ROLE, "G17.head", "to=G17.liaison", "may=key.rotate", WINDOW},
	    {KC_R_ROLE, "root.a", "to=root.b", "may=actor.enrol", WINDOW},
	    {KC_R_DATE_ORDER, "G17.head", "to=G17.liaison", "may=target.submit",
		"from=2022-01-10", "until=2022-01-09"},
	    {KC_R_DATE_ORDER, "G17.head", "to=G17.liaison", "may=target.submit",
		"from=2021-12-01", "until=2022-01-03"},
	};

	(void)state;
	DO(actor_retire, ADMINS, "actor=P09.b", "reason=x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		kit_refused(&k, rows[i].code, KC_K_delegation_give, rows[i].by,
		    rows[i].to, rows[i].may, rows[i].from, rows[i].until);
	REFUSED(ROLE, delegation_give, "clerk", "to=G17.liaison",
	    "may=prededuct.expire", WINDOW);
	REFUSED(NOT_FOUND, delegation_end, "G17.head", "to=nobody");
	REFUSED(NOT_FOUND, delegation_end, "G17.head", "to=G17.liaison");
}

#define DRAFT                                                                  \
	"unit=G17", "year=2022", "class=routine", "source=work-plan",          \
	    "duty=D1", "weight=1.0000", "assessor=G02", "title=x"

static void
test_delegation__fills_the_slot_within_its_days(void **state)
{
	(void)state;
	DO(target_draft, "G17.liaison", "target=T1", DRAFT);
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
	DO(delegation_give, "G17.head", "to=G17.liaison", "may=target.submit",
	    "may=rectify.submit", WINDOW);
	kit_at(&k, "2022-01-09", 23, 59);
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
	kit_at(&k, "2022-01-10", 0, 0);
	DO(target_submit, "G17.liaison", "target=T1");
	DO(target_return, "P09.a", "target=T1", "reason=x");
	kit_at(&k, "2022-01-20", 23, 59);
	DO(target_submit, "G17.liaison", "target=T1");
	DO(target_return, "P09.a", "target=T1", "reason=x");
	kit_at(&k, "2022-01-21", 0, 0);
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
	REFUSED(NOT_FOUND, delegation_end, "G17.head", "to=G17.liaison");
	kit_replay(&k);
}

static void
test_delegation__ends_when_withdrawn_or_when_the_power_is_gone(void **state)
{
	(void)state;
	DO(target_draft, "G17.liaison", "target=T1", DRAFT);
	DO(delegation_give, "G17.head", "to=G17.liaison", "may=target.submit",
	    "from=2022-01-04", "until=2022-12-31");
	DO(delegation_end, "G17.head", "to=G17.liaison");
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
	REFUSED(NOT_FOUND, delegation_end, "G17.head", "to=G17.liaison");
	DO(delegation_give, "G17.head", "to=G17.liaison", "may=target.submit",
	    "from=2022-01-04", "until=2022-12-31");
	DO(role_take, ADMINS, "actor=G17.head", "role=head", "reason=x");
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
	DO(role_give, ADMINS, "actor=G17.head", "role=head");
	DO(actor_retire, ADMINS, "actor=G17.head", "reason=x");
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
	kit_replay(&k);
}

static void
test_delegation__does_not_reach_one_who_became_an_auditor(void **state)
{
	(void)state;
	DO(target_draft, "G17.liaison", "target=T1", DRAFT);
	DO(delegation_give, "G17.head", "to=G17.liaison", "may=target.submit",
	    "from=2022-01-04", "until=2022-12-31");
	DO(role_take, ADMINS, "actor=G17.liaison", "role=liaison", "reason=x");
	DO(target_submit, "G17.liaison", "target=T1");
	DO(target_return, "P09.a", "target=T1", "reason=x");
	DO(role_give, ADMINS, "actor=G17.liaison", "role=auditor");
	REFUSED(ROLE, target_submit, "G17.liaison", "target=T1");
}

static void
test_two_signers__never_use_one_persons_power_twice(void **state)
{
	(void)state;
	kit_enrol(&k, "dual", "P20", "estab assess-office");
	kit_enrol(&k, "aide", "P20", "liaison");
	DO(delegation_give, "dual", "to=aide", "may=policy.adopt",
	    "from=2022-01-04", "until=2022-12-31");
	REFUSED(SAME_PERSON, policy_adopt, "dual aide", "policy=p", "file=f",
	    "text=x");
	REFUSED(SAME_PERSON, policy_adopt, "aide dual", "policy=p", "file=f",
	    "text=x");
	/* With another person's power beside it the aide may sign. */
	REFUSED(KEY_MISSING, policy_adopt, "P09.a aide", "policy=p", "file=f",
	    "text=policy: p");
}

#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)
#define RULES(f) cmocka_unit_test_setup_teardown(f, at_rules, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CITY(test_role_give__refuses_by_a_table),
	    CITY(test_role_take__refuses_by_a_table),
	    CITY(test_role__counts_from_the_next_entry_until_it_is_taken),
	    CITY(test_delegation__refuses_by_a_table),
	    RULES(test_delegation__fills_the_slot_within_its_days),
	    RULES(
		test_delegation__ends_when_withdrawn_or_when_the_power_is_gone),
	    RULES(test_delegation__does_not_reach_one_who_became_an_auditor),
	    CITY(test_two_signers__never_use_one_persons_power_twice),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
