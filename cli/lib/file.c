/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: read within a limit, written all or not at all. */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign.h"

enum kc_err
kc_path_join(char out[KC_PATH_SIZE], const char *dir, const char *name)
{
	int n = name[0] == '/'
	    ? snprintf(out, KC_PATH_SIZE, "%s", name)
	    : snprintf(out, KC_PATH_SIZE, "%s/%s", dir, name);

	return n < 0 || n >= KC_PATH_SIZE ? KC_ETOOBIG : KC_OK;
}

bool
kc_file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static enum kc_err
read_all(int fd, size_t max, struct kc_buf *out)
{
	size_t start = out->n;
	char chunk[16384];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			/* A pipe with a writer that takes its time. */
			(void)poll(&(struct pollfd){fd, POLLIN, 0}, 1, -1);
			continue;
		}
		if (n < 0)
			return KC_EIO;
		if (out->n - start + (size_t)n > max)
			return KC_ETOOBIG;
		kc_buf_put(out, chunk, (size_t)n);
	}
	return kc_buf_err(out);
}

enum kc_err
kc_file_load(const char *path, size_t max, struct kc_buf *out)
{
	enum kc_err err;
	int fd;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, max, out);
	/* A pipe that nobody writes to is empty, and not waited for. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? KC_ENOTFOUND
							   : KC_EIO;
	err = read_all(fd, max, out);
	close(fd);
	return err;
}

enum kc_err
kc_dir_make(const char *path, mode_t mode)
{
	char part[KC_PATH_SIZE];
	size_t n = strlen(path);
	struct stat st;

	if (n == 0 || n >= sizeof(part))
		return KC_ETOOBIG;
	memcpy(part, path, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, mode) != 0 && errno != EEXIST)
			return KC_EIO;
		part[i] = path[i];
	}
	if (stat(path, &st) != 0)
		return KC_EIO;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return KC_EIO;
	}
	return KC_OK;
}

/* The directory part of a path; "." if it has none. */
static void
parent(char out[KC_PATH_SIZE], const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		snprintf(out, KC_PATH_SIZE, ".");
	else if (slash == path)
		snprintf(out, KC_PATH_SIZE, "/");
	else
		snprintf(out, KC_PATH_SIZE, "%.*s", (int)(slash - path), path);
}

enum kc_err
kc_dir_sync(const char *path)
{
	char dir[KC_PATH_SIZE];
	int fd, rc;

	parent(dir, path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return KC_EIO;
	rc = fsync(fd);
	close(fd);
	return rc == 0 ? KC_OK : KC_EIO;
}

static bool
write_all(int fd, struct kc_slice data)
{
	while (data.n > 0) {
		ssize_t n = write(fd, data.p, data.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data.p += n;
		data.n -= (size_t)n;
	}
	return true;
}

/* Is there something by this name that holds no bytes of its own: a device, a
 * pipe, a directory? */
static bool
is_special(const char *path, struct stat *st)
{
	return stat(path, st) == 0 && !S_ISREG(st->st_mode);
}

FILE *
kc_file_new(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (f == NULL && fd >= 0)
		(void)close(fd);
	return f;
}

enum kc_err
kc_file_name(const char *temp, const char *path)
{
	struct stat st;

	if (is_special(path, &st)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EEXIST;
		return KC_EIO;
	}
	return rename(temp, path) == 0 ? KC_OK : KC_EIO;
}

/* Into a device or a pipe that is there. */
static enum kc_err
pour(const char *path, struct kc_slice data)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC), saved;
	bool ok;

	if (fd < 0)
		return KC_EIO;
	ok = write_all(fd, data);
	saved = errno;
	ok = close(fd) == 0 && ok;
	errno = saved;
	return ok ? KC_OK : KC_EIO;
}

