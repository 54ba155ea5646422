/* SPDX-License-Identifier: Apache-2.0 */
/* The anchor: two slots in turn, whatever is torn. */
#include <kaocheng/store.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
test_anchor__one_that_was_cut_short_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct kc_buf say = {0};

	assert_int_equal(kc_anchor_same(f->a, NULL), KC_OK);
	tmpdir_truncate(f->dir, "anchor", SLOT);
	assert_int_equal(kc_anchor_same(f->a, &say), KC_EIO);
	assert_non_null(strstr(kc_buf_cstr(&say), "was cut short"));
	kc_buf_free(&say);
}

/* Moved away, with another file in its place, and back: it is the same one. */
static void
test_anchor__moved_away_and_back_is_the_same(void **state)
{
	struct fixture *f = *state;
	struct kc_buf away = {0};

	kc_buf_str(&away, path_of(f));
	kc_buf_str(&away, ".away");
	assert_int_equal(rename(path_of(f), kc_buf_cstr(&away)), 0);
	tmpdir_copy(f->dir, "anchor.away", "anchor");
	assert_int_equal(kc_anchor_same(f->a, NULL), KC_EIO);
	assert_int_equal(rename(away.p, path_of(f)), 0);
	assert_int_equal(kc_anchor_same(f->a, NULL), KC_OK);
	kc_buf_free(&away);
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

/* --- with the batch --- */
static void
put_batch(struct fixture *f, const char *note, char fill, size_t n)
{
	char *bytes = malloc(n);
	struct kc_buf back = {0};

	memset(bytes, fill, n);
	assert_int_equal(
	    kc_anchor_batch(f->a, (struct kc_slice){bytes, n}, &back), KC_OK);
	assert_true(back.n == n && memcmp(back.p, bytes, n) == 0);
	assert_int_equal(kc_anchor_write(f->a, kc_slice_str(note)), KC_OK);
	kc_buf_free(&back);
	free(bytes);
}

/* Slot i of what is held: its note, and n times a character. */
static void
check_holds(struct fixture *f, size_t i, const char *note, char fill, size_t n)
{
	struct kc_anchored held = {0};

	assert_int_equal(kc_anchor_load(path_of(f), &held), KC_OK);
	assert_true(i < held.n);
	assert_string_equal(kc_buf_cstr(&held.v[i].note), note);
	assert_int_equal(held.v[i].batch.n, n);
	for (size_t k = 0; k < n; k++)
		assert_int_equal(held.v[i].batch.p[k], fill);
	kc_anchored_free(&held);
}

static void
test_anchor__holds_two_batches_of_any_size(void **state)
{
	struct fixture *f = *state;

	put_batch(f, "one", 'a', 10);
	check_holds(f, 1, "one", 'a', 10);
	put_batch(f, "two", 'b', KC_ANCHOR_BATCH_MAX);
	put_batch(f, "three", 'c', KC_ANCHOR_BATCH_MAX);
	for (int again = 0; again < 2; again++, reopen(f)) {
		check_reads(f, "three");
		check_holds(f, 0, "two", 'b', KC_ANCHOR_BATCH_MAX);
		check_holds(f, 1, "three", 'c', KC_ANCHOR_BATCH_MAX);
	}
	/* One without is as it was before there were any. */
	assert_int_equal(kc_anchor_write(f->a, KC_LIT("four")), KC_OK);
	check_holds(f, 0, "three", 'c', KC_ANCHOR_BATCH_MAX);
	check_holds(f, 1, "four", ' ', 0);
}

/* A head without its batch is none, and one whose head is missing too. */
static void
test_anchor__torn_batch_leaves_the_one_before(void **state)
{
	struct fixture *f = *state;
	const off_t second = 2 * SLOT + KC_ANCHOR_BATCH_MAX;
	struct kc_buf back = {0};

	put_batch(f, "one", 'a', 3000);
	put_batch(f, "two", 'b', 5000);
	for (off_t at = 0; at < 5000; at += 111) {
		tmpdir_flip(f->dir, "anchor", second + at, 0x40);
		reopen(f);
		check_reads(f, "one");
		check_holds(f, 0, "one", 'a', 3000);
		tmpdir_flip(f->dir, "anchor", second + at, 0x40);
	}
	reopen(f);
	check_reads(f, "two");
	tmpdir_truncate(f->dir, "anchor", second + 4999);
	reopen(f);
	check_reads(f, "one");
	put_batch(f, "two", 'b', 5000);
	assert_int_equal(kc_anchor_batch(f->a, KC_LIT("three"), &back), KC_OK);
	reopen(f);
	check_holds(f, 0, "two", 'b', 5000);
	kc_buf_free(&back);
}

static void
test_anchor__what_has_no_room_is_not_written(void **state)
{
	struct fixture *f = *state;
	size_t n = KC_ANCHOR_BATCH_MAX + 1;
	char *bytes = calloc(1, n), text[SLOT];
	struct kc_buf back = {0};

	memset(text, 'x', sizeof(text));
	put_batch(f, "one", 'a', 10);
	assert_int_equal(
	    kc_anchor_batch(f->a, (struct kc_slice){bytes, n}, &back),
	    KC_EUNKNOWN);
	assert_int_equal(
	    kc_anchor_batch(f->a, (struct kc_slice){bytes, 0}, &back),
	    KC_EUNKNOWN);
	assert_int_equal(kc_anchor_batch(f->a, KC_LIT("b"), &back), KC_OK);
	assert_int_equal(
	    kc_anchor_write(f->a, (struct kc_slice){text, 4001}), KC_EUNKNOWN);
	check_holds(f, 1, "one", 'a', 10);
	assert_int_equal(kc_anchor_batch(f->a, KC_LIT("b"), &back), KC_OK);
	assert_int_equal(
	    kc_anchor_write(f->a, (struct kc_slice){text, 4000}), KC_OK);
	kc_buf_free(&back);
	free(bytes);
}

/* cp leaves out blocks that a file had and that nobody has written to. */
static void
test_anchor__copy_gets_the_blocks_that_it_was_made_without(void **state)
{
	struct fixture *f = *state;
	const off_t hole = KC_ANCHOR_BATCH_MAX - 2 * SLOT;
	int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	struct stat was, is;
	int fd;

	put_batch(f, "one", 'a', 1000);
	put_batch(f, "two", 'b', 1000);
	fd = open(path_of(f), O_RDWR);
	assert_true(fd >= 0);
	if (fallocate(fd, mode, (off_t)4 * SLOT, hole) != 0) {
		close(fd);
		skip(); /* this file system gives none */
	}
	assert_int_equal(fstat(fd, &was), 0);
	reopen(f); /* which a full disk does not hinder */
	assert_int_equal(fstat(fd, &is), 0);
	assert_true(is.st_blocks * 512 <= was.st_blocks * 512 + SLOT);
	assert_int_equal(kc_anchor_room(f->a), KC_OK);
	assert_int_equal(fstat(fd, &is), 0);
	assert_true(is.st_size == was.st_size);
	/* But for one that the file system had for its own list of blocks. */
	assert_true(is.st_blocks * 512 >= was.st_blocks * 512 + hole - SLOT);
	close(fd);
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
	    T(test_anchor__one_that_was_cut_short_is_noticed),
	    T(test_anchor__moved_away_and_back_is_the_same),
	    T(test_anchor__last_write_counts_and_lasts),
	    T(test_anchor__torn_slot_leaves_the_one_before),
	    T(test_anchor__next_write_goes_over_the_torn_slot),
	    T(test_anchor__no_whole_slot_is_corrupt),
	    T(test_anchor__short_file_is_corrupt),
	    T(test_anchor__missing_is_not_found_unless_made),
	    T(test_anchor__second_daemon_finds_it_busy),
	    T(test_anchor__too_long_a_checkpoint_is_not_written),
	    T(test_anchor__holds_two_batches_of_any_size),
	    T(test_anchor__torn_batch_leaves_the_one_before),
	    T(test_anchor__what_has_no_room_is_not_written),
	    T(test_anchor__copy_gets_the_blocks_that_it_was_made_without),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
