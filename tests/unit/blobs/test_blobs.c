/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence: in pieces, under its hash, once and for good. */
#include <kaocheng/blob.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmpdir.h"

#define SIZE 200000
#define EVER INT64_MAX

struct place {
	char top[128];
	char dir[160];
	char bytes[SIZE];
	struct kc_hash hash;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	tmpdir_make(p->top);
	(void)snprintf(p->dir, sizeof(p->dir), "%s/evidence", p->top);
	for (size_t i = 0; i < SIZE; i++)
		p->bytes[i] = (char)(i * i >> 3);
	p->hash = kc_sha256(p->bytes, SIZE);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	tmpdir_remove(p->dir);
	tmpdir_remove(p->top);
	free(p);
	return 0;
}

static enum kc_err
add(const struct place *p, const char *by, uint64_t at, size_t n,
    struct kc_blob_added *out)
{
	struct kc_blob_piece piece = {.hash = p->hash,
	    .size = SIZE,
	    .at = at,
	    .bytes = {p->bytes + at, n},
	    .by = kc_slice_str(by)};

	return kc_blob_add(p->dir, &piece, out, NULL);
}

/* Files in the directory: whole ones, and all. */
struct seen {
	unsigned whole, all;
	struct kc_blob_file last;
	char name[256];
};

static enum kc_err
see(void *ctx, const struct kc_blob_file *f)
{
	struct seen *s = ctx;

	s->all++;
	s->whole += f->whole;
	s->last = *f;
	(void)kc_slice_copy(s->name, sizeof(s->name), f->name);
	s->last.name = kc_slice_str(s->name);
	return KC_OK;
}

static struct seen
look(const struct place *p)
{
	struct seen s = {0};

	assert_int_equal(kc_blob_each(p->dir, see, &s, NULL), KC_OK);
	return s;
}

static void
test_pieces_become_a_file(void **state)
{
	const struct place *p = *state;
	struct kc_blob_added out;
	struct kc_buf got = {0};
	struct stat st;
	uint64_t size;

	assert_int_equal(look(p).all, 0);
	assert_int_equal(add(p, "a", 0, 90000, &out), KC_OK);
	assert_false(out.stands);
	assert_int_equal(out.next, 90000);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_ENOTFOUND);
	assert_int_equal(look(p).whole, 0);
	/* One that comes before the first leaves nothing behind. */
	assert_int_equal(add(p, "b", 10, 10, &out), KC_EINVAL);
	assert_true(out.early);
	assert_int_equal(out.next, 0);
	assert_int_equal(look(p).all, 1);
	/* A piece that was sent again, and one that comes too early. */
	assert_int_equal(add(p, "a", 50000, 50000, &out), KC_OK);
	assert_int_equal(add(p, "a", 150000, 10, &out), KC_EINVAL);
	assert_int_equal(out.next, 100000);
	assert_int_equal(add(p, "a", 100000, SIZE - 100000, &out), KC_OK);
	assert_true(out.stands);
	assert_int_equal(look(p).whole, 1);
	assert_int_equal(look(p).all, 1);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_OK);
	assert_int_equal(size, SIZE);
	assert_int_equal(
	    kc_blob_read(p->dir, &p->hash, 10, SIZE, &got, &size), KC_OK);
	assert_int_equal(got.n, SIZE - 10);
	assert_memory_equal(got.p, p->bytes + 10, SIZE - 10);
	assert_int_equal(
	    kc_blob_read(p->dir, &p->hash, SIZE + 1, 1, &got, &size),
	    KC_EINVAL);
	assert_int_equal(stat(p->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(tmpdir_file(p->dir, look(p).name), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	kc_buf_free(&got);
}

static void
test_the_same_twice_is_the_same_answer(void **state)
{
	const struct place *p = *state;
	struct kc_blob_added out;
	struct stat a, b;

	assert_int_equal(add(p, "a", 0, SIZE, &out), KC_OK);
	assert_true(out.stands);
	assert_int_equal(stat(tmpdir_file(p->dir, look(p).name), &a), 0);
	assert_int_equal(add(p, "b", 0, 1, &out), KC_OK);
	assert_true(out.stands);
	assert_int_equal(out.next, SIZE);
	assert_int_equal(stat(tmpdir_file(p->dir, look(p).name), &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_int_equal(look(p).all, 1);
}

static void
test_another_hash_is_no_file(void **state)
{
	struct place *p = *state;
	struct kc_blob_added out;

	p->bytes[77]++;
	assert_int_equal(add(p, "a", 0, 1000, &out), KC_OK);
	assert_int_equal(add(p, "a", 1000, SIZE - 1000, &out), KC_ECORRUPT);
	assert_false(out.stands);
	assert_int_equal(look(p).all, 0);
	/* Nobody spoils what another brings. */
	assert_int_equal(add(p, "a", 0, 1000, &out), KC_OK);
	p->bytes[77]--;
	assert_int_equal(add(p, "b", 0, SIZE, &out), KC_OK);
	assert_true(out.stands);
	assert_int_equal(add(p, "a", 1000, 1, &out), KC_OK);
	assert_true(out.stands);
}

static void
test_no_room_changes_nothing(void **state)
{
	const struct place *p = *state;
	struct kc_blob_added out;
	struct kc_blob_piece piece = {.hash = p->hash,
	    .size = SIZE,
	    .bytes = {p->bytes, SIZE},
	    .by = KC_LIT("a"),
	    .reserve = UINT64_MAX};

	assert_int_equal(kc_blob_add(p->dir, &piece, &out, NULL), KC_EFULL);
	assert_false(out.stands);
	assert_int_equal(look(p).all, 0);
}

static void
test_what_was_altered_is_seen(void **state)
{
	const struct place *p = *state;
	struct kc_blob_added out;
	struct kc_blob_file f;
	uint64_t size;
	char name[80];

	assert_int_equal(add(p, "a", 0, SIZE, &out), KC_OK);
	assert_true(
	    kc_slice_copy(name, sizeof(name), kc_slice_str(look(p).name)));
	tmpdir_flip(p->dir, name, SIZE - 1, 1);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_ECORRUPT);
	tmpdir_flip(p->dir, name, SIZE - 1, 1);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_OK);
	tmpdir_truncate(p->dir, name, SIZE - 1);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_ECORRUPT);
	assert_int_equal(add(p, "a", 0, SIZE, &out), KC_EINVAL);
	f = look(p).last;
	f.name = kc_slice_str(name);
	assert_int_equal(kc_blob_drop(p->dir, &f, EVER, NULL), KC_OK);
	assert_int_equal(symlink("/etc/passwd", tmpdir_file(p->dir, name)), 0);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_EINVAL);
	assert_int_equal(add(p, "a", 0, SIZE, &out), KC_EINVAL);
	assert_int_equal(chmod(p->dir, 0750), 0);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_EINVAL);
}

