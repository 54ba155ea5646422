/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A streaming JSON writer (keys in the order they are written, integers
 * only, points as strings with four decimals), and the JSON view of entries.
 * JSON is a view: nothing signed is ever made from it without the codec.
 */
#ifndef KAOCHENG_JSON_H
#define KAOCHENG_JSON_H

#include <kaocheng/entry.h>

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

/* {"kind","ledger","id","at","by":[…], <field>: value or [values]}. Numbers
 * of points are strings; basis points and ints are integers. */
void kc_json_entry(struct kc_json *w, const struct kc_entry *e);
/* The reverse: reads the JSON view of an unsigned entry with jansson
 * (duplicate keys, reals, unknown members refused) and appends the canonical
 * text. KC_EREFUSED with line and column of the JSON. */
enum kc_err kc_entry_from_json(
    struct kc_slice json, struct kc_buf *text, struct kc_refusal *why);
/* All kinds, fields and vocabularies, for /v1/schema and for tools. */
void kc_json_schema(struct kc_json *w);
/* RFC 9457 problem document of a refusal. */
void kc_json_refusal(
    struct kc_json *w, const struct kc_refusal *r, enum kc_lang lang);

#endif
