/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ssh-agent of this session: which Ed25519 keys it holds, and signatures by
 * them. It is the agent protocol of OpenSSH (draft-ietf-sshm-ssh-agent) as far
 * as that: a plain ssh-ed25519 signature is the Ed25519 signature over exactly
 * the bytes given, so that what it signs is as good as what a key file signs.
 * Keys of hardware (sk-ssh-ed25519) sign something else and are not seen here.
 */
#ifndef KC_CLI_AGENT_H
#define KC_CLI_AGENT_H

#include <kaocheng/sign.h>

#define KC_AGENT_KEYS_MAX 64
#define KC_AGENT_PRINT_SIZE 64    /* "SHA256:" and base64 without padding */
#define KC_AGENT_COMMENT_SIZE 256 /* a longer comment is cut */

struct kc_agent_key {
	uint8_t pub[KC_PUBKEY_SIZE];
	char print[KC_AGENT_PRINT_SIZE]; /* as `ssh-add -l` has it */
	char comment[KC_AGENT_COMMENT_SIZE];
};

/* The first `max` that it holds. KC_ENOTFOUND: SSH_AUTH_SOCK names no agent;
 * KC_EUNAVAILABLE: nobody answers there, errno says why; KC_ESYNTAX: what
 * answers is no agent; KC_ENOMEM. */
enum kc_err kc_agent_list(struct kc_agent_key *v, size_t max, size_t *n);
/* It may ask its user first, and waits as long as that takes. As above;
 * KC_ENOKEY: it does not hold the key, or is locked; KC_EREFUSED: it holds the
 * key and does not sign; KC_ESIG: what it gave is no signature of the text. */
enum kc_err kc_agent_sign(const uint8_t pub[KC_PUBKEY_SIZE],
    struct kc_slice text, uint8_t sig[KC_SIG_SIZE]);

#endif
