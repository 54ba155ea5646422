/* SPDX-License-Identifier: Apache-2.0 */
/* Output in the charset of the reader's locale, by iconv. */
#include "charset.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct converted {
	FILE *to; /* the stream as it was */
	iconv_t cd;
	char held[8]; /* the begin of a character whose rest is to come */
	size_t nheld;
};

static char charset[64];
static FILE *plain_stdout;
static struct converted streams[2];

/* "GB18030" of "zh_CN.GB18030@x"; "" for none and for UTF-8. */
static void
find_charset(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *v = NULL, *dot;
	size_t n;

	for (size_t i = 0; (v == NULL || v[0] == '\0') && i < 3; i++)
		v = getenv(names[i]);
	dot = v != NULL ? strchr(v, '.') : NULL;
	n = dot != NULL ? strcspn(dot + 1, "@") : 0;
	if (n == 0 || n >= sizeof(charset))
		return;
	memcpy(charset, dot + 1, n);
	charset[n] = '\0';
	if (strcasecmp(charset, "UTF-8") == 0 ||
	    strcasecmp(charset, "UTF8") == 0)
		charset[0] = '\0';
}

/* Puts what iconv made; a character that the charset lacks is a '?'. */
static bool
convert(struct converted *c, char *in, size_t left)
{
	while (left > 0) {
		char out[4096], *to = out;
		size_t room = sizeof(out), before = left;
		size_t rc = iconv(c->cd, &in, &left, &to, &room);

		if (to > out && fwrite(out, 1, (size_t)(to - out), c->to) == 0)
			return false;
		if (rc != (size_t)-1 || left < before)
			continue;
		if (left < 4 && left < sizeof(c->held)) {
			/* perhaps half a character: its rest may follow */
			memcpy(c->held, in, left);
			c->nheld = left;
			return true;
		}
		do {
			in++;
			left--;
		} while (left > 0 && (*in & 0xC0) == 0x80);
		if (fputc('?', c->to) == EOF)
			return false;
	}
	return true;
}

static ssize_t
write_converted(void *cookie, const char *text, size_t n)
{
	struct converted *c = cookie;
	size_t held = c->nheld;
	char *in = malloc(held + n);
	bool ok = in != NULL;

	if (ok) {
		memcpy(in, c->held, held);
		memcpy(in + held, text, n);
		c->nheld = 0;
		ok = convert(c, in, held + n) && fflush(c->to) == 0;
	}
	free(in);
	return ok ? (ssize_t)n : 0;
}

static FILE *
converting(struct converted *c, FILE *to)
{
	cookie_io_functions_t io = {.write = write_converted};
	FILE *f;

	c->to = to;
	c->cd = iconv_open(charset, "UTF-8");
	f = c->cd != (iconv_t)-1 ? fopencookie(c, "w", io) : NULL;
	return f != NULL ? f : to;
}

void
kc_charset_use(void)
{
	plain_stdout = stdout;
	find_charset();
	if (charset[0] == '\0')
		return;
	stdout = converting(&streams[0], stdout);
	stderr = converting(&streams[1], stderr);
	(void)setvbuf(stderr, NULL, _IONBF, 0);
}

void
kc_charset_bytes(void)
{
	(void)fflush(stdout);
	stdout = plain_stdout;
}

bool
kc_charset_read(const char *typed, char *out, size_t size)
{
	char copy[256], *in = copy;
	size_t left = strlen(typed), room = size - 1;
	iconv_t cd;
	bool ok;

	if (left >= sizeof(copy) || size == 0)
		return false;
	memcpy(copy, typed, left + 1);
	cd = iconv_open("UTF-8", charset[0] != '\0' ? charset : "UTF-8");
	ok = cd != (iconv_t)-1 &&
	    iconv(cd, &in, &left, &out, &room) != (size_t)-1;
	*out = '\0';
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	return ok;
}
