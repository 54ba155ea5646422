/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a ledger's directory and running a daemon on it for as long as a
 * command needs it: used by `init` and by `demo`. The daemon stays the only
 * writer: the first entries are posted like any others.
 */
#ifndef KC_SETUP_H
#define KC_SETUP_H

#include <sys/types.h>

#include <kaocheng/sign.h>

#include "command/cmd.h"

/* Names of ledgers of `kaocheng rehearse` and of `kaocheng demo`, and of none
 * that counts: .invalid and .example are domains that nobody can have (RFC
 * 2606). */
#define KC_REHEARSAL "rehearsal.invalid/"
#define KC_DEMO_ORIGIN "shili.example/kaohe-2022"
bool kc_is_rehearsal(const char *origin);

struct kc_setup {
	const char *dir;           /* made if absent; must hold no ledger */
	const struct kc_skey *log; /* written unprotected, mode 0600 */
	const struct kc_skey *clerk;
	const uint8_t *log_seed, *clerk_seed; /* 32 bytes each */
	const char *reader; /* actor as whom our own uid reads */
	int64_t created_s;
	const char *tcp;    /* "127.0.0.1:port", or NULL */
	const char *remind; /* section `remind` of the file, or NULL */
};
/* Writes DIR/keys/{log,clerk}.key, DIR/trust, DIR/kaocheng.yaml (socket
 * DIR/socket, anchor DIR/anchor, reader: our own uid). KC_EINVAL if DIR holds
 * a ledger already; prints nothing. */
enum kc_err kc_setup_write(const struct kc_setup *s, struct kc_buf *detail);
/* The same without the keys: of `log` only its public half is needed. */
enum kc_err kc_setup_frame(const struct kc_setup *s, struct kc_buf *detail);
/* Writes DIR/keys/<name>.key from a seed; passphrase NULL: unprotected. */
enum kc_err kc_setup_key(const char *dir, const struct kc_skey *key,
    const uint8_t seed[32], int64_t created_s, const char *passphrase);

/* Does dir hold none of the files that kc_setup_write, kc_setup_key for these
 * names and the daemon would make? Prints which; returns the exit code. */
int kc_setup_vacant(const char *dir, const char *const *names, size_t n);
/* Removes those files again, and dir if nothing else is in it. */
void kc_setup_undo(const char *dir, const char *const *names, size_t n);

/* Starts kaochengd on dir (test_clock NULL: the real clock) and waits until
 * it answers; its log goes to DIR/kaochengd.log. */
enum kc_err kc_spawn_daemon(const struct kc_cli *cli, const char *dir,
    const char *test_clock, pid_t *pid, struct kc_buf *detail);
/* SIGTERM and wait; the exit status, or -1. */
int kc_stop_daemon(pid_t pid);

#endif
