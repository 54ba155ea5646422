/* SPDX-License-Identifier: Apache-2.0 */
/* The store on disk: opening, guards, growth, files that are damaged. */
#include <kaocheng/store.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <lmdb.h>

#include "storekit.h"

/* LMDB's, unless it is to have no memory. */
static bool no_memory;

int
mdb_env_create(MDB_env **env)
{
	union {
		void *p;
		int (*fn)(MDB_env **env);
	} real = {dlsym(RTLD_NEXT, "mdb_env_create")};

	return no_memory ? ENOMEM : real.fn(env);
}

static void
test_store__reopened_is_the_same(void **state)
{
	struct fixture *f = *state;
	struct kc_hash before, after;
	uint64_t count = 0;

	storekit_fill(f->s, 777);
	assert_int_equal(kc_store_root(f->s, &before), KC_OK);
	kc_store_close(f->s);
	f->s = storekit_open(f->dir, false, 0);
	assert_true(kc_store_size(f->s) == 777);
	assert_int_equal(kc_store_root(f->s, &after), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
	assert_int_equal(
	    kc_store_scan(f->s, 0, 777, storekit_check, &count), KC_OK);
	storekit_fill(f->s, 1000);
	after = storekit_root(1000);
	assert_int_equal(kc_store_root(f->s, &before), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
}

static void
test_store__second_daemon_is_told_the_first(void **state)
{
	struct fixture *f = *state;
	char say[256], pid[32];

	(void)snprintf(pid, sizeof(pid), "process %d", (int)getpid());
	assert_int_equal(
	    storekit_try(f->dir, false, say, sizeof(say)), KC_EBUSY);
	assert_non_null(strstr(say, pid));
}

static void
test_store__reader_in_another_process_follows(void **state)
{
	struct fixture *f = *state;
	int to[2], from[2], status;
	char c = 'x';
	pid_t pid;

	storekit_fill(f->s, 10);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid = fork();
	if (pid == 0) {
		struct kc_store_options o = {.dir = f->dir, .read_only = true};
		struct kc_store *s;
		bool ok = kc_store_open(&s, &o, NULL) == KC_OK &&
		    kc_store_size(s) == 10 && write(from[1], "1", 1) == 1 &&
		    read(to[0], &c, 1) == 1 && kc_store_size(s) == 500 &&
		    storekit_append(s, 500, 1) == KC_EINVAL;

		_exit(ok ? 0 : 1);
	}
	assert_int_equal(read(from[0], &c, 1), 1);
	storekit_fill(f->s, 500);
	assert_int_equal(write(to[1], "2", 1), 1);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

/* --- a read within a read --- */
struct nested {
	struct kc_store *s;
	int to, from;
	bool good;
};

static enum kc_err
read_within(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct nested *n = ctx;
	struct kc_buf b = {0};
	char c;

	if (seq > 0)
		return KC_OK;
	/* The other process makes the file larger than our map. */
	n->good = write(n->to, "1", 1) == 1 && read(n->from, &c, 1) == 1 &&
	    kc_store_leaf(n->s, 0, &b) == KC_OK &&
	    kc_slice_eq(kc_buf_view(&b), leaf);
	kc_buf_free(&b);
	return KC_OK;
}

static int
nest(const char *dir, int to, int from)
{
	struct kc_store_options o = {
	    .dir = dir, .read_only = true, .map_size = (size_t)256 << 10};
	struct nested n = {.to = to, .from = from};

	alarm(20);
	if (kc_store_open(&n.s, &o, NULL) != KC_OK ||
	    kc_store_scan(n.s, 0, 10, read_within, &n) != KC_OK || !n.good)
		return 1;
	return kc_store_size(n.s) == 3000 ? 0 : 2;
}

static void
test_store__reader_within_a_reader_never_waits_for_a_map(void **state)
{
	struct fixture *f = *state;
	int to[2], from[2], status;
	pid_t pid;
	char c;

	storekit_fill(f->s, 10);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid = fork();
	if (pid == 0)
		_exit(nest(f->dir, from[1], to[0]));
	assert_int_equal(read(from[0], &c, 1), 1);
	storekit_fill(f->s, 3000);
	assert_int_equal(write(to[1], "2", 1), 1);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

/* --- bytes that change under an open store --- */
static void
alter_leaf(struct fixture *f, const char *text)
{
	static char file[1 << 20];
	int fd = open(tmpdir_file(f->dir, "ledger.mdb"), O_RDWR);
	ssize_t n = pread(fd, file, sizeof(file), 0);
	char *at = memmem(file, (size_t)n, text, strlen(text) + 1);

	assert_non_null(at);
	assert_true(pwrite(fd, "L", 1, at - file) == 1);
	close(fd);
}

static void
note_damage(void *ctx, const char *what)
{
	(void)snprintf(ctx, 64, "%s", what);
}

static void
test_store__altered_leaf_is_never_given_out(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};
	uint64_t count = 0;
	char said[64] = "";

	storekit_fill(f->s, 20);
	kc_store_watch(f->s, note_damage, said);
	alter_leaf(f, "leaf 11");
	assert_int_equal(kc_store_leaf(f->s, 10, &b), KC_OK);
	assert_string_equal(said, "");
	kc_buf_reset(&b);
	assert_int_equal(kc_store_leaf(f->s, 11, &b), KC_ECORRUPT);
	assert_true(b.n == 0);
	assert_string_equal(said, "entry 11 is not what its hash says");
	assert_int_equal(
	    kc_store_scan(f->s, 0, 20, storekit_check, &count), KC_ECORRUPT);
	assert_true(count == 11);
	kc_buf_free(&b);
}

static void
test_store__old_one_is_not_made_anew(void **state)
{
	struct fixture *f = *state;
	char say[256];

	storekit_fill(f->s, 3);
	kc_store_close(f->s);
	f->s = NULL;
	assert_int_equal(
	    storekit_try(f->dir, true, say, sizeof(say)), KC_EINVAL);
	f->s = storekit_open(f->dir, false, 0);
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
	    storekit_try(tmpdir_file(f->dir, "none"), false, say, sizeof(say)),
	    KC_ENOTFOUND);
	kc_store_close(f->s);
	f->s = NULL;
	assert_int_equal(unlink(tmpdir_file(f->dir, "ledger.mdb")), 0);
	assert_int_equal(
	    storekit_try(f->dir, false, say, sizeof(say)), KC_ENOTFOUND);
}

static void
test_store__without_memory_is_not_opened(void **state)
{
	struct fixture *f = *state;
	char say[256];

	kc_store_close(f->s);
	no_memory = true;
	assert_int_equal(
	    storekit_try(f->dir, false, say, sizeof(say)), KC_ENOMEM);
	no_memory = false;
	f->s = storekit_open(f->dir, false, 0);
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
	f->s = storekit_open(f->dir, false, (size_t)256 << 10);
	storekit_fill(f->s, 3000);
	kc_store_stats(f->s, &st);
	assert_true(st.map_bytes >= (size_t)2 << 20);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 3000, storekit_check, &count), KC_OK);
}

