/* SPDX-License-Identifier: Apache-2.0 */
/* Gives up what the daemon never needs. */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 65536

enum kc_err
kc_sandbox_enter(void)
{
	struct rlimit none = {0, 0}, files;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return KC_EIO;
	(void)umask(077);
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return KC_EIO;
	files.rlim_cur =
	    files.rlim_max < DESCRIPTORS_MAX ? files.rlim_max : DESCRIPTORS_MAX;
	return setrlimit(RLIMIT_NOFILE, &files) == 0 ? KC_OK : KC_EIO;
}

unsigned
kc_sandbox_descriptors(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 256;
	return files.rlim_cur > INT_MAX ? INT_MAX : (unsigned)files.rlim_cur;
}

/* --- files --- */
/* What a newer kernel than the headers can handle is not asked of it. */
#define FILE_READ LANDLOCK_ACCESS_FS_READ_FILE
#define FILE_WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define FILE_EXEC LANDLOCK_ACCESS_FS_EXECUTE
#define DIR_READ LANDLOCK_ACCESS_FS_READ_DIR
#define DIR_WRITE                                                              \
	(LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |      \
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |       \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |       \
	    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |     \
	    LANDLOCK_ACCESS_FS_MAKE_SYM)

static enum kc_err
allow(int rules, const struct kc_sandbox_place *place)
{
	struct landlock_path_beneath_attr rule = {.parent_fd = -1};
	struct stat st;
	enum kc_err err = KC_EIO;
	bool dir;

	rule.parent_fd = open(place->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES
		    ? KC_OK
		    : KC_EIO;
	if (fstat(rule.parent_fd, &st) != 0)
		goto out;
	dir = S_ISDIR(st.st_mode);
	rule.allowed_access = FILE_READ;
	if (dir)
		rule.allowed_access |= DIR_READ;
	if (place->exec)
		rule.allowed_access |= FILE_EXEC;
	if (place->write)
		rule.allowed_access |= FILE_WRITE | (dir ? DIR_WRITE : 0U);
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		&rule, 0) == 0)
		err = KC_OK;
out:
	(void)close(rule.parent_fd);
	return err;
}

enum kc_err
kc_sandbox_files(const struct kc_sandbox_place *v, size_t n)
{
	const struct landlock_ruleset_attr handled = {
	    FILE_READ | FILE_WRITE | FILE_EXEC | DIR_READ | DIR_WRITE};
	int rules = (int)syscall(
	    SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	enum kc_err err = KC_OK;

	if (rules < 0)
		/* EPERM: a container's filter of calls has it not. */
		return errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM
		    ? KC_ENOTFOUND
		    : KC_EIO;
	for (size_t i = 0; err == KC_OK && i < n; i++)
		err = allow(rules, &v[i]);
	if (err == KC_OK && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		err = KC_EIO;
	(void)close(rules);
	return err;
}
