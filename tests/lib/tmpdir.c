/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of a test's own, and what is done to files in it. */
#include "tmpdir.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
tmpdir_in_ram(void)
{
	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
}

void
tmpdir_make(char path[128])
{
	const char *base = getenv("TMPDIR");
	char *made;

	if (base == NULL || strlen(base) > 80)
		base = "/tmp";
	(void)snprintf(path, 128, "%s/kaocheng-test-XXXXXX", base);
	made = mkdtemp(path);
	assert(made != NULL);
}

const char *
tmpdir_file(const char *path, const char *name)
{
	static char text[4][512];
	static unsigned next;
	char *at = text[next++ % 4];

	(void)snprintf(at, 512, "%s/%s", path, name);
	return at;
}

void
tmpdir_remove(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		(void)unlink(tmpdir_file(path, e->d_name));
	closedir(d);
	(void)rmdir(path);
}

off_t
tmpdir_size(const char *path, const char *name)
{
	struct stat st;

	return stat(tmpdir_file(path, name), &st) == 0 ? st.st_size : -1;
}

void
tmpdir_truncate(const char *path, const char *name, off_t size)
{
	int rc = truncate(tmpdir_file(path, name), size);

	assert(rc == 0);
	(void)rc;
}

void
tmpdir_flip(const char *path, const char *name, off_t byte, uint8_t mask)
{
	int fd = open(tmpdir_file(path, name), O_RDWR | O_CLOEXEC);
	ssize_t n;
	uint8_t b;

	assert(fd >= 0);
	n = pread(fd, &b, 1, byte);
	assert(n == 1);
	b ^= mask;
	n = pwrite(fd, &b, 1, byte);
	assert(n == 1);
	(void)n;
	close(fd);
}

void
tmpdir_copy(const char *path, const char *from, const char *to)
{
	int in = open(tmpdir_file(path, from), O_RDONLY | O_CLOEXEC);
	int out = open(tmpdir_file(path, to),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char block[65536];
	ssize_t n, w;

	assert(in >= 0 && out >= 0);
	while ((n = read(in, block, sizeof(block))) > 0) {
		w = write(out, block, (size_t)n);
		assert(w == n);
		(void)w;
	}
	close(in);
	close(out);
}
