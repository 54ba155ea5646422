/* SPDX-License-Identifier: Apache-2.0 */
/* The store: the same table of tests over LMDB and over its twin. */
#include <kaocheng/store.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmpdir.h"
#include "tree.h"

struct fixture {
	char dir[128];
	bool disk;
	struct kc_store *s;
};

static struct kc_store *
open_dir(const char *dir, bool create, size_t map_size)
{
	struct kc_store_options o = {
	    .dir = dir, .create = create, .map_size = map_size};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	enum kc_err err = kc_store_open(&s, &o, &detail);

	if (err != KC_OK)
		fail_msg("%s: %s", kc_err_text(err), kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	return s;
}

static enum kc_err
try_open(const char *dir, bool create, char *say, size_t n)
{
	struct kc_store_options o = {.dir = dir, .create = create};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	enum kc_err err = kc_store_open(&s, &o, &detail);

	(void)snprintf(say, n, "%s", kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	kc_store_close(s);
	return err;
}

static int
set_up_memory(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	return kc_store_open_memory(&f->s) == KC_OK ? 0 : -1;
}

static int
set_up_disk(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->disk = true;
	tmpdir_make(f->dir);
	f->s = open_dir(f->dir, true, 0);
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	kc_store_close(f->s);
	if (f->disk)
		tmpdir_remove(f->dir);
	free(f);
	return 0;
}

#define LEAF_MAX 9000

/* Leaf i: "leaf <i>" and filling, some of it longer than a page. */
static size_t
leaf_text(uint64_t i, char out[LEAF_MAX])
{
	size_t n = i % 50 == 7 ? LEAF_MAX - 1 : 40 + (size_t)(i * 37 % 600);

	memset(out, 'x', n);
	(void)snprintf(out, 32, "leaf %llu", (unsigned long long)i);
	return n;
}

static void
id_of(uint64_t i, uint8_t id[16])
{
	struct kc_hash h = kc_sha256(&i, sizeof(i));

	memcpy(id, h.b, 16);
}

static enum kc_err
append_from(struct kc_store *s, uint64_t from, size_t n)
{
	static char text[KC_BATCH_MAX][LEAF_MAX];
	struct kc_row rows[KC_BATCH_MAX];
	struct kc_append batch = {.size = from, .rows = rows, .nrows = n};
	char cp[64];

	for (size_t i = 0; i < n; i++) {
		rows[i].leaf.p = text[i];
		rows[i].leaf.n = leaf_text(from + i, text[i]);
		rows[i].hash = kc_hash_leaf(text[i], rows[i].leaf.n);
		id_of(from + i, rows[i].id);
	}
	if (from > 0) {
		(void)snprintf(cp, sizeof(cp), "checkpoint %llu",
		    (unsigned long long)from);
		batch.checkpoint = kc_slice_str(cp);
	}
	return kc_store_append(s, &batch);
}

static void
fill(struct kc_store *s, uint64_t size)
{
	for (uint64_t at = kc_store_size(s); at < size;) {
		size_t n = size - at < 97 ? (size_t)(size - at) : 97;

		assert_int_equal(append_from(s, at, n), KC_OK);
		at += n;
	}
}

static enum kc_err
check_leaf(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	char want[LEAF_MAX];
	uint64_t *count = ctx;

	assert_int_equal(leaf.n, leaf_text(seq, want));
	assert_memory_equal(leaf.p, want, leaf.n);
	(*count)++;
	return KC_OK;
}

static struct kc_hash
leaf_hash(uint64_t i)
{
	char text[LEAF_MAX];
	size_t n = leaf_text(i, text);

	return kc_hash_leaf(text, n);
}

static struct kc_hash
root_of(uint64_t size)
{
	struct kc_frontier f = {0};

	for (uint64_t i = 0; i < size; i++) {
		struct kc_hash h = leaf_hash(i);

		kc_frontier_append(&f, &h);
	}
	return kc_frontier_root(&f);
}

static void
test_store__new_one_is_the_empty_tree(void **state)
{
	struct fixture *f = *state;
	struct kc_hash root, want = kc_hash_empty();
	struct kc_buf b = {0};
	uint64_t seq;
	uint8_t id[16] = {0};

	assert_true(kc_store_size(f->s) == 0);
	assert_int_equal(kc_store_root(f->s, &root), KC_OK);
	assert_true(kc_hash_eq(&root, &want));
	assert_int_equal(kc_store_leaf(f->s, 0, &b), KC_ENOTFOUND);
	assert_int_equal(kc_store_find_id(f->s, id, &seq), KC_ENOTFOUND);
	assert_int_equal(kc_store_checkpoint(f->s, 0, &b), KC_ENOTFOUND);
}

static void
test_store__gives_back_every_leaf_and_id(void **state)
{
	struct fixture *f = *state;
	uint64_t count = 0, seq;
	uint8_t id[16];

	fill(f->s, 1000);
	assert_true(kc_store_size(f->s) == 1000);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 1000, check_leaf, &count), KC_OK);
	assert_true(count == 1000);
	for (uint64_t i = 0; i < 1000; i++) {
		id_of(i, id);
		assert_int_equal(kc_store_find_id(f->s, id, &seq), KC_OK);
		assert_true(seq == i);
	}
	id_of(1000, id);
	assert_int_equal(kc_store_find_id(f->s, id, &seq), KC_ENOTFOUND);
	assert_int_equal(
	    kc_store_scan(f->s, 990, 1001, check_leaf, &count), KC_ENOTFOUND);
}

