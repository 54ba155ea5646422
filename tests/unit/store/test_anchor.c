/* SPDX-License-Identifier: Apache-2.0 */
/* The anchor: two slots in turn, whatever is torn. */
#include <kaocheng/store.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmpdir.h"

#define SLOT 4096

struct fixture {
	char dir[128];
	struct kc_anchor *a;
};

static const char *
path_of(struct fixture *f)
{
	return tmpdir_file(f->dir, "anchor");
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	tmpdir_make(f->dir);
	return kc_anchor_open(&f->a, path_of(f), true) == KC_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	kc_anchor_close(f->a);
	tmpdir_remove(f->dir);
	free(f);
	return 0;
}

static void
reopen(struct fixture *f)
{
	kc_anchor_close(f->a);
	f->a = NULL;
	assert_int_equal(kc_anchor_open(&f->a, path_of(f), false), KC_OK);
}

static void
check_reads(struct fixture *f, const char *want)
{
	struct kc_buf b = {0};

	assert_int_equal(kc_anchor_read(f->a, &b), KC_OK);
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_reset(&b);
	assert_int_equal(kc_anchor_peek(path_of(f), &b), KC_OK);
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
}

static void
test_anchor__new_one_holds_nothing(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};

	assert_int_equal(kc_anchor_read(f->a, &b), KC_OK);
	assert_int_equal(kc_anchor_peek(path_of(f), &b), KC_OK);
	assert_true(tmpdir_size(f->dir, "anchor") == 2 * SLOT);
	assert_true(tmpdir_size(f->dir, "anchor.new") < 0);
	reopen(f);
	assert_int_equal(kc_anchor_read(f->a, &b), KC_OK);
	assert_true(b.n == 0);
}

/* Torn anywhere, the first checkpoint leaves an anchor that says so. */
static void
test_anchor__torn_first_write_leaves_it_new(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};

	assert_int_equal(kc_anchor_write(f->a, KC_LIT("one")), KC_OK);
	for (off_t at = 0; at < SLOT; at += 111) {
		tmpdir_flip(f->dir, "anchor", at, 0x40);
		reopen(f);
		assert_int_equal(kc_anchor_read(f->a, &b), KC_OK);
		assert_true(b.n == 0);
		tmpdir_flip(f->dir, "anchor", at, 0x40);
	}
	reopen(f);
	check_reads(f, "one");
}

/* What older programs made: zeros, then one slot. */
static void
test_anchor__zeros_say_nothing(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};

	assert_int_equal(kc_anchor_write(f->a, KC_LIT("one")), KC_OK);
	tmpdir_truncate(f->dir, "anchor", SLOT);
	tmpdir_truncate(f->dir, "anchor", 2 * SLOT);
	reopen(f);
	check_reads(f, "one");
	tmpdir_flip(f->dir, "anchor", 30, 1);
	reopen(f);
	assert_int_equal(kc_anchor_read(f->a, &b), KC_ENOTFOUND);
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("two")), KC_OK);
	check_reads(f, "two");
}

static void
test_anchor__other_file_at_its_path_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct kc_buf say = {0};

	assert_int_equal(kc_anchor_same(f->a, NULL), KC_OK);
	tmpdir_copy(f->dir, "anchor", "copy");
	assert_int_equal(unlink(path_of(f)), 0);
	assert_int_equal(kc_anchor_same(f->a, &say), KC_EIO);
	assert_non_null(strstr(kc_buf_cstr(&say), "is not where it was"));
	kc_buf_reset(&say);
	tmpdir_copy(f->dir, "copy", "anchor");
	assert_int_equal(kc_anchor_same(f->a, &say), KC_EIO);
	assert_non_null(strstr(kc_buf_cstr(&say), "is another file"));
	kc_buf_free(&say);
}

static void
test_anchor__last_write_counts_and_lasts(void **state)
{
	struct fixture *f = *state;
	char text[32];

	for (int i = 1; i <= 5; i++) {
		(void)snprintf(text, sizeof(text), "checkpoint %d", i);
		assert_int_equal(
		    kc_anchor_write(f->a, kc_slice_str(text)), KC_OK);
		check_reads(f, text);
		reopen(f);
		check_reads(f, text);
	}
	assert_true(tmpdir_size(f->dir, "anchor") == 2 * SLOT);
}

