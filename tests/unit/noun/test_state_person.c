/* SPDX-License-Identifier: Apache-2.0 */
/* Commitments to who an actor is: who may make them, and what they leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/people.h>

#include "statekit.h"
#include "tmpdir.h"

#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"
#define HASH(end) "person=sha256:" ZEROS end

static struct kc_state_person
person_of(const char *actor)
{
	struct kc_state_person p;

	assert_int_equal(kc_state_person(k.st, kc_slice_str(actor), &p), KC_OK);
	return p;
}

static struct kc_hash
digest(void)
{
	struct kc_hash h;

	assert_int_equal(kc_state_digest(k.st, &h), KC_OK);
	return h;
}

static void
test_commit__refuses_by_a_table(void **state)
{
	static const struct {
		enum kc_refusal_code code;
		const char *by, *actor;
	} rows[] = {
	    {KC_R_NOT_FOUND, "root.a", "actor=nobody"},
	    {KC_R_STATE, "root.a", "actor=clerk"},
	    {KC_R_STATE, "root.a", "actor=P09.b"},
	    {KC_R_SAME_PERSON, "root.a", "actor=root.a"},
	    {KC_R_ROLE, "G17.head", "actor=G17.head"},
	    {KC_R_ROLE, "G17.head", "actor=root.a"},
	    {KC_R_ROLE, "ops", "actor=G17.head"},
	};

	(void)state;
	DO(actor_retire, ADMINS, "actor=P09.b", "reason=x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		kit_refused(&k, rows[i].code, KC_K_person_commit, rows[i].by,
		    rows[i].actor, HASH("01"));
	DO(person_commit, "root.a", "actor=G17.head", HASH("01"));
	REFUSED(EXISTS, person_commit, "P09.a", "actor=G17.head", HASH("01"));
	DO(person_commit, "P09.a", "actor=G17.head", HASH("02"), "reason=x");
}

static void
test_commit__is_kept_with_its_entry_and_hashed(void **state)
{
	struct kc_hash before = digest(), after;
	struct kc_state_person p = person_of("G17.head");
	uint64_t seq = kc_state_size(k.st);

	(void)state;
	assert_false(p.has);
	DO(person_commit, "P09.a", "actor=G17.head", HASH("a1"));
	p = person_of("G17.head");
	assert_true(p.has && !p.erased && p.seq == seq);
	assert_int_equal(p.commitment.b[KC_HASH_SIZE - 1], 0xa1);
	after = digest();
	assert_false(kc_hash_eq(&before, &after));
	DO(person_commit, "P09.a", "actor=G17.head", HASH("a2"));
	p = person_of("G17.head");
	assert_true(p.seq == seq + 1);
	assert_int_equal(p.commitment.b[KC_HASH_SIZE - 1], 0xa2);
	assert_int_equal(
	    kc_state_person(k.st, KC_LIT("nobody"), &p), KC_ENOTFOUND);
}

static void
test_enrol__may_commit_at_once(void **state)
{
	(void)state;
	kit_new_key(&k, "G17.aide");
	DO(actor_enrol, ADMINS, "actor=G17.aide", "unit=G17", "role=liaison",
	    kit_vkey(&k, "key", "G17.aide"), kit_proof(&k, "G17.aide"),
	    HASH("0c"));
	assert_true(person_of("G17.aide").has);
	assert_int_equal(
	    person_of("G17.aide").commitment.b[KC_HASH_SIZE - 1], 0x0c);
}

/* What an epoch-1 ledger said at enrolment is known, but its digest is that of
 * its epoch; in epoch 2 it decides who is one person, and is hashed. */
static void
test_enrol__of_epoch_1_moves_the_digest_of_epoch_2_alone(void **state)
{
	struct kc_hash first[2], then[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		char log[KC_VKEY_MAX + 8];

		kit_free(&k);
		assert_int_equal(at_empty(state), 0);
		(void)snprintf(
		    log, sizeof(log), "%s", kit_vkey(&k, "log", KIT_ORIGIN));
		DO(ledger_open, ADMINS, "suite=ed25519/sha256", "epoch=1", log,
		    kit_vkey(&k, "clerk", "clerk"),
		    kit_vkey(&k, "admin", "root.a"),
		    kit_vkey(&k, "admin", "root.b"));
		DO(actor_enrol, ADMINS, "actor=aide", "role=auditor",
		    kit_vkey(&k, "key", "aide"), kit_proof(&k, "aide"),
		    i == 0 ? HASH("0c") : NULL);
		assert_int_equal(person_of("aide").has, i == 0);
		first[i] = digest();
		DO(rules_adopt, ADMINS, "epoch=2");
		then[i] = digest();
	}
	assert_true(kc_hash_eq(&first[0], &first[1]));
	assert_false(kc_hash_eq(&then[0], &then[1]));
}