static void
test_store__root_is_that_of_the_leaves_after_every_batch(void **state)
{
	struct fixture *f = *state;
	static const size_t sizes[] = {1, 1, 2, 3, 249, 256, 255, 1, 256, 90};
	struct kc_hash_reader r = kc_store_hashes(f->s);
	uint64_t at = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct kc_hash root, tiles, want;

		assert_int_equal(append_from(f->s, at, sizes[i]), KC_OK);
		at += sizes[i];
		want = root_of(at);
		assert_int_equal(kc_store_root(f->s, &root), KC_OK);
		assert_true(kc_hash_eq(&root, &want));
		assert_int_equal(kc_merkle_root(&r, at, &tiles), KC_OK);
		assert_true(kc_hash_eq(&tiles, &want));
	}
}

static void
test_store__tiles_hold_leaf_hashes_and_their_parents(void **state)
{
	struct fixture *f = *state;
	struct kc_hash hashes[KC_TILE_WIDTH], want;
	unsigned width;

	fill(f->s, 700);
	assert_int_equal(kc_store_tile(f->s, 0, 1, hashes, &width), KC_OK);
	assert_int_equal(width, 256);
	for (unsigned i = 0; i < 256; i++) {
		want = leaf_hash(256 + i);
		assert_true(kc_hash_eq(&hashes[i], &want));
	}
	assert_int_equal(kc_store_tile(f->s, 0, 2, hashes, &width), KC_OK);
	assert_int_equal(width, 700 - 512);
	assert_int_equal(kc_store_tile(f->s, 1, 0, hashes, &width), KC_OK);
	assert_int_equal(width, 2);
	want = root_of(256);
	assert_true(kc_hash_eq(&hashes[0], &want));
	assert_int_equal(
	    kc_store_tile(f->s, 0, 3, hashes, &width), KC_ENOTFOUND);
	assert_int_equal(
	    kc_store_tile(f->s, 2, 0, hashes, &width), KC_ENOTFOUND);
}

static void
test_store__second_level_of_tiles_grows(void **state)
{
	struct fixture *f = *state;
	struct kc_hash_reader r = kc_store_hashes(f->s);
	struct kc_hash hashes[KC_TILE_WIDTH], want, got;
	unsigned width;

	fill(f->s, 65536 + 300);
	assert_int_equal(kc_store_tile(f->s, 2, 0, hashes, &width), KC_OK);
	assert_int_equal(width, 1);
	want = root_of(65536);
	assert_true(kc_hash_eq(&hashes[0], &want));
	want = root_of(65536 + 300);
	assert_int_equal(kc_merkle_root(&r, 65536 + 300, &got), KC_OK);
	assert_true(kc_hash_eq(&want, &got));
}

static void
test_store__keeps_the_checkpoint_before_each_batch(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};
	uint64_t found;

	assert_int_equal(append_from(f->s, 0, 10), KC_OK);
	assert_int_equal(append_from(f->s, 10, 5), KC_OK);
	assert_int_equal(append_from(f->s, 15, 5), KC_OK);
	assert_int_equal(kc_store_checkpoint(f->s, 10, &b), KC_OK);
	assert_true(kc_slice_is(kc_buf_view(&b), "checkpoint 10"));
	assert_int_equal(kc_store_checkpoint(f->s, 11, &b), KC_ENOTFOUND);
	assert_true(kc_slice_is(kc_buf_view(&b), "checkpoint 10"));
	kc_buf_reset(&b);
	assert_int_equal(kc_store_checkpoint_from(f->s, 11, &found, &b), KC_OK);
	assert_true(found == 15);
	assert_true(kc_slice_is(kc_buf_view(&b), "checkpoint 15"));
	assert_int_equal(
	    kc_store_checkpoint_from(f->s, 16, &found, &b), KC_ENOTFOUND);
	kc_buf_free(&b);
}

