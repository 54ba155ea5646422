/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may sign: every kind by every role, with keys that are in force, were
 * replaced or revoked, and by delegates in their days, before, after, and for
 * other kinds. What is allowed is what the table of kinds says; all else is
 * refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>

#include "engine/authority.h"
#include "statekit.h"

/* Two persons of each role; those of the city, or enrolled for this test. */
static const char *const persons[KC_ROLE_COUNT][2] = {
    [KC_ROLE_ADMIN] = {"root.a", "root.b"},
    [KC_ROLE_OPERATOR] = {"ops", "ops.2"},
    [KC_ROLE_AUDITOR] = {"audit", "audit.2"},
    [KC_ROLE_ESTAB] = {"P09.a", "P09.b"},
    [KC_ROLE_GO_PARTY] = {"gop", "gop.2"},
    [KC_ROLE_GO_GOV] = {"gog", "gog.2"},
    [KC_ROLE_LEADER] = {"leader", "leader.2"},
    [KC_ROLE_ASSESS_OFFICE] = {"office", "office.2"},
    [KC_ROLE_INSPECT_PARTY] = {"inp.1", "inp.2"},
    [KC_ROLE_INSPECT_GOV] = {"ing.1", "ing.2"},
    [KC_ROLE_ASSESSOR] = {"G02.a", "G02.b"},
    [KC_ROLE_HEAD] = {"G16.head", "G17.head"},
    [KC_ROLE_LIAISON] = {"G16.liaison", "G17.liaison"},
    [KC_ROLE_STATS] = {"stats", "stats.2"},
    [KC_ROLE_ORG] = {"org", "org.2"},
    [KC_ROLE_CLERK] = {"clerk", NULL},
    [KC_ROLE_PANEL_INNER] = {"inner.1", "inner.2"},
    [KC_ROLE_PANEL_OUTER] = {"outer.1", "outer.2"},
    [KC_ROLE_PANEL_GRASS] = {"grass.1", "grass.2"},
    [KC_ROLE_TALLY] = {"tally.1", "tally.2"},
};

static const char *
unit_of(int role)
{
	switch (role) {
	case KC_ROLE_ASSESSOR:
		return "G02";
	case KC_ROLE_HEAD:
	case KC_ROLE_LIAISON:
		return "G16";
	default:
		return NULL;
	}
}

static int
with_all_roles(void **state)
{
	if (at_city(state) != 0)
		return -1;
	for (int r = 0; r < KC_ROLE_COUNT; r++)
		for (int i = 0; i < 2; i++)
			if (persons[r][i] != NULL &&
			    kc_state_roles(k.st, kc_slice_str(persons[r][i])) ==
				0)
				kit_enrol(&k, persons[r][i], unit_of(r),
				    kc_word_text(KC_SET_ROLE, r));
	return 0;
}

/* Asks the engine of a statement by these persons; sigs NULL: unsigned. */
static enum kc_refusal_code
asked(enum kc_kind_id kind, const char *const *by, unsigned n,
    const struct kc_note_sig *sig, kc_day day)
{
	static struct kc_entry e;
	struct kc_at at = {.e = &e, .day = day};
	struct kc_refusal why = {0};

	memset(&e, 0, sizeof(e));
	e.kind = kc_kind_get(kind);
	e.nby = n;
	for (unsigned i = 0; i < n; i++)
		e.by[i] = kc_slice_str(by[i]);
	if (sig != NULL)
		e.sigs[0] = *sig;
	return kc_authorise(k.st, &at, &why) == KC_OK ? KC_R_NONE : why.code;
}

static bool
has(const struct kc_kind *kind, unsigned place, int role)
{
	return (kind->signers.roles[place] >> role & 1) != 0;
}

/* May persons of these roles fill the places of a kind, in some order? */
static bool
may(const struct kc_kind *kind, const int *roles, unsigned place, unsigned used)
{
	if (place == kind->signers.n)
		return true;
	for (unsigned i = 0; i < kind->signers.n; i++)
		if ((used >> i & 1) == 0 && has(kind, place, roles[i]) &&
		    may(kind, roles, place + 1, used | 1u << i))
			return true;
	return false;
}

/* --- every kind x every role --- */
/* One more than those before it have of the role. */
static const char *
person_of(const int *roles, unsigned i)
{
	unsigned before = 0;

	for (unsigned j = 0; j < i; j++)
		before += roles[j] == roles[i];
	return before < 2 ? persons[roles[i]][before] : NULL;
}

static unsigned allowed, refused;

