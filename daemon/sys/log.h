/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: one line an event on standard error, "<N>event=… key=value …",
 * N the syslog level that a supervisor understands. A value that could be
 * mistaken for more than itself is quoted and escaped. errno is preserved.
 * Never a secret, never a note's text.
 */
#ifndef KC_SYS_LOG_H
#define KC_SYS_LOG_H

#include <kaocheng/bytes.h>

enum kc_log_level {
	KC_LOG_ERROR = 3,
	KC_LOG_WARNING = 4,
	KC_LOG_INFO = 6,
	KC_LOG_DEBUG = 7
};

#define KC_LOG_LINE_MAX 1024 /* longer lines are cut */

/* A line in the making; thread-safe as long as each thread has its own. */
struct kc_line {
	bool on;
	int saved_errno;
	size_t n;
	char line[KC_LOG_LINE_MAX];
};

/* Lines above this level are dropped. Any thread. */
void kc_log_set_level(int level);
/* Lines go here (2 at the start); for tests. */
void kc_log_set_fd(int fd);

void kc_log_begin(struct kc_line *l, int level, const char *event);
void kc_log_str(struct kc_line *l, const char *key, const char *value);
void kc_log_slice(struct kc_line *l, const char *key, struct kc_slice value);
void kc_log_i64(struct kc_line *l, const char *key, int64_t value);
/* error="text of errno as it was at kc_log_begin" */
void kc_log_errno(struct kc_line *l);
/* Writes the line with one call. */
void kc_log_end(struct kc_line *l);
/* A whole line that is key=value already; controls are escaped. */
void kc_log_line(int level, const char *line);

#endif
