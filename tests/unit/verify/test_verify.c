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
#include <kaocheng/trust.h>

#include "golden.h"
#include "verifykit.h"

/* --- what holds --- */
static void
test_verify__every_stage_of_a_sound_export_holds(void **state)
{
	struct fixture f;

	(void)state;
	verify_set_up(&f, KIT_LISTS);
	assert_int_equal(verify_exit(&f), 0);
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		assert_int_equal(f.r.stage[s].outcome, KC_VERIFY_OK);
	assert_int_equal(f.r.stage[KC_VERIFY_ENTRIES].count, f.l.n);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].count, f.l.n);
	assert_true(f.r.stage[KC_VERIFY_SIGNATURES].count > f.l.n);
	assert_int_equal(f.r.checkpoint.size, f.l.n);
	verify_tear_down(&f);
}

static void
test_verify__other_files_beside_a_directory_are_no_concern(void **state)
{
	struct fixture f;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	export_add(&f.x, "README");
	assert_int_equal(verify_exit(&f), 0);
	f.x.exact = true;
	verify_fails(&f, 11, KC_VERIFY_LAYOUT, KC_FOUND_MALFORMED);
	verify_tear_down(&f);
}

/* --- layout and trust --- */
static void
test_verify__missing_file_cannot_be_proved_complete(void **state)
{
	struct fixture f;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	for (size_t i = 0; i < f.x.n; i++) {
		f.x.v[i].gone = true;
		verify_fails(&f, 11, KC_VERIFY_LAYOUT, KC_FOUND_MISSING);
		assert_string_equal(
		    f.r.stage[KC_VERIFY_LAYOUT].what, f.x.v[i].path);
		f.x.v[i].gone = false;
	}
	verify_tear_down(&f);
}

static void
test_verify__unknown_file_under_tile_is_no_tampering(void **state)
{
	static const struct {
		const char *path;
		int code;
		enum kc_finding found;
	} rows[] = {{"tile/0/001", 11, KC_FOUND_BEYOND},
	    {"tile/entries/x001/000", 11, KC_FOUND_BEYOND},
	    {"tile/0/000.p/3", 11, KC_FOUND_CUT},
	    {"tile/9/000", 1, KC_FOUND_STRAY},
	    {"tile/readme", 1, KC_FOUND_STRAY}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;

		verify_set_up(&f, KIT_CITY);
		export_add(&f.x, rows[i].path);
		verify_fails(&f, rows[i].code, KC_VERIFY_LAYOUT, rows[i].found);
		assert_string_equal(
		    f.r.stage[KC_VERIFY_LAYOUT].what, rows[i].path);
		/* What it does cover was checked all the same. */
		assert_int_equal(
		    f.r.stage[KC_VERIFY_RULES].outcome, KC_VERIFY_OK);
		verify_tear_down(&f);
	}
}

static void
test_verify__checkpoint_by_another_key_is_refused(void **state)
{
	struct fixture f;
	struct kc_buf *b;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	b = &export_find(&f.x, "checkpoint")->bytes;
	kc_buf_reset(b);
	kc_buf_checkpoint(b,
	    &(struct kc_checkpoint){.origin = KIT_ORIGIN, .size = f.l.n},
	    kit_new_key(&f.k, KIT_ORIGIN));
	verify_fails(&f, 11, KC_VERIFY_TRUST, KC_FOUND_UNSIGNED);
	verify_tear_down(&f);
}

static void
test_verify__lines_of_unknown_keys_are_passed_over_and_counted(void **state)
{
	struct fixture f;
	struct kc_buf *b;
	struct kc_buf first = {0};
	struct kc_note note;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	b = &export_find(&f.x, "checkpoint")->bytes;
	assert_int_equal(kc_note_parse(&note, kc_buf_view(b), NULL), KC_OK);
	/* After the log's line, and before it. */
	kc_buf_slice(&first, note.text);
	kc_buf_char(&first, '\n');
	kc_buf_note_sig(&first, note.text, kit_key(&f.k, "witness"));
	kc_buf_put(&first, b->p + note.text.n + 1, b->n - note.text.n - 1);
	kc_buf_note_sig(&first, note.text, kit_key(&f.k, "mirror"));
	kc_buf_free(b);
	*b = first;
	assert_int_equal(verify_exit(&f), 0);
	assert_int_equal(f.r.witnesses.unknown, 2);
	assert_int_equal(f.r.witnesses.by, 0);
	verify_tear_down(&f);
}

static void
parse_trust(struct kc_trust *t, struct kc_buf *text)
{
	assert_int_equal(kc_trust_parse(t, kc_buf_view(text), NULL), KC_OK);
}

