/* SPDX-License-Identifier: Apache-2.0 */
/* Verification of an export: what holds, and which stage says what does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>
#include <kaocheng/merkle.h>
#include <kaocheng/proof.h>
#include <kaocheng/verify.h>

#include "viewkit.h"

struct fixture {
	struct kit k;
	struct leaves l;
	struct export x;
	struct kc_verify_options o;
	struct kc_verify_report r;
};

static void
set_up_at(struct fixture *f, enum kit_stage stage)
{
	memset(f, 0, sizeof(*f));
	kit_init(&f->k, stage);
	leaves_of(&f->k, &f->l);
	export_make(&f->x, &f->k, &f->l);
}

static void
set_up(struct fixture *f)
{
	set_up_at(f, KIT_CITY);
}

/* Makes the export anew from changed leaves: signed, and with right tiles. */
static void
remake(struct fixture *f)
{
	export_free(&f->x);
	export_make(&f->x, &f->k, &f->l);
}

static void
tear_down(struct fixture *f)
{
	export_free(&f->x);
	leaves_free(&f->l);
	kit_free(&f->k);
}

static int
verify(struct fixture *f)
{
	struct kc_files files = export_files(&f->x);

	f->o.files = &files;
	(void)kc_verify(&f->o, &f->r);
	f->o.files = NULL;
	return kc_verify_exit(&f->r);
}

static void
assert_failed(
    struct fixture *f, int code, enum kc_verify_stage stage, enum kc_err err)
{
	int got = verify(f);

	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		if (f->r.stage[s].outcome == KC_VERIFY_FAILED &&
		    s != (unsigned)stage)
			fail_msg("stage %s failed too: %s",
			    kc_verify_name((enum kc_verify_stage)s),
			    kc_err_text(f->r.stage[s].err));
	assert_int_equal(f->r.stage[stage].outcome, KC_VERIFY_FAILED);
	assert_string_equal(
	    kc_err_text(f->r.stage[stage].err), kc_err_text(err));
	assert_int_equal(got, code);
}

static struct kc_slice
note_of(const struct fixture *f, unsigned i)
{
	return (struct kc_slice){
	    f->k.log.p + f->k.notes[i].off, f->k.notes[i].n};
}

/* Leaf `to` becomes the note of entry `from`, at its own place and time. */
static void
put_note(struct fixture *f, unsigned to, unsigned from)
{
	leaves_set(&f->l, to, to, f->k.notes[to].received_ms, note_of(f, from));
}

/* --- what holds ------------------------------------------------------------
 */
static void
test_verify__every_stage_of_a_sound_export_holds(void **state)
{
	struct fixture f;

	(void)state;
	set_up_at(&f, KIT_LISTS);
	assert_int_equal(verify(&f), 0);
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		assert_int_equal(f.r.stage[s].outcome, KC_VERIFY_OK);
	assert_int_equal(f.r.stage[KC_VERIFY_ENTRIES].count, f.l.n);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].count, f.l.n);
	assert_true(f.r.stage[KC_VERIFY_SIGNATURES].count > f.l.n);
	assert_int_equal(f.r.checkpoint.size, f.l.n);
	tear_down(&f);
}

static void
test_verify__other_files_beside_a_directory_are_no_concern(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	export_add(&f.x, "README");
	assert_int_equal(verify(&f), 0);
	f.x.exact = true;
	assert_failed(&f, 10, KC_VERIFY_LAYOUT, KC_ECORRUPT);
	tear_down(&f);
}

/* --- layout and trust ------------------------------------------------------
 */
static void
test_verify__missing_file_cannot_be_proved_complete(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < f.x.n; i++) {
		f.x.v[i].gone = true;
		assert_failed(&f, 11, KC_VERIFY_LAYOUT, KC_EINCOMPLETE);
		assert_string_equal(
		    f.r.stage[KC_VERIFY_LAYOUT].what, f.x.v[i].path);
		f.x.v[i].gone = false;
	}
	tear_down(&f);
}

static void
test_verify__unknown_file_under_tile_is_refused(void **state)
{
	static const char *const paths[] = {"tile/0/001", "tile/0/000.p/3",
	    "tile/9/000", "tile/entries/x001/000", "tile/readme"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct fixture f;

		set_up(&f);
		export_add(&f.x, paths[i]);
		assert_failed(&f, 10, KC_VERIFY_LAYOUT, KC_ECORRUPT);
		assert_string_equal(f.r.stage[KC_VERIFY_LAYOUT].what, paths[i]);
		tear_down(&f);
	}
}

