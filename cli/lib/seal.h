/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that only the holders of some keys can read (docs/FORMAT.md "Sealed
 * file"): libsodium's sealed boxes carry one random key to each, its secret
 * stream the bytes. kc_crypto_init() comes first.
 */
#ifndef KC_CLI_SEAL_H
#define KC_CLI_SEAL_H

#include <stdio.h>

#include <kaocheng/sign.h>

#define KC_SEAL_KEYS_MAX 16

/* From where it stands to its end. KC_EIO with errno, KC_EINVAL (a key that
 * cannot be sealed to), KC_ENOMEM. */
enum kc_err
kc_seal(FILE *from, FILE *to, const struct kc_vkey *keys, size_t nkeys);

bool kc_is_sealed(int fd);
/* Replaces *fd by a nameless file of what was sealed. KC_ENOKEY (not to this
 * key), KC_ESIG (changed, or cut), KC_ESYNTAX, KC_EIO with errno. */
enum kc_err kc_unseal(int *fd, const struct kc_skey *key);

#endif
