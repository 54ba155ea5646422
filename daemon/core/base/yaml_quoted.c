/* SPDX-License-Identifier: Apache-2.0 */
/* Single-quoted scalars: YAML 1.2.2, 7.3.2 and 6.5 (flow folding). */
#include "yaml.h"

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Appends a line in which '' stands for a quote; returns the end. */
static char *
put_line(char *to, struct kc_slice line)
{
	for (size_t i = 0; i < line.n; i++) {
		*to++ = line.p[i];
		if (line.p[i] == '\'')
			i++;
	}
	return to;
}

/* One break is a space; of more, each but the first is kept. */
static char *
put_breaks(char *to, size_t breaks)
{
	if (breaks == 1)
		*to++ = ' ';
	for (; breaks > 1; breaks--)
		*to++ = '\n';
	return to;
}

size_t
kc_yaml_unquote(struct kc_slice raw, char *out)
{
	struct kc_slice line;
	size_t breaks = 0; /* since the last line with text, or the quote */
	bool first = true, more = true;
	char *to = out;

	while (more) {
		more = kc_slice_cut(&raw, '\n', &line);
		if (!more)
			line = raw;
		for (; !first && line.n > 0 && blank(line.p[0]); line.n--)
			line.p++;
		while (more && line.n > 0 && blank(line.p[line.n - 1]))
			line.n--;
		if (first || line.n > 0 || !more) {
			to = put_line(put_breaks(to, breaks), line);
			breaks = 0;
		}
		breaks++;
		first = false;
	}
	return (size_t)(to - out);
}