static void
test_verify__checkpoint_by_another_key_is_refused(void **state)
{
	struct fixture f;
	struct kc_buf *b;

	(void)state;
	set_up(&f);
	b = &export_find(&f.x, "checkpoint")->bytes;
	kc_buf_reset(b);
	kc_buf_checkpoint(b,
	    &(struct kc_checkpoint){.origin = KIT_ORIGIN, .size = f.l.n},
	    kit_new_key(&f.k, KIT_ORIGIN));
	assert_failed(&f, 10, KC_VERIFY_TRUST, KC_ENOKEY);
	tear_down(&f);
}

static void
test_verify__second_signature_line_of_the_checkpoint_is_refused(void **state)
{
	struct fixture f;
	struct kc_buf *b;
	struct kc_note note;

	(void)state;
	set_up(&f);
	b = &export_find(&f.x, "checkpoint")->bytes;
	assert_int_equal(kc_note_parse(&note, kc_buf_view(b), NULL), KC_OK);
	kc_buf_note_sig(b, note.text, kit_key(&f.k, "witness"));
	assert_failed(&f, 10, KC_VERIFY_TRUST, KC_ENOKEY);
	tear_down(&f);
}

static void
test_verify__trust_from_elsewhere_must_name_the_same_key(void **state)
{
	struct fixture f;
	struct kc_buf trust = {0};

	(void)state;
	set_up(&f);
	kc_buf_str(&trust, "# given by the auditor\n");
	kc_buf_trust(&trust, &kit_key(&f.k, KIT_ORIGIN)->vkey);
	f.o.trust = kc_buf_view(&trust);
	assert_int_equal(verify(&f), 0);
	kc_buf_reset(&trust);
	kc_buf_trust(&trust, &kit_new_key(&f.k, KIT_ORIGIN)->vkey);
	f.o.trust = kc_buf_view(&trust);
	assert_failed(&f, 10, KC_VERIFY_TRUST, KC_EFOREIGN);
	kc_buf_free(&trust);
	tear_down(&f);
}

/* --- tree ------------------------------------------------------------------
 */
static void
test_verify__swapped_entries_break_the_tree(void **state)
{
	struct fixture f;
	struct kc_buf *b;
	struct kc_buf swapped = {0};
	size_t at[4] = {0};
	const uint8_t *p;

	(void)state;
	set_up(&f);
	b = &f.x.v[f.x.n - 1].bytes;
	p = (const uint8_t *)b->p;
	for (int i = 0; i < 3; i++)
		at[i + 1] = at[i] + 2 + kc_be16(p + at[i]);
	kc_buf_put(&swapped, b->p, at[1]);
	kc_buf_put(&swapped, b->p + at[2], at[3] - at[2]);
	kc_buf_put(&swapped, b->p + at[1], at[2] - at[1]);
	kc_buf_put(&swapped, b->p + at[3], b->n - at[3]);
	kc_buf_free(b);
	*b = swapped;
	assert_failed(&f, 10, KC_VERIFY_TREE, KC_EPROOF);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].seq, 1);
	tear_down(&f);
}

static void
test_verify__dropped_or_truncated_entry_breaks_the_tree(void **state)
{
	struct fixture f;
	struct kc_buf *b;

	(void)state;
	set_up(&f);
	b = &f.x.v[f.x.n - 1].bytes;
	b->n -= f.l.v[f.l.n - 1].n + 2;
	assert_failed(&f, 10, KC_VERIFY_TREE, KC_ESYNTAX);
	b->n += f.l.v[f.l.n - 1].n + 1;
	assert_failed(&f, 10, KC_VERIFY_TREE, KC_ESYNTAX);
	tear_down(&f);
}

static void
test_verify__export_older_than_expected_is_incomplete(void **state)
{
	struct fixture f;
	struct kc_buf newer = {0};
	struct kc_checkpoint c = {.origin = KIT_ORIGIN};

	(void)state;
	set_up(&f);
	c.size = f.l.n + 1;
	kc_buf_checkpoint(&newer, &c, kit_key(&f.k, KIT_ORIGIN));
	f.o.at_least = kc_buf_view(&newer);
	assert_failed(&f, 11, KC_VERIFY_TREE, KC_EINCOMPLETE);
	kc_buf_free(&newer);
	tear_down(&f);
}

