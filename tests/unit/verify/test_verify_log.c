/* SPDX-License-Identifier: Apache-2.0 */
/* Verification of a log whose own key signs what it should not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifykit.h"

/* Leaf `to` becomes the note of entry `from`, at its own place and time. */
static void
put_note(struct fixture *f, unsigned to, unsigned from)
{
	leaves_set(
	    &f->l, to, to, f->k.notes[to].received_ms, verify_note(f, from));
}

static void
test_verify__leaf_out_of_place_fails_entries(void **state)
{
	struct fixture f;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	leaves_set(&f.l, 5, 6, f.k.notes[5].received_ms, verify_note(&f, 5));
	verify_remake(&f);
	verify_fails(&f, 10, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY);
	assert_int_equal(f.r.stage[KC_VERIFY_ENTRIES].seq, 5);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].outcome, KC_VERIFY_OK);
	verify_tear_down(&f);
}

static void
test_verify__id_that_stands_twice_fails_entries(void **state)
{
	struct fixture f;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	put_note(&f, 6, 5);
	verify_remake(&f);
	verify_fails(&f, 10, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY);
	assert_int_equal(f.r.stage[KC_VERIFY_ENTRIES].seq, 6);
	verify_tear_down(&f);
}

static void
test_verify__malformed_entry_fails_entries(void **state)
{
	struct fixture f;
	struct kc_buf note = {0};

	(void)state;
	verify_set_up(&f, KIT_CITY);
	kc_buf_slice(&note, verify_note(&f, 5));
	note.p[0] = 'K';
	leaves_set(&f.l, 5, 5, f.k.notes[5].received_ms, kc_buf_view(&note));
	verify_remake(&f);
	verify_fails(&f, 10, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY);
	kc_buf_free(&note);
	verify_tear_down(&f);
}

static void
test_verify__changed_text_under_an_old_signature_fails_signatures(void **state)
{
	struct fixture f;
	struct kc_buf note = {0};
	char *unit;
	unsigned i = 0;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	/* The name of a unit, which no later entry rests on. */
	do {
		kc_buf_reset(&note);
		kc_buf_slice(&note, verify_note(&f, i++));
		unit = strstr(kc_buf_cstr(&note), "name 市水利局");
	} while (unit == NULL && i < f.k.nnotes);
	assert_non_null(unit);
	unit[7] ^= 1; /* another character of the same length */
	leaves_set(&f.l, i - 1, i - 1, f.k.notes[i - 1].received_ms,
	    kc_buf_view(&note));
	verify_remake(&f);
	verify_fails(&f, 10, KC_VERIFY_SIGNATURES, KC_FOUND_BAD_SIGNATURE);
	assert_int_equal(f.r.stage[KC_VERIFY_SIGNATURES].seq, i - 1);
	kc_buf_free(&note);
	verify_tear_down(&f);
}

static void
test_verify__signatures_left_out_prove_nothing_complete(void **state)
{
	struct fixture f;
	const struct kc_verify_line *sigs = &f.r.stage[KC_VERIFY_SIGNATURES];

	(void)state;
	verify_set_up(&f, KIT_CITY);
	f.o.no_signatures = true;
	assert_int_equal(verify_exit(&f), 11);
	assert_int_equal(sigs->outcome, KC_VERIFY_NOT_REACHED);
	assert_int_equal(sigs->count, 0);
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		if (s != KC_VERIFY_SIGNATURES)
			assert_int_equal(f.r.stage[s].outcome, KC_VERIFY_OK);
	verify_tear_down(&f);
}

static void
test_verify__signature_by_a_key_of_nobody_fails_signatures(void **state)
{
	static const char *const fields[] = {
	    "unit=G40", "group=gov", "name=无", NULL};
	struct fixture f;
	struct kc_buf note = {0};

	(void)state;
	verify_set_up(&f, KIT_CITY);
	(void)kit_new_key(&f.k, "P09.a");
	assert_int_equal(
	    kit_note(&f.k, &note, KC_K_unit_register, "P09.a", fields), KC_OK);
	f.l.n++; /* there is room for one */
	leaves_set(&f.l, f.l.n - 1, f.l.n - 1, f.k.notes[f.l.n - 2].received_ms,
	    kc_buf_view(&note));
	verify_remake(&f);
	verify_fails(&f, 10, KC_VERIFY_SIGNATURES, KC_FOUND_NOBODY);
	kc_buf_free(&note);
	verify_tear_down(&f);
}

