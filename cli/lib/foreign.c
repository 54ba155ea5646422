/* SPDX-License-Identifier: Apache-2.0 */
/* Text that others wrote, made harmless for a terminal. */
#include "foreign.h"

#include <string.h>

/* Bytes of the character at s.p that was found bad: all of a control or an
 * override that is well formed, one of what is no UTF-8. */
static size_t
bad_length(struct kc_slice s)
{
	size_t n = 1;

	if ((unsigned char)s.p[0] < 0xC2)
		return 1;
	while (n < s.n && n < 4 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n++;
	return n;
}

void
kc_buf_foreign(struct kc_buf *out, struct kc_slice text)
{
	static const char digits[] = "0123456789abcdef";

	while (text.n > 0) {
		const char *lf = memchr(text.p, '\n', text.n);
		size_t clean = kc_text_scan(text), bad;

		if (lf != NULL && (size_t)(lf - text.p) < clean)
			clean = (size_t)(lf - text.p);
		kc_buf_put(out, text.p, clean);
		text.p += clean;
		text.n -= clean;
		bad = text.n > 0 ? bad_length(text) : 0;
		for (; bad > 0; bad--, text.p++, text.n--) {
			unsigned char c = (unsigned char)text.p[0];

			kc_buf_str(out, "\\x");
			kc_buf_char(out, digits[c >> 4]);
			kc_buf_char(out, digits[c & 15]);
		}
	}
}

bool
kc_put(FILE *to, struct kc_slice bytes)
{
	return bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, to) == bytes.n;
}

void
kc_put_foreign(FILE *to, const char *text)
{
	struct kc_buf b = {0};

	kc_buf_foreign(&b, kc_slice_str(text));
	if (kc_buf_err(&b) == KC_OK)
		(void)kc_put(to, kc_buf_view(&b));
	kc_buf_free(&b);
}
