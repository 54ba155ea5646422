/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves, instants and numbers: what parses is written back the same. */
#include <kaocheng/leaf.h>

#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/limits.h>

#include "fuzz.h"

/* The readers take the whole input; each has one spelling for a value. */
static void
check_numbers(struct kc_slice in)
{
	struct kc_buf b = {0};
	uint64_t u;
	int64_t v;

#define SAME(read, write)                                                      \
	do {                                                                   \
		if (read) {                                                    \
			kc_buf_reset(&b);                                      \
			write;                                                 \
			MUST(kc_buf_err(&b) == KC_OK);                         \
			MUST(kc_slice_eq(kc_buf_view(&b), in));                \
		}                                                              \
	} while (0)
	SAME(kc_read_instant_s(in, &v), kc_buf_instant_s(&b, v));
	SAME(kc_read_instant_ms(in, &v), kc_buf_instant_ms(&b, v));
	SAME(kc_read_u64(in, UINT64_MAX, &u), kc_buf_u64(&b, u));
	SAME(kc_read_i64(in, INT64_MIN, INT64_MAX, &v), kc_buf_i64(&b, v));
	SAME(kc_read_points(in, &v), kc_buf_points(&b, v));
#undef SAME
	kc_buf_free(&b);
}

static void
check_base64(struct kc_slice in)
{
	uint8_t bytes[3072];
	struct kc_buf b = {0};
	size_t n;

	if (kc_base64_decode(in, bytes, sizeof(bytes), &n) != KC_OK)
		return;
	kc_buf_base64(&b, bytes, n);
	MUST(kc_slice_eq(kc_buf_view(&b), in));
	kc_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice in = {(const char *)data, size};
	struct kc_buf b = {0};
	struct kc_leaf l;

	if (kc_leaf_parse(&l, in) == KC_OK) {
		MUST(size <= KC_LEAF_MAX && l.note.n > 0);
		kc_buf_leaf(&b, &l);
		MUST(kc_buf_err(&b) == KC_OK);
		MUST(kc_slice_eq(kc_buf_view(&b), in));
		kc_buf_free(&b);
	}
	check_numbers(in);
	check_base64(in);
	return 0;
}