/* Beside a file, flushed, and given its name. */
static enum kc_err
replace(const char *path, struct kc_slice data, mode_t mode)
{
	char temp[KC_PATH_SIZE], dir[KC_PATH_SIZE];
	int fd, saved, n;

	n = snprintf(temp, sizeof(temp), "%s.%ld.tmp", path, (long)getpid());
	if (n < 0 || n >= (int)sizeof(temp))
		return KC_ETOOBIG;
	parent(dir, path);
	if (kc_dir_make(dir, 0755) != KC_OK)
		return KC_EIO;
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return KC_EIO;
	if (write_all(fd, data) && fsync(fd) == 0 && close(fd) == 0) {
		if (rename(temp, path) == 0)
			return KC_OK;
	} else {
		saved = errno;
		close(fd);
		errno = saved;
	}
	saved = errno;
	unlink(temp);
	errno = saved;
	return KC_EIO;
}

enum kc_err
kc_file_save(const char *path, struct kc_slice data, mode_t mode)
{
	struct stat st, named;
	char *real;
	enum kc_err err;

	if (strcmp(path, "-") == 0)
		return kc_put(stdout, data) ? KC_OK : KC_EIO;
	if (is_special(path, &st))
		return pour(path, data);
	/* Where the system does not let a link be followed, or nothing is at
	 * its end, the link is replaced. */
	if (stat(path, &st) != 0 || lstat(path, &named) != 0)
		return replace(path, data, mode);
	if (!S_ISLNK(named.st_mode))
		return replace(path, data, mode & st.st_mode);
	real = realpath(path, NULL);
	err = real != NULL ? replace(real, data, mode & st.st_mode) : KC_EIO;
	free(real);
	return err;
}

enum kc_err
kc_file_update(
    const char *path, struct kc_slice data, mode_t mode, bool *changed)
{
	struct kc_buf old = {0};
	bool same;

	same = kc_file_load(path, data.n, &old) == KC_OK &&
	    kc_slice_eq(kc_buf_view(&old), data);
	kc_buf_free(&old);
	if (changed != NULL)
		*changed = !same;
	return same ? KC_OK : kc_file_save(path, data, mode);
}

/* --- names in a directory --- */
bool
kc_name_ends(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

enum kc_err
kc_dir_names(
    const char *dir, const char *end, const char *other, struct kc_names *out)
{
	int n = scandir(dir, &out->v, NULL, by_name);

	out->n = 0;
	if (n < 0) {
		out->v = NULL;
		return errno == ENOENT ? KC_ENOTFOUND : KC_EIO;
	}
	for (int i = 0; i < n; i++) {
		const char *name = out->v[i]->d_name;

		if (kc_name_ends(name, end) ||
		    (other != NULL && kc_name_ends(name, other)))
			out->v[out->n++] = out->v[i];
		else
			free(out->v[i]);
	}
	return KC_OK;
}

const char *
kc_names_get(const struct kc_names *names, size_t i)
{
	return names->v[i]->d_name;
}

void
kc_names_free(struct kc_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	free(names->v);
	*names = (struct kc_names){0};
}

/* --- where a user's own files are --- */
/* NAME below the directory of an XDG variable, or below one of HOME. */
static enum kc_err
xdg_path(char out[KC_PATH_SIZE], const char *variable, const char *below,
    const char *name)
{
	const char *dir = getenv(variable);
	const char *user = getenv("HOME");
	char base[KC_PATH_SIZE], own[KC_PATH_SIZE];
	enum kc_err err = KC_OK;

	if (dir == NULL || dir[0] != '/') {
		if (user == NULL || user[0] == '\0')
			return KC_ENOTFOUND;
		err = kc_path_join(base, user, below);
		dir = base;
	}
	if (err == KC_OK)
		err = kc_path_join(own, dir, "kaocheng");
	return err == KC_OK ? kc_path_join(out, own, name) : err;
}

enum kc_err
kc_state_path(char out[KC_PATH_SIZE], const char *name)
{
	return xdg_path(out, "XDG_STATE_HOME", ".local/state", name);
}

enum kc_err
kc_config_path(char out[KC_PATH_SIZE], const char *name)
{
	return xdg_path(out, "XDG_CONFIG_HOME", ".config", name);
}