static void
test_erase__wants_a_commitment_and_allows_a_new_one(void **state)
{
	(void)state;
	REFUSED(NOT_FOUND, person_erase, "root.a", "actor=nobody", "basis=x");
	REFUSED(NOT_FOUND, person_erase, "root.a", "actor=G17.head", "basis=x");
	DO(person_commit, "root.a", "actor=G17.head", HASH("01"));
	REFUSED(ROLE, person_erase, "G17.head", "actor=G17.head", "basis=x");
	DO(person_erase, "P09.a", "actor=G17.head",
	    "basis=个人信息保护法第四十七条");
	assert_true(person_of("G17.head").erased);
	REFUSED(NOT_FOUND, person_erase, "root.a", "actor=G17.head", "basis=x");
	DO(person_commit, "root.a", "actor=G17.head", HASH("01"));
	assert_false(person_of("G17.head").erased);
	/* The right to be forgotten outlasts the office. */
	DO(actor_retire, ADMINS, "actor=G17.head", "reason=x");
	DO(person_erase, "root.a", "actor=G17.head", "basis=x");
}

static void
test_actors__are_listed_in_order(void **state)
{
	size_t n = 0;

	(void)state;
	assert_true(kc_slice_is(kc_state_actor(k.st, 0), "clerk"));
	while (kc_state_actor(k.st, n).n > 0)
		n++;
	assert_true(n > 5);
}

/* --- one person behind two actors --- */
static void
test_twofold__no_role_beside_those_of_the_same_person(void **state)
{
	char since[32];

	(void)state;
	DO(person_commit, "root.a", "actor=ops", HASH("01"));
	REFUSED(ROLE_EXCLUSIVE, person_commit, "root.a", "actor=G17.head",
	    HASH("01"));
	assert_string_equal(k.why.args[0], "operator");
	assert_string_equal(k.why.args[1], "head");
	assert_non_null(strstr(k.why.args[2],
	    "ops, by its commitment the same person, has been operator"));
	assert_non_null(strstr(k.why.args_zh[2], "同一人 ops 自 #"));
	kit_refused(&k, KC_R_ROLE_EXCLUSIVE, KC_K_actor_enrol, ADMINS,
	    "actor=x.y", "role=auditor", kit_vkey(&k, "key", "x.y"),
	    kit_proof(&k, "x.y"), HASH("01"));
	DO(person_commit, "root.a", "actor=P09.a", HASH("02"));
	DO(person_commit, "root.a", "actor=P09.b", HASH("02"));
	DO(role_take, ADMINS, "actor=P09.b", "role=estab", "reason=x");
	REFUSED(
	    ROLE_EXCLUSIVE, role_give, ADMINS, "actor=P09.b", "role=auditor");
	assert_non_null(strstr(k.why.args[2], "P09.a, by"));
	DO(role_give, ADMINS, "actor=P09.b", "role=org");
	(void)snprintf(
	    since, sizeof(since), "P09.b has been org since #%u", k.nnotes - 1);
	DO(actor_retire, ADMINS, "actor=P09.a", "reason=x");
	REFUSED(
	    ROLE_EXCLUSIVE, role_give, ADMINS, "actor=P09.b", "role=auditor");
	assert_non_null(strstr(k.why.args[2], since));
	DO(role_take, ADMINS, "actor=P09.b", "role=org", "reason=x");
	DO(role_give, ADMINS, "actor=P09.b", "role=auditor");
	kit_replay(&k);
}

static void
test_twofold__one_person_never_signs_as_two(void **state)
{
	(void)state;
	DO(person_commit, "root.c", "actor=root.a", HASH("01"));
	DO(person_commit, "root.c", "actor=root.b", HASH("01"));
	REFUSED(SAME_PERSON, role_give, ADMINS, "actor=P09.a", "role=org");
	DO(role_give, "root.a root.c", "actor=P09.a", "role=org");
	DO(person_erase, "root.c", "actor=root.b", "basis=x");
	DO(role_take, ADMINS, "actor=P09.a", "role=org", "reason=x");
	kit_replay(&k);
}

