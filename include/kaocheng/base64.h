/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base64 (RFC 4648 section 4, padded); one spelling for every value. */
#ifndef KAOCHENG_BASE64_H
#define KAOCHENG_BASE64_H

#include <kaocheng/bytes.h>

#define KC_BASE64_SIZE(n) (((n) + 2) / 3 * 4)

/* Writes KC_BASE64_SIZE(n) characters to out, no NUL. */
void kc_base64_encode(char *out, const uint8_t *p, size_t n);
void kc_buf_base64(struct kc_buf *b, const uint8_t *p, size_t n);
/* The same in a time that says nothing of what is encoded. */
void kc_buf_base64_secret(struct kc_buf *b, const uint8_t *p, size_t n);
/* Decodes s into out[max], length to *n. KC_ESYNTAX on a foreign character,
 * missing or misplaced padding, or trailing bits that are not zero;
 * KC_ETOOBIG if max is too small. */
enum kc_err
kc_base64_decode(struct kc_slice s, uint8_t *out, size_t max, size_t *n);
/* The same in a time that says nothing of what is decoded. */
enum kc_err
kc_base64_decode_secret(struct kc_slice s, uint8_t *out, size_t max, size_t *n);
/* The value of each character, 0x80 if it has none; not for secrets. */
extern const uint8_t kc_base64_values[128];

#endif
