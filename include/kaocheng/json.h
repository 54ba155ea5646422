/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A streaming JSON writer (keys in the order they are written, integers
 * only, points as strings with four decimals). JSON is a view, never signed.
 */
#ifndef KAOCHENG_JSON_H
#define KAOCHENG_JSON_H

#include <kaocheng/refusal.h>

/* Writes into out; errors stick in out->err. Zero-initialise, set out. */
struct kc_json {
	struct kc_buf *out;
	unsigned depth;
	uint64_t comma; /* bit per depth: a member was written */
	bool after_key;
};

void kc_json_open(struct kc_json *w, char bracket);  /* '{' or '[' */
void kc_json_close(struct kc_json *w, char bracket); /* '}' or ']' */
void kc_json_key(struct kc_json *w, const char *key);
void kc_json_slice(struct kc_json *w, struct kc_slice s); /* escapes */
void kc_json_str(struct kc_json *w, const char *s);       /* NULL writes null */
void kc_json_u64(struct kc_json *w, uint64_t v);
void kc_json_i64(struct kc_json *w, int64_t v);
void kc_json_bool(struct kc_json *w, bool v);
void kc_json_null(struct kc_json *w);
void kc_json_points(struct kc_json *w, int64_t e4); /* "0.5000" */
void kc_json_day(struct kc_json *w, int32_t day);   /* null if none */
void kc_json_instant(struct kc_json *w, int64_t unix_ms);
void kc_json_raw(struct kc_json *w, struct kc_slice json); /* trusted */

/* RFC 9457 problem document of a refusal. */
void kc_json_refusal(
    struct kc_json *w, const struct kc_refusal *r, enum kc_lang lang);

#endif
