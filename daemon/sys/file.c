/* SPDX-License-Identifier: Apache-2.0 */
/* Small files read whole. */
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum kc_err
check(int fd, bool secret)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return KC_EIO;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return KC_EIO;
	}
	if (secret &&
	    ((st.st_mode & 077) != 0 ||
		(st.st_uid != geteuid() && st.st_uid != 0)))
		return KC_EINVAL;
	return KC_OK;
}

static enum kc_err
read_all(struct kc_buf *out, int fd, size_t max)
{
	char part[4096];
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return KC_EIO;
		total += (size_t)n;
		if (total > max)
			return KC_ETOOBIG;
		kc_buf_put(out, part, (size_t)n);
	}
	explicit_bzero(part, sizeof(part));
	return kc_buf_err(out);
}

enum kc_err
kc_file_read(struct kc_buf *out, const char *path, size_t max, bool secret)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, secret ? flags | O_NOFOLLOW : flags);
	int saved;
	enum kc_err err;

	if (fd < 0 && secret && errno == ELOOP)
		return KC_EINVAL;
	if (fd < 0)
		return errno == ENOENT ? KC_ENOTFOUND : KC_EIO;
	err = check(fd, secret);
	if (err == KC_OK)
		err = read_all(out, fd, max);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return err;
}

enum kc_err
kc_file_dir(char *out, size_t size, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct kc_slice before = {path, 1};

	if (slash == NULL)
		before = KC_LIT(".");
	else if (slash != path)
		before.n = (size_t)(slash - path);
	return kc_slice_copy(out, size, before) ? KC_OK : KC_EINVAL;
}

static enum kc_err
sync_dir(const char *path)
{
	char dir[4096];
	enum kc_err err = kc_file_dir(dir, sizeof(dir), path);
	int fd;

	if (err != KC_OK)
		return err;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		err = KC_EIO;
	if (fd >= 0)
		(void)close(fd);
	return err;
}

enum kc_err
kc_file_make(const char *path, struct kc_slice bytes)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	enum kc_err err = KC_OK;

	if (fd < 0)
		return errno == EEXIST ? KC_EINVAL : KC_EIO;
	if (write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n || fsync(fd) != 0)
		err = KC_EIO;
	(void)close(fd);
	if (err == KC_OK)
		err = sync_dir(path);
	if (err != KC_OK)
		(void)unlink(path);
	return err;
}

enum kc_err
kc_file_remove(const char *path)
{
	if (unlink(path) != 0)
		return errno == ENOENT ? KC_ENOTFOUND : KC_EIO;
	return sync_dir(path);
}

enum kc_err
kc_file_key(struct kc_skey *out, const char *path, struct kc_buf *detail)
{
	struct kc_buf file = {0};
	struct kc_vkey vkey;
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;
	enum kc_err err = kc_file_read(&file, path, KC_KEYFILE_MAX, true);

	if (err == KC_EINVAL)
		kc_buf_str(detail,
		    "must be a regular file of ours, mode 0600, no link");
	if (err == KC_OK)
		err = kc_keyfile_peek(kc_buf_view(&file), &vkey, &lock);
	if (err == KC_OK && lock != KC_KEYFILE_OPEN) {
		kc_buf_str(detail,
		    lock == KC_KEYFILE_AGENT
			? "is held by an agent, and a daemon has none"
			: "is under a passphrase, and nobody is here to type "
			  "it");
		err = KC_EINVAL;
	}
	if (err == KC_OK)
		err = kc_keyfile_decode(out, kc_buf_view(&file), NULL);
	if (file.p != NULL)
		explicit_bzero(file.p, file.cap);
	kc_buf_free(&file);
	return err;
}

size_t
kc_file_keys_beside(
    const char *path, const struct kc_vkey *own, struct kc_skey *v, size_t max)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t stem = strcspn(base, "."), n = 0;
	char dir[PATH_MAX], file[PATH_MAX];
	struct kc_buf detail = {0};
	struct dirent *e;
	DIR *list = NULL;

	if (kc_file_dir(dir, sizeof(dir), path) == KC_OK)
		list = opendir(dir);
	while (list != NULL && n < max && (e = readdir(list)) != NULL) {
		int len = snprintf(file, sizeof(file), "%s/%s", dir, e->d_name);

		if (strncmp(e->d_name, base, stem) != 0 ||
		    e->d_name[stem] != '.' || len < 0 ||
		    (size_t)len >= sizeof(file))
			continue;
		if (kc_file_key(&v[n], file, &detail) == KC_OK &&
		    strcmp(v[n].vkey.name, own->name) == 0 &&
		    !kc_vkey_eq(&v[n].vkey, own))
			n++;
		else
			kc_skey_wipe(&v[n]); /* another's is not kept */
	}
	if (list != NULL)
		(void)closedir(list);
	kc_buf_free(&detail);
	return n;
}

const char *
kc_file_place_fault(const char *path, bool ours)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return NULL;
	if ((st.st_mode & S_IWOTH) != 0)
		return "everybody may write to it";
	if (ours && st.st_uid != geteuid() && st.st_uid != 0)
		return "it belongs to another user";
	return NULL;
}

uid_t
kc_file_overflow_uid(void)
{
	struct kc_buf text = {0};
	struct kc_slice rest, line;
	uint64_t uid = 65534;

	/* Files of /proc have no size, and this one no need of one. */
	if (kc_file_read(&text, "/proc/sys/kernel/overflowuid", 64, false) ==
	    KC_OK) {
		rest = kc_buf_view(&text);
		if (kc_slice_line(&rest, &line))
			(void)kc_read_u64(line, UINT32_MAX, &uid);
	}
	kc_buf_free(&text);
	return (uid_t)uid;
}
