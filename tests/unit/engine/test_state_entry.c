/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of every entry, replay, and running out of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/limits.h>

#include "statekit.h"

#define RENAME "unit=G17", "name=x"

/* --- envelope --- */
static void
test_entry__of_another_ledger_is_refused(void **state)
{
	(void)state;
	k.ledger = "example.org/kaohe2";
	REFUSED(LEDGER, unit_rename, "P09.a", RENAME);
	assert_string_equal(k.why.args[0], "example.org/kaohe2");
	assert_string_equal(k.why.args[1], KIT_ORIGIN);
	k.ledger = "example.org/kaoh";
	REFUSED(LEDGER, unit_rename, "P09.a", RENAME);
}

static void
test_entry__received_never_goes_back(void **state)
{
	int64_t last = kc_state_received_ms(k.st);

	(void)state;
	k.now_ms = last - 1;
	REFUSED(CLOCK, unit_rename, "P09.a", RENAME);
	k.now_ms = last;
	DO(unit_rename, "P09.a", RENAME);
	assert_int_equal(kc_state_received_ms(k.st), last);
}

static void
test_entry__signing_time_may_lead_by_ten_minutes_and_lag_by_a_week(void **state)
{
	(void)state;
	k.now_ms = k.now_ms / 1000 * 1000;
	k.at_skew_s = KC_AT_AHEAD_S + 1;
	REFUSED(AT_FUTURE, unit_rename, "P09.a", RENAME);
	assert_int_equal(strlen(k.why.args[0]), 20);
	k.at_skew_s = KC_AT_AHEAD_S;
	DO(unit_rename, "P09.a", RENAME);
	k.at_skew_s = -KC_AT_BEHIND_S - 1;
	REFUSED(AT_STALE, unit_rename, "P09.a", RENAME);
	k.at_skew_s = -KC_AT_BEHIND_S;
	DO(unit_rename, "P09.a", RENAME);
}

