/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base32 (RFC 4648 section 6, upper case, not padded): what a code on
 * paper and a person at a telephone can both carry. */
#ifndef KAOCHENG_BASE32_H
#define KAOCHENG_BASE32_H

#include <kaocheng/bytes.h>

void kc_buf_base32(struct kc_buf *b, struct kc_slice bytes);
/* Appends the bytes. KC_ESYNTAX on a foreign character, a length that no bytes
 * have, or trailing bits that are not zero; KC_ENOMEM. */
enum kc_err kc_base32_decode(struct kc_buf *b, struct kc_slice text);

#endif