static void
try_roles(const struct kc_kind *kind, const int *roles)
{
	const char *by[KC_SIGNERS_MAX];
	enum kc_refusal_code code;
	bool want = may(kind, roles, 0, 0);

	for (unsigned i = 0; i < kind->signers.n; i++) {
		by[i] = person_of(roles, i);
		if (by[i] == NULL)
			return; /* the city has no third of them */
	}
	code = asked(kind->id, by, kind->signers.n, NULL, 0);
	if ((code == KC_R_NONE) != want || (!want && code != KC_R_ROLE))
		fail_msg("%s by %s%s%s: %s", kind->name, by[0],
		    kind->signers.n > 1 ? " and " : "",
		    kind->signers.n > 1 ? by[1] : "",
		    code == KC_R_NONE ? "may" : kc_refusal_code_text(code));
	*(want ? &allowed : &refused) += 1;
}

/* All combinations of roles in the places of a kind. */
static void
try_all(const struct kc_kind *kind, int *roles, unsigned place)
{
	if (place == kind->signers.n) {
		try_roles(kind, roles);
		return;
	}
	for (roles[place] = 0; roles[place] < KC_ROLE_COUNT; roles[place]++)
		try_all(kind, roles, place + 1);
}

static void
test_authorise__every_role_of_every_kind_is_what_the_table_says(void **state)
{
	int roles[KC_PLACES_MAX];

	(void)state;
	for (unsigned id = 0; id < KC_K_COUNT; id++)
		if (id != KC_K_ledger_open)
			try_all(kc_kind_get((enum kc_kind_id)id), roles, 0);
	assert_true(allowed >= KC_K_COUNT - 1);
	assert_true(refused > allowed);
}

static void
test_authorise__a_signer_too_few_or_too_many_is_refused(void **state)
{
	(void)state;
	for (unsigned id = 0; id < KC_K_COUNT; id++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)id);
		const char *by[KC_SIGNERS_MAX];
		int roles[KC_PLACES_MAX + 1];
		unsigned n = kind->signers.n;

		if (id == KC_K_ledger_open)
			continue;
		for (unsigned i = 0; i < n; i++)
			for (roles[i] = 0; !has(kind, i, roles[i]);)
				roles[i]++;
		roles[n] = KC_ROLE_LEADER;
		for (unsigned i = 0; i <= n; i++)
			by[i] = person_of(roles, i);
		assert_int_equal(asked(kind->id, by, 0, NULL, 0), KC_R_ROLE);
		assert_int_equal(
		    asked(kind->id, by, n + 1, NULL, 0), KC_R_ROLE);
		if (n > 1)
			assert_int_equal(
			    asked(kind->id, by, n - 1, NULL, 0), KC_R_ROLE);
	}
}

/* --- keys --- */
static struct kc_note_sig
sig_of(const struct kc_skey *key, struct kc_buf *text)
{
	static const uint8_t zeros[64];
	uint8_t blob[68];

	memcpy(blob, key->vkey.keyid, 4);
	memcpy(blob + 4, zeros, sizeof(zeros));
	kc_buf_reset(text);
	kc_buf_base64(text, blob, sizeof(blob));
	return (struct kc_note_sig){.base64 = kc_buf_view(text)};
}

/* By one person alone, for every kind that its role signs alone. */
static unsigned
all_say(int role, const struct kc_note_sig *sig, enum kc_refusal_code want)
{
	unsigned n = 0;

	for (unsigned id = 0; id < KC_K_COUNT; id++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)id);

		if (id == KC_K_ledger_open || kind->signers.n != 1 ||
		    !has(kind, 0, role))
			continue;
		assert_int_equal(
		    asked(kind->id, &persons[role][0], 1, sig, 0), want);
		n++;
	}
	return n;
}

/* Another key takes the place of the one in force; both as signatures. */
static void
rotate(const char *who, struct kc_buf *was, struct kc_buf *is,
    struct kc_note_sig *old, struct kc_note_sig *new)
{
	struct kc_skey before = *kit_key(&k, who), after;
	const char *vkey, *proof;

	after = *kit_new_key(&k, who);
	vkey = kit_vkey(&k, "key", who);
	proof = kit_proof(&k, who);
	*kit_key(&k, who) = before;
	DO(key_rotate, who, vkey, proof);
	*kit_key(&k, who) = after;
	*old = sig_of(&before, was);
	*new = sig_of(&after, is);
}

static void
test_authorise__only_the_key_in_force_signs_any_kind(void **state)
{
	struct kc_buf was = {0}, is = {0};
	struct kc_note_sig old, new;
	unsigned tried = 0;

	(void)state;
	for (int role = 0; role < KC_ROLE_CLERK; role++) {
		const char *who = persons[role][0];

		old = sig_of(kit_key(&k, who), &was);
		tried += all_say(role, &old, KC_R_NONE);
		rotate(who, &was, &is, &old, &new);
		(void)all_say(role, &old, KC_R_KEY_NOT_IN_FORCE);
		(void)all_say(role, &new, KC_R_NONE);
		if (role == KC_ROLE_ADMIN)
			continue; /* two must stay */
		DO(key_revoke, ADMINS, kit_vkey(&k, "key", who), "reason=x");
		(void)all_say(role, &new, KC_R_KEY_NOT_IN_FORCE);
		(void)all_say(role, NULL, KC_R_KEY_NOT_IN_FORCE);
	}
	assert_true(tried >= KC_K_COUNT);
	kc_buf_free(&was);
	kc_buf_free(&is);
}

