/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of policies and calendars for tests. */
#include "policykit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/bytes.h>

char *
kit_file(const char *path)
{
	char full[1024];
	struct kc_buf b = {0};
	char part[4096];
	FILE *f;
	size_t n;

	(void)snprintf(full, sizeof(full), "%s/%s", KC_SRCDIR, path);
	f = fopen(full, "rb");
	if (f == NULL)
		fail_msg("cannot open %s", full);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		kc_buf_put(&b, part, n);
	(void)fclose(f);
	(void)kc_buf_cstr(&b);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	return b.p;
}

char *
kit_text(const char *path, const char *from, const char *to)
{
	char *file = kit_file(path), *at = file, *hit;
	struct kc_buf b = {0};

	kc_buf_str(&b, "text=");
	while (from != NULL && (hit = strstr(at, from)) != NULL) {
		kc_buf_put(&b, at, (size_t)(hit - at));
		kc_buf_str(&b, to);
		at = hit + strlen(from);
	}
	assert_true(from == NULL || at != file);
	kc_buf_str(&b, at);
	while (b.n > 0 && b.p[b.n - 1] == '\n')
		b.n--;
	(void)kc_buf_cstr(&b);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	kc_free(file);
	return b.p;
}

/* Takes out the text from `from` up to the next `to`, if it is there. */
static void
drop(char *text, const char *from, const char *to)
{
	char *at = strstr(text, from), *end;

	if (at == NULL)
		return;
	end = strstr(at, to);
	assert_non_null(end);
	memmove(at, end, strlen(end) + 1);
}

/* The line of the key, and its section if nothing else is in it. */
void
policy_without(char *policy, const char *path)
{
	const char *dot = strchr(path, '.');
	char section[40], line[60], *at, *end;

	(void)snprintf(
	    section, sizeof(section), "\n%.*s:\n", (int)(dot - path), path);
	(void)snprintf(line, sizeof(line), "\n  %s: ", dot + 1);
	at = strstr(policy, section);
	end = at == NULL ? NULL : strstr(at, "\n\n");
	at = at == NULL ? NULL : strstr(at, line);
	if (at != NULL && at < end)
		drop(at, line, strchr(at + 1, '\n'));
	(void)snprintf(line, sizeof(line), "%s\n", section);
	drop(policy, line, "\n\n"); /* nothing is left of it */
}

/* Takes out the examples of a form: name, form and what is wanted, a line each;
 * the last may have no line feed. */
static void
drop_examples(char *policy, const char *form)
{
	char line[40], *at, *end;

	(void)snprintf(line, sizeof(line), "\n    %s: ", form);
	while ((at = strstr(policy, line)) != NULL) {
		end = strchr(strchr(at + 1, '\n') + 1, '\n');
		if (end == NULL)
			end = at + strlen(at);
		while (at > policy && *--at != '\n')
			;
		memmove(at, end, strlen(end) + 1);
	}
}

void
policy_older(char *policy, unsigned epoch)
{
	static const struct {
		const char *path;
		unsigned since;
	} keys[] = {
#define X(num, since, sym, path, type, dflt, min, max, zh, en) {path, since},
#include <kaocheng/defs/policy_keys.def>
#undef X
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].since > epoch)
			policy_without(policy, keys[i].path);
	if (epoch < 3) {
		drop_examples(policy, "grades");
		drop_examples(policy, "ballots");
	}
	if (epoch > 1)
		return;
	drop(policy, "\nremind:\n", "\nneg:\n");
	for (char *mark; (mark = strstr(policy, "{ mark: ")) != NULL;)
		drop(mark + 2, "mark: ", "source: ");
}
