/* SPDX-License-Identifier: Apache-2.0 */
/* Who reads the files of a ledger between two writes of whoever has it: each of
 * his reads finds them a step further, as a slow machine may have it. */
#include <kaocheng/store.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "storekit.h"

#define STEPS 7 /* of the writer; then the files stand still */

static void (*step)(void); /* before each read */
static unsigned steps;

static ssize_t
read_at(int fd, void *out, size_t n, off_t at)
{
	void (*now)(void) = step;

	if (now != NULL && steps > 0) {
		step = NULL; /* not for the writer's own */
		steps--;
		now();
		step = now;
	}
	return syscall(SYS_pread64, fd, out, n, at);
}

/* Libc's, in front of which they stand. */
ssize_t
pread(int fd, void *out, size_t n, off_t at)
{
	return read_at(fd, out, n, at);
}

ssize_t __pread_chk(int fd, void *out, size_t n, off_t at, size_t size);
ssize_t
__pread_chk(int fd, void *out, size_t n, off_t at, size_t size)
{
	return n <= size ? read_at(fd, out, n, at) : -1;
}

/* --- the anchor --- */
static struct kc_anchor *anchor;
static unsigned heads;
static bool half; /* the next one's batch is there, and it is not */

static void
write_half(void)
{
	char text[32] = "head ";
	struct kc_buf back = {0};

	text[5] = (char)('a' + (heads + 1) % 26);
	if (!half) {
		assert_int_equal(
		    kc_anchor_batch(anchor, kc_slice_str(text), &back), KC_OK);
	} else {
		heads++;
		assert_int_equal(
		    kc_anchor_write(anchor, kc_slice_str(text)), KC_OK);
	}
	half = !half;
	kc_buf_free(&back);
}

/* The newest head that it reads, with its batch, is there at its end. */
static void
test_beside__an_anchor_that_is_written_is_whole(void **state)
{
	struct fixture *f = *state;
	const char *path = tmpdir_file(f->dir, "anchor");

	assert_int_equal(kc_anchor_open(&anchor, path, true), KC_OK);
	for (unsigned n = 0; n < 4 * STEPS; n++) {
		struct kc_anchored held = {0};
		struct kc_slice note;
		enum kc_err err;

		write_half();
		step = write_half;
		steps = n % STEPS + 1;
		err = kc_anchor_load(path, &held);
		step = NULL;
		assert_int_equal(err, KC_OK);
		note = kc_buf_view(&held.v[held.n - 1].note);
		assert_int_equal(note.n, 6);
		assert_int_equal(note.p[5], 'a' + heads % 26);
		assert_true(
		    kc_slice_eq(note, kc_buf_view(&held.v[held.n - 1].batch)));
		kc_anchored_free(&held);
	}
	kc_anchor_close(anchor);
}

/* --- the store --- */
static int to, from; /* the process that has it */

static void
write_more(void)
{
	char c = 'x';

	assert_int_equal(write(to, &c, 1), 1);
	assert_int_equal(read(from, &c, 1), 1);
}

/* Two commits each time: so many that both heads change, and the file grows. */
static void
have_it(const char *dir, int asked, int told)
{
	struct kc_store *s = storekit_open(dir, false, 0);
	uint64_t size = kc_store_size(s);
	char c;

	while (write(told, "x", 1) == 1 && read(asked, &c, 1) == 1)
		for (int i = 0; i < 2; i++, size += 20)
			if (storekit_append(s, size, 20) != KC_OK)
				_exit(1);
	kc_store_close(s);
	_exit(0);
}

static void
test_beside__a_store_that_is_written_opens(void **state)
{
	struct fixture *f = *state;
	int ask[2], tell[2], status;
	pid_t pid;
	char c;

	kc_store_close(f->s);
	assert_int_equal(pipe(ask), 0);
	assert_int_equal(pipe(tell), 0);
	pid = fork();
	if (pid == 0) {
		close(ask[1]);
		have_it(f->dir, ask[0], tell[1]);
	}
	close(ask[0]);
	to = ask[1];
	from = tell[0];
	assert_int_equal(read(from, &c, 1), 1);
	for (unsigned n = 1; n <= STEPS; n++) {
		struct kc_store_options o = {.dir = f->dir, .read_only = true};
		enum kc_err err;

		step = write_more;
		steps = n;
		err = kc_store_open(&f->s, &o, NULL);
		step = NULL;
		assert_int_equal(err, KC_OK);
		kc_store_close(f->s);
	}
	f->s = NULL;
	close(ask[1]);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
	close(tell[0]);
	close(tell[1]);
}

#define T(fn)                                                                  \
	cmocka_unit_test_setup_teardown(fn, storekit_disk, storekit_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_beside__an_anchor_that_is_written_is_whole),
	    T(test_beside__a_store_that_is_written_opens),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
