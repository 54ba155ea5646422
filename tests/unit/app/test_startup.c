/* SPDX-License-Identifier: Apache-2.0 */
/* What a start refuses, and what it puts right. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <kaocheng/checkpoint.h>
#include <kaocheng/leaf.h>

#include "appkit.h"

/* --- guards of a start --- */
static void
keep(struct app *a, const char *name, const char *as)
{
	tmpdir_copy(a->dir, name, as);
}

static void
check_refuses(struct app *a, enum kc_err want, const char *word)
{
	app_load(a);
	assert_int_equal(app_try(a), want);
	if (strstr(a->said, word) == NULL)
		fail_msg("said: %s", a->said);
}

static void
test_startup__older_store_is_a_rollback(void **state)
{
	struct app *a = *state;

	app_down(a);
	keep(a, "ledger.mdb", "old");
	app_load(a);
	app_open(a);
	app_grow(a, 0, 3);
	app_down(a);
	keep(a, "old", "ledger.mdb");
	check_refuses(a, KC_EROLLBACK, "older");
}

static void
test_startup__other_log_of_the_same_size_is_a_fork(void **state)
{
	struct app *a = *state;

	app_down(a);
	keep(a, "ledger.mdb", "ledger.old");
	keep(a, "anchor", "anchor.old");
	app_load(a);
	app_open(a);
	app_grow(a, 0, 3);
	app_down(a);
	keep(a, "anchor", "anchor.one");
	keep(a, "ledger.old", "ledger.mdb");
	keep(a, "anchor.old", "anchor");
	app_load(a);
	app_open(a);
	app_grow(a, 10, 3); /* another history of the same length */
	app_down(a);
	keep(a, "anchor.one", "anchor");
	check_refuses(a, KC_EFORK, "not the log");
	app_shut(a);
	/* Longer, but still not on the same tree. */
	keep(a, "anchor.old", "anchor");
	app_load(a);
	app_open(a);
	app_grow(a, 20, 2);
	app_down(a);
	keep(a, "anchor.one", "anchor");
	check_refuses(a, KC_EFORK, "not the log");
}

/* The process ended between the commit and the anchor. */
static void
test_startup__head_that_was_not_anchored_is_signed(void **state)
{
	struct app *a = *state;
	struct kc_checkpoint c;
	struct kc_buf note = {0};
	uint64_t size;

	app_down(a);
	keep(a, "anchor", "old");
	app_load(a);
	app_open(a);
	app_grow(a, 0, 3);
	size = kc_store_size(a->store);
	app_down(a);
	keep(a, "old", "anchor");
	app_load(a);
	/* Taken away after it was opened: two sentences, and apart. */
	assert_int_equal(unlink(tmpdir_file(a->dir, "anchor")), 0);
	assert_int_equal(app_try(a), KC_EUNKNOWN);
	assert_non_null(strstr(a->said, ": the anchor could not be written"));
	app_shut(a);
	keep(a, "old", "anchor");
	app_load(a);
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	assert_int_equal(
	    kc_anchor_peek(tmpdir_file(a->dir, "anchor"), &note), KC_OK);
	assert_int_equal(kc_checkpoint_parse(&c, kc_buf_view(&note),
			     &kit_key(&a->k, KIT_ORIGIN)->vkey),
	    KC_OK);
	assert_true(c.size == size);
	kc_buf_free(&note);
	app_grow(a, 3, 2);
	(void)app_digest(a);
}

/* --- what lies beyond the anchor --- */
/* Writes a note into the store as a batch of its own, past the ledger. */
static void
slip_in(struct app *a, struct kc_slice note)
{
	struct kc_buf leaf = {0}, checkpoint = {0};
	struct kc_row row = {{0}, {0}, {{0}}};
	struct kc_entry e;
	struct kc_refusal why;

	assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
	kc_buf_leaf(&leaf,
	    &(struct kc_leaf){kc_slice_str(KIT_ORIGIN), kc_store_size(a->store),
		a->now_ms, note});
	assert_int_equal(kc_anchor_read(a->anchor, &checkpoint), KC_OK);
	row.leaf = kc_buf_view(&leaf);
	row.hash = kc_hash_leaf(leaf.p, leaf.n);
	kc_id_key(row.id, e.by[0], e.id);
	assert_int_equal(
	    kc_store_append(a->store,
		&(struct kc_append){.size = kc_store_size(a->store),
		    .rows = &row,
		    .nrows = 1,
		    .checkpoint = kc_buf_view(&checkpoint)}),
	    KC_OK);
	kc_buf_free(&leaf);
	kc_buf_free(&checkpoint);
}

