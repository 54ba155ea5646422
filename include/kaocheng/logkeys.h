/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of one log, one after another. A ledger may rotate the key that
 * signs its heads (logkey.rotate); the key before signs for the next, so that
 * who trusts one of them finds those that came after. docs/FORMAT.md "Keys of
 * the log".
 */
#ifndef KAOCHENG_LOGKEYS_H
#define KAOCHENG_LOGKEYS_H

#include <kaocheng/checkpoint.h>

/* What a key signs for the one that follows it:
 *   kaocheng/v1 logkey LF key <vkey> LF next <vkey> LF */
void kc_buf_consent(
    struct kc_buf *b, const struct kc_vkey *key, const struct kc_vkey *next);

/* Is `text` (base64) that signature? KC_ESYNTAX, KC_ESIG, KC_ENOMEM. */
enum kc_err kc_consent_check(const struct kc_vkey *key,
    const struct kc_vkey *next, struct kc_slice text);
/* Follows a chain of keys:
 *   kaocheng/v1 logkeys LF key <vkey> LF (next <vkey> <base64 consent> LF)*
 * Each key that comes after one of *known, by consents that verify, is added
 * to it, up to KC_LOG_KEYS_MAX. KC_OK; KC_ESYNTAX; KC_EFOREIGN: none of *known
 * is in the chain; KC_ESIG: a consent after it does not verify; KC_EFULL. */
enum kc_err
kc_log_keys_follow(struct kc_log_keys *known, struct kc_slice chain);
bool kc_log_keys_has(const struct kc_log_keys *keys, const struct kc_vkey *key);

#endif
