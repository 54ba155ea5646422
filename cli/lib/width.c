/* SPDX-License-Identifier: Apache-2.0 */
/* How wide text is on a terminal. */
#include "width.h"

#include <stdio.h>
#include <wchar.h>

size_t
kc_text_width(struct kc_slice s)
{
	mbstate_t state = {0};
	size_t width = 0;

	while (s.n > 0) {
		wchar_t c;
		size_t n = mbrtowc(&c, s.p, s.n, &state);
		int w;

		if (n == (size_t)-1 || n == (size_t)-2 || n == 0)
			return width + s.n;
		w = wcwidth(c);
		width += w > 0 ? (size_t)w : 0;
		s.p += n;
		s.n -= n;
	}
	return width;
}

void
kc_put_padded(FILE *to, const char *text, size_t width)
{
	size_t n = kc_text_width(kc_slice_str(text));

	fputs(text, to);
	for (; n < width; n++)
		putc(' ', to);
}
