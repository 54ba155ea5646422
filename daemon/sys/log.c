/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines: built in place, escaped, written with one call. */
#include "sys/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Atomic int level_max = KC_LOG_INFO;
static _Atomic int log_fd = STDERR_FILENO;

void
kc_log_set_level(int level)
{
	atomic_store(&level_max, level);
}

void
kc_log_set_fd(int fd)
{
	atomic_store(&log_fd, fd);
}

/* One byte is always left for the LF. */
static void
put(struct kc_line *l, const char *p, size_t n)
{
	size_t room = sizeof(l->line) - 1 - l->n;

	if (n > room)
		n = room;
	memcpy(l->line + l->n, p, n);
	l->n += n;
}

static void
put_escaped(struct kc_line *l, unsigned char c)
{
	char hex[5];

	if (c == '\n')
		put(l, "\\n", 2);
	else if (c == '\r')
		put(l, "\\r", 2);
	else if (c == '"' || c == '\\')
		put(l, (const char[]){'\\', (char)c}, 2);
	else if (c < 0x20 || c == 0x7f)
		put(l, hex, (size_t)snprintf(hex, sizeof(hex), "\\x%02x", c));
	else
		put(l, (const char *)&c, 1);
}

/* May the value stand without quotes? */
static bool
plain(struct kc_slice v)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if (c <= 0x20 || c >= 0x7f || c == '"' || c == '=' || c == '\\')
			return false;
	}
	return v.n > 0;
}

void
kc_log_begin(struct kc_line *l, int level, const char *event)
{
	char prefix[8];

	l->on = level <= atomic_load_explicit(&level_max, memory_order_relaxed);
	l->saved_errno = errno;
	l->n = 0;
	if (!l->on)
		return;
	put(l, prefix, (size_t)snprintf(prefix, sizeof(prefix), "<%d>", level));
	put(l, "event=", 6);
	put(l, event, strlen(event));
}

void
kc_log_slice(struct kc_line *l, const char *key, struct kc_slice value)
{
	size_t bad = kc_text_scan(value);

	if (!l->on)
		return;
	put(l, " ", 1);
	put(l, key, strlen(key));
	put(l, "=", 1);
	if (plain(value)) {
		put(l, value.p, value.n);
		return;
	}
	put(l, "\"", 1);
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		char hex[5];

		/* From the first byte that is no clean text on, none of the
		 * high ones passes: invalid UTF-8, overrides, C1. */
		if (c >= 0x80 && bad < value.n)
			put(l, hex,
			    (size_t)snprintf(hex, sizeof(hex), "\\x%02x", c));
		else
			put_escaped(l, c);
	}
	put(l, "\"", 1);
}

void
kc_log_str(struct kc_line *l, const char *key, const char *value)
{
	kc_log_slice(l, key, kc_slice_str(value == NULL ? "" : value));
}

void
kc_log_i64(struct kc_line *l, const char *key, int64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)value);

	kc_log_slice(l, key, (struct kc_slice){text, (size_t)n});
}

void
kc_log_errno(struct kc_line *l)
{
	char text[128];

	kc_log_str(l, "error", strerror_r(l->saved_errno, text, sizeof(text)));
}

void
kc_log_end(struct kc_line *l)
{
	ssize_t ignored;

	if (l->on) {
		l->line[l->n++] = '\n';
		/* Nobody is left to tell if this fails. */
		ignored = write(atomic_load(&log_fd), l->line, l->n);
		(void)ignored;
	}
	errno = l->saved_errno;
}

void
kc_log_line(int level, const char *line)
{
	struct kc_line l;
	char prefix[8];

	l.on = level <= atomic_load_explicit(&level_max, memory_order_relaxed);
	l.saved_errno = errno;
	l.n = 0;
	if (!l.on)
		return;
	put(&l, prefix,
	    (size_t)snprintf(prefix, sizeof(prefix), "<%d>", level));
	for (; *line != '\0'; line++) {
		unsigned char c = (unsigned char)*line;

		if (c < 0x20 || c == 0x7f)
			put_escaped(&l, c);
		else
			put(&l, line, 1);
	}
	kc_log_end(&l);
}