static void
test_verify__trust_from_elsewhere_decides_whose_log_it_is(void **state)
{
	static struct kc_trust t;
	struct fixture f;
	struct kc_buf trust = {0};

	(void)state;
	verify_set_up(&f, KIT_CITY);
	f.o.trust = &t;
	kc_buf_str(&trust, "# given by the auditor\n");
	kc_buf_trust(&trust, &kit_key(&f.k, KIT_ORIGIN)->vkey);
	parse_trust(&t, &trust);
	assert_int_equal(verify_exit(&f), 0);
	/* Another key of the same name; then another ledger. */
	kc_buf_reset(&trust);
	kc_buf_trust(&trust, &kit_new_key(&f.k, KIT_ORIGIN)->vkey);
	parse_trust(&t, &trust);
	verify_fails(&f, 11, KC_VERIFY_TRUST, KC_FOUND_UNSIGNED);
	kc_buf_reset(&trust);
	kc_buf_trust(&trust, &kit_key(&f.k, "other.example")->vkey);
	parse_trust(&t, &trust);
	verify_fails(&f, 1, KC_VERIFY_TRUST, KC_FOUND_FOREIGN);
	kc_buf_free(&trust);
	verify_tear_down(&f);
}

/* Leaves the files that match `keep` at their beginning. */
static void
strip(struct fixture *f, const char *const *keep)
{
	for (size_t i = 0; i < f->x.n; i++) {
		bool kept = false;

		for (size_t k = 0; keep[k] != NULL; k++)
			kept = kept ||
			    strncmp(f->x.v[i].path, keep[k], strlen(keep[k])) ==
				0;
		f->x.v[i].gone = !kept;
	}
}

static void
test_verify__bare_mirror_holds_with_trust_from_elsewhere(void **state)
{
	static const char *const bare[] = {"checkpoint", "tile/entries/", NULL};
	static const char *const hashed[] = {"checkpoint", "tile/", NULL};
	static struct kc_trust t;
	struct fixture f;
	struct kc_buf trust = {0};

	(void)state;
	verify_set_up(&f, KIT_LISTS);
	kc_buf_trust(&trust, &kit_key(&f.k, KIT_ORIGIN)->vkey);
	parse_trust(&t, &trust);
	strip(&f, hashed);
	verify_fails(&f, 11, KC_VERIFY_LAYOUT, KC_FOUND_MISSING);
	f.o.trust = &t;
	assert_int_equal(verify_exit(&f), 0);
	assert_true(f.r.no_keys && !f.r.no_hashes);
	strip(&f, bare);
	assert_int_equal(verify_exit(&f), 0);
	assert_true(f.r.no_keys && f.r.no_hashes);
	/* An entry is what the checkpoint covers, with or without tiles. */
	f.x.v[f.x.n - 1].bytes.p[900] ^= 1;
	assert_int_equal(verify_exit(&f), 10);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].found, KC_FOUND_HASH);
	kc_buf_free(&trust);
	verify_tear_down(&f);
}

static void
test_verify__partial_tile_of_an_earlier_size_is_said(void **state)
{
	struct fixture f;
	struct export_file *old;
	const struct export_file *now;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	old = export_add(&f.x, "tile/0/000.p/3");
	now = &f.x.v[3];
	kc_buf_put(&old->bytes, now->bytes.p, 96);
	assert_int_equal(verify_exit(&f), 0);
	assert_int_equal(f.r.stale, 1);
	old->bytes.p[40] ^= 1;
	verify_fails(&f, 10, KC_VERIFY_LAYOUT, KC_FOUND_HASH);
	old->bytes.p[40] ^= 1;
	old->bytes.n = 95;
	verify_fails(&f, 11, KC_VERIFY_LAYOUT, KC_FOUND_CUT);
	verify_tear_down(&f);
}

/* --- tree --- */
static void
test_verify__swapped_entries_break_the_tree(void **state)
{
	struct fixture f;
	struct kc_buf *b;
	struct kc_buf swapped = {0};
	size_t at[4] = {0};
	const uint8_t *p;

	(void)state;
	verify_set_up(&f, KIT_CITY);
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
	verify_fails(&f, 10, KC_VERIFY_TREE, KC_FOUND_HASH);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].seq, 1);
	verify_tear_down(&f);
}

static void
test_verify__dropped_or_truncated_entry_breaks_the_tree(void **state)
{
	struct fixture f;
	struct kc_buf *b;
	size_t at;

	(void)state;
	verify_set_up(&f, KIT_CITY);
	b = &f.x.v[f.x.n - 1].bytes;
	b->n -= f.l.v[f.l.n - 1].n + 2;
	verify_fails(&f, 11, KC_VERIFY_TREE, KC_FOUND_CUT);
	b->n += f.l.v[f.l.n - 1].n + 1;
	verify_fails(&f, 11, KC_VERIFY_TREE, KC_FOUND_CUT);
	b->n++;
	/* One left out before the end: what follows is not what is signed. */
	at = 2 + kc_be16((const uint8_t *)b->p);
	memmove(b->p, b->p + at, b->n - at);
	b->n -= at;
	verify_fails(&f, 10, KC_VERIFY_TREE, KC_FOUND_HASH);
	assert_int_equal(f.r.stage[KC_VERIFY_TREE].seq, 0);
	verify_tear_down(&f);
}