static void
test_startup__entry_that_nobody_signed_is_never_signed(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0}, before = {0}, after = {0};
	char *sig;

	app_duty(a, 1, &note);
	app_close(a);
	slip_in(a, kc_buf_view(&note)); /* as its author wrote it: fine */
	app_open(a);
	assert_true(app_logged(a, "event=anchor-mended"));
	assert_false(app_logged(a, "event=anchor-old"));
	kc_buf_reset(&note);
	app_duty(a, 2, &note);
	app_close(a);
	sig = strstr(kc_buf_cstr(&note), "\n\n");
	sig[strlen(sig) - 20] = sig[strlen(sig) - 20] == 'A' ? 'B' : 'A';
	slip_in(a, kc_buf_view(&note));
	assert_int_equal(kc_anchor_read(a->anchor, &before), KC_OK);
	assert_int_equal(app_try(a), KC_ECORRUPT);
	assert_non_null(strstr(a->said, "which it has not signed yet"));
	assert_int_equal(kc_anchor_read(a->anchor, &after), KC_OK);
	assert_string_equal(kc_buf_cstr(&before), kc_buf_cstr(&after));
	kc_buf_free(&note);
	kc_buf_free(&before);
	kc_buf_free(&after);
}

static void
test_startup__anchor_that_lacks_batches_is_said(void **state)
{
	struct app *a = *state;

	app_down(a);
	keep(a, "anchor", "old");
	app_load(a);
	app_open(a);
	app_grow(a, 0, 2);
	app_down(a);
	keep(a, "old", "anchor");
	app_load(a);
	app_open(a);
	assert_true(app_logged(a, "event=anchor-old"));
	assert_true(app_logged(a, "event=anchor-mended"));
}

static void
test_startup__missing_anchor_reads_only_until_reseeded(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_health health;
	struct answer w;

	app_down(a);
	assert_int_equal(unlink(tmpdir_file(a->dir, "anchor")), 0);
	app_load(a);
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_READ_ONLY);
	kc_ledger_health(a->l, &health);
	assert_int_equal(health.cause, KC_CAUSE_NO_ANCHOR);
	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.code, KC_R_READ_ONLY);
	assert_false(kc_ledger_settle(a->l));
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.code, KC_R_READ_ONLY);
	/* Perhaps it is only not mounted: none is made in its place. */
	assert_true(tmpdir_size(a->dir, "anchor") < 0);
	app_down(a);
	a->reseed = true;
	app_load(a);
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	assert_true(app_logged(a, "event=anchor-reseeded"));
	/* Without a signed head its author had seen nothing. */
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.code, KC_R_SEEN);
	kc_buf_reset(&note);
	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	app_check_receipt(a, &w);
	answer_free(&w);
	kc_buf_free(&note);
}

/* A new anchor whose first checkpoint was torn while it was written. */
static void
tear_first(struct app *a)
{
	struct kc_anchor *fresh;

	assert_int_equal(unlink(tmpdir_file(a->dir, "anchor")), 0);
	assert_int_equal(
	    kc_anchor_open(&fresh, tmpdir_file(a->dir, "anchor"), true), KC_OK);
	assert_int_equal(kc_anchor_write(fresh, KC_LIT("torn")), KC_OK);
	kc_anchor_close(fresh);
	tmpdir_flip(a->dir, "anchor", 24, 1);
}