/* What the author of the last entry can have seen. */
static void
all_but_one(void *ctx, struct kc_checkpoint *out)
{
	const struct leaves *l = ctx;
	struct kc_log log = leaves_log(l);
	struct kc_frontier frontier = {0};
	struct kc_buf b = {0};

	for (uint64_t i = 0; i + 1 < log.size; i++) {
		struct kc_hash h;

		kc_buf_reset(&b);
		assert_int_equal(log.leaf(log.ctx, i, &b), KC_OK);
		h = kc_hash_leaf(b.p, b.n);
		kc_frontier_append(&frontier, &h);
	}
	out->size = frontier.size;
	out->root = kc_frontier_root(&frontier);
	kc_buf_free(&b);
}

static void
test_verify__entry_against_the_rules_differs_in_replay(void **state)
{
	static const char *const fields[] = {
	    "unit=G17", "group=gov", "name=无", NULL};
	struct fixture f;
	struct kc_buf note = {0};

	(void)state;
	verify_set_up(&f, KIT_CITY);
	f.k.seen = all_but_one;
	f.k.seen_ctx = &f.l;
	/* Well signed, but the unit exists. */
	assert_int_equal(
	    kit_note(&f.k, &note, KC_K_unit_register, "P09.a", fields), KC_OK);
	f.l.n++; /* there is room for one */
	leaves_set(&f.l, f.l.n - 1, f.l.n - 1, f.k.notes[f.l.n - 2].received_ms,
	    kc_buf_view(&note));
	verify_remake(&f);
	verify_fails(&f, 12, KC_VERIFY_RULES, KC_FOUND_RULE);
	assert_int_equal(f.r.stage[KC_VERIFY_RULES].seq, f.l.n - 1);
	assert_string_equal(
	    kc_refusal_code_text(f.r.stage[KC_VERIFY_RULES].why.code),
	    "E-EXISTS");
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].outcome, KC_VERIFY_OK);
	kc_buf_free(&note);
	verify_tear_down(&f);
}

static void
test_verify__keys_file_is_the_registry_and_nothing_else(void **state)
{
	struct fixture f;
	struct kc_buf *b;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	b = &export_find(&f.x, "keys")->bytes;
	kc_buf_vkey(b, &kit_key(&f.k, "intruder")->vkey);
	kc_buf_char(b, '\n');
	verify_fails(&f, 10, KC_VERIFY_KEYS, KC_FOUND_KEY);
	verify_tear_down(&f);
}

static void
test_verify__trust_must_name_the_key_the_ledger_opened_with(void **state)
{
	struct fixture f;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	/* Another key of the same name signs the same log. */
	(void)kit_new_key(&f.k, KIT_ORIGIN);
	verify_remake(&f);
	verify_fails(&f, 10, KC_VERIFY_KEYS, KC_FOUND_KEY);
	verify_tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verify__leaf_out_of_place_fails_entries),
	    cmocka_unit_test(test_verify__id_that_stands_twice_fails_entries),
	    cmocka_unit_test(test_verify__malformed_entry_fails_entries),
	    cmocka_unit_test(
		test_verify__changed_text_under_an_old_signature_fails_signatures),
	    cmocka_unit_test(
		test_verify__signatures_left_out_prove_nothing_complete),
	    cmocka_unit_test(
		test_verify__signature_by_a_key_of_nobody_fails_signatures),
	    cmocka_unit_test(
		test_verify__entry_against_the_rules_differs_in_replay),
	    cmocka_unit_test(
		test_verify__keys_file_is_the_registry_and_nothing_else),
	    cmocka_unit_test(
		test_verify__trust_must_name_the_key_the_ledger_opened_with),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