static void
test_store__batch_for_another_size_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct kc_hash before, after;

	fill(f->s, 10);
	assert_int_equal(kc_store_root(f->s, &before), KC_OK);
	assert_int_equal(append_from(f->s, 9, 1), KC_ECONFLICT);
	assert_int_equal(append_from(f->s, 11, 1), KC_ECONFLICT);
	assert_int_equal(kc_store_root(f->s, &after), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
	assert_int_equal(append_from(f->s, 10, 1), KC_OK);
}

/* A batch that fails half way leaves no row behind. */
static void
test_store__repeated_id_refuses_the_whole_batch(void **state)
{
	struct fixture *f = *state;
	struct kc_row rows[2] = {
	    {.leaf = KC_LIT("one")}, {.leaf = KC_LIT("two")}};
	struct kc_append batch = {0, rows, 2, {NULL, 0}};
	struct kc_buf b = {0};
	uint64_t seq;

	rows[0].hash = kc_hash_leaf("one", 3);
	rows[1].hash = kc_hash_leaf("two", 3);
	assert_int_equal(kc_store_append(f->s, &batch), KC_ECONFLICT);
	assert_true(kc_store_size(f->s) == 0);
	assert_int_equal(kc_store_leaf(f->s, 0, &b), KC_ENOTFOUND);
	assert_int_equal(
	    kc_store_find_id(f->s, rows[0].id, &seq), KC_ENOTFOUND);
	rows[1].id[0] = 1;
	assert_int_equal(kc_store_append(f->s, &batch), KC_OK);
}

static enum kc_err
stop_at_seven(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	(void)ctx;
	(void)leaf;
	return seq == 7 ? KC_EPROOF : KC_OK;
}

static void
test_store__scan_stops_at_the_first_error(void **state)
{
	struct fixture *f = *state;

	fill(f->s, 20);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 20, stop_at_seven, NULL), KC_EPROOF);
	assert_int_equal(
	    kc_store_scan(f->s, 8, 20, stop_at_seven, NULL), KC_OK);
}

