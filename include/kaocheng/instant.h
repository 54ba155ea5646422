/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instants as text. UTC, years 1970..2199: "2022-10-17T01:30:00Z" and, with
 * milliseconds, "2022-10-17T01:30:00.000Z". Proleptic Gregorian integers.
 */
#ifndef KAOCHENG_INSTANT_H
#define KAOCHENG_INSTANT_H

#include <kaocheng/bytes.h>

void kc_buf_instant_s(struct kc_buf *b, int64_t unix_s);
void kc_buf_instant_ms(struct kc_buf *b, int64_t unix_ms);
bool kc_read_instant_s(struct kc_slice s, int64_t *unix_s);
bool kc_read_instant_ms(struct kc_slice s, int64_t *unix_ms);

#endif
