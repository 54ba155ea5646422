/* SPDX-License-Identifier: Apache-2.0 */
/* The mark of a ledger that was put back, once the ledger has said so. */
#include "anchors.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmpdir.h"

static struct {
	char dir[128];
	bool flushed; /* the directory, without the mark */
} f;

/* Libc's, in front of which it stands. */
int
fsync(int fd)
{
	struct stat at, dir;

	assert_int_equal(fstat(fd, &at), 0);
	assert_int_equal(stat(f.dir, &dir), 0);
	if (at.st_dev == dir.st_dev && at.st_ino == dir.st_ino)
		f.flushed = access(tmpdir_file(f.dir, "restored"), F_OK) != 0;
	return (int)syscall(SYS_fsync, fd);
}

/* One that came back with the power would have the anchor of a ledger that is
 * put back later set aside, as if somebody had said so. */
static void
test_mark__that_goes_does_not_come_back_with_the_power(void **state)
{
	static struct kc_config c;
	struct kc_daemon d = {.config = &c};
	int fd;

	(void)state;
	tmpdir_make(f.dir);
	(void)snprintf(c.ledger, sizeof(c.ledger), "%s", f.dir);
	fd = open(tmpdir_file(f.dir, "restored"), O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	kc_anchors_said(&d);
	assert_true(access(tmpdir_file(f.dir, "restored"), F_OK) != 0);
	assert_true(f.flushed);
	tmpdir_remove(f.dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_mark__that_goes_does_not_come_back_with_the_power),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
