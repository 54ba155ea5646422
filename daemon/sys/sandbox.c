/* SPDX-License-Identifier: Apache-2.0 */
/* Gives up what the daemon never needs. */
#include "sys/sandbox.h"

#include <limits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
