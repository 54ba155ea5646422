/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of every length, dates, and the same bytes every time. */
#include "remind/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>

/* The text that encoded words stand for; each is checked on the way. */
static void
decode(struct kc_buf *out, struct kc_slice words, size_t at)
{
	static const char head[] = "=?UTF-8?B?";
	struct kc_slice line;

	for (bool more = true; more; at = 1) {
		uint8_t part[96];
		size_t n, m = sizeof(head) - 1;

		more = kc_slice_line(&words, &line);
		if (!more)
			line = words;
		else
			line.n--; /* its CR */
		assert_true(at + line.n <= 76);
		if (at == 1 && line.p[0] == ' ') {
			line.p++;
			line.n--;
		}
		assert_true(line.n <= 75);
		assert_memory_equal(line.p, head, m);
		assert_memory_equal(line.p + line.n - 2, "?=", 2);
		assert_int_equal(kc_base64_decode((struct kc_slice){line.p + m,
						      line.n - m - 2},
				     part, sizeof(part), &n),
		    KC_OK);
		/* No character goes on in the next word. */
		assert_int_equal(
		    kc_text_scan((struct kc_slice){(char *)part, n}), n);
		kc_buf_put(out, part, n);
	}
}

static void
test_mime__subjects_of_every_length_come_back(void **state)
{
	static const char *const letters[] = {"整", "a", "𠀀", "é", " "};
	struct kc_buf text = {0};

	(void)state;
	for (unsigned i = 0; i < 150; i++) {
		struct kc_buf words = {0}, back = {0};

		kc_buf_str(&text, letters[(i * 3 + i / 7) % 5]);
		kc_mime_words(&words, kc_buf_view(&text), 9);
		decode(&back, kc_buf_view(&words), 9);
		assert_true(
		    kc_slice_eq(kc_buf_view(&back), kc_buf_view(&text)));
		kc_buf_free(&words);
		kc_buf_free(&back);
	}
	kc_buf_free(&text);
}

static void
test_mime__plain_text_stays_as_it_is(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	kc_mime_words(&b, KC_LIT("3 working days left"), 9);
	assert_string_equal(kc_buf_cstr(&b), "3 working days left");
	kc_buf_reset(&b);
	/* What looks like an encoded word is none of ours. */
	kc_mime_words(&b, KC_LIT("=?UTF-8?B?eA==?="), 9);
	assert_memory_equal(b.p, "=?UTF-8?B?PT9VVEY", 17);
	kc_buf_free(&b);
}

static void
test_mime__dates_are_local(void **state)
{
	static const struct {
		int64_t at_s;
		const char *want;
	} rows[] = {{1665970200, "Mon, 17 Oct 2022 09:30:00 +0800"},
	    {1640966399, "Fri, 31 Dec 2021 23:59:59 +0800"},
	    {1640966400, "Sat, 01 Jan 2022 00:00:00 +0800"},
	    {0, "Thu, 01 Jan 1970 08:00:00 +0800"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_buf b = {0};

		kc_mime_date(&b, rows[i].at_s);
		assert_string_equal(kc_buf_cstr(&b), rows[i].want);
		kc_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mime__subjects_of_every_length_come_back),
	    cmocka_unit_test(test_mime__plain_text_stays_as_it_is),
	    cmocka_unit_test(test_mime__dates_are_local),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
