/* SPDX-License-Identifier: Apache-2.0 */
/* Key files of actors, and the trust file: where they are, opening them. */
#ifndef KC_CLI_KEYS_H
#define KC_CLI_KEYS_H

#include <kaocheng/keyfile.h>
#include <kaocheng/trust.h>

#include "command/cmd.h"
#include "file.h"

/* --keys, or keys/ beside the ledger's socket. */
enum kc_err kc_keys_dir(const struct kc_cli *cli, char out[KC_PATH_SIZE]);
/* Key file of an actor; a name with a '/' is a path already. */
enum kc_err kc_keys_path(
    const struct kc_cli *cli, const char *actor, char out[KC_PATH_SIZE]);
/* Says that an actor has no key file here, and whose may be meant; returns the
 * exit code. */
int kc_keys_missing(const struct kc_cli *cli, const char *actor);
/* Opens it, asking for the passphrase if need be; a key that an agent holds
 * cannot be had (pen.h signs with it). Prints what goes wrong; returns the
 * exit code. Wipe the key. */
int
kc_keys_open(const struct kc_cli *cli, const char *actor, struct kc_skey *out);
/* Writes a key file from a seed; passphrase NULL: unprotected. */
enum kc_err kc_keys_save(const char *path, struct kc_slice name,
    const uint8_t seed[32], int64_t created_s, const char *passphrase);
/* The same from a new seed, made now. */
enum kc_err
kc_keys_make(const char *path, const char *actor, const char *passphrase);
/* The file of a key that an ssh-agent holds. */
enum kc_err kc_keys_make_agent(
    const char *path, const char *actor, const uint8_t pub[KC_PUBKEY_SIZE]);
/* Its public half, with no passphrase. */
enum kc_err
kc_keys_peek(const struct kc_cli *cli, const char *actor, struct kc_vkey *out);
/* And what it takes to sign with it. */
enum kc_err kc_keys_look(const struct kc_cli *cli, const char *actor,
    struct kc_vkey *out, enum kc_keyfile_lock *lock);
/* Says that no trusted key has signed, and how to follow one that was rotated;
 * returns the exit code. */
int kc_cli_no_log_key(void);
/* --trust FILE, or the trust file of the ledger. */
enum kc_err kc_trust_path(const struct kc_cli *cli, char out[KC_PATH_SIZE]);
/* The keys of its log; of the first one, should it name several. */
enum kc_err kc_trust_load(const struct kc_cli *cli, struct kc_log_keys *out);

#endif
