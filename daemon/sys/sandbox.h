/* SPDX-License-Identifier: Apache-2.0 */
/* What the process gives up before it reads a key. */
#ifndef KC_SYS_SANDBOX_H
#define KC_SYS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include <kaocheng/err.h>

/* No new privileges, no core file, not traceable, umask 077, descriptors up
 * to the hard limit. KC_EIO with errno. */
enum kc_err kc_sandbox_enter(void);
/* Descriptors that this process may have open. */
unsigned kc_sandbox_descriptors(void);

/* A file, or a directory with all that is in it. */
struct kc_sandbox_place {
	const char *path;
	bool write, exec;
};
/* From now on this thread and those it starts, and their children, open no
 * other file: Landlock. A place that is not there is passed over. KC_ENOTFOUND:
 * this kernel cannot; KC_EIO with errno. */
enum kc_err kc_sandbox_files(const struct kc_sandbox_place *v, size_t n);
/* Calls that a program which talks to servers never makes fail from now on,
 * here and in its children: tracing, mounting, modules, keys of the kernel,
 * and `exec` itself unless it is allowed. KC_EIO with errno. */
enum kc_err kc_sandbox_calls(bool exec);

#endif
