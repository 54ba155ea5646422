/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the codec: values by type, and where a refusal points. The
 * grammar of each type is in docs/FORMAT.md "Values".
 */
#ifndef KC_CODEC_H
#define KC_CODEC_H

#include <kaocheng/entry.h>

#define KC_ENTRY_HEAD "kaocheng/v1 entry "
#define KC_DASH "\xe2\x80\x94 " /* U+2014 and a space */
#define KC_SIG68_TEXT 92        /* base64 characters of 68 bytes */
#define KC_EVIDENCE_MAX ((INT64_C(1) << 53) - 1)
#define KC_HASH_TEXT 71  /* bytes of "sha256:" and 64 digits */
#define KC_HANDLE_MAX 15 /* bytes; with a NUL the 16 of the state */
#define KC_MEDIA_MAX 127 /* bytes of a media type */

/* "points" for KC_T_POINTS; and what the type accepts, in a language. */
const char *kc_type_name(enum kc_type t);
const char *kc_type_text(enum kc_type t, enum kc_lang lang);
/* "TARGET_CLASS" for KC_SET_TARGET_CLASS. */
const char *kc_set_symbol(enum kc_set set);

bool kc_origin_ok(struct kc_slice s);
/* Exactly the texts that kc_read_hash takes, without decoding. */
bool kc_hash64_ok(struct kc_slice s);
/* Exactly the texts that kc_note_sig_decode takes, without decoding. */
bool kc_sig68_ok(const char p[KC_SIG68_TEXT]);

/* Reads a value that is not a TEXT; false unless it is the one spelling. */
bool kc_value_read(const struct kc_field *f, struct kc_slice raw, int64_t *num);
/* Whether a TEXT without folds is one: not empty, first line not empty, no
 * line that ends in a space. The characters are kc_text_scan's affair. */
bool kc_plain_ok(struct kc_slice s);
/* The byte to point at in a value that kc_value_read has refused. */
const char *kc_value_fault(const struct kc_field *f, struct kc_slice raw);
/* The same by a form: '0' a digit, 'x' a lower-case hexadecimal digit, 'A' a
 * capital, 'c' a byte of a code, anything else itself; '*' repeats. */
const char *kc_form_fault(const char *form, struct kc_slice raw, size_t max);
/* Sets code and arguments of E-FIELD-VALUE. */
enum kc_err kc_value_refuse(const struct kc_field *f, struct kc_refusal *why);
/* The same for a line that is not of the kind table (ledger, id, at, seen, by).
 */
enum kc_err kc_head_refuse(const char *name, struct kc_refusal *why);

/* The first five lines, and one more line of the text. */
void kc_buf_entry_head(struct kc_buf *b, const struct kc_kind *kind,
    struct kc_slice ledger, const uint8_t id[KC_ID_SIZE], int64_t at_s);
void kc_buf_seen(struct kc_buf *b, uint64_t size, struct kc_slice root);
void
kc_buf_entry_line(struct kc_buf *b, const char *name, struct kc_slice wire);
#define KC_INSTANT_END_S INT64_C(7258118400) /* 2200-01-01T00:00:00Z */

/* Line and column, in bytes from 1, of `at` within bytes (or at its end). */
void
kc_refusal_at(struct kc_refusal *why, struct kc_slice bytes, const char *at);

#endif
