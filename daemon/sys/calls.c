/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls of the kernel a process of ours may make. */
#include "sys/sandbox.h"

#include <errno.h>

#include <seccomp.h>

/* A debugger of memory or of threads looks at its own process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What is read, computed and written with what is open already. A name that
 * this architecture does not have is passed over. */
static const char *const plain[] = {"access", "alarm", "arch_prctl", "brk",
    "capget", "chmod", "clock_getres", "clock_gettime", "clock_nanosleep",
    "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "exit",
    "exit_group", "faccessat", "faccessat2", "fadvise64", "fallocate", "fchmod",
    "fchmodat", "fchown", "fcntl", "fdatasync", "flock", "fstat", "fstatfs",
    "fsync", "ftruncate", "futex", "futex_waitv", "getcpu", "getcwd",
    "getdents64", "getegid", "geteuid", "getgid", "getgroups", "getpgid",
    "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid",
    "getresuid", "getrlimit", "getrusage", "getsid", "get_robust_list",
    "gettid", "gettimeofday", "getuid", "ioctl", "kill", "link", "linkat",
    "lseek", "lstat", "madvise", "membarrier", "mincore", "mkdir", "mkdirat",
    "mlock", "mlock2", "mmap", "mprotect", "mremap", "msync", "munlock",
    "munmap", "nanosleep", "newfstatat", "open", "openat", "openat2", "pause",
    "pipe", "pipe2", "poll", "ppoll", "prctl", "pread64", "preadv", "preadv2",
    "prlimit64", "pselect6", "pwrite64", "pwritev", "pwritev2", "read",
    "readahead", "readlink", "readlinkat", "readv", "recvfrom", "recvmsg",
    "rename", "renameat", "renameat2", "restart_syscall", "rmdir", "rseq",
    "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_tgsigqueueinfo",
    "sched_getaffinity", "sched_yield", "seccomp", "select", "sendfile",
    "sendmsg", "sendto", "set_robust_list", "setrlimit", "set_tid_address",
    "sigaltstack", "stat", "statfs", "statx", "symlink", "symlinkat",
    "sync_file_range", "sysinfo", "tgkill", "time", "times", "truncate",
    "umask", "uname", "unlink", "unlinkat", "utimensat", "write", "writev"};
/* What one with threads does besides. */
static const char *const threads[] = {"clone", "clone3", "sched_getattr",
    "sched_get_priority_max", "sched_get_priority_min", "sched_getparam",
    "sched_getscheduler", "setpriority"};
/* What one who serves or asks over a network does besides. */
static const char *const serving[] = {"accept", "accept4", "bind", "connect",
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2",
    "epoll_wait", "eventfd", "eventfd2", "getpeername", "getsockname",
    "getsockopt", "listen", "recvmmsg", "sendmmsg", "setsockopt", "shutdown",
    "signalfd4", "socket", "socketpair", "timerfd_create", "timerfd_gettime",
    "timerfd_settime"};
/* What one who starts such processes does besides. */
static const char *const parent[] = {"chdir", "execve", "fork",
    "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self",
    "setpgid", "setsid", "vfork", "wait4", "waitid"};
/* What a sanitizer does on its own. */
static const char *const sanitizer[] = {"clone", "clone3", "fork", "getdents",
    "personality", "process_vm_readv", "ptrace", "wait4"};
/* Where programs are started that are not ours: what none of them may. */
static const char *const never[] = {"acct", "add_key", "adjtimex", "bpf",
    "chroot", "clock_adjtime", "clock_settime", "delete_module", "finit_module",
    "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter",
    "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp",
    "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mount",
    "mount_setattr", "move_mount", "name_to_handle_at", "nfsservctl",
    "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd",
    "pivot_root", "process_madvise", "process_vm_readv", "process_vm_writev",
    "ptrace", "quotactl", "reboot", "request_key", "setdomainname",
    "sethostname", "setns", "settimeofday", "swapoff", "swapon", "syslog",
    "umount", "umount2", "unshare", "uselib", "userfaultfd", "vhangup"};

static int
add(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call != __NR_SCMP_ERROR && call >= 0)
			rc = seccomp_rule_add(filter, action, call, 0);
	}
	return rc;
}

static int
add_all(scmp_filter_ctx filter, enum kc_calls calls)
{
	int rc;

	if (calls == KC_CALLS_PROGRAMS)
		return add(filter, SCMP_ACT_ERRNO(EPERM), never, COUNT(never));
	rc = add(filter, SCMP_ACT_ALLOW, plain, COUNT(plain));
	if (rc == 0 && calls != KC_CALLS_PLAIN)
		rc = add(filter, SCMP_ACT_ALLOW, threads, COUNT(threads));
	if (rc == 0 && calls != KC_CALLS_PLAIN && calls != KC_CALLS_THREADS)
		rc = add(filter, SCMP_ACT_ALLOW, serving, COUNT(serving));
	if (rc == 0 && calls == KC_CALLS_PARENT)
		rc = add(filter, SCMP_ACT_ALLOW, parent, COUNT(parent));
	if (rc == 0 && SANITIZED)
		rc = add(filter, SCMP_ACT_ALLOW, sanitizer, COUNT(sanitizer));
	return rc;
}

enum kc_err
kc_sandbox_calls(enum kc_calls calls)
{
	scmp_filter_ctx filter =
	    seccomp_init(calls == KC_CALLS_PROGRAMS ? SCMP_ACT_ALLOW
						    : SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (filter == NULL)
		return KC_ENOMEM;
	/* A tree of comparisons in place of a list. */
	rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_all(filter, calls);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	errno = -rc;
	return rc == 0 ? KC_OK : rc == -ENOMEM ? KC_ENOMEM : KC_EIO;
}