/* Two ids of one person lend their powers to two others, who are different:
 * it is one person's power all the same. */
static void
test_twofold__one_persons_powers_are_not_two(void **state)
{
	static const char *const lend[][2] = {
	    {"x.estab", "to=x.aide"}, {"x.office", "to=y.aide"}};

	(void)state;
	kit_enrol(&k, "x.estab", "P20", "estab");
	kit_enrol(&k, "x.office", "P20", "assess-office");
	kit_enrol(&k, "x.aide", "P20", "liaison");
	kit_enrol(&k, "y.aide", "P20", "liaison");
	for (size_t i = 0; i < 2; i++)
		DO(delegation_give, lend[i][0], lend[i][1], "may=policy.adopt",
		    "from=2022-01-04", "until=2022-12-31");
	REFUSED(KEY_MISSING, policy_adopt, "x.aide y.aide", "policy=p",
	    "file=f", "text=policy: p");
	DO(person_commit, "root.a", "actor=x.estab", HASH("05"));
	DO(person_commit, "root.a", "actor=x.office", HASH("05"));
	REFUSED(SAME_PERSON, policy_adopt, "x.aide y.aide", "policy=p",
	    "file=f", "text=policy: p");
	REFUSED(SAME_PERSON, delegation_give, "x.estab", "to=x.office",
	    "may=policy.adopt", "from=2022-01-04", "until=2022-12-31");
	REFUSED(SAME_PERSON, person_commit, "x.estab", "actor=x.office",
	    HASH("06"));
	kit_replay(&k);
}

/* --- what a check of their directory leaves in memory --- */
static bool left;

/* Does a block that is to move hold a person, which free() would leave? */
static void *
look(void *p, size_t n)
{
	if (p != NULL && n > 16 * sizeof(struct kc_person) &&
	    memmem(p, 16 * sizeof(struct kc_person), "李敏", 6) != NULL)
		left = true;
	return realloc(p, n);
}

static enum kc_err
told(void *ctx, struct kc_slice actor, enum kc_people_finding f,
    struct kc_slice detail)
{
	(void)actor;
	(void)detail;
	*(size_t *)ctx += f == KC_PEOPLE_UNCOMMITTED;
	return KC_OK;
}

static void
test_check__leaves_no_copy_of_a_person_behind(void **state)
{
	struct kc_person_ways *ways = NULL;
	struct kc_refusal why = {0};
	char dir[128], actor[32];
	size_t n = 0;

	(void)state;
	tmpdir_make(dir);
	assert_int_equal(kc_person_ways_read(dir, &ways), KC_OK);
	assert_null(kc_person_way(ways, "aud.0"));
	kc_person_ways_free(ways);
	for (int i = 0; i < 40; i++) {
		struct kc_person p = {.salt = {7}};

		(void)snprintf(actor, sizeof(actor), "aud.%d", i);
		kit_enrol(&k, actor, NULL, "auditor");
		assert_int_equal(kc_person_set(&p, KC_PERSON_ACTOR,
				     kc_slice_str(actor), &why),
		    KC_OK);
		assert_int_equal(
		    kc_person_set(&p, KC_PERSON_NAME, KC_LIT("李敏"), &why),
		    KC_OK);
		assert_int_equal(kc_people_put(dir, &p, NULL), KC_OK);
	}
	left = false;
	kc_alloc_hook(look);
	assert_int_equal(kc_people_check(dir, k.st, told, &n, NULL), KC_OK);
	kc_alloc_hook(NULL);
	assert_int_equal(n, 40);
	assert_false(left);
	tmpdir_remove(dir);
}

int
main(void)
{
#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)
	const struct CMUnitTest tests[] = {
	    CITY(test_commit__refuses_by_a_table),
	    CITY(test_commit__is_kept_with_its_entry_and_hashed),
	    CITY(test_enrol__may_commit_at_once),
	    cmocka_unit_test_setup_teardown(
		test_enrol__of_epoch_1_moves_the_digest_of_epoch_2_alone,
		at_empty, done),
	    CITY(test_erase__wants_a_commitment_and_allows_a_new_one),
	    CITY(test_actors__are_listed_in_order),
	    CITY(test_twofold__one_persons_powers_are_not_two),
	    CITY(test_twofold__no_role_beside_those_of_the_same_person),
	    CITY(test_twofold__one_person_never_signs_as_two),
	    CITY(test_check__leaves_no_copy_of_a_person_behind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
