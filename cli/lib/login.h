/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `kaocheng login` remembers for its user, in
 * $XDG_CONFIG_HOME/kaocheng/login.yaml: who he is and where his ledger is.
 * No key and no passphrase is in it.
 */
#ifndef KC_CLI_LOGIN_H
#define KC_CLI_LOGIN_H

#include "command/cmd.h"
#include "file.h"

struct kc_login {
	char actor[KC_PATH_SIZE];
	char where[KC_PATH_SIZE]; /* a socket's absolute path, or a URL */
	/* absolute; "": beside the socket */
	char keys[KC_PATH_SIZE], trust[KC_PATH_SIZE];
	char lang[8]; /* "zh", "en", or "": as the environment says */
};

/* KC_ENOTFOUND if nothing is remembered. With cli, what is wrong with the file
 * is said; NULL: not. */
enum kc_err kc_login_load(const struct kc_cli *cli, struct kc_login *out);
/* Writes it with mode 0600 below a directory of mode 0700. */
enum kc_err kc_login_save(const struct kc_login *login);
/* cli->login, if neither an option nor the environment names another ledger;
 * else NULL. */
const struct kc_login *kc_login_used(const struct kc_cli *cli);

#endif