static void
test_store__reopened_is_the_same(void **state)
{
	struct fixture *f = *state;
	struct kc_hash before, after;
	uint64_t count = 0;

	fill(f->s, 777);
	assert_int_equal(kc_store_root(f->s, &before), KC_OK);
	kc_store_close(f->s);
	f->s = open_dir(f->dir, false, 0);
	assert_true(kc_store_size(f->s) == 777);
	assert_int_equal(kc_store_root(f->s, &after), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
	assert_int_equal(
	    kc_store_scan(f->s, 0, 777, check_leaf, &count), KC_OK);
	fill(f->s, 1000);
	after = root_of(1000);
	assert_int_equal(kc_store_root(f->s, &before), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
}

static void
test_store__second_daemon_is_told_the_first(void **state)
{
	struct fixture *f = *state;
	char say[256], pid[32];

	(void)snprintf(pid, sizeof(pid), "process %d", (int)getpid());
	assert_int_equal(try_open(f->dir, false, say, sizeof(say)), KC_EBUSY);
	assert_non_null(strstr(say, pid));
}

static void
test_store__reader_in_another_process_follows(void **state)
{
	struct fixture *f = *state;
	int to[2], from[2], status;
	char c = 'x';
	pid_t pid;

	fill(f->s, 10);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid = fork();
	if (pid == 0) {
		struct kc_store_options o = {.dir = f->dir, .read_only = true};
		struct kc_store *s;
		bool ok = kc_store_open(&s, &o, NULL) == KC_OK &&
		    kc_store_size(s) == 10 && write(from[1], "1", 1) == 1 &&
		    read(to[0], &c, 1) == 1 && kc_store_size(s) == 500 &&
		    append_from(s, 500, 1) == KC_EINVAL;

		_exit(ok ? 0 : 1);
	}
	assert_int_equal(read(from[0], &c, 1), 1);
	fill(f->s, 500);
	assert_int_equal(write(to[1], "2", 1), 1);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

static void
test_store__old_one_is_not_made_anew(void **state)
{
	struct fixture *f = *state;
	char say[256];

	fill(f->s, 3);
	kc_store_close(f->s);
	f->s = NULL;
	assert_int_equal(try_open(f->dir, true, say, sizeof(say)), KC_EINVAL);
	f->s = open_dir(f->dir, false, 0);
	assert_true(kc_store_size(f->s) == 3);
}

static void
test_store__leaves_no_temporary_file(void **state)
{
	struct fixture *f = *state;

	assert_true(tmpdir_size(f->dir, "ledger.mdb.new") < 0);
	assert_true(tmpdir_size(f->dir, "ledger.mdb.new-lock") < 0);
	assert_true(tmpdir_size(f->dir, "ledger.mdb") > 0);
}

static void
test_store__is_not_found_where_there_is_none(void **state)
{
	struct fixture *f = *state;
	char say[256];

	assert_int_equal(
	    try_open(tmpdir_file(f->dir, "none"), false, say, sizeof(say)),
	    KC_ENOTFOUND);
	kc_store_close(f->s);
	f->s = NULL;
	assert_int_equal(unlink(tmpdir_file(f->dir, "ledger.mdb")), 0);
	assert_int_equal(
	    try_open(f->dir, false, say, sizeof(say)), KC_ENOTFOUND);
}

/* Every file of the store closes when another program is run. */
static void
test_store__no_file_survives_exec(void **state)
{
	struct fixture *f = *state;
	char link[64], target[256];
	unsigned found = 0;

	for (int fd = 0; fd < 256; fd++) {
		ssize_t n;

		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (strstr(target, f->dir) == NULL)
			continue;
		found++;
		assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	}
	assert_true(found >= 3);
}

static void
test_store__map_grows_by_itself(void **state)
{
	struct fixture *f = *state;
	struct kc_store_stats st;
	uint64_t count = 0;

	kc_store_close(f->s);
	f->s = open_dir(f->dir, false, (size_t)256 << 10);
	fill(f->s, 3000);
	kc_store_stats(f->s, &st);
	assert_true(st.map_bytes >= (size_t)2 << 20);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 3000, check_leaf, &count), KC_OK);
}

static void
test_store__reserve_is_kept_free(void **state)
{
	struct fixture *f = *state;
	struct kc_store_options o = {.dir = f->dir, .reserve_min = SIZE_MAX};
	struct kc_store_stats st;

	kc_store_close(f->s);
	assert_int_equal(kc_store_open(&f->s, &o, NULL), KC_OK);
	assert_int_equal(append_from(f->s, 0, 1), KC_EFULL);
	kc_store_stats(f->s, &st);
	assert_true(st.full);
	assert_true(kc_store_size(f->s) == 0);
}

/* The guard before mapping relies on it: after every commit the file is at
 * least as long as its head says. */
static void
test_store__file_is_never_shorter_than_its_head(void **state)
{
	struct fixture *f = *state;
	struct kc_store_stats st;

	for (unsigned i = 0; i < 400; i++) {
		uint64_t size = kc_store_size(f->s);

		assert_int_equal(
		    append_from(f->s, size, 1 + i * 7 % 60), KC_OK);
		kc_store_stats(f->s, &st);
		assert_true((uint64_t)tmpdir_size(f->dir, "ledger.mdb") >=
		    st.used_bytes);
	}
}

/* Cut anywhere: refused, and the process lives. */
static void
test_store__truncated_file_is_refused(void **state)
{
	struct fixture *f = *state;
	char say[256];
	off_t size;

	fill(f->s, 60);
	kc_store_close(f->s);
	f->s = NULL;
	size = tmpdir_size(f->dir, "ledger.mdb");
	tmpdir_copy(f->dir, "ledger.mdb", "whole");
	for (off_t cut = size - 512; cut >= 0; cut -= 512 * 3) {
		enum kc_err err;

		tmpdir_truncate(f->dir, "ledger.mdb", cut);
		err = try_open(f->dir, false, say, sizeof(say));
		assert_int_equal(err, KC_ECORRUPT);
		assert_true(say[0] != '\0');
	}
	tmpdir_copy(f->dir, "whole", "ledger.mdb");
	f->s = open_dir(f->dir, false, 0);
}

static void
test_store__garbage_is_refused(void **state)
{
	struct fixture *f = *state;
	char say[256];
	int fd;

	kc_store_close(f->s);
	f->s = NULL;
	fd = open(tmpdir_file(f->dir, "ledger.mdb"), O_WRONLY | O_TRUNC);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(write(fd, "garbage!", 8), 8);
	close(fd);
	assert_int_equal(
	    try_open(f->dir, false, say, sizeof(say)), KC_ECORRUPT);
}

struct compare {
	uint64_t bad;
};

static enum kc_err
same_leaf(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct compare *c = ctx;
	char want[LEAF_MAX];
	size_t n = leaf_text(seq, want);

	if (n != leaf.n || memcmp(want, leaf.p, n) != 0)
		c->bad++;
	return KC_OK;
}

/* What a child finds in a store with one bit flipped: 0 refused, 1 the same
 * ledger, 2 another ledger that hashes would show, 3 a silent difference. */
static int
look(const char *dir, struct kc_hash root, uint64_t size)
{
	struct kc_store_options o = {.dir = dir};
	struct compare c = {0};
	struct kc_store *s;
	struct kc_hash got;

	if (kc_store_open(&s, &o, NULL) != KC_OK)
		return 0;
	if (kc_store_size(s) != size || kc_store_root(s, &got) != KC_OK ||
	    !kc_hash_eq(&got, &root))
		return 2; /* the anchor tells */
	if (kc_store_scan(s, 0, size, same_leaf, &c) != KC_OK || c.bad > 0)
		return 2; /* the tree tells */
	return 1;
}

/* A flipped bit anywhere ends no daemon: at most the child that looks. */
static void
test_store__flipped_bits_never_end_the_process(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = 12345;
	struct kc_hash root;
	off_t size;

	fill(f->s, 60);
	root = root_of(60);
	kc_store_close(f->s);
	f->s = NULL;
	size = tmpdir_size(f->dir, "ledger.mdb");
	for (unsigned i = 0; i < 300; i++) {
		off_t byte;
		int status;
		pid_t pid;

		seed = seed * 1664525 + 1013904223;
		/* Half of them where LMDB keeps its own heads. */
		byte = (off_t)(seed >> 3) % (i % 2 ? size : 8192);
		tmpdir_flip(f->dir, "ledger.mdb", byte, 1 << (seed % 8));
		pid = fork();
		if (pid == 0)
			_exit(look(f->dir, root, 60));
		assert_true(waitpid(pid, &status, 0) == pid);
		if (!WIFEXITED(status))
			fail_msg("byte %ld bit %u: killed by %d", (long)byte,
			    seed % 8, WTERMSIG(status));
		assert_in_range(WEXITSTATUS(status), 0, 2);
		tmpdir_flip(f->dir, "ledger.mdb", byte, 1 << (seed % 8));
	}
	f->s = open_dir(f->dir, false, 0);
}

#define BOTH(fn)                                                               \
	{#fn " [memory]", fn, set_up_memory, tear_down, NULL},                 \
	{                                                                      \
#fn " [disk]", fn, set_up_disk, tear_down, NULL                \
	}
#define DISK(fn) cmocka_unit_test_setup_teardown(fn, set_up_disk, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_store__new_one_is_the_empty_tree),
	    BOTH(test_store__gives_back_every_leaf_and_id),
	    BOTH(test_store__root_is_that_of_the_leaves_after_every_batch),
	    BOTH(test_store__tiles_hold_leaf_hashes_and_their_parents),
	    BOTH(test_store__second_level_of_tiles_grows),
	    BOTH(test_store__keeps_the_checkpoint_before_each_batch),
	    BOTH(test_store__batch_for_another_size_changes_nothing),
	    BOTH(test_store__repeated_id_refuses_the_whole_batch),
	    BOTH(test_store__scan_stops_at_the_first_error),
	    DISK(test_store__reopened_is_the_same),
	    DISK(test_store__second_daemon_is_told_the_first),
	    DISK(test_store__reader_in_another_process_follows),
	    DISK(test_store__old_one_is_not_made_anew),
	    DISK(test_store__leaves_no_temporary_file),
	    DISK(test_store__is_not_found_where_there_is_none),
	    DISK(test_store__no_file_survives_exec),
	    DISK(test_store__map_grows_by_itself),
	    DISK(test_store__reserve_is_kept_free),
	    DISK(test_store__file_is_never_shorter_than_its_head),
	    DISK(test_store__truncated_file_is_refused),
	    DISK(test_store__garbage_is_refused),
	    DISK(test_store__flipped_bits_never_end_the_process),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
