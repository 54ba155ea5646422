/* SPDX-License-Identifier: Apache-2.0 */
/* What goes on until it is told to end. */
#include "ending.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t told_to_end;

static void
end(int signo)
{
	(void)signo;
	told_to_end = 1;
}

void
kc_ending_catch(void)
{
	struct sigaction act = {.sa_handler = end};

	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
}

bool
kc_ending_told(void)
{
	return told_to_end != 0;
}