/* Nobody was told of the first batch. */
static void
test_startup__torn_first_anchor_is_made_good(void **state)
{
	struct app a;

	(void)state;
	app_init(&a, KIT_OPEN, true);
	app_down(&a);
	tear_first(&a);
	app_load(&a);
	app_open(&a);
	assert_int_equal(kc_ledger_mode(a.l), KC_MODE_OPEN);
	assert_true(app_logged(&a, "event=anchor-mended"));
	app_free(&a);
}

/* No crash leaves that behind a second batch. */
static void
test_startup__new_anchor_by_an_old_ledger_is_none(void **state)
{
	struct app *a = *state;

	app_grow(a, 0, 1);
	app_down(a);
	tear_first(a);
	app_load(a);
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_READ_ONLY);
}

static void
test_startup__anchor_of_another_log_is_foreign(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_checkpoint c = {.origin = "example.org/other", .size = 3};
	struct kc_skey key;
	uint8_t seed[32] = {1};

	app_close(a);
	assert_int_equal(
	    kc_skey_from_seed(&key, kc_slice_str("example.org/other"), seed),
	    KC_OK);
	kc_buf_checkpoint(&note, &c, &key);
	assert_int_equal(kc_anchor_write(a->anchor, kc_buf_view(&note)), KC_OK);
	app_shut(a);
	check_refuses(a, KC_EFOREIGN, "another ledger");
	kc_buf_free(&note);
}

static void
test_startup__anchor_by_another_key_of_the_name_is_foreign(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_checkpoint c = {.origin = KIT_ORIGIN, .size = 3};
	struct kc_skey key;
	uint8_t seed[32] = {2};

	app_close(a);
	assert_int_equal(
	    kc_skey_from_seed(&key, kc_slice_str(KIT_ORIGIN), seed), KC_OK);
	kc_buf_checkpoint(&note, &c, &key);
	assert_int_equal(kc_anchor_write(a->anchor, kc_buf_view(&note)), KC_OK);
	app_shut(a);
	check_refuses(a, KC_EFOREIGN, "log key");
	kc_buf_free(&note);
}

static void
test_startup__another_log_key_is_foreign(void **state)
{
	struct app *a = *state;

	app_down(a);
	assert_int_equal(unlink(tmpdir_file(a->dir, "anchor")), 0);
	(void)kit_new_key(&a->k, KIT_ORIGIN);
	check_refuses(a, KC_EFOREIGN, "log key");
}

static void
test_startup__anchor_without_a_store_is_a_rollback(void **state)
{
	struct app *a = *state;
	struct kc_store_options o = {.dir = a->dir, .create = true};

	app_down(a);
	assert_int_equal(unlink(tmpdir_file(a->dir, "ledger.mdb")), 0);
	assert_int_equal(unlink(tmpdir_file(a->dir, "ledger.mdb-lock")), 0);
	assert_int_equal(kc_store_open(&a->store, &o, NULL), KC_OK);
	assert_int_equal(
	    kc_anchor_open(&a->anchor, tmpdir_file(a->dir, "anchor"), false),
	    KC_OK);
	assert_int_equal(app_try(a), KC_EROLLBACK);
}

/* Flips the lowest bit of byte `at` of `bytes`, wherever they stand in the
 * file. */
static void
flip(struct app *a, struct kc_slice bytes, size_t at)
{
	static char file[1 << 22];
	unsigned found = 0;
	int fd = open(tmpdir_file(a->dir, "ledger.mdb"), O_RDWR);
	ssize_t n = pread(fd, file, sizeof(file), 0);
	const char *end = file + n;

	assert_true(n > 0);
	for (char *p = file;
	     (p = memmem(p, (size_t)(end - p), bytes.p, bytes.n)) != NULL;
	     p += bytes.n, found++)
		p[at] ^= 1;
	assert_true(found > 0);
	assert_true(pwrite(fd, file, (size_t)n, 0) == n);
	close(fd);
}

/* One letter of a stored statement changed, and nothing else. */
static void
test_startup__changed_leaf_is_corrupt(void **state)
{
	struct app *a = *state;

	app_down(a);
	flip(a, KC_LIT("duty D2"), 6);
	check_refuses(a, KC_ECORRUPT, "does not fit its tiles at entry");
}