/* --- delegates --- */
static kc_day
day_of(int month, int day)
{
	return kc_day_from_civil(2022, month, day);
}

/* The second person of a role lends what it signs alone to a leader's
 * assistant, who may sign none of it by itself; each kind is lent apart. */
static unsigned
lend(int role, const char *giver, const char *to)
{
	enum kc_kind_id other = KC_K_ledger_open; /* lent before, and ended */
	unsigned n = 0;

	for (unsigned id = 0; id < KC_K_COUNT; id++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)id);
		const char *fields[] = {kit_field("to", to),
		    kit_field("may", kind->name), "from=2022-02-01",
		    "until=2022-02-10", NULL};

		if (id == KC_K_ledger_open || kind->signers.n != 1 ||
		    !has(kind, 0, role) ||
		    asked(kind->id, &to, 1, NULL, day_of(2, 1)) == KC_R_NONE)
			continue;
		kit_do_v(&k, KC_K_delegation_give, giver, fields, __FILE__,
		    __LINE__);
		assert_int_equal(
		    asked(kind->id, &to, 1, NULL, day_of(1, 31)), KC_R_ROLE);
		assert_int_equal(
		    asked(kind->id, &to, 1, NULL, day_of(2, 1)), KC_R_NONE);
		assert_int_equal(
		    asked(kind->id, &to, 1, NULL, day_of(2, 10)), KC_R_NONE);
		assert_int_equal(
		    asked(kind->id, &to, 1, NULL, day_of(2, 11)), KC_R_ROLE);
		if (n > 0)
			assert_int_equal(
			    asked(other, &to, 1, NULL, day_of(2, 1)),
			    KC_R_ROLE);
		other = kind->id;
		DO(delegation_end, giver, kit_field("to", to));
		assert_int_equal(
		    asked(kind->id, &to, 1, NULL, day_of(2, 1)), KC_R_ROLE);
		n++;
	}
	return n;
}

static void
test_authorise__a_delegate_signs_what_was_lent_in_its_days(void **state)
{
	unsigned n;

	(void)state;
	kit_enrol(&k, "assistant", NULL, "inspect-gov");
	n = lend(KC_ROLE_LEADER, "leader", "assistant");
	assert_true(n >= 2);
	n = lend(KC_ROLE_HEAD, "G16.head", "G16.liaison");
	assert_true(n >= 5);
	kit_enrol(&k, "G02.aide", "G02", "inspect-gov");
	kit_enrol(&k, "G28.aide", "G28", "inspect-gov");
	kit_enrol(&k, "P03.aide", "P03", "inspect-gov");
	n = lend(KC_ROLE_ASSESSOR, "G02.a", "G02.aide");
	assert_true(n >= 5);
	n = lend(KC_ROLE_STATS, "stats", "G28.aide");
	assert_true(n >= 2);
	n = lend(KC_ROLE_ORG, "org", "P03.aide");
	assert_true(n >= 2);
}

/* An administrator's, operator's or auditor's power is never lent. */
static void
test_authorise__duties_kept_apart_are_not_lent(void **state)
{
	(void)state;
	kit_enrol(&k, "assistant", NULL, "inspect-gov");
	for (unsigned id = 0; id < KC_K_COUNT; id++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)id);
		const char *by = "ops";

		if (id == KC_K_ledger_open || kind->signers.n != 1 ||
		    has(kind, 0, KC_ROLE_OPERATOR))
			continue;
		assert_int_equal(
		    asked(kind->id, &by, 1, NULL, day_of(2, 1)), KC_R_ROLE);
		kit_refused(&k, KC_R_ROLE_EXCLUSIVE, KC_K_delegation_give,
		    "root.c", "to=assistant", kit_field("may", kind->name),
		    "from=2022-02-01", "until=2022-02-10");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_authorise__every_role_of_every_kind_is_what_the_table_says,
		with_all_roles, done),
	    cmocka_unit_test_setup_teardown(
		test_authorise__a_signer_too_few_or_too_many_is_refused,
		with_all_roles, done),
	    cmocka_unit_test_setup_teardown(
		test_authorise__only_the_key_in_force_signs_any_kind,
		with_all_roles, done),
	    cmocka_unit_test_setup_teardown(
		test_authorise__a_delegate_signs_what_was_lent_in_its_days,
		at_city, done),
	    cmocka_unit_test_setup_teardown(
		test_authorise__duties_kept_apart_are_not_lent, at_city, done),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
