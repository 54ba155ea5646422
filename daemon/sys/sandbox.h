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
 * this kernel, or the container, cannot; KC_EIO with errno. */
enum kc_err kc_sandbox_files(const struct kc_sandbox_place *v, size_t n);
/* Which calls of the kernel a process may make from now on, it, its threads to
 * come and its children; any other fails with EPERM. Each has what the one
 * before it has. */
enum kc_calls {
	KC_CALLS_PLAIN,   /* files, memory, what is open: no new socket */
	KC_CALLS_THREADS, /* threads besides */
	KC_CALLS_SERVING, /* sockets besides; no program */
	KC_CALLS_PARENT,  /* programs of ours, which give up more themselves */
	/* All but tracing, mounting, modules, clocks, keys of the kernel and
	 * the like: where programs that are not ours are started. */
	KC_CALLS_PROGRAMS
};
/* With libseccomp; no new privileges are held already (kc_sandbox_enter).
 * KC_EIO with errno, KC_ENOMEM. */
enum kc_err kc_sandbox_calls(enum kc_calls calls);

#endif
