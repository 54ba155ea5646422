/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB reads through a map. A file that is cut short, overwritten, or that
 * the disk does not give while it is mapped shows as a signal or as one of
 * LMDB's assertions; here it becomes a line and an exit code.
 */
#include "store_int.h"

#include <assert.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 256

/* Set while this thread is inside LMDB: a fault elsewhere is our own. */
static _Thread_local volatile sig_atomic_t inside;
static volatile sig_atomic_t exit_code;

void
kc_trap_enter(void)
{
	inside++;
}

void
kc_trap_leave(void)
{
	assert(inside > 0);
	inside--;
}

/* Only calls that are safe in a signal handler. */
static size_t
put(char *line, size_t n, const char *text)
{
	while (*text != '\0' && n < LINE_MAX_BYTES - 3) {
		char c = *text++;

		line[n++] = c == '"' || c < ' ' ? '\'' : c;
	}
	return n;
}

void
kc_trap_die(const char *what)
{
	char line[LINE_MAX_BYTES];
	size_t n = put(line, 0, "<3>event=storage-failed detail=");
	ssize_t written;

	line[n++] = '"';
	n = put(line, n, what);
	line[n++] = '"';
	line[n++] = '\n';
	written = write(STDERR_FILENO, line, n);
	(void)written;
	_exit(exit_code != 0 ? (int)exit_code : 1);
}

static void
on_fault(int number)
{
	/* A bus error has no other cause here than a file. */
	if (number == SIGBUS || inside > 0)
		kc_trap_die(number == SIGBUS
			? "the ledger's file cannot be read: cut short, or "
			  "an error of the disk"
			: "the ledger's file was overwritten");
	(void)signal(number, SIG_DFL); /* it comes again, and ends us */
}

void
kc_store_trap(int code)
{
	static const int numbers[] = {SIGBUS, SIGSEGV};
	struct sigaction a;

	exit_code = code;
	memset(&a, 0, sizeof(a));
	a.sa_handler = on_fault;
	(void)sigemptyset(&a.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sigaction(numbers[i], &a, NULL);
}
