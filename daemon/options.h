/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the daemon, and the configuration that it names. */
#ifndef KC_OPTIONS_H
#define KC_OPTIONS_H

#include "sys/config.h"

struct kc_options {
	const char *file, *dir, *test_clock, *try_reminder;
	bool check, reseed_anchor, restored;
};

/* -1: go on; else the exit code: what was asked for is printed. */
int kc_options_parse(struct kc_options *o, int argc, char **argv);
/* Configured is the file; with --dir, its file if there is one. NULL: it is
 * not in order, and a line was logged. Freed with kc_free. */
struct kc_config *kc_options_config(const struct kc_options *o);
/* Prints and flushes; the exit code. */
int kc_options_print(const char *text);

#endif