static void
test_store__reserve_is_kept_free(void **state)
{
	struct fixture *f = *state;
	struct kc_store_options o = {.dir = f->dir, .reserve_min = SIZE_MAX};
	struct kc_store_stats st;

	kc_store_close(f->s);
	assert_int_equal(kc_store_open(&f->s, &o, NULL), KC_OK);
	assert_int_equal(storekit_append(f->s, 0, 1), KC_EFULL);
	kc_store_stats(f->s, &st);
	assert_true(st.full);
	assert_true(kc_store_size(f->s) == 0);
}

static void
test_store__what_an_anchor_held_needs_no_reserve(void **state)
{
	struct fixture *f = *state;
	struct kc_store_options o = {.dir = f->dir, .reserve_min = SIZE_MAX};
	struct kc_row row = {.leaf = KC_LIT("a leaf")};
	struct kc_append again = {.rows = &row, .nrows = 1, .txn = 1};

	row.hash = kc_hash_leaf(row.leaf.p, row.leaf.n);
	kc_store_close(f->s);
	assert_int_equal(kc_store_open(&f->s, &o, NULL), KC_OK);
	assert_int_equal(kc_store_append(f->s, &again), KC_OK);
	assert_true(kc_store_size(f->s) == 1);
	assert_int_equal(storekit_append(f->s, 1, 1), KC_EFULL);
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
		    storekit_append(f->s, size, 1 + i * 7 % 60), KC_OK);
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

	storekit_fill(f->s, 60);
	kc_store_close(f->s);
	f->s = NULL;
	size = tmpdir_size(f->dir, "ledger.mdb");
	tmpdir_copy(f->dir, "ledger.mdb", "whole");
	for (off_t cut = size - 512; cut >= 0; cut -= 512 * 3) {
		enum kc_err err;

		tmpdir_truncate(f->dir, "ledger.mdb", cut);
		err = storekit_try(f->dir, false, say, sizeof(say));
		assert_int_equal(err, KC_ECORRUPT);
		assert_true(say[0] != '\0');
	}
	tmpdir_copy(f->dir, "whole", "ledger.mdb");
	f->s = storekit_open(f->dir, false, 0);
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
	    storekit_try(f->dir, false, say, sizeof(say)), KC_ECORRUPT);
}

struct compare {
	uint64_t bad;
};

static enum kc_err
same_leaf(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct compare *c = ctx;
	char want[STOREKIT_LEAF_MAX];
	size_t n = storekit_leaf(seq, want);

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

	storekit_fill(f->s, 60);
	root = storekit_root(60);
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
	f->s = storekit_open(f->dir, false, 0);
}

#define DISK(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, storekit_disk, storekit_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DISK(test_store__reopened_is_the_same),
	    DISK(test_store__second_daemon_is_told_the_first),
	    DISK(test_store__reader_in_another_process_follows),
	    DISK(test_store__reader_within_a_reader_never_waits_for_a_map),
	    DISK(test_store__altered_leaf_is_never_given_out),
	    DISK(test_store__old_one_is_not_made_anew),
	    DISK(test_store__leaves_no_temporary_file),
	    DISK(test_store__is_not_found_where_there_is_none),
	    DISK(test_store__without_memory_is_not_opened),
	    DISK(test_store__no_file_survives_exec),
	    DISK(test_store__map_grows_by_itself),
	    DISK(test_store__reserve_is_kept_free),
	    DISK(test_store__what_an_anchor_held_needs_no_reserve),
	    DISK(test_store__file_is_never_shorter_than_its_head),
	    DISK(test_store__truncated_file_is_refused),
	    DISK(test_store__garbage_is_refused),
	    DISK(test_store__flipped_bits_never_end_the_process),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