static void
test_verify__earlier_checkpoint_must_be_a_prefix_at_every_size(void **state)
{
	struct fixture f;
	struct kc_frontier edge = {0};
	struct kc_buf old = {0};

	(void)state;
	set_up(&f);
	for (uint64_t n = 0; n < f.l.n; n++) {
		struct kc_hash h = kc_hash_leaf(f.l.v[n].p, f.l.v[n].n);
		struct kc_checkpoint c = {.origin = KIT_ORIGIN, .size = n + 1};

		kc_frontier_append(&edge, &h);
		c.root = kc_frontier_root(&edge);
		kc_buf_reset(&old);
		kc_buf_checkpoint(&old, &c, kit_key(&f.k, KIT_ORIGIN));
		f.o.at_least = kc_buf_view(&old);
		assert_int_equal(verify(&f), 0);
		c.root.b[7] ^= 1;
		kc_buf_reset(&old);
		kc_buf_checkpoint(&old, &c, kit_key(&f.k, KIT_ORIGIN));
		f.o.at_least = kc_buf_view(&old);
		assert_failed(&f, 10, KC_VERIFY_TREE, KC_EFORK);
	}
	kc_buf_free(&old);
	tear_down(&f);
}

/* --- a log that signs what it should not -----------------------------------
 */
static void
test_verify__leaf_out_of_place_fails_entries(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	leaves_set(&f.l, 5, 6, f.k.notes[5].received_ms, note_of(&f, 5));
	remake(&f);
	assert_failed(&f, 10, KC_VERIFY_ENTRIES, KC_ECORRUPT);
	assert_int_equal(f.r.stage[KC_VERIFY_ENTRIES].seq, 5);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].outcome, KC_VERIFY_OK);
	tear_down(&f);
}

static void
test_verify__id_that_stands_twice_fails_entries(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	put_note(&f, 6, 5);
	remake(&f);
	assert_failed(&f, 10, KC_VERIFY_ENTRIES, KC_ECORRUPT);
	assert_int_equal(f.r.stage[KC_VERIFY_ENTRIES].seq, 6);
	tear_down(&f);
}

static void
test_verify__malformed_entry_fails_entries(void **state)
{
	struct fixture f;
	struct kc_buf note = {0};

	(void)state;
	set_up(&f);
	kc_buf_slice(&note, note_of(&f, 5));
	note.p[0] = 'K';
	leaves_set(&f.l, 5, 5, f.k.notes[5].received_ms, kc_buf_view(&note));
	remake(&f);
	assert_failed(&f, 10, KC_VERIFY_ENTRIES, KC_EREFUSED);
	kc_buf_free(&note);
	tear_down(&f);
}

static void
test_verify__changed_text_under_an_old_signature_fails_signatures(void **state)
{
	struct fixture f;
	struct kc_buf note = {0};
	char *unit;
	unsigned i = 0;

	(void)state;
	set_up(&f);
	/* The name of a unit, which no later entry rests on. */
	do {
		kc_buf_reset(&note);
		kc_buf_slice(&note, note_of(&f, i++));
		unit = strstr(kc_buf_cstr(&note), "name 市水利局");
	} while (unit == NULL && i < f.k.nnotes);
	assert_non_null(unit);
	unit[7] ^= 1; /* another character of the same length */
	leaves_set(&f.l, i - 1, i - 1, f.k.notes[i - 1].received_ms,
	    kc_buf_view(&note));
	remake(&f);
	assert_failed(&f, 10, KC_VERIFY_SIGNATURES, KC_ESIG);
	assert_int_equal(f.r.stage[KC_VERIFY_SIGNATURES].seq, i - 1);
	kc_buf_free(&note);
	tear_down(&f);
}

static void
test_verify__signature_by_a_key_of_nobody_fails_signatures(void **state)
{
	static const char *const fields[] = {
	    "unit=G40", "group=gov", "name=无", NULL};
	struct fixture f;
	struct kc_buf note = {0};

	(void)state;
	set_up(&f);
	(void)kit_new_key(&f.k, "P09.a");
	assert_int_equal(
	    kit_note(&f.k, &note, KC_K_unit_register, "P09.a", fields), KC_OK);
	leaves_set(&f.l, f.l.n - 1, f.l.n - 1, f.k.notes[f.l.n - 1].received_ms,
	    kc_buf_view(&note));
	remake(&f);
	assert_failed(&f, 10, KC_VERIFY_SIGNATURES, KC_EREFUSED);
	kc_buf_free(&note);
	tear_down(&f);
}

static void
test_verify__entry_against_the_rules_differs_in_replay(void **state)
{
	static const char *const fields[] = {
	    "unit=G17", "group=gov", "name=无", NULL};
	struct fixture f;
	struct kc_buf note = {0};

	(void)state;
	set_up(&f);
	/* Well signed, but the unit exists. */
	assert_int_equal(
	    kit_note(&f.k, &note, KC_K_unit_register, "P09.a", fields), KC_OK);
	leaves_set(&f.l, f.l.n - 1, f.l.n - 1, f.k.notes[f.l.n - 1].received_ms,
	    kc_buf_view(&note));
	remake(&f);
	assert_failed(&f, 12, KC_VERIFY_RULES, KC_EREFUSED);
	assert_int_equal(f.r.stage[KC_VERIFY_RULES].seq, f.l.n - 1);
	assert_string_equal(
	    kc_refusal_code_text(f.r.stage[KC_VERIFY_RULES].why.code),
	    "E-EXISTS");
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].outcome, KC_VERIFY_OK);
	kc_buf_free(&note);
	tear_down(&f);
}