/* An index that has lost an id, or leads to another entry. */
static void
test_startup__changed_id_is_corrupt(void **state)
{
	static struct kc_entry entry;
	struct app *a = *state;
	struct kc_refusal why;
	struct kc_buf note = {0}, row = {0};
	struct answer w;
	uint8_t key[KC_ID_KEY_SIZE];
	char word[64];

	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	app_grow(a, 2, 2);
	app_down(a);
	assert_int_equal(
	    kc_entry_decode(&entry, kc_buf_view(&note), &why), KC_OK);
	kc_id_key(key, entry.by[0], entry.id);
	kc_buf_put(&row, (const char *)key, sizeof(key));
	kc_buf_be16(&row, 0);
	kc_buf_be16(&row, 0);
	kc_buf_be16(&row, 0);
	kc_buf_be16(&row, (uint16_t)w.seq);
	(void)snprintf(word, sizeof(word), "does not lead to entry %llu",
	    (unsigned long long)w.seq);
	for (size_t at = sizeof(key) - 1; at < row.n; at += 8) {
		flip(a, kc_buf_view(&row), at);
		check_refuses(a, KC_ECORRUPT, word);
		app_shut(a);
		row.p[at] ^= 1;
		flip(a, kc_buf_view(&row), at);
		row.p[at] ^= 1;
	}
	app_load(a);
	assert_int_equal(app_try(a), KC_OK);
	answer_free(&w);
	kc_buf_free(&row);
	kc_buf_free(&note);
}

static void
test_startup__empty_store_waits_to_be_opened(void **state)
{
	struct app a;
	struct kc_buf note = {0};
	struct answer w;

	(void)state;
	app_init(&a, KIT_EMPTY, true);
	assert_int_equal(kc_ledger_mode(a.l), KC_MODE_OPEN);
	kc_ledger_checkpoint(a.l, &note);
	assert_true(note.n == 0);
	app_duty(&a, 1, &note);
	w = app_send(&a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	kc_buf_free(&note);
	app_free(&a);
}

static void
test_startup__restarted_ledger_goes_on_where_it_was(void **state)
{
	struct app *a = *state;
	struct kc_hash before = app_digest(a), after;
	struct kc_buf note = {0};
	struct answer first, again;

	app_duty(a, 1, &note);
	first = app_send(a, kc_buf_view(&note));
	assert_int_equal(first.err, KC_OK);
	before = app_digest(a);
	app_restart(a);
	after = app_digest(a);
	assert_true(kc_hash_eq(&before, &after));
	again = app_send(a, kc_buf_view(&note));
	assert_true(again.duplicate);
	assert_true(kc_slice_eq(
	    kc_buf_view(&first.receipt), kc_buf_view(&again.receipt)));
	answer_free(&first);
	answer_free(&again);
	app_grow(a, 2, 300);
	(void)app_digest(a);
	kc_buf_free(&note);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, app_up_city, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_startup__older_store_is_a_rollback),
	    T(test_startup__other_log_of_the_same_size_is_a_fork),
	    T(test_startup__head_that_was_not_anchored_is_signed),
	    T(test_startup__entry_that_nobody_signed_is_never_signed),
	    T(test_startup__anchor_that_lacks_batches_is_said),
	    T(test_startup__missing_anchor_reads_only_until_reseeded),
	    cmocka_unit_test(test_startup__torn_first_anchor_is_made_good),
	    T(test_startup__new_anchor_by_an_old_ledger_is_none),
	    T(test_startup__anchor_of_another_log_is_foreign),
	    T(test_startup__anchor_by_another_key_of_the_name_is_foreign),
	    T(test_startup__another_log_key_is_foreign),
	    T(test_startup__anchor_without_a_store_is_a_rollback),
	    T(test_startup__changed_leaf_is_corrupt),
	    T(test_startup__changed_id_is_corrupt),
	    cmocka_unit_test(test_startup__empty_store_waits_to_be_opened),
	    T(test_startup__restarted_ledger_goes_on_where_it_was),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