/* Whatever byte of the newest slot is lost, the one before it is read. */
static void
test_anchor__torn_slot_leaves_the_one_before(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(kc_anchor_write(f->a, KC_LIT("one")), KC_OK);
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("two")), KC_OK);
	for (off_t at = 0; at < SLOT; at += 111) {
		tmpdir_flip(f->dir, "anchor", SLOT + at, 0x40);
		reopen(f);
		check_reads(f, "one");
		tmpdir_flip(f->dir, "anchor", SLOT + at, 0x40);
	}
	reopen(f);
	check_reads(f, "two");
}

/* After a torn write the whole slot is kept until the next is written. */
static void
test_anchor__next_write_goes_over_the_torn_slot(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(kc_anchor_write(f->a, KC_LIT("one")), KC_OK);
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("two")), KC_OK);
	tmpdir_flip(f->dir, "anchor", SLOT + 30, 1);
	reopen(f);
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("three")), KC_OK);
	tmpdir_flip(f->dir, "anchor", SLOT + 30, 1);
	reopen(f);
	check_reads(f, "one");
}

static void
test_anchor__no_whole_slot_is_corrupt(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};

	assert_int_equal(kc_anchor_write(f->a, KC_LIT("one")), KC_OK);
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("two")), KC_OK);
	tmpdir_flip(f->dir, "anchor", 30, 1);
	tmpdir_flip(f->dir, "anchor", SLOT + 30, 1);
	kc_anchor_close(f->a);
	f->a = NULL;
	assert_int_equal(kc_anchor_open(&f->a, path_of(f), true), KC_ECORRUPT);
	assert_int_equal(kc_anchor_peek(path_of(f), &b), KC_ECORRUPT);
}

static void
test_anchor__short_file_is_corrupt(void **state)
{
	struct fixture *f = *state;

	kc_anchor_close(f->a);
	f->a = NULL;
	tmpdir_truncate(f->dir, "anchor", 100);
	assert_int_equal(kc_anchor_open(&f->a, path_of(f), true), KC_ECORRUPT);
}

static void
test_anchor__missing_is_not_found_unless_made(void **state)
{
	struct fixture *f = *state;
	struct kc_anchor *a;

	assert_int_equal(kc_anchor_open(&a, tmpdir_file(f->dir, "none"), false),
	    KC_ENOTFOUND);
}

static void
test_anchor__second_daemon_finds_it_busy(void **state)
{
	struct fixture *f = *state;
	struct kc_anchor *a;

	assert_int_equal(kc_anchor_open(&a, path_of(f), false), KC_EBUSY);
}

static void
test_anchor__too_long_a_checkpoint_is_not_written(void **state)
{
	struct fixture *f = *state;
	char text[SLOT];

	memset(text, 'x', sizeof(text));
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("one")), KC_OK);
	assert_int_equal(
	    kc_anchor_write(f->a, (struct kc_slice){text, 4041}), KC_EUNKNOWN);
	reopen(f);
	check_reads(f, "one");
	assert_int_equal(
	    kc_anchor_write(f->a, (struct kc_slice){text, 4040}), KC_OK);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_anchor__new_one_holds_nothing),
	    T(test_anchor__torn_first_write_leaves_it_new),
	    T(test_anchor__zeros_say_nothing),
	    T(test_anchor__other_file_at_its_path_is_noticed),
	    T(test_anchor__last_write_counts_and_lasts),
	    T(test_anchor__torn_slot_leaves_the_one_before),
	    T(test_anchor__next_write_goes_over_the_torn_slot),
	    T(test_anchor__no_whole_slot_is_corrupt),
	    T(test_anchor__short_file_is_corrupt),
	    T(test_anchor__missing_is_not_found_unless_made),
	    T(test_anchor__second_daemon_finds_it_busy),
	    T(test_anchor__too_long_a_checkpoint_is_not_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