static void
test_what_was_brought_again_is_not_dropped(void **state)
{
	const struct place *p = *state;
	struct timespec old[2] = {{1000, 0}, {1000, 0}};
	struct kc_blob_added out;
	struct seen s;

	assert_int_equal(add(p, "a", 0, SIZE, &out), KC_OK);
	s = look(p);
	assert_int_equal(
	    utimensat(AT_FDCWD, tmpdir_file(p->dir, s.name), old, 0), 0);
	s = look(p);
	s.last.name = kc_slice_str(s.name);
	assert_int_equal(s.last.brought_s, 1000);
	assert_int_equal(
	    kc_blob_drop(p->dir, &s.last, 1000, NULL), KC_ENOTFOUND);
	/* Between the look and the removal. */
	assert_int_equal(add(p, "b", 0, 0, &out), KC_OK);
	assert_true(out.stands);
	assert_int_equal(
	    kc_blob_drop(p->dir, &s.last, 1001, NULL), KC_ENOTFOUND);
	assert_int_equal(look(p).whole, 1);
	assert_int_equal(kc_blob_drop(p->dir, &s.last, EVER, NULL), KC_OK);
	assert_int_equal(look(p).all, 0);
}

static void *
bring(void *ctx)
{
	struct kc_blob_added out;

	for (int i = 0; i < 40; i++)
		for (uint64_t at = 0; at < SIZE; at += 50000)
			if (add(ctx, "a", at, 50000, &out) == KC_EIO)
				return ctx;
	return NULL;
}

static void
test_two_who_bring_the_same_spoil_nothing(void **state)
{
	struct place *p = *state;
	pthread_t other;
	struct kc_blob_added out;
	void *bad;
	uint64_t size;

	assert_int_equal(pthread_create(&other, NULL, bring, p), 0);
	assert_null(bring(p));
	assert_int_equal(pthread_join(other, &bad), 0);
	assert_null(bad);
	assert_int_equal(add(p, "a", 0, SIZE, &out), KC_OK);
	assert_int_equal(kc_blob_check(p->dir, &p->hash, &size), KC_OK);
	assert_int_equal(look(p).whole, 1);
}

static void
test_names(void **state)
{
	struct kc_hash h;
	char hex[80];

	(void)state;
	memset(hex, 'a', sizeof(hex));
	assert_true(kc_blob_name_read((struct kc_slice){hex, 64}, &h));
	assert_int_equal(h.b[31], 0xaa);
	assert_false(kc_blob_name_read((struct kc_slice){hex, 63}, &h));
	memcpy(hex, "sha256:", 7);
	assert_true(kc_blob_name_read((struct kc_slice){hex, 71}, &h));
	assert_false(kc_blob_name_read((struct kc_slice){hex, 64}, &h));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_pieces_become_a_file),
	    TEST(test_the_same_twice_is_the_same_answer),
	    TEST(test_another_hash_is_no_file),
	    TEST(test_no_room_changes_nothing),
	    TEST(test_what_was_altered_is_seen),
	    TEST(test_what_was_brought_again_is_not_dropped),
	    TEST(test_two_who_bring_the_same_spoil_nothing),
	    cmocka_unit_test(test_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