static void
test_entry__that_is_not_signed_yet_can_be_tried(void **state)
{
	static const char *const fields[] = {RENAME, NULL};
	static struct kc_entry e;
	struct kc_refusal why;
	struct kc_buf note = {0};
	struct kc_slice text;
	struct kc_stamp at = {kc_state_size(k.st), k.now_ms};
	const uint8_t *id = kit_key(&k, "P09.a")->vkey.keyid;
	char last[9];

	(void)state;
	assert_int_equal(
	    kit_note(&k, &note, KC_K_unit_rename, "P09.a", fields), KC_OK);
	text = kc_buf_view(&note);
	while (memcmp(text.p + text.n - 2, "\n\n", 2) != 0)
		text.n--;
	text.n--;
	assert_int_equal(kc_entry_decode_text(&e, text, &why), KC_OK);
	assert_int_equal(kc_state_check(k.st, &e, at, &why), KC_OK);
	DO(actor_retire, "root.a root.b", "actor=P09.a", "reason=x");
	at = (struct kc_stamp){kc_state_size(k.st), k.now_ms};
	assert_int_equal(kc_state_check(k.st, &e, at, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_KEY_NOT_IN_FORCE);
	(void)snprintf(
	    last, sizeof(last), "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
	assert_string_equal(why.args[1], last);
	kc_buf_free(&note);
}

static void
test_signer__is_the_key_in_force_that_the_line_names(void **state)
{
	static const char *const fields[] = {"unit=G17", "name=x", NULL};
	static struct kc_entry e;
	struct kc_refusal why;
	struct kc_buf note = {0};
	uint8_t pub[KC_PUBKEY_SIZE];

	(void)state;
	assert_int_equal(
	    kit_note(&k, &note, KC_K_unit_rename, "P09.a", fields), KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(kc_state_signer(k.st, &e, 0, pub, &why), KC_OK);
	assert_memory_equal(pub, kit_key(&k, "P09.a")->vkey.pub, sizeof(pub));
	kit_do(&k, KC_K_key_revoke, "root.a root.b",
	    kit_vkey(&k, "key", "P09.a"), "reason=x");
	assert_int_equal(kc_state_signer(k.st, &e, 0, pub, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_KEY_NOT_IN_FORCE);
	kc_buf_reset(&note);
	assert_int_equal(
	    kit_note(&k, &note, KC_K_unit_rename, "nobody", fields), KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(kc_state_signer(k.st, &e, 0, pub, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_ACTOR_UNKNOWN);
	e.sigs[0].base64.n = 0;
	assert_int_equal(kc_state_signer(k.st, &e, 0, pub, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SIGNER_LINES);
	kc_buf_free(&note);
}

/* --- the clerk goes first --- */
static void
make_overdue(void)
{
	DO(warning_issue, "P09.a", "target=G17-K2", "unit=G17", "level=yellow",
	    "rectify_by=2022-03-31", "fact=x", "demand=y");
	DO(warning_deliver, "P09.a", kit_field("warning", kit_handle(&k)),
	    "unit=G17");
	kit_on(&k, "2022-02-28");
}

static void
test_due__what_time_has_made_necessary_stands_first(void **state)
{
	(void)state;
	make_overdue();
	REFUSED(DUE_FIRST, unit_rename, "P09.a", RENAME);
	assert_string_equal(k.why.args[0], "warning.overdue");
	REFUSED(DUE_FIRST, key_revoke, "root.a root.b",
	    kit_vkey(&k, "key", "P09.a"), "reason=x");
	REFUSED(DUE_FIRST, actor_enrol, "root.a root.b", "actor=new",
	    "role=estab", kit_vkey(&k, "key", "new"), kit_proof(&k, "new"));
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(kit_clerk(&k), 0);
	DO(unit_rename, "P09.a", RENAME);
	kit_replay(&k);
}

static void
test_due__a_clerk_without_a_key_is_enrolled_before_what_is_due(void **state)
{
	(void)state;
	DO(key_revoke, "root.a root.b", kit_vkey(&k, "key", "clerk"),
	    "reason=x");
	make_overdue();
	REFUSED(DUE_FIRST, unit_rename, "P09.a", RENAME);
	REFUSED(DUE_FIRST, actor_enrol, "root.a root.b", "actor=new",
	    "role=estab", kit_vkey(&k, "key", "new"), kit_proof(&k, "new"));
	(void)kit_new_key(&k, "clerk");
	DO(actor_enrol, "root.a root.c", "actor=clerk", "role=clerk",
	    kit_vkey(&k, "key", "clerk"), kit_proof(&k, "clerk"));
	REFUSED(DUE_FIRST, unit_rename, "P09.a", RENAME);
	assert_int_equal(kit_clerk(&k), 1);
	DO(unit_rename, "P09.a", RENAME);
	kit_replay(&k);
}

/* --- replay --- */
static void
test_replay__every_entry_changes_the_digest_and_twice_is_the_same(void **state)
{
	static struct kc_entry e;
	struct kc_state *a, *b;
	struct kc_refusal why;
	struct kc_hash before, ha, hb;

	(void)state;
	assert_int_equal(kc_state_new(&a), KC_OK);
	assert_int_equal(kc_state_new(&b), KC_OK);
	assert_int_equal(kc_state_digest(a, &before), KC_OK);
	for (unsigned i = 0; i < k.nnotes; i++) {
		struct kc_slice note = {k.log.p + k.notes[i].off, k.notes[i].n};
		struct kc_stamp at = {i, k.notes[i].received_ms};

		assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
		assert_int_equal(kc_state_apply(a, &e, at, &why), KC_OK);
		assert_int_equal(kc_state_apply(b, &e, at, &why), KC_OK);
		assert_int_equal(kc_state_digest(a, &ha), KC_OK);
		assert_int_equal(kc_state_digest(b, &hb), KC_OK);
		assert_true(kc_hash_eq(&ha, &hb));
		assert_false(kc_hash_eq(&ha, &before));
		before = ha;
	}
	kc_state_free(a);
	kc_state_free(b);
}

/* Same entries, one received a millisecond later: another state. */
static void
test_replay__the_stamp_is_part_of_the_state(void **state)
{
	static struct kc_entry e;
	struct kc_state *st;
	struct kc_refusal why;
	struct kc_hash h, want = kit_digest(&k);

	(void)state;
	assert_int_equal(kc_state_new(&st), KC_OK);
	for (unsigned i = 0; i < k.nnotes; i++) {
		struct kc_slice note = {k.log.p + k.notes[i].off, k.notes[i].n};
		struct kc_stamp at = {
		    i, k.notes[i].received_ms + (i + 1 == k.nnotes)};

		assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
		assert_int_equal(kc_state_apply(st, &e, at, &why), KC_OK);
	}
	assert_int_equal(kc_state_digest(st, &h), KC_OK);
	assert_false(kc_hash_eq(&h, &want));
	kc_state_free(st);
}

/* --- memory --- */
static long left; /* allocations until one fails */

static void *
grow(void *p, size_t n)
{
	return left-- > 0 ? realloc(p, n) : NULL;
}

/* Replays with the n-th allocation failing; true when it was not reached. */
static bool
replay_with(long n)
{
	static struct kc_entry e;
	struct kc_state *st = NULL;
	struct kc_refusal why;
	enum kc_err err;

	left = n;
	kc_alloc_hook(grow);
	err = kc_state_new(&st);
	for (unsigned i = 0; i < k.nnotes && err == KC_OK; i++) {
		struct kc_slice note = {k.log.p + k.notes[i].off, k.notes[i].n};
		struct kc_stamp at = {i, k.notes[i].received_ms};

		err = kc_entry_decode(&e, note, &why);
		if (err == KC_OK)
			err = kc_state_apply(st, &e, at, &why);
	}
	kc_state_free(st);
	kc_alloc_hook(NULL);
	assert_true(err == KC_OK || err == KC_ENOMEM);
	return err == KC_OK;
}

static void
test_memory__any_failing_allocation_says_so_and_leaks_nothing(void **state)
{
	long n = 0;

	(void)state;
	while (!replay_with(n))
		n++;
	assert_in_range(n, 100, 5000);
}

static void
test_memory__is_counted(void **state)
{
	struct kc_state *st;
	size_t empty;

	(void)state;
	assert_int_equal(kc_state_new(&st), KC_OK);
	empty = kc_state_bytes(st);
	kc_state_free(st);
	assert_in_range(empty, 1, 4096);
	/* Two policies and calendars, the first blocks, a few objects. */
	assert_in_range(kc_state_bytes(k.st), 65536, 262144);
}

static void
test_read__units_and_roles_of_actors(void **state)
{
	struct kc_vkey key;

	(void)state;
	assert_true(
	    kc_slice_is(kc_state_actor_unit(k.st, KC_LIT("G17.head")), "G17"));
	assert_true(
	    kc_slice_is(kc_state_actor_unit(k.st, KC_LIT("leader")), ""));
	assert_true(
	    kc_slice_is(kc_state_actor_unit(k.st, KC_LIT("nobody")), ""));
	assert_int_equal(
	    kc_state_actor_key(k.st, KC_LIT("nobody"), &key), KC_ENOTFOUND);
	DO(actor_retire, "root.a root.b", "actor=P09.b", "reason=x");
	assert_int_equal(
	    kc_state_actor_key(k.st, KC_LIT("P09.b"), &key), KC_ENOTFOUND);
}

#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)
#define LISTS(f) cmocka_unit_test_setup_teardown(f, at_lists, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CITY(test_entry__of_another_ledger_is_refused),
	    CITY(test_entry__received_never_goes_back),
	    CITY(
		test_entry__signing_time_may_lead_by_ten_minutes_and_lag_by_a_week),
	    CITY(test_entry__that_is_not_signed_yet_can_be_tried),
	    CITY(test_signer__is_the_key_in_force_that_the_line_names),
	    LISTS(test_due__what_time_has_made_necessary_stands_first),
	    LISTS(
		test_due__a_clerk_without_a_key_is_enrolled_before_what_is_due),
	    LISTS(
		test_replay__every_entry_changes_the_digest_and_twice_is_the_same),
	    LISTS(test_replay__the_stamp_is_part_of_the_state),
	    LISTS(
		test_memory__any_failing_allocation_says_so_and_leaks_nothing),
	    LISTS(test_memory__is_counted),
	    CITY(test_read__units_and_roles_of_actors),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