static void
test_verify__export_older_than_expected_is_incomplete(void **state)
{
	struct fixture f;
	struct kc_buf newer = {0};
	struct kc_checkpoint c = {.origin = KIT_ORIGIN};

	(void)state;
	verify_set_up(&f, KIT_CITY);
	c.size = f.l.n + 1;
	kc_buf_checkpoint(&newer, &c, kit_key(&f.k, KIT_ORIGIN));
	f.o.at_least = kc_buf_view(&newer);
	verify_fails(&f, 11, KC_VERIFY_TREE, KC_FOUND_OLDER);
	kc_buf_free(&newer);
	verify_tear_down(&f);
}

static void
test_verify__earlier_checkpoint_must_be_a_prefix_at_every_size(void **state)
{
	struct fixture f;
	struct kc_frontier edge = {0};
	struct kc_buf old = {0};

	(void)state;
	verify_set_up(&f, KIT_CITY);
	for (uint64_t n = 0; n < f.l.n; n++) {
		struct kc_hash h = kc_hash_leaf(f.l.v[n].p, f.l.v[n].n);
		struct kc_checkpoint c = {.origin = KIT_ORIGIN, .size = n + 1};

		kc_frontier_append(&edge, &h);
		c.root = kc_frontier_root(&edge);
		kc_buf_reset(&old);
		kc_buf_checkpoint(&old, &c, kit_key(&f.k, KIT_ORIGIN));
		f.o.at_least = kc_buf_view(&old);
		assert_int_equal(verify_exit(&f), 0);
		c.root.b[7] ^= 1;
		kc_buf_reset(&old);
		kc_buf_checkpoint(&old, &c, kit_key(&f.k, KIT_ORIGIN));
		f.o.at_least = kc_buf_view(&old);
		verify_fails(&f, 10, KC_VERIFY_TREE, KC_FOUND_FORK);
	}
	kc_buf_free(&old);
	verify_tear_down(&f);
}

/* --- jobs --- */
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
	assert_int_equal(verify_exit(&f), 0);
	assert_true(jobs_run > 40);
	export_find(&f.x, "tile/1/000.p/2")->bytes.p[40] ^= 4;
	verify_fails(&f, 10, KC_VERIFY_TREE, KC_FOUND_HASH);
	assert_string_equal(f.r.stage[KC_VERIFY_TREE].what, "tile/1/000.p/2");
	verify_tear_down(&f);
}

static void
test_verify__format_lists_every_finding(void **state)
{
	struct kc_buf page = {0};
	char row[256];

	(void)state;
	golden_read(&page, "../../docs/FORMAT.md");
	for (unsigned f = 1; f < KC_FOUND_COUNT; f++) {
		enum kc_finding found = (enum kc_finding)f;

		(void)snprintf(row, sizeof(row), "| `%s` | %s | %d |\n",
		    kc_finding_name(found), kc_finding_text(found, KC_LANG_EN),
		    (int)kc_finding_verdict(found));
		if (strstr(kc_buf_cstr(&page), row) == NULL)
			fail_msg("FORMAT.md lacks: %s", row);
		assert_true(strlen(kc_finding_text(found, KC_LANG_ZH)) > 0);
	}
	kc_buf_free(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verify__format_lists_every_finding),
	    cmocka_unit_test(test_verify__every_stage_of_a_sound_export_holds),
	    cmocka_unit_test(
		test_verify__other_files_beside_a_directory_are_no_concern),
	    cmocka_unit_test(
		test_verify__missing_file_cannot_be_proved_complete),
	    cmocka_unit_test(
		test_verify__unknown_file_under_tile_is_no_tampering),
	    cmocka_unit_test(test_verify__checkpoint_by_another_key_is_refused),
	    cmocka_unit_test(
		test_verify__lines_of_unknown_keys_are_passed_over_and_counted),
	    cmocka_unit_test(
		test_verify__trust_from_elsewhere_decides_whose_log_it_is),
	    cmocka_unit_test(
		test_verify__bare_mirror_holds_with_trust_from_elsewhere),
	    cmocka_unit_test(
		test_verify__partial_tile_of_an_earlier_size_is_said),
	    cmocka_unit_test(test_verify__swapped_entries_break_the_tree),
	    cmocka_unit_test(
		test_verify__dropped_or_truncated_entry_breaks_the_tree),
	    cmocka_unit_test(
		test_verify__export_older_than_expected_is_incomplete),
	    cmocka_unit_test(
		test_verify__earlier_checkpoint_must_be_a_prefix_at_every_size),
	    cmocka_unit_test(
		test_verify__jobs_may_run_in_any_order_over_many_blocks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