static void
test_verify__keys_file_is_the_registry_and_nothing_else(void **state)
{
	struct fixture f;
	struct kc_buf *b;

	(void)state;
	set_up(&f);
	b = &export_find(&f.x, "keys")->bytes;
	kc_buf_vkey(b, &kit_key(&f.k, "intruder")->vkey);
	kc_buf_char(b, '\n');
	assert_failed(&f, 10, KC_VERIFY_KEYS, KC_ECORRUPT);
	tear_down(&f);
}

static void
test_verify__trust_must_name_the_key_the_ledger_opened_with(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	/* Another key of the same name signs the same log. */
	(void)kit_new_key(&f.k, KIT_ORIGIN);
	remake(&f);
	assert_failed(&f, 10, KC_VERIFY_KEYS, KC_EFOREIGN);
	tear_down(&f);
}

/* --- jobs ------------------------------------------------------------------
 */
static size_t jobs_run;

static void
run_backwards(
    void *ctx, size_t njobs, void (*job)(void *arg, size_t i), void *arg)
{
	(void)ctx;
	for (size_t i = njobs; i-- > 0;)
		job(arg, i);
	jobs_run += njobs;
}

static void
test_verify__jobs_may_run_in_any_order_over_many_blocks(void **state)
{
	struct fixture f;
	struct kc_buf text = {0};
	char duty[32];

	(void)state;
	memset(&f, 0, sizeof(f));
	kit_init(&f.k, KIT_CITY);
	/* Bundles of some five MiB, each a block of its own. */
	kc_buf_str(&text, "text=");
	while (text.n < 20000)
		kc_buf_str(&text, "水利工程");
	(void)kc_buf_cstr(&text);
	for (unsigned i = 0; i < 700; i++) {
		(void)snprintf(duty, sizeof(duty), "duty=X%u", i);
		kit_do(&f.k, KC_K_duty_register, "P09.a", "unit=G17", duty,
		    text.p);
	}
	kc_buf_free(&text);
	leaves_of(&f.k, &f.l);
	export_make(&f.x, &f.k, &f.l);
	f.o.run = run_backwards;
	assert_int_equal(verify(&f), 0);
	assert_true(jobs_run > 40);
	export_find(&f.x, "tile/1/000.p/2")->bytes.p[40] ^= 4;
	assert_failed(&f, 10, KC_VERIFY_TREE, KC_EPROOF);
	assert_string_equal(f.r.stage[KC_VERIFY_TREE].what, "tile/1/000.p/2");
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verify__every_stage_of_a_sound_export_holds),
	    cmocka_unit_test(
		test_verify__other_files_beside_a_directory_are_no_concern),
	    cmocka_unit_test(
		test_verify__missing_file_cannot_be_proved_complete),
	    cmocka_unit_test(test_verify__unknown_file_under_tile_is_refused),
	    cmocka_unit_test(test_verify__checkpoint_by_another_key_is_refused),
	    cmocka_unit_test(
		test_verify__second_signature_line_of_the_checkpoint_is_refused),
	    cmocka_unit_test(
		test_verify__trust_from_elsewhere_must_name_the_same_key),
	    cmocka_unit_test(test_verify__swapped_entries_break_the_tree),
	    cmocka_unit_test(
		test_verify__dropped_or_truncated_entry_breaks_the_tree),
	    cmocka_unit_test(
		test_verify__export_older_than_expected_is_incomplete),
	    cmocka_unit_test(
		test_verify__earlier_checkpoint_must_be_a_prefix_at_every_size),
	    cmocka_unit_test(test_verify__leaf_out_of_place_fails_entries),
	    cmocka_unit_test(test_verify__id_that_stands_twice_fails_entries),
	    cmocka_unit_test(test_verify__malformed_entry_fails_entries),
	    cmocka_unit_test(
		test_verify__changed_text_under_an_old_signature_fails_signatures),
	    cmocka_unit_test(
		test_verify__signature_by_a_key_of_nobody_fails_signatures),
	    cmocka_unit_test(
		test_verify__entry_against_the_rules_differs_in_replay),
	    cmocka_unit_test(
		test_verify__keys_file_is_the_registry_and_nothing_else),
	    cmocka_unit_test(
		test_verify__trust_must_name_the_key_the_ledger_opened_with),
	    cmocka_unit_test(
		test_verify__jobs_may_run_in_any_order_over_many_blocks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
