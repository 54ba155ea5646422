/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Borrowed slices, a growable buffer with a sticky error, and strict
 * number and UTF-8 readers. No function here depends on the locale.
 */
#ifndef KAOCHENG_BYTES_H
#define KAOCHENG_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kaocheng/err.h>

/* Borrowed bytes; valid as long as what they point into. */
struct kc_slice {
	const char *p;
	size_t n;
};

#define KC_LIT(s) ((struct kc_slice){(s), sizeof(s) - 1})

struct kc_slice kc_slice_str(const char *nul_terminated); /* borrows */
bool kc_slice_eq(struct kc_slice a, struct kc_slice b);
bool kc_slice_is(struct kc_slice a, const char *nul_terminated);
/* Order by bytes, shorter first on a tie; like memcmp. */
int kc_slice_cmp(struct kc_slice a, struct kc_slice b);
/* Copies into out[size] with a NUL; false (out is "") if it does not fit. */
bool kc_slice_copy(char *out, size_t size, struct kc_slice s);
/* Takes n bytes off *rest; false, and nothing, if it has fewer. */
bool kc_slice_take(struct kc_slice *rest, void *out, size_t n);
/* Takes the next line off *rest (without its LF); false when *rest is empty
 * or has no LF: a last line without LF is left in *rest. */
bool kc_slice_line(struct kc_slice *rest, struct kc_slice *line);
/* Takes the part before the first `sep` off *rest; false if absent. */
bool kc_slice_cut(struct kc_slice *rest, char sep, struct kc_slice *before);

/* Whether short runs of bytes are the same: names, codes, actors. By two loads
 * that may overlap, where a call of memcmp costs more than the comparison; one
 * of a fixed eight or four bytes is no call. */
static inline bool
kc_same(const char *a, const char *b, size_t n)
{
	if (n >= 8) {
		for (; n > 8; n -= 8, a += 8, b += 8)
			if (memcmp(a, b, 8) != 0)
				return false;
		return memcmp(a + n - 8, b + n - 8, 8) == 0;
	}
	if (n >= 4)
		return memcmp(a, b, 4) == 0 &&
		    memcmp(a + n - 4, b + n - 4, 4) == 0;
	return n == 0 ||
	    (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

/* Growable bytes. Zero-initialise. A failed append sets err for good;
 * check once with kc_buf_err() or kc_buf_take(). */
struct kc_buf {
	char *p;
	size_t n, cap;
	enum kc_err err;
};

void kc_buf_free(struct kc_buf *b);  /* accepts a zeroed buffer */
void kc_buf_reset(struct kc_buf *b); /* empties, keeps storage and clears err */
void kc_buf_put(struct kc_buf *b, const void *p, size_t n);
void kc_buf_slice(struct kc_buf *b, struct kc_slice s);
void kc_buf_str(struct kc_buf *b, const char *s);
void kc_buf_char(struct kc_buf *b, char c);
void kc_buf_u64(struct kc_buf *b, uint64_t v); /* decimal */
void kc_buf_i64(struct kc_buf *b, int64_t v);  /* decimal */
void kc_buf_hex(struct kc_buf *b, const uint8_t *p, size_t n);
void kc_buf_be16(struct kc_buf *b, uint16_t v);
void kc_buf_be64(struct kc_buf *b, uint64_t v);
/* A points value with exactly four decimals: 5000 -> "0.5000". */
void kc_buf_percent(struct kc_buf *b, int64_t bp); /* "96.50 %" */
void kc_buf_points(struct kc_buf *b, int64_t points_e4);
/* Terminates with a NUL that does not count in n, so p can be used as text. */
const char *kc_buf_cstr(struct kc_buf *b);
__attribute__((warn_unused_result)) enum kc_err
kc_buf_err(const struct kc_buf *b);
struct kc_slice kc_buf_view(const struct kc_buf *b); /* borrows */

uint16_t kc_be16(const uint8_t p[2]);
uint64_t kc_be64(const uint8_t p[8]);
void kc_put_be64(uint8_t p[8], uint64_t v);

/* Canonical readers: the whole slice, one spelling, no sign for u64, no
 * leading zero. Return false and leave *out alone otherwise. */
bool kc_read_u64(struct kc_slice s, uint64_t max, uint64_t *out);
bool kc_read_i64(struct kc_slice s, int64_t min, int64_t max, int64_t *out);
/* Exactly four decimals, optional '-', no "-0.0000", |value| <= 10^12. */
bool kc_read_points(struct kc_slice s, int64_t *points_e4);
/* Lower-case hex of exactly n bytes, KC_HEX_MAX at most. */
#define KC_HEX_MAX 64
bool kc_read_hex(struct kc_slice s, uint8_t *out, size_t n);

/* Allocation hooks: core allocates only through these (they call malloc,
 * realloc and free unless a test replaces them; process-wide). */
void *kc_alloc(size_t n); /* zeroed */
void *kc_realloc(void *p, size_t n);
void kc_free(void *p);
void kc_alloc_hook(void *(*grow)(void *, size_t)); /* NULL restores */

/* Offset of the first byte that a signed text may not hold, or s.n when
 * clean: invalid UTF-8 (overlong, surrogate, > U+10FFFF), controls other
 * than LF (C0, DEL, C1), bidirectional overrides and isolates (U+202A..202E,
 * U+2066..2069), line/paragraph separators U+2028/2029, BOM U+FEFF and
 * noncharacters. See docs/FORMAT.md "Text". */
size_t kc_text_scan(struct kc_slice s);
/* A note key name of C2SP signed-note: 1 to KC_NAME_MAX bytes, no '+', no
 * Unicode space, no control. */
bool kc_note_name_ok(struct kc_slice name);

#endif
