/* SPDX-License-Identifier: Apache-2.0 */
/* Test Anything Protocol for programs that are one long story each. */
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned count, failed;

bool
tap_ok(bool good, const char *what, ...)
{
	va_list ap;

	printf("%sok %u - ", good ? "" : "not ", ++count);
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	failed += !good;
	return good;
}

void
tap_skip(const char *what, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++count, what, why);
	fflush(stdout);
}

void
tap_note(const char *text, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, text);
	vprintf(text, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

int
tap_done(void)
{
	printf("1..%u\n", count);
	fflush(stdout);
	return failed != 0;
}

unsigned
tap_number(const char *name, unsigned def)
{
	const char *text = getenv(name);

	return text != NULL ? (unsigned)strtoul(text, NULL, 10) : def;
}
